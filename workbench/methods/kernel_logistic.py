"""Multinomial logistic regression of few rows: fitted in their span, from their inner products."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from workbench.methods.descent import SPREAD, Vector, descend, row_products, softmax_loss
from workbench.methods.threads import single_threaded

BLOCK: Final = 512
"""Sparse rows whose inner products are worked out at a time."""

N_COMMON: Final = 500
"""So many of the commonest features are multiplied densely: of texts, 95 % of all products."""

N_LEADING: Final = 40
"""Directions in which the curvature is worked out beforehand."""

MIN_SQUARE: Final = 1e-5
"""Directions whose square length is a smaller part of the longest are noise of single precision."""

Matrix = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Leading:
    """Directions in which the loss curves most, whatever the class.

    ``own`` and ``image`` (n + 1, r) as of a `Vector`, of length 1 and at right angles;
    ``curvature`` (r, 1) is a multiple of the penalty's.
    """

    own: Matrix
    image: Matrix
    curvature: Matrix


class _Loss:
    """The penalised loss of weights in the span of n rows, and K intercepts.

    ``own`` (n + 1 + r, K) of a `Vector` has a coefficient for each row, the intercepts, and the
    parts along r leading directions times their curvature; ``image`` (n + 1 + r, K) what these
    weights say of each row, the intercepts again, and the parts.
    """

    def __init__(self, gram: Matrix, targets: npt.NDArray[np.float64], C: float) -> None:
        self.gram = gram
        self.targets = targets.astype(np.float32)
        self.C = C
        self.row_weight = targets.sum(axis=1)
        self.scale = 1 / float(self.row_weight.sum())
        self.leading = self._leading()
        # Beyond the leading directions, as if there were the penalty alone.
        self.first_step = C / self.scale

    def zero(self) -> Vector:
        """Return weights and intercepts of 0."""
        shape = (len(self.gram) + 1 + len(self.leading.curvature), self.targets.shape[1])
        return Vector(np.zeros(shape, np.float32), np.zeros(shape, np.float32))

    def preconditioned(self, gradient: Matrix) -> Vector:
        """Return a gradient, divided by the curvature in the leading directions."""
        n, leading = len(self.gram), self.leading
        parts = leading.image.T @ gradient
        kept = parts / (1 + leading.curvature)
        shape = (n + 1 + len(kept), gradient.shape[1])
        own, image = np.empty(shape, np.float32), np.empty(shape, np.float32)
        own[: n + 1] = gradient - leading.own @ (parts - kept)
        # The one product with all rows of a step.
        np.matmul(self.gram, own[:n], out=image[:n])
        image[n] = own[n]
        own[n + 1 :], image[n + 1 :] = leading.curvature * kept, kept
        return Vector(own, image)

    def slope(self, gradient: Matrix, way: Vector) -> float:
        """Return how the loss changes along a vector, by the coefficients of a gradient."""
        return float(np.vdot(gradient, way.image[: len(gradient)]))

    def at(self, place: Vector) -> tuple[float, Matrix]:
        """Return the loss and the coefficients of its gradient."""
        n = len(self.gram)
        own, image = place.own[:n], place.image[:n]
        value, residual = softmax_loss(image + place.own[n], self.targets, self.row_weight)
        value += row_products(own, image) / (2 * self.C)
        gradient = np.empty((n + 1, residual.shape[1]), np.float32)
        gradient[n] = residual.sum(axis=0)
        np.add(residual, own * np.float32(1 / self.C), out=gradient[:n])
        gradient *= np.float32(self.scale)
        return value * self.scale, gradient

    def _leading(self) -> _Leading:
        """Find the leading directions of the weighted rows, each with a constant feature.

        By one round of subspace iteration (Halko, Martinsson and Tropp, "Finding structure with
        randomness", SIAM Review 2011, algorithm 4.3).
        """
        n, n_classes = self.targets.shape
        weight = self.row_weight.astype(np.float32)[:, None]
        start = np.random.default_rng(0).standard_normal((n, min(N_LEADING, n // 4 + 1)))
        start = start.astype(np.float32)
        own = np.linalg.qr(weight * (self.gram @ start + start.sum(axis=0)))[0]
        said = self.gram @ own
        own, image = (np.vstack([part, own.sum(axis=0)]) for part in (own, said))
        # Equal rows leave fewer directions.
        square, turn = np.linalg.eigh(own.T.astype(np.float64) @ image)
        is_there = square > MIN_SQUARE * square[-1]
        turn = turn[:, is_there] / np.sqrt(square[is_there])
        logits = (image[:-1] + image[-1]) @ turn
        curvature, turned = np.linalg.eigh(logits.T @ (weight * logits))
        turn = (turn @ turned).astype(np.float32)
        spread = SPREAD * (1 - 1 / n_classes) / n_classes
        beside = np.maximum(curvature, 0) * (self.C * spread)
        return _Leading(own @ turn, image @ turn, beside.astype(np.float32)[:, None])


def minimise_in_span(
    X: Any, targets: npt.NDArray[np.float64], C: float
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Find the weights and intercepts that minimise the expected loss plus a penalty.

    The weights lie in the span of the rows (the representer theorem; Hastie and Tibshirani,
    "Efficient quadratic regularization for expression arrays", Biostatistics 2004, section 3): 500
    annotated rows leave 500 of 80,000 text features. L-BFGS goes by inner products of weights, so
    it takes the same steps there, and its vectors are sums of gradients: what they say of each row
    is the same sum. So a step costs one product with the rows' inner products, and another length
    of a step none. The inner product is that of the curvature in the 40 directions where texts are
    most alike, which halves the number of steps.

    Parameters
    ----------
    X
        Features of shape (n, n_features), sparse or dense.
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
    n = len(targets)
    with single_threaded():
        loss = _Loss(_inner_products(X), targets, C)
        found = descend(loss).own
        weights = X.T @ found[:n]
    return np.asarray(weights, np.float64).T, found[n].astype(np.float64)


def _inner_products(X: Any) -> Matrix:
    """Return the inner products of all rows, (n, n).

    Of sparse rows the few common features, which make most of the products, are multiplied densely.
    """
    if not hasattr(X, "tocsr"):
        return np.asarray(X @ X.T, np.float32)
    X = X.tocsr()
    count = np.bincount(X.indices, minlength=X.shape[1])
    order = np.argsort(-count, kind="stable")[: np.count_nonzero(count)]
    dense = X[:, order[:N_COMMON]].toarray()
    products = np.asarray(dense @ dense.T, np.float32)
    rare = X[:, order[N_COMMON:]]
    for start in range(0, len(products), BLOCK):
        end = min(start + BLOCK, len(products))
        part = (rare[start:end] @ rare[:end].T).toarray()
        products[start:end, :end] += part
        products[:start, start:end] += part[:, :start].T
    return products
