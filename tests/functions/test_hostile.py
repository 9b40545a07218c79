"""Labeling functions that hang, fail, or eat memory: each costs only its own rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.functions.hostile_scripts import Run, Write, only_error, script
from workbench.errors import FunctionError
from workbench.functions.runner import FunctionRunner


@pytest.mark.parametrize(
    "body",
    [
        "while True: pass",
        "time.sleep(3600)",
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
        "import signal; signal.setitimer(signal.ITIMER_REAL, 0); time.sleep(3600)",
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
    # Quick on its first rows; then each takes less than a row may, and all more than a block may.
    slow = "time.sleep(0 if int(record.uid) < 5 else 0.4)\n    return 1"
    write("a.py", script("pass").replace("return 1", slow))
    first, second = run(["text"] * 40, block_size=20, row_timeout=2.0, block_timeout=2.0)
    votes = first.votes["bad"].tolist()
    assert 5 <= votes.count(1) < 20
    assert votes == sorted(votes, reverse=True)
    assert "took over 2 s for one block" in first.quarantined["bad"]
    assert second.votes["bad"].tolist() == [-1] * 20
    assert second.votes["after"].tolist() == [0] * 20


def test_a_function_that_hangs_is_given_up_after_ten_rows(write: Write, run: Run) -> None:
    hanging = script("pass").replace("return 1", "time.sleep(3600)")
    write("a.py", "import time\n" + hanging)
    first, second = run(["text"] * 60, block_size=30, row_timeout=0.1)
    assert first.n_errors["bad"] == 10
    assert "took over 0.1 s on each of 10 rows" in first.quarantined["bad"]
    assert second.votes["bad"].tolist() == [-1] * 30
    assert second.votes["after"].tolist() == [0] * 30


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


def test_a_function_that_replaces_what_python_uses_is_told_so(write: Write, run: Run) -> None:
    write("a.py", script("import builtins\nbuiltins.len = lambda of: 3"))
    error = only_error(run(["text"] * 6, row_timeout=0.5))
    assert "or replaced what Python itself uses" in error.message


def test_an_endless_list_ends_at_the_memory_limit_and_the_rest_goes_on(
    write: Write, run: Run
) -> None:
    write("a.py", script("hog = [0]\nwhile True: hog += hog"))
    error = only_error(run(["text"] * 6, memory_limit=1 << 30, row_timeout=240.0))
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
        @labeling_function(batch=True)
        def fails_or_one(columns):
            return [1 // ("bad" not in columns.text)]
        """,
    )
    (result,) = run(["a", "bad", "b"], row_timeout=0.3, block_timeout=2.0)
    assert {name: votes.tolist() for name, votes in result.votes.items()} == {
        "fails": [1, -1, 1], "ends": [0, -1, 0], "hangs": [1, -1, 1], "too_few": [-1, -1, -1],
        "fails_or_one": [-1, -1, -1],
    }  # fmt: skip
    errors = {name: [(e.row, e.type) for e in found] for name, found in result.errors.items()}
    assert errors == {
        "fails": [(1, "ZeroDivisionError")], "ends": [(1, "Exit (code 3)")],
        "hangs": [(1, "Timeout")], "too_few": [(row, "VoteError") for row in range(3)],
        "fails_or_one": [(0, "VoteError"), (1, "ZeroDivisionError"), (2, "VoteError")],
    }  # fmt: skip
    assert "returned 2 votes for 3 rows" in result.errors["too_few"][0].message
    assert "returned 1 vote for 2 rows" in result.errors["fails_or_one"][0].message
    assert result.row_by_row.keys() == {"fails", "ends", "hangs", "fails_or_one"}


