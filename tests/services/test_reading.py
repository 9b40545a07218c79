"""What only reads sees one state, though others import rows and change classes all the while."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from workbench import api
from workbench.services.annotate import Session
from workbench.services.audit.audit import audit_labels
from workbench.services.classes import add_classes, list_classes
from workbench.services.importing.importing import import_files
from workbench.services.moments import reading
from workbench.services.next_step import loop
from workbench.services.outdated import outdated_words
from workbench.services.project import Project
from workbench.services.row_filter import parse_filter
from workbench.services.row_queues import waiting_rows
from workbench.services.rows import find_rows
from workbench.services.suspects import asked_labels, suspects_to_review


@pytest.fixture
def watched(filled: Project) -> Iterator[api.Project]:
    """The project of a reader, with an audit and with a class that was retired."""
    audit_labels(filled)
    with api.open(filled.root) as opened:
        yield opened


@pytest.fixture
def quiet(watched: api.Project, tmp_path: Path) -> Path:
    """The folder of a copy of the project that nobody else works on."""
    return shutil.copytree(watched.root, tmp_path / "quiet" / watched.root.name)


def _write_more(project: Project, n: int, path: Path) -> None:
    """Import a row of a class of its own, and decide another one."""
    add_classes(project, [f"class {n}"])
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = [("id", "text", "label"), (f"m{n}", f"more {n}", f"class {n}")]
        csv.writer(file).writerows(rows)
    import_files(project, [path])
    with Session(project, annotator="bo") as session:
        session.label(1 + n % 80, f"class {n}")


@pytest.fixture
def meanwhile(watched: api.Project, tmp_path: Path) -> Iterator[list[str]]:
    """Somebody who imports a row, of a class of its own, before each statement of the reader."""
    said: list[str] = []
    path = tmp_path / "more.csv"
    with Project(watched.root) as other:

        def write(statement: str) -> None:
            said.append(statement)
            _write_more(other, len(said) - 1, path)

        watched.store._connection.set_trace_callback(write)
        yield said
        watched.store._connection.set_trace_callback(None)


READERS: dict[str, Callable[[api.Project], Any]] = {
    "labels": lambda project: project.labels(),
    "status": lambda project: project.status(),
    "next step": loop,
    "classes": list_classes,
    "label of rows": lambda project: find_rows(project, parse_filter("label:spam sort:confidence")),
    "origin and length": lambda project: find_rows(
        project, parse_filter("origin:given length>3 is:undecided")
    ),
    "outdated": outdated_words,
    "suspects": suspects_to_review,
    "asked": asked_labels,
    "queue": lambda project: waiting_rows(project, "ana", queue="outdated").items,
}


@pytest.mark.parametrize("name", READERS)
def test_a_reader_sees_one_state(
    watched: api.Project, quiet: Path, meanwhile: list[str], tmp_path: Path, name: str
) -> None:
    seen = _as_text(READERS[name](watched), watched.root)
    assert len(meanwhile) > 3
    with api.open(quiet) as alone, Project(quiet) as other:
        for n in range(len(meanwhile)):
            if _as_text(READERS[name](alone), quiet) == seen:
                return
            _write_more(other, n, tmp_path / "more.csv")
    pytest.fail("no state of the project, with so many rows more, is what the reader saw")


def _as_text(result: Any, root: Path) -> str:
    """Return all that a result holds, but for where the project lies."""

    def parts(value: Any) -> Any:
        if isinstance(value, pd.DataFrame):
            return value.to_dict("list")
        return asdict(value) if is_dataclass(value) else value.tolist()

    return json.dumps(result, default=parts).replace(json.dumps(str(root))[1:-1], "")


def test_the_labels_are_those_of_one_state(watched: api.Project, meanwhile: list[str]) -> None:
    table = watched.labels()
    more = list(table["label"][table["uid"].str.startswith("m")])
    assert 0 < len(more) < len(meanwhile)
    assert more == [f"class {n}" for n in range(len(more))]
    # With each of these rows somebody decided one of the others.
    assert list(table["label"][: len(more)]) == more


def test_a_reading_within_another_is_of_the_same_state(
    watched: api.Project, filled: Project
) -> None:
    with reading(watched):
        before = watched.classes
        add_classes(filled, ["eggs"])
        with reading(watched):
            assert watched.classes == before
        assert watched.classes == before
    with reading(watched):
        assert watched.classes == (*before, "eggs")
