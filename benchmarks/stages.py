"""The stages that learn, from aggregate to diagnose: processor time and peak memory by rows.

Run: ``python -m benchmarks.stages [--rows 10000 100000]``. Texts of up to 80 characters are drawn
from 30,000 words with Zipf's frequencies, and 50 labeling functions vote on a tenth of them; each
stage runs in a process of its own, on one thread.
"""

from __future__ import annotations

import argparse
import csv
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.store_steps import make_votes, step_memory_of_import, step_votes

STAGES = ("aggregate", "train", "propose", "audit", "diagnose")
N_WORDS = 30_000
LETTERS = "etaoinshrdlucmfwyp"
TELLING = ("lunch", "prize")
BLOCK = 10_000


def texts_of(rng: np.random.Generator, votes: NDArray[np.int8]) -> Iterator[str]:
    """Yield a text a row; seven in ten begin with a word of the class that most votes name."""
    letters = np.array(list(LETTERS))
    words = np.array(["".join(rng.choice(letters, rng.integers(2, 9))) for _ in range(N_WORDS)])
    classes = ((votes == 1).sum(axis=1) > (votes == 0).sum(axis=1)).astype(int)
    for start in range(0, len(votes), BLOCK):
        mine = classes[start : start + BLOCK]
        drawn = words[np.minimum(rng.zipf(1.3, (len(mine), 16)), N_WORDS) - 1]
        drawn[rng.random(len(mine)) < 0.7, 0] = ""
        for line, k in zip(drawn, mine, strict=True):
            yield " ".join([line[0] or TELLING[k], *line[1:]])[:80]


def make_project(folder: Path, n: int) -> None:
    """Write rows and make a project with their votes, as the benchmark of the store does."""
    with (folder / "rows.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "text"])
        rows = texts_of(np.random.default_rng(0), make_votes(n))
        writer.writerows((f"row-{i:07d}", text) for i, text in enumerate(rows))
    step_memory_of_import(folder, n)
    step_votes(folder, n)


def run_stage(folder: Path, stage: str) -> None:
    """Run one stage and print what it took."""
    import workbench

    with workbench.open(folder / "project") as project:
        start = time.process_time()
        if stage == "aggregate":
            project.aggregate(model="majority")
        elif stage == "propose":
            project.propose(50)
        else:
            getattr(project, stage)()
        seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak": peak}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--stage", nargs=2, metavar=("FOLDER", "STAGE"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.stage:
        run_stage(Path(arguments.stage[0]), arguments.stage[1])
        return
    print("| stage | rows | processor s | peak MB |\n|---|---:|---:|---:|")
    for n in arguments.rows:
        with tempfile.TemporaryDirectory() as folder:
            make_project(Path(folder), n)
            for stage in STAGES:
                words = [sys.executable, "-m", "benchmarks.stages", "--stage", folder, stage]
                done = subprocess.run(words, check=True, stdout=subprocess.PIPE)
                took = json.loads(done.stdout)
                print(
                    f"| {stage} | {n:,} | {took['seconds']:.1f} | {took['peak']:.0f} |", flush=True
                )


if __name__ == "__main__":
    main()
