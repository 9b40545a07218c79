"""How long a person waits: the help, the first frame of the interface, and the loop."""

from __future__ import annotations

import csv
import os
import pty
import select
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.common import DATASETS, REPOSITORY

RUNS = 10
COMMAND = [sys.executable, "-m", "workbench"]


def seconds_of(words: list[str], cwd: Path | None = None) -> float:
    started = time.perf_counter()
    subprocess.run(words, check=True, capture_output=True, cwd=cwd)
    return time.perf_counter() - started


def first_frame(root: Path) -> float:
    """Open the interface on a terminal of 100 x 30 and wait until the queue's text is on it."""
    import fcntl
    import struct
    import termios

    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
    started = time.perf_counter()
    process = subprocess.Popen(
        [*COMMAND, "-C", str(root), "tui"],
        stdin=follower, stdout=follower, stderr=follower, close_fds=True,
        env=os.environ | {"TERM": "xterm-256color"},
    )  # fmt: skip
    seen = b""
    while b"Annotate" not in seen:
        if not select.select([leader], [], [], 20)[0]:
            raise RuntimeError("the interface did not show its first frame in 20 s")
        seen += os.read(leader, 65536)
    elapsed = time.perf_counter() - started
    process.kill()
    process.wait()
    os.close(leader)
    os.close(follower)
    return elapsed


def youtube(folder: Path) -> float | None:
    """Take the 1,956 comments through six stages; None where the data is not at hand."""
    source = DATASETS / "youtube_spam" / "youtube_spam.csv"
    if not source.is_file():
        return None
    root = folder / "youtube"
    at = [*COMMAND, "-C", str(root)]
    subprocess.run(
        [*COMMAND, "init", str(root), "--classes", "ham,spam"],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    script = REPOSITORY / "tests" / "loop" / "youtube_functions.py"
    (root / "labeling_functions" / script.name).write_bytes(script.read_bytes())
    with source.open(encoding="utf-8", newline="") as file:
        n = sum(1 for _ in csv.DictReader(file))
    stages = [
        ["import", str(source), "--id-column", "comment_id", "--skip-bad-rows", "--no-labels"],
        ["apply"], ["aggregate"], ["train"], ["propose"], ["audit"],
    ]  # fmt: skip
    total = 0.0
    for stage in stages:
        elapsed = seconds_of([*at, *stage])
        print(f"  {stage[0]:<10} {elapsed:5.2f} s")
        total += elapsed
    print(f"  {n:,} comments, six stages, each a process of its own")
    return total


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        helps = [seconds_of([*COMMAND, "--help"]) for _ in range(RUNS + 1)][1:]
        bare = [seconds_of([sys.executable, "-c", "pass"]) for _ in range(RUNS + 1)][1:]
        print(f"workbench --help: median {statistics.median(helps):.3f} s of {RUNS} runs"
              f" (python itself {statistics.median(bare):.3f} s)")  # fmt: skip
        demo = folder / "demo"
        print(f"workbench demo: {seconds_of([*COMMAND, 'demo', str(demo)]):.1f} s")
        frames = [first_frame(demo) for _ in range(RUNS + 1)][1:]
        print(f"first frame of the interface: median {statistics.median(frames):.3f} s"
              f" of {RUNS} runs")  # fmt: skip
        total = youtube(folder)
        print(
            "the loop on youtube_spam: " + ("no data here" if total is None else f"{total:.1f} s")
        )


if __name__ == "__main__":
    main()
