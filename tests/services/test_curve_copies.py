"""Random rows that stand for copies and near-copies of them, and some that a search found."""

from __future__ import annotations

import numpy as np
import pytest

from tests.services.curve_pools import (
    annotate,
    assert_same_share,
    fill,
    right_on_the_rest,
    text_of,
)
from workbench.services.annotate import CameFrom, QueueItem, Session
from workbench.services.batch_draws import batch_draws, random_rows
from workbench.services.curve.curve import curve
from workbench.services.importing.importing import import_files
from workbench.services.project import Project
from workbench.services.propose import propose_batch


@pytest.fixture
def mailing(project: Project, write_csv) -> Project:
    """600 training rows, 400 of which are copies of one message; the uid tells the truth."""
    draws = np.random.default_rng(0)
    copy = "thank you for your order it is on its way to you and arrives within two days"
    rows = [{"id": f"ham{1000 + i}", "text": copy} for i in range(400)]
    for i in range(200):
        label = ("ham", "spam")[i % 2]
        rows.append({"id": f"{label}{i}", "text": text_of(label, draws)})
    import_files(project, [write_csv("mailing.csv", rows)])
    return project


def test_the_yardstick_counts_copies_as_often_as_they_were_drawn(mailing: Project) -> None:
    """Each copy is in the pool, shown once a batch, and right once the model has met one."""
    annotate(mailing, 3, n=30, strategy="random")
    (first, *_) = batch_draws(mailing)
    assert len(first.rows) == 30
    assert first.n_draws.max() > 30
    found = curve(mailing)
    last = found.points[-1]
    assert found.n_judged == 90
    assert found.n_with_copies == 3
    right = right_on_the_rest(mailing)
    assert right > 0.85
    assert last.accuracy == pytest.approx(right, abs=0.07)
    assert last.accuracy_low is not None
    assert last.accuracy_high is not None
    assert_same_share(last, right, n_rest=600 - 90)


@pytest.fixture
def templates(project: Project, write_csv) -> Project:
    """300 fillings of two templates, and 200 other rows; of a template "not" makes the class."""
    draws = np.random.default_rng(1)
    rows = []
    for i in range(300):
        label = ("ham", "spam")[int(draws.integers(2))]
        no = "not " if label == "spam" else ""
        place = ("hotel in the centre of the old town", "restaurant down at the harbour")[i % 2]
        text = f"i would {no}recommend this {place} to anybody of my family, visit {100 + i}"
        rows.append({"id": f"{label}{1000 + i}", "text": text})
    for i in range(200):
        label = ("ham", "spam")[i % 2]
        rows.append({"id": f"{label}{i}", "text": text_of(label, draws)})
    import_files(project, [write_csv("templates.csv", rows)])
    return project


def test_draws_of_near_copies_of_two_classes_count_as_one_that_is_held_out(
    templates: Project,
) -> None:
    annotate(templates, 4, n=25, strategy="random")
    assert max(each.n_draws.max() for each in batch_draws(templates)) > 10
    found = curve(templates)
    assert (found.n_judged, found.n_with_copies) == (100, 0)
    last = found.points[-1]
    assert last.accuracy_low is not None
    assert last.accuracy_high is not None
    # Most of the weight is on eight rows.
    assert last.accuracy_high - last.accuracy_low > 0.3
    assert last.accuracy_low <= right_on_the_rest(templates) <= last.accuracy_high
    (note,) = [note for note in found.notes if "differ in class" in note]
    assert note.startswith("8 of 100 judged rows stand for near-copies")


def test_of_near_copies_without_an_annotated_one_nobody_knows_the_class(
    templates: Project,
) -> None:
    annotate(templates, 1, n=25, strategy="random")
    found = curve(templates)
    last = found.points[-1]
    assert last.accuracy_low is not None
    assert last.accuracy_high is not None
    assert last.accuracy_high - last.accuracy_low > 0.5
    (note,) = [note for note in found.notes if "none is annotated" in note]
    assert note.startswith("2 of 25 judged rows stand for near-copies")


def test_a_random_row_that_was_found_by_a_search_judges_nothing(
    project: Project, write_csv
) -> None:
    fill(project, write_csv, seed=0)
    pool = project
    batch = propose_batch(pool, n=60, strategy="random")
    ids = [pool.store.examples.id_of(row.uid) or 0 for row in batch.rows]
    with Session(pool, annotator="ann") as session:
        for k, (row, example_id) in enumerate(zip(batch.rows, ids, strict=True)):
            label = row.uid.rstrip("0123456789")
            if k < 30:
                session.label(example_id, label, batch_run_id=batch.run_id)
            else:
                how = CameFrom.SEARCH if k < 45 else CameFrom.SLICE
                session.choose(QueueItem(example_id, "", came_from=how), label)
    assert curve(pool, on="random").n_judged == 30
    is_random = random_rows(pool)[np.array(ids) - 1]
    assert is_random.tolist() == [True] * 30 + [False] * 30
