"""Does ``--model auto`` take the right label model, over many sets of labeling functions?

Run: ``python -m benchmarks.weak_choice [--of texts] [--sets 300] [--seed 10000]``. The texts are
those of three public sets (``../shared/datasets``); each set of 5 to 30 functions is drawn anew:
functions of a few words that are right 65, 75, 85 or 95 times of a hundred (more of the better
ones), some of two classes, some of the length of the text. The rules of
`workbench.methods.model_choice` were chosen on sets of other seeds (below 10,000).

``--of complete``, ``one-class`` or ``mixed`` draws votes instead of texts: classes of unequal size,
and 4 to 24 independent functions that name every class, one class each, or some of each (rules
chosen on seeds from 500,000 on).

Accuracy is on covered rows, ties credited in expectation; ``best`` is the best of majority vote,
Dawid-Skene and Snorkel on the set.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.common import DATASETS
from benchmarks.weak_sets import accuracy_of
from workbench.methods.label_model import make_label_model
from workbench.methods.model_choice import choose

SINGLE = ("majority", "dawid-skene", "snorkel")
MAX_ROWS, MIN_FUNCTIONS = 2_500, 5
PRECISIONS, SHARES = (0.95, 0.85, 0.75, 0.65), (0.35, 0.35, 0.2, 0.1)

Texts = Sequence[str]
Labels = NDArray[np.int64]
Votes = NDArray[np.int16]


def read(name: str, file: str) -> tuple[Texts, list[str]]:
    with (DATASETS / name / file).open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return [row["text"] for row in rows], [row["label"] for row in rows]


def draw_rows(
    texts: Texts, names: Sequence[str], rng: np.random.Generator
) -> tuple[Texts, Labels, int]:
    """Draw up to 2,500 rows; of many classes some, joined to 2 to 9 groups."""
    classes = sorted(set(names))
    n_classes = len(classes)
    group = {name: k for k, name in enumerate(classes)}
    if n_classes > 10:
        n_classes = int(rng.choice([2, 3, 4, 6, 9]))
        chosen = rng.choice(classes, n_classes * int(rng.integers(1, 4)), replace=False)
        group = {str(name): k % n_classes for k, name in enumerate(chosen)}
    rows = np.flatnonzero([name in group for name in names])
    if len(rows) > MAX_ROWS:
        rows = rng.choice(rows, MAX_ROWS, replace=False)
    return [texts[i] for i in rows], np.array([group[names[i]] for i in rows]), n_classes


def draw_functions(texts: Texts, labels: Labels, n_classes: int, rng: np.random.Generator) -> Votes:
    """Draw functions of words and of lengths; (n, m) votes."""
    from sklearn.feature_extraction.text import CountVectorizer

    n = len(texts)
    vectorizer = CountVectorizer(min_df=max(3, n // 500), binary=True, token_pattern=r"\b\w+\b")
    occurs = vectorizer.fit_transform(texts).tocsc()
    frequency = np.asarray(occurs.sum(axis=0)).ravel()
    of_class = np.eye(n_classes)[labels]
    precision = (occurs.T @ of_class) / frequency[:, None]
    shares = of_class.mean(axis=0)
    columns = []
    for j in range(int(rng.integers(5, 31))):
        votes = np.full(n, -1, dtype=np.int16)
        named = [j % n_classes]
        if rng.random() < 0.25:
            named.append(int(rng.integers(n_classes)))
        for k in named:
            near = np.abs(precision[:, k] - rng.choice(PRECISIONS, p=SHARES)) < 0.07
            told = near & (precision[:, k] > 1.15 * shares[k]) & (frequency < 0.4 * n)
            votes[_rows_with(occurs, np.flatnonzero(told), frequency, rng) & (votes < 0)] = k
        columns.append(votes)
    lengths = np.array([len(text) for text in texts])
    for is_long, chance in ((False, 0.4), (True, 0.3)):
        if rng.random() < chance:
            bound = np.quantile(
                lengths, rng.uniform(0.6, 0.85) if is_long else rng.uniform(0.15, 0.4)
            )
            rows = lengths > bound if is_long else lengths < bound
            most = np.bincount(labels[rows], minlength=n_classes).argmax()
            columns.append(np.where(rows, most, -1).astype(np.int16))
    votes = np.stack(columns, axis=1)
    return votes[:, (votes >= 0).any(axis=0)]


def draw_votes(kind: str, rng: np.random.Generator) -> tuple[Votes, Labels, int]:
    """Draw 2,500 rows of 2 to 5 classes, and votes of independent functions; not of texts."""
    n, n_classes, m = MAX_ROWS, int(rng.choice([2, 2, 2, 3, 5])), int(rng.integers(4, 25))
    labels = rng.choice(n_classes, n, p=rng.dirichlet(np.full(n_classes, 3.0)))
    accuracy, rate = rng.uniform(0.5, 0.95, m), rng.uniform(0.05, 0.6, m)
    any_class = rng.integers(0, n_classes, (n, m))
    complete = np.where(rng.random((n, m)) < accuracy, labels[:, None], any_class)
    complete[rng.random((n, m)) > rate] = -1
    named = np.arange(m) % n_classes
    false_rate = rate / np.maximum(accuracy / (1 - accuracy) / (n_classes - 1), 1)
    speaks = rng.random((n, m)) < np.where(labels[:, None] == named, rate, false_rate)
    one_class = np.where(speaks, named, -1)
    share = {"complete": 1.0, "mixed": 0.5, "one-class": 0.0}[kind]
    votes = np.where(rng.random(m) < share, complete, one_class).astype(np.int16)
    return votes[:, (votes >= 0).any(axis=0)], labels, n_classes


def _rows_with(
    occurs: Any, words: NDArray[np.intp], frequency: NDArray[Any], rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Rows that hold one of up to seven words, drawn by how frequent they are."""
    if not len(words):
        return np.zeros(occurs.shape[0], dtype=np.bool_)
    weight = frequency[words] / frequency[words].sum()
    drawn = rng.choice(words, min(int(rng.integers(1, 8)), len(words)), p=weight, replace=False)
    return np.asarray(occurs[:, drawn].sum(axis=1)).ravel() > 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--of", choices=("texts", "complete", "mixed", "one-class"), default="texts"
    )
    parser.add_argument("--sets", type=int, default=300)
    parser.add_argument("--seed", type=int, default=10_000)
    arguments, _ = parser.parse_known_args()
    files = [
        read("sms_spam", "sms_spam.csv"),
        read("sentiment_sentences", "sentiment_sentences.csv"),
        read("banking77", "train.csv"),
    ]
    right: dict[str, list[float]] = {name: [] for name in (*SINGLE, "auto")}
    taken = dict.fromkeys(SINGLE, 0)
    for i in range(arguments.sets):
        rng = np.random.default_rng(arguments.seed + i)
        if arguments.of == "texts":
            texts, labels, n_classes = draw_rows(*files[i % len(files)], rng)
            votes = draw_functions(texts, labels, n_classes, rng)
            if votes.shape[1] < MIN_FUNCTIONS:
                continue
        else:
            votes, labels, n_classes = draw_votes(arguments.of, rng)
        covered = (votes >= 0).any(axis=1)
        choice = choose(votes, n_classes)
        taken[choice.name] += 1
        for name in SINGLE:
            probs = make_label_model(name, n_classes, seed=0).fit(votes).predict_proba(votes)
            right[name].append(100 * accuracy_of(probs, labels, covered))
        right["auto"].append(100 * accuracy_of(choice.probs, labels, covered))
    accuracy = {name: np.array(values) for name, values in right.items()}
    best = np.max([accuracy[name] for name in SINGLE], axis=0)
    print(f"{len(best)} sets; auto takes {taken}")
    print("| model | accuracy | to the best | over 1 point under it | worst"
          " | to majority | over 1 point under it | worst |")  # fmt: skip
    print("|---|---|---|---|---|---|---|---|")
    for name, values in accuracy.items():
        cells = [f"{values.mean():.1f}"]
        for rival in (best, accuracy["majority"]):
            gap = values - rival
            cells += [f"{gap.mean():+.2f}", f"{(gap < -1).mean():.0%}", f"{gap.min():+.1f}"]
        print(f"| {name} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
