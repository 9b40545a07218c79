"""Columns that an export adds where asked: what rows came with, and whose word labels are."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from workbench.errors import UsageError
from workbench.services.grouping import IMPORTED
from workbench.services.importing.decision_rows import ANNOTATORS, APART, DISSENTERS
from workbench.services.moments import Moment
from workbench.services.project import Project
from workbench.services.standing import by_example, settling, standing_answers
from workbench.store.examples import Example

ALL: Final = "all"
"""Stands for every column that the rows came with."""

PEOPLE_COLUMNS: Final = {ANNOTATORS: "string", DISSENTERS: "string"}
"""Whose word each label is, and who says something else of the row."""

OF_IMPORT: Final = ("vendor", "batch", "source", "role")
"""What is known of every row, whatever its file held."""

_LARGEST: Final = 2**63


@dataclass(frozen=True, slots=True)
class ImportedColumn:
    """A column that rows came with; ``is_own`` ones are of `OF_IMPORT`, others metadata.

    ``title`` is what the file calls it, ``kind`` the type of all its cells.
    """

    name: str
    is_own: bool
    title: str
    kind: str = "string"

    def value(self, example: Example) -> Any:
        """Return what an example has in this column; None where it has nothing."""
        if not self.is_own:
            return example.metadata.get(self.name)
        return example.source_path if self.name == "source" else getattr(example, self.name)

    def cell(self, example: Example) -> Any:
        """Return what the file says, of the column's type."""
        value = self.value(example)
        if self.kind == "float" and value is not None:
            return float(value)
        if self.kind != "string" or value is None or isinstance(value, str):
            return value
        return json.dumps(value, ensure_ascii=False)


def imported_columns(
    project: Project, asked: Sequence[str], chosen: NDArray[np.bool_], taken: Collection[str]
) -> tuple[ImportedColumn, ...]:
    """Return the columns that rows came with and that are asked for, in this order, each once.

    Parameters
    ----------
    project
        The project.
    asked
        Names: of `OF_IMPORT`, of metadata columns, ``meta.NAME`` for one of these that is called as
        something else is, or `ALL`; several in one word with commas between them.
    chosen
        The rows that go out, (n,): types, and what `ALL` means, go by these alone, so that later
        imports change no file of a snapshot.
    taken
        Names that the file has already; a metadata column that is called so is ``meta.NAME`` there.

    Raises
    ------
    UsageError
        If there is no such column.
    """
    if not asked:
        return ()
    known = project.store.examples.metadata_columns()
    wanted: dict[tuple[str, bool] | None, None] = {}
    for word in asked:
        for name in _names_in(word, known):
            reading = _reading(name, known)
            if reading is None and name != ALL:
                raise UsageError(
                    f"there is no column {name!r}",
                    hint=f"Columns: {_listed((*OF_IMPORT, *known))}; or {ALL}.",
                )
            wanted[reading] = None
    kinds: dict[str, set[str]] = {}
    if not all(reading is not None and reading[1] for reading in wanted):
        kinds = _kinds(project, chosen)
    everything = [*((name, True) for name in OF_IMPORT), *((name, False) for name in sorted(kinds))]
    found: dict[tuple[str, bool], None] = {}
    for reading in wanted:
        found |= dict.fromkeys(everything if reading is None else [reading])
    titles = set(taken)
    columns = []
    for name, is_own in found:
        title = name if is_own or name not in OF_IMPORT else f"{IMPORTED}{name}"
        while title in titles:
            title = f"{IMPORTED}{title}"
        titles.add(title)
        kind = "string" if is_own else _common(kinds.get(name, set()))
        columns.append(ImportedColumn(name, is_own, title, kind))
    return tuple(columns)


def _names_in(word: str, known: Collection[str]) -> Iterator[str]:
    """Yield the names in a word, which commas part; some of these may be within a known name."""
    pieces = word.split(",")
    longest = 1 + max((name.count(",") for name in known), default=0)
    while pieces:
        heads = (",".join(pieces[:n]) for n in range(min(longest, len(pieces)), 0, -1))
        named = (name for head in heads for name in (head, head.strip()) if _reading(name, known))
        found = next(named, pieces[0].strip())
        yield found
        del pieces[: found.count(",") + 1]


def _listed(names: Iterable[str]) -> str:
    """List names; those that a list would not show as one are in quotes."""
    return ", ".join(repr(n) if "," in n or n != n.strip() else n for n in names)


def _reading(name: str, known: Collection[str]) -> tuple[str, bool] | None:
    """Return which column a name means, and whether it is one of `OF_IMPORT`."""
    if name in OF_IMPORT:
        return name, True
    meant = next((n for n in (name, name.removeprefix(IMPORTED)) if n in known), None)
    return None if meant is None else (meant, False)


def _examples(project: Project, chosen: NDArray[np.bool_]) -> Iterator[Example]:
    """Yield the examples that go out."""
    for example, is_chosen in zip(project.store.examples.iterate(), chosen.tolist(), strict=False):
        if is_chosen:
            yield example


def _kinds(project: Project, chosen: NDArray[np.bool_]) -> dict[str, set[str]]:
    """Return the kinds of the values in each metadata column of the examples that go out."""
    kinds: dict[str, set[str]] = {}
    for example in _examples(project, chosen):
        for name, value in example.metadata.items():
            kind = kinds.setdefault(name, set())
            if value is not None:
                kind.add(_kind_of(value))
    return kinds


def _common(kinds: set[str]) -> str:
    """Return the type that all cells of a column have: numbers of one kind, else texts."""
    if not kinds or not kinds <= {"int", "float"}:
        return "string"
    return "int" if kinds == {"int"} else "float"


def _kind_of(value: Any) -> str:
    if isinstance(value, float):
        return "float"
    # True is an int to Python.
    is_int = isinstance(value, int) and not isinstance(value, bool)
    return "int" if is_int and -_LARGEST <= value < _LARGEST else "string"


def imported_cells(
    project: Project, columns: Sequence[ImportedColumn], chosen: NDArray[np.bool_]
) -> Iterator[tuple[Any, ...]]:
    """Yield what the rows that go out have in some columns, in their order."""
    for example in _examples(project, chosen):
        yield tuple(column.cell(example) for column in columns)


def whose_words(
    project: Project, written: NDArray[np.int64], moment: Moment | None = None
) -> dict[int, tuple[str, str]]:
    """Return the cells of `PEOPLE_COLUMNS` by example, of those that people spoke of.

    Somebody's word is the class they gave last: as an answer, in a review, or settling the row.

    Parameters
    ----------
    project
        The project.
    written
        The class numbers of the rows that go out, (n,); -1 for the others.
    moment
        As things stood then; now by default.
    """
    label_set, until = project.label_set, None
    if moment is not None:
        label_set, until = project.store.classes.state_at(moment.event_id), moment.event_id
    found = {}
    for example_id, events in by_example(project.store.decisions.active(until=until)).items():
        if example_id > len(written) or written[example_id - 1] < 0:
            continue
        words = standing_answers(events)
        last = settling(events)
        if last is not None:
            words[last.annotator] = last
        label = label_set.index_of(int(written[example_id - 1]))
        same: dict[bool, list[str]] = {True: [], False: []}
        for who, event in sorted(words.items()):
            same[label_set.index_or_gone(event.class_id) == label].append(who)
        found[example_id] = (APART.join(same[True]), APART.join(same[False]))
    return found
