"""Rows that were picked for a doubt teach, and judge nothing: not functions, not label models."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pytest

from tests.services.function_scripts import annotate, script
from tests.services.reviewing import CLASSES, WORDS, true_class
from workbench.services.aggregate import aggregate_votes
from workbench.services.annotate import CameFrom, QueueItem, Session
from workbench.services.audit.audit import audit_labels
from workbench.services.batch_draws import random_rows
from workbench.services.forget import forget_texts
from workbench.services.importing.importing import import_files
from workbench.services.judges import judges
from workbench.services.labels import human_labels, resolve_labels, roles
from workbench.services.lf.apply import apply_functions
from workbench.services.lf.functions import LFRow, list_functions
from workbench.services.lf.rows import function_rows
from workbench.services.project import Project
from workbench.services.propose import propose_batch
from workbench.services.relabel import relabel_rows
from workbench.services.review.review import ReviewItem, record_review, review_queue
from workbench.services.train import train_end_model


@pytest.fixture
def voted(audited: Project) -> Project:
    """The audited project with a function a class, which votes by a word, and one on all rows."""
    word = (f"keywords({name!r}, [{WORDS[name][0]!r}], {name!r})" for name in CLASSES)
    always = f"labeling_function('long')(lambda record: {CLASSES[0]!r})"
    script(audited, "\n".join([*word, f"long = {always}"]))
    apply_functions(audited)
    return audited


def listed(project: Project, name: str = "long") -> LFRow:
    return next(row for row in list_functions(project).functions if row.name == name)


def review(project: Project, items: Iterable[ReviewItem]) -> int:
    """Answer the truth to some rows; return how many."""
    with Session(project, annotator="ana") as session:
        return sum(
            record_review(project, session, item, true_class(project, item)) is not None
            for item in list(items)
        )


def test_suspects_of_an_audit_judge_no_function_and_its_random_rows_do(voted: Project) -> None:
    before = listed(voted)
    queue = [item for item in review_queue(voted) if item.role == "train"]
    n = review(voted, (item for item in queue if not item.is_control))
    assert n >= 20
    after = listed(voted)
    assert (after.n_labelled, after.n_correct, after.n_picked) == (80, before.n_correct, n)
    n_controls = review(voted, (item for item in queue if item.is_control))
    assert (listed(voted).n_labelled, listed(voted).n_picked) == (80 + n_controls, n)
    # Labels they are, for all that, and to look at.
    assert (human_labels(voted).decided >= 0).sum() == n + n_controls
    right, wrong = (function_rows(voted, "long", which) for which in ("right", "wrong"))
    assert right.n_rows + wrong.n_rows == 80 + n_controls + n
    (weight,) = (w for w in aggregate_votes(voted).weights if w.name == "long")
    assert (weight.n_measured, weight.n_judged) == (80 + n_controls, 80 + n_controls)


def test_a_row_that_was_drawn_before_an_audit_doubted_it_judges_on(voted: Project) -> None:
    items = [item for item in review_queue(voted) if item.role == "train" and not item.is_control]
    uids = voted.store.examples.uids()
    known = {uids[item.example_id - 1]: str(item.given) for item in items[:10]}
    annotate(voted, known)
    audit_labels(voted)
    again = [item for item in review_queue(voted) if uids[item.example_id - 1] in known]
    assert again
    review(voted, again)
    assert (listed(voted).n_labelled, listed(voted).n_picked) == (90, 0)


def test_of_a_batch_the_random_rows_judge(voted: Project) -> None:
    batch = propose_batch(voted, n=40, strategy="entropy")
    annotate(voted, {row.uid: CLASSES[0] for row in batch.rows})
    n_random = int(random_rows(voted).sum())
    assert 0 < n_random < 40
    row = listed(voted)
    assert (row.n_labelled, row.n_picked) == (80 + n_random, 40 - n_random)
    # The choice of the label model is by all of them, as before.
    assert (judges(voted).annotated >= 0).sum() == 40


def test_what_was_corrected_without_being_asked_is_picked_and_what_was_annotated_is_not(
    voted: Project,
) -> None:
    uids = np.array(voted.store.examples.uids())
    train = uids[roles(voted) == "train"]
    annotate(voted, dict.fromkeys(train[:12].tolist(), CLASSES[0]))
    n = int((resolve_labels(voted).labels[roles(voted) == "train"][20:60] == 0).sum())
    relabel_rows(voted, CLASSES[1], uids=train[20:60].tolist(), annotator="ben")
    row = listed(voted)
    assert (row.n_labelled, row.n_picked) == (80 + 12, n)


def opened(project: Project, ids: Iterable[int], way: CameFrom) -> None:
    """Label some rows of a list that was opened, or of the control sample."""
    with Session(project, annotator="ana") as session:
        for example_id in ids:
            session.choose(QueueItem(example_id, "", came_from=way), CLASSES[0])


@pytest.mark.parametrize("way", [CameFrom.SLICE, CameFrom.SEARCH])
def test_rows_that_somebody_opened_because_of_a_doubt_are_picked(
    voted: Project, way: CameFrom
) -> None:
    train = (np.flatnonzero(roles(voted) == "train") + 1).tolist()
    opened(voted, train[:12], way)
    assert (listed(voted).n_labelled, listed(voted).n_picked) == (80, 12)
    # The decision before the choice counts, not the one after it.
    uids = voted.store.examples.uids()
    annotate(voted, {uids[i - 1]: CLASSES[1] for i in train[12:20]})
    opened(voted, train[12:20], way)
    assert (listed(voted).n_labelled, listed(voted).n_picked) == (88, 12)


def test_evaluation_rows_that_somebody_opened_judge_no_function(
    voted: Project, write_csv: Callable[..., Path]
) -> None:
    rows = [{"id": f"new{i}", "text": f"parcel number {i}", "label": ""} for i in range(30)]
    import_files(voted, [write_csv("new.csv", rows)], role="evaluation")
    apply_functions(voted)
    opened(voted, range(321, 331), CameFrom.SLICE)
    annotate(voted, {f"new{i}": CLASSES[0] for i in range(10, 15)})
    assert (listed(voted).n_labelled, listed(voted).n_picked) == (85, 10)


def test_a_control_row_judges_although_a_strategy_had_asked_it(voted: Project) -> None:
    batch = propose_batch(voted, n=40, strategy="entropy")
    asked = np.flatnonzero(~random_rows(voted))
    known = [voted.store.examples.id_of(row.uid) for row in batch.rows]
    ids = [i for i in known if i is not None and i - 1 in asked][:8]
    opened(voted, ids, CameFrom.CONTROL)
    assert (listed(voted).n_labelled, listed(voted).n_picked) == (88, 0)


def test_where_every_training_row_is_decided_nothing_was_picked(voted: Project) -> None:
    review(voted, review_queue(voted))
    labels, uids = resolve_labels(voted).labels, voted.store.examples.uids()
    decided, role = human_labels(voted).decided, roles(voted)
    rest = [i for i in range(len(uids)) if decided[i] < 0 and role[i] == "train"]
    annotate(voted, {uids[i]: CLASSES[labels[i]] for i in rest})
    assert (listed(voted).n_labelled, listed(voted).n_picked) == (320, 0)


def test_a_text_that_was_removed_is_not_left_out(voted: Project) -> None:
    review(voted, review_queue(voted))
    labels, uids = resolve_labels(voted).labels, voted.store.examples.uids()
    decided, role = human_labels(voted).decided, roles(voted)
    *rest, last = [i for i in range(len(uids)) if decided[i] < 0 and role[i] == "train"]
    annotate(voted, {uids[i]: CLASSES[labels[i]] for i in rest})
    assert listed(voted).n_picked > 0
    forget_texts(voted, [uids[last]], sure=True)
    assert (listed(voted).n_labelled, listed(voted).n_picked) == (319, 0)


def test_functions_that_only_picked_rows_could_judge_are_named(voted: Project) -> None:
    script(
        voted,
        "@labeling_function()\n"
        "def of_training(record):\n"
        f"    return {CLASSES[0]!r} if record.uid.startswith('0-') else ABSTAIN",
        "other.py",
    )
    apply_functions(voted)
    assert list_functions(voted).picked_note is None
    n = review(voted, (item for item in review_queue(voted) if not item.is_control))
    found = list_functions(voted)
    assert (listed(voted, "of_training").accuracy, listed(voted, "of_training").n_picked) == (
        None,
        n,
    )
    assert found.picked_note is not None
    assert found.picked_note.startswith(
        f"of_training has labels only on rows that were picked for a doubt ({n} votes)"
    )
    assert found.picked_note in aggregate_votes(voted).warnings


def test_a_training_says_how_many_of_its_judges_were_picked(voted: Project) -> None:
    aggregate_votes(voted)
    batch = propose_batch(voted, n=30, strategy="margin").run_id
    with Session(voted, annotator="ana") as session:
        for i, row in enumerate(voted.store.queues.proposal(batch)):
            session.label(row.example_id, CLASSES[i % len(CLASSES)], batch_run_id=batch)
    result = train_end_model(voted)
    assert result.n_annotated == 30
    assert 0 < result.n_picked == 30 - int(random_rows(voted).sum())
