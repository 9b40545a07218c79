"""What the models of a curve learn from, and which answers judge them."""

from __future__ import annotations

import numpy as np
import pytest

from tests.services.curve_pools import DIGITS, annotate, fill, text_of
from workbench.methods.uncertainty import margin
from workbench.services.active_model import active_model
from workbench.services.aggregate import aggregate_votes
from workbench.services.annotate import Session
from workbench.services.batch_draws import random_rows
from workbench.services.curve.curve import curve
from workbench.services.curve.history import label_history
from workbench.services.embed.text_space import text_space
from workbench.services.forget import forget_texts
from workbench.services.importing.importing import import_files
from workbench.services.labels import annotated_labels
from workbench.services.learnt_rows import learnt_rows
from workbench.services.lf.apply import apply_functions
from workbench.services.project import Project
from workbench.services.propose import propose_batch


@pytest.fixture
def pool(project: Project, write_csv) -> Project:
    """400 training rows without labels; the uid tells the truth."""
    fill(project, write_csv, seed=0)
    return project


def with_given(project: Project, write_csv) -> None:
    """400 training rows with their labels, as files bring them; a tenth of these are wrong."""
    draws = np.random.default_rng(0)
    rows = []
    for i in range(400):
        label, other = ("ham", "spam")[i % 2], ("spam", "ham")[i % 2]
        given = other if i % 10 < 2 and i % 4 == 0 else label
        rows.append({"id": f"{label}{i}", "text": text_of(label, draws), "label": given})
    import_files(project, [write_csv("given.csv", rows)])


def believed_right(project: Project) -> float:
    """Return how often the quick fit of `propose` is right on all rows."""
    probs = active_model(project, text_space(project), seed=project.config.seed).probs
    assert probs is not None
    truth = np.array([uid.startswith("spam") for uid in project.store.examples.uids()])
    return float((probs.argmax(axis=1) == truth).mean())


def test_the_curve_is_that_of_models_that_learn_from_given_labels_too(
    project: Project, write_csv
) -> None:
    with_given(project, write_csv)
    annotate(project, 3, n=20)
    annotate(project, 1, n=40, strategy="random")
    found = curve(project)
    assert [(one.kind, one.n_learnt, one.n) for one in found.beside] == [("given", 300, 300)]
    assert found.learnt_beside == "models learn from what people said beside 300 given labels"
    first, last = found.points[0], found.points[-1]
    assert last.n_labels == 100  # what people said, alone
    assert first.accuracy is not None
    assert first.accuracy > 0.8  # at 20 labels, which alone teach far less
    believed = active_model(project, text_space(project), seed=project.config.seed).probs
    assert believed is not None
    rest = annotated_labels(project) < 0
    assert last.uncertainty == pytest.approx(float(margin(believed[rest]).mean()), abs=0.002)


def test_no_model_learns_the_given_label_of_a_row_that_judges_it(
    project: Project, write_csv
) -> None:
    """All words are unlike, so that only who has read a row's own label can know it."""
    draws = np.random.default_rng(0)
    words = draws.choice(list("abcdefghijklmnopqrstuvwxyz"), (400, 5, 8))
    rows = [
        {"id": f"{label}{i}", "text": " ".join(map("".join, words[i])), "label": label}
        for i, label in enumerate(["ham", "spam"] * 200)
    ]
    import_files(project, [write_csv("given.csv", rows)])
    annotate(project, 3, n=30, strategy="random")
    assert believed_right(project) == 1
    for point in curve(project).points:
        assert point.accuracy is not None
        assert 0.25 < point.accuracy < 0.75


WORDS_VOTE = """
from workbench import labeling_function, ABSTAIN

@labeling_function()
def words(x):
    n = sum(word in x.text for word in ("prize", "claim", "urgent", "winner"))
    return ABSTAIN if n == 1 else ("spam" if n else "ham")
"""


