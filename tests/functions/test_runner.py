"""Applying labeling functions that behave."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from workbench.errors import FunctionError
from workbench.functions.runner import BlockResult, FunctionRunner, RecordBlock

Run = Callable[..., list[BlockResult]]
RunVotes = Callable[..., dict[str, list[int]]]
Write = Callable[..., Path]

MIXED = """
from enum import IntEnum
import numpy as np

class Label(IntEnum):
    HAM = 0
    SPAM = 1

@labeling_function()
def by_length(record):
    return len(record.text) % 3 - 1

@labeling_function()
def by_name(record):
    return "spam" if "free" in record.text else "ham"

@labeling_function()
def by_numpy(record):
    return np.int64(1) if record.uid.endswith("1") else Label.HAM

@labeling_function()
def by_set(record):
    return next(iter({"ham", "spam", record.text} - {record.text}))

@labeling_function()
def sometimes_fails(record):
    return {"0": 99, "1": None}.get(record.uid[-1]) if record.uid[-1] in "01" else 1 // int(
        record.uid[-1] != "2"
    )

keywords("words", ["free"], "spam")
"""
TEXTS = [f"{'free' if i % 4 == 0 else 'dear'} text {'x' * (i % 5)}" for i in range(60)]


def test_votes_are_class_indices_in_a_narrow_type(write: Write, run: Run) -> None:
    write("a.py", MIXED)
    (result,) = run(TEXTS[:5])
    assert (result.start, result.n) == (0, 5)
    assert {votes.dtype for votes in result.votes.values()} == {np.dtype(np.int8)}
    assert result.votes["by_name"].tolist() == [1, 0, 0, 0, 1]
    assert result.votes["words"].tolist() == [1, -1, -1, -1, 1]
    assert result.votes["by_numpy"].tolist() == [0, 1, 0, 0, 0]
    assert result.n_errors["by_numpy"] == 0
    assert all(seconds >= 0 for seconds in result.seconds.values())
    assert result.quarantined == {}


def test_classes_may_be_members_of_an_enum(write: Write, run: Run) -> None:
    kinds = ("str, Enum", "StrEnum", "IntEnum")
    votes = [
        f"class C{i}({kind}):\n    SPAM = {1 if kind == 'IntEnum' else 'spam'!r}\n\n"
        f"@labeling_function()\ndef f{i}(record):\n    return C{i}.SPAM\n\n"
        f"keywords('k{i}', ['a'], C{i}.SPAM)\n"
        for i, kind in enumerate(kinds)
    ]
    write("a.py", "from enum import Enum, IntEnum, StrEnum\n" + "".join(votes))
    (result,) = run(["a", "b"])
    for i in range(len(kinds)):
        assert (result.votes[f"f{i}"].tolist(), result.n_errors[f"f{i}"]) == ([1, 1], 0)
        assert result.votes[f"k{i}"].tolist() == [1, -1]


def test_many_classes_need_wider_votes(folder: Path, write: Write) -> None:
    write("a.py", "@labeling_function()\ndef last(record):\n    return 199\n")
    with FunctionRunner(folder, [f"c{i}" for i in range(200)]) as runner:
        (result,) = runner.apply(["last"], [RecordBlock(0, {"uid": ["1"], "text": [""]})])
    assert result.votes["last"].tolist() == [199]


def test_votes_and_errors_do_not_depend_on_workers_and_block_size(write: Write, run: Run) -> None:
    write("a.py", MIXED)

    def everything(n_workers: int, block_size: int) -> tuple[object, ...]:
        results = run(TEXTS, n_workers=n_workers, block_size=block_size, max_errors_kept=100)
        starts = [result.start for result in results]
        assert starts == sorted(starts)
        names = list(results[0].votes)
        votes = {n: np.concatenate([r.votes[n] for r in results]).tolist() for n in names}
        errors = {
            n: [(e.uid, r.start + e.row, e.type, e.message) for r in results for e in r.errors[n]]
            for n in names
        }
        counts = {n: sum(r.n_errors[n] for r in results) for n in names}
        return votes, errors, counts, results[-1].quarantined

    expected = everything(1, 60)
    assert expected[2]["sometimes_fails"] == 18
    for n_workers, block_size in [(1, 1), (2, 7), (4, 16)]:
        assert everything(n_workers, block_size) == expected


NO_VOTES = [
    ("None", "returned None: return ABSTAIN (-1) when there is no opinion"),
    ("99", "returned 99: classes are 0..1 (ham, spam)"),
    ("-2", "returned -2: classes are 0..1"),
    ("'spm'", "returned 'spm': classes are 0..1 (ham, spam); did you mean 'spam'?"),
    ("'SPAM '", "returned 'SPAM ': classes are 0..1 (ham, spam); did you mean 'spam'?"),
    ("'ABSTAIN'", "return ABSTAIN (-1), not its name"),
    ("'x' * 10**6", "returned 'xxx"),
    ("True", "returned True: return a class, or ABSTAIN; True would be class 1, and False class 0"),
    ("np.bool_(True)", "returned True: return a class"),
    ("1.0", "returned 1.0: return a whole number"),
    ("np.float32('nan')", "returned nan: return a whole number"),
    ("[1]", "returned a list"),
]


def test_a_value_that_is_no_vote_is_an_error_with_a_remedy(write: Write, run: Run) -> None:
    functions = [
        f"@labeling_function()\ndef f{i}(record):\n    return {value}\n"
        for i, (value, _) in enumerate(NO_VOTES)
    ]
    write("a.py", "import numpy as np\n" + "".join(functions))
    (result,) = run(["a", "b"])
    for i, (_, message) in enumerate(NO_VOTES):
        assert result.votes[f"f{i}"].tolist() == [-1, -1]
        assert result.n_errors[f"f{i}"] == 2
        first, second = result.errors[f"f{i}"]
        assert (first.row, first.uid, first.type, first.line) == (0, "0", "VoteError", 3 + 3 * i)
        assert message in first.message
        assert len(first.message) < 200
        assert second.row == 1


def test_an_exception_is_recorded_with_the_users_line_and_traceback(write: Write, run: Run) -> None:
    write(
        "a.py",
        """
        def refuse(text):
            raise ValueError("bad \\udc00 text")

        @labeling_function()
        def f(record):
            if record.uid == "1":
                refuse(record.text)
            return record.prise
        """,
    )
    (result,) = run(["a", "b"])
    missing, raised = result.errors["f"]
    assert (missing.type, missing.line) == ("AttributeError", 10)
    assert missing.message == "no column 'prise'; the columns are: uid, text, role"
    assert (raised.type, raised.message, raised.line) == ("ValueError", "bad ? text", 4)
    assert "refuse(record.text)" in raised.traceback
    assert "workbench/functions" not in raised.traceback


def test_only_the_first_errors_are_kept_but_all_are_counted(write: Write, run: Run) -> None:
    write(
        "a.py",
        "@labeling_function()\ndef f(record):\n    return None if int(record.uid) % 2 else 1 / 0\n",
    )
    (result,) = run(["text"] * 40, max_errors_kept=3)
    assert result.n_errors["f"] == 40
    assert [error.row for error in result.errors["f"]] == [0, 1, 2]


def test_of_the_errors_of_another_type_the_first_is_kept(write: Write, run: Run) -> None:
    write(
        "a.py",
        "@labeling_function()\ndef f(record):\n"
        "    return {}['no'] if record.uid in ('30', '35') else 1 / 0\n",
    )
    (result,) = run(["text"] * 40, max_errors_kept=3)
    kept = [(error.row, error.type) for error in result.errors["f"]]
    assert kept == [(0, "ZeroDivisionError"), (1, "ZeroDivisionError"), (30, "KeyError")]


def test_columns_reach_the_functions(write: Write, run_votes: RunVotes) -> None:
    write(
        "a.py",
        """
        @labeling_function()
        def cheap(record):
            return 1 if record.price < 2 and record.meta["unit price"] == 1 else ABSTAIN

        keywords("shop", ["acme"], 1, column="seller name")
        """,
    )
    rows = [
        {"uid": str(i), "text": "", "role": "train", "price": i, "unit price": 1,
         "seller name": "ACME inc" if i else None}
        for i in range(3)
    ]  # fmt: skip
    assert run_votes(rows) == {"cheap": [1, 1, -1], "shop": [-1, 1, 1]}


def test_a_function_that_changes_its_record_does_not_disturb_the_next(
    write: Write, run_votes: RunVotes
) -> None:
    write(
        "a.py",
        """
        @labeling_function()
        def first(record):
            record.text = record.text.lower()
            record.extra = 1
            return 1 if record.text == "free" else ABSTAIN

        @labeling_function()
        def second(record):
            return 1 if record.text == "FREE" and not hasattr(record, "extra") else ABSTAIN
        """,
    )
    assert run_votes(["FREE"] * 3) == {"first": [1, 1, 1], "second": [1, 1, 1]}


def test_what_functions_print_is_kept_by_its_end_and_off_the_terminal(
    write: Write, run: Run, capfd: pytest.CaptureFixture[str]
) -> None:
    write(
        "a.py",
        """
        import os, sys

        @labeling_function()
        def chatty(record):
            print("x" * 1_000_000)
            print("to stderr", record.uid, file=sys.stderr)
            os.system("echo from a child")
            return 1

        @labeling_function()
        def closes(record):
            sys.stdout.close()
            sys.stderr = None
            return 1

        @labeling_function()
        def after(record):
            print("still here")
            return 1

        @labeling_function()
        def silent(record):
            return 1
        """,
    )
    (result,) = run(["a"] * 5)
    assert capfd.readouterr() == ("", "")
    assert sum(result.n_errors.values()) == 0
    assert list(result.output) == ["chatty", "after"]
    assert result.output["after"] == "still here\n" * 5
    assert result.output["chatty"].endswith("to stderr 4\nfrom a child\n")
    assert len(result.output["chatty"]) < 5_000


def test_an_unknown_name_is_refused_with_a_suggestion(write: Write, run: Run) -> None:
    write("a.py", MIXED)
    with pytest.raises(FunctionError, match=r"no labeling function 'wrods'\n.*'words'"):
        run(["a"], names=["wrods"])


def test_names_select_and_order_the_functions(write: Write, run: Run) -> None:
    write("a.py", MIXED)
    (result,) = run(["a"], names=["words", "by_name", "words"])
    assert list(result.votes) == ["words", "by_name"]
    (result,) = run(["a"], names=[])
    assert (result.votes, result.n) == ({}, 1)


def test_empty_blocks_and_no_blocks_are_fine(folder: Path, write: Write) -> None:
    write("a.py", MIXED)
    with FunctionRunner(folder, ["ham", "spam"]) as runner:
        (result,) = runner.apply(["words", "by_name"], [RecordBlock(5, {})])
        assert (result.start, result.n, result.votes["words"].shape) == (5, 0, (0,))
        assert list(runner.apply(["words"], [])) == []


def test_blocks_are_read_only_a_few_ahead_and_a_run_can_be_left(folder: Path, write: Write) -> None:
    write("a.py", MIXED)
    read = []

    def blocks() -> Iterator[RecordBlock]:
        for start in range(1000):
            read.append(start)
            yield RecordBlock(start, {"uid": [str(start)], "text": ["free"], "role": ["train"]})

    with FunctionRunner(folder, ["ham", "spam"], n_workers=2) as runner:
        run = runner.apply(["words"], blocks())
        assert next(run).votes["words"].tolist() == [1]
        assert len(read) <= 8
        with pytest.raises(FunctionError, match="applying already"):
            next(runner.apply(["words"], blocks()))
        run.close()
        (result,) = runner.apply(["words"], [RecordBlock(0, {"uid": ["1"], "text": ["x"]})])
        assert result.votes["words"].tolist() == [-1]


def test_an_error_in_the_blocks_passes_through(folder: Path, write: Write) -> None:
    write("a.py", MIXED)

    def blocks() -> Iterator[RecordBlock]:
        yield RecordBlock(0, {"uid": ["1"], "text": ["x"]})
        raise OSError("disk gone")

    with (
        FunctionRunner(folder, ["ham", "spam"]) as runner,
        pytest.raises(OSError, match="disk gone"),
    ):
        list(runner.apply(["words"], blocks()))


def test_columns_that_functions_could_not_read_are_refused(write: Write, run: Run) -> None:
    write("a.py", MIXED)
    with pytest.raises(FunctionError, match="named 3, which is no text"):
        run([{"uid": "1", "text": "", 3: "no column name"}])


def test_scripts_that_change_during_a_run_are_noticed(folder: Path, write: Write) -> None:
    script = "import os\n@labeling_function()\ndef f(record):\n    {}\n    return 1\n"
    write("a.py", script.format("os._exit(1)"))
    with FunctionRunner(folder, ["ham", "spam"]) as runner:
        write("a.py", script.format("pass"))
        with pytest.raises(FunctionError, match="'f' changed"):
            list(runner.apply(["f"], [RecordBlock(0, {"uid": ["1"], "text": ["x"]})]))


def test_limits_must_be_positive_and_a_runner_open(folder: Path) -> None:
    for options in ({"n_workers": 0}, {"block_timeout": 0.0}, {"max_errors_kept": 0}):
        with pytest.raises(FunctionError, match="positive"):
            FunctionRunner(folder, ["ham"], **options)
    with pytest.raises(FunctionError, match="not open"):
        FunctionRunner(folder, ["ham"]).apply([], [])


def test_batch_functions_get_columns_and_may_return_arrays(
    write: Write, run_votes: RunVotes
) -> None:
    write(
        "a.py",
        """
        import numpy as np
        import pyarrow.compute as pc

        @labeling_function(batch=True)
        def by_list(columns):
            columns.text.sort()  # a copy
            return ["spam" if text == "b" else ABSTAIN for text in columns.text]

        @labeling_function(batch=True, resources={"least": 2})
        def by_arrow(columns, least):
            return np.where(pc.utf8_length(columns.arrow("text")).to_numpy() >= least, 1, -1)

        @labeling_function(batch=True)
        def by_name(columns):
            return [0 if price > 1 else -1 for price in columns["unit price"]]
        """,
    )
    rows = [
        {"uid": str(i), "text": text, "unit price": i} for i, text in enumerate(["b", "cc", "a"])
    ]
    for block_size in (1, 2, 3):
        votes = run_votes(rows, block_size=block_size)
        assert votes == {"by_list": [1, -1, -1], "by_arrow": [-1, 1, -1], "by_name": [-1, -1, 0]}


def test_a_batch_function_on_a_column_that_no_row_has_fails(write: Write, run: Run) -> None:
    write(
        "a.py",
        "@labeling_function(batch=True)\ndef f(columns):\n    return [0 for _ in columns.price]\n",
    )
    (result,) = run([{"uid": "0", "text": ""}, {"uid": "1", "text": "", "cost": 1}])
    assert result.n_errors["f"] == 2
    assert "no column 'price'; the columns are: uid, text, cost" in result.errors["f"][0].message


def test_templates_vote_the_same_however_blocks_are_cut(write: Write, run_votes: RunVotes) -> None:
    write(
        "a.py",
        """
        keywords("words", ["free", "prize"], "spam", whole_words=False)
        keywords("whole", ["dear"], "ham")
        regex("digits", r"\\b\\d+$", "spam")
        """,
    )
    texts = [f"{'Free' if i % 3 else 'dear'} é{i}"[: 5 + i % 5] for i in range(30_000)]
    expected = run_votes(texts, block_size=30_000)
    assert expected["words"].count(1) > 1000
    for n_workers, block_size in ((1, 700), (2, 4_000), (4, 9_999)):
        assert run_votes(texts, n_workers=n_workers, block_size=block_size) == expected
