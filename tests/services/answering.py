"""Rows of which no two are alike, and an annotator who knows the truth."""

from __future__ import annotations

import numpy as np

from workbench.services.annotate import Session
from workbench.services.project import Project
from workbench.services.propose import ProposeResult


def truth_of(text: str) -> str:
    return "spam" if any(w in text for w in ("free", "win ", "claim", "urgent")) else "ham"


def answer(project: Project, batch: ProposeResult, *, skip: bool = False) -> None:
    with Session(project, annotator="ann") as session:
        for row in batch.rows:
            example_id = project.store.examples.id_of(row.uid)
            assert example_id is not None
            if skip:
                session.skip(example_id, batch_run_id=batch.run_id)
            else:
                session.label(example_id, truth_of(row.text), batch_run_id=batch.run_id)


def say(project: Project, **answers: dict[int, str]) -> None:
    """Let annotators label examples, each in one sitting."""
    for annotator, labels in answers.items():
        with Session(project, annotator=annotator) as session:
            for example_id, label in labels.items():
                session.label(example_id, label)


WORDS = [
    "apple", "river", "candle", "stone", "music", "garden", "window", "paper", "silver", "market",
    "forest", "bridge", "orange", "mirror", "pocket", "planet", "winter", "summer", "castle",
    "button",
]  # fmt: skip


def unlike(small: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return rows without labels, no two of them alike."""
    draws = np.random.default_rng(0)
    rows = []
    for i, row in enumerate(small):
        opening = " ".join(row["text"].split()[:3])
        text = f"{opening} {' '.join(draws.choice(WORDS, 8, replace=False))}"
        rows.append({"id": row["id"], "text": text, "vendor": "b" if i % 4 == 0 else "c"})
    return rows
