"""A function that is a copy of another: auto counts both once, who asks for a model twice."""

from __future__ import annotations

import numpy as np
import pytest

from workbench.methods.label_model import make_label_model
from workbench.services.aggregate import aggregate_votes, fit_rows
from workbench.services.apply import apply_functions
from workbench.services.beliefs import model_beliefs
from workbench.services.evidence import evidence_of
from workbench.services.labels import stored_votes
from workbench.services.project import Project

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
def test_who_asks_for_a_model_gets_it_on_all_functions(copied: Project, model: str) -> None:
    result = aggregate_votes(copied, model=model, class_balance={"ham": 0.5, "spam": 0.5})
    assert any("their evidence counts twice; drop one" in told for told in result.warnings)
    versions = [version.lf_version_id for version in copied.store.votes.in_force()]
    votes = stored_votes(copied, versions)
    alone = make_label_model(model, 2, seed=copied.config.seed)
    alone.fit(votes[fit_rows(copied)], class_balance=[0.5, 0.5])
    assert believed(copied, model) == pytest.approx(alone.predict_proba(votes), abs=1e-5)
