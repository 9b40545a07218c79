"""Exact and near-duplicates among many texts: MinHash with banding, verified by Jaccard.

Broder, "On the resemblance and containment of documents" (1997); Leskovec, Rajaraman and Ullman,
"Mining of Massive Datasets", sections 3.2 to 3.4. Shingles are runs of 4 characters of the
normalised text, of 8 in long texts.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.buckets import MAX_TEXTS, Buckets
from workbench.methods.checks import check_texts
from workbench.methods.folding import fold, letters_of, signs_of
from workbench.methods.packed_texts import ChosenTexts, PackedTexts
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
"""A pair whose longer text has so many characters is compared by the longer shingles.

Unrelated English texts of 2,000 characters share 0.15 of their 4-character shingles, of 50,000
characters 0.44; of the 8-character ones 0.01 and 0.09.
"""

SHORT_TEXT: Final = 200
"""Pairs up to this length have to hold the same signs: one may turn the meaning of a message."""

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

MAX_CANDIDATES: Final = 4
"""A text is held to the so many earlier ones whose signatures are most like its own, and as many
of the first ones.

Texts that share a paragraph meet in every band, and each would be held to 54 others. A true
near-duplicate leads among them, or they all are near-duplicates of the first ones.
"""

EDIT_SIMILARITY: Final = 0.85
EDIT_BAND: Final = 0.15
"""Short texts that miss the threshold by no more than the band may be as close in edits instead.

