"""The next batch: which rows are worth a person's time, and why."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.errors import EmptyPoolError, UsageError
from workbench.methods.features import TextFeatures, reduce
from workbench.methods.sampling import STRATEGIES, propose
from workbench.methods.threads import single_threaded
from workbench.services.labels import ModelBeliefs, model_beliefs, roles
from workbench.services.project import Project
from workbench.services.running import record_run
from workbench.types import Role

_COMPONENTS = 64


@dataclass(frozen=True, slots=True)
class ProposedRow:
    """A row to annotate; ``score`` higher: ask first."""

    uid: str
    text: str
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class ProposeResult:
    """A batch in the order to annotate it."""

    run_id: int
    strategy: str
    seed: int
    n_pool: int
    believed_by: str | None
    rows: tuple[ProposedRow, ...]


def propose_batch(
    project: Project, *, n: int = 50, strategy: str = "auto", seed: int | None = None
) -> ProposeResult:
    """Choose the rows to annotate next, among training rows that nobody has decided.

    The beliefs are those of the newest end model, else of the label model.

    Parameters
    ----------
    project
        The project.
    n
        The size of the batch; the whole pool where it is smaller.
    strategy
        See `workbench.methods.sampling.propose`.
    seed
        The project's by default; two batches in a row differ since the first one is decided then.

    Raises
    ------
    EmptyPoolError
        If there is nothing left to decide.
    UsageError
        If the strategy is not known or ``n`` is below 1.
    """
    if strategy not in STRATEGIES:
        raise UsageError(
            f"there is no strategy {strategy!r}", hint=f"Strategies: {', '.join(STRATEGIES)}."
        )
    if n < 1:
        raise UsageError(f"a batch of {n} rows", hint="Ask for at least one.")
    store = project.store
    seed = project.config.seed if seed is None else seed
    decided = {event.example_id for event in store.decisions.active()}
    is_decided = np.zeros(store.examples.count(), dtype=np.bool_)
    is_decided[[i - 1 for i in decided if i is not None]] = True
    pool = np.flatnonzero((roles(project) == Role.TRAIN) & ~is_decided)
    if len(pool) == 0:
        raise EmptyPoolError(
            "there is no training row left to decide",
            hint="Import more rows, or review what is there: workbench audit",
        )
    beliefs = _beliefs(project)
    parameters = {"n": n, "strategy": strategy}
    inputs = store.runs.done_ids("import") + ([beliefs.run_id] if beliefs else [])
    with record_run(store, "propose", parameters=parameters, seed=seed, inputs=inputs) as run:
        rng = np.random.default_rng(seed)
        with single_threaded():
            X = TextFeatures().fit_transform(store.examples.texts())
            proposal = propose(
                reduce(X, _COMPONENTS, rng=rng),
                n=n,
                rng=rng,
                probs=beliefs.probs if beliefs else None,
                pool=pool,
                labelled=np.flatnonzero(is_decided),
                strategy=strategy,
                class_names=project.classes,
            )
        chosen = [
            (int(index) + 1, float(score), reason)
            for index, score, reason in zip(
                proposal.indices, proposal.score, proposal.reason, strict=True
            )
        ]
        with run.finish(
            {"rows": len(chosen), "pool": len(pool)},
            artifacts={"propose": {"strategy": proposal.strategy}},
        ):
            store.queues.add_proposal(run.run_id, chosen)
    rows = []
    for example_id, score, reason in chosen:
        example = store.examples.get(example_id)
        if example is not None:
            rows.append(ProposedRow(example.uid, example.text, score, reason))
    return ProposeResult(
        run_id=run.run_id,
        strategy=proposal.strategy,
        seed=seed,
        n_pool=len(pool),
        believed_by=beliefs.model if beliefs else None,
        rows=tuple(rows),
    )


def _beliefs(project: Project) -> ModelBeliefs | None:
    return model_beliefs(project, "train") or model_beliefs(project, "aggregate")
