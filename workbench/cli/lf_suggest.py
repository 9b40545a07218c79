"""``workbench lf suggest``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from workbench.cli.context import CliContext
from workbench.cli.options import SEED
from workbench.cli.output import emit, json_option, say, see_also, table
from workbench.figures import counted, interval, percent

if TYPE_CHECKING:
    from workbench.services.lf.suggest import Accepted, Suggestions


@click.command("suggest")
@click.option("-n", "limit", default=10, show_default=True, type=click.IntRange(min=1))
@click.option("--seed", type=SEED, help="For the rows looked at, where there are over 20,000.")
@click.option(
    "--accept", multiple=True, type=int, metavar="N", help="Write this suggestion; repeatable."
)
@json_option
@click.pass_obj
def suggest(
    context: CliContext, limit: int, seed: int | None, accept: tuple[int, ...], as_json_: bool
) -> None:
    """Suggest keyword functions from labelled training rows and rows without a vote.

    Evaluation rows are left out: they judge the functions.

    The numbers stay the same until labels or votes change: look, then accept.
    """
    from workbench.services.lf.suggest import accept_suggestions, suggest_functions

    with context.open_project() as project:
        result = suggest_functions(project, limit=max(limit, *accept, 1), seed=seed)
        if not accept:
            emit(result, as_json_, _show)
            return
        emit(accept_suggestions(project, result, list(accept)), as_json_, _show_accepted)
    context.say_next(as_json_)


def _show(result: Suggestions) -> None:
    if result.accepted:
        terms = ", ".join(repr(one.term) for one in result.accepted)
        say(f"left out: {terms}, accepted but not applied yet: workbench apply")
    if not result.candidates:
        say(
            f"nothing to suggest: no word or phrase speaks surely for one class in"
            f" {result.n_labelled:,} labelled training rows"
        )
        if result.n_evaluation:
            labelled = counted(result.n_evaluation, "evaluation row")
            say(f"{labelled} with a label: they judge functions, so that none is made from them")
        see_also("workbench propose -n 50", "then annotate them")
        return
    table(
        ["N", "term", "class", ">precision", "interval", ">n", ">coverage", ">new coverage"],
        [
            (
                candidate.number,
                candidate.term,
                candidate.label,
                percent(candidate.precision),
                interval(
                    candidate.precision, candidate.precision_low, candidate.precision_high
                ).partition(" % ")[2],
                f"{candidate.n_labelled:,}",
                percent(candidate.coverage),
                percent(candidate.new_coverage),
            )
            for candidate in result.candidates
        ],
    )
    whose = (
        "labels of training rows: of people, and those that came with rows"
        if result.basis == "annotations"
        else "labels that the label model is sure of: precision is agreement with it"
    )
    say(f"best of {result.n_terms:,} terms looked at, from {result.n_labelled:,} {whose}")
    see_also(f"workbench lf suggest --accept {result.candidates[0].number}")


def _show_accepted(result: Accepted) -> None:
    for line in result.lines:
        say(line)
    say(f"written to {result.path}")
    if result.basis == "annotations":
        say("the labels that chose them do not judge them: rows annotated from now on do")
