"""The default ranking of labels against self-confidence and normalized margin.

Run: ``python -m benchmarks label_ranking`` or ``python -m benchmarks.label_ranking [SET ...]``.
Noise is planted in the labels of public sets, which count as true; AUROC and average precision say
how well a ranking puts the planted errors first. All rankings see the same out-of-fold
probabilities. Means over seeds; in brackets the 95 % t interval of the gain over the better of the
two others.
"""

from __future__ import annotations

import csv
import json
import sys
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.common import DATASETS, REPOSITORY, half_width
from benchmarks.label_noise import class_conditional, instance_dependent, region_dependent
from workbench.methods.confident import label_quality
from workbench.methods.cross_fitting import out_of_fold_probabilities
from workbench.methods.duplicates import find_duplicates
from workbench.methods.features import TextFeatures, reduce
from workbench.methods.label_ranking import rank_labels
from workbench.methods.label_views import N_NEIGHBORS, label_views, neighbour_probabilities
from workbench.methods.neighbours import nearest_neighbours

SETS = {
    "sms_spam": ("sms_spam/sms_spam.csv", None),
    "sentiment_sentences": ("sentiment_sentences/sentiment_sentences.csv", None),
    "banking77": ("banking77/train.csv", 2_500),
}
SEEDS = range(5)
NOISE: tuple[tuple[str, float], ...] = (
    ("class-conditional", 0.05),
    ("class-conditional", 0.1),
    ("class-conditional", 0.2),
    ("class-conditional", 0.4),
    ("instance-dependent", 0.2),
    ("region-dependent", 0.2),
)
RANKINGS = ("self_confidence", "normalized_margin", "default")


def read(
    name: str, *, rng: np.random.Generator, limit: int | None = None
) -> tuple[list[str], NDArray[np.int64], int]:
    """Return texts, true classes and K; a random part of a set with a limit, or of another size."""
    path, usual = SETS[name]
    limit = usual and (limit or usual)
    with (DATASETS / path).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if limit:
        rows = [rows[i] for i in rng.choice(len(rows), min(limit, len(rows)), replace=False)]
    names = sorted({row["label"] for row in rows})
    return (
        [row["text"] for row in rows],
        np.array([names.index(r["label"]) for r in rows]),
        len(names),
    )


def rankings(
    texts: list[str], labels: NDArray[np.int64], k: int, *, rng: np.random.Generator
) -> dict[str, NDArray[np.float64]]:
    """Return the label quality of each row by each ranking."""
    X = TextFeatures().fit_transform(texts)
    groups = find_duplicates(texts, rng=rng).cluster
    probs = out_of_fold_probabilities(X, labels, k, groups=groups, rng=rng)
    near = nearest_neighbours(reduce(X, 100, rng=rng), N_NEIGHBORS, groups=groups)
    views = label_views(X, labels, probs, near, groups=groups, rng=rng)
    return {
        "self_confidence": label_quality(labels, probs, method="self_confidence"),
        "normalized_margin": label_quality(labels, probs),
        "default": rank_labels(labels, views).label_quality,
    }


