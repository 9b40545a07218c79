"""The ``external`` template: votes from a file that another tool, or a language model, wrote."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from workbench.delimiters import SAMPLE, delimiter_in
from workbench.errors import FunctionError
from workbench.functions.block import Block, as_text
from workbench.functions.decorator import listed, shown
from workbench.functions.needs import Need
from workbench.functions.templates.base import (
    Found,
    Template,
    Vote,
    checked_label,
    make_template,
)
from workbench.functions.templates.terms import digest, read_text
from workbench.functions.vote_reader import VoteError, VoteReader, without_fraction

PROJECTS_ID_COLUMN: ContextVar[str] = ContextVar("PROJECTS_ID_COLUMN", default="id")
"""What the files of the project whose scripts are loaded call the uid."""

_LISTED, _SHOWN = 5, 40
_ABSTENTIONS = frozenset({"", "-1", "abstain"})


@dataclass(frozen=True)
class LookupRule:
    """Votes as a table says, by uid; it abstains on examples that the table lacks.

    ``said`` is where each of ``labels`` stands first, if they are the answers of the file.
    """

    labels: tuple[Vote, ...]
    said: tuple[str, ...]
    votes: Mapping[str, int]
    votes_file: tuple[str, str]
    note: str | None = None
    columns: tuple[str, ...] = ("uid",)
    need: Need | None = None

    def expect(self, block: Block) -> None:
        """Expect nothing of the search."""

    def find(self, block: Block) -> Found:
        """Return the rows that the table has a vote for."""
        votes, uids = self.votes, block.texts("uid")
        rows = [row for row, uid in enumerate(uids) if uid in votes]
        return Found(rows, [votes[uids[row]] for row in rows])

    def check(self, name: str, reader: VoteReader) -> None:
        """Refuse a file whose answers, by themselves, are no classes.

        Raises
        ------
        FunctionError
            Where the first stands, which others there are, and what to do.
        """
        faults: dict[Vote, str] = {}
        for label, said in zip(self.labels, self.said, strict=False):
            try:
                reader.read(label)
            except VoteError as error:
                faults[label] = str(error).replace("returned ", f"{said} says ", 1)
        if not faults:
            return
        first, *others = faults
        more = f"; no classes either: {listed(map(shown, others))}" if others else ""
        known = next((label for label in self.labels if label not in faults), None)
        example = f"{shown(first)}: …" if known is None else f"{shown(known)}: {shown(known)}, …"
        raise FunctionError(
            f"{name!r} cannot vote: {faults[first]}{more}",
            hint=f"say what answers mean, what is left out abstains: answers={{{example}}}",
        )


def external(
    name: str,
    file: str,
    *,
    column: str = "label",
    id_column: str | None = None,
    answers: Mapping[str, Vote] | None = None,
    tags: Iterable[str] = (),
) -> Template:
    """Vote as a file says, example by example.

    Parameters
    ----------
    name
        Name of the labeling function.
    file
        CSV (``.csv``, ``.tsv``) with a heading, or JSON lines (``.jsonl``), in UTF-8; the path
        starts at the project's folder.
    column
        The column with the votes: class names or indices. Digits are the name of a class where
        there is one, and else an index; the integers of JSON are indices. Empty, ``-1`` and
        ``abstain`` abstain. ``1.0`` is read as ``1`` where it names nothing itself.
    id_column
        The column with the examples' uids; by default the project's id column, ``uid`` or ``id``,
        the first that is there. Where the project's is ``id``, ``uid`` goes first.
    answers
        What the answers of the file mean, for a tool or language model that has words of its own:
        ``{"yes": "spam", "no": "ham"}``. Answers that are not in it abstain.
    tags
        Words to group labeling functions by.

    Returns
    -------
    Template
        The labeling function; a changed file makes a new version.

    Raises
    ------
    FunctionError
        If the file cannot be read, lacks a column, or gives a uid two different votes.
    """
    meaning = None
    if answers is not None:
        if not isinstance(answers, Mapping):
            raise FunctionError(
                f"answers is {shown(answers)}", hint='write {"yes": "spam", "no": "ham"}'
            )
        meaning = {as_text(answer): checked_label(label) for answer, label in answers.items()}
    positions: dict[Vote, int] = {}
    said: list[str] = []
    votes: dict[str, int] = {}
    others: Counter[str] = Counter()
    for number, row in _rows(file):
        if id_column is None:
            id_column = _id_column_of(row, file, number)
        for option, needed in (("id_column", id_column), ("column", column)):
            if needed not in row:
                raise FunctionError(
                    f"{file} has no column {needed!r}",
                    place=f"{file}:{number}",
                    hint=f"its columns: {listed(map(str, row))}; name the right one: {option}=…",
                )
        label = _label(row[column], meaning)
        if label is None:
            others[as_text(row[column]).strip()] += 1
            continue
        uid = _uid(row[id_column])
        if label not in positions and meaning is None:
            said.append(f"{file}:{number}, uid {shown(uid)},")
        position = positions.setdefault(label, len(positions))
        if votes.setdefault(uid, position) != position:
            raise FunctionError(
                f"{file} votes twice, and differently, on the uid {uid!r}",
                place=f"{file}:{number}",
                hint="leave one of the two lines; two answers are two files and two functions",
            )
    if id_column is None or not votes:
        raise FunctionError(f"{file} holds no vote", hint="check the column and the answers")
    given = (
        {"answers": {one: checked_label(label) for one, label in answers.items()}}
        if answers is not None
        else {}
    )
    return make_template(
        name,
        LookupRule(tuple(positions), tuple(said), votes, (file, id_column), _note(others)),
        kind="votes file",  # "external" are votes that were imported
        maker="external",
        parameters={"file": file, "column": column, "id_column": id_column, **given},
        content=digest(*(f"{uid}\0{tuple(positions)[p]!r}" for uid, p in sorted(votes.items()))),
        tags=tags,
    )


def _id_column_of(row: Mapping[str, Any], file: str, number: int) -> str:
    """Return the column of the uids where none was named: the first known name that a row has."""
    projects = PROJECTS_ID_COLUMN.get()
    # "id" may be a default that nobody chose, beside the uids that an export wrote.
    own = () if projects == "id" else (projects,)
    known = list(dict.fromkeys((*own, "uid", "id")))
    found: str | None = next((name for name in known if name in row), None)
    if found is None:
        raise FunctionError(
            f"{file} has no column of ids: none is called {' or '.join(map(repr, known))}",
            place=f"{file}:{number}",
            hint=f"its columns: {listed(map(str, row))}; name the right one: id_column=…",
        )
    return found


def uids_in(file: str, id_column: str) -> Iterator[str]:
    """Yield the uid that each line of a votes file names.

    Raises
    ------
    FunctionError
        If the file cannot be read.
    """
    for _, row in _rows(file):
        yield _uid(row.get(id_column))


def _uid(cell: Any) -> str:
    """Return a uid as an import reads it: a whole number, also where it is written as a float."""
    return without_fraction(as_text(cell)) if isinstance(cell, float) else as_text(cell)


def _note(others: Counter[str]) -> str | None:
    """Say which answers mean nothing, the most frequent first; None where there are none."""
    unknown = [
        one for one in others.most_common() if without_fraction(one[0]).lower() not in _ABSTENTIONS
    ]
    if not unknown:
        return None
    shown_ones = ", ".join(f"{answer[:_SHOWN]!r} ({n:,})" for answer, n in unknown[:_LISTED])
    more = ", …" if len(unknown) > _LISTED else ""
    return f"answers that are not in `answers` abstain: {shown_ones}{more}"


def _label(answer: Any, meaning: Mapping[str, Vote] | None) -> Vote | None:
    """Return what an answer votes for; None where it abstains."""
    text = as_text(answer).strip()
    whole = without_fraction(text)
    if meaning is not None:
        return meaning.get(text, meaning.get(whole))
    if whole.lower() in _ABSTENTIONS:
        return None
    # Digits in a text may be the name of a class; whoever reads the vote knows.
    return answer if type(answer) is int else text


def _rows(file: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield line number and row of a CSV or JSON-lines file."""
    text = read_text(file, "answers.jsonl")
    suffix = PurePath(file).suffix.lower()
    if suffix in (".csv", ".tsv"):
        usual = "\t" if suffix == ".tsv" else ","
        taken = delimiter_in(text[:SAMPLE], usual, is_whole=len(text) <= SAMPLE)
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=taken)
        try:
            if reader.fieldnames == ["sep=", ""]:  # how a spreadsheet names the delimiter
                reader.fieldnames = next(reader.reader, [])
            names = Counter(reader.fieldnames or ())
            if repeated := [name for name, n in names.items() if name and n > 1]:
                raise FunctionError(
                    f"the header of {file} names {repeated[0]!r} twice",
                    place=f"{file}:1",
                    hint="Rename one of the two columns.",
                )
            for row in reader:
                yield reader.line_num, row
        except csv.Error as error:
            place = f"{file}:{reader.line_num}"
            raise FunctionError(f"{file} is no CSV: {error}", place=place) from None
    elif suffix == ".jsonl":
        # Not `splitlines`: JSON may hold U+2028 and its like within a text.
        for number, line in enumerate(text.split("\n"), start=1):
            if line.strip():
                yield number, _json_row(file, number, line)
    else:
        raise FunctionError(f"{file} is neither CSV nor JSON lines", hint=".csv, .tsv or .jsonl")


def _json_row(file: str, number: int, line: str) -> Mapping[str, Any]:
    """Read one line of JSON."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:  # numbers may be too long, lists too deep
        raise FunctionError(f"no JSON: {error}", place=f"{file}:{number}") from None
    if not isinstance(row, dict):
        raise FunctionError("the line is no JSON object", place=f"{file}:{number}")
    return row
