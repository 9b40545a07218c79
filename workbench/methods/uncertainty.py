"""How uncertain a classifier, or the functions, are of each row: in [0, 1], higher = ask first."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from workbench.methods.checks import check_probs
from workbench.methods.row_blocks import row_blocks
from workbench.methods.votes import check_votes


def least_confidence(probs: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Score rows by how little their top class has.

    Settles, "Active Learning Literature Survey" (2009), section 3.1, scaled by K / (K - 1).

    Parameters
    ----------
    probs
        Class probabilities, shape (n, K).

    Returns
    -------
    ndarray
        `uncertainty`, shape (n,), in [0, 1]: 1 for a flat row, 0 for a certain one.

    Raises
    ------
    MethodError
        Where `probs` are not probabilities.
    """
    matrix = check_probs(probs)
    n_classes = matrix.shape[1]
    if n_classes == 1:
        return np.zeros(len(matrix))
    top = matrix.max(axis=1).astype(np.float64)
    return np.asarray(np.clip((1 - top) * n_classes / (n_classes - 1), 0, 1))


def margin(probs: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Score rows by how close their two best classes are.

    Scheffer, Decomain and Wrobel (IDA 2001), as 1 - (best - second best).

    Parameters
    ----------
    probs
        Class probabilities, shape (n, K).

    Returns
    -------
    ndarray
        `uncertainty`, shape (n,), in [0, 1]: 1 for a tie, 0 for a certain row.

    Raises
    ------
    MethodError
        Where `probs` are not probabilities.
    """
    matrix = check_probs(probs)
    n_classes = matrix.shape[1]
    if n_classes == 1:
        return np.zeros(len(matrix))
    lead = np.empty(len(matrix))
    for block in row_blocks(len(matrix)):
        # Class by class: many times faster than to sort each short row.
        first, second, *others = np.ascontiguousarray(matrix[block].T)
        first, second = np.maximum(first, second), np.minimum(first, second)
        for other in others:
            np.maximum(second, np.minimum(first, other), out=second)
            np.maximum(first, other, out=first)
        np.subtract(first, second, out=lead[block], dtype=np.float64)
    return np.clip(1 - lead, 0, 1)


def entropy(probs: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Score rows by the Shannon entropy of their classes, divided by log K.

    Settles, "Active Learning Literature Survey" (2009), section 3.1.

    Parameters
    ----------
    probs
        Class probabilities, shape (n, K).

    Returns
    -------
    ndarray
        `uncertainty`, shape (n,), in [0, 1]: 1 for a flat row, 0 for a certain one.

    Raises
    ------
    MethodError
        Where `probs` are not probabilities.
    """
    from scipy.special import entr

    matrix = check_probs(probs)
    n_classes = matrix.shape[1]
    if n_classes == 1:
        return np.zeros(len(matrix))
    nats = np.empty(len(matrix))
    for block in row_blocks(len(matrix)):
        nats[block] = entr(matrix[block].astype(np.float64)).sum(axis=1)
    return np.asarray(np.clip(nats / np.log(n_classes), 0, 1))


def vote_conflict(votes: npt.ArrayLike, n_classes: int) -> npt.NDArray[np.float64]:
    """Score rows by how far their labeling functions contradict each other.

    The vote entropy of query by committee (Engelson and Dagan, ACL 1996) over the functions that
    voted, divided by log K.

    Parameters
    ----------
    votes
        Votes of shape (n, m), -1 where a function abstains.
    n_classes
        K, the number of classes.

    Returns
    -------
    ndarray
        `uncertainty`, shape (n,), in [0, 1]: 0 where no two votes differ.

    Raises
    ------
    MethodError
        Where votes are off.
    """
    from scipy.special import entr

    matrix = check_votes(votes, n_classes)
    if not matrix.size:
        return np.zeros(len(matrix))
    total = np.maximum((matrix >= 0).sum(axis=1), 1)
    nats = np.zeros(len(matrix))
    for k in range(n_classes):
        nats += entr((matrix == k).sum(axis=1) / total)
    return np.asarray(np.clip(nats / np.log(n_classes), 0, 1))
