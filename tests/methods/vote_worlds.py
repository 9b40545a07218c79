"""Votes with known classes: drawn by rule, and of public sets."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from workbench.methods.label_model import expected_credit

Votes = NDArray[np.int64]
Labels = NDArray[np.int64]


def accuracy_of(
    probs: NDArray[np.float64], truth: Labels, where: NDArray[np.bool_] | None = None
) -> float:
    """Accuracy on some rows, or on all; ties at the top are credited in expectation."""
    rows = slice(None) if where is None else where
    return float(expected_credit(probs[rows], truth[rows]).mean())


def synthetic(
    n: int,
    m: int,
    n_classes: int,
    *,
    seed: int,
    rate: float = 0.4,
    accuracy: tuple[float, float] = (0.6, 0.95),
    balance: list[float] | None = None,
) -> tuple[Votes, Labels]:
    """Votes of independent functions that may name any class, and the truth."""
    rng = np.random.default_rng(seed)
    truth = rng.choice(n_classes, n, p=balance)
    right = rng.random((n, m)) < rng.uniform(*accuracy, m)
    wrong = (truth[:, None] + rng.integers(1, n_classes, (n, m))) % n_classes
    votes = np.where(right, truth[:, None], wrong)
    return np.where(rng.random((n, m)) < rate, votes, -1), truth


def unipolar(
    n: int, m: int, *, seed: int, balance: list[float] | None = None
) -> tuple[Votes, Labels]:
    """Votes of functions that name one class of two or abstain, and the truth."""
    rng = np.random.default_rng(seed)
    truth = rng.choice(2, n, p=balance)
    accuracy = rng.uniform(0.6, 0.95, m)
    named = np.arange(m) % 2
    fires = rng.random((n, m)) < 0.6 * np.where(truth[:, None] == named, accuracy, 1 - accuracy)
    return np.where(fires, named, -1), truth


def meeting(
    meetings: list[tuple[int, ...]], accuracy: list[float], *, n: int, n_classes: int, seed: int
) -> tuple[Votes, Labels]:
    """Votes of functions of which some meet on each row, and the truth: each group as often."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, n_classes, n)
    right = rng.random((n, len(accuracy))) < accuracy
    wrong = (truth[:, None] + rng.integers(1, n_classes, right.shape)) % n_classes
    voting = np.zeros((len(meetings), len(accuracy)), dtype=np.bool_)
    for row, group in zip(voting, meetings, strict=True):
        row[list(group)] = True
    votes = np.where(right, truth[:, None], wrong)
    return np.where(voting[np.arange(n) % len(meetings)], votes, -1), truth


def crowd_rte(datasets: Path) -> tuple[Votes, Labels]:
    """Votes of 164 workers on 800 text pairs, and the experts' labels."""
    folder = datasets / "crowd_rte"
    with (folder / "items.csv").open(encoding="utf-8", newline="") as file:
        gold = {row["item_id"]: int(row["gold"] == "entailed") for row in csv.DictReader(file)}
    row_of = {item: i for i, item in enumerate(gold)}
    votes = np.full((len(gold), 164), -1)
    with (folder / "annotations.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            worker = int(row["worker_id"].removeprefix("w")) - 1
            votes[row_of[row["item_id"]], worker] = row["label"] == "entailed"
    return votes, np.array(list(gold.values()))


def wrench(datasets: Path, name: str) -> tuple[Votes, Labels]:
    """Votes and gold labels of the training split."""
    with gzip.open(datasets / name / "train.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return np.array([r["weak_labels"] for r in rows]), np.array([r["label"] for r in rows])
