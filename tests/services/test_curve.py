"""The learning curve of a project: on evaluation rows, or on the random rows of its batches."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import opened_copy, write_rows
from tests.services.curve_pools import (
    annotate,
    assert_same_share,
    fill,
    right_on_the_rest,
    text_of,
)
from workbench.errors import UsageError
from workbench.methods.learner import SoftLabelClassifier
from workbench.methods.uncertainty import margin
from workbench.services.active_model import active_model
from workbench.services.annotate import Session
from workbench.services.curve.curve import curve
from workbench.services.embed.embed import embed_texts
from workbench.services.embed.text_space import text_space
from workbench.services.forget import forget_texts
from workbench.services.importing.importing import import_files
from workbench.services.labels import annotated_labels
from workbench.services.project import Project, init_project
from workbench.services.propose import ProposeResult, propose_batch
from workbench.services.train import train_end_model


@pytest.fixture
def pool(project: Project, write_csv) -> Project:
    """400 training rows without labels; the uid tells the truth."""
    fill(project, write_csv, seed=0)
    return project


@pytest.fixture(scope="session")
def annotated_folder(empty_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the pool after ten batches; copy it."""
    folder = tmp_path_factory.mktemp("annotated")
    with opened_copy(empty_folder, folder) as project:
        fill(project, lambda name, rows: write_rows(folder / name, rows), seed=0)
        annotate(project, 10)
    return folder


@pytest.fixture
def annotated(annotated_folder: Path, tmp_path: Path) -> Iterator[Project]:
    """The pool after ten batches."""
    with opened_copy(annotated_folder, tmp_path) as project:
        yield project


def test_random_rows_of_the_batches_are_the_yardstick(annotated: Project) -> None:
    found = curve(annotated)
    assert found.judged_on == "random rows of the batches"
    assert found.n_judged >= 20
    assert [point.n_labels for point in found.points] == list(range(20, 201, 20))
    last = found.points[-1]
    assert last.accuracy is not None
    assert last.accuracy_low is not None
    assert last.accuracy_high is not None
    assert last.accuracy_low <= last.accuracy <= last.accuracy_high
    assert last.kind_of_batch in ("doubtful-clusters", "doubtful-cover")
    # Each is compared with the newest model of 50 labels fewer.
    assert [point.stability is None for point in found.points] == 3 * [True] + 7 * [False]
    assert all(0 <= (point.uncertainty or 0) <= 1 for point in found.points)
    assert found.next_100 is not None
    assert found.next_100.low <= found.next_100.accuracy <= found.next_100.high
    *signs, few = found.stop.reasons
    assert len(signs) == 3
    assert few.startswith(f"only {found.n_judged} rows judge: the accuracy may be as low as ")


@pytest.mark.slow
def test_twenty_random_rows_are_right_on_average(tmp_path: Path, write_csv) -> None:
    """One pool's estimate of so few rows may lie 20 points off."""
    estimates, truth = [], []
    for seed in range(4):
        with Project(init_project(tmp_path / f"pool-{seed}", ["ham", "spam"])) as project:
            fill(project, write_csv, seed=seed)
            annotate(project, 10)
            estimates.append(curve(project).points[-1].accuracy)
            truth.append(np.mean(right_on_the_rest(project)))
    assert np.mean(estimates) == pytest.approx(np.mean(truth), abs=0.05)


def test_the_yardstick_is_right_on_the_rest_of_the_pool(pool: Project) -> None:
    annotate(pool, 6, n=40, strategy="random")
    last = curve(pool).points[-1]
    assert last.accuracy_low is not None
    assert last.accuracy_high is not None
    assert_same_share(last, right_on_the_rest(pool), n_rest=400 - 240)


def test_a_row_counts_as_random_only_in_the_batch_that_asked_it(pool: Project) -> None:
    drawn = {row.uid for row in propose_batch(pool, n=30, strategy="random").rows}
    chosen = propose_batch(pool, n=400, where="length > 0")
    with Session(pool, annotator="ann") as session:
        for uid in drawn & {row.uid for row in chosen.rows}:
            example_id = pool.store.examples.id_of(uid) or 0
            session.label(example_id, uid.rstrip("0123456789"), batch_run_id=chosen.run_id)
    with pytest.raises(UsageError, match="fewer than 20 annotated random rows"):
        curve(pool, on="random")


