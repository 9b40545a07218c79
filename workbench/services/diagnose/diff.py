"""Two diagnoses side by side: what got better, what got worse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import hypot, inf, isinf
from statistics import NormalDist

from workbench.errors import UsageError
from workbench.figures import counted, number, percent
from workbench.methods.intervals import wilson
from workbench.services.diagnose.verdicts import (
    CANNOT_TELL,
    MILD,
    NONE,
    SEVERE,
    DiagnoseResult,
    Lens,
)
from workbench.services.project import Project
from workbench.services.results import from_json

BETTER, WORSE, SAME, NEW, GONE = "better", "worse", "same", "new", "gone"
WITHIN = "within chance"
"""The change of a figure that its intervals allow: neither better nor worse."""

_SEVERITY = (NONE, MILD, SEVERE)
_LEAST_CHANGE = 0.0005
_ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class VerdictChange:
    """The verdict of a lens, or of a part of one, before and after."""

    lens: str
    before: str
    after: str
    change: str


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A figure before and after; None where it was not measured, or is beyond all numbers."""

    name: str
    before: float | None
    after: float | None
    change: str
    is_share: bool = False

    def shown(self, value: float | None) -> str:
        """Return one of both as it is written for people."""
        return percent(value) if self.is_share else number(value)


@dataclass(frozen=True, slots=True)
class DiagnosisDiff:
    """What changed from one diagnosis to a later one."""

    before_run: int
    after_run: int
    verdicts: tuple[VerdictChange, ...]
    figures: tuple[FigureChange, ...]

    @property
    def n_within(self) -> int:
        """How many figures moved no further than chance moves them."""
        return sum(figure.change == WITHIN for figure in self.figures)

    @property
    def within_chance(self) -> str:
        """That number in words."""
        return f"{counted(self.n_within, 'figure')} moved within what chance allows"

    @property
    def changed_figures(self) -> tuple[FigureChange, ...]:
        """The figures that moved, without those that chance may have moved."""
        return tuple(figure for figure in self.figures if figure.change not in (SAME, WITHIN))


@dataclass(frozen=True, slots=True)
class _Figure:
    """A figure with its 95 % interval, which a count has not: it is a fact.

    ``alike`` figures of the diagnosis are held against chance together.
    """

    value: float | None
    higher_is_better: bool
    low: float | None = None
    high: float | None = None
    alike: int = 1
    is_share: bool = False


@dataclass(frozen=True, slots=True)
class DiagnosisReport:
    """A diagnosis with what changed since an earlier one."""

    diagnosis: DiagnoseResult
    against: DiagnosisDiff


def diagnosis_of(project: Project, run_id: int) -> DiagnoseResult:
    """Return the diagnosis that a run made.

    Parameters
    ----------
    project
        The project.
    run_id
        The run.

    Raises
    ------
    UsageError
        If the run made none.
    """
    made = [run.run_id for run in project.store.runs.newest(kind="diagnose", outcome="done")]
    if run_id not in made:
        known = ", ".join(map(str, made[:8])) or "none yet: workbench diagnose"
        raise UsageError(f"run {run_id} is no diagnosis", hint=f"Diagnoses: {known}.")
    return from_json(DiagnoseResult, project.store.runs.artifact(run_id, "diagnose"))


def compare_diagnoses(before: DiagnoseResult, after: DiagnoseResult) -> DiagnosisDiff:
    """Hold a diagnosis against an earlier one.

    A figure with an interval is better or worse only where it moved further than the two intervals
    allow: the sides that face each other, squared and added (Newcombe's interval of a difference);
    those of all classes are widened for their number. A count is a fact, and so is its change.

    Parameters
    ----------
    before, after
        The two.
    """
    was, now = _verdicts(before), _verdicts(after)
    verdicts = tuple(
        VerdictChange(
            name, was.get(name, ""), now.get(name, ""), _turn(was.get(name), now.get(name))
        )
        for name in dict.fromkeys([*was, *now])
    )
    names: dict[int | None, str] = {
        row.number: row.name for row in after.classes if row.number is not None
    }
    old, new = _figures(before, names), _figures(after, names)
    figures = []
    for name in dict.fromkeys([*old, *new]):
        missing = _Figure(None, False)
        a, b = old.get(name, missing), new.get(name, missing)
        figures.append(
            FigureChange(
                name, _finite(a.value), _finite(b.value), _moved(a, b), a.is_share or b.is_share
            )
        )
    return DiagnosisDiff(before.run_id, after.run_id, verdicts, tuple(figures))


