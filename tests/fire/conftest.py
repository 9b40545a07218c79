"""Real writers in processes of their own, which may be killed."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from workbench.services.importing.importing import import_files
from workbench.services.project import Project

WRITER = Path(__file__).with_name("writer.py")


@dataclass
class Outcome:
    """What one writer said before it ended or was killed."""

    did: list[Any] = field(default_factory=list)
    failed: str | None = None
    text: str = ""
    seconds: float = 0.0


class Writers:
    """The process that forks writers."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._stdin = process.stdin
        self._out = process.stdout.fileno()
        self._buffer = b""

    def run(self, *orders: dict[str, Any], kill_after: float | None = None) -> list[Outcome]:
        """Carry orders out at the same time; kill them all after some seconds, if asked to."""
        self._stdin.write(json.dumps(orders, default=str).encode() + b"\n")
        self._stdin.flush()
        outcomes: dict[int, Outcome] = {}
        alive: set[int] = set()
        started = time.perf_counter()
        while len(outcomes) < len(orders) or alive:
            left = None
            if kill_after is not None and alive:
                left = max(0.0, started + kill_after - time.perf_counter())
            if left == 0.0:
                for pid in alive:
                    with contextlib.suppress(ProcessLookupError):  # news of its end is on the way
                        os.kill(pid, signal.SIGKILL)
                kill_after = None
                continue
            for message in self._messages(left):
                pid = message["pid"]
                outcome = outcomes.setdefault(pid, Outcome())
                if "started" in message:
                    alive.add(pid)
                elif "did" in message:
                    outcome.did.append(message["did"])
                elif "failed" in message:
                    outcome.failed, outcome.text = message["failed"], message["text"]
                else:
                    alive.discard(pid)
                    outcome.seconds = time.perf_counter() - started
        return [outcomes[pid] for pid in sorted(outcomes)]

    def _messages(self, seconds: float | None) -> Iterator[dict[str, Any]]:
        if not select.select([self._out], [], [], seconds)[0]:
            return
        chunk = os.read(self._out, 65_536)
        assert chunk, "the writers' process has died"
        *lines, self._buffer = (self._buffer + chunk).split(b"\n")
        for line in lines:
            yield json.loads(line)


@pytest.fixture(scope="module")
def writers() -> Iterator[Writers]:
    """Writers whose imports are done."""
    process = subprocess.Popen(
        [sys.executable, str(WRITER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    yield Writers(process)
    process.stdin.close()
    process.wait(timeout=120)
    process.stdout.close()


@pytest.fixture
def busy(project: Project, write_csv: Callable[..., Path], small_rows, script: str) -> Path:
    """The folder of a project with 400 labelled rows and four labeling functions."""
    import_files(project, [write_csv("first.csv", small_rows(400))])
    (project.functions_folder / "first.py").write_text(script)
    project.close()
    return project.root
