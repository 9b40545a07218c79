"""The arithmetic of a label model on one row: what each vote adds, and what it sums to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from workbench.methods.label_model import make_label_model
from workbench.methods.softmax import softmax
from workbench.services.moments import beginning_of
from workbench.services.project import Project
from workbench.store.runs import Run
from workbench.types import ABSTAIN


@dataclass(frozen=True, slots=True)
class Term:
    """What one labeling function, or the class balance, adds to the evidence.

    ``evidence`` has a number for each class, in nats; a difference of 0.69 between two classes
    doubles the odds. ``weight`` is the learnt accuracy, None where the model learns none.
    """

    name: str
    version: str | None
    vote: str | None
    weight: float | None
    evidence: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """How a label model weighs one row.

    ``totals`` are the sums of the terms, class by class; ``probabilities`` their softmax, which is
    the belief that the run stored. ``classes`` names the columns.
    """

    model: str
    run_id: int
    at: str
    parameters: Mapping[str, Any]
    seed: int | None
    reason: str
    classes: tuple[str, ...]
    terms: tuple[Term, ...]
    totals: tuple[float, ...]
    probabilities: tuple[float, ...]


def evidence_of(project: Project, example_id: int, run: Run | None = None) -> Evidence | None:
    """Return how the label model that an aggregation chose weighs the votes on an example.

    Parameters
    ----------
    project
        The project.
    example_id
        The example's number.
    run
        The aggregation; the one in use by default.

    Returns
    -------
    Evidence or None
        None without an aggregation, for an example that came after it, and for one by a version of
        workbench that did not keep what it had learnt.
    """
    store = project.store
    run = run or store.runs.last_done("aggregate")
    if run is None:
        return None
    result = store.runs.artifact(run.run_id, "aggregate")
    chosen = result["chosen"]
    stored = store.label_models.get(run.run_id, chosen)
    if stored is None or store.beliefs.of_example(run.run_id, chosen, example_id) is None:
        return None
    columns = store.label_models.columns(run.run_id, len(stored.log_prior)).tolist()
    label_set = store.classes.state_at(beginning_of(project, run).event_id)
    numbers = _votes_then(project, stored.lf_version_ids, example_id, run.run_id)
    row = label_set.indices(np.array(numbers, dtype=np.int64))
    model = make_label_model(chosen, len(columns), seed=run.seed or 0)
    model.log_prior_, model.log_likelihood_ = stored.log_prior, stored.log_likelihood
    terms = model.explain(row)
    totals = terms.sum(axis=0)
    weights = {weight["name"]: weight["weight"] for weight in result["weights"]}
    versions = [store.votes.get(lf_version_id) for lf_version_id in stored.lf_version_ids]
    names = tuple(project.label_set.said(number) for number in columns)
    lines = [
        Term(
            name=version.name,
            version=version.version,
            vote=None if vote == ABSTAIN else names[vote],
            weight=weights.get(version.name),
            evidence=tuple(term.tolist()),
        )
        for version, vote, term in zip(versions, row.tolist(), terms[:-1], strict=True)
    ]
    return Evidence(
        model=chosen,
        run_id=run.run_id,
        at=run.started_at,
        parameters=run.parameters,
        seed=run.seed,
        reason=result["reason"],
        classes=names,
        terms=(*lines, Term("class balance", None, None, None, tuple(terms[-1].tolist()))),
        totals=tuple(totals.tolist()),
        probabilities=tuple(softmax(totals[None, :])[0].tolist()),
    )


def versions_read(project: Project, run: Run) -> tuple[int, ...]:
    """Return the LF versions whose votes an aggregation read.

    Parameters
    ----------
    project
        The project.
    run
        The aggregation.
    """
    store = project.store
    stored = store.label_models.get(
        run.run_id, store.runs.artifact(run.run_id, "aggregate")["chosen"]
    )
    if stored is not None:
        return stored.lf_version_ids
    # Runs of the first schema kept no model: those in force then.
    then = beginning_of(project, run)
    return tuple(store.past.lf_versions(then.at, then.event_id).values())


def _votes_then(
    project: Project, lf_version_ids: tuple[int, ...], example_id: int, run_id: int
) -> list[int]:
    """Return the votes, by class number, that a run could read; abstain for later ones."""
    votes = project.store.votes
    found = []
    for lf_version_id, vote in zip(
        lf_version_ids, votes.of_example(lf_version_ids, example_id), strict=True
    ):
        made_by = votes.block_run(lf_version_id, example_id)
        found.append(ABSTAIN if vote is None or made_by is None or made_by > run_id else vote)
    return found
