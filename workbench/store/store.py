"""The store: one connection, its transactions, and the repositories on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from workbench.errors import StoreError
from workbench.store.backup import copy_out
from workbench.store.beliefs import Beliefs
from workbench.store.classes import Classes
from workbench.store.clock import Clock
from workbench.store.connection import connect, is_alone, transaction
from workbench.store.consensus import Consensus
from workbench.store.decisions import Decisions
from workbench.store.digests import damaged_text
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
        try:
            migrate(self._connection)
            self.generation = self._schema_version()
        except BaseException:
            self._connection.close()
            raise
        self.clock = Clock(self._connection)
        self.runs = Runs(self._connection, self.clock)
        self.classes = Classes(self._connection)
        self.settings = Settings(self._connection, self.clock)
        self.resolved = ResolvedLabels(self._connection)
        self.examples = Examples(self._connection)
        self.votes = Votes(self._connection)
        self.beliefs = Beliefs(self._connection)
        self.decisions = Decisions(self._connection, self.clock)
        self.consensus = Consensus(self._connection)
        self.queues = Queues(self._connection)
        self.exports = Exports(self._connection)
        self.label_models = LabelModels(self._connection)
        self.guidelines = Guidelines(self._connection)
        self.snapshots = Snapshots(self._connection)
        self.scripts = Scripts(self._connection)
        self.past = Past(self._connection)

    @property
    def is_read_only(self) -> bool:
        """Whether the file or its folder cannot be written."""
        return self._connection.is_read_only

    @contextmanager
    def transaction(self, *, since: int | None = None) -> Iterator[None]:
        """Hold the write lock; commit at the end, roll back on any exception.

        Parameters
        ----------
        since
            The `generation` that what is written refers to; the last that was seen by default.

        Raises
        ------
        StoreError
            If a backup was restored since then, which may give every number another meaning. It is
            raised once: what comes after refers to what is there now.
        """
        with transaction(self._connection):
            expected = self.generation if since is None else since
            self.generation = self._schema_version()
            if self.generation != expected:
                raise StoreError(
                    "another process has restored a backup, or changed the schema, meanwhile;"
                    " nothing was written",
                    place=str(self.path),
                    hint="Look at what the project holds now, and try again. What it held before a"
                    " restore is in the newest file -replaced- beside it.",
                )
            self.clock.look()
            yield

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Read everything as of one moment, whatever others commit meanwhile.

        Where a moment or a transaction is held already, it is that one. Nothing else can be
        written inside.
        """
        is_held = self._connection.in_transaction
        if is_held:
            yield
            return
        try:
            self._connection.execute("BEGIN")
            yield
        finally:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    @contextmanager
    def one_moment(self, clock: Callable[[], str]) -> Iterator[str]:
        """Read as `reading` does, and give the moment, for what is written by it later.

        It is taken while nobody writes, as the times of all that is written are: what has an
        earlier time is read, what has a later one is not. Nothing can be written inside.

        Parameters
        ----------
        clock
            Returns the time.
        """
        while True:
            with self.transaction():
                moment, version = self.clock.moment(clock()), self.data_version()
            with self.reading():
                if self.data_version() == version:
                    yield moment
                    return

    def _schema_version(self) -> int:
        """Return the number that each restore and each change of the schema raises."""
        return int(self._connection.execute("PRAGMA schema_version").fetchone()[0])

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

        All that it reads is as of one moment, whatever others write meanwhile. Text that is not
        UTF-8 any more is read too.
        """
        with self.reading():
            as_it_was, self._connection.text_factory = self._connection.text_factory, damaged_text
            try:
                for problem in check(self._connection):
                    yield Problem(_printable(problem.place), _printable(problem.message))
            finally:
                self._connection.text_factory = as_it_was

    def integrity_counts(self) -> dict[str, int]:
        """Return how much there is to check, by name."""
        return count_checked(self._connection)

    def copy_out(self, path: Path) -> None:
        """Write the database as of this moment to a new file."""
        copy_out(self._connection, path)

    def checkpoint(self) -> bool:
        """Bring all of the write-ahead log into the file, and empty it; tell whether that went."""
        row = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return bool(row[0] == 0)

    def is_alone(self) -> bool:
        """Tell whether nobody else has the file open; `workbench.store.connection.is_alone`."""
        return is_alone(self._connection)

    def data_version(self) -> int:
        """Return a number that changes when another connection commits."""
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def _printable(text: str) -> str:
    """Return a text that may quote what is damaged, with each byte that is no UTF-8 escaped."""
    return text.encode("utf-8", "backslashreplace").decode()
