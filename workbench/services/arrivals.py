"""When training rows came, and whether random rows that were drawn since then stand for them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.services.curve_history import LabelHistory
from workbench.services.labels import import_runs, roles, texts_present
from workbench.services.project import Project
from workbench.types import Role

FEW_UNSEEN = 0.05
"""So small a share of the rows may be without random rows; the others stand in for it."""


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Training rows by the first batch whose random rows could have been drawn from them.

    ``of_row`` (n,) is the arrival of each example, ``sizes`` (S,) are the training rows of each and
    ``n_drawn`` (S,) the answered random draws from it. ``is_seen`` (S,) marks those that have their
    share of the draws.
    """

    of_row: NDArray[np.int64]
    sizes: NDArray[np.int64]
    n_drawn: NDArray[np.int64]
    is_seen: NDArray[np.bool_]

    @property
    def n_rows(self) -> int:
        """How many training rows there are."""
        return int(self.sizes.sum())

    @property
    def n_unseen(self) -> int:
        """How many of them no score can be of yet; 0 where they are a small share."""
        n = int(self.sizes[~self.is_seen].sum())
        return n if n > FEW_UNSEEN * self.n_rows else 0

    def n_to_draw(self, is_left: NDArray[np.bool_], n_needed: int) -> int:
        """Return how many random rows, drawn now, would make up what is missing.

        Parameters
        ----------
        is_left
            The examples that can still be asked, (n,).
        n_needed
            As of `arrivals`.
        """
        n_left = np.bincount(self.of_row[is_left], minlength=len(self.sizes))
        lacks = ~self.is_seen & (n_left > 0)
        short = n_needed * self.sizes[lacks] / self.n_rows - self.n_drawn[lacks]
        # Every draw falls on an arrival as often as that has a share of the rows left.
        return math.ceil(max((short * n_left.sum() / n_left[lacks]).tolist(), default=0))


def arrivals(project: Project, history: LabelHistory, n_needed: int) -> Arrivals:
    """Return when the training rows came, and which of these have answered random draws.

    Parameters
    ----------
    project
        The project.
    history
        The annotated training rows.
    n_needed
        Draws that are enough for all rows. A part of the rows needs as large a part of them.
    """
    imported_by = import_runs(project)
    drawing = np.unique(history.batch[history.n_draws > 0]).tolist()
    # Rows that came after the last of these are the last arrival.
    of_row = np.full(len(imported_by), len(drawing), np.int64)
    for place in reversed(range(len(drawing))):
        of_row[np.isin(imported_by, list(history.draws[drawing[place]].imports))] = place
    n = len(drawing) + 1
    is_there = (roles(project) == Role.TRAIN) & texts_present(project)
    sizes = np.bincount(of_row[is_there], minlength=n)
    n_drawn = np.zeros(n, np.int64)
    np.add.at(n_drawn, of_row[history.rows], history.n_draws)
    return Arrivals(of_row, sizes, n_drawn, n_drawn * sizes.sum() >= n_needed * sizes)
