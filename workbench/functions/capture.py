"""What users' code prints: kept out of the terminal, its end kept for the report."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TextIO

MAX_FILE_BYTES = 4_000_000
MAX_KEPT_BYTES = 4_000


class OutputFile:
    """The file behind stdout and stderr of a worker, cut before it grows large.

    A file takes what C code and child processes print too, and unlike a pipe it never blocks.
    It must be open for appending, so that writing goes on at its start after a cut.
    """

    def __init__(self) -> None:
        self._fd = os.dup(1)  # users' code may close or replace file descriptor 1
        self._streams = self._attach()

    def _attach(self) -> tuple[TextIO, TextIO]:
        """Make stdout and stderr write to the file."""
        sys.stdout, sys.stderr = (
            os.fdopen(os.dup(self._fd), "w", buffering=1, errors="backslashreplace")
            for _ in range(2)
        )
        return sys.stdout, sys.stderr

    def cut_if_large(self) -> None:
        """Drop what was printed once it exceeds the limit."""
        if os.fstat(self._fd).st_size > MAX_FILE_BYTES:
            os.ftruncate(self._fd, 0)

    def take(self) -> str:
        """Return the end of what was printed since the last call, and drop all of it."""
        for stream in self._streams:
            with contextlib.suppress(Exception):  # users' code may have closed it
                stream.flush()
        if (sys.stdout, sys.stderr) != self._streams or any(s.closed for s in self._streams):
            self._streams = self._attach()  # else the next function's prints would fail or vanish
        if os.fstat(self._fd).st_size == 0:
            return ""
        text = tail(self._fd)
        os.ftruncate(self._fd, 0)
        return text


def tail(fd: int) -> str:
    """Return the last few thousand bytes of a file as text."""
    size = os.fstat(fd).st_size
    return os.pread(fd, MAX_KEPT_BYTES, max(0, size - MAX_KEPT_BYTES)).decode("utf-8", "replace")
