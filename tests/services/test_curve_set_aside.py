"""A curve says which rows it says nothing of: set aside, or labelled for a class that is gone."""

from __future__ import annotations

import numpy as np
import pytest

from tests.services.curve_pools import DIGITS, annotate, answer
from workbench.services.annotate import Session
from workbench.services.batch_draws import random_rows
from workbench.services.classes import add_classes, split_class
from workbench.services.curve.curve import CurveResult, curve
from workbench.services.importing.importing import import_files
from workbench.services.project import Project
from workbench.services.propose import propose_batch
from workbench.services.row_queues import waiting_rows
from workbench.services.undo import undo
from workbench.types import Role

WORDS = [
    ("spam", "claim prize"),
    ("ham", "lunch at noon"),
    ("ham", "dinner at home"),
    ("promo", "great sale"),
]
"""A quarter of the rows is of a class that will be split."""

NO_TIME = "it is no time to stop"


def arrive(project: Project, write_csv, n: int, *, role: str = Role.TRAIN) -> None:
    """Import rows that a model gets right; the uid tells the truth."""
    rows = []
    for i in range(n):
        label, word = WORDS[i % len(WORDS)]
        rows.append(
            {
                "id": f"{label}{i + 10_000 * (role != Role.TRAIN)}",
                "text": f"{word} a{i} b{i * i} c{7 * i} d{i + 5}",
            }
        )
    import_files(project, [write_csv(f"{role}.csv", rows)], role=role, labels=False)


@pytest.fixture
def pool(project: Project, write_csv) -> Project:
    """400 easy rows of three classes."""
    add_classes(project, ["promo"], annotator="ann")
    arrive(project, write_csv, 400)
    return project


def label(project: Project, example_ids) -> None:
    """Give rows their true labels, in no batch."""
    uids = project.store.examples.uids()
    with Session(project, annotator="ann") as session:
        for example_id in example_ids:
            session.label(example_id, uids[example_id - 1].rstrip(DIGITS))


def note_on(found: CurveResult, word: str) -> str:
    (note,) = [note for note in found.notes if word in note]
    return note


def test_random_rows_of_a_class_that_was_split_are_counted(pool: Project) -> None:
    annotate(pool, 4, n=40, strategy="random")
    before = curve(pool)
    assert before.stop.should_stop
    split_class(pool, "promo", ["promo_a", "promo_b"], annotator="ann")
    found = curve(pool)
    n = found.n_outdated
    assert n > 8
    assert found.n_judged == 160 - n
    note = note_on(found, "do not judge")
    assert note.startswith(f"{n} of 160 random rows do not judge, since the label is of a class")
    assert note.endswith("to label them anew: workbench annotate --queue outdated")
    assert found.reading.endswith(", as far as they are of today's classes")
    assert not found.stop.should_stop
    assert any(reason.startswith(NO_TIME) for reason in found.stop.reasons)
    waiting = waiting_rows(pool, "ann", queue="outdated").items
    assert len(waiting) == n
    with Session(pool, annotator="ann") as session:
        for item in waiting:
            session.label(item.example_id, "promo_a")
    after = curve(pool)
    assert (after.n_judged, after.n_outdated, after.n_aside) == (160, 0, 0)
    assert not any("gone" in note for note in after.notes)


def test_a_split_that_is_undone_leaves_the_curve_as_it_was(pool: Project) -> None:
    annotate(pool, 2, n=40, strategy="random")
    before = curve(pool)
    split_class(pool, "promo", ["promo_a", "promo_b"], annotator="ann")
    assert curve(pool) != before
    undo(pool, annotator="ann")
    assert curve(pool) == before


def test_too_few_random_rows_of_classes_that_are_left_are_to_be_labelled_anew(
    pool: Project,
) -> None:
    annotate(pool, 1, n=25, strategy="random")
    label(pool, range(1, 41))
    assert curve(pool).points
    split_class(pool, "ham", ["ham_a", "ham_b"], annotator="ann")
    (note,) = curve(pool).notes
    assert "whose label is of a class that is gone) to judge on" in note
    assert note.endswith("label these anew: workbench annotate --queue outdated")


def test_rows_to_be_labelled_anew_are_not_annotated(pool: Project) -> None:
    annotate(pool, 1, n=60, strategy="random")
    label(pool, {item.example_id for item in waiting_rows(pool, "ann", queue="undecided").items})
    assert curve(pool).stop.should_stop
    split_class(pool, "promo", ["promo_a", "promo_b"], annotator="ann")
    stop = curve(pool).stop
    assert not stop.should_stop
    assert not any("annotated" in reason for reason in stop.reasons)


