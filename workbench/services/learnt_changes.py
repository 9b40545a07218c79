"""Labeling functions in force whose votes go by decisions or texts that have changed since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.functions.needs import Need
from workbench.services.few_labels import is_few, lost_much
from workbench.services.lf.attempts import hash_of
from workbench.services.lf.prepared import LearntFrom, versions_of
from workbench.services.moments import beginning_of
from workbench.services.project import Project
from workbench.store.votes import LFVersion
from workbench.types import NO_LABEL


@dataclass(frozen=True, slots=True)
class LearntChange:
    """The functions that would vote anew, by name; ``is_few``: by few other labels."""

    names: tuple[str, ...]
    is_few: bool


def learnt_change(project: Project, *, besides: Collection[str] = ()) -> LearntChange | None:
    """Return the functions that an apply would run anew for what they learn from; None for none.

    No script is run, and nothing fitted: what a function learns from is known since it was applied,
    and its version follows from that.

    Parameters
    ----------
    project
        The project.
    besides
        Functions that are out of date anyhow.
    """
    needs = {
        version_id: (one.hash, need)
        for version_id, one in project.store.votes.needs_in_force().items()
        if (need := Need.parse({"kind": one.kind, "arguments": one.arguments})) is not None
    }
    if not needs:
        return None
    versions = [
        version
        for version in project.store.votes.in_force()
        if version.lf_version_id in needs and version.name not in besides
    ]
    versions = [
        version
        for version in versions
        if needs[version.lf_version_id][1].kind != "decisions" or _anyone_decided(project, version)
    ]
    learning = [needs[version.lf_version_id] for version in versions]
    now = LearntFrom(project, [need for _, need in learning])
    changed = {
        version: need
        for version, (_, need), current in zip(
            versions, learning, versions_of(project, learning, now), strict=True
        )
        if current != hash_of(version)
    }
    if not changed:
        return None
    return LearntChange(tuple(one.name for one in changed), _are_few(project, changed, now))


def _anyone_decided(project: Project, version: LFVersion) -> bool:
    """Tell whether people decided anything, or took it back, since a version was first met.

    Cheap: where they did not, what it learns from their decisions is the same.
    """
    run, log = project.store.runs.get(version.run_id), project.store.decisions
    if run is None:
        return True
    then = beginning_of(project, run).event_id
    return log.last_decision_id() > then or log.is_turned_after(then)


def _are_few(project: Project, changed: Mapping[LFVersion, Need], now: LearntFrom) -> bool:
    """Tell whether few labels changed, for each of some functions, and nothing else."""
    by_run: dict[int, list[Need]] = defaultdict(list)
    for version, need in changed.items():
        by_run[version.run_id].append(need)
    for run_id, needs in by_run.items():
        run = project.store.runs.get(run_id)
        if run is None:
            return False
        # A version stands for one state, and the run that first met it found that.
        then = beginning_of(project, run)
        if any(need.kind == "similarity" for need in needs):
            return False
        if project.store.classes.state_at(then.event_id).mapping != project.label_set.mapping:
            return False
        if not all(
            _is_few(was, now) for was, now in _labels(needs, LearntFrom(project, needs, then), now)
        ):
            return False
    return True


def _labels(
    needs: list[Need], then: LearntFrom, now: LearntFrom
) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Return what functions learnt from at a moment, and would now; -1 for none."""
    pairs = []
    if any(need.kind == "classifier" for need in needs):
        pairs.append((then.annotated, now.annotated[: len(then.annotated)]))
    for name, before in then.answers.items():
        rows = sorted(before.keys() | now.answers[name].keys())
        was, has = (
            np.array([said.get(row, NO_LABEL) for row in rows], np.int64)
            for said in (before, now.answers[name])
        )
        pairs.append((was, has))
    return pairs


def _is_few(was: NDArray[np.int64], now: NDArray[np.int64]) -> bool:
    n_changed = int((was != now).sum())
    n_classes = int(max(was.max(initial=0), now.max(initial=0))) + 1
    return n_changed > 0 and (
        is_few(n_changed, int((now != NO_LABEL).sum())) and not lost_much(was, now, n_classes)
    )
