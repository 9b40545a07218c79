"""Sources and examples: the rows of text and where they came from."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


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
class Source:
    """A file that examples came from; ``folder`` is where the import was called, if it is known."""

    source_id: int
    run_id: int
    path: str
    folder: str | None
    sha256: str
    format: str


_SELECT = """
    SELECT x.example_id, x.uid, t.content, s.role, x.given_class, x.batch, x.vendor, x.metadata,
           x.row, s.source_id, s.path, s.sha256, s.run_id
    FROM example AS x
    JOIN example_text AS t USING (example_id)
    JOIN source AS s USING (source_id)
"""


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

    def sources(self) -> list[Source]:
        """Return the files that examples came from, oldest first."""
        rows = self._connection.execute(
            "SELECT s.source_id, s.run_id, s.path, json_extract(r.parameters, '$.folder'),"
            " s.sha256, s.format FROM source AS s JOIN run AS r USING (run_id)"
            " ORDER BY s.source_id"
        )
        return [Source(*row) for row in rows]

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
