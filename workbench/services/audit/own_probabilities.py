"""Probabilities of the user's own model, from a file, brought to the rows they belong to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from workbench.errors import DataError, MethodError, UsageError
from workbench.figures import counted
from workbench.formats.readers import FORMATS, check_readable, format_of, read_blocks
from workbench.methods.checks import EXACT_SUM, TOLERATED_SUM, check_probs
from workbench.methods.probability_rows import (
    align_rows,
    check_related,
    class_columns,
    unrelated_stretch,
)
from workbench.name_lists import quoted_list
from workbench.services.importing.named_columns import find_id_column
from workbench.services.labels import roles
from workbench.services.project import Project
from workbench.types import Role

_MIN_CHECKED: Final = 50
"""So many rows tell whether probabilities belong to them; uids alone are trusted for fewer."""

_NAMELESS: Final = (
    "An array has no names. Give a table with a column uid instead: .parquet or .csv, one column a"
    " class."
)
_NAMED: Final = "Look whether each uid of the table stands beside the prediction for its own row."

_N_NAMED: Final = 3
"""How many uids a warning names."""

_N_CLASSES_NAMED: Final = 8

_ARRAYS: Final = (".npy", ".npz")
"""What NumPy writes; an archive is told from an array by how it begins."""

_ZIP: Final = b"PK"
"""How every zip archive begins; NumPy opens those, too, whatever they are called."""

_NPY: Final = b"\x93NUMPY"
"""How every array of NumPy begins, by the format of its files."""

_HEADER: Final = 128
"""Bytes from the beginning that say what an array holds."""

_OBJECTS: Final = b"'descr': '|O'"
"""How they say that it holds Python objects, which NumPy would have to unpickle."""

_EXACT_FLOAT: Final = 2**53
"""Whole floats below it are one whole number each."""


@dataclass(frozen=True, slots=True)
class OwnProbabilities:
    """Class probabilities (n_rows, K), float64, rows summing to 1; and what to be told of them.

    Rows that the file does not cover are NaN.
    """

    probs: NDArray[np.float64]
    warnings: tuple[str, ...]


def own_probabilities(
    project: Project, path: Path, rows: NDArray[np.int64], labels: NDArray[np.int64]
) -> OwnProbabilities:
    """Read class probabilities for some examples.

    A table (Parquet, CSV, JSON Lines) names each row by its uid: a column ``uid``, ``id`` or the
    project's id column, and one column a class, under its name or a former one. It must hold all
    labelled training rows; it may lack evaluation rows, as out-of-fold predictions do. A ``.npy``
    array has no names: it must have a row for each example of the project in the order of
    import. No stretch of rows may fit the labels at an offset; rows of an imported file that fit
    its labels no better than those of other rows would are refused in an array, which has no names
    that speak for them.

    Parameters
    ----------
    project
        The project.
    path
        The file.
    rows
        Positions of the examples that need probabilities, (n_rows,).
    labels
        Their labels, (n_rows,); -1 for rows without one, which the file may lack.

    Returns
    -------
    OwnProbabilities
        With warnings of rows that are missing, of files and stretches that fit the labels nowhere,
        and of probabilities that say nothing, or that seem to have seen the labels.

    Raises
    ------
    DataError
        If the file cannot be read, a row or class is missing, or the probabilities are not those of
        these rows.
    """
    check_readable(path)
    has_label = labels >= 0
    is_array = path.suffix.lower() in _ARRAYS
    try:
        if is_array:
            raw, is_there = _from_array(project, path)[rows], np.ones(len(rows), np.bool_)
            strangers: list[str] = []
        else:
            raw, is_there, strangers = _from_table(project, path, rows, has_label)
        _check_values(project, raw, rows[is_there], is_array=is_array)
        told = check_probs(raw).astype(np.float64)
        known = np.flatnonzero(is_there & has_label)
        mine, given = told[has_label[is_there]], labels[known]
        warnings = [
            *_coverage(project, rows[~is_there & has_label], strangers),
            *_check_knowledge(mine, given),
            *_check_owner(project, mine, rows[known], given, is_array=is_array),
        ]
    except MethodError as error:
        raise DataError(error.message, place=str(path), hint=error.hint) from error
    probs = np.full((len(rows), len(project.classes)), np.nan)
    probs[is_there] = told
    return OwnProbabilities(probs, tuple(warnings))


def are_alike(probs: NDArray[np.float64]) -> bool:
    """Tell whether probabilities are the same in every row, (n, K): then they say nothing."""
    return bool((np.ptp(probs, axis=0) < EXACT_SUM).all())


def _coverage(
    project: Project, missing: NDArray[np.int64], strangers: Sequence[str]
) -> tuple[str, ...]:
    """Say which evaluation rows have no probabilities, and which uids are of no row."""
    said = []
    if len(missing):
        uids = project.store.examples.uids()
        some = _listed([uids[row] for row in missing], _N_NAMED)
        said.append(
            f"your table does not cover {counted(len(missing), 'evaluation row')} ({some}): there"
            " the audit's own model stands in for yours"
        )
    if strangers:
        some = _listed(strangers, _N_NAMED)
        said.append(
            f"your table has {counted(len(strangers), 'uid')} that the project does not know"
            f" ({some}): passed over"
        )
    return tuple(said)


def _check_knowledge(probs: NDArray[np.float64], labels: NDArray[np.int64]) -> tuple[str, ...]:
    """Warn of probabilities that say nothing, and of those that repeat the labels."""
    if are_alike(probs):
        return ("your probabilities are the same in every row: they say nothing of any label",)
    own = probs[np.arange(len(labels)), labels]
    if len(labels) >= _MIN_CHECKED and (own >= probs.max(axis=1)).all():
        return (
            "your probabilities agree with every single label: those of a model that has seen the"
            " labels find no error; predict each row by a model that was trained without it",
        )
    return ()


def _check_owner(
    project: Project,
    probs: NDArray[np.float64],
    rows: NDArray[np.int64],
    labels: NDArray[np.int64],
    *,
    is_array: bool,
) -> tuple[str, ...]:
    """Refuse probabilities that know nothing of the labels, in all or in one imported file.

    Returns warnings of files and stretches whose labels are unrelated to any rows: they may be
    noise, too, and in a table the uids say that the rows are right.
    """
    hint = _NAMELESS if is_array else _NAMED
    warnings = []
    if is_array or len(labels) >= _MIN_CHECKED:
        order = _other_order(project.classes, class_columns(labels, probs))
        try:
            check_related(labels, probs)
        except MethodError as error:
            found = f" They fit better {order}." if order else ""
            raise MethodError(error.message, hint=f"{error.hint}{found}") from error
        if order and is_array:
            raise MethodError(
                f"the columns are not in the order of the classes: they fit better {order}",
                hint=f"The classes are, in order: {quoted_list(project.classes)}."
                " A table names its columns: .parquet or .csv, with a column uid and one a class.",
            )
        if order:
            warnings.append(
                f"your probabilities fit the labels better {order}: the columns have the wrong"
                " names, or these classes are labelled as each other"
            )
    sources = np.array(project.store.examples.column("source"))[rows]
    for source in np.unique(sources):
        mine = np.flatnonzero(sources == source)
        mine = mine[np.argsort(rows[mine], kind="stable")]
        if len(mine) < _MIN_CHECKED or len(np.unique(labels[mine])) < 2:
            continue
        try:
            check_related(labels[mine], probs[mine])
        except MethodError as error:
            if is_array:
                raise MethodError(
                    f"the rows for {source} do not fit its labels: they belong to other rows",
                    hint=hint,
                ) from error
            warnings.append(
                f"your probabilities fit the labels of {source} no better than those of other rows"
                " would: its labels are noise, or the uids name other rows"
            )
            continue
        stretch = unrelated_stretch(labels[mine], probs[mine])
        if stretch is None:
            continue
        uids = project.store.examples.uids()
        first, last = (int(rows[mine[i]]) for i in (stretch.first, stretch.end - 1))
        where = f"from {uids[first]} to {uids[last]} of {source}, rows {first:,} to {last:,}"
        if stretch.offset is not None:
            raise MethodError(
                f"{where}, the probabilities belong to other rows: they fit the labels"
                f" {abs(stretch.offset):,} labelled rows {'up' if stretch.offset > 0 else 'down'}",
                hint=hint,
            )
        warnings.append(
            f"your probabilities fit the labels no better than those of other rows would {where}:"
            " the labels are noise there, or these are the probabilities of other rows"
        )
    return tuple(warnings)


def _other_order(classes: Sequence[str], column_of: NDArray[np.int64]) -> str:
    """Say which order of columns was found; nothing where each class has its own.

    Parameters
    ----------
    classes
        The names by index.
    column_of
        The column of each class, (K,).
    """
    moved = [(k, column) for k, column in enumerate(column_of.tolist()) if k != column]
    if not moved:
        return ""
    by_name = sorted(classes)
    if all(by_name[column] == classes[k] for k, column in moved):
        return f"with the columns in alphabetical order: {_listed(by_name, _N_CLASSES_NAMED)}"
    pairs = [f"{classes[k]} in the column of {classes[column]}" for k, column in moved]
    return f"with {_listed(pairs, _N_CLASSES_NAMED)}"


def _listed(names: Sequence[str], limit: int) -> str:
    return ", ".join(names[:limit]) + (", …" if len(names) > limit else "")


def _check_values(
    project: Project, raw: NDArray[Any], rows: NDArray[np.int64], *, is_array: bool
) -> None:
    """Refuse values that are no probabilities, naming the first such row as the file does."""
    if raw.dtype.kind not in "biuf":
        return  # the check of every method says what is wrong
    sums = raw.sum(axis=1, dtype=np.float64)
    faults = (
        ("NaN or an infinite value", ~np.isfinite(raw).all(axis=1)),
        ("a negative value", (raw < -EXACT_SUM).any(axis=1)),
        ("numbers that do not sum to 1", np.abs(sums - 1) > TOLERATED_SUM),
    )
    for fault, is_so in faults:
        if is_so.any():
            row = int(rows[is_so].min())
            where = f" (row {row:,} of the array, from 0)" if is_array else ""
            raise MethodError(
                f"{fault} in {is_so.sum():,} of {counted(len(rows), 'row')}, first"
                f" {project.store.examples.uids()[row]}{where}",
                hint="Each row must hold one probability a class, summing to 1; not log-odds.",
            )


def _from_array(project: Project, path: Path) -> NDArray[Any]:
    n, n_classes = project.store.examples.count(), len(project.classes)
    hint = "Save it with numpy.save(path, probabilities)."
    with path.open("rb") as file:
        start = file.read(_HEADER)
    if start.startswith(_ZIP):
        raise DataError(
            "is an archive of arrays, as numpy.savez writes it, not one array",
            place=str(path),
            hint=hint,
        )
    if not start.startswith(_NPY):
        raise DataError(
            "cannot be read as a NumPy array: it does not begin as one", place=str(path), hint=hint
        )
    if _OBJECTS in start:
        raise DataError(
            "is an array of Python objects, not of numbers",
            place=str(path),
            hint="Save it with numpy.save(path, probabilities.astype(float)).",
        )
    try:
        probs = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise DataError(
            f"cannot be read as a NumPy array: {error}", place=str(path), hint=hint
        ) from error
    if probs.shape != (n, n_classes):
        raise DataError(
            f"the array has shape {probs.shape}, not ({n}, {n_classes})",
            place=str(path),
            hint="It needs a row for each example in the order of import and a column for each"
            " class in the order of workbench.toml. A table with a column uid may hold fewer rows.",
        )
    return np.asarray(probs)


def _from_table(
    project: Project, path: Path, rows: NDArray[np.int64], has_label: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.bool_], list[str]]:
    """Return the probabilities of the rows that a table holds, which these are, and its other uids.

    Which is of shape (n_rows,); the others are of no example of the project.
    """
    try:
        format_of(path)
    except UsageError as error:
        hint = f"An array: .npy. A table with a column uid: {', '.join(FORMATS)}."
        raise UsageError(error.message, place=error.place, hint=hint) from error
    names = project.store.examples.uids()
    known = set(names)
    uids: list[str] = []
    column: str | None = None
    class_of: dict[str, int] = {}
    values: dict[str, list[Any]] = {}
    for block in read_blocks(path):
        if column is None:
            column, class_of = _check_columns(project, path, list(block.columns))
            values = {name: [] for name in class_of}
        uids += [_as_uid(uid, known) for uid in block.columns[column]]
        for name, cells in values.items():
            cells += block.columns[name]
    try:
        numbers = {name: np.array(cells, np.float64) for name, cells in values.items()}
    except (TypeError, ValueError) as error:
        bad = (uid for uid, row in zip(uids, zip(*values.values(), strict=True), strict=True)
               if not all(_is_number(cell) for cell in row))  # fmt: skip
        raise DataError(
            f"a probability is missing or no number, first of {next(bad)}",
            place=str(path),
            hint=f"The columns {', '.join(values)} hold numbers from 0 to 1.",
        ) from error
    table = np.zeros((len(uids), len(project.classes)))
    for name, k in class_of.items():
        table[:, k] += numbers[name]
    held = set(uids)
    if uids and known.isdisjoint(held):
        raise DataError(
            f"no uid of the table is one of the project's: it has {_listed(uids, _N_NAMED)}; the"
            f" project has {_listed(names, _N_NAMED)}",
            place=str(path),
            hint=f"Column {column} must hold the uids that import gave or read, in the same"
            " spelling.",
        )
    is_needed = has_label & (roles(project)[rows] != Role.EVALUATION)
    is_there = np.array([names[row] in held for row in rows], np.bool_) | is_needed
    wanted = [names[row] for row in rows[is_there]]
    strangers = list(dict.fromkeys(uid for uid in uids if uid not in known))
    probs = np.asarray(align_rows(table, uids, wanted), dtype=np.float64)
    return probs, is_there, strangers


def _as_uid(cell: Any, known: Collection[str]) -> str:
    """Return a uid as the project spells it; whole numbers that a merge made floats, too."""
    uid = str(cell)
    if uid in known:
        return uid
    try:
        number = float(uid)
    except ValueError:
        return uid
    is_whole = number.is_integer() and abs(number) < _EXACT_FLOAT
    return whole if is_whole and (whole := str(int(number))) in known else uid


def _is_number(cell: Any) -> bool:
    try:
        float(cell)
    except (TypeError, ValueError):
        return False
    return True


def _check_columns(project: Project, path: Path, columns: list[str]) -> tuple[str, dict[str, int]]:
    """Return the column of the uids, and the classes, by index, that the others are of.

    A class may go by a former name; those that were merged into it are added to it. Case and spaces
    matter only where another column has the very name.
    """
    uids = find_id_column(project, columns)
    label_set = project.label_set
    exact = {label_set.number_of_name.get(name) for name in columns if name != uids}
    found: dict[int, str] = {}
    class_of: dict[str, int] = {}
    for name in columns:
        number = None if name == uids else label_set.number_of_name.get(name)
        if number is None and name != uids and (alike := label_set.alike(name)) not in exact:
            number = alike
        index = label_set.index_of(number)
        if number is None or index is None:
            continue
        if number in found:
            raise DataError(
                f"the columns {found[number]} and {name} are of one class, by its names",
                place=str(path),
                hint="Keep the one that holds its probabilities.",
            )
        found[number], class_of[name] = name, index
    missing = [name for k, name in enumerate(project.classes) if k not in class_of.values()]
    if missing:
        raise DataError(
            f"there is no column for class {quoted_list(missing)}",
            place=str(path),
            hint=f"The columns are: {', '.join(columns)}. One column a class is needed.",
        )
    if uids is not None:
        return uids, class_of
    raise DataError(
        "there is no column of uids",
        place=str(path),
        hint=f"Name it uid; the columns are: {', '.join(columns)}.",
    )
