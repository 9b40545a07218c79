"""Near-duplicates among short texts against datasketch and rensa: CPU seconds, memory, recall.

Run: ``python -m benchmarks.duplicates [--rows 10000 100000] [--alone 1000000] [--datasets
../shared/datasets]``; peers that are not installed are left out. A tenth of the
texts are copies of others with 1 to 3 small edits (a letter lost or added, a word lost or in
capitals, a mark added). The peers get the same shingles, 64 permutations and the same check by
exact Jaccard similarity. Each run has a process of its own. Then texts that share a paragraph or a
template, a tenth of them such copies, too: there each text meets many that it only resembles. A
million rows are dealt to three parts; with the public data sets, the score of a careless split is
held to that without leaked rows.
"""

from __future__ import annotations

import argparse
import csv
import multiprocessing
import os
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from benchmarks.common import DATASETS, mebibytes, reset_peak
from workbench.methods.duplicates import find_duplicates
from workbench.methods.features import TextFeatures
from workbench.methods.folding import fold, letters_of
from workbench.methods.leakage import leaked, score_inflation
from workbench.methods.learner import SoftLabelClassifier
from workbench.methods.splitting import split

Pairs = set[tuple[int, int]]
SYLLABLES = [a + b for a in "bcdfghjklmnprstvwz" for b in "aeiou"]
THRESHOLD, PEER_CHECK, N_PERMUTATIONS = 0.6, 0.55, 64


def make_texts(n: int, *, rng: np.random.Generator, n_words: float = 15) -> list[str]:
    # Frequent words are short, as in any language: else two long ones make texts look alike.
    syllables = np.r_[rng.integers(1, 3, 150), rng.integers(2, 5, 19_850)]
    words = np.array(["".join(rng.choice(SYLLABLES, n_syllables)) for n_syllables in syllables])
    share = 1 / np.arange(1, len(words) + 1) ** 1.05
    lengths = np.clip(rng.poisson(n_words, n), 3, 40)
    flat = words[rng.choice(len(words), lengths.sum(), p=share / share.sum())].tolist()
    numbers = rng.integers(10_000, 99_999, n)
    texts = []
    ends = np.cumsum(lengths).tolist()
    for start, end, number in zip([0, *ends[:-1]], ends, numbers, strict=True):
        text = " ".join(flat[start:end])
        texts.append(f"{text} 07{number}" if number % 7 == 0 else text)
    return texts


def edit(text: str, *, rng: np.random.Generator) -> str:
    place = int(rng.integers(max(1, len(text) - 1)))
    words = text.split(" ")
    word = int(rng.integers(len(words)))
    kind = int(rng.integers(5))
    if kind == 0:
        return text[:place] + text[place + 1 :]
    if kind == 1:
        return text[:place] + "etaoin"[rng.integers(6)] + text[place:]
    if kind == 2 and len(words) > 3:
        return " ".join(words[:word] + words[word + 1 :])
    if kind == 3:
        return " ".join([*words[:word], words[word].upper(), *words[word + 1 :]])
    return text + "!"


