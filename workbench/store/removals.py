"""Texts that were removed for good, as a file tells it: what a restore must not bring back."""

from __future__ import annotations

import json
from collections.abc import Collection
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from workbench.store.connection import open_read_only
from workbench.store.named_errors import naming_errors

_SINCE_SCHEMA = 7
"""Files of earlier ones record no removal."""


@dataclass(frozen=True, slots=True)
class Removal:
    """A text that was removed for good: of which row, and when and why.

    ``digest`` is that of the text, by which it is known under other numbers.
    """

    uid: str
    digest: bytes
    at: str
    reason: str | None


def removals_in(path: Path) -> tuple[Removal, ...]:
    """Return the texts that were removed for good, by example.

    Parameters
    ----------
    path
        A database.

    Raises
    ------
    StoreError
        If it cannot be read.
    """
    with naming_errors(path), closing(open_read_only(path)) as connection:
        if connection.execute("PRAGMA user_version").fetchone()[0] < _SINCE_SCHEMA:
            return ()
        rows = connection.execute(
            "SELECT x.uid, x.content_hash, r.started_at, json_extract(r.parameters, '$.reason')"
            " FROM text_removal AS t JOIN example AS x USING (example_id)"
            " JOIN run AS r ON r.run_id = t.run_id ORDER BY t.example_id"
        ).fetchall()
    return tuple(Removal(*row) for row in rows)


def texts_still_in(path: Path, removals: Collection[Removal]) -> dict[Removal, int]:
    """Return which texts that were removed from one database another one holds, with its numbers.

    Parameters
    ----------
    path
        The other database.
    removals
        What was removed from the first one.

    Raises
    ------
    StoreError
        If it cannot be read.
    """
    known = {(removal.uid, removal.digest): removal for removal in removals}
    with naming_errors(path), closing(open_read_only(path)) as connection:
        rows = connection.execute(
            "SELECT x.uid, x.content_hash, x.example_id FROM example AS x"
            " JOIN example_text USING (example_id)"
            " WHERE x.uid IN (SELECT value FROM json_each(?)) ORDER BY x.example_id",
            (json.dumps([removal.uid for removal in removals]),),
        ).fetchall()
    return {
        known[uid, digest]: example_id for uid, digest, example_id in rows if (uid, digest) in known
    }
