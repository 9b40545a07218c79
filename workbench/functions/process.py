"""One worker process as its parent sees it: start, talk, watch, end."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from workbench.functions.capture import tail
from workbench.functions.protocol import FrameReader, Position, ProgressCell, encode_request
from workbench.functions.termination import done_with, heed_for

_SECONDS_FOR_TRACEBACK = 2.0
_SECONDS_BETWEEN_LOOKS = 0.1
_SECONDS_TO_END = 5.0
_MARK = "WORKBENCH_WORKER"
"""Environment variable by which the processes of a worker know one another."""
_MAX_ROUNDS = 20
_ENVIRONMENT = {
    # The same order of sets in every worker: the same votes, the same versions.
    "PYTHONHASHSEED": "0",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}


class WorkerProcess:
    """A running worker.

    It has its own session, so Ctrl-C in the terminal reaches only the parent, and it is executed
    afresh rather than forked, because the parent may hold threads. On Linux it ends with the
    *thread* that started it, so start and use it in one thread.

    Parameters
    ----------
    folder
        The scripts' folder; the worker runs in the folder above it, the project's.
    memory_limit
        Address space in bytes, or None.
    """

    def __init__(self, folder: Path, memory_limit: int | None) -> None:
        self._folder = folder
        self._output = tempfile.TemporaryFile()  # noqa: SIM115  closed by `close`
        fcntl.fcntl(self._output, fcntl.F_SETFL, os.O_APPEND)
        with tempfile.TemporaryFile() as cell_file:
            cell_file.truncate(ProgressCell.SIZE)
            self._cell = ProgressCell(cell_file.fileno())
            ours, theirs = socket.socketpair()
            with theirs:
                self._process = self._start(theirs.fileno(), cell_file.fileno(), memory_limit)
        ours.setblocking(False)
        self._channel = ours
        self._frames = FrameReader()
        self._unsent = memoryview(b"")
        self._ended = False
        self.is_garbled = False
        """Whether users' code wrote to the channel."""
        heed_for(self)

    def _start(self, channel: int, cell: int, memory_limit: int | None) -> subprocess.Popen[bytes]:
        # -P keeps the project folder off the path: a file there must not hide a library.
        token = secrets.token_hex(16)
        self._mark = f"{_MARK}={token}".encode()
        numbers = (channel, cell, os.getpid(), memory_limit or 0)
        command = [sys.executable, "-P", "-X", "utf8", "-m", "workbench.functions.worker"]
        return subprocess.Popen(
            [*command, *map(str, numbers)],
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=self._output,
            pass_fds=(channel, cell),
            cwd=self._folder.parent,
            env={**os.environ, **_ENVIRONMENT, _MARK: token},
            start_new_session=True,
        )

    def fileno(self) -> int:
        """Return the channel's descriptor, for `selectors`."""
        return self._channel.fileno()

    @property
    def wants_to_send(self) -> bool:
        """Whether part of a request waits to be sent."""
        return len(self._unsent) > 0

    @property
    def position(self) -> Position:
        """Where the worker is."""
        return self._cell.position

    @property
    def ended(self) -> bool:
        """Whether the worker has ended and all it sent has been read."""
        return self._ended

    def send(self, request: object) -> None:
        """Send what can be sent of a request without waiting; `exchange` goes on with it."""
        self._unsent = memoryview(bytes(self._unsent) + encode_request(request))
        self._flush()

    def _flush(self) -> None:
        with contextlib.suppress(BlockingIOError, BrokenPipeError, ConnectionResetError):
            while self._unsent:
                self._unsent = self._unsent[self._channel.send(self._unsent) :]

    def exchange(self) -> Iterator[tuple[dict[str, Any], bytes]]:
        """Send and receive what can be without waiting.

        Yields
        ------
        tuple
            Each event that has arrived, and its payload.
        """
        self._flush()
        # A child that users' code left behind may hold the channel open: ask for the process too,
        # and before reading, so that nothing it sent is missed.
        exited = self._process.poll() is not None
        try:
            while data := self._channel.recv(1 << 20):
                self._frames.feed(data)
            self._ended = True
        except BlockingIOError:
            self._ended = exited
        except ConnectionResetError:
            self._ended = True
        try:
            while (event := self._frames.next_event()) is not None:
                yield event
        except ValueError:  # nothing it says can be trusted
            self.is_garbled = True
            self.kill()

    def n_processes(self) -> int:
        """Count the worker's processes: itself and what users' code started."""
        return len(self._members())

    def _members(self) -> set[int]:
        """Return the worker's processes: its group, who left it with its mark, their children."""
        members: set[int] = set()
        parents: dict[int, int] = {}
        for pid in [int(entry.name) for entry in os.scandir("/proc") if entry.name.isdecimal()]:
            with contextlib.suppress(OSError, ValueError):  # a process may end meanwhile
                stat = _content(f"/proc/{pid}/stat").rpartition(b")")[2]
                state, parent, group, _ = stat.split(maxsplit=3)
                if state == b"Z":
                    continue
                parents[pid] = int(parent)
                if int(group) == self._process.pid or self._mark in _content(
                    f"/proc/{pid}/environ"
                ):
                    members.add(pid)
        generation = members
        while generation:
            generation = {p for p, parent in parents.items() if parent in generation} - members
            members |= generation
        return members

    def kill(self) -> None:
        """End the worker and the processes it started, after asking it for a traceback."""
        if self._process.poll() is None:
            self._ask_for_traceback()
        self._kill_group()

    def _ask_for_traceback(self) -> None:
        """Have the interpreter print where it is; a busy machine may take its time for it."""
        printed = os.fstat(self._output.fileno()).st_size
        deadline = time.monotonic() + _SECONDS_FOR_TRACEBACK
        self._process.send_signal(signal.SIGUSR1)
        has_begun = False
        while not has_begun and self._process.poll() is None and time.monotonic() < deadline:
            # Once it has begun, one more pause lets it come to its end.
            has_begun = os.fstat(self._output.fileno()).st_size > printed
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_SECONDS_BETWEEN_LOOKS)

    def _kill_group(self) -> None:
        """Kill the worker and what it started, and wait for it."""
        # Before the worker ends: children that have neither its group nor its mark are then lost.
        members = self._members()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        for _ in range(_MAX_ROUNDS):  # a process may start another meanwhile
            for pid in members:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)
            self._process.wait()
            members = self._members()
            if not members:
                break
        self._ended = True

    def end_reason(self) -> str:
        """Say how a worker that ended by itself did: by a signal, or an exit code."""
        try:
            code = self._process.wait(_SECONDS_TO_END)
        except subprocess.TimeoutExpired:  # it closed the channel, and runs on
            self.kill()
            return "Disconnected"
        return f"Crash (signal {-code})" if code < 0 else f"Exit (code {code})"

    def last_words(self) -> str:
        """Return the end of what it printed, the interpreter's last traceback included."""
        return tail(self._output.fileno())

    def last_line(self, file: str) -> int | None:
        """Return the line of a script in the interpreter's last traceback, if it is there."""
        path = re.escape(str(self._folder / file))
        found = re.search(rf'File "{path}", line (\d+)', self.last_words())
        return int(found[1]) if found else None

    def close(self) -> None:
        """End the worker and release what belongs to it; again, it does nothing."""
        if self._output.closed:
            return
        self._kill_group()
        self._channel.close()
        self._cell.close()
        self._output.close()
        done_with(self)


def _content(path: str) -> bytes:
    """Return what a file holds, at the least cost: there are two for every process."""
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123  half of the time
        return file.read()


class Stillness:
    """Measures how long a worker has not moved, while somebody looked.

    Time counts only between looks that follow one another closely: a parent that was busy or
    asleep for a minute has not seen the worker stand still for a minute.

    Parameters
    ----------
    longest_gap
        Seconds between two looks that count at most.
    """

    def __init__(self, longest_gap: float) -> None:
        self._longest_gap = longest_gap
        self._position: Position | None = None
        self._looked = time.monotonic()
        self._still = 0.0

    def look(self, position: Position) -> float:
        """Note the position now, and return for how many seconds it has been the same."""
        now = time.monotonic()
        gap = min(now - self._looked, self._longest_gap)
        self._still = self._still + gap if position == self._position else 0.0
        self._position, self._looked = position, now
        return self._still


class Schedule:
    """Says when something that costs time is due again.

    Parameters
    ----------
    seconds
        Between two times.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._next = time.monotonic() + seconds

    def is_due(self) -> bool:
        """Whether it is time; if so, the next time is counted from now."""
        now = time.monotonic()
        if now < self._next:
            return False
        self._next = now + self._seconds
        return True
