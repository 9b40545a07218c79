"""What the end model learns from, its fit alone or within the mix, and its score beside others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.methods.feedback import ANNOTATIONS, WEAK_MODEL, Fusion, fuse
from workbench.methods.learner import SoftLabelClassifier
from workbench.methods.row_blocks import row_blocks
from workbench.methods.row_choice import sample_by_class
from workbench.services.batch_draws import chosen_judges
from workbench.services.beliefs import MIX, ModelBeliefs, model_beliefs
from workbench.services.embed.stored_features import StoredFeatures, WithVectors
from workbench.services.judges import Judges, judges, rows_that_chose
from workbench.services.labels import Labels, annotated_labels, stored_votes
from workbench.services.project import Project
from workbench.services.scoring import ModelScore, score_model
from workbench.services.untaught import taught_by_annotations, untaught_beliefs
from workbench.store.votes import LFVersion
from workbench.types import DEFAULT, NO_LABEL, Origin

END_MODEL = "end"

MIN_FUSED = 20
"""From so many annotated training rows on, of more than one class, votes, texts and annotations are
weighed together: on rows of one class whoever says it always is right. Rows that were chosen by
class count for fewer."""

DEFAULT_WEIGHT = 0.25
"""What the default class of a row that no vote decides weighs; a label that something gave: 1."""

MIN_JUDGED = 30
"""Fewer trusted rows do not say whether weak supervision pays."""

MAX_TRAINED = 50_000
"""Outside the mix the end model learns from at most so many rows; `fuse` has a limit of its own."""


@dataclass(frozen=True, slots=True)
class KnownLabels:
    """What was known as of the moment when the training began.

    ``rows`` are trained on, ``decided`` (n,) is what people say of annotated rows, ``judges`` what
    judges models, ``versions`` the labeling functions in force. ``taught`` are of them, and of
    those behind ``beliefs``, the ones whose votes were learnt from annotations, ``scores`` those of
    the label models. ``n_chosen`` of the trusted rows were chosen, not drawn. ``suggested`` are the
    names of the functions in force that labels chose, and ``chose`` (n,) the rows of these labels.
    """

    labels: Labels
    beliefs: ModelBeliefs | None
    rows: NDArray[np.int64]
    decided: NDArray[np.int64]
    judges: Judges
    versions: tuple[int, ...]
    taught: tuple[LFVersion, ...]
    scores: tuple[ModelScore, ...]
    n_chosen: int
    suggested: tuple[str, ...]
    chose: NDArray[np.bool_]


def known_labels(
    project: Project, labels: Labels, beliefs: ModelBeliefs | None, rows: NDArray[np.int64]
) -> KnownLabels:
    """Read what a training depends on.

    Parameters
    ----------
    project
        The project.
    labels, beliefs
        The resolved labels, and what the label model believes, where there is one.
    rows
        The rows that are trained on.
    """
    known, versions = judges(project), project.store.votes.in_force()
    scores = []
    run = project.store.runs.last_done("aggregate")
    for name in project.store.beliefs.models(run.run_id) if run else ():
        one = model_beliefs(project, "aggregate", name)
        if one is not None:
            scores.append(score_model(name, one.probs, one.informed, known.trusted))
    chose = rows_that_chose(project, versions)
    has_chosen = np.zeros(len(known.annotated), np.bool_)
    for chosen in chose.values():
        has_chosen[chosen] = True
    return KnownLabels(
        labels=labels,
        beliefs=beliefs,
        rows=rows,
        decided=annotated_labels(project),
        judges=known,
        versions=tuple(version.lf_version_id for version in versions),
        taught=taught_by_annotations(project, beliefs),
        scores=tuple(scores),
        n_chosen=int((chosen_judges(project) & (known.trusted >= 0)).sum()),
        suggested=tuple(v.name for v in versions if v.lf_version_id in chose),
        chose=has_chosen,
    )


@dataclass(frozen=True, slots=True)
class TrainedModels:
    """The end model and what it believes; the fusion, where people annotated enough rows.

    ``rows`` are those that the end model learnt. ``labels`` are those of the rows that judge,
    ``n_learnt`` the number of annotated rows.
    ``is_known`` marks the rows about which something is known: a vote, or a known word.
    ``counts_for`` is how many rows the annotated ones count for: fewer where they were chosen by
    class.
    """

    model: SoftLabelClassifier
    probs: NDArray[np.float64]
    fusion: Fusion | None
    rows: NDArray[np.int64]
    labels: NDArray[np.int64]
    n_learnt: int
    is_known: NDArray[np.bool_]
    counts_for: float

    @property
    def chosen(self) -> tuple[str, NDArray[np.float64]]:
        """The name of the mix, or of the end model where there is none, and what it believes."""
        return (END_MODEL, self.probs) if self.fusion is None else (MIX, self.fusion.pool.probs)


def fit_end_model(
    project: Project,
    X: StoredFeatures | WithVectors,
    targets: NDArray[np.float64],
    known: KnownLabels,
    seed: int,
    tell: Callable[[str], None],
) -> TrainedModels:
    """Train the end model by itself, or within the mix.

    Parameters
    ----------
    project
        The project.
    X
        Features (n, d) of all examples.
    targets
        What each row is to be learnt as, (n, K).
    known
        What people and label models say.
    seed
        Of folds and samples.
    tell
        Called with the name of a stage before it begins.
    """
    rows, beliefs, decided = known.rows, known.beliefs, known.decided
    annotated, n_learnt = np.flatnonzero(known.judges.annotated >= 0), int((decided >= 0).sum())
    labels = known.judges.annotated[annotated]
    n_classes = len(project.classes)
    fusion, counts_for = None, float(len(annotated))
    is_known = np.concatenate([X[block].getnnz(axis=1) > 0 for block in row_blocks(X.shape[0])])
    tells_apart = len(np.unique(labels)) > 1
    if beliefs is not None and len(annotated) >= MIN_FUSED and tells_apart:
        flat = np.full(n_classes, 1 / n_classes)
        learnable = np.zeros(len(targets), dtype=np.bool_)
        learnable[rows] = True
        # Where people are level, what those of them say who judge is learnt too.
        taught = np.where(decided >= 0, decided, known.judges.annotated)
        learnt = np.flatnonzero(taught >= 0)
        untaught, soft = None, targets
        if known.taught:
            others = untaught_beliefs(project, beliefs, known.taught)
            untaught = (others.votes, others.probs)
            from_model = known.labels.origin_is(Origin.MODEL)
            learnable &= ~from_model | others.is_known
            soft = np.where(from_model[:, None], others.probs, targets)
        fusion = fuse(
            X,
            stored_votes(project, known.versions)[: len(decided)],
            np.where(beliefs.informed[:, None], beliefs.probs, flat),
            soft,
            learnable,
            known.labels.is_weak,
            annotated,
            labels,
            learnt=(learnt, taught[learnt]),
            untaught=untaught,
            weight=training_weights(known.labels),
            rng=np.random.default_rng(seed),
            tell=tell,
        )
        counts_for = float(fusion.trust.sum())
    if fusion is not None and beliefs is not None and counts_for >= MIN_FUSED:
        model, probs = fusion.end_model, fusion.opinions[-1].probs
        rows = fusion.rows
        is_known |= beliefs.informed
    else:
        fusion = None
        tell("end model")
        rows = _learnt_rows(rows, known.labels, np.random.default_rng(seed))
        weight = training_weights(known.labels)[rows]
        model = SoftLabelClassifier(n_classes).fit(X[rows], targets[rows], sample_weight=weight)
        probs = model.predict_proba(X)
    return TrainedModels(model, probs, fusion, rows, labels, n_learnt, is_known, counts_for)


def _learnt_rows(
    rows: NDArray[np.int64], labels: Labels, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return the rows to learn from, people's labels before others."""
    by_people = labels.origin_is("annotation", "correction")[rows]
    mine, others = rows[by_people], rows[~by_people]
    drawn = sample_by_class(others, labels.labels[others], MAX_TRAINED - len(mine), rng)
    return np.union1d(mine, drawn)


