"""The store against SQLite itself and sqlite-utils in one run: speed, size, memory, growth.

Run: ``python -m benchmarks.store [--rows 10000 100000 1000000] [--page docs/storage.md]``.
Rows have 80 characters, and 50 labeling functions vote on a tenth of them. Each step runs in a
process of its own, so that its peak memory is its own; what a step is compared with runs right
before it. Growth is that of the processor's time, which other work on the machine changes little.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import multiprocessing
import os
import platform
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, redirect_stdout
from functools import partial
from multiprocessing.queues import SimpleQueue
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from workbench.services.annotate import Session
from workbench.services.importing import import_files
from workbench.services.project import Project, init_project
from workbench.services.running import record_run

N_FUNCTIONS = 50
COVERAGE = 0.1
BLOCK = 2_000
"""Examples in a block of votes, as `workbench.services.apply` writes them."""

N_CELLS_AS_ROWS = 1_000_000
"""Votes that sqlite-utils stores a row each: its time grows in line with them."""

WORDS = ("free", "prize", "call", "lunch", "dinner", "meeting", "noon", "urgent", "claim", "home")


def write_rows(path: Path, n: int) -> None:
    """Write n rows of an id and 80 characters of text."""
    rng = np.random.default_rng(0)
    words = np.array(WORDS)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "text"])
        for start in range(0, n, 10_000):
            drawn = rng.choice(words, (min(10_000, n - start), 20))
            writer.writerows(
                (f"row-{start + i:07d}", " ".join(line)[:80].ljust(80, "."))
                for i, line in enumerate(drawn)
            )


def make_votes(n: int) -> NDArray[np.int8]:
    """Return votes, one column a function, of two classes; column-major as functions make them."""
    rng = np.random.default_rng(1)
    votes = np.full((n, N_FUNCTIONS), -1, dtype=np.int8, order="F")
    for column in votes.T:
        fired = rng.random(n) < COVERAGE
        column[fired] = rng.integers(0, 2, int(fired.sum()))
    return votes


CPU = ", processor"
"""What the name of a time ends with that the processor was busy."""


@contextmanager
def clock(seconds: dict[str, float], name: str) -> Iterator[None]:
    """Take the time of a block; of a block that is repeated, the least."""
    started, busy = time.perf_counter(), time.process_time()
    yield
    times = {name: time.perf_counter() - started, name + CPU: time.process_time() - busy}
    for key, took in times.items():
        seconds[key] = min(took, seconds.get(key, math.inf))


def medians(name: str, calls: Iterable[Callable[[], object]]) -> dict[str, float]:
    """Return the median of the times that some calls take."""
    took: list[dict[str, float]] = []
    for call in calls:
        seconds: dict[str, float] = {}
        with clock(seconds, name):
            call()
        took.append(seconds)
    return {key: statistics.median(seconds[key] for seconds in took) for key in took[0]}


def bare(path: Path) -> sqlite3.Connection:
    """Open plain SQLite with the settings of a project."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def step_import(folder: Path, n: int) -> dict[str, float]:
    seconds: dict[str, float] = {}
    with (folder / "rows.csv").open(encoding="utf-8", newline="") as file:
        rows = [tuple(row) for row in csv.reader(file)][1:]
    for i in range(3):
        connection = bare(folder / f"bare{i}.db")
        connection.execute("CREATE TABLE example (id TEXT PRIMARY KEY, text TEXT NOT NULL)")
        with clock(seconds, "bare"):
            connection.execute("BEGIN")
            connection.executemany("INSERT INTO example VALUES (?, ?)", rows)
            connection.execute("COMMIT")
        connection.close()
        (folder / f"bare{i}.db").unlink()
    del rows
    for i in range(3):
        root = init_project(folder / f"import{i}", ["ham", "spam"])
        with Project(root) as project, clock(seconds, "import"):
            import_files(project, [folder / "rows.csv"])
        shutil.rmtree(root)
    return seconds


