"""Two diagnoses side by side: what got better, what got worse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, isinf

from workbench.errors import UsageError
from workbench.services.project import Project
from workbench.services.results import from_json
from workbench.services.verdicts import CANNOT_TELL, MILD, NONE, SEVERE, DiagnoseResult, Lens

BETTER, WORSE, SAME, NEW, GONE = "better", "worse", "same", "new", "gone"

_SEVERITY = (NONE, MILD, SEVERE)
_LEAST_CHANGE = 0.0005


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


@dataclass(frozen=True, slots=True)
class DiagnosisDiff:
    """What changed from one diagnosis to a later one."""

    before_run: int
    after_run: int
    verdicts: tuple[VerdictChange, ...]
    figures: tuple[FigureChange, ...]


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
        a, b = old.get(name, (None, False)), new.get(name, (None, False))
        higher_is_better = (a if name in old else b)[1]
        change = _moved(a[0], b[0], higher_is_better)
        figures.append(FigureChange(name, _finite(a[0]), _finite(b[0]), change))
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


def _figures(
    result: DiagnoseResult, names: Mapping[int | None, str]
) -> dict[str, tuple[float | None, bool]]:
    """Return the figures that can be compared, each with whether higher is better.

    Classes go by the names that their numbers have now.
    """
    counts, imbalance, shift = result.duplicates, result.imbalance, result.shift
    found: dict[str, tuple[float | None, bool]] = {
        "labelled training rows": (result.n_labelled, True),
        "near-duplicates": (counts.n_rows, False),
        "rows with nothing to read": (counts.n_blank, False),
        "leaked evaluation rows": (counts.leaked_evaluation_rows, False),
        "clusters with two labels": (counts.conflicting_clusters, False),
    }
    if imbalance is not None:
        n_empty = sum(not row.n for row in result.classes)
        found["classes without a row"] = (n_empty, False)
        # Nothing is less even than a class that has no row.
        ratio = inf if n_empty else imbalance.ratio
        found["imbalance ratio"] = (ratio, False)
        found["out-of-fold accuracy"] = (imbalance.accuracy, True)
        found["balanced accuracy"] = (imbalance.balanced_accuracy, True)
        found["macro-F1"] = (imbalance.macro_f1, True)
    for row in result.classes:
        found[f"recall of {names.get(row.number, row.name)}"] = (row.recall, True)
    doubted = [(row.n, row.n_suspects) for row in result.noise if row.column == "class"]
    if doubted:
        n, suspects = (sum(column) for column in zip(*doubted, strict=True))
        found["doubted labels"] = (suspects / max(n, 1), False)
    if shift is not None:
        found[f"AUC, {shift.reference} against {shift.other}"] = (shift.auc, False)
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


def _moved(before: float | None, after: float | None, higher_is_better: bool) -> str:
    if before is None or after is None:
        return SAME if before is after else NEW if before is None else GONE
    if before == after or abs(after - before) < _LEAST_CHANGE:
        return SAME
    return BETTER if (after > before) == higher_is_better else WORSE
