"""What repeated rows mean: the verdict on near-duplicates, leakage and conflicting labels."""

from __future__ import annotations

import numpy as np

from workbench.figures import counted, percent, points
from workbench.services.diagnose.lens_parts import (
    NOTHING,
    SEVERE_NOISE,
    blank_rows,
    gravest_first,
    kept,
    worst,
)
from workbench.services.diagnose.measure_duplicates import DuplicateFigures
from workbench.services.diagnose.rows import DiagnosisRows
from workbench.services.diagnose.verdicts import CANNOT_TELL, MILD, NONE, SEVERE, Lens
from workbench.services.last_export import duplicates_left_out
from workbench.types import Role

_SEVERE_DUPLICATES, _MILD_DUPLICATES = 0.3, 0.02
_LEAKED_SHARE = 0.01
_SHARED_SHARE = 0.1
_SCORED_ROLES = (Role.EVALUATION, Role.PRODUCTION)
_EXPORT = "workbench export FILE --without-duplicates"


def duplicate_lens(data: DiagnosisRows, figures: DuplicateFigures) -> Lens:
    """Judge the near-duplicates, what they leak and what they contradict."""
    counts, n = figures.counts, data.n_present - figures.counts.n_blank
    share = counts.n_rows / max(n, 1)
    verdict = SEVERE if share >= _SEVERE_DUPLICATES else MILD if share >= _MILD_DUPLICATES else NONE
    done, command = _at_export(data)
    found = (_repeated(figures, n) if n else "") + blank_rows(figures.blank, data.present, "")
    near = Lens(
        "near-duplicates",
        CANNOT_TELL if n < 2 else verdict,
        found.removeprefix("; ") + (done if counts.n_rows else ""),
        "let each text go out once: a repeated one counts twice, and may straddle a split"
        if share >= _MILD_DUPLICATES and command
        else NOTHING,
        command=command,
        figure=f"{percent(share)} repeat",
        evidence=kept(
            data.evidence(
                "near-duplicates",
                "row",
                "to leave out: all but one of a cluster and label",
                figures.leaving,
            ),
            data.evidence("semantic", "row", "saying the same in other words", figures.semantic),
            data.evidence("blank", "row", "with nothing to read", np.flatnonzero(figures.blank)),
        ),
    )
    contradicts = _conflicts(data, figures)
    parts = (near, _leakage(data, figures), contradicts)
    to_act_on = (part for part in (parts[1], contradicts, near) if part.advice != NOTHING)
    leading = next(iter(gravest_first(to_act_on)), None)
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
    is_severe = len(figures.conflicting) >= SEVERE_NOISE * n_labels
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
                "conflicting",
                "row",
                "of clusters that hold two labels",
                figures.conflicting,
                clusters=figures.found.cluster,
            )
        ),
    )


def _at_export(data: DiagnosisRows, role: Role = Role.TRAIN) -> tuple[str, str]:
    """Say that an export leaves the near-duplicates of a role out, or the command that would.

    Neither where no row of the role has a label: there is nothing to export yet.
    """
    run_id = duplicates_left_out(data.project, role)
    if run_id is not None:
        return f"; the newest export leaves them out (run {run_id})", ""
    if not (data.labels[data.role == role] >= 0).any():
        return "", ""
    return "", _EXPORT if role == Role.TRAIN else f"{_EXPORT} --role {role}"


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
        "; ".join(side.advice for side in found if side.advice != NOTHING) or NOTHING,
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
        done, command = _at_export(data)
        finding += done.replace("them", "these training rows")
        if command:
            advice = f"leave out training rows that evaluation rows repeat: {harm}"
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
                "evaluation row",
                "repeating training rows",
                figures.leaked_evaluation,
            ),
            data.evidence(
                "leaked-production",
                "production row",
                "repeating training rows",
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
    done = ""
    if is_other.any():
        advice = "leave out production rows that repeat evaluation rows wherever you judge by both"
        done, command = _at_export(data, Role.PRODUCTION)
        command = command if (data.labels[is_other] >= 0).any() else ""
    else:
        advice = "bring in other production rows: all there are repeat evaluation rows"
        command = f"workbench import FILE --role {Role.PRODUCTION}"
    return Lens(
        "leakage",
        SEVERE if many else MILD,
        f"{counts.shared_evaluation_rows:,} evaluation and {counts.shared_production_rows:,}"
        f" production rows repeat each other ({counted(counts.shared_clusters, 'cluster')} without"
        f" a training row){done}",
        NOTHING if done else f"{advice}: they are one test of a model, not two",
        command=command,
        why="leaks before scores: where both hold the same rows, evaluation and production agree"
        " more than they will on new ones",
        evidence=kept(
            data.evidence(
                "shared",
                "evaluation and production row",
                "repeating each other",
                figures.shared,
                clusters=figures.found.cluster,
            )
        ),
    )
