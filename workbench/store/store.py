"""The store: one connection, its transactions, and the repositories on it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workbench.store.beliefs import Beliefs
from workbench.store.classes import Classes
from workbench.store.connection import connect, transaction
from workbench.store.decisions import Decisions
from workbench.store.examples import Examples
from workbench.store.labels import ResolvedLabels, Settings
from workbench.store.migrations import migrate
from workbench.store.queues import Exports, Queues
from workbench.store.runs import Runs
from workbench.store.votes import Votes


class Store:
    """A project's database.

    Parameters
    ----------
    path
        The SQLite file; made, with the newest schema, when absent.

    Raises
    ------
    StoreError
        If the file is locked, damaged, not ours, or of a newer workbench.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection: sqlite3.Connection = connect(path)
        migrate(self._connection)
        self.runs = Runs(self._connection)
        self.classes = Classes(self._connection)
        self.settings = Settings(self._connection)
        self.resolved = ResolvedLabels(self._connection)
        self.examples = Examples(self._connection)
        self.votes = Votes(self._connection)
        self.beliefs = Beliefs(self._connection)
        self.decisions = Decisions(self._connection)
        self.queues = Queues(self._connection)
        self.exports = Exports(self._connection)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the write lock; commit at the end, roll back on any exception."""
        with transaction(self._connection):
            yield

    def data_version(self) -> int:
        """Return a number that changes when another connection commits."""
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
