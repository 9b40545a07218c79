"""Several annotators: their answers are kept, and a policy makes one label of them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.services.answering import say
from workbench.errors import ProjectError, UsageError
from workbench.services.annotate import Session
from workbench.services.classes import add_classes, retire_class
from workbench.services.config import write_config
from workbench.services.consensus import (
    RUN_KIND,
    collect_answers,
    refresh_consensus,
    row_consensus,
)
from workbench.services.disputes import disputes
from workbench.services.importing.importing import import_files
from workbench.services.labels import human_labels, resolve_labels
from workbench.services.moments import moment_at
from workbench.services.project import Project
from workbench.services.propose import propose_batch
from workbench.services.row_queues import second_answers, waiting_rows
from workbench.services.running import now
from workbench.services.train import train_end_model
from workbench.services.undo import redo, undo
from workbench.types import GONE

POLICIES = ["majority", "dawid-skene", "adjudicate"]


@contextmanager
def under(project: Project, policy: str) -> Iterator[Project]:
    """Open the project again with another policy."""
    write_config(project.root / "workbench.toml", replace(project.config, consensus=policy))
    with Project(project.root) as opened:
        yield opened


@pytest.fixture
def rows(project: Project, write_csv: Callable[..., Path]) -> Project:
    """A project with 40 rows that have no label."""
    table = [{"id": f"r{i}", "text": f"text number {i}"} for i in range(1, 41)]
    import_files(project, [write_csv("rows.csv", table)])
    return project


def random_history(project: Project, rng: random.Random) -> None:
    names = ("ana", "bo", "cy", "di")
    with Session(project, annotator="ana") as first:
        sessions = [first, *(Session(project, annotator=name) for name in names[1:])]
        for step in range(120):
            session = rng.choice(sessions)
            kind = rng.choice(["label"] * 8 + ["skip", "flag", "relabel", "undo", "redo"])
            if kind in ("undo", "redo"):
                turn = undo if kind == "undo" else redo
                turn(project, annotator=session.annotator)
            elif kind in ("skip", "flag"):
                getattr(session, kind)(rng.randint(1, 25))
            else:
                getattr(session, kind)(rng.randint(1, 25), rng.choice(project.classes))
            if step == 60:
                refresh_consensus(project)
        for session in sessions[1:]:
            session.close()


def check_the_view(project: Project) -> None:
    """Compare the view, a row at a time, with the arrays."""
    labels = resolve_labels(project)
    for row in range(len(labels.labels)):
        shown = project.store.resolved.of_example(row + 1)
        if labels.labels[row] < 0:
            assert shown is None
            continue
        assert shown is not None
        assert shown.label == project.classes[labels.labels[row]]
        assert shown.run_id == labels.run_ids[row]
        assert shown.confidence == pytest.approx(labels.confidence[row], abs=1e-9)
        assert shown.origin == labels.order[labels.origin[row]]


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("seed", range(3))
def test_the_view_and_the_arrays_agree_at_every_moment(
    rows: Project, policy: str, seed: int
) -> None:
    rng = random.Random(seed)
    with under(rows, policy) as project:
        random_history(project, rng)
        check_the_view(project)
        with Session(project, annotator="ana") as session:
            for _ in range(10):  # decided since the answers were weighed
                session.label(rng.randint(1, 30), rng.choice(project.classes))
                check_the_view(project)
            for _ in range(10):
                undo(project, annotator="ana")
                check_the_view(project)
        check_the_view(project)


def test_majority_takes_the_class_of_most_and_leaves_a_tie_open(rows: Project) -> None:
    say(
        rows,
        ana={1: "ham", 2: "ham", 3: "ham"},
        bo={1: "ham", 2: "spam"},
        cy={1: "spam"},
    )
    human = human_labels(rows)
    assert human.annotation[:4].tolist() == [0, -1, 0, -1]
    assert human.agreement[:3].tolist() == [pytest.approx(2 / 3), 0, 1]


def test_adjudicate_waits_for_a_person_wherever_two_differ(rows: Project) -> None:
    with under(rows, "adjudicate") as project:
        say(project, ana={1: "ham", 2: "ham"}, bo={1: "ham", 2: "ham"}, cy={1: "spam", 2: "ham"})
        assert resolve_labels(project).labels[:2].tolist() == [-1, 0]
        with Session(project, annotator="judge") as judge:
            assert judge.adjudicate(1, "spam").kind == "adjudicate"
        labels = resolve_labels(project)
        assert labels.labels[:2].tolist() == [1, 0]
        # A review's correction is another origin: what was settled is the annotators' consensus.
        assert labels.order[labels.origin[0]] == "annotation"
        assert labels.confidence[0] == 1
        consensus = row_consensus(project, 1)
        assert consensus is not None
        assert (consensus.label, consensus.settled_by) == ("spam", "judge")
        check_the_view(project)
        with Session(project, annotator="judge") as judge:
            undo(project, annotator="judge")
        assert resolve_labels(project).labels[:2].tolist() == [-1, 0]


def unequal_annotators(project: Project) -> dict[int, str]:
    """Let two careful and three careless people label all rows; return the truth."""
    rng = random.Random(7)
    truth = {i: rng.choice(["ham", "spam"]) for i in range(1, 41)}
    other = {"ham": "spam", "spam": "ham"}

    def answers(accuracy: float) -> dict[int, str]:
        return {i: label if rng.random() < accuracy else other[label] for i, label in truth.items()}

    say(
        project,
        ana=answers(0.98),
        bo=answers(0.95),
        cy=answers(0.5),
        di=answers(0.5),
        ed=answers(0.5),
    )
    return truth


def n_right(project: Project, truth: dict[int, str]) -> int:
    labels = resolve_labels(project).labels
    return sum(project.classes[labels[i - 1]] == label for i, label in truth.items())


def test_weighed_answers_beat_the_majority_and_say_how_sure_they_are(rows: Project) -> None:
    truth = unequal_annotators(rows)
    by_majority = n_right(rows, truth)
    with under(rows, "dawid-skene") as project:
        result = refresh_consensus(project)
        assert result is not None
        assert n_right(project, truth) > by_majority
        accuracy = {row.name: row.accuracy for row in result.annotators}
        assert min(accuracy["ana"], accuracy["bo"]) > max(
            accuracy["cy"], accuracy["di"], accuracy["ed"]
        )
        labels = resolve_labels(project)
        assert set(labels.run_ids[:40].tolist()) == {result.run_id}
        assert ((labels.confidence[:40] > 0.5) & (labels.confidence[:40] <= 1)).all()
        check_the_view(project)


def test_answers_are_weighed_again_only_when_something_has_changed(rows: Project) -> None:
    with under(rows, "dawid-skene") as project:
        unequal_annotators(project)
        runs = project.store.runs
        first = runs.last_done(RUN_KIND)
        assert first is not None
        assert runs.inputs(first.run_id) == runs.done_ids("annotate")
        assert refresh_consensus(project) is None
        say(project, fay={1: "ham"})
        second = runs.last_done(RUN_KIND)
        assert second.run_id > first.run_id
        assert refresh_consensus(project) is None
    with Project(rows.root) as project:
        assert refresh_consensus(project) is None


def test_a_row_decided_since_has_the_majority_s_class_until_answers_are_weighed_again(
    rows: Project,
) -> None:
    with under(rows, "dawid-skene") as project:
        unequal_annotators(project)
        before = row_consensus(project, 1)
        session = Session(project, annotator="fay")
        session.label(1, "ham")
        since = row_consensus(project, 1)
        assert since.confidence == sum(a.label == since.label for a in since.answers) / 6
        assert all(answer.accuracy is None for answer in since.answers)
        assert row_consensus(project, 2).run_id == before.run_id
        session.close()
        after = row_consensus(project, 1)
        assert after.run_id > before.run_id
        assert all(answer.accuracy is not None for answer in after.answers)
        check_the_view(project)


def test_a_merge_of_classes_reaches_weighed_answers_at_once(rows: Project) -> None:
    from workbench.services.classes import add_classes, merge_classes

    add_classes(rows, ["junk"])
    with under(rows, "dawid-skene") as project:
        say(project, ana={1: "junk", 2: "ham"}, bo={1: "junk", 2: "ham"})
        assert row_consensus(project, 1).label == "junk"
        merge_classes(project, ["junk"], "spam")
        assert row_consensus(project, 1).label == "spam"
        check_the_view(project)
        assert refresh_consensus(project) is not None
        assert row_consensus(project, 1).label == "spam"
        check_the_view(project)


def test_training_uses_the_consensus_of_the_policy_in_force(rows: Project) -> None:
    truth = unequal_annotators(rows)
    assert truth
    first = train_end_model(rows)
    with under(rows, "dawid-skene") as project:
        second = train_end_model(project)
        assert not second.reused
        assert project.store.runs.last_done(RUN_KIND) is not None
        assert train_end_model(project).reused
    assert second.run_id != first.run_id


@pytest.mark.parametrize("policy", POLICIES)
def test_the_consensus_of_the_past_can_be_told(rows: Project, policy: str) -> None:
    with under(rows, policy) as project:
        unequal_annotators(project)
        then, moment = human_labels(project), moment_at(project, now())
        say(project, fay=dict.fromkeys(range(1, 41), "ham"), cy=dict.fromkeys(range(1, 41), "spam"))
    with under(rows, "majority") as project:
        told, present = human_labels(project, moment=moment), human_labels(project)
        assert told.annotation.tolist() == then.annotation.tolist()
        assert told.annotation_run.tolist() == then.annotation_run.tolist()
        assert told.agreement.tolist() == then.agreement.tolist()
        assert present.annotation.tolist() != then.annotation.tolist()


def test_skips_and_flags_are_no_answers_and_withdraw_one(rows: Project) -> None:
    say(rows, ana={1: "ham", 2: "ham", 3: "spam"}, bo={1: "spam"})
    with Session(rows, annotator="bo") as session:
        session.skip(1)
        session.flag(2)
    answers = collect_answers(rows)
    assert answers.annotators == ("ana",)
    assert answers.example_ids == (1, 2, 3)
    assert answers.matrix.tolist() == [[0], [0], [1]]
    check_the_view(rows)


def test_several_annotators_are_asked_the_same_rows(rows: Project) -> None:
    say(rows, ana={1: "ham", 2: "ham"})
    assert [item.example_id for item in waiting_rows(rows, "ana", limit=2).items] == [3, 4]
    assert [item.example_id for item in waiting_rows(rows, "bo", limit=2).items] == [1, 2]


def test_a_batch_that_others_decided_says_so_and_undecided_rows_are_a_queue(
    filled: Project,
) -> None:
    run = propose_batch(filled, n=3)
    batch = [row.example_id for row in filled.store.queues.proposal(run.run_id)]
    queue = waiting_rows(filled, "bo").items
    assert [item.example_id for item in queue] == batch
    assert second_answers(queue) == ""
    say(filled, ana={batch[0]: "ham"})
    queue = waiting_rows(filled, "bo").items
    # What nobody has decided comes first.
    assert [item.example_id for item in queue] == [*batch[1:], batch[0]]
    assert second_answers(queue) == ""
    assert queue[-1].decided_by == ("ana",)
    assert queue[-1].reason.startswith("a second answer, after ana: ")
    say(filled, ana=dict.fromkeys(batch[1:], "ham"))
    said = "second answers: ana decided these 3 rows"
    assert second_answers(waiting_rows(filled, "bo").items) == said
    # Many names would push what is said off a narrow screen.
    say(filled, cy=dict.fromkeys(batch, "ham"))
    said = "second answers: 2 people decided these 3 rows"
    assert second_answers(waiting_rows(filled, "bo").items) == said
    undecided = waiting_rows(filled, "bo", queue="undecided").items
    assert undecided
    assert not {item.example_id for item in undecided} & set(batch)
    assert waiting_rows(filled, "ana", queue="undecided").items == undecided


def test_the_queue_of_disagreements_asks_the_most_disputed_first(rows: Project) -> None:
    say(
        rows,
        ana={1: "ham", 2: "ham", 3: "ham", 4: "ham"},
        bo={1: "ham", 2: "ham", 3: "spam", 4: "spam"},
        cy={1: "ham", 2: "spam", 4: "spam"},
    )
    queue = waiting_rows(rows, "judge", queue="disagreement").items
    assert [item.example_id for item in queue] == [3, 2, 4]
    assert queue[0].reason == "annotators differ: ana ham, bo spam"
    assert len(waiting_rows(rows, "judge", queue="disagreement", limit=1).items) == 1


def test_a_settled_row_leaves_the_queue_for_all_and_a_flagged_one_for_the_one(
    rows: Project,
) -> None:
    say(rows, ana={1: "ham", 2: "ham", 3: "ham"}, bo={1: "spam", 2: "spam", 3: "spam"})
    with Session(rows, annotator="judge") as judge:
        judge.adjudicate(1, "ham")
        judge.flag(2)
        assert [row.example_id for row in disputes(rows, "judge")] == [3]
        assert [row.example_id for row in disputes(rows, "ana")] == [2, 3]
        for _ in range(2):
            undo(rows, annotator="judge")
    assert [row.example_id for row in disputes(rows, "judge")] == [1, 2, 3]


@pytest.mark.parametrize("policy", POLICIES)
def test_what_was_settled_holds_under_every_policy_until_a_review(
    rows: Project, policy: str
) -> None:
    with under(rows, policy) as project:
        say(project, ana={1: "ham", 2: "ham"}, bo={1: "ham", 2: "ham"}, cy={1: "spam", 2: "ham"})
        with Session(project, annotator="judge") as judge:
            judge.adjudicate(1, "ham")
            judge.adjudicate(1, "spam")
            judge.adjudicate(3, "ham")
        refresh_consensus(project)
        assert human_labels(project).annotation[:3].tolist() == [1, 0, 0]
        check_the_view(project)
        say(project, di={1: "ham"})
        assert human_labels(project).annotation[0] == 1
        check_the_view(project)
        with Session(project, annotator="judge") as judge:
            judge.relabel(1, "ham")
        labels = resolve_labels(project)
        assert (labels.labels[0], labels.order[labels.origin[0]]) == (0, "correction")
        check_the_view(project)


def test_settling_for_a_class_that_is_gone_waits_for_another_decision(rows: Project) -> None:
    add_classes(rows, ["other"])
    say(rows, ana={1: "ham"}, bo={1: "ham"}, cy={1: "spam"})
    with Session(rows, annotator="judge") as judge:
        judge.adjudicate(1, "other")
    retire_class(rows, "other")
    assert human_labels(rows).annotation[0] == GONE
    assert resolve_labels(rows).labels[0] == -1
    consensus = row_consensus(rows, 1)
    assert consensus is not None
    assert (consensus.label, consensus.settled_by) == (None, "judge")
    check_the_view(rows)


def test_unknown_queues_and_policies_are_refused(rows: Project) -> None:
    with pytest.raises(UsageError, match="disagreement"):
        waiting_rows(rows, "ana", queue="quarrel")
    with pytest.raises(ProjectError, match="dawid-skene"), under(rows, "mean"):
        pass


def test_weighing_nothing_is_no_run(rows: Project) -> None:
    with under(rows, "dawid-skene") as project:
        assert refresh_consensus(project) is None
        assert project.store.runs.last_done(RUN_KIND) is None
