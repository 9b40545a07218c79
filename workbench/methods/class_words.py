"""Words that go with a class: what a model's beliefs can be seen to follow in a text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from workbench.errors import MethodError

MAX_CHARACTERS: Final = 2_000
"""Only so many first characters of a text count."""

LEAST_Z: Final = 4.0
"""Among tens of thousands of words chance alone hardly reaches it."""

LEAST_ROWS: Final = 3
"""A word of fewer texts says little of others."""

_WORD: Final = re.compile(r"\w+")
_PRIOR_WORDS: Final = 500.0
_PRIOR_SHARE: Final = 0.1
"""How many words of the whole corpus each class is given beforehand: so many, or that share."""


def words_of_classes(
    texts: Sequence[str], probs: NDArray[np.floating]
) -> dict[str, tuple[int, float]]:
    """Return the words that speak for one class against the others.

    Parameters
    ----------
    texts
        Texts, n of them.
    probs
        What a model believes of them, shape (n, K), rows summing to one.

    Returns
    -------
    dict of str to (int, float)
        Case-folded word to its class and z-score; higher = speaks more for the class. Words with a
        score below 4, or in fewer than 3 texts, are left out.

    Raises
    ------
    MethodError
        If the numbers of rows differ.

    Notes
    -----
    Log-odds ratio with an informative Dirichlet prior: Monroe, Colaresi and Quinn, "Fightin'
    Words", Political Analysis 16 (2008), section 3.5.1; each text counts a word once, with the
    weight of its beliefs.
    """
    if probs.ndim != 2 or len(probs) != len(texts):
        raise MethodError(f"{len(texts)} texts, beliefs of shape {probs.shape}")
    return _compute_words(texts, probs)


def _compute_words(
    texts: Sequence[str], probs: NDArray[np.floating]
) -> dict[str, tuple[int, float]]:
    """Weigh each word of checked input."""
    numbers: dict[str, int] = {}
    rows: list[int] = []
    columns: list[int] = []
    for row, text in enumerate(texts):
        words = {word.casefold() for word in _WORD.findall(text[:MAX_CHARACTERS])}
        columns += [numbers.setdefault(word, len(numbers)) for word in sorted(words)]
        rows += [row] * len(words)
    if not numbers or probs.shape[1] < 2:
        return {}
    column = np.array(columns)
    n_rows = np.bincount(column, minlength=len(numbers))
    counts: NDArray[np.float64] = np.stack(
        [
            np.bincount(column, weights=probs[rows, k], minlength=len(numbers)).astype(np.float64)
            for k in range(probs.shape[1])
        ],
        axis=1,
    )
    z = _z_scores(counts)
    best = np.argmax(z, axis=1)
    score = z[np.arange(len(z)), best]
    kept = (score >= LEAST_Z) & (n_rows >= LEAST_ROWS)
    return {word: (int(best[i]), float(score[i])) for word, i in numbers.items() if kept[i]}


def _z_scores(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the z-score (n_words, K) of each word's log-odds in a class against the rest."""
    everywhere = counts.sum(axis=1, keepdims=True)
    total = float(everywhere.sum())
    prior = min(_PRIOR_WORDS, _PRIOR_SHARE * total) * everywhere / total
    here, rest = counts + prior, everywhere - counts + prior
    odds_here = np.log(here) - np.log(here.sum(axis=0) - here)
    odds_rest = np.log(rest) - np.log(rest.sum(axis=0) - rest)
    z: NDArray[np.float64] = (odds_here - odds_rest) / np.sqrt(1 / here + 1 / rest)
    return z