def step_memory_of_import(folder: Path, n: int) -> dict[str, float]:
    """Import alone, into the project that the later steps use."""
    seconds: dict[str, float] = {}
    with Project(init_project(folder / "project", ["ham", "spam"])) as project:
        with clock(seconds, "import"):
            import_files(project, [folder / "rows.csv"])
        for _ in range(3):
            with clock(seconds, "import again"):
                import_files(project, [folder / "rows.csv"])
    return {name: took for name, took in seconds.items() if name.startswith("import again")}


def step_votes(folder: Path, n: int) -> dict[str, float]:
    seconds: dict[str, float] = {}
    votes = make_votes(n)
    with Project(folder / "project") as project:
        path, store = project.store.path, project.store.votes
        project.store.checkpoint()
        before = path.stat().st_size
        with clock(seconds, "store votes"), record_run(project.store, "apply") as run:
            with project.store.transaction():
                ids = [
                    store.version(run_id=run.run_id, name=f"lf{j}", version=str(j), kind="python",
                                  file=None, line=None, source="").lf_version_id
                    for j in range(N_FUNCTIONS)
                ]  # fmt: skip
            with run.finish({}):
                for start in range(0, n, BLOCK):
                    for j, number in enumerate(ids):
                        part = votes[start : start + BLOCK, j]
                        store.add_block(number, start + 1, part, run_id=run.run_id)
                for j, number in enumerate(ids):
                    store.put_in_force(run.run_id, f"lf{j}", number)
        for _ in range(3):
            with clock(seconds, "read votes"):
                found = store.matrix(ids, n, np.dtype(np.int8))
        if not np.array_equal(found, votes):
            raise RuntimeError("the votes came back changed")
        project.store.checkpoint()
        seconds["votes file / int8 matrix"] = (path.stat().st_size - before) / votes.size
    return seconds


