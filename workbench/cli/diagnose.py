"""``workbench diagnose``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from workbench.cli.context import CliContext
from workbench.cli.output import (
    emit,
    interval,
    json_option,
    percent,
    progress,
    say,
    table,
)

if TYPE_CHECKING:
    from workbench.services.verdicts import DiagnoseResult

_STYLES = {"severe": "bold red", "mild": "yellow", "none": "green", "cannot tell": "dim"}


@click.command()
@click.option("--seed", type=int, help="By default the project's.")
@json_option
@click.pass_obj
def diagnose(context: CliContext, seed: int | None, as_json_: bool) -> None:
    """Measure duplicates, imbalance, label noise and shift, before anything is changed."""
    from workbench.services.diagnose import diagnose as run_diagnosis

    with context.open_project() as project, progress(as_json_) as tell:
        result = run_diagnosis(project, seed=seed, progress=tell)
        classes = project.classes
    emit(result, as_json_, lambda found: _show(found, classes))
    context.say_next(as_json_)


def _show(result: DiagnoseResult, classes: tuple[str, ...]) -> None:
    roles = ", ".join(f"{n:,} {role}" for role, n in result.by_role.items() if n)
    say(f"{result.n_examples:,} rows ({roles}), {result.n_labelled:,} training labels")
    for lens in result.lenses:
        say(f"{lens.name}: {lens.verdict}", style=_STYLES[lens.verdict])
        say(f"  {lens.finding}")
        if lens.verdict != "none":
            say(f"  -> {lens.advice}")
    shift = result.shift
    production = shift.production_shares if shift and shift.production_shares else None
    columns = ["class", ">labels", ">share", ">precision [95 %]", ">recall [95 %]", ">F1"]
    if production:
        columns.append(">in production")
    rows = []
    for k, row in enumerate(result.classes):
        cells = [
            row.name,
            f"{row.n:,}",
            percent(row.share),
            interval(row.precision, row.precision_low, row.precision_high),
            interval(row.recall, row.recall_low, row.recall_high),
            "-" if row.f1 is None else f"{row.f1:.2f}",
        ]
        if production:
            cells.append(percent(production[k]))
        rows.append(cells)
    table(columns, rows, title="classes, predicted out of fold")
