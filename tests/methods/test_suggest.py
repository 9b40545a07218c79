"""Terms that tell classes apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import MethodError
from workbench.functions import Block, keywords
from workbench.methods.suggest import TermSearch, suggest_terms, terms_of

TEXTS = ["free prize now", "free prize, now", "Free money", "see you now", "lunch now", "see lunch"]


def no_votes(n: int) -> np.ndarray:
    return np.full((n, 0), -1)


def test_terms_are_words_and_phrases_within_white_space() -> None:
    assert terms_of("Free  prize, now!") == {"free", "prize", "free prize", "now"}
    assert terms_of("") == set()


@settings(deadline=None, max_examples=50)
@given(st.text(st.sampled_from("ab ßſ_1,.\n\u3000"), max_size=10))
def test_the_keywords_template_finds_each_term_of_a_text(text: str) -> None:
    for term in terms_of(text):
        assert list(keywords("k", [term], 0).rule.find(Block(1, {"text": [text]})).rows) == [0]


def test_the_term_that_brings_most_right_votes_comes_first() -> None:
    texts, labels = TEXTS * 4, np.array([1, 1, 1, 0, 0, 0] * 4)
    found = suggest_terms(texts, labels, no_votes(24), 2)
    first, second, *_ = found.candidates
    assert (first.term, first.class_index, first.n_rows, first.n_correct) == ("free", 1, 12, 12)
    assert second.class_index == 0
    assert first.precision_low < first.precision <= first.precision_high == 1
    # The rows of "free" are covered now, so that "free prize" brings nothing new.
    assert "free prize" not in [c.term for c in found.candidates]
    assert found.n_terms == len(set().union(*map(terms_of, TEXTS)))


def test_rows_without_a_vote_count_more() -> None:
    texts, labels = TEXTS * 4, np.array([1, 1, 1, 0, 0, 0] * 4)
    votes = np.where(labels == 1, np.arange(24) % 2, -1)[:, None]
    first = suggest_terms(texts, labels, votes, 2).candidates[0]
    assert (first.class_index, first.n_uncovered) == (0, first.n_rows)


@pytest.mark.parametrize(("n_wrong", "is_copy"), [(0, True), (1, False)])
def test_what_a_function_votes_already_is_not_suggested(n_wrong: int, is_copy: bool) -> None:
    texts, labels = TEXTS * 4, np.array([1, 1, 1, 0, 0, 0] * 4)
    free = np.where(labels == 1, 1, -1)
    free[np.flatnonzero(labels == 1)[:n_wrong]] = -1  # of 12, and of the 8 of "prize"
    votes = np.column_stack([np.full(24, -1), free])
    terms = {candidate.term for candidate in suggest_terms(texts, labels, votes, 2).candidates}
    assert terms.isdisjoint({"free", "free prize", "prize", "money"}) is is_copy
    assert terms & {"see", "lunch"}


def test_words_of_both_classes_and_rare_words_are_not_suggested() -> None:
    texts = ["now a", "now b", "now c", "now d"] * 3
    labels = np.array([0, 1, 0, 1] * 3)
    found = suggest_terms(texts, labels, no_votes(12), 2, min_labelled=3)
    assert "now" not in {c.term for c in found.candidates}
    assert suggest_terms(texts, labels, no_votes(12), 2, min_labelled=13) == TermSearch((), 0)


def test_without_labels_of_two_classes_there_is_nothing() -> None:
    nothing = np.full(6, -1)
    assert suggest_terms(TEXTS, nothing, no_votes(6), 2) == TermSearch((), 0)
    assert not suggest_terms(TEXTS, np.ones(6, int), no_votes(6), 2).candidates
    assert not suggest_terms([], [], no_votes(0), 2).candidates


@dataclass(frozen=True)
class Claims:
    claimed: float
    true: float
    inside: float
    n: int


def claims_of(telling: float, seeds: range) -> Claims:
    """What is claimed of the best words of vocabularies of which a share tells two classes."""
    rows = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        n, n_words = 1_000, 600
        labels = rng.integers(0, 2, n)
        share = np.where(rng.random(n_words) < telling, rng.beta(0.5, 0.5, n_words), 0.5)
        of_class = np.column_stack([1 - share, share])
        often = 2 * np.minimum(0.15, 1.5 / np.arange(1, n_words + 1) ** 0.8)
        holds = rng.random((n, n_words)) < often * of_class[:, labels].T
        # Words stand apart, so that no phrase joins two.
        texts = [", ".join(f"w{j}" for j in np.flatnonzero(held)) for held in holds]
        known = np.where(np.arange(n) < 200, labels, -1)
        for c in suggest_terms(texts, known, no_votes(n), 2, min_precision=0.6).candidates:
            true = np.mean(labels[holds[:, int(c.term[1:])]] == c.class_index)
            rows.append((c.precision, true, c.precision_low <= true <= c.precision_high))
    claimed, true, inside = np.mean(rows, axis=0) if rows else (0, 0, 1)
    return Claims(float(claimed), float(true), float(inside), len(rows))


def test_the_best_of_many_terms_are_as_precise_as_is_claimed() -> None:
    found = claims_of(0.1, range(10))
    assert found.n >= 30
    # With a fixed prior and the interval of a word named beforehand: 5 points above, 0.81 inside.
    assert -0.08 < found.claimed - found.true < 0.03
    assert found.inside >= 0.9


def test_among_words_that_tell_nothing_the_best_are_not_suggested() -> None:
    assert claims_of(0.0, range(10)).n <= 3  # of 98 with a fixed prior


def test_malformed_arguments_are_refused() -> None:
    with pytest.raises(MethodError, match="6 texts need 6 labels"):
        suggest_terms(TEXTS, np.zeros(5, int), no_votes(6), 2)
    with pytest.raises(MethodError, match="outside"):
        suggest_terms(TEXTS, np.full(6, 2), no_votes(6), 2)
