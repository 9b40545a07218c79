"""Human decisions: record them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Final, Literal, Self

from workbench.errors import StoreError, UsageError
from workbench.result import Result
from workbench.services.arguments import check_annotator, check_note, check_seconds
from workbench.services.class_hints import class_number
from workbench.services.consensus import refresh_consensus
from workbench.services.overruled import StandingLabel, act_again, label_that_stays
from workbench.services.project import Project
from workbench.services.running import end_run, now, start_run, user
from workbench.store.decisions import ADJUDICATE, Event
from workbench.store.named_errors import read_json
from workbench.store.runs import Run

_CAME_FROM: Final = "came_from"


Check = Callable[[], None]
"""Raises where a decision must not be recorded; nobody else can write from then until it is."""


class CameFrom(StrEnum):
    """How somebody came by a row that they decided, other than in the order of a queue."""

    CONTROL = "control"
    """Drawn at random, by nobody's choice."""
    SEARCH = "search"
    """Found by a search."""
    SLICE = "slice"
    """Opened from a list: where a function is wrong, the evidence of a finding, Browse."""


def came_from(event: Event) -> CameFrom | None:
    """Return how the row of a decision was come by; None where nothing is known of it.

    Parameters
    ----------
    event
        A decision about an example.
    """
    said = read_json(event.detail).get(_CAME_FROM) if event.detail else None
    return None if said is None else CameFrom(said)


@dataclass(frozen=True, slots=True)
class Decision(Result):
    """One decision; ``note`` is what was noted with it.

    ``standing`` is the label that its row keeps all the same: see `label_that_stays`.
    """

    event_id: int
    kind: str
    uid: str
    example_id: int
    label: str | None
    annotator: str
    note: str | None = None
    standing: StandingLabel | None = None


@dataclass(frozen=True, slots=True)
class QueueItem:
    """A row that waits for a decision, and why it is asked.

    ``act`` is what choosing a class is recorded as: ``label``, the annotator's own answer;
    ``adjudicate``, which settles what annotators say; or ``relabel``, which replaces a correction.
    ``decided_by`` names who has decided a row of a batch already; ``uncertainty`` is the model's
    when the batch was proposed. ``came_from`` is recorded with the decision.
    """

    example_id: int
    reason: str
    batch_run_id: int | None = None
    act: str = "label"
    decided_by: tuple[str, ...] = ()
    uncertainty: float | None = None
    came_from: CameFrom | None = None


