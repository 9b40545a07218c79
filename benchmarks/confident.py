"""Confident learning against cleanlab (``n_jobs=1``) in one run: CPU seconds and peak memory.

Run: ``python -m benchmarks confident``. Each call runs in a process of its own with one maths
thread; memory is the peak above the data, which the process inherits. The last table reads ten
million rows from a memory-mapped file.
"""

from __future__ import annotations

import multiprocessing
import os
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from benchmarks.common import mebibytes, reset_peak
from workbench.methods.confident import (
    FILTERS,
    QUALITY_METHODS,
    confident_pass,
    find_label_issues,
    issues_of,
    label_quality,
    quality_of,
)

REPEATS = 3
SIZES: tuple[tuple[int, int, type], ...] = (
    (1_000_000, 10, np.float64),
    (200_000, 1_000, np.float32),
)
BLOCK = 20_000

Call = Callable[[NDArray[np.int64], NDArray[Any]], Any]


def make_rows(
    n: int, k: int, dtype: type, *, out: NDArray[Any] | None = None
) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """Return given labels, a tenth of them wrong, and probabilities of a fair model."""
    rng = np.random.default_rng(0)
    true = rng.integers(0, k, n)
    probs = np.empty((n, k), dtype) if out is None else out
    for start in range(0, n, BLOCK):
        part = true[start : start + BLOCK]
        logits = rng.standard_normal((len(part), k), np.float32)
        logits[np.arange(len(part)), part] += 3 if k < 100 else 7
        np.exp(logits, out=logits)
        probs[start : start + BLOCK] = logits / logits.sum(axis=1, keepdims=True)
    wrong = (true + rng.integers(1, k, n)) % k
    return np.where(rng.random(n) < 0.1, wrong, true), probs


def measure(call: Call, labels: NDArray[np.int64], probs: NDArray[Any], repeats: int) -> Any:
    """Return the least CPU seconds, the peak MiB above the data, and the result."""
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=_run, args=(sender, call, labels, probs, repeats))
    child.start()
    sender.close()
    result = receiver.recv()
    child.join()
    return result


def _run(sender: Any, call: Call, labels: Any, probs: Any, repeats: int) -> None:
    reset_peak()
    before = mebibytes("VmRSS")
    seconds = []
    for _ in range(repeats):
        start = time.process_time()
        result = call(labels, probs)
        seconds.append(time.process_time() - start)
    sender.send((min(seconds), mebibytes("VmHWM") - before, result))


def their_issues(filter_by: str) -> Call:
    from cleanlab.filter import find_label_issues as theirs

    return lambda labels, probs: theirs(labels, probs, filter_by=filter_by, n_jobs=1)


def their_quality(method: str, *, adjust: bool) -> Call:
    from cleanlab.rank import get_label_quality_scores as theirs

    return lambda labels, probs: theirs(labels, probs, method=method, adjust_pred_probs=adjust)


def our_issues(filter_by: Any) -> Call:
    return lambda labels, probs: find_label_issues(labels, probs, filter_by=filter_by)


def our_quality(method: Any, *, adjust: bool) -> Call:
    return lambda labels, probs: label_quality(labels, probs, method=method, adjust=adjust)


def everything(labels: NDArray[np.int64], probs: NDArray[Any]) -> int:
    """Run all filters and scores on one shared pass; what they return is dropped at once."""
    seen = confident_pass(labels, probs)
    marked = sum(int(issues_of(seen, filter_by).sum()) for filter_by in FILTERS)
    for method, adjust in scores():
        quality_of(seen, method, adjust=adjust)
    return marked


def scores() -> list[tuple[Any, bool]]:
    plain = [(method, False) for method in QUALITY_METHODS]
    return [*plain, ("normalized_margin", True), ("self_confidence", True)]


def compare(n: int, k: int, dtype: type) -> None:
    labels, probs = make_rows(n, k, dtype)
    calls: list[tuple[str, Call, Call]] = [
        (name, their_issues(name), our_issues(name)) for name in FILTERS
    ]
    for method, adjust in scores():
        name = f"{method}{', adjusted' if adjust else ''}"
        theirs, ours = their_quality(method, adjust=adjust), our_quality(method, adjust=adjust)
        calls.append((name, theirs, ours))
    print(f"\n{n:,} rows, {k:,} classes, {np.dtype(dtype).name}: {probs.nbytes >> 20} MiB\n")
    print("| call | cleanlab s | MiB | workbench s | MiB | times faster | difference |")
    print("|---|---|---|---|---|---|---|")
    their_total, their_peak = 0.0, 0.0
    for name, theirs, ours in calls:
        their_seconds, their_mib, expected = measure(theirs, labels, probs, REPEATS)
        seconds, mib, found = measure(ours, labels, probs, REPEATS)
        their_total, their_peak = their_total + their_seconds, max(their_peak, their_mib)
        if expected.dtype == bool:
            difference = f"{np.count_nonzero(expected != found)} of {np.count_nonzero(expected):,}"
        else:
            difference = f"{np.abs(expected - found).max():.0e}"
        print(
            f"| {name} | {their_seconds:.3f} | {their_mib:.0f} | {seconds:.3f} | {mib:.0f} "
            f"| {their_seconds / seconds:.1f} | {difference} |",
            flush=True,
        )
    seconds, mib, _ = measure(everything, labels, probs, REPEATS)
    print(
        f"| all of them, one shared pass | {their_total:.3f} | {their_peak:.0f} | {seconds:.3f} "
        f"| {mib:.0f} | {their_total / seconds:.1f} | |",
        flush=True,
    )


def read_from_disk(n: int = 10_000_000, k: int = 10) -> None:
    print(f"\n{n:,} rows, {k} classes, float64, memory-mapped: the whole process\n")
    print("| call | s | peak MiB of the process |")
    print("|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "probs.npy"
        out = np.lib.format.open_memmap(path, "w+", np.float64, (n, k))
        labels, _ = make_rows(n, k, np.float64, out=out)
        out.flush()
        np.save(path.with_name("labels.npy"), labels)
        del out, labels
        for name in (*FILTERS, *QUALITY_METHODS):
            context = multiprocessing.get_context("spawn")
            receiver, sender = context.Pipe(duplex=False)
            child = context.Process(target=_run_mapped, args=(sender, str(path), name))
            child.start()
            seconds, mib = receiver.recv()
            child.join()
            print(f"| {name} | {seconds:.2f} | {mib:.0f} |", flush=True)


def _run_mapped(sender: Any, path: str, name: Any) -> None:
    labels = np.load(Path(path).with_name("labels.npy"))
    probs = np.load(path, mmap_mode="r")
    call = our_issues(name) if name in FILTERS else our_quality(name, adjust=False)
    start = time.process_time()
    call(labels, probs)
    sender.send((time.process_time() - start, mebibytes("VmHWM")))


def main() -> None:
    warnings.filterwarnings("ignore")
    os.environ["OMP_NUM_THREADS"] = "1"
    with threadpool_limits(limits=1):
        for n, k, dtype in SIZES:
            compare(n, k, dtype)
        read_from_disk()


if __name__ == "__main__":
    main()
