"""The uids of rows that came without one."""

from __future__ import annotations

import hashlib
import re
from typing import Final

_BYTES: Final = 8
_MADE: Final = re.compile(rf"[0-9a-f]{{{2 * _BYTES}}}")


def made_uid(file_name: str, digest: bytes, occurrence: int) -> str:
    """Return the uid of a row without one: it stays the same when rows are appended to the file.

    Parameters
    ----------
    file_name
        The name of its file, without the folder.
    digest
        Of its text.
    occurrence
        How often the text came in the file by then, this row included.
    """
    identity = hashlib.blake2b(digest_size=_BYTES)
    identity.update(file_name.encode() + b"\0" + digest)
    identity.update(occurrence.to_bytes(4, "big"))
    return identity.hexdigest()


def is_made(uid: str) -> bool:
    """Whether a uid looks like one that `made_uid` returns."""
    return _MADE.fullmatch(uid) is not None
