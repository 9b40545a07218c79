"""The learning curve: what the labels spent so far have bought, and what more would."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from workbench.errors import UsageError
from workbench.figures import counted, listed, percent
from workbench.methods.expected_gain import MIN_POINTS, ExpectedGain, expected_gain
from workbench.methods.learning_curve import Score
from workbench.methods.row_choice import sample_rows
from workbench.methods.stopping import (
    prediction_stability,
    stability_partners,
    stopping_reasons,
)
from workbench.methods.threads import single_threaded
from workbench.methods.uncertainty import margin
from workbench.result import Result
from workbench.services.arguments import check_word, seed_of
from workbench.services.batch_draws import chosen_judges, not_drawn
from workbench.services.batches import left_rows
from workbench.services.curve.history import (
    BEFORE_ALL,
    MIN_STEP,
    LabelHistory,
    curve_ends,
    label_history,
    outdated_rows,
)
from workbench.services.curve.judged_beliefs import judged_beliefs, score_of, weights_of_left
from workbench.services.curve.judges import NOT_OF_ALL, CurveJudges, curve_judges
from workbench.services.curve.missing_judges import ALL_ANNOTATED, MIN_EVALUATION, too_few
from workbench.services.embed.text_space import check_embedder, text_space
from workbench.services.labels import given_labels, rows_of_role
from workbench.services.learnt_rows import GIVEN, PEOPLE, WEAK, Lessons, learnt_from, lessons
from workbench.services.project import Project
from workbench.services.quick_fit import quick_fit
from workbench.types import NO_LABEL, Progress, ProgressCallback, Role

NEXT = 100
"""For so many labels more the gain is estimated."""


FEW_OF_CLASS = 5
"""Fewer judged rows of a class leave its F1 wide open."""

MAX_WATCHED = 2_000
"""Rows that are left on which stability and uncertainty are measured."""

CAME_LATER = (
    "what the next 100 labels bring cannot be told: too few random rows are of the rows that came"
    " later"
)
JUMPED = (
    "what the next 100 labels bring cannot be told: between the newest points the accuracy does not"
    " follow the laws of learning that are assumed"
)
JUMPED_BEFORE = "since before these the accuracy does not follow the laws of learning assumed"

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

    It is that on new rows: like the evaluation rows that judge, or like those that random ones are
    drawn from. On the rows that are left the accuracy rises more, as the doubtful ones are asked.
    How far it can be trusted: `workbench.methods.expected_gain.expected_gain`.
    """

    accuracy: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Beside:
    """Labels that models learn from beside those spent: ``n_learnt`` of the ``n`` that there are.

    ``kind`` is ``corrected`` (by a review, of a row that was not annotated), ``given`` (with a
    file) or ``weak`` (of the label model, or the default class).
    """

    kind: str
    n_learnt: int
    n: int


