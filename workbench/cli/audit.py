"""``workbench audit``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
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
from workbench.safe_text import one_line

if TYPE_CHECKING:
    from workbench.services.audit import AuditResult, GroupRate


@click.command()
@click.option("--by", metavar="COLUMN", help="Compare vendors, batches or any other column.")
@click.option(
    "--probabilities",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Out-of-sample probabilities of your own model, .npy (n, K).",
)
@click.option("-n", "n_shown", default=15, show_default=True, help="Suspects to print.")
@click.option("--seed", type=int, help="By default the project's.")
@json_option
@click.pass_obj
def audit(
    context: CliContext,
    by: str | None,
    probabilities: Path | None,
    n_shown: int,
    seed: int | None,
    as_json_: bool,
) -> None:
    """Find the labels that confident learning doubts: candidates for a review, never deleted."""
    from workbench.services.audit import audit_labels

    with context.open_project() as project, progress(as_json_) as tell:
        result = audit_labels(project, by=by, probabilities=probabilities, seed=seed, progress=tell)
    emit(result, as_json_, lambda audited: _show(audited, n_shown))
    context.say_next(as_json_)


def _show(result: AuditResult, n_shown: int) -> None:
    if result.reused:
        say(f"nothing has changed since run {result.run_id}: its suspects stand")
    say(
        f"{result.n_suspects:,} of {result.n_rows:,} labels are doubted"
        f" ({percent(result.error_rate)})"
    )
    if result.by_group:
        show_rates(result.by_group, f"by {result.by}, the worst first")
    show_rates(result.by_class, "by class")
    if result.suspects:
        table(
            ["uid", "label", "suggested", "?>quality", "?origin", "text"],
            [
                (s.uid, s.given, s.suggested, f"{s.quality:.3f}", s.origin, one_line(s.text, 60))
                for s in result.suspects[:n_shown]
            ],
            title="suspects, the most doubtful first",
        )


def show_rates(rates: Sequence[GroupRate], title: str) -> None:
    """Print estimated label-error rates; a group that stands out is marked."""
    has_tests = any(rate.q_value is not None for rate in rates)
    columns = ["group", ">labels", ">doubted", ">rate [95 %]"]
    if has_tests:
        columns += [">times the rest", ">q", ""]
    rows: list[tuple[str, ...]] = []
    for rate in rates:
        row: tuple[str, ...] = (
            rate.group,
            f"{rate.n:,}",
            f"{rate.n_suspects:,}",
            interval(rate.rate, rate.low, rate.high),
        )
        if has_tests:
            stands_out = (rate.q_value or 0) < 0.05 and (rate.ratio is None or rate.ratio > 1)
            row += (
                "-" if rate.ratio is None else f"{rate.ratio:.1f}",
                "-" if rate.q_value is None else f"{rate.q_value:.3f}",
                "<- stands out" if stands_out else "",
            )
        rows.append(row)
    table(columns, rows, title=title)
