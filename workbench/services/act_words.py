"""Acts in plain words: what one was, and how what it is about stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from workbench.figures import counted, listed
from workbench.services.project import Project
from workbench.store.decisions import CLASS_ACTS, Event

RECORDS: Final = ("import", "diagnose", "aggregate", "train", "propose", "audit", "export")
"""The kinds of runs that put nothing in force that a person decides: nothing of them is undone."""

_NAMED = 5
"""So many names stand in a sentence."""


def act_text(project: Project, events: Sequence[Event]) -> str:
    """Say what an act was.

    Parameters
    ----------
    project
        The project.
    events
        Its events, at least one.
    """
    target = events[0]
    said = "" if target.class_id is None else f" {project.label_set.said(target.class_id)}"
    if target.kind in CLASS_ACTS:
        return f"{target.kind}{said}"
    if target.kind == "guideline":
        return f"version {target.guideline_id} of the guidelines"
    if target.kind == "publish":
        return f"the labeling functions that run {target.run_id} put in force"
    if len(events) == 1:
        return f"{target.kind}{said}"
    # The count first: a long class name must not push it off a narrow screen.
    is_alike = len({(event.kind, event.class_id) for event in events}) == 1
    return f"{len(events):,} decisions" + (f" ({target.kind}{said})" if is_alike else "")


def standing(project: Project, events: Sequence[Event]) -> str:
    """Say how that stands now which an act is about; empty for many rows, where no word tells it.

    Parameters
    ----------
    project
        The project.
    events
        The events of the act, at least one.
    """
    target = events[0]
    if target.kind in CLASS_ACTS:
        return f"{len(project.classes):,} classes ({listed(project.classes, _NAMED)})"
    if target.kind == "guideline":
        version = project.store.guidelines.current_id()
        return "no guidelines" if version is None else f"version {version}"
    if target.kind == "publish":
        n = len(project.store.votes.in_force())
        return f"{counted(n, 'labeling function') if n else 'no labeling function'} in force"
    if len(events) > 1 or target.example_id is None:
        return ""
    resolved = project.store.resolved.of_example(target.example_id)
    return "no label" if resolved is None else f"{resolved.label} ({resolved.origin})"


def functions_turned(before: Mapping[str, int], after: Mapping[str, int]) -> str:
    """Say which labeling functions went, came, or are of another version; empty where none did.

    Parameters
    ----------
    before, after
        As of `workbench.services.vote_changes.versions_in_force`.
    """
    names = sorted(before.keys() | after.keys())
    parts = {
        "withdrawn": [name for name in names if name not in after],
        "in force again": [name for name in names if name not in before],
        "in another version": [
            name
            for name in names
            if name in before and name in after and before[name] != after[name]
        ],
    }
    return "; ".join(f"{how}: {listed(found, _NAMED)}" for how, found in parts.items() if found)


def what_brings_back(project: Project, event_id: int) -> str:
    """Say what could bring functions back that are undone; empty for any other act.

    Parameters
    ----------
    project
        The project.
    event_id
        The first event of the act.
    """
    target = project.store.decisions.get(event_id)
    if target is None or target.kind != "publish":
        return ""
    run = project.store.runs.get(target.run_id)
    if run is not None and run.kind == "import-votes":
        file = Path(run.parameters["file"]).name
        return f"the votes came from {file}, from no script: apply does not bring them back"
    if run is not None and run.parameters.get("retry"):
        return (
            "what was tried again stands as before: only workbench apply --retry would do so anew"
        )
    return "the scripts are as they were: the next apply goes by what they hold"


def records_since(project: Project, at: str) -> tuple[str, ...]:
    """Name the newest runs since a moment that are records of work, not acts; the last one first.

    Parameters
    ----------
    project
        The project.
    at
        The moment.
    """
    runs = project.store.runs.newest(since=at, outcome="done")
    records = [f"{run.kind} run {run.run_id}" for run in runs if run.kind in RECORDS]
    return tuple(records[:_NAMED])
