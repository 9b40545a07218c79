"""Multinomial logistic regression of few rows: fitted in their span, from their inner products."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from workbench.methods.threads import single_threaded

BLOCK: Final = 512
"""Sparse rows whose inner products are worked out at a time."""

MAX_STEPS: Final = 200
MAX_TRIALS: Final = 30
"""Lengths that are tried along one direction."""

MEMORY: Final = 5
"""Steps from which the curvature is estimated."""

MIN_FALL: Final = 1e-6
MAX_SLOPE: Final = 1e-4
"""Descent ends at such a fall of the loss a row, or length of its gradient: of 1,000 other rows
fewer than one is then predicted otherwise than at the minimum; at ten times as much, up to six."""

ARMIJO: Final = 1e-4
WOLFE: Final = 0.9

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Vector:
    """Weights in the span of n rows, and K intercepts.

    ``own`` (n + 1, K) has a coefficient for each row, and the intercepts; ``image`` (n + 1, K) what
    these weights say of each row, and the intercepts again.
    """

    own: Matrix
    image: Matrix

    def plus(self, other: _Vector, times: float) -> _Vector:
        return _Vector(self.own + times * other.own, self.image + times * other.image)

    def dot(self, other: _Vector) -> float:
        return float(np.vdot(self.own, other.image))


@dataclass(frozen=True, slots=True)
class _Pair:
    """A step, and how it changed the gradient."""

    step: _Vector
    change: _Vector
    product: float


class _Loss:
    """The penalised loss as a function of a `_Vector`."""

    def __init__(self, gram: npt.NDArray[np.float32], targets: Matrix, C: float) -> None:
        self.gram = gram
        self.targets = targets
        self.C = C
        self.row_weight = targets.sum(axis=1, keepdims=True)
        self.scale = 1 / float(self.row_weight.sum())

    def vector(self, own: Matrix) -> _Vector:
        """Return coefficients with what they say of each row: the one product with all rows."""
        image = own.copy()
        image[:-1] = self.gram @ own[:-1].astype(np.float32)
        return _Vector(own, image)

    def at(self, place: _Vector) -> tuple[float, Matrix]:
        """Return the loss and the coefficients of its gradient."""
        logits = place.image[:-1] + place.own[-1]
        logits -= logits.max(axis=1, keepdims=True)
        expected = np.exp(logits)
        normaliser = expected.sum(axis=1, keepdims=True)
        value = -float(np.vdot(self.targets, logits - np.log(normaliser)))
        value += float(np.vdot(place.own[:-1], place.image[:-1])) / (2 * self.C)
        residual = expected * (self.row_weight / normaliser) - self.targets
        gradient = np.concatenate(
            [residual + place.own[:-1] / self.C, residual.sum(axis=0, keepdims=True)]
        )
        return value * self.scale, gradient * self.scale


def minimise_in_span(X: Any, targets: Matrix, C: float) -> tuple[Matrix, Matrix]:
    """Find the weights and intercepts that minimise the expected loss plus a penalty.

    The weights lie in the span of the rows (the representer theorem; Hastie and Tibshirani,
    "Efficient quadratic regularization for expression arrays", Biostatistics 2004, section 3): 500
    annotated rows leave 500 of 80,000 text features. L-BFGS goes by inner products of weights, so
    it takes the same steps there, and its vectors are sums of gradients: what they say of each row
    is the same sum. So a step costs one product with the rows' inner products, and another length
    of a step none.

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
    with single_threaded():
        loss = _Loss(_inner_products(X), targets, C)
        found = _descend(loss, np.zeros((len(targets) + 1, targets.shape[1])))
        weights = X.T @ found[:-1]
    return np.asarray(weights, np.float64).T, found[-1]


def _inner_products(X: Any) -> npt.NDArray[np.float32]:
    """Return the inner products of all rows, (n, n); of sparse rows each pair once."""
    if not hasattr(X, "tocsr"):
        return np.asarray(X @ X.T, np.float32)
    products = np.empty((X.shape[0], X.shape[0]), np.float32)
    for start in range(0, len(products), BLOCK):
        end = min(start + BLOCK, len(products))
        part = (X[start:end] @ X[:end].T).toarray()
        products[start:end, :end] = part
        products[:end, start:end] = part.T
    return products


def _descend(loss: _Loss, start: Matrix) -> Matrix:
    """Return the coefficients at the minimum, by L-BFGS."""
    here = loss.vector(start)
    value, own_gradient = loss.at(here)
    gradient = loss.vector(own_gradient)
    pairs: list[_Pair] = []
    for _ in range(MAX_STEPS):
        direction = _direction(gradient, pairs)
        # Before anything is known of the curvature, one step of gradient descent on a row.
        first = 1.0 if pairs else 2 / (loss.scale * max(float(loss.row_weight.max()), 1e-12))
        there, new_value, own_gradient = _search(loss, here, value, gradient, direction, first)
        new_gradient = loss.vector(own_gradient)
        fall = value - new_value
        step, change = there.plus(here, -1), new_gradient.plus(gradient, -1)
        here, value, gradient = there, new_value, new_gradient
        if not fall > MIN_FALL or gradient.dot(gradient) <= MAX_SLOPE**2:
            break
        product = step.dot(change)
        if product > 0:
            pairs = [*pairs[1 - MEMORY :], _Pair(step, change, product)]
    return here.own


def _direction(gradient: _Vector, pairs: list[_Pair]) -> _Vector:
    """Return where to go: the two-loop recursion (Nocedal, Mathematics of Computation 1980)."""
    way = _Vector(-gradient.own, -gradient.image)
    parts = []
    for pair in reversed(pairs):
        parts.append(pair.step.dot(way) / pair.product)
        way = way.plus(pair.change, -parts[-1])
    if pairs:
        newest = pairs[-1]
        scale = newest.product / newest.change.dot(newest.change)
        way = _Vector(way.own * scale, way.image * scale)
    for pair, part in zip(pairs, reversed(parts), strict=True):
        way = way.plus(pair.step, part - pair.change.dot(way) / pair.product)
    return way


def _search(
    loss: _Loss, here: _Vector, value: float, gradient: _Vector, way: _Vector, length: float
) -> tuple[_Vector, float, Matrix]:
    """Go along a direction until the weak Wolfe conditions hold, by bisection."""
    slope = gradient.dot(way)
    low, high = 0.0, np.inf
    for _ in range(MAX_TRIALS):
        there = here.plus(way, length)
        new_value, own_gradient = loss.at(there)
        if new_value > value + ARMIJO * length * slope:
            high = length
        elif float(np.vdot(own_gradient, way.image)) < WOLFE * slope:
            low = length
        else:
            break
        length = 2 * low if high == np.inf else (low + high) / 2
    return there, new_value, own_gradient