def _verdicts(result: DiagnoseResult) -> dict[str, str]:
    found: dict[str, str] = {}

    def add(lens: Lens) -> None:
        found[lens.name] = lens.verdict
        for part in lens.parts:
            add(part)

    for lens in result.lenses:
        add(lens)
    return found


def _figures(result: DiagnoseResult, names: Mapping[int | None, str]) -> dict[str, _Figure]:
    """Return the figures that can be compared.

    Classes go by the names that their numbers have now.
    """
    counts, imbalance, shift = result.duplicates, result.imbalance, result.shift
    found = {
        "labelled training rows": _Figure(result.n_labelled, True),
        "near-duplicates": _Figure(counts.n_rows, False),
        "rows with nothing to read": _Figure(counts.n_blank, False),
        "leaked evaluation rows": _Figure(counts.leaked_evaluation_rows, False),
        "evaluation rows in production": _Figure(counts.shared_evaluation_rows, False),
        "clusters with two labels": _Figure(counts.conflicting_clusters, False),
    }
    if imbalance is not None:
        n_empty = sum(not row.n for row in result.classes)
        found["classes without a row"] = _Figure(n_empty, False)
        # Nothing is less even than a class that has no row.
        ratio = inf if n_empty else imbalance.ratio
        found["imbalance ratio"] = _Figure(ratio, False)
        found["out-of-fold accuracy"] = _Figure(
            imbalance.accuracy,
            True,
            imbalance.accuracy_low,
            imbalance.accuracy_high,
            is_share=True,
        )
        found["balanced accuracy"] = _Figure(
            imbalance.balanced_accuracy,
            True,
            imbalance.balanced_accuracy_low,
            imbalance.balanced_accuracy_high,
            is_share=True,
        )
        found["macro-F1"] = _Figure(
            imbalance.macro_f1, True, imbalance.macro_f1_low, imbalance.macro_f1_high
        )
    for row in result.classes:
        found[f"recall of {names.get(row.number, row.name)}"] = _Figure(
            row.recall,
            True,
            row.recall_low,
            row.recall_high,
            alike=len(result.classes),
            is_share=True,
        )
    doubted = [(row.n, row.n_suspects) for row in result.noise if row.column == "class"]
    if doubted:
        n, suspects = (sum(column) for column in zip(*doubted, strict=True))
        low, high = (float(end) for end in wilson(suspects, max(n, 1)))
        found["doubted labels"] = _Figure(suspects / max(n, 1), False, low, high, is_share=True)
    if shift is not None:
        # What chance makes of an AUC is its band over permutations.
        reach = (shift.null_high - shift.null_low) / 2
        found[f"AUC, {shift.reference} against {shift.other}"] = _Figure(
            shift.auc, False, shift.auc - reach, shift.auc + reach
        )
    return found


def _finite(value: float | None) -> float | None:
    return None if value is None or isinf(value) else value


def _turn(before: str | None, after: str | None) -> str:
    if before is None or after is None:
        return NEW if before is None else GONE
    if before == after:
        return SAME
    if CANNOT_TELL in (before, after):
        return NEW if before == CANNOT_TELL else GONE
    return WORSE if _SEVERITY.index(after) > _SEVERITY.index(before) else BETTER


def _moved(before: _Figure, after: _Figure) -> str:
    a, b = before.value, after.value
    if a is None or b is None:
        return SAME if a is b else NEW if a is None else GONE
    if a == b or abs(b - a) < _LEAST_CHANGE:
        return SAME
    if abs(b - a) <= _by_chance(before, after):
        return WITHIN
    return BETTER if (b > a) == after.higher_is_better else WORSE


def _by_chance(before: _Figure, after: _Figure) -> float:
    """Return how far apart two figures may lie by chance; 0 for those without an interval."""
    lower, upper = sorted((before, after), key=lambda figure: figure.value or 0.0)
    facing = ((lower.value, lower.high), (upper.low, upper.value))
    reaches = [b - a for a, b in facing if a is not None and b is not None]
    normal = NormalDist()
    one, many = (normal.inv_cdf(1 - _ALPHA / 2 / n) for n in (1, max(before.alike, after.alike)))
    return hypot(*reaches) * many / one
