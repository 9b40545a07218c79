"""The loop of retraining and proposing on banking77: CPU seconds a batch, and calibration.

Run: ``python -m benchmarks active_loop``, or ``python -m benchmarks.active_loop [--labels N …]
[--seeds 5] [--sets …]``. The first table is of ``propose -n 20`` in a running interface, where
imports and features are there, after each of some batches that a simulated annotator has labelled:
fit, measures, choice and reasons, with one maths thread. The second is the expected calibration
error on all other rows of a set after so many evenly drawn labels, without and with temperature.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from benchmarks.active_sets import ActiveSet, load
from benchmarks.common import half_width
from workbench.methods.calibration import expected_calibration_error
from workbench.services.annotate import Session
from workbench.services.importing.importing import import_files
from workbench.services.project import Project, init_project
from workbench.services.propose import propose_batch
from workbench.services.quick_fit import LearntRows, quick_fit

LABELS = (260, 950, 1_550, 2_350)
CALIBRATED = (60, 240, 600)
SETS = ("banking77", "sms_spam", "youtube_spam", "sentiment_sentences")
BATCH, BIG_BATCH = 20, 400
TIMED = 3
"""Batches that are timed at each number of labels."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--labels", type=int, nargs="+", default=list(LABELS))
    parser.add_argument("--sets", nargs="*", default=list(SETS), choices=SETS)
    parser.add_argument("--seeds", type=int, default=5)
    arguments, _ = parser.parse_known_args()
    with threadpool_limits(limits=1):
        time_batches(load("banking77"), sorted(arguments.labels))
        compare_calibration(arguments.sets, arguments.seeds)


def time_batches(data: ActiveSet, labels: list[int]) -> None:
    print("\n| labels | CPU s of propose -n 20 | slowest |")
    print("|---|---|---|")
    with tempfile.TemporaryDirectory() as folder, make_project(Path(folder), data) as project:
        n_labels = 0
        for goal in labels:
            while n_labels < goal:
                n_labels += annotate(project, data, min(BIG_BATCH, goal - n_labels))[0]
            seconds = []
            for _ in range(TIMED):
                n_new, spent = annotate(project, data, BATCH)
                n_labels += n_new
                seconds.append(spent)
            print(f"| {goal:,} | {np.mean(seconds):.2f} | {max(seconds):.2f} |", flush=True)


def make_project(folder: Path, data: ActiveSet) -> Project:
    path = folder / "pool.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "text"])
        writer.writerows(enumerate(data.texts))
    project = Project(init_project(folder / "p", [f"class {k}" for k in range(data.n_classes)]))
    import_files(project, [path])
    return project


def annotate(project: Project, data: ActiveSet, n: int) -> tuple[int, float]:
    """Propose a batch and give it its true labels; return its size and the seconds to propose."""
    start = time.process_time()
    batch = propose_batch(project, n=n)
    spent = time.process_time() - start
    with Session(project, annotator="truth") as session:
        for row in batch.rows:
            example_id = project.store.examples.id_of(row.uid)
            assert example_id is not None
            label = f"class {data.y[int(row.uid)]}"
            session.label(example_id, label, batch_run_id=batch.run_id)
    return len(batch.rows), spent


def compare_calibration(sets: list[str], seeds: int) -> None:
    if not sets:
        return
    found = {name: [calibration(load(name), n, seeds) for n in CALIBRATED] for name in sets}
    print("\nExpected calibration error on all other rows, before and after the temperature\n")
    print("| labels | " + " | ".join(sets) + " |")
    print("|---|" + "---|" * len(sets))
    for i, n in enumerate(CALIBRATED):
        print(f"| {n} | " + " | ".join(found[name][i] for name in sets) + " |")


def calibration(data: ActiveSet, n: int, seeds: int) -> str:
    errors = []
    for seed in range(seeds):
        rows = np.sort(np.random.default_rng(seed).choice(len(data.y), n, replace=False))
        targets = np.eye(data.n_classes)[data.y[rows]]
        fitted = quick_fit(data.X, LearntRows(rows, targets, np.ones(n), n, n), seed=seed)
        rest = np.setdiff1d(np.arange(len(data.y)), rows)
        both = (fitted.model.predict_proba(data.X[rest]), fitted.beliefs(data.X, rest))
        errors.append([_error(probs, data.y[rest]) for probs in both])
    return ", ".join(
        f"{np.mean(each):.3f} ± {half_width(list(each)):.3f}" for each in zip(*errors, strict=True)
    )


def _error(probs: NDArray[np.float64], truth: NDArray[np.int64]) -> float:
    return float(expected_calibration_error(probs, truth))


if __name__ == "__main__":
    main()
