"""A curve says of which rows its accuracy is: some came later, and some could not be answered."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from tests.services.curve_pools import DIGITS, annotate, answer, fill
from workbench.services.annotate import Session
from workbench.services.curve.curve import curve
from workbench.services.embed.text_space import text_space
from workbench.services.importing.importing import import_files
from workbench.services.learnt_rows import learnt_rows
from workbench.services.project import Project
from workbench.services.propose import propose_batch
from workbench.services.quick_fit import quick_fit
from workbench.types import Role


@pytest.fixture
def pool(project: Project, write_csv) -> Project:
    """400 training rows without labels; the uid tells the truth."""
    fill(project, write_csv, seed=0)
    return project


def arrive(project: Project, write_csv, n: int, *, role: str = Role.TRAIN) -> None:
    """Import rows whose telling words nobody has met; most of them are spam."""
    draws = np.random.default_rng(7)
    rows = []
    for i in range(n):
        label = "ham" if i % 10 == 0 else "spam"
        telling = f"{label}sign{draws.integers(0, 40)} {label}mark{draws.integers(0, 40)}"
        text = f"lunch {telling} noon word{draws.integers(0, 400)} word{draws.integers(0, 400)}"
        rows.append({"id": f"{label}{n}{i:04}", "text": text})
    import_files(project, [write_csv(f"later-{n}.csv", rows)], role=role, labels=False)


def right_on_all(project: Project) -> float:
    """Return how often the quick fit of `propose` is right on all rows."""
    X = text_space(project).features
    seed = project.config.seed
    fitted = quick_fit(X, learnt_rows(project, seed=seed), seed=seed)
    truth = np.array([uid.startswith("spam") for uid in project.store.examples.uids()])
    return float((fitted.beliefs(X).argmax(axis=1) == truth).mean())


def test_the_accuracy_on_older_rows_is_not_said_to_be_that_on_all(pool: Project, write_csv) -> None:
    annotate(pool, 4, n=40, strategy="random")
    before = curve(pool)
    assert before.n_unseen == 0
    assert before.next_100 is not None
    arrive(pool, write_csv, 800)
    after = curve(pool)
    assert (after.n_judged, after.n_unseen) == (160, 800)
    # The weights of words are of all texts, so that models differ a little.
    assert after.points[-1].accuracy == pytest.approx(before.points[-1].accuracy, abs=0.05)
    assert right_on_all(pool) < (after.points[-1].accuracy_low or 0)
    assert after.next_100 is None
    assert not after.stop.should_stop
    assert any("came later" in reason for reason in after.stop.reasons)
    assert after.notes[0].startswith("800 of 1,200 training rows came later")
    assert "accuracy is that on 240 of the 1,040 training rows that are left" in after.reading


def test_random_rows_of_later_batches_stand_for_the_rows_that_came_later(
    pool: Project, write_csv
) -> None:
    annotate(pool, 4, n=40, strategy="random")
    arrive(pool, write_csv, 800)
    (n,) = map(int, re.findall(r"propose -n (\d+) --strategy random", curve(pool).notes[0]))
    assert 7 <= n <= 12
    annotate(pool, 1, n=n + 10, strategy="random")
    found = curve(pool)
    last = found.points[-1]
    assert found.n_unseen == 0
    assert f"accuracy is that on the {1040 - n - 10:,} training rows that are left" in found.reading
    assert not any("came later" in note for note in found.notes)
    assert last.accuracy_low is not None
    assert last.accuracy_high is not None
    assert last.accuracy_low <= right_on_all(pool) <= last.accuracy_high


def test_the_random_rows_that_a_note_asks_for_mostly_mend_it(pool: Project, write_csv) -> None:
    annotate(pool, 4, n=40, strategy="random")
    arrive(pool, write_csv, 45)
    note = curve(pool).notes[0]
    (n,) = map(int, re.findall(r"answer the rows of: workbench propose -n (\d+)", note))
    # 45 of 445 rows need two of ten draws; 240 older rows are left.
    ways = [math.comb(45, k) * math.comb(240, n - k) for k in range(2)]
    assert 0.9 <= 1 - sum(ways) / math.comb(285, n) < 0.92


def test_no_random_rows_are_asked_for_where_hardly_any_could_be_of_later_rows(
    pool: Project, write_csv
) -> None:
    annotate(pool, 4, n=40, strategy="random")
    arrive(pool, write_csv, 100)
    with Session(pool, annotator="ann") as session:
        for example_id in range(401, 500):
            session.label(example_id, pool.store.examples.uids()[example_id - 1].rstrip(DIGITS))
    found = curve(pool)
    assert found.n_unseen == 100
    assert "propose" not in found.notes[0]
    assert found.notes[0].endswith(
        "too few of the rows left are of these to draw random ones, so judge on evaluation rows:"
        " workbench import FILE --role evaluation"
    )
    arrive(pool, write_csv, 60, role=Role.EVALUATION)
    assert curve(pool).notes[0].endswith("workbench propose -n 50 --role evaluation")


def test_rows_that_could_not_judge_anyway_are_not_counted_as_lost(pool: Project, write_csv) -> None:
    annotate(pool, 4, n=40, strategy="random")
    arrive(pool, write_csv, 800)
    batch = propose_batch(pool, n=8, strategy="random")
    later = [row.uid for row in batch.rows if (pool.store.examples.id_of(row.uid) or 0) > 400]
    older = [row.uid for row in batch.rows if row.uid not in later]
    assert len(later) >= 3
    answer(pool, batch, but=later[:2])
    with Session(pool, annotator="bob") as session:
        contested = pool.store.examples.id_of(later[2]) or 0
        session.label(contested, "ham" if later[2].startswith("spam") else "spam")
    found = curve(pool)
    assert found.n_unseen == 800
    assert found.n_judged == 160 + len(older)
    assert (found.n_unanswered, found.n_contested) == (0, 0)
    assert not any("agree" in note or "skipped" in note for note in found.notes)
    assert "could be answered" not in found.reading


def test_a_few_rows_more_do_not_take_the_yardstick_away(pool: Project, write_csv) -> None:
    annotate(pool, 4, n=40, strategy="random")
    arrive(pool, write_csv, 15)
    found = curve(pool)
    assert found.n_unseen == 0
    assert found.next_100 is not None
    arrive(pool, write_csv, 30)
    assert curve(pool).n_unseen == 45


def test_too_few_random_rows_of_either_kind_are_no_curve(pool: Project, write_csv) -> None:
    annotate(pool, 1, n=15, strategy="random")
    arrive(pool, write_csv, 800)
    annotate(pool, 1, n=5, strategy="random")
    found = curve(pool)
    assert found.points == ()
    assert "(20 so far, but too few of the rows that came later)" in found.notes[0]
    (n,) = map(int, re.findall(r"propose -n (\d+) --strategy random", found.notes[0]))
    annotate(pool, 1, n=n + 10, strategy="random")
    assert curve(pool).n_judged == 20 + n + 10


def test_random_rows_that_were_skipped_or_flagged_are_counted(pool: Project) -> None:
    batch = propose_batch(pool, n=60, strategy="random")
    uids = [row.uid for row in batch.rows]
    answer(pool, batch, but=uids[:8])
    with Session(pool, annotator="ann") as session:
        for uid in uids[8:11]:
            session.flag(pool.store.examples.id_of(uid) or 0)
    found = curve(pool)
    assert (found.n_judged, found.n_unanswered, found.n_contested) == (49, 11, 0)
    (note,) = [note for note in found.notes if "skipped" in note]
    assert note.startswith("11 of 60 random rows were skipped or flagged, and cannot judge")
    assert note.endswith("; to look at what was skipped: workbench annotate --queue skipped")
    assert found.reading.endswith("rows that are left, as far as they can be answered")


def test_flagged_rows_alone_lead_to_no_queue(pool: Project) -> None:
    batch = propose_batch(pool, n=60, strategy="random")
    uids = [row.uid for row in batch.rows]
    answer(pool, batch, but=uids[:8])
    with Session(pool, annotator="ann") as session:
        for uid in uids[:8]:
            session.flag(pool.store.examples.id_of(uid) or 0)
    (note,) = [note for note in curve(pool).notes if "flagged" in note]
    assert note.endswith("on all rows it is likely lower")


def test_a_skipped_row_judges_once_it_is_answered_whatever_asked_it_again(pool: Project) -> None:
    batch = propose_batch(pool, n=60, strategy="random")
    skipped = [row.uid for row in batch.rows[:8]]
    answer(pool, batch, but=skipped)
    again = propose_batch(pool, n=400, where=" or ".join(f"uid = '{uid}'" for uid in skipped))
    assert sorted(row.uid for row in again.rows) == sorted(skipped)
    answer(pool, again)
    found = curve(pool)
    assert (found.n_judged, found.n_unanswered) == (60, 0)
    assert not any("skipped" in note for note in found.notes)


def test_a_gain_of_the_answered_rows_is_no_sign_to_stop(project: Project, write_csv) -> None:
    """The model is right on each of 300 rows that judge, and more labels add nothing there."""
    rows = [
        {"id": f"{label}{i}", "text": f"{word} word{i} text{i}"}
        for i, (label, word) in enumerate([("spam", "prize"), ("ham", "lunch")] * 500)
    ]
    import_files(project, [write_csv("easy.csv", rows)])
    sure = "the next 100 labels bring hardly anything"
    for _ in range(4):
        batch = propose_batch(project, n=100, strategy="random")
        answer(project, batch, but=[row.uid for row in batch.rows[::20]])
    (said,) = [reason for reason in curve(project).stop.reasons if reason.startswith(sure)]
    assert said.endswith("] on new rows")  # a twentieth
    batch = propose_batch(project, n=100, strategy="random")
    answer(project, batch, but=[row.uid for row in batch.rows[::2]])
    (said,) = [reason for reason in curve(project).stop.reasons if reason.startswith(sure)]
    assert said.endswith(", on rows like those that judge")


def test_evaluation_rows_that_were_skipped_are_counted(pool: Project, write_csv) -> None:
    arrive(pool, write_csv, 100, role=Role.EVALUATION)
    annotate(pool, 3)
    batch = propose_batch(pool, n=70, role=Role.EVALUATION)
    answer(pool, batch, but=[row.uid for row in batch.rows[:10]])
    found = curve(pool, on="evaluation")
    assert (found.n_judged, found.n_unanswered) == (60, 10)
    assert any(note.startswith("10 of 70 evaluation rows were skipped") for note in found.notes)
