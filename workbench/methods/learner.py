"""The end model: multinomial logistic regression on soft targets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, Self

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError, NotFittedError
from workbench.methods.checks import check_labels, check_probs
from workbench.methods.dense_logistic import minimise_dense
from workbench.methods.kernel_logistic import minimise_in_span
from workbench.methods.row_blocks import row_blocks
from workbench.methods.row_choice import check_finite, check_weights
from workbench.methods.softmax import softmax
from workbench.methods.threads import single_threaded

MIN_TARGET = 0.01
"""Target probabilities below this are noise of the label model: dropped, the rest renormalised."""

SOLVER = {"maxiter": 200, "gtol": 1e-4, "ftol": 1e-5, "maxcor": 5}
"""L-BFGS stops where held-out accuracy and log loss stopped to improve on three public sets."""

MAX_SPAN_ROWS = 5_000
"""Up to so many rows the model is fitted in the span of its rows: 100 MB of inner products."""

MAX_PAIRS_PER_CLASS = 1_500_000
"""Up to so many pairs of rows a class that is cheaper: their inner products are worked out once for
all classes, while every class pays for all text features: 1,700 rows of 2 classes, 3,700 of 9."""

MAX_DENSE_FEATURES = 1_024
"""Up to so many dense features the curvature costs less than the steps that it saves."""


class SoftLabelClassifier:
    r"""Multinomial logistic regression that learns from class probabilities.

    Minimises the expected loss of Ratner et al. (Snorkel, VLDB 2017, section 2.3),
    :math:`-\sum_i w_i \sum_k T_{ik} \log p_k(x_i) + \lVert W \rVert^2 / (2C)`, with L-BFGS. With
    one-hot targets it is the usual multinomial logistic regression. A class without any target
    has probability 0; where a single class has targets, it has probability 1.

    Parameters
    ----------
    n_classes
        K, the number of classes.
    C
        Inverse strength of the L2 penalty; the intercept is not penalised.
    class_weight
        ``"balanced"`` gives each class the same total weight.

    Attributes
    ----------
    coef_
        Weights of shape (K, n_features), float64.
    intercept_
        Intercepts of shape (K,), float64; -inf for a class without any target.
    """

    coef_: npt.NDArray[np.float64]
    intercept_: npt.NDArray[np.float64]

    def __init__(
        self,
        n_classes: int,
        *,
        C: float = 10.0,
        class_weight: Literal["balanced"] | None = None,
    ) -> None:
        if n_classes < 1:
            raise MethodError(f"n_classes is {n_classes}, but must be at least 1")
        if not C > 0:
            raise MethodError(f"C is {C}, but must be above 0")
        self.n_classes = n_classes
        self.C = C
        self.class_weight = class_weight

    def fit(
        self,
        X: Any,
        targets: npt.ArrayLike,
        *,
        sample_weight: npt.ArrayLike | None = None,
    ) -> Self:
        """Learn from features and targets.

        Parameters
        ----------
        X
            Features of shape (n, n_features), sparse or dense.
        targets
            Class probabilities of shape (n, K), or labels of shape (n,).
        sample_weight
            Non-negative weights of shape (n,); 1 by default.

        Returns
        -------
        SoftLabelClassifier
            Itself.

        Raises
        ------
        MethodError
            Where there is no row with weight, features are not finite, or shapes or values are off.
        """
        check_finite(X)
        weighted = as_targets(targets, self.n_classes, n_rows=X.shape[0])
        if sample_weight is not None:
            weighted = weighted * check_weights(sample_weight, len(weighted))[:, None]
        mass = weighted.sum(axis=0)
        if not mass.sum() > 0:
            raise MethodError(
                "there is no row to learn from", hint="Label some rows or apply functions first."
            )
        if self.class_weight == "balanced":
            weighted = weighted * (mass.sum() / np.count_nonzero(mass) / np.where(mass, mass, 1))
        present = np.flatnonzero(mass)
        self.coef_ = np.zeros((self.n_classes, X.shape[1]))
        self.intercept_ = np.full(self.n_classes, -np.inf)
        n, k = len(weighted), len(present)
        is_small = n <= min(MAX_SPAN_ROWS, X.shape[1] // 2) and n * n <= MAX_PAIRS_PER_CLASS * k
        minimise = _minimise
        if k > 1 and is_small:
            minimise = minimise_in_span
        elif k > 1 and X.shape[1] <= min(MAX_DENSE_FEATURES, n) and _is_dense(X):
            minimise = minimise_dense
        self.coef_[present], self.intercept_[present] = minimise(X, weighted[:, present], self.C)
        return self

    def predict_proba(
        self, X: Any, rows: npt.NDArray[np.int64] | None = None
    ) -> npt.NDArray[np.float64]:
        """Return the class probabilities of rows, worked out block by block.

        Parameters
        ----------
        X
            Features of shape (n, n_features), sparse or dense, or what gives them by ``X[rows]``.
        rows
            Indices of the rows that are asked about, shape (n_rows,); all by default.

        Returns
        -------
        ndarray
            Shape (n_rows, K), float64, rows summing to 1.

        Raises
        ------
        NotFittedError
            Before `fit`.
        MethodError
            Where the number of features differs from the fitted one.
        """
        self._check_fitted()
        if X.shape[1] != self.coef_.shape[1]:
            raise MethodError(
                f"the rows have {X.shape[1]:,} features, the model {self.coef_.shape[1]:,}",
                hint="Transform the texts with the features that the model was fitted on.",
            )
        n_rows = X.shape[0] if rows is None else len(rows)
        probs = np.empty((n_rows, self.n_classes))
        weights = np.ascontiguousarray(self.coef_.T)
        for block in row_blocks(n_rows):
            part = X[block] if rows is None else X[rows[block]]
            probs[block] = softmax(np.asarray(part @ weights, np.float64) + self.intercept_)
        return probs

    def top_features(self, names: Sequence[str], k: int) -> list[list[tuple[str, float]]]:
        """Name the features that speak most for each class.

        Parameters
        ----------
        names
            The names of the features.
        k
            At most so many a class.

        Returns
        -------
        list of list of tuple
            For each class (name, weight), weights positive and falling.

        Raises
        ------
        NotFittedError
            Before `fit`.
        MethodError
            Where the number of names differs from the number of features.
        """
        self._check_fitted()
        if len(names) != self.coef_.shape[1]:
            raise MethodError(f"{len(names):,} names for {self.coef_.shape[1]:,} features")
        return [
            [(names[j], float(row[j])) for j in np.argsort(-row, kind="stable")[:k] if row[j] > 0]
            for row in self.coef_
        ]

    def _check_fitted(self) -> None:
        """Raise unless `fit` was called."""
        if not hasattr(self, "coef_"):
            raise NotFittedError("the end model is not fitted", hint="Call fit first.")


def as_targets(
    targets: npt.ArrayLike, n_classes: int, *, n_rows: int | None = None
) -> npt.NDArray[np.float64]:
    """Return labels or probabilities as target probabilities, without their negligible part.

    Parameters
    ----------
    targets
        Class probabilities of shape (n, K), or labels of shape (n,).
    n_classes
        K, the number of classes.
    n_rows
        The n it must have; any by default.

    Returns
    -------
    ndarray
        Shape (n, K), float64, rows summing to 1; entries below 0.01 are 0.

    Raises
    ------
    MethodError
        Where shapes or values are off.
    """
    given = np.asarray(targets)
    if given.ndim == 1:
        labels = check_labels(given, n_classes, n_rows=n_rows, name="targets")
        one_hot = np.zeros((len(labels), n_classes))
        one_hot[np.arange(len(labels)), labels] = 1
        return one_hot
    probs = check_probs(given, name="targets").astype(np.float64)
    if probs.shape[1] != n_classes or (n_rows is not None and len(probs) != n_rows):
        expected = f"({'n' if n_rows is None else n_rows}, {n_classes})"
        raise MethodError(f"targets has shape {probs.shape}, not {expected}")
    # With 100 classes and more, a flat row may lie wholly below the cut: keep its largest part.
    probs[probs < np.minimum(MIN_TARGET, probs.max(axis=1, initial=0, keepdims=True))] = 0
    return np.asarray(probs / probs.sum(axis=1, keepdims=True))


def _is_dense(X: Any) -> bool:
    """Return whether features are an array of single or double precision."""
    return isinstance(X, np.ndarray) and X.dtype in (np.float32, np.float64)


def _minimise(
    X: Any, targets: npt.NDArray[np.float64], C: float
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the weights (K, n_features) and intercepts (K,) that minimise the expected loss."""
    from scipy.optimize import minimize

    n_features, n_classes = X.shape[1], targets.shape[1]
    if n_classes == 1:
        return np.zeros((1, n_features)), np.zeros(1)
    row_weight = targets.sum(axis=1)
    scale = 1 / row_weight.sum()
    transposed = X.T.tocsr() if hasattr(X, "tocsr") else X.T
    dtype = X.dtype

    def loss(flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        parameters = flat.reshape(n_classes, n_features + 1)
        weights = parameters[:, :-1]
        logits = np.asarray(X @ weights.T.astype(dtype), np.float64) + parameters[:, -1]
        logits -= logits.max(axis=1, keepdims=True)
        expected = np.exp(logits)
        normaliser = expected.sum(axis=1, keepdims=True)
        value = -np.vdot(targets, logits - np.log(normaliser))
        residual = expected * (row_weight[:, None] / normaliser) - targets
        gradient = np.empty_like(parameters)
        gradient[:, :-1] = (transposed @ residual.astype(dtype)).T + weights / C
        gradient[:, -1] = residual.sum(axis=0)
        penalty = np.vdot(weights, weights) / (2 * C)
        return float(value + penalty) * scale, gradient.ravel() * scale

    with single_threaded():
        found = minimize(
            loss,
            np.zeros(n_classes * (n_features + 1)),
            jac=True,
            method="L-BFGS-B",
            options=SOLVER,
        )
    parameters = found.x.reshape(n_classes, n_features + 1)
    return parameters[:, :-1], parameters[:, -1]
