"""What embedders and files give, checked: one row of finite numbers for each text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.errors import DataError
from workbench.figures import counted


def checked_vectors(
    values: Any, place: str, uids: Sequence[str], *, remedy: str | None = None
) -> NDArray[np.float32]:
    """Return vectors as a float32 matrix.

    Parameters
    ----------
    values
        What an embedder or a file gave.
    place
        Where it comes from, for the error.
    uids
        Whose vectors there should be, in this order.
    remedy
        What to do about vectors that cannot be used; by default what can be done to a file.

    Raises
    ------
    DataError
        If it is no matrix of finite real numbers with a row for each text.
    """
    try:
        given = np.asarray(values)
    except Exception as error:  # another package's values
        lengths = _lengths(values)
        ragged = f"rows of different lengths: {lengths}" if lengths else "no matrix of numbers"
        raise DataError(
            f"the embeddings are {ragged}",
            place=place,
            hint=remedy or "Each text needs one row, and all rows the same number of dimensions.",
        ) from error
    if given.dtype.kind not in "fiub":
        raise DataError(
            f"the embeddings are not real numbers but {given.dtype}",
            place=place,
            hint=remedy or "Write float32 or float64.",
        )
    with np.errstate(over="ignore"):
        vectors = given.astype(np.float32)
    if vectors.ndim != 2 or len(vectors) != len(uids) or not vectors.shape[1]:
        raise DataError(
            f"the embeddings have shape {vectors.shape}, not ({len(uids)}, dimensions)",
            place=place,
            hint=remedy
            or "One row a text is needed; where the order differs from the import, name the rows:"
            " --uids FILE",
        )
    bad = ~np.isfinite(vectors).all(axis=1)
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        is_finite = np.isfinite(given[bad]).all()
        what = (
            "numbers beyond the largest float32, 3.4e38" if is_finite else "NaN or infinite values"
        )
        mend = (
            "Scale the embeddings down."
            if is_finite
            else "Mend these rows, or give them zeros: such a row is near to nothing."
        )
        first = f"row {row:,} ({uids[row]})" if remedy is None else uids[row]
        raise DataError(
            f"{counted(int(bad.sum()), 'row')} with {what}, first {first}",
            place=place,
            hint=remedy or mend,
        )
    return vectors


def _lengths(values: Any) -> str:
    """Return the different lengths of rows, the first few of them; nothing where they are equal."""
    try:
        found = sorted({len(row) for row in values})
    except TypeError:
        return ""
    if len(found) < 2:
        return ""
    return ", ".join(map(str, found[:5])) + (", …" if len(found) > 5 else "")


def other_dimension(name: str, before: int, now: int) -> DataError:
    """Return the error for vectors of another dimension than those before.

    Parameters
    ----------
    name
        Of the embeddings.
    before, now
        Their dimensions.
    """
    return DataError(
        f"the embedder {name!r} gave {before} dimensions before and {now} now",
        hint="Two spaces cannot be mixed. A new model needs a new version or another name.",
    )
