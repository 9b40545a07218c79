"""What the figures of a diagnosis mean: the verdict of each lens, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from workbench.figures import bounds, counted, listed, percent, score
from workbench.services.audit.blame import STANDS_OUT, worst_classes
from workbench.services.diagnose.commands import more_labels, more_of_class
from workbench.services.diagnose.lens_parts import NOTHING, SEVERE_NOISE, blank_rows, kept
from workbench.services.diagnose.measure_classes import ClassFigures
from workbench.services.diagnose.measure_noise import NoiseFigures
from workbench.services.diagnose.rows import DiagnosisRows
from workbench.services.diagnose.score_labels import MIN_LABELLED, Scores
from workbench.services.diagnose.verdicts import (
    CANNOT_TELL,
    MILD,
    NONE,
    SEVERE,
    ClassRow,
    Lens,
    NoiseRow,
)
from workbench.services.diagnose.wrong_still import left_sentence, left_words
from workbench.services.review.progress import ReviewProgress

_SEVERE_RATIO, _MILD_RATIO = 10, 3
_WEAK_RECALL = 0.5
_TELLS_NOTHING = "a model of the labels tells the classes no better than chance"
_LOOK = "look at some rows by hand: the texts may not tell the class, or labels be dealt at random"
_BRING_TEXTS = "bring in the texts of the labelled rows: most hold nothing to read"
_MILD_NOISE = 0.02
_MOSTLY = 0.5
_REVIEW = "workbench review"

_no_verdict = partial(Lens, "label noise", CANNOT_TELL)


def imbalance_lens(
    data: DiagnosisRows, figures: ClassFigures, scores: Scores, blank: NDArray[np.bool_]
) -> Lens:
    """Judge the class shares, and whether the rarest class is lost; `blank` rows tell nothing."""
    imbalance = figures.imbalance
    n = len(data.labelled)
    if imbalance is None or n < MIN_LABELLED:
        are = "is" if n == 1 else "are"
        finding = f"{counted(n, 'labelled training row')} {are} too few to tell"
        finding = finding if n else "no training row has a label"
        return Lens("class imbalance", CANNOT_TELL, finding, *more_labels(data))
    seen = [row for row in figures.classes if row.n]
    rarest = min(seen, key=lambda row: row.n)
    missing = [row.name for row in figures.classes if not row.n]
    ratio = imbalance.ratio
    figure = counted(len(missing), "class") + " without a row" if ratio is None else _to_one(ratio)
    finding = (
        f"{rarest.name} has {counted(rarest.n, 'row')} ({percent(rarest.share)})"
        + ("" if ratio is None else f", {figure}")
        + f"; as uncertain as {imbalance.effective:.1f} equal classes of {len(figures.classes)}"
    )
    interval = ""
    if imbalance.accuracy is not None and imbalance.macro_f1 is not None:
        finding += (
            f"; out-of-fold accuracy {percent(imbalance.accuracy)} (always the largest class:"
            f" {percent(imbalance.majority_baseline)}), macro-F1 {score(imbalance.macro_f1)}"
        )
        interval = (
            f"macro-F1 {score(imbalance.macro_f1, imbalance.macro_f1_low, imbalance.macro_f1_high)}"
        )
    if why := scores.why_not_inside or scores.copies:
        finding += f"; not scored: {why}"
    if missing:
        finding += f"; no row of {listed(missing)}"
    finding += blank_rows(blank, data.labelled, "labelled training ")
    weak = rarest.recall is not None and rarest.recall < _WEAK_RECALL
    if ratio is None:
        verdict = SEVERE
    elif ratio >= _SEVERE_RATIO:
        verdict = SEVERE if weak else MILD
    else:
        verdict = MILD if ratio >= _MILD_RATIO else NONE
    advice, command, why = NOTHING, "", ""
    if verdict == NONE and scores.copies and (figures.tells_classes or scores.inside is None):
        verdict = CANNOT_TELL
        names = [data.project.classes[k] for k in scores.not_judged]
        advice = f"bring in rows of {listed(names)} in other words: copies teach no more than one"
        command = more_of_class(data, names[0], blank)[1]
    elif verdict == NONE and not figures.tells_classes:
        verdict = CANNOT_TELL
        if scores.inside is not None:
            finding += f"; {_TELLS_NOTHING}, so that none is known to be learnt"
        advice = _LOOK if blank[data.labelled].mean() < _MOSTLY else _BRING_TEXTS
    elif verdict != NONE:
        advice, command = more_of_class(data, missing[0] if missing else rarest.name, blank)
        if not missing and not weak:
            why = _why_rarest(figures, rarest)
    k = data.project.classes.index(rarest.name)
    rare = data.labelled[data.labels[data.labelled] == k]
    lost = taken_for = np.zeros(0, np.int64)
    if scores.inside is not None:
        is_lost = (scores.inside.true == k) & ~scores.inside.is_right
        lost, taken_for = scores.inside.rows[is_lost], scores.inside.predicted[is_lost]
    return Lens(
        "class imbalance",
        verdict,
        finding,
        advice,
        command=command,
        why=why,
        figure=figure,
        interval=interval,
        evidence=kept(
            data.evidence(
                "missed",
                "row",
                f"of {rarest.name} predicted as another class",
                lost,
                predicted=taken_for,
            ),
            data.evidence("rarest", "row", f"of {rarest.name}", rare),
        ),
    )


def _why_rarest(figures: ClassFigures, rarest: ClassRow) -> str:
    """Say why the rarest class comes first where it is not known to be missed."""
    said = f"imbalance before review: {rarest.name} has the fewest rows to learn from"
    found = [(row.recall, row.name) for row in figures.classes if row.recall is not None]
    if rarest.recall is None or not found:
        return said
    said += f", of which a model finds {percent(rarest.recall)}"
    least, name = min(found)
    return said if name == rarest.name else f"{said}; it finds least of {name} ({percent(least)})"


def _to_one(ratio: float) -> str:
    return f"1 to {ratio:.0f}"


def noise_lens(
    data: DiagnosisRows, figures: NoiseFigures | None, classes: ClassFigures, scores: Scores
) -> Lens:
    """Judge the labels by the newest audit, as far as a model of them knows anything."""
    if not len(data.labelled):
        return _no_verdict("there are no labels to doubt", "label some rows first")
    if scores.inside is None and scores.copies:
        advice = "audit the labels once each class has rows in other words"
        is_doubted = figures is not None and len(figures.suspects)
        return _no_verdict(scores.copies, advice, _REVIEW if is_doubted else more_labels(data)[1])
    if figures is None:
        return _no_verdict(
            "the labels have not been audited", "audit the labels", "workbench audit"
        )
    return _unjudged(data, figures, classes) or _judged(data, figures)


def _unjudged(data: DiagnosisRows, figures: NoiseFigures, classes: ClassFigures) -> Lens | None:
    """Say why an audit tells too little of the labels for a verdict; None where it tells enough."""
    n_doubted = len(figures.suspects)
    if not classes.tells_classes:
        return _no_verdict(
            f"{_TELLS_NOTHING}, so that its doubts ({n_doubted:,} of {figures.n_judged:,}"
            " labels) say nothing",
            _LOOK,
            _REVIEW if n_doubted else "",
        )
    n_now = len(data.labelled)
    n_seen = n_now - figures.n_changed - figures.n_came
    if n_seen < _MOSTLY * n_now:
        return _no_verdict(
            f"the audit saw {n_seen:,} of the {counted(n_now, 'training label')} there are now:"
            f" {figures.since}",
            "audit the labels again",
            "workbench audit",
        )
    n_known = figures.n_judged + figures.n_unjudged
    if figures.n_judged < _MOSTLY * n_known:
        return _no_verdict(
            f"no model has learnt the classes of {figures.n_unjudged:,} of"
            f" {counted(n_known, 'label')}, which the audit cannot judge; it doubts"
            f" {n_doubted:,} of the other {figures.n_judged:,}",
            *more_labels(data),
        )
    if not figures.n_judged:
        return _no_verdict(
            "every label that the audit could judge is flagged as ambiguous",
            "decide some of them: a flagged label counts neither as right nor as wrong",
        )
    return None


def _judged(data: DiagnosisRows, figures: NoiseFigures) -> Lens:
    """Judge the labels by what an audit doubts, and by what its review found."""
    audit, n_doubted, rate = figures.audit, len(figures.suspects), figures.rate
    worst_class = worst_classes(figures.by_class)[0]
    worst_rate = f"{percent(worst_class.rate)} {bounds(worst_class.low, worst_class.high)}"
    most = f"most in {worst_class.group}: {worst_rate}" if n_doubted else ""
    review, left = figures.review, figures.left
    still_wrong = left_words(left) if left is not None and left.n_random else ""
    still = "still " if review.n_reviewed else ""
    finding = (
        f"{n_doubted:,} of {counted(figures.n_judged, 'label')}"
        f"{' that the audit saw' if figures.since else ''} are {still}doubted"
        f" ({percent(rate)})"
    )
    if figures.since:
        finding += f", {figures.since}"
    if figures.n_unjudged:
        finding += f", {figures.n_unjudged:,} could not be audited"
    if n_doubted:
        finding += f"; most in {worst_class.group}: {percent(worst_class.rate)}"
    accused = [row for row in figures.rows if row.mark == STANDS_OUT]
    if accused:
        finding += "; " + ", ".join(f"{r.column} {r.group} {percent(r.rate)}" for r in accused[:3])
    finding += "".join(f"; {said}" for said in _reviewed(review))
    if left is not None:
        finding += f"; {left_sentence(left)}"
    learnt = figures.learnt
    if learnt:
        finding += f"; {learnt}"
    verdict = _noise_verdict(figures, accused)
    advice, command = NOTHING, _REVIEW if n_doubted else ""
    if verdict != NONE and n_doubted:
        advice = "review the suspects"
        if accused:
            column = accused[0].column
            advice = f"compare each {column} (workbench audit --by {column}), then {advice}"
    elif learnt and not n_doubted:
        advice, command = f"review the audit's random rows ({_REVIEW})", _REVIEW
    elif audit.n_suspects and not n_doubted:
        advice, command = _after_review(figures, review, verdict)
    return Lens(
        "label noise",
        verdict,
        finding,
        advice,
        command=command,
        figure=still_wrong or f"{percent(rate)} doubted",
        interval=f"{percent(rate)} doubted" if still_wrong else most,
        evidence=kept(
            data.evidence(
                "suspects",
                "label",
                "doubted by the audit",
                figures.suspects,
                predicted=figures.suggested,
            )
        ),
    )


def _reviewed(review: ReviewProgress) -> list[str]:
    """Say what the review of an audit found of its suspects, and which it does not ask for."""
    found = []
    if n := review.n_reviewed:
        said = f"of {counted(n, 'reviewed suspect')} {review.n_wrong:,} "
        said += "was wrong" if review.n_wrong == 1 else "were wrong"
        found.append(said + (f", {review.n_ambiguous:,} ambiguous" if review.n_ambiguous else ""))
    return [*found, *filter(None, [review.changed_note])]


def _noise_verdict(figures: NoiseFigures, accused: Sequence[NoiseRow]) -> str:
    """Judge the labels by what is doubted and by what a review knows, whichever is worse.

    A review answers the doubts that it is shown: what it leaves of them says nothing of the labels
    that the audit missed. Only its random rows do.
    """
    rate, left = figures.rate, figures.left
    if rate >= SEVERE_NOISE:
        return SEVERE
    is_mild = rate >= _MILD_NOISE or any(row.rate >= _MILD_NOISE for row in accused)
    if left is None or left.after is None:
        return MILD if is_mild else CANNOT_TELL if figures.learnt else NONE
    if left.after >= SEVERE_NOISE and left.after_low >= _MILD_NOISE:
        return SEVERE
    if is_mild or left.after >= _MILD_NOISE:
        return MILD
    audit = figures.audit
    was_doubted = audit.n_suspects >= _MILD_NOISE * max(audit.n_judged, 1)
    return CANNOT_TELL if figures.learnt or (was_doubted and not left.n_random) else NONE


def _after_review(figures: NoiseFigures, review: ReviewProgress, verdict: str) -> tuple[str, str]:
    """Return what to do where no doubt is left to act on, and the command."""
    waiting = {
        "evaluation row": review.n_evaluation_waiting,
        "random row": review.n_controls_waiting,
    }
    if n := sum(waiting.values()):
        rows = " and ".join(counted(n, thing) for thing, n in waiting.items() if n)
        return f"finish the review ({_REVIEW}): {rows} {'waits' if n == 1 else 'wait'}", _REVIEW
    if figures.due:
        return f"audit the labels again (workbench audit): {figures.due}", "workbench audit"
    if verdict not in (MILD, SEVERE):
        return NOTHING, ""
    command = "workbench review --report"
    return f"see where labels are wrong still ({command} --by COLUMN)", command
