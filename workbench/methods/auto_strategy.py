"""The strategy ``auto``: how a batch is divided, and what is measured to divide it.

Cold start: the typical rows of clusters. From 20 labels of two classes on, whoever gave them, the
batch is divided between typical rows of the clusters that the model is in doubt about, and doubtful
rows that cover the doubtful ones. The part of the clusters is the larger the more neighbours share
their class, and shrinks once there are more labels than classes: coverage for low budgets,
uncertainty for high ones (Hacohen, Dekel and Weinshall, ICML 2022). A random slice is in every
batch, and it grows where its labels have taught more than the chosen ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.checks import check_labels, check_probs
from workbench.methods.learner import SoftLabelClassifier
from workbench.methods.strategies import Query, has_place

COLD_START: Final = 20
"""With fewer labels, what a model is in doubt about says little."""

RANDOM_SHARE_AFTER_LOSS: Final = 0.5
"""Share of random rows once these have clearly taught more than the chosen ones."""

USELESS_NEIGHBOURS: Final = 0.5
"""Neighbours tell the class half as well as the model does: clusters are about other things."""

USEFUL_NEIGHBOURS: Final = 0.85
"""Neighbours tell it nearly as well: clusters are what the classes are about."""

MIN_MEASURED: Final = 20
"""Rows of each kind below which a gain is not measured."""

N_REPEATS: Final = 4
MAX_LEFT_OUT: Final = 40


@dataclass(frozen=True, slots=True)
class Share:
    """How many rows of a batch a strategy chooses, and why."""

    strategy: str
    n: int
    why: str


@dataclass(frozen=True, slots=True)
class MeasuredGain:
    """What a label of each kind brought: the fall of the log loss on random rows, a label.

    Attributes
    ----------
    chosen, random
        Of rows that a strategy chose, and of random ones; higher = better.
    noise
        Standard error of the difference.
    """

    chosen: float
    random: float
    noise: float

    @property
    def favours_random(self) -> bool:
        """Whether random rows have clearly taught more."""
        return self.random - self.chosen > 2 * self.noise


def divide(
    strategy: str,
    n: int,
    query: Query,
    random_share: float,
    gain: MeasuredGain | None,
    cluster_share: float,
) -> tuple[Share, ...]:
    """Divide a batch between strategies; the random rows come first.

    Parameters
    ----------
    strategy
        The one that was asked for.
    n
        Rows of the batch.
    query
        What is known.
    random_share
        Share of random rows, in [0, 1].
    gain
        What labels brought so far, or None.
    cluster_share
        Part of the other rows that clusters choose while there are few labels, in [0, 1].

    Returns
    -------
    tuple of Share
        Random rows, then the others, the largest part last; together `n` rows.
    """
    if strategy == "random":
        return (Share("random", n, "asked for"),)
    why = "the unbiased yardstick"
    if strategy == "auto" and gain is not None and gain.favours_random:
        random_share = max(random_share, RANDOM_SHARE_AFTER_LOSS)
        why = "random rows have taught more than chosen ones"
    n_random = int(random_share * n + 0.5)
    control, n_rest = Share("random", n_random, why), n - n_random
    if strategy != "auto":
        return (control, Share(strategy, n_rest, "asked for"))
    if query.probs is None:
        return (control, Share("typicality", n_rest, "there is no model yet"))
    if query.n_labels < COLD_START:
        return (control, Share("typicality", n_rest, f"fewer than {COLD_START} labels"))
    # With a label of each class, which clusters may show, doubtful rows teach more.
    part = cluster_share * min(1, query.n_classes / query.n_labels)
    n_clusters = int(part * n_rest + 0.5)
    parts = (
        Share("doubtful-clusters", n_clusters, "typical rows where the model is in doubt"),
        Share("doubtful-cover", n_rest - n_clusters, "rows like many that are in doubt"),
    )
    return (control, *sorted(parts, key=lambda part: part.n))


def cluster_share(geometry: npt.ArrayLike, held_out: npt.ArrayLike, labels: npt.ArrayLike) -> float:
    """Measure how far clusters can be trusted to be of one class.

    The cluster assumption (Chapelle, Schölkopf and Zien, "Semi-Supervised Learning", 2006, section
    1.2.2), tested on the annotated rows: how often the nearest other row has the same class, beside
    how often a model of the others is right, both above chance. From half as good (0) to 85 % as
    good (1), linear in between.

    Parameters
    ----------
    geometry
        Dense features of the annotated rows, shape (n, any).
    held_out
        What models that have not seen these rows say of them, shape (n, K)
        (`cross_fitting.out_of_fold_probabilities`).
    labels
        Their classes, shape (n,).

    Returns
    -------
    float
        In [0, 1]; 1 where there are too few rows to tell, or the model does no better than chance.

    Raises
    ------
    MethodError
        Where shapes or values are off.
    """
    points = np.asarray(geometry, np.float32)
    probs = check_probs(held_out)
    n_classes = probs.shape[1]
    truth = check_labels(labels, n_classes, n_rows=len(points))
    if len(probs) != len(truth):
        raise MethodError(f"held_out has {len(probs):,} rows, the labels {len(truth):,}")
    is_placed = has_place(points)
    if not is_placed.all():  # such rows have no neighbours
        points, probs, truth = points[is_placed], probs[is_placed], truth[is_placed]
    if len(truth) < COLD_START:
        return 1.0
    near = points @ points.T
    np.fill_diagonal(near, -np.inf)
    agreement = float((truth[near.argmax(axis=1)] == truth).mean())
    accuracy = float((probs.argmax(axis=1) == truth).mean())
    chance = float(np.square(np.bincount(truth, minlength=n_classes) / len(truth)).sum())
    if accuracy <= chance + 0.02:
        return 1.0
    ratio = (agreement - chance) / (accuracy - chance)
    useful = (ratio - USELESS_NEIGHBOURS) / (USEFUL_NEIGHBOURS - USELESS_NEIGHBOURS)
    return float(np.clip(useful, 0, 1))


def measured_gain(
    X: Any,
    labels: npt.ArrayLike,
    is_random: npt.ArrayLike,
    n_classes: int,
    *,
    rng: np.random.Generator,
) -> MeasuredGain | None:
    """Measure what a label of a chosen row has brought, and one of a random row.

    Models are fitted without some of the chosen rows, and without as many random ones; how much
    worse each is on held-out random rows is what these labels were worth (the derivative test of
    Hacohen and Weinshall, "How to Select Which Active Learning Strategy is Best Suited", NeurIPS
    2023, section 4).

    Parameters
    ----------
    X
        Features of the annotated rows, shape (n, d).
    labels
        Their classes, shape (n,).
    is_random
        Whether each was drawn evenly, shape (n,), bool.
    n_classes
        K.
    rng
        Source of what is left out.

    Returns
    -------
    MeasuredGain or None
        None with fewer than 20 rows of a kind.

    Raises
    ------
    MethodError
        Where shapes or values are off.
    """
    truth = check_labels(labels, n_classes, n_rows=X.shape[0])
    drawn = np.asarray(is_random, bool)
    if drawn.shape != truth.shape:
        raise MethodError(f"is_random has shape {drawn.shape}, not {truth.shape}")
    random_rows, chosen_rows = np.flatnonzero(drawn), np.flatnonzero(~drawn)
    if min(len(random_rows), len(chosen_rows)) < MIN_MEASURED:
        return None
    worth: dict[str, list[npt.NDArray[np.float64]]] = {"chosen": [], "random": []}
    for _ in range(N_REPEATS):
        judged, trained = np.array_split(rng.permutation(random_rows), 2)
        n_out = min(len(trained), len(chosen_rows) // 2, MAX_LEFT_OUT)
        keep = np.setdiff1d(np.arange(len(truth)), judged)
        full = _log_loss(X, truth, keep, judged, n_classes)
        for kind, rows in (("chosen", chosen_rows), ("random", trained)):
            without = np.setdiff1d(keep, rng.choice(rows, n_out, replace=False))
            worse = _log_loss(X, truth, without, judged, n_classes) - full
            worth[kind].append(worse / n_out)
    chosen, random = (np.concatenate(worth[kind]) for kind in ("chosen", "random"))
    # Each random row is judged in about half of the repeats: these are not independent.
    n_independent = min(len(random_rows), len(chosen))
    noise = float((random - chosen).std() / np.sqrt(n_independent))
    return MeasuredGain(float(chosen.mean()), float(random.mean()), noise)


def _log_loss(
    X: Any,
    labels: npt.NDArray[np.int64],
    trained: npt.NDArray[np.int64],
    judged: npt.NDArray[np.int64],
    n_classes: int,
) -> npt.NDArray[np.float64]:
    """Return the log loss of each judged row."""
    model = SoftLabelClassifier(n_classes).fit(X[trained], labels[trained])
    probs = model.predict_proba(X[judged])[np.arange(len(judged)), labels[judged]]
    return -np.log(np.clip(probs, 0.5 / len(trained), 1))
