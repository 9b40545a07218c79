"""Labeling functions that hang, crash, exit, or eat memory: each costs only its own rows."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.errors import FunctionError
from workbench.functions.runner import BlockResult, FunctionRunner, RecordBlock, RowError

Run = Callable[..., list[BlockResult]]
Write = Callable[..., Path]

ROW = 3
"""The row on which functions of these tests misbehave."""


def script(body: str) -> str:
    """A script with a function that runs ``body`` on one row, between two that behave."""
    return f"""
import ctypes, os, re, stat, sys, threading, time

@labeling_function()
def before(record):
    return 0

@labeling_function()
def bad(record):
    if record.uid == "{ROW}":
{textwrap.indent(textwrap.dedent(body), " " * 8)}
    return 1

@labeling_function()
def after(record):
    return 0
"""


def only_error(results: list[BlockResult]) -> RowError:
    """Check that one row failed and all others have their votes; return its error."""
    (result,) = results
    expected = [1] * result.n
    expected[ROW] = -1
    assert result.votes["bad"].tolist() == expected
    assert result.votes["before"].tolist() == result.votes["after"].tolist() == [0] * result.n
    assert result.n_errors == {"before": 0, "bad": 1, "after": 0}
    assert result.quarantined == {}
    (error,) = result.errors["bad"]
    assert (error.row, error.uid) == (ROW, str(ROW))
    return error


@pytest.mark.parametrize(
    "body",
    [
        "while True: pass",
        "time.sleep(100)",
        "threading.Event().wait()",
        "re.match(r'(a+)+$', 'a' * 50 + 'b')",
        # Swallowing the interruption once does not help; it comes again.
        """
        try:
            while True: pass
        except BaseException:
            while True: pass
        """,
    ],
)
def test_a_row_that_takes_too_long_is_interrupted(write: Write, run: Run, body: str) -> None:
    write("a.py", script(body))
    error = only_error(run(["text"] * 6, row_timeout=0.3))
    assert error.type == "Timeout"
    assert error.message == "the row took over 0.3 s"
    assert error.line is not None
    assert error.line >= 12


@pytest.mark.parametrize(
    "body",
    [
        "sum(range(10**13))",
        """
        while True:
            try:
                while True: pass
            except BaseException: pass
        """,
        "import signal; signal.setitimer(signal.ITIMER_REAL, 0); time.sleep(100)",
    ],
    ids=["holds the lock", "swallows the interruption", "takes the alarm"],
)
def test_a_row_that_cannot_be_interrupted_ends_its_worker(
    write: Write, run: Run, body: str
) -> None:
    write("a.py", script(body))
    error = only_error(run(["text"] * 6, row_timeout=0.3))
    assert error.type == "Timeout"
    assert error.line is not None
    assert error.line >= 12


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


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("sys.exit(3)", "SystemExit"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("def f(): f()\nf()", "RecursionError"),
        (
            "class Unprintable(Exception):\n    def __str__(self): raise SystemExit\n"
            "raise Unprintable",
            "Unprintable",
        ),
    ],
)
def test_any_exception_is_the_rows_error(write: Write, run: Run, body: str, kind: str) -> None:
    write("a.py", script(body))
    assert only_error(run(["text"] * 6)).type == kind


def test_memory_over_the_limit_is_the_rows_error(write: Write, run: Run) -> None:
    write("a.py", script("huge = b'x' * (4 << 30)"))
    error = only_error(run(["text"] * 6, memory_limit=2 << 30))
    assert (error.type, error.line) == ("MemoryError", 12)


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


def test_a_function_that_mostly_fails_keeps_its_votes(write: Write, run: Run) -> None:
    write(
        "a.py",
        "@labeling_function()\ndef bad(record):\n    return 1 // (int(record.uid) % 3 // 2)\n",
    )
    results = run(["text"] * 60, block_size=20)
    assert not any(result.quarantined for result in results)
    assert sum(result.n_errors["bad"] for result in results) == 40
    assert results[-1].votes["bad"].tolist().count(1) == 7


def test_a_function_too_slow_for_its_block_is_stopped(write: Write, run: Run) -> None:
    write(
        "a.py",
        "import time\n" + script("pass").replace("return 1", "time.sleep(0.1)\n    return 1"),
    )
    first, second = run(["text"] * 40, block_size=20, row_timeout=0.4, block_timeout=0.5)
    votes = first.votes["bad"].tolist()
    assert 1 <= votes.count(1) < 10
    assert votes == sorted(votes, reverse=True)
    assert "took over 0.5 s for one block" in first.quarantined["bad"]
    assert second.votes["bad"].tolist() == [-1] * 20
    assert second.votes["after"].tolist() == [0] * 20


def test_a_function_that_hangs_is_given_up_after_ten_rows(write: Write, run: Run) -> None:
    hanging = script("pass").replace("return 1", "time.sleep(100)")
    write("a.py", "import time\n" + hanging)
    first, second = run(["text"] * 60, block_size=30, row_timeout=0.1)
    assert first.n_errors["bad"] == 10
    assert "took over 0.1 s on each of 10 rows" in first.quarantined["bad"]
    assert second.votes["bad"].tolist() == [-1] * 30
    assert second.votes["after"].tolist() == [0] * 30


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
    body = f"""
    import subprocess
    pids = [subprocess.Popen(["sleep", "600"], start_new_session=True).pid for _ in range(120)]
    open({str(tmp_path / "pids")!r}, "w").write(" ".join(map(str, pids)))
    time.sleep(60)
    """
    write("a.py", script(body))
    assert only_error(run(["text"] * 6, row_timeout=20.0)).type == "Processes"
    pids = (tmp_path / "pids").read_text().split()
    assert len(pids) == 120
    assert not any(_is_running(pid) for pid in pids)


def _is_running(pid: str) -> bool:
    """Whether a process runs; an ended one that nobody has waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


