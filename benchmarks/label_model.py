"""Workbench's Snorkel model against the snorkel package: CPU seconds, memory, differences.

Run: ``python -m benchmarks.label_model [--quick]``. Fits 100 epochs and predicts all rows. Each
side of each case runs in a process of its own, with one maths thread, after a small fit of its own
(the first optimiser step of a process imports a large part of torch: not counted); memory is the
peak above what was resident before the fit. Votes of "repetitive" cases are sparse, as real
functions' are; those of "random" cases hardly ever repeat.
"""

from __future__ import annotations

import argparse
import multiprocessing
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from benchmarks.common import mebibytes, reset_peak

MEMORY_LIMIT = 8 << 30

Votes = NDArray[np.int8]


@dataclass(frozen=True)
class Case:
    """Votes of a shape; ``rates`` bounds how often a function votes."""

    what: str
    n: int
    m: int
    n_classes: int
    rates: tuple[float, float]
    target: str = ""


QUICK = [
    Case("repetitive", 10_000, 20, 2, (0.005, 0.1)),
    Case("repetitive", 100_000, 20, 2, (0.005, 0.1)),
    Case("random", 10_000, 50, 2, (0.15, 0.15), "at least 0.9 times"),
]
FULL = [
    Case("repetitive", 1_000_000, 20, 2, (0.005, 0.1), "5 times, a quarter of the memory"),
    Case("repetitive", 1_000_000, 10, 10, (0.15, 0.15), "15 times"),
    Case("random", 100_000, 100, 2, (0.15, 0.15), "at least 0.9 times"),
    Case("random", 1_000_000, 50, 10, (0.15, 0.15), "under 2 GB"),
]


def make_votes(case: Case) -> Votes:
    rng = np.random.default_rng(0)
    truth = rng.integers(0, case.n_classes, case.n, dtype=np.int8)
    votes = np.empty((case.n, case.m), dtype=np.int8)
    accuracy, rate = rng.uniform(0.6, 0.95, case.m), rng.uniform(*case.rates, case.m)
    for j in range(case.m):
        wrong = (truth + rng.integers(1, case.n_classes, case.n, dtype=np.int8)) % case.n_classes
        vote = np.where(rng.random(case.n) < accuracy[j], truth, wrong)
        votes[:, j] = np.where(rng.random(case.n) < rate[j], vote, -1)
    return votes


def run_snorkel(votes: Votes, n_classes: int) -> NDArray[np.float64]:
    import torch
    from snorkel.labeling.model import LabelModel

    torch.set_num_threads(1)
    model = LabelModel(cardinality=n_classes, verbose=False)
    wide = votes.astype(np.int64)
    model.fit(wide, seed=1, progress_bar=False)
    probs: NDArray[np.float64] = model.predict_proba(wide)
    return probs


def run_workbench(votes: Votes, n_classes: int) -> NDArray[np.float64]:
    from workbench.methods.snorkel_model import SnorkelModel

    return SnorkelModel(n_classes, seed=1).fit(votes).predict_proba(votes)


def measure(
    run: Callable[[Votes, int], NDArray[np.float64]], case: Case, repeats: int
) -> tuple[float, float, NDArray[np.float64]] | str:
    """Return CPU seconds, MiB and some probabilities, or what went wrong, from a new process."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_measured, args=(run, case, repeats, sender))
    process.start()
    sender.close()
    answer: tuple[float, float, NDArray[np.float64]] | str
    try:
        answer = receiver.recv()
    except EOFError:
        answer = "killed"
    process.join()
    return answer


def _measured(
    run: Callable[[Votes, int], NDArray[np.float64]], case: Case, repeats: int, sender: Any
) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    with threadpool_limits(limits=1):
        small = np.tile(np.array([[0, 0, 1], [1, 1, 0], [1, -1, 1]], dtype=np.int8), (20, 1))
        run(small, case.n_classes)
        votes = make_votes(case)
        reset_peak()  # the peak is that of the fit alone
        before = mebibytes("VmRSS")
        took = []
        try:
            for _ in range(repeats):
                start = time.process_time()
                probs = run(votes, case.n_classes)
                took.append(time.process_time() - start)
        except (MemoryError, RuntimeError) as error:
            sender.send(type(error).__name__)
            return
    sender.send((statistics.median(took), mebibytes("VmHWM") - before, probs[:20_000]))


def first_fit() -> None:
    """Time the first fit of a process, imports included, at 10,000 rows x 20 functions."""
    make = (
        "import numpy as np; from benchmarks.label_model import *;"
        "votes = make_votes(Case('', 10_000, 20, 2, (0.005, 0.1)));"
        "import time; start = time.process_time();"
    )
    for name in ("run_snorkel", "run_workbench"):
        code = f"{make} {name}(votes, 2); print(time.process_time() - start)"
        seconds = [
            float(
                subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout
            )
            for _ in range(3)
        ]
        print(f"first fit in a fresh process, {name[4:]}: {statistics.median(seconds):.2f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="up to 100,000 rows only")
    parser.add_argument("--repeats", type=int, default=3)
    arguments, _ = parser.parse_known_args()
    first_fit()
    print("| votes | rows x LFs x K | snorkel s | MiB | workbench s | MiB | times faster | memory"
          " | max prob difference | target |")  # fmt: skip
    print("|---|---|---|---|---|---|---|---|---|---|")
    for case in QUICK if arguments.quick else QUICK + FULL:
        theirs, ours = (
            measure(run, case, arguments.repeats) for run in (run_snorkel, run_workbench)
        )
        shape = f"{case.n:,} x {case.m} x {case.n_classes}"
        if isinstance(ours, str):
            print(f"| {case.what} | {shape} | {theirs} | | {ours} | | | | | {case.target} |")
            continue
        line = f"{ours[0]:.3f} | {ours[1]:.0f}"
        if isinstance(theirs, str):
            print(f"| {case.what} | {shape} | {theirs} | | {line} | | | | {case.target} |")
            continue
        gap = np.abs(theirs[2] - ours[2]).max()
        print(
            f"| {case.what} | {shape} | {theirs[0]:.3f} | {theirs[1]:.0f} | {line}"
            f" | {theirs[0] / ours[0]:.1f} | {ours[1] / max(theirs[1], 1):.2f} | {gap:.0e}"
            f" | {case.target} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