def test_evaluation_rows_of_a_class_that_was_split_are_counted(pool: Project, write_csv) -> None:
    arrive(pool, write_csv, 100, role=Role.EVALUATION)
    label(pool, range(401, 501))
    annotate(pool, 2, n=40)
    before = curve(pool)
    assert (before.judged_on, before.n_judged) == ("evaluation rows", 100)
    split_class(pool, "promo", ["promo_a", "promo_b"], annotator="ann")
    found = curve(pool)
    assert (found.n_judged, found.n_outdated, found.n_unanswered) == (75, 25, 0)
    assert note_on(found, "do not judge").startswith("25 of 100 evaluation rows do not judge")
    assert found.reading.endswith("with a label of today's classes")
    assert not found.stop.should_stop


@pytest.mark.parametrize(("n", "holds_back"), [(20, True), (4, False)])
def test_many_disputed_rows_hold_the_advice_to_stop_back(
    pool: Project, n: int, holds_back: bool
) -> None:
    annotate(pool, 4, n=40, strategy="random")
    before = curve(pool)
    assert before.stop.should_stop
    assert "agreed" not in before.reading
    uids = pool.store.examples.uids()
    drawn = np.flatnonzero(random_rows(pool))[:n]
    with Session(pool, annotator="bob") as session:
        for row in drawn.tolist():
            session.label(row + 1, "ham" if uids[row].startswith("spam") else "spam")
    found = curve(pool)
    assert found.n_contested == n
    assert found.reading.endswith(", as far as they are agreed on")
    assert any(reason.startswith(NO_TIME) for reason in found.stop.reasons) == holds_back
    assert found.stop.should_stop != holds_back


