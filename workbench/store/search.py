"""Full-text search: an index beside the database, made when it is first asked for.

It is a cache in a file of its own, so that imports pay nothing for it, backups do not carry it, and
a text that is removed for good is out of it with the next search: it is then made anew.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from workbench.errors import StoreError

FOLDER: Final = ".workbench"
"""The folder of the project that holds what can be made anew."""

_FORMAT: Final = 1
_BLOCK: Final = 20_000
_BUSY_SECONDS: Final = 30.0


class SearchIndex:
    """The words of all texts (SQLite FTS5, https://www.sqlite.org/fts5.html).

    Parameters
    ----------
    database
        The project's database.
    """

    def __init__(self, database: Path) -> None:
        self._database = database
        self.path = database.parent / FOLDER / "search.db"

    def bring_up_to_date(self) -> None:
        """Take in the texts that are new; make the index anew where texts were removed."""
        try:
            is_done = self._update()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
                raise StoreError(
                    "the search index is being made by another process", hint="Try again."
                ) from error
            is_done = False
        if not is_done:
            # Damaged, of another version, or with a text that was removed: nothing of it may stay.
            self.drop()
            self._update()

    def drop(self) -> None:
        """Remove the index."""
        for suffix in ("", "-wal", "-shm", "-journal"):
            with contextlib.suppress(FileNotFoundError):
                self.path.with_name(self.path.name + suffix).unlink()

    def matching(self, query: str) -> NDArray[np.int64]:
        """Return the numbers of the examples that a query of FTS5 finds, in order.

        Raises
        ------
        StoreError
            If FTS5 does not understand the query.
        """
        with self._open() as connection:
            try:
                rows = connection.execute(
                    "SELECT rowid FROM word WHERE word MATCH ? ORDER BY rowid", (query,)
                ).fetchall()
            except sqlite3.OperationalError as error:
                raise StoreError(f"the search is not understood: {error}") from error
        return np.array(rows, dtype=np.int64).reshape(-1)

    def containing(self, text: str) -> NDArray[np.int64]:
        """Return the numbers of the examples whose text holds another as it stands, in order.

        For what has no words between blanks, such as Chinese; it reads every text.
        """
        with self._open() as connection:
            rows = connection.execute(
                "SELECT example_id FROM project.example_text WHERE instr(content, ?) > 0"
                " ORDER BY example_id",
                (text,),
            ).fetchall()
        return np.array(rows, dtype=np.int64).reshape(-1)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self.path.parent.mkdir(exist_ok=True)
        own = self.path.resolve().as_uri()
        connection = sqlite3.connect(own, uri=True, timeout=_BUSY_SECONDS, isolation_level=None)
        try:
            # It can be made anew at any time: a power cut may cost it.
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = OFF")
            uri = f"{self._database.resolve().as_uri()}?mode=ro"
            connection.execute("ATTACH ? AS project", (uri,))
            yield connection
        finally:
            connection.close()

    def _update(self) -> bool:
        """Take in what is new; False where the index has to be made anew."""
        with self._open() as connection:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version == 0:
                self._make(connection)
            elif version != _FORMAT:
                return False
            n_known, done = connection.execute("SELECT n, last FROM extent").fetchone()
            n_below, last = connection.execute(
                "SELECT coalesce(sum(example_id <= ?), 0), coalesce(max(example_id), 0)"
                " FROM project.example_text",
                (done,),
            ).fetchone()
            if n_below != n_known:
                return False
            while done < last:
                self._take_in(connection, done)
                done = min(last, done + _BLOCK)
            return True

    def _take_in(self, connection: sqlite3.Connection, done: int) -> None:
        """Index the next block, unless another process has."""
        connection.execute("BEGIN IMMEDIATE")
        try:
            if connection.execute("SELECT last FROM extent").fetchone()[0] == done:
                block = (done, done + _BLOCK)
                connection.execute(
                    "INSERT INTO word (rowid, content) SELECT example_id, content"
                    " FROM project.example_text WHERE example_id > ? AND example_id <= ?",
                    block,
                )
                connection.execute(
                    "UPDATE extent SET n = n + (SELECT count(*) FROM project.example_text"
                    " WHERE example_id > ? AND example_id <= ?), last = min(?, (SELECT"
                    " max(example_id) FROM project.example_text))",
                    (*block, block[1]),
                )
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise

    def _make(self, connection: sqlite3.Connection) -> None:
        connection.execute("BEGIN IMMEDIATE")
        if connection.execute("PRAGMA user_version").fetchone()[0] == _FORMAT:
            connection.execute("COMMIT")  # another process was first
            return
        connection.execute(
            "CREATE VIRTUAL TABLE word USING fts5(content, content = '', detail = full,"
            " tokenize = 'unicode61 remove_diacritics 2')"
        )
        connection.execute("CREATE TABLE extent (n INTEGER NOT NULL, last INTEGER NOT NULL)")
        connection.execute("INSERT INTO extent VALUES (0, 0)")
        connection.execute(f"PRAGMA user_version = {_FORMAT}")
        connection.execute("COMMIT")
