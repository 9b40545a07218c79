"""The next batch: which rows are worth a person's time, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.errors import EmptyPoolError, UsageError
from workbench.figures import counted
from workbench.methods.auto_strategy import Share
from workbench.methods.sampling import STRATEGIES, Proposal, propose
from workbench.methods.threads import single_threaded
from workbench.methods.uncertainty import entropy, vote_conflict
from workbench.result import Result
from workbench.services.active_model import (
    ActiveModel,
    active_model,
    committee_disagreement,
    measure,
)
from workbench.services.arguments import check_word, count_of, seed_of
from workbench.services.batch_draws import random_rows
from workbench.services.batches import (
    LeftRows,
    Why,
    askable_rows,
    left_rows,
    reasons_of,
    resting,
)
from workbench.services.beliefs import model_beliefs
from workbench.services.class_hints import class_index
from workbench.services.conditions import rows_where
from workbench.services.embed.text_space import TextSpace, text_space
from workbench.services.labels import (
    annotated_labels,
    given_labels,
    resolve_labels,
    rows_of_role,
    stored_votes,
)
from workbench.services.moments import reading
from workbench.services.near_copies import choose_apart
from workbench.services.project import Project
from workbench.services.results import as_json, from_json
from workbench.services.running import record_run, stage_teller
from workbench.types import ProgressCallback, Role

RANDOM_SHARE = 0.1

DRAWN_EVENLY = "evaluation rows judge models, so that each must have the same chance"
"""Why a batch of evaluation rows is random."""

_STAGES = ("features", "beliefs", "choose", "reasons")


@dataclass(frozen=True, slots=True)
class ProposedRow:
    """A row to annotate; ``score`` higher: ask first."""

    uid: str
    text: str
    score: float
    reason: str
    why: Why | None = None


@dataclass(frozen=True, slots=True)
class ProposeResult(Result):
    """A batch in the order to annotate it.

    ``n_asked`` rows were asked for. ``n_fitted``: how many labels the quick fit learnt from that
    its beliefs are of; None where a training believes, or nothing. ``shares`` is how it was divided
    between strategies, ``notes`` the fallbacks that were taken.
    """

    run_id: int
    strategy: str
    seed: int
    n_pool: int
    believed_by: str | None
    rows: tuple[ProposedRow, ...]
    embedder: str = "tfidf"
    label: str | None = None
    where: str | None = None
    shares: tuple[Share, ...] = ()
    notes: tuple[str, ...] = ()
    role: str = Role.TRAIN
    n_asked: int = 0
    n_fitted: int | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch that was proposed before, in its order.

    ``example_ids`` and ``is_decided``, whether it was answered or passed over, have an item a row.
    """

    run_id: int
    at: str
    strategy: str
    n_pool: int
    shares: tuple[Share, ...]
    notes: tuple[str, ...]
    rows: tuple[ProposedRow, ...]
    example_ids: tuple[int, ...]
    is_decided: tuple[bool, ...]

    @property
    def n_decided(self) -> int:
        """How many of the rows were answered or passed over."""
        return sum(self.is_decided)


