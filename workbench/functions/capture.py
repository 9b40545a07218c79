"""What users' code prints: kept out of the terminal, its end kept for the report."""

from __future__ import annotations

import contextlib
import io
import os
import sys

MAX_FILE_BYTES = 4_000_000
MAX_KEPT_BYTES = 4_000


class OutputFile:
    """The file behind stdout and stderr of a worker, cut before it grows large.

    A file takes what C code and child processes print too, and unlike a pipe it never blocks.
    It must be open for appending, so that writing goes on at its start after a cut.
    """

    def __init__(self) -> None:
        self._fd = os.dup(1)  # users' code may close or replace file descriptor 1
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(line_buffering=True, errors="backslashreplace")

    def cut_if_large(self) -> None:
        """Drop what was printed once it exceeds the limit."""
        if os.fstat(self._fd).st_size > MAX_FILE_BYTES:
            os.ftruncate(self._fd, 0)

    def take(self) -> str:
        """Return the end of what was printed since the last call, and drop all of it."""
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):  # users' code may have put anything there
                stream.flush()
        if os.fstat(self._fd).st_size == 0:
            return ""
        text = tail(self._fd)
        os.ftruncate(self._fd, 0)
        return text


def tail(fd: int) -> str:
    """Return the last few thousand bytes of a file as text."""
    size = os.fstat(fd).st_size
    return os.pread(fd, MAX_KEPT_BYTES, max(0, size - MAX_KEPT_BYTES)).decode("utf-8", "replace")
