"""A diagnosis as a list of entries: verdicts, what to do, predictions, figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from workbench.figures import counted
from workbench.services.diagnose.diff import DiagnosisDiff
from workbench.services.diagnose.rows_behind import Evidence
from workbench.services.diagnose.verdicts import (
    FAILED,
    HELD,
    MILD,
    NONE,
    SEVERE,
    DiagnoseResult,
    Lens,
    Prediction,
    Step,
)
from workbench.tui.figures import score
from workbench.tui.key_names import spell
from workbench.tui.safe_text import one_line
from workbench.tui.widgets.columns import fit
from workbench.tui.widgets.diagnosis_tables import (
    class_table,
    confusion_table,
    drift_table,
    noise_table,
    shift_table,
    slice_table,
)

_SIGNS = {SEVERE: ("●", "bold red"), MILD: ("◐", "yellow"), NONE: ("○", "green")}
_NO_SIGN = ("?", "dim")
_OUTCOMES = {HELD: ("✓", "green"), FAILED: ("✗", "bold red")}
_CHANGES = {"better": "green", "worse": "bold red"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list: what stands beside it, the rows behind it, the command it names."""

    line: Text
    body: RenderableType
    evidence: tuple[Evidence, ...] = ()
    command: str = ""


def diagnosis_entries(
    found: DiagnoseResult,
    classes: Sequence[str],
    *,
    against: DiagnosisDiff | None = None,
    notice: str | None = None,
) -> tuple[Entry, ...]:
    """Return everything that a diagnosis says, the verdicts first.

    Parameters
    ----------
    found
        The diagnosis.
    classes
        The names by index.
    against
        What changed since the diagnosis before.
    notice
        Why it is out of date, where it is.
    """
    entries = [_heading("verdicts", _overview(found, against, notice))]
    for lens in found.lenses:
        entries += _lens_entries(lens)
    if found.steps:
        entries.append(_heading("in this order", _all_steps(found.steps)))
        entries += [_step(i, step) for i, step in enumerate(found.steps, start=1)]
    if found.predictions:
        entries.append(_heading("predictions", _predictions_text(found.predictions)))
        entries += [_prediction(prediction) for prediction in found.predictions]
    entries.append(_heading("figures", Text("each with the rows behind it", style="dim")))
    entries += _figures(found, classes)
    return tuple(entries)


def _heading(title: str, body: RenderableType) -> Entry:
    return Entry(Text.assemble(" ", (title, "bold underline")), body)


def _overview(
    found: DiagnoseResult, against: DiagnosisDiff | None, notice: str | None
) -> RenderableType:
    roles = ", ".join(f"{n:,} {role}" for role, n in found.by_role.items() if n)
    text = Text(f"run {found.run_id} looked at {roles}; {found.n_labelled:,} labelled\n")
    if found.duplicates.n_blank:
        text.append(f"{counted(found.duplicates.n_blank, 'row')} with nothing to read\n")
    if notice is not None:
        text.append(f"{one_line(notice, 300)}\n", style="yellow")
    for shortcut in found.shortcuts:
        text.append(f"{one_line(shortcut, 300)}\n", style="dim")
    if against is None:
        return text
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for title in (f"since run {against.before_run}", "before", "after", ""):
        table.add_column(Text(title))
    for verdict in against.verdicts:
        if verdict.change != "same":
            style = _CHANGES.get(verdict.change, "")
            table.add_row(
                one_line(verdict.lens, 30), verdict.before, verdict.after, verdict.change,
                style=style,
            )  # fmt: skip
    for figure in against.changed_figures:
        style = _CHANGES.get(figure.change, "")
        table.add_row(
            one_line(figure.name, 30), figure.shown(figure.before), figure.shown(figure.after),
            figure.change, style=style,
        )  # fmt: skip
    nothing = Text(f"nothing changed since run {against.before_run}", style="dim")
    within = [Text(against.within_chance, style="dim")] if against.n_within else []
    return Group(text, table if table.row_count else nothing, *within)


