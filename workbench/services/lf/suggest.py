"""Suggesting labeling functions: words and phrases, from labels and from what has no vote."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from workbench.errors import FunctionError, UsageError
from workbench.formats.writers import replacing
from workbench.methods.suggest import TermCandidate, suggest_terms
from workbench.services.arguments import seed_of
from workbench.services.beliefs import model_beliefs
from workbench.services.judges import SUGGESTED
from workbench.services.labels import (
    given_labels,
    human_labels,
    rows_of_role,
    stored_votes,
    texts_present,
    trusted_labels,
)
from workbench.services.lf.functions import load
from workbench.services.project import Project
from workbench.types import NO_LABEL, Role

SCRIPT = "suggested.py"
"""Where accepted suggestions go."""

ANNOTATIONS: Final = "annotations"
"""The basis of suggestions that labels chose, of people or of a file."""

_MAX_ROWS = 20_000
_LEAST_LABELS = 20
_SURE = 0.9
_LEAST_WITH_TERM = 2


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A keyword function that might be written; shares are of the rows that were looked at.

    ``new_coverage`` counts rows that no function votes on yet. ``precision`` is estimated from the
    ``n_labelled`` labelled rows with the term, and from how all terms fare.
    """

    number: int
    term: str
    label: str
    precision: float
    precision_low: float
    precision_high: float
    n_labelled: int
    coverage: float
    new_coverage: float
    line: str


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Candidates, the best first, and the labels that they rest on.

    ``basis`` is ``annotations`` (what people said, and labels that came with rows) or ``label
    model``, where those are fewer than 20: then the precision is only agreement with the model.
    They are the best of ``n_terms`` words and phrases that were looked at, which their precision
    allows for. Only training rows count: evaluation rows, ``n_evaluation`` of which have a label,
    judge the functions that are made of these. ``accepted`` are those that were written already and
    wait for ``apply``; the others keep their numbers.
    """

    basis: str
    n_labelled: int
    n_rows: int
    candidates: tuple[Suggestion, ...]
    n_evaluation: int = 0
    n_terms: int = 0
    accepted: tuple[Suggestion, ...] = ()


@dataclass(frozen=True, slots=True)
class Accepted:
    """The lines that were written, and where; ``basis`` as of `Suggestions`."""

    path: str
    names: tuple[str, ...]
    lines: tuple[str, ...]
    basis: str = ANNOTATIONS


def suggest_functions(project: Project, *, limit: int = 10, seed: int | None = None) -> Suggestions:
    """Suggest keyword functions.

    Parameters
    ----------
    project
        The project.
    limit
        How many to suggest at most.
    seed
        For the rows that are looked at where there are over 20,000; the project's by default.

    Returns
    -------
    Suggestions
        The same for the same project and seed; empty where no two classes have labels.

    Raises
    ------
    UsageError
        If the limit is below 1.
    """
    if limit < 1:
        raise UsageError("ask for at least one suggestion")
    labels, basis = _labels(project)
    versions = [version.lf_version_id for version in project.store.votes.in_force()]
    votes = stored_votes(project, versions)
    rng = np.random.default_rng(seed_of(project, seed))
    rows = _sample(labels, rng)
    rows = rows[texts_present(project)[rows]]
    texts = project.store.examples.texts()
    n_labelled = int(np.sum(labels[rows] != NO_LABEL))
    in_force = {version.name for version in project.store.votes.in_force()}
    written = _written(project.functions_folder / SCRIPT)
    waiting = {name for name, _ in written} - in_force
    found = suggest_terms(
        [texts[row] for row in rows],
        labels[rows],
        votes[rows],
        len(project.classes),
        n_candidates=limit + len(waiting),
        min_labelled=max(_LEAST_WITH_TERM, n_labelled // 1_000),
    )
    taken = set(in_force)
    candidates: list[Suggestion] = []
    accepted: list[Suggestion] = []
    for number, candidate in enumerate(found.candidates, start=1):
        label = project.classes[candidate.class_index]
        name = _free_name(candidate.term, taken)
        taken.add(name)
        tags = f", tags=[{SUGGESTED!r}]" if basis == ANNOTATIONS else ""
        line = f"keywords({name!r}, [{candidate.term!r}], {label!r}{tags})"
        is_written = name in waiting and (name, candidate.term) in written
        if not is_written and len(candidates) == limit:
            continue
        one = _suggestion(candidate, number, label, len(rows), line)
        (accepted if is_written else candidates).append(one)
    return Suggestions(
        basis,
        int(np.sum(labels != NO_LABEL)),
        len(rows),
        tuple(candidates),
        int(np.sum(trusted_labels(project) != NO_LABEL)),
        found.n_terms,
        tuple(accepted),
    )


def accept_suggestions(project: Project, suggestions: Suggestions, numbers: list[int]) -> Accepted:
    """Write suggestions to ``labeling_functions/suggested.py``, each as one line.

    Where labels chose it the tag of each says so: then they do not judge it
    (`workbench.services.judges.references`), wherever the line is moved.

    Parameters
    ----------
    project
        The project.
    suggestions
        What `suggest_functions` returned.
    numbers
        Which of them, from 1.

    Raises
    ------
    UsageError
        If there is no such number.
    FunctionError
        If a function of the name exists already, or the file cannot be written.
    """
    by_number = {one.number: one for one in (*suggestions.candidates, *suggestions.accepted)}
    for number in numbers:
        if number not in by_number:
            known = f"They go from 1 to {max(by_number)}." if by_number else "There is none now."
            raise UsageError(f"there is no suggestion {number}", hint=f"{known} See: lf suggest")
    chosen = [by_number[number] for number in dict.fromkeys(numbers)]
    names = [_name_in(candidate.line) for candidate in chosen]
    existing = {info.name for info in load(project).infos}
    for name in names:
        if name in existing:
            raise FunctionError(
                f"there is a labeling function {name!r} already", hint="apply, then suggest again"
            )
    path = project.functions_folder / SCRIPT
    lines = tuple(candidate.line for candidate in chosen)
    _append(path, lines)
    return Accepted(str(path), tuple(names), lines, suggestions.basis)


def _labels(project: Project) -> tuple[NDArray[np.int64], str]:
    """Return the labels of training rows to learn from, and whose they are."""
    is_train = rows_of_role(project, Role.TRAIN)
    decided = human_labels(project).decided
    known = np.where(decided == NO_LABEL, given_labels(project), np.maximum(decided, NO_LABEL))
    labels = np.where(is_train, known, NO_LABEL)
    if np.count_nonzero(labels != NO_LABEL) >= _LEAST_LABELS:
        return labels, ANNOTATIONS
    beliefs = model_beliefs(project, "aggregate")
    if beliefs is None:
        return labels, ANNOTATIONS
    is_sure = is_train & beliefs.informed & (beliefs.probs.max(axis=1) >= _SURE)
    believed = np.where(is_sure, beliefs.probs.argmax(axis=1), NO_LABEL)
    return np.where(labels != NO_LABEL, labels, believed), "label model"


def _sample(labels: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Return the rows to look at: all, or a random part with the labelled ones first."""
    if len(labels) <= _MAX_ROWS:
        return np.arange(len(labels))
    shuffled = rng.permutation(len(labels))
    labelled_first = np.argsort(labels[shuffled] == NO_LABEL, kind="stable")
    half = shuffled[labelled_first][: _MAX_ROWS // 2]
    rest = np.setdiff1d(shuffled, half)
    return np.sort(np.concatenate([half, rng.permutation(rest)[: _MAX_ROWS // 2]]))


def _suggestion(
    candidate: TermCandidate, number: int, label: str, n_rows: int, line: str
) -> Suggestion:
    return Suggestion(
        number=number,
        term=candidate.term,
        label=label,
        precision=candidate.precision,
        precision_low=candidate.precision_low,
        precision_high=candidate.precision_high,
        n_labelled=candidate.n_labelled,
        coverage=candidate.n_rows / n_rows,
        new_coverage=candidate.n_uncovered / n_rows,
        line=line,
    )


def _free_name(term: str, taken: set[str]) -> str:
    """Return a name made of a term that no function has."""
    base = re.sub(r"\W+", "_", term).strip("_") or "term"
    name, number = base, 2
    while name in taken:
        name, number = f"{base}_{number}", number + 1
    return name


def _name_in(line: str) -> str:
    """Return the name in a line that `_suggestion` made."""
    found = re.match(r"keywords\('([^']*)'", line)
    return found[1] if found else ""


def _append(path: Path, lines: Sequence[str]) -> None:
    """Add lines to the script, after the import that they need where it has none."""
    try:
        path.parent.mkdir(exist_ok=True)
        start = (
            path.read_text(encoding="utf-8")
            if path.exists()
            else '"""Labeling functions that were suggested and accepted."""\n'
        )
        if not _imports_keywords(start):
            lines = ["", "from workbench import keywords", "", *lines]
        text = "\n".join([start.rstrip(), *lines, ""]).lstrip("\n")
        with replacing(path) as part:
            part.write_text(text, encoding="utf-8")
    except OSError as error:
        raise FunctionError(f"cannot be written: {error.strerror}", place=str(path)) from error
    except (SyntaxError, ValueError) as error:
        raise FunctionError(
            "is not Python, so nothing was added", place=str(path), hint="Mend it: workbench apply"
        ) from error


def _written(path: Path) -> set[tuple[str, str]]:
    """Return name and term of the suggestions that stand in the script; none of a broken one."""
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except (OSError, SyntaxError, ValueError):
        return set()
    found = set()
    for node in tree.body:
        if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)):
            continue
        match node.value.args:
            case [
                ast.Constant(value=str(name)),
                ast.List(elts=[ast.Constant(value=str(term))]),
                *_,
            ]:
                found.add((name, term))
    return found


def _imports_keywords(source: str) -> bool:
    """Tell whether a script imports the template, under its own name."""
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module in {"workbench", "workbench.functions"}
        and any((name.asname or name.name) in {"keywords", "*"} for name in node.names)
        for node in ast.parse(source).body
    )
