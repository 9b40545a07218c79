"""The queues of rows to decide, and what was decided before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from workbench.errors import UsageError
from workbench.figures import counted
from workbench.services.annotate import CameFrom, QueueItem, came_from
from workbench.services.batches import uncertainties
from workbench.services.disputes import disputes
from workbench.services.labels import rows_of_role
from workbench.services.moments import reads_at_once
from workbench.services.outdated import OutdatedWord, outdated_words
from workbench.services.project import Project
from workbench.services.standing import by_example, skipping
from workbench.store.decisions import ADJUDICATE, CORRECTIONS, DECISIONS
from workbench.types import Role

N_CONTROLS: Final = 200
"""So many rows are drawn as a control sample."""

N_BEFORE: Final = 1_000
"""The most rows that are listed of those decided before."""

QUEUES: Final = ("batch", "undecided", "skipped", "disagreement", "outdated")
"""What an annotator may ask for by name."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The first rows that wait for an annotator, and how many wait in all."""

    items: list[QueueItem]
    n_waiting: int

    @property
    def n_beyond(self) -> int:
        """How many rows wait behind those that are listed."""
        return self.n_waiting - len(self.items)


@reads_at_once
def waiting_rows(
    project: Project,
    annotator: str,
    *,
    limit: int = 1_000,
    queue: str = "batch",
    label: str | None = None,
) -> Waiting:
    """Return the first rows that wait for an annotator, and count all of them.

    Parameters
    ----------
    project
        The project.
    annotator
        Rows that this one has decided are left out, as are those whose text was removed for good.
    limit
        The most rows to list.
    queue
        ``batch``: the newest batch, what nobody has decided first, else training rows that the
        annotator has not decided. ``undecided``: training rows that nobody has decided.
        ``skipped``: rows that somebody skipped and nobody says more of by now, whatever they said
        before; the annotator's own first.
        ``disagreement``: the rows that annotators differ on and nobody has settled, those that are
        tied first, then the most disputed. ``outdated``: rows that were decided under other
        guidelines, or for a class that is gone; the annotator's own answers first, then rows where
        somebody else's word is to be settled.
    label
        Only rows with an outdated word for this class.

    Raises
    ------
    UsageError
        If there is no such queue.
    """
    if queue not in QUEUES:
        raise UsageError(f"there is no queue {queue!r}", hint=f"Queues: {', '.join(QUEUES)}.")
    store = project.store
    gone = store.examples.removed_ids()
    if queue == "disagreement":
        found = [row for row in disputes(project, annotator) if row.example_id not in gone]
        settling = [QueueItem(row.example_id, row.reason, act=ADJUDICATE) for row in found[:limit]]
        return Waiting(settling, len(found))
    if queue == "skipped":
        skipped = [item for item in _skipped(project, annotator) if item.example_id not in gone]
        return Waiting(skipped[:limit], len(skipped))
    if queue == "outdated":
        outdated = _outdated(project, annotator, label)
        outdated = [item for item in outdated if item.example_id not in gone]
        return Waiting(outdated[:limit], len(outdated))
    decided_by = _deciders(project)
    is_mine = queue != "undecided"
    decided = {i for i, who in decided_by.items() if not is_mine or annotator in who} | gone
    run = store.runs.last_done("propose") if queue == "batch" else None
    if run is not None:
        uncertain = uncertainties(project, run.run_id)
        batch = [
            _second(
                QueueItem(
                    row.example_id,
                    row.reason,
                    row.run_id,
                    uncertainty=uncertain.get(row.example_id),
                ),
                decided_by,
            )
            for row in store.queues.proposal(run.run_id)
            if row.example_id not in decided
        ]
        if batch:
            batch.sort(key=lambda item: bool(item.decided_by))
            return Waiting(batch[:limit], len(batch))
    undecided = [
        i
        for i, role in enumerate(store.examples.column("role"), start=1)
        if role == Role.TRAIN and i not in decided
    ]
    items = [QueueItem(i, "in the order of the files") for i in undecided[:limit]]
    return Waiting(items, len(undecided))


def _deciders(project: Project) -> dict[int, list[str]]:
    """Return who has decided each example."""
    found: dict[int, list[str]] = defaultdict(list)
    for event in project.store.decisions.active():
        if event.example_id is not None and event.annotator not in found[event.example_id]:
            found[event.example_id].append(event.annotator)
    return found


def _skipped(project: Project, annotator: str) -> list[QueueItem]:
    """Return the rows that somebody skipped: see `skipping`; this annotator's own first."""
    own: list[QueueItem] = []
    others: list[QueueItem] = []
    for example_id, events in by_example(project.store.decisions.active()).items():
        names = skipping(events)
        if not names:
            continue
        is_own = annotator in names
        reason = "you skipped it" if is_own else f"skipped by {', '.join(names)}"
        (own if is_own else others).append(QueueItem(example_id, reason))
    return [*sorted(own, key=_place), *sorted(others, key=_place)]


def count_skipped(project: Project) -> int:
    """Return how many rows wait in the queue ``skipped``, whoever asks."""
    return waiting_rows(project, "", limit=0, queue="skipped").n_waiting


