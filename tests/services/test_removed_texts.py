"""A row whose text was removed for good neither teaches, nor judges, nor is asked about."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.services.answering import truth_of
from tests.services.function_scripts import annotate, script
from workbench.errors import ProjectError
from workbench.services.aggregate import aggregate_votes
from workbench.services.annotate import Session
from workbench.services.audit.audit import audit_labels
from workbench.services.export.export import export_labels
from workbench.services.forget import forget_texts
from workbench.services.judges import judges, references
from workbench.services.labels import human_labels
from workbench.services.lf.apply import apply_functions
from workbench.services.lf.functions import list_functions
from workbench.services.lf.suggest import suggest_functions
from workbench.services.project import Project
from workbench.services.row_queues import control_queue
from workbench.services.staleness import stale
from workbench.services.status import status
from workbench.services.train import train_end_model

N_LEFT, N_TRUSTED_LEFT = 210, 40


def forget_many(project: Project) -> list[int]:
    """Forget 90 of 300 labelled training rows and 20 of 60 evaluation rows; return their places."""
    rows = [*range(90), *range(300, 320)]
    uids = project.store.examples.uids()
    forget_texts(project, [uids[row] for row in rows], sure=True)
    return rows


@pytest.fixture
def told(messages: Project, cast_votes: Callable[..., None]) -> Project:
    """300 training rows with labels and votes and 60 trusted ones, from which models learnt."""
    cast_votes(messages)
    aggregate_votes(messages)
    train_end_model(messages)
    return messages


def test_a_training_learns_and_is_judged_without_them(told: Project) -> None:
    forget_many(told)
    result = train_end_model(told)
    assert not result.reused
    assert (result.n_rows, result.n_evaluation) == (N_LEFT, N_TRUSTED_LEFT)
    assert {score.n for score in result.scores} == {N_TRUSTED_LEFT}
    assert train_end_model(told).reused


def test_a_label_model_learns_and_is_judged_without_them(told: Project) -> None:
    forget_many(told)
    result = aggregate_votes(told)
    assert not result.reused
    assert (result.n_fitted, result.n_evaluation) == (N_LEFT, N_TRUSTED_LEFT)
    assert {score.n for score in result.scores} == {N_TRUSTED_LEFT}
    assert aggregate_votes(told).reused


def test_functions_are_measured_and_suggested_without_them(told: Project) -> None:
    before = [row.n_labelled for row in list_functions(told).functions]
    n_rows = suggest_functions(told).n_rows
    forget_many(told)
    after = [row.n_labelled for row in list_functions(told).functions]
    assert max(after) <= N_TRUSTED_LEFT
    assert all(now < then for now, then in zip(after, before, strict=True))
    suggested = suggest_functions(told)
    assert (suggested.n_labelled, suggested.n_evaluation) == (N_LEFT, N_TRUSTED_LEFT)
    assert n_rows - suggested.n_rows == 110


def test_status_counts_the_labels_that_models_learn_from(told: Project) -> None:
    forget_many(told)
    found = status(told)
    assert found.n_labelled == train_end_model(told).n_rows == N_LEFT
    assert sum(found.by_origin.values()) == N_LEFT


def test_no_random_question_is_about_a_blank(told: Project) -> None:
    gone = {row + 1 for row in forget_many(told)}
    asked = {item.example_id for item in control_queue(told, "ann")}
    assert len(asked) == 200
    assert not asked & gone


def test_a_model_and_a_file_are_out_of_date_without_a_text_of_theirs(
    told: Project, tmp_path: Path
) -> None:
    export_labels(told, tmp_path / "labels.csv")
    assert not stale(told, ("aggregate", "train", "export"))
    forget_texts(told, [told.store.examples.uids()[0]], sure=True)
    found = stale(told, ("aggregate", "train", "export"))
    assert {(item.stage, item.because) for item in found} == {
        ("train", "1 text was removed for good"),
        ("export", "1 text was removed for good"),
    }
    train_end_model(told)
    export_labels(told, tmp_path / "labels.csv", replace=True)
    assert not stale(told, ("aggregate", "train", "export"))


def test_labels_of_removed_texts_do_not_ask_for_an_audit(told: Project) -> None:
    audit_labels(told)
    forget_many(told)
    labels = human_labels(told).decided
    assert (labels < 0).all()
    with Session(told, annotator="ann") as session:
        for example_id in range(1, 91):
            session.label(example_id, told.classes[example_id % len(told.classes)])
    assert not [item for item in stale(told, ("audit",)) if "not audited" in item.because]


def test_without_a_text_left_models_say_so(told: Project) -> None:
    forget_texts(told, told.store.examples.uids(), sure=True)
    with pytest.raises(ProjectError, match="no training row has a text to learn from"):
        aggregate_votes(told)
    assert train_end_model(told).withdraws is not None
    assert suggest_functions(told).candidates == ()


def test_answers_about_them_judge_nobody_and_are_not_missed(bare: Project) -> None:
    texts = bare.store.examples.texts()
    answers = {f"r{i}": truth_of(texts[i]) for i in range(40)}
    annotate(bare, answers, "ann")
    annotate(bare, {uid: answers[uid] for uid in list(answers)[:20]}, "bob")
    script(bare, 'annotator("as_ann", "ann")')
    apply_functions(bare)
    (version,) = bare.store.votes.in_force()
    assert judges(bare).n_voided == 20
    forget_texts(bare, [f"r{i}" for i in [*range(5), *range(20, 30)]], sure=True)
    assert judges(bare).n_voided == 10
    judged = references(bare, [version]).of(version.lf_version_id)
    assert np.flatnonzero(judged >= 0).tolist() == list(range(5, 20))
