"""Look for many patterns at once: rows that hold none of them are read once, not once a pattern."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

_GROUP = 4
_MAX_PATTERNS = 64
_MAX_LENGTH = 8_000
_MAX_UNBOUNDED = 8
_MAX_COUNT = 16
"""Beyond these an automaton may have more states than RE2 keeps, and becomes slow."""

_COUNTS = re.compile(r"\{(\d+),(\d*)\}")


class UnionSearch:
    """Finds the rows of each of some patterns by way of the rows of all, then of groups of four.

    Parameters
    ----------
    texts
        A pyarrow array of texts.
    patterns
        In RE2's syntax. Those that do not suit a union are searched for one by one.
    """

    def __init__(self, texts: Any, patterns: Sequence[str]) -> None:
        self._texts = texts
        suited = _suited(patterns)
        self._groups = [suited[i : i + _GROUP] for i in range(0, len(suited), _GROUP)]
        self._group_of = {p: i for i, group in enumerate(self._groups) for p in group}
        self._root: tuple[Any, Any] | None = None
        self._found: dict[int, tuple[Any, Any] | None] = {}

    def rows(self, pattern: str) -> Any:
        """Return the rows that hold a pattern, an int64 array; None where RE2 refuses it."""
        import numpy as np

        group = self._group_of.get(pattern)
        if group is None or len(self._group_of) == 1:
            mask = matches(self._texts, pattern)
            return None if mask is None else np.flatnonzero(mask)
        if group not in self._found:
            self._found[group] = self._rows_of_group(group)
        found = self._found[group]
        if found is None or len(self._groups[group]) == 1:
            return None if found is None else found[0]
        mask = matches(found[1], pattern)
        return None if mask is None else found[0][mask]

    def _rows_of_group(self, group: int) -> tuple[Any, Any] | None:
        """Return the rows that hold any pattern of a group, and their texts."""
        if self._root is None:
            self._root = _narrow(None, self._texts, [*self._group_of])
        if self._root is None or len(self._groups) == 1:
            return self._root
        return _narrow(*self._root, self._groups[group])


def matches(texts: Any, pattern: str) -> Any:
    """Return the mask of the texts in which RE2 finds a pattern; None where it refuses it."""
    import pyarrow
    import pyarrow.compute

    try:
        found = pyarrow.compute.match_substring_regex(texts, pattern)
    except pyarrow.ArrowInvalid:  # the automaton is too large for RE2
        return None
    return found.to_numpy(zero_copy_only=False)


def _narrow(rows: Any, texts: Any, patterns: Sequence[str]) -> tuple[Any, Any] | None:
    """Return those of some rows that hold any of the patterns, and their texts."""
    import numpy as np
    import pyarrow

    mask = matches(texts, "|".join(f"(?:{pattern})" for pattern in patterns))
    if mask is None:
        return None
    kept = np.flatnonzero(mask)
    return kept if rows is None else rows[kept], texts.filter(pyarrow.array(mask))


def _suited(patterns: Sequence[str]) -> list[str]:
    """Return the distinct patterns whose union stays small."""
    suited: list[str] = []
    length = unbounded = 0
    for pattern in dict.fromkeys(patterns):
        counts = _COUNTS.findall(pattern)
        is_large = any(int(low) > _MAX_COUNT or int(high or 0) > _MAX_COUNT for low, high in counts)
        length += len(pattern)
        unbounded += sum(not high for _, high in counts)
        if is_large or length > _MAX_LENGTH or unbounded > _MAX_UNBOUNDED:
            length -= len(pattern)
            unbounded -= sum(not high for _, high in counts)
        elif len(suited) < _MAX_PATTERNS:
            suited.append(pattern)
    return suited
