"""Labeling functions that end, break, multiply or outlive their workers: the run goes on."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.functions.hostile_scripts import ROW, Run, Write, only_error, script
from workbench.functions.runner import FunctionRunner, RecordBlock


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("os._exit(3)", "Exit (code 3)"),
        ("ctypes.string_at(0)", "Crash (signal 11)"),
        ("os.abort()", "Crash (signal 6)"),
        ("os.kill(os.getpid(), 9)", "Crash (signal 9)"),
    ],
)
def test_a_row_that_ends_the_process_is_skipped_by_the_next(
    write: Write, run: Run, body: str, kind: str
) -> None:
    write("a.py", script(body))
    error = only_error(run(["text"] * 6))
    assert error.type == kind
    if kind in {"Crash (signal 11)", "Crash (signal 6)"}:
        assert error.line == 12


def test_a_function_that_keeps_ending_its_worker_is_quarantined_at_the_same_row(
    write: Write, run: Run
) -> None:
    write(
        "a.py",
        "import os\n@labeling_function()\ndef bad(record):\n"
        "    if int(record.uid) % 2: os._exit(1)\n    return 1\n",
    )
    expected = [1, -1, 1, -1, 1, -1, 1, -1, *[-1] * 8]  # row 7 is the fourth
    for n_workers, block_size in [(1, 16), (2, 3)]:
        results = run(["text"] * 16, n_workers=n_workers, block_size=block_size)
        assert [vote for result in results for vote in result.votes["bad"].tolist()] == expected
        assert sum(result.n_errors["bad"] for result in results) == 4
        assert "ended or froze its process on 4 rows" in results[-1].quarantined["bad"]
        assert "'Exit (code 1)'" in results[-1].quarantined["bad"]


@pytest.mark.parametrize(
    "body",
    [
        "os.closerange(3, 100)",
        """
        for fd in map(int, os.listdir("/proc/self/fd")):
            try: is_socket = stat.S_ISSOCK(os.fstat(fd).st_mode)
            except OSError: continue
            if is_socket: os.write(fd, b"!" * 99)
        """,
        "import builtins; builtins.len = None",
        "return type('Vote', (str,), {'__str__': lambda self: os._exit(2)})()",
        "return type('Vote', (str,), {'__hash__': lambda self: os._exit(2)})()",
    ],
    ids=["closes", "writes to", "builtins", "str", "hash"],
)
def test_a_function_that_breaks_its_worker_loses_only_the_row(
    write: Write, run: Run, body: str
) -> None:
    write("a.py", script(body))
    only_error(run(["text"] * 6))


def test_a_function_that_closes_the_channel_and_hangs_loses_only_the_row(
    write: Write, run: Run
) -> None:
    write("a.py", script("os.closerange(3, 100)\nre.match('(a+)+$', 'a' * 99 + 'b')"))
    only_error(run(["text"] * 6, row_timeout=0.3))


def test_children_that_leave_the_group_are_counted_and_ended(
    write: Write, run: Run, tmp_path: Path
) -> None:
    body = """
    import subprocess
    for _ in range(120): subprocess.Popen(["sleep", "3600"], start_new_session=True)
    time.sleep(3600)
    """
    write("a.py", script(body))
    assert only_error(run(["text"] * 6, row_timeout=240.0)).type == "Processes"
    assert wait_until(lambda: not _processes_in(tmp_path))


def _is_running(pid: str) -> bool:
    """Whether a process runs; an ended one that nobody has waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _processes_in(folder: Path) -> list[str]:
    """The processes that work in a project's folder, as those of functions do."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            if (process / "cwd").readlink() == folder and _is_running(process.name):
                found.append(process.name)
    return found


def wait_until(holds: Callable[[], bool]) -> bool:
    """Wait until something holds; tell whether it does, in the end."""
    deadline = time.monotonic() + 120
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.01)
    return holds()


def test_children_of_a_killed_worker_end_with_it(write: Write, run: Run, tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    write(
        "a.py",
        script(
            # No alarm interrupts it before the child is there.
            "import signal, subprocess\n"
            "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])\n"
            "child = subprocess.Popen(['sleep', '3600'])\n"
            f"open({str(pid_file)!r}, 'w').write(str(child.pid))\n"
            "sum(range(10**13))"
        ),
    )
    only_error(run(["text"] * 6, row_timeout=1.0))
    assert pid_file.read_text()
    assert wait_until(lambda: not _processes_in(tmp_path))


def test_a_worker_ends_when_its_parent_is_killed(write: Write, tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    folder = write(
        "a.py",
        script(f"open({str(pid_file)!r}, 'w').write(str(os.getpid()))\nsum(range(10**13))"),
    ).parent
    program = f"""