Three scattered typos break 12 of the 30 shingles of a short message, yet change 3 letters; a
template with other contents loses as many shingles, and a third of its letters.
"""

MAX_ROUNDS: Final = 20


@dataclass(frozen=True, slots=True)
class _Measure:
    """How pairs are held together whose longer text has more than `above` letters, up to `most`."""

    above: int
    most: int
    width: int
    same_signs: bool


_MEASURES: Final = (
    _Measure(-1, SHORT_TEXT, SHINGLE, same_signs=True),
    _Measure(SHORT_TEXT, LONG_TEXT, SHINGLE, same_signs=False),
    _Measure(LONG_TEXT, 2**62, LONG_SHINGLE, same_signs=False),
)


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
        The row equals an earlier one after folding (`workbench.methods.folding.fold`), bool.
    blank
        The row holds nothing to read, and therefore repeats nothing, bool.
    """

    cluster: npt.NDArray[np.int64]
    similarity: npt.NDArray[np.float64]
    exact: npt.NDArray[np.bool_]
    blank: npt.NDArray[np.bool_]


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
    0.85 and the threshold. Similarity is that of letters and digits. Texts that differ in nothing
    but signs (`workbench.methods.folding.signs_of`) never join, nor do texts of up to 200
    characters that hold different signs; those that differ in punctuation are near. Texts without
    letters or digits are only exact duplicates, those without anything to read not even that, and
    very short ones need the same letters. Time is
    near-linear and memory linear in the length of the texts.

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
        Where the threshold is out of range, a row is no text, or there are more than 16 million.
    """
    if not 0 < threshold <= 1:
        raise MethodError(f"the threshold is {threshold}, but must lie above 0 and up to 1")
    n = len(texts)
    if n > MAX_TEXTS:
        raise MethodError(
            f"{n:,} texts are more than {MAX_TEXTS:,}", hint="Look for duplicates source by source."
        )
    check_texts(texts)
    forms = _forms(texts)
    near = _Near(forms, threshold)
    for measure in _MEASURES:
        near.join(measure, rng)
    first, same = forms.first, forms.same
    root = near.root[same]
    # A copy follows its original into that one's cluster.
    is_copy = first != np.arange(n)
    return Duplicates(root[first], near.similarity[same[first]], is_copy, forms.blank)


@dataclass(frozen=True, slots=True)
class _Forms:
    """What each text comes down to, and the first one that comes down to the same; shape (n,).

    Attributes
    ----------
    first
        The first text that folds to the same.
    same
        The first text with the same letters and signs; itself where it has no letters.
    letters
        The letters of each text.
    lengths
        How many these are.
    signs, sign_set
        Numbers of the signs in their order and of which they are.
    blank
        Which texts hold nothing to read.
    """

    first: npt.NDArray[np.int64]
    same: npt.NDArray[np.int64]
    letters: PackedTexts
    lengths: npt.NDArray[np.int32]
    signs: npt.NDArray[np.int32]
    sign_set: npt.NDArray[np.int32]
    blank: npt.NDArray[np.bool_]


def _forms(texts: Sequence[str]) -> _Forms:
    """Reduce texts to their forms. Equality is that of digests, which take less room."""
    all_letters = PackedTexts()
    folded_digests, same_digests = bytearray(), bytearray()
    lengths, signs, sign_sets = array("i"), array("i"), array("i")
    blank = bytearray()
    numbers: defaultdict[str, int] = defaultdict()
    numbers.default_factory = numbers.__len__
    for i, text in enumerate(texts):
        folded = fold(text)
        letters, sign = letters_of(folded), signs_of(folded)
        all_letters.append(letters)
        # Nothing to read repeats nothing. No folded text has a line break.
        folded_digests += _digest(folded or f"\n{i}")
        same_digests += _digest(f"{letters}\0{sign}" if letters else f"\0\0{i}")
        blank.append(not folded)
        lengths.append(len(letters))
        signs.append(numbers[sign])
        sign_sets.append(numbers["".join(sorted(set(sign)))])
    return _Forms(
        first=_first_with(folded_digests),
        same=_first_with(same_digests),
        letters=all_letters,
        lengths=np.array(lengths, np.int32),
        signs=np.array(signs, np.int32),
        sign_set=np.array(sign_sets, np.int32),
        blank=np.frombuffer(blank, np.bool_),
    )


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _first_with(digests: bytearray) -> npt.NDArray[np.int64]:
    """Return for each digest of 16 bytes the first one that is equal."""
    halves = np.frombuffer(digests, np.uint64).reshape(-1, 2)
    order = np.lexsort(halves.T)
    ordered = halves[order]
    starts = np.r_[True, (ordered[1:] != ordered[:-1]).any(axis=1)][: len(order)]
    first = np.empty(len(order), np.int64)
    first[order] = order[np.flatnonzero(starts)[np.cumsum(starts) - 1]]
    return first


class _Near:
    """Joins texts to the first near-duplicate that represents itself, measure by measure."""

    def __init__(self, forms: _Forms, threshold: float) -> None:
        n = len(forms.first)
        self.root = np.arange(n)
        self.similarity = np.ones(n)
        self._threshold = threshold
        self._forms = forms
        everything = np.arange(n)
        self._texts = np.flatnonzero(
            (forms.first == everything)
            & (forms.same == everything)
            & (forms.lengths >= MIN_SHINGLES + SHINGLE - 1)
        )

    def join(self, measure: _Measure, rng: np.random.Generator) -> None:
        """Join the texts whose near-duplicates this measure tells."""
        # A text may be near one of another group: the shorter of a pair reaches up from below.
        least = max(measure.above, 0) * self._threshold
        lengths = self._forms.lengths[self._texts]
        texts = self._texts[
            (lengths >= least) & (lengths <= measure.most) & (self.root[self._texts] == self._texts)
        ]
        if not (self._forms.lengths[texts] > measure.above).any():
            return
        represents = np.bincount(self.root[self._texts], minlength=len(self.root))[texts] > 1
        chosen = ChosenTexts(self._forms.letters, texts, self._forms.lengths[texts])
        group = _Group(
            Shingles(chosen, measure.width),
            self._forms.signs[texts],
            self._forms.sign_set[texts],
            represents,
        )
        root, similarity = _near_duplicates(group, measure, self._threshold, rng)
        joined = root != np.arange(len(texts))
        self.root[texts[joined]] = texts[root[joined]]
        self.similarity[texts[joined]] = similarity[joined]


@dataclass(frozen=True, slots=True)
class _Group:
    """The texts that one measure looks at; arrays of shape (n,)."""

    shingles: Shingles
    signs: npt.NDArray[np.int32]
    sign_set: npt.NDArray[np.int32]
    represents: npt.NDArray[np.bool_]


def _near_duplicates(
    group: _Group, measure: _Measure, threshold: float, rng: np.random.Generator
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Return the representative of each distinct text and the similarity to it."""
    shingles, lengths = group.shingles, group.shingles.lengths
    n = len(lengths)
    octets = np.empty((n, N_BANDS * ROWS_PER_BAND), np.uint8)
    keys = np.empty((N_BANDS, n), np.uint32)
    for block, signatures in shingles.signature_blocks(N_BANDS * ROWS_PER_BAND, rng=rng):
        # An octet of each hash tells nearly as much, and those of a text lie in one cache line.
        octets[block] = (signatures >> np.uint32(12)).astype(np.uint8).T
        apart = mix(group.sign_set[block].astype(np.uint64)) if measure.same_signs else np.uint64(0)
        for band, key in enumerate(keys):
            key[block] = (_band_key(signatures, band) ^ apart) >> np.uint64(32)
    buckets = Buckets(keys)
    root = np.arange(n)
    similarity = np.ones(n)
    represents = group.represents.copy()
    joined = None

    def likely(pairs: npt.NDArray[np.int32]) -> npt.NDArray[np.uint8]:
        maybe = ~represents[pairs[:, 1]]
        maybe &= lengths[pairs].max(axis=1, initial=0) > measure.above
        equal = np.zeros(len(pairs), np.uint8)
        equal[maybe] = _equal_places(octets, pairs[maybe])
        equal[equal < (threshold - ESTIMATE_SLACK) * len(octets[0])] = 0
        return equal

    # Within a bucket each text meets the first and the two before it. Where texts joined, the
    # others of their buckets meet anew; the rounds go on among these until nothing joins.
    for _ in range(MAX_ROUNDS):
        pairs = buckets.pairs(root == np.arange(n), joined, likely=likely, most=MAX_CANDIDATES)
        similar, how_similar = _verified(group, pairs, threshold)
        joined = _join(similar, how_similar, root, similarity, represents)
        if not len(joined):
            break
    return root, similarity


