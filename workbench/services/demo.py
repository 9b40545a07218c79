"""The demonstration: made-up messages, a simulated person, and the truth at the end."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from workbench.errors import ProjectError
from workbench.formats.readers import read_rows
from workbench.services.annotate import Session
from workbench.services.browse import suspects_to_review
from workbench.services.config import CONFIG_NAME, FUNCTIONS_NAME, read_config, write_config
from workbench.services.labels import resolve_labels
from workbench.services.project import Project

MARKER = ".workbench-demo"
"""Lies in a folder that a demonstration made, which may therefore be made anew."""


@dataclass(frozen=True, slots=True)
class Review:
    """What the simulated person found among the suspects."""

    n_reviewed: int
    n_kept: int
    n_relabelled: int


@dataclass(frozen=True, slots=True)
class LabelQuality:
    """Labels held against the truth: how many there are, and how many are right."""

    n: int
    n_right: int

    @property
    def accuracy(self) -> float:
        """Share of the labels that are right."""
        return self.n_right / self.n if self.n else 0.0


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
    said = {str(row.values["id"]): str(row.values["label"]) for row in read_rows(answers)}
    kept = relabelled = 0
    with Session(project, annotator="reviewer") as session:
        for suspect in suspects_to_review(project)[:limit]:
            example = project.store.examples.get(suspect.example_id)
            if example is None or example.uid not in said:
                continue
            label, answer = project.classes[suspect.given_class], said[example.uid]
            if answer == label:
                session.keep(suspect.example_id, label, batch_run_id=suspect.run_id)
                kept += 1
            else:
                session.relabel(suspect.example_id, answer, batch_run_id=suspect.run_id)
                relabelled += 1
    return Review(kept + relabelled, kept, relabelled)


def held_against_truth(project: Project) -> LabelQuality:
    """Hold the labels of the training rows against the truth, which no stage reads."""
    truth = read_truth()
    labels = resolve_labels(project)
    uids = project.store.examples.uids()
    role = project.store.examples.column("role")
    n = right = 0
    for uid, label, of in zip(uids, labels.labels, role, strict=True):
        if of == "train" and label >= 0:
            n += 1
            right += project.classes[int(label)] == truth[uid]
    return LabelQuality(n, right)


def exported_against_truth(path: Path, *, uids: Collection[str] | None = None) -> LabelQuality:
    """Hold an exported file, or these rows of it, against the truth."""
    truth = read_truth()
    rows = [row.values for row in read_rows(path) if uids is None or row.values["uid"] in uids]
    right = sum(row["label"] == truth[str(row["uid"])] for row in rows)
    return LabelQuality(len(rows), right)


def given_uids(project: Project) -> frozenset[str]:
    """Return the training rows that vendors labelled."""
    examples = project.store.examples
    columns = (examples.uids(), examples.column("given_class"), examples.column("role"))
    return frozenset(
        uid
        for uid, given, role in zip(*columns, strict=True)
        if given is not None and role == "train"
    )


def read_truth() -> dict[str, str]:
    """Return the true class of every row by its id."""
    path = material() / "data" / "truth.csv"
    return {str(row.values["id"]): str(row.values["label"]) for row in read_rows(path)}


def wrong_by_batch(project: Project) -> dict[str, tuple[int, int]]:
    """Return, for each batch with given labels, its labels and how many are truly wrong."""
    truth = read_truth()
    examples = project.store.examples
    found: dict[str, tuple[int, int]] = {}
    columns = (
        examples.uids(),
        examples.column("batch"),
        examples.column("given_class"),
        examples.column("role"),
    )
    for uid, batch, given, role in zip(*columns, strict=True):
        if given is not None and role == "train":
            n, wrong = found.get(str(batch), (0, 0))
            found[str(batch)] = (n + 1, wrong + (project.classes[given] != truth[uid]))
    return found
