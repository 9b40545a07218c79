"""What to say where a name is no class."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

_LISTED = 12
"""Up to so many classes are all named."""

_SIMILAR = 3


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