class Session:
    """One sitting of an annotator: a run that begins with the first decision.

    Parameters
    ----------
    project
        The project.
    annotator
        Who decides; the user's name by default.

    Raises
    ------
    StoreError
        If the database cannot be written: nobody is asked in vain.

    Notes
    -----
    Use it as a context manager, or call `close`: it ends the run. Where a backup was restored
    meanwhile the next decision is refused with a `StoreError`, as what was shown may not be there
    any more; the one after it begins another run.

    Attributes
    ----------
    annotator : str
        Who decides.
    """

    def __init__(self, project: Project, *, annotator: str | None = None) -> None:
        if project.store.is_read_only:
            raise StoreError(
                "the database cannot be written, so that no decision can be kept",
                place=str(project.store.path),
                hint="Check that you may write in the folder and the file.",
            )
        self._project = project
        self.annotator = check_annotator(annotator or user())
        self._run: Run | None = None
        self._generation = project.store.generation
        self._data_version: int | None = None

    @property
    def n_decisions(self) -> int:
        """The decisions of this sitting that stand."""
        if self._run is None:
            return 0
        return self._project.store.decisions.n_standing(self._run.run_id, self.annotator)

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
        return self._decide("label", example_id, label, seconds, batch_run_id, note)

    def skip(
        self,
        example_id: int,
        *,
        seconds: float | None = None,
        batch_run_id: int | None = None,
        note: str | None = None,
    ) -> Decision:
        """Leave an example undecided; it rests."""
        return self._decide("skip", example_id, None, seconds, batch_run_id, note)

    def flag(
        self,
        example_id: int,
        *,
        seconds: float | None = None,
        batch_run_id: int | None = None,
        note: str | None = None,
        check: Check | None = None,
    ) -> Decision:
        """Mark an example as ambiguous or unusable; it has no label from this annotator."""
        return self._decide("flag", example_id, None, seconds, batch_run_id, note, check=check)

    def keep(
        self,
        example_id: int,
        label: str,
        *,
        seconds: float | None = None,
        batch_run_id: int | None = None,
        check: Check | None = None,
    ) -> Decision:
        """Confirm the label that an audit doubted."""
        return self._decide("keep", example_id, label, seconds, batch_run_id, None, check=check)

    def relabel(
        self,
        example_id: int,
        label: str,
        *,
        seconds: float | None = None,
        batch_run_id: int | None = None,
        check: Check | None = None,
    ) -> Decision:
        """Correct the label that an audit doubted."""
        return self._decide("relabel", example_id, label, seconds, batch_run_id, None, check=check)

    def adjudicate(
        self,
        example_id: int,
        label: str,
        *,
        seconds: float | None = None,
        batch_run_id: int | None = None,
        note: str | None = None,
    ) -> Decision:
        """Settle a row that annotators differ on: that is their consensus from then on."""
        return self._decide(ADJUDICATE, example_id, label, seconds, batch_run_id, note)

    def choose(
        self,
        item: QueueItem,
        label: str,
        *,
        seconds: float | None = None,
        note: str | None = None,
    ) -> Decision:
        """Say which class a row of a queue has, by the act that the queue asks for.

        Where the annotator has corrected or settled the row before, that is done anew.
        """
        return self._answer(item, item.act, label, seconds, note)

    def pass_over(
        self,
        item: QueueItem,
        kind: Literal["skip", "flag"],
        *,
        seconds: float | None = None,
        note: str | None = None,
    ) -> Decision:
        """Skip or flag a row of a queue."""
        return self._answer(item, kind, None, seconds, note)

    def close(self, *, error: BaseException | None = None) -> None:
        """End the run of the session, if it has one.

        Raises
        ------
        StoreError
            If a backup was restored since the session's last decision: the run is in the file that
            was kept.
        """
        self._forget_lost_run()
        run = self._run
        if run is None:
            return
        store = self._project.store
        outcome = "done" if error is None else "cancelled"
        with store.transaction(since=self._generation):
            counts = {"decisions": self.n_decisions}
            end_run(store, run, outcome, counts=counts)
        self._run = None
        if error is None:
            refresh_consensus(self._project)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is None:
            self.close()
            return
        with contextlib.suppress(StoreError):  # the first error matters more
            self.close(error=error)

    def _answer(
        self, item: QueueItem, kind: str, label: str | None, seconds: float | None, note: str | None
    ) -> Decision:
        asked_by, way = item.batch_run_id, item.came_from
        return self._decide(
            kind, item.example_id, label, seconds, asked_by, note, way, is_choice=True
        )

    def _decide(
        self,
        kind: str,
        example_id: int,
        label: str | None,
        seconds: float | None,
        batch_run_id: int | None,
        note: str | None,
        came_from: CameFrom | None = None,
        *,
        is_choice: bool = False,
        check: Check | None = None,
    ) -> Decision:
        project = self._project
        store = project.store
        note = check_note(note)
        check_seconds(seconds)
        with self._acting() as run:
            if check is not None:
                check()
            class_id = None if label is None else class_number(project, label)
            example = store.examples.get(example_id)
            if example is None:
                raise UsageError(
                    f"there is no example {example_id}", hint="Look at what the project holds now."
                )
            asked_by = None if batch_run_id is None else store.runs.get(batch_run_id)
            if is_choice and kind == "label" and class_id is not None:
                kind = act_again(project, self.annotator, example_id, class_id) or kind
            event = store.decisions.append(
                kind,
                at=now(),
                annotator=self.annotator,
                run_id=run.run_id,
                example_id=example_id,
                class_id=class_id,
                seconds=seconds,
                batch_run_id=asked_by.run_id if asked_by else None,
                guideline_id=store.guidelines.current_id(),
                note=note,
                detail=None if came_from is None else {_CAME_FROM: came_from},
            )
        return Decision(
            event_id=event.event_id,
            kind=kind,
            uid=example.uid,
            example_id=example_id,
            label=project.label_set.name_of(event.class_id),
            annotator=self.annotator,
            note=note,
            standing=label_that_stays(project, event),
        )

    @contextmanager
    def _acting(self) -> Iterator[Run]:
        """Hold the write lock for an act in the session's run, which begins with the first."""
        store = self._project.store
        run: Run | None = None
        try:
            with store.transaction():
                self._see_others()
                self._forget_lost_run()
                run = self._run or start_run(
                    store, "annotate", parameters={"annotator": self.annotator}
                )
                yield run
        except BaseException:
            # Ctrl-C may come when all is committed.
            if run is not None and store.runs.get(run.run_id) == run:
                self._run = run
            raise
        self._run = run

    def _see_others(self) -> None:
        """Take in the classes as they are for everybody at this moment."""
        version = self._project.data_version()
        if version != self._data_version:
            self._project.refresh_classes()
            self._data_version = version

    def _forget_lost_run(self) -> None:
        """Let the next decision begin a run where a restore has taken the session's away."""
        if self._generation != self._project.store.generation:
            self._generation = self._project.store.generation
            self._run = None


def n_decisions(project: Project) -> int:
    """Return how many decisions about rows stand."""
    return len(project.store.decisions.active())
