"""What the active learner and its curve learn from: labels of people, of files, and weak ones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from workbench.services.beliefs import model_beliefs
from workbench.services.labels import resolve_labels, roles
from workbench.services.project import Project
from workbench.services.quick_fit import LearntRows
from workbench.types import NO_LABEL, Origin, Role

SOFT_WEIGHT = 0.25
"""What a weak label of a row weighs beside a person's."""

MAX_LEARNT = 1_000
"""So many rows are learnt from where people have labelled fewer."""

PEOPLE: Final = 2
GIVEN: Final = 1
WEAK: Final = 0
"""Who says the label of a row, the most trusted first."""


@dataclass(frozen=True, slots=True)
class Lessons:
    """The labels of training rows that a model may learn from; arrays of shape (n,).

    ``labels`` are class indices, -1 where there is nothing to learn, and ``said_by`` who says so:
    `PEOPLE`, `GIVEN` (a file) or `WEAK` (a model, or the default class). Where ``is_soft`` the
    label model does, which believes ``soft`` (n, K).
    """

    labels: NDArray[np.int64]
    said_by: NDArray[np.int64]
    is_soft: NDArray[np.bool_]
    soft: NDArray[np.float64] | None
    n_classes: int

    def said(self, by: int) -> NDArray[np.int64]:
        """Return the rows whose label somebody says, in order."""
        return np.flatnonzero((self.labels != NO_LABEL) & (self.said_by == by))

    def without(self, rows: NDArray[np.int64]) -> Lessons:
        """Return the lessons of all other rows."""
        labels = self.labels.copy()
        labels[rows] = NO_LABEL
        return replace(self, labels=labels)

    def as_in(self, other: Lessons, rows: NDArray[np.int64]) -> Lessons:
        """Return these lessons, but of some rows those of `other`."""
        labels, said_by, is_soft = self.labels.copy(), self.said_by.copy(), self.is_soft.copy()
        labels[rows], said_by[rows] = other.labels[rows], other.said_by[rows]
        is_soft[rows] = other.is_soft[rows]
        return replace(self, labels=labels, said_by=said_by, is_soft=is_soft)


def lessons(project: Project, *, with_people: bool = True) -> Lessons:
    """Return what there is to learn from now.

    Parameters
    ----------
    project
        The project.
    with_people
        Whether what people said counts; without it, each row has the label of its file or a weak
        one.
    """
    found = resolve_labels(project, with_mix=False, with_people=with_people)
    is_train = roles(project) == Role.TRAIN
    said_by = np.full(len(found.labels), PEOPLE)
    said_by[found.origin_is(Origin.GIVEN)] = GIVEN
    said_by[found.is_weak] = WEAK
    beliefs = model_beliefs(project, "aggregate")
    return Lessons(
        labels=np.where(is_train, found.labels, NO_LABEL),
        said_by=said_by,
        is_soft=found.origin_is(Origin.MODEL),
        soft=None if beliefs is None else beliefs.probs,
        n_classes=len(project.classes),
    )


def learnt_rows(project: Project, *, seed: int) -> LearntRows:
    """Return the rows that a quick fit learns from now: `learnt_from` of `lessons`.

    Parameters
    ----------
    project
        The project.
    seed
        Of the sample of the rows that people did not label.
    """
    return learnt_from(lessons(project), seed=seed)


def learnt_from(known: Lessons, *, seed: int) -> LearntRows:
    """Return the rows that a quick fit learns from: all of people's, then others up to 1,000.

    A class that the sample of the others misses has one row more. Two samples of the same seed
    differ by no more than they must, so that models of successive batches differ by what people
    said between.

    Parameters
    ----------
    known
        What there is to learn from.
    seed
        Of the sample of the others.
    """
    place = np.random.default_rng(seed).permutation(len(known.labels))
    by_people, given, weak = known.said(PEOPLE), known.said(GIVEN), known.said(WEAK)
    hard = _filled_up(by_people, given, known.labels, place)
    rows = _filled_up(hard, weak, known.labels, place)
    targets = np.zeros((len(rows), known.n_classes))
    targets[np.arange(len(rows)), known.labels[rows]] = 1
    if known.soft is not None:
        is_soft = known.is_soft[rows]
        targets[is_soft] = known.soft[rows[is_soft]]
    weights = np.where(np.arange(len(rows)) < len(hard), 1, SOFT_WEIGHT)
    return LearntRows(rows, targets, weights, len(hard), len(by_people) + len(given))


def _filled_up(
    rows: NDArray[np.int64],
    others: NDArray[np.int64],
    labels: NDArray[np.int64],
    place: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return rows, others up to 1,000 in all, and one more of each class that is missed.

    The others are taken in the order of `place`, which is random.
    """
    in_turn = others[np.argsort(place[others])]
    filled = np.concatenate([rows, np.sort(in_turn[: max(MAX_LEARNT - len(rows), 0)])])
    missed = np.setdiff1d(labels[others], labels[filled])
    one_of_each = [in_turn[labels[in_turn] == k][:1] for k in missed]
    return np.concatenate([filled, *one_of_each])
