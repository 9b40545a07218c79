"""Multinomial logistic regression on few dense features, as of embeddings."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from workbench.methods.descent import SPREAD, Matrix, Vector, descend, row_products, softmax_loss
from workbench.methods.row_blocks import row_blocks
from workbench.methods.threads import single_threaded

NOISE: Final = 1e-7
"""Curvature that is a smaller part of the largest is noise of single precision."""


class _Loss:
    """The penalised loss of d weights and an intercept for each class.

    ``own`` (d + 1, K) of a `Vector` are these, and ``image`` (d + 1, K) the same times the
    curvature. Weights are of features divided by the largest, so that none has too large a square.
    """

    first_step = 1.0

    def __init__(self, X: npt.NDArray[Any], targets: npt.NDArray[np.float64], C: float) -> None:
        self.X = X
        self.unit = X.dtype.type(1 / (max(float(X.max()), -float(X.min())) or 1.0))
        self.targets = targets.astype(X.dtype)
        self.row_weight = targets.sum(axis=1)
        self.scale = 1 / float(self.row_weight.sum())
        penalty = np.append(np.full(X.shape[1], float(self.unit) ** 2 / C), 0)
        self.penalty = penalty.astype(X.dtype)[:, None]
        self._inverse = self._inverse_curvature(penalty)

    def zero(self) -> Vector:
        """Return weights and intercepts of 0."""
        shape = (len(self.penalty), self.targets.shape[1])
        return Vector(np.zeros(shape, self.X.dtype), np.zeros(shape, self.X.dtype))

    def preconditioned(self, gradient: Matrix) -> Vector:
        """Return a gradient, divided by the curvature."""
        return Vector(self._inverse @ gradient, gradient)

    def slope(self, gradient: Matrix, way: Vector) -> float:
        """Return how the loss changes along a vector, by a gradient."""
        return float(np.vdot(gradient, way.own))

    def at(self, place: Vector) -> tuple[float, Matrix]:
        """Return the loss and its gradient."""
        penalised = place.own * self.penalty
        logits = self.X @ (place.own[:-1] * self.unit)
        logits += place.own[-1]
        value, residual = softmax_loss(logits, self.targets, self.row_weight)
        value += row_products(penalised, place.own) / 2
        gradient = penalised
        gradient[:-1] += (self.X.T @ residual) * self.unit
        gradient[-1] += residual.sum(axis=0)
        gradient *= self.X.dtype.type(self.scale)
        return value * self.scale, gradient

    def _inverse_curvature(self, penalty: npt.NDArray[np.float64]) -> Matrix:
        """Return the inverse of the curvature that is taken for that of each class."""
        n_classes = self.targets.shape[1]
        curvature = np.zeros((len(penalty), len(penalty)))
        for block in row_blocks(len(self.X)):
            rows = self.X[block] * self.unit
            rows = np.hstack([rows, np.ones((len(rows), 1), rows.dtype)])
            weight = self.row_weight[block, None].astype(rows.dtype)
            curvature += (rows * weight).T @ rows
        curvature *= SPREAD * (1 - 1 / n_classes) / n_classes
        curvature += np.diag(np.maximum(penalty, NOISE * curvature.max()))
        return np.linalg.inv(curvature * self.scale).astype(self.X.dtype)


def minimise_dense(
    X: npt.NDArray[Any], targets: npt.NDArray[np.float64], C: float
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Find the weights and intercepts that minimise the expected loss plus a penalty.

    L-BFGS, by an inner product: the curvature of the loss, taken to be that of an even guess but
    for a factor, the same for each class (an even guess's bounds it: Böhning, "Multinomial logistic
    regression algorithm", Annals of the Institute of Statistical Mathematics 1992). It takes a
    third of the steps then.

    Parameters
    ----------
    X
        Dense features of shape (n, n_features), float32 or float64.
    targets
        Weighted class probabilities, shape (n, K), each class with some.
    C
        Inverse strength of the L2 penalty; the intercepts are not penalised.

    Returns
    -------
    weights : ndarray
        Shape (K, n_features), float64.
    intercepts : ndarray
        Shape (K,), float64.
    """
    with single_threaded():
        loss = _Loss(X, targets, C)
        found = descend(loss).own.astype(np.float64)
    return found[:-1].T * float(loss.unit), found[-1]
