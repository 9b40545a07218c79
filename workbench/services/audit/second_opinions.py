"""What models that have not seen a row say of its label, and where they disagree with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from workbench.methods.confident import among_classes, find_label_issues, learnable_classes
from workbench.methods.cross_fitting import copied_classes
from workbench.methods.duplicates import find_duplicates
from workbench.methods.features import reduce, tells_topic
from workbench.methods.label_ranking import LabelRanking, rank_labels
from workbench.methods.label_views import N_NEIGHBORS, audit_probabilities, label_views
from workbench.methods.neighbours import Neighbours, nearest_neighbours
from workbench.methods.noise_structure import NoiseStructure, noise_structure
from workbench.methods.outliers import ambiguity, find_outliers, outlier_scores
from workbench.methods.row_blocks import row_blocks
from workbench.methods.row_choice import sample_rows
from workbench.services.beliefs import model_beliefs
from workbench.services.embed.stored_features import StoredFeatures, passing_features
from workbench.services.labels import Labels
from workbench.services.project import Project
from workbench.services.running import stage_teller
from workbench.types import Origin, ProgressCallback

MAX_NEIGHBOURED: Final = 20_000
"""Neighbours are looked for among at most so many rows; of more, a random sample is looked at."""

N_COMPONENTS: Final = 100
N_CANDIDATES: Final = 50
"""So many rows are looked at for the nearest ones of a row that may fit nowhere."""

N_WORDS: Final = 8

BETWEEN_CLASSES: Final = 0.8
"""From this margin uncertainty on, by every view, a row is called ambiguous."""

_STAGES = ("near-duplicates", "features", "out-of-fold models", "neighbours", "second opinions")


@dataclass(frozen=True, slots=True)
class SecondOpinions:
    """What speaks for and against the labels of some rows; arrays of shape (n,).

    ``probs`` (n, K) are the out-of-sample probabilities that confident learning reads, ``issues``
    the labels it doubts, ``ranking`` the order of all views, ``clusters`` which rows are
    near-duplicates. Nothing can be said of the labels of
    classes that no model has learnt, where ``is_learnable`` (K,) is False; ``copied`` (K,) counts
    the rows of those that are copies of each other (`copied_classes`). Of all rows, or of a
    random part of many, the neighbours are known: ``structure`` tests how their noise lies,
    ``slice_words`` are those of the noisy slice, ``outlier_score`` says how far off a row lies, and
    ``is_outlier`` marks the first row of each text that is far off (0 and False for the others).
    What is ``unlabelled`` is of the texts after these, (m, K) and (m,).
    """

    probs: NDArray[np.float64]
    issues: NDArray[np.bool_]
    is_learnable: NDArray[np.bool_]
    copied: NDArray[np.int64]
    ranking: LabelRanking
    ambiguity: NDArray[np.float64]
    structure: NoiseStructure
    in_slice: NDArray[np.bool_]
    slice_words: tuple[str, ...]
    outlier_score: NDArray[np.float64]
    is_outlier: NDArray[np.bool_]
    clusters: NDArray[np.int64]
    unlabelled_probs: NDArray[np.float64]
    unlabelled_clusters: NDArray[np.int64]


def second_opinions(
    texts: Sequence[str],
    given: NDArray[np.int64],
    n_classes: int,
    *,
    learnt: NDArray[np.bool_],
    own: NDArray[np.float64] | None = None,
    votes_view: NDArray[np.float64] | None = None,
    folder: Path | None = None,
    rng: np.random.Generator,
    progress: ProgressCallback | None = None,
) -> SecondOpinions:
    """Hold labels against models, neighbours and votes, all of which have not seen them.

    Parameters
    ----------
    texts
        The texts, n that have a label, then m that have none: these are only predicted.
    given
        The labels, (n,).
    n_classes
        K, the number of classes.
    learnt
        Rows that models may learn from, (n,); evaluation rows are only predicted.
    own
        Out-of-sample probabilities (n + m, K) of the user's model; they replace the audit's where
        they are not NaN.
    votes_view
        Probabilities (n, K) of a label model that has not seen the labels; flat where it says
        nothing.
    folder
        Where there is room for the features while they are needed.
    rng
        Source of folds and samples.
    progress
        Called before each stage.
    """
    tell = stage_teller(progress, "audit", _STAGES)
    tell("near-duplicates")
    groups = find_duplicates(texts, rng=rng).cluster
    tell("features")
    X = passing_features(texts, folder, rng=rng)
    tell("out-of-fold models")
    n_labelled, n = len(given), len(texts)
    # Where a label is needed to deal rows, those without one stand in classes as the others do.
    labels = np.resize(given, n)
    is_labelled = np.arange(n) < n_labelled
    may_learn = np.resize(learnt, n) & is_labelled
    probs = own
    if probs is None or np.isnan(probs).any():
        found = audit_probabilities(
            X, labels, n_classes, groups=groups, learnt=may_learn, told=is_labelled, rng=rng
        )
        probs = found if probs is None else np.where(np.isnan(probs), found, probs)
    tell("neighbours")
    is_whole = n <= MAX_NEIGHBOURED
    sampled = sample_rows(np.arange(n), MAX_NEIGHBOURED, rng)
    vectors = reduce(X[sampled], N_COMPONENTS, rng=rng)
    near = nearest_neighbours(vectors, N_NEIGHBORS, groups=groups[sampled])
    tell("second opinions")
    views = label_views(
        X, labels, probs, near if is_whole else None, groups=groups, learnt=may_learn, rng=rng
    )
    views = [view[:n_labelled] for view in views]
    if votes_view is not None:
        views.append(votes_view)
    ranking = rank_labels(given, views)
    structure = _structure(labels, ranking, may_learn, sampled, vectors, near, rng)
    in_slice = (_spread(structure.slice, sampled, n) & may_learn)[:n_labelled]
    score, is_outlier = _outliers(X, vectors, sampled, groups[sampled])
    unlabelled_probs, probs = probs[n_labelled:], probs[:n_labelled]
    unlabelled_clusters, groups = groups[n_labelled:], groups[:n_labelled]
    # What all views together recognise is not doubted: no class that is told has all rows in doubt.
    is_learnable = learnable_classes(
        given[learnt],
        probs[learnt],
        groups=groups[learnt],
        recognised=(ranking.suggested == given)[learnt],
    )
    copied = np.zeros(n_classes, np.int64)
    if own is None:  # a model that has learnt from other rows can be asked about copies
        copied = copied_classes(given[learnt], groups[learnt], n_classes)
    is_learnable &= copied == 0
    return SecondOpinions(
        probs=probs,
        issues=_issues(given, probs, learnt, is_learnable),
        is_learnable=is_learnable,
        copied=copied,
        ranking=ranking,
        ambiguity=ambiguity(views),
        structure=structure,
        in_slice=in_slice,
        slice_words=_words(X, in_slice, ranking.suggested),
        outlier_score=_spread(score, sampled, n)[:n_labelled],
        is_outlier=_spread(is_outlier, sampled, n)[:n_labelled],
        clusters=groups,
        unlabelled_probs=unlabelled_probs,
        unlabelled_clusters=unlabelled_clusters,
    )


def _spread(values: NDArray[Any], rows: NDArray[np.int64], n: int) -> NDArray[Any]:
    """Return values of some rows for all n, 0 for the others."""
    spread = np.zeros(n, values.dtype)
    spread[rows] = values
    return spread


def _issues(
    given: NDArray[np.int64],
    probs: NDArray[np.float64],
    learnt: NDArray[np.bool_],
    is_learnable: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Return the labels in doubt.

    Those of the rows learnt from are pruned among themselves. Evaluation rows are often too few to
    count flips: one is in doubt where it confidently belongs to another class, by the thresholds of
    all rows. Classes that no model has learnt take no part.
    """
    issues = np.zeros(len(given), np.bool_)
    if is_learnable.sum() < 2:
        return issues
    among = among_classes(probs, is_learnable)
    told = is_learnable[given]
    taught = told & learnt
    issues[taught] = find_label_issues(given[taught], among[taught])
    if not learnt.all():
        confident = np.zeros(len(given), np.bool_)
        confident[told] = find_label_issues(
            given[told], among[told], filter_by="confident_learning"
        )
        issues[~learnt] = confident[~learnt]
    return issues


