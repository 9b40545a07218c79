"""What the figures of a diagnosis mean: the verdict of each lens, and what to do about it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench.figures import bounds, counted, percent, points, score
from workbench.services.diagnosis_commands import more_labels, more_of_class
from workbench.services.diagnosis_rows import DiagnosisRows
from workbench.services.lens_parts import NOTHING, blank_rows, gravest_first, kept, worst
from workbench.services.measure_classes import ClassFigures
from workbench.services.measure_duplicates import DuplicateFigures
from workbench.services.measure_noise import NoiseFigures
from workbench.services.review_progress import ReviewProgress
from workbench.services.score_labels import MIN_LABELLED, Scores
from workbench.services.verdicts import (
    CANNOT_TELL,
    MILD,
    NONE,
    SEVERE,
    STANDS_OUT,
    ClassRow,
    Lens,
)
from workbench.types import Role

_SEVERE_DUPLICATES, _MILD_DUPLICATES = 0.3, 0.02
_LEAKED_SHARE = 0.01
_SHARED_SHARE = 0.1
_SCORED_ROLES = (Role.EVALUATION, Role.PRODUCTION)
_SEVERE_RATIO, _MILD_RATIO = 10, 3
_EXPORT = "workbench export FILE --without-duplicates"
_WEAK_RECALL = 0.5
_TELLS_NOTHING = "a model of the labels tells the classes no better than chance"
_LOOK = "look at some rows by hand: the texts may not tell the class, or labels be dealt at random"
_BRING_TEXTS = "bring in the texts of the labelled rows: most hold nothing to read"
_SEVERE_NOISE, _MILD_NOISE = 0.08, 0.02
_MOSTLY = 0.5
_NAMED = 5
_REVIEW = "workbench review"


def duplicate_lens(data: DiagnosisRows, figures: DuplicateFigures) -> Lens:
    """Judge the near-duplicates, what they leak and what they contradict."""
    counts, n = figures.counts, data.n_present - figures.counts.n_blank
    share = counts.n_rows / max(n, 1)
    verdict = SEVERE if share >= _SEVERE_DUPLICATES else MILD if share >= _MILD_DUPLICATES else NONE
    near = Lens(
        "near-duplicates",
        CANNOT_TELL if n < 2 else verdict,
        _repeated(figures, n) + blank_rows(figures.blank, data.present, "")
        if n
        else blank_rows(figures.blank, data.present, "").removeprefix("; "),
        "let each text go out once: a repeated one counts twice, and may straddle a split"
        if share >= _MILD_DUPLICATES
        else NOTHING,
        command=_export(data),
        figure=f"{percent(share)} repeat",
        evidence=kept(
            data.evidence(
                "near-duplicates",
                "rows to leave out: all but one of a cluster and label",
                figures.leaving,
            ),
            data.evidence("semantic", "rows that say the same in other words", figures.semantic),
            data.evidence("blank", "rows that hold nothing to read", np.flatnonzero(figures.blank)),
        ),
    )
    contradicts = _conflicts(data, figures)
    parts = (near, _leakage(data, figures), contradicts)
    leading = next(iter(gravest_first((parts[1], contradicts, near))), None)
    return Lens(
        "duplicates",
        worst(parts),
        "; ".join(part.finding for part in parts),
        leading.advice if leading else NOTHING,
        command=leading.command if leading else "",
        figure=near.figure,
        evidence=tuple(e for part in parts for e in part.evidence),
        parts=parts,
    )


def _repeated(figures: DuplicateFigures, n: int) -> str:
    """Say how many of the rows that hold something to read repeat another."""
    counts = figures.counts
    said = (
        f"{counts.n_rows:,} of {counted(n, 'row')} ({percent(counts.n_rows / max(n, 1))}) repeat"
        f" another: {counts.n_exact:,} exactly, {counts.n_near:,} nearly"
    )
    more = counts.n_semantic
    return said if more is None else f"{said}, {more:,} more in other words"


def _conflicts(data: DiagnosisRows, figures: DuplicateFigures) -> Lens:
    """Judge the near-duplicates whose labels differ: in each cluster one is wrong at least."""
    n, n_labels = figures.counts.conflicting_clusters, int((data.labels >= 0).sum())
    clusters = counted(n, "cluster")
    if not n_labels:
        finding = "no row has a label that another could contradict"
        return Lens("conflicting labels", CANNOT_TELL, finding, NOTHING, figure=clusters)
    is_severe = len(figures.conflicting) >= _SEVERE_NOISE * n_labels
    return Lens(
        "conflicting labels",
        (SEVERE if is_severe else MILD) if n else NONE,
        f"{clusters} of near-duplicates {'holds' if n == 1 else 'hold'} two labels",
        "look at the near-duplicates that hold two labels: each may hide a wrong one"
        if n
        else NOTHING,
        figure=clusters,
        evidence=kept(
            data.evidence(
                "conflicting", "rows of clusters that hold two labels", figures.conflicting
            )
        ),
    )


def _export(data: DiagnosisRows) -> str:
    """Return the command that leaves near-duplicates out, which needs labels to write."""
    return _EXPORT if len(data.labelled) else ""


def _leakage(data: DiagnosisRows, figures: DuplicateFigures) -> Lens:
    """Judge the clusters that straddle the roles."""
    counts = figures.counts
    sides = [_into_training(data, figures)]
    if counts.shared_clusters:
        sides.append(_between_scored(data, figures))
    found = [side for side in sides if side.verdict in (MILD, SEVERE)]
    leading = (found or sides)[0]
    n = counts.leaked_evaluation_rows + counts.leaked_production_rows + len(figures.shared)
    is_measured = any(side.verdict != CANNOT_TELL for side in sides)
    return Lens(
        "leakage",
        worst(sides),
        "; ".join(side.finding for side in sides),
        "; ".join(side.advice for side in found) or NOTHING,
        command=next((side.command for side in found if side.command), ""),
        why=leading.why,
        figure=counted(n, "row") if is_measured else "",
        interval=sides[0].interval,
        evidence=tuple(e for side in sides for e in side.evidence),
    )


def _into_training(data: DiagnosisRows, figures: DuplicateFigures) -> Lens:
    """Judge the evaluation and production rows that repeat training rows."""
    counts, inflation = figures.counts, figures.counts.inflation
    n_evaluation, n_production = (int((data.role == r).sum()) for r in _SCORED_ROLES)
    n_scored = n_evaluation + n_production
    if not n_scored or n_scored == data.n_present:
        missing = "training" if n_scored else "evaluation or production"
        return Lens("leakage", CANNOT_TELL, f"there are no {missing} rows", NOTHING)
    finding = (
        f"{counts.leaked_evaluation_rows:,} evaluation and {counts.leaked_production_rows:,}"
        " production rows repeat training rows"
    )
    interval = ""
    if inflation is not None:
        finding += (
            f"; accuracy on evaluation rows is {percent(inflation.accuracy)} with and"
            f" {percent(inflation.clean_accuracy)} without them, of {inflation.model}"
        )
        interval = f"inflation {points(inflation.inflation, inflation.low, inflation.high)}"
    verdict, advice, command, why = NONE, NOTHING, "", ""
    if counts.leaked_evaluation_rows:
        many = counts.leaked_evaluation_rows >= _LEAKED_SHARE * n_evaluation
        verdict = SEVERE if many or (inflation is not None and inflation.low > 0) else MILD
        harm = "scores on these flatter"
        if inflation is not None and inflation.low <= 0:
            harm = "these are no test of a model"
            why = (
                "leaks before scores: leaked rows are no test of a model, though here no score is"
                f" known to be flattered by them ({interval})"
            )
        advice = f"leave out training rows that evaluation rows repeat: {harm}"
        command = _export(data)
    elif counts.leaked_production_rows >= max(1, _LEAKED_SHARE * n_production):
        verdict = MILD
        advice = (
            "leave out production rows that repeat training rows wherever you judge the model by"
            " production rows: they are no test of it"
        )
    return Lens(
        "leakage",
        verdict,
        finding,
        advice,
        command=command,
        why=why,
        interval=interval,
        evidence=kept(
            data.evidence(
                "leaked-evaluation",
                "evaluation rows that repeat training rows",
                figures.leaked_evaluation,
            ),
            data.evidence(
                "leaked-production",
                "production rows that repeat training rows",
                figures.leaked_production,
            ),
        ),
    )


def _between_scored(data: DiagnosisRows, figures: DuplicateFigures) -> Lens:
    """Judge the evaluation and production rows that repeat each other, and no training row."""
    counts = figures.counts
    is_production = data.role == Role.PRODUCTION
    many = counts.shared_evaluation_rows >= _SHARED_SHARE * (data.role == Role.EVALUATION).sum()
    is_other = is_production.copy()
    is_other[figures.shared] = False
    if is_other.any():
        advice = "leave out production rows that repeat evaluation rows wherever you judge by both"
        has_label = (data.labels[is_other] >= 0).any()
        command = f"{_EXPORT} --role {Role.PRODUCTION}" if has_label else ""
    else:
        advice = "bring in other production rows: all there are repeat evaluation rows"
        command = f"workbench import FILE --role {Role.PRODUCTION}"
    return Lens(
        "leakage",
        SEVERE if many else MILD,
        f"{counts.shared_evaluation_rows:,} evaluation and {counts.shared_production_rows:,}"
        f" production rows repeat each other ({counted(counts.shared_clusters, 'cluster')} without"
        " a training row)",
        f"{advice}: they are one test of a model, not two",
        command=command,
        why="leaks before scores: where both hold the same rows, evaluation and production agree"
        " more than they will on new ones",
        evidence=kept(
            data.evidence(
                "shared", "evaluation and production rows that repeat each other", figures.shared
            )
        ),
    )


def imbalance_lens(
    data: DiagnosisRows, figures: ClassFigures, scores: Scores, blank: NDArray[np.bool_]
) -> Lens:
    """Judge the class shares, and whether the rarest class is lost; `blank` rows tell nothing."""
    imbalance = figures.imbalance
    n = len(data.labelled)
    if imbalance is None or n < MIN_LABELLED:
        are = "is" if n == 1 else "are"
        finding = f"{counted(n, 'labelled training row')} {are} too few to tell"
        advice, command = more_labels(data)
        return Lens(
            "class imbalance",
            CANNOT_TELL,
            finding if n else "no training row has a label",
            advice,
            command=command,
        )
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
    elif scores.reason:
        finding += f"; not scored: {scores.reason}"
    if missing:
        more = f" and {len(missing) - _NAMED:,} more" if len(missing) > _NAMED else ""
        finding += f"; no row of {', '.join(missing[:_NAMED])}{more}"
    finding += blank_rows(blank, data.labelled, "labelled training ")
    weak = rarest.recall is not None and rarest.recall < _WEAK_RECALL
    if ratio is None:
        verdict = SEVERE
    elif ratio >= _SEVERE_RATIO:
        verdict = SEVERE if weak else MILD
    else:
        verdict = MILD if ratio >= _MILD_RATIO else NONE
    advice, command, why = NOTHING, "", ""
    if verdict == NONE and not figures.tells_classes:
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
    lost = np.zeros(0, np.int64)
    if scores.inside is not None:
        lost = scores.inside.rows[(scores.inside.true == k) & ~scores.inside.is_right]
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
            data.evidence("missed", f"rows of {rarest.name} predicted as another class", lost),
            data.evidence("rarest", f"rows of {rarest.name}", rare),
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


def noise_lens(data: DiagnosisRows, figures: NoiseFigures | None, classes: ClassFigures) -> Lens:
    """Judge the labels by the newest audit, as far as a model of them knows anything."""
    if not len(data.labelled):
        finding, advice = "there are no labels to doubt", "label some rows first"
        return Lens("label noise", CANNOT_TELL, finding, advice)
    if figures is None:
        finding, advice = "the labels have not been audited", "audit the labels"
        return Lens("label noise", CANNOT_TELL, finding, advice, command="workbench audit")
    audit, n_doubted, rate = figures.audit, len(figures.suspects), figures.rate
    if not classes.tells_classes:
        return Lens(
            "label noise",
            CANNOT_TELL,
            f"{_TELLS_NOTHING}, so that its doubts ({n_doubted:,} of {figures.n_judged:,}"
            " labels) say nothing",
            _LOOK,
            command=_REVIEW if n_doubted else "",
        )
    since = figures.since
    n_now = len(data.labelled)
    n_seen = n_now - figures.n_changed - figures.n_came
    if n_seen < _MOSTLY * n_now:
        return Lens(
            "label noise",
            CANNOT_TELL,
            f"the audit saw {n_seen:,} of the {counted(n_now, 'training label')} there are now:"
            f" {since}",
            "audit the labels again",
            command="workbench audit",
        )
    n_known = figures.n_judged + figures.n_unjudged
    if figures.n_judged < _MOSTLY * n_known:
        advice, command = more_labels(data)
        return Lens(
            "label noise",
            CANNOT_TELL,
            f"no model has learnt the classes of {figures.n_unjudged:,} of"
            f" {counted(n_known, 'label')}, which the audit cannot judge; it doubts"
            f" {n_doubted:,} of the other {figures.n_judged:,}",
            advice,
            command=command,
        )
    if not figures.n_judged:
        return Lens(
            "label noise",
            CANNOT_TELL,
            "every label that the audit could judge is flagged as ambiguous",
            "decide some of them: a flagged label counts neither as right nor as wrong",
        )
    worst_class = max(figures.by_class, key=lambda group: (group.n > 0, group.rate))
    review = figures.review
    still = "still " if review.n_reviewed else ""
    finding = (
        f"{n_doubted:,} of {counted(figures.n_judged, 'label')}"
        f"{' that the audit saw' if since else ''} are {still}doubted"
        f" ({percent(rate)})"
    )
    if since:
        finding += f", {since}"
    if figures.n_unjudged:
        finding += f", {figures.n_unjudged:,} could not be audited"
    if n_doubted:
        finding += f"; most in {worst_class.group}: {percent(worst_class.rate)}"
    accused = [row for row in figures.rows if row.mark == STANDS_OUT]
    if accused:
        finding += "; " + ", ".join(f"{r.column} {r.group} {percent(r.rate)}" for r in accused[:3])
    finding += "".join(f"; {said}" for said in _reviewed(review))
    verdict = SEVERE if rate >= _SEVERE_NOISE else MILD if rate >= _MILD_NOISE else NONE
    advice, command = NOTHING, _REVIEW if n_doubted else ""
    if verdict != NONE:
        advice = "review the suspects"
        if accused:
            column = accused[0].column
            advice = f"compare each {column} (workbench audit --by {column}), then {advice}"
    elif audit.n_suspects and not n_doubted:
        advice, command = _after_review(figures, review)
    return Lens(
        "label noise",
        verdict,
        finding,
        advice,
        command=command,
        figure=f"{percent(rate)} doubted",
        interval=f"{worst_class.group} {bounds(worst_class.low, worst_class.high)}",
        evidence=kept(data.evidence("suspects", "labels that the audit doubts", figures.suspects)),
    )


def _reviewed(review: ReviewProgress) -> list[str]:
    """Say what the review of an audit found of its suspects, and which it does not ask for."""
    found = []
    if n := review.n_reviewed:
        said = f"of {counted(n, 'reviewed suspect')} {review.n_wrong:,} "
        said += "was wrong" if review.n_wrong == 1 else "were wrong"
        found.append(said + (f", {review.n_ambiguous:,} ambiguous" if review.n_ambiguous else ""))
    return [*found, *filter(None, [review.changed_note])]


def _after_review(figures: NoiseFigures, review: ReviewProgress) -> tuple[str, str]:
    """Return what to do where no doubt waits any more, and the command; nothing, as a rule."""
    waiting = {
        "evaluation row": review.n_evaluation_waiting,
        "random row": review.n_controls_waiting,
    }
    if n := sum(waiting.values()):
        rows = " and ".join(counted(n, thing) for thing, n in waiting.items() if n)
        return f"finish the review ({_REVIEW}): {rows} {'waits' if n == 1 else 'wait'}", _REVIEW
    if review.missed_many or figures.is_due:
        why = "it missed many errors" if review.missed_many else "what it read has changed since"
        return f"audit the labels again (workbench audit): {why}", "workbench audit"
    return NOTHING, ""