SLEEPS = """
import time
@labeling_function(batch=True)
def slow(columns):
    time.sleep({seconds})
    {then}
    return [1] * len(columns)
"""


def test_only_the_limit_of_a_block_holds_for_a_function_that_takes_blocks(
    write: Write, run: Run
) -> None:
    write("a.py", SLEEPS.format(seconds=1, then="pass"))
    (result,) = run(["text"] * 100, row_timeout=0.1)
    assert result.votes["slow"].tolist() == [1] * 100
    assert (result.quarantined, result.row_by_row) == ({}, {})
    (result,) = run(["text"] * 100, row_timeout=0.1, block_timeout=0.3)
    assert "took over 0.3 s" in result.row_by_row["slow"]
    assert "took over 0.3 s for one block" in result.quarantined["slow"]


@pytest.mark.parametrize(
    ("then", "why"),
    [
        ("if len(columns) > 1: raise ValueError('too many')", "failed with ValueError: too many"),
        ("if len(columns) > 1: return [1]", "returned 1 votes for 6 rows"),
        ("if len(columns) > 1: return ['nonsense'] * len(columns)", "what is no vote"),
    ],
)
def test_it_is_said_why_a_block_is_run_row_by_row(
    write: Write, run: Run, then: str, why: str
) -> None:
    write("a.py", SLEEPS.format(seconds=0, then=then))
    (result,) = run(["text"] * 6)
    assert result.votes["slow"].tolist() == [1] * 6
    assert why in result.row_by_row["slow"]


def test_a_template_frozen_in_its_batch_path_costs_only_the_row(write: Write, run: Run) -> None:
    write("a.py", "regex('r', r'^(a+)+$', 1)\n")
    texts = ["aaa", "a" * 50 + "b", "b", "aa"]
    (result,) = run(texts, row_timeout=0.3)
    assert result.votes["r"].tolist() == [1, -1, -1, 1]
    assert [(error.row, error.type) for error in result.errors["r"]] == [(1, "Timeout")]


def test_a_template_on_a_missing_column_fails_row_by_row(write: Write, run: Run) -> None:
    write("a.py", "keywords('k', ['a'], 1, column='title')\n")
    (result,) = run(["a", "b"])
    assert result.votes["k"].tolist() == [-1, -1]
    assert [(error.row, error.type) for error in result.errors["k"]] == [
        (0, "AttributeError"),
        (1, "AttributeError"),
    ]
    assert "no column 'title'" in result.errors["k"][0].message


