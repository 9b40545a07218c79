"""The process that runs users' code: ``python -m workbench.functions.worker SOCKET CELL PARENT``.

It is started by `workbench.functions.process` and serves requests until its socket closes.
"""

from __future__ import annotations

import ctypes
import faulthandler
import os
import resource
import signal
import socket
import sys
import time
import traceback
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from workbench.functions.block import Block
from workbench.functions.capture import OutputFile
from workbench.functions.execution import (
    INTERRUPTIBLE,
    BlockRunner,
    forget_memoized,
    return_to,
)
from workbench.functions.protocol import (
    ApplyRequest,
    FrameReader,
    LoadRequest,
    ProgressCell,
    decode_request,
    encode_event,
)
from workbench.functions.results import LFInfo, ScriptError
from workbench.functions.row_errors import clean
from workbench.functions.scripts import (
    FoundFunction,
    drop_duplicates,
    left_out,
    load_script,
    prepare_imports,
    script_paths,
)
from workbench.functions.templates.base import Template
from workbench.functions.templates.external import PROJECTS_ID_COLUMN
from workbench.functions.timer import RowTimer
from workbench.functions.versions import Version, lf_version
from workbench.functions.vote_reader import VoteReader

_PR_SET_PDEATHSIG = 1

_DATABASE = "workbench.db"


class Worker:
    """Serves the requests of one parent.

    Parameters
    ----------
    channel
        Socket to the parent.
    cell
        Shows the parent the current row.
    """

    def __init__(self, channel: socket.socket, cell: ProgressCell) -> None:
        self._pid = os.getpid()
        self._channel = channel
        self._cell = cell
        self._frames = FrameReader()
        self._unsent = bytearray()
        self._output = OutputFile()
        self._folder = Path()
        self._reader = VoteReader(())
        self._functions: dict[str, FoundFunction] = {}
        self._versions: list[Version] = []

    def serve(self) -> None:
        """Answer requests until the parent closes the socket."""
        while (request := self._receive()) is not None:
            if isinstance(request, LoadRequest):
                self._load(request)
            else:
                self._apply(request)

    def _receive(self) -> Any:
        """Wait for the next request; None when the parent has gone."""
        while (frame := self._frames.next_frame()) is None:
            data = self._channel.recv(1 << 20)
            if not data:
                return None
            self._frames.feed(data)
        return decode_request(frame[0])

    def _send(self, event: dict[str, Any], payload: bytes = b"") -> None:
        """Send an event, and those put off."""
        self._put_off(event, payload)
        self._flush()

    def _flush(self) -> None:
        if os.getpid() != self._pid:
            os._exit(0)  # a fork that users' code made and let go on: it must not answer
        self._channel.sendall(self._unsent)
        self._unsent.clear()

    def _put_off(self, event: dict[str, Any], payload: bytes) -> None:
        """Send an event with the next: each sending wakes the parent."""
        self._unsent += encode_event(event, payload)

    def _load(self, request: LoadRequest) -> None:
        """Load each script, saying so before: the parent then knows which one ended us."""
        self._folder = Path(request.folder)
        self._reader = VoteReader(request.class_names, request.former_names, left=request.left)
        PROJECTS_ID_COLUMN.set(request.id_column)
        prepare_imports(self._folder)
        scripts = []
        for path in script_paths(self._folder):
            if path.name in request.skip or (request.only and path.name not in request.only):
                continue
            self._send({"event": "loading", "file": path.name})
            return_to(self._folder.parent)
            files, began = _files_of(self._folder.parent), time.monotonic()
            script = load_script(path, self._reader)
            scripts.append(script)
            work = None
            if script.work_line is not None:
                wrote = sorted(name for name, _ in _files_of(self._folder.parent) - files)
                seconds = time.monotonic() - began
                work = {"line": script.work_line, "seconds": seconds, "wrote": wrote}
            functions, errors = drop_duplicates(script, self._functions)
            infos = []
            for found in functions:
                try:
                    infos.append(asdict(self._info(found)))
                except Exception as error:  # noqa: BLE001  users' values may not hash or pickle
                    del self._functions[found.name]
                    errors.append(_no_version(found, error))
            self._send(
                {
                    "event": "script",
                    "infos": infos,
                    "errors": [asdict(error) for error in (*script.errors, *errors)],
                    "work": work,
                }
            )
            self._output.take()
        is_all = not request.skip and request.only is None
        notes = left_out(self._folder, scripts, self._versions) if is_all else []
        self._send({"event": "loaded", "notes": [asdict(note) for note in notes]})

    def _info(self, found: FoundFunction) -> LFInfo:
        """Describe a labeling function for the parent."""
        version = lf_version(found.function, self._folder)
        self._versions.append(version)
        rule = found.function.rule if isinstance(found.function, Template) else None
        return LFInfo(
            name=found.name,
            file=found.file,
            line=found.line,
            kind=found.kind,
            version=version.version,
            code=version.code,
            source=clean(version.source),
            tags=found.tags,
            columns=found.columns,
            need=None if rule is None else rule.need,
            note=getattr(rule, "note", None),
            named_files=version.files,
            votes_file=getattr(rule, "votes_file", None),
        )

    def _apply(self, request: ApplyRequest) -> None:
        """Run functions on a block, sending the votes of each when it is done."""
        slots = self._cell.slots
        block = request.block
        runner = BlockRunner(
            Block(block.n, block.columns, block.prepared, block.aliases),
            [self._functions[name] for name in request.plans],
            folder=self._folder,
            reader=self._reader,
            slots=slots,
            limits=request.limits,
            timer=RowTimer(slots, request.limits, self._output, INTERRUPTIBLE),
            report=lambda index, row: self._send({"event": "row", "function": index, "row": row}),
        )
        slots[ProgressCell.TASK] = request.task
        for index, (name, plan) in enumerate(request.plans.items()):
            is_quick = isinstance(self._functions[name].function, Template)
            if not is_quick:
                self._flush()  # users' code may end the process
            result = runner.run(self._functions[name], index, plan)
            event = {
                "event": "votes",
                "name": name,
                "errors": result.errors,
                "seconds": result.seconds,
                "stopped": result.stopped,
                "row_by_row": result.row_by_row,
                "output": self._output.take(),
            }
            (self._put_off if is_quick else self._send)(event, result.votes.tobytes())
        forget_memoized(self._functions[name] for name in request.plans)
        self._send({"event": "applied"})


