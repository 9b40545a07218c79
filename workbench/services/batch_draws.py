"""What each batch drew, which rows were drawn evenly, and which were chosen for a reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.figures import counted
from workbench.services.annotate import CameFrom, came_from
from workbench.services.labels import (
    given_labels,
    human_labels,
    roles,
    texts_present,
    trusted_labels,
)
from workbench.services.project import Project
from workbench.store.decisions import CHOOSING, CORRECTIONS, DECISIONS, Event
from workbench.types import NO_LABEL, Role

_PICKED = (CameFrom.SEARCH, CameFrom.SLICE)


@dataclass(frozen=True, slots=True)
class BatchDraws:
    """What a batch drew, and from which imports; arrays of shape (n_rows,).

    ``at`` is when it was there to be answered, ``n_draws`` the number of random draws that each row
    stands for, 0 where it was chosen. ``imports`` are the runs whose rows were there to draw from.
    """

    run_id: int
    at: str
    strategy: str
    rows: NDArray[np.int64]
    n_draws: NDArray[np.int64]
    imports: frozenset[int]


def first_answers(project: Project, kinds: Sequence[str] = ("label",)) -> dict[int, Event]:
    """Return the first decision that stands of each example with one, in the order of time.

    Parameters
    ----------
    project
        The project.
    kinds
        Decisions that are answers.
    """
    found: dict[int, Event] = {}
    for event in project.store.decisions.active():
        if event.kind in kinds and event.example_id is not None:
            found.setdefault(event.example_id - 1, event)
    return found


def answered_batches(
    draws: Sequence[BatchDraws], answers: Mapping[int, Event]
) -> dict[int, tuple[int, int] | None]:
    """Return which batch each decision answers, and how many random draws its row stands for there.

    That is the batch which the decision names. An answer from a file names none: it answers the
    newest batch that had asked the row by then. None where no batch asked the row, and where
    somebody found it by a search or opened it from a list: the batch did not make them answer it.

    Parameters
    ----------
    draws
        The batches, the oldest first.
    answers
        The decision about each row.

    Returns
    -------
    dict
        Of each row the place in `draws` and the number of draws.
    """
    asked: dict[int, list[tuple[int, int]]] = {}
    for place, batch in enumerate(draws):
        for row, n_draws in zip(batch.rows.tolist(), batch.n_draws.tolist(), strict=True):
            asked.setdefault(row, []).append((place, n_draws))
    found: dict[int, tuple[int, int] | None] = {}
    for row, answer in answers.items():
        asked_by_then = [one for one in asked.get(row, ()) if draws[one[0]].at <= answer.at]
        named = [one for one in asked_by_then if draws[one[0]].run_id == answer.batch_run_id]
        newest = [] if came_from(answer) in _PICKED else asked_by_then[-1:]
        found[row] = next(iter(named or newest), None)
    return found


def random_rows(project: Project) -> NDArray[np.bool_]:
    """Return which examples were drawn evenly from all undecided training rows, (n,).

    What counts is the batch that the row was answered in; of an undecided row, the newest that
    asked it.
    """
    drawn = np.zeros(project.store.examples.count(), dtype=np.bool_)
    draws = batch_draws(project)
    for batch in draws:
        drawn[batch.rows] = batch.n_draws > 0
    for row, answered in answered_batches(draws, first_answers(project)).items():
        drawn[row] = answered is not None and answered[1] > 0
    return drawn


def chosen_rows(project: Project, role: str) -> NDArray[np.bool_]:
    """Return which decided examples of a role were chosen for a reason, not drawn evenly, (n,).

    They were answered in a batch that a strategy, a class or a condition chose, or in a list that
    somebody opened (`were_drawn`).

    Parameters
    ----------
    project
        The project.
    role
        A role.
    """
    chosen = np.zeros(project.store.examples.count(), dtype=np.bool_)
    answers = first_answers(project, [kind for kind in DECISIONS if kind != "skip"])
    if answers:
        drawn = were_drawn(batch_draws(project, role), answers)
        chosen[[row for row, is_drawn in drawn.items() if not is_drawn]] = True
    chosen &= roles(project) == role
    return chosen


def were_drawn(draws: Sequence[BatchDraws], answers: Mapping[int, Event]) -> dict[int, bool]:
    """Return of each answered row whether it was drawn evenly, or chosen by nobody.

    A row of the control sample was drawn, whichever batch asked it too. One that no batch asked was
    chosen where somebody found it by a search or opened it from a list, of a function's errors,
    say: people look there for what is wrong. In the order of the files it was not, nor where
    nothing is known of how it was come by, as in a file.

    Parameters
    ----------
    draws
        The batches, the oldest first.
    answers
        The decision about each row.
    """
    answered = answered_batches(draws, answers)
    ways = {row: came_from(answer) for row, answer in answers.items()}
    return {
        row: ways[row] == CameFrom.CONTROL or (ways[row] is None if batch is None else batch[1] > 0)
        for row, batch in answered.items()
    }


def chosen_judges(project: Project) -> NDArray[np.bool_]:
    """Return which evaluation rows have a label only because a batch or a person chose them, (n,).

    Where every evaluation row that has a text has a label, none: nothing was left out.
    """
    chosen = chosen_rows(project, Role.EVALUATION)
    if not chosen.any():
        return chosen
    has_label = trusted_labels(project) >= 0
    is_left_out = (roles(project) == Role.EVALUATION) & ~has_label & texts_present(project)
    if not is_left_out.any():
        return np.zeros_like(chosen)
    return chosen & has_label & (given_labels(project) < 0)


def picked_rows(project: Project) -> NDArray[np.bool_]:
    """Return which examples have a person's label only because something was doubted there, (n,).

    They teach, but tell nothing of other rows: models and functions are wrong there more often than
    elsewhere. They are the suspects of an audit, what a strategy or a condition put into a batch,
    what somebody opened from a list or a search, and what was corrected without being asked, by the
    first decision that stands. Not picked are random rows of a batch, of an audit and of the
    control sample, what was annotated in the order of the files or came from one, and evaluation
    rows, unless those with a label were chosen (`chosen_judges`). Where every training row that has
    a text has a person's label, nothing was left out and none is picked.

    Parameters
    ----------
    project
        The project.
    """
    picked, role = chosen_judges(project), roles(project)
    is_left_out = (role == Role.TRAIN) & (human_labels(project).decided == NO_LABEL)
    if not (is_left_out & texts_present(project)).any():
        return picked
    first = first_answers(project, CHOOSING)
    answers = {row: event for row, event in first.items() if role[row] != Role.EVALUATION}
    corrected = {row: event for row, event in answers.items() if event.kind in CORRECTIONS}
    annotated = {row: event for row, event in answers.items() if row not in corrected}
    drawn = were_drawn(batch_draws(project, None), annotated)
    drawn |= _are_controls(project, corrected)
    picked[[row for row, is_drawn in drawn.items() if not is_drawn]] = True
    return picked


def _are_controls(project: Project, corrected: Mapping[int, Event]) -> dict[int, bool]:
    """Return of each corrected row whether the audit that was answered drew it at random."""
    asked_by = {event.batch_run_id for event in corrected.values()}
    controls = {
        (run.run_id, control.example_id)
        for run in project.store.runs.newest(kind="audit")
        if run.run_id in asked_by
        for control in project.store.queues.proposal(run.run_id)
    }
    return {row: (e.batch_run_id, e.example_id) in controls for row, e in corrected.items()}


def not_drawn(n: int) -> str:
    """Say that labelled evaluation rows were chosen; scores on them are not those on all rows."""
    were = "was" if n == 1 else "were"
    return f"{counted(n, 'labelled evaluation row')} {were} chosen for a reason, not drawn"


def batch_draws(
    project: Project,
    role: str | None = Role.TRAIN,
    *,
    leaves_none_out: Callable[[str, str], bool] = lambda role, where: False,
) -> list[BatchDraws]:
    """Return what each batch of a role drew, the oldest first.

    A batch on a condition draws from a part of the rows, so that none of its rows counts as random.

    Parameters
    ----------
    project
        The project.
    role
        Of the rows that the batches asked; None for all.
    leaves_none_out
        Whether all rows in question of a role meet a condition, so that it is none.
    """
    draws = []
    for run in reversed(project.store.runs.newest(kind="propose", outcome="done")):
        document = project.store.runs.artifact(run.run_id, "propose") or {}
        details = document.get("rows")
        asked = document.get("role", Role.TRAIN)
        if not details or role not in (None, asked):
            continue
        proposed = project.store.queues.proposal(run.run_id)
        where = document.get("where")
        is_whole = where is None or leaves_none_out(asked, where)
        counts = [
            int(each.get("n_draws", 1)) if is_whole and each["strategy"] == "random" else 0
            for each in details
        ]
        draws.append(
            BatchDraws(
                run_id=run.run_id,
                at=run.last_known_at,
                strategy=str(document.get("strategy", "")),
                rows=np.array([row.example_id - 1 for row in proposed], np.int64),
                n_draws=np.array(counts, np.int64),
                imports=frozenset(project.store.runs.inputs(run.run_id)),
            )
        )
    return draws
