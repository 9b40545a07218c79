"""Texts with true labels for the active-learning benchmark: a pool and a test part."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.common import DATASETS, REPOSITORY
from workbench.methods.features import TextFeatures, reduce

POOL_SHARE = 0.7


@dataclass(frozen=True)
class ActiveSet:
    """Pool and test rows; ``geometry`` is what every strategy measures distance in."""

    texts: list[str]
    X: Any
    geometry: NDArray[np.float32]
    y: NDArray[np.int64]
    X_test: Any
    y_test: NDArray[np.int64]
    n_classes: int


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _split(rows: Sequence[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    order = np.random.default_rng(0).permutation(len(rows))
    cut = int(POOL_SHARE * len(rows))
    return [rows[i] for i in order[:cut]], [rows[i] for i in order[cut:]]


def _csv(name: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    return _split(_read(DATASETS / name / f"{name}.csv"))


def _wrench(name: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    parts = []
    for split in ("train", "test"):
        with gzip.open(DATASETS / name / f"{split}.jsonl.gz", "rt", encoding="utf-8") as file:
            parts.append([json.loads(line) for line in file])
    return parts[0], parts[1]


def _banking77() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    folder = DATASETS / "banking77"
    return _read(folder / "train.csv"), _read(folder / "test.csv")


def _own() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    folder = REPOSITORY / "data"
    truth = {row["id"]: row["label"] for row in _read(folder / "truth.csv")}
    parts = []
    for name in ("messages", "evaluation"):
        rows = {row["id"]: row for row in _read(folder / f"{name}.csv") if row["id"] in truth}
        parts.append([{"text": row["text"], "label": truth[uid]} for uid, row in rows.items()])
    return parts[0], parts[1]


_PARTS: dict[str, Callable[[], tuple[list[dict[str, Any]], list[dict[str, Any]]]]] = {
    "sms_spam": lambda: _csv("sms_spam"),
    "youtube_spam": lambda: _csv("youtube_spam"),
    "banking77": _banking77,
    "sentiment_sentences": lambda: _csv("sentiment_sentences"),
    "wrench_semeval": lambda: _wrench("wrench_semeval"),
    "own": _own,
}
NAMES = tuple(_PARTS)


def load(name: str) -> ActiveSet:
    """Load a set, its features learnt on the pool alone."""
    pool, test = _PARTS[name]()
    classes = sorted({row["label"] for row in pool})
    test = [row for row in test if row["label"] in classes]
    number = {label: k for k, label in enumerate(classes)}
    features = TextFeatures()
    texts = [row["text"] for row in pool]
    X = features.fit_transform(texts)
    return ActiveSet(
        texts=texts,
        X=X,
        geometry=reduce(X, 64, rng=np.random.default_rng(0)),
        y=np.array([number[row["label"]] for row in pool]),
        X_test=features.transform([row["text"] for row in test]),
        y_test=np.array([number[row["label"]] for row in test]),
        n_classes=len(classes),
    )
