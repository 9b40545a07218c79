"""What to say where a name is no class."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from workbench.errors import UsageError

_LISTED = 12
"""Up to so many classes are all named."""

_SIMILAR = 3

_LEAST_TYPED = 2
"""A single letter is a key, or half of a slip."""

_GAPS = re.compile(r"(?<=[^\W_])[\s_-]+(?=[^\W_])")


def as_typed(name: str) -> str:
    """Return a name as it may be typed: without case, with one space between its words."""
    return _GAPS.sub(" ", name.casefold()).strip()


def class_begun(names: Sequence[str], typed: str) -> str | None:
    """Return the only class whose name begins with what was typed; None where none does.

    Parameters
    ----------
    names
        The names of the classes.
    typed
        Two letters or more; a space is as good as the dash or underscore of a name.

    Raises
    ------
    UsageError
        If several do, and none is typed in full.
    """
    wanted = as_typed(typed)
    begun = [name for name in names if as_typed(name).startswith(wanted)]
    if len(wanted) < _LEAST_TYPED or not begun:
        return None
    whole = [name for name in begun if as_typed(name) == wanted]
    found = whole if len(whole) == 1 else begun
    if len(found) > 1:
        some = ", ".join(found[:_LISTED]) + ", …" * (len(found) > _LISTED)
        raise UsageError(f"{len(found)} classes begin with {typed!r}", hint=f"Type more of: {some}")
    return found[0]


def class_hint(names: Sequence[str], wrong: str) -> str:
    """Name the classes where they are few, else those like what was written and the count.

    Parameters
    ----------
    names
        The names of the classes.
    wrong
        What was written.
    """
    near = difflib.get_close_matches(wrong, names, n=_SIMILAR)
    if len(names) > _LISTED:
        if not near:
            return f"{len(names)} classes are in workbench.toml, and none is like it."
        return (
            f"Of the {len(names)} classes in workbench.toml these are like it: {', '.join(near)}."
        )
    guess = f" Did you mean {near[0]!r}?" if near else ""
    return f"Classes: {', '.join(names)}.{guess}"
