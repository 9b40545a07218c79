"""The demonstration: made-up messages and a simulated person, who works through `demo_loop`."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from workbench.errors import ProjectError
from workbench.formats.readers import read_rows
from workbench.services.annotate import Session
from workbench.services.config import CONFIG_NAME, FUNCTIONS_NAME, read_config, write_config
from workbench.services.labels import resolve_labels
from workbench.services.project import Project
from workbench.services.review.review import record_review, review_queue

MARKER = ".workbench-demo"
"""Lies in a folder that a demonstration made, which may therefore be made anew."""


@dataclass(frozen=True, slots=True)
class Review:
    """What the simulated person found among the suspects."""

    n_reviewed: int
    n_kept: int
    n_relabelled: int


def material() -> Path:
    """Return the folder that holds ``data/`` and ``labeling_functions/`` of the demonstration.

    Raises
    ------
    ProjectError
        If the installation lacks them.
    """
    package = Path(__file__).parents[1]
    for folder in (package / "_demo", package.parent):
        if (folder / "data" / "messages.csv").is_file():
            return folder
    raise ProjectError(
        "the data of the demonstration is not installed", hint="Install workbench again."
    )


def make_demo_project(root: Path, *, replace: bool = False) -> Path:
    """Make the project of the demonstration in a folder.

    Raises
    ------
    ProjectError
        If the folder holds something else, or an earlier demonstration and not ``replace``.
    """
    root = root.resolve()
    if root.exists() and any(root.iterdir()):
        if not (root / MARKER).exists():
            raise ProjectError(
                "the folder is not empty", place=str(root), hint="Name another: workbench demo DIR"
            )
        if not replace:
            raise ProjectError(
                "an earlier demonstration is in this folder",
                place=str(root),
                hint=f"Look at it: workbench -C {root} tui   or make it anew with --yes",
            )
        shutil.rmtree(root)
    source = material()
    try:
        root.mkdir(parents=True, exist_ok=True)
        (root / MARKER).touch()
        scripts = root / FUNCTIONS_NAME
        scripts.mkdir()
        for script in sorted((source / FUNCTIONS_NAME).glob("*.py")):
            shutil.copy(script, scripts)
        (root / "data").mkdir()
        for name in ("messages.csv", "evaluation.csv", "production.csv", "annotator.csv"):
            shutil.copy(source / "data" / name, root / "data")
        write_config(root / CONFIG_NAME, read_config(source / CONFIG_NAME))
    except OSError as error:
        raise ProjectError(f"cannot be made: {error.strerror}", place=str(root)) from error
    with Project(root, begin=True):
        return root


def review_suspects(project: Project, answers: Path, *, limit: int) -> Review:
    """Let the simulated person answer for the most doubtful suspects, as one would in the TUI.

    Parameters
    ----------
    project
        The project, audited.
    answers
        The file of what the person would say.
    limit
        How many suspects the person has time for.
    """
    examples = project.store.examples
    said = {
        examples.id_of(str(row.values["id"])): str(row.values["label"])
        for row in read_rows(answers)
    }
    suspects = [item for item in review_queue(project) if not item.is_control][:limit]
    with Session(project, annotator="reviewer") as session:
        kinds = [
            record_review(project, session, item, said[item.example_id]).kind
            for item in suspects
            if item.example_id in said
        ]
    return Review(len(kinds), kinds.count("keep"), kinds.count("relabel"))


def training_labels(project: Project) -> dict[str, str]:
    """Return the label that each training row has now, by its id."""
    labels = resolve_labels(project)
    examples = project.store.examples
    columns = (examples.uids(), labels.labels, examples.column("role"))
    return {
        uid: project.classes[int(label)]
        for uid, label, role in zip(*columns, strict=True)
        if role == "train" and label >= 0
    }


def exported_labels(path: Path, *, origin: str | None = None) -> dict[str, str]:
    """Return the labels of an exported file, or those of one origin, by id."""
    return {
        str(row.values["uid"]): str(row.values["label"])
        for row in read_rows(path)
        if origin in (None, row.values["origin"])
    }
