"""Words and phrases that would make good labeling functions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import MethodError
from workbench.methods.share_prior import GRID, fit_share_prior, share_interval, share_posterior
from workbench.types import ABSTAIN, NO_LABEL
from workbench.words import pieces_of

MAX_WORDS = 3
"""Longest phrase."""

SURE = 0.975
"""Least chance that the class is more frequent among rows with a term than among all."""

COVERED_WORTH = 0.1
"""What a row that has votes already is worth, beside one that has none."""

COPIED = 0.95
"""From this share of its rows on that one function votes for its class, a term adds nothing."""

MAX_CHARACTERS = 2_000
"""Only so many first characters of a text count."""


@dataclass(frozen=True, slots=True)
class TermCandidate:
    """A term and the class that it speaks for.

    Attributes
    ----------
    term
        A word, or words between blanks, case-folded.
    class_index
        The class.
    n_rows, n_uncovered
        Rows that hold it, and those of them without a vote so far.
    n_labelled, n_correct
        Labelled rows that hold it, and those of them of the class.
    precision
        Estimated share of the class among rows with the term, 0..1: what its labelled rows say,
        given how the class is spread over all terms. So the best of many terms is not
        overestimated for being the best.
    precision_low, precision_high
        95 % interval of the share in ``n_rows`` rows with the term.
    """

    term: str
    class_index: int
    n_rows: int
    n_uncovered: int
    n_labelled: int
    n_correct: int
    precision: float
    precision_low: float
    precision_high: float


@dataclass(frozen=True, slots=True)
class TermSearch:
    """Candidates, the best first, of the ``n_terms`` that enough labelled rows hold."""

    candidates: tuple[TermCandidate, ...]
    n_terms: int


def terms_of(text: str) -> set[str]:
    """Return the words and phrases of a text that the ``keywords`` template would find in it.

    Parameters
    ----------
    text
        The text; its first 2,000 characters count.

    Returns
    -------
    set of str
        Case-folded; the words of a phrase have nothing but white space between them.
    """
    return set(_terms(text[:MAX_CHARACTERS].casefold()))


def _terms(folded: str) -> Iterator[str]:
    """Yield the terms of a case-folded text, some more than once."""
    for part in pieces_of(folded):
        words = part.split()
        for length in range(1, MAX_WORDS + 1):
            for start in range(len(words) - length + 1):
                yield " ".join(words[start : start + length])


def suggest_terms(
    texts: Sequence[str],
    labels: ArrayLike,
    votes: ArrayLike,
    n_classes: int,
    *,
    n_candidates: int = 10,
    min_labelled: int = 2,
    min_precision: float = 0.7,
) -> TermSearch:
    """Find terms that tell a class from the rest, and bring votes where there are none.

    Greedy: each step takes the term with the highest expected gain, rows without a vote times
    ``2 * precision - 1`` (right votes minus wrong ones), and counts its rows as covered from then
    on, so that variants of one phrase do not fill the list. A term on whose rows one function
    already votes so is left out: it would be a copy, or a part, of that function. The objective is
    that of Snuba (Varma and Ré, VLDB 2018, section 3.2), accuracy and diversity, without its F1
    threshold.

    The precision of the best of thousands of terms flatters: they are the best by luck, too. So
    each is estimated with an empirical prior of its class, learnt from the counts of all terms
    (`fit_share_prior`). A posterior mean is not hurt by a choice that is made by it.

    Parameters
    ----------
    texts
        The texts, n of them.
    labels
        (n,) class indices, -1 where there is none.
    votes
        (n, m) class indices, the votes of the functions that there are, -1 where one abstains.
    n_classes
        K.
    n_candidates
        How many candidates to return at most.
    min_labelled
        Least number of labelled rows that hold a term.
    min_precision
        Least estimated precision, 0..1.

    Returns
    -------
    TermSearch
        A candidate's precision is above the base rate of its class with a chance of 97.5 %;
        without labels of two classes there is none.

    References
    ----------
    Efron (2011), "Tweedie's formula and selection bias", JASA 106.

    Raises
    ------
    MethodError
        If lengths differ or labels are out of range.
    """
    given, cast = np.asarray(labels, np.int64), np.asarray(votes)
    n = len(texts)
    if given.shape != (n,) or cast.ndim != 2 or len(cast) != n:
        raise MethodError(f"{n} texts need {n} labels and {n} rows of votes")
    if n and not (given.min() >= NO_LABEL and given.max() < n_classes):
        raise MethodError(f"a label is outside -1..{n_classes - 1}")
    tallies = np.bincount(given[given != NO_LABEL], minlength=n_classes)
    if n_candidates < 1 or np.count_nonzero(tallies) < 2:
        return TermSearch((), 0)
    holds, terms = _term_matrix(texts, given != NO_LABEL, max(1, min_labelled))
    if not terms:
        return TermSearch((), 0)
    found = _compute_candidates(holds, terms, given, cast, tallies, n_candidates, min_precision)
    return TermSearch(tuple(found), len(terms))


def _compute_candidates(
    holds: Any,
    terms: list[str],
    labels: NDArray[Any],
    votes: NDArray[Any],
    tallies: NDArray[np.int64],
    n_candidates: int,
    min_precision: float,
) -> list[TermCandidate]:
    """Score all terms for their best class, then take greedily."""
    n_classes = len(tallies)
    one_hot = np.eye(n_classes)[labels] * (labels != NO_LABEL)[:, None]
    correct = np.asarray(holds.T @ one_hot)
    n_labelled = correct.sum(axis=1)
    weights = _distinct(holds[labels != NO_LABEL])
    priors = [fit_share_prior(column, n_labelled, weights) for column in correct.T]
    precision, certainty = np.empty_like(correct), np.empty_like(correct)
    for k, base in enumerate(tallies / tallies.sum()):
        counts, place = np.unique(
            np.column_stack([correct[:, k], n_labelled]), axis=0, return_inverse=True
        )
        posterior = share_posterior(priors[k], *counts.T)
        precision[:, k] = (posterior @ GRID)[place.ravel()]
        certainty[:, k] = (posterior @ (base < GRID))[place.ravel()]
    edge = np.where((certainty >= SURE) & (precision >= min_precision), 2 * precision - 1, -np.inf)
    best = edge.argmax(axis=1)
    every = np.arange(len(terms))
    edge = edge[every, best]
    covered = (votes != ABSTAIN).any(axis=1)
    worth = np.where(covered, COVERED_WORTH, 1.0)
    by_term = holds.tocsc()
    gain = np.asarray(holds.T @ worth) * np.maximum(edge, 0)
    candidates: list[TermCandidate] = []
    while len(candidates) < n_candidates:
        # Of equals the shorter term, which the matrix has first by name, is enough.
        j = int(gain.argmax())
        if gain[j] <= 0:
            break
        k, rows = int(best[j]), by_term.indices[by_term.indptr[j] : by_term.indptr[j + 1]]
        if (votes[rows] == k).mean(axis=0).max(initial=0) >= COPIED:
            gain[j] = edge[j] = -np.inf
            continue
        posterior = share_posterior(priors[k], correct[[j], k], n_labelled[[j]])
        (low,), (high,) = share_interval(posterior, [len(rows)])
        candidates.append(
            TermCandidate(
                term=terms[j],
                class_index=k,
                n_rows=len(rows),
                n_uncovered=int(np.count_nonzero(~covered[rows])),
                n_labelled=int(n_labelled[j]),
                n_correct=int(correct[j, k]),
                precision=float(precision[j, k]),
                precision_low=float(low),
                precision_high=float(high),
            )
        )
        worth[rows] = 0
        edge[j] = -np.inf
        gain = np.asarray(holds.T @ worth) * np.maximum(edge, 0)
    return candidates


def _distinct(holds: Any) -> NDArray[np.float64]:
    """Return what part of an observation each term is: those of the same rows are one together."""
    from collections import Counter

    by_term = holds.tocsc()
    by_term.sort_indices()
    rows = [part.tobytes() for part in np.split(by_term.indices, by_term.indptr[1:-1])]
    times = Counter(rows)
    return np.array([1 / times[held] for held in rows])


def _term_matrix(
    texts: Sequence[str], is_labelled: NDArray[np.bool_], min_labelled: int
) -> tuple[Any, list[str]]:
    """Return which text (n, t) holds which term, for terms of enough labelled texts."""
    from collections import Counter

    from scipy import sparse

    per_text = [terms_of(text) for text in texts]
    counts = Counter(
        term for terms, known in zip(per_text, is_labelled, strict=True) if known for term in terms
    )
    terms = sorted(term for term, count in counts.items() if count >= min_labelled)
    columns = {term: j for j, term in enumerate(terms)}
    found = [sorted(columns[term] for term in held if term in columns) for held in per_text]
    indptr = np.concatenate([[0], np.cumsum([len(row) for row in found])]).astype(np.int64)
    indices = np.array([j for row in found for j in row], dtype=np.int64)
    shape = (len(texts), len(terms))
    return sparse.csr_matrix((np.ones(len(indices)), indices, indptr), shape=shape), terms