def test_weak_labels_teach_the_models_of_the_curve(pool: Project) -> None:
    """The quick fit has them, so the curve is not that of a few labels alone."""
    (pool.functions_folder / "words.py").write_text(WORDS_VOTE)
    apply_functions(pool)
    aggregate_votes(pool)
    annotate(pool, 1, n=30, strategy="random")
    believed = active_model(pool, text_space(pool), seed=0).believed_by
    found = curve(pool)
    (weak,) = found.beside
    assert (weak.kind, weak.n_learnt) == ("weak", weak.n)
    assert believed == f"a quick fit on 30 labels and {weak.n} weak labels"
    assert found.learnt_beside == f"models learn from what people said beside {weak.n} weak labels"
    first = found.points[0]
    assert first.n_labels == 10
    assert first.accuracy is not None
    assert first.accuracy > 0.75


def toss(project: Project, n: int) -> dict[str, list[str]]:
    """Annotate random rows by the toss of a coin; return their uids by the class."""
    draws = np.random.default_rng(5)
    batch = propose_batch(project, n=n, strategy="random")
    found: dict[str, list[str]] = {"ham": [], "spam": []}
    with Session(project, annotator="ann") as session:
        for row in batch.rows:
            label = ("ham", "spam")[draws.integers(2)]
            found[label].append(row.uid)
            example_id = project.store.examples.id_of(row.uid) or 0
            session.label(example_id, label, batch_run_id=batch.run_id)
    return found


def test_no_model_knows_a_judged_row_by_what_it_taught_the_rows_near(pool: Project) -> None:
    tosses = toss(pool, 100)
    before = curve(pool)
    lines = [
        f"neighbours('near_{label}', {uids}, {label!r}, min_similarity=0.2)"
        for label, uids in tosses.items()
    ]
    (pool.functions_folder / "near.py").write_text(
        "from workbench import *\n" + "\n".join(lines) + "\nclassifier('clf', min_probability=0.5)"
    )
    apply_functions(pool)
    assert aggregate_votes(pool).labelled > 300
    # Nothing else votes: the curve is that of the annotated rows alone, of which none is foretold.
    assert curve(pool).points == before.points
    last = before.points[-1].accuracy
    assert last is not None
    assert last < 0.7


def test_points_of_few_labels_learn_no_answer_that_came_later(pool: Project) -> None:
    annotate(pool, 2, n=30, strategy="random")
    before = curve(pool)
    (pool.functions_folder / "ann.py").write_text(
        "from workbench import annotator\nannotator('as_ann', 'ann')"
    )
    apply_functions(pool)
    aggregate_votes(pool)
    after = curve(pool)
    assert after.points == before.points
    assert after.beside == ()


def answer_by_file(project: Project, uids: list[str]) -> None:
    """Answer rows without naming their batch, as one act of one person."""
    with Session(project, annotator="ann") as session:
        for uid in uids:
            session.label(project.store.examples.id_of(uid) or 0, uid.rstrip("0123456789"))


def test_rows_that_are_answered_by_file_count_to_the_batch_that_asked_them(pool: Project) -> None:
    first = propose_batch(pool, n=60, strategy="random")
    answer_by_file(pool, [row.uid for row in first.rows[:30]])
    second = propose_batch(pool, n=60, seed=1, where="length > 0")
    uids = [row.uid for row in (*first.rows[30:], *second.rows)]
    again = {row.uid for row in first.rows[30:]} & {row.uid for row in second.rows}
    answer_by_file(pool, sorted(set(uids)))
    found = curve(pool)
    n_random = 60 - len(again)
    assert found.n_judged == n_random
    assert random_rows(pool).sum() == n_random
    # Answers of one file count in the order of their batches.
    assert np.diff(label_history(pool).batch).min() >= 0


def test_an_answer_is_none_to_a_batch_that_came_later(pool: Project) -> None:
    drawn = propose_batch(pool, n=40, strategy="random")
    answer_by_file(pool, [row.uid for row in drawn.rows[:30]])
    # Of the rows that are left, ten were asked before.
    later = propose_batch(pool, n=400, where="length > 0")
    assert later.n_pool == 370
    assert curve(pool).n_judged == 30
    assert random_rows(pool).sum() == 30


