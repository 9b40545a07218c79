"""How labels of a file were read, in words."""

from __future__ import annotations

from collections.abc import Mapping

_NAMED = 6


def by_index(read: Mapping[str, str]) -> str:
    """Say which labels were taken as the indices of classes."""
    shown = [f"{index} as {name}" for index, name in list(read.items())[:_NAMED]]
    more = ", …" * (len(read) > _NAMED)
    return f"read by the order of the classes: {', '.join(shown)}{more}"
