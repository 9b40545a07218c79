"""Undo and redo of every act: events that are appended, nothing is rewritten."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, dropwhile, takewhile
from shlex import quote

from workbench.errors import UsageError
from workbench.result import Result
from workbench.services.act_words import (
    act_text,
    functions_turned,
    records_since,
    standing,
)
from workbench.services.classes import refresh_label_set
from workbench.services.project import Project
from workbench.services.running import now, record_run, user
from workbench.services.vote_changes import versions_in_force
from workbench.store.decisions import CLASS_ACTS, DECISIONS, PROJECT_ACTS, Event

ACTS = (*DECISIONS, *PROJECT_ACTS)


@dataclass(frozen=True, slots=True)
class Turned(Result):
    """An act that was undone or put back.

    ``uids`` are the examples that it is about, the first few of ``n_examples``; ``text`` says in
    words what it was. ``before`` and ``after`` say how things stood and stand, empty where no line
    can tell it; ``functions`` which labeling functions came or went. ``skipped`` names newer runs
    that an undo leaves as they are: they are records of work, no acts.
    """

    turn: str
    event_id: int
    kind: str
    annotator: str
    at: str
    n_examples: int
    uids: tuple[str, ...]
    text: str
    before: str = ""
    after: str = ""
    functions: str = ""
    skipped: tuple[str, ...] = ()

    @property
    def done(self) -> str:
        """What was done, in words."""
        return f"{'undone' if self.turn == 'undo' else 'put back'}: {self.text}"

    @property
    def change(self) -> str:
        """What was before and is now, in words; empty where no line can tell it."""
        if not self.before:
            return ""
        if self.before == self.after:
            return f"still {self.after}"
        return f"{self.before} before, {self.after} now"

    @property
    def result(self) -> str:
        """What is now, in few words; the act itself tells what was, where it is about one row."""
        if self.n_examples != 1 or not self.after:
            return self.change
        return f"{'still' if self.before == self.after else 'now'} {self.after}"

    @property
    def skips(self) -> str:
        """Say which newer runs were left as they are; empty where there is none."""
        if not self.skipped:
            return ""
        what = "a record, not an act" if len(self.skipped) == 1 else "records, not acts"
        are = "is" if len(self.skipped) == 1 else "are"
        return f"{', '.join(self.skipped)} {are} {what}: nothing to undo"


def undo(project: Project, *, annotator: str | None = None) -> Turned | None:
    """Undo the newest act of someone that stands; None when there is none.

    Parameters
    ----------
    project
        The project.
    annotator
        Whose act; the user's by default.

    Raises
    ------
    UsageError
        If another's later act depends on it: a class that others have merged or renamed since.
    """
    return _turn(project, "undo", annotator)


def undo_decision(project: Project, *, annotator: str | None = None) -> Turned | None:
    """Undo the newest act of someone that stands, if it is about examples; None when there is none.

    Parameters
    ----------
    project
        The project.
    annotator
        Whose act; the user's by default.

    Raises
    ------
    UsageError
        If their newest act is about the project: it stays, and so do those before it.
    """
    return _turn(project, "undo", annotator, kinds=DECISIONS)


def nothing_to_undo(project: Project, *, annotator: str | None = None) -> str:
    """Say that no act of theirs stands: whose newest one does, or that an import is none.

    Parameters
    ----------
    project
        The project.
    annotator
        Who asked; the user by default.
    """
    said = "there is nothing to undo"
    other = project.store.decisions.newest_standing(kinds=ACTS)
    if other is not None:
        what = act_text(project, project.store.decisions.of_act(other.event_id))
        return (
            f"{said} of {annotator or user()}; the newest act is by {other.annotator}: {what}"
            f" ({other.at[:19]}). To take it back: workbench undo --annotator"
            f" {quote(other.annotator)}"
        )
    run = project.store.runs.last_done("import")
    if run is None:
        return said
    return (
        f"{said}: an import (run {run.run_id}) is a record, not an act. One text goes for good with"
        " workbench forget; without a wrong file, begin in another folder: workbench init"
    )


def redo(project: Project, *, annotator: str | None = None) -> Turned | None:
    """Put back what someone undid last; None when nothing is, or they have acted since.

    What one revert undid comes back together.

    Parameters
    ----------
    project
        The project.
    annotator
        Whose act; the user's by default.

    Raises
    ------
    UsageError
        If another's later act stands in its way.
    """
    together = _reverted_together(project, annotator or user())
    if together:
        return turn_acts(project, "redo", together, annotator or user())
    return _turn(project, "redo", annotator)


def _turn_act(project: Project, turn: str, target: Event, annotator: str, run_id: int) -> None:
    """Append the undo or redo of one act, the first event of it, inside a write transaction."""
    event = project.store.decisions.append(
        turn,
        at=now(),
        annotator=annotator,
        run_id=run_id,
        example_id=target.example_id,
        target_id=target.event_id,
    )
    if target.kind in CLASS_ACTS:
        refresh_label_set(project, event_id=event.event_id)


def turn_acts(
    project: Project, turn: str, targets: Sequence[Event], annotator: str, *, to: int | None = None
) -> Turned:
    """Undo or redo several acts in their order, all or none, in one run.

    Parameters
    ----------
    project
        The project.
    turn
        ``undo`` or ``redo``.
    targets
        The first event of each act; at least one.
    annotator
        Whose acts.
    to
        The run that is gone back to.

    Raises
    ------
    UsageError
        If another's act depends on one of them.
    """
    kind = "revert" if turn == "undo" else "redo"
    parameters = {"annotator": annotator} | ({} if to is None else {"to": str(to)})
    with (
        record_run(project.store, kind, parameters=parameters) as run,
        run.finish({"acts": len(targets)}),
    ):
        for target in targets:
            _turn_act(project, turn, target, annotator, run.run_id)
    project.reload_classes()
    return _describe(project, turn, targets)


def _reverted_together(project: Project, annotator: str) -> list[Event]:
    """Return the acts to put back together: those of one revert, oldest first; else none.

    Turns since may have put some of them back, or have undone others: what was undone last counts.
    """
    decisions = project.store.decisions
    last = decisions.next_to_redo(annotator, kinds=ACTS)
    if last is None:
        return []
    turns = dropwhile(lambda turn: turn.target_id != last.event_id, decisions.newest_of(annotator))
    undone = next(turns)
    run = project.store.runs.get(undone.run_id)
    if run is None or run.kind != "revert":
        return []
    others = takewhile(lambda turn: turn.run_id == run.run_id, turns)
    targets = (decisions.get(turn.target_id) for turn in others if turn.target_id is not None)
    return [last, *(target for target in targets if target is not None)]


def _check_kind(project: Project, target: Event, kinds: Collection[str]) -> None:
    """Refuse to turn an act that is of none of the kinds."""
    if target.kind in kinds:
        return
    act = act_text(project, project.store.decisions.of_act(target.event_id))
    whose = "" if target.annotator == user() else f" --annotator {quote(target.annotator)}"
    raise UsageError(f"the newest act is {act}; to undo it: workbench undo{whose}")


def _turn(
    project: Project, turn: str, annotator: str | None, kinds: Collection[str] = ACTS
) -> Turned | None:
    who = annotator or user()
    decisions = project.store.decisions
    find = partial(
        decisions.next_to_undo if turn == "undo" else decisions.next_to_redo, who, kinds=ACTS
    )
    newest = find()
    if newest is None:
        return None
    _check_kind(project, newest, kinds)
    acted = next(decisions.newest_of(who))
    skipped = records_since(project, acted.at) if turn == "undo" else ()
    before = standing(project, decisions.of_act(newest.event_id))
    functions = versions_in_force(project)
    with record_run(project.store, turn, parameters={"annotator": who}) as run:
        counts: dict[str, int] = {}
        with run.finish(counts):
            # Another process may have acted since for the same person.
            target = find()
            if target is not None:
                _check_kind(project, target, kinds)
                _turn_act(project, turn, target, who, run.run_id)
            counts["events"] = 0 if target is None else len(decisions.of_act(target.event_id))
    project.reload_classes()
    if target is None:
        return None
    return replace(
        _describe(project, turn, [target]),
        before=before,
        after=standing(project, decisions.of_act(target.event_id)),
        functions=functions_turned(functions, versions_in_force(project)),
        skipped=skipped,
    )


def _describe(project: Project, turn: str, targets: Sequence[Event]) -> Turned:
    """Say what was turned, by the first event of each act; the last one stands for them."""
    examples, decisions = project.store.examples, project.store.decisions
    acts = [decisions.of_act(target.event_id) for target in targets]
    events = chain.from_iterable(acts)
    about = list(dict.fromkeys(e.example_id for e in events if e.example_id is not None))
    first = [example for i in about[:5] if (example := examples.get(i)) is not None]
    last = targets[-1]
    return Turned(
        turn=turn,
        event_id=last.event_id,
        kind=last.kind,
        annotator=last.annotator,
        at=last.at,
        n_examples=len(about),
        uids=tuple(example.uid for example in first),
        text=act_text(project, acts[0]) if len(acts) == 1 else f"{len(acts):,} acts",
    )
