"""A function that is a copy of another: auto counts both once, who asks for a model twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from workbench.methods.label_model import make_label_model
from workbench.services.aggregate import aggregate_votes, fit_rows
from workbench.services.beliefs import model_beliefs
from workbench.services.evidence import evidence_of
from workbench.services.importing.import_votes import import_votes
from workbench.services.importing.importing import import_files
from workbench.services.labels import stored_votes
from workbench.services.lf.apply import apply_functions
from workbench.services.project import Project
from workbench.services.untaught import untaught_beliefs

COPY = 'keywords("again", ["free", "win", "claim"], "spam")\n'


def believed(project: Project, model: str) -> np.ndarray:
    beliefs = model_beliefs(project, "aggregate", model)
    assert beliefs is not None
    return beliefs.probs


@pytest.fixture
def copied(voted: Project, script: str) -> Project:
    """The project with a copy of one of its functions, aggregated before."""
    aggregate_votes(voted)
    (voted.functions_folder / "first.py").write_text(script + COPY)
    apply_functions(voted)
    return voted


def test_a_copy_changes_no_label(voted: Project, script: str) -> None:
    before = aggregate_votes(voted)
    probs = believed(voted, before.chosen)
    (voted.functions_folder / "first.py").write_text(script + COPY)
    apply_functions(voted)
    after = aggregate_votes(voted)
    assert (after.chosen, after.labelled, after.ties) == (
        before.chosen,
        before.labelled,
        before.ties,
    )
    assert believed(voted, after.chosen) == pytest.approx(probs, abs=1e-5)


def test_the_copies_share_their_evidence_and_nothing_is_lost_without_one(copied: Project) -> None:
    result = aggregate_votes(copied)
    assert result.chosen != "majority"
    for weight in result.weights:
        if weight.name in ("offers", "again"):
            assert (weight.labels_changed, weight.accuracy_gain) == (0, 0)
    said = 0
    for example_id in range(1, copied.store.examples.count() + 1):
        evidence = evidence_of(copied, example_id)
        assert evidence is not None
        terms = {term.name: term for term in evidence.terms}
        assert terms["offers"].evidence == terms["again"].evidence
        said += terms["again"].vote is not None
        assert np.sum([term.evidence for term in evidence.terms], axis=0) == pytest.approx(
            evidence.totals
        )
        assert evidence.probabilities == pytest.approx(
            believed(copied, result.chosen)[example_id - 1], abs=1e-5
        )
        if said > 5:
            break
    assert said > 5


@pytest.mark.parametrize("model", ["dawid-skene", "snorkel", "triplet"])
def test_who_asks_for_a_model_gets_copies_counted_once(copied: Project, model: str) -> None:
    balance = {"ham": 0.5, "spam": 0.5}
    result = aggregate_votes(copied, model=model, class_balance=balance)
    assert any("they count once" in told for told in result.warnings)
    versions = [version.lf_version_id for version in copied.store.votes.in_force()]
    votes, copy_of = stored_votes(copied, versions), np.array(result.copy_of)
    kept = np.unique(copy_of)
    assert len(kept) == len(copy_of) - 1
    alone = make_label_model(model, 2, seed=copied.config.seed)
    alone.fit(votes[fit_rows(copied)][:, kept], class_balance=[0.5, 0.5])
    assert believed(copied, model) == pytest.approx(alone.predict_proba(votes[:, kept]), abs=1e-5)


@pytest.mark.parametrize("asked", ["majority", "dawid-skene"])
def test_who_asks_for_a_model_gets_the_one_that_was_compared(copied: Project, asked: str) -> None:
    compared = aggregate_votes(copied)
    before = {name: believed(copied, name) for name in compared.disagreement}
    result = aggregate_votes(copied, model=asked)
    assert result.chosen == asked
    assert result.disagreement == compared.disagreement
    for name, probabilities in before.items():
        assert believed(copied, name) == pytest.approx(probabilities, abs=1e-6), name


def test_without_one_copy_the_other_speaks_for_both(copied: Project) -> None:
    result = aggregate_votes(copied)
    assert len(set(result.copy_of)) == len(result.weights) - 1
    beliefs = model_beliefs(copied, "aggregate")
    assert beliefs is not None
    for name in ("again", "offers"):
        left_out = [v for v in copied.store.votes.in_force() if v.name == name]
        found = untaught_beliefs(copied, beliefs, left_out)
        assert (found.is_known == beliefs.informed).all()
        assert found.probs[found.is_known] == pytest.approx(beliefs.probs[found.is_known], abs=1e-5)
    both = [v for v in copied.store.votes.in_force() if v.name in ("again", "offers")]
    assert untaught_beliefs(copied, beliefs, both).is_known.sum() < beliefs.informed.sum()


def test_the_terms_say_what_counts_once(copied: Project) -> None:
    aggregate_votes(copied)
    evidence = evidence_of(copied, 1)
    assert evidence is not None
    said = {term.name: term.note for term in evidence.terms if term.note}
    assert said == {
        "offers": "counts once with again",
        "again": "counts once with offers",
    }
    aggregate_votes(copied, model="majority")  # counts every vote
    evidence = evidence_of(copied, 1)
    assert evidence is not None
    assert not any(term.note for term in evidence.terms)


def test_what_may_be_a_copy_is_told(project: Project, write_csv: Callable[..., Path]) -> None:
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 2, 400)
    first = truth ^ (rng.random(400) < 0.2)
    second = first ^ (rng.random(400) < 0.02)
    third = truth ^ (rng.random(400) < 0.1)
    rows = [{"id": f"r{i}", "text": f"row {i}"} for i in range(400)]
    import_files(project, [write_csv("rows.csv", rows)])
    names = np.array(["ham", "spam"])
    votes = [
        dict(zip(("uid", "first", "second", "third"), (f"r{i}", *names[list(v)]), strict=True))
        for i, v in enumerate(zip(first, second, third, strict=True))
    ]
    import_votes(project, write_csv("votes.csv", votes))
    told = aggregate_votes(project).warnings
    alike = f"{100 * (first == second).mean():.0f} %"
    assert f"first and second vote {alike} alike: if one was made from the other, drop one" in told
