"""What a batch believes: the quick fit, what teaches it, and fresh trainings."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.services.answering import answer, truth_of, unlike
from workbench.methods.calibration import expected_calibration_error
from workbench.methods.learner import SoftLabelClassifier
from workbench.services.active_model import active_model
from workbench.services.aggregate import aggregate_votes
from workbench.services.annotate import Session
from workbench.services.embed.embed import embed_texts
from workbench.services.embed.text_space import text_space
from workbench.services.importing.importing import import_files
from workbench.services.learnt_rows import Lessons, learnt_from, learnt_rows
from workbench.services.project import Project
from workbench.services.propose import propose_batch
from workbench.services.train import train_end_model
from workbench.services.undo import redo, undo


def test_only_training_rows_teach(bare: Project, write_csv) -> None:
    new = [{"id": f"p{i}", "text": f"live text {i} number{i * i}"} for i in range(6)]
    import_files(bare, [write_csv("live.csv", new)], role="production")
    answer(bare, propose_batch(bare, n=6, role="production"))
    trained = propose_batch(bare, n=10)
    answer(bare, trained)
    uids = bare.store.examples.uids()
    learnt = [uids[row] for row in learnt_rows(bare, seed=0).rows]
    assert sorted(learnt) == sorted(row.uid for row in trained.rows)


def test_a_label_model_weighs_a_quarter_of_a_person(
    voted: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = ("correction", "annotation", "model", "given")
    monkeypatch.setattr(voted, "config", replace(voted.config, label_order=order))
    aggregate_votes(voted)
    answer(voted, propose_batch(voted, n=10))
    learnt = learnt_rows(voted, seed=0)
    assert learnt.n_hard < len(learnt.rows)
    assert set(learnt.weights[: learnt.n_hard]) == {1.0}
    assert set(learnt.weights[learnt.n_hard :]) == {0.25}


def test_the_quick_fit_gives_a_rare_class_the_weight_of_the_others(bare: Project) -> None:
    rows = list(enumerate(bare.store.examples.texts(), 1))
    spam = [row for row, text in rows if truth_of(text) == "spam"]
    ham = [row for row, text in rows if truth_of(text) == "ham"]
    with Session(bare, annotator="ann") as session:
        for row in spam[:3]:
            session.label(row, "spam")
        for row in ham[:30]:
            session.label(row, "ham")
    space = text_space(bare)
    found = active_model(bare, space, seed=0).probs
    assert found is not None
    learnt = learnt_rows(bare, seed=0)
    answers = []
    for class_weight in ("balanced", None):
        plain = SoftLabelClassifier(2, class_weight=class_weight)
        plain.fit(space.features[learnt.rows], learnt.targets)
        answers.append(plain.predict_proba(space.features).argmax(axis=1))
    assert (answers[0] != answers[1]).any()
    np.testing.assert_array_equal(found.argmax(axis=1), answers[0])


def test_a_fresh_training_is_believed_until_somebody_decides(voted: Project) -> None:
    aggregate_votes(voted)
    train_end_model(voted)
    batch = propose_batch(voted, n=5)
    assert batch.believed_by == "end"
    answer(voted, batch)
    later = propose_batch(voted, n=5)
    assert later.believed_by is not None
    assert later.believed_by.startswith("a quick fit on")


def test_a_training_on_labels_that_were_taken_back_is_not_believed(voted: Project) -> None:
    aggregate_votes(voted)
    answer(voted, propose_batch(voted, n=20))
    train_end_model(voted)
    assert propose_batch(voted, n=5).believed_by == "end"
    assert undo(voted, annotator="ann") is not None
    later = propose_batch(voted, n=5).believed_by
    assert later is not None
    assert later.startswith("a quick fit on")
    redo(voted, annotator="ann")
    assert propose_batch(voted, n=5).believed_by == "end"


def test_a_training_is_believed_in_the_space_that_it_saw_alone(
    voted: Project, tmp_path: Path
) -> None:
    aggregate_votes(voted)
    answer(voted, propose_batch(voted, n=20))
    train_end_model(voted)
    assert propose_batch(voted, n=5).believed_by == "end"
    n = voted.store.examples.count()
    np.save(tmp_path / "mine.npy", np.random.default_rng(0).standard_normal((n, 8)))
    embed_texts(voted, source=tmp_path / "mine.npy")
    batch = propose_batch(voted, n=5, strategy="badge")
    assert batch.embedder.startswith("mine file-")
    assert batch.believed_by is not None
    assert batch.believed_by.startswith("a quick fit on ")
    assert batch.believed_by.endswith("; the newest training saw tfidf")
    assert propose_batch(voted, n=5, embedder="tfidf").believed_by == "end"


def test_a_training_on_embeddings_is_believed_in_those_of_the_same_version(
    voted: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("wordllama", reason="wordllama is not installed")
    aggregate_votes(voted)
    made = embed_texts(voted)
    train_end_model(voted, embeddings=True)
    assert propose_batch(voted, n=5).believed_by == "end"
    tfidf = propose_batch(voted, n=5, embedder="tfidf").believed_by
    assert tfidf is not None
    assert tfidf.endswith(f"; the newest training saw wordllama {made.version}")
    # The package is renewed, and all is trained again.
    monkeypatch.setattr("workbench.services.embed.wordllama.installed_version", lambda: "99")
    monkeypatch.setattr("workbench.services.train.installed_version", lambda: "99")
    assert not train_end_model(voted, embeddings=True).reused
    old = propose_batch(voted, n=5).believed_by
    assert old is not None
    assert old.endswith("; the newest training saw wordllama 99")
    embed_texts(voted)
    assert propose_batch(voted, n=5).believed_by == "end"


def test_beliefs_have_the_temperature_of_rows_that_the_model_has_not_seen(
    bare: Project,
) -> None:
    answer(bare, propose_batch(bare, n=40))
    space = text_space(bare)
    found = active_model(bare, space, seed=0)
    assert found.held_out is not None
    assert found.probs is not None
    learnt = learnt_rows(bare, seed=0)
    plain = SoftLabelClassifier(2, class_weight="balanced")
    plain.fit(space.features[learnt.rows], learnt.targets)
    probs = plain.predict_proba(space.features)
    np.testing.assert_array_equal(found.probs.argmax(axis=1), probs.argmax(axis=1))
    truth = np.array([truth_of(text) == "spam" for text in space.texts], np.int64)
    rest = np.setdiff1d(np.arange(len(truth)), learnt.rows)
    error = expected_calibration_error
    assert error(found.probs[rest], truth[rest]) < error(probs[rest], truth[rest])


def test_a_rare_class_is_learnt_from_where_a_sample_misses_it(
    project: Project, write_csv, small_rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = unlike(small_rows(80))
    for i, row in enumerate(rows):
        row["label"] = "spam" if i == 40 else "ham"
    import_files(project, [write_csv("given.csv", rows)])
    monkeypatch.setattr("workbench.services.learnt_rows.MAX_LEARNT", 5)
    for seed in range(10):
        learnt = learnt_rows(project, seed=seed)
        assert learnt.tells_classes_apart
        assert 40 in learnt.rows
        assert learnt.n_hard == len(learnt.rows) <= 6
        assert learnt.n_labels == 80


def test_soft_labels_teach_the_quick_fit_where_nobody_annotated(
    voted: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = ("correction", "annotation", "model", "given")
    monkeypatch.setattr(voted, "config", replace(voted.config, label_order=order))
    aggregate_votes(voted)
    batch = propose_batch(voted, n=5)
    assert batch.believed_by is not None
    assert batch.believed_by.endswith("weak labels")


def test_rows_that_come_later_leave_the_sample_of_the_others_nearly_as_it_was() -> None:
    labels = np.arange(5_000) % 2
    weak = np.zeros(5_000, np.int64)
    before, after = (
        Lessons(labels[:n], weak[:n], np.zeros(n, np.bool_), None, 2) for n in (4_990, 5_000)
    )
    kept = np.intersect1d(learnt_from(before, seed=0).rows, learnt_from(after, seed=0).rows)
    assert len(kept) >= 990