@pytest.mark.parametrize(("every", "holds_back"), [(4, True), (40, False)])
def test_many_rows_of_a_class_that_no_row_judges_hold_the_advice_to_stop_back(
    project: Project, write_csv, every: int, holds_back: bool
) -> None:
    add_classes(project, ["promo"], annotator="ann")
    words = {"spam": "claim prize", "ham": "lunch at noon", "promo": "great sale"}
    labels = ["promo" if i % every == 1 else ("spam", "ham")[i // 2 % 2] for i in range(400)]
    for role, some in ((Role.TRAIN, labels), (Role.EVALUATION, ["spam", "ham"] * 50)):
        rows = [
            {
                "id": f"{label}{i + 10_000 * (role != Role.TRAIN)}",
                "text": f"{words[label]} a{i} b{i * i} c{7 * i} d{i + 5}",
            }
            for i, label in enumerate(some)
        ]
        import_files(project, [write_csv(f"{role}.csv", rows)], role=role, labels=False)
    label(project, range(401, 501))
    annotate(project, 4, n=40, strategy="random")
    found = curve(project)
    assert found.judged_on == "evaluation rows"
    note = note_on(found, "macro-F1")
    assert note.startswith("macro-F1 is that of 2 of 3 classes: the judged rows hold none of the")
    assert note.endswith(" of the rows left are of these")
    assert any(reason.startswith(NO_TIME) for reason in found.stop.reasons) == holds_back
    assert found.stop.should_stop != holds_back


def test_the_reading_names_all_kinds_of_rows_that_cannot_judge(pool: Project) -> None:
    annotate(pool, 2, n=40, strategy="random")
    with Session(pool, annotator="ann") as session:
        for row in np.flatnonzero(random_rows(pool))[:3].tolist():
            session.flag(row + 1)
    split_class(pool, "promo", ["promo_a", "promo_b"], annotator="ann")
    found = curve(pool)
    assert found.reading.endswith(", as far as they are of today's classes and can be answered")


def test_the_reading_leaves_out_classes_that_no_judged_row_is_of(pool: Project) -> None:
    batch = propose_batch(pool, n=80, strategy="random")
    uids = pool.store.examples.uids()
    answer(pool, batch, but={row.uid for row in batch.rows if row.uid.startswith("promo")})
    promo = [i for i, uid in enumerate(uids, 1) if uid.startswith("promo")]
    label(pool, [i for i in promo if not random_rows(pool)[i - 1]][:40])
    found = curve(pool)
    assert any(reason.startswith(NO_TIME) for reason in found.stop.reasons)
    limits = "can be answered and are of classes that judged rows are of"
    assert f", as far as they {limits};" in found.reading


def test_classes_that_few_rows_judge_are_named(project: Project, write_csv) -> None:
    """One row in 50 is of a class, of which a random batch of 60 has hardly more than one."""
    add_classes(project, ["promo"], annotator="ann")
    words = {"spam": "claim prize", "ham": "lunch at noon", "promo": "great sale"}
    labels = ["promo" if i % 50 == 0 else ("spam", "ham")[i % 2] for i in range(400)]
    rows = [
        {"id": f"{label}{i}", "text": f"{words[label]} a{i} b{i * i} c{7 * i} d{i + 5}"}
        for i, label in enumerate(labels)
    ]
    import_files(project, [write_csv("rare.csv", rows)], labels=False)
    annotate(project, 1, n=60, strategy="random")
    uids = np.array(project.store.examples.uids())
    n = sum(uid.startswith("promo") for uid in uids[random_rows(project)])
    assert 0 < n < 5
    assert note_on(curve(project), "macro-F1") == (
        "the interval of macro-F1 is wide since fewer than 5 judged rows are of promo"
    )


def test_rows_that_were_skipped_before_any_draw_are_counted(pool: Project) -> None:
    with Session(pool, annotator="ann") as session:
        for example_id in range(1, 121):
            session.skip(example_id)
    annotate(pool, 4, n=40, strategy="random")
    found = curve(pool)
    assert (found.n_judged, found.n_unanswered, found.n_aside) == (160, 0, 120)
    assert note_on(found, "stand for").startswith(
        "random rows do not stand for 120 of the 240 training rows that are left, which were"
        " skipped, so"
    )
    assert "120 training rows that are left, but for those that were skipped" in found.reading
    assert not found.stop.should_stop
    assert any(reason.startswith(NO_TIME) for reason in found.stop.reasons)


def test_rows_whose_label_was_taken_back_by_a_skip_are_counted(pool: Project) -> None:
    label(pool, range(1, 121))
    with Session(pool, annotator="ann") as session:
        for example_id in range(1, 121):
            session.skip(example_id)
    annotate(pool, 4, n=40, strategy="random")
    found = curve(pool)
    assert (found.n_judged, found.n_aside) == (160, 120)
    assert not found.stop.should_stop


def test_few_rows_that_were_skipped_take_nothing_away(pool: Project) -> None:
    with Session(pool, annotator="ann") as session:
        for example_id in range(1, 12):
            session.skip(example_id)
    annotate(pool, 4, n=40, strategy="random")
    found = curve(pool)
    assert found.n_aside == 0
    assert found.notes == ()
    assert not any(reason.startswith(NO_TIME) for reason in found.stop.reasons)


def test_rows_that_are_left_no_more_need_nobody_to_stand_for_them(pool: Project) -> None:
    annotate(pool, 1, n=60, strategy="random")
    batch = propose_batch(pool, n=60, strategy="margin")
    uids = [row.uid for row in batch.rows if row.why and row.why.strategy != "random"]
    answer(pool, batch, but=uids[:20])
    with Session(pool, annotator="bob") as session:
        for uid in uids[20:30]:
            other = "ham" if uid.startswith("spam") else "spam"
            session.label(pool.store.examples.id_of(uid) or 0, other)
    found = curve(pool)
    # Those that were skipped are left; the disputed ones are decided.
    assert (found.n_unanswered, found.n_contested, found.n_aside) == (0, 0, 20)


def test_rows_that_are_answered_at_once_after_a_skip_are_not_set_aside(pool: Project) -> None:
    with Session(pool, annotator="ann") as session:
        for example_id in range(1, 101):
            session.skip(example_id)
    label(pool, range(1, 101))
    annotate(pool, 2, n=40, strategy="random")
    assert curve(pool).n_aside == 0


def test_rows_that_rested_count_no_more_once_they_are_answered(pool: Project) -> None:
    with Session(pool, annotator="ann") as session:
        for example_id in range(1, 101):
            session.skip(example_id)
    annotate(pool, 3, n=80, strategy="random")
    label(pool, range(1, 61))
    assert curve(pool).n_aside == 40
    label(pool, range(61, 101))
    found = curve(pool)
    assert (found.n_judged, found.n_aside) == (240, 0)
    assert found.reading.startswith("accuracy is that on the 60 training rows that are left;")


def test_where_only_skipped_rows_are_left_random_rows_stand_for_what_they_were_drawn_from(
    pool: Project,
) -> None:
    with Session(pool, annotator="ann") as session:
        for example_id in range(1, 31):
            session.skip(example_id)
    annotate(pool, 3, n=40, strategy="random")
    before = curve(pool)
    assert before.reading.startswith("accuracy is that on the 250 training rows that are left")
    label(pool, {item.example_id for item in waiting_rows(pool, "ann", queue="undecided").items})
    found = curve(pool)
    assert found.n_judged == 120
    assert found.n_aside == 30
    assert found.reading.startswith("accuracy is that on the 370 training rows, but for those")
    assert "as if none of them had been learnt from" in found.reading
    assert "left" not in note_on(found, "stand for")


def test_nothing_is_all_annotated_while_rows_wait_for_a_class_that_is_there(pool: Project) -> None:
    annotate(pool, 1, n=25, strategy="random")
    label(pool, {item.example_id for item in waiting_rows(pool, "ann", queue="undecided").items})
    split_class(pool, "ham", ["ham_a", "ham_b"], annotator="ann")
    found = curve(pool)
    assert found.points == ()
    assert not found.stop.should_stop
    assert found.notes[0].endswith("workbench annotate --queue outdated")
