"""Which rows of a long list are selected."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


class Selection:
    """A set of row ids that takes a million of them at once, without holding the screen."""

    def __init__(self) -> None:
        self._chosen: NDArray[np.bool_] = np.zeros(0, np.bool_)

    def __contains__(self, row_id: int) -> bool:
        return row_id < len(self._chosen) and bool(self._chosen[row_id])

    def __len__(self) -> int:
        return int(self._chosen.sum())

    def ids(self) -> list[int]:
        """Return the selected ids, in order."""
        return [int(i) for i in np.flatnonzero(self._chosen)]

    def toggle(self, row_id: int) -> None:
        """Select a row, or leave it."""
        self._reach(row_id)
        self._chosen[row_id] = not self._chosen[row_id]

    def toggle_all(self, row_ids: NDArray[np.int64]) -> None:
        """Select some rows too; where all of them are, select nothing."""
        self._reach(int(row_ids.max(initial=0)))
        if self._chosen[row_ids].all():
            self.clear()
        else:
            self._chosen[row_ids] = True

    def clear(self) -> None:
        """Select nothing."""
        self._chosen[:] = False

    def _reach(self, row_id: int) -> None:
        missing = row_id + 1 - len(self._chosen)
        if missing > 0:
            self._chosen = np.concatenate([self._chosen, np.zeros(missing, np.bool_)])
