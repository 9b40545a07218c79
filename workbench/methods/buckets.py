"""Texts that share a band of their signatures: the buckets of banded MinHash."""

from __future__ import annotations

from typing import Any, Final, TypeVar

import numpy as np
import numpy.typing as npt

Integers = TypeVar("Integers", bound=npt.NDArray[Any])

INDEX_BITS: Final = 24
MAX_TEXTS: Final = 1 << INDEX_BITS


class Buckets:
    """The buckets of two texts and more, band by band.

    Parameters
    ----------
    keys
        One key a band and text, shape (n_bands, n), uint64; n up to `MAX_TEXTS`.
    """

    def __init__(self, keys: npt.NDArray[np.uint64]) -> None:
        self._n = keys.shape[1]
        self._bands = [_group(key) for key in keys]

    def pairs(
        self, standing: npt.NDArray[np.bool_], touched_by: npt.NDArray[np.int64] | None = None
    ) -> npt.NDArray[np.int64]:
        """Return who meets: within a bucket each text the first one and the two before it.

        Linear in the number of texts, however large a bucket grows.

        Parameters
        ----------
        standing
            Texts that meet others, shape (n,).
        touched_by
            Only the buckets that hold one of these texts, which need not stand; all by default.

        Returns
        -------
        ndarray
            Shape (n_pairs, 2), int64, each pair once, the earlier text first.
        """
        touching = np.zeros(self._n, np.bool_)
        if touched_by is not None:
            touching[touched_by] = True
        codes = [np.zeros(0, np.int64)]
        for members, bucket in self._bands:
            taken = standing[members]
            if touched_by is not None and len(bucket):
                touched = np.zeros(int(bucket[-1]) + 1, np.bool_)
                touched[bucket[touching[members]]] = True
                taken &= touched[bucket]
            text, number = members[taken].astype(np.int64), bucket[taken]
            follows = np.r_[False, number[1:] == number[:-1]][: len(number)]
            start = np.maximum.accumulate(np.where(follows, 0, np.arange(len(text))))
            later = np.flatnonzero(follows)
            codes.append(text[start[later]] * self._n + text[later])
            codes.append(text[later - 1] * self._n + text[later])
            third = later[start[later] < later - 1]
            codes.append(text[third - 2] * self._n + text[third])
        unique = sorted_unique(np.concatenate(codes))
        return np.stack([unique // max(self._n, 1), unique % max(self._n, 1)], axis=1)


def sorted_unique(values: Integers) -> Integers:
    """Return distinct integers in order; several times faster than `numpy.unique`.

    Parameters
    ----------
    values
        Shape (n,).

    Returns
    -------
    ndarray
        The same type, rising.
    """
    ordered: Any = np.sort(values)
    unique: Integers = ordered[np.r_[True, ordered[1:] != ordered[:-1]][: len(ordered)]]
    return unique


def _group(key: npt.NDArray[np.uint64]) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Return the texts that share a key with another, bucket by bucket, and their buckets."""
    low = np.uint64(MAX_TEXTS - 1)
    # Key and index in one number sort together several times faster than by argsort.
    packed = np.sort((key & ~low) | np.arange(len(key), dtype=np.uint64))
    number = packed >> np.uint64(INDEX_BITS)
    starts = np.r_[True, number[1:] != number[:-1]][: len(key)]
    is_alone = starts & np.r_[starts[1:], True][: len(key)]
    texts = (packed[~is_alone] & low).astype(np.int32)
    return texts, (np.cumsum(starts[~is_alone]) - 1).astype(np.int32)
