"""What there is to say about a model's beliefs: how sure it is, how right, and against what."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.errors import UsageError
from workbench.methods.label_model import contradicts_votes
from workbench.methods.reliability import ReliabilityBin, confidence_counts, reliability
from workbench.services.aggregate_result import AggregateResult
from workbench.services.beliefs import ModelBeliefs, model_beliefs
from workbench.services.judges import judges
from workbench.services.labels import stored_votes
from workbench.services.project import Project
from workbench.services.results import last_result
from workbench.services.train import TrainResult

KINDS = ("aggregate", "train")


@dataclass(frozen=True, slots=True)
class ModelReport:
    """One model's beliefs about all examples.

    ``counts`` are the informed rows by confidence, in bins of equal width over [0, 1];
    ``n_uncertain`` of them stay below ``threshold`` and get no label. ``judged_on`` says which rows
    the bins of ``reliability`` are of, empty where there is none. ``contradictions`` are the
    examples whose top class no labeling function voted for.
    """

    kind: str
    model: str
    run_id: int
    n_examples: int
    n_informed: int
    n_uncertain: int
    threshold: float
    counts: tuple[int, ...]
    judged_on: str
    n_judged: int
    reliability: tuple[ReliabilityBin, ...]
    contradictions: tuple[int, ...]


def last_aggregation(project: Project) -> AggregateResult | None:
    """Return what the newest aggregation found; None before the first, and where none is left."""
    found = last_result(project, "aggregate", AggregateResult)
    return None if found is None or found.withdraws is not None else found


def last_training(project: Project) -> TrainResult | None:
    """Return what the newest training found; None before the first."""
    return last_result(project, "train", TrainResult)


def kept_models(project: Project, run_id: int) -> list[str]:
    """Return the models of an aggregation or training whose beliefs were kept."""
    return project.store.beliefs.models(run_id)


def model_report(project: Project, kind: str, model: str) -> ModelReport:
    """Describe the beliefs of one model of the newest aggregation or training.

    Label models are judged on the evaluation rows, else on the annotated rows that no
    doubt picked; models of a training, which have learnt from the latter, on the evaluation rows
    only.

    Parameters
    ----------
    project
        The project.
    kind
        ``aggregate`` or ``train``.
    model
        Its name.

    Raises
    ------
    UsageError
        If there is no such model.
    """
    beliefs = _beliefs(project, kind, model)
    top = beliefs.probs.max(axis=1).clip(0, 1)
    informed = beliefs.informed
    threshold = project.config.min_confidence
    labels, judged_on = _judges(project, kind)
    judged = np.flatnonzero(informed & (labels >= 0))
    return ModelReport(
        kind=kind,
        model=model,
        run_id=beliefs.run_id,
        n_examples=len(top),
        n_informed=int(informed.sum()),
        n_uncertain=int((informed & (top < threshold)).sum()),
        threshold=threshold,
        counts=tuple(confidence_counts(top[informed])),
        judged_on=judged_on if len(judged) else "",
        n_judged=len(judged),
        reliability=reliability(beliefs.probs[judged], labels[judged]) if len(judged) else (),
        contradictions=_contradictions(project, beliefs),
    )


def disagreements(project: Project, first: tuple[str, str], second: tuple[str, str]) -> list[int]:
    """Return the examples on which two models have another top class, the surest dispute first.

    Parameters
    ----------
    project
        The project.
    first, second
        The kind of the run and the model, as in `model_report`.

    Raises
    ------
    UsageError
        If there is no such model.
    """
    one, other = (_beliefs(project, kind, model) for kind, model in (first, second))
    differs = one.probs.argmax(axis=1) != other.probs.argmax(axis=1)
    rows = np.flatnonzero(one.informed & other.informed & differs)
    sure = np.minimum(one.probs[rows].max(axis=1), other.probs[rows].max(axis=1))
    ranked: list[int] = (rows[np.argsort(-sure, kind="stable")] + 1).tolist()
    return ranked


def _beliefs(project: Project, kind: str, model: str) -> ModelBeliefs:
    beliefs = model_beliefs(project, kind, model) if kind in KINDS else None
    if beliefs is None:
        raise UsageError(
            f"there is no model {model!r} of a run {kind!r}",
            hint="Fit the label models: workbench aggregate",
        )
    return beliefs


def _judges(project: Project, kind: str) -> tuple[NDArray[np.int64], str]:
    """Return the labels to judge a model by, and whose they are."""
    known = judges(project)
    if kind == "train" or (known.trusted >= 0).any():
        return known.trusted, "evaluation rows"
    return known.measured, "annotated rows"


def _contradictions(project: Project, beliefs: ModelBeliefs) -> tuple[int, ...]:
    """Return the examples whose top class nobody voted for; all have votes."""
    versions = project.store.votes.in_force()
    if not versions:
        return ()
    votes = stored_votes(project, [version.lf_version_id for version in versions])
    against = np.flatnonzero(contradicts_votes(votes, beliefs.probs))
    return tuple(int(row) + 1 for row in against)
