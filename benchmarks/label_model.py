"""Workbench's Snorkel model against the snorkel package, in one process: CPU seconds.

Run: ``python benchmarks/label_model.py [--rows 10000 100000] [--functions 20] [--classes 2]``.
Both fit 100 epochs and predict. Votes are sparse and correlated through the truth, so that rows
repeat about as much as real ones do.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
import torch
from numpy.typing import NDArray
from snorkel.labeling.model import LabelModel
from threadpoolctl import threadpool_limits

from workbench.methods.snorkel_model import SnorkelModel
from workbench.methods.votes import unique_patterns


def make_votes(n: int, m: int, n_classes: int, *, rng: np.random.Generator) -> NDArray[np.int8]:
    truth = rng.integers(0, n_classes, n)
    right = rng.random((n, m)) < rng.uniform(0.6, 0.95, m)
    wrong = (truth[:, None] + rng.integers(1, n_classes, (n, m))) % n_classes
    votes = np.where(right, truth[:, None], wrong)
    rate = rng.uniform(0.005, 0.1, m)
    return np.where(rng.random((n, m)) < rate, votes, -1).astype(np.int8)


def run_snorkel(votes: NDArray[np.int8], n_classes: int) -> NDArray[np.float64]:
    model = LabelModel(cardinality=n_classes, verbose=False)
    wide = votes.astype(np.int64)
    model.fit(wide, seed=1, progress_bar=False)
    probs: NDArray[np.float64] = model.predict_proba(wide)
    return probs


def run_workbench(votes: NDArray[np.int8], n_classes: int) -> NDArray[np.float64]:
    return SnorkelModel(n_classes, seed=1).fit(votes).predict_proba(votes)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--functions", type=int, default=20)
    parser.add_argument("--classes", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    torch.set_num_threads(1)  # CPU seconds mean little when idle threads spin
    with threadpool_limits(limits=1):
        compare(arguments)


def compare(arguments: argparse.Namespace) -> None:
    rng = np.random.default_rng(0)
    # The first optimiser step of a process imports a large part of torch: not counted.
    run_snorkel(make_votes(50, 3, arguments.classes, rng=rng), arguments.classes)
    print("| rows | patterns | snorkel s | workbench s | times faster | max prob difference |")
    print("|---|---|---|---|---|---|")
    for n in arguments.rows:
        votes = make_votes(n, arguments.functions, arguments.classes, rng=rng)
        seconds = {}
        probs = {}
        for run in (run_snorkel, run_workbench):
            took = []
            for _ in range(arguments.repeats):
                start = time.process_time()
                probs[run] = run(votes, arguments.classes)
                took.append(time.process_time() - start)
            seconds[run] = float(np.median(took))
        theirs, ours = seconds[run_snorkel], seconds[run_workbench]
        gap = np.abs(probs[run_snorkel] - probs[run_workbench]).max()
        n_patterns = len(unique_patterns(votes).votes)
        print(
            f"| {n:,} | {n_patterns:,} | {theirs:.3f} | {ours:.3f} | {theirs / ours:.1f} "
            f"| {gap:.0e} |"
        )


if __name__ == "__main__":
    main()
