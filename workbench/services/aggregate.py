"""From votes to probabilistic labels: the label models side by side, and the one that is used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.errors import ProjectError, UsageError
from workbench.methods.label_model import contradicts_votes, informed, make_label_model
from workbench.methods.model_choice import choose
from workbench.methods.pattern_model import PatternModel
from workbench.methods.threads import single_threaded
from workbench.methods.votes import conflict_rate, coverage
from workbench.services.consensus import consensus_state, refresh_consensus
from workbench.services.labels import roles, stored_votes, trusted_labels
from workbench.services.project import Project
from workbench.services.results import as_json, from_json
from workbench.services.running import fingerprint, record_run
from workbench.services.scoring import ModelScore, score_model
from workbench.store.label_models import StoredModel
from workbench.types import ABSTAIN, Role

MODELS = ("auto", "majority", "snorkel", "dawid-skene")

_MIN_SNORKEL = 3
"""Snorkel's model identifies accuracies from three labeling functions on."""


@dataclass(frozen=True, slots=True)
class LFWeight:
    """The accuracy that a label model learnt for a labeling function, given that it votes.

    None where the model learns none, as majority vote.
    """

    name: str
    weight: float | None
    coverage: float


@dataclass(frozen=True, slots=True)
class AggregateResult:
    """What an aggregation found.

    ``scores`` holds every model that was compared, on the evaluation rows (``n`` is 0 where there
    are none). ``coverage`` is the share of the examples with at least one vote; ``labelled`` the
    number that the chosen model gives a label at the configured confidence. Ties, and rows whose
    top class nobody voted for (``contradictions``), stay without one.
    """

    run_id: int
    reused: bool
    chosen: str
    reason: str
    n_examples: int
    n_fitted: int
    n_functions: int
    coverage: float
    conflicts: float
    labelled: int
    ties: int
    contradictions: int
    class_balance: tuple[float, ...]
    scores: tuple[ModelScore, ...]
    weights: tuple[LFWeight, ...]
    disagreement: dict[str, float]


def aggregate_votes(
    project: Project,
    *,
    model: str = "auto",
    class_balance: Mapping[str, float] | None = None,
    seed: int | None = None,
) -> AggregateResult:
    """Fit the label models on the votes and store what each believes of every example.

    The models are fitted on the training rows only (on all rows but evaluation where there are no
    training rows). When nothing that matters has changed since the last aggregation, that one is
    returned.

    Parameters
    ----------
    project
        The project.
    model
        One of `MODELS`; ``auto`` takes Snorkel's label model unless evidence says otherwise.
    class_balance
        The share of each class by name, where it is known.
    seed
        The project's by default.

    Raises
    ------
    ProjectError
        If there are no votes.
    UsageError
        If the model or a class is not known, or Snorkel's model has fewer than three functions.
    """
    if model not in MODELS:
        raise UsageError(f"there is no label model {model!r}", hint=f"Models: {', '.join(MODELS)}.")
    store = project.store
    seed = project.config.seed if seed is None else seed
    balance = _balance(project, class_balance)
    versions = store.votes.in_force()
    n, n_classes = store.examples.count(), len(project.classes)
    if not versions or n == 0:
        raise ProjectError(
            "there are no votes to aggregate",
            hint="Write labeling functions and run: workbench apply",
        )
    refresh_consensus(project)
    parameters = {"model": model, "class_balance": None if balance is None else list(balance)}
    state = [
        [[v.name, v.version, store.votes.extent(v.lf_version_id)] for v in versions],
        n,
        project.label_set.mapping,
        store.decisions.last_decision_id(),
        consensus_state(project),
        project.config.min_confidence,
    ]
    identity = fingerprint("aggregate", parameters, seed, state)
    last = store.runs.last_done("aggregate")
    if last is not None and last.fingerprint == identity:
        known = from_json(AggregateResult, store.runs.artifact(last.run_id, "aggregate"))
        return replace(known, reused=True)
    votes = stored_votes(project, [v.lf_version_id for v in versions])
    rows = fit_rows(project)
    trusted = trusted_labels(project)
    with record_run(
        store,
        "aggregate",
        parameters=parameters,
        seed=seed,
        inputs=store.votes.runs_in_force(),
        fingerprint=identity,
    ) as run:
        with single_threaded():
            models, chosen, reason, disagreement = _fit(
                votes[rows], n_classes, model, balance, seed
            )
            beliefs = {name: fitted.predict_proba(votes) for name, fitted in models.items()}
        # A class that nobody voted for is a question for a person, not a label.
        against = {name: contradicts_votes(votes, probs) for name, probs in beliefs.items()}
        clear = {name: informed(votes, probs) & ~against[name] for name, probs in beliefs.items()}
        scores = tuple(
            score_model(name, probs, clear[name], trusted) for name, probs in beliefs.items()
        )
        has_vote = (votes != ABSTAIN).any(axis=1)
        top = beliefs[chosen].max(axis=1)
        labelled = clear[chosen] & (top >= project.config.min_confidence)
        result = AggregateResult(
            run_id=run.run_id,
            reused=False,
            chosen=chosen,
            reason=reason,
            n_examples=n,
            n_fitted=len(rows),
            n_functions=len(versions),
            coverage=float(coverage(votes)),
            conflicts=float(conflict_rate(votes)),
            labelled=int(labelled.sum()),
            ties=int((has_vote & ~clear[chosen] & ~against[chosen]).sum()),
            contradictions=int(against[chosen].sum()),
            class_balance=tuple(float(p) for p in _prior(models[chosen], len(versions))),
            scores=scores,
            weights=_weights(models[chosen], [v.name for v in versions], votes),
            disagreement={name: float(share) for name, share in disagreement.items()},
        )
        counts = {
            "examples": n,
            "functions": len(versions),
            "covered": int(has_vote.sum()),
            "labelled": result.labelled,
        }
        version_ids = tuple(v.lf_version_id for v in versions)
        with run.finish(counts, artifacts={"aggregate": as_json(result)}):
            store.label_models.add_columns(run.run_id, project.label_set.numbers)
            for name, probs in beliefs.items():
                fitted = models[name]
                learnt = StoredModel(version_ids, fitted.log_prior_, fitted.log_likelihood_)
                store.beliefs.add(run.run_id, name, probs, clear[name])
                store.label_models.add(run.run_id, name, learnt)
    return result


