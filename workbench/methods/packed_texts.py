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

    def joined(self, rows: npt.NDArray[np.signedinteger[Any]]) -> str:
        """Return some texts, one after the other."""
        packed, ends = self._bytes, self._ends
        parts = [packed[ends[i] : ends[i + 1]] for i in rows.tolist()]
        return b"".join(parts).decode("utf-8", "surrogatepass")


class ChosenTexts:
    """Some of the packed texts.

    Parameters
    ----------
    texts
        The packed texts.
    rows
        Which, shape (n,).
    lengths
        Their characters, shape (n,).
    """

    def __init__(
        self,
        texts: PackedTexts,
        rows: npt.NDArray[np.int64],
        lengths: npt.NDArray[np.signedinteger[Any]],
    ) -> None:
        self._texts, self._rows = texts, rows
        self.lengths = lengths.astype(np.int64)

    @classmethod
    def of(cls, texts: Sequence[str]) -> ChosenTexts:
        """Pack texts and choose all of them."""
        packed = PackedTexts()
        for text in texts:
            packed.append(text)
        lengths = np.fromiter(map(len, texts), np.int64, len(texts))
        return cls(packed, np.arange(len(texts)), lengths)

    def joined(self, texts: npt.NDArray[np.signedinteger[Any]]) -> str:
        """Return some of these texts, one after the other."""
        return self._texts.joined(self._rows[texts])
