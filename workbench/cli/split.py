"""``workbench split``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from workbench.cli.context import CliContext
from workbench.cli.options import SEED
from workbench.cli.output import emit, json_option, progress, say, table
from workbench.figures import counted, percent

if TYPE_CHECKING:
    from workbench.services.split import SplitResult


@click.command()
@click.argument("shares", nargs=-1, type=float, metavar="[TRAIN VALIDATION TEST]")
@click.option("--seed", type=SEED, help="By default the project's.")
@json_option
@click.pass_obj
def split(context: CliContext, shares: tuple[float, ...], seed: int | None, as_json_: bool) -> None:
    """Deal the training rows to train, validation and test: by default 80 10 10.

    Two shares make train and test. Near-duplicates stay together and classes keep their shares;
    workbench export --with-split writes the part of each row.
    """
    from workbench.services.split import DEFAULT_SHARES, split_rows

    with context.open_project() as project, progress(as_json_) as tell:
        result = split_rows(project, shares=shares or DEFAULT_SHARES, seed=seed, progress=tell)
    emit(result, as_json_, _show)
    context.say_next(as_json_)


def _show(result: SplitResult) -> None:
    if result.notice:
        say(result.notice, style="yellow")
    say(
        f"{counted(result.n_rows, 'training row')} in {counted(result.n_clusters, 'cluster')} of"
        " near-duplicates,"
        f" each in one part (run {result.run_id})"
    )
    classes = list(result.parts[0].class_counts)
    table(
        ["part", ">rows", ">share", *(f"?>{name}" for name in classes), ">no label"],
        [
            (
                part.name,
                f"{part.n:,}",
                percent(part.share),
                *(f"{part.class_counts[name]:,}" for name in classes),
                f"{part.n_unlabelled:,}",
            )
            for part in result.parts
        ],
    )
    if result.leaked_evaluation:
        say(
            f"{counted(result.leaked_evaluation, 'row')} of the train part"
            f" {'repeats' if result.leaked_evaluation == 1 else 'repeat'} evaluation rows: leave"
            f" {'it' if result.leaked_evaluation == 1 else 'them'} out before you score on those",
            style="yellow",
        )
    say("with the labels: workbench export FILE.csv --with-split")
