"""A diagnosis for people at the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.cli.output import say, table
from workbench.figures import LISTED_CLASSES, counted, interval, percent, points, score
from workbench.safe_text import one_line
from workbench.services.diagnose.diff import SAME, DiagnosisDiff
from workbench.services.diagnose.lens_parts import NOTHING
from workbench.services.diagnose.order_of_operations import SHOWN_STEPS
from workbench.services.diagnose.rows_behind import Evidence
from workbench.services.diagnose.verdicts import ClassRow, DiagnoseResult, Lens, SliceRow

_STYLES = {"severe": "bold red", "mild": "yellow", "none": "green", "cannot tell": "dim"}
_OUTCOMES = {"held": "green", "failed": "bold red"}
_SHOWN = 8
_SHOWN_ROWS = 5


def show_diagnosis(result: DiagnoseResult, classes: tuple[str, ...]) -> None:
    """Print the verdicts, the order of operations, the predictions and the tables.

    Parameters
    ----------
    result
        The diagnosis.
    classes
        The class names by index.
    """
    roles = ", ".join(f"{n:,} {role}" for role, n in result.by_role.items() if n)
    blank = result.duplicates.n_blank
    say(
        f"{counted(result.n_examples, 'row')} ({roles}),"
        f" {counted(result.n_labelled, 'training label')}"
        + (f", {counted(blank, 'row')} with nothing to read" if blank else "")
        + f" (run {result.run_id})"
    )
    for lens in result.lenses:
        _show_lens(lens)
    if result.steps:
        say("what to fix first, as the loop goes on", style="bold")
        for place, step in enumerate(result.steps[:SHOWN_STEPS], start=1):
            say(f"{place}. {step.what}" + (f"   ({step.command})" if step.command else ""))
            say(f"   {step.why}", style="dim")
        if len(result.steps) > SHOWN_STEPS:
            more = counted(len(result.steps) - SHOWN_STEPS, "more step")
            say(f"   {more}: --html FILE, or workbench tui", style="dim")
    if result.predictions:
        say("what these figures predict", style="bold")
        for claim in result.predictions:
            say(f"{claim.outcome}: {claim.claim}", style=_OUTCOMES.get(claim.outcome))
            say(f"   because {claim.because}; {claim.observed}", style="dim")
    _show_classes(result)
    _show_slices(result.slices, classes)
    for shortcut in result.shortcuts:
        say(f"shortcut: {shortcut}", style="dim")


def show_changes(diff: DiagnosisDiff) -> None:
    """Print what differs from an earlier diagnosis.

    Parameters
    ----------
    diff
        The comparison.
    """
    rows = [(v.lens, v.before or "-", v.after or "-", v.change) for v in diff.verdicts]
    changed = [row for row in rows if row[-1] != SAME]
    changed += [
        (f.name, f.shown(f.before), f.shown(f.after), f.change) for f in diff.changed_figures
    ]
    if changed:
        columns = ["figure", f">run {diff.before_run}", f">run {diff.after_run}", "change"]
        table(columns, changed, title=f"against run {diff.before_run}")
    else:
        beyond = " beyond chance" if diff.n_within else ""
        say(f"nothing differs from run {diff.before_run}{beyond}")
    if diff.n_within:
        say(diff.within_chance, style="dim")


def _show_lens(lens: Lens) -> None:
    say(f"{lens.name}: {lens.headline}", style=_STYLES[lens.verdict])
    if lens.parts:
        for part in lens.parts:
            say(f"  {part.name}: {part.verdict}. {part.finding}")
    else:
        say(f"  {lens.finding}")
    # What a review leaves to do is no failure, and no step of its own.
    if lens.verdict != "none" or (not lens.parts and lens.advice != NOTHING):
        say(f"  -> {lens.advice}")
    for rows in lens.evidence:
        n_shown = rows.n_shown(_SHOWN_ROWS)
        shown = ""
        for place in range(n_shown):
            between = "; " if rows.starts_cluster(place) else ", "
            shown += (between if place else "") + _row(rows, place)
        say(f"  {rows.n:,} {rows.title}: {shown}{', …' if rows.n > n_shown else ''}", style="dim")


def _row(rows: Evidence, place: int) -> str:
    """Name a row, and what tells it from the others of its list."""
    told = [rows.labels, rows.predicted] if rows.clusters or rows.predicted else []
    what = " -> ".join(values[place] for values in told if values and values[place])
    return one_line(rows.uids[place], 24) + (f" ({one_line(what, 60)})" if what else "")


def _show_classes(result: DiagnoseResult) -> None:
    if not any(row.n for row in result.classes):
        return
    shift = result.shift
    other = shift.production_shares if shift and shift.production_shares else None
    columns = ["class", ">labels", ">share", ">precision [95 %]", ">recall [95 %]", ">F1 [95 %]"]
    if other:
        columns.append(">estimated in production" if shift is None else f">est. {shift.other}")
    rows = []
    shown = _worst(result.classes)
    for k in shown:
        row = result.classes[k]
        cells = [
            row.name,
            f"{row.n:,}",
            percent(row.share),
            interval(row.precision, row.precision_low, row.precision_high),
            interval(row.recall, row.recall_low, row.recall_high),
            score(row.f1, row.f1_low, row.f1_high),
        ]
        if other:
            cells.append(percent(other[k]))
        rows.append(cells)
    is_cut = len(shown) < len(result.classes)
    title = "classes, predicted out of fold"
    table(columns, rows, title=f"{title}: the {len(shown)} least found" if is_cut else title)
    if is_cut:
        more = counted(len(result.classes) - len(shown), "more class")
        say(f"{more}: --html FILE, or --json", style="dim")
    imbalance = result.imbalance
    if imbalance is not None and imbalance.accuracy is not None:
        balanced = interval(
            imbalance.balanced_accuracy,
            imbalance.balanced_accuracy_low,
            imbalance.balanced_accuracy_high,
        )
        accuracy = interval(imbalance.accuracy, imbalance.accuracy_low, imbalance.accuracy_high)
        say(
            f"accuracy {accuracy}, balanced accuracy {balanced};"
            f" always the largest class: {percent(imbalance.majority_baseline)}"
        )
    if result.confused:
        table(
            ["true", "predicted as", ">rows", ">share of true [95 %]"],
            [
                (c.true, c.predicted, f"{c.n:,}", interval(c.share, c.low, c.high))
                for c in result.confused[:_SHOWN]
            ],
            title="most often confused",
        )


def _worst(classes: Sequence[ClassRow]) -> list[int]:
    """Return the places of the classes to show: all, or those that are found least."""
    places = list(range(len(classes)))
    if len(classes) <= LISTED_CLASSES:
        return places

    def found(k: int) -> tuple[float, int]:
        recall = classes[k].recall
        return -1.0 if recall is None else recall, classes[k].n

    return sorted(places, key=found)[:LISTED_CLASSES]


def _show_slices(slices: tuple[SliceRow, ...], classes: tuple[str, ...]) -> None:
    """Print the slices that are predicted surely worse than the rest."""
    worse = [row for row in slices if row.is_worse]
    if not worse:
        return
    table(
        [
            "slice",
            ">labels",
            ">accuracy [95 %]",
            ">macro-F1 [95 %]",
            ">against the rest",
            "largest class",
        ],
        [
            (
                f"{row.column} {row.value}",
                f"{row.n:,}",
                interval(row.accuracy, row.accuracy_low, row.accuracy_high),
                score(row.macro_f1, row.macro_f1_low, row.macro_f1_high),
                points(row.difference),
                classes[max(range(len(classes)), key=lambda k: row.class_counts[k])],
            )
            for row in sorted(worse, key=lambda row: row.difference or 0)[:_SHOWN]
        ],
        title="slices that are predicted worse than the rest",
    )
