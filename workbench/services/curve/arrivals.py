"""When training rows came, and whether random rows that were drawn since then stand for them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.methods.learning_curve import draws_to_reach
from workbench.services.curve.history import LabelHistory
from workbench.services.labels import import_runs, rows_of_role
from workbench.services.project import Project
from workbench.types import Role

FEW_UNSEEN = 0.05
"""So small a share of the rows may be without random rows; the others stand in for it."""

MOST_DRAWS = 200
"""Nobody is asked for more random rows than these to make up for rows that came later."""


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Training rows by the first batch whose random rows could have been drawn from them.

    ``of_row`` (n,) is the arrival of each example, ``sizes`` (S,) are the training rows of each and
    ``n_drawn`` (S,) the answered random draws from it, of which it needs ``n_needed`` (S,).
    """

    of_row: NDArray[np.int64]
    sizes: NDArray[np.int64]
    n_drawn: NDArray[np.int64]
    n_needed: NDArray[np.int64]

    @property
    def is_seen(self) -> NDArray[np.bool_]:
        """Which of them have their share of the draws, (S,)."""
        return self.n_drawn >= self.n_needed

    @property
    def n_rows(self) -> int:
        """How many training rows there are."""
        return int(self.sizes.sum())

    @property
    def n_unseen(self) -> int:
        """How many of them no score can be of yet; 0 where they are a small share."""
        n = int(self.sizes[~self.is_seen].sum())
        return n if n > FEW_UNSEEN * self.n_rows else 0

    def n_to_draw(self, is_left: NDArray[np.bool_]) -> int | None:
        """Return how many random rows, drawn now, most likely make up what is missing.

        Parameters
        ----------
        is_left
            The examples that can still be asked, (n,).

        Returns
        -------
        int or None
            None where no number does that which somebody can be asked for.
        """
        n_left = np.bincount(self.of_row[is_left], minlength=len(self.sizes))
        short = self.n_needed - self.n_drawn
        lacking = np.flatnonzero(short > 0)
        # The smallest may go on without, first those that no draw can mend.
        lacking = lacking[np.lexsort((self.sizes[lacking], n_left[lacking] >= short[lacking]))]
        lacking = lacking[np.cumsum(self.sizes[lacking]) > FEW_UNSEEN * self.n_rows]
        n_pool = int(n_left.sum())
        return draws_to_reach(n_left[lacking], short[lacking], n_pool, n_most=MOST_DRAWS)


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
    is_there = rows_of_role(project, Role.TRAIN)
    sizes = np.bincount(of_row[is_there], minlength=n)
    n_drawn = np.zeros(n, np.int64)
    np.add.at(n_drawn, of_row[history.rows], history.n_draws)
    needed = -(-n_needed * sizes // max(sizes.sum(), 1))  # a part of a draw is a draw
    return Arrivals(of_row, sizes, n_drawn, needed)
