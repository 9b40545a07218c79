"""What was said of a class that is split or retired: it counts for no class, and gives nobody's
outvoted word the label."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.services.answering import say
from workbench.services.aggregate import aggregate_votes
from workbench.services.agreement import annotator_agreement
from workbench.services.annotate import Session
from workbench.services.classes import add_classes, merge_classes, retire_class, split_class
from workbench.services.config import write_config
from workbench.services.consensus import (
    NO_CLASS,
    collect_answers,
    refresh_consensus,
    row_consensus,
)
from workbench.services.disputes import disputes
from workbench.services.importing.importing import import_files
from workbench.services.labels import (
    Labels,
    annotated_labels,
    human_labels,
    reference_labels,
    resolve_labels,
    trusted_labels,
)
from workbench.services.outdated import outdated_counts
from workbench.services.project import Project, init_project
from workbench.services.row_queues import waiting_rows
from workbench.services.staleness import stale
from workbench.services.status import status
from workbench.services.undo import undo
from workbench.services.why import why
from workbench.types import GONE

POLICIES = ["majority", "dawid-skene", "adjudicate"]
LEAVE: dict[str, Callable[[Project], object]] = {
    "split": lambda project: split_class(project, "spam", ["scam", "advert"], annotator="lead"),
    "retire": lambda project: retire_class(project, "spam", annotator="lead"),
    "merge and retire": lambda project: (
        merge_classes(project, ["spam"], "junk", annotator="lead"),
        retire_class(project, "junk", annotator="lead"),
    ),
}


@contextmanager
def under(root: Path, policy: str) -> Iterator[Project]:
    with Project(root) as project:
        write_config(root / "workbench.toml", replace(project.config, consensus=policy))
    with Project(root) as project:
        yield project


@pytest.fixture
def root(tmp_path: Path, write_csv: Callable[..., Path]) -> Path:
    """A project with three classes and 30 rows without labels, of which 10 are for evaluation."""
    root = init_project(tmp_path / "p", ["ham", "spam", "promo"])
    rows = [{"id": f"r{i}", "text": f"text number {i}"} for i in range(1, 31)]
    with Project(root) as project:
        import_files(project, [write_csv("rows.csv", rows[:20])])
        held = write_csv("held.csv", rows[20:])
        import_files(project, [held], role="evaluation", labels=False)
    return root


def told(labels: Labels) -> list[list[float]]:
    return [labels.labels.tolist(), labels.confidence.tolist(), labels.run_ids.tolist()]


def label(project: Project, example_id: int) -> str | None:
    """Return the label of a row, which the view, the arrays and the trail tell alike."""
    labels = resolve_labels(project)
    index, shown = labels.labels[example_id - 1], project.store.resolved.of_example(example_id)
    name = None if index < 0 else project.classes[index]
    assert (None if shown is None else shown.label) == name
    assert why(project, f"r{example_id}").label == name
    return name


@pytest.mark.parametrize("leave", LEAVE)
@pytest.mark.parametrize("policy", POLICIES)
def test_those_who_were_outvoted_do_not_win(root: Path, policy: str, leave: str) -> None:
    with under(root, policy) as project:
        two_to_one = {"a": "spam", "b": "spam", "c": "ham"}
        say(project, **{who: dict.fromkeys(range(1, 13), said) for who, said in two_to_one.items()})
        say(project, a={13: "spam"}, b={13: "ham"})  # a tie
        say(project, a={14: "ham", 15: "spam"}, b={14: "ham"}, c={14: "spam"})
        before = told(resolve_labels(project))
        LEAVE[leave](project)
        for _ in range(2):  # with the weights of before, and weighed again
            assert [label(project, i) for i in (1, 12, 15)] == [None] * 3
            # Weights may have broken the tie.
            assert label(project, 13) == ("ham" if before[0][12] == 0 else None)
            assert label(project, 14) == (None if policy == "adjudicate" else "ham")
            assert set(annotated_labels(project).tolist()) <= {-1, 0}
            refresh_consensus(project)
        waits = {row.example_id for row in disputes(project)}
        assert waits == set(range(1, 15))
        (tie,) = [row for row in disputes(project) if row.example_id == 13]
        assert tie.reason == "annotators differ: a spam (no class any more), b ham"
        queue = waiting_rows(project, "judge", queue="disagreement").items
        assert {item.example_id for item in queue} == waits
        assert outdated_counts(project)["spam"] == 2 * 12 + 1 + 1 + 1
        assert [s.command for s in stale(project, ["annotate"])] == [
            "workbench annotate --queue outdated"
        ]
        assert 15 in {i.example_id for i in waiting_rows(project, "zoe", queue="outdated").items}
        while undo(project, annotator="lead") is not None:
            pass
        refresh_consensus(project)
        after = told(resolve_labels(project))
        assert after[0] == before[0]
        assert after[1] == pytest.approx(before[1], abs=1e-9)


@pytest.mark.parametrize("leave", LEAVE)
def test_a_correction_keeps_what_it_replaced_from_coming_back(root: Path, leave: str) -> None:
    with under(root, "majority") as project:
        say(project, a={5: "ham", 6: "ham", 25: "ham"}, b={6: "spam"})
        with Session(project, annotator="rev") as session:
            session.relabel(5, "spam")
            session.adjudicate(6, "spam")
            session.keep(25, "spam")
        before = told(resolve_labels(project))
        assert [label(project, i) for i in (5, 6, 25)] == ["spam"] * 3
        LEAVE[leave](project)
        assert [label(project, i) for i in (5, 6, 25)] == [None] * 3
        human = human_labels(project)
        assert human.decided[[4, 5, 24]].tolist() == [GONE] * 3
        for labels in (annotated_labels, trusted_labels, reference_labels):
            assert set(labels(project).tolist()) == {-1}
        trail = why(project, "r5")
        assert [item.because for item in trail.stale] == [
            "rev said spam, which is no class any more"
        ]
        assert trail.waits
        # What brings the row up to date is of the same kind as the word that is gone.
        queue = waiting_rows(project, "zoe", queue="outdated").items
        assert [(item.example_id, item.act) for item in queue] == [
            (5, "relabel"), (6, "adjudicate"), (25, "relabel"),
        ]  # fmt: skip
        with Session(project, annotator="zoe") as session:
            for item in queue:
                session.choose(item, "promo")
        assert [label(project, i) for i in (5, 6, 25)] == ["promo"] * 3
        assert outdated_counts(project) == {}
        for who in ("zoe", "lead"):
            while undo(project, annotator=who) is not None:
                pass
        assert told(resolve_labels(project)) == before


@pytest.mark.parametrize("leave", LEAVE)
def test_a_given_label_of_a_gone_class_is_not_left_to_a_model(
    tmp_path: Path, leave: str, write_csv: Callable[..., Path], cast_votes: Callable[..., None]
) -> None:
    rows = [
        {"id": f"r{i}", "text": f"text {i}", "label": "spam" if i < 4 else ""} for i in range(1, 31)
    ]
    with Project(init_project(tmp_path / "p", ["ham", "spam", "promo"])) as project:
        import_files(project, [write_csv("t.csv", rows)])
        cast_votes(project)
        aggregate_votes(project, model="majority")
        LEAVE[leave](project)
        assert [label(project, i) for i in (1, 2, 3)] == [None] * 3
        assert resolve_labels(project).is_gone[:4].tolist() == [True, True, True, False]
        assert outdated_counts(project) == {"spam": 3}
        (stage,) = [stage for stage in status(project).stages if stage.name == "annotate"]
        assert stage.state == "stale"
        assert (
            why(project, "r1").stale[-1].because == "it came with spam, which is no class any more"
        )
        queue = waiting_rows(project, "ana", queue="outdated", label="spam").items
        assert [(item.example_id, item.act) for item in queue] == [(i, "label") for i in (1, 2, 3)]
        with Session(project, annotator="ana") as session:
            for item in queue:
                session.choose(item, "ham")
        assert [label(project, i) for i in (1, 2, 3)] == ["ham"] * 3
        assert outdated_counts(project) == {}


def test_the_answers_of_gone_classes_are_shown_and_count_in_agreement(root: Path) -> None:
    with under(root, "dawid-skene") as project:
        add_classes(project, ["junk"])
        say(project, a={1: "spam", 2: "ham"}, b={1: "junk", 2: "ham"}, c={1: "ham"})
        for name in ("spam", "junk"):
            retire_class(project, name)
        answers = collect_answers(project)
        assert answers.classes == ("ham", "promo", NO_CLASS)
        assert answers.matrix.tolist() == [[2, 2, 0], [0, 0, -1]]
        assert answers.gone[0] in (1, 3)
        assert answers.gone[1] == -1
        consensus = row_consensus(project, 1)
        assert consensus is not None
        assert [answer.label for answer in consensus.answers] == [
            "spam (no class any more)", "junk (no class any more)", "ham",
        ]  # fmt: skip
        assert consensus.label is None
        found = annotator_agreement(project, n_resamples=1)
        assert (found.n_answers, found.n_disputed) == (5, 1)
        assert {row.name for row in found.classes} <= {"ham", "promo", NO_CLASS}


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("seed", range(3))
def test_the_view_and_the_arrays_agree_and_undoing_restores_all(
    root: Path, policy: str, seed: int
) -> None:
    rng = random.Random(seed)
    with under(root, policy) as project:
        for name in ("ana", "bo", "cy"):
            with Session(project, annotator=name) as session:
                for _ in range(25):
                    act = rng.choice(["label"] * 6 + ["relabel", "adjudicate"])
                    getattr(session, act)(rng.randint(1, 20), rng.choice(project.classes))
        before = told(resolve_labels(project))
        LEAVE[rng.choice(list(LEAVE))](project)
        for _ in range(2):
            labels = resolve_labels(project)
            for row in range(30):
                shown = project.store.resolved.of_example(row + 1)
                found = (None, 0) if shown is None else (shown.label, shown.run_id)
                index = labels.labels[row]
                name = None if index < 0 else project.classes[index]
                assert found == (name, labels.run_ids[row])
            assert labels.is_gone is not None
            assert (labels.labels[labels.is_gone] == -1).all()
            refresh_consensus(project)
        # Nobody's label is another than before, but for weights that have moved.
        if policy != "dawid-skene":
            gained = [i for i in range(30) if labels.labels[i] >= 0 and before[0][i] < 0]
            assert gained == []
        while undo(project, annotator="lead") is not None:
            pass
        refresh_consensus(project)
        after = told(resolve_labels(project))
        assert after[0] == before[0]
        assert after[1] == pytest.approx(before[1], abs=1e-9)
