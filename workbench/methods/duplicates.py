"""Exact and near-duplicates among many texts: MinHash with banding, verified by Jaccard.

Broder, "On the resemblance and containment of documents" (1997); Leskovec, Rajaraman and Ullman,
"Mining of Massive Datasets", sections 3.2 to 3.4. Shingles are runs of 4 characters of the
normalised text, of 8 in long texts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.buckets import MAX_TEXTS, Buckets
from workbench.methods.shingles import Shingles, mix

DEFAULT_THRESHOLD: Final = 0.6
"""Jaccard similarity from which texts are near-duplicates.

One edit of a short message (80 characters, so 77 shingles) changes 4 shingles and leaves 0.90;
three edits and a lost word leave about 0.65. Different messages of one template, which may well
differ in class, stay below 0.6.
"""

SHINGLE: Final = 4
LONG_SHINGLE: Final = 8
LONG_TEXT: Final = 2_000
"""From so many characters on texts have the longer shingles, and are only held to each other.

Unrelated English texts of 2,000 characters share 0.15 of their 4-character shingles, of 50,000
characters 0.44; of the 8-character ones 0.01 and 0.09.
"""

MIN_SHINGLES: Final = 5
"""Texts with fewer shingles can only be exact duplicates: one letter decides too much."""

N_BANDS: Final = 18
ROWS_PER_BAND: Final = 3
"""18 bands of 3 find a pair of similarity 0.5 with probability 0.91, of 0.6 with 0.99."""

ESTIMATE_SLACK: Final = 0.25
"""Candidates whose estimated similarity falls so far short of the threshold are not verified.

More than 3 standard errors of an estimate from 54 hashes.
"""

ESTIMATE_BLOCK: Final = 1 << 14

EDIT_SIMILARITY: Final = 0.85
EDIT_BAND: Final = 0.15
EDIT_MAX_CHARACTERS: Final = 200
"""Short texts that miss the threshold by no more than the band may be as close in edits instead.

Three scattered typos break 12 of the 30 shingles of a short message, yet change 3 letters; a
template with other contents loses as many shingles, and a third of its letters.
"""

MAX_ROUNDS: Final = 20

_WIDE_SEPARATORS = re.compile(r"(?:(?![\x00-\x7f])\W)+")
_ASCII_SEPARATORS = {i: " " for i in range(128) if not chr(i).isalnum()}


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Which rows say the same; arrays of shape (n,).

    Attributes
    ----------
    cluster
        Index of the row that represents the cluster, the first of it, int64; a row alone is its
        own representative.
    similarity
        To the representative, float64, in [0, 1]; 1 for a representative. The Jaccard similarity
        of shingles, or the edit similarity where only that is high enough.
    exact
        The row equals an earlier one after normalisation, bool.
    """

    cluster: npt.NDArray[np.int64]
    similarity: npt.NDArray[np.float64]
    exact: npt.NDArray[np.bool_]


def normalize(text: str) -> str:
    """Reduce a text to its letters and digits: NFKC, case-folded, all else one space.

    Combining marks that spell a letter stay; invisible format characters and variation selectors
    go without leaving a space.

    Parameters
    ----------
    text
        Any text.

    Returns
    -------
    str
        The normalised text; empty where there is no letter or digit.
    """
    if text.isascii():
        return " ".join(text.lower().translate(_ASCII_SEPARATORS).split())
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    folded = folded.translate(_ASCII_SEPARATORS)
    return " ".join(_WIDE_SEPARATORS.sub(_replace_separators, folded).split())


def find_duplicates(
    texts: Sequence[str],
    *,
    threshold: float = DEFAULT_THRESHOLD,
    rng: np.random.Generator,
) -> Duplicates:
    """Find exact and near-duplicates, each verified against the first row of its cluster.

    Since every row is held against the representative and not against any member, chains of small
    edits do not grow. A candidate counts where its Jaccard similarity reaches the threshold, or,
    among texts of up to 200 characters that miss it by at most 0.15, its edit similarity reaches
    0.85 and the threshold. Texts without letters or digits, and very short ones, are only exact
    duplicates. Time is near-linear and memory linear in the length of the texts.

    Parameters
    ----------
    texts
        The texts, n of them.
    threshold
        Jaccard similarity of shingles from which two texts are near-duplicates, in (0, 1].
    rng
        Source of the hash functions. What is reported is verified, so that another generator can
        only change which few pairs are missed.

    Returns
    -------
    Duplicates
        Cluster, similarity and exactness of each row.

    Raises
    ------
    MethodError
        Where the threshold is out of range, or there are more than 16 million texts.
    """
    if not 0 < threshold <= 1:
        raise MethodError(f"the threshold is {threshold}, but must lie above 0 and up to 1")
    n = len(texts)
    if n > MAX_TEXTS:
        raise MethodError(
            f"{n:,} texts are more than {MAX_TEXTS:,}", hint="Look for duplicates source by source."
        )
    cluster = np.empty(n, np.int64)
    first_of: dict[str, int] = {}
    short: dict[int, str] = {}
    long: dict[int, str] = {}
    for i, text in enumerate(texts):
        letters = normalize(text)
        # Without letters, what is there (emoji, punctuation) must be the same.
        key = letters or "\0" + " ".join(text.split())
        cluster[i] = first_of.setdefault(key, i)
        if cluster[i] == i and len(letters) >= MIN_SHINGLES + SHINGLE - 1:
            (short if len(letters) < LONG_TEXT else long)[i] = letters
    first = cluster.copy()
    similarity = np.ones(n)
    for group, width in ((short, SHINGLE), (long, LONG_SHINGLE)):
        if group:
            rows = np.array(list(group))
            shingles = Shingles(list(group.values()), width)
            root, similarity[rows] = _near_duplicates(shingles, threshold, rng)
            cluster[rows] = rows[root]
    # A copy follows its original into that one's cluster.
    return Duplicates(cluster[first], similarity[first], first != np.arange(n))


