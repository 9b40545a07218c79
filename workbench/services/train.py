"""The end model: a linear classifier of the text, trained on everything that is known."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from workbench.errors import ProjectError
from workbench.methods.features import TextFeatures
from workbench.methods.learner import SoftLabelClassifier
from workbench.methods.threads import single_threaded
from workbench.services.consensus import consensus_state, refresh_consensus
from workbench.services.labels import (
    ModelBeliefs,
    human_labels,
    model_beliefs,
    resolve_labels,
    roles,
    trusted_labels,
)
from workbench.services.project import Project
from workbench.services.results import as_json, from_json
from workbench.services.running import fingerprint, record_run
from workbench.services.scoring import ModelScore, score_model
from workbench.types import Progress, ProgressCallback, Role

END_MODEL = "end"

_WORDS = 8

_MIN_ANNOTATED = 10
"""Fewer annotated rows make no classifier worth comparing with."""


@dataclass(frozen=True, slots=True)
class ClassWords:
    """The features that speak most for a class."""

    name: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TrainResult:
    """What the training found.

    ``scores`` compares the end model with the label models and, where people annotated enough
    rows, with a classifier trained on their labels alone; on the evaluation rows.
    """

    run_id: int
    reused: bool
    chosen: str
    n_rows: int
    n_hard: int
    n_soft: int
    n_features: int
    by_origin: dict[str, int]
    scores: tuple[ModelScore, ...]
    words: tuple[ClassWords, ...]


def train_end_model(
    project: Project, *, seed: int | None = None, progress: ProgressCallback | None = None
) -> TrainResult:
    """Train the end model and store what it believes of every example.

    Training rows with a resolved label count as that label; where it comes from the label model,
    as the model's probabilities. Evaluation and production rows are never trained on. When nothing
    that matters has changed since the last training, that one is returned.

    Parameters
    ----------
    project
        The project.
    seed
        Recorded with the run; the fit itself draws nothing.
    progress
        Called after each stage.

    Raises
    ------
    ProjectError
        If no training row has a label.
    """
    store = project.store
    seed = project.config.seed if seed is None else seed
    n = store.examples.count()
    beliefs = model_beliefs(project, "aggregate")
    refresh_consensus(project)
    labels = resolve_labels(project)
    rows = np.flatnonzero((roles(project) == Role.TRAIN) & (labels.labels >= 0))
    if len(rows) == 0:
        raise ProjectError(
            "no training row has a label",
            hint="Apply labeling functions and aggregate, import labels, or annotate some rows.",
        )
    state = [
        n,
        [project.classes, project.label_set.mapping],
        beliefs.run_id if beliefs else None,
        store.decisions.last_decision_id(),
        consensus_state(project),
        list(project.config.label_order),
        project.config.min_confidence,
    ]
    identity = fingerprint("train", {}, seed, state)
    last = store.runs.last_done("train")
    if last is not None and last.fingerprint == identity:
        known = from_json(TrainResult, store.runs.artifact(last.run_id, "train"))
        return replace(known, reused=True)
    inputs = sorted({int(run) for run in labels.run_ids[rows]})
    with record_run(store, "train", seed=seed, inputs=inputs, fingerprint=identity) as run:
        _tell(progress, "features", 0)
        with single_threaded():
            features = TextFeatures()
            X = features.fit_transform(store.examples.texts())
            _tell(progress, "fit", 1)
            targets, is_soft = _targets(project, labels.labels, labels.origin_is("model"), beliefs)
            model = SoftLabelClassifier(len(project.classes)).fit(X[rows], targets[rows])
            probs = model.predict_proba(X)
            _tell(progress, "compare", 2)
            scores = _compare(project, X, probs)
        result = TrainResult(
            run_id=run.run_id,
            reused=False,
            chosen=END_MODEL,
            n_rows=len(rows),
            n_hard=int((~is_soft[rows]).sum()),
            n_soft=int(is_soft[rows].sum()),
            n_features=int(X.shape[1]),
            by_origin={
                origin: int((labels.origin_is(origin)[rows]).sum()) for origin in labels.order
            },
            scores=scores,
            words=tuple(
                ClassWords(name, tuple(w for w, _ in top if not w.startswith("chars:"))[:_WORDS])
                for name, top in zip(
                    project.classes, model.top_features(features.feature_names_, 200), strict=True
                )
            ),
        )
        with run.finish(
            {"rows": len(rows), "features": result.n_features},
            artifacts={"train": as_json(result)},
        ):
            store.label_models.add_columns(run.run_id, project.label_set.numbers)
            store.beliefs.add(run.run_id, END_MODEL, probs, _has_top(probs))
    return result


def _tell(progress: ProgressCallback | None, stage: str, done: int) -> None:
    if progress:
        progress(Progress(f"train: {stage}", done, 3))


def _has_top(probs: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return the rows whose two best classes differ."""
    best = np.partition(probs, -2, axis=1)[:, -2:]
    return np.asarray(best[:, 1] - best[:, 0] > 1e-9)


def _targets(
    project: Project,
    labels: NDArray[np.int64],
    from_model: NDArray[np.bool_],
    beliefs: ModelBeliefs | None,
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return target probabilities (n, K), and which rows have soft ones."""
    n_classes = len(project.classes)
    targets = np.zeros((len(labels), n_classes))
    hard = np.flatnonzero(labels >= 0)
    targets[hard, labels[hard]] = 1.0
    if beliefs is not None:
        targets[from_model] = beliefs.probs[from_model]
    return targets, from_model


def _compare(project: Project, X: object, probs: NDArray[np.float64]) -> tuple[ModelScore, ...]:
    """Score the end model beside the label models and a classifier of the annotations alone."""
    trusted = trusted_labels(project)
    scores = [score_model(END_MODEL, probs, _has_top(probs), trusted)]
    run = project.store.runs.last_done("aggregate")
    for name in project.store.beliefs.models(run.run_id) if run else ():
        beliefs = model_beliefs(project, "aggregate", name)
        if beliefs is not None:
            scores.append(score_model(name, beliefs.probs, beliefs.informed, trusted))
    human = human_labels(project)
    annotated = np.where(human.correction >= 0, human.correction, human.annotation)
    rows = np.flatnonzero((annotated >= 0) & (roles(project) == Role.TRAIN))
    if len(rows) >= _MIN_ANNOTATED and len(np.unique(annotated[rows])) > 1:
        alone = SoftLabelClassifier(len(project.classes)).fit(X[rows], annotated[rows])  # type: ignore[index]
        believed = alone.predict_proba(X)
        scores.append(score_model("annotations alone", believed, _has_top(believed), trusted))
    return tuple(scores)
