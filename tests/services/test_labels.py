"""Which label an example has: the arrays, the view, and the order of the origins."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from workbench.services.aggregate import aggregate_votes
from workbench.services.annotate import Session
from workbench.services.config import write_config
from workbench.services.labels import resolve_labels
from workbench.services.project import Project
from workbench.services.undo import undo


def shuffle_decisions(project: Project, seed: int) -> None:
    rng = random.Random(seed)
    with Session(project, annotator="ana") as ana, Session(project, annotator="bo") as bo:
        for _ in range(60):
            session = rng.choice([ana, bo])
            example_id = rng.randint(1, 30)
            kind = rng.choice(
                ["label", "label", "label", "skip", "flag", "keep", "relabel", "undo"]
            )
            if kind == "undo":
                undo(project, annotator=session.annotator)
            elif kind in ("skip", "flag"):
                getattr(session, kind)(example_id)
            else:
                getattr(session, kind)(example_id, rng.choice(project.classes))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("default", ["", "spam"])
@pytest.mark.parametrize(
    "order",
    [
        ("correction", "annotation", "given", "model"),
        ("model", "given", "annotation", "correction"),
        ("annotation", "model", "correction", "given"),
    ],
)
def test_the_view_and_the_arrays_agree(
    voted: Project, seed: int, order: tuple[str, ...], default: str
) -> None:
    aggregate_votes(voted)
    shuffle_decisions(voted, seed)
    write_config(
        voted.root / "workbench.toml",
        replace(voted.config, label_order=order, default_class=default),
    )
    with Project(voted.root) as project:
        labels = resolve_labels(project)
        for row in range(len(labels.labels)):
            resolved = project.store.resolved.of_example(row + 1)
            if labels.labels[row] < 0:
                assert resolved is None
                continue
            assert resolved is not None
            assert resolved.label == project.classes[labels.labels[row]]
            assert resolved.origin == labels.order[labels.origin[row]]
            assert resolved.run_id == labels.run_ids[row]
            assert resolved.confidence == pytest.approx(labels.confidence[row], abs=1e-4)


def test_a_tie_between_annotators_is_no_label(project: Project, write_csv) -> None:
    from workbench.services.importing.importing import import_files

    import_files(project, [write_csv("a.csv", [{"id": "1", "text": "hello"}])])
    with Session(project, annotator="ana") as ana, Session(project, annotator="bo") as bo:
        ana.label(1, "ham")
        assert resolve_labels(project).labels.tolist() == [0]
        bo.label(1, "spam")
        assert resolve_labels(project).labels.tolist() == [-1]
        bo.label(1, "ham")
        labels = resolve_labels(project)
    assert labels.labels.tolist() == [0]
    assert labels.confidence.tolist() == [1.0]


def test_a_model_s_label_needs_the_configured_confidence(voted: Project) -> None:
    aggregate_votes(voted)
    write_config(
        voted.root / "workbench.toml",
        replace(voted.config, label_order=("model", "correction", "annotation", "given")),
    )
    with Project(voted.root) as project:
        sure = resolve_labels(project, min_confidence=0.9).origin_is("model")
        any_ = resolve_labels(project, min_confidence=0.0).origin_is("model")
        assert 0 < sure.sum() < any_.sum()
        assert (resolve_labels(project, min_confidence=0.9).confidence[sure] >= 0.9).all()