def has_top(probs: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return the rows whose two best classes differ, (n,).

    Parameters
    ----------
    probs
        Probabilities (n, K).
    """
    best = np.partition(probs, -2, axis=1)[:, -2:]
    return np.asarray(best[:, 1] - best[:, 0] > 1e-9)


def training_targets(
    labels: Labels, beliefs: ModelBeliefs | None, n_classes: int
) -> NDArray[np.float64]:
    """Return target probabilities (n, K): soft where the label model gives the label.

    Parameters
    ----------
    labels, beliefs
        The resolved labels, and what the label model believes, where there is one.
    n_classes
        The number K of classes.
    """
    targets = np.zeros((len(labels.labels), n_classes))
    hard = np.flatnonzero(labels.labels >= 0)
    targets[hard, labels.labels[hard]] = 1.0
    if beliefs is not None:
        from_model = labels.origin_is(Origin.MODEL)
        targets[from_model] = beliefs.probs[from_model]
    return targets


def training_weights(labels: Labels) -> NDArray[np.float64]:
    """Return what each row's label weighs, (n,): a default is a rule's word, and often wrong.

    Parameters
    ----------
    labels
        The resolved labels.
    """
    return np.where(labels.origin_is(DEFAULT), DEFAULT_WEIGHT, 1.0)


def compare_models(
    X: StoredFeatures | WithVectors, trained: TrainedModels, known: KnownLabels
) -> tuple[ModelScore, ...]:
    """Score what was trained beside the label models and the annotations alone.

    Where the end model learnt nothing else, the annotations alone are left out: they are the same.

    Parameters
    ----------
    X
        Features (n, d) of all examples.
    trained
        What was trained.
    known
        What people and label models say.
    """
    trusted = known.judges.trusted
    scores = [score_model(END_MODEL, trained.probs, has_top(trained.probs), trusted)]
    scores += known.scores
    if trained.fusion:
        scores.insert(0, _score_chosen(trained, trusted))
        for opinion in trained.fusion.opinions:
            if opinion.name in (WEAK_MODEL, ANNOTATIONS):
                believed = opinion.probs
                scores.append(score_model(opinion.name, believed, has_top(believed), trusted))
        return tuple(scores)
    learnt = np.flatnonzero(known.decided >= 0)
    # Of nothing but annotations, the end model is the classifier that learns them alone.
    is_same = known.beliefs is None and np.array_equal(learnt, trained.rows)
    if len(np.unique(known.decided[learnt])) > 1 and not is_same:
        alone = SoftLabelClassifier(trained.probs.shape[1])
        believed = alone.fit(X[learnt], known.decided[learnt]).predict_proba(X)
        scores.append(score_model(ANNOTATIONS, believed, has_top(believed), trusted))
    return tuple(scores)


def score_unseen(
    trained: TrainedModels, known: KnownLabels, repeats: NDArray[np.bool_]
) -> ModelScore | None:
    """Score what was trained on the evaluation rows that say something else than what it learnt.

    Parameters
    ----------
    trained
        What was trained.
    known
        What people and label models say.
    repeats
        The evaluation rows that repeat what was learnt, (n,).

    Returns
    -------
    ModelScore or None
        None where no row repeats any, or too few do not.
    """
    trusted = np.where(repeats, NO_LABEL, known.judges.trusted)
    is_judged = repeats.any() and (trusted >= 0).sum() >= MIN_JUDGED
    return _score_chosen(trained, trusted) if is_judged else None


def _score_chosen(trained: TrainedModels, trusted: NDArray[np.int64]) -> ModelScore:
    name, probs = trained.chosen
    return score_model(name, probs, has_top(probs), trusted)


def held_out_scores(trained: TrainedModels, known: KnownLabels) -> tuple[ModelScore, ...]:
    """Score the parts of the mix on the annotated rows, each held out.

    Where their labels chose functions, the others alone judge if they are enough.

    Parameters
    ----------
    trained
        What was trained; without a mix there is nothing to score.
    known
        What people and label models say.
    """
    if trained.fusion is None:
        return ()
    judged = np.flatnonzero(~known.chose[known.judges.annotated >= 0])
    if len(judged) < MIN_JUDGED:
        judged = np.arange(len(trained.labels))
    parts = [(MIX, trained.fusion.held_out)]
    parts += [(opinion.name, opinion.held_out) for opinion in trained.fusion.opinions]
    return tuple(
        score_model(name, p[judged], has_top(p[judged]), trained.labels[judged])
        for name, p in parts
    )
