"""The exception tree.

Every error says what happened, where, and what to do about it::

    WorkbenchError
    ├── UsageError          the words of the call are off (exit code 2)
    ├── ProjectError        no project here, or its configuration is wrong
    ├── DataError           a file, row or column that cannot be used
    ├── FunctionError       a labeling function or its script
    ├── MethodError         numbers that a method cannot work with
    │   ├── NotFittedError
    │   └── EmptyPoolError
    ├── StoreError          the database: locked, newer, damaged
    ├── BusyError           another process does it at the moment
    └── Cancelled           the user stopped it; nothing was half-written
"""

from __future__ import annotations


class WorkbenchError(Exception):
    """An error with a message, an optional place and an optional remedy.

    Parameters
    ----------
    message
        What happened, in one sentence.
    place
        Where: ``file:line``, a row, a column.
    hint
        What to do about it.
    """

    exit_code = 1

    def __init__(self, message: str, *, place: str | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.hint = hint

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        remedy = f"\n  {self.hint}" if self.hint else ""
        return f"{where}{self.message}{remedy}"


class UsageError(WorkbenchError):
    """The words of the call are off: an unknown option, name or value."""

    exit_code = 2


class ProjectError(WorkbenchError):
    """There is no project here, or its configuration cannot be used."""

    exit_code = 2


class DataError(WorkbenchError):
    """A file, row or column that cannot be used."""


class FunctionError(WorkbenchError):
    """A labeling function, or the script that holds it, cannot be used."""


class MethodError(WorkbenchError):
    """Numbers that a method cannot work with."""


class NotFittedError(MethodError):
    """An estimator was asked for an answer before it was fitted."""


class EmptyPoolError(MethodError):
    """There is no row left to choose from."""


class StoreError(WorkbenchError):
    """The database is locked, damaged, or written by a newer workbench."""


class BusyError(WorkbenchError):
    """Another process does at the moment what only one can do at a time."""


class Cancelled(WorkbenchError):
    """The user stopped the work; nothing was half-written."""
