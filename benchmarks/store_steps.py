"""The steps of `benchmarks.store`, each run in a process of its own: its peak memory is its own.

Run one: ``python -m benchmarks.store_steps NAME FOLDER ROWS``; it prints a JSON document.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import multiprocessing
import resource
import shutil
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing.queues import SimpleQueue
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from workbench.services.annotate import Session
from workbench.services.importing.importing import import_files
from workbench.services.project import Project, init_project
from workbench.services.running import record_run

N_FUNCTIONS = 50
COVERAGE = 0.1
BLOCK = 2_000
"""Examples in a block of votes, as `workbench.services.lf.apply` writes them."""

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
    from workbench.services.export.export import export_labels

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
"""In the order in which they need each other; `step_decisions` comes last, and once."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", choices=[*STEPS, "decisions"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("rows", type=int)
    arguments = parser.parse_args()
    step = (STEPS | {"decisions": step_decisions})[arguments.name]
    seconds = step(arguments.folder, arguments.rows)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak": peak}))


if __name__ == "__main__":
    main()
