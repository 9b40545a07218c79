"""What the active learner believes now: the newest training, or a quick fit on what came since."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.figures import counted
from workbench.methods.auto_strategy import MeasuredGain, cluster_share, measured_gain
from workbench.methods.committee import bootstrap_committee, disagreement
from workbench.methods.row_choice import sample_rows
from workbench.services.beliefs import ModelBeliefs, model_beliefs
from workbench.services.embed.embed import WORDLLAMA, space_name
from workbench.services.embed.text_space import TFIDF, TextSpace
from workbench.services.learnt_rows import learnt_rows
from workbench.services.project import Project
from workbench.services.quick_fit import MAX_HELD_OUT, HeldOut, LearntRows, hold_out, quick_fit
from workbench.services.staleness import stale
from workbench.types import NO_LABEL


@dataclass(frozen=True, slots=True)
class ActiveModel:
    """Probabilities (n, K) of all examples, or None while nothing is known; and who believes so.

    ``learnt`` is what a quick fit learns from, and ``held_out`` what it says of such rows that it
    has not seen. ``n_fitted``: how many labels of people and files the fit that believes so learnt
    from; None where no such fit does.
    """

    probs: NDArray[np.float64] | None
    believed_by: str | None
    run_ids: tuple[int, ...]
    learnt: LearntRows
    held_out: HeldOut | None = None
    n_fitted: int | None = None


def active_model(project: Project, space: TextSpace, *, seed: int) -> ActiveModel:
    """Return the beliefs to choose rows by.

    Those of the newest training count as long as nobody decided and nothing was aggregated since,
    in the space that the training saw: a batch never mixes two. Else a linear model is fitted on
    the labels of now, which takes a fraction of a second: on people's and given labels, and on a
    sample of the weak ones, of the label model and the default class, at a quarter of the weight.
    From 20 labels of people and files on it has the temperature at which models fit rows that they
    have not seen. With labels of one class nothing is believed, whatever was trained on them.

    Parameters
    ----------
    project
        The project.
    space
        The features of all examples.
    seed
        Of the sample.
    """
    learnt = learnt_rows(project, seed=seed)
    if not learnt.tells_classes_apart:
        return ActiveModel(None, None, (), learnt)
    trained, other_space = _fresh_training(project), ""
    if trained is not None:
        saw = _trained_space(project, trained.run_id)
        if saw == space.embedder:
            return ActiveModel(trained.probs, trained.model, (trained.run_id,), learnt)
        other_space = f"; the newest training saw {saw or 'embeddings of an unknown version'}"
    fitted = quick_fit(space.features, learnt, seed=seed)
    n_soft = len(learnt.rows) - learnt.n_hard
    soft = f" and {counted(n_soft, 'weak label')}" if n_soft else ""
    beliefs = model_beliefs(project, "aggregate")
    return ActiveModel(
        fitted.beliefs(space.features),
        f"a quick fit on {learnt.n_hard:,} labels{soft}{other_space}",
        (beliefs.run_id,) if n_soft and beliefs else (),
        learnt,
        fitted.held_out,
        learnt.n_hard,
    )


def committee_disagreement(
    space: TextSpace, learnt: LearntRows, *, seed: int
) -> NDArray[np.float64] | None:
    """Return how far a committee disagrees on each example, or None with one class known.

    Parameters
    ----------
    space
        The features of all examples.
    learnt
        What its members learn from: of `active_model`.
    seed
        Of the bootstrap samples.
    """
    if not learnt.tells_classes_apart:
        return None
    members = bootstrap_committee(
        space.features[learnt.rows],
        learnt.targets,
        learnt.targets.shape[1],
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
    learnt: LearntRows,
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
    learnt
        What a quick fit learns from: of `active_model`, as is ``held_out``.
    held_out
        Worked out where it is not there.
    seed
        Of what is left out; where there are more than 600 rows to measure on, of the sample.
    """
    if held_out is None:
        held_out = hold_out(space.features, learnt, seed=seed)
    if held_out is None:
        return Measured(None, 1.0)
    share = cluster_share(space.geometry[held_out.rows], held_out.probs, held_out.labels)
    rng = np.random.default_rng(seed)
    rows = sample_rows(np.flatnonzero(labels != NO_LABEL), MAX_HELD_OUT, rng)
    n_classes = learnt.targets.shape[1]
    gain = measured_gain(space.geometry[rows], labels[rows], is_random[rows], n_classes, rng=rng)
    return Measured(gain, share)


def _fresh_training(project: Project) -> ModelBeliefs | None:
    """Return the beliefs of the newest training if nothing that matters came after it."""
    if stale(project, ("train",)):
        return None
    return model_beliefs(project, "train")


def _trained_space(project: Project, run_id: int) -> str | None:
    """Return what the space that a training saw is called; None where the run does not say."""
    run = project.store.runs.get(run_id)
    if run is None or not run.parameters.get("embeddings"):
        return TFIDF
    version = run.parameters.get("version")
    return None if version is None else space_name(WORDLLAMA, str(version))
