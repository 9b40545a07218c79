"""Training in a project: the end model, the mix, and the labels that come from them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.services.answering import unlike
from workbench.services.aggregate import aggregate_votes
from workbench.services.annotate import Session
from workbench.services.beliefs import MIX
from workbench.services.end_model import END_MODEL, MIN_FUSED
from workbench.services.importing.importing import import_files
from workbench.services.labels import annotated_labels, resolve_labels
from workbench.services.project import Project
from workbench.services.train import train_end_model
from workbench.types import NO_LABEL, Origin


def truth_of(text: str) -> str:
    return "spam" if any(w in text for w in ("free", "win", "claim", "urgent")) else "ham"


def annotate(project: Project, n: int) -> None:
    texts = project.store.examples.texts()
    with Session(project, annotator="ann") as session:
        for i in range(1, n + 1):
            session.label(i, truth_of(texts[i - 1]))


@pytest.fixture
def without_given(voted: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project in which given labels give way to models."""
    order = ("correction", "annotation", "model", "given")
    monkeypatch.setattr(voted, "config", replace(voted.config, label_order=order))
    return voted


def test_few_annotations_leave_the_end_model_in_use(voted: Project) -> None:
    aggregate_votes(voted)
    annotate(voted, MIN_FUSED - 1)
    result = train_end_model(voted)
    assert result.chosen == END_MODEL
    assert result.sources == ()


def test_annotations_are_weighed_with_votes_and_texts(voted: Project) -> None:
    aggregate_votes(voted)
    annotate(voted, 40)
    aggregate_votes(voted)
    result = train_end_model(voted)
    assert result.chosen == MIX
    assert result.n_annotated == 40
    assert [score.model for score in result.scores[:2]] == [MIX, END_MODEL]
    assert {source.name for source in result.sources} > {"annotations alone", "end model"}
    assert {score.model for score in result.held_out} > {MIX, "annotations alone"}
    mix = result.scores[0]
    assert mix.accuracy is not None
    assert mix.accuracy > 0.9
    assert mix.ece is not None
    assert train_end_model(voted).reused


def test_the_mix_gives_the_labels_until_the_votes_are_aggregated_again(
    without_given: Project,
) -> None:
    project = without_given
    annotate(project, 40)
    aggregated = aggregate_votes(project)
    before = resolve_labels(project)
    trained = train_end_model(project)
    after = resolve_labels(project)
    from_model = after.origin_is(Origin.MODEL)
    assert set(after.run_ids[from_model].tolist()) == {trained.run_id}
    assert (after.labels >= 0).sum() >= (before.labels >= 0).sum()
    assert (resolve_labels(project, with_mix=False).labels == before.labels).all()
    again = aggregate_votes(project, class_balance="uniform")
    assert again.run_id > aggregated.run_id
    newest = resolve_labels(project)
    assert trained.run_id not in newest.run_ids


def test_the_view_and_the_arrays_agree_on_the_mix(voted: Project) -> None:
    annotate(voted, 40)
    aggregate_votes(voted)
    trained = train_end_model(voted)
    with sqlite3.connect(voted.store.path) as db:
        assert db.execute("SELECT run_id, model FROM current_model").fetchone() == (
            trained.run_id,
            MIX,
        )


def test_training_does_not_learn_from_its_own_mix(voted: Project) -> None:
    annotate(voted, 40)
    aggregate_votes(voted)
    first = train_end_model(voted)
    second = train_end_model(voted, seed=voted.config.seed + 1)
    assert (second.n_rows, second.n_soft) == (first.n_rows, first.n_soft)


def test_rows_that_were_only_corrected_are_no_evidence_about_models(voted: Project) -> None:
    with Session(voted, annotator="rev") as session:
        session.relabel(1, "spam")
        session.label(2, "ham")
        session.relabel(2, "spam")
    decided = annotated_labels(voted)
    assert decided[0] == NO_LABEL
    assert decided[1] == voted.classes.index("spam")
    assert (np.delete(decided, 1) == NO_LABEL).all()


def test_embeddings_join_the_features(voted: Project) -> None:
    pytest.importorskip("wordllama", reason="wordllama is not installed")
    aggregate_votes(voted)
    plain = train_end_model(voted)
    rich = train_end_model(voted, embeddings=True)
    assert rich.n_features == plain.n_features + 256
    assert not rich.reused


def test_empty_texts_have_a_zero_embedding() -> None:
    pytest.importorskip("wordllama", reason="wordllama is not installed")
    from workbench.services.embed.wordllama import embed

    vectors = embed(["", "  ", "win a prize", "\u200b"])
    assert np.isfinite(vectors).all()
    assert not vectors[:2].any()
    assert np.linalg.norm(vectors[2]) == pytest.approx(1, abs=1e-5)


