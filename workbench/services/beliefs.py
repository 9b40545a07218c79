"""What models believe of the examples, as their runs stored it, and which run labels come from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.services.project import Project
from workbench.store.classes import LabelSet
from workbench.store.runs import Run
from workbench.types import NO_LABEL

MIX = "mix"
"""The model of a training that weighs votes, texts and annotations together."""

MIX_PART = "mix: "
"""What the name of a part of the mix begins with, where its beliefs are stored."""


@dataclass(frozen=True, slots=True)
class ModelBeliefs:
    """Probabilities of one model in one run.

    ``probs`` is (n, K); ``informed`` (n,) marks the rows with a unique top class, ``undecided``
    (n,) those that no vote decides. Where the model contradicts every vote it is neither.
    """

    run_id: int
    model: str
    probs: NDArray[np.float64]
    informed: NDArray[np.bool_]
    undecided: NDArray[np.bool_]


def model_beliefs(project: Project, kind: str, model: str | None = None) -> ModelBeliefs | None:
    """Return a model's beliefs about all examples from the newest run of a kind, or None.

    Parameters
    ----------
    project
        The project.
    kind
        ``aggregate`` or ``train``.
    model
        Its name; the one that the run chose by default.

    Notes
    -----
    Examples that were imported after the run have uniform probabilities and are not informed.
    Where the label set has changed since, a merged class brings its probability along, and that of
    a class that counts for none is shared out in proportion.
    """
    stored = stored_beliefs(project, kind, model)
    if stored is None:
        return None
    n, n_classes = project.store.examples.count(), len(project.classes)
    probs = np.full((n, n_classes), 1 / n_classes)
    informed, undecided = np.zeros(n, dtype=np.bool_), np.zeros(n, dtype=np.bool_)
    for block in project.store.beliefs.blocks(stored.run_id, stored.model):
        undecided[block.rows] = block.undecided
        probs[block.rows], counts = as_they_count_now(project, block.probs, stored.class_ids)
        informed[block.rows] = block.informed & counts
    return ModelBeliefs(stored.run_id, stored.model, probs, informed, undecided)


def as_they_count_now(
    project: Project, probs: NDArray[np.floating], class_ids: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return probabilities of the classes as they count now, and whether the top class counts.

    Parameters
    ----------
    project
        The project.
    probs
        Of the classes of a run, (n, C).
    class_ids
        The class number of each column.

    Returns
    -------
    tuple of ndarray
        Probabilities (n, K), flat where only classes that are gone have any; and (n,) bool.
    """
    n_classes, columns = len(project.classes), project.label_set.indices(class_ids)
    merged = np.zeros((len(probs), n_classes))  # of classes that came later: 0
    if project.label_set.is_plain and bool((columns >= 0).all()):
        merged[:, columns] = probs
        return merged, np.ones(len(probs), dtype=np.bool_)
    for column, index in enumerate(columns):
        if index >= 0:
            merged[:, index] += probs[:, column]
    total = merged.sum(axis=1, keepdims=True)
    now = np.full_like(merged, 1 / n_classes)
    np.divide(merged, total, out=now, where=total > 0)
    return now, np.asarray(columns[probs.argmax(axis=1)] >= 0)


@dataclass(frozen=True, slots=True)
class StoredBeliefs:
    """Where the beliefs of a model lie, and the class number of each of their columns."""

    run_id: int
    model: str
    class_ids: NDArray[np.int64]


def stored_beliefs(
    project: Project, kind: str, model: str | None = None, *, at: str | None = None
) -> StoredBeliefs | None:
    """Return beliefs as the newest run of a kind, now or at a moment, stored them."""
    run = project.store.runs.last_done(kind, at=at)
    return None if run is None else beliefs_of_run(project, run, model)