def propose_batch(
    project: Project,
    *,
    n: int = 50,
    strategy: str = "auto",
    seed: int | None = None,
    label: str | None = None,
    where: str | None = None,
    embedder: str | None = None,
    role: str = Role.TRAIN,
    progress: ProgressCallback | None = None,
) -> ProposeResult:
    """Choose the rows to annotate next, among the rows of a role that nobody has decided.

    Skipped rows rest until nothing else is left. Rows with a label from a file are asked too, since
    an annotation checks it; a note counts them. The beliefs are those of
    `workbench.services.active_model.active_model`.

    Parameters
    ----------
    project
        The project.
    n
        The size of the batch. Where too few rows are left that are no near-copies of each other, it
        holds such; it is smaller where equal texts alone are left. Notes say so.
    strategy
        One of `workbench.methods.sampling.STRATEGIES`.
    seed
        The project's by default; two batches in a row differ since the first one is decided then.
    label
        A class: the rows that are most likely of it are chosen from; not with ``random``.
    where
        A condition on the rows, see `workbench.services.conditions`.
    embedder
        The space to measure distance in, see `workbench.services.embed.text_space.text_space`.
    role
        ``train``, or ``production`` or ``evaluation``: what is annotated there measures shifts and
        judges models, but no model learns from it. Evaluation rows are drawn evenly, copies
        included: rows that were chosen for a reason would judge models too hard or too mildly.
    progress
        Called before each stage.

    Raises
    ------
    EmptyPoolError
        If there is nothing left to decide.
    UsageError
        If a name is not known, the condition cannot be read, a number is off, or evaluation rows,
        or rows drawn evenly, are to be chosen for a reason.
    """
    n, seed = count_of(n, "a batch of {n!r} rows"), seed_of(project, seed)
    for name, value in (("label", label), ("where", where), ("embedder", embedder)):
        check_word(name, value)
    if strategy not in STRATEGIES:
        raise UsageError(
            f"there is no strategy {strategy!r}", hint=f"Strategies: {', '.join(STRATEGIES)}."
        )
    if role not in tuple(Role):
        raise UsageError(f"there is no role {role!r}", hint=f"Roles: {', '.join(Role)}.")
    focus = None if label is None else class_index(project, label)
    if role == Role.EVALUATION:
        _check_even(strategy, label)
    elif strategy == "random" and label is not None:
        raise UsageError(
            f"rows that are drawn evenly cannot be those that are likeliest {label}",
            hint="Leave the class out, or choose by another strategy.",
        )
    with reading(project):
        _candidates(project, Role(role), where)  # where nothing is left, no run begins
    store = project.store
    parameters = {
        "n": n, "strategy": strategy, "label": label, "where": where, "embedder": embedder,
        "role": str(role),
    }  # fmt: skip
    inputs = store.runs.done_ids("import")
    with record_run(store, "propose", parameters=parameters, seed=seed, inputs=inputs) as run:
        tell = stage_teller(progress, "propose", _STAGES)
        tell("features")
        # What others decide or import meanwhile comes too late for this batch.
        with reading(project), single_threaded():
            left, pool, notes = _candidates(project, Role(role), where)
            is_decided, n_pool = left.is_decided, int(pool.sum())
            if n > n_pool:
                hold = (
                    f"{counted(n_pool, 'row')} {'is' if n_pool == 1 else 'are'} left to choose from"
                )
                notes.append(f"{n:,} rows were asked for: {hold}")
            space = text_space(project, embedder=embedder, among=(Role.TRAIN, role))
            tell("beliefs")
            model = active_model(project, space, seed=seed)
            tell("choose")
            labels = annotated_labels(project)
            if focus is not None and model.probs is not None and not _is_seen(project, focus):
                # A model that smooths gives every class some probability: noise, here.
                notes.append(
                    f"no label and no vote says {label} yet, so the batch is chosen from all rows"
                    + resting(int((left.is_left & left.is_skipped & ~pool).sum()))
                )
                focus = None
            if role == Role.EVALUATION:
                proposal = _draw_evenly(space, model, pool, is_decided, n, project.classes, seed)
            else:
                proposal = _choose(
                    project, space, model, pool, is_decided, labels, n, strategy, focus, seed
                )
            notes += _part_notes(proposal, role, where) + _given_notes(project, proposal)
            tell("reasons")
            reasons = reasons_of(project, space, model.probs, proposal, n_pool, labels)
        rows = [
            ProposedRow(reason.uid, space.texts[index], float(score), sentence, reason.why)
            for index, score, sentence, reason in zip(
                proposal.indices, proposal.score, proposal.reason, reasons, strict=True
            )
        ]
        result = ProposeResult(
            run_id=run.run_id,
            strategy=proposal.strategy,
            seed=seed,
            n_pool=n_pool,
            believed_by=model.believed_by,
            rows=tuple(rows),
            embedder=space.embedder,
            label=label,
            where=where,
            shares=proposal.shares,
            notes=(*notes, *proposal.notes),
            role=str(role),
            n_asked=n,
            n_fitted=model.n_fitted,
        )
        with run.finish(
            {"rows": len(rows), "pool": result.n_pool}, artifacts={"propose": _document(result)}
        ):
            store.queues.add_proposal(
                run.run_id,
                [
                    (int(index) + 1, row.score, row.reason)
                    for index, row in zip(proposal.indices, rows, strict=True)
                ],
            )
    return result


def last_batch(project: Project, run_id: int | None = None) -> Batch | None:
    """Return a batch that was proposed, the newest by default; None where there is none.

    Rows whose texts were removed for good have left it.

    Parameters
    ----------
    project
        The project.
    run_id
        The run that proposed it.
    """
    store = project.store
    run = store.runs.last_done("propose") if run_id is None else store.runs.get(run_id)
    if run is None or run.kind != "propose" or run.outcome != "done":
        return None
    document = store.runs.artifact(run.run_id, "propose") or {}
    details = document.get("rows")
    proposed, rows = askable_rows(project, run.run_id), []
    for row in proposed:
        example = store.examples.get(row.example_id)
        uid, text = (example.uid, example.text) if example else ("", "")
        why = from_json(Why, details[row.rank - 1]) if details else None
        rows.append(ProposedRow(uid, text, row.score, row.reason, why))
    decided = {event.example_id for event in store.decisions.active()}
    return Batch(
        run_id=run.run_id,
        at=run.started_at,
        strategy=str(document.get("strategy", "")),
        n_pool=int(document.get("n_pool", 0)),
        shares=tuple(Share(**share) for share in document.get("shares", ())),
        notes=tuple(document.get("notes", ())),
        rows=tuple(rows),
        example_ids=tuple(row.example_id for row in proposed),
        is_decided=tuple(row.example_id in decided for row in proposed),
    )