def _lens_entries(lens: Lens, depth: int = 0) -> Iterator[Entry]:
    sign, style = _SIGNS.get(lens.verdict, _NO_SIGN)
    line = Text.assemble(
        "  " + "   " * depth, (f"{sign} ", style),
        fit(lens.name, 22 - 3 * depth, style="" if depth else "bold"), " ",
        fit(lens.verdict, 12, style=style), (one_line(lens.figure, 60), "dim"),
    )  # fmt: skip
    body = Text.assemble(
        (f"{sign} {lens.name}: {lens.headline}\n", style),
        (one_line(" · ".join(filter(None, (lens.figure, lens.interval))), 200) + "\n", "bold"),
        f"\n{one_line(lens.finding, 900)}\n\n",
        (("" if lens.verdict == NONE else "→ ") + one_line(lens.advice, 400) + "\n", "bold"),
    )
    body.append_text(_rows_behind(lens.evidence))
    yield Entry(line, body, lens.evidence)
    for part in lens.parts:
        yield from _lens_entries(part, depth + 1)


def _rows_behind(evidence: Sequence[Evidence]) -> Text:
    text = Text()
    if evidence:
        text.append(spell("\nrows behind this ({diagnose.open})\n"), style="dim")
    for item in evidence:
        text.append(f"  {item.n:,} {one_line(item.title or item.name, 100)}\n")
    return text


def _all_steps(steps: Sequence[Step]) -> Text:
    text = Text()
    for i, step in enumerate(steps, start=1):
        text.append(f"{i}. {one_line(step.what, 200)}\n")
    return text


def _step(number: int, step: Step) -> Entry:
    line = Text.assemble(
        "  ", (f"{number} ", "bold"), one_line(step.what, 120), (f"  {step.lens}", "dim")
    )
    body = Text.assemble(
        (f"{number}. {one_line(step.what, 300)}\n\n", "bold"), f"{one_line(step.why, 600)}\n\n"
    )
    if step.command:
        body.append(f"{one_line(step.command, 300)}\n", style="bold")
        body.append(spell("{diagnose.do}: do this"), style="dim")
    return Entry(line, body, command=step.command)


def _predictions_text(predictions: Sequence[Prediction]) -> Text:
    counts = {HELD: 0, FAILED: 0}
    for prediction in predictions:
        counts[prediction.outcome] = counts.get(prediction.outcome, 0) + 1
    said = ", ".join(f"{n} {outcome}" for outcome, n in counts.items() if n)
    return Text(f"claims that later data can refute: {said or 'none checked yet'}")


def _prediction(prediction: Prediction) -> Entry:
    sign, style = _OUTCOMES.get(prediction.outcome, ("…", "dim"))
    line = Text.assemble("  ", (f"{sign} ", style), one_line(prediction.claim, 160))
    body = Text.assemble(
        (f"{sign} {prediction.outcome}\n\n", style),
        (f"{one_line(prediction.claim, 400)}\n", "bold"),
        (f"because {one_line(prediction.because, 400)}\n\n", ""),
    )
    if prediction.observed:
        body.append(f"observed: {one_line(prediction.observed, 300)}")
        body.append(f" ({prediction.n:,} rows)\n" if prediction.n else "\n")
    body.append(f"made by run {prediction.made_by_run}", style="dim")
    return Entry(line, body)


def _figures(found: DiagnoseResult, classes: Sequence[str]) -> Iterator[Entry]:
    yield _figure("classes", f"{len(found.classes)} classes", class_table(found, classes))
    if found.confused:
        mistakes = tuple(
            Evidence(f"confused-{i}", f"{cell.true} taken for {cell.predicted}", cell.n, cell.uids)
            for i, cell in enumerate(found.confused)
            if cell.uids
        )
        note = f"most: {found.confused[0].true} taken for {found.confused[0].predicted}"
        yield _figure("confusion", note, confusion_table(found, classes), mistakes)
    if found.slices:
        yield _figure("slices", f"{len(found.slices)} values", slice_table(found.slices))
    if found.noise:
        yield _figure("label noise", f"{len(found.noise)} groups", noise_table(found.noise))
    if found.shift is not None:
        note = f"AUC {score(found.shift.auc)}"
        yield _figure("shift", note, shift_table(found.shift, classes))
    if found.drift is not None and found.drift.windows:
        note = f"{len(found.drift.windows)} windows of {found.drift.column}"
        yield _figure("drift in time", note, drift_table(found.drift))


def _figure(
    name: str, note: str, body: RenderableType, evidence: tuple[Evidence, ...] = ()
) -> Entry:
    line = Text.assemble("  ▪ ", fit(name, 18), (one_line(note, 60), "dim"))
    return Entry(line, body, evidence)