def test_children_of_a_killed_worker_end_with_it(write: Write, run: Run, tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    write(
        "a.py",
        script(
            "import subprocess\n"
            "child = subprocess.Popen(['sleep', '100'])\n"
            f"open({str(pid_file)!r}, 'w').write(str(child.pid))\n"
            "sum(range(10**13))"
        ),
    )
    only_error(run(["text"] * 6, row_timeout=0.3))
    assert wait_until_gone(int(pid_file.read_text()))


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
with FunctionRunner(Path({str(folder)!r}), ["ham", "spam"], row_timeout=100) as runner:
    list(runner.apply(["bad"], [RecordBlock(0, rows)]))
"""
    parent = subprocess.Popen([sys.executable, "-c", program])
    deadline = time.monotonic() + 20
    while not (pid_file.exists() and pid_file.read_text()) and time.monotonic() < deadline:
        os.sched_yield()
    parent.kill()
    parent.wait()
    assert wait_until_gone(int(pid_file.read_text()))


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


def wait_until_gone(pid: int) -> bool:
    """Wait until a process has ended (it may stay as a zombie without a parent to reap it)."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        os.sched_yield()
    return False


def _children(pid: int) -> list[str]:
    """The processes started by a process."""
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def test_a_fork_bomb_is_ended_with_all_it_started(write: Write, run: Run, tmp_path: Path) -> None:
    # Bounded, so that a failure of this test does no harm.
    bomb = (
        "for _ in range(8): os.fork()\nopen('pids', 'a').write(f'{os.getpid()}\\n')\ntime.sleep(60)"
    )
    write("a.py", script(bomb))
    error = only_error(run(["text"] * 6, row_timeout=20.0))
    assert error.type == "Processes"
    pids = [int(line) for line in (tmp_path / "pids").read_text().split()]
    assert len(pids) > 100
    assert all(map(wait_until_gone, pids))


def test_a_fork_that_goes_on_does_not_answer_for_the_worker(write: Write, run: Run) -> None:
    write("a.py", script("os.fork()"))
    (result,) = run(["text"] * 6)
    assert result.votes["bad"].tolist() == [1] * 6
    assert result.votes["after"].tolist() == [0] * 6
    assert result.n_errors["bad"] == 0


def test_a_fork_that_goes_on_does_not_hide_that_its_worker_stands_still(
    write: Write, run: Run
) -> None:
    # The fork wakes up when the worker stands still, and comes to the end of the rows.
    body = "if os.fork():\n    os.kill(os.getpid(), 19)\nelse:\n    time.sleep(0.5)"
    write("a.py", script(body))
    began = time.monotonic()
    assert only_error(run(["text"] * 6, row_timeout=2.0)).type == "Timeout"
    assert time.monotonic() - began < 30


def test_a_function_that_replaces_what_python_uses_is_told_so(write: Write, run: Run) -> None:
    write("a.py", script("import builtins\nbuiltins.len = lambda of: 3"))
    error = only_error(run(["text"] * 6, row_timeout=0.5))
    assert "or replaced what Python itself uses" in error.message


def test_an_endless_list_ends_at_the_memory_limit_and_the_rest_goes_on(
    write: Write, run: Run
) -> None:
    write("a.py", script("hog = [0]\nwhile True: hog += hog"))
    error = only_error(run(["text"] * 6, memory_limit=1 << 30, row_timeout=20.0))
    assert error.type in {"MemoryError", "Crash (signal 9)"}


def test_a_batch_function_costs_only_the_rows_on_which_it_fails(write: Write, run: Run) -> None:
    write(
        "a.py",
        """
        import os
        @labeling_function(batch=True)
        def fails(columns):
            return [1 // (text != "bad") for text in columns.text]
        @labeling_function(batch=True)
        def ends(columns):
            return [os._exit(3) if text == "bad" else 0 for text in columns.text]
        @labeling_function(batch=True)
        def hangs(columns):
            while "bad" in columns.text: pass
            return [1] * len(columns)
        @labeling_function(batch=True)
        def too_few(columns):
            return [0 for text in columns.text if text != "bad"]
        """,
    )
    (result,) = run(["a", "bad", "b"], row_timeout=0.3, block_timeout=2.0)
    assert {name: votes.tolist() for name, votes in result.votes.items()} == {
        "fails": [1, -1, 1], "ends": [0, -1, 0], "hangs": [1, -1, 1], "too_few": [0, -1, 0]
    }  # fmt: skip
    errors = {name: [(e.row, e.type) for e in found] for name, found in result.errors.items()}
    assert errors == {
        "fails": [(1, "ZeroDivisionError")], "ends": [(1, "Exit (code 3)")],
        "hangs": [(1, "Timeout")], "too_few": [(1, "ValueError")],
    }  # fmt: skip
    assert "returned 0 votes for 1 example" in result.errors["too_few"][0].message


def test_a_stop_iteration_is_the_rows_error_and_ends_nothing(write: Write, run: Run) -> None:
    write("a.py", script("next(iter(()))"))
    error = only_error(run(["text"] * 6))
    assert error.type == "StopIteration"


def test_a_function_in_c_is_watched_too(write: Write, run: Run) -> None:
    write(
        "a.py",
        "import operator, functools\n"
        "labeling_function('c')(functools.partial(operator.contains, ('never',)))\n",
    )
    (result,) = run(["text"] * 3)
    assert result.n_errors["c"] == 3
    assert "return a class" in result.errors["c"][0].message


def test_a_worker_that_dies_before_every_function_ends_the_run_all_the_same(
    write: Write, run: Run
) -> None:
    broken = "from workbench.functions.timer import RowTimer\nRowTimer.__enter__ = os._exit\n"
    write("a.py", script("pass") + "keywords('words', ['a'], 1)\n" + broken)
    (result,) = run(["text"] * 6)
    assert set(result.quarantined) == {"before", "bad", "after", "words"}
    assert all(votes.tolist() == [-1] * 6 for votes in result.votes.values())


def test_rows_that_failed_before_a_function_was_given_up_count(write: Write, run: Run) -> None:
    hidden = "from workbench.functions.row_errors import RowFailures as F\nF.first = None"
    body = f"os._exit(3) if record.uid == '3' else exec({hidden!r}, globals())"
    write("a.py", script(body).replace('== "3"', 'in ("3", "5")'))
    (result,) = run(["text"] * 6)
    assert (result.n_errors["bad"], [e.row for e in result.errors["bad"]]) == (1, [3])
    assert "between rows" in result.quarantined["bad"]


@pytest.mark.parametrize("seconds", [float("inf"), float("nan"), 1e18, 1e-6, 0.0])
def test_a_limit_that_no_alarm_keeps_is_refused(folder: Path, seconds: float) -> None:
    with pytest.raises(FunctionError, match="the time limit of a row"):
        FunctionRunner(folder, ["ham"], row_timeout=seconds)
