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
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError

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

MAX_SHINGLES: Final = 4_096
"""A longer text stands with its so many smallest shingle hashes, a bottom-k sketch (Broder)."""

N_BANDS: Final = 16
ROWS_PER_BAND: Final = 3
"""16 bands of 3 find a pair of similarity 0.6 with probability 0.98, of 0.7 with 0.998."""

ESTIMATE_SLACK: Final = 0.25
"""Candidates whose estimated similarity falls so far short of the threshold are not verified.

More than 3 standard errors of an estimate from 48 hashes.
"""

BLOCK_CHARACTERS: Final = 1 << 18
MAX_ROUNDS: Final = 20

_SEPARATORS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Which rows say the same; arrays of shape (n,).

    Attributes
    ----------
    cluster
        Index of the row that represents the cluster, the first of it, int64; a row alone is its
        own representative.
    similarity
        Jaccard similarity to the representative, float64, in [0, 1]; 1 for a representative.
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
    folded = unicodedata.normalize("NFKC", text).casefold()
    if not folded.isascii():
        folded = unicodedata.normalize("NFKC", folded)
        return " ".join(_SEPARATORS.sub(_replace_separators, folded).split())
    return " ".join(_SEPARATORS.sub(" ", folded).split())


def find_duplicates(
    texts: Sequence[str],
    *,
    threshold: float = DEFAULT_THRESHOLD,
    rng: np.random.Generator,
) -> Duplicates:
    """Find exact and near-duplicates, each verified against the first row of its cluster.

    Since every row is held against the representative and not against any member, chains of small
    edits do not grow. Texts without letters or digits, and very short ones, are only exact
    duplicates. Time and memory are linear in the length of the texts.

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
        Where the threshold is out of range.
    """
    if not 0 < threshold <= 1:
        raise MethodError(f"the threshold is {threshold}, but must lie above 0 and up to 1")
    n = len(texts)
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
            shingles = _Shingles(list(group.values()), width)
            root, similarity[rows] = _near_duplicates(shingles, threshold, rng)
            cluster[rows] = rows[root]
    # A copy follows its original into that one's cluster.
    return Duplicates(cluster[first], similarity[first], first != np.arange(n))


