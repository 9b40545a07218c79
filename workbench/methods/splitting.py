"""Parts of a data set for training, validation and test, with near-duplicates kept together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.figures import counted
from workbench.methods.checks import check_labels

MIN_SHARE = 0.001
"""A part that shall have a smaller share of the rows is a slip of the pen."""


def split(
    labels: npt.ArrayLike,
    clusters: npt.ArrayLike,
    shares: Sequence[float],
    *,
    n_classes: int,
    rng: np.random.Generator,
) -> npt.NDArray[np.int64]:
    """Deal rows into parts: each cluster whole, each class in the shares asked for.

    Clusters go, the largest first, to the part that is furthest below its share of their classes:
    the iterative stratification of Sechidis, Tsoumakas and Vlahavas, "On the Stratification of
    Multi-label Data" (ECML PKDD 2011), with a cluster in the place of an example. Parts that have
    their share of all rows take no more: else one part would get every row of the classes that are
    too rare to be shared out. Rows without a label are stratified as one more class.

    Parameters
    ----------
    labels
        Class indices or -1, shape (n,).
    clusters
        Integers of shape (n,), such as `Duplicates.cluster`: rows with one value stay together.
    shares
        Share of the rows of each part, such as (0.8, 0.1, 0.1), scaled to sum to 1; none may be
        less than a thousandth then.
    n_classes
        K, the number of classes.
    rng
        Source of the order.

    Returns
    -------
    ndarray
        Part of each row, shape (n,), int64, numbered as `shares`; no part is empty.

    Raises
    ------
    MethodError
        Where there are fewer clusters than parts, or shapes or values are off.
    """
    given = check_labels(labels, n_classes, allow_none=True)
    group = np.asarray(clusters)
    if group.shape != given.shape:
        raise MethodError(f"clusters has shape {group.shape}, not {given.shape}")
    wanted = np.asarray(shares, np.float64)
    if wanted.ndim != 1 or len(wanted) < 2 or not (np.isfinite(wanted) & (wanted > 0)).all():
        raise MethodError(
            "a split needs the share of two parts and more, each above 0", hint="Such as 80 10 10."
        )
    # By the largest one first: a sum of very large numbers would be infinite.
    wanted = wanted / wanted.max()
    if wanted.min() < MIN_SHARE * wanted.sum():
        raise MethodError(
            f"a part of less than {MIN_SHARE:.1%} of the rows cannot be dealt",
            hint="Such as 80 10 10.",
        )
    _, group = np.unique(group, return_inverse=True)
    n_groups = int(group.max()) + 1 if len(group) else 0
    if n_groups < len(wanted):
        raise MethodError(
            f"{counted(n_groups, 'distinct text')} cannot be dealt to {len(wanted)} parts",
            hint="Near-duplicates stay together; import more rows.",
        )
    part_of_group = _deal(given + 1, group, n_groups, n_classes + 1, wanted / wanted.sum(), rng)
    return part_of_group[group]


def _deal(
    strata: npt.NDArray[np.int64],
    group: npt.NDArray[np.int64],
    n_groups: int,
    n_strata: int,
    shares: npt.NDArray[np.float64],
    rng: np.random.Generator,
) -> npt.NDArray[np.int64]:
    """Return the part of each group."""
    size = np.bincount(group, minlength=n_groups)
    shuffled = rng.permutation(n_groups)
    order = shuffled[np.argsort(-size[shuffled], kind="stable")]
    by_group = np.argsort(group, kind="stable")
    members = np.split(strata[by_group], np.cumsum(size)[:-1])
    # What each part still lacks of each class, in rows.
    lack = np.bincount(strata, minlength=n_strata)[:, None] * shares
    room = lack.sum(axis=0)
    part_of_group = np.empty(n_groups, np.int64)
    filled = np.zeros(len(shares), np.int64)
    for place, g in enumerate(order):
        classes = members[g]
        need = lack[classes].sum(axis=0)
        fits = room >= size[g] / 2
        empty = filled == 0
        if n_groups - place <= empty.sum():  # the last groups go to parts that have none
            fits = empty
        if fits.any():
            need = np.where(fits, need, -np.inf)
        part = np.lexsort((-room, -need))[0]
        np.subtract.at(lack, (classes, part), 1)
        room[part] -= size[g]
        filled[part] += 1
        part_of_group[g] = part
    return part_of_group
