"""A logarithmic opinion pool: several models' probabilities, weighed by human labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.calibration import log_scores
from workbench.methods.checks import check_labels
from workbench.methods.softmax import softmax

WEIGHT_PRECISION: Final = 4.0
"""Precision of the normal prior of a weight around its start: about what 20 labels overcome."""

BIAS_PRECISION: Final = 20.0
"""Precision of the prior of a class's bias around 0; annotated rows are seldom a fair sample."""

MAX_WEIGHT: Final = 3.0

N_FOLDS: Final = 5


@dataclass(frozen=True, slots=True)
class Opinion:
    """One model's say.

    Attributes
    ----------
    name
        The model.
    probs
        (n, K) class probabilities of all rows.
    held_out
        (a, K) probabilities of the a annotated rows from a fit that has not seen their labels.
    start
        Weight before any evidence, at least 0.
    """

    name: str
    probs: npt.NDArray[np.float64]
    held_out: npt.NDArray[np.float64]
    start: float


@dataclass(frozen=True, slots=True)
class Pool:
    """The pooled probabilities.

    Attributes
    ----------
    probs
        (n, K) pooled class probabilities.
    weights
        Weight of each opinion, in [0, 3]; 1 takes its log-odds as they are.
    biases
        Bias of each class, in nats.
    """

    probs: npt.NDArray[np.float64]
    weights: tuple[float, ...]
    biases: tuple[float, ...]


def pool_opinions(
    opinions: Sequence[Opinion], labels: npt.ArrayLike, trust: npt.ArrayLike | None = None
) -> Pool:
    """Pool models' probabilities with weights that fit the annotated rows.

    log p(y | row) = bias_y + sum_s weight_s log p_s(y | row) + constant. Weights and biases are
    the maximum of the posterior: the likelihood of the annotated rows, whose probabilities are
    held out, under normal priors around the starting weights and around bias 0. A few labels move
    little; a model that is merely sure of itself gets a weight under 1, one that knows nothing
    gets none.

    Parameters
    ----------
    opinions
        The models, at least one.
    labels
        (a,) classes of the annotated rows, a >= 1.
    trust
        (a,) what each annotated row counts for, at least 0; 1 by default.

    Returns
    -------
    Pool
        Probabilities and weights.

    Raises
    ------
    MethodError
        If there is no opinion or no label, or a label is out of range.

    References
    ----------
    Genest and Zidek (1986), "Combining probability distributions: a critique and an annotated
    bibliography", Statistical Science 1(1), section 3; stacking as in Wolpert (1992), "Stacked
    generalization", Neural Networks 5(2).
    """
    scores, truth, counts_for, start = _judged(opinions, labels, trust)
    weights, bias = _fit(scores, truth, counts_for, start)
    pooled = sum(w * log_scores(o.probs) for w, o in zip(weights, opinions, strict=True)) + bias
    return Pool(softmax(pooled), tuple(weights.tolist()), tuple(bias.tolist()))


def held_out_pool(
    opinions: Sequence[Opinion],
    labels: npt.ArrayLike,
    trust: npt.ArrayLike | None = None,
    *,
    rng: np.random.Generator,
) -> npt.NDArray[np.float64]:
    """Return what a pool says of the annotated rows, by cross-validation of the weights.

    Parameters
    ----------
    opinions, labels, trust
        As for `pool_opinions`.
    rng
        Source of the five folds.

    Returns
    -------
    ndarray
        (a, K), rows summing to 1.

    Raises
    ------
    MethodError
        As `pool_opinions`.
    """
    scores, truth, counts_for, start = _judged(opinions, labels, trust)
    held_out = np.empty(scores.shape[:2])
    fold = rng.permutation(len(truth)) % N_FOLDS
    for f in range(N_FOLDS):
        inside = fold == f
        weights, bias = _fit(scores[~inside], truth[~inside], counts_for[~inside], start)
        held_out[inside] = softmax(scores[inside] @ weights + bias) if inside.any() else 0
    return held_out


def _judged(
    opinions: Sequence[Opinion], labels: npt.ArrayLike, trust: npt.ArrayLike | None
) -> tuple[
    npt.NDArray[np.float64],
    npt.NDArray[np.int64],
    npt.NDArray[np.float64],
    npt.NDArray[np.float64],
]:
    """Return held-out scores (a, K, S), labels and their trust, and the starting weights (S,)."""
    if not opinions:
        raise MethodError("There is no model to pool.", hint="Aggregate or train first.")
    K = opinions[0].probs.shape[1]
    truth = check_labels(labels, K, n_rows=len(opinions[0].held_out))
    if not len(truth):
        raise MethodError("There is no labelled row to weigh models by.", hint="Annotate some.")
    counts_for = np.ones(len(truth)) if trust is None else np.asarray(trust, np.float64)
    scores = np.stack([log_scores(opinion.held_out) for opinion in opinions], axis=2)
    return scores, truth, counts_for, np.array([opinion.start for opinion in opinions])


def _fit(
    scores: npt.NDArray[np.float64],
    truth: npt.NDArray[np.int64],
    counts_for: npt.NDArray[np.float64],
    start: npt.NDArray[np.float64],
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the weights (S,) and biases (K,) of the posterior's mode, for scores (a, K, S)."""
    from scipy.optimize import minimize

    a, K, S = scores.shape
    rows = np.arange(a)

    def loss(parameters: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        weights, bias = parameters[:S], parameters[S:]
        logits = scores @ weights + bias
        probs = softmax(logits) if a else logits
        moved = weights - start
        value = -(counts_for @ np.log(np.maximum(probs[rows, truth], 1e-300)))
        value += (WEIGHT_PRECISION * moved @ moved + BIAS_PRECISION * bias @ bias) / 2
        residual = probs.copy()
        residual[rows, truth] -= 1
        residual *= counts_for[:, None]
        by_weight = np.einsum("ak,aks->s", residual, scores) + WEIGHT_PRECISION * moved
        by_bias = residual.sum(axis=0) + BIAS_PRECISION * bias
        return float(value), np.concatenate([by_weight, by_bias])

    found = minimize(
        loss,
        np.concatenate([start, np.zeros(K)]),
        jac=True,
        method="L-BFGS-B",
        bounds=[(0, MAX_WEIGHT)] * S + [(None, None)] * K,
    )
    return found.x[:S], found.x[S:]
