"""The arithmetic of a label model, or of a mix, on one row: what each part adds, and the sum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from workbench.figures import listed
from workbench.methods.calibration import log_scores
from workbench.methods.feedback import END_MODEL
from workbench.methods.label_model import make_label_model
from workbench.methods.softmax import softmax
from workbench.services.beliefs import MIX, MIX_PART, model_run
from workbench.services.moments import beginning_of
from workbench.services.project import Project
from workbench.store.runs import Run
from workbench.types import ABSTAIN


@dataclass(frozen=True, slots=True)
class Term:
    """What one labeling function, or the class balance, adds to the evidence.

    ``evidence`` has a number for each class, in nats; a difference of 0.69 between two classes
    doubles the odds. ``weight`` is the learnt accuracy, None where the model learns none. In a mix
    it is a part that adds, or the bias of each class: ``vote`` is the class that the part holds for
    likeliest, ``weight`` its weight in the mix, by which its log-probabilities are multiplied.
    ``counts_with`` are the copies of a function that share its evidence: all of them count once.
    """

    name: str
    version: str | None
    vote: str | None
    weight: float | None
    evidence: tuple[float, ...]
    counts_with: tuple[str, ...] = ()

    @property
    def note(self) -> str:
        """What a reader of the numbers has to know; mostly nothing."""
        return f"counts once with {listed(self.counts_with, 2)}" if self.counts_with else ""


@dataclass(frozen=True, slots=True)
class BeliefEvidence:
    """How a label model, or a mix, weighs one row.

    ``totals`` are the sums of the terms, class by class; ``probabilities`` their softmax, which is
    the belief that the run stored. ``classes`` names the columns; ``counts_as`` is what each counts
    as now, None for no class: merged ones count as one. A mix that an earlier version of workbench
    trained did not keep its parts: ``terms`` and ``totals`` are empty, and ``reason`` says so.
    """

    model: str
    run_id: int
    at: str
    parameters: Mapping[str, Any]
    seed: int | None
    reason: str
    classes: tuple[str, ...]
    counts_as: tuple[str | None, ...]
    terms: tuple[Term, ...]
    totals: tuple[float, ...]
    probabilities: tuple[float, ...]

    @property
    def voted(self) -> frozenset[str | None]:
        """The classes that the terms vote for, as what they count as now."""
        now = dict(zip(self.classes, self.counts_as, strict=True))
        return frozenset(now[term.vote] for term in self.terms if term.vote is not None)

    def now(self, column: int) -> str | None:
        """Say what a class counts as now where that is another one; None where it is itself."""
        counts_as = self.counts_as[column]
        return None if counts_as == self.classes[column] else counts_as or "no class"


def evidence_of(project: Project, example_id: int, run: Run | None = None) -> BeliefEvidence | None:
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
    BeliefEvidence or None
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
    evidence = _unweighed(project, run, chosen, len(stored.log_prior))
    label_set = store.classes.state_at(beginning_of(project, run).event_id)
    numbers = _votes_then(project, stored.lf_version_ids, example_id, run.run_id)
    row = label_set.indices(np.array(numbers, dtype=np.int64))
    model = make_label_model(chosen, len(evidence.classes), seed=run.seed or 0)
    model.log_prior_, model.log_likelihood_ = stored.log_prior, stored.log_likelihood
    *terms, prior = model.explain(row).tolist()
    weights = {weight["name"]: weight["weight"] for weight in result["weights"]}
    versions = [store.votes.get(lf_version_id) for lf_version_id in stored.lf_version_ids]
    shares = result.get("copy_of") or range(len(versions))
    lines = [
        Term(
            name=version.name,
            version=version.version,
            vote=None if vote == ABSTAIN else evidence.classes[vote],
            weight=weights.get(version.name),
            evidence=tuple(term),
            counts_with=tuple(
                other.name for i, other in enumerate(versions) if i != j and shares[i] == shares[j]
            ),
        )
        for j, (version, vote, term) in enumerate(zip(versions, row.tolist(), terms, strict=True))
    ]
    lines.append(Term("class balance", None, None, None, tuple(prior)))
    return _weighed(evidence, result["reason"], lines)


def mix_evidence_of(
    project: Project, example_id: int, run: Run | None = None
) -> BeliefEvidence | None:
    """Return how the mix of a training weighs what its parts say of an example.

    Parameters
    ----------
    project
        The project.
    example_id
        The example's number.
    run
        The training; by default the run that models' labels come from.

    Returns
    -------
    BeliefEvidence or None
        None where that is no training with a mix, and for an example that came after it.
    """
    store = project.store
    run = run or model_run(project)
    if run is None or run.kind != "train":
        return None
    result = store.runs.artifact(run.run_id, "train")
    shown = store.beliefs.of_example(run.run_id, MIX, example_id)
    if result["chosen"] != MIX or shown is None:
        return None
    evidence = _unweighed(project, run, MIX, len(shown))
    said = [
        store.beliefs.of_example(run.run_id, _stored_name(source["name"]), example_id)
        for source in result["sources"]
    ]
    biases = result.get("biases")
    if not biases or any(probs is None for probs in said):
        reason = (
            "this training kept neither the bias of each class nor what each part said: a newer one"
            " does"
        )
        return replace(evidence, reason=reason, probabilities=tuple(shown.tolist()))
    terms = [
        Term(
            name=source["name"],
            version=None,
            vote=evidence.classes[int(probs.argmax())] if np.ptp(probs) > 0 else None,
            weight=source["weight"],
            evidence=tuple((source["weight"] * log_scores(probs[None, :])[0]).tolist()),
        )
        for source, probs in zip(result["sources"], said, strict=True)
        if probs is not None
    ]
    terms.append(Term("bias of each class", None, None, None, tuple(biases)))
    n = result["n_annotated"]
    reason = f"the parts are weighed by how right they are on the {n:,} annotated rows"
    return _weighed(evidence, reason, terms)


def _unweighed(project: Project, run: Run, model: str, n_classes: int) -> BeliefEvidence:
    """Return the run and the classes of some evidence, which is still to come."""
    columns = project.store.label_models.columns(run.run_id, n_classes).tolist()
    return BeliefEvidence(
        model=model,
        run_id=run.run_id,
        at=run.started_at,
        parameters=run.parameters,
        seed=run.seed,
        reason="",
        classes=tuple(project.label_set.said(number) for number in columns),
        counts_as=tuple(map(project.label_set.name_of, columns)),
        terms=(),
        totals=(),
        probabilities=(),
    )


def _weighed(evidence: BeliefEvidence, reason: str, terms: Sequence[Term]) -> BeliefEvidence:
    """Return evidence with its terms, their sum, and what that comes to."""
    totals = np.sum([term.evidence for term in terms], axis=0)
    return replace(
        evidence,
        reason=reason,
        terms=tuple(terms),
        totals=tuple(totals.tolist()),
        probabilities=tuple(softmax(totals[None, :])[0].tolist()),
    )


def _stored_name(part: str) -> str:
    """Return the model under which a training stores what a part of its mix said."""
    return "end" if part == END_MODEL else f"{MIX_PART}{part}"


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
