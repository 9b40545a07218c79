"""One label from several answers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import MethodError
from workbench.methods.consensus import accuracy_intervals, weigh_answers
from workbench.methods.intervals import wilson


def crowd(seed: int, *, n: int = 400, accuracies: tuple[float, ...]) -> tuple:
    """Return the truth, and what annotators of some accuracies say of it; a third is missing."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 3, n)
    answers = np.stack(
        [
            np.where(rng.random(n) < accuracy, truth, (truth + rng.integers(1, 3, n)) % 3)
            for accuracy in accuracies
        ],
        axis=1,
    )
    answers[rng.random(answers.shape) < 1 / 3] = -1
    return truth, answers


def test_reliable_annotators_outvote_careless_ones():
    truth, answers = crowd(0, accuracies=(0.95, 0.9, 0.4, 0.4, 0.4))
    weighed = weigh_answers(answers, 3)
    answered = (answers >= 0).any(axis=1)
    counts = np.stack([(answers == k).sum(axis=1) for k in range(3)], axis=1)
    majority = counts.argmax(axis=1)
    right = (weighed.labels == truth)[answered].mean()
    assert right > (majority == truth)[answered].mean() + 0.05
    assert weighed.accuracy[:2].min() > weighed.accuracy[2:].max() + 0.3
    assert np.abs(weighed.accuracy - [0.95, 0.9, 0.4, 0.4, 0.4]).max() < 0.1


def test_accuracies_are_not_pulled_to_the_prior_where_each_class_has_few_answers():
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 77, 400)
    right = rng.random((400, 3)) < [0.97, 0.95, 0.8]
    other = (truth[:, None] + rng.integers(1, 77, (400, 3))) % 77
    answers = np.where(right, truth[:, None], other)
    assert np.abs(weigh_answers(answers, 77).accuracy - right.mean(axis=0)).max() < 0.01


def test_intervals_hold_the_accuracies_and_are_wider_than_if_the_truth_were_known():
    true, n_held = np.array([0.9, 0.85, 0.6, 0.8]), np.zeros(4)
    for seed in range(12):
        _, answers = crowd(seed, n=150, accuracies=tuple(true))
        weighed = weigh_answers(answers, 3)
        low, high = accuracy_intervals(answers, 3, rng=np.random.default_rng(seed), n_resamples=30)
        least, most = wilson(weighed.accuracy * weighed.n_compared, weighed.n_compared)
        assert (high - low >= most - least - 1e-9).all()
        n_held += (low <= true) & (true <= high)
    assert (n_held >= 10).all()


def test_what_nobody_contradicts_or_compares_has_an_honest_interval():
    answers = np.array([[0, 0, -1], [1, 1, -1], [1, 1, -1], [-1, -1, 0]])
    weighed = weigh_answers(answers, 2)
    low, high = accuracy_intervals(answers, 2, rng=np.random.default_rng(0))
    assert weighed.n_compared.tolist() == [3, 3, 0]
    assert np.isnan(weighed.accuracy).tolist() == [False, False, True]
    assert (low[:2] < 0.5).all()
    assert (low[2], high[2]) == (0, 1)


@given(
    seed=st.integers(0, 1000),
    n=st.integers(1, 12),
    m=st.integers(1, 5),
    n_classes=st.integers(2, 4),
)
@settings(deadline=None, max_examples=50)
def test_a_label_is_one_that_somebody_chose_and_one_mind_is_never_overruled(seed, n, m, n_classes):
    answers = np.random.default_rng(seed).integers(-1, n_classes, (n, m))
    weighed = weigh_answers(answers, n_classes)
    for row, label, confidence in zip(answers, weighed.labels, weighed.confidence, strict=True):
        said = set(row[row >= 0].tolist())
        assert label in said | {-1}
        assert len(said) != 1 or label == min(said)
        assert (label >= 0) == (confidence > 0)
        assert confidence <= 1
    is_known = ~np.isnan(weighed.accuracy)
    assert (is_known == (weighed.n_compared > 0)).all()
    assert ((weighed.accuracy[is_known] >= 0) & (weighed.accuracy[is_known] <= 1)).all()


def test_equally_reliable_annotators_tie():
    assert weigh_answers([[0, 1], [1, 0]], 2).labels.tolist() == [-1, -1]


def test_a_single_annotator_is_believed():
    weighed = weigh_answers([[0], [1], [1], [1], [-1]], 2)
    assert weighed.labels.tolist() == [0, 1, 1, 1, -1]


def test_answers_must_be_there():
    with pytest.raises(MethodError):
        weigh_answers(np.empty((0, 2), np.int8), 2)
    with pytest.raises(MethodError):
        weigh_answers([[0, 5]], 2)
