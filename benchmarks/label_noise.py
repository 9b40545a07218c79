"""Label noise planted for the benchmarks: class-conditional, and three that depend on the text."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.int64]


def class_conditional(true: Labels, k: int, level: float, *, rng: np.random.Generator) -> Labels:
    """Flip each class at its own rate, `level` on average, to at most three others."""
    rate = level * rng.uniform(0.75, 1.25, k)
    share = np.bincount(true, minlength=k) / len(true)
    rate = np.minimum(rate * level / (rate @ share), 0.48 if k == 2 else 0.9)
    to = np.zeros((k, k))
    for c in range(k):
        others = rng.choice(np.delete(np.arange(k), c), min(3, k - 1), replace=False)
        to[c, others] = rng.dirichlet(np.ones(len(others)))
    flipped = rng.random(len(true)) < rate[true]
    drawn = (to[true].cumsum(axis=1) < rng.random((len(true), 1))).sum(axis=1)
    return np.where(flipped, np.minimum(drawn, k - 1), true)


def instance_dependent(
    true: Labels, k: int, level: float, vectors: NDArray[Any], *, rng: np.random.Generator
) -> Labels:
    """Flip at a rate that varies by row, to the class that a random map of the features favours.

    Xia et al., "Part-dependent label noise", NeurIPS 2020, algorithm 2.
    """
    unit = vectors / (vectors.std(axis=0) + 1e-9) / np.sqrt(vectors.shape[1]) * 3
    scores = np.einsum("ij,ijk->ik", unit, rng.standard_normal((k, unit.shape[1], k))[true])
    scores[np.arange(len(true)), true] = -np.inf
    scores = np.exp(scores - scores.max(axis=1, keepdims=True))
    scores /= scores.sum(axis=1, keepdims=True)
    rate = np.clip(level + 0.1 * rng.standard_normal(len(true)), 0, 1)
    drawn = (scores.cumsum(axis=1) < rng.random((len(true), 1))).sum(axis=1)
    return np.where(rng.random(len(true)) < rate, np.minimum(drawn, k - 1), true)


def region_dependent(
    true: Labels, k: int, level: float, vectors: NDArray[Any], *, rng: np.random.Generator
) -> Labels:
    """Flip with a probability that is logistic in one direction of feature space a class."""
    standard = (vectors - vectors.mean(axis=0)) / (vectors.std(axis=0) + 1e-9)
    score = np.einsum("ij,ij->i", standard, rng.standard_normal((k, standard.shape[1]))[true])
    score = (score - score.mean()) / score.std() * 3
    low, high = -30.0, 30.0
    for _ in range(50):
        middle = (low + high) / 2
        is_low = (1 / (1 + np.exp(-score - middle))).mean() < level
        low, high = (middle, high) if is_low else (low, middle)
    flipped = rng.random(len(true)) < 1 / (1 + np.exp(-score - low))
    to = standard @ rng.standard_normal((k, standard.shape[1])).T
    to[np.arange(len(true)), true] = -np.inf
    return np.where(flipped, to.argmax(axis=1), true)


def slice_dependent(
    true: Labels, k: int, level: float, vectors: NDArray[Any], *, rng: np.random.Generator
) -> Labels:
    """Put all errors into slices: the rows nearest a random row of each class, half of them wrong.

    The slice of a class holds twice `level` of its rows.
    """
    given = true.copy()
    for c in np.unique(true):
        rows = np.flatnonzero(true == c)
        near = vectors[rows] @ vectors[rng.choice(rows)]
        chosen = rows[np.argsort(-near)[: int(2 * level * len(rows))]]
        wrong = chosen[rng.random(len(chosen)) < 0.5]
        given[wrong] = rng.choice(np.delete(np.arange(k), c))
    return given
