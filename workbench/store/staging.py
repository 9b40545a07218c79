"""Rows on their way in: read and checked in a temporary table, then moved in one step.

The temporary table lies in a file of its own, so that an import needs little memory, and nobody
who annotates at the same time waits for more than the last step.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np

from workbench.store.digests import DIGEST_SIZE


@dataclass(frozen=True, slots=True)
class StagedBlock:
    """Rows of one file by column; lists of one length, or None where no row has a value.

    ``digests`` are those of `workbench.store.digests.text_digests`; ``metadata`` is JSON.
    """

    rows: Sequence[int]
    uids: list[str]
    texts: list[str]
    digests: list[bytes]
    classes: list[int | None] | None
    batches: list[str | None] | None
    vendors: list[str | None] | None
    metadata: list[str | None] | None


@dataclass(frozen=True, slots=True)
class Repeat:
    """A row whose uid an earlier row of the import has: in the same file, or with another text."""

    file: int
    row: int
    uid: str
    has_label: bool


@dataclass(frozen=True, slots=True)
class Conflict(Repeat):
    """A row whose uid the project has already, with another text."""

    source_path: str
    source_row: int


_ROWS_A_STATEMENT = 50
"""Half the time of one row a statement; more rows gain no more."""

_COLUMNS = "file, row, uid, text, digest, given_class, batch, vendor, metadata"


class Staging:
    """The rows of one import, each from one of its files.

    Attributes
    ----------
    n_left : Counter
        For each file, the rows that will become examples.
    n_known : Counter
        For each file, the rows that were dropped because the project, or an earlier file of the
        import, has them: importing twice adds nothing.
    n_other_label, n_other_role : Counter
        For each file, the known rows that come with another label, or in another role, this time.
    n_new_label : Counter
        Those of ``n_other_label`` that came without a label before.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._uid_hashes: list[np.ndarray[tuple[int], np.dtype[np.int64]]] = []
        self._n_compared = 0
        self.n_left: Counter[int] = Counter()
        self.n_known: Counter[int] = Counter()
        self.n_other_label: Counter[int] = Counter()
        self.n_new_label: Counter[int] = Counter()
        self.n_other_role: Counter[int] = Counter()
        # Large pages are read back a third faster; zeroing what is dropped serves nobody.
        self._connection.execute("PRAGMA temp.page_size = 65536")
        self._connection.execute("PRAGMA temp.secure_delete = OFF")
        self._connection.execute("DROP TABLE IF EXISTS temp.staged")
        self._connection.execute(f"CREATE TEMP TABLE staged ({_COLUMNS})")

    def close(self) -> None:
        """Drop the rows."""
        self._connection.execute("DROP TABLE temp.staged")

    def add(self, file: int, block: StagedBlock) -> None:
        """Take rows of a file in."""
        self.n_left[file] += len(block.uids)
        self._uid_hashes.append(np.fromiter(map(hash, block.uids), np.int64, len(block.uids)))
        columns: dict[str, Sequence[Any] | None] = {
            "row": block.rows,
            "uid": block.uids,
            "text": block.texts,
            # The sqlite3 module looks for an adapter of each bytes object, of a bytearray not.
            "digest": list(map(bytearray, block.digests)),
            "given_class": block.classes,
            "batch": block.batches,
            "vendor": block.vendors,
            "metadata": block.metadata,
        }
        # Each bound value costs time: what no row has is left out.
        present = {name: values for name, values in columns.items() if values is not None}
        target = f"INSERT INTO temp.staged (file, {', '.join(present)}) VALUES "
        row = f"({int(file)}, {', '.join('?' * len(present))})"
        values = list(chain.from_iterable(zip(*present.values(), strict=True)))
        width = len(present)
        step = width * _ROWS_A_STATEMENT
        whole = len(values) // step * step
        with self._changing():
            self._connection.executemany(
                target + ", ".join([row] * _ROWS_A_STATEMENT),
                (values[i : i + step] for i in range(0, whole, step)),
            )
            self._connection.executemany(
                target + row,
                (values[i : i + width] for i in range(whole, len(values), width)),
            )

    def drop_repeats(self) -> list[Repeat]:
        """Drop the rows whose uid came before in this import; return those that are no mere copy.

        A row of another file with the same text is known, as on a second import; where the project
        has its uid already, `drop_known` compares the texts.
        """
        hashes = np.sort(np.concatenate(self._uid_hashes or [np.empty(0, np.int64)]))
        if not (hashes[1:] == hashes[:-1]).any():
            return []
        with self._changing():
            rows = self._connection.execute(
                "SELECT rowid, file, row, uid, given_class IS NOT NULL,"
                " file = earlier_file OR digest <> earlier_digest"
                " FROM (SELECT rowid, file, row, uid, given_class, digest,"
                "  lag(file) OVER same AS earlier_file,"
                "  lag(digest) OVER same AS earlier_digest FROM temp.staged"
                "  WINDOW same AS (PARTITION BY uid ORDER BY rowid)) AS s"
                " WHERE earlier_file IS NOT NULL AND (file = earlier_file"
                "  OR digest <> earlier_digest"
                "  OR NOT EXISTS (SELECT 1 FROM example AS x WHERE x.uid = s.uid))"
                " ORDER BY rowid"
            ).fetchall()
            self._connection.executemany(
                "DELETE FROM temp.staged WHERE rowid = ?", [(row[0],) for row in rows]
            )
            if rows:
                self._close_gaps()
        self.n_left.subtract(row[1] for row in rows)
        self.n_known.update(row[1] for row in rows if not row[-1])
        return [
            Repeat(file, row, uid, bool(has_label))
            for _, file, row, uid, has_label, is_bad in rows
            if is_bad
        ]

    def drop_known(self, role: str) -> list[Conflict]:
        """Drop the rows whose uid the project has; return those whose text it does not have.

        Call it before the write lock is taken, and again under it: that is quick when nobody has
        imported in between.

        Parameters
        ----------
        role
            The role of the rows that are on their way in.
        """
        n = self._connection.execute("SELECT coalesce(max(example_id), 0) FROM example").fetchone()
        if n[0] == self._n_compared:
            return []
        self._n_compared = n[0]
        with self._changing():
            self._connection.execute(
                "CREATE TEMP TABLE staged_known AS"
                " SELECT s.rowid AS staged_id, s.file, x.example_id,"
                "  x.content_hash <> s.digest AS differs,"
                "  s.given_class IS NOT NULL AND s.given_class IS NOT x.given_class AS other_label,"
                "  x.given_class IS NULL AS is_unlabelled,"
                "  f.role <> ? AS other_role FROM temp.staged AS s"
                " JOIN example AS x ON x.uid = s.uid JOIN source AS f USING (source_id)",
                (role,),
            )
            conflicts = self._connection.execute(
                "SELECT s.file, s.row, s.uid, s.given_class IS NOT NULL, f.path, x.row"
                " FROM temp.staged_known AS k JOIN temp.staged AS s ON s.rowid = k.staged_id"
                " JOIN example AS x USING (example_id) JOIN source AS f USING (source_id)"
                " WHERE k.differs ORDER BY k.staged_id"
            ).fetchall()
            n_known = self._connection.execute(
                "SELECT file, count(*), sum(NOT differs), sum(NOT differs AND other_label),"
                " sum(NOT differs AND other_label AND is_unlabelled),"
                " sum(NOT differs AND other_role) FROM temp.staged_known GROUP BY file"
            ).fetchall()
            self._connection.execute(
                "DELETE FROM temp.staged WHERE rowid IN (SELECT staged_id FROM temp.staged_known)"
            )
            self._connection.execute("DROP TABLE temp.staged_known")
            if n_known:
                self._close_gaps()
        for file, n_dropped, n_same, n_other_label, n_new_label, n_other_role in n_known:
            self.n_left[file] -= n_dropped
            self.n_known[file] += n_same
            self.n_other_label[file] += n_other_label
            self.n_new_label[file] += n_new_label
            self.n_other_role[file] += n_other_role
        return [
            Conflict(file, row, uid, bool(has_label), *there)
            for file, row, uid, has_label, *there in conflicts
        ]

    def n_labelled(self, file: int) -> int:
        """Count the rows left of a file that have a label."""
        query = "SELECT count(*) FROM temp.staged WHERE file = ? AND given_class IS NOT NULL"
        n: int = self._connection.execute(query, (file,)).fetchone()[0]
        return n

    def same_texts(self, file: int, roles: Sequence[str]) -> Counter[str]:
        """Count the rows left of a file whose text the project has, by the file it is from.

        Digests are held together by their first half, which is eight bytes a row.

        Parameters
        ----------
        file
            The number of the file.
        roles
            Of the rows that the project has; others are not looked at.
        """
        found: Counter[str] = Counter()
        sources = self._connection.execute(
            "SELECT source_id, path FROM source WHERE role IN (SELECT value FROM json_each(?))"
            " ORDER BY source_id",
            (json.dumps([*roles]),),
        ).fetchall()
        if not sources:
            return found
        staged = self._connection.execute("SELECT digest FROM temp.staged WHERE file = ?", (file,))
        mine, n_rows = np.unique(_halves(staged), return_counts=True)
        for source_id, path in sources:
            rows = self._connection.execute(
                "SELECT content_hash FROM example WHERE source_id = ?", (source_id,)
            )
            is_there = np.isin(mine, _halves(rows))
            found[path] += int(n_rows[is_there].sum())
            mine, n_rows = mine[~is_there], n_rows[~is_there]
        return +found

    def move(self, source_ids: Sequence[int]) -> None:
        """Make examples of the rows; call it inside a write transaction.

        Parameters
        ----------
        source_ids
            The source of each file.
        """
        last = self._connection.execute(
            "SELECT coalesce(max(example_id), 0) FROM example"
        ).fetchone()
        with self._laying_guards_aside("example", "example_text"):
            for file, source_id in enumerate(source_ids):
                self._connection.execute(
                    "INSERT INTO example (example_id, uid, source_id, row, given_class, batch,"
                    " vendor, metadata, content_hash) SELECT ? + rowid, uid, ?, row, given_class,"
                    " batch, vendor, metadata, digest FROM temp.staged WHERE file = ?",
                    (last[0], source_id, file),
                )
            self._connection.execute(
                "INSERT INTO example_text (example_id, content) SELECT ? + rowid, text"
                " FROM temp.staged",
                last,
            )

    @contextmanager
    def _laying_guards_aside(self, *tables: str) -> Iterator[None]:
        """Take the guards against replacing off some tables, and put them back.

        A trigger makes SQLite copy all rows of ``INSERT ... SELECT`` once more before it inserts
        the first. Nobody else can write meanwhile, and after a crash the transaction never was.
        """
        version = self._connection.execute("PRAGMA schema_version").fetchone()[0]
        guards = self._connection.execute(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND name IN"
            " (SELECT value || '_no_replace' FROM json_each(?))",
            (json.dumps(tables),),
        ).fetchall()
        for name, _ in guards:
            self._connection.execute(f"DROP TRIGGER {name}")
        yield
        for _, sql in guards:
            self._connection.execute(sql)
        # The schema is what it was: other processes need not read it anew, nor take it for another.
        self._connection.execute(f"PRAGMA schema_version = {version}")

    def _close_gaps(self) -> None:
        """Give the rows that are left the numbers from 1 on, in their order."""
        self._connection.execute(
            f"CREATE TEMP TABLE staged_left AS SELECT {_COLUMNS} FROM temp.staged ORDER BY rowid"
        )
        self._connection.execute("DROP TABLE temp.staged")
        self._connection.execute("ALTER TABLE temp.staged_left RENAME TO staged")

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Group changes of the temporary table; that takes no lock of the project's file."""
        is_nested = self._connection.in_transaction
        if is_nested:
            yield
            return
        self._connection.execute("BEGIN")
        try:
            yield
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")


def _halves(rows: Iterable[tuple[bytes]]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return the first half of some digests, as whole numbers."""
    joined = b"".join(chain.from_iterable(rows))
    return np.frombuffer(joined, dtype=np.int64).reshape(-1, DIGEST_SIZE // 8)[:, 0]
