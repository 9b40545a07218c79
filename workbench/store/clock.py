"""The times of what is written: by them a moment of the past is found again."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta
from typing import Final

from workbench.errors import StoreError
from workbench.store.named_errors import DAMAGED

_STEP: Final = timedelta(microseconds=1)


class Clock:
    """Times that never go back, whatever the clock of the machine does.

    Runs, events and settings are told apart by time: what a run read, what came after it. So
    each gets a time that is later than all before it, also where the clock was set back.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._newest = ""
        self._version: int | None = None

    def look(self) -> None:
        """See what others have written; every write transaction begins with it."""
        version = self._connection.execute("PRAGMA data_version").fetchone()[0]
        if version == self._version:
            return
        times = self._connection.execute(
            "SELECT (SELECT at FROM event ORDER BY event_id DESC LIMIT 1),"
            " (SELECT at FROM setting ORDER BY setting_id DESC LIMIT 1),"
            " (SELECT max(started_at) FROM run), (SELECT max(ended_at) FROM run_end)"
        ).fetchone()
        self._newest = max(self._newest, *(time or "" for time in times))
        self._version = version

    def moment(self, time: str) -> str:
        """Return a moment that nothing written so far is later than: the time, where that is so.

        Parameters
        ----------
        time
            What the clock of the machine says: UTC, ISO 8601 with microseconds.
        """
        self.look()
        return max(time, self._newest)

    def after_all(self, time: str) -> str:
        """Return the time of something that is written in the transaction that the caller holds.

        Parameters
        ----------
        time
            What the clock of the machine says; it is the one where nothing is as late.

        Raises
        ------
        StoreError
            If what is the newest so far is no time: somebody or something has changed the file.
        """
        if time <= self._newest:
            time = _next(self._newest)
        self._newest = time
        return time


def _next(time: str) -> str:
    try:
        return (datetime.fromisoformat(time) + _STEP).isoformat(timespec="microseconds")
    except (ValueError, OverflowError) as error:
        raise StoreError(
            f"the database cannot be read: a time in it is damaged: {error}", hint=DAMAGED
        ) from error