def step_votes_as_rows(folder: Path, n: int) -> dict[str, float]:
    """Store and read a row a vote through sqlite-utils; a thousandth of the time is per 1,000."""
    import sqlite_utils

    votes = make_votes(N_CELLS_AS_ROWS // N_FUNCTIONS)
    seconds: dict[str, float] = {}
    database = sqlite_utils.Database(bare(folder / "rows.db"))
    table = database["vote"]
    with clock(seconds, "store"):
        table.insert_all(
            {"example_id": i, "lf": j, "vote": int(vote)}
            for i, row in enumerate(votes)
            for j, vote in enumerate(row)
        )
    with clock(seconds, "read"):
        found = np.full(votes.shape, -1, dtype=np.int8)
        for row in table.rows:
            found[row["example_id"], row["lf"]] = row["vote"]
    if not np.array_equal(found, votes):
        raise RuntimeError("the votes came back changed")
    scale = n * N_FUNCTIONS / N_CELLS_AS_ROWS
    return {"store votes as rows": seconds["store"] * scale,
            "read votes as rows": seconds["read"] * scale}  # fmt: skip


def step_aggregate(folder: Path, n: int) -> dict[str, float]:
    from workbench.services.aggregate import aggregate_votes

    seconds: dict[str, float] = {}
    with Project(folder / "project") as project, clock(seconds, "aggregate (majority)"):
        aggregate_votes(project, model="majority")
    return seconds


def step_why(folder: Path, n: int) -> dict[str, float]:
    from workbench.services.why import why

    with Project(folder / "project") as project:
        with Session(project, annotator="ana") as session:
            for example_id in range(1, n, max(1, n // 1_000)):
                session.label(example_id, "ham")
        why(project, "row-0000001")
        uids = [f"row-{i:07d}" for i in range(0, n, max(1, n // 50))]
        return medians("why", [partial(why, project, uid) for uid in uids])


def step_open(folder: Path, n: int) -> dict[str, float]:
    return medians("open", [lambda: Project(folder / "project").close()] * 11)


def step_status(folder: Path, n: int) -> dict[str, float]:
    from workbench.services.status import status

    seconds: dict[str, float] = {}
    with Project(folder / "project") as project, clock(seconds, "status"):
        status(project)
    return seconds


def step_export(folder: Path, n: int) -> dict[str, float]:
    from workbench.services.export import export_labels

    seconds: dict[str, float] = {}
    with Project(folder / "project") as project, clock(seconds, "export"):
        export_labels(project, folder / "labels.csv", replace=True)
    return seconds


def step_snapshot(folder: Path, n: int) -> dict[str, float]:
    from workbench.services.diff import diff
    from workbench.services.snapshots import take_snapshot

    seconds: dict[str, float] = {}
    with Project(folder / "project") as project:
        for name in ("before", "after"):
            with clock(seconds, "snapshot"):
                take_snapshot(project, name)
            with Session(project, annotator="bo") as session:
                for example_id in range(2, n, max(1, n // 1_000)):
                    session.label(example_id, "spam")
        with clock(seconds, "diff of two snapshots"):
            diff(project, "before", "after")
    return seconds


def step_verify(folder: Path, n: int) -> dict[str, float]:
    from workbench.services.verify import verify

    seconds: dict[str, float] = {}
    with Project(folder / "project") as project, clock(seconds, "verify"):
        if not verify(project).is_sound:
            raise RuntimeError("the file is not sound")
    return seconds


def step_backup(folder: Path, n: int) -> dict[str, float]:
    from workbench.services.backup import backup

    seconds: dict[str, float] = {}
    with Project(folder / "project") as project, clock(seconds, "backup"):
        backup(project, folder / "backup.db", replace=True)
    return seconds


def commits(path: Path, n: int) -> list[float]:
    """Return the seconds that each of n bare commits of a row took."""
    connection = bare(path)
    connection.execute("CREATE TABLE IF NOT EXISTS decision (id INTEGER PRIMARY KEY, text TEXT)")
    took = []
    for _ in range(n):
        started = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO decision (text) VALUES ('the example has this class')")
        connection.execute("COMMIT")
        took.append(time.perf_counter() - started)
    connection.close()
    return took


def decide(root: Path, name: str, n: int, took: SimpleQueue[list[float]]) -> None:
    """Record decisions as one annotator."""
    with Project(root) as project, Session(project, annotator=name) as session:
        n_examples = project.store.examples.count()
        mine = []
        for i in range(n):
            started = time.perf_counter()
            session.label(1 + i % n_examples, "ham")
            mine.append(time.perf_counter() - started)
    took.put(mine)


def write_block_after_block(root: Path, n_blocks: int) -> None:
    """Write votes as an apply does, a transaction a block, and read labels as an audit does."""
    from workbench.services.labels import resolve_labels

    votes = np.zeros(BLOCK, dtype=np.int8)
    with Project(root) as project, record_run(project.store, "apply") as run:
        for i in range(n_blocks):
            with project.store.transaction():
                version = project.store.votes.version(
                    run_id=run.run_id, name=f"beside{i}", version="1", kind="python", file=None,
                    line=None, source="",
                )  # fmt: skip
                project.store.votes.add_block(version.lf_version_id, 1, votes, run_id=run.run_id)
            resolve_labels(project)
        with run.finish({}):
            pass


def step_decisions(folder: Path, n: int) -> dict[str, float]:
    """Four annotators at once beside a writer of votes; bare commits before and after."""
    took: SimpleQueue[list[float]] = multiprocessing.SimpleQueue()
    n_each, root = 2_500, folder / "project"
    plain = commits(folder / "plain.db", 500)
    with Project(root) as project, Session(project, annotator="alone") as session:
        alone = []
        for i in range(500):
            started = time.perf_counter()
            session.label(1 + i, "ham")
            alone.append(time.perf_counter() - started)
        before = project.store.decisions.last_event_id()
    jobs = [
        multiprocessing.Process(target=decide, args=(root, f"annotator {k}", n_each, took))
        for k in range(4)
    ]
    jobs.append(multiprocessing.Process(target=write_block_after_block, args=(root, 100)))
    for job in jobs:
        job.start()
    together = [seconds for _ in range(4) for seconds in took.get()]
    for job in jobs:
        job.join()
        if job.exitcode:
            raise RuntimeError("a writer failed")
    plain += commits(folder / "plain.db", 500)
    with Project(root) as project:
        if project.store.decisions.last_event_id() != before + 4 * n_each:
            raise RuntimeError("decisions were lost")
    percentile = statistics.quantiles(together, n=100)
    return {
        "bare commit": statistics.median(plain),
        "decision, alone": statistics.median(alone),
        "decision, among four": statistics.median(together),
        "decision, 95th of 100": percentile[94],
        "decision, slowest": max(together),
    }


PAGE = """\
# How fast and how large

Written by `python -m benchmarks.store --page docs/storage.md`; do not edit.

Rows have 80 characters; 50 labeling functions vote on a tenth of them. Each step runs in a process
of its own, on one thread, with Python {python} and SQLite {sqlite}. What a step is compared with
runs right before it in the same process. Times are of a virtual machine of two cores that had other
work to do: compare ratios, not seconds.
"""

STEPS: dict[str, Callable[[Path, int], dict[str, float]]] = {
    "import": step_import,
    "memory_of_import": step_memory_of_import,
    "votes_as_rows": step_votes_as_rows,
    "votes": step_votes,
    "aggregate": step_aggregate,
    "why": step_why,
    "open": step_open,
    "status": step_status,
    "export": step_export,
    "snapshot": step_snapshot,
    "verify": step_verify,
    "backup": step_backup,
}


def run_step(name: str, folder: Path, n: int) -> tuple[dict[str, float], float]:
    """Run a step in a process of its own; return its seconds and its peak memory in MB."""
    words = [sys.executable, "-m", "benchmarks.store", "--step", name, "--folder", str(folder),
             "--rows", str(n)]  # fmt: skip
    done = subprocess.run(words, check=True, stdout=subprocess.PIPE, env=os.environ)
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
    for n, (seconds, _) in zip(sizes, results, strict=True):
        imports, busy = (seconds["import" + of] / seconds["bare" + of] for of in ("", CPU))
        as_rows = seconds["store votes as rows"] + seconds["read votes as rows"]
        as_blobs = seconds["store votes"] + seconds["read votes"]
        print(
            f"- {n:,} rows: an import takes {imports:.2f} times as long as a bare `executemany` of"
            f" the same rows, and {busy:.2f} times of the processor's time (at most 3 are wanted"
            f"{': missed' if max(imports, busy) > 3 else ''});"
            f" votes are {as_rows / as_blobs:.0f} times faster than a row a vote through"
            f" sqlite-utils (at least 100; scaled from {N_CELLS_AS_ROWS:,} votes), in"
            f" {seconds['votes file / int8 matrix']:.3f} times the bytes of the matrix (at most"
            f" 1.1)."
        )


def shown(seconds: float) -> str:
    return f"{1000 * seconds:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


def growth(
    name: str, sizes: list[int], results: list[tuple[dict[str, float], dict[str, float]]]
) -> str:
    if len(sizes) == 1:
        return "-"
    allowed = sizes[-1] * math.log(sizes[-1]) / (sizes[-2] * math.log(sizes[-2]))
    small, large = (seconds[name + CPU] for seconds, _ in results[-2:])
    return f"{large / small / allowed:.2f}"


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
    parser.add_argument("--step", choices=[*STEPS, "decisions"])
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--page", type=Path, help="Write the results to a page of the docs.")
    arguments, _ = parser.parse_known_args()
    if arguments.step:
        steps = STEPS | {"decisions": step_decisions}
        seconds = steps[arguments.step](arguments.folder, arguments.rows[0])
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"seconds": seconds, "peak": peak}))
    elif arguments.page:
        with arguments.page.open("w", encoding="utf-8") as page, redirect_stdout(page):
            print(PAGE.format(python=platform.python_version(), sqlite=sqlite3.sqlite_version))
            run_all(arguments.rows)
    else:
        run_all(arguments.rows)


if __name__ == "__main__":
    main()
