"""``workbench aggregate``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from workbench.cli.context import CliContext
from workbench.cli.output import emit, json_option, next_step, percent, say, table
from workbench.cli.scores import show_scores

if TYPE_CHECKING:
    from workbench.services.aggregate import AggregateResult


@click.command()
@click.option(
    "--model",
    default="auto",
    show_default=True,
    type=click.Choice(["auto", "majority", "snorkel", "dawid-skene"]),
)
@click.option("--class-balance", metavar="A=0.9,B=0.1", help="The shares of the classes, if known.")
@click.option("--seed", type=int, help="By default the project's.")
@json_option
@click.pass_obj
def aggregate(
    context: CliContext, model: str, class_balance: str | None, seed: int | None, as_json_: bool
) -> None:
    """Fit the label models on the votes; show them side by side and say which is used, and why."""
    from workbench.services.aggregate import aggregate_votes

    with context.open_project() as project:
        balance = _parse_balance(class_balance)
        result = aggregate_votes(project, model=model, class_balance=balance, seed=seed)
    emit(result, as_json_, _show)


def _parse_balance(text: str | None) -> dict[str, float] | None:
    if text is None:
        return None
    shares: dict[str, float] = {}
    for part in text.split(","):
        name, _, share = part.rpartition("=")
        try:
            shares[name.strip()] = float(share)
        except ValueError as error:
            raise click.BadParameter(
                f"{part!r} is not NAME=SHARE, as in ham=0.87,spam=0.13",
                param_hint="--class-balance",
            ) from error
    return shares


def _show(result: AggregateResult) -> None:
    if result.reused:
        say(f"nothing has changed since run {result.run_id}: its labels stand")
    say(f"in use: {result.chosen}. {result.reason}")
    say(
        f"{result.n_functions} functions: {percent(result.coverage)} of {result.n_examples:,} rows"
        f" have a vote, {percent(result.conflicts)} conflicting ones; {result.labelled:,} rows get"
        f" a label; {result.ties:,} ties and {result.contradictions:,} rows where the model"
        " contradicts every vote stay without"
    )
    weights = [weight for weight in result.weights if weight.weight is not None]
    if weights:
        ranked = sorted(weights, key=lambda w: -(w.weight or 0))
        table(
            ["labeling function", ">learnt accuracy", ">coverage"],
            [(w.name, percent(w.weight), percent(w.coverage)) for w in ranked[:30]],
        )
    show_scores(result.scores, result.chosen)
    next_step("workbench train")
