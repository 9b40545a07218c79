"""Human decisions: record them, take them back, and the queues that ask for them."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from workbench.errors import UsageError
from workbench.services.project import Project
from workbench.services.running import agent, now, start_run
from workbench.store.decisions import Event
from workbench.types import Role


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision that stands or was just taken back."""

    event_id: int
    kind: str
    uid: str
    example_id: int
    label: str | None
    annotator: str


@dataclass(frozen=True, slots=True)
class QueueItem:
    """A row that waits for a decision, and why it is asked."""

    example_id: int
    reason: str
    score: float
    batch_run_id: int | None


class Session:
    """One sitting of an annotator: a run that begins with the first decision.

    Parameters
    ----------
    project
        The project.
    annotator
        Who decides; the user's name by default.

    Notes
    -----
    Use it as a context manager, or call `close`: it ends the run.
    """

    def __init__(self, project: Project, *, annotator: str | None = None) -> None:
        self._project = project
        self.annotator = check_annotator(annotator or agent().partition("@")[0])
        self._run_id: int | None = None
        self.n_decisions = 0

    def label(
        self,
        example_id: int,
        label: str,
        *,
        seconds: float | None = None,
        batch_run_id: int | None = None,
        note: str | None = None,
    ) -> Decision:
        """Say which class an example has."""
        class_id = class_index(self._project, label)
        return self._decide("label", example_id, class_id, seconds, batch_run_id, note)

    def skip(
        self, example_id: int, *, seconds: float | None = None, batch_run_id: int | None = None
    ) -> Decision:
        """Leave an example undecided; it rests."""
        return self._decide("skip", example_id, None, seconds, batch_run_id, None)

    def flag(
        self,
        example_id: int,
        *,
        seconds: float | None = None,
        batch_run_id: int | None = None,
        note: str | None = None,
    ) -> Decision:
        """Mark an example as ambiguous or unusable; it has no label from this annotator."""
        return self._decide("flag", example_id, None, seconds, batch_run_id, note)

    def keep(
        self,
        example_id: int,
        label: str,
        *,
        seconds: float | None = None,
        batch_run_id: int | None = None,
    ) -> Decision:
        """Confirm the label that an audit doubted."""
        class_id = class_index(self._project, label)
        return self._decide("keep", example_id, class_id, seconds, batch_run_id, None)

    def relabel(
        self,
        example_id: int,
        label: str,
        *,
        seconds: float | None = None,
        batch_run_id: int | None = None,
    ) -> Decision:
        """Correct the label that an audit doubted."""
        class_id = class_index(self._project, label)
        return self._decide("relabel", example_id, class_id, seconds, batch_run_id, None)

    def undo(self) -> Decision | None:
        """Take back the annotator's newest decision that stands; None when there is none."""
        return self._turn("undo")

    def redo(self) -> Decision | None:
        """Put back what was undone last; None when nothing is, or a decision came after."""
        return self._turn("redo")

    def close(self, *, error: BaseException | None = None) -> None:
        """End the run of the session, if it has one."""
        if self._run_id is None:
            return
        store = self._project.store
        outcome = "done" if error is None else "cancelled"
        with store.transaction():
            store.runs.end(
                self._run_id, outcome, ended_at=now(), counts={"decisions": self.n_decisions}
            )
        self._run_id = None
        self.n_decisions = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close(error=error)

    def _decide(
        self,
        kind: str,
        example_id: int,
        class_id: int | None,
        seconds: float | None,
        batch_run_id: int | None,
        note: str | None,
    ) -> Decision:
        store = self._project.store
        with store.transaction():
            run_id = self._run()
            event = store.decisions.append(
                kind,
                at=now(),
                annotator=self.annotator,
                run_id=run_id,
                example_id=example_id,
                class_id=class_id,
                seconds=seconds,
                batch_run_id=batch_run_id,
                note=note,
            )
        self._run_id = run_id
        self.n_decisions += 1
        return describe(self._project, event)

    def _turn(self, kind: str) -> Decision | None:
        decisions = self._project.store.decisions
        with self._project.store.transaction():
            if kind == "undo":
                target = decisions.next_to_undo(self.annotator)
            else:
                target = decisions.next_to_redo(self.annotator)
            if target is None:
                return None
            run_id = self._run()
            decisions.append(
                kind,
                at=now(),
                annotator=self.annotator,
                run_id=run_id,
                example_id=target.example_id,
                target_id=target.event_id,
            )
        self._run_id = run_id
        return describe(self._project, target)

    def _run(self) -> int:
        """Return the session's run, or begin one in the transaction that the caller holds."""
        if self._run_id is not None:
            return self._run_id
        return start_run(self._project.store, "annotate", parameters={"annotator": self.annotator})


def describe(project: Project, event: Event) -> Decision:
    """Return an event as people see it."""
    example = project.store.examples.get(event.example_id or 0)
    return Decision(
        event_id=event.event_id,
        kind=event.kind,
        uid=example.uid if example else "",
        example_id=event.example_id or 0,
        label=None if event.class_id is None else project.classes[event.class_id],
        annotator=event.annotator,
    )


def check_annotator(name: str) -> str:
    """Return an annotator's name, trimmed.

    Raises
    ------
    UsageError
        If it is empty, long, or holds control characters.
    """
    trimmed = name.strip()
    if not trimmed or not trimmed.isprintable() or len(trimmed) > 100:
        raise UsageError(
            f"annotator {name[:40]!r}", hint="A name has 1 to 100 printable characters."
        )
    return trimmed


def class_index(project: Project, label: str) -> int:
    """Return the index of a class by its name, or by its index written out.

    Raises
    ------
    UsageError
        If there is no such class.
    """
    if label in project.classes:
        return project.classes.index(label)
    if label.isdecimal() and int(label) < len(project.classes):
        return int(label)
    near = difflib.get_close_matches(label, project.classes, n=1)
    guess = f" Did you mean {near[0]!r}?" if near else ""
    raise UsageError(
        f"unknown class {label!r}", hint=f"Classes: {', '.join(project.classes)}.{guess}"
    )


def annotation_queue(project: Project, annotator: str, *, limit: int = 1_000) -> list[QueueItem]:
    """Return the rows that wait for an annotator: the newest batch, else undecided training rows.

    Parameters
    ----------
    project
        The project.
    annotator
        Rows that this one has decided are left out.
    limit
        The most rows to return.
    """
    store = project.store
    decided = {e.example_id for e in store.decisions.active() if e.annotator == annotator}
    run = store.runs.last_done("propose")
    if run is not None:
        batch = [
            QueueItem(row.example_id, row.reason, row.score, row.run_id)
            for row in store.queues.proposal(run.run_id)
            if row.example_id not in decided
        ]
        if batch:
            return batch[:limit]
    undecided = [
        i
        for i, role in enumerate(store.examples.column("role"), start=1)
        if role == Role.TRAIN and i not in decided
    ]
    return [QueueItem(i, "in the order of the files", 0.0, None) for i in undecided[:limit]]
