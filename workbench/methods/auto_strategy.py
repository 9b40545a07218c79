"""The strategy ``auto``: how a batch is divided, and what the labels of each strategy brought."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workbench.methods.strategies import Query


@dataclass(frozen=True, slots=True)
class Share:
    """How many rows of a batch a strategy chooses, and why."""

    strategy: str
    n: int
    why: str


def divide(
    strategy: str, n: int, query: Query, gains: Mapping[str, float] | None
) -> tuple[Share, ...]:
    if strategy != "auto":
        return (Share(strategy, n, "asked for"),)
    if query.probs is None:
        return (Share("typicality", n, "no model yet"),)
    return (Share("doubtful-clusters", n, ""),)