def test_rows_under_the_threshold_teach_as_unsure_as_they_are(
    without_given: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = without_given
    aggregate_votes(project)
    plain = train_end_model(project)
    strict = replace(project.config, min_confidence=0.999999)
    monkeypatch.setattr(project, "config", strict)
    aggregate_votes(project)
    assert not resolve_labels(project).origin_is(Origin.MODEL).any()
    trained = train_end_model(project)
    assert not trained.reused
    assert trained.n_soft == plain.n_soft > 0
    assert trained.scores[0] == plain.scores[0]


def test_a_mix_under_the_threshold_is_told(voted: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    aggregate_votes(voted)
    annotate(voted, 40)
    strict = replace(voted.config, min_confidence=0.999999)
    monkeypatch.setattr(voted, "config", strict)
    assert any("rows of the mix" in told for told in train_end_model(voted).warnings)


def test_labels_of_one_class_are_told(project: Project, write_csv: Callable[..., Path]) -> None:
    rows = [{"id": f"r{i}", "text": f"win cash {i}", "label": "spam"} for i in range(12)]
    import_files(project, [write_csv("spam.csv", rows)])
    told = "all 12 training rows with a label are 'spam'"
    assert any(told in warning for warning in train_end_model(project).warnings)
    import_files(project, [write_csv("ham.csv", [{"id": "h", "text": "lunch", "label": "ham"}])])
    assert not any("with a label are" in warning for warning in train_end_model(project).warnings)


@pytest.fixture
def many(
    project: Project,
    write_csv: Callable[..., Path],
    small_rows: Callable[..., list[dict[str, str]]],
    cast_votes: Callable[..., None],
) -> Project:
    """400 rows without labels, ham and spam in turn, whose votes are right in 17 of 20 cases."""
    import_files(project, [write_csv("many.csv", unlike(small_rows(400)))])
    cast_votes(project, abstain=0.6)
    aggregate_votes(project)
    return project


def annotate_by_class(project: Project, n_ham: int, n_spam: int) -> None:
    with Session(project, annotator="ann") as session:
        for i in range(n_ham):
            session.label(2 * i + 1, "ham")
        for i in range(n_spam):
            session.label(2 * i + 2, "spam")


def share_right(project: Project) -> float:
    """How many labels that nobody gave are right."""
    labels = resolve_labels(project)
    mine = labels.origin_is(Origin.MODEL)
    return float((labels.labels == np.arange(len(labels.labels)) % 2)[mine].mean())


def test_annotations_of_one_class_make_no_mix(many: Project) -> None:
    before = resolve_labels(many)
    annotate_by_class(many, 0, 30)
    result = train_end_model(many)
    assert result.chosen == END_MODEL
    assert result.by_origin["annotation"] == 30
    (told,) = [told for told in result.warnings if "30 annotated rows are 'spam'" in told]
    assert "there is no mix" in told
    assert "workbench propose" in told
    after = resolve_labels(many)
    others = annotated_labels(many) == NO_LABEL
    assert (after.labels == before.labels)[others].all()


@pytest.mark.parametrize(("n_ham", "n_spam"), [(2, 30), (50, 2)])
def test_too_few_rows_of_a_class_beside_those_looked_for_make_no_mix(
    many: Project, n_ham: int, n_spam: int
) -> None:
    before = resolve_labels(many)
    annotate_by_class(many, n_ham, n_spam)
    result = train_end_model(many)
    assert result.chosen == END_MODEL
    (told,) = [told for told in result.warnings if "chosen by class" in told]
    assert "fewer than 20" in told
    others = annotated_labels(many) == NO_LABEL
    assert (resolve_labels(many).labels == before.labels)[others].all()


def test_rows_that_were_looked_for_by_class_count_less_in_the_mix(many: Project) -> None:
    before = share_right(many)
    annotate_by_class(many, 15, 65)
    result = train_end_model(many)
    assert result.chosen == MIX
    (told,) = [told for told in result.warnings if "chosen by class" in told]
    assert "in the mix" in told
    assert share_right(many) >= before


def test_rows_of_all_classes_count_in_full(many: Project) -> None:
    annotate_by_class(many, 15, 15)
    result = train_end_model(many)
    assert result.chosen == MIX
    assert not any("chosen by class" in told for told in result.warnings)


def test_words_of_a_class_are_no_numbers_and_no_sentences(
    project: Project, write_csv: Callable[..., Path]
) -> None:
    said = {
        "ham": ("my refund is late {}", "包裹{}在哪里请告诉我"),
        "spam": ("free prize {}", "免费{}奖品现在就打电话"),
    }
    rows = [
        {"id": str(i), "text": said[label][i % 4 // 2].format(i * 7919 % 1000), "label": label}
        for i in range(120)
        for label in [("ham", "spam")[i % 2]]
    ]
    import_files(project, [write_csv("rows.csv", rows)])
    words = {entry.name: entry.words for entry in train_end_model(project).words}
    assert "包裹" in words["ham"]
    assert "奖品" in " ".join(words["spam"])
    shown = [word for some in words.values() for word in some]
    assert not any(character.isdigit() for word in shown for character in word)
    assert max(len(word) for word in shown if not word.isascii()) <= 4
