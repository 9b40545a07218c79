"""The groups that label errors are compared by: vendors, batches, people, months, any column."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from workbench.errors import UsageError
from workbench.services.column_values import (
    MISSING,
    TIMES_READ,
    day_first_in,
    in_bands,
    is_missing,
    name_of,
    numbers_of,
    time_of,
)
from workbench.services.labels import Labels, stored_votes
from workbench.services.people_answers import ANNOTATOR, PeopleAnswers, people_answers
from workbench.services.project import Project
from workbench.services.review_log import reviews
from workbench.store.decisions import Event

CLASS: Final = "class"
ORIGIN: Final = "origin"
_STORED: Final = ("vendor", "batch", "source")
OWN_COLUMNS: Final = (*_STORED, ORIGIN, CLASS)
PEOPLE: Final = (ANNOTATOR, "guideline")
FUNCTION: Final = "function"
_OWN: Final = (*OWN_COLUMNS, *PEOPLE, FUNCTION)

IMPORTED: Final = "meta."
"""In front of the name of a metadata column: this one, whatever else has the name."""

_NAMED_AT_IMPORT: Final = ("vendor", "batch")

WINDOWS: Final = ("year", "month", "week", "day", "hour")

EACH: Final = "value"
"""``COLUMN:value`` is a column of which each value is a group, though it holds many numbers."""

_FEW: Final = 50
"""Up to so many different values are compared as they are; numbers and times are cut into fewer."""

_MANY: Final = 200
"""More different values than this are no groups where most rows have their own."""

_NAMING: Final = {
    *("annotator", "batch", "coder", "guideline", "id", "labeler", "labeller", "rater"),
    *("source", "vendor", "worker"),
}
"""Words in the name of a column whose numbers are names: nobody wants a band of workers."""

_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")

_N_COLUMNS: Final = 8
"""How many columns are named that could be compared."""

N_BANDS: Final = 5
"""Bands of equal size that a column of many numbers is cut into."""


@dataclass(frozen=True, slots=True)
class Grouping:
    """Which rows belong to which group; one row may belong to several, such as its annotators.

    ``places`` (n_pairs,) are positions among the rows that were asked about, ``names`` the groups.
    They are to be compared ``within_classes``, unless they are the classes. ``by`` is what they are
    groups of: ``meta.COLUMN`` where a column stands in for what has its name and says nothing.
    ``note`` says what the groups leave out, or where there is one or none, what to compare instead.
    ``people``: where they are groups of people, all answers of these.
    """

    places: NDArray[np.int64]
    names: tuple[str, ...]
    within_classes: bool = True
    by: str = ""
    note: str = ""
    people: PeopleAnswers | None = None


def finest_grouping(project: Project, rows: NDArray[np.int64] | None = None) -> str | None:
    """Return the finer of batch and vendor that puts rows into groups to compare, or None.

    Parameters
    ----------
    project
        The project.
    rows
        Positions of the rows; all by default.
    """
    for column in ("batch", "vendor"):
        values = project.store.examples.column(column)
        chosen = values if rows is None else [values[row] for row in rows]
        n_values = len(set(chosen))
        if n_values > 1 and not _is_of_each_row(n_values, len(chosen)):
            return column
    return None


def _is_of_each_row(n_values: int, n_rows: int) -> bool:
    """Tell whether a column is as good as a name of each row, which puts none together."""
    return n_values > max(_MANY, n_rows // 2)


def group_rows(
    project: Project,
    by: str,
    rows: NDArray[np.int64],
    labels: Labels,
    decisions: Sequence[Event] | None = None,
) -> Grouping:
    """Group rows by a column.

    Parameters
    ----------
    project
        The project.
    by
        ``vendor``, ``batch``, ``source``, ``class``; ``origin`` (where the label comes from:
        people, a file, a model); ``annotator`` or ``guideline`` (of the people
        whose decision is the row's label); ``function`` (versions that vote for the row's label);
        or a metadata column. Of its many times windows are made, ``COLUMN:month`` says which (year,
        month, week, day, hour); of many numbers five bands of equal size, unless its name says that
        they are names (``worker_id``), or ``COLUMN:value`` does. Where one of the names
        has nothing to say, or a single group, a metadata column with that name is taken;
        ``meta.COLUMN`` is always the metadata column.
    rows
        Positions of the rows, (n_rows,).
    labels
        The labels of all rows.
    decisions
        The decisions that made these labels, of which annotators and guidelines are told; by
        default those that stand.

    Raises
    ------
    UsageError
        If there is no such column, or most rows have a value of their own in it.
    """
    decisions = project.store.decisions.active() if decisions is None else decisions
    found = _own_or_imported(project, by, rows, labels, decisions)
    if found.by in (CLASS, *PEOPLE, FUNCTION) or len(groups := set(found.names)) > 1:
        return found
    what = found.by if found.by in OWN_COLUMNS else f"value in the column {found.by}"
    said = f"all rows here have the same {what}"
    if groups == {MISSING}:
        found = replace(found, places=found.places[:0], names=())
        said = f"no row here has a {what}"
        if found.by in _NAMED_AT_IMPORT:
            said += f" (an import names it: --{what} NAME, or --{what}-column COLUMN)"
    others = _that_tell_apart(project, rows, labels, decisions)
    some = ", ".join(others[:_N_COLUMNS]) + (", …" if len(others) > _N_COLUMNS else "")
    instead = (
        f"columns that tell them apart, for --by: {some}"
        if others
        else "no column tells them apart"
    )
    return replace(found, note="; ".join(filter(None, [said, instead, found.note])))


def _own_or_imported(
    project: Project, by: str, rows: NDArray[np.int64], labels: Labels, decisions: Sequence[Event]
) -> Grouping:
    """Group rows by a column; by the imported one of its name, where that says more."""
    if by not in _OWN or by not in project.store.examples.metadata_columns():
        return _groups(project, by, rows, labels, decisions)
    imported = f"{IMPORTED}{by}"
    try:
        found = _groups(project, by, rows, labels, decisions)
    except UsageError:
        return _groups(project, imported, rows, labels, decisions)
    if len(set(found.names)) == 1:
        return _groups(project, imported, rows, labels, decisions)
    note = f"the imported column {by} is another: --by {imported}"
    return replace(found, note="; ".join(filter(None, [found.note, note])))


def _groups(
    project: Project, by: str, rows: NDArray[np.int64], labels: Labels, decisions: Sequence[Event]
) -> Grouping:
    """Group rows by what has exactly this name."""
    if by in PEOPLE:
        return _by_decision(project, by, rows, labels, decisions)
    if by == FUNCTION:
        return _by_function(project, rows, labels)
    names, note = _column(project, by, rows, labels)
    return Grouping(
        np.arange(len(rows)), tuple(names), within_classes=by != CLASS, by=by, note=note
    )


def _that_tell_apart(
    project: Project, rows: NDArray[np.int64], labels: Labels, decisions: Sequence[Event]
) -> list[str]:
    """Return the columns, the imported ones first, that put the rows into two groups or more."""
    found = []
    for by in sorted(columns_to_compare(project), key=_OWN.__contains__):
        with suppress(UsageError):
            groups = set(_groups(project, by, rows, labels, decisions).names) - {MISSING}
            # A name of each row's own is no group.
            if by != CLASS and 1 < len(groups) <= len(rows) // 2:
                found.append(by)
    return found


def columns_to_compare(project: Project) -> list[str]:
    """Return what rows can be grouped by, each once."""
    imported = project.store.examples.metadata_columns()
    return [*_OWN, *(f"{IMPORTED}{name}" if name in _OWN else name for name in imported)]


def _by_decision(
    project: Project, by: str, rows: NDArray[np.int64], labels: Labels, decisions: Sequence[Event]
) -> Grouping:
    """Pair each row with those who chose the label it has, or the guidelines they followed."""
    people = people_answers(project, by, rows, labels, decisions)
    if not people.names and not people.other_names:
        is_reviewed = project.store.decisions.last_decision_id() and reviews(project)
        came = "came from a person before any review" if is_reviewed else "comes from a person"
        raise UsageError(
            f"no label in question {came}: there is no {by} to compare",
            hint="Compare another column, such as vendor or batch.",
        )
    return Grouping(people.places, people.names, by=by, people=people)


def _by_function(project: Project, rows: NDArray[np.int64], labels: Labels) -> Grouping:
    """Pair each row with the function versions in force that vote for its label."""
    versions = project.store.votes.in_force()
    votes = stored_votes(project, [version.lf_version_id for version in versions])[rows]
    places, columns = np.nonzero(votes == labels.labels[rows][:, None])
    if not len(places):
        raise UsageError(
            "no labeling function votes for a label in question",
            hint="Apply labeling functions first: workbench apply",
        )
    names = [f"{version.name} ({version.version[:8]})" for version in versions]
    return Grouping(places, tuple(names[column] for column in columns), by=FUNCTION)


def _column(
    project: Project, by: str, rows: NDArray[np.int64], labels: Labels
) -> tuple[list[str], str]:
    """Return the group of each row by a column of the examples, and what is to be said of them."""
    if by == CLASS:
        return [project.classes[index] for index in labels.labels[rows]], ""
    if by == ORIGIN:
        return [labels.order[code] if code >= 0 else MISSING for code in labels.origin[rows]], ""
    examples = project.store.examples
    imported = examples.metadata_columns()
    known = {*_STORED, *imported}
    # A column may be called meta.x itself, or hold a colon.
    readings = [
        (name, window)
        for rest in (by, by.removeprefix(IMPORTED))
        for name, window in ((rest, ""), _split(rest))
        if name in (known if rest == by else imported) and window in ("", EACH, *WINDOWS)
    ]
    if not readings:
        raise UsageError(
            f"there is no column {by!r}",
            hint=f"Columns: {', '.join(columns_to_compare(project))}; of times"
            f" COLUMN:{'|'.join(WINDOWS)}; of numbers that are names COLUMN:{EACH}.",
        )
    name, window = readings[0]
    is_own = name in _STORED and not by.startswith(IMPORTED)
    column = examples.column(name) if is_own else examples.metadata_column(name)
    values = [column[row] for row in rows]
    if all(map(is_missing, values)):
        return [MISSING] * len(values), ""
    if window in WINDOWS:
        return _windows(_asked_times(values, column, name, window), window), ""
    n_values = len(set(map(str, values)))
    if n_values > _FEW and not (is_own or window == EACH or _are_names(name, values)):
        times = _times(values, column)
        if times is not None:
            return _windows(times, _fitting_window(times)), ""
        bands = _bands(values)
        if bands is not None:
            return bands, (
                f"{n_values:,} numbers are cut into bands; each by itself: --by {by}:{EACH}"
            )
    if _is_of_each_row(n_values, len(values)):
        raise UsageError(
            f"column {name!r} holds {n_values:,} different values in {len(values):,} rows:"
            " nothing to compare",
            hint="Choose a column that puts many rows into each group.",
        )
    return _as_text(values), ""


def _are_names(column: str, values: Sequence[Any]) -> bool:
    """Tell whether numbers name somebody or something, by what their column is called.

    Times do not: ``source_time`` is no source.
    """
    words = {word.lower() for word in _WORDS.findall(column)}
    return not words.isdisjoint(_NAMING) and numbers_of(values) is not None


def _split(by: str) -> tuple[str, str]:
    """Return a column and the window that its times are cut into."""
    name, _, window = by.rpartition(":")
    return (name, window) if name else (by, "")


def _as_text(values: Sequence[Any]) -> list[str]:
    return [MISSING if is_missing(value) else name_of(value) for value in values]


def _times(values: Sequence[Any], column: Sequence[Any]) -> list[datetime | None] | None:
    """Return values of a column as times, None where there is none; None if any is no time."""
    found: list[datetime | None] = []
    day_first = day_first_in(column)
    for value in values:
        time = None if is_missing(value) else time_of(value, day_first)
        if time is None and not is_missing(value):
            return None
        found.append(time)
    return found if any(found) else None


def _asked_times(
    values: Sequence[Any], column: Sequence[Any], name: str, window: str
) -> list[datetime | None]:
    """Return values as times that a window can be made of, or raise."""
    times = _times(values, column)
    if times is None:
        raise UsageError(
            f"column {name!r} holds values that are no times",
            hint=f"Times are written as {TIMES_READ}.",
        )
    if window == "hour" and {one.time() for one in times if one is not None} == {time.min}:
        raise UsageError(
            f"column {name!r} holds dates without a time of the day: there is no hour to compare",
            hint=f"Compare days: {name}:day",
        )
    return times


_NAMES: dict[str, Callable[[datetime], str]] = {
    "year": lambda time: f"{time:%Y}",
    "month": lambda time: f"{time:%Y-%m}",
    "week": lambda time: "{}-W{:02d}".format(*time.isocalendar()[:2]),
    "day": lambda time: f"{time:%Y-%m-%d}",
    "hour": lambda time: f"{time:%Y-%m-%dT%H}",
}


def _windows(times: Sequence[datetime | None], window: str) -> list[str]:
    return [MISSING if time is None else _NAMES[window](time) for time in times]


def _fitting_window(times: Sequence[datetime | None]) -> str:
    """Return the coarsest window that cuts the times into four parts at least."""
    for window in WINDOWS:
        if len(set(_windows(times, window)) - {MISSING}) >= 4:
            return window
    return WINDOWS[-1]


def _bands(values: Sequence[Any]) -> list[str] | None:
    """Cut numbers into bands of about equal size; None where a value is no number."""
    numbers = numbers_of(values)
    if numbers is None or not np.isfinite(numbers).any():
        return None
    ordered = np.sort(numbers[np.isfinite(numbers)])
    # Numbers of the column, so that the bands are of one size, whole numbers stay whole, and each
    # number is in one band.
    ends = [-(-len(ordered) * k // N_BANDS) - 1 for k in range(1, N_BANDS)]
    return in_bands(numbers, ordered[ends])
