"""From votes to probabilistic labels: the label models side by side, and the one that is used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from workbench.errors import ProjectError, UsageError
from workbench.figures import counted, percent
from workbench.methods.calibration import check_calibration, fit_temperature
from workbench.methods.choice_evidence import START
from workbench.methods.label_model import (
    LABEL_MODELS,
    contradicts_votes,
    informed,
    make_label_model,
)
from workbench.methods.model_choice import Choice, choose
from workbench.methods.pattern_model import PatternModel
from workbench.methods.snorkel_model import SnorkelModel, Solver
from workbench.methods.threads import single_threaded
from workbench.methods.trusted_choice import better_on
from workbench.methods.vote_agreement import count_once
from workbench.methods.votes import conflict_rate, coverage
from workbench.name_lists import quoted
from workbench.services.aggregate_result import AggregateResult, withdrawal_of
from workbench.services.arguments import seed_of
from workbench.services.class_balance import fitted_balance, named_balance, origin_of_balance
from workbench.services.consensus import consensus_state, refresh_consensus
from workbench.services.failing import failing_functions
from workbench.services.gone_votes import gone_votes
from workbench.services.judges import (
    Judges,
    References,
    judges,
    judging_state,
    references,
)
from workbench.services.labels import (
    annotated_labels,
    given_numbers,
    human_labels,
    rows_of_role,
    stored_votes,
)
from workbench.services.lf.report import report_functions
from workbench.services.moments import one_moment
from workbench.services.next_step import loop
from workbench.services.project import Project
from workbench.services.results import as_json, from_json
from workbench.services.running import fingerprint, record_run
from workbench.services.scoring import score_model, uncertain_warnings
from workbench.services.staleness import stale
from workbench.store.label_models import StoredModel
from workbench.store.votes import LFVersion
from workbench.types import ABSTAIN, NO_LABEL, Role

MODELS = ("auto", *LABEL_MODELS)


_AS_COMPARED = (START, "numpy")
"""Seed and solver of the Snorkel model that `choose` fits."""


_SENSITIVE = 0.05
"""From this share of labels that depend on the class balance on, a person is told."""

_MIN_CALIBRATED = 30
"""Fewer labels say nothing about calibration."""


def aggregate_votes(
    project: Project,
    *,
    model: str = "auto",
    class_balance: Mapping[str, float] | str | None = None,
    seed: int | None = None,
    solver: Solver = "numpy",
) -> AggregateResult:
    """Fit the label models on the votes and store what each believes of every example.

    The models are fitted on the training rows only (on all rows but evaluation where there are no
    training rows). When nothing that matters has changed since the last aggregation, that one is
    returned. Where no vote is left of those that an earlier aggregation read, its labels are
    withdrawn.

    Parameters
    ----------
    project
        The project.
    model
        One of `MODELS`; ``auto`` takes Snorkel's label model unless evidence says otherwise.
    class_balance
        The share of each class by name, where it is known; or where to take it from:
        ``uniform``, ``votes`` (Dawid-Skene's estimate, else the majority vote's shares) or
        ``annotations`` (the annotated training rows, a random sample of them at best, drawn
        towards the shares of the votes). By default the evidence in the votes decides.
    seed
        Of Snorkel's model where `model` asks for it; the project's by default. ``auto`` and the
        other models do not depend on it.
    solver
        How Snorkel's model is fitted: ``numpy``, or ``reference``, the snorkel package.

    Raises
    ------
    ProjectError
        If there are no votes, or all abstain, and there never was an aggregation.
    UsageError
        If the model or a class is not known, or Snorkel's model has fewer than three functions.
    """
    if model not in MODELS:
        raise UsageError(f"there is no label model {model!r}", hint=f"Models: {', '.join(MODELS)}.")
    if solver not in get_args(Solver):
        raise UsageError(
            f"there is no solver {solver!r}", hint=f"Solvers: {', '.join(get_args(Solver))}."
        )
    store = project.store
    seed = seed_of(project, seed)
    given_balance = named_balance(project, class_balance)
    behind = tuple(item.sentence for item in stale(project, ("apply",)))
    refresh_consensus(project)
    with one_moment(project) as since:
        versions = store.votes.in_force()
        n, n_classes = store.examples.count(), len(project.classes)
        last = store.runs.last_done("aggregate")
        if last is None and (not versions or n == 0):
            raise ProjectError(
                "there are no votes to aggregate",
                hint="Write labeling functions and run: workbench apply",
            )
        parameters = {"model": model, "class_balance": given_balance, "solver": solver}
        state = [
            [[v.name, v.version, store.votes.extent(v.lf_version_id)] for v in versions],
            n,
            project.label_set.mapping,
            store.decisions.last_decision_id(),
            consensus_state(project),
            list(project.config.label_order),
            project.config.min_confidence,
            project.default_class,
            *judging_state(project, versions),
        ]
        # The other models, and what auto compares, do not depend on it.
        drawn = seed if model == SnorkelModel.name else START
        identity = fingerprint("aggregate", parameters, drawn, state)
        if last is not None and last.fingerprint == identity:
            known = from_json(AggregateResult, store.runs.artifact(last.run_id, "aggregate"))
            return replace(known, reused=True, classes=project.classes, stale=behind)
        read = _read(project, versions)
        # Labels are withdrawn where functions were, not where they fail.
        if not read.has_vote.any() and (last is None or _fault(project) is not None):
            raise _no_vote(project, len(versions))
        if read.has_vote.any() and len(read.rows) == 0:
            raise ProjectError(
                "no training row has a text to learn from",
                hint="Import some: workbench import FILE --role train",
            )
        inputs = store.votes.runs_in_force()
        if last is not None and not read.has_vote.any():
            inputs = sorted({last.run_id, *inputs, *store.runs.done_ids("apply")[-1:]})
    with record_run(
        store,
        "aggregate",
        parameters=parameters,
        seed=seed,
        inputs=inputs,
        fingerprint=identity,
        since=since,
    ) as run:
        if last is not None and not read.has_vote.any():
            withdrawal = withdrawal_of(project, run.run_id, last, len(versions), model)
            with run.finish({"examples": n}, artifacts={"aggregate": as_json(withdrawal)}):
                pass
            return replace(withdrawal, stale=behind)
        with single_threaded():
            fitted = _fit(read, n_classes, model, given_balance, drawn, solver)
            beliefs = _believe(read, fitted)
            result = _result(project, run.run_id, read, fitted, beliefs)
        counts = {
            "examples": n,
            "functions": len(versions),
            "covered": int(read.has_vote.sum()),
            "labelled": result.labelled,
        }
        version_ids = tuple(v.lf_version_id for v in versions)
        with run.finish(counts, artifacts={"aggregate": as_json(result)}):
            store.label_models.add_columns(run.run_id, project.label_set.numbers)
            for name, one in fitted.models.items():
                learnt = StoredModel(version_ids, one.log_prior_, one.log_likelihood_)
                believed = beliefs[name]
                store.beliefs.add(
                    run.run_id, name, believed.probs, believed.clear, believed.undecided
                )
                store.label_models.add(run.run_id, name, learnt)
    return replace(result, stale=behind)


@dataclass(frozen=True, slots=True)
class _Read:
    """What an aggregation reads, all of one moment.

    ``votes`` (n, m) of ``versions``; the ``rows`` that the models are fitted on, and what people
    ``said`` of them; who judges what; the rows that ``is_told`` a label by anything but votes.
    """

    versions: Sequence[LFVersion]
    votes: NDArray[np.signedinteger[Any]]
    has_vote: NDArray[np.bool_]
    rows: NDArray[np.int64]
    said: NDArray[np.int64]
    is_told: NDArray[np.bool_]
    judging: Judges
    reference: References


def _read(project: Project, versions: Sequence[LFVersion]) -> _Read:
    votes = stored_votes(project, [v.lf_version_id for v in versions])
    rows = fit_rows(project)
    return _Read(
        versions,
        votes,
        has_vote=(votes != ABSTAIN).any(axis=1),
        rows=rows,
        said=annotated_labels(project)[rows],
        is_told=(human_labels(project).decided != NO_LABEL) | (given_numbers(project) != NO_LABEL),
        judging=judges(project),
        reference=references(project, versions),
    )


@dataclass(frozen=True, slots=True)
class _Beliefs:
    """What a model believes of every example, and of which rows it may be taken for a label.

    ``probs`` (n, K). The top class of a row that is ``against`` the votes is one that nobody voted
    for: a question for a person, not a label. All other rows are ``clear`` or ``undecided``.
    """

    probs: NDArray[np.float64]
    against: NDArray[np.bool_]
    clear: NDArray[np.bool_]

    @property
    def undecided(self) -> NDArray[np.bool_]:
        return ~(self.clear | self.against)


def _believe(read: _Read, fitted: _Fitted) -> dict[str, _Beliefs]:
    beliefs = {}
    for name, model in fitted.models.items():
        probs = model.predict_proba(read.votes)
        against = contradicts_votes(read.votes, probs)
        beliefs[name] = _Beliefs(probs, against, informed(read.votes, probs) & ~against)
    return beliefs


def _result(
    project: Project, run_id: int, read: _Read, fitted: _Fitted, beliefs: Mapping[str, _Beliefs]
) -> AggregateResult:
    """Measure what the chosen model says, and all models where labels are trusted."""
    chosen, choice, versions = beliefs[fitted.chosen], fitted.choice, read.versions
    model = fitted.models[fitted.chosen]
    annotated, trusted = read.judging.annotated, read.judging.trusted
    top, least = chosen.probs.max(axis=1), project.config.min_confidence
    calibrating = np.flatnonzero(chosen.clear & (read.judging.measured >= 0))
    is_judged = len(calibrating) >= _MIN_CALIBRATED
    judged = chosen.probs[calibrating], read.judging.measured[calibrating]
    unsure = int((chosen.clear & (top < least)).sum())
    default = project.label_set.name_of(project.default_class)
    balance = _prior(model, len(versions))
    report = report_functions(
        model,
        versions,
        read.votes,
        chosen.probs,
        read.judging.measured,
        read.reference,
        default=project.label_set.index_of(project.default_class),
        copy_of=choice.copy_of,
        is_told=choice.is_told,
        failing=failing_functions(project),
        gone=gone_votes(project, versions),
    )
    return AggregateResult(
        run_id=run_id,
        reused=False,
        chosen=fitted.chosen,
        reason=fitted.reason,
        n_examples=len(read.votes),
        n_fitted=len(read.rows),
        n_functions=len(versions),
        coverage=float(coverage(read.votes)),
        conflicts=float(conflict_rate(read.votes)),
        labelled=int((chosen.clear & (top >= least)).sum()),
        ties=int((read.has_vote & chosen.undecided).sum()),
        contradictions=int(chosen.against.sum()),
        class_balance=tuple(balance.tolist()),
        scores=tuple(
            score_model(name, one.probs, one.clear, trusted) for name, one in beliefs.items()
        ),
        weights=report.weights,
        disagreement={name: float(share) for name, share in choice.disagreement.items()},
        balance_from=origin_of_balance(
            balance, choice, fitted.chosen, fitted.given_balance, read.votes[read.rows]
        ),
        balance_sensitivity=fitted.balance_sensitivity,
        n_annotated=int((annotated >= 0).sum()),
        temperature=fit_temperature(*judged) if is_judged else None,
        n_calibrating=len(calibrating),
        calibration=check_calibration(*judged) if is_judged else None,
        pairs=report.pairs,
        warnings=(
            *_warnings(fitted, project),
            *_default_warnings(project),
            *uncertain_warnings(unsure, int(read.has_vote.sum()), "rows with a vote", least),
            *report.warnings,
            *read.judging.warnings,
        ),
        unsure=unsure,
        min_confidence=least,
        classes=project.classes,
        model_asked=fitted.asked,
        n_evaluation=int(rows_of_role(project, Role.EVALUATION).sum()),
        default_class=default,
        by_default=0 if default is None else int((chosen.undecided & ~read.is_told).sum()),
        copy_of=() if model.copy_of_ is None else tuple(model.copy_of_.tolist()),
        better=better_on(
            read.votes,
            {name: one.probs for name, one in beliefs.items()},
            (np.flatnonzero(trusted >= 0), trusted[trusted >= 0]),
            fitted.chosen,
        ),
    )


def _fault(project: Project) -> str | None:
    """Say what of the functions is to mend first, and how; None where nothing is."""
    apply = next(stage for stage in loop(project).stages if stage.name == "apply")
    if apply.state != "failing":
        return None
    return f"Next: {apply.command} ({'; '.join(apply.reasons)})"


def _no_vote(project: Project, n_functions: int) -> ProjectError:
    """Return the error for functions that all abstain everywhere."""
    hint = _fault(project) or (
        "See what they do: workbench lf list; try one: workbench lf test NAME."
    )
    what = "votes" if n_functions == 1 else "vote"
    return ProjectError(
        f"there is no vote to aggregate: {counted(n_functions, 'labeling function')} {what} on no"
        " row",
        hint=hint,
    )


def fit_rows(project: Project) -> NDArray[np.int64]:
    """Return the rows that label models are fitted on."""
    rows = np.flatnonzero(rows_of_role(project, Role.TRAIN))
    return rows if len(rows) else np.flatnonzero(rows_of_role(project, Role.PRODUCTION))


@dataclass(frozen=True, slots=True)
class _Fitted:
    """The models by name, those asked for and to use, and why; what was compared and given."""

    models: dict[str, PatternModel]
    asked: str
    chosen: str
    reason: str
    choice: Choice
    given_balance: list[float] | str | None
    balance_sensitivity: float | None
    """Of the one to use; None where copies leave too few functions to fit it again."""


def _fit(
    read: _Read,
    n_classes: int,
    model: str,
    given_balance: list[float] | str | None,
    seed: int,
    solver: Solver,
) -> _Fitted:
    """Fit the models on the votes of some rows, and choose."""
    votes, annotated = read.votes[read.rows], read.judging.annotated[read.rows]
    balance = fitted_balance(votes, n_classes, given_balance, read.said[read.said >= 0])
    known = np.flatnonzero(annotated >= 0)
    trusted = (known, annotated[known])
    choice = choose(votes, n_classes, class_balance=balance, trusted=trusted)
    models = dict(choice.models)
    wanted = choice.name if model == "auto" else model
    reason = choice.reason if model == "auto" else "You asked for it."
    is_another = wanted == SnorkelModel.name and (seed, solver) != _AS_COMPARED
    if wanted not in models or is_another:
        one = make_label_model(wanted, n_classes, seed=seed, solver=solver)
        if votes.shape[1] < one.min_functions:
            raise UsageError(
                f"the {wanted} label model needs {one.min_functions} labeling functions;"
                f" there are {votes.shape[1]}",
                hint="Write more, or take --model majority (auto does).",
            )
        # As those that it was compared with: who takes one of them gets what was scored. Where
        # copies leave too few, each of them counts.
        copy_of = choice.copy_of
        if len(np.unique(copy_of)) < one.min_functions:
            copy_of = np.arange(votes.shape[1])
        distinct = count_once(votes, copy_of, n_classes)
        models[wanted] = one.fit(distinct, class_balance=choice.balance).share(copy_of)
        reason = f"{reason} {one.note}".strip()
    sensitivity = None
    if len(np.unique(choice.copy_of)) >= models[wanted].min_functions:
        start = seed if is_another else START
        sensitivity = choice.evidence.balance_sensitivity(wanted, seed=start)
    return _Fitted(models, model, wanted, reason, choice, given_balance, sensitivity)


def _warnings(fitted: _Fitted, project: Project) -> list[str]:
    """Say what a person should know about the fit as a whole."""
    classes, moved = project.classes, fitted.balance_sensitivity or 0.0
    if fitted.choice.balance_from == "given" or moved <= _SENSITIVE:
        return []
    shares = ",".join(f"{quoted(name)}=…" for name in classes[:3]) + ",…" * (len(classes) > 3)
    return [
        f"the class balance is not known and decides {percent(moved, 0)} of the labels:"
        f" pass --class-balance {shares}, or annotate a random sample"
    ]


def _default_warnings(project: Project) -> tuple[str, ...]:
    """Say where the default class has left the classes without a successor."""
    number = project.default_class
    if number is None or project.label_set.index_of(number) is not None:
        return ()
    return (
        f"the default class {project.label_set.said(number)!r} is no class any more: rows that no"
        " vote decides stay without a label; name another one, or none, in workbench.toml",
    )


def _prior(model: PatternModel, n_functions: int) -> NDArray[np.float64]:
    abstaining = np.full((1, n_functions), ABSTAIN, dtype=np.int8)
    return np.asarray(model.predict_proba(abstaining)[0], dtype=np.float64)
