"""The default ranking of labels: how probably each given label is right, on all the evidence.

Two steps. Views on the labels, each out of sample, are pooled as a product of powers (a log-linear
opinion pool: Heskes, "Selecting weighting factors in logarithmic opinion pools", NIPS 1997) whose
powers make the given labels most likely, so that a view weighs what it proves to know. Then Bayes'
rule with the noise matrix of confident learning (Northcutt, Jiang and Chuang, JAIR 70 (2021)) turns
the pool into the probability that the given label is the true one: a label that is often given to
rows of another class needs stronger evidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.checks import check_labels, check_mask, check_probs
from workbench.methods.confident import confident_joint
from workbench.methods.softmax import softmax
from workbench.methods.threads import single_threaded

FLOOR: Final = 1e-4
"""Least probability that a view may give, so that none has a veto."""

RIDGE: Final = 1e-3
"""Pull of the powers to an even share and of the class offsets to 0, beside the mean loss."""

JOINT_PRIOR: Final = 0.5
"""Added to each count of the confident joint: a pair that was not counted is not impossible."""


@dataclass(frozen=True, slots=True)
class LabelRanking:
    """How far each given label can be trusted.

    Attributes
    ----------
    label_quality
        Probability that the given label is right, shape (n,), in [0, 1], higher = better.
    suggested
        Most probable true class, shape (n,), int64; the given label where it ties.
    probs
        The pooled views, shape (n, K), float64, rows summing to 1.
    weights
        Power of each view in the pool, shape (n_views,), not negative; 0: it knows nothing new.
    """

    label_quality: npt.NDArray[np.float64]
    suggested: npt.NDArray[np.int64]
    probs: npt.NDArray[np.float64]
    weights: npt.NDArray[np.float64]


def rank_labels(labels: npt.ArrayLike, views: Sequence[npt.ArrayLike]) -> LabelRanking:
    """Score each given label by all views on it.

    Parameters
    ----------
    labels
        Given labels, shape (n,).
    views
        Out-of-sample class probabilities, each of shape (n, K): of `label_views.label_views`, of
        label models that have not seen the given labels, of the user's own models. A flat row says
        nothing.

    Returns
    -------
    LabelRanking
        Label quality, suggestions, the pool and its weights.

    Raises
    ------
    MethodError
        Where there is no view, or labels or probabilities are off.
    """
    pooled, weights = pool_views(labels, views)
    given = check_labels(labels, pooled.shape[1])
    leading = pooled.argmax(axis=1)
    own = pooled[np.arange(len(given)), given]
    return LabelRanking(
        label_quality=label_trust(given, pooled),
        suggested=np.where(own >= pooled.max(axis=1), given, leading),
        probs=pooled,
        weights=weights,
    )


def label_trust(labels: npt.ArrayLike, probs: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return the probability that each given label is right, by Bayes' rule.

    P(true = given | row, given) is the probability of the given class times the rate at which its
    rows are given it, over the same product summed over all classes that the row may belong to.

    Parameters
    ----------
    labels
        Given labels, shape (n,).
    probs
        Out-of-sample class probabilities, shape (n, K).

    Returns
    -------
    ndarray
        `label_quality`, shape (n,), float64, in [0, 1], higher = better.

    Raises
    ------
    MethodError
        Where labels or probabilities are off.
    """
    counts = confident_joint(labels, probs) + JOINT_PRIOR
    noise = counts / counts.sum(axis=0)
    matrix = check_probs(probs)
    given = check_labels(labels, matrix.shape[1], n_rows=len(matrix))
    own = matrix[np.arange(len(given)), given] * noise.diagonal()[given]
    # Matrix products by class of the noise, not an (n, K) copy of it.
    explained = np.empty(len(given))
    for c in np.unique(given):
        rows = given == c
        explained[rows] = matrix[rows] @ noise[c]
    return np.asarray(np.clip(own / explained, 0, 1))


def pool_views(
    labels: npt.ArrayLike,
    views: Sequence[npt.ArrayLike],
    *,
    told: npt.ArrayLike | None = None,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Multiply views, each to the power that makes the given labels most likely.

    Parameters
    ----------
    labels
        Given labels, shape (n,).
    views
        Out-of-sample class probabilities, each of shape (n, K).
    told
        Mask of shape (n,): rows whose label counts; the others are only pooled. All by default.

    Returns
    -------
    probs : ndarray
        Shape (n, K), float64, rows summing to 1.
    weights : ndarray
        Powers, shape (n_views,), not negative.

    Raises
    ------
    MethodError
        Where there is no view, they differ in shape, or labels or probabilities are off.
    """
    if not len(views):
        raise MethodError("there is no view on the labels", hint="Give one matrix at least.")
    matrices = [check_probs(view, name=f"view {i}") for i, view in enumerate(views)]
    shape = matrices[0].shape
    for i, matrix in enumerate(matrices):
        if matrix.shape != shape:
            raise MethodError(f"view {i} has shape {matrix.shape}, the first {shape}")
    given = check_labels(labels, shape[1], n_rows=shape[0])
    has_label = check_mask(told, len(given), name="told")
    if not has_label.any():
        raise MethodError("there are no labelled rows", hint="Label some rows first.")
    logs = [np.log(np.maximum(matrix, FLOOR)).astype(np.float64) for matrix in matrices]
    for log in logs:
        log -= log.mean(axis=1, keepdims=True)
    with single_threaded():
        weights, offsets = _most_likely(given[has_label], [log[has_label] for log in logs])
    return softmax(_mix(logs, weights, offsets)), weights


def _most_likely(
    given: npt.NDArray[np.int64], logs: list[npt.NDArray[np.float64]]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return powers and class offsets that minimise the mean log loss of the given labels."""
    from scipy.optimize import minimize

    n, n_classes = logs[0].shape
    n_views = len(logs)
    even = 1 / n_views
    rows = np.arange(n)

    def loss(parameters: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        weights, offsets = parameters[:n_views], parameters[n_views:]
        probs = softmax(_mix(logs, weights, offsets))
        value = -np.log(np.maximum(probs[rows, given], np.finfo(float).tiny)).mean()
        value += RIDGE * (((weights - even) ** 2).sum() + (offsets**2).sum())
        probs[rows, given] -= 1
        probs /= n
        gradient = np.concatenate(
            [
                [np.vdot(probs, log) for log in logs] + 2 * RIDGE * (weights - even),
                probs.sum(axis=0) + 2 * RIDGE * offsets,
            ]
        )
        return float(value), gradient

    start = np.concatenate([np.full(n_views, even), np.zeros(n_classes)])
    bounds = [(0, None)] * n_views + [(None, None)] * n_classes
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds)
    return found.x[:n_views], found.x[n_views:]


def _mix(
    logs: list[npt.NDArray[np.float64]],
    weights: npt.NDArray[np.float64],
    offsets: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    """Return the logits of the pool."""
    mixed: npt.NDArray[Any] = np.tile(offsets, (len(logs[0]), 1))
    for weight, log in zip(weights, logs, strict=True):
        mixed += weight * log
    return mixed
