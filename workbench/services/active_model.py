"""What the active learner believes now: the newest training, or a quick fit on what came since."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.methods.auto_strategy import (
    COLD_START,
    MeasuredGain,
    cluster_share,
    measured_gain,
)
from workbench.methods.committee import bootstrap_committee, disagreement
from workbench.services.labels import ModelBeliefs, model_beliefs, resolve_labels, roles
from workbench.services.project import Project
from workbench.services.quick_fit import MAX_HELD_OUT, HeldOut, LearntRows, hold_out, quick_fit
from workbench.services.staleness import stale
from workbench.services.text_space import TextSpace
from workbench.types import NO_LABEL, Role

SOFT_WEIGHT = 0.25
"""What a label model's opinion of a row weighs beside a person's."""

MAX_LEARNT = 1_000
"""So many rows are learnt from where people have labelled fewer."""


@dataclass(frozen=True, slots=True)
class ActiveModel:
    """Probabilities (n, K) of all examples, or None while nothing is known; and who believes so.

    ``held_out`` is what the quick fit says of rows of people's that it has not seen.
    """

    probs: NDArray[np.float64] | None
    believed_by: str | None
    run_ids: tuple[int, ...]
    held_out: HeldOut | None = None


def active_model(project: Project, space: TextSpace, *, seed: int) -> ActiveModel:
    """Return the beliefs to choose rows by.

    Those of the newest training count as long as nobody decided and nothing was aggregated since.
    After that a linear model is fitted on the labels of now, which takes a fraction of a second: on
    people's and given labels, and on a sample of the label model's at a quarter of the weight. From
    20 labels of people on it has the temperature at which models fit rows that they have not seen.

    Parameters
    ----------
    project
        The project.
    space
        The features of all examples.
    seed
        Of the sample.
    """
    trained = _fresh_training(project)
    if trained is not None:
        return ActiveModel(trained.probs, trained.model, (trained.run_id,))
    learnt = learnt_rows(project, seed=seed)
    is_known = learnt.targets.sum(axis=0) > 0
    if is_known.sum() < 2:
        return ActiveModel(None, None, ())
    fitted = quick_fit(space.features, learnt, seed=seed)
    n_soft = len(learnt.rows) - learnt.n_people
    soft = f" and {n_soft:,} of the label model" if n_soft else ""
    beliefs = model_beliefs(project, "aggregate")
    return ActiveModel(
        fitted.beliefs(space.features),
        f"a quick fit on {learnt.n_people:,} labels{soft}",
        (beliefs.run_id,) if n_soft and beliefs else (),
        fitted.held_out,
    )


def learnt_rows(project: Project, *, seed: int) -> LearntRows:
    """Return the training rows with a label: all of people's, then others up to 1,000 in all.

    Parameters
    ----------
    project
        The project.
    seed
        Of the sample of the others.
    """
    labels = resolve_labels(project, with_mix=False)
    rng = np.random.default_rng(seed)
    is_train = roles(project) == Role.TRAIN
    has_label = is_train & (labels.labels >= 0)
    from_model = labels.origin_is("model")
    by_people = np.flatnonzero(has_label & labels.origin_is("annotation", "correction"))
    given = np.flatnonzero(has_label & labels.origin_is("given"))
    soft = np.flatnonzero(has_label & from_model)
    hard = np.concatenate([by_people, _sample(given, MAX_LEARNT - len(by_people), rng)])
    soft = _sample(soft, MAX_LEARNT - len(hard), rng)
    rows = np.concatenate([hard, soft])
    targets = np.zeros((len(rows), len(project.classes)))
    targets[np.arange(len(hard)), labels.labels[hard]] = 1
    beliefs = model_beliefs(project, "aggregate")
    if len(soft) and beliefs is not None:
        targets[len(hard) :] = beliefs.probs[soft]
    weights = np.where(np.arange(len(rows)) < len(hard), 1, SOFT_WEIGHT)
    return LearntRows(rows, targets, weights, len(hard))


def committee_disagreement(
    project: Project, space: TextSpace, *, seed: int
) -> NDArray[np.float64] | None:
    """Return how far a committee disagrees on each example, or None with one class known.

    Parameters
    ----------
    project
        The project.
    space
        The features of all examples.
    seed
        Of the bootstrap samples.
    """
    learnt = learnt_rows(project, seed=seed)
    if (learnt.targets.sum(axis=0) > 0).sum() < 2:
        return None
    members = bootstrap_committee(
        space.features[learnt.rows],
        learnt.targets,
        len(project.classes),
        rng=np.random.default_rng(seed),
        sample_weight=learnt.weights,
    )
    return disagreement(member.predict_proba(space.features) for member in members)


@dataclass(frozen=True, slots=True)
class Measured:
    """What ``auto`` divides a batch by."""

    gain: MeasuredGain | None
    cluster_share: float


def measure(
    space: TextSpace,
    labels: NDArray[np.int64],
    is_random: NDArray[np.bool_],
    n_classes: int,
    *,
    held_out: HeldOut | None = None,
    seed: int,
) -> Measured:
    """Measure what labels have brought so far, and how far clusters are of one class.

    Parameters
    ----------
    space
        The features of all examples.
    labels
        What people said of each example, (n,); -1 for none.
    is_random
        Which examples a batch drew evenly, (n,).
    n_classes
        K.
    held_out
        Of `active_model`; worked out where it is not there.
    seed
        Of what is left out; where there are more than 600 annotated rows, of the sample.
    """
    rng = np.random.default_rng(seed)
    rows = np.sort(_sample(np.flatnonzero(labels != NO_LABEL), MAX_HELD_OUT, rng))
    if len(rows) < COLD_START:
        return Measured(None, 1.0)
    gain = measured_gain(space.geometry[rows], labels[rows], is_random[rows], n_classes, rng=rng)
    if held_out is None:
        targets = np.eye(n_classes)[labels[rows]]
        people = LearntRows(rows, targets, np.ones(len(rows)), len(rows))
        held_out = hold_out(space.features, people, seed=seed)
        assert held_out is not None
    share = cluster_share(space.geometry[held_out.rows], held_out.probs, held_out.labels)
    return Measured(gain, share)


def _fresh_training(project: Project) -> ModelBeliefs | None:
    """Return the beliefs of the newest training if nothing that matters came after it."""
    if stale(project, ("train",)):
        return None
    return model_beliefs(project, "train")


def _sample(rows: NDArray[np.int64], n: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return the rows, or so many of them drawn evenly."""
    if len(rows) <= n:
        return rows
    kept: NDArray[Any] = rng.choice(rows, max(n, 0), replace=False)
    return kept
