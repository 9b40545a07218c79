"""Votes for classes that were split or retired: they count for none, and somebody should know."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.figures import counted
from workbench.services.labels import stored_numbers
from workbench.services.project import Project
from workbench.store.classes import LabelSet
from workbench.store.decisions import CLASS_ACTS
from workbench.store.votes import LFVersion

_NAMED = 3
"""At most so many of the classes that replaced one are named."""


@dataclass(frozen=True, slots=True)
class GoneVotes:
    """Votes of a labeling function for a class that is none any more.

    ``said`` is the class as it was called, ``parts`` are the classes that it was split into, those
    that there are; empty where it was retired.
    """

    name: str
    said: str
    parts: tuple[str, ...]
    n: int

    @property
    def sentence(self) -> str:
        """What the function does, and what it comes to."""
        how = "was split" if self.parts else "is no class any more"
        votes = "vote counts" if self.n == 1 else "votes count"
        return f"{self.name!r} votes for {self.said!r}, which {how}: {self.n:,} {votes} for none"

    @property
    def remedy(self) -> str:
        """What to do about it."""
        if not self.parts:
            return f"leave it out, or bring it back: workbench class add {shlex.quote(self.said)}"
        more = ", …" if len(self.parts) > _NAMED else ""
        return f"name one of its parts instead: {', '.join(self.parts[:_NAMED])}{more}"


def gone_votes(project: Project, versions: Sequence[LFVersion]) -> tuple[GoneVotes, ...]:
    """Return what functions say of classes that are gone, function by function.

    Parameters
    ----------
    project
        The project.
    versions
        The versions in question, whose stored votes are counted.
    """
    label_set = project.label_set
    if not versions or not _gone_numbers(label_set):
        return ()
    numbers = stored_numbers(project, [version.lf_version_id for version in versions])
    columns = {version.name: numbers[:, j] for j, version in enumerate(versions)}
    return gone_among(project, columns)


def gone_among(
    project: Project, columns: Mapping[str, NDArray[np.signedinteger[Any]]]
) -> tuple[GoneVotes, ...]:
    """Return the same of votes that are given, as class numbers, by the function's name."""
    found = []
    for number in _gone_numbers(project.label_set):
        for name, votes in columns.items():
            if n := int((votes == number).sum()):
                said = project.label_set.said(number)
                found.append(GoneVotes(name, said, _parts(project, number), n))
    return tuple(sorted(found, key=lambda one: one.name))


def told_of_class(project: Project, said: str) -> str | None:
    """Say which functions vote for a class that has just left; None where none does."""
    found = [one for one in gone_votes(project, project.store.votes.in_force()) if one.said == said]
    if not found:
        return None
    names = ", ".join(one.name for one in found[:_NAMED]) + ", …" * (len(found) > _NAMED)
    functions = counted(len(found), "labeling function")
    votes = "votes" if len(found) == 1 else "vote"
    return f"{functions} {votes} for it, which counts for none: {names}; {found[0].remedy}"


def _gone_numbers(label_set: LabelSet) -> list[int]:
    """Return the classes that count as none."""
    if label_set.is_plain:
        return []
    numbers = (state.class_id for state in label_set.states)
    return [number for number in numbers if label_set.index_of(number) is None]


def _parts(project: Project, number: int) -> tuple[str, ...]:
    """Return the classes that a class, or what it was merged into, was split into, as they are."""
    into: list[int] = []
    owner: int | None = number
    for act in project.store.decisions.active_acts(CLASS_ACTS):
        detail: dict[str, Any] = json.loads(act.detail) if act.detail else {}
        if act.kind == "class-merge" and owner in detail["classes"]:
            owner, into = act.class_id, []
        elif act.class_id == owner and act.kind != "class-rename":
            into = detail["into"] if act.kind == "class-split" else []
    names = (project.label_set.name_of(part) for part in into)
    return tuple(dict.fromkeys(name for name in names if name is not None))