def plant(n: int, n_words: float = 15) -> tuple[list[str], Pairs]:
    rng = np.random.default_rng(0)
    texts = make_texts(n - n // 10, rng=rng, n_words=n_words)
    planted: Pairs = set()
    for source in rng.choice(len(texts), n // 10, replace=False):
        text = texts[source]
        for _ in range(int(rng.integers(1, 4))):
            text = edit(text, rng=rng)
        planted.add((int(source), len(texts)))
        texts.append(text)
    return texts, planted


def shingles(text: str) -> set[str]:
    text = letters_of(fold(text))
    return {text[i : i + 4] for i in range(max(1, len(text) - 3))}


def check(pairs: list[tuple[int, int]], sets: list[set[str]]) -> Pairs:
    return {
        (a, b) for a, b in pairs if len(sets[a] & sets[b]) >= PEER_CHECK * len(sets[a] | sets[b])
    }


def run_workbench(texts: list[str]) -> Pairs:
    cluster = find_duplicates(texts, rng=np.random.default_rng(0)).cluster
    joined = np.flatnonzero(cluster != np.arange(len(texts)))
    return set(zip(cluster[joined].tolist(), joined.tolist(), strict=True))


def run_datasketch(texts: list[str]) -> Pairs:
    from datasketch import MinHash, MinHashLSH

    sets = [shingles(text) for text in texts]
    index = MinHashLSH(threshold=THRESHOLD, num_perm=N_PERMUTATIONS)
    pairs = []
    encoded = ([s.encode() for s in one] for one in sets)
    for i, sketch in enumerate(MinHash.generator(encoded, num_perm=N_PERMUTATIONS)):
        pairs += [(int(j), i) for j in index.query(sketch)]
        index.insert(str(i), sketch, check_duplication=False)
    return check(pairs, sets)


def run_rensa(texts: list[str]) -> Pairs:
    from rensa import RMinHash, RMinHashLSH

    sets = [shingles(text) for text in texts]
    index = RMinHashLSH(threshold=THRESHOLD, num_perm=N_PERMUTATIONS, num_bands=16)
    pairs = []
    for i, one in enumerate(sets):
        sketch = RMinHash(num_perm=N_PERMUTATIONS, seed=42)
        sketch.update(list(one))
        pairs += [(int(j), i) for j in index.query(sketch)]
        index.insert(i, sketch)
    return check(pairs, sets)


def measure(
    run: Callable[[list[str]], Pairs], n: int, n_words: float, results: multiprocessing.Queue
) -> None:
    texts, planted = plant(n, n_words)
    run(texts[:1_000])  # imports are not counted
    reset_peak()
    before = mebibytes("VmRSS")
    start = time.process_time()
    found = run(texts)
    took = time.process_time() - start
    extra = mebibytes("VmHWM") - before
    hits = len(found & planted)
    results.put((took, extra, hits / len(planted), hits / max(1, len(found))))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--alone", type=int, nargs="*", default=[1_000_000])
    parser.add_argument("--shared", type=int, nargs="*", default=[10_000, 40_000])
    parser.add_argument("--words", type=float, default=15, help="Words of a text, on average.")
    parser.add_argument(
        "--datasets", type=Path, default=DATASETS, help="Folder of the public data sets."
    )
    # Under `python -m benchmarks` the arguments are the names of benchmarks.
    arguments, _ = parser.parse_known_args()
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[variable] = "1"
    print("| texts | way | CPU s | times ours | extra MiB | recall | precision |")
    print("|---|---|---|---|---|---|---|")
    context = multiprocessing.get_context("spawn")
    peers = {"datasketch": run_datasketch, "rensa": run_rensa}
    every = (run_workbench, *(run for name, run in peers.items() if find_spec(name)))
    for n, runs in [(n, every) for n in arguments.rows] + [(n, every[:1]) for n in arguments.alone]:
        ours = 0.0
        for run in runs:
            results = context.Queue()
            process = context.Process(target=measure, args=(run, n, arguments.words, results))
            process.start()
            took, extra, recall, precision = results.get()
            process.join()
            ours = ours or took
            print(
                f"| {n:,} | {run.__name__.removeprefix('run_')} | {took:.2f} | {took / ours:.1f} "
                f"| {extra:.0f} | {recall:.4f} | {precision:.4f} |",
                flush=True,
            )
    boilerplate(arguments.shared)
    dealing(1_000_000)
    if arguments.datasets.is_dir():
        inflation(arguments.datasets)


def with_paragraph(n: int, rng: np.random.Generator) -> list[str]:
    start = "common prefix shared by all of these texts in the set "
    numbers = rng.integers(2**40, size=(n, 4)).tolist()
    return [start + " ".join(f"{number:x}" for number in row) for row in numbers]


def of_template(n: int, rng: np.random.Generator) -> list[str]:
    return [
        f"dear customer your order number {a} was shipped on {b} and will arrive at {c} thank you"
        " for shopping with us today"
        for a, b, c in rng.integers(1_000_000, size=(n, 3)).tolist()
    ]


def boilerplate(sizes: list[int]) -> None:
    """Recall: the share of planted copies that stand in one cluster with their source."""
    print("\n| texts | shared | CPU s | clusters | recall |")
    print("|---|---|---|---|---|")
    for n in sizes:
        for make in (with_paragraph, of_template):
            rng = np.random.default_rng(0)
            texts = make(n - n // 10, rng)
            sources = rng.choice(len(texts), n // 10, replace=False)
            for source in sources:
                text = texts[source]
                for _ in range(int(rng.integers(1, 4))):
                    text = edit(text, rng=rng)
                texts.append(text)
            start = time.process_time()
            cluster = find_duplicates(texts, rng=rng).cluster
            took = time.process_time() - start
            recall = (cluster[sources] == cluster[n - n // 10 :]).mean()
            name = make.__name__.partition("_")[2]
            print(
                f"| {n:,} | {name} | {took:.2f} | {len(np.unique(cluster)):,} | {recall:.4f} |",
                flush=True,
            )


def dealing(n: int) -> None:
    rng = np.random.default_rng(0)
    clusters, labels = rng.integers(0, n // 2, n), rng.integers(0, 6, n)
    start = time.process_time()
    part = split(labels, clusters, (80, 10, 10), n_classes=6, rng=rng)
    took = time.process_time() - start
    print(f"\n{n:,} rows in {len(np.unique(clusters)):,} clusters dealt in {took:.1f} s:", end=" ")
    print(np.bincount(part) / n)


def inflation(folder: Path) -> None:
    with (folder / "youtube_spam" / "youtube_spam.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    texts = [row["text"] for row in rows]
    labels = np.array([row["label"] == "spam" for row in rows]).astype(int)
    clusters = find_duplicates(texts, rng=np.random.default_rng(0)).cluster
    X = TextFeatures().fit_transform(texts)
    print("\n| seed | test rows with a twin | accuracy | without them | inflation |")
    print("|---|---|---|---|---|")
    for seed in range(3):
        rng = np.random.default_rng(seed)
        train = rng.random(len(texts)) < 0.7
        bad = leaked(clusters, train, ~train)[~train]
        model = SoftLabelClassifier(2).fit(X[train], labels[train])
        is_right = model.predict_proba(X[~train]).argmax(axis=1) == labels[~train]
        found = score_inflation(is_right, bad, rng=rng, clusters=clusters[~train])
        print(
            f"| {seed} | {bad.mean():.0%} | {found.accuracy:.3f} | {found.clean_accuracy:.3f} "
            f"| {found.inflation:.3f} ({found.low:.3f} to {found.high:.3f}) |",
            flush=True,
        )


if __name__ == "__main__":
    main()