@dataclass(frozen=True, slots=True)
class StopHint:
    """Whether it is time to stop, and the signs, a sentence each."""

    should_stop: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CurveResult(Result):
    """The curve; ``judged_on`` says which rows, ``n_judged`` how many of them.

    ``n_with_copies`` of them stand for copies that were drawn too and are of their class, so that
    models learn from these; the others are held out. ``reading`` says of which rows the accuracy
    is. ``n_contested`` rows would judge, but annotators do not agree on them, ``n_outdated`` have a
    label of a class that is gone, and ``n_unanswered`` were skipped or flagged. Random rows do not
    stand for ``n_aside`` rows that are left and were skipped; 0 where they are few.
    ``n_unseen`` training rows came too late for the rows that judge: the accuracy is that on the
    others. The answers to ``n_disputed`` rows that judge differ, and a share of ``answer_error`` of
    all answers is wrong by that: scores are corrected for wrong labels. ``beside`` says what else
    models learn from.
    """

    points: tuple[CurvePoint, ...]
    judged_on: str
    n_judged: int
    next_100: Gain | None
    stop: StopHint
    notes: tuple[str, ...]
    reading: str = ""
    n_with_copies: int = 0
    n_contested: int = 0
    n_outdated: int = 0
    n_unanswered: int = 0
    n_aside: int = 0
    n_unseen: int = 0
    n_disputed: int = 0
    answer_error: float | None = None
    beside: tuple[Beside, ...] = ()

    @property
    def learnt_beside(self) -> str:
        """Say what models learn from beside the labels spent; empty where it is nothing."""
        if not self.beside:
            return ""
        told = [
            f"{each.n:,} {each.kind}"
            if each.n_learnt == each.n
            else f"{each.n_learnt:,} of {each.n:,} {each.kind}"
            for each in self.beside
        ]
        listed = " and ".join(filter(None, [", ".join(told[:-1]), told[-1]]))
        thing = "label" if self.beside[-1].n == 1 else "labels"
        return f"models learn from what people said beside {listed} {thing}"


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
    (`workbench.methods.learning_curve.stratified_weights`, `tilted_weights`). The accuracy is that
    on the rows that are left; where too few random rows were drawn from those that came later, on
    the older ones. Only a random row that stands for copies of it as well is learnt from, where
    its label holds for them (`workbench.methods.judged_draws.judged_draws`): these are in the pool.
    Beside the labels spent, models learn from what the quick fit of `propose` learns from now:
    given and weak labels (`workbench.services.learnt_rows`), but never of a row that they are
    judged on. Nothing is written.

    Parameters
    ----------
    project
        The project.
    on
        ``evaluation`` or ``random`` rows; ``auto`` chooses.
    embedder
        What models learn from, see `workbench.services.embed.text_space.text_space`.
    seed
        Of folds, and of the rows that are watched; the project's by default.
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
    now = lessons(project)
    learnt = learnt_from(now, seed=seed)
    is_chosen = chosen_judges(project)
    n_chosen = int(is_chosen.sum())
    judges = curve_judges(project, history, on, is_chosen, float(learnt.weights.sum()), rng)
    is_left = left_rows(project, Role.TRAIN).is_left
    n_left = int(is_left.sum())
    n_outdated = int(outdated_rows(project).sum())
    n_open = n_left + n_outdated
    missing, remedy = too_few(project, history, on, n_left, n_chosen)
    if judges is None and on != "auto":
        raise UsageError(missing, hint=remedy)
    if len(history.rows) < MIN_STEP or not learnt.tells_classes_apart:
        more = "workbench propose" if n_left else "workbench import FILE"
        if n_outdated:
            more = (
                f"label {counted(n_outdated, 'row')} anew whose class is gone: workbench annotate"
                " --queue outdated"
            )
        needs = f"{MIN_STEP} annotated training rows, of two classes{_without_given(project)}"
        return _nothing(f"a curve needs {needs}: {more}", n_open)
    if judges is None:
        return _nothing(f"{missing}: {remedy}", n_open)
    watched = sample_rows(np.flatnonzero(is_left), MAX_WATCHED, rng)
    space = text_space(project, embedder=embedder, among=(Role.TRAIN, Role.EVALUATION))
    points: list[CurvePoint] = []
    is_right: list[NDArray[np.bool_]] = []
    seen_before: list[NDArray[np.int64]] = []
    weights = judges.weights
    with single_threaded():
        for end, known in _at_each_point(project, now, history, progress):
            learnt = learnt_from(known, seed=seed)
            if not learnt.tells_classes_apart:
                continue
            fitted = quick_fit(space.features, learnt, seed=seed)
            judged = judged_beliefs(space.features, known, judges, fitted, seed=seed)
            predicted = judged.argmax(axis=1)
            probs = fitted.beliefs(space.features, watched) if len(watched) else None
            if probs is not None:
                weights = weights_of_left(
                    judges,
                    judged,
                    watched,
                    probs,
                    is_taught=known.labels[watched] != NO_LABEL,
                    is_learnt=np.isin(watched, learnt.rows),
                )
            learnt_beliefs = fitted.beliefs(space.features, judges.rows)
            found = score_of(judges, judged, learnt_beliefs, weights)
            is_right.append(predicted == judges.truth)
            stability = None
            if probs is not None:
                seen_before.append(probs.argmax(axis=1))
                partner = stability_partners([*(point.n_labels for point in points), end])[-1]
                if partner is not None:
                    stability = prediction_stability(seen_before[partner], seen_before[-1])
            uncertainty = None if probs is None else float(margin(probs).mean())
            points.append(_point(history, end, found, stability, uncertainty))
    if seen_before:
        is_unjudged = ~np.isin(seen_before[-1], judges.truth)
        judges = replace(judges, unjudged=float(is_unjudged.mean()))
    gain = None
    if not judges.n_unseen:
        gain = expected_gain(
            [point.n_labels for point in points],
            np.array(is_right).reshape(len(points), -1),
            NEXT,
            # On a fixed set of rows. Weighed like those that are left, sure rows would hide a gain.
            weights=judges.weights,
            strata=judges.stratum,
        )
    return CurveResult(
        points=tuple(points),
        judged_on=judges.name,
        n_judged=judges.n_judged,
        next_100=None if gain is None else Gain(gain.accuracy, gain.low, gain.high),
        stop=_stop_hint(points, gain, judges, n_open),
        notes=_notes(points, judges, n_chosen, project.classes),
        reading=judges.reading,
        n_with_copies=judges.n_with_copies,
        n_contested=judges.n_contested,
        n_outdated=judges.n_outdated,
        n_unanswered=judges.n_unanswered,
        n_aside=judges.n_aside,
        n_unseen=judges.n_unseen,
        n_disputed=0 if judges.doubt is None else judges.doubt.n_disputed,
        answer_error=None if judges.doubt is None else judges.doubt.of_rows.error,
        beside=_beside(now, history, learnt.rows) if points else (),
    )


