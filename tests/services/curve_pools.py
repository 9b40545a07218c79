"""Texts of two classes, and people who annotate them, for learning curves."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from workbench.methods.intervals import wilson
from workbench.methods.learner import SoftLabelClassifier
from workbench.services.annotate import Session
from workbench.services.curve.curve import CurvePoint
from workbench.services.embed.text_space import text_space
from workbench.services.importing.importing import import_files
from workbench.services.labels import annotated_labels
from workbench.services.project import Project
from workbench.services.propose import ProposeResult, propose_batch

SIGNS = {"spam": ["prize", "claim", "urgent", "winner"], "ham": ["lunch", "dinner", "home", "noon"]}


DIGITS = "0123456789"


def text_of(label: str, draws: np.random.Generator) -> str:
    """Two telling words, of which one may be the other class's, and six that tell nothing."""
    other = "ham" if label == "spam" else "spam"
    telling = [
        draws.choice(SIGNS[label]),
        draws.choice(SIGNS[other if draws.random() < 0.3 else label]),
    ]
    return " ".join([*telling, *(f"word{k}" for k in draws.integers(0, 400, 6))])


def fill(project: Project, write_csv, *, seed: int) -> None:
    draws = np.random.default_rng(seed)
    rows = []
    for i in range(400):
        label = ("ham", "spam")[i % 2]
        rows.append({"id": f"{label}{i}", "text": text_of(label, draws)})
    import_files(project, [write_csv(f"pool-{seed}.csv", rows)])


def annotate(project: Project, batches: int, *, n: int = 20, strategy: str = "auto") -> None:
    for _ in range(batches):
        batch = propose_batch(project, n=n, strategy=strategy)
        with Session(project, annotator="ann") as session:
            for row in batch.rows:
                example_id = project.store.examples.id_of(row.uid) or 0
                session.label(example_id, row.uid.rstrip(DIGITS), batch_run_id=batch.run_id)


def answer(project: Project, batch: ProposeResult, *, but: Collection[str] = ()) -> None:
    """Answer a batch, but skip some rows."""
    with Session(project, annotator="ann") as session:
        for row in batch.rows:
            example_id = project.store.examples.id_of(row.uid) or 0
            if row.uid in but:
                session.skip(example_id, batch_run_id=batch.run_id)
            else:
                label = row.uid.rstrip(DIGITS)
                session.label(example_id, label, batch_run_id=batch.run_id)


def right_on_the_rest(project: Project) -> float:
    """Return how often a model of the annotated rows is right on the undecided ones."""
    labels = annotated_labels(project)
    X = text_space(project).features
    rows, rest = np.flatnonzero(labels >= 0), np.flatnonzero(labels < 0)
    model = SoftLabelClassifier(2, class_weight="balanced").fit(X[rows], labels[rows])
    truth = np.array([uid.startswith("spam") for uid in project.store.examples.uids()])[rest]
    return float((model.predict_proba(X[rest]).argmax(axis=1) == truth).mean())


def assert_same_share(point: CurvePoint, right: float, *, n_rest: int) -> None:
    """Hold an estimate against the share of the rest, which is a sample too."""
    assert point.accuracy is not None
    assert point.accuracy_low is not None
    assert point.accuracy_high is not None
    low, high = wilson(round(right * n_rest), n_rest)
    if point.accuracy > right:
        room = np.hypot(point.accuracy - point.accuracy_low, high - right)
    else:
        room = np.hypot(point.accuracy_high - point.accuracy, right - low)
    assert abs(point.accuracy - right) <= room
