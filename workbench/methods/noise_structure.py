"""Does the noise depend on the text? Then confident learning's class-conditional model is weak.

Confident learning assumes that whether a label is wrong depends on the true class alone. Then,
among the rows of one true class, the wrong ones lie anywhere. Two statistics say whether they lie
together: links between near rows with the same error (the join count of Cliff and Ord, "Spatial
Autocorrelation" (1973), on a graph of nearest neighbours), and the pull of the errors in one
direction (the Hilbert-Schmidt independence criterion of Gretton et al., ALT 2005, with a linear
kernel). Labels are permuted within strata of one likely true class and a like certainty of it.

What a model gets wrong is uncertain and lies towards the class that it is taken for: rows count by
their certainty, and that direction is left out of the pull. Noise that a model can learn as if it
were the concept itself, half of the space labelled the other way round, stays out of sight.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.checks import check_labels, check_probs
from workbench.methods.neighbours import Neighbours, check_vectors
from workbench.methods.threads import single_threaded

MIN_ERRORS: Final = 15
"""With fewer likely errors there is nothing to see; the p-value is 1."""

MIN_CERTAINTY: Final = 0.5
"""A row counts by how far the probability of its likely true class is above this."""

N_STRATA: Final = 4
"""Strata of certainty in each class."""

N_PERMUTATIONS: Final = 499

LEVEL: Final = 0.05
"""An alarm is given up to this p-value."""

SLICE_CONCENTRATION: Final = 2.0
"""A row is in the noisy slice where the errors near it are so many times those expected."""


@dataclass(frozen=True, slots=True)
class NoiseStructure:
    """Whether errors depend on more than the class.

    Attributes
    ----------
    p_value
        Of the class-conditional model, by the larger of the two standard scores: small = the
        errors lie together, the joint is weak.
    n_rows, n_errors
        Rows looked at, and likely errors among them.
    excess_links
        Weight of the links between like errors over that expected, 1 = as expected; 0 without any.
    concentration
        Shape (n,), float64: for each row the share of likely errors among the near rows of its
        likely class, over the share in its stratum; higher = in the noisy slice; 0 for rows not
        looked at.
    """

    p_value: float
    n_rows: int
    n_errors: int
    excess_links: float
    concentration: npt.NDArray[np.float64]

    @property
    def depends_on_text(self) -> bool:
        """Whether the class-conditional model is rejected: the joint is weak, people must look."""
        return self.p_value <= LEVEL

    @property
    def slice(self) -> npt.NDArray[np.bool_]:
        """Rows around which the errors lie, shape (n,); none where the model is not rejected."""
        return (self.concentration >= SLICE_CONCENTRATION) & self.depends_on_text


def noise_structure(
    labels: npt.ArrayLike,
    probs: npt.ArrayLike,
    vectors: npt.ArrayLike,
    neighbours: Neighbours,
    *,
    n_permutations: int = N_PERMUTATIONS,
    rng: np.random.Generator,
) -> NoiseStructure:
    """Test whether likely errors depend on more than the class.

    Parameters
    ----------
    labels
        Given labels, shape (n,).
    probs
        Class probabilities that have not seen the row's own label, shape (n, K), such as
        `label_ranking.LabelRanking.probs`.
    vectors
        Features, shape (n, d), of `features.reduce`.
    neighbours
        The nearest rows of each row, near-duplicates left out.
    n_permutations
        The least p-value is 1 over one more than this.
    rng
        Source of the permutations.

    Returns
    -------
    NoiseStructure
        The p-value and where the errors lie. Certain model errors that lie together look like noise
        that does: a weak model can raise a false alarm, which a review of the slice settles.

    Raises
    ------
    MethodError
        Where labels, probabilities or vectors are off, or differ in length.
    """
    matrix = check_probs(probs)
    n, k = matrix.shape
    given = check_labels(labels, k, n_rows=n)
    points = check_vectors(vectors)
    if len(points) != n or len(neighbours.rows) != n:
        raise MethodError("labels, probabilities, vectors and neighbours differ in length")
    if n_permutations < 1:
        raise MethodError(f"n_permutations is {n_permutations}, but must be at least 1")
    with single_threaded():
        return _compute_structure(given, matrix, points, neighbours, n_permutations, rng)


def _compute_structure(
    given: npt.NDArray[np.int64],
    probs: npt.NDArray[Any],
    points: npt.NDArray[np.float32],
    neighbours: Neighbours,
    n_permutations: int,
    rng: np.random.Generator,
) -> NoiseStructure:
    """Run both permutation tests on checked input."""
    n = len(given)
    likely = probs.argmax(axis=1)
    certainty = probs[np.arange(n), likely] - MIN_CERTAINTY
    rows = np.flatnonzero(certainty > 0)
    stratum = _strata(likely[rows], certainty[rows])
    is_error = given[rows] != likely[rows]
    n_errors = int(np.count_nonzero(is_error))
    links = _links(rows, likely, neighbours, n)
    concentration = np.zeros(n)
    near_expected = links @ _stratum_means(is_error[:, None].astype(np.float64), stratum)[:, 0]
    concentration[rows] = (links @ is_error) / np.maximum(near_expected, np.finfo(float).eps)
    if n_errors < MIN_ERRORS:
        return NoiseStructure(1.0, len(rows), n_errors, 0.0, concentration)
    evidence = _Evidence(
        likely=likely[rows],
        weight=certainty[rows].astype(np.float64),
        links=links,
        centred=points[rows] - _stratum_means(points[rows], stratum),
        means=_class_means(points, likely, probs.shape[1]),
    )
    # What was given stands for an error only where it is not the likely class.
    marks = np.where(is_error, given[rows], -1)
    order = np.argsort(stratum, kind="stable")
    drawn = np.empty((1 + n_permutations, 2))
    drawn[0] = evidence.statistics(marks)
    for i in range(1, 1 + n_permutations):
        shuffled = np.empty_like(marks)
        shuffled[order] = marks[np.lexsort((rng.random(len(marks)), stratum))]
        drawn[i] = evidence.statistics(shuffled)
    # Standardised over all draws, the observed one among them, so that each is treated alike.
    spread = np.maximum(drawn.std(axis=0), np.finfo(float).tiny)
    scores = (drawn - drawn.mean(axis=0)) / spread
    larger = scores.max(axis=1)
    mean_links = drawn[1:, 0].mean()
    return NoiseStructure(
        p_value=float((larger >= larger[0]).mean()),
        n_rows=len(rows),
        n_errors=n_errors,
        excess_links=float(drawn[0, 0] / mean_links) if mean_links > 0 else 0.0,
        concentration=concentration,
    )


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What the statistics need of the rows looked at."""

    likely: npt.NDArray[np.int64]
    weight: npt.NDArray[np.float64]
    links: Any
    centred: npt.NDArray[Any]
    means: npt.NDArray[np.float64]

    def statistics(self, marks: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Return the weight of links between like errors, and the squared pull of the errors."""
        errors = np.flatnonzero(marks >= 0)
        mark, weight = marks[errors], self.weight[errors]
        among = self.links[errors][:, errors].tocoo()
        is_alike = mark[among.row] == mark[among.col]
        linked = (weight[among.row] * weight[among.col])[is_alike].sum()
        n_classes = len(self.means)
        pairs, pair = np.unique(self.likely[errors] * n_classes + mark, return_inverse=True)
        pull = np.zeros((len(pairs), self.centred.shape[1]))
        np.add.at(pull, pair, self.centred[errors] * weight[:, None])
        towards = self.means[pairs % n_classes] - self.means[pairs // n_classes]
        length = np.einsum("ij,ij->i", towards, towards)
        along = np.einsum("ij,ij->i", pull, towards)
        squared = np.einsum("ij,ij->i", pull, pull) - along**2 / np.maximum(length, 1e-12)
        return np.array([linked, squared.sum()])


def _links(
    rows: npt.NDArray[np.int64], likely: npt.NDArray[np.int64], neighbours: Neighbours, n: int
) -> Any:
    """Return the graph of near rows of one likely class among the rows looked at, sparse."""
    from scipy.sparse import csr_matrix

    position = np.full(n + 1, -1)
    position[rows] = np.arange(len(rows))
    target = neighbours.rows[rows]
    start = np.repeat(np.arange(len(rows)), target.shape[1])
    # A neighbour that is not there is numbered -1: the last position, which is never looked at.
    end = position[target.ravel()]
    same = (end >= 0) & (likely[target.ravel()] == likely[rows[start]])
    weights = np.ones(np.count_nonzero(same), np.float32)
    return csr_matrix((weights, (start[same], end[same])), shape=(len(rows), len(rows)))


def _strata(likely: npt.NDArray[np.int64], certainty: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """Cut each likely class into strata of like certainty, numbered."""
    stratum = np.empty(len(likely), np.int64)
    for c in np.unique(likely):
        rows = np.flatnonzero(likely == c)
        rank = np.argsort(np.argsort(certainty[rows], kind="stable"), kind="stable")
        stratum[rows] = c * N_STRATA + rank * N_STRATA // len(rows)
    return stratum


def _stratum_means(values: npt.NDArray[Any], stratum: npt.NDArray[np.int64]) -> npt.NDArray[Any]:
    """Return for each row the mean of its stratum, shape (n_rows, d)."""
    _, code = np.unique(stratum, return_inverse=True)
    return _class_means(values, code, int(code.max(initial=-1)) + 1)[code]


def _class_means(
    values: npt.NDArray[Any], codes: npt.NDArray[np.int64], n_codes: int
) -> npt.NDArray[np.float64]:
    """Return the mean of the rows of each code, 0 where there is none, shape (n_codes, d)."""
    total = np.zeros((n_codes, values.shape[1]))
    np.add.at(total, codes, values)
    return np.asarray(total / np.maximum(np.bincount(codes, minlength=n_codes), 1)[:, None])
