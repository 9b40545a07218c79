"""Sources and examples: the rows of text and where they came from."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class NewExample:
    """A row on its way in."""

    uid: str
    row: int
    text: str
    given_class: int | None
    batch: str | None
    vendor: str | None
    metadata: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Example:
    """One row of text with its metadata and its source."""

    example_id: int
    uid: str
    text: str
    role: str
    given_class: int | None
    batch: str | None
    vendor: str | None
    metadata: Mapping[str, Any]
    row: int
    source_id: int
    source_path: str
    source_sha256: str
    run_id: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """A uid that the project has already, with another text."""

    uid: str
    row: int
    source_path: str
    source_row: int


_SELECT = """
    SELECT x.example_id, x.uid, t.content, s.role, x.given_class, x.batch, x.vendor, x.metadata,
           x.row, s.source_id, s.path, s.sha256, s.run_id
    FROM example AS x
    JOIN example_text AS t USING (example_id)
    JOIN source AS s USING (source_id)
"""


def content_hash(text: str) -> bytes:
    """Return BLAKE2b-128 of a text."""
    return hashlib.blake2b(text.encode("utf-8"), digest_size=16).digest()


class Examples:
    """The repository of sources and examples."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add_source(
        self,
        *,
        run_id: int,
        path: str,
        sha256: str,
        format: str,
        role: str,
        n_rows: int,
        n_added: int,
    ) -> int:
        """Record the file that examples come from; return its id."""
        cursor = self._connection.execute(
            "INSERT INTO source (run_id, path, sha256, format, role, n_rows, n_added)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (run_id, path, sha256, format, role, n_rows, n_added),
        )
        return int(cursor.lastrowid or 0)

    def next_source_id(self) -> int:
        """Return the id that the next source will have."""
        row = self._connection.execute("SELECT coalesce(max(source_id), 0) + 1 FROM source")
        return int(row.fetchone()[0])

    def split_known(self, examples: list[NewExample]) -> tuple[list[NewExample], list[Conflict]]:
        """Part rows into those the project lacks and those whose uid has another text.

        A row with a known uid and the same text is in neither: importing twice adds nothing.
        """
        known: dict[str, tuple[bytes, str, int]] = {}
        for i in range(0, len(examples), 500):
            uids = [example.uid for example in examples[i : i + 500]]
            marks = ", ".join("?" * len(uids))
            rows = self._connection.execute(
                "SELECT x.uid, x.content_hash, s.path, x.row FROM example AS x"
                f" JOIN source AS s USING (source_id) WHERE x.uid IN ({marks})",
                uids,
            )
            known.update((uid, (digest, path, row)) for uid, digest, path, row in rows)
        new = [example for example in examples if example.uid not in known]
        conflicts = [
            Conflict(example.uid, example.row, *known[example.uid][1:])
            for example in examples
            if example.uid in known and known[example.uid][0] != content_hash(example.text)
        ]
        return new, conflicts

    def add(self, examples: Iterable[NewExample], *, source_id: int) -> int:
        """Append rows of one source; return how many."""
        first = self.count() + 1
        rows = []
        texts = []
        for i, example in enumerate(examples):
            metadata = (
                json.dumps(example.metadata, ensure_ascii=False) if example.metadata else None
            )
            rows.append(
                (
                    first + i,
                    example.uid,
                    source_id,
                    example.row,
                    example.given_class,
                    example.batch,
                    example.vendor,
                    metadata,
                    content_hash(example.text),
                )
            )
            texts.append((first + i, example.text))
        self._connection.executemany(
            "INSERT INTO example (example_id, uid, source_id, row, given_class, batch, vendor,"
            " metadata, content_hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
        self._connection.executemany(
            "INSERT INTO example_text (example_id, content) VALUES (?, ?)", texts
        )
        return len(rows)

    def count(self, *, role: str | None = None) -> int:
        """Return the number of examples, of one role or of all."""
        if role is None:
            return int(
                self._connection.execute(
                    "SELECT coalesce(max(example_id), 0) FROM example"
                ).fetchone()[0]
            )
        return int(
            self._connection.execute(
                "SELECT coalesce(sum(n_added), 0) FROM source WHERE role = ?", (role,)
            ).fetchone()[0]
        )

    def last_run(self) -> int:
        """Return the newest run that brought examples; 0 when there is none."""
        row = self._connection.execute(
            "SELECT coalesce(max(run_id), 0) FROM source WHERE n_added > 0"
        ).fetchone()
        return int(row[0])

    def get(self, example_id: int) -> Example | None:
        """Return one example by its number, or None."""
        row = self._connection.execute(_SELECT + "WHERE x.example_id = ?", (example_id,)).fetchone()
        return _example(row) if row else None

    def id_of(self, uid: str) -> int | None:
        """Return the number of a uid, or None."""
        row = self._connection.execute(
            "SELECT example_id FROM example WHERE uid = ?", (uid,)
        ).fetchone()
        return int(row[0]) if row else None

    def similar_uids(self, uid: str, *, limit: int = 3) -> list[str]:
        """Return uids that begin like one that is not there, for a "did you mean"."""
        rows = self._connection.execute(
            "SELECT uid FROM example WHERE instr(uid, ?) > 0 OR instr(?, uid) > 0 LIMIT ?",
            (uid, uid, limit),
        )
        return [row[0] for row in rows]

    def iterate(self, start_id: int = 1, stop_id: int | None = None) -> Iterator[Example]:
        """Yield the examples from ``start_id`` up to, not with, ``stop_id``."""
        rows = self._connection.execute(
            _SELECT + "WHERE x.example_id >= ? AND (? IS NULL OR x.example_id < ?)"
            " ORDER BY x.example_id",
            (start_id, stop_id, stop_id),
        )
        for row in rows:
            yield _example(row)

    def texts(self) -> list[str]:
        """Return every text, by number."""
        rows = self._connection.execute("SELECT content FROM example_text ORDER BY example_id")
        return [row[0] for row in rows]

    def uids(self) -> list[str]:
        """Return every uid, by number."""
        rows = self._connection.execute("SELECT uid FROM example ORDER BY example_id")
        return [row[0] for row in rows]

    def column(self, name: str) -> list[Any]:
        """Return one column of every example, by number.

        Parameters
        ----------
        name
            ``given_class``, ``batch``, ``vendor``, ``role``, ``source`` (its path), ``run_id`` (of
            its import), or the name of a metadata column; None where a row has no value.
        """
        own = {
            "given_class": "x.given_class",
            "batch": "x.batch",
            "vendor": "x.vendor",
            "role": "s.role",
            "source": "s.path",
            "run_id": "s.run_id",
        }.get(name)
        query = (
            "SELECT {} FROM example AS x JOIN source AS s USING (source_id) ORDER BY x.example_id"
        )
        if own:
            rows = self._connection.execute(query.format(own))
            return [row[0] for row in rows]
        rows = self._connection.execute(query.format("x.metadata"))
        return [json.loads(row[0]).get(name) if row[0] else None for row in rows]

    def metadata_columns(self) -> list[str]:
        """Return the names of the metadata columns that occur."""
        rows = self._connection.execute(
            "SELECT DISTINCT j.key FROM example AS x, json_each(x.metadata) AS j"
            " WHERE x.metadata IS NOT NULL ORDER BY j.key"
        )
        return [row[0] for row in rows]


def _example(row: tuple[Any, ...]) -> Example:
    values = list(row)
    values[7] = json.loads(row[7]) if row[7] else {}
    return Example(*values)