from pathlib import Path
from workbench.functions.runner import FunctionRunner, RecordBlock
rows = {{"uid": ["{ROW}"], "text": [""]}}
with FunctionRunner(Path({str(folder)!r}), ["ham", "spam"], row_timeout=3600) as runner:
    list(runner.apply(["bad"], [RecordBlock(0, rows)]))
"""
    parent = subprocess.Popen([sys.executable, "-c", program])
    is_at_work = wait_until(lambda: pid_file.exists() and bool(pid_file.read_text()))
    parent.kill()
    parent.wait()
    assert is_at_work
    assert wait_until(lambda: not _is_running(pid_file.read_text()))


def test_an_interrupt_from_the_terminal_reaches_only_the_parent(folder: Path, write: Write) -> None:
    write("a.py", script("pass"))
    with FunctionRunner(folder, ["ham", "spam"]) as runner:
        (result,) = runner.apply(["bad"], [RecordBlock(0, {"uid": ["1"], "text": [""]})])
        assert result.votes["bad"].tolist() == [1]
        workers = {int(pid) for pid in _children(os.getpid())}
        assert workers
        assert all(os.getpgid(pid) != os.getpgrp() for pid in workers)
        os.kill(workers.pop(), signal.SIGKILL)
        (result,) = runner.apply(["bad"], [RecordBlock(0, {"uid": ["1"], "text": [""]})])
        assert result.votes["bad"].tolist() == [1]


def _children(pid: int) -> list[str]:
    """The processes started by a process."""
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def test_a_fork_bomb_is_ended_with_all_it_started(write: Write, run: Run, tmp_path: Path) -> None:
    # Bounded, so that a failure of this test does no harm.
    write("a.py", script("for _ in range(8): os.fork()\ntime.sleep(600)"))
    error = only_error(run(["text"] * 6, row_timeout=240.0))
    assert error.type == "Processes"
    assert wait_until(lambda: not _processes_in(tmp_path))


def test_a_fork_that_goes_on_does_not_answer_for_the_worker(write: Write, run: Run) -> None:
    write("a.py", script("os.fork()"))
    (result,) = run(["text"] * 6)
    assert result.votes["bad"].tolist() == [1] * 6
    assert result.votes["after"].tolist() == [0] * 6
    assert result.n_errors["bad"] == 0


@pytest.mark.timeout(120)
def test_a_fork_that_goes_on_does_not_hide_that_its_worker_stands_still(
    write: Write, run: Run
) -> None:
    # The fork wakes up when the worker stands still, and comes to the end of the rows.
    body = "if os.fork():\n    os.kill(os.getpid(), 19)\nelse:\n    time.sleep(0.5)"
    write("a.py", script(body))
    # A worker that is thought to be between two functions has as long as a block.
    results = run(["text"] * 6, row_timeout=1.0, block_timeout=3600.0)
    assert only_error(results).type == "Timeout"


def test_a_worker_that_dies_before_every_function_ends_the_run_all_the_same(
    write: Write, run: Run
) -> None:
    broken = "from workbench.functions.timer import RowTimer\nRowTimer.__enter__ = os._exit\n"
    write("a.py", script("pass") + "keywords('words', ['a'], 1)\n" + broken)
    (result,) = run(["text"] * 6)
    assert set(result.quarantined) == {"before", "bad", "after", "words"}
    assert all(votes.tolist() == [-1] * 6 for votes in result.votes.values())


def test_rows_that_failed_before_a_function_was_given_up_count(write: Write, run: Run) -> None:
    hidden = "from workbench.functions.row_errors import RowFailures as F\nF.kept = None"
    body = f"os._exit(3) if record.uid == '3' else exec({hidden!r}, globals())"
    write("a.py", script(body).replace('== "3"', 'in ("3", "5")'))
    (result,) = run(["text"] * 6)
    assert (result.n_errors["bad"], [e.row for e in result.errors["bad"]]) == (1, [3])
    assert "between rows" in result.quarantined["bad"]
