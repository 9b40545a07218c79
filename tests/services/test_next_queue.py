"""Whoever answers a queue stays with it, an audit waits for labels, and a queue has one count."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.services.reviewing import review_all
from workbench.services.aggregate import aggregate_votes
from workbench.services.annotate import Session
from workbench.services.audit.audit import audit_labels
from workbench.services.diagnose.diagnose import diagnose
from workbench.services.importing.importing import import_files
from workbench.services.lf.apply import apply_functions
from workbench.services.next_step import loop
from workbench.services.project import Project, init_project
from workbench.services.propose import propose_batch
from workbench.services.review.progress import review_progress
from workbench.services.review.review import review_queue
from workbench.services.suspects import suspects_to_review, to_review
from workbench.services.train import train_end_model


def answer_batch(project: Project, n_classes: int) -> None:
    """Answer the newest batch: the first classes in turn."""
    run = project.store.runs.last_done("propose")
    assert run is not None
    with Session(project, annotator="ana") as session:
        for i, row in enumerate(project.store.queues.proposal(run.run_id)):
            label = project.classes[i % n_classes]
            session.label(row.example_id, label, batch_run_id=run.run_id)


def test_a_batch_that_waits_comes_before_a_diagnosis(bare: Project) -> None:
    assert loop(bare).next_command == "workbench diagnose"
    propose_batch(bare, n=3, strategy="random")
    now = loop(bare)
    assert (now.next_command, now.n_waiting) == ("workbench annotate", 3)
    answer_batch(bare, 2)
    assert loop(bare).next_command == "workbench diagnose"


def test_no_answer_but_the_last_one_leads_away_from_a_review(audited: Project) -> None:
    diagnose(audited)
    train_end_model(audited)
    n = loop(audited).n_suspects
    assert n > 3
    for _ in range(3):
        assert loop(audited).next_command == "workbench review"
        review_all(audited, 1)
    review_all(audited)
    assert loop(audited).next_command == "workbench train"


def test_a_queue_has_one_count(audited: Project) -> None:
    diagnose(audited)
    for _ in range(2):
        queue, found = review_queue(audited), review_progress(audited)
        assert found is not None
        assert len(queue) == found.n_rows - found.n_answered
        counts = re.findall(r"(\d+) (?:suspects?|random rows?)\b", loop(audited).next_reason)
        assert sum(map(int, counts)) == len(queue)
        review_all(audited, 2)
    found = review_progress(audited)
    assert found is not None
    assert found.n_answered == 4


def test_random_rows_whose_label_changed_since_are_not_counted(bare: Project) -> None:
    def vote(of_dinner: str) -> None:
        words = {"lunch": "ham", "home": "ham", "dinner": of_dinner, "noon": "ham"}
        words |= dict.fromkeys(("prize", "cash", "claim", "urgent"), "spam")
        lines = [f"keywords('{word}_', ['{word}'], '{label}')" for word, label in words.items()]
        script = "\n".join(["from workbench import keywords", *lines])
        (bare.functions_folder / "words.py").write_text(script)
        apply_functions(bare)
        aggregate_votes(bare)

    vote("ham")
    diagnose(bare)
    audit_labels(bare)
    before = review_queue(bare), to_review(bare).n_controls
    vote("spam")
    queue = review_queue(bare)
    assert len(queue) < len(before[0])
    assert 0 < to_review(bare).n_controls < before[1]
    assert to_review(bare).n_controls == len(queue) - len(suspects_to_review(bare))


@pytest.fixture
def many(tmp_path: Path, write_csv: Callable[..., Path]) -> Project:
    """A project of 20 classes, diagnosed, with a batch of 30 answered rows of all of them."""
    rng = np.random.default_rng(0)
    words = rng.choice(list("abcdefghijklm"), (200, 5, 4))
    rows = [
        {"id": f"m{i}", "text": " ".join(map("".join, row))} for i, row in enumerate(words.tolist())
    ]
    project = Project(init_project(tmp_path / "many", [f"c{k}" for k in range(20)]))
    import_files(project, [write_csv("m.csv", rows)])
    diagnose(project)
    propose_batch(project, n=30, strategy="random")
    answer_batch(project, 20)
    train_end_model(project)
    return project


def test_an_audit_waits_until_it_can_judge_most_labels(many: Project) -> None:
    now = loop(many)
    assert now.next_command == "workbench propose -n 50"
    assert "could judge none of 30 labels" in now.next_reason
    assert audit_labels(many).n_judged == 0  # as foretold
    propose_batch(many, n=40, strategy="random")
    answer_batch(many, 2)
    diagnose(many)
    train_end_model(many)
    assert loop(many).next_command == "workbench audit"
    many.close()
