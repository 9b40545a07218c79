"""Digests by which a changed text or row is noticed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

DIGEST_SIZE = 16
"""Bytes: BLAKE2b-128 finds accidents and careless edits; a forger would write a new digest."""


_SMALL = 1_000
"""Shorter values are put together: that is faster than to update a digest with each of them."""


def text_digests(texts: Iterable[bytes]) -> list[bytes]:
    """Return BLAKE2b-128 of each text, which is in UTF-8."""
    blake2b = hashlib.blake2b
    return [blake2b(text, digest_size=DIGEST_SIZE).digest() for text in texts]


def row_digest(*values: int | float | str | bytes | None) -> bytes:
    """Return BLAKE2b-128 of the values of a row.

    Values are told apart by type and length, so that a byte cannot move from one to the next.
    """
    digest = hashlib.blake2b(digest_size=DIGEST_SIZE)
    small = b""
    for value in values:
        content = value if isinstance(value, bytes) else _as_bytes(value)
        small += b"%s%d:" % (_TYPES.get(type(value)) or _type(value), len(content))
        if len(content) < _SMALL:
            small += content
            continue
        digest.update(small)
        digest.update(content)
        small = b""
    digest.update(small)
    return digest.digest()


def _type(value: object) -> bytes:
    return type(value).__name__.encode()


_TYPES = {type(value): _type(value) for value in (None, 0, 0.0, "", b"")}


def damaged_text(content: bytes) -> str:
    """Return text from the file, whatever its bytes are: two that differ stay different."""
    return content.decode("utf-8", "surrogateescape")


def _as_bytes(value: int | float | str | None) -> bytes:
    """Return a value as bytes; no repr, for what that escapes changes with Python's Unicode.

    Text that was damaged, and is not UTF-8 any more, is the bytes that it was read from
    (`damaged_text`).
    """
    return str(value).encode("utf-8", "surrogateescape")
