"""Removing a text for good: the one act that takes something out of the database."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from workbench.errors import UsageError
from workbench.figures import counted
from workbench.services.cache import FOLDER as CACHE
from workbench.services.config import DATABASE_NAME
from workbench.services.embed import vector_files
from workbench.services.project import Project
from workbench.services.running import record_run
from workbench.services.why import uid_hint
from workbench.store.examples import Example
from workbench.store.search import SearchIndex


@dataclass(frozen=True, slots=True)
class ForgetResult:
    """What was removed, and where the texts may still be.

    ``is_wiped`` tells whether their bytes are overwritten in the files of the database; others who
    had it open may have kept them there. ``left`` names each other place that we know of.
    """

    run_id: int
    uids: tuple[str, ...]
    is_wiped: bool
    left: tuple[str, ...]


def forget_texts(
    project: Project, uids: Sequence[str], *, reason: str | None = None, sure: bool = False
) -> ForgetResult:
    """Remove the texts of some examples for good, and record that.

    The examples, their labels, votes and decisions stay; a removed text reads as an empty one.
    Models learn from such rows no more, and are not judged by them. The caches that are made from
    texts are deleted.

    Parameters
    ----------
    project
        The project.
    uids
        The examples.
    reason
        Why; kept with the run.
    sure
        Nothing is removed without it.

    Raises
    ------
    UsageError
        If an example is not there, its text is removed already, or ``sure`` is False.
    """
    store = project.store
    examples = [_find(project, uid) for uid in dict.fromkeys(uids)]
    if not sure:
        raise UsageError(
            f"the text of {counted(len(examples), 'example')} would be removed, which nothing"
            " brings back",
            hint="Say --yes to remove them.",
        )
    left = tuple(place for example in examples for place in _places(project, example))
    names = [example.uid for example in examples]
    with (
        record_run(store, "forget", parameters={"uids": names, "reason": reason}) as run,
        run.finish({"texts": len(examples)}),
    ):
        for example in examples:
            store.examples.remove_text(example.example_id, run_id=run.run_id)
    is_wiped = store.checkpoint()
    SearchIndex(store.path).drop()
    shutil.rmtree(project.root / CACHE, ignore_errors=True)
    return ForgetResult(run.run_id, tuple(names), is_wiped, (*left, *_copies(project)))


def _find(project: Project, uid: str) -> Example:
    """Return an example whose text is there, or was lost without a record."""
    examples = project.store.examples
    example_id = examples.id_of(uid)
    example = examples.get(example_id) if example_id is not None else None
    if example is None:
        raise UsageError(f"no example {uid!r}", hint=uid_hint(project, uid))
    run_id = examples.removal_run(example.example_id)
    if run_id is not None:
        raise UsageError(
            f"the text of {uid!r} was removed already", hint=f"workbench show {run_id} says when."
        )
    return example


def _places(project: Project, example: Example) -> list[str]:
    """Return where else a text may be, as far as the project knows."""
    store, uid = project.store, example.uid
    places = []
    others = store.examples.with_same_text(example.example_id)
    if others:
        places.append(f"{uid}: the same text is that of {', '.join(others)}")
    if example.metadata:
        places.append(f"{uid}: its other columns stay: {', '.join(example.metadata)}")
    n_notes = sum(bool(event.note) for event in store.decisions.of_example(example.example_id))
    if n_notes:
        places.append(f"{uid}: {counted(n_notes, 'note')} of annotators may quote it")
    n_errors = store.examples.count_errors(example.example_id)
    if n_errors:
        places.append(f"{uid}: {counted(n_errors, 'error')} of labeling functions may quote it")
    places += [
        f"{uid}: the findings of the audit of run {run_id}, which an earlier version stored"
        for run_id in _audits_that_quote(project, uid)
    ]
    places.append(f"{uid}: {example.source_path}, row {example.row}, from which it was imported")
    places += [
        f"{uid}: the export {path}"
        for path in dict.fromkeys(
            export.path for export, _ in store.exports.of_example(example.example_id)
        )
    ]
    return places


def _audits_that_quote(project: Project, uid: str) -> list[int]:
    """Return the audits whose findings hold the text: those stored with texts, as once all were."""
    runs = project.store.runs
    found = []
    for run in runs.newest(kind="audit"):
        document = runs.artifact(run.run_id, "audit") or {}
        odd = (*document.get("outliers", ()), *document.get("ambiguous", ()))
        if any(row["uid"] == uid and row.get("text") for row in odd):
            found.append(run.run_id)
    return found


def _copies(project: Project) -> list[str]:
    """Return what else may hold any text."""
    stem = Path(DATABASE_NAME).stem
    kept = sorted(path.name for path in project.root.glob(f"{stem}-replaced-*"))
    places = [f"{name}, which a restore has kept" for name in kept]
    if (project.root / vector_files.FOLDER).is_dir():
        places.append(f"{vector_files.FOLDER}/, whose vectors were made from the texts")
    return [*places, "backups and copies of the database and of these files, wherever they are"]