def _near_duplicates(
    shingles: Shingles, threshold: float, rng: np.random.Generator
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Return the representative of each distinct text and the similarity to it."""
    signatures = shingles.signatures(N_BANDS * ROWS_PER_BAND, rng=rng)
    # An octet of each hash tells nearly as much of equality, and a text's lie in one cache line.
    octets = np.ascontiguousarray((signatures >> np.uint32(12)).astype(np.uint8).T)
    buckets = Buckets(_band_keys(signatures))
    del signatures
    n = len(octets)
    root = np.arange(n)
    similarity = np.ones(n)
    joined = None
    # Within a bucket each text meets the first and the two before it. Where texts joined, the
    # others of their buckets meet anew; the rounds go on among these until nothing joins.
    for _ in range(MAX_ROUNDS):
        is_alone = np.bincount(root, minlength=n) == 1
        pairs = buckets.pairs(root == np.arange(n), joined)
        pairs = pairs[is_alone[pairs[:, 1]]]
        pairs = pairs[_estimate(octets, pairs) >= threshold - ESTIMATE_SLACK]
        similar, how_similar = _verify(shingles, pairs, threshold)
        joined = _join(pairs[similar], how_similar[similar], root, similarity)
        if not len(joined):
            break
    return root, similarity


def _estimate(
    signatures: npt.NDArray[np.uint8], pairs: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """Return the share of equal places in the signatures of pairs."""
    estimate = np.empty(len(pairs))
    for start in range(0, len(pairs), ESTIMATE_BLOCK):
        first, second = pairs[start : start + ESTIMATE_BLOCK].T
        estimate[start : start + ESTIMATE_BLOCK] = (
            np.take(signatures, first, axis=0) == np.take(signatures, second, axis=0)
        ).mean(axis=1)
    return estimate


def _verify(
    shingles: Shingles, pairs: npt.NDArray[np.int64], threshold: float
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.float64]]:
    """Return whether pairs are near-duplicates, and how similar they are."""
    similarity = shingles.jaccard(pairs)
    similar = similarity >= threshold
    short = shingles.lengths[pairs].max(axis=1, initial=0) <= EDIT_MAX_CHARACTERS
    close = np.flatnonzero(~similar & short & (similarity >= threshold - EDIT_BAND))
    edits = shingles.edit_similarity(pairs[close])
    accepted = edits >= max(EDIT_SIMILARITY, threshold)
    similar[close[accepted]] = True
    similarity[close[accepted]] = edits[accepted]
    return similar, similarity


def _join(
    pairs: npt.NDArray[np.int64],
    jaccard: npt.NDArray[np.float64],
    root: npt.NDArray[np.int64],
    similarity: npt.NDArray[np.float64],
) -> npt.NDArray[np.int64]:
    """Let the later text of each pair join the earlier one where that represents itself."""
    joined = []
    represents = np.bincount(root, minlength=len(root)) > 1
    # By later text, and for one later text the most similar earlier one first.
    for k in np.lexsort((-jaccard, pairs[:, 1])):
        first, second = pairs[k]
        if root[first] == first and root[second] == second and not represents[second]:
            root[second] = first
            similarity[second] = jaccard[k]
            represents[first] = True
            joined.append(int(second))
    return np.array(joined, np.int64)


def _band_keys(signatures: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint64]:
    """Return one key a band and text, shape (N_BANDS, n)."""
    keys = np.zeros((N_BANDS, signatures.shape[1]), np.uint64)
    for band in range(N_BANDS):
        for row in signatures[band * ROWS_PER_BAND : (band + 1) * ROWS_PER_BAND]:
            keys[band] = mix(keys[band] ^ row)
    return keys


def _replace_separators(match: re.Match[str]) -> str:
    """Return what stays of a run without letters and digits: marks, and a space for the rest."""
    kept = []
    for character in match.group():
        category = unicodedata.category(character)
        if category == "Cf" or "\ufe00" <= character <= "\ufe0f":
            continue
        kept.append(character if category.startswith("M") else " ")
    return "".join(kept)
