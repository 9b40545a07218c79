"""Which columns a function is seen to read: the fixed ones alone, or possibly any."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from workbench.functions.runner import LFInfo

Write = Callable[..., Path]
Infos = Callable[[], dict[str, LFInfo]]
RunVotes = Callable[..., dict[str, list[int]]]

FIXED = {
    "return 1 if 'free' in record.text.lower() else -1": ("text",),
    "return any(word in record.text for word in ('a', 'b')) - 1": ("text",),
    "t = record.text\n    return len(t) - len(t) + (record.role == 'train')": ("role", "text"),
    "return 1": (),
}

ANY = [
    "return len(record.tags)",
    "return len(record.meta)",
    "return len(record['text'])",
    "return helper(record)",
    "other = record\n    return len(other.tags)",
    "record.text = 'b'\n    return 1",
    "return len(vars()['record'].tags)",
    "return len(sys._getframe().f_locals['record'].tags)",
    "return [r.tags.append(1) or 1 for r in (record,)][0]",
    "record.text\n    return len(getattr(record, 'tags'))",
    "match record:\n        case object(tags=tags):\n            return len(tags)",
]


@pytest.mark.parametrize("body", FIXED)
def test_fixed_columns_are_seen(
    body: str, write: Write, load_infos: Infos, run_votes: RunVotes
) -> None:
    write("s.py", f"@labeling_function()\ndef f(record):\n    {body}\n")
    assert load_infos()["f"].columns == FIXED[body]
    assert run_votes(["a free lunch", "all free"]) == {"f": [1, 1] if "any" not in body else [0, 0]}


@pytest.mark.parametrize("body", ANY)
def test_whatever_may_reach_another_column_gets_all(
    body: str, write: Write, load_infos: Infos, run_votes: RunVotes
) -> None:
    write(
        "s.py",
        f"import sys\ndef helper(record):\n    return len(record.tags)\n"
        f"@labeling_function()\ndef f(record):\n    {body}\n"
        "@labeling_function()\ndef later(record):\n    return len(record.tags)\n",
    )
    assert load_infos()["f"].columns is None
    rows: list[dict[str, Any]] = [{"uid": "1", "text": "a", "role": "train", "tags": ["x"]}]
    assert run_votes(rows) == {"f": [1], "later": [1]}


def test_wrappers_and_preprocessors_may_read_any_column(write: Write, load_infos: Infos) -> None:
    write(
        "s.py",
        """
        import functools
        def wrapped(function):
            @functools.wraps(function)
            def wrapper(*arguments):
                return function(*arguments)
            return wrapper
        def cut(record):
            return record
        def f(record):
            return 1 if record.text else -1
        labeling_function("wrapped")(wrapped(f))
        labeling_function("prepared", pre=[cut])(f)
        labeling_function("method")("x".startswith)
        labeling_function("short")(lambda x: 1 if len(x.text) < 9 else -1)
        """,
    )
    columns = {name: info.columns for name, info in load_infos().items()}
    assert columns == {"wrapped": None, "prepared": None, "method": None, "short": ("text",)}
