"""``workbench aggregate``."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from workbench.cli.context import CliContext
from workbench.cli.options import SEED
from workbench.cli.output import emit, json_option, say, table
from workbench.cli.scores import show_scores
from workbench.figures import counted, interval, percent, points
from workbench.name_lists import parts_of, quoted, unquoted

if TYPE_CHECKING:
    from workbench.methods.snorkel_model import Solver
    from workbench.services.aggregate_result import AggregateResult
    from workbench.services.lf.report import LFWeight

_ROWS = 30
"""Labeling functions that are shown."""

_SHARES = 6
"""Class shares that are shown."""


@click.command()
@click.option(
    "--model",
    default="auto",
    show_default=True,
    type=click.Choice(["auto", "majority", "snorkel", "dawid-skene", "triplet"]),
)
@click.option(
    "--class-balance",
    metavar="A=0.9,B=0.1",
    help="The shares of the classes, a name with a comma in double quotes; or where to take them"
    " from: uniform, votes, annotations. By default the evidence in the votes decides.",
)
@click.option(
    "--solver",
    default="numpy",
    show_default=True,
    type=click.Choice(["numpy", "reference"]),
    help="How Snorkel's model is fitted; reference: the snorkel package itself.",
)
@click.option("--seed", type=SEED, help="By default the project's.")
@json_option
@click.pass_obj
def aggregate(
    context: CliContext,
    model: str,
    class_balance: str | None,
    solver: Solver,
    seed: int | None,
    as_json_: bool,
) -> None:
    """Fit the label models on the votes; show them side by side and say which is used, and why."""
    from workbench.services.aggregate import aggregate_votes
    from workbench.services.beliefs import model_in_use

    with context.open_project() as project:
        balance = _parse_balance(class_balance)
        result = aggregate_votes(
            project, model=model, class_balance=balance, seed=seed, solver=solver
        )
        used = model_in_use(project)
    emit(result, as_json_, partial(_show, in_use="" if used is None else used.model))
    context.say_next(as_json_)


def _parse_balance(text: str | None) -> dict[str, float] | str | None:
    if text is None or "=" not in text:
        return text
    shares: dict[str, float] = {}
    for part in parts_of(text):
        # Quotes are around the name, or as in a CSV file around name and share.
        is_whole = part.endswith('"')
        written, _, share = (unquoted(part) if is_whole else part).rpartition("=")
        name = written.strip() if is_whole else unquoted(written.strip())
        if name in shares:
            raise click.BadParameter(f"{name!r} has two shares", param_hint="--class-balance")
        try:
            shares[name] = float(share)
        except ValueError as error:
            raise click.BadParameter(
                f"{part!r} is not NAME=SHARE, as in ham=0.87,spam=0.13; a name with a comma goes in"
                " double quotes, as in '\"a,b\"=0.87,spam=0.13'",
                param_hint="--class-balance",
            ) from error
    return shares


def _show(result: AggregateResult, in_use: str) -> None:
    for sentence in result.stale:
        say(sentence, style="yellow")
    if result.reused:
        stands = "its labels stand" if result.withdraws is None else "there is still no vote"
        say(f"nothing has changed since run {result.run_id}: {stands}")
    if result.withdraws is not None:
        say(f"{result.reason} The labels of run {result.withdraws} are withdrawn.")
        for warning in result.warnings:
            say(f"! {warning}", style="yellow")
        return
    # Where nothing has changed since, a later training may give the labels.
    is_part = in_use != result.chosen
    used = f"in use: {in_use}, which weighs {result.chosen}" if is_part else f"in use: {in_use}"
    say(f"{used}. {result.reason}")
    functions = counted(result.n_functions, "function")
    say(
        f"{functions}: {percent(result.coverage)} of {result.n_examples:,} rows"
        f" have a vote, {percent(result.conflicts)} conflicting ones; {result.labelled:,} rows, of"
        f" any role, get a label; {counted(result.ties, 'tie')},"
        f" {counted(result.contradictions, 'row')} where the model contradicts every vote and"
        f" {result.unsure:,} where it is less sure than"
        f" min_confidence ({result.min_confidence:g}) stay without"
    )
    if result.default_class is not None:
        rows = counted(result.by_default, "row")
        default = f"default class {result.default_class}"
        say(f"{default}: the label of {rows} without a vote or with a tie")
    common = sorted(zip(result.classes, result.class_balance, strict=False), key=lambda c: -c[1])
    shares = ", ".join(f"{quoted(name)} {percent(share)}" for name, share in common[:_SHARES])
    balance = f"class balance: {shares}{' …' * (len(result.class_balance) > _SHARES)}"
    if result.balance_from:
        balance += f" ({result.balance_from})"
    if result.balance_sensitivity is not None:
        balance += f"; {percent(result.balance_sensitivity)} of the labels depend on it"
    say(balance)
    if result.temperature is not None:
        say(
            f"temperature {result.temperature:.2f} would fit the {result.n_calibrating:,} labels"
            f" that judge best: {result.chosen} is {result.sureness}"
        )
    ranked = sorted(result.weights, key=lambda w: (-(w.weight or 0), -w.labels_changed))
    is_measured = any(w.n_measured for w in ranked)
    table(
        [
            "!labeling function", ">learnt accuracy", *[">measured", "?>n"] * is_measured,
            ">coverage", "?>alone", "?>labels changed", "?>gain, points",
        ],
        [
            (
                w.name,
                percent(w.weight),
                *[_measured(w), f"{w.n_measured:,}"] * is_measured,
                percent(w.coverage),
                percent(w.covered_alone),
                percent(w.labels_changed),
                _gain(w.accuracy_gain, w.n_judged),
            )
            for w in ranked[:_ROWS]
        ],
    )  # fmt: skip
    for warning in result.warnings:
        say(f"! {warning}", style="yellow")
    show_scores(result.scores, in_use, n_evaluation=result.n_evaluation)
    if result.model_asked == "auto" and (better := result.better):
        basis = "the votes and the annotated rows" if result.n_annotated else "the votes alone"
        say(
            f"{result.chosen} was chosen by {basis}, not by these scores, so that they stay a fair"
            f" test; to take another: workbench aggregate --model {better}"
        )


def _measured(weight: LFWeight) -> str:
    """Return a function's accuracy on trusted labels, as `lf list` has it."""
    return interval(weight.measured, weight.measured_low, weight.measured_high)


def _gain(gain: float | None, n: int) -> str:
    """Return what a function adds to the accuracy on rows with trusted labels, in points."""
    return "-" if gain is None else f"{points(gain).removesuffix(' points')} (n {n})"
