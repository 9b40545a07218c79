"""Whether rows change in time, over the training and the production rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from workbench.errors import MethodError, UsageError
from workbench.methods.covariate_shift import word_presence
from workbench.methods.drift import drift
from workbench.services.column_values import day_first_in
from workbench.services.diagnose.commands import as_column, as_value, rows_meeting
from workbench.services.diagnose.comparison_groups import times
from workbench.services.diagnose.rows import DiagnosisRows, draw
from workbench.services.diagnose.verdicts import DriftFigures, WindowRow
from workbench.types import Role

_MAX_ROWS = 50_000


@dataclass(frozen=True, slots=True)
class Drifting:
    """The windows, and the rows of the first that differs; without figures, the reason.

    ``newest`` are the rows of the newest window, and ``newest_where`` the condition that picks
    them, empty where none does.
    """

    figures: DriftFigures | None
    changed: NDArray[np.int64]
    newest: NDArray[np.int64]
    newest_where: str = ""
    reason: str = ""


def measure_drift(
    data: DiagnosisRows, column: str | None, *, rng: np.random.Generator, shortcuts: list[str]
) -> Drifting:
    """Hold each window of time against the first.

    Parameters
    ----------
    data
        The rows.
    column
        Where the times are; the metadata column that holds most dates where it is None.
    rng
        Source of draws, folds and permutations.
    shortcuts
        Grows by a sentence where rows were left out, or the column told how to read its dates.

    Raises
    ------
    UsageError
        If there is no such column.
    """
    none = np.zeros(0, np.int64)
    if column is None:
        columns = data.time_columns()
        if not columns:
            return Drifting(None, none, none, reason=_no_dates(data))
        column = columns[0]
    elif column not in data.project.store.examples.metadata_columns():
        known = ", ".join(data.project.store.examples.metadata_columns()) or "none"
        raise UsageError(f"there is no column {column!r}", hint=f"Columns: {known}.")
    if (day_first := day_first_in(data.column(column))) is not None:
        order = "day/month/year" if day_first else "month/day/year"
        shortcuts.append(f"drift in time: {column} is read as {order}, as one of its days proves")
    rows = np.flatnonzero(data.present & (data.role != Role.EVALUATION))
    rows = draw(rows, _MAX_ROWS, rng, shortcuts, "drift in time")
    try:
        when = times(data, column, rows)
        X, _ = word_presence([data.texts[i] for i in rows])
        found = drift(X, when, rng=rng, labels=data.labels[rows], n_classes=data.n_classes)
    except MethodError as error:
        return Drifting(None, none, none, reason=error.message)
    windows = tuple(
        WindowRow(
            _date(window.start),
            _date(window.end),
            window.n_rows,
            window.auc,
            window.null_high,
            window.adjusted_p,
            tuple(float(share) for share in window.class_shares),
        )
        for window in found.windows
    )
    changed = none
    if found.first_changed is not None:
        first = found.windows[found.first_changed]
        changed = rows[(when >= first.start) & (when <= first.end)]
    figures = DriftFigures(column, windows, found.p_value, found.first_changed, found.n_undated)
    is_new = when >= found.windows[-1].start
    return Drifting(figures, changed, rows[is_new], _since(data, column, rows, is_new))


def _no_dates(data: DiagnosisRows) -> str:
    """Say why no column holds dates."""
    unclear = data.written_either_way()
    if unclear is None:
        return "no column holds dates"
    name, value = unclear
    return f"{name} says {value}, and no value tells the day from the month: write 2025-03-01"


def _since(
    data: DiagnosisRows, column: str, rows: NDArray[np.int64], is_new: NDArray[np.bool_]
) -> str:
    """Return the condition that picks the new ones of some rows and no other; empty for none."""
    stored = data.column(column)
    values = [stored[i] for i in rows[is_new]]
    is_number = all(isinstance(value, (int, float)) for value in values)
    oldest = min(values) if is_number else min(map(str, values))
    condition = f"{as_column(column)} >= {as_value(oldest)}"
    picked = rows_meeting(data.project, condition)
    return condition if picked is not None and (picked[rows] == is_new).all() else ""


def _date(value: float) -> str:
    """Return a time as a date, or as the number that it is where it can be no recent one."""
    if not 1e8 < value < 1e11:
        return f"{value:g}"
    return datetime.fromtimestamp(value, UTC).isoformat(timespec="minutes").removesuffix("+00:00")
