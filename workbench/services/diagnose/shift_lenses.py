"""The verdict on two groups of rows: whether texts, class shares or meanings differ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.figures import bounds, counted, p_value, percent, point_bounds, points, score
from workbench.safe_text import one_word
from workbench.services.column_values import TIMES_READ
from workbench.services.diagnose.commands import (
    balance_command,
    batch_command,
    group_command,
    unlabelled,
)
from workbench.services.diagnose.comparison_groups import Group
from workbench.services.diagnose.lens_parts import NOTHING, blank_rows, gravest_first, kept, worst
from workbench.services.diagnose.measure_shift import ALPHA, ShiftFigures
from workbench.services.diagnose.rows import FIRST_CHARACTERS, DiagnosisRows
from workbench.services.diagnose.verdicts import (
    CANNOT_TELL,
    MILD,
    NONE,
    SEVERE,
    ConceptFigures,
    LabelledShares,
    Lens,
    Shift,
)
from workbench.types import Role

_SEVERE_AUC = 0.7
_FAR_BELOW = 0.5
"""An AUC this many widths of the band below it is no chance: about 4 standard deviations."""
_SEVERE_SHARE = 0.15
_SEVERE_CONCEPT = 0.2
_MOSTLY = 0.5
_MATTERS = 0.1
"""Change of a share that matters: labels that do not tell it say nothing where none is found."""


def shift_lens(
    data: DiagnosisRows,
    figures: ShiftFigures,
    groups: tuple[Group, Group],
    blank: NDArray[np.bool_],
) -> Lens:
    """Judge the four kinds of shift, and all of them together; `blank` rows hold no text."""
    label = _label(data, figures, groups)
    covariate = _covariate(data, figures, figures.shift, groups, blank)
    concept = _concept(data, figures, groups, label.verdict in (MILD, SEVERE))
    drift = _drift(data, figures)
    parts = (covariate, label, concept, drift)
    found = gravest_first((covariate, concept, label, drift))
    told = [part for part in parts[:3] if part.verdict != CANNOT_TELL]
    shown = found or told or [parts[0]]
    return Lens(
        "distribution shift",
        # That rows are alike in time says nothing about two groups: it cannot make a verdict.
        worst((*parts[:3], *found)),
        "; ".join(part.finding for part in shown),
        shown[0].advice,
        command=shown[0].command,
        figure=shown[0].figure,
        interval=shown[0].interval,
        evidence=tuple(e for part in parts for e in part.evidence),
        parts=parts,
    )


def _import(groups: tuple[Group, Group]) -> tuple[str, str]:
    """Return how to fill the side that has no rows, or too few, and the command."""
    small = min(reversed(groups), key=lambda group: len(group.rows))
    if small.column != "role" or small.name == Role.PRODUCTION:
        what = "rows that the model shall meet, as production"
        return f"import {what}", "workbench import FILE --role production"
    return f"import {small.name} rows", f"workbench import FILE --role {small.name}"


def differences(shift: Shift) -> tuple[str, ...]:
    """Return in what two sets of rows differ, by the tests that tell."""
    return tuple(t.name.removeprefix("metadata:") for t in shift.tests if t.adjusted_p <= ALPHA)


def _covariate(
    data: DiagnosisRows,
    figures: ShiftFigures,
    shift: Shift | None,
    groups: tuple[Group, Group],
    blank: NDArray[np.bool_],
) -> Lens:
    other = groups[1]
    without_text = "".join(blank_rows(blank, group.rows, f"{group.name} ") for group in groups)
    if shift is None:
        advice, command = _import(groups)
        finding = figures.reasons["covariate"] + without_text
        return Lens("covariate shift", CANNOT_TELL, finding, advice, command=command)
    finding = (
        f"{shift.reference} and {shift.other} rows are told apart with AUC {score(shift.auc)}"
        f" (by chance {score(shift.null_low)} to {score(shift.null_high)};"
        f" all tests {p_value(shift.p_value)})"
    )
    if shift.auc < shift.null_low - _FAR_BELOW * (shift.null_high - shift.null_low):
        finding += (
            "; so far below chance, rows of the two sides seem paired: many have a near-copy on the"
            " other side"
        )
    is_there = shift.p_value <= ALPHA
    if is_there:
        finding += f"; they differ in {', '.join(differences(shift))}"
        if words := [one_word(word) for word in shift.words_production[:5]]:
            finding += f"; {shift.other} says: {', '.join(words)}"
    finding += without_text
    verdict, advice, command = NONE, NOTHING, ""
    if is_there:
        verdict = SEVERE if shift.auc >= _SEVERE_AUC else MILD
        if blank[other.rows].mean() >= _MOSTLY:
            advice = f"bring in the texts of the {shift.other} rows: most hold nothing to read"
        elif len(unlabelled(data, other.rows)):
            advice = f"annotate some {shift.other} rows: no score on older rows speaks for them"
            command = group_command(data, other)
        else:
            advice = (
                f"judge the model by the labels of the {shift.other} rows: no score on older rows"
                " speaks for them"
            )
    elif shift.null_low == shift.null_high:
        verdict = CANNOT_TELL
        finding += "; no word is in some texts and not in others, so that the words tell nothing"
        if data.n_long:
            texts = counted(data.n_long, "text")
            finding += f" (of {texts} only the {FIRST_CHARACTERS} were read)"
    return Lens(
        "covariate shift",
        verdict,
        finding,
        advice,
        command=command,
        figure=f"AUC {score(shift.auc)}",
        interval=f"by chance [{score(shift.null_low)}, {score(shift.null_high)}]",
        evidence=kept(
            data.evidence(
                "unlike", f"{shift.other} row", f"least like {shift.reference}", figures.unlike
            )
        )
        if is_there
        else (),
    )


def _label(data: DiagnosisRows, figures: ShiftFigures, groups: tuple[Group, Group]) -> Lens:
    other = groups[1]
    label, seen = figures.label, figures.labelled
    if seen is not None and (seen.p_value <= ALPHA or _reach(seen) <= _MATTERS):
        return _labelled(data, seen, other, _counting(figures, other))
    known = "" if seen is None else f"; {_said(seen, other)}"
    known += _counting(figures, other)
    if label is None:
        known_labels = data.labels[groups[0].rows]
        advice, command = _import(groups)
        if all(len(group.rows) for group in groups):
            if len(np.unique(known_labels[known_labels >= 0])) < 2:
                advice, command = f"label some {groups[0].name} rows in two classes", ""
            else:
                advice = "bring in more rows of both sides whose texts differ"
        return Lens(
            "label shift",
            CANNOT_TELL,
            f"class shares: {figures.reasons['label']}{known}",
            advice,
            command=command,
        )
    widest = max(label.shares, key=lambda row: abs(row.em - row.source))
    change = abs(widest.em - widest.source)
    figure = f"{widest.name} {percent(widest.source, 0)} to {percent(widest.em, 0)}"
    interval = bounds(widest.em_low, widest.em_high, 0)
    # The answers of a model differ; intervals that hold the old shares do not say by how much.
    is_open = label.found and all(row.em_low <= row.source <= row.em_high for row in label.shares)
    if not label.measurable or is_open:
        reason = label.reason
        if is_open:
            reason = f"what a model says of the rows differs, but {figure} {interval} may be none"
        command = group_command(data, other)
        has_open = len(unlabelled(data, other.rows)) > 0
        return Lens(
            "label shift",
            CANNOT_TELL,
            f"class shares: {reason}{known}",
            f"label a random sample of the {other.name} rows: it measures their shares directly"
            if has_open
            else f"import more {other.name} rows",
            command=command,
        )
    verdict, advice, command = NONE, NOTHING, ""
    if label.found:
        verdict = SEVERE if change >= _SEVERE_SHARE else MILD
        advice, command = _new_shares(data, {row.name: row.em for row in label.shares})
    return Lens(
        "label shift",
        verdict,
        f"class shares: {label.reason} ({p_value(label.p_value)}); the largest change is {figure}"
        f" {interval}{known}",
        advice,
        command=command,
        figure=figure,
        interval=interval,
    )


def _new_shares(data: DiagnosisRows, shares: dict[str, float]) -> tuple[str, str]:
    """Return what to do about new class shares, and the command where there is one for it."""
    command = balance_command(data, shares)
    if command:
        return "give the label model the class shares of the other side", command
    return "judge the model class by class: its plain accuracy rests on the old class shares", ""


def _labelled(data: DiagnosisRows, seen: LabelledShares, other: Group, counting: str) -> Lens:
    """Judge class shares by labels on both sides, which say more than any estimate."""
    widest = max(seen.shares, key=lambda row: abs(row.other - row.source))
    verdict, advice, command = NONE, NOTHING, ""
    if seen.p_value <= ALPHA:
        is_large = abs(widest.other - widest.source) >= _SEVERE_SHARE
        verdict = SEVERE if is_large else MILD
        advice, command = _new_shares(data, {row.name: row.other for row in seen.shares})
    return Lens(
        "label shift",
        verdict,
        f"class shares: {_said(seen, other)}{counting}",
        advice,
        command=command,
        figure=f"{widest.name} {percent(widest.source, 0)} to {percent(widest.other, 0)}",
        interval=bounds(widest.low, widest.high, 0),
    )


def _said(seen: LabelledShares, other: Group) -> str:
    """Say what labels on both sides show."""
    widest = max(seen.shares, key=lambda row: abs(row.other - row.source))
    return (
        f"of {seen.n_other:,} labelled {other.name} rows {percent(widest.other, 0)}"
        f" {bounds(widest.low, widest.high, 0)} are {widest.name}, of {seen.n_source:,} others"
        f" {percent(widest.source, 0)} ({p_value(seen.p_value)}, if they were drawn at random)"
    )


def _counting(figures: ShiftFigures, other: Group) -> str:
    """Say how many labels of the other side count, where some do not."""
    if not figures.n_chosen:
        return ""
    n = len(figures.labelled_other)
    return (
        f"; {n:,} of {n + figures.n_chosen:,} labelled {other.name} rows"
        f" {'counts' if n == 1 else 'count'}: the others were chosen, not drawn"
    )


def _reach(seen: LabelledShares) -> float:
    """Return how far the interval of a share reaches to a side, at most."""
    return max((row.high - row.low) / 2 for row in seen.shares)


def _concept(
    data: DiagnosisRows,
    figures: ShiftFigures,
    groups: tuple[Group, Group],
    label_shifts: bool,
) -> Lens:
    other, concept = groups[1], figures.concept
    if concept is None:
        finding = f"meaning: {figures.reasons['concept']}"
        advice, command = _import(groups)
        return Lens("concept shift", CANNOT_TELL, finding, advice, command=command)
    needed = concept.labels_needed
    if not concept.measurable or concept.p_value is None:
        finding = (
            f"meaning: not measurable with {counted(concept.n_other, 'label')} on the other side:"
            f" {concept.reason}{_counting(figures, other)}"
        )
        if needed is None:  # no number of labels there would do
            return Lens("concept shift", CANNOT_TELL, finding, NOTHING)
        return Lens(
            "concept shift",
            CANNOT_TELL,
            f"{finding}; about {needed:,} labels would do",
            f"annotate a random sample of the {other.name} rows"
            if len(unlabelled(data, other.rows))
            else f"import more {other.name} rows",
            command=group_command(data, other),
        )
    verdict, finding = NONE, f"meaning: no change of P(class | text) ({p_value(concept.p_value)})"
    evidence = kept(
        data.evidence("labelled-other", "labelled row", "of the other side", figures.labelled_other)
    )
    widest = _widest(concept)
    figure = interval = ""
    if widest is not None:
        figure, said, moved = widest.figure, widest.said, abs(widest.difference)
        interval = point_bounds(widest.low, widest.high)
        if concept.found:
            verdict = SEVERE if moved >= _SEVERE_CONCEPT else MILD
            finding = (
                f"meaning: the same text is another class on the other side"
                f" ({p_value(concept.p_value)}; {said} {interval})"
            )
            if label_shifts and widest.may_be_shares:
                return Lens(
                    "concept shift",
                    CANNOT_TELL,
                    f"{finding}, but the change of class shares alone can do this"
                    f"{_counting(figures, other)}",
                    "first see to the class shares; if the same text still seems another class,"
                    " compare the guidelines of both sides",
                    figure=figure,
                    interval=interval,
                    evidence=evidence,
                )
    finding += _counting(figures, other)
    return Lens(
        "concept shift",
        verdict,
        finding,
        "compare the guidelines of both sides; older labels may be wrong for the newer rows"
        if concept.found
        else NOTHING,
        figure=figure,
        interval=interval,
        evidence=evidence,
    )


@dataclass(frozen=True, slots=True)
class _Moved:
    """The difference that is largest: of a class, or of how often a model is right."""

    difference: float
    low: float
    high: float
    figure: str
    said: str
    by_shares: float | None

    @property
    def may_be_shares(self) -> bool:
        """Whether other class shares alone would move it as far as it has moved at least."""
        least = self.low if self.difference > 0 else -self.high
        by_shares = self.by_shares or 0.0
        return (by_shares if self.difference > 0 else -by_shares) >= max(least, 0.0)


def _widest(concept: ConceptFigures) -> _Moved | None:
    found = []
    for row in concept.differences:
        figure = f"{row.name} {points(row.difference)}"
        found.append(_Moved(row.difference, row.low, row.high, figure, figure, row.by_shares))
    right, low, high = concept.accuracy_difference, concept.accuracy_low, concept.accuracy_high
    if right is not None and low is not None and high is not None:
        how = "less" if right < 0 else "more"
        said = f"the model is right {abs(100 * right):.1f} points {how} often on the same text"
        figure = f"right {points(right)}"
        found.append(_Moved(right, low, high, figure, said, concept.accuracy_by_shares))
    return max(found, key=lambda moved: abs(moved.difference), default=None)


def _drift(data: DiagnosisRows, figures: ShiftFigures) -> Lens:
    drift = figures.drift
    if drift is None:
        return Lens(
            "drift in time",
            CANNOT_TELL,
            f"time: {figures.reasons['drift']}",
            f"import a column of times ({TIMES_READ}), or name it: workbench diagnose --time"
            " COLUMN",
        )
    top = max(drift.windows[1:], key=lambda window: window.auc)
    finding = (
        f"time: {len(drift.windows)} windows by {drift.column} are alike ({p_value(drift.p_value)})"
    )
    verdict, advice, command = NONE, NOTHING, ""
    if drift.first_changed is not None:
        if figures.newest_where:
            command = batch_command(data, figures.newest, where=figures.newest_where)
        advice = (
            "annotate rows of the newest window"
            if len(unlabelled(data, figures.newest))
            else "judge the model by the labels of the newest window"
        )
        window = drift.windows[drift.first_changed]
        verdict = SEVERE if top.auc >= _SEVERE_AUC else MILD
        finding = (
            f"time: rows from {window.start} on differ from the first ones"
            f" (AUC {score(window.auc)}, {p_value(window.adjusted_p)})"
        )
    return Lens(
        "drift in time",
        verdict,
        finding,
        advice,
        command=command,
        figure=f"AUC {score(top.auc)}",
        interval=f"by chance up to {score(top.null_high)}",
        evidence=kept(
            data.evidence("drifted", "row", "of the first window that differs", figures.changed)
        ),
    )