def _near_duplicates(
    shingles: _Shingles, threshold: float, rng: np.random.Generator
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Return the representative of each distinct text and the similarity to it."""
    signatures = shingles.signatures(rng)
    keys = _band_keys(signatures)
    n = len(shingles)
    root = np.arange(n)
    similarity = np.ones(n)
    compared = np.zeros(0, np.int64)
    # Within a bucket each text meets the first and the one before it; the rounds go on among the
    # texts that still stand alone or represent others, until nothing joins.
    for _ in range(MAX_ROUNDS):
        standing = np.flatnonzero(root == np.arange(n))
        is_alone = np.bincount(root, minlength=n)[standing] == 1
        pairs = _candidate_pairs(keys[:, standing])
        pairs = pairs[is_alone[pairs[:, 1]]]
        pairs = standing[pairs]
        estimate = (signatures[:, pairs[:, 0]] == signatures[:, pairs[:, 1]]).mean(axis=0)
        pairs = pairs[estimate >= threshold - ESTIMATE_SLACK]
        codes = pairs[:, 0] * n + pairs[:, 1]
        pairs = pairs[~np.isin(codes, compared)]
        compared = np.concatenate([compared, codes])
        jaccard = shingles.jaccard(pairs)
        similar = jaccard >= threshold
        if not _join(pairs[similar], jaccard[similar], root, similarity):
            break
    return root, similarity


def _join(
    pairs: npt.NDArray[np.int64],
    jaccard: npt.NDArray[np.float64],
    root: npt.NDArray[np.int64],
    similarity: npt.NDArray[np.float64],
) -> int:
    """Let the later text of each pair join the earlier one where that represents itself."""
    joined = 0
    represents = np.bincount(root, minlength=len(root)) > 1
    # By later text, and for one later text the most similar earlier one first.
    for k in np.lexsort((-jaccard, pairs[:, 1])):
        first, second = pairs[k]
        if root[first] == first and root[second] == second and not represents[second]:
            root[second] = first
            similarity[second] = jaccard[k]
            represents[first] = True
            joined += 1
    return joined


def _candidate_pairs(keys: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
    """Return pairs (earlier, later) that share a band: each text with the first and the last one.

    Linear in the number of texts, however large a bucket grows.
    """
    n = keys.shape[1]
    codes = []
    for key in keys:
        order = np.argsort(key, kind="stable")
        starts = np.flatnonzero(np.r_[True, key[order[1:]] != key[order[:-1]]])
        first = np.repeat(order[starts], np.diff(np.r_[starts, n]))
        later = np.ones(n, bool)
        later[starts] = False
        codes.append(first[later] * n + order[later])
        before = np.flatnonzero(later) - 1
        codes.append(order[before] * n + order[later])
    unique = np.unique(np.concatenate(codes))
    return np.stack([unique // n, unique % n], axis=1)


def _band_keys(signatures: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint64]:
    """Return one key a band and text, shape (N_BANDS, n)."""
    keys = np.zeros((N_BANDS, signatures.shape[1]), np.uint64)
    for band in range(N_BANDS):
        for row in signatures[band * ROWS_PER_BAND : (band + 1) * ROWS_PER_BAND]:
            keys[band] = _mix(keys[band] ^ row)
    return keys


class _Shingles:
    """The hashed shingles of normalised texts, made block by block."""

    def __init__(self, texts: list[str], width: int) -> None:
        self._texts = texts
        self._width = width
        self._lengths = np.fromiter(map(len, texts), np.int64, len(texts))

    def __len__(self) -> int:
        return len(self._texts)

    def signatures(self, rng: np.random.Generator) -> npt.NDArray[np.uint32]:
        """Return the MinHash signatures, shape (N_BANDS * ROWS_PER_BAND, n)."""
        n_hashes = N_BANDS * ROWS_PER_BAND
        factor = rng.integers(1, 2**63, n_hashes, dtype=np.uint64) | np.uint64(1)
        offset = rng.integers(0, 2**63, n_hashes, dtype=np.uint64)
        signatures = np.empty((n_hashes, len(self)), np.uint32)
        for block in _blocks(self._lengths):
            hashes, starts = self._hashes(block)
            for h in range(n_hashes):
                mixed = (hashes * factor[h] + offset[h]) >> np.uint64(32)
                signatures[h, block] = np.minimum.reduceat(mixed, starts)
        return signatures

    def jaccard(self, pairs: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Return the Jaccard similarity of the shingle sets of pairs, shape (n_pairs,)."""
        similarity = np.empty(len(pairs))
        for block in _blocks(np.minimum(self._lengths, MAX_SHINGLES)[pairs].sum(axis=1)):
            texts, inverse = np.unique(pairs[block], return_inverse=True)
            first, second = inverse.reshape(-1, 2).T
            incidence, size = self._incidence(texts)
            shared = np.asarray(incidence[first].multiply(incidence[second]).sum(axis=1)).ravel()
            similarity[block] = shared / (size[first] + size[second] - shared)
        return similarity

    def _incidence(self, texts: npt.NDArray[np.int64]) -> tuple[Any, npt.NDArray[np.int64]]:
        """Return the 0/1 matrix of texts by distinct shingles, and the shingles of each text."""
        from scipy.sparse import csr_matrix

        hashes, starts = self._hashes(texts)
        distinct, column = np.unique(hashes, return_inverse=True)
        row = np.repeat(np.arange(len(texts)), np.diff(np.r_[starts, len(hashes)]))
        cells = np.unique(row * len(distinct) + column)
        row, column = np.divmod(cells, len(distinct))
        size = np.bincount(row, minlength=len(texts))
        incidence = csr_matrix(
            (np.ones(len(cells), np.int32), column, np.r_[0, np.cumsum(size)]),
            shape=(len(texts), len(distinct)),
        )
        return incidence, size

    def _hashes(
        self, texts: npt.NDArray[np.int64]
    ) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
        """Return the shingle hashes of texts one after the other, and where each text starts."""
        chosen = [self._texts[i] for i in texts]
        encoded = "".join(chosen).encode("utf-32-le", "surrogatepass")
        points = np.frombuffer(encoded, "<u4").astype(np.uint64)
        n_windows = len(points) - self._width + 1
        hashes = points[:n_windows]
        for k in range(1, self._width):
            hashes = _mix(hashes) + points[k : k + n_windows]
        hashes = _mix(hashes)
        lengths = self._lengths[texts]
        ends = np.cumsum(lengths)
        # A window that runs over the end of its text is no shingle of it.
        inside = np.ones(len(points), bool)
        for k in range(1, self._width):
            inside[ends - k] = False
        hashes = hashes[inside[:n_windows]]
        counts = lengths - self._width + 1
        if counts.max() > MAX_SHINGLES:
            parts = np.split(hashes, np.cumsum(counts)[:-1])
            parts = [p if len(p) <= MAX_SHINGLES else np.unique(p)[:MAX_SHINGLES] for p in parts]
            counts = np.fromiter(map(len, parts), np.int64, len(parts))
            hashes = np.concatenate(parts)
        return hashes, np.r_[0, np.cumsum(counts)[:-1]]


def _blocks(costs: npt.NDArray[np.int64]) -> list[npt.NDArray[np.int64]]:
    """Split positions into runs whose costs sum to about a block."""
    if not len(costs):
        return []
    block_of = np.cumsum(costs) // BLOCK_CHARACTERS
    return np.split(np.arange(len(costs)), np.flatnonzero(np.diff(block_of)) + 1)


def _mix(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Scramble 64 bits, one to one: the finaliser of SplitMix64 (Steele, Lea and Flood 2014)."""
    mixed = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def _replace_separators(match: re.Match[str]) -> str:
    """Return what stays of a run without letters and digits: marks, and a space for the rest."""
    kept = []
    for character in match.group():
        category = unicodedata.category(character)
        if category == "Cf" or "\ufe00" <= character <= "\ufe0f":
            continue
        kept.append(character if category.startswith("M") else " ")
    return "".join(kept)
