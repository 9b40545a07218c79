"""How far annotators agree beyond chance: Cohen's and Fleiss' kappa, Krippendorff's alpha.

Answers are a vote matrix whose columns are annotators; -1 is an answer that is missing. Every
coefficient is ``1 - disagreement / disagreement by chance``: 1 is perfect agreement, 0 what chance
brings, below 0 worse than that. Both terms come from sums over rows, so that a bootstrap over rows
is one matrix product for all coefficients at once, where a library offers one coefficient a call,
and none of them intervals.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import MethodError
from workbench.methods.votes import Votes, check_votes
from workbench.types import ABSTAIN

if TYPE_CHECKING:
    from scipy import sparse

Floats = NDArray[np.float64]

_CELLS: Final = 4_000_000
"""Numbers that a step of the bootstrap holds at once (32 MB)."""

_LEVELS: Final = (0.025, 0.975)
"""The ends of an interval."""

_MIN_DEFINED: Final = 0.5
"""Share of resamples that must have a value before they make an interval."""


@dataclass(frozen=True, slots=True)
class Coefficient:
    """A coefficient with its bootstrap interval.

    ``value`` is None where it is not defined (nothing was shared, or only one class was ever
    chosen); the bounds are None where too few resamples define it.
    """

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class PairAgreement:
    """Two annotators on the rows that both answered."""

    first: int
    second: int
    n_rows: int
    observed: float
    kappa: Coefficient


@dataclass(frozen=True, slots=True)
class ClassAgreement:
    """One class against all others; ``n_answers`` on shared rows name it."""

    class_index: int
    n_answers: int
    alpha: Coefficient
    fleiss: Coefficient


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement on the rows with at least two answers.

    Attributes
    ----------
    n_rows, n_answers
        Those rows, and the answers on them.
    observed
        Chance that two answers to one row agree, mean over rows; not corrected for chance.
    alpha
        Krippendorff's alpha for nominal data.
    fleiss
        Fleiss' kappa.
    cohen
        Mean of the pairs' kappas, weighted by the rows that a pair shares.
    pairs
        Cohen's kappa of each two annotators who share rows.
    classes
        Alpha and Fleiss' kappa of each class against the rest.
    """

    n_rows: int
    n_answers: int
    observed: Coefficient
    alpha: Coefficient
    fleiss: Coefficient
    cohen: Coefficient
    pairs: tuple[PairAgreement, ...]
    classes: tuple[ClassAgreement, ...]


def measure_agreement(
    answers: ArrayLike,
    n_classes: int,
    *,
    rng: np.random.Generator,
    n_resamples: int = 1_000,
) -> Agreement:
    """Measure how far annotators agree, with 95 % percentile bootstrap intervals over rows.

    Parameters
    ----------
    answers
        (n, m) answers in -1..K-1, a column an annotator; -1 for none.
    n_classes
        Number of classes K, at least 2.
    rng
        Draws the resamples.
    n_resamples
        Resamples of the rows; at least 1.

    Returns
    -------
    Agreement
        The coefficients; all undefined where no row has two answers.

    Raises
    ------
    MethodError
        If the answers are malformed, or an option is out of range.

    Notes
    -----
    Rows with one answer say nothing about agreement and are left out. Fleiss' kappa takes equally
    many answers a row; with missing ones, rows weigh the same and class shares are means of the
    rows' shares, which reduces to Fleiss where none is missing. A class against the rest is the
    same coefficient on answers turned binary.

    References
    ----------
    Cohen (1960), "A coefficient of agreement for nominal scales", EPM 20(1). Fleiss (1971),
    "Measuring nominal scale agreement among many raters", Psychological Bulletin 76(5).
    Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", section C (nominal data,
    any number of observers, missing data). Zapf et al. (2016), "Measuring inter-rater reliability
    for nominal data", BMC Medical Research Methodology 16:93, for the bootstrap over rows.
    """
    if n_resamples < 1:
        raise MethodError(f"The number of resamples is {n_resamples}.", hint="Give 1 or more.")
    matrix = check_votes(answers, n_classes)
    shared = matrix[(matrix != ABSTAIN).sum(axis=1) >= 2]
    return _compute_agreement(shared, n_classes, rng, n_resamples)


