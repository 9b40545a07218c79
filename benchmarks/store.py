"""The store against SQLite itself and sqlite-utils in one run: speed, size, memory, growth.

Run: ``python -m benchmarks.store [--rows 10000 100000 1000000] [--page docs/storage.md]``.
Rows have 80 characters, and 50 labeling functions vote on a tenth of them. What a step is compared
with runs right before it. Growth is that of the processor's time, which other work on the machine
changes little.
"""

from __future__ import annotations

import argparse
import json
import math
import platform
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path

from benchmarks.store_steps import CPU, N_CELLS_AS_ROWS, STEPS, write_rows

IMPORT = "an import, in times of a bare `executemany` of the same rows"
IMPORT_CPU = "the same, of the processor's time"
VOTES = "votes, times faster than a row a vote through sqlite-utils"
BYTES = "votes, in times the bytes of their matrix"

TARGETS: tuple[tuple[str, str, Callable[[float], bool], int], ...] = (
    (IMPORT, "at most 3", lambda times: times > 3, 2),
    (IMPORT_CPU, "at most 3", lambda times: times > 3, 2),
    (VOTES, "at least 100", lambda times: times < 100, 0),
    (BYTES, "at most 1.1", lambda times: times > 1.1, 3),
)
"""What is compared with a peer, what is wanted, when it is missed, and the digits shown."""

PAGE = """\
# Storage: how fast, and how large

Written by `python -m benchmarks.store --page docs/storage.md`; do not edit.

Rows have 80 characters; 50 labeling functions vote on a tenth of them. Each step runs in a process
of its own, on one thread, with Python {python} and SQLite {sqlite}. What a step is compared with
runs right before it in the same process. Times are of a virtual machine of two cores that had other
work to do: compare ratios, not seconds.
"""


def run_step(name: str, folder: Path, n: int) -> tuple[dict[str, float], float]:
    """Run a step in a process of its own; return its seconds and its peak memory in MB."""
    words = [sys.executable, "-m", "benchmarks.store_steps", name, str(folder), str(n)]
    done = subprocess.run(words, check=True, stdout=subprocess.PIPE)
    document = json.loads(done.stdout)
    return document["seconds"], document["peak"]


def measure(folder: Path, n: int) -> tuple[dict[str, float], dict[str, float]]:
    """Return the seconds of each part of each step with n rows, and each step's peak memory."""
    folder.mkdir()
    write_rows(folder / "rows.csv", n)
    seconds: dict[str, float] = {}
    peaks: dict[str, float] = {}
    for name in STEPS:
        parts, peaks[name] = run_step(name, folder, n)
        seconds |= parts
    peaks["import"] = peaks.pop("memory_of_import")
    return seconds, peaks


def report(sizes: list[int], results: list[tuple[dict[str, float], dict[str, float]]]) -> None:
    print("## Time and growth\n")
    print(
        "The time that a person waits, and the growth of the processor's time between the two"
        "\nlargest sizes, divided by that of n log n: at most 1 is no worse.\n"
    )
    print("| step | " + " | ".join(f"{n:,} rows" for n in sizes) + " | growth / n log n |")
    print("|---|" + "---:|" * (len(sizes) + 1))
    for name in results[0][0]:
        if "/" in name or "as rows" in name or name.endswith(CPU):
            continue
        cells = [shown(seconds[name]) for seconds, _ in results]
        print(f"| {name} | {' | '.join(cells)} | {growth(name, sizes, results)} |")
    print("\n## Memory\n\nThe most that the process of a step had, in MB.\n")
    print("| step | " + " | ".join(f"{n:,} rows" for n in sizes) + " |")
    print("|---|" + "---:|" * len(sizes))
    for name in results[0][1]:
        print(f"| {name} | " + " | ".join(f"{peaks[name]:.0f}" for _, peaks in results) + " |")
    print("\n## Beside SQLite and sqlite-utils\n")
    print(f"A row a vote is scaled from {N_CELLS_AS_ROWS:,} votes.\n")
    print("| what | " + " | ".join(f"{n:,} rows" for n in sizes) + " | wanted |")
    print("|---|" + "---:|" * (len(sizes) + 1))
    beside = [beside_peers(seconds) for seconds, _ in results]
    for name, wanted, is_missed, digits in TARGETS:
        cells = [f"{found[name]:.{digits}f}{missed(is_missed(found[name]))}" for found in beside]
        print(f"| {name} | {' | '.join(cells)} | {wanted} |")


def beside_peers(seconds: dict[str, float]) -> dict[str, float]:
    """Return what each of `TARGETS` is about, at one size."""
    as_rows = seconds["store votes as rows"] + seconds["read votes as rows"]
    return {
        IMPORT: seconds["import"] / seconds["bare"],
        IMPORT_CPU: seconds["import" + CPU] / seconds["bare" + CPU],
        VOTES: as_rows / (seconds["store votes"] + seconds["read votes"]),
        BYTES: seconds["votes file / int8 matrix"],
    }


def missed(is_missed: bool) -> str:
    """Return the mark of a target that is not met."""
    return ": missed" if is_missed else ""


def shown(seconds: float) -> str:
    return f"{1000 * seconds:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


def growth(
    name: str, sizes: list[int], results: list[tuple[dict[str, float], dict[str, float]]]
) -> str:
    if len(sizes) == 1:
        return "-"
    allowed = sizes[-1] * math.log(sizes[-1]) / (sizes[-2] * math.log(sizes[-2]))
    small, large = (seconds[name + CPU] for seconds, _ in results[-2:])
    found = large / small / allowed
    return f"{found:.2f}{missed(found > 1)}"


def run_all(sizes: list[int]) -> None:
    with tempfile.TemporaryDirectory() as name:
        results = [measure(Path(name) / str(n), n) for n in sizes]
        report(sizes, results)
        decisions, _ = run_step("decisions", Path(name) / str(sizes[0]), sizes[0])
    print("\n## Decisions\n\nOne annotator alone, and four at once beside a writer of votes; bare")
    print("commits with `synchronous = FULL` right before and after.\n")
    print("| | time | bare commits |\n|---|---:|---:|")
    for part, value in decisions.items():
        print(f"| {part} | {shown(value)} | {value / decisions['bare commit']:.2f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--page", type=Path, help="Write the results to a page of the docs.")
    arguments, _ = parser.parse_known_args()
    if arguments.page:
        with arguments.page.open("w", encoding="utf-8") as page, redirect_stdout(page):
            print(PAGE.format(python=platform.python_version(), sqlite=sqlite3.sqlite_version))
            run_all(arguments.rows)
    else:
        run_all(arguments.rows)


if __name__ == "__main__":
    main()
