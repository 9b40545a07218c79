"""The learning curve: what the labels spent so far have bought, and what more would."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.errors import UsageError
from workbench.figures import counted, percent
from workbench.methods.learner import SoftLabelClassifier
from workbench.methods.learning_curve import (
    Score,
    expected_gain,
    importance_weights,
    prediction_stability,
    score,
    stability_partners,
    stopping_reasons,
)
from workbench.methods.threads import single_threaded
from workbench.methods.uncertainty import margin
from workbench.services.arguments import check_word, seed_of
from workbench.services.batches import chosen_judges, left_rows, not_drawn
from workbench.services.curve_history import (
    MIN_STEP,
    LabelHistory,
    curve_ends,
    first_labels,
    label_history,
)
from workbench.services.labels import given_labels, roles, trusted_labels
from workbench.services.project import Project
from workbench.services.quick_fit import LearntRows, quick_fit
from workbench.services.text_space import check_embedder, text_space
from workbench.types import Progress, ProgressCallback, Role

NEXT = 100
"""For so many labels more the gain is estimated."""


MIN_EVALUATION = 50
MIN_RANDOM = 20
"""With fewer rows to judge on, there is no curve."""

MAX_WATCHED = 2_000
"""Rows that are left on which stability and uncertainty are measured."""

N_FOLDS = 8
FEW_JUDGED = 0.2
"""Where so small a share of the labels is random, models are fitted without all of it at once."""

OF_EVALUATION = "accuracy is that on rows like these"
OF_POOL = (
    "accuracy is that on the pool as it was when the batches were drawn, with its copies, as if"
    " none of its rows had been learnt from; on the rows that are left it is mostly higher, since"
    " the doubtful ones were asked"
)

ALL_ANNOTATED = "every training row is annotated"

JUDGES = ("auto", "evaluation", "random")


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """A model on the first ``n_labels`` labels; intervals are 95 %.

    ``batch`` is the newest batch among them and ``kind_of_batch`` its strategy. ``stability`` is
    Cohen's kappa with the newest point of at least 50 labels, and a tenth, fewer; ``uncertainty``
    the mean over the rows that are left, in [0, 1].
    """

    n_labels: int
    batch: int | None
    accuracy: float | None
    accuracy_low: float | None
    accuracy_high: float | None
    macro_f1: float | None
    macro_f1_low: float | None
    macro_f1_high: float | None
    stability: float | None
    uncertainty: float | None
    kind_of_batch: str | None


@dataclass(frozen=True, slots=True)
class Gain:
    """What the next 100 labels are expected to add to the accuracy, as shares, with its interval.

    How far it can be trusted: `workbench.methods.learning_curve.expected_gain`.
    """

    accuracy: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class StopHint:
    """Whether it is time to stop, and the signs, a sentence each."""

    should_stop: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CurveResult:
    """The curve; ``judged_on`` says which rows, ``n_judged`` how many of them.

    ``n_with_copies`` of them stand for copies that were drawn too, and models learn from these; the
    others are held out. ``reading`` says of which rows the accuracy is.
    """

    points: tuple[CurvePoint, ...]
    judged_on: str
    n_judged: int
    next_100: Gain | None
    stop: StopHint
    notes: tuple[str, ...]
    reading: str = ""
    n_with_copies: int = 0


@dataclass(frozen=True, slots=True)
class _Judges:
    """Rows to judge models on: their truth and weights, and the fold each is held out in.

    ``fold`` is -1 where models may learn from whatever there is. A row that stands for several
    draws is there once for each; ``n_with_copies`` rows do.
    """

    rows: NDArray[np.int64]
    truth: NDArray[np.int64]
    weights: NDArray[np.float64]
    fold: NDArray[np.int64]
    name: str
    reading: str
    n_with_copies: int = 0


def curve(
    project: Project,
    *,
    on: str = "auto",
    embedder: str | None = None,
    seed: int | None = None,
    progress: ProgressCallback | None = None,
) -> CurveResult:
    """Refit the model as it was after each batch, and judge it on evaluation or on random rows.

    The rows to judge on are the evaluation rows where 50 have a label and were not chosen, else the
    random rows of the batches: held out, and weighted by what each stands for
    (`workbench.methods.learning_curve.importance_weights`). Only a random row that stands for
    copies of it as well is learnt from: its copies are in the pool. Nothing is written.

    Parameters
    ----------
    project
        The project.
    on
        ``evaluation`` or ``random`` rows; ``auto`` chooses.
    embedder
        What models learn from, see `workbench.services.text_space.text_space`.
    seed
        Of folds and resamples; the project's by default.
    progress
        Called before each point.

    Raises
    ------
    UsageError
        If ``on`` is none of these, or asks for rows of which there are too few.
    """
    if on not in JUDGES:
        raise UsageError(
            f"there are no rows {on!r} to judge on", hint=f"One of {', '.join(JUDGES)}."
        )
    seed = seed_of(project, seed)
    check_word("embedder", embedder)
    check_embedder(project, embedder)
    rng = np.random.default_rng(seed)
    history = label_history(project)
    is_chosen = chosen_judges(project)
    n_chosen = int(is_chosen.sum())
    judges = _judges(project, history, on, is_chosen, rng)
    is_left = left_rows(project, Role.TRAIN).is_left
    n_left = int(is_left.sum())
    missing, remedy = _too_few(
        on, int((history.n_draws > 0).sum()), n_left, n_chosen, _more_evaluation(project)
    )
    if judges is None and on != "auto":
        raise UsageError(missing, hint=remedy)
    if len(history.rows) < MIN_STEP or len(np.unique(history.labels)) < 2:
        more = "workbench propose" if n_left else "workbench import FILE"
        needs = f"{MIN_STEP} annotated training rows, of two classes{_without_given(project)}"
        return _nothing(f"a curve needs {needs}: {more}", n_left)
    if judges is None:
        return _nothing(f"{missing}: {remedy}", n_left)
    space = text_space(project, embedder=embedder)
    rows_left = np.flatnonzero(is_left)
    watched = np.sort(rng.choice(rows_left, min(n_left, MAX_WATCHED), replace=False))
    ends = curve_ends(history)
    n_classes = len(project.classes)
    points: list[CurvePoint] = []
    is_right: list[NDArray[np.bool_]] = []
    seen_before: list[NDArray[np.int64]] = []
    with single_threaded():
        for i, end in enumerate(ends):
            if progress:
                progress(Progress("curve", i, len(ends)))
            seen = first_labels(history, end)
            if len(np.unique(seen.labels)) < 2:
                continue
            predicted = _predict(space.features, seen, judges, n_classes)
            fitted = quick_fit(space.features, _learnt(seen, n_classes), seed=seed)
            probs = fitted.beliefs(space.features, watched) if len(watched) else None
            found = score(predicted, judges.truth, n_classes, weights=judges.weights, rng=rng)
            is_right.append(predicted == judges.truth)
            stability = None
            if probs is not None:
                seen_before.append(probs.argmax(axis=1))
                partner = stability_partners([*(point.n_labels for point in points), end])[-1]
                if partner is not None:
                    stability = prediction_stability(seen_before[partner], seen_before[-1])
            uncertainty = None if probs is None else float(margin(probs).mean())
            points.append(_point(history, end, found, stability, uncertainty))
    gain = expected_gain(
        [point.n_labels for point in points],
        np.array(is_right).reshape(len(points), -1),
        NEXT,
        weights=judges.weights,
    )
    should_stop, reasons = stopping_reasons(
        [point.stability for point in points if point.stability is not None],
        points[-1].uncertainty if points else None,
        gain,
    )
    if not n_left:
        should_stop, reasons = True, (ALL_ANNOTATED, *reasons)
    n_judged = len(np.unique(judges.rows))
    lowest = points[-1].accuracy_low if points else None
    if n_judged < MIN_EVALUATION and lowest is not None:
        few = f"only {n_judged} rows judge: the accuracy may be as low as {percent(lowest)}"
        reasons = (*reasons, few)
    notes = [] if gain else ["the gain of more labels shows from three points on"]
    if n_chosen:
        notes.append(f"{not_drawn(n_chosen)}, so they do not judge")
    n_judged_classes = len(np.unique(judges.truth))
    if n_judged_classes < n_classes:
        notes.append(
            f"macro-F1 is that of {n_judged_classes} of {n_classes} classes: the judged rows hold"
            " none of the others"
        )
    return CurveResult(
        points=tuple(points),
        judged_on=judges.name,
        n_judged=n_judged,
        next_100=None if gain is None else Gain(gain.accuracy, gain.low, gain.high),
        stop=StopHint(should_stop, reasons),
        notes=tuple(notes),
        reading=judges.reading,
        n_with_copies=judges.n_with_copies,
    )


def _nothing(note: str, n_left: int) -> CurveResult:
    stop = StopHint(False, ()) if n_left else StopHint(True, (ALL_ANNOTATED,))
    return CurveResult((), "", 0, None, stop, (note,))


def _too_few(
    on: str, n_random: int, n_left: int, n_chosen: int, more_evaluation: str
) -> tuple[str, str]:
    """Say which rows to judge on are missing, and how to get them."""
    evaluation = f"fewer than {MIN_EVALUATION} evaluation rows with a label"
    if n_chosen:
        evaluation += f" ({not_drawn(n_chosen)}, and do not count)"
    random = f"fewer than {MIN_RANDOM} annotated random rows ({n_random} so far)"
    more_random = (
        f"workbench propose -n {MIN_RANDOM - n_random} --strategy random, or annotate on: a tenth"
        " of each batch of 5 rows or more is random"
    )
    if n_left < MIN_RANDOM - n_random:
        left = f"only {counted(n_left, 'training row')} left" if n_left else ALL_ANNOTATED
        more_random = f"{left}, so judge on evaluation rows: {more_evaluation}"
    missing, remedy = {
        "evaluation": (evaluation, f"{more_evaluation}, or judge on others: --on random"),
        "random": (random, more_random),
        "auto": (f"{evaluation} and {random}", more_random),
    }[on]
    return f"there are {missing} to judge on", remedy


def _more_evaluation(project: Project) -> str:
    """Return the command that brings evaluation rows with a label."""
    has_none = left_rows(project, Role.EVALUATION).is_left & (given_labels(project) < 0)
    if has_none.any():
        return f"workbench propose -n {MIN_EVALUATION} --role evaluation"
    return "workbench import FILE --role evaluation"


def _without_given(project: Project) -> str:
    """Say that labels of files are none of the labels spent, where there are any."""
    is_given = (given_labels(project) >= 0) & (roles(project) == Role.TRAIN)
    return " (labels that came with a file do not count)" if is_given.any() else ""


def _judges(
    project: Project,
    history: LabelHistory,
    on: str,
    is_chosen: NDArray[np.bool_],
    rng: np.random.Generator,
) -> _Judges | None:
    """Return the rows to judge on, or None where there are too few."""
    trusted = trusted_labels(project)
    rows = np.flatnonzero((trusted >= 0) & ~is_chosen)
    if on != "random" and len(rows) >= MIN_EVALUATION:
        even = np.full(len(rows), 1 / len(rows))
        never = np.full(len(rows), -1, np.int64)
        return _Judges(rows, trusted[rows], even, never, "evaluation rows", OF_EVALUATION)
    if on == "evaluation" or (history.n_draws > 0).sum() < MIN_RANDOM:
        return None
    weights = importance_weights(
        history.batch, history.n_draws, [drawn.n_pool for drawn in history.draws]
    )
    # Rows chosen for a reason are what models learn from; what is left stands for all rows.
    judged = np.flatnonzero(history.n_draws)
    n_draws = history.n_draws[judged]
    share = len(judged) / len(history.rows)
    n_folds = 1 if share <= FEW_JUDGED else N_FOLDS
    fold = rng.permutation(np.arange(len(judged)) % n_folds)
    # Where a copy was drawn too, models that learn from it are what the rest of the pool meets.
    fold[n_draws > 1] = -1
    drawn = np.repeat(np.arange(len(judged)), n_draws)
    each = (weights[judged] / n_draws)[drawn]
    return _Judges(
        history.rows[judged][drawn],
        history.labels[judged][drawn],
        each / each.sum(),
        fold[drawn],
        "random rows of the batches",
        OF_POOL,
        int((n_draws > 1).sum()),
    )


def _learnt(seen: LabelHistory, n_classes: int) -> LearntRows:
    # In the order of the pool, as what chooses batches has them: the same folds.
    order = np.argsort(seen.rows)
    targets = np.eye(n_classes)[seen.labels[order]]
    return LearntRows(seen.rows[order], targets, np.ones(len(order)), len(order), len(order))


def _fit(
    features: Any, rows: NDArray[np.int64], labels: NDArray[np.int64], n_classes: int
) -> SoftLabelClassifier:
    model = SoftLabelClassifier(n_classes, class_weight="balanced")
    return model.fit(features[rows], labels)


def _predict(
    features: Any, seen: LabelHistory, judges: _Judges, n_classes: int
) -> NDArray[np.int64]:
    """Return what models on the rows seen say of the judged rows, each held out."""
    predicted = np.zeros(len(judges.rows), np.int64)
    for fold in np.unique(judges.fold):
        mine = judges.fold == fold
        keep = (
            ~np.isin(seen.rows, judges.rows[mine]) if fold >= 0 else np.ones(len(seen.rows), bool)
        )
        if not keep.any():
            continue
        model = _fit(features, seen.rows[keep], seen.labels[keep], n_classes)
        predicted[mine] = model.predict_proba(features[judges.rows[mine]]).argmax(axis=1)
    return predicted


def _point(
    history: LabelHistory,
    end: int,
    found: Score,
    stability: float | None,
    uncertainty: float | None,
) -> CurvePoint:
    batch = int(history.batch[end - 1])
    drawn = history.draws[batch] if history.draws else None
    return CurvePoint(
        n_labels=end,
        batch=None if drawn is None else drawn.run_id,
        accuracy=found.accuracy,
        accuracy_low=found.accuracy_low,
        accuracy_high=found.accuracy_high,
        macro_f1=found.macro_f1,
        macro_f1_low=found.macro_f1_low,
        macro_f1_high=found.macro_f1_high,
        stability=stability,
        uncertainty=uncertainty,
        kind_of_batch=None if drawn is None else drawn.strategy,
    )