def _at_each_point(
    project: Project, now: Lessons, history: LabelHistory, progress: ProgressCallback | None
) -> Iterator[tuple[int, Lessons]]:
    """Yield the ends of the curve's points, each with what could be learnt from then."""
    without_people = lessons(project, with_people=False)
    ends = curve_ends(history)
    for i, end in enumerate(ends):
        if progress:
            progress(Progress("curve", i, len(ends)))
        # A row that was annotated later had the label of its file, or a weak one.
        yield end, now.as_in(without_people, history.rows[end:])


def _stop_hint(
    points: Sequence[CurvePoint], gain: ExpectedGain | None, judges: CurveJudges, n_open: int
) -> StopHint:
    """Say whether to stop, and what speaks for and against it."""
    should_stop, reasons = stopping_reasons(
        [point.stability for point in points if point.stability is not None],
        points[-1].uncertainty if points else None,
        gain,
        is_of_all=judges.is_of_all,
    )
    if judges.n_unseen:
        should_stop, reasons = False, (*reasons, CAME_LATER)
    elif gain is None and len(points) >= MIN_POINTS:
        reasons = (*reasons, JUMPED)
    elif gain is not None and gain.n_before:
        first = points[gain.n_before].n_labels
        reasons = (
            *reasons,
            f"that rests on the points from {first:,} labels on, {JUMPED_BEFORE}",
        )
    if not n_open:
        should_stop, reasons = True, (ALL_ANNOTATED, *reasons)
    elif not judges.is_of_all:
        should_stop, reasons = False, (*reasons, NOT_OF_ALL)
    lowest = points[-1].accuracy_low if points else None
    if judges.n_judged < MIN_EVALUATION and lowest is not None:
        few = f"only {judges.n_judged} rows judge: the accuracy may be as low as {percent(lowest)}"
        reasons = (*reasons, few)
    return StopHint(should_stop, reasons)


def _notes(
    points: Sequence[CurvePoint], judges: CurveJudges, n_chosen: int, classes: Sequence[str]
) -> tuple[str, ...]:
    """Say what the curve lacks, and why."""
    notes = []
    if len(points) < MIN_POINTS and not judges.n_unseen:
        notes.append(f"the gain of more labels shows from {MIN_POINTS} points on")
    if n_chosen:
        notes.append(f"{not_drawn(n_chosen)}, so they do not judge")
    notes += judges.notes
    _, first_draw = np.unique(judges.rows, return_index=True)
    rows_of = np.bincount(judges.truth[first_draw], minlength=len(classes))
    n_judged_classes = int((rows_of > 0).sum())
    if n_judged_classes < len(classes):
        share = percent(judges.unjudged)
        those = f"; the model says that {share} of the rows left are of these"
        notes.append(
            f"macro-F1 is that of {n_judged_classes} of {len(classes)} classes: the judged rows"
            f" hold none of the others{those if judges.unjudged else ''}"
        )
    few_rows = np.flatnonzero((rows_of > 0) & (rows_of < FEW_OF_CLASS))
    few = [classes[k] for k in few_rows.tolist()]
    if few:
        notes.append(
            f"the interval of macro-F1 is wide since fewer than {FEW_OF_CLASS} judged rows are"
            f" {'of ' if len(few) == 1 else 'of each of '}{listed(few)}"
        )
    return tuple(notes)


def _nothing(note: str, n_open: int) -> CurveResult:
    stop = StopHint(False, ()) if n_open else StopHint(True, (ALL_ANNOTATED,))
    return CurveResult((), "", 0, None, stop, (note,))


def _without_given(project: Project) -> str:
    """Say that labels of files are none of the labels spent, where there are any."""
    is_given = (given_labels(project) >= 0) & rows_of_role(project, Role.TRAIN)
    return " (labels that came with a file do not count)" if is_given.any() else ""


def _beside(now: Lessons, history: LabelHistory, learnt: NDArray[np.int64]) -> tuple[Beside, ...]:
    """Count what models learn from beside the labels spent."""
    others = now.without(history.rows)
    kinds = {"corrected": PEOPLE, "given": GIVEN, "weak": WEAK}
    counts = {kind: others.said(by) for kind, by in kinds.items()}
    return tuple(
        Beside(kind, int(np.isin(rows, learnt).sum()), len(rows))
        for kind, rows in counts.items()
        if len(rows)
    )


def _point(
    history: LabelHistory,
    end: int,
    found: Score,
    stability: float | None,
    uncertainty: float | None,
) -> CurvePoint:
    batch = int(history.batch[:end].max())
    drawn = None if batch == BEFORE_ALL else history.draws[batch]
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
