"""Plant the known defects: near-duplicates, wrong labels and the slips of the careful annotator."""

from __future__ import annotations

import zlib
from random import Random

import numpy as np
from compose import typing_error

_SIGNATURE_BITS = 4096
_GRAM = 4

# Where a hasty labeller puts a message of each class, with weights.
CONFUSED_WITH = {
    "delivery": {"refund": 70, "account": 15, "product": 15},
    "refund": {"delivery": 45, "billing": 40, "product": 15},
    "billing": {"refund": 55, "account": 35, "fraud": 10},
    "account": {"billing": 50, "delivery": 35, "fraud": 15},
    "product": {"refund": 55, "delivery": 30, "billing": 15},
    "fraud": {"billing": 50, "account": 50},
}
_ADDED_WORDS = ("please", "really", "just", "now", "still", "again", "sorry", "guys", "actually")


def normalized(text: str) -> str:
    """Lower-case the text and put one space for everything that is no letter and no digit."""
    return " ".join("".join(c if c.isalnum() else " " for c in text.lower()).split())


def grams(text: str) -> set[str]:
    """Return the set of character 4-grams of the normalized text."""
    text = normalized(text)
    return {text[i : i + _GRAM] for i in range(max(1, len(text) - _GRAM + 1))}


def jaccard(left: str, right: str) -> float:
    """Return the Jaccard similarity of two texts' 4-gram sets, in [0, 1]."""
    a, b = grams(left), grams(right)
    return len(a & b) / len(a | b)


class SimilarityIndex:
    """Answers how alike a text is to the most alike one of those added so far.

    Each text is a 4096-bit signature of its 4-grams, so that six thousand comparisons are one
    vectorised operation. Bit collisions can only make two texts look more alike than they are.
    """

    def __init__(self, capacity: int) -> None:
        self._signatures = np.zeros((capacity, _SIGNATURE_BITS // 64), dtype=np.uint64)
        self._sizes = np.zeros(capacity, dtype=np.int64)
        self._keys: list[int] = []

    def add(self, key: int, text: str) -> None:
        """Remember ``text`` under ``key``."""
        signature = _signature(text)
        self._signatures[len(self._keys)] = signature
        self._sizes[len(self._keys)] = np.bitwise_count(signature).sum(dtype=np.int64)
        self._keys.append(key)

    def highest(self, text: str, *, but: int = -1) -> float:
        """Return the highest similarity of ``text`` to any text but the one under ``but``."""
        known = self._signatures[: len(self._keys)]
        if not self._keys:
            return 0.0
        own = _signature(text)
        both = np.bitwise_count(known & own).sum(axis=1, dtype=np.int64)
        either = self._sizes[: len(self._keys)] + np.bitwise_count(own).sum(dtype=np.int64) - both
        similarity = both / either
        if but in self._keys:
            similarity[self._keys.index(but)] = 0.0
        return float(similarity.max())


def _signature(text: str) -> np.ndarray:
    """Hash the 4-grams of ``text`` into a bit set."""
    bits = np.zeros(_SIGNATURE_BITS, dtype=np.uint8)
    bits[[zlib.crc32(gram.encode()) % _SIGNATURE_BITS for gram in grams(text)]] = 1
    return np.packbits(bits).view(np.uint64)


def nearly_same(text: str, rng: Random) -> str:
    """Return ``text`` with one or two small edits, as when a customer writes again."""
    edited = text
    for _ in range(rng.choice([1, 1, 2])):
        edited = _edit(edited, rng)
    return edited


def _edit(text: str, rng: Random) -> str:
    """Apply one edit: case, punctuation, a typing error, a word more or less, another number."""
    words = text.split(" ")
    at = rng.randrange(len(words))
    match rng.randrange(6):
        case 0:
            return rng.choice([text.lower(), text.upper(), text[:1].swapcase() + text[1:]])
        case 1:
            return text.rstrip(".!?") + rng.choice(["!", "!!", "...", ".", "", " ?"])
        case 2:
            return typing_error(text, rng)
        case 3:
            return " ".join([*words[:at], rng.choice(_ADDED_WORDS), *words[at:]])
        case 4:
            return " ".join(words[:at] + words[at + 1 :])
        case _:
            return _other_number(text, rng)


def _other_number(text: str, rng: Random) -> str:
    """Replace the first number of five digits, an order number, if there is one."""
    for word in text.split():
        digits = "".join(c for c in word if c.isdigit())
        if len(digits) == 5 and digits in word:
            return text.replace(digits, "".join(rng.choices("0123456789", k=5)), 1)
    return text


def wrong_label(label: str, rng: Random) -> str:
    """Return a class that ``label`` is confused with."""
    return rng.choices(list(CONFUSED_WITH[label]), list(CONFUSED_WITH[label].values()))[0]


def weighted_sample(weights: list[float], count: int, rng: Random) -> list[int]:
    """Draw ``count`` positions without replacement, with chances that follow ``weights``."""
    # Efraimidis and Spirakis (2006), algorithm A: the highest u ** (1 / w) win.
    keys = [rng.random() ** (1 / weight) for weight in weights]
    return sorted(sorted(range(len(weights)), key=keys.__getitem__)[-count:])


def seconds_taken(text: str, *, ambiguous: bool, rng: Random) -> float:
    """Return how long a person looks at ``text`` before deciding, in seconds."""
    reading = 1.3 + 0.11 * min(len(text.split()), 150)
    hesitation = 1.7 if ambiguous else 1.0
    return round(reading * hesitation * rng.lognormvariate(0.0, 0.35), 1)
