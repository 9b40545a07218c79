"""How many changed labels can move what was found in the labels before."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_FEW_LABELS = 5
_FEW_OF_LABELS = 0.02
_MUCH_OF_CLASS = 0.5
"""Few changed labels are no reason to repeat a diagnosis: it takes such a share of them to be mild.

They are, where they are much of one class: its share, and the largest class to it, are verdicts. A
class has lost much where so much of its labels went and as many are no longer few, or few are left.
"""


def is_few(n: int, n_labels: int) -> bool:
    """Tell whether so many are too few of the labels to repeat a diagnosis or an audit.

    Parameters
    ----------
    n
        Labels that changed or came.
    n_labels
        All of them.
    """
    return n < max(_FEW_LABELS, _FEW_OF_LABELS * n_labels)


def lost_much(was: NDArray[np.int64], now: NDArray[np.int64], n_classes: int) -> bool:
    """Tell whether a class has lost much of its labels, or all.

    Parameters
    ----------
    was, now
        Class indices, -1 for none.
    n_classes
        The number of classes.
    """
    had, has = (np.bincount(one[one >= 0], minlength=n_classes) for one in (was, now))
    is_halved = has <= (1 - _MUCH_OF_CLASS) * had
    is_many = (had - has >= _FEW_LABELS) | ((had >= _FEW_LABELS) & (has < _FEW_LABELS))
    return bool(((had > 0) & ((has == 0) | (is_halved & is_many))).any())
