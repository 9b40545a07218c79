"""The annotation guidelines: versioned Markdown, and what was decided under another version."""

from __future__ import annotations

import difflib
from collections import Counter
from dataclasses import dataclass

from workbench.errors import UsageError
from workbench.services.outdated import outdated_counts
from workbench.services.project import Project
from workbench.services.running import agent, now, record_run, user
from workbench.store.guidelines import Guideline


@dataclass(frozen=True, slots=True)
class GuidelineVersion:
    """A version of the guidelines; ``n_decisions`` that stand were made under it."""

    version: int
    at: str
    agent: str
    in_force: bool
    n_decisions: int


@dataclass(frozen=True, slots=True)
class GuidelineChange:
    """What a change brought: decisions that were made under another version, by class.

    ``n_before`` decisions were made before the first version; they count as made under it.
    """

    version: int
    changed: bool
    run_id: int | None
    outdated: dict[str, int]
    n_before: int = 0


def set_guidelines(
    project: Project, content: str, *, annotator: str | None = None
) -> GuidelineChange:
    """Put a text in force as the next version of the guidelines.

    Nothing is recorded where the text is the one in force already.

    Parameters
    ----------
    project
        The project.
    content
        Markdown.
    annotator
        Whose act it is; the user's by default.

    Raises
    ------
    UsageError
        If the text is empty.
    """
    if not content.strip():
        raise UsageError("the guidelines are empty", hint="Write at least what each class means.")
    store = project.store
    current = store.guidelines.current()
    if current is not None and current.content == content:
        return GuidelineChange(current.guideline_id, False, None, outdated_counts(project))
    with (
        record_run(store, "guideline") as run,
        run.finish({"characters": len(content)}),
    ):
        version = store.guidelines.add(at=now(), agent=agent(), content=content)
        store.decisions.append(
            "guideline",
            at=now(),
            annotator=annotator or user(),
            run_id=run.run_id,
            guideline_id=version,
        )
    n_before = 0
    if current is None:
        n_before = sum(event.guideline_id is None for event in store.decisions.active())
    return GuidelineChange(version, True, run.run_id, outdated_counts(project), n_before)


def guideline(project: Project, version: int | None = None) -> Guideline | None:
    """Return a version of the guidelines, the one in force by default; None before the first.

    Raises
    ------
    UsageError
        If there is no such version.
    """
    if version is None:
        return project.store.guidelines.current()
    found = project.store.guidelines.get(version)
    if found is None:
        known = ", ".join(str(g.guideline_id) for g in project.store.guidelines.versions())
        raise UsageError(f"there is no version {version}", hint=f"Versions: {known or 'none yet'}.")
    return found


def guideline_versions(project: Project) -> tuple[GuidelineVersion, ...]:
    """Return every version of the guidelines, oldest first."""
    current = project.store.guidelines.current_id()
    counts = Counter(event.guideline_id for event in project.store.decisions.active())
    return tuple(
        GuidelineVersion(
            version=g.guideline_id,
            at=g.at,
            agent=g.agent,
            in_force=g.guideline_id == current,
            n_decisions=counts[g.guideline_id],
        )
        for g in project.store.guidelines.versions()
    )


def diff_guidelines(project: Project, old: int | None = None, new: int | None = None) -> str:
    """Return a unified diff of two versions; by default of the one in force and the one before.

    Raises
    ------
    UsageError
        If a version is not there.
    """
    newer = guideline(project, new)
    if newer is None:
        raise UsageError("there are no guidelines yet", hint="Write some: workbench guideline edit")
    if old is None and newer.guideline_id > 1:
        old = newer.guideline_id - 1
    older = guideline(project, old) if old is not None else None
    return "".join(
        difflib.unified_diff(
            older.content.splitlines(keepends=True) if older else [],
            newer.content.splitlines(keepends=True),
            f"version {older.guideline_id} ({older.at})" if older else "nothing",
            f"version {newer.guideline_id} ({newer.at})",
        )
    )
