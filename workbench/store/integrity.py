"""What must hold in the file, checked: a generator a check, which yields what is wrong."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from workbench.store.clock import Clock
from workbench.store.decisions import Decisions
from workbench.store.digests import text_digests
from workbench.store.migrations import newest_schema
from workbench.store.seals import broken_seals, count_seals

_MOST = 100
"""Problems that SQLite's own check names at most."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and where: a table with a key, an example, a run."""

    place: str
    message: str


Check = Callable[[sqlite3.Connection], Iterator[Problem]]


def check_pages(connection: sqlite3.Connection) -> Iterator[Problem]:
    """Check pages, indexes and types, as SQLite sees them."""
    for (message,) in connection.execute(f"PRAGMA integrity_check({_MOST})"):
        if message != "ok":
            yield Problem("file", message)


_OBJECTS = "SELECT type, name, tbl_name || ' ' || coalesce(sql, '') FROM sqlite_schema"
_SAME_EVERYWHERE = {
    "event_kind": "SELECT kind, about, meaning FROM event_kind",
    "_sqlite_migrations": "SELECT name, migration_set FROM _sqlite_migrations",
}
"""The rows that each file of this schema has."""


def check_schema(connection: sqlite3.Connection) -> Iterator[Problem]:
    """Check tables, views, indexes, guards and the rows of constant tables against a new file's.

    Tables, views and indexes that others have added are no fault; a trigger is.
    """
    with newest_schema() as new:
        objects = _objects(new)
        constants = {table: set(new.execute(sql)) for table, sql in _SAME_EVERYWHERE.items()}
    there = _objects(connection)
    for (kind, name), sql in objects.items():
        found = there.get((kind, name))
        if found != sql:
            yield Problem(f"{kind} {name}", "it was removed" if found is None else "it was changed")
    for kind, name in there.keys() - objects.keys():
        if kind == "trigger":
            yield Problem(f"trigger {name}", "it was slipped in")
    for table, rows in constants.items():
        for row in rows.symmetric_difference(connection.execute(_SAME_EVERYWHERE[table])):
            fault = "removed or changed" if row in rows else "slipped in or changed"
            yield Problem(f"{table} {row[0]}", f"it was {fault}")


def _objects(connection: sqlite3.Connection) -> dict[tuple[str, str], str]:
    """Return what defines each object of the schema: all but its comments, which may grow."""
    return {
        (kind, name): " ".join(re.sub("--.*", "", sql).split())
        for kind, name, sql in connection.execute(_OBJECTS)
    }


def check_foreign_keys(connection: sqlite3.Connection) -> Iterator[Problem]:
    """Check that no row refers to one that is not there."""
    for table, row_id, parent, _ in connection.execute("PRAGMA foreign_key_check"):
        place = table if row_id is None else f"{table}, row {row_id}"
        yield Problem(place, f"refers to a row of {parent} that is not there")


def check_events(connection: sqlite3.Connection) -> Iterator[Problem]:
    """Check the chain of the event log up to its first fault, and that its end is there.

    A chain does not miss its last links: each run that ends keeps which event was the newest. Runs
    that ended under an older schema have not kept it.
    """
    decisions = Decisions(connection, Clock(connection))
    broken = decisions.broken_link()
    if broken is not None:
        is_there = decisions.get(broken) is not None
        message = "was changed: its hash does not follow" if is_there else "was removed"
        yield Problem(f"event {broken}", f"the event {message}")
    for event_id, run_id, is_there in connection.execute(
        "SELECT w.event_id, min(w.run_id), e.event_id IS NOT NULL FROM event_witness AS w"
        " LEFT JOIN event AS e USING (event_id)"
        " WHERE e.hash IS NOT w.hash AND w.event_id IS NOT ? GROUP BY w.event_id",
        (broken,),
    ):
        fault = "it is another one" if is_there else "it was removed"
        message = f"the newest event when run {run_id} ended: {fault}"
        yield Problem(f"event {event_id}", message)
    for (run_id,) in connection.execute(
        "SELECT r.run_id FROM run AS r JOIN run_end AS e ON e.run_id = r.run_id"
        " WHERE r.run_id NOT IN (SELECT run_id FROM event_witness)"
        " AND r.run_id > coalesce((SELECT min(run_id) FROM event_witness), 0)"
        " AND r.started_at > (SELECT replace(applied_at, ' ', 'T') FROM _sqlite_migrations"
        "   WHERE migration_set = 'workbench' AND name = 'm0008_witnesses')"
        " AND e.ended_at >= (SELECT at FROM event ORDER BY event_id LIMIT 1)"
    ):
        message = "which event was the newest when it ended is not kept any more"
        yield Problem(f"run {run_id}", message)