def beliefs_of_run(project: Project, run: Run, model: str | None = None) -> StoredBeliefs | None:
    """Return beliefs as an aggregation or a training stored them; None where it stored none.

    Parameters
    ----------
    project
        The project.
    run
        The run, which ended well.
    model
        Its name; the one that the run chose by default.
    """
    if model is None:
        model = project.store.runs.artifact(run.run_id, run.kind)["chosen"]
    shape = project.store.beliefs.shape(run.run_id, model)
    if shape is None:
        return None
    class_ids = project.store.label_models.columns(run.run_id, shape[1])
    return StoredBeliefs(run.run_id, model, class_ids)


def settled_labels(
    project: Project, beliefs: StoredBeliefs | None, label_set: LabelSet, n: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the class that a model settled on for each example, and its probability.

    A row without information has the prior, which must not become a label. A class that was merged
    since counts with the probability that it had by itself, until the next aggregation.

    Parameters
    ----------
    project
        The project.
    beliefs
        The model's; None where there is none, which settles nothing.
    label_set
        Whose indices the classes have.
    n
        The number of examples: those that there were at some moment.
    """
    labels, confidence = np.full(n, NO_LABEL, dtype=np.int64), np.zeros(n)
    if beliefs is None:
        return labels, confidence
    columns = label_set.indices(beliefs.class_ids)
    for block in project.store.beliefs.blocks(beliefs.run_id, beliefs.model):
        m = len(labels[block.rows])
        top = columns[block.probs[:m].argmax(axis=1)]
        labels[block.rows] = np.where(block.informed[:m], top, NO_LABEL)
        confidence[block.rows] = np.minimum(block.probs[:m].max(axis=1), 1)
    return labels, confidence


def default_labels(
    project: Project,
    beliefs: StoredBeliefs | None,
    label_set: LabelSet,
    n: int,
    default: int | None,
) -> tuple[NDArray[np.int64] | None, NDArray[np.float64] | None]:
    """Return the default class for each example that no vote decides, and what is believed of it.

    There are none without a default class, and without a model; nor for examples that came after
    the model: it does not reach them. Parameters as those of `settled_labels`.
    """
    if beliefs is None or default is None:
        return None, None
    labels, confidence = np.full(n, NO_LABEL, dtype=np.int64), np.zeros(n)
    columns = label_set.indices(beliefs.class_ids) == default
    for block in project.store.beliefs.blocks(beliefs.run_id, beliefs.model):
        m = len(labels[block.rows])
        labels[block.rows] = np.where(block.undecided[:m], default, NO_LABEL)
        confidence[block.rows] = block.probs[:m, columns].sum(axis=1).clip(0, 1)
    return labels, confidence


def model_run(project: Project, *, at: str | None = None) -> Run | None:
    """Return the run that models' labels come from, now or at a moment; None without one.

    That is a training with a mix, or a newer aggregation.
    """
    runs = project.store.runs
    trained, aggregated = runs.last_done("train", at=at), runs.last_done("aggregate", at=at)
    if trained is None or (aggregated is not None and aggregated.run_id > trained.run_id):
        return aggregated
    return trained if runs.artifact(trained.run_id, "train")["chosen"] == MIX else aggregated


@dataclass(frozen=True, slots=True)
class ModelInUse:
    """The model whose labels are used: the kind of its run, the run, and its name."""

    kind: str
    run_id: int
    model: str


def model_in_use(project: Project) -> ModelInUse | None:
    """Return the model that models' labels come from now; None without one.

    It is the one thing that marks as "in use" speak of. An end model by itself never is: it gives
    no labels.
    """
    run = model_run(project)
    model = "" if run is None else project.store.runs.artifact(run.run_id, run.kind)["chosen"]
    # An aggregation that withdrew its labels chose none.
    return ModelInUse(run.kind, run.run_id, model) if run is not None and model else None


def mix_waits(project: Project) -> bool:
    """Tell whether a mix gave labels until a newer aggregation, which no training has read yet.

    Labels fall back to the label model alone until then, and there are fewer of them.
    """
    runs = project.store.runs
    trained, aggregated = runs.last_done("train"), runs.last_done("aggregate")
    if trained is None or aggregated is None or aggregated.run_id < trained.run_id:
        return False
    return bool(runs.artifact(trained.run_id, "train")["chosen"] == MIX)
