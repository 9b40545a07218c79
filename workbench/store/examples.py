"""Sources and examples: the rows of text and where they came from."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice, repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.store.named_errors import read_json

OWN_COLUMNS = ("batch", "vendor", "uid", "text", "role")
"""The columns that every example has, whatever its file held."""


@dataclass(frozen=True, slots=True)
class Example:
    """One row of text with its metadata and its source.

    A text that was removed for good is an empty one: numbers follow on one another without a gap.
    """

    example_id: int
    uid: str
    text: str
    role: str
    given_class: int | None
    batch: str | None
    vendor: str | None
    metadata: Mapping[str, Any]
    row: int
    source_path: str
    source_sha256: str
    run_id: int


@dataclass(frozen=True, slots=True)
class Source:
    """A file that examples came from; ``folder`` is where the import was called, if it is known."""

    run_id: int
    path: str
    folder: str | None
    sha256: str
    format: str


_OF_SOURCE = {"role": "role", "source": "path", "run_id": "run_id"}
"""What the examples of a source have in common, by the name of the column."""

_PAGE = 1_000

_N_SIMILAR = 3
"""So many uids are shown for one that is not there."""

_SELECT = """
    SELECT x.example_id, x.uid, coalesce(t.content, ''), s.role, x.given_class, x.batch,
           x.vendor, x.metadata, x.row, s.path, s.sha256, s.run_id
    FROM example AS x
    LEFT JOIN example_text AS t USING (example_id)
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
            "SELECT s.run_id, s.path, json_extract(r.parameters, '$.folder'),"
            " s.sha256, s.format FROM source AS s JOIN run AS r USING (run_id)"
            " ORDER BY s.source_id"
        )
        return [Source(*row) for row in rows]

    def count(self) -> int:
        """Return the number of examples."""
        return int(
            self._connection.execute("SELECT coalesce(max(example_id), 0) FROM example").fetchone()[
                0
            ]
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

    def some(self, example_ids: Sequence[int]) -> list[Example]:
        """Return the examples of some numbers, by number; many at once are quicker than `get`."""
        rows = self._connection.execute(
            _SELECT + "WHERE x.example_id IN (SELECT value FROM json_each(?))"
            " ORDER BY x.example_id",
            (json.dumps(list(example_ids)),),
        )
        return [_example(row) for row in rows]

    def id_of(self, uid: str) -> int | None:
        """Return the number of a uid, or None."""
        row = self._connection.execute(
            "SELECT example_id FROM example WHERE uid = ?", (uid,)
        ).fetchone()
        return int(row[0]) if row else None

    def ids_of(self, uids: Iterable[str]) -> dict[str, int]:
        """Return the numbers of the uids that there are, of many at once."""
        found: dict[str, int] = {}
        left = iter(dict.fromkeys(uids))
        while some := list(islice(left, _PAGE)):
            marks = ", ".join("?" * len(some))
            found |= self._connection.execute(
                f"SELECT uid, example_id FROM example WHERE uid IN ({marks})", some
            )
        return found

    def similar_uids(self, uid: str) -> list[str]:
        """Return a few uids that begin like one that is not there, for a "did you mean"."""
        rows = self._connection.execute(
            "SELECT uid FROM example WHERE instr(uid, ?) > 0 OR instr(?, uid) > 0 LIMIT ?",
            (uid, uid, _N_SIMILAR),
        )
        return [row[0] for row in rows]

    def iterate(self, start_id: int = 1, *, with_metadata: bool = True) -> Iterator[Example]:
        """Yield the examples from ``start_id`` on; without metadata in nearly half of the time."""
        # Page by page: an open query holds its moment of the file, and once another process has
        # written, this one could no longer write beside it.
        while page := self._page(start_id, with_metadata):
            yield from page
            start_id = page[-1].example_id + 1

    def _page(self, start_id: int, with_metadata: bool) -> list[Example]:
        rows = self._connection.execute(
            _SELECT + "WHERE x.example_id >= ? ORDER BY x.example_id LIMIT ?", (start_id, _PAGE)
        )
        return [_example(row, with_metadata) for row in rows]

    def uids_and_texts(self, stop_id: int) -> Iterator[tuple[int, str, str]]:
        """Yield number, uid and text of the examples before ``stop_id``, by number."""
        for start_id in range(1, stop_id, _PAGE):  # page by page, as `iterate`
            yield from self._connection.execute(
                "SELECT x.example_id, x.uid, coalesce(t.content, '') FROM example AS x"
                " LEFT JOIN example_text AS t USING (example_id)"
                " WHERE x.example_id >= ? AND x.example_id < ? ORDER BY x.example_id",
                (start_id, min(start_id + _PAGE, stop_id)),
            ).fetchall()

    def texts(self) -> list[str]:
        """Return every text, by number; an empty one where it was removed for good."""
        rows = self._connection.execute(
            "SELECT coalesce(t.content, '') FROM example AS x"
            " LEFT JOIN example_text AS t USING (example_id) ORDER BY x.example_id"
        )
        return [row[0] for row in rows]

    def lengths(self) -> Iterator[tuple[int, int]]:
        """Yield each example's number and how many characters its text has, by number."""
        yield from self._connection.execute(
            "SELECT x.example_id, coalesce(length(t.content), 0) FROM example AS x"
            " LEFT JOIN example_text AS t USING (example_id) ORDER BY x.example_id"
        )

    def remove_text(self, example_id: int, *, run_id: int) -> None:
        """Remove the text of an example for good, and record that; what is said of it stays."""
        self._connection.execute(
            "INSERT INTO text_removal (example_id, run_id) VALUES (?, ?)", (example_id, run_id)
        )
        self._connection.execute("DELETE FROM example_text WHERE example_id = ?", (example_id,))

    def removal_run(self, example_id: int) -> int | None:
        """Return the run that removed the text of an example, or None."""
        row = self._connection.execute(
            "SELECT run_id FROM text_removal WHERE example_id = ?", (example_id,)
        ).fetchone()
        return int(row[0]) if row else None

    def removed_ids(self) -> set[int]:
        """Return the examples whose text was removed for good."""
        return {row[0] for row in self._connection.execute("SELECT example_id FROM text_removal")}

    def count_removed(self, *, since: str) -> int:
        """Return how many texts were removed for good by runs that began after a time."""
        (n,) = self._connection.execute(
            "SELECT count(*) FROM text_removal JOIN run USING (run_id) WHERE started_at > ?",
            (since,),
        ).fetchone()
        return int(n)

    def with_same_text(self, example_id: int) -> list[str]:
        """Return the uids of the other examples with the text of one."""
        rows = self._connection.execute(
            "SELECT x.uid FROM example AS x JOIN example_text AS t USING (example_id)"
            " WHERE x.content_hash = (SELECT content_hash FROM example WHERE example_id = ?)"
            " AND x.example_id <> ? ORDER BY x.example_id",
            (example_id, example_id),
        )
        return [row[0] for row in rows]

    def count_errors(self, example_id: int) -> int:
        """Return how many errors of labeling functions on an example were kept."""
        row = self._connection.execute(
            "SELECT count(*) FROM lf_error WHERE example_id = ?", (example_id,)
        ).fetchone()
        return int(row[0])

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
        if name in _OF_SOURCE:
            values, counts = self.by_source(name)
            return list(chain.from_iterable(map(repeat, values, counts)))
        if name in ("given_class", "batch", "vendor"):
            rows = self._connection.execute(f"SELECT {name} FROM example ORDER BY example_id")
            return [row[0] for row in rows]
        return self.metadata_column(name)

    def metadata_column(self, name: str) -> list[Any]:
        """Return one metadata column of every example, by number; None where it has no value.

        Parameters
        ----------
        name
            Of the column, though `column` means something else by it.
        """
        rows = self._connection.execute("SELECT metadata FROM example ORDER BY example_id")
        return [read_json(row[0]).get(name) if row[0] else None for row in rows]

    def by_source(self, name: str) -> tuple[list[Any], list[int]]:
        """Return a value of each source, and how many examples it brought.

        The examples of a source have numbers that follow on one another, in the order of the
        sources: what a million rows have in common is read without reading the rows.

        Parameters
        ----------
        name
            ``role``, ``source`` (its path) or ``run_id`` (of its import).
        """
        rows = self._connection.execute(
            f"SELECT {_OF_SOURCE[name]}, n_added FROM source WHERE n_added > 0 ORDER BY source_id"
        ).fetchall()
        return [row[0] for row in rows], [row[1] for row in rows]

    def given_classes(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the examples that came with a label, by number, and the numbers of the classes."""
        rows = self._connection.execute(
            "SELECT example_id, given_class FROM example WHERE given_class IS NOT NULL"
            " ORDER BY example_id"
        )
        pairs = np.fromiter(chain.from_iterable(rows), dtype=np.int64).reshape(-1, 2)
        return pairs[:, 0], pairs[:, 1]

    def metadata_columns(self) -> list[str]:
        """Return the names of the metadata columns that occur."""
        rows = self._connection.execute(
            "SELECT DISTINCT j.key FROM example AS x, json_each(x.metadata) AS j"
            " WHERE x.metadata IS NOT NULL ORDER BY j.key"
        )
        return [row[0] for row in rows]


def _example(row: tuple[Any, ...], with_metadata: bool = True) -> Example:
    values = list(row)
    values[7] = read_json(row[7]) if row[7] and with_metadata else {}
    return Example(*values)