def fit_rows(project: Project) -> NDArray[np.int64]:
    """Return the rows that label models are fitted on."""
    role = roles(project)
    rows = np.flatnonzero(role == Role.TRAIN)
    return rows if len(rows) else np.flatnonzero(role != Role.EVALUATION)


def _fit(
    votes: NDArray[np.signedinteger[Any]],
    n_classes: int,
    model: str,
    balance: NDArray[np.float64] | None,
    seed: int,
) -> tuple[dict[str, PatternModel], str, str, dict[str, float]]:
    """Fit the models; return them, the name of the one to use, why, and their disagreement."""
    choice = choose(votes, n_classes, seed=seed, class_balance=balance)
    models = dict(choice.models)
    if model == "auto":
        return models, choice.name, choice.reason, dict(choice.disagreement)
    if model not in models:
        if model == "snorkel" and votes.shape[1] < _MIN_SNORKEL:
            raise UsageError(
                f"Snorkel's label model needs {_MIN_SNORKEL} labeling functions;"
                f" there are {votes.shape[1]}",
                hint="Write more, or take --model majority (auto does).",
            )
        models[model] = make_label_model(model, n_classes, seed=seed).fit(
            votes, class_balance=balance
        )
    return models, model, "you asked for it", dict(choice.disagreement)


def _prior(model: PatternModel, n_functions: int) -> NDArray[np.float64]:
    abstaining = np.full((1, n_functions), ABSTAIN, dtype=np.int8)
    return np.asarray(model.predict_proba(abstaining)[0], dtype=np.float64)


def _weights(
    model: PatternModel, names: list[str], votes: NDArray[np.signedinteger[Any]]
) -> tuple[LFWeight, ...]:
    shares = (votes != ABSTAIN).mean(axis=0)
    weights = [None] * len(names) if model.weights_ is None else model.weights_.tolist()
    return tuple(
        LFWeight(name, weight, float(share))
        for name, weight, share in zip(names, weights, shares, strict=True)
    )


def _balance(
    project: Project, class_balance: Mapping[str, float] | None
) -> NDArray[np.float64] | None:
    if class_balance is None:
        return None
    unknown = sorted(set(class_balance) - set(project.classes))
    missing = [name for name in project.classes if name not in class_balance]
    if unknown or missing:
        what = f"unknown class {unknown[0]!r}" if unknown else f"no share for {missing[0]!r}"
        raise UsageError(
            f"the class balance has {what}", hint=f"Classes: {', '.join(project.classes)}."
        )
    shares = np.array([class_balance[name] for name in project.classes], dtype=np.float64)
    if not (np.isfinite(shares).all() and (shares > 0).all()):
        raise UsageError("the shares of a class balance are positive numbers")
    return np.asarray(shares / shares.sum(), dtype=np.float64)
