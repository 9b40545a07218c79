"""Scripts with a function that misbehaves on one row, and what that may cost."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

from workbench.functions.runner import BlockResult, RowError

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
