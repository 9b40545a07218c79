"""What changed between two states: which examples have another label now, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.errors import UsageError
from workbench.result import Result
from workbench.services.beliefs import model_run
from workbench.services.consensus import RUN_KIND
from workbench.services.label_settings import label_settings
from workbench.services.labels import Labels, resolve_labels, stored_numbers
from workbench.services.moments import Moment, beginning_of, end_of
from workbench.services.project import Project
from workbench.services.snapshots import read_snapshot
from workbench.services.vote_changes import functions_changed
from workbench.store.classes import LabelSet
from workbench.store.decisions import ADJUDICATE, ANSWERS, CORRECTIONS
from workbench.store.runs import Run
from workbench.types import DEFAULT, NO_LABEL, Origin

CAUSES = (
    "new row",
    "review",
    "annotation",
    "class",
    "labeling function",
    "parameter",
    "model",
)
"""Why a label changed. ``annotation``: people answered, or their answers were weighed anew;
``class``: the label set changed; ``parameter``: a setting did, or what a model was asked for;
``model``: another model gives the label, or one that was fitted on other data."""


@dataclass(frozen=True, slots=True)
class ChangedLabel:
    """An example whose label changed; ``before`` and ``after`` are None for no label."""

    uid: str
    before: str | None
    after: str | None
    before_origin: str | None
    after_origin: str | None
    cause: str
    detail: str


@dataclass(frozen=True, slots=True)
class DiffResult(Result):
    """What changed between two states; ``by_cause`` counts every changed example once."""

    before: str
    after: str
    n_examples: int
    n_changed: int
    by_cause: dict[str, int]
    rows: tuple[ChangedLabel, ...]


@dataclass(frozen=True, slots=True)
class _State:
    """Labels by class number, and what they followed from.

    ``model_run`` is the run that models' labels come from, ``consensus_run`` the one that weighed
    the answers.
    """

    title: str
    moment: Moment
    label_set: LabelSet
    class_ids: NDArray[np.int64]
    names: tuple[str, ...]
    labels: Labels
    model_run: Run | None
    consensus_run: Run | None
    settings: dict[str, str | None]
    lf_versions: Mapping[str, int]


def diff(project: Project, before: str, after: str) -> DiffResult:
    """Compare the labels of two states.

    A class that was only renamed is the same class, and no change. A cause is what came about in
    between, whichever of the two is named first.

    Parameters
    ----------
    project
        The project.
    before, after
        The number of a run, which stands for the state when it ended, or the name of a snapshot.

    Raises
    ------
    UsageError
        If there is no such run or snapshot, or nothing had a label yet when the run ended.
    """
    old, new = _state(project, before), _state(project, after)
    n = max(len(old.class_ids), len(new.class_ids))
    was, now = _padded(old.class_ids, n), _padded(new.class_ids, n)
    changed = np.flatnonzero(was != now)
    causes = _Causes(project, *sorted((old, new), key=_time))
    uids = project.store.examples.uids()
    rows = []
    for row in changed.tolist():
        cause, detail = causes.of(row)
        rows.append(
            ChangedLabel(
                uid=uids[row],
                before=_name(old, was[row]),
                after=_name(new, now[row]),
                before_origin=_origin(old, row),
                after_origin=_origin(new, row),
                cause=cause,
                detail=detail,
            )
        )
    counts = Counter(row.cause for row in rows)
    return DiffResult(
        before=old.title,
        after=new.title,
        n_examples=n,
        n_changed=len(rows),
        by_cause={cause: counts[cause] for cause in CAUSES if counts[cause]},
        rows=tuple(rows),
    )


class _Causes:
    """Finds why a label became another one: what people did outweighs what models do.

    ``old`` is the earlier of the two states.
    """

    def __init__(self, project: Project, old: _State, new: _State) -> None:
        self._project = project
        self._old = old
        self._new = new
        self._changed_lfs = functions_changed(old.lf_versions, new.lf_versions)
        self._votes: dict[str, tuple[NDArray[Any], NDArray[Any]]] = {}

    def of(self, row: int) -> tuple[str, str]:
        """Return the cause for an example, and what exactly."""
        old, new = self._old, self._new
        if row >= min(len(old.class_ids), len(new.class_ids)):
            return "new row", "imported in between"
        origins = {_origin(old, row), _origin(new, row)}
        if self._is_same_word(row):
            return "class", "the label set changed"
        # Where the word of a person names a class that is gone, the label has no origin.
        is_open = None in origins and self._waits(row)
        if is_open or Origin.CORRECTION.value in origins:
            acts = self._acts(row, CORRECTIONS)
            if acts:
                return "review", acts
        if is_open or Origin.ANNOTATION.value in origins:
            acts = self._acts(row, (*ANSWERS, ADJUDICATE))
            if acts:
                return "annotation", acts
        if old.settings != new.settings and (
            _id(old.model_run) == _id(new.model_run) or self._is_by_settings(row)
        ):
            return "parameter", _settings_words(old, new)
        weighings = _id(old.consensus_run), _id(new.consensus_run)
        if Origin.ANNOTATION.value in origins and weighings[0] != weighings[1]:
            return "annotation", f"answers weighed anew in run {max(n or 0 for n in weighings)}"
        if self._is_other_set and (
            {Origin.MODEL.value, DEFAULT}.isdisjoint(origins)
            or _id(old.model_run) == _id(new.model_run)
        ):
            return "class", "the label set changed"
        return self._of_model(row)

    @property
    def _is_other_set(self) -> bool:
        """Whether what was said counts as other classes."""
        return self._old.label_set.mapping != self._new.label_set.mapping

    def _of_model(self, row: int) -> tuple[str, str]:
        """Return the cause for an example where models say another thing."""
        moved = [name for name in self._changed_lfs if self._vote_moved(name, row)]
        if moved:
            return "labeling function", ", ".join(moved)
        store, old, new = self._project.store, self._old.model_run, self._new.model_run
        if old is None and new is None:
            return "annotation", "what people said counts otherwise, by no act in between"
        if old is None or new is None:
            return "model", f"the labels of run {_id(old) or _id(new)} are there in one state only"
        if old.kind != new.kind:
            aggregated = new.kind == "aggregate" and store.runs.artifact(new.run_id, "aggregate")
            if aggregated and aggregated.get("withdraws") is not None:
                return "model", f"run {new.run_id} withdrew the labels of models"
            return "model", _took_the_place(old, new)
        if (old.parameters, old.seed) != (new.parameters, new.seed):
            words = f"{dict(old.parameters)}, seed {old.seed}"
            return "parameter", f"{words} became {dict(new.parameters)}, seed {new.seed}"
        if self._changed_lfs:
            return "labeling function", f"weighed anew with {', '.join(self._changed_lfs)}"
        if self._old.settings != self._new.settings:
            return "parameter", _settings_words(self._old, self._new)
        if self._is_other_set:
            return "class", "the label set changed"
        return self._fitted_anew

    @cached_property
    def _fitted_anew(self) -> tuple[str, str]:
        """Why two runs of one kind, with the same functions and parameters, differ."""
        store, old, new = self._project.store, self._old.model_run, self._new.model_run
        assert old is not None
        assert new is not None
        was, now = (beginning_of(self._project, run) for run in (old, new))
        n_new = store.past.n_examples(now.at) - store.past.n_examples(was.at)
        stood, stand = (
            {event.event_id for event in store.decisions.active(until=moment.event_id)}
            for moment in (was, now)
        )
        if new.kind == "train" and stood != stand:
            return "annotation", f"trained anew on other decisions in run {new.run_id}"
        more = f" with {n_new:,} more texts" if n_new > 0 else ""
        done = "trained" if new.kind == "train" else "fitted"
        return "model", f"{done} anew{more} in run {new.run_id}"

    def _is_same_word(self, row: int) -> bool:
        """Tell whether only the meaning of what was said changed with the label set."""
        if self._old.label_set == self._new.label_set:
            return False
        was = int(self._old.class_ids[row])
        origins = _origin(self._old, row), _origin(self._new, row)
        if was == NO_LABEL or (origins[1] is not None and origins[0] != origins[1]):
            return False
        index = self._new.label_set.index_of(was)
        now = NO_LABEL if index is None else self._new.label_set.numbers[index]
        return now != was and now == int(self._new.class_ids[row])

    def _acts(self, row: int, kinds: tuple[str, ...]) -> str:
        """Return who did what to an example in between, by acts of some kinds or their undoing."""
        decisions = self._project.store.decisions
        was, now = (
            {e.event_id: e for e in decisions.active(example_id=row + 1, until=moment.event_id)}
            for moment in (self._old.moment, self._new.moment)
        )
        return "; ".join(
            f"{event.annotator}: {event.kind}{'' if event_id in now else ' undone'}"
            for event_id, event in sorted({**was, **now}.items())
            if event.kind in kinds and (event_id in was) != (event_id in now)
        )

    def _waits(self, row: int) -> bool:
        """Tell whether what was said of an example was of a class that is gone, in a state."""
        return any(row < len(gone) and bool(gone[row]) for gone in self._gone)

    @cached_property
    def _gone(self) -> tuple[NDArray[np.bool_], ...]:
        """Of each state, the examples whose label waits; a snapshot does not keep them."""
        found = []
        for state in (self._old, self._new):
            labels = state.labels
            if labels.is_gone is None:
                labels = resolve_labels(self._project, moment=state.moment)
            assert labels.is_gone is not None
            found.append(labels.is_gone)
        return tuple(found)

    def _is_by_settings(self, row: int) -> bool:
        """Tell whether the label would not be another one, had the settings not changed."""
        return any(
            int(class_ids[row]) == int(state.class_ids[row])
            for class_ids, state in zip(self._otherwise, (self._new, self._old), strict=True)
        )

    @cached_property
    def _otherwise(self) -> tuple[NDArray[np.int64], ...]:
        """The labels of the older state with the settings of the newer one, and the reverse."""
        old, new = self._old, self._new
        return tuple(
            state.label_set.numbers_of(
                resolve_labels(self._project, moment=state.moment, settings_of=other.moment).labels
            )
            for state, other in ((old, new), (new, old))
        )

    def _vote_moved(self, name: str, row: int) -> bool:
        if name not in self._votes:
            old, new = (
                stored_numbers(self._project, [versions[name]] if name in versions else [])
                for versions in (self._old.lf_versions, self._new.lf_versions)
            )
            self._votes[name] = old, new
        was, now = (int(v[row, 0]) if v.shape[1] else NO_LABEL for v in self._votes[name])
        return was != now


def _state(project: Project, name: str) -> _State:
    """Read the labels of a run's end or of a snapshot."""
    store = project.store
    run_id = store.snapshots.run_of(name)
    is_run = run_id is None and name.isdecimal() and len(name) <= _MAX_DIGITS
    run = store.runs.get(int(name) if is_run else run_id or 0)
    if run is None:
        known = ", ".join(known for known, _ in store.snapshots.names()) or "none yet"
        raise UsageError(
            f"there is no run or snapshot {name!r}",
            hint=f"Runs: workbench log. Snapshots: {known}.",
        )
    moment = end_of(project, run)
    if store.settings.get("label_order", at=moment.at) is None:
        raise UsageError(
            f"run {run.run_id} ({run.kind}) came before there was a label to compare",
            hint="Name a later run: workbench log.",
        )
    label_set = store.classes.state_at(moment.event_id)
    taken = store.snapshots.name_of(run.run_id)
    if taken is not None:
        frozen = read_snapshot(project, taken)
        labels, names, class_ids = frozen.labels, frozen.names, frozen.class_ids
    else:
        labels = resolve_labels(project, moment=moment)
        class_ids = label_set.numbers_of(labels.labels)
        names = tuple(state.name for state in label_set.states)
    return _State(
        title=f"snapshot {taken}" if taken else f"run {run.run_id} ({run.kind})",
        moment=moment,
        label_set=label_set,
        class_ids=class_ids,
        names=names,
        labels=labels,
        model_run=model_run(project, at=moment.at),
        consensus_run=store.runs.last_done(RUN_KIND, at=moment.at),
        settings=label_settings(project, at=moment.at),
        lf_versions=store.past.lf_versions(moment.at, moment.event_id),
    )


_MAX_DIGITS = 18
"""More than those of any run's number."""


def _id(run: Run | None) -> int | None:
    return None if run is None else run.run_id


def _took_the_place(old: Run, new: Run) -> str:
    """Say which model gives the labels in place of which."""
    was, now = (
        f"the mix of training run {run.run_id}"
        if run.kind == "train"
        else f"the label model of run {run.run_id}"
        for run in (old, new)
    )
    return f"{now} took the place of {was}"


def _settings_words(old: _State, new: _State) -> str:
    return "; ".join(
        f"{key} {was} became {now}"
        for key, was in old.settings.items()
        if was != (now := new.settings[key])
    )


def _time(state: _State) -> tuple[int, str]:
    return state.moment.event_id, state.moment.at


def _padded(class_ids: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    return np.concatenate([class_ids, np.full(n - len(class_ids), NO_LABEL, dtype=np.int64)])


def _name(state: _State, class_id: np.int64) -> str | None:
    return None if class_id == NO_LABEL else state.names[int(class_id)]


def _origin(state: _State, row: int) -> str | None:
    code = int(state.labels.origin[row]) if row < len(state.labels.origin) else NO_LABEL
    return None if code == NO_LABEL else state.labels.order[code]
