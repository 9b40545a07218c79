"""``workbench agreement``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from workbench.cli.context import CliContext
from workbench.cli.options import SEED
from workbench.cli.output import emit, json_option, say, see_also, table
from workbench.figures import counted, interval, percent, score

if TYPE_CHECKING:
    from workbench.methods.agreement import Coefficient
    from workbench.services.agreement import AgreementResult


@click.command()
@click.option(
    "-n", "n_shown", default=10, show_default=True, help="Annotators, and pairs, to print."
)
@click.option("--seed", type=SEED, help="Of the bootstrap; by default the project's.")
@json_option
@click.pass_obj
def agreement(context: CliContext, n_shown: int, seed: int | None, as_json_: bool) -> None:
    """Measure how far annotators agree beyond chance, overall, by class and by pair."""
    from workbench.services.agreement import annotator_agreement

    with context.open_project() as project:
        result = annotator_agreement(project, seed=seed)
    emit(result, as_json_, lambda measured: _show(measured, n_shown))


def _show(result: AgreementResult, n_shown: int) -> None:
    if not result.n_answers:
        say("no answers yet")
        see_also("workbench annotate --annotator NAME")
        return
    say(
        f"{counted(result.n_answers, 'answer')} of {counted(len(result.annotators), 'annotator')}"
        f" to {counted(result.n_rows, 'row')}; {counted(result.n_shared, 'row')}"
        f" {'has' if result.n_shared == 1 else 'have'} two answers or more; consensus:"
        f" {result.policy}",
        style="bold",
    )
    if not result.n_shared:
        see_also("workbench annotate --annotator NAME", "agreement needs two answers to a row")
        return
    table(
        ["all classes", ">[95 %]"],
        [
            ("share of answers that agree", _shown(result.observed)),
            ("Krippendorff's alpha", _shown(result.alpha)),
            ("Fleiss' kappa", _shown(result.fleiss)),
            ("Cohen's kappa, mean of pairs", _shown(result.cohen)),
        ],
    )
    table(
        ["class", ">answers", ">alpha [95 %]", ">Fleiss' kappa [95 %]"],
        [
            (row.name, f"{row.n_answers:,}", _shown(row.alpha), _shown(row.fleiss))
            for row in result.classes
        ],
    )
    compared = [a for a in result.annotators if a.accuracy is not None]
    title = "annotators: no difference between them is beyond noise"
    if result.is_ranked:
        compared.sort(key=lambda annotator: annotator.accuracy or 0)
        title = "annotators, the least reliable first"
    if compared:
        table(
            ["annotator", ">answers", ">estimated accuracy [95 %]"],
            [
                (a.name, f"{a.n_answers:,}", interval(a.accuracy, a.low, a.high))
                for a in compared[:n_shown]
            ],
            title=_title(title, len(compared), n_shown),
        )
    if result.note:
        say(f"- {result.note}")
    table(
        ["annotator", "and", ">rows", ">agree", ">Cohen's kappa [95 %]"],
        [
            (p.first, p.second, f"{p.n_rows:,}", percent(p.observed), _shown(p.kappa))
            for p in result.pairs[:n_shown]
        ],
        title=_title("pairs, the least agreement first", len(result.pairs), n_shown),
    )
    if result.n_disputed:
        rows = counted(result.n_disputed, "row")
        has = "has" if result.n_disputed == 1 else "have"
        say(f"{rows} {has} answers that differ and that nobody has settled")
        see_also("workbench annotate --queue disagreement")


def _title(text: str, n: int, n_shown: int) -> str:
    return text if n <= n_shown else f"{text} ({n_shown:,} of {n:,}; all with --json)"


def _shown(coefficient: Coefficient) -> str:
    if coefficient.value is None:
        return "not defined"
    return score(coefficient.value, coefficient.low, coefficient.high)
