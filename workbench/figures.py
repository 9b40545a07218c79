"""Figures as people read them, in sentences and in tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

NOTHING = "-"
"""Stands where there is no figure."""

NAMED_CLASSES = 12
"""So many classes are named in a sentence, of many."""

LISTED_CLASSES = 20
"""So many have a line of a table, of many."""

LISTED_GROUPS = 50
"""So many vendors, batches or people have a line of a table, of many."""

SUMMED_CLASSES = 3
"""Of so many the evidence is told, the most probable ones."""

_NO_NEWS = ("known", "skipped", "errors", "withdrawn", "script_problems")
"""Counts of a run that say nothing where they are 0."""

_LEAST = 0.001
"""Smaller probabilities are said to be smaller, no more."""

_LEAST_TIMES = 0.01
"""Smaller ratios are said to be smaller, no more."""


def percent(share: float | None, digits: int = 1) -> str:
    """Return a share as ``12.3 %``; a dash where there is none."""
    return NOTHING if share is None else f"{100 * share:.{digits}f} %"


def ordinal(n: int) -> str:
    """Return a place in an order, as ``21st``."""
    ending = "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n:,}{ending}"


def counted(n: int, thing: str) -> str:
    """Return how many of a thing there are, as ``1 row``, ``1,234 rows`` or ``2 classes``."""
    return f"{n:,} {named(n, thing)}"


def named(n: int, thing: str) -> str:
    """Return the name of so many of a thing that stands apart from their number: ``rows``."""
    ending = "es" if thing.endswith("s") else "s"
    return thing if n == 1 else thing + ending


def tallied(counts: Mapping[str, int]) -> list[str]:
    """Return the counts of a run, as ``1 function`` and ``2 script problems``; no news is left out.

    ``counts`` are by the plural of what was counted, with underscores for spaces.
    """
    told = {what: n for what, n in counts.items() if n or what not in _NO_NEWS}
    words = {what: what.replace("_", " ") for what in told}
    return [
        f"{n:,} {_singular(words[what]) if n == 1 else words[what]}" for what, n in told.items()
    ]


def _singular(plural: str) -> str:
    return plural.removesuffix("es") if plural.endswith("sses") else plural.removesuffix("s")


def listed(names: Sequence[str], most: int = 5) -> str:
    """Return a few names, and how many more there are."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more:,} more" if more > 0 else "")


def interval(share: float | None, low: float | None, high: float | None) -> str:
    """Return a share with its 95 % interval, as ``12.3 % [10.1, 14.8]``."""
    if share is None or low is None or high is None:
        return NOTHING
    return f"{percent(share)} {bounds(low, high)}"


def times(ratio: float | None) -> str:
    """Return how many times another figure one is, as ``3.2``; one that is not 0 never reads so."""
    if ratio is None:
        return NOTHING
    if 0 < ratio < _LEAST_TIMES:
        return f"< {_LEAST_TIMES}"
    return f"{ratio:.2f}" if 0 < ratio < 10 * _LEAST_TIMES else f"{ratio:.1f}"


def span(low: float, high: float) -> str:
    """Return an interval of a share that stands without an estimate, as ``10.1 to 14.8 %``."""
    return f"{100 * low:.1f} to {percent(high)}"


def score(value: float | None, low: float | None = None, high: float | None = None) -> str:
    """Return what is no share of rows with its 95 % interval, as ``0.832 [0.801, 0.863]``.

    So are F1, AUC and coefficients of agreement written, and what a model believes.
    """
    if value is None:
        return NOTHING
    return f"{value:.3f}" + ("" if low is None or high is None else f" [{low:.3f}, {high:.3f}]")


def score_change(change: float, low: float, high: float) -> str:
    """Return how far a score has moved, with its 95 % interval: ``+0.032 [-0.001, +0.063]``."""
    return f"{change:+.3f} [{low:+.3f}, {high:+.3f}]"


def points(change: float | None, low: float | None = None, high: float | None = None) -> str:
    """Return how far a share has moved, with its 95 % interval: ``+3.2 points [-0.1, +6.3]``."""
    if change is None:
        return NOTHING
    ends = "" if low is None or high is None else f" {point_bounds(low, high)}"
    return f"{100 * change:+.1f} points{ends}"


def point_bounds(low: float, high: float) -> str:
    """Return the interval of a change in points that stands before it, as ``[-0.1, +6.3]``."""
    return f"[{100 * low:+.1f}, {100 * high:+.1f}]"


def nats(evidence: float) -> str:
    """Return what speaks for a class or against it, in natural units: ``+0.693``."""
    return f"{evidence:+.3f}"


def bounds(low: float, high: float, digits: int = 1) -> str:
    """Return the interval of a share that stands before it, as ``[10.1, 14.8]``."""
    return f"[{100 * low:.{digits}f}, {100 * high:.{digits}f}]"


def p_value(p: float) -> str:
    """Return the p-value of a test within a sentence, as ``p = 0.048``, or ``p < 0.001``."""
    return f"p {'' if p < _LEAST else '= '}{small(p)}"


def small(value: float | None) -> str:
    """Return a p-value or q-value in a table; a dash where there is none."""
    if value is None:
        return NOTHING
    return f"< {_LEAST}" if value < _LEAST else f"{value:.3f}"


def number(value: float | None) -> str:
    """Return a count or a statistic; a dash where there is none."""
    if value is None:
        return NOTHING
    if float(value).is_integer() and abs(value) > 1:
        return f"{value:,.0f}"
    return small(value) if 0 < value < _LEAST else f"{value:.3f}"