def test_random_rows_on_which_annotators_differ_are_counted(pool: Project) -> None:
    annotate(pool, 1, n=60, strategy="random")
    agreed = curve(pool)
    assert agreed.n_contested == 0
    assert not any("agree" in note for note in agreed.notes)
    uids = pool.store.examples.uids()
    drawn = np.flatnonzero(random_rows(pool))[:5]
    with Session(pool, annotator="bob") as session:
        for row in drawn.tolist():
            session.label(row + 1, "ham" if uids[row].startswith("spam") else "spam")
    found = curve(pool)
    assert (found.n_judged, found.n_contested) == (55, 5)
    (note,) = [note for note in found.notes if "agree" in note]
    assert note.startswith("5 random rows do not judge, since annotators do not agree there")
    assert "workbench annotate --queue disagreement" in note


@pytest.mark.parametrize(("n_compared", "least", "most"), [(120, 0.05, 0.2), (20, 0.01, 0.05)])
def test_labels_of_annotators_who_differ_are_corrected_for(
    pool: Project, n_compared: int, least: float, most: float
) -> None:
    annotate(pool, 3, n=40, strategy="random")
    before = curve(pool)
    assert (before.n_disputed, before.answer_error) == (0, None)
    uids = pool.store.examples.uids()
    drawn = np.flatnonzero(random_rows(pool))[:n_compared].tolist()
    # Each errs on other rows, on a sixth of them.
    for place, annotator in enumerate(("bob", "cid")):
        with Session(pool, annotator=annotator) as session:
            for i, row in enumerate(drawn):
                said = uids[row].rstrip(DIGITS)
                wrong = "spam" if said == "ham" else "ham"
                session.label(row + 1, wrong if i % 6 == place else said)
    found = curve(pool)
    assert (found.n_judged, found.n_contested) == (120, 0)
    assert found.n_disputed == sum(i % 6 < 2 for i in range(n_compared))
    assert found.answer_error == pytest.approx(
        1 - np.sqrt(1 - 2 * found.n_disputed / 3 / n_compared)
    )
    (note,) = [note for note in found.notes if note.startswith("annotators differ")]
    assert f", {found.n_disputed} of 120 judged rows among what they differ on" in note
    assert "workbench annotate --queue disagreement" in note
    # Where few rows are compared, the others are taken as they are.
    last, was = found.points[-1], before.points[-1]
    assert last.accuracy_low is not None
    assert was.accuracy_low is not None
    assert last.accuracy_high is not None
    assert was.accuracy_high is not None
    wider = last.accuracy_high - last.accuracy_low - (was.accuracy_high - was.accuracy_low)
    assert least < wider < most
    with Session(pool, annotator="dan") as session:
        for row in drawn:
            session.adjudicate(row + 1, uids[row].rstrip(DIGITS))
    settled = curve(pool)
    assert (settled.n_disputed, settled.points[-1].accuracy) == (0, was.accuracy)


def test_rows_that_one_annotator_flagged_or_skipped_later_are_not_disputed(pool: Project) -> None:
    annotate(pool, 1, n=60, strategy="random")
    drawn = np.flatnonzero(random_rows(pool))
    with Session(pool, annotator="ann") as session:
        for row in drawn[:3].tolist():
            session.flag(row + 1)
        for row in drawn[3:6].tolist():
            session.skip(row + 1)
    found = curve(pool)
    assert (found.n_judged, found.n_contested) == (54, 0)
    assert not any("agree" in note for note in found.notes)


def test_removed_texts_neither_teach_nor_judge(pool: Project) -> None:
    annotate(pool, 1, n=60, strategy="random")
    gone = np.flatnonzero(random_rows(pool))[:20]
    uids = pool.store.examples.uids()
    learnt = learnt_rows(pool, seed=0).n_hard
    forget_texts(pool, [uids[row] for row in gone.tolist()], sure=True)
    assert learnt_rows(pool, seed=0).n_hard == learnt - 20
    assert curve(pool).n_judged == 40
