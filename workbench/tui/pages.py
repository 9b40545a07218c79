"""Lists that lead to other lists: what each shows, what stands beside a line, where enter leads."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from rich.console import RenderableType
from rich.text import Text


@dataclass(slots=True)
class Page:
    """A list on the left: its lines, what is shown beside each, and where enter leads.

    ``renew`` makes the page again from the data as they are now.
    """

    title: str
    ids: Sequence[int]
    line: Callable[[int], Text]
    detail: Callable[[int], RenderableType]
    follow: Callable[[int], None]
    renew: Callable[[], Awaitable[Page]]
    cursor: int = 0
