"""What changed between two states, and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.services.answering import say
from workbench.errors import UsageError
from workbench.services.aggregate import aggregate_votes
from workbench.services.annotate import Session
from workbench.services.classes import (
    add_classes,
    merge_classes,
    rename_class,
    retire_class,
    split_class,
)
from workbench.services.config import write_config
from workbench.services.diff import DiffResult, diff
from workbench.services.importing.importing import import_files
from workbench.services.labels import resolve_labels
from workbench.services.moments import end_of
from workbench.services.project import Project
from workbench.services.relabel import relabel_rows
from workbench.services.snapshots import take_snapshot
from workbench.services.train import train_end_model
from workbench.services.undo import undo


def last_run(project: Project) -> str:
    return str(project.store.runs.newest(limit=1)[0].run_id)


def causes(result: DiffResult) -> dict[str, str]:
    return {row.uid: row.cause for row in result.rows}


@pytest.fixture
def unlabelled(project: Project, write_csv, small_rows, cast_votes: Callable[..., None]) -> Project:
    """A project whose labels come from the label model alone."""
    rows = [row | {"label": ""} for row in small_rows(60)]
    import_files(project, [write_csv("t.csv", rows)])
    cast_votes(project)
    aggregate_votes(project, model="majority")
    return project


def test_people_s_acts_are_told_apart(unlabelled: Project, write_csv) -> None:
    labels = resolve_labels(unlabelled).labels
    other = {i: unlabelled.classes[1 - labels[i - 1]] for i in (1, 2, 3, 4) if labels[i - 1] >= 0}
    take_snapshot(unlabelled, "before")
    before = last_run(unlabelled)
    with Session(unlabelled, annotator="ana") as session:
        session.label(1, other.get(1, "spam"))
    relabel_rows(unlabelled, other.get(2, "spam"), uids=["r1"], annotator="bo")
    new = [{"id": "new", "text": "x", "label": "ham"}, {"id": "none", "text": "y", "label": ""}]
    import_files(unlabelled, [write_csv("n.csv", new)])
    take_snapshot(unlabelled, "after")
    for a, b in [("before", "after"), (before, last_run(unlabelled)), (before, "after")]:
        result = diff(unlabelled, a, b)
        assert causes(result) == {"r0": "annotation", "r1": "review", "new": "new row"}
        assert result.by_cause == {"new row": 1, "review": 1, "annotation": 1}
        assert {row.uid: row.detail for row in result.rows}["r0"] == "ana: label"
        assert (result.rows[2].before, result.rows[2].after) == (None, "ham")
    undo(unlabelled, annotator="bo")
    back = diff(unlabelled, "after", last_run(unlabelled))
    assert [(row.uid, row.cause, row.detail) for row in back.rows] == [
        ("r1", "review", "bo: relabel undone")
    ]


def test_a_new_version_of_a_function_is_named(
    unlabelled: Project, cast_votes: Callable[..., None]
) -> None:
    before = last_run(unlabelled)
    cast_votes(unlabelled, seed=9, voters=("offers", "calls"))
    aggregate_votes(unlabelled, model="majority")
    result = diff(unlabelled, before, last_run(unlabelled))
    assert result.n_changed > 3
    assert set(result.by_cause) == {"labeling function"}
    assert all("offers" in row.detail or "calls" in row.detail for row in result.rows)


def test_parameters_and_settings_are_told(unlabelled: Project) -> None:
    before = last_run(unlabelled)
    balance = {"ham": 0.97, "spam": 0.03}
    aggregate_votes(unlabelled, model="snorkel", class_balance=balance)
    result = diff(unlabelled, before, last_run(unlabelled))
    assert set(result.by_cause) == {"parameter"}
    assert "snorkel" in result.rows[0].detail
    take_snapshot(unlabelled, "lax")
    config = replace(unlabelled.config, min_confidence=0.999)
    write_config(unlabelled.root / "workbench.toml", config)
    with Project(unlabelled.root) as strict:
        take_snapshot(strict, "strict")
        stricter = diff(strict, "lax", "strict")
    assert set(stricter.by_cause) == {"parameter"}
    assert stricter.rows[0].detail == "min_confidence 0.5 became 0.999"


def test_a_changed_label_set_is_a_cause_and_a_rename_is_no_change(unlabelled: Project) -> None:
    add_classes(unlabelled, ["scam"])
    with Session(unlabelled, annotator="ana") as session:
        session.label(1, "scam")
        session.label(2, "scam")
        session.label(4, "spam")
    take_snapshot(unlabelled, "a")
    rename_class(unlabelled, "scam", "fraud")
    take_snapshot(unlabelled, "b")
    assert diff(unlabelled, "a", "b").n_changed == 0
    merge_classes(unlabelled, ["fraud"], "ham")
    take_snapshot(unlabelled, "c")
    merged = diff(unlabelled, "b", "c")
    assert causes(merged) == {"r0": "class", "r1": "class"}
    assert (merged.rows[0].before, merged.rows[0].after) == ("fraud", "ham")
    undo(unlabelled)
    retire_class(unlabelled, "fraud")
    take_snapshot(unlabelled, "d")
    retired = diff(unlabelled, "b", "d")
    assert set(causes(retired).values()) == {"class"}


def test_a_split_that_is_undone_is_a_change_of_the_label_set(unlabelled: Project) -> None:
    with Session(unlabelled, annotator="ana") as session:
        session.label(1, "spam")
    take_snapshot(unlabelled, "a")
    split_class(unlabelled, "spam", ["scam", "advert"])
    take_snapshot(unlabelled, "b")
    undo(unlabelled)
    take_snapshot(unlabelled, "c")
    for before, after in (("a", "b"), ("b", "c")):
        found = diff(unlabelled, before, after)
        assert found.rows[0].uid == "r0"
        assert set(found.by_cause) == {"class"}
    assert diff(unlabelled, "a", "c").n_changed == 0


def test_a_training_that_gives_the_labels_is_named(unlabelled: Project, write_csv) -> None:
    first = unlabelled.store.runs.last_done("aggregate").run_id
    with Session(unlabelled, annotator="ana") as session:
        for example_id in range(1, 25):
            session.label(example_id, "spam" if example_id % 2 == 0 else "ham")
    before = last_run(unlabelled)
    trained = train_end_model(unlabelled)
    assert trained.chosen == "mix"
    result = diff(unlabelled, before, str(trained.run_id))
    assert set(result.by_cause) == {"model"}
    words = f"the mix of training run {trained.run_id} took the place of the label model of run"
    assert {row.detail for row in result.rows} == {f"{words} {first}"}
    # Trained on other annotations, the mix says another thing about rows that nobody touched.
    with Session(unlabelled, annotator="ana") as session:
        for example_id in range(1, 25):
            session.label(example_id, "ham" if example_id % 3 else "spam")
    before = last_run(unlabelled)
    again = train_end_model(unlabelled)
    result = diff(unlabelled, before, last_run(unlabelled))
    assert result.n_changed > 0
    assert {(row.cause, row.detail) for row in result.rows} == {
        ("annotation", f"trained anew on other decisions in run {again.run_id}")
    }
    # A newer aggregation takes the labels back.
    newer = aggregate_votes(unlabelled, model="snorkel")
    result = diff(unlabelled, str(again.run_id), str(newer.run_id))
    assert set(result.by_cause) == {"model"}
    import_files(unlabelled, [write_csv("n.csv", [{"id": f"n{i}", "text": "win"} for i in "ab"])])
    aggregate_votes(unlabelled, model="snorkel", seed=3)
    seeded = diff(unlabelled, str(newer.run_id), last_run(unlabelled))
    assert set(seeded.by_cause) <= {"parameter", "new row"}


def test_answers_that_are_weighed_anew_are_a_cause(unlabelled: Project) -> None:
    config = replace(unlabelled.config, consensus="dawid-skene")
    write_config(unlabelled.root / "workbench.toml", config)
    with Project(unlabelled.root) as project:
        hams, spams = (dict.fromkeys(range(1, 9), label) for label in ("ham", "spam"))
        say(project, a=hams, b=spams, c=hams)
        take_snapshot(project, "one")
        # Of other rows a says what nobody else does.
        for example_id in range(9, 40):
            right = {example_id: ["ham", "spam"][example_id % 2]}
            wrong = {example_id: ["spam", "ham"][example_id % 2]}
            say(project, b=right, d=right, e=right, a=wrong, c=wrong)
        take_snapshot(project, "two")
        run = project.store.runs.last_done("consensus").run_id
        result = diff(project, "one", "two")
        untouched = [row for row in result.rows if int(row.uid[1:]) < 8]
        assert untouched
        assert {(row.cause, row.detail) for row in untouched} == {
            ("annotation", f"answers weighed anew in run {run}")
        }
        assert "class" not in result.by_cause


def test_the_past_can_be_read_at_every_run(
    unlabelled: Project, cast_votes: Callable[..., None], write_csv
) -> None:
    seen = {}

    def note() -> None:
        seen[int(last_run(unlabelled))] = resolve_labels(unlabelled)

    with Session(unlabelled, annotator="ana") as session:
        session.label(1, "spam")
    note()
    merge = [{"id": "new", "text": "x", "label": "spam"}]
    import_files(unlabelled, [write_csv("n.csv", merge)])
    note()
    add_classes(unlabelled, ["scam"])
    note()
    with Session(unlabelled, annotator="ana") as session:
        session.relabel(2, "scam")
    undo(unlabelled, annotator="ana")
    with Session(unlabelled, annotator="ana") as session:
        session.keep(3, "ham")
    note()
    cast_votes(unlabelled, seed=4)
    aggregate_votes(unlabelled)
    note()
    retire_class(unlabelled, "scam")
    note()
    for run_id, labels in seen.items():
        run = unlabelled.store.runs.get(run_id)
        assert run is not None
        then = resolve_labels(unlabelled, moment=end_of(unlabelled, run))
        assert then.labels.tolist() == labels.labels.tolist()
        assert then.run_ids.tolist() == labels.run_ids.tolist()
        assert then.confidence.tolist() == pytest.approx(labels.confidence.tolist())


def test_a_cause_is_what_came_in_between_whichever_state_is_named_first(
    unlabelled: Project,
) -> None:
    add_classes(unlabelled, ["scam", "other"])
    relabel_rows(unlabelled, "ham", uids=["r0"], annotator="bo")
    merge_classes(unlabelled, ["scam"], "ham", annotator="cy")
    take_snapshot(unlabelled, "a")
    # Seen from here, the next word for the first example is one that counted as ham before.
    undo(unlabelled, annotator="cy")
    relabel_rows(unlabelled, "scam", uids=["r0", "r1"], annotator="bo")
    take_snapshot(unlabelled, "b")
    retire_class(unlabelled, "scam")
    take_snapshot(unlabelled, "c")
    for old, new, cause in (("a", "b", "review"), ("b", "c", "class"), ("a", "c", "review")):
        forth, back = diff(unlabelled, old, new), diff(unlabelled, new, old)
        assert causes(forth)["r0"] == cause
        assert [(row.uid, row.cause, row.detail) for row in forth.rows] == [
            (row.uid, row.cause, row.detail) for row in back.rows
        ]
        assert [(row.before, row.after, row.before_origin) for row in forth.rows] == [
            (row.after, row.before, row.after_origin) for row in back.rows
        ]


def test_a_label_that_another_order_of_precedence_gives_is_a_parameter_s(
    project: Project, write_csv, small_rows, cast_votes: Callable[..., None]
) -> None:
    rows = [row | {"label": "ham" if i % 2 else ""} for i, row in enumerate(small_rows(60))]
    import_files(project, [write_csv("t.csv", rows)])
    cast_votes(project)
    aggregate_votes(project, model="majority")
    take_snapshot(project, "old")
    order = ("correction", "annotation", "model", "given")
    config = replace(project.config, label_order=order)
    write_config(project.root / "workbench.toml", config)
    with Project(project.root) as turned:
        cast_votes(turned, seed=9, voters=("offers", "calls"))
        aggregate_votes(turned, model="majority")
        take_snapshot(turned, "new")
        result = diff(turned, "old", "new")
    by_origin = {(row.before_origin, row.cause) for row in result.rows}
    assert ("given", "parameter") in by_origin
    assert ("given", "labeling function") not in by_origin
    assert ("model", "labeling function") in by_origin
    assert ("model", "parameter") not in by_origin


def test_a_label_that_comes_back_when_a_word_for_a_gone_class_is_undone(
    project: Project, write_csv
) -> None:
    import_files(project, [write_csv("t.csv", [{"id": "r0", "text": "x", "label": "ham"}])])
    config = replace(project.config, label_order=("correction", "annotation", "given", "model"))
    write_config(project.root / "workbench.toml", config)
    with Session(project, annotator="ana") as session:
        session.label(1, "spam")
    split_class(project, "spam", ["scam", "advert"], annotator="bo")
    take_snapshot(project, "waits")
    waiting = last_run(project)
    undo(project, annotator="ana")
    take_snapshot(project, "given")
    for before, after in (("waits", "given"), (waiting, last_run(project)), ("given", "waits")):
        (row,) = diff(project, before, after).rows
        assert (row.cause, row.detail) == ("annotation", "ana: label undone")


def test_an_unknown_state_is_refused(filled: Project) -> None:
    for name in ("999", "nothing"):
        with pytest.raises(UsageError, match="no run or snapshot"):
            diff(filled, name, name)
