"""Rows that say the same in other words, by the cosine similarity of their embeddings."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.duplicates import Duplicates
from workbench.methods.threads import single_threaded

BLOCK = 1_024


def find_semantic_duplicates(embeddings: npt.ArrayLike, *, threshold: float = 0.95) -> Duplicates:
    """Find rows whose embeddings point the same way, each held against its representative.

    Each row joins the most similar earlier row that represents itself, so that chains do not grow:
    the leader algorithm (Hartigan, "Clustering Algorithms", 1975, chapter 3). Exact, and so
    quadratic in the number of rows: for 20,000 of them and 256 dimensions a few seconds. What
    threshold means the same depends on the embedder; paraphrases and opposites may be equally near.

    Parameters
    ----------
    embeddings
        Vectors, shape (n, n_dimensions); a zero vector is like no other.
    threshold
        Cosine similarity from which two rows are duplicates, in (0, 1].

    Returns
    -------
    Duplicates
        Cluster and cosine similarity of each row; `exact` marks nothing.

    Raises
    ------
    MethodError
        Where the threshold is out of range, or vectors are off.
    """
    vectors = np.asarray(embeddings, np.float32)
    if vectors.ndim != 2 or not np.isfinite(vectors).all():
        raise MethodError("embeddings must be rows of finite numbers")
    if not 0 < threshold <= 1:
        raise MethodError(f"the threshold is {threshold}, but must lie above 0 and up to 1")
    length = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    unit = (vectors / np.where(length > 0, length, 1)[:, None]).astype(np.float32)
    n = len(unit)
    cluster, similarity = np.arange(n), np.ones(n)
    leaders = np.zeros(0, np.int64)
    reached = min(threshold, 1 - 1e-6)  # equal vectors come out a rounding error below 1
    with single_threaded():
        for start in range(0, n, BLOCK):
            rows = np.arange(start, min(start + BLOCK, n))
            if len(leaders):
                cosine = unit[rows] @ unit[leaders].T
                best = cosine.argmax(axis=1)
                most = cosine[np.arange(len(rows)), best]
                joins = most >= reached
                cluster[rows[joins]] = leaders[best[joins]]
                similarity[rows[joins]] = np.minimum(most[joins], 1)
                rows = rows[~joins]
            leaders = np.concatenate(
                [leaders, _join_within(unit, rows, reached, cluster, similarity)]
            )
    no_row = np.zeros(n, bool)
    return Duplicates(cluster, similarity, no_row, no_row)


def _join_within(
    unit: npt.NDArray[np.float32],
    rows: npt.NDArray[np.int64],
    threshold: float,
    cluster: npt.NDArray[np.int64],
    similarity: npt.NDArray[np.float64],
) -> npt.NDArray[np.int64]:
    """Join rows of one block to earlier ones of it, and return those that represent themselves."""
    cosine = unit[rows] @ unit[rows].T
    leads = np.ones(len(rows), bool)
    for i in np.flatnonzero(np.tril(cosine >= threshold, -1).any(axis=1)):
        earlier = np.flatnonzero(leads[:i])
        best = earlier[cosine[i, earlier].argmax()]
        if cosine[i, best] >= threshold:
            leads[i] = False
            cluster[rows[i]] = rows[best]
            similarity[rows[i]] = min(float(cosine[i, best]), 1.0)
    return rows[leads]
