"""The uids of rows that came without one."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from typing import Final

_BYTES: Final = 8
_MADE: Final = re.compile(rf"[0-9a-f]{{{2 * _BYTES}}}")


class UidMaker:
    """Makes the uids of the rows of one file: they stay when rows are appended to it.

    Parameters
    ----------
    file_name
        The name of the file, without the folder.
    """

    def __init__(self, file_name: str) -> None:
        self._file_name = file_name
        self._occurrences: Counter[bytes] = Counter()

    @property
    def made_any(self) -> bool:
        """Whether it has made one."""
        return bool(self._occurrences)

    def uid_of(self, digest: bytes) -> str:
        """Return the uid of the next row whose text has a digest: its name, text and occurrence."""
        self._occurrences[digest] += 1
        identity = hashlib.blake2b(digest_size=_BYTES)
        identity.update(self._file_name.encode() + b"\0" + digest)
        identity.update(self._occurrences[digest].to_bytes(4, "big"))
        return identity.hexdigest()


def is_made(uid: str) -> bool:
    """Whether a uid looks like one that a `UidMaker` makes."""
    return _MADE.fullmatch(uid) is not None