def _candidates(
    project: Project, role: Role, where: str | None
) -> tuple[LeftRows, NDArray[np.bool_], list[str]]:
    """Return which rows are left, a mask of those to choose from, and the fallbacks taken."""
    rows = left_rows(project, role)
    pool = rows.is_left
    kind = "training" if role == Role.TRAIN else role
    if where is not None:
        pool = pool & rows_where(project, where)
    rested = pool & ~rows.is_skipped
    if rested.any():
        return rows, rested, []
    if pool.any():
        return rows, pool, ["only rows that somebody skipped are left: they are asked again"]
    if where is not None:
        raise EmptyPoolError(
            f"no undecided {kind} row meets the condition {where[:80]!r}",
            hint="Loosen it, or leave --where out.",
        )
    raise EmptyPoolError(
        f"there is no {kind} row left to decide",
        hint="Import more rows, or review what is there: workbench audit",
    )


def _check_even(strategy: str, label: str | None) -> None:
    """Raise where rows that judge models would be chosen for a reason."""
    asked = f"--class {label}" if label is not None else f"strategy {strategy!r}"
    if label is not None or strategy not in ("auto", "random"):
        raise UsageError(
            f"evaluation rows cannot be chosen by {asked}: they judge models, and chosen rows judge"
            " them wrongly",
            hint="Leave it out: evaluation rows are drawn evenly. Or choose rows of another role.",
        )


def _part_notes(proposal: Proposal, role: str, where: str | None) -> list[str]:
    """Say where random rows are no yardstick, since they are drawn from a part."""
    judges = role in (Role.TRAIN, Role.EVALUATION)
    if where is None or not judges or not proposal.is_random.any():
        return []
    which = "these rows are" if proposal.is_random.all() else "the random rows are"
    return [f"{which} drawn from a part, so `curve` is not judged on them"]


def _given_notes(project: Project, proposal: Proposal) -> list[str]:
    """Say how many of the rows have a label already, which an annotation checks."""
    n_given = int((given_labels(project)[proposal.indices] >= 0).sum())
    if not n_given:
        return []
    have = "row has" if n_given == 1 else "rows have"
    return [
        f"{n_given:,} {have} a label from a file already, which an annotation checks; to leave such"
        ' rows out: --where "given is null", but random rows of a part are no yardstick'
    ]


def _is_seen(project: Project, focus: int) -> bool:
    """Return whether a label that models learn from, or a vote, is of a class."""
    labels = resolve_labels(project, with_models=False).labels
    if (labels[rows_of_role(project, Role.TRAIN)] == focus).any():
        return True
    versions = [version.lf_version_id for version in project.store.votes.in_force()]
    return bool(versions) and bool((stored_votes(project, versions) == focus).any())


def _draw_evenly(
    space: TextSpace,
    model: ActiveModel,
    pool: NDArray[np.bool_],
    is_decided: NDArray[np.bool_],
    n: int,
    classes: Sequence[str],
    seed: int,
) -> Proposal:
    """Draw rows that judge models, each with the same chance."""
    proposal = propose(
        space.features,
        n=n,
        rng=np.random.default_rng([seed, int(is_decided.sum())]),
        probs=model.probs,
        pool=pool,
        labelled=is_decided,
        strategy="random",
        class_names=classes,
        geometry=space.geometry,
        # Without texts none is a copy: each copy counts when a model is judged, and is shown.
    )
    (share,) = proposal.shares
    return replace(proposal, shares=(replace(share, why=DRAWN_EVENLY),))


def _choose(
    project: Project,
    space: TextSpace,
    model: ActiveModel,
    pool: NDArray[np.bool_],
    is_decided: NDArray[np.bool_],
    labels: NDArray[np.int64],
    n: int,
    strategy: str,
    focus: int | None,
    seed: int,
) -> Proposal:
    """Run the strategy on what is known now."""
    options: dict[str, Any] = {}
    if strategy == "auto":
        measured = measure(
            space, labels, random_rows(project), model.learnt, held_out=model.held_out, seed=seed
        )
        options = {"gain": measured.gain, "cluster_share": measured.cluster_share}
    if strategy == "disagreement":
        options["disagreement"] = committee_disagreement(space, model.learnt, seed=seed)
    if strategy == "lf-conflict":
        versions = [version.lf_version_id for version in project.store.votes.in_force()]
        if versions:
            votes = stored_votes(project, versions)
            options["conflict"] = vote_conflict(votes, len(project.classes))
    if strategy == "lf-entropy":
        aggregated = model_beliefs(project, "aggregate")
        if aggregated is not None:
            options["doubt"] = entropy(aggregated.probs)
    return choose_apart(
        lambda texts: propose(
            space.features,
            n=n,
            rng=np.random.default_rng([seed, int(is_decided.sum())]),
            probs=model.probs,
            pool=pool,
            labelled=is_decided,
            n_labels=model.learnt.n_labels,
            strategy=strategy,
            random_share=RANDOM_SHARE,
            class_names=project.classes,
            geometry=space.geometry,
            texts=texts,
            focus=focus,
            **options,
        ),
        space.texts,
        min(n, int(pool.sum())),
    )


def _document(result: ProposeResult) -> dict[str, Any]:
    """Return what is stored of a batch besides its rows' order, scores and reasons."""
    document: dict[str, Any] = as_json(result)
    document["rows"] = [row["why"] for row in document["rows"]]
    return document
