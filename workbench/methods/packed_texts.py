"""Many texts in one piece of memory: the head of a short string costs more than its letters."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt


class PackedTexts:
    """Texts that are put in one after the other."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._ends = array("q", [0])

    def append(self, text: str) -> None:
        """Put in the next text."""
        self._bytes += text.encode("utf-8", "surrogatepass")
        self._ends.append(len(self._bytes))

    def __getitem__(self, i: int) -> str:
        """Return a text."""
        return self._bytes[self._ends[i] : self._ends[i + 1]].decode("utf-8", "surrogatepass")


class Chosen(Sequence[str]):
    """Some of the packed texts.

    Parameters
    ----------
    texts
        The packed texts.
    rows
        Which, shape (n,).
    """

    def __init__(self, texts: PackedTexts, rows: npt.NDArray[np.int64]) -> None:
        self._texts, self._rows = texts, rows

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, i: Any) -> Any:
        """Return a text."""
        return self._texts[self._rows[i]]
