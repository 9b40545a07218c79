"""The store: one connection, its transactions, and the repositories on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workbench.store.backup import copy_out
from workbench.store.beliefs import Beliefs
from workbench.store.classes import Classes
from workbench.store.connection import connect, transaction
from workbench.store.consensus import Consensus
from workbench.store.decisions import Decisions
from workbench.store.examples import Examples
from workbench.store.guidelines import Guidelines
from workbench.store.integrity import Check, Problem, count_checked
from workbench.store.label_models import LabelModels
from workbench.store.labels import ResolvedLabels, Settings
from workbench.store.migrations import migrate
from workbench.store.past import Past
from workbench.store.queues import Exports, Queues
from workbench.store.runs import Runs
from workbench.store.scripts import Scripts
from workbench.store.snapshots import Snapshots
from workbench.store.staging import Staging
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
        self._connection = connect(path)
        migrate(self._connection)
        self.runs = Runs(self._connection)
        self.classes = Classes(self._connection)
        self.settings = Settings(self._connection)
        self.resolved = ResolvedLabels(self._connection)
        self.examples = Examples(self._connection)
        self.votes = Votes(self._connection)
        self.beliefs = Beliefs(self._connection)
        self.decisions = Decisions(self._connection)
        self.consensus = Consensus(self._connection)
        self.queues = Queues(self._connection)
        self.exports = Exports(self._connection)
        self.label_models = LabelModels(self._connection)
        self.guidelines = Guidelines(self._connection)
        self.snapshots = Snapshots(self._connection)
        self.scripts = Scripts(self._connection)
        self.past = Past(self._connection)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the write lock; commit at the end, roll back on any exception."""
        with transaction(self._connection):
            yield

    @contextmanager
    def staging(self) -> Iterator[Staging]:
        """Take in the rows of an import; they are dropped at the end."""
        staging = Staging(self._connection)
        try:
            yield staging
        finally:
            staging.close()

    def problems(self, check: Check) -> Iterator[Problem]:
        """Yield what a check of `workbench.store.integrity` finds.

        All that it reads is as of one moment, whatever others write meanwhile.
        """
        self._connection.execute("BEGIN")
        try:
            yield from check(self._connection)
        finally:
            self._connection.execute("ROLLBACK")

    def integrity_counts(self) -> dict[str, int]:
        """Return how much there is to check, by name."""
        return count_checked(self._connection)

    def copy_out(self, path: Path) -> None:
        """Write the database as of this moment to a new file."""
        copy_out(self._connection, path)

    def checkpoint(self) -> None:
        """Bring all that is in the write-ahead log into the file itself."""
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def data_version(self) -> int:
        """Return a number that changes when another connection commits."""
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