def _place(item: QueueItem) -> int:
    """Return the place of a row in the files."""
    return item.example_id


def _second(item: QueueItem, decided_by: Mapping[int, Sequence[str]]) -> QueueItem:
    """Return a row of a batch with who has decided it: not how, which would sway."""
    others = tuple(decided_by.get(item.example_id, ()))
    if not others:
        return item
    reason = f"a second answer, after {', '.join(others)}: {item.reason}"
    return replace(item, reason=reason, decided_by=others)


def second_answers(queue: Sequence[QueueItem]) -> str:
    """Say that others have decided all rows of a queue; empty where one is undecided.

    Parameters
    ----------
    queue
        The rows that `waiting_rows` lists.
    """
    if not queue or not all(item.decided_by for item in queue):
        return ""
    others = sorted({name for item in queue for name in item.decided_by})
    who = others[0] if len(others) == 1 else f"{len(others):,} people"
    rows = "this row" if len(queue) == 1 else f"these {counted(len(queue), 'row')}"
    return f"second answers: {who} decided {rows}"


def _outdated(project: Project, annotator: str, label: str | None) -> list[QueueItem]:
    """Return the rows with outdated words, but for those that this annotator leaves to others."""
    words: dict[int, list[OutdatedWord]] = defaultdict(list)
    for word in outdated_words(project):
        words[word.example_id].append(word)
    last = {
        event.example_id: event.kind
        for event in project.store.decisions.active()
        if event.annotator == annotator
    }
    asked = {word.example_id for word in outdated_words(project, label=label)}
    own: list[QueueItem] = []
    others: list[QueueItem] = []
    for example_id, found in words.items():
        if example_id not in asked:
            continue
        is_own = any(word.annotator == annotator for word in found)
        if last.get(example_id) in ("skip", "flag") and not is_own:
            continue  # looked at, and left to others
        reason = "; ".join(word.reason for word in found)
        item = QueueItem(example_id, reason, act=_act_for(found, annotator))
        (own if item.act == "label" else others).append(item)
    return own + others


def _act_for(words: list[OutdatedWord], annotator: str) -> str:
    """Return the act by which an annotator brings a row up to date."""
    if any(word.kind in CORRECTIONS for word in words):
        return "relabel"
    if any(word.kind == ADJUDICATE for word in words):
        return ADJUDICATE
    is_own = any(word.annotator in (annotator, None) for word in words)
    return "label" if is_own else ADJUDICATE


def control_queue(project: Project, annotator: str) -> list[QueueItem]:
    """Return training rows drawn evenly, which this annotator has not decided.

    No model has a hand in the draw, so that the labels of these rows measure models fairly.

    Parameters
    ----------
    project
        The project.
    annotator
        Rows that this one has decided are left out.
    """
    rows = np.flatnonzero(rows_of_role(project, Role.TRAIN)) + 1
    rng = np.random.default_rng(project.config.seed)
    drawn = rng.choice(rows, min(N_CONTROLS, len(rows)), replace=False)
    decided = {e.example_id for e in project.store.decisions.active() if e.annotator == annotator}
    reason = "drawn at random: an unbiased check of labels and models"
    return [
        QueueItem(int(i), reason, came_from=CameFrom.CONTROL)
        for i in drawn
        if int(i) not in decided
    ]


def standing_decisions(
    project: Project, annotator: str, example_ids: Container[int]
) -> dict[int, tuple[str, str | None]]:
    """Return what an annotator's newest standing decision says of each of some rows.

    Parameters
    ----------
    project
        The project.
    annotator
        Whose decisions.
    example_ids
        The rows.

    Returns
    -------
    dict
        The kind of decision, and the name of the class as it is now; rows without one are left out.
    """
    return {
        event.example_id: (event.kind, project.label_set.name_of(event.class_id))
        for event in project.store.decisions.active()
        if event.annotator == annotator
        and event.example_id is not None
        and event.example_id in example_ids
    }


def decided_before(project: Project, annotator: str) -> list[tuple[QueueItem, str]]:
    """Return the rows that an annotator has decided, the newest first, each with its mark.

    Parameters
    ----------
    project
        The project.
    annotator
        Whose decisions.
    """
    found: dict[int, tuple[QueueItem, str]] = {}
    for event in reversed(project.store.decisions.active()):
        row = event.example_id
        if event.annotator != annotator or row is None or row in found:
            continue
        reason = f"you decided it on {event.at[:16].replace('T', ' at ')}"
        item = QueueItem(row, reason, came_from=came_from(event))
        found[row] = (item, project.label_set.name_of(event.class_id) or event.kind)
        if len(found) == N_BEFORE:
            break
    return list(found.values())


def asked_again(project: Project, annotator: str, example_id: int) -> QueueItem:
    """Return a row that an annotator decided and takes up again, as it was come by then.

    Parameters
    ----------
    project
        The project.
    annotator
        Who decides.
    example_id
        The example's number.
    """
    events = project.store.decisions.of_example(example_id)
    before = (e for e in reversed(events) if e.annotator == annotator and e.kind in DECISIONS)
    last = next(before, None)
    way = None if last is None else came_from(last)
    return QueueItem(example_id, "you decided it before", came_from=way)
