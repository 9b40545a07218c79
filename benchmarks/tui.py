"""How fast the terminal interface answers: ``python -m benchmarks tui [--rows N]``.

Rows of made-up words, five functions and a majority vote; 200 keys in Annotate and in Data. "Frame"
is the time from a key to the frame that shows it: the key's handlers, the decision on the disk, and
the drawing. The headless driver draws as a terminal would, without the line to it. Beside it stands
the processor time, which a busy machine does not stretch.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import numpy as np

from workbench.services.importing.importing import import_files
from workbench.services.project import Project, init_project

WORDS = """
    free win claim prize cash phone voucher today lunch dinner meet call you mum others class bus
    tomorrow later six friday game movie ticket home work train rain music report
"""

SCRIPT = """
from workbench import keywords

keywords("offers", ["free", "win", "claim"], "spam")
keywords("meals", ["lunch", "dinner"], "ham")
keywords("prizes", ["prize", "voucher", "cash"], "spam")
keywords("people", ["mum", "others"], "ham")
keywords("press", ["report"], "news")
"""

SIZES = ((80, 24), (200, 60))

N_MORE = 200_000
"""Rows that are imported and voted on while a person labels."""


def write_rows(path: Path, n_rows: int, prefix: str) -> Path:
    """Write a table of rows of made-up words."""
    rng, vocabulary = random.Random(0), WORDS.split()
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "text", "vendor"])
        for i in range(n_rows):
            words = [rng.choice(vocabulary) for _ in range(rng.randint(6, 18))]
            writer.writerow([f"{prefix}{i}", " ".join(words), f"v{i % 7}"])
    return path


def make_project(root: Path, n_rows: int) -> Path:
    """Make a project of so many rows, with votes and labels."""
    path = write_rows(root.parent / "rows.csv", n_rows, "r")
    init_project(root, ["ham", "spam", "news"])
    with Project(root) as project:
        import_files(project, [path])
        (project.functions_folder / "first.py").write_text(SCRIPT, encoding="utf-8")
    for command in (["apply"], ["aggregate", "--model", "majority"]):
        line = [sys.executable, "-m", "workbench", "-C", str(root), *command, "--json"]
        subprocess.run(line, check=True, capture_output=True)
    return root


def first_frame(root: Path) -> float:
    """Return the seconds from the start of the program to its first frame, in a new process."""
    script = (
        "import time; began = time.perf_counter()\n"
        "import asyncio, sys\nfrom pathlib import Path\n"
        "from workbench.services.project import Project\n"
        "from workbench.tui.app import WorkbenchApp\n"
        "async def main():\n"
        "    with Project(Path(sys.argv[1])) as project:\n"
        "        app = WorkbenchApp(project, 'bench', view='annotate')\n"
        "        async with app.run_test(size=(80, 24)):\n"
        "            print(time.perf_counter() - began)\n"
        "asyncio.run(main())\n"
    )
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", script, str(root)], check=True, capture_output=True, text=True
    )
    total = time.perf_counter() - began
    inside = float(done.stdout)
    return min(total, inside + 0.05)


async def measure(root: Path, size: tuple[int, int]) -> None:
    """Print the frames of keys at a size."""
    from workbench.tui.app import WorkbenchApp

    with Project(root) as project:
        app = WorkbenchApp(project, "bench", view="annotate")
        async with app.run_test(size=size) as pilot:
            await _quiet(app, pilot)
            keys = ["1", "2", "a", "j", "k", "space", "u", "U"] * 25
            _say_both(f"annotate, a key, {size}", [await _frame(app, key) for key in keys])
            await app.action_go("data")
            await _quiet(app, pilot)
            rows = app.view.query_one("#data-rows")
            keys = ["end", "home", "pagedown", "j", "G", "k"] * 20
            rows.focus()
            _say_both(f"data, a jump or step, {size}", [await _frame(app, key) for key in keys])
            for line in ("free prize", "label:spam confidence<0.9 sort:confidence"):
                began = time.perf_counter()
                app.view.show_filter(line)
                await _quiet(app, pilot)
                print(f"  filter {line!r}: {time.perf_counter() - began:.2f} s")


async def measure_lag(root: Path, job: list[str]) -> None:
    """Print how late the event loop is while a job runs and a person labels."""
    from workbench.tui.app import WorkbenchApp

    with Project(root) as project:
        app = WorkbenchApp(project, "bench", view="annotate")
        async with app.run_test(size=(80, 24)) as pilot:
            await _quiet(app, pilot)
            app.start_job(job)
            lags: list[float] = []
            began = time.perf_counter()
            while app.job_command is not None and time.perf_counter() - began < 60:
                due = time.perf_counter() + 0.01
                await asyncio.sleep(0.01)
                lags.append(1000 * (time.perf_counter() - due))
                if len(lags) % 20 == 0:
                    app.simulate_key("1")
            _say(f"loop lag while {' '.join(job[:2])} runs", lags)
            await _quiet(app, pilot)


async def _frame(app: object, key: str) -> tuple[float, float]:
    """Press a key; return the milliseconds until the frame that shows it, and of processor."""
    from workbench.tui.app import WorkbenchApp

    assert isinstance(app, WorkbenchApp)
    drawn = asyncio.Event()
    began, used = time.perf_counter(), time.process_time()
    app.simulate_key(key)
    # Behind the key, in each queue that it passes: the app's, the focused widget's, the screen's.
    screen = app.screen
    focused = app.focused or screen
    app.call_later(
        lambda: focused.call_later(
            lambda: screen.call_later(lambda: screen.call_after_refresh(drawn.set))
        )
    )
    await drawn.wait()
    return 1000 * (time.perf_counter() - began), 1000 * (time.process_time() - used)


async def _quiet(app: object, pilot: object) -> None:
    from textual.pilot import Pilot

    from workbench.tui.app import WorkbenchApp

    assert isinstance(app, WorkbenchApp)
    assert isinstance(pilot, Pilot)
    for _ in range(3):
        while not all(worker.is_finished for worker in app.workers):
            await asyncio.sleep(0.02)
        await pilot.pause()


def _say_both(what: str, frames: list[tuple[float, float]]) -> None:
    """Print the quantiles of frames, and of the processor time that they took."""
    _say(what, [wall for wall, _ in frames])
    _say(f"{what}, processor", [used for _, used in frames])


def _say(what: str, values: list[float]) -> None:
    """Print the quantiles of some milliseconds."""
    median, p95, p99 = np.percentile(values, [50, 95, 99])
    print(f"  {what}: median {median:.1f} ms, p95 {p95:.1f}, p99 {p99:.1f}, n {len(values)}")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--project", type=Path, help="A project of before, instead of a new one.")
    arguments = parser.parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    with tempfile.TemporaryDirectory() as folder:
        root = arguments.project or make_project(Path(folder) / "bench", arguments.rows)
        with Project(root) as project:
            print(f"{project.store.examples.count():,} rows; load {os.getloadavg()[0]:.1f}")
        starts = sorted(first_frame(root) for _ in range(5))
        print(f"  first frame: median {starts[2]:.2f} s of 5, from {starts[0]:.2f}")
        # Other rows each time, so that a project of before can be measured again.
        more = write_rows(Path(folder) / "more.csv", N_MORE, f"m{time.time_ns()}-")
        steps: list[Callable[[], Awaitable[None]]] = [
            *(lambda size=size: measure(root, size) for size in SIZES),
            lambda: measure_lag(root, ["import", str(more), "--role", "train"]),
            lambda: measure_lag(root, ["apply"]),
            lambda: measure_lag(root, ["aggregate", "--model", "dawid-skene"]),
            lambda: measure_lag(root, ["train"]),
            lambda: measure_lag(root, ["audit"]),
        ]
        for step in steps:
            asyncio.run(step())


if __name__ == "__main__":
    main()
