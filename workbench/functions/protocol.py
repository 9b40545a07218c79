"""What parent and worker share: frames on a socket, and a cell that shows the current row.

The parent sends pickles, which a worker may trust. The worker runs users' code, so what it sends
is data that cannot execute: a JSON header and raw bytes.
"""

from __future__ import annotations

import json
import mmap
import os
import pickle
import struct
from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from workbench.functions.block import EncodedBlock

_LENGTHS = struct.Struct("!II")
_MAX_FRAME = 1 << 28

_MAP_FIXED = 0x10
"""Of mmap(2), on Linux, macOS and the BSDs; Python does not name it."""

MIN_ROW_TIMEOUT, MAX_ROW_TIMEOUT = 0.001, 86_400.0
"""Seconds: an alarm that rings more often leaves a function no time; a day is for ever."""

FAILED = -2
"""Code of a failed row among the votes that a worker sends; the parent makes it an abstain."""

BROKEN = 70
"""Exit code of a worker that a row left unable to go on."""


class State(IntEnum):
    """What a worker is doing, as its cell shows it.

    In `ROWS` the row is at most behind the true one, in `CAREFUL` it is exact. In `BLOCK` one call
    takes all rows, so that only the limit of a block holds.
    """

    IDLE = 0
    ROWS = 1
    CAREFUL = 2
    BLOCK = 3


@dataclass(frozen=True, slots=True)
class Position:
    """Where a worker is: the task, the index of the function in it, the row, and the state."""

    task: int
    function: int
    row: int
    state: State


@dataclass(frozen=True, slots=True)
class Limits:
    """Time limits in seconds, and the number of errors kept a function and block."""

    row_timeout: float
    block_timeout: float
    max_errors_kept: int


@dataclass(frozen=True, slots=True)
class RowPlan:
    """How the parent wants one function run, after what it saw of earlier attempts.

    Parameters
    ----------
    skip
        Rows that ended or froze the worker, in order; they have failed and are not run again.
    stop
        Rows from here on are not run; they abstain. None: run all.
    careful
        Whether to run row by row, show each row in the cell, and report each as it is done, so
        that the one that ends the worker is known. Without it functions run faster, and templates
        whole blocks at once.
    """

    skip: tuple[int, ...] = ()
    stop: int | None = None
    careful: bool = False


@dataclass(frozen=True, slots=True)
class LoadRequest:
    """Load the scripts of a folder: those in ``only``, or all, but not those in ``skip``.

    ``id_column`` is what the project's files call the uid, ``left`` the indices of classes that
    messages do not offer.
    """

    folder: str
    class_names: tuple[str, ...]
    former_names: tuple[str, ...]
    skip: frozenset[str]
    only: frozenset[str] | None
    id_column: str
    left: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class ApplyRequest:
    """Run the functions of ``plans``, in order, on the rows."""

    task: int
    plans: Mapping[str, RowPlan]
    block: EncodedBlock
    limits: Limits


class ProgressCell:
    """Four integers in memory shared by parent and worker.

    The worker writes `slots` directly (tens of nanoseconds a row); the parent reads `position`,
    which works even while the worker's interpreter is stuck or dead.
    """

    TASK, FUNCTION, ROW, STATE = range(4)
    SIZE = 4 * 8

    def __init__(self, fd: int) -> None:
        self._map = mmap.mmap(fd, self.SIZE)
        self._bytes = memoryview(self._map)
        self.slots = self._bytes.cast("q")

    @property
    def position(self) -> Position:
        """The current position."""
        task, function, row, state = self.slots
        return Position(task, function, row, State(state))

    def part(self) -> None:
        """Put private memory in the place of the shared one, with what it holds: for a fork."""
        # Parent and worker have no need of ctypes, so it is not imported above.
        import ctypes

        values = self.slots.tolist()
        libc = ctypes.CDLL(None)
        libc.mmap.restype = ctypes.c_void_p
        libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]
        address = ctypes.addressof(ctypes.c_char.from_buffer(self._map))
        flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | _MAP_FIXED
        writable = mmap.PROT_READ | mmap.PROT_WRITE
        if libc.mmap(address, self.SIZE, writable, flags, -1, 0) != address:
            os._exit(1)  # rather than show the parent rows that the worker is not at
        self.slots[:] = memoryview(array("q", values))

    def close(self) -> None:
        """Unmap."""
        self.slots.release()
        self._bytes.release()
        self._map.close()


def encode_request(request: object) -> bytes:
    """Frame a message to a worker."""
    body = pickle.dumps(request, protocol=pickle.HIGHEST_PROTOCOL)
    return _LENGTHS.pack(len(body), 0) + body


def decode_request(body: bytes) -> Any:
    """Read a message from the parent."""
    return pickle.loads(body)  # noqa: S301  the parent is trusted; the other way is JSON


def encode_event(event: dict[str, Any], payload: bytes = b"") -> bytes:
    """Frame a message to the parent."""
    header = json.dumps(event).encode()
    return _LENGTHS.pack(len(header), len(payload)) + header + payload


class FrameReader:
    """Cuts a stream of bytes into frames."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> None:
        """Add bytes that arrived."""
        self._buffer += data

    def next_frame(self) -> tuple[bytes, bytes] | None:
        """Return header and payload of the next complete frame, or None."""
        if len(self._buffer) < _LENGTHS.size:
            return None
        n_header, n_payload = _LENGTHS.unpack_from(self._buffer)
        end = _LENGTHS.size + n_header + n_payload
        if len(self._buffer) < end:
            return None
        split = _LENGTHS.size + n_header
        frame = bytes(self._buffer[_LENGTHS.size : split]), bytes(self._buffer[split:end])
        del self._buffer[:end]
        return frame

    def next_event(self) -> tuple[dict[str, Any], bytes] | None:
        """Return the next event of a worker, or None.

        Raises
        ------
        ValueError
            If the bytes are no event: users' code wrote to the worker's channel.
        """
        if (
            len(self._buffer) >= _LENGTHS.size
            and sum(_LENGTHS.unpack_from(self._buffer)) > _MAX_FRAME
        ):
            raise ValueError("longer than any event")
        frame = self.next_frame()
        return None if frame is None else (json.loads(frame[0]), frame[1])