def test_the_uncertainty_is_as_calibrated_as_the_beliefs_that_choose_rows(
    annotated: Project,
) -> None:
    pool = annotated
    annotate(pool, 2)
    labels = annotated_labels(pool)
    space = text_space(pool)
    believed = active_model(pool, space, seed=pool.config.seed).probs
    assert believed is not None
    rest = np.flatnonzero(labels < 0)
    known = np.flatnonzero(labels >= 0)
    raw = SoftLabelClassifier(2, class_weight="balanced").fit(space.features[known], labels[known])
    too_modest = float(margin(raw.predict_proba(space.features[rest])).mean())
    expected = float(margin(believed[rest]).mean())
    assert abs(too_modest - expected) > 0.05
    assert curve(pool).points[-1].uncertainty == pytest.approx(expected, abs=0.002)


def test_a_space_can_be_chosen_where_the_newest_lacks_rows(
    pool: Project, tmp_path: Path, write_csv
) -> None:
    annotate(pool, 2, n=40, strategy="random")
    np.save(tmp_path / "mine.npy", np.random.default_rng(0).standard_normal((400, 3)))
    before = curve(pool)
    embed_texts(pool, source=tmp_path / "mine.npy")
    import_files(pool, [write_csv("new.csv", [{"id": "ham999", "text": "one more row"}])])
    with pytest.raises(UsageError, match="have no embedding 'mine'"):
        curve(pool)
    points = curve(pool, embedder="tfidf").points
    assert [point.n_labels for point in points] == [point.n_labels for point in before.points]


def test_evaluation_rows_come_first_where_there_are_enough(annotated: Project, write_csv) -> None:
    draws = np.random.default_rng(1)
    rows = [
        {"id": f"e{i}", "text": text_of(label, draws), "label": label}
        for i, label in enumerate(["ham", "spam"] * 40)
    ]
    import_files(annotated, [write_csv("trusted.csv", rows)], role="evaluation")
    found = curve(annotated)
    assert (found.judged_on, found.n_judged) == ("evaluation rows", 80)
    assert curve(annotated, on="random").judged_on == "random rows of the batches"