def count_answers(answers: Votes, n_classes: int) -> NDArray[np.int64]:
    """Return how many annotators chose each class of each row, (n, K), of (n, m) answers."""
    return np.stack([(answers == k).sum(axis=1) for k in range(n_classes)], axis=1)


def _compute_agreement(
    shared: Votes, K: int, rng: np.random.Generator, n_resamples: int
) -> Agreement:
    """Measure agreement on rows that all have two answers or more."""
    from scipy import sparse

    counts = count_answers(shared, K)
    pairs, pair_sums = _pair_terms(shared, K)
    terms = sparse.hstack([_class_terms(counts), pair_sums], format="csr")
    point = _coefficients(np.asarray(terms.sum(axis=0)), len(pairs), K)
    drawn = [
        _coefficients(sums, len(pairs), K)
        for sums in _resampled_sums(terms, rng, n_resamples if len(shared) else 0)
    ]

    def coefficient(name: str, index: int = 0) -> Coefficient:
        spread = [values[name][:, index] for values in drawn]
        value = float(point[name][0, index])
        return _summarize(value, np.concatenate(spread) if spread else np.empty(0))

    return Agreement(
        n_rows=len(shared),
        n_answers=int(counts.sum()),
        observed=coefficient("observed"),
        alpha=coefficient("alpha"),
        fleiss=coefficient("fleiss"),
        cohen=coefficient("cohen"),
        pairs=tuple(
            PairAgreement(
                first=first,
                second=second,
                n_rows=int(point["pair_rows"][0, p]),
                observed=float(point["pair_observed"][0, p]),
                kappa=coefficient("pair_kappa", p),
            )
            for p, (first, second) in enumerate(pairs)
        ),
        classes=tuple(
            ClassAgreement(
                class_index=k,
                n_answers=int(counts[:, k].sum()),
                alpha=coefficient("class_alpha", k),
                fleiss=coefficient("class_fleiss", k),
            )
            for k in range(K)
        ),
    )


def _class_terms(counts: NDArray[np.int64]) -> sparse.csr_matrix:
    """Return what alpha and Fleiss' kappa sum over rows: (n, 1 + 4 K).

    A one, then for each class: its answers, their disagreement with the row's others (as
    Krippendorff's coincidences), its share, and the chance that two answers disagree on it.
    """
    from scipy import sparse

    total = counts.sum(axis=1, keepdims=True).astype(np.float64)
    mixed = 2.0 * counts * (total - counts)
    blocks = [
        np.ones((len(counts), 1)),
        counts,
        mixed / (total - 1),
        counts / total,
        mixed / (total * (total - 1)),
    ]
    return sparse.hstack([sparse.csr_matrix(block) for block in blocks], format="csr")


def _pair_terms(shared: Votes, K: int) -> tuple[list[tuple[int, int]], sparse.csr_matrix]:
    """Return the pairs that share rows, and what Cohen's kappa sums over rows: (n, P (2 + 2 K)).

    For each pair and row that both answered: a one, whether they agree, and both answers one-hot.
    """
    from scipy import sparse

    answered = [np.flatnonzero(column != ABSTAIN) for column in shared.T]
    present = sparse.csr_matrix(shared != ABSTAIN, dtype=np.int64)
    common = sparse.triu(present.T @ present, k=1).tocoo()
    pairs = sorted(zip(common.row.tolist(), common.col.tolist(), strict=True))
    width = 2 + 2 * K
    rows, columns = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for p, (first, second) in enumerate(pairs):
        both = np.intersect1d(answered[first], answered[second], assume_unique=True)
        one, other = shared[both, first].astype(np.int64), shared[both, second].astype(np.int64)
        agree = both[one == other]
        rows += [both, agree, both, both]
        start = p * width
        columns += [
            np.full(len(both), start),
            np.full(len(agree), start + 1),
            start + 2 + one,
            start + 2 + K + other,
        ]
    row, column = np.concatenate(rows), np.concatenate(columns)
    terms = sparse.csr_matrix(
        (np.ones(len(row)), (row, column)), shape=(len(shared), len(pairs) * width)
    )
    return pairs, terms


