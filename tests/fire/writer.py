"""Writers to be killed: a process that forks one child for each order on stdin.

Orders are a JSON list on a line, each with ``activity``, ``root`` and what the activity needs. The
lines on stdout are JSON too, each with the ``pid`` of the child that it is about: ``did`` once a
write was acknowledged, ``failed`` with the error's class and text, ``ended`` when it is gone.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy  # noqa: F401  imported once, before the forks

from workbench.errors import StoreError, WorkbenchError
from workbench.services.annotate import Session
from workbench.services.audit.audit import audit_labels
from workbench.services.backup import restore
from workbench.services.export.export import export_labels
from workbench.services.importing.importing import import_files
from workbench.services.lf.apply import apply_functions
from workbench.services.project import Project
from workbench.services.undo import redo, undo


def run_import(project: Project, order: dict[str, Any]) -> Iterator[Any]:
    yield import_files(project, [Path(order["file"])]).n_added


def run_apply(project: Project, order: dict[str, Any]) -> Iterator[Any]:
    yield apply_functions(project, n_workers=1).run_id


def run_annotate(project: Project, order: dict[str, Any]) -> Iterator[Any]:
    with Session(project, annotator=order["annotator"]) as session:
        for i in range(order["n"]):
            started = time.perf_counter()
            event = session.label(1 + i % order["n_examples"], "ham" if i % 3 else "spam").event_id
            yield event, time.perf_counter() - started


def run_review(project: Project, order: dict[str, Any]) -> Iterator[Any]:
    with Session(project, annotator=order["annotator"]) as session:
        for i in range(order["n"]):
            decide = session.keep if i % 2 else session.relabel
            yield decide(1 + i % order["n_examples"], "spam").event_id, 0.0


def run_undo(project: Project, order: dict[str, Any]) -> Iterator[Any]:
    """Undo and put back; the act that stood or fell is acknowledged."""
    with Session(project, annotator=order["annotator"]) as session:
        for i in range(order["n"]):
            yield session.label(1 + i % order["n_examples"], "ham").event_id, 0.0
            for turn in (undo, redo, undo):
                turned = turn(project, annotator=session.annotator)
                assert turned is not None
                yield turned.event_id, 0.0


def run_insist(project: Project, order: dict[str, Any]) -> Iterator[Any]:
    """Annotate, and go on with a new sitting after each restore."""
    i = 0
    while i < order["n"]:
        try:
            with Session(project, annotator=order["annotator"]) as session:
                while i < order["n"]:
                    note = f"{order['annotator']}-{i}"
                    session.label(1 + i % order["n_examples"], "ham", note=note)
                    yield note
                    i += 1
        except StoreError as error:
            if "has restored a backup" not in str(error):
                raise


def run_restore(project: Project, order: dict[str, Any]) -> Iterator[Any]:
    """Restore again and again; where ``once`` names a file, as soon as that is there."""
    for _ in range(order["n"]):
        time.sleep(0.3)
        while "once" in order and not Path(order["once"]).exists():
            time.sleep(0.01)
        yield restore(project.root, Path(order["file"]), replace=True).kept
    if "then" in order:
        Path(order["then"]).touch()


def run_export(project: Project, order: dict[str, Any]) -> Iterator[Any]:
    path = Path(order["file"])
    yield export_labels(project, path, replace=order.get("replace", False)).sha256


def run_audit(project: Project, order: dict[str, Any]) -> Iterator[Any]:
    yield audit_labels(project).run_id


ACTIVITIES: dict[str, Callable[[Project, dict[str, Any]], Iterator[Any]]] = {
    "import": run_import,
    "apply": run_apply,
    "annotate": run_annotate,
    "review": run_review,
    "undo": run_undo,
    "insist": run_insist,
    "restore": run_restore,
    "export": run_export,
    "audit": run_audit,
}


def tell(**message: Any) -> None:
    """Write a line in one piece, so that those of several children do not mix."""
    os.write(1, (json.dumps(message) + "\n").encode())


def carry_out(order: dict[str, Any]) -> None:
    pid = os.getpid()
    if "largest_file" in order:
        hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["largest_file"], hard))
    try:
        with Project(Path(order["root"])) as project:
            for done in ACTIVITIES[order["activity"]](project, order):
                tell(pid=pid, did=done)
    except WorkbenchError as error:
        tell(pid=pid, failed=type(error).__name__, text=str(error))
    except Exception as error:  # noqa: BLE001  the test shows it
        tell(pid=pid, failed=type(error).__name__, text=traceback.format_exc())


def main() -> None:
    children: set[int] = set()
    for line in sys.stdin:
        orders = json.loads(line)
        for order in orders:
            pid = os.fork()
            if pid == 0:
                try:
                    carry_out(order)
                finally:
                    os._exit(0)
            children.add(pid)
            tell(pid=pid, started=order["activity"])
        while children:
            pid, _ = os.wait()
            children.discard(pid)
            tell(pid=pid, ended=True)


if __name__ == "__main__":
    main()