def unlabelled_evaluation(project: Project, write_csv, n: int) -> None:
    draws = np.random.default_rng(1)
    rows = [
        {"id": f"{label}{5000 + i}", "text": text_of(label, draws)}
        for i, label in enumerate(["ham", "spam"] * (n // 2))
    ]
    import_files(project, [write_csv("judges.csv", rows)], role="evaluation", labels=False)


def answer(project: Project, batch: ProposeResult, *, names_batch: bool) -> None:
    with Session(project, annotator="ann") as session:
        for row in batch.rows:
            example_id = project.store.examples.id_of(row.uid) or 0
            asked_by = batch.run_id if names_batch else None
            session.label(example_id, row.uid.rstrip("0123456789"), batch_run_id=asked_by)


@pytest.mark.parametrize("names_batch", [True, False])
def test_evaluation_rows_of_a_batch_judge_as_all_of_them_do(
    pool: Project, write_csv, *, names_batch: bool
) -> None:
    """Close calls would judge a model tens of points too low."""
    unlabelled_evaluation(pool, write_csv, 400)
    annotate(pool, 3)
    answer(pool, propose_batch(pool, n=100, role="evaluation"), names_batch=names_batch)
    found = curve(pool, on="evaluation")
    assert found.n_judged == 100
    assert not any("drawn" in note for note in found.notes)
    last = found.points[-1]
    X, labels = text_space(pool).features, annotated_labels(pool)
    rows = np.flatnonzero(labels >= 0)
    model = SoftLabelClassifier(2, class_weight="balanced").fit(X[rows], labels[rows])
    truth = np.array([uid.startswith("spam") for uid in pool.store.examples.uids()])[400:]
    right = float((model.predict_proba(X[400:]).argmax(axis=1) == truth).mean())
    assert last.accuracy_low is not None
    assert last.accuracy_high is not None
    assert last.accuracy_low <= right <= last.accuracy_high


@pytest.mark.parametrize("names_batch", [True, False])
def test_evaluation_rows_that_were_chosen_do_not_judge(
    pool: Project, write_csv, *, names_batch: bool
) -> None:
    """A batch on a condition is drawn from a part, as batches of a strategy once were."""
    unlabelled_evaluation(pool, write_csv, 400)
    annotate(pool, 5)
    part = propose_batch(pool, n=60, role="evaluation", where="length > 0")
    assert any("drawn from a part" in note for note in part.notes)
    answer(pool, part, names_batch=names_batch)
    with pytest.raises(UsageError, match="60 labelled evaluation rows were chosen") as caught:
        curve(pool, on="evaluation")
    assert "workbench propose -n 50 --role evaluation" in str(caught.value)
    (warning,) = [one for one in train_end_model(pool).warnings if "chosen" in one]
    assert warning.startswith("60 labelled evaluation rows were chosen for a reason, not drawn")
    answer(pool, propose_batch(pool, n=50, role="evaluation"), names_batch=names_batch)
    found = curve(pool)
    assert (found.judged_on, found.n_judged) == ("evaluation rows", 50)
    assert any(note.startswith("60 labelled evaluation rows were chosen") for note in found.notes)
    answer(pool, propose_batch(pool, n=400, role="evaluation"), names_batch=names_batch)
    everything = curve(pool)
    assert everything.n_judged == 400
    assert not any("chosen" in note for note in everything.notes)


def test_where_all_is_annotated_and_nothing_judges_no_more_batches_are_advised(
    project: Project, write_csv
) -> None:
    draws = np.random.default_rng(0)
    rows = [{"id": f"r{i}", "text": text_of(("ham", "spam")[i % 2], draws)} for i in range(25)]
    import_files(project, [write_csv("few.csv", rows)])
    with Session(project, annotator="ann") as session:
        for i in range(25):
            session.label(i + 1, ("ham", "spam")[i % 2])
    found = curve(project)
    assert found.stop.should_stop
    assert found.stop.reasons == ("every training row is annotated",)
    assert "every training row is annotated" in found.notes[0]
    assert "workbench import FILE --role evaluation" in found.notes[0]
    assert "propose" not in found.notes[0]
    with pytest.raises(UsageError) as caught:
        curve(project, on="random")
    assert "propose" not in str(caught.value)


def test_words_are_checked_before_there_is_enough_to_judge_on(pool: Project) -> None:
    with pytest.raises(UsageError, match="no embeddings 'zz'"):
        curve(pool, embedder="zz")
    with pytest.raises(UsageError, match="embedder is empty"):
        curve(pool, embedder="")
    for on in ("random", "evaluation"):
        with pytest.raises(UsageError, match="fewer than"):
            curve(pool, on=on)


def test_the_same_seed_gives_the_same_curve_and_nothing_is_written(annotated: Project) -> None:
    before = [run.run_id for run in annotated.store.runs.newest()]
    assert curve(annotated, seed=4) == curve(annotated, seed=4)
    assert [run.run_id for run in annotated.store.runs.newest()] == before


def test_labels_without_a_batch_have_a_curve_too(pool: Project, write_csv) -> None:
    draws = np.random.default_rng(1)
    rows = [
        {"id": f"e{i}", "text": text_of(label, draws), "label": label}
        for i, label in enumerate(["ham", "spam"] * 40)
    ]
    import_files(pool, [write_csv("trusted.csv", rows)], role="evaluation")
    with Session(pool, annotator="ann") as session:
        for i, uid in enumerate(pool.store.examples.uids()[:60], start=1):
            session.label(i, uid.rstrip("0123456789"))
    found = curve(pool)
    assert found.points[-1].n_labels == 60
    assert found.points[-1].batch is None
    assert len(found.points) >= 3


def test_labels_before_the_first_batch_are_of_none(pool: Project) -> None:
    with Session(pool, annotator="ann") as session:
        for i, uid in enumerate(pool.store.examples.uids()[:60], start=1):
            session.label(i, uid.rstrip("0123456789"))
    annotate(pool, 3, strategy="random")
    points = curve(pool).points
    before = [(p.batch, p.kind_of_batch) for p in points if p.n_labels <= 60]
    assert before
    assert set(before) == {(None, None)}
    drawn = [(p.n_labels, p.kind_of_batch) for p in points if p.n_labels > 60]
    assert drawn == [(80, "random"), (100, "random"), (120, "random")]


def test_where_everything_is_annotated_nothing_is_in_doubt(pool: Project) -> None:
    annotate(pool, 4, n=100, strategy="random")
    found = curve(pool)
    assert found.points[-1].n_labels == 400
    assert found.points[-1].uncertainty is None
    assert found.stop.should_stop
    assert found.stop.reasons[0] == "every training row is annotated"


def test_skipped_rows_are_not_annotated(pool: Project) -> None:
    annotate(pool, 3, n=100, strategy="random")
    rest = propose_batch(pool, n=100, strategy="random")
    with Session(pool, annotator="ann") as session:
        for row in rest.rows:
            session.skip(pool.store.examples.id_of(row.uid) or 0, batch_run_id=rest.run_id)
    found = curve(pool)
    assert "every training row is annotated" not in found.stop.reasons
    assert found.points[-1].uncertainty is not None
    assert any("asked again" in note for note in propose_batch(pool, n=5).notes)


def test_removed_rows_are_not_left(pool: Project) -> None:
    annotate(pool, 1, n=399, strategy="random")
    assert "every training row is annotated" not in curve(pool).stop.reasons
    (last,) = propose_batch(pool, n=1, strategy="random").rows
    forget_texts(pool, [last.uid], sure=True)
    found = curve(pool)
    assert found.points[-1].uncertainty is None
    assert found.stop.should_stop
    assert found.stop.reasons[0] == "every training row is annotated"


def test_labels_that_came_with_a_file_are_none_that_were_spent(pool: Project, write_csv) -> None:
    def note() -> str:
        return curve(pool).notes[0]

    assert "came with a file" not in note()
    draws = np.random.default_rng(1)
    rows = [
        {"id": f"g{i}", "text": text_of(label, draws), "label": label}
        for i, label in enumerate(["ham", "spam"] * 20)
    ]
    import_files(pool, [write_csv("given.csv", rows)])
    assert "10 annotated training rows" in note()
    assert "labels that came with a file do not count" in note()


def test_too_little_to_judge_by_is_said(pool: Project) -> None:
    assert "10 annotated training rows" in curve(pool).notes[0]
    annotate(pool, 1)
    found = curve(pool)
    assert found.points == ()
    assert found.next_100 is None
    assert not found.stop.should_stop
    assert "fewer than 20" in found.notes[0]
    annotate(pool, 2, strategy="random")
    with pytest.raises(UsageError, match="fewer than 50 evaluation rows with a label to judge"):
        curve(pool, on="evaluation")


def test_what_is_missing_of_the_yardstick_is_counted(pool: Project) -> None:
    annotate(pool, 4)
    note = curve(pool).notes[0]
    assert "fewer than 20 annotated random rows (8 so far)" in note
    assert "workbench propose -n 12 --strategy random" in note
    annotate(pool, 1, n=12, strategy="random")
    assert curve(pool).n_judged == 20


def test_stability_does_not_grow_by_small_batches(pool: Project) -> None:
    """Models that differ by the last few labels agree whatever these are."""
    annotate(pool, 3, n=60, strategy="typicality")  # so that there is more to learn
    before = curve(pool).points
    annotate(pool, 3, n=10, strategy="typicality")
    after = curve(pool).points
    assert [point.n_labels for point in after] == [60, 120, 180, 190, 200, 210]
    known = {point.n_labels: point.stability for point in after}
    assert [known[p.n_labels] for p in before] == [p.stability for p in before]
    # All three are held against the model of 120 labels.
    assert known[190] is not None
    assert max(known[190], known[200] or 0, known[210] or 0) <= 0.95


def test_classes_that_no_judged_row_holds_are_counted(tmp_path: Path, write_csv) -> None:
    with Project(init_project(tmp_path / "three", ["ham", "spam", "other"])) as project:
        fill(project, write_csv, seed=0)
        annotate(project, 1, n=40, strategy="random")
        assert any("macro-F1 is that of 2 of 3 classes" in note for note in curve(project).notes)


def test_one_class_is_no_curve(pool: Project) -> None:
    batch = propose_batch(pool, n=30)
    with Session(pool, annotator="ann") as session:
        for row in batch.rows:
            session.label(pool.store.examples.id_of(row.uid) or 0, "ham")
    assert "of two classes" in curve(pool).notes[0]


def test_unknown_rows_to_judge_on_are_refused(pool: Project) -> None:
    with pytest.raises(UsageError, match="no rows 'test' to judge on"):
        curve(pool, on="test")
    with pytest.raises(UsageError, match="seed is -1"):
        curve(pool, seed=-1)
