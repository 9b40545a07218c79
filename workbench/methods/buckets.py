"""Texts that share a band of their signatures: the buckets of banded MinHash."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, TypeVar

import numpy as np
import numpy.typing as npt

Integers = TypeVar("Integers", bound=npt.NDArray[Any])

MAX_TEXTS: Final = 1 << 24
"""A pair of texts has to fit one number, and its parts 32 bits."""

BLOCK: Final = 1 << 16
"""Texts or pairs that are looked at together."""


_TEXT_BITS: Final = np.uint64(24)
_LEAST_BITS: Final = np.uint64(8)
_TEXT: Final = np.uint64(MAX_TEXTS - 1)
_MOST_LIKELY: Final = 255


def _all_alike(pairs: npt.NDArray[np.int32]) -> npt.NDArray[np.uint8]:
    return np.ones(len(pairs), np.uint8)


class Buckets:
    """The buckets of two texts and more: those of one band at a time.

    They are sorted anew whenever they are asked for, which takes a tenth of a second for a million
    texts and spares the memory of all bands.

    Parameters
    ----------
    keys
        One key a band and text, shape (n_bands, n), uint32; n up to `MAX_TEXTS`.
    """

    def __init__(self, keys: npt.NDArray[np.uint32]) -> None:
        self._keys = keys
        self._n = keys.shape[1]

    def pairs(
        self,
        standing: npt.NDArray[np.bool_],
        touched_by: npt.NDArray[np.int64] | None = None,
        *,
        likely: Callable[[npt.NDArray[np.int32]], npt.NDArray[np.uint8]] = _all_alike,
        most: int | None = None,
    ) -> Iterator[npt.NDArray[np.int32]]:
        """Yield who meets: within a bucket each text the first one and the two before it.

        Linear in the number of texts, however large a bucket grows.

        Parameters
        ----------
        standing
            Texts that meet others, shape (n,).
        touched_by
            Only the buckets that hold one of these texts, which need not stand; all by default.
        likely
            Tells of pairs, shape (n_pairs, 2), how likely they are what is looked for, from 0,
            which leaves the pair out, to 255; all alike by default. It is asked band by band, so
            that those that meet by chance are never held together.
        most
            Of the earlier texts that one meets the so many likeliest and the so many first, which
            stand longest; all by default.

        Yields
        ------
        ndarray
            Shape (n_pairs, 2), int32, each pair once, the earlier text first: by the later one, and
            for each of these the likeliest first.
        """
        touching = np.zeros(self._n, np.bool_)
        if touched_by is not None:
            touching[touched_by] = True
        wanted = [np.zeros(0, np.uint64)]
        for key in self._keys:
            members, bucket = _group(key)
            taken = standing[members]
            if touched_by is not None and len(bucket):
                touched = np.zeros(int(bucket[-1]) + 1, np.bool_)
                touched[bucket[touching[members]]] = True
                taken &= touched[bucket]
            text, number = members[taken], bucket[taken]
            for part in _whole_buckets(number):
                codes = self._met(text[part].astype(np.uint64), number[part])
                how = likely(_decoded(codes))
                # How unlikely a pair is stands between its texts: in order, the likeliest lead.
                least = (_MOST_LIKELY - how[how > 0]).astype(np.uint64) << _TEXT_BITS
                wanted.append(codes[how > 0] | least)
        met = np.concatenate(wanted)
        wanted.clear()
        met.sort()
        met = met[np.r_[True, met[1:] != met[:-1]][: len(met)]]
        for part in _whole_buckets(met, _TEXT_BITS + _LEAST_BITS):
            yield _decoded(met[part] if most is None else _leading(met[part], most))

    def _met(
        self, text: npt.NDArray[np.uint64], number: npt.NDArray[np.int32]
    ) -> npt.NDArray[np.uint64]:
        """Return who meets in the buckets of one band, each pair as one number."""
        follows = np.r_[False, number[1:] == number[:-1]][: len(number)]
        start = np.maximum.accumulate(np.where(follows, 0, np.arange(len(text))))
        later = np.flatnonzero(follows)
        third = later[start[later] < later - 1]
        codes = [
            _coded(text[start[later]], text[later]),
            _coded(text[later - 1], text[later]),
            _coded(text[third - 2], text[third]),
        ]
        return sorted_unique(np.concatenate(codes))


def _coded(
    earlier: npt.NDArray[np.uint64], later: npt.NDArray[np.uint64]
) -> npt.NDArray[np.uint64]:
    """Return pairs as numbers that stand in order of the later text."""
    return (later << (_TEXT_BITS + _LEAST_BITS)) | earlier


def _decoded(codes: npt.NDArray[np.uint64]) -> npt.NDArray[np.int32]:
    pairs = np.empty((len(codes), 2), np.int32)
    pairs[:, 0] = codes & _TEXT
    pairs[:, 1] = codes >> (_TEXT_BITS + _LEAST_BITS)
    return pairs


def _leading(codes: npt.NDArray[np.uint64], most: int) -> npt.NDArray[np.uint64]:
    """Return of each later text the so many likeliest pairs, and those with the first texts."""
    later = codes >> (_TEXT_BITS + _LEAST_BITS)
    place = np.arange(len(codes))
    starts = np.r_[True, later[1:] != later[:-1]][: len(codes)]
    start = np.maximum.accumulate(np.where(starts, place, 0))
    kept = place - start < most
    if kept.all():
        return codes
    # The pairs of a text stay between the same places when they are put in order of the earlier.
    kept[np.argsort(_coded(codes & _TEXT, later))[place - start < most]] = True
    return codes[kept]


def _whole_buckets(number: npt.NDArray[Any], shift: np.uint64 | None = None) -> Iterator[slice]:
    """Yield slices of a block or more that cut no bucket; the numbers of these rise.

    With a shift, what is left of the numbers after it is the bucket.
    """
    start = 0
    while start < len(number):
        last = number[min(start + BLOCK, len(number)) - 1]
        if shift is not None:
            last = (((last >> shift) + np.uint64(1)) << shift) - np.uint64(1)
        stop = int(np.searchsorted(number, last, side="right"))
        yield slice(start, stop)
        start = stop


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


def _group(key: npt.NDArray[np.uint32]) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Return the texts that share a key with another, bucket by bucket, and their buckets."""
    # Key and index in one number sort together several times faster than by argsort.
    packed = key.astype(np.uint64) << np.uint64(32)
    packed |= np.arange(len(key), dtype=np.uint64)
    packed.sort()
    number = (packed >> np.uint64(32)).astype(np.uint32)
    starts = np.r_[True, number[1:] != number[:-1]][: len(key)]
    is_shared = ~(starts & np.r_[starts[1:], True][: len(key)])
    texts = packed[is_shared].astype(np.uint32).astype(np.int32)
    return texts, np.cumsum(starts[is_shared], dtype=np.int32) - 1
