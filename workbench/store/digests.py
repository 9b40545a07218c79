"""Digests by which a changed text or row is noticed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

DIGEST_SIZE = 16
"""Bytes: BLAKE2b-128 finds accidents and careless edits; a forger would write a new digest."""


def text_digests(texts: Iterable[bytes]) -> list[bytes]:
    """Return BLAKE2b-128 of each text, which is in UTF-8."""
    blake2b = hashlib.blake2b
    return [blake2b(text, digest_size=DIGEST_SIZE).digest() for text in texts]


def row_digest(*values: int | float | str | bytes | None) -> bytes:
    """Return BLAKE2b-128 of the values of a row.

    Values are told apart by type and length, so that a byte cannot move from one to the next.
    """
    digest = hashlib.blake2b(digest_size=DIGEST_SIZE)
    for value in values:
        content = value if isinstance(value, bytes) else _as_bytes(value)
        digest.update(b"%s%d:" % (type(value).__name__.encode(), len(content)))
        digest.update(content)
    return digest.digest()


def damaged_text(content: bytes) -> str:
    """Return text from the file, whatever its bytes are: two that differ stay different."""
    return content.decode("utf-8", "surrogateescape")


def _as_bytes(value: int | float | str | None) -> bytes:
    """Return a value as bytes; no repr, for what that escapes changes with Python's Unicode.

    Text that was damaged, and is not UTF-8 any more, is the bytes that it was read from
    (`damaged_text`).
    """
    return str(value).encode("utf-8", "surrogateescape")
