"""``workbench diagnose``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli.context import CliContext
from workbench.cli.options import SEED
from workbench.cli.output import emit, json_option, progress, say

if TYPE_CHECKING:
    from workbench.services.diagnose.diff import DiagnosisDiff
    from workbench.services.diagnose.verdicts import DiagnoseResult


@click.command()
@click.option(
    "--compare",
    nargs=2,
    metavar="A B",
    help="Two groups instead of training and production rows: COLUMN=VALUE or COLUMN=FROM..TO"
    " each, of role, source, batch, vendor or a metadata column.",
)
@click.option("--time", "time_column", metavar="COLUMN", help="Where times are; found by default.")
@click.option("--embeddings", is_flag=True, help="Use sentence embeddings beside words.")
@click.option("--against", type=int, metavar="RUN", help="Compare with the diagnosis of this run.")
@click.option(
    "--html",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the page, too: one file, with plots. An earlier page is replaced.",
)
@click.option("--yes", is_flag=True, help="Replace any other FILE, too.")
@click.option("--seed", type=SEED, help="By default the project's.")
@json_option
@click.pass_obj
def diagnose(
    context: CliContext,
    compare: tuple[str, str] | None,
    time_column: str | None,
    embeddings: bool,
    against: int | None,
    html: Path | None,
    yes: bool,
    seed: int | None,
    as_json_: bool,
) -> None:
    """Measure duplicates, imbalance, label noise and shift, before anything is changed."""
    from workbench.services.diagnose.diagnose import diagnose as run_diagnosis
    from workbench.services.diagnose.diff import (
        DiagnosisReport,
        compare_diagnoses,
        diagnosis_of,
    )
    from workbench.services.diagnose.texts import evidence_texts

    with context.open_project() as project, progress(as_json_) as tell:
        if html is not None:
            from workbench.report import check_report_path

            check_report_path(project, html, replace=yes)
        before = None if against is None else diagnosis_of(project, against)
        result = run_diagnosis(
            project,
            seed=seed,
            compare=compare,
            time_column=time_column,
            embeddings=embeddings,
            progress=tell,
        )
        classes = project.classes
        diff = None if before is None else compare_diagnoses(before, result)
        if html is not None:
            from workbench.report import write_report

            texts = evidence_texts(project, result)
            write_report(html, result, name=project.root.name, texts=texts, diff=diff)
    shown = result if diff is None else DiagnosisReport(result, diff)
    emit(shown, as_json_, lambda _: _show(result, diff, classes))
    if html is not None and not as_json_:
        say(f"wrote {html}")
    context.say_next(as_json_)


def _show(result: DiagnoseResult, diff: DiagnosisDiff | None, classes: tuple[str, ...]) -> None:
    from workbench.cli.diagnosis_tables import show_changes, show_diagnosis

    show_diagnosis(result, classes)
    if diff is not None:
        show_changes(diff)
