"""The second lens: how uneven the classes are, and how well each is predicted."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from workbench.methods.class_signal import tells_classes
from workbench.methods.imbalance import (
    ClassReport,
    class_counts,
    class_report,
    confusion_matrix,
    effective_classes,
    imbalance_ratio,
)
from workbench.methods.intervals import wilson
from workbench.methods.slices import ScoreIntervals, score_intervals, slice_reports
from workbench.services.diagnose.rows import PROVENANCE, DiagnosisRows
from workbench.services.diagnose.score_labels import Scored, Scores
from workbench.services.diagnose.slicing import MIN_ROWS, slices_of
from workbench.services.diagnose.verdicts import ClassRow, Confusion, Imbalance, SliceRow

_MAX_MATRIX_CLASSES = 100
_MAX_CONFUSED = 20
_LEAST_CONFUSED = 3
"""Among many classes there are always some pairs that a row or two fall between."""

_MAX_SLICE_COLUMNS = 10
_SLICE_BOOTSTRAP = 200


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """What the lens measured.

    ``tells_classes``: out-of-fold predictions are right more often than by chance; False, too,
    where there are none. Without that nothing follows from where a model is wrong.
    """

    classes: tuple[ClassRow, ...]
    imbalance: Imbalance | None
    confusion: tuple[tuple[int, ...], ...]
    confused: tuple[Confusion, ...]
    slices: tuple[SliceRow, ...]
    tells_classes: bool = False


def measure_classes(
    data: DiagnosisRows, scores: Scores, *, rng: np.random.Generator, shortcuts: list[str]
) -> ClassFigures:
    """Count the classes and report how well each is predicted.

    Parameters
    ----------
    data
        The rows.
    scores
        Of `score_labels`.
    rng
        Source of the bootstrap samples.
    shortcuts
        Grows by a sentence for each column that slices nothing.
    """
    labelled, n_classes = data.labelled, data.n_classes
    counts = class_counts(data.labels[labelled], n_classes)
    if not len(labelled):
        return ClassFigures(_class_rows(data, counts, None, None), None, (), (), ())
    inside = scores.inside
    report: ClassReport | None = None
    bounds: ScoreIntervals | None = None
    matrix: tuple[tuple[int, ...], ...] = ()
    confused: tuple[Confusion, ...] = ()
    if inside is not None:
        report = class_report(inside.true, inside.predicted, n_classes)
        bounds = score_intervals(inside.true, inside.predicted, n_classes, rng=rng)
        cells = confusion_matrix(inside.true, inside.predicted, n_classes)
        if n_classes <= _MAX_MATRIX_CLASSES:
            matrix = tuple(tuple(int(c) for c in row) for row in cells)
        confused = _confused(data, inside, cells)
    return ClassFigures(
        classes=_class_rows(data, counts, report, bounds),
        imbalance=_imbalance(counts, scores.not_judged, report, bounds),
        confusion=matrix,
        confused=confused,
        slices=_slices(data, inside, rng, shortcuts),
        tells_classes=inside is not None and tells_classes(inside.predicted, inside.true, rng=rng),
    )


def _imbalance(
    counts: NDArray[np.int64],
    not_judged: tuple[int, ...],
    report: ClassReport | None,
    bounds: ScoreIntervals | None,
) -> Imbalance:
    plain = Imbalance(
        ratio=imbalance_ratio(counts) if counts.all() else None,
        effective=effective_classes(counts),
        accuracy=None,
        balanced_accuracy=None,
        macro_f1=None,
        majority_baseline=float(counts.max() / counts.sum()),
    )
    if report is None or bounds is None:
        return plain
    judged = np.delete(counts, not_judged)
    return replace(
        plain,
        majority_baseline=float(judged.max() / judged.sum()),
        accuracy=report.accuracy,
        accuracy_low=report.accuracy_low,
        accuracy_high=report.accuracy_high,
        balanced_accuracy=report.balanced_accuracy,
        balanced_accuracy_low=bounds.balanced_accuracy_low,
        balanced_accuracy_high=bounds.balanced_accuracy_high,
        macro_f1=report.macro_f1,
        macro_f1_low=bounds.macro_f1_low,
        macro_f1_high=bounds.macro_f1_high,
        n_scored=report.n,
    )


def _class_rows(
    data: DiagnosisRows,
    counts: NDArray[np.int64],
    report: ClassReport | None,
    bounds: ScoreIntervals | None,
) -> tuple[ClassRow, ...]:
    """Return the classes in their order, with how well each is predicted."""
    total = max(int(counts.sum()), 1)
    rows = []
    known = zip(data.project.classes, data.project.label_set.numbers, counts.tolist(), strict=True)
    for k, (name, number, n) in enumerate(known):
        row = ClassRow(name, n, n / total, number=number)
        if report is not None and bounds is not None and report.support[k]:
            row = replace(
                row,
                precision=_known(report.precision[k]),
                precision_low=_known(report.precision_low[k]),
                precision_high=_known(report.precision_high[k]),
                recall=float(report.recall[k]),
                recall_low=float(report.recall_low[k]),
                recall_high=float(report.recall_high[k]),
                f1=float(report.f1[k]),
                f1_low=float(bounds.f1_low[k]),
                f1_high=float(bounds.f1_high[k]),
            )
        rows.append(row)
    return tuple(rows)


def _known(figure: float) -> float | None:
    """Return a figure, None for NaN."""
    return None if np.isnan(figure) else float(figure)


def _confused(
    data: DiagnosisRows, inside: Scored, cells: NDArray[np.int64]
) -> tuple[Confusion, ...]:
    """Return the pairs of classes that are confused most often."""
    off = cells.copy()
    np.fill_diagonal(off, 0)
    order = np.argsort(-off, axis=None, kind="stable")[:_MAX_CONFUSED]
    found = []
    for flat in order:
        true, predicted = divmod(int(flat), len(cells))
        n, support = int(off[true, predicted]), int(cells[true].sum())
        if n < _LEAST_CONFUSED:
            break
        low, high = wilson(n, support)
        rows = inside.rows[(inside.true == true) & (inside.predicted == predicted)]
        names = data.project.classes
        shown = data.evidence("confused", "row", "", rows).uids[:20]
        found.append(
            Confusion(names[true], names[predicted], n, n / support, float(low), float(high), shown)
        )
    return tuple(found)


def _slices(
    data: DiagnosisRows, inside: Scored | None, rng: np.random.Generator, shortcuts: list[str]
) -> tuple[SliceRow, ...]:
    """Report every value of the columns that slice the labelled training rows."""
    labelled = data.labelled
    found: list[SliceRow] = []
    n_columns = 0
    for column in (*PROVENANCE, *data.project.store.examples.metadata_columns()):
        values, reason = slices_of(data, column, labelled)
        if values is not None and n_columns == _MAX_SLICE_COLUMNS:
            values, reason = None, f"{_MAX_SLICE_COLUMNS} columns are sliced before it"
        if values is None:
            shortcuts += [f"slices: {column} is left out: {reason}"] if reason else []
            continue
        n_columns += 1
        found += _slice_rows(data, inside, column, values, rng)
    return tuple(found)


def _slice_rows(
    data: DiagnosisRows,
    inside: Scored | None,
    column: str,
    values: NDArray[np.str_],
    rng: np.random.Generator,
) -> list[SliceRow]:
    """Report the slices of one column, the worst first; `values` are of the labelled rows."""
    labels = data.labels[data.labelled]
    reports, here = {}, values[:0]
    if inside is not None:
        here = values[np.searchsorted(data.labelled, inside.rows)]
        reports = {
            one.name: one
            for one in slice_reports(inside.true, inside.predicted, here, data.n_classes)
            if one.report.n >= MIN_ROWS
        }
    rows = []
    for value in np.unique(values).tolist():
        counts = class_counts(labels[values == value], data.n_classes)
        row = SliceRow(column, value, int(counts.sum()), tuple(int(c) for c in counts))
        if inside is not None and value in reports:
            one, is_here = reports[value], here == value
            bounds = score_intervals(
                inside.true[is_here],
                inside.predicted[is_here],
                data.n_classes,
                rng=rng,
                n_bootstrap=_SLICE_BOOTSTRAP,
            )
            row = replace(
                row,
                accuracy=one.report.accuracy,
                accuracy_low=one.report.accuracy_low,
                accuracy_high=one.report.accuracy_high,
                macro_f1=one.report.macro_f1,
                macro_f1_low=bounds.macro_f1_low,
                macro_f1_high=bounds.macro_f1_high,
                difference=one.difference,
                adjusted_p=one.adjusted_p,
            )
        rows.append(row)
    return sorted(rows, key=lambda r: (r.difference is None, r.difference or 0.0, r.value))
