"""What the active learner and its curve learn from: labels of people, of files, and weak ones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from workbench.services.beliefs import model_beliefs
from workbench.services.labels import resolve_labels, rows_of_role
from workbench.services.project import Project
from workbench.services.quick_fit import LearntRows
from workbench.services.untaught import taught_by_annotations, untaught_beliefs
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

    Where annotations taught labeling functions, or are the votes of one, weak labels are those of
    the other functions: a model that learnt the rest would know again, of rows that it is judged
    by, what their annotation taught the rows like them.

    Parameters
    ----------
    project
        The project.
    with_people
        Whether what people said counts; without it, each row has the label of its file or a weak
        one.
    """
    found = resolve_labels(project, with_mix=False, with_people=with_people)
    is_train = rows_of_role(project, Role.TRAIN)
    said_by = np.full(len(found.labels), PEOPLE)
    said_by[found.origin_is(Origin.GIVEN)] = GIVEN
    said_by[found.is_weak] = WEAK
    labels, is_soft = found.labels, found.origin_is(Origin.MODEL)
    beliefs = model_beliefs(project, "aggregate")
    soft = None if beliefs is None else beliefs.probs
    taught = taught_by_annotations(project, beliefs, with_answers=True)
    if beliefs is not None and taught:
        others = untaught_beliefs(project, beliefs, taught)
        soft = others.probs
        is_sure = others.is_known & (soft.max(axis=1) >= project.config.min_confidence)
        labels = np.where(is_soft, np.where(is_sure, soft.argmax(axis=1), NO_LABEL), labels)
    return Lessons(
        labels=np.where(is_train, labels, NO_LABEL),
        said_by=said_by,
        is_soft=is_soft,
        soft=soft,
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
    # Of rows that come later the numbers of earlier ones are the same.
    place = np.random.default_rng(seed).random(len(known.labels))
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
    place: NDArray[np.float64],
) -> NDArray[np.int64]:
    """Return rows, others up to 1,000 in all, and one more of each class that is missed.

    The others are taken in the order of `place`, which is random.
    """
    n = min(max(MAX_LEARNT - len(rows), 0), len(others))
    first = others[np.argpartition(place[others], n)[:n]] if n < len(others) else others
    filled = np.concatenate([rows, np.sort(first)])
    n_classes = int(labels.max(initial=0)) + 1
    there = np.bincount(labels[others], minlength=n_classes) > 0
    missed = np.flatnonzero(there & (np.bincount(labels[filled], minlength=n_classes) == 0))
    of_missed = [others[labels[others] == k] for k in missed]
    return np.concatenate([filled, *(of[[place[of].argmin()]] for of in of_missed)])
