"""The ids that cells say, as the project spells them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workbench.formats.readers import id_text
from workbench.store.examples import Examples


def ids_said(examples: Examples, cells: Sequence[Any]) -> list[str]:
    """Return the id that each cell says; the empty text where there is none.

    A whole number that its column made a float is that number, unless an earlier version of this
    program imported its row as ``1.0``.

    Parameters
    ----------
    examples
        The rows of the project.
    cells
        A column of ids, or a part of one.
    """
    uids = [id_text(cell) for cell in cells]
    as_floats = {
        uid: str(cell)
        for uid, cell in zip(uids, cells, strict=True)
        if isinstance(cell, float) and uid
    }
    if as_floats:
        known = examples.ids_of([*as_floats, *as_floats.values()])
        as_floats = {
            uid: old for uid, old in as_floats.items() if old in known and uid not in known
        }
    return [as_floats.get(uid, uid) for uid in uids] if as_floats else uids