def _resampled_sums(
    terms: sparse.csr_matrix, rng: np.random.Generator, n_resamples: int
) -> Iterator[Floats]:
    """Yield the sums of the terms over rows drawn with replacement, a block of resamples each."""
    n, width = terms.shape
    step = max(1, _CELLS // max(n, width))
    by_term = terms.T.tocsr()
    for start in range(0, n_resamples, step):
        size = min(step, n_resamples - start)
        weights = np.stack(
            [np.bincount(rng.integers(0, n, n), minlength=n) for _ in range(size)], axis=1
        )
        yield (by_term @ weights.astype(np.float64)).T


def _coefficients(sums: Floats, n_pairs: int, K: int) -> dict[str, Floats]:
    """Turn (b, 1 + 4 K + P (2 + 2 K)) sums into matrices of b rows, NaN where not defined."""
    n_rows = sums[:, :1]
    answers, coincidences, shares, mixed = np.split(sums[:, 1 : 1 + 4 * K], 4, axis=1)
    n = answers.sum(axis=1, keepdims=True)
    by_chance = 2 * answers * (n - answers)
    coincidences = coincidences * (n - 1)
    p = _divide(shares, n_rows)
    fleiss_by_chance = 2 * p * (1 - p)
    mixed = _divide(mixed, n_rows)
    pair = sums[:, 1 + 4 * K :].reshape(len(sums), n_pairs, 2 + 2 * K)
    pair_rows = pair[:, :, 0]
    pair_observed = _divide(pair[:, :, 1], pair_rows)
    products = (pair[:, :, 2 : 2 + K] * pair[:, :, 2 + K :]).sum(axis=2)
    pair_kappa = _corrected(1 - pair_observed, 1 - _divide(products, pair_rows**2))
    weight = np.where(np.isnan(pair_kappa), 0, pair_rows)
    return {
        "observed": 1 - mixed.sum(axis=1, keepdims=True) / 2,
        "alpha": _corrected(
            coincidences.sum(axis=1, keepdims=True), by_chance.sum(axis=1, keepdims=True)
        ),
        "fleiss": _corrected(
            mixed.sum(axis=1, keepdims=True), fleiss_by_chance.sum(axis=1, keepdims=True)
        ),
        "cohen": _divide(
            (weight * np.nan_to_num(pair_kappa)).sum(axis=1, keepdims=True),
            weight.sum(axis=1, keepdims=True),
        ),
        "class_alpha": _corrected(coincidences, by_chance),
        "class_fleiss": _corrected(mixed, fleiss_by_chance),
        "pair_rows": pair_rows,
        "pair_observed": pair_observed,
        "pair_kappa": pair_kappa,
    }


def _corrected(disagreement: Floats, by_chance: Floats) -> Floats:
    """Return the agreement beyond chance; NaN where chance leaves no room to disagree."""
    # Shares that sum to 1 leave float noise where one class is all there is.
    room = np.where(by_chance > 1e-12, by_chance, 0)
    corrected: Floats = 1 - _divide(disagreement, room)
    return corrected


def _divide(numerator: Floats, denominator: Floats) -> Floats:
    """Divide; NaN where the denominator is 0."""
    quotient = np.full(np.broadcast_shapes(numerator.shape, denominator.shape), np.nan)
    np.divide(numerator, denominator, out=quotient, where=denominator > 0)
    return quotient


def _summarize(value: float, drawn: NDArray[Any]) -> Coefficient:
    """Return a coefficient with its percentile interval."""
    if np.isnan(value):
        return Coefficient(None, None, None)
    defined = drawn[~np.isnan(drawn)]
    if len(defined) == 0 or len(defined) < _MIN_DEFINED * len(drawn):
        return Coefficient(value, None, None)
    low, high = np.quantile(defined, _LEVELS)
    return Coefficient(value, float(low), float(high))
