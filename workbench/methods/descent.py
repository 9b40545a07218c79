"""L-BFGS on the weights of a linear model, where lengths are measured as the loss curves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt

MAX_STEPS: Final = 200
MAX_TRIALS: Final = 30
"""Lengths that are tried along one direction."""

MEMORY: Final = 5
"""Steps from which the curvature is estimated."""

MIN_FALL: Final = 2e-6
"""Descent ends where the loss a row is expected to fall by less: of 1,000 other rows one at most is
then predicted otherwise than at the minimum."""

SPREAD: Final = 0.25
"""The variance of the classes at the minimum beside that of an even guess: learnt rows are sure."""

ARMIJO: Final = 1e-4
WOLFE: Final = 0.9

Matrix = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Vector:
    """Weights and intercepts of K classes.

    ``own`` (any, K) is what they are, ``image`` (any, K) what they are multiplied with, so that
    ``own`` of one and ``image`` of another give their inner product.
    """

    own: Matrix
    image: Matrix

    def plus(self, other: Vector, times: float) -> Vector:
        """Return the sum with a multiple of another vector."""
        return Vector(self.own + other.own * times, self.image + other.image * times)

    def times(self, factor: float) -> Vector:
        """Return a multiple."""
        return Vector(self.own * factor, self.image * factor)

    def dot(self, other: Vector) -> float:
        """Return the inner product with another vector."""
        return float(np.vdot(self.own, other.image))


class Loss(Protocol):
    """A loss of linear models, a row."""

    @property
    def first_step(self) -> float:
        """How far to go along the first gradient, while nothing is known of the curvature."""

    def zero(self) -> Vector:
        """Return weights and intercepts of 0."""

    def at(self, place: Vector) -> tuple[float, Matrix]:
        """Return the loss and its gradient."""

    def preconditioned(self, gradient: Matrix) -> Vector:
        """Return a gradient as a vector, divided by the curvature that is known beforehand."""

    def slope(self, gradient: Matrix, way: Vector) -> float:
        """Return how the loss changes along a vector, by a gradient."""


@dataclass(frozen=True, slots=True)
class _Pair:
    """A step, and how it changed the gradient."""

    step: Vector
    change: Vector
    product: float


def descend(loss: Loss) -> Vector:
    """Return the minimum of a loss, by L-BFGS from 0.

    Parameters
    ----------
    loss
        The loss, convex.
    """
    here = loss.zero()
    value, own_gradient = loss.at(here)
    gradient = loss.preconditioned(own_gradient)
    pairs: list[_Pair] = []
    for _ in range(MAX_STEPS):
        direction = _direction(gradient, pairs)
        if not pairs:
            direction = direction.times(loss.first_step)
        if -gradient.dot(direction) <= 2 * MIN_FALL:
            break
        there, value, own_gradient = _search(loss, here, value, gradient, direction)
        new_gradient = loss.preconditioned(own_gradient)
        step, change = there.plus(here, -1), new_gradient.plus(gradient, -1)
        here, gradient = there, new_gradient
        product = step.dot(change)
        if product > 0:
            pairs = [*pairs[1 - MEMORY :], _Pair(step, change, product)]
    return here


def row_products(a: Matrix, b: Matrix) -> float:
    """Return the inner product of two matrices, summed up over rows in double precision."""
    return float(np.einsum("ij,ij->i", a, b).sum(dtype=np.float64))


def softmax_loss(
    logits: Matrix, targets: Matrix, row_weight: npt.NDArray[np.float64]
) -> tuple[float, Matrix]:
    """Return the multinomial loss of logits, and its gradient by them, which takes their place.

    Parameters
    ----------
    logits
        Shape (n, K).
    targets
        Weighted class probabilities, (n, K), of the type of the logits.
    row_weight
        The sums of their rows, (n,).
    """
    logits -= logits.max(axis=1, keepdims=True)
    said = row_products(targets, logits)
    expected = np.exp(logits, out=logits)
    normaliser = expected.sum(axis=1)
    value = float(row_weight @ np.log(normaliser)) - said
    expected *= (row_weight / normaliser).astype(expected.dtype)[:, None]
    expected -= targets
    return value, expected


def _direction(gradient: Vector, pairs: list[_Pair]) -> Vector:
    """Return where to go: the two-loop recursion (Nocedal, Mathematics of Computation 1980)."""
    way = gradient.times(-1)
    parts = []
    for pair in reversed(pairs):
        parts.append(pair.step.dot(way) / pair.product)
        way = way.plus(pair.change, -parts[-1])
    if pairs:
        newest = pairs[-1]
        way = way.times(newest.product / newest.change.dot(newest.change))
    for pair, part in zip(pairs, reversed(parts), strict=True):
        way = way.plus(pair.step, part - pair.change.dot(way) / pair.product)
    return way


def _search(
    loss: Loss, here: Vector, value: float, gradient: Vector, way: Vector
) -> tuple[Vector, float, Matrix]:
    """Go along a direction until the weak Wolfe conditions hold, by bisection."""
    slope = gradient.dot(way)
    low, high, length = 0.0, np.inf, 1.0
    for _ in range(MAX_TRIALS):
        there = here.plus(way, length)
        new_value, own_gradient = loss.at(there)
        if new_value > value + ARMIJO * length * slope:
            high = length
        elif loss.slope(own_gradient, way) < WOLFE * slope:
            low = length
        else:
            break
        length = 2 * low if high == np.inf else (low + high) / 2
    return there, new_value, own_gradient