def score(
    found: dict[str, NDArray[np.float64]], is_wrong: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return AUROC and average precision of each ranking, shape (3, 2)."""
    from sklearn.metrics import average_precision_score, roc_auc_score

    return np.array(
        [
            (roc_auc_score(is_wrong, -found[r]), average_precision_score(is_wrong, -found[r]))
            for r in RANKINGS
        ]
    )


def planted(name: str, kind: str, level: float) -> Iterator[NDArray[np.float64]]:
    for seed in SEEDS:
        rng = np.random.default_rng([seed, zlib.crc32(f"{name} {kind} {level}".encode())])
        texts, true, k = read(name, rng=rng)
        if kind == "class-conditional":
            labels = class_conditional(true, k, level, rng=rng)
        else:
            plant: Any = instance_dependent if kind == "instance-dependent" else region_dependent
            vectors = reduce(TextFeatures().fit_transform(texts), 20, rng=rng)
            labels = plant(true, k, level, vectors, rng=rng)
        yield score(rankings(texts, labels, k, rng=rng), labels != true)


def own_data() -> Iterator[NDArray[np.float64]]:
    """The wrong labels planted in two batches of the example data; seeds change the folds only."""
    with (REPOSITORY / "data" / "messages.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["label"]]
    with (REPOSITORY / "data" / "truth.csv").open(encoding="utf-8", newline="") as file:
        truth = {row["id"]: row["label"] for row in csv.DictReader(file)}
    names = sorted(set(truth.values()))
    labels = np.array([names.index(row["label"]) for row in rows])
    true = np.array([names.index(truth[row["id"]]) for row in rows])
    texts = [row["text"] for row in rows]
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        yield score(rankings(texts, labels, len(names), rng=rng), labels != true)


def show(name: str, noise: str, runs: list[NDArray[np.float64]]) -> None:
    scores = np.array(runs)
    mean = scores.mean(axis=0)
    cells = []
    for metric in range(2):
        gain = scores[:, 2, metric] - scores[:, :2, metric].max(axis=1)
        half = half_width(gain)
        cells += [f"{mean[ranking, metric]:.3f}" for ranking in range(3)]
        cells.append(f"{gain.mean():+.3f} [{gain.mean() - half:+.3f}, {gain.mean() + half:+.3f}]")
    print(f"| {name} | {noise} | {' | '.join(cells)} |", flush=True)


def cifar10() -> None:
    """Rank the reviewed suspects by probabilities alone; neighbours are found among these."""
    folder = DATASETS / "cleanlab_cifar10"
    probs = np.load(folder / "pyx.npy", allow_pickle=False)
    labels = np.load(folder / "original_labels.npy", allow_pickle=False).astype(np.int64)
    reviewed = json.loads((folder / "mturk.json").read_text())
    rows = np.array([row["id"] for row in reviewed])
    is_wrong = np.array([row["mturk"]["given"] < 3 for row in reviewed])
    vectors = np.log(np.maximum(probs, 1e-4))
    vectors -= vectors.mean(axis=1, keepdims=True)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    near = nearest_neighbours(vectors, N_NEIGHBORS)
    views = [probs, neighbour_probabilities(labels, near, probs.shape[1])]
    found = {
        "self_confidence": label_quality(labels, probs, method="self_confidence")[rows],
        "normalized_margin": label_quality(labels, probs)[rows],
        "default": rank_labels(labels, views).label_quality[rows],
    }
    mean = score(found, is_wrong)
    rng = np.random.default_rng(0)
    gains = []
    while len(gains) < 2_000:
        drawn = rng.integers(0, len(rows), len(rows))
        if 0 < is_wrong[drawn].sum() < len(rows):
            again = score({name: value[drawn] for name, value in found.items()}, is_wrong[drawn])
            gains.append(again[2] - again[:2].max(axis=0))
    low, high = np.quantile(gains, (0.025, 0.975), axis=0)
    cells = []
    for metric in range(2):
        gain = mean[2, metric] - mean[:2, metric].max()
        cells += [f"{mean[ranking, metric]:.3f}" for ranking in range(3)]
        cells.append(f"{gain:+.3f} [{low[metric]:+.3f}, {high[metric]:+.3f}]")
    print(f"| cleanlab_cifar10 | verdicts on {len(rows)} suspects | {' | '.join(cells)} |")


def main() -> None:
    names = [name for name in sys.argv[1:] if name in (*SETS, "data", "cifar10")]
    names = names or [*SETS, "data", "cifar10"]
    print(
        "| set | noise | AUROC self-confidence | margin | default | gain | AP self-confidence ",
        end="",
    )
    print("| margin | default | gain |\n|---|---|---|---|---|---|---|---|---|---|")
    for name in names:
        if name == "cifar10":
            cifar10()
        elif name == "data":
            show("data", "its two noisy batches", list(own_data()))
        else:
            for kind, level in NOISE:
                show(name, f"{kind} {level:.0%}", list(planted(name, kind, level)))


if __name__ == "__main__":
    main()
