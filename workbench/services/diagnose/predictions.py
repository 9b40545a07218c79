"""Claims that follow from the figures and that later data can refute."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from workbench.figures import bounds, counted, p_value, percent, points, score
from workbench.methods.imbalance import class_report, imbalance_ratio
from workbench.methods.intervals import rows_to_exclude, rows_to_part, wilson
from workbench.services.audit.blame import worst_classes
from workbench.services.diagnose.measure_noise import NoiseFigures
from workbench.services.diagnose.measure_shift import ALPHA
from workbench.services.diagnose.rows import DiagnosisRows
from workbench.services.diagnose.score_labels import Scored, Scores
from workbench.services.diagnose.verdicts import (
    FAILED,
    HELD,
    OPEN,
    DuplicateCounts,
    LabelShiftFigures,
    Prediction,
    Shift,
)

MIN_ROWS = 20
"""Fewer rows leave a claim open."""

_HEAVY_RATIO = 10
_HIGH_ACCURACY = 0.85
_LOST_RECALL = 0.25
_EASY_AUC = 0.7
_FALL = 0.03
_NEAREST = 0.005
"""Nothing tells shares apart that are nearer: no count of rows is named."""

_MIN_CLASS_ROWS = 10
_MIN_SUSPECTS = 5


@dataclass(frozen=True, slots=True)
class Measures:
    """What claims are made from and checked against.

    ``other`` names the compared group, ``drawn`` are the labelled rows that can stand for it, see
    `workbench.services.diagnose.drawn_labels`; ``accuracy`` is that of the reference, out of fold.
    ``tells_classes`` is as of `workbench.services.diagnose.measure_classes.ClassFigures`.
    """

    data: DiagnosisRows
    run_id: int
    scores: Scores
    counts: DuplicateCounts
    noise: NoiseFigures | None
    shift: Shift | None
    label_shift: LabelShiftFigures | None
    other: str
    drawn: NDArray[np.int64]
    accuracy: float | None
    tells_classes: bool

    @property
    def trusted(self) -> Scored | None:
        """Evaluation rows where there are enough of them."""
        evaluation = self.scores.elsewhere.get("evaluation")
        if evaluation is not None and len(evaluation.rows) >= MIN_ROWS:
            return evaluation
        return None


Outcome = tuple[str, str, int]
"""The outcome, what was observed, and the rows it was observed on."""


def predict(now: Measures, earlier: Sequence[Prediction] = ()) -> tuple[Prediction, ...]:
    """Make the claims that the figures allow, check them, and check earlier ones again.

    Parameters
    ----------
    now
        The figures of now.
    earlier
        The predictions of the previous diagnosis. One that says the same as a new one is kept in
        its place, so that it is seen how long it has stood.
    """
    made = filter(None, (make(now) for make in (_noise, _minority, _production, _shares, _leakage)))
    kept = {(p.kind, p.subject): p for p in earlier}
    claims = list(kept.values())
    claims += [p for p in made if (p.kind, p.subject) not in kept]
    return tuple(_checked(claim, now) for claim in claims)


def _claim(
    now: Measures,
    kind: str,
    subject: str,
    claim: str,
    because: str,
    low: float,
    high: float,
    otherwise: float | None = None,
) -> Prediction:
    return Prediction(kind, subject, claim, because, low, high, now.run_id, OPEN, "", 0, otherwise)


def _noise(now: Measures) -> Prediction | None:
    """Where wrong labels gather in a class, the worst recall is there."""
    if now.noise is None or not now.tells_classes:
        return None
    rates = now.noise.by_class
    worst = worst_classes(rates)[0]
    rest_n = sum(rate.n for rate in rates) - worst.n
    rest = (sum(rate.n_suspects for rate in rates) - worst.n_suspects) / max(rest_n, 1)
    if worst.n_suspects < _MIN_SUSPECTS or worst.low <= rest:
        return None
    return _claim(
        now,
        "noise-recall",
        worst.group,
        f"no class has a lower recall than {worst.group}",
        f"the audit doubts {percent(worst.rate)} of its labels and {percent(rest)} of the others",
        0,
        1,
    )


def _minority(now: Measures) -> Prediction | None:
    """Where classes are very uneven, accuracy is high and the rarest class is lost."""
    counts = np.bincount(now.data.labels[now.data.labelled], minlength=now.data.n_classes)
    if not counts.any() or (ratio := imbalance_ratio(counts[counts > 0])) < _HEAVY_RATIO:
        return None
    rarest = now.data.project.classes[int(np.where(counts > 0, counts, counts.max() + 1).argmin())]
    return _claim(
        now,
        "minority-recall",
        rarest,
        f"accuracy is at least {percent(_HIGH_ACCURACY, 0)}, and yet less than"
        f" {percent(_LOST_RECALL, 0)} of {rarest} is found",
        f"the largest class is {ratio:.0f} times as large",
        0,
        _LOST_RECALL,
    )


def _production(now: Measures) -> Prediction | None:
    """Where two groups are easily told apart, accuracy falls on the other one."""
    shift = now.shift
    is_found = shift is not None and shift.p_value <= ALPHA and shift.auc >= _EASY_AUC
    if shift is None or not is_found or now.accuracy is None:
        return None
    bound = max(now.accuracy - _FALL, 0)
    return _claim(
        now,
        "other-accuracy",
        now.other,
        f"accuracy on {now.other} rows is below {percent(bound)}",
        f"they are told apart with AUC {score(shift.auc)}; out-of-fold accuracy is"
        f" {percent(now.accuracy)}",
        0,
        bound,
    )


def _shares(now: Measures) -> Prediction | None:
    """Where class shares shift, a random sample of the other group has the estimated ones."""
    label = now.label_shift
    if label is None or not label.found:
        return None
    # An interval that holds the old share predicts nothing: it fits where no share moves, too.
    moved = [one for one in label.shares if not one.em_low <= one.source <= one.em_high]
    if not moved:
        return None
    row = max(moved, key=lambda one: abs(one.em - one.source))
    return _claim(
        now,
        "other-share",
        f"{now.other}: {row.name}",
        f"of {now.other} rows labelled at random, {percent(row.em_low, 0)} to"
        f" {percent(row.em_high, 0)} are {row.name}",
        f"class shares shift ({p_value(label.p_value)}); it is {percent(row.source, 0)} now",
        row.em_low,
        row.em_high,
        otherwise=row.source,
    )


def _leakage(now: Measures) -> Prediction | None:
    """Where evaluation rows leaked, the score falls without them."""
    n = now.counts.leaked_evaluation_rows
    if not n:
        return None
    return _claim(
        now,
        "clean-score",
        "evaluation",
        "accuracy on evaluation rows is lower without those that repeat training rows",
        f"{counted(n, 'evaluation row')} {'repeats' if n == 1 else 'repeat'} training rows",
        0,
        1,
    )


def _checked(claim: Prediction, now: Measures) -> Prediction:
    outcome, observed, n = _CHECKS[claim.kind](claim, now)
    return replace(claim, outcome=outcome, observed=observed, n=n)


def _no_class(name: str) -> str:
    return f"there is no class {name} any more: it was renamed, merged or retired"


def _too_few(n: int, name: str) -> str:
    return f"{counted(n, 'labelled row')} of {name} {'is' if n == 1 else 'are'} too few"


def _few_drawn(now: Measures) -> str:
    """Say that the other group has too few labels to check a claim; empty where it has enough."""
    n = len(now.drawn)
    if n >= MIN_ROWS:
        return ""
    return f"{counted(n, 'labelled row')} of {now.other}; at least {MIN_ROWS} would do"


def _no_model(reason: str) -> str:
    return f"no model can be scored: {reason}" if reason else ""


def _check_noise(claim: Prediction, now: Measures) -> Outcome:
    trusted, names = now.trusted, now.data.project.classes
    if claim.subject not in names:
        return OPEN, _no_class(claim.subject), 0
    if trusted is None:
        # Out of fold the labels that are doubted would be held to the doubts about them.
        few = f"fewer than {MIN_ROWS} evaluation rows to measure recall on"
        return OPEN, _no_model(now.scores.why_not("evaluation")) or few, 0
    report = class_report(trusted.true, trusted.predicted, len(names))
    k, n = names.index(claim.subject), report.n
    enough = report.support >= _MIN_CLASS_ROWS
    if not enough[k] or enough.sum() < 2:
        return OPEN, _too_few(report.support[k], claim.subject), n
    lowest = int(np.where(enough, report.recall, 2).argmin())
    said = f"recall of {claim.subject} is {percent(report.recall[k])}"
    if report.recall[k] <= report.recall[lowest]:
        others = enough & (np.arange(len(names)) != k)
        following = int(np.where(others, report.recall, 2).argmin())
        said += f", the lowest; of {names[following]} {percent(report.recall[following])}"
        if report.recall_high[k] < report.recall_low[others].min():
            return HELD, said, n
        return OPEN, f"{said}: too close to tell on {n:,} rows", n
    said += f", of {names[lowest]} {percent(report.recall[lowest])}"
    if report.recall_low[k] > report.recall_high[lowest]:
        return FAILED, said, n
    return OPEN, f"{said}: too close to tell on {n:,} rows", n


def _check_minority(claim: Prediction, now: Measures) -> Outcome:
    scored, names = now.trusted or now.scores.inside, now.data.project.classes
    if claim.subject not in names:
        return OPEN, _no_class(claim.subject), 0
    if scored is None:
        return OPEN, _no_model(now.scores.why_not_inside), 0
    report = class_report(scored.true, scored.predicted, len(names))
    k, n = names.index(claim.subject), report.n
    if not now.trusted and k in now.scores.not_judged:
        return OPEN, _no_model(now.scores.copies), n
    if report.support[k] < _MIN_CLASS_ROWS:
        return OPEN, _too_few(report.support[k], claim.subject), n
    recall = f"recall of {claim.subject} {percent(report.recall[k])}"
    of = f"of {scored.model}" if now.trusted else "out of fold"
    said = f"accuracy is {percent(report.accuracy)}, {recall}, {of}"
    if report.recall_low[k] > claim.high or report.accuracy_high < _HIGH_ACCURACY:
        return FAILED, said, n
    if report.recall_high[k] < claim.high and report.accuracy_low >= _HIGH_ACCURACY:
        return HELD, said, n
    return OPEN, f"{said}: too close to tell on {n:,} rows", n


def _check_accuracy(claim: Prediction, now: Measures) -> Outcome:
    if claim.subject != now.other:
        return OPEN, f"{claim.subject} rows were not compared this time", 0
    scored = now.scores.elsewhere.get("other")
    n = len(now.drawn if scored is None else scored.rows)
    if scored is None or n < MIN_ROWS:
        return OPEN, _no_model(now.scores.why_not("other")) or _few_drawn(now), n
    hits = int(scored.is_right.sum())
    low, high = (float(bound) for bound in wilson(hits, n))
    said = f"accuracy is {percent(hits / n)} {bounds(low, high)} on {n:,} labelled rows"
    said += f", of {scored.model}"
    if high < claim.high:
        return HELD, said, n
    if low > claim.high:
        return FAILED, said, n
    said += ": too close to tell"
    if abs(hits / n - claim.high) >= _NEAREST:
        said += f"; about {rows_to_exclude(claim.high, hits / n):,} would tell, if it stays so"
    return OPEN, said, n


def _check_share(claim: Prediction, now: Measures) -> Outcome:
    # Names of classes and of groups may hold a colon.
    group, names = now.other, now.data.project.classes
    name = claim.subject.removeprefix(f"{group}: ")
    if name == claim.subject:
        return OPEN, f"{claim.subject}: these rows were not compared this time", 0
    if name not in names:
        return OPEN, _no_class(name), 0
    n = len(now.drawn)
    if lacking := _few_drawn(now):
        return OPEN, lacking, n
    hits = int((now.data.labels[now.drawn] == names.index(name)).sum())
    low, high = (float(bound) for bound in wilson(hits, n))
    said = f"{percent(hits / n, 0)} {bounds(low, high, 0)} of {n:,} labelled rows are {name}"
    if low > claim.high or high < claim.low:
        return FAILED, said, n
    before = claim.otherwise
    if before is None or not low <= before <= high:
        return HELD, said, n
    said += f": too close to tell from the {percent(before, 0)} of before"
    if claim.low <= before <= claim.high:
        return OPEN, said, n
    needed = rows_to_part(before, claim.low if before < claim.low else claim.high)
    return OPEN, f"{said}; {needed:,} would tell", n


def _check_leakage(claim: Prediction, now: Measures) -> Outcome:
    found = now.counts.inflation
    if not now.counts.leaked_evaluation_rows:
        return OPEN, "no evaluation row repeats a training row any more", 0
    if found is None:
        scored = now.scores.elsewhere.get("evaluation")
        unscored = "no evaluation row has a label"
        if scored is not None:
            unscored = "the labelled evaluation rows all repeat training rows, or none does"
        return OPEN, _no_model(now.scores.why_not("evaluation")) or unscored, 0
    said = (
        f"accuracy is {percent(found.accuracy)} with and {percent(found.clean_accuracy)} without"
        f" them, of {found.model}"
        f" (inflation {points(found.inflation, found.low, found.high)})"
    )
    if found.low > 0:
        return HELD, said, found.n_rows
    if found.high <= 0:
        return FAILED, said, found.n_rows
    return OPEN, f"{said}: too close to tell", found.n_rows


_CHECKS: dict[str, Callable[[Prediction, Measures], Outcome]] = {
    "noise-recall": _check_noise,
    "minority-recall": _check_minority,
    "other-accuracy": _check_accuracy,
    "other-share": _check_share,
    "clean-score": _check_leakage,
}
