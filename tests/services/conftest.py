"""Projects that several modules work on, and votes without worker processes."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import write_rows
from tests.services import noisy_messages, reviewing
from tests.services.answering import unlike
from workbench.services.audit.audit import audit_labels
from workbench.services.importing.import_votes import import_votes
from workbench.services.importing.importing import import_files
from workbench.services.project import Project, init_project

VOTERS = ("calls", "meals", "offers", "polite")


@pytest.fixture
def cast_votes(tmp_path: Path) -> Callable[..., None]:
    """Import the votes of four functions that are right in 85 of 100 cases, in words."""

    def cast(
        project: Project, seed: int = 0, voters: tuple[str, ...] = VOTERS, *, abstain: float = 0.4
    ) -> None:
        rng = np.random.default_rng(seed)
        names = project.classes
        path = tmp_path / f"votes-{seed}-{len(voters)}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["uid", *voters])
            for example in project.store.examples.iterate():
                truth = (example.example_id + 1) % len(names)
                row = [
                    ""
                    if rng.random() < abstain
                    else names[truth]
                    if rng.random() < 0.85
                    else names[int(rng.integers(len(names)))]
                    for _ in voters
                ]
                writer.writerow([example.uid, *row])
        import_votes(project, path)

    return cast


@pytest.fixture
def bare(
    project: Project, write_csv: Callable[..., Path], small_rows: Callable[..., Any]
) -> Project:
    """80 training rows without labels and votes, no two of them alike."""
    import_files(project, [write_csv("bare.csv", unlike(small_rows(80)))])
    return project


def write_matrix(path: Path, matrix: np.ndarray) -> Path:
    """Write a matrix to a file of NumPy's."""
    np.save(path, matrix)
    return path


@pytest.fixture
def bare_words(project: Project, write_csv: Callable[..., Path]) -> Project:
    """40 training rows, no two texts the same."""
    rows = [{"id": f"r{i}", "text": f"word{i} and word{i * i}"} for i in range(40)]
    import_files(project, [write_csv("words.csv", rows)])
    return project


@pytest.fixture
def messages(tmp_path: Path, write_csv: Callable[..., Path]) -> Iterator[Project]:
    """A project with 300 labelled messages and 60 trusted ones, one of them wrong."""
    message_rows = noisy_messages.message_rows
    with Project(init_project(tmp_path / "messages", list(noisy_messages.TOPICS))) as project:
        import_files(project, [write_csv("messages.csv", message_rows())])
        trusted = [
            row | {"id": f"e{row['id']}", "label": row["true"]} for row in message_rows(60, seed=1)
        ]
        trusted[0]["label"] = "login"  # it is a refund
        import_files(project, [write_csv("trusted.csv", trusted)], role="evaluation")
        yield project


@pytest.fixture(scope="session")
def audited_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a project with 240 rows, an eighth of them wrong, and 80 trusted ones."""
    folder = tmp_path_factory.mktemp("audited")
    wrong = write_rows(folder / "t.csv", reviewing.rows(240, 0, wrong=0.125))
    trusted = write_rows(folder / "e.csv", reviewing.rows(80, 1, wrong=0))
    with Project(init_project(folder / "p", reviewing.CLASSES)) as project:
        import_files(project, [wrong])
        import_files(project, [trusted], role="evaluation")
        audit_labels(project)
    return project.root


@pytest.fixture
def audited(audited_root: Path, tmp_path: Path) -> Iterator[Project]:
    """A project with 240 rows, an eighth of them wrong, and 80 trusted ones, audited."""
    shutil.copytree(audited_root, tmp_path / "p")
    with Project(tmp_path / "p") as project:
        yield project