def _outliers(
    X: StoredFeatures,
    vectors: NDArray[np.float32],
    sampled: NDArray[np.int64],
    groups: NDArray[np.int64],
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return how far off each row lies, and the first rows of the texts that are far off.

    Near-duplicates are one text: a text that was copied often has no more neighbours for that, and
    is one neighbour of others.
    """
    _, first, place = np.unique(groups, return_index=True, return_inverse=True)
    candidates = nearest_neighbours(vectors[first], N_CANDIDATES)
    score = outlier_scores(X[sampled[first]], candidates)
    is_outlier = np.zeros(len(groups), np.bool_)
    is_outlier[first] = find_outliers(score)
    return score[place], is_outlier


def _structure(
    given: NDArray[np.int64],
    ranking: LabelRanking,
    learnt: NDArray[np.bool_],
    sampled: NDArray[np.int64],
    vectors: NDArray[np.float32],
    near: Neighbours,
    rng: np.random.Generator,
) -> NoiseStructure:
    """Test whether the noise of the rows learnt from depends on their texts."""
    n_labelled, n_classes = ranking.probs.shape
    # The test looks at rows with a likely class; evaluation rows are not its business.
    probs = np.full((len(sampled), n_classes), 1 / n_classes)
    is_learnt = learnt[sampled] & (sampled < n_labelled)
    probs[is_learnt] = ranking.probs[sampled[is_learnt]]
    return noise_structure(given[sampled], probs, vectors, near, rng=rng)


def _words(
    X: StoredFeatures, in_slice: NDArray[np.bool_], likely: NDArray[np.int64]
) -> tuple[str, ...]:
    """Return the words that tell a slice from the other rows of its likely classes."""
    others = ~in_slice & np.isin(likely, np.unique(likely[in_slice]))
    if not in_slice.any() or not others.any():
        return ()
    excess = _mean(X, np.flatnonzero(in_slice)) - _mean(X, np.flatnonzero(others))
    is_word = np.array([tells_topic(name) for name in X.names])
    order = np.argsort(-np.where(is_word, excess, -np.inf), kind="stable")
    return tuple(X.names[i] for i in order[:N_WORDS] if excess[i] > 0)


def _mean(X: StoredFeatures, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the mean features of rows."""
    total = np.zeros(X.shape[1])
    for block in row_blocks(len(rows)):
        total += np.asarray(X[rows[block]].sum(axis=0), np.float64).ravel()
    return total / len(rows)


def label_model_view(
    project: Project, labels: Labels, rows: NDArray[np.int64]
) -> NDArray[np.float64] | None:
    """Return what the label model believes of rows whose label it has neither seen nor made.

    Parameters
    ----------
    project
        The project.
    labels
        The resolved ones.
    rows
        Positions of the rows, (n,).

    Returns
    -------
    ndarray or None
        (n, K), flat where it says nothing; None where it says nothing of any row.
    """
    beliefs = model_beliefs(project, "aggregate")
    if beliefs is None:
        return None
    is_apart = labels.origin_is(Origin.GIVEN)[rows] & beliefs.informed[rows]
    if not is_apart.any():
        return None
    probs = np.full((len(rows), len(project.classes)), 1 / len(project.classes))
    probs[is_apart] = beliefs.probs[rows][is_apart]
    return probs
