"""The label set over time: old words are kept and counted by rules, votes are not made again."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from workbench.errors import ProjectError, UsageError
from workbench.services.aggregate import aggregate_votes
from workbench.services.annotate import Session
from workbench.services.audit.audit import audit_labels
from workbench.services.beliefs import model_beliefs
from workbench.services.classes import (
    add_classes,
    list_classes,
    merge_classes,
    rename_class,
    retire_class,
    split_class,
)
from workbench.services.export.export import export_labels
from workbench.services.importing.importing import import_files
from workbench.services.labels import resolve_labels, stored_votes
from workbench.services.lf.apply import apply_functions
from workbench.services.lf.functions import list_functions
from workbench.services.project import Project, init_project
from workbench.services.propose import propose_batch
from workbench.services.review.review import review_queue
from workbench.services.row_queues import waiting_rows
from workbench.services.running import record_run
from workbench.services.status import status
from workbench.services.suspects import suspects_to_review
from workbench.services.train import train_end_model
from workbench.services.undo import undo

CLASSES = ("ham", "spam", "scam", "promo")
N = 60


@pytest.fixture
def four(tmp_path: Path, write_csv, cast_votes: Callable[..., None]) -> Iterator[Project]:
    """A project of four classes, with given labels, votes and an aggregation."""
    rows = [
        {
            "id": str(i),
            "text": f"{CLASSES[(i + 2) % 4]} words of row {i}",
            "label": CLASSES[(i + 2) % 4] if i % 3 == 0 else "",
        }
        for i in range(N)
    ]
    with Project(init_project(tmp_path / "p", CLASSES)) as project:
        import_files(project, [write_csv("rows.csv", rows)])
        cast_votes(project)
        aggregate_votes(project, model="snorkel")
        yield project


def in_force(project: Project) -> list[int]:
    return [v.lf_version_id for v in project.store.votes.in_force()]


def agree(project: Project) -> None:
    """Assert that the view in the database tells the labels that the service tells."""
    labels = resolve_labels(project)
    for row in range(len(labels.labels)):
        resolved = project.store.resolved.of_example(row + 1)
        index = -1 if resolved is None else project.label_set.index_of(resolved.class_id)
        found = (index, None if resolved is None else resolved.origin)
        origin = labels.order[labels.origin[row]] if labels.labels[row] >= 0 else None
        assert found == (labels.labels[row], origin)
        if resolved is not None:
            assert resolved.label == project.classes[labels.labels[row]]
            assert resolved.confidence == pytest.approx(labels.confidence[row], abs=1e-4)
            assert resolved.run_id == labels.run_ids[row]


def test_a_merge_maps_votes_labels_beliefs_and_decisions(four: Project) -> None:
    with Session(four, annotator="ana") as session:
        session.label(1, "scam")
        session.relabel(2, "promo")
    votes, beliefs = stored_votes(four, in_force(four)), model_beliefs(four, "aggregate")
    runs = len(four.store.runs.newest())
    merge_classes(four, ["scam"], "spam")
    assert four.classes == ("ham", "spam", "promo")
    assert len(four.store.runs.newest()) == runs + 1  # nothing was applied again
    to_index = np.array([0, 1, 1, 2, -1])
    np.testing.assert_array_equal(stored_votes(four, in_force(four)), to_index[votes])
    merged = model_beliefs(four, "aggregate")
    assert beliefs is not None
    assert merged is not None
    np.testing.assert_allclose(merged.probs[:, 1], beliefs.probs[:, 1] + beliefs.probs[:, 2])
    labels = resolve_labels(four)
    assert [four.classes[k] for k in labels.labels[:2]] == ["spam", "promo"]
    agree(four)


def test_retired_and_split_classes_count_for_none_and_are_asked_again(four: Project) -> None:
    with Session(four, annotator="ana") as session:
        session.label(1, "scam")
        session.label(2, "promo")
        session.label(3, "ham")
    split_class(four, "scam", ["phishing", "fraud"], annotator="ana")
    retire_class(four, "promo", annotator="ana")
    assert four.classes == ("ham", "spam", "phishing", "fraud")
    agree(four)
    queue = waiting_rows(four, "ana", queue="outdated").items
    assert [item.example_id for item in queue][:2] == [1, 2]
    assert "ana said scam, which is no class any more" in queue[0].reason
    given = {item.example_id: item.reason for item in queue[2:]}
    assert set(given) == {i + 1 for i in range(3, N, 3) if i % 4 in (0, 1)}
    assert given[10] == "it came with promo, which is no class any more"
    one_class = waiting_rows(four, "ana", queue="outdated", label="promo").items
    assert [item.example_id for item in one_class][:2] == [2, 10]
    with Session(four, annotator="ana") as session:
        session.label(1, "fraud")
        with pytest.raises(UsageError, match="no longer in the label set"):
            session.label(2, "promo")
    left = [item.example_id for item in waiting_rows(four, "ana", queue="outdated").items]
    assert left[:2] == [2, 10]
    votes = stored_votes(four, in_force(four))
    assert set(np.unique(votes)) == {-1, 0, 1}


def test_the_loop_goes_on_with_the_new_label_set(four: Project, tmp_path: Path) -> None:
    merge_classes(four, ["spam", "scam"], "unwanted")
    assert four.classes == ("ham", "promo", "unwanted")
    result = aggregate_votes(four, model="snorkel")
    assert (result.reused, len(result.class_balance)) == (False, 3)
    train_end_model(four)
    propose_batch(four, n=5)
    audit = audit_labels(four)
    assert {row.group for row in audit.by_class} == set(four.classes)
    for suspect in suspects_to_review(four):
        assert 0 <= suspect.given_class < 3
    agree(four)
    exported = export_labels(four, tmp_path / "o.csv")
    assert set(exported.by_label) == set(four.classes)
    assert sum(exported.by_label.values()) == exported.n_rows
    kept = list_functions(four, load_scripts=False)
    assert {name for row in kept.functions for name in row.polarity} <= set(four.classes)


def test_doubts_between_classes_that_are_merged_since_wait_for_nobody(four: Project) -> None:
    audit = audit_labels(four).run_id
    labels = resolve_labels(four).labels
    doubts = [(row + 1, int(k), (int(k) + 1) % 4, 0.1) for row, k in enumerate(labels[:8])]
    artifacts = {"audit": four.store.runs.artifact(audit, "audit")}
    with record_run(four.store, "audit") as run, run.finish({}, artifacts=artifacts):
        four.store.queues.add_suspects(run.run_id, doubts)
    doubted = suspects_to_review(four)
    given, suggested = doubted[0].given_class, doubted[0].suggested_class
    merge_classes(four, [four.classes[given], four.classes[suggested]], "either")
    waiting = [item for item in review_queue(four) if not item.is_control]
    assert len(waiting) < len(doubted)
    assert status(four).n_suspects == len(waiting)


def test_a_renamed_class_keeps_its_old_name_for_files_and_functions(
    four: Project, write_csv, cast_votes: Callable[..., None]
) -> None:
    before = resolve_labels(four).labels
    rename_class(four, "ham", "legit")
    assert four.classes[0] == "legit"
    assert (resolve_labels(four).labels == before).all()
    assert aggregate_votes(four, model="snorkel").reused
    row = [{"id": "new", "text": "hello there", "label": "ham"}]
    assert import_files(four, [write_csv("n.csv", row)]).n_added == 1
    assert resolve_labels(four).labels[-1] == 0
    with pytest.raises(UsageError, match="'ham' is what 'legit' was called before"):
        add_classes(four, ["ham"])
    rename_class(four, "legit", "ham")
    assert four.classes == CLASSES
    assert list_classes(four)[0].former_names == ("legit",)


def test_numbers_that_functions_return_mean_the_same_for_ever(filled: Project, write_csv) -> None:
    add_classes(filled, ["promo"])
    script = (
        "from workbench import ABSTAIN, keywords, labeling_function\n"
        'keywords("by_name", ["free"], "spam")\n'
        "@labeling_function()\n"
        "def by_number(record):\n"
        '    return 2 if "win" in record.text else ABSTAIN\n'
    )
    (filled.functions_folder / "a.py").write_text(script)
    assert apply_functions(filled).n_errors == 0
    rename_class(filled, "spam", "junk")
    retire_class(filled, "ham")
    assert filled.classes == ("junk", "promo")
    rows = [{"id": "f", "text": "free win", "label": ""}]
    import_files(filled, [write_csv("late.csv", rows)])
    applied = apply_functions(filled)
    # The functions did not change: only the new row is theirs to vote on.
    assert [(lf.n_rows, lf.n_votes, lf.n_errors) for lf in applied.functions] == [(1, 1, 0)] * 2
    assert stored_votes(filled, in_force(filled))[-1].tolist() == [0, 1]


def test_workbench_toml_follows_the_database(four: Project) -> None:
    path = four.root / "workbench.toml"
    path.write_text("# mine\n" + path.read_text().replace('"ham", ', '"ham",  # the good\n  '))
    first = path.read_text()
    rename_class(four, "scam", "fraud")
    text = path.read_text()
    assert text.startswith("# mine\n")
    assert 'classes = ["ham", "spam", "fraud", "promo"]\nseed = 0' in text
    # An older copy of the file is brought in line, whatever it says.
    path.write_text(first)
    with Project(four.root) as again:
        assert again.classes == ("ham", "spam", "fraud", "promo")
    assert path.read_text() == text
    path.write_text(text.replace('"promo"]', '"promo", "news"]'))
    with Project(four.root) as again:
        assert again.classes[-1] == "news"
        assert undo(again).kind == "class-add"
    assert path.read_text() == text
    path.write_text(text.replace('"fraud", ', ""))
    with pytest.raises(ProjectError, match="workbench class"):
        Project(four.root)


def test_what_makes_no_sense_is_refused_whole(four: Project) -> None:
    before = four.store.classes.state()
    for act in (
        lambda: add_classes(four, ["spam"]),
        lambda: add_classes(four, ["new", " "]),
        lambda: rename_class(four, "spam", "ham"),
        lambda: rename_class(four, "nothing", "x"),
        lambda: merge_classes(four, ["spam"], "spam"),
        lambda: merge_classes(four, ["ham", "spam", "scam", "promo"], "all"),
        lambda: split_class(four, "spam", ["only"]),
        lambda: split_class(four, "spam", ["spam", "x"]),
    ):
        with pytest.raises((UsageError, ProjectError)):
            act()
        assert four.store.classes.state() == before
    retire_class(four, "promo")
    retire_class(four, "scam")
    with pytest.raises(UsageError, match="there would be 1 class"):
        retire_class(four, "spam")
    assert four.store.decisions.last_event_id() == 2 + 1  # with the publication of the votes


def test_another_process_that_has_not_heard_of_it_does_no_harm(four: Project) -> None:
    with Project(four.root) as late, Session(late, annotator="bo") as session:
        merge_classes(four, ["ham"], "promo")
        session.label(5, "spam")
        session.label(6, "ham")
    labels = resolve_labels(four).labels
    assert [four.classes[k] for k in labels[4:6]] == ["spam", "promo"]


def test_the_file_explains_the_classes(four: Project) -> None:
    merge_classes(four, ["scam"], "spam")
    db = sqlite3.connect(four.store.path)
    shown = db.execute("SELECT name, position, counts_as FROM class_now").fetchall()
    assert shown == [("ham", 0, 0), ("spam", 1, 1), ("scam", None, 1), ("promo", 2, 3)]
    said = db.execute("SELECT DISTINCT said, class FROM vote WHERE class = 'spam'").fetchall()
    assert sorted(said) == [("scam", "spam"), ("spam", "spam")]
    db.close()


def test_a_number_is_never_a_former_name(filled: Project) -> None:
    rename_class(filled, "spam", "junk")
    script = (
        "from workbench import labeling_function\n"
        "@labeling_function()\n"
        "def beyond(record):\n"
        "    return 2\n"
        "@labeling_function()\n"
        "def by_former_name(record):\n"
        '    return "spam"\n'
    )
    (filled.functions_folder / "a.py").write_text(script)
    beyond, by_name = apply_functions(filled).functions
    assert (beyond.n_votes, beyond.n_errors) == (0, filled.store.examples.count())
    assert (by_name.n_votes, by_name.n_errors) == (filled.store.examples.count(), 0)
    assert set(stored_votes(filled, in_force(filled))[:, 1]) == {1}


def test_an_act_on_a_class_that_left_does_not_mean_the_one_it_counts_as(four: Project) -> None:
    merge_classes(four, ["scam"], "spam")
    before, n_events = four.store.classes.state(), four.store.decisions.last_event_id()
    for act in (
        lambda: merge_classes(four, ["scam"], "promo"),
        lambda: merge_classes(four, ["scam"], "spam"),
        lambda: retire_class(four, "scam"),
        lambda: rename_class(four, "scam", "fraud"),
        lambda: split_class(four, "scam", ["phishing", "fraud"]),
    ):
        with pytest.raises(UsageError, match=r"'scam' has left .* counts as 'spam'") as refused:
            act()
        assert "workbench class add scam" in str(refused.value.hint)
        assert four.store.classes.state() == before
    assert four.store.decisions.last_event_id() == n_events
    retire_class(four, "promo")
    with pytest.raises(UsageError, match="counts as no label"):
        retire_class(four, "promo")
    add_classes(four, ["scam"])
    merge_classes(four, ["scam"], "ham")
    assert four.classes == ("ham", "spam")


def test_a_class_is_named_by_its_index_or_a_former_name_too(four: Project) -> None:
    rename_class(four, "scam", "fraud")
    retire_class(four, "3")
    merge_classes(four, ["scam"], "spam")
    assert four.classes == ("ham", "spam")
    assert len(four.store.classes.born()) == 4