def check_seals(connection: sqlite3.Connection) -> Iterator[Problem]:
    """Check what is sealed against its digest."""
    messages = {
        "changed": "not as it was written",
        "missing": "it was removed",
        "unsealed": "it was slipped in: it has no seal",
    }
    for seal in broken_seals(connection):
        yield Problem(f"{seal.table}, {seal.key}", messages[seal.fault])


def check_texts(connection: sqlite3.Connection) -> Iterator[Problem]:
    """Check each text against its digest, and that the examples are all there.

    A text may be missing only where its removal is recorded, and has to be then.
    """
    rows = connection.execute(
        "SELECT x.example_id, x.uid, x.content_hash, r.run_id, CAST(t.content AS BLOB)"
        " FROM example AS x LEFT JOIN example_text AS t USING (example_id)"
        " LEFT JOIN text_removal AS r USING (example_id) ORDER BY x.example_id"
    )
    while block := rows.fetchmany(10_000):
        digests = text_digests(row[4] or b"" for row in block)
        for (example_id, uid, digest, run_id, text), found in zip(block, digests, strict=True):
            place = f"example {example_id} ({uid})"
            if text is None and run_id is None:
                yield Problem(place, "the text is missing, and no removal of it is recorded")
            elif text is not None and run_id is not None:
                yield Problem(place, f"run {run_id} has removed the text, and it is there")
            elif text is not None and found != digest:
                yield Problem(place, "the text was changed")
    for source_id, path, n_added, n_found, first, expected in connection.execute(
        "SELECT s.source_id, s.path, s.n_added, coalesce(x.n, 0), x.first, s.first"
        " FROM (SELECT *, 1 + sum(n_added) OVER (ORDER BY source_id) - n_added AS first"
        "  FROM source) AS s"
        " LEFT JOIN (SELECT source_id, count(*) AS n, min(example_id) AS first"
        "  FROM example GROUP BY source_id) AS x USING (source_id)"
    ):
        if n_found != n_added:
            message = f"{path} brought {n_added:,} examples, {n_found:,} are there"
            yield Problem(f"source {source_id}", message)
        elif n_found and first != expected:
            message = f"the first example of {path} should be {expected:,}, it is {first:,}"
            yield Problem(f"source {source_id}", message)
    n, last = connection.execute(
        "SELECT count(*), coalesce(max(example_id), 0) FROM example"
    ).fetchone()
    if n != last:
        yield Problem("example", f"the numbers go up to {last:,}, there are {n:,} examples")


_BLOCKS = (
    ("vote_block", "lf_version_id", "length(votes) IN (n, 2 * n)"),
    (
        "belief_block",
        "run_id, model",
        "length(probs) = 4 * n * n_classes AND length(top) = 4 * n",
    ),
    ("export_block", "run_id", "length(classes) = 2 * n"),
    (
        "snapshot_block",
        "run_id",
        "length(classes) = 2 * n AND length(confidence) = 8 * n AND length(origins) = n"
        " AND length(runs) = 8 * n",
    ),
)
"""Tables of blocks: what a series of blocks has in common, and the lengths that must hold."""


def check_blocks(connection: sqlite3.Connection) -> Iterator[Problem]:
    """Check that blocks have the length they say, and follow on one another from example 1."""
    last = connection.execute("SELECT coalesce(max(example_id), 0) FROM example").fetchone()[0]
    for table, series, holds in _BLOCKS:
        rows = connection.execute(
            f"SELECT start_id, n, n > 0 AND {holds}, lag(start_id + n, 1, 1)"
            f" OVER (PARTITION BY {series} ORDER BY start_id), {series} FROM {table}"
        )
        for start, n, is_whole, expected, *key in rows:
            values = zip(series.split(", "), key, strict=True)
            named = ", ".join(f"{name} {value}" for name, value in values)
            place = f"{table}, {named}, start_id {start}"
            if not is_whole:
                yield Problem(place, f"the block does not hold {n:,} rows")
            if start != expected:
                yield Problem(place, f"examples {expected} to {start - 1} are missing before it")
            if start + n - 1 > last:
                yield Problem(place, f"it goes beyond the last example, {last:,}")


def check_runs(connection: sqlite3.Connection) -> Iterator[Problem]:
    """Check that the lineage has no cycle: a run reads only what was begun before it."""
    for run_id, input_run_id in connection.execute(
        "SELECT run_id, input_run_id FROM run_input WHERE input_run_id >= run_id"
    ):
        yield Problem(f"run {run_id}", f"it reads run {input_run_id}, which is not older")


def count_checked(connection: sqlite3.Connection) -> dict[str, int]:
    """Return how much there is to check, and how many texts were removed."""

    def count(table: str) -> int:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])

    return {
        "pages": int(connection.execute("PRAGMA page_count").fetchone()[0]),
        "events": count("event"),
        "seals": count_seals(connection),
        "texts": count("example_text"),
        "removed texts": count("text_removal"),
        "blocks": sum(count(table) for table, _, _ in _BLOCKS),
        "runs": count("run"),
    }