def _verified(
    group: _Group, pairs: Iterable[npt.NDArray[np.int32]], threshold: float
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float64]]:
    """Return the near-duplicates among blocks of pairs, and how similar they are."""
    found, similarities = [np.zeros((0, 2), np.int32)], [np.zeros(0)]
    for block in pairs:
        similar, how_similar = _verify(group.shingles, block, threshold)
        # Where the letters are the same, other signs are all that tells the texts apart.
        similar &= (how_similar < 1) | (group.signs[block[:, 0]] == group.signs[block[:, 1]])
        found.append(block[similar])
        similarities.append(how_similar[similar])
    return np.concatenate(found), np.concatenate(similarities)


def _equal_places(
    signatures: npt.NDArray[np.uint8], pairs: npt.NDArray[np.int32]
) -> npt.NDArray[np.uint8]:
    """Return how many places in the signatures of pairs are equal."""
    equal = np.empty(len(pairs), np.uint8)
    for start in range(0, len(pairs), ESTIMATE_BLOCK):
        first, second = pairs[start : start + ESTIMATE_BLOCK].T
        equal[start : start + ESTIMATE_BLOCK] = (
            np.take(signatures, first, axis=0) == np.take(signatures, second, axis=0)
        ).sum(axis=1, dtype=np.uint8)
    return equal


def _verify(
    shingles: Shingles, pairs: npt.NDArray[np.int32], threshold: float
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.float64]]:
    """Return whether pairs are near-duplicates, and how similar they are."""
    similarity = shingles.jaccard(pairs)
    similar = similarity >= threshold
    short = shingles.lengths[pairs].max(axis=1, initial=0) <= SHORT_TEXT
    close = np.flatnonzero(~similar & short & (similarity >= threshold - EDIT_BAND))
    edits = shingles.edit_similarity(pairs[close])
    accepted = edits >= max(EDIT_SIMILARITY, threshold)
    similar[close[accepted]] = True
    similarity[close[accepted]] = edits[accepted]
    return similar, similarity


def _join(
    pairs: npt.NDArray[np.int32],
    jaccard: npt.NDArray[np.float64],
    root: npt.NDArray[np.int64],
    similarity: npt.NDArray[np.float64],
    represents: npt.NDArray[np.bool_],
) -> npt.NDArray[np.int64]:
    """Let the later text of each pair join the earlier one where that represents itself."""
    joined = []
    # By later text, and for one later text the most similar earlier one first.
    for k in np.lexsort((pairs[:, 0], -jaccard, pairs[:, 1])):
        first, second = pairs[k]
        if root[first] == first and root[second] == second and not represents[second]:
            root[second] = first
            similarity[second] = jaccard[k]
            represents[first] = True
            joined.append(int(second))
    return np.array(joined, np.int64)


def _band_key(signatures: npt.NDArray[np.uint32], band: int) -> npt.NDArray[np.uint64]:
    """Return a band's key of each text, shape (n,)."""
    key = np.zeros(signatures.shape[1], np.uint64)
    for row in signatures[band * ROWS_PER_BAND : (band + 1) * ROWS_PER_BAND]:
        key = mix(key ^ row)
    return key
