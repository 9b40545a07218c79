"""Why each row of a batch is asked, and which rows there are left to ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.figures import counted
from workbench.methods.sampling import Proposal
from workbench.services.embed.text_space import TextSpace
from workbench.services.labels import rows_of_role, stored_votes
from workbench.services.project import Project
from workbench.services.results import from_json
from workbench.services.standing import by_example, skipping
from workbench.services.trail import Belief
from workbench.store.queues import Proposed
from workbench.types import ABSTAIN

N_BELIEVED = 3
N_NEAREST = 3

MIN_SIMILARITY = 0.2
"""A row that is less similar is no neighbour worth showing."""


@dataclass(frozen=True, slots=True)
class Believed:
    """A class, and how probable the model holds it."""

    label: str
    probability: float


@dataclass(frozen=True, slots=True)
class NearRow:
    """An annotated row, and its cosine similarity."""

    uid: str
    label: str
    similarity: float


@dataclass(frozen=True, slots=True)
class LFVote:
    """What a labeling function said."""

    lf: str
    label: str


@dataclass(frozen=True, slots=True)
class Why:
    """Why a row is asked.

    ``strategy`` chose it, ``random`` for the control slice; ``rank`` is its place by
    ``uncertainty`` among ``n_ranked`` rows, 1 the most uncertain. ``beliefs`` are the model's
    likeliest classes, ``stands_for`` the rows of the cluster that it represents, ``nearest`` the
    most similar annotated rows, ``conflict`` the votes where they contradict each other. A row of
    the control slice stands for ``n_draws`` draws that said the same; 0 for other rows.
    """

    strategy: str
    uncertainty: float | None
    rank: int | None
    n_ranked: int
    beliefs: tuple[Believed, ...]
    stands_for: int | None
    nearest: tuple[NearRow, ...]
    conflict: tuple[LFVote, ...]
    n_draws: int = 0


@dataclass(frozen=True, slots=True)
class RowReason:
    """The reason of one row of a batch."""

    uid: str
    why: Why


def reasons_of(
    project: Project,
    space: TextSpace,
    probs: NDArray[np.float64] | None,
    proposal: Proposal,
    n_ranked: int,
    labels: NDArray[np.int64],
) -> list[RowReason]:
    """Gather what speaks for each row of a batch.

    Parameters
    ----------
    project
        The project.
    space
        The space that the batch was chosen in.
    probs
        What the model believes, (n, K), or None.
    proposal
        The batch.
    n_ranked
        Rows in the pool.
    labels
        What people said of each example, (n,); -1 for none.
    """
    rows = proposal.indices
    uids = project.store.examples.uids()
    nearest = _nearest_annotated(project, space, rows, uids, labels)
    conflicts = _conflicts(project, rows)
    reasons = []
    for i, row in enumerate(rows):
        uncertainty = None if proposal.uncertainty is None else float(proposal.uncertainty[i])
        why = Why(
            strategy=proposal.chosen_by[i],
            uncertainty=uncertainty,
            rank=int(proposal.rank[i]) or None,
            n_ranked=n_ranked,
            beliefs=() if probs is None else _believed(project, probs[row]),
            stands_for=int(proposal.stands_for[i]) or None,
            nearest=nearest[i],
            conflict=conflicts[i],
            n_draws=int(proposal.n_draws[i]),
        )
        reasons.append(RowReason(uids[row], why))
    return reasons


def batch_belief(project: Project, example_id: int, *, after: int = 0) -> Belief | None:
    """Return what the quick fit believed of a row whose newest batch it chose; None without one.

    Parameters
    ----------
    project
        The project.
    example_id
        The row.
    after
        Only where the batch came after this run.
    """
    for asked in reversed(project.store.queues.proposals_of(example_id)):
        if asked.run_id <= after:
            break
        run = project.store.runs.get(asked.run_id)
        if run is None or run.kind != "propose" or run.outcome != "done":
            continue  # an audit proposes rows too
        document = project.store.runs.artifact(asked.run_id, "propose") or {}
        n_fitted = document.get("n_fitted")
        if n_fitted is None:
            break  # a training believes the same, and more of it
        why = from_json(Why, document["rows"][asked.rank - 1])
        if not why.beliefs:
            break
        return Belief(
            kind="propose",
            model=str(document["believed_by"]),
            run_id=asked.run_id,
            is_chosen=True,
            is_in_use=False,
            probabilities=_as_named_now(project, why.beliefs),
            age=f"of {counted(n_fitted, 'label')}" if n_fitted else "of weak labels",
        )
    return None


def _as_named_now(project: Project, beliefs: Sequence[Believed]) -> tuple[tuple[str, float], ...]:
    """Return beliefs by what their classes count as now, the highest first."""
    label_set = project.label_set
    by_name: dict[str, float] = {}
    for belief in beliefs:
        name = label_set.name_of(label_set.number_of_name.get(belief.label)) or belief.label
        by_name[name] = by_name.get(name, 0.0) + belief.probability
    return tuple(sorted(by_name.items(), key=lambda item: -item[1]))


def askable_rows(project: Project, run_id: int) -> list[Proposed]:
    """Return the rows of a batch in order, without those whose texts were removed since."""
    gone = project.store.examples.removed_ids()
    return [row for row in project.store.queues.proposal(run_id) if row.example_id not in gone]


def batch_size(project: Project, run_id: int) -> int:
    """Return how many rows a batch asks for."""
    return len(askable_rows(project, run_id))


def uncertainties(project: Project, run_id: int) -> dict[int, float | None]:
    """Return how uncertain the model was of each row of a batch when it was proposed.

    Parameters
    ----------
    project
        The project.
    run_id
        The run that proposed it.
    """
    proposed = project.store.queues.proposal(run_id)
    document = project.store.runs.artifact(run_id, "propose") or {}
    details = document.get("rows") or [{}] * len(proposed)
    return {
        row.example_id: detail.get("uncertainty")
        for row, detail in zip(proposed, details, strict=True)
    }


@dataclass(frozen=True, slots=True)
class LeftRows:
    """Which examples can still be asked; masks of shape (n,).

    ``is_left`` marks the rows of a role that nobody has decided and that were not removed. A skip
    is no decision: rows that somebody skipped (``is_skipped``, see `skipping`) are left, if they
    only rest.
    """

    is_decided: NDArray[np.bool_]
    is_skipped: NDArray[np.bool_]
    is_left: NDArray[np.bool_]


def left_rows(project: Project, role: str) -> LeftRows:
    """Return which rows of a role are decided, skipped and left.

    Parameters
    ----------
    project
        The project.
    role
        A role.
    """
    is_left = rows_of_role(project, role)
    is_decided, is_skipped = np.zeros_like(is_left), np.zeros_like(is_left)
    for example_id, events in by_example(project.store.decisions.active()).items():
        mask = is_skipped if skipping(events) else is_decided
        mask[example_id - 1] = True
    is_left &= ~is_decided
    return LeftRows(is_decided, is_skipped, is_left)


def resting(n: int) -> str:
    """Say that so many skipped rows are in no batch while others are left, and how to see them."""
    rests = "skipped row rests" if n == 1 else "skipped rows rest"
    return f"; {n:,} {rests}: workbench annotate --queue skipped" if n else ""


def _believed(project: Project, row: NDArray[np.float64]) -> tuple[Believed, ...]:
    best = np.argsort(-row, kind="stable")[:N_BELIEVED]
    return tuple(Believed(project.classes[k], round(float(row[k]), 4)) for k in best if row[k] > 0)


def _nearest_annotated(
    project: Project,
    space: TextSpace,
    rows: NDArray[np.int64],
    uids: list[str],
    labels: NDArray[np.int64],
) -> list[tuple[NearRow, ...]]:
    """Return the most similar annotated rows of each row."""
    known = np.flatnonzero(labels >= 0)
    if not len(known):
        return [()] * len(rows)
    similarity = space.geometry[rows] @ space.geometry[known].T
    found = []
    for row in similarity:
        order = np.argsort(-row, kind="stable")[:N_NEAREST]
        found.append(
            tuple(
                NearRow(uids[known[j]], project.classes[labels[known[j]]], round(float(row[j]), 4))
                for j in order
                if row[j] >= MIN_SIMILARITY
            )
        )
    return found


def _conflicts(project: Project, rows: NDArray[np.int64]) -> list[tuple[LFVote, ...]]:
    """Return the votes on each row where they contradict each other."""
    versions = project.store.votes.in_force()
    if not versions:
        return [()] * len(rows)
    votes = stored_votes(project, [version.lf_version_id for version in versions])[rows]
    found = []
    for row in votes:
        cast = [
            (version.name, int(vote))
            for version, vote in zip(versions, row, strict=True)
            if vote != ABSTAIN
        ]
        differ = len({vote for _, vote in cast}) > 1
        found.append(
            tuple(LFVote(name, project.classes[vote]) for name, vote in cast) if differ else ()
        )
    return found
