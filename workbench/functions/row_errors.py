"""Describe what a labeling function raised on a row (in the worker only)."""

from __future__ import annotations

import os
import traceback
from pathlib import Path
from typing import Any

from workbench.functions.record import explain
from workbench.functions.results import rows_to_keep
from workbench.functions.script_errors import line_in
from workbench.functions.scripts import FoundFunction
from workbench.functions.vote_reader import VoteError

_MAX_MESSAGE = 500
_MAX_TRACEBACK = 4_000
_MAX_BRIEF = 200
_RUNTIME = str(Path(__file__).parent) + os.sep


class RowTimeout(BaseException):
    """A row took too long; not an `Exception`, so that ``except Exception`` lets it pass."""


class BlockTimeout(BaseException):
    """A labeling function took too long for its block."""


class RowFailures:
    """The rows on which one function failed, with the errors that are kept (`rows_to_keep`).

    Parameters
    ----------
    found
        The function.
    folder
        The scripts' folder.
    max_kept
        How many errors to describe, at least 1.
    """

    def __init__(self, found: FoundFunction, folder: Path, max_kept: int) -> None:
        self.rows: list[int] = []
        self._found = found
        self._folder = folder
        self._max_kept = max_kept
        self._kept: dict[int, dict[str, Any]] = {}
        self._types: dict[int, str] = {}

    def add(self, row: int, error: BaseException) -> None:
        """Count a failed row, and describe its error if it is among those to keep."""
        self.rows.append(row)
        self._types[row] = type(error).__name__
        keeping = rows_to_keep(self._types, self._max_kept)
        if row in keeping:
            self._kept[row] = describe(error, self._found, self._folder)
        self._types = {row: self._types[row] for row in keeping}
        self._kept = {row: self._kept[row] for row in keeping}

    def kept(self) -> list[dict[str, Any]]:
        """Return the descriptions kept, each with its ``row``, in row order."""
        return [{"row": row, **self._kept[row]} for row in sorted(self._kept)]


def describe(error: BaseException, found: FoundFunction, folder: Path) -> dict[str, Any]:
    """Describe an exception of a labeling function.

    Parameters
    ----------
    error
        What left the function.
    found
        The function.
    folder
        The scripts' folder.

    Returns
    -------
    dict
        ``type``, ``message``, ``line`` in the function's script (or None), and the user's part of
        the ``traceback``.
    """
    if isinstance(error, VoteError):
        return _description("VoteError", str(error), found.line)
    kind = type(error).__name__
    try:
        # The innermost frames only: a RecursionError has a thousand.
        trace = traceback.TracebackException(type(error), error, error.__traceback__, limit=-12)
        users = [frame for frame in trace.stack if not frame.filename.startswith(_RUNTIME)]
        trace.stack = traceback.StackSummary.from_list(users)
        line, text = line_in(folder / found.file, error), "".join(trace.format())
        if isinstance(error, RowTimeout):
            return _description("Timeout", str(error), line, text)
        if isinstance(error, AttributeError) and (message := explain(error)) is not None:
            return _description(kind, message, line, text)
        message = "".join(trace.format_exception_only()).strip()
        full = f"{type(error).__module__}.{type(error).__qualname__}"
        message = message.removeprefix(f"{full}: ").removeprefix(f"{kind}: ")
        return _description(kind, message, line, text)
    except BaseException:  # noqa: BLE001  no memory, or an exception that does not print
        return _description(kind, kind, None)


def brief(error: BaseException) -> str:
    """Return type and message of an exception on one line, cut short."""
    kind = type(error).__name__
    try:
        message = " ".join(str(error).split())[:_MAX_BRIEF]
    except BaseException:  # noqa: BLE001  an exception that does not print
        message = ""
    return clean(f"{kind}: {message}" if message else kind)


def clean(text: str) -> str:
    """Make a text storable: lone surrogates become question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _description(kind: str, message: str, line: int | None, text: str = "") -> dict[str, Any]:
    """Cut the texts to size: a message at its end, a traceback at its start."""
    return {
        "type": clean(kind),
        "message": clean(message[:_MAX_MESSAGE]),
        "line": line,
        "traceback": clean(text[-_MAX_TRACEBACK:]),
    }