def _files_of(project: Path) -> set[tuple[str, int]]:
    """Return the files of the project's folder with their times; the database is ours."""
    found = set()
    with suppress(OSError), os.scandir(project) as entries:
        for entry in entries:
            if entry.is_file() and not entry.name.startswith(_DATABASE):
                found.add((entry.name, entry.stat().st_mtime_ns))
    return found


def _no_version(found: FoundFunction, error: Exception) -> ScriptError:
    """Describe a labeling function whose version cannot be computed."""
    return ScriptError(
        found.file,
        found.line,
        f"the version of {found.name!r} cannot be computed: {type(error).__name__}: {error}",
        "simplify the constants and resources that it uses",
    )


def main(arguments: list[str]) -> None:
    """Set up the process, serve, and leave without running users' exit handlers."""
    channel_fd, cell_fd, parent, memory_limit = map(int, arguments)
    _die_with_parent(parent)
    faulthandler.enable()
    # The parent asks for a traceback before it ends a worker that does not come back.
    faulthandler.register(signal.SIGUSR1)
    # From here on: our own modules may be kept compiled, but no __pycache__ in the user's folder.
    sys.dont_write_bytecode = True
    for fd in (channel_fd, cell_fd):
        os.set_inheritable(fd, False)
    if memory_limit:
        resource.setrlimit(resource.RLIMIT_AS, (memory_limit, memory_limit))
    cell = ProgressCell(cell_fd)
    # A fork that users' code lets go on must not move the cell for the worker.
    os.register_at_fork(after_in_child=cell.part)
    worker = Worker(socket.socket(fileno=channel_fd), cell)
    try:
        worker.serve()
        os._exit(0)
    except BaseException:  # noqa: BLE001  the parent finds it among what was printed
        os.write(2, traceback.format_exc().encode("utf-8", "replace"))
    finally:
        os._exit(1)


def _die_with_parent(parent: int) -> None:
    """End when the parent does, even in C code that never looks at the socket (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before the call
            os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