@pytest.mark.parametrize(
    ("fault", "block_size"),
    [("os._exit(3)", 1), ("os._exit(3)", 2), ("sys.exit(3)", 1), ("while True: pass", 1)],
)
def test_a_batch_function_that_takes_one_row_only_keeps_its_votes(
    write: Write, run: Run, fault: str, block_size: int
) -> None:
    write(
        "a.py",
        f"""
        import os, sys
        @labeling_function(batch=True)
        def single(columns):
            if len(columns) > 1:
                {fault}
            return [int(columns.text[0] == "b")]
        """,
    )
    results = run(["a", "b"], block_size=block_size, row_timeout=4.0, block_timeout=2.0)
    assert [vote for result in results for vote in result.votes["single"]] == [0, 1]
    assert not any(result.errors["single"] or result.quarantined for result in results)


NO_BATCH_ANSWERS = {
    "[1]": "1 vote", "1": "int", "{1}": "set", "'1'": "str", "b'1'": "bytes", "None": "NoneType",
    "dict.fromkeys(columns.text, 1)": "dict", "{t: 1 for t in columns.text}.keys()": "dict_keys",
    "pandas.DataFrame({0: [1] * len(columns)})": "DataFrame", "numpy.int64(1)": "int64",
    "numpy.ones((len(columns), 1), int)": "array of shape", "numpy.array([1])": "1 vote",
    "numpy.array(1)": "ndarray", "pyarrow.table({'a': [1] * len(columns)})": "Table",
}  # fmt: skip


def batch_functions(answers: list[str], before: str = "pass") -> str:
    """Return a script of one function an answer: what it imports takes longer than all of them."""
    return "import numpy, pandas, pyarrow\n" + "".join(
        f"@labeling_function(batch=True)\ndef f{i}(columns):\n    {before}\n    return {answer}\n"
        for i, answer in enumerate(answers)
    )


@pytest.mark.parametrize("block_size", [1, 3, 4])
def test_what_is_not_one_vote_for_each_row_is_no_vote_for_any(
    write: Write, run: Run, block_size: int
) -> None:
    write("a.py", batch_functions(list(NO_BATCH_ANSWERS)))
    results = run([f"text {i}" for i in range(7)], block_size=block_size)
    assert [result.row_by_row for result in results] == [{}] * len(results)
    for i, (answer, told) in enumerate(NO_BATCH_ANSWERS.items()):
        name = f"f{i}"
        votes = [vote for result in results for vote in result.votes[name].tolist()]
        assert votes == [-1] * 7, answer
        assert sum(result.n_errors[name] for result in results) == 7, answer
        error = results[0].errors[name][0]
        assert error.type == "VoteError", answer
        assert told in error.message, answer


BATCH_ANSWERS = [
    "votes", "tuple(votes)", "numpy.array(votes)", "pandas.Series(votes)",
    "pandas.array(votes)", "pyarrow.array(votes)", "pyarrow.chunked_array([votes])",
    "(vote for vote in votes)", "dict(enumerate(votes)).values()",
    "pandas.Series(['spam' if vote else 'ham' for vote in votes])",
]  # fmt: skip


@pytest.mark.parametrize("block_size", [1, 2, 7])
def test_a_batch_answer_is_any_ordered_collection(write: Write, run: Run, block_size: int) -> None:
    before = "votes = [len(text) % 2 for text in columns.text]"
    write("a.py", batch_functions(BATCH_ANSWERS, before))
    results = run(["a" * i for i in range(7)], block_size=block_size)
    for i, answer in enumerate(BATCH_ANSWERS):
        votes = [vote for result in results for vote in result.votes[f"f{i}"].tolist()]
        assert votes == [0, 1, 0, 1, 0, 1, 0], answer
    assert not any(result.row_by_row or any(result.n_errors.values()) for result in results)


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


@pytest.mark.parametrize("seconds", [float("inf"), float("nan"), 1e18, 1e-6, 0.0])
def test_a_limit_that_no_alarm_keeps_is_refused(folder: Path, seconds: float) -> None:
    with pytest.raises(FunctionError, match="the time limit of a row"):
        FunctionRunner(folder, ["ham"], row_timeout=seconds)
