"""The rows behind the figures of a labeling function, as queues to look through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from workbench.errors import FunctionError, UsageError
from workbench.methods.votes import Votes
from workbench.services.judges import references
from workbench.services.labels import stored_votes
from workbench.services.project import Project
from workbench.services.vote_changes import versions_in_force
from workbench.types import ABSTAIN, NO_LABEL

Which = Literal["right", "wrong", "missed", "conflicting", "uncovered"]
"""Which rows.

``right``, ``wrong``
    It votes as people, or an evaluation row, say; or differently. A function that votes as a person
    answers is held against what everybody else says, and one that ``lf suggest`` wrote against the
    labels that did not choose it. Rows that were picked for a doubt are here too, though they do
    not count in its accuracy: there is the most to mend.
``missed``
    It abstains where they say a class that it votes for elsewhere.
``conflicting``
    It votes and another function votes differently.
``uncovered``
    No function votes.
"""


@dataclass(frozen=True, slots=True)
class QueuedRow:
    """A row of a queue: the function's vote, the others' votes by class, what people say."""

    uid: str
    text: str
    vote: str | None
    others: dict[str, int]
    label: str | None


@dataclass(frozen=True, slots=True)
class RowQueue:
    """The first rows of a queue of ``n_rows``, in the order of import."""

    name: str
    which: str
    n_rows: int
    rows: tuple[QueuedRow, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    """The rows of a queue, and all votes (n, m), of which the function's are one column."""

    rows: NDArray[np.int64]
    votes: Votes
    column: int
    labels: NDArray[np.int64]


def function_rows(project: Project, name: str, which: Which, *, limit: int = 20) -> RowQueue:
    """Return the rows on which a labeling function is right, wrong, and so on.

    Parameters
    ----------
    project
        The project.
    name
        A function that has been applied.
    which
        Which rows.
    limit
        How many rows to return; all are counted.

    Returns
    -------
    RowQueue
        The rows, by the votes that are stored.

    Raises
    ------
    FunctionError
        If no such function has been applied.
    UsageError
        If there is no such queue.
    """
    if limit < 0:
        raise UsageError("the number of rows is negative")
    found = _find(project, name, which)
    return RowQueue(
        name=name,
        which=which,
        n_rows=len(found.rows),
        rows=tuple(_row(project, found, int(row)) for row in found.rows[:limit]),
    )


def function_row_ids(project: Project, name: str, which: Which) -> list[int]:
    """Return the numbers of all examples of a queue; arguments and errors as `function_rows`."""
    ids: list[int] = (_find(project, name, which).rows + 1).tolist()
    return ids


def _find(project: Project, name: str, which: Which) -> _Found:
    """Find the rows of a queue by the votes that are stored."""
    if which not in get_args(Which):
        raise UsageError(f"no queue {which!r}", hint=f"Queues: {', '.join(get_args(Which))}.")
    in_force = versions_in_force(project)
    if name not in in_force:
        raise FunctionError(
            f"no labeling function {name!r} has been applied",
            hint=f"Applied: {', '.join(sorted(in_force)[:10]) or 'none yet: workbench apply'}.",
        )
    names = sorted(in_force)
    votes = stored_votes(project, [in_force[other] for other in names])
    version = project.store.votes.get(in_force[name])
    labels = references(project, [version], with_picked=True).of(version.lf_version_id)
    column = names.index(name)
    rows = np.flatnonzero(_mask(votes, column, labels, which))
    return _Found(rows, votes, column, labels)


def _mask(votes: Votes, column: int, labels: NDArray[np.int64], which: Which) -> NDArray[np.bool_]:
    """Return which rows (n,) a queue holds."""
    own = votes[:, column]
    voted, labelled = own != ABSTAIN, labels != NO_LABEL
    mask: NDArray[np.bool_]
    match which:
        case "right":
            mask = voted & (own == labels)
        case "wrong":
            mask = voted & labelled & (own != labels)
        case "missed":
            mask = labelled & ~voted & np.isin(labels, np.unique(own[voted]))
        case "conflicting":
            differs = (votes != ABSTAIN) & (votes != own[:, None])
            mask = voted & differs.any(axis=1)
        case "uncovered":
            mask = (votes == ABSTAIN).all(axis=1)
    return mask


def _row(project: Project, found: _Found, row: int) -> QueuedRow:
    """Describe one row."""
    votes, column, labels = found.votes, found.column, found.labels
    example = project.store.examples.get(row + 1)
    assert example is not None  # the votes are on stored examples
    others = np.delete(votes[row], column)
    classes, counts = np.unique(others[others != ABSTAIN], return_counts=True)
    return QueuedRow(
        uid=example.uid,
        text=example.text,
        vote=project.classes[votes[row, column]] if votes[row, column] != ABSTAIN else None,
        others={project.classes[k]: int(c) for k, c in zip(classes, counts, strict=True)},
        label=project.classes[labels[row]] if labels[row] != NO_LABEL else None,
    )
