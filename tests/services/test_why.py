"""The trail of a label: complete, and its arithmetic adds up."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from workbench.services.aggregate import aggregate_votes
from workbench.services.annotate import Session
from workbench.services.audit import audit_labels
from workbench.services.classes import merge_classes
from workbench.services.evidence import evidence_of
from workbench.services.export import export_labels
from workbench.services.guidelines import set_guidelines
from workbench.services.import_votes import import_votes
from workbench.services.importing import import_files
from workbench.services.project import Project, init_project
from workbench.services.train import train_end_model
from workbench.services.why import why


@pytest.mark.parametrize("model", ["majority", "snorkel", "dawid-skene"])
@pytest.mark.parametrize("balance", [None, {"ham": 0.7, "spam": 0.3}])
def test_the_terms_sum_to_the_shown_probability(
    filled: Project, cast_votes: Callable[..., None], model: str, balance: dict[str, float] | None
) -> None:
    cast_votes(filled)
    run = aggregate_votes(filled, model=model, class_balance=balance)
    for example_id in range(1, 41):
        evidence = evidence_of(filled, example_id)
        shown = filled.store.beliefs.of_example(run.run_id, model, example_id)
        assert evidence is not None
        assert shown is not None
        totals = np.sum([term.evidence for term in evidence.terms], axis=0)
        np.testing.assert_allclose(totals, evidence.totals)
        softmax = np.exp(totals - totals.max())
        np.testing.assert_allclose(softmax / softmax.sum(), shown, atol=1e-6)
        np.testing.assert_allclose(evidence.probabilities, shown, atol=1e-6)
        votes = filled.store.votes.of_example(
            [v.lf_version_id for v in filled.store.votes.in_force()], example_id
        )
        said = [None if v in (None, -1) else filled.classes[v] for v in votes]
        assert [term.vote for term in evidence.terms] == [*said, None]


def test_the_arithmetic_is_that_of_the_run_after_everything_moved_on(
    filled: Project, cast_votes: Callable[..., None], tmp_path: Path, write_csv
) -> None:
    cast_votes(filled)
    run = aggregate_votes(filled, model="snorkel")
    shown = filled.store.beliefs.of_example(run.run_id, "snorkel", 2)
    cast_votes(filled, seed=5)
    import_files(filled, [write_csv("late.csv", [{"id": "late", "text": "hello again"}])])
    evidence = evidence_of(filled, 2)
    assert evidence is not None
    np.testing.assert_allclose(evidence.probabilities, shown, atol=1e-6)
    assert evidence_of(filled, filled.store.examples.count()) is None


def test_the_trail_holds_all_that_happened(
    filled: Project, cast_votes: Callable[..., None], tmp_path: Path
) -> None:
    cast_votes(filled)
    aggregate_votes(filled)
    train_end_model(filled)
    audit = audit_labels(filled)
    doubted = audit.suspects[0].uid
    example_id = filled.store.examples.id_of(doubted)
    assert example_id is not None
    set_guidelines(filled, "# Say spam\n")
    with Session(filled, annotator="ana") as session:
        session.label(example_id, "ham", seconds=2.5, note="looks fine")
        session.relabel(example_id, "spam", batch_run_id=audit.run_id)
        session.undo()
    export_labels(filled, tmp_path / "o.csv")
    trail = why(filled, doubted)
    assert trail.source.path == str(tmp_path / "train.csv")
    assert len(trail.source.sha256) == 64
    assert trail.source.row == example_id
    assert trail.source.vendor in ("good", "bad")
    assert {vote.lf for vote in trail.votes} == {"calls", "meals", "offers", "polite"}
    assert all(vote.version and vote.source and vote.run_id for vote in trail.votes)
    assert {belief.kind for belief in trail.beliefs} == {"train", "audit", "aggregate"}
    assert trail.evidence is not None
    assert trail.evidence.parameters["model"] == "auto"
    kinds = [(d.kind, d.label, d.stands) for d in trail.decisions]
    assert kinds == [
        ("undo", None, True), ("relabel", "spam", False), ("label", "ham", True),
    ]  # fmt: skip
    said = trail.decisions[-1]
    assert (said.annotator, said.seconds, said.note, said.guideline) == (
        "ana", 2.5, "looks fine", 1,
    )  # fmt: skip
    assert trail.decisions[1].asked_by == audit.run_id
    assert [q.kind for q in trail.questions] == ["audit"]
    assert [e.path for e in trail.exports] == [str(tmp_path / "o.csv")]


def test_a_merged_class_shows_what_was_said_and_what_it_counts_as(
    tmp_path: Path, write_csv
) -> None:
    rows = [{"id": str(i), "text": f"text {i}"} for i in range(12)]
    with Project(init_project(tmp_path / "p", ["ham", "spam", "scam"])) as project:
        import_files(project, [write_csv("t.csv", rows)])
        path = tmp_path / "v.csv"
        with path.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["uid", "a", "b", "c"])
            writer.writerows([[i, i % 3, i % 3, (i + i // 9) % 3] for i in range(12)])
        import_votes(project, path)
        aggregate_votes(project, model="majority")
        with Session(project, annotator="ana") as session:
            session.label(3, "scam")
        merge_classes(project, ["scam"], "spam")
        trail = why(project, "2")
        assert (trail.label, trail.origin) == ("spam", "annotation")
        assert (trail.decisions[0].said, trail.decisions[0].label) == ("scam", "spam")
        assert {(vote.said, vote.vote) for vote in trail.votes} == {("scam", "spam")}
        assert trail.evidence is not None
        assert trail.evidence.classes == ("ham", "spam", "scam")
        believed = {belief.model: dict(belief.probabilities) for belief in trail.beliefs}
        assert believed["majority"] == {"spam": 1.0, "ham": 0.0}
