"""``workbench propose``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from workbench.cli.context import CliContext
from workbench.cli.options import SEED
from workbench.cli.output import emit, json_option, progress, say, table
from workbench.safe_text import one_line

if TYPE_CHECKING:
    from workbench.services.propose import ProposeResult

_SHOWN = 20


@click.command()
@click.option("-n", default=50, show_default=True, help="The size of the batch.")
@click.option(
    "--strategy",
    default="auto",
    show_default=True,
    help="auto (the mix), random, typicality, doubtful-clusters, doubtful-cover,"
    " entropy-diversity, margin-diversity, badge, margin, least-confidence, entropy, disagreement,"
    " lf-conflict, lf-entropy, k-centre, facility-location or prob-cover.",
)
@click.option("--class", "label", metavar="C", help="Choose among the likely rows of a class.")
@click.option(
    "--where", metavar="CONDITION", help="Only some rows: \"vendor = 'b' and length > 20\"."
)
@click.option(
    "--role",
    default="train",
    show_default=True,
    type=click.Choice(["train", "production", "evaluation"]),
    help="Which rows; no model learns from production or evaluation rows.",
)
@click.option(
    "--embedder", metavar="NAME", help="Where to measure distance: tfidf, or what embed made."
)
@click.option("--seed", type=SEED, help="By default the project's.")
@json_option
@click.pass_obj
def propose(
    context: CliContext,
    n: int,
    strategy: str,
    label: str | None,
    where: str | None,
    role: str,
    embedder: str | None,
    seed: int | None,
    as_json_: bool,
) -> None:
    """Choose the rows that are worth your time next, each with its reason.

    A tenth of each batch is drawn evenly: the yardstick of `workbench curve`. Rows whose label came
    with a file are asked too, to check it; --where "given is null" leaves them out.
    """
    from workbench.services.propose import propose_batch

    with context.open_project() as project, progress(as_json_) as tell:
        result = propose_batch(
            project,
            n=n,
            strategy=strategy,
            seed=seed,
            label=label,
            where=where,
            embedder=embedder,
            role=role,
            progress=tell,
        )
    emit(result, as_json_, _show)
    context.say_next(as_json_)


def _show(result: ProposeResult) -> None:
    believed = f", by the beliefs of {result.believed_by}" if result.believed_by else ""
    say(
        f"{len(result.rows):,} of {result.n_pool:,} undecided {result.role} rows,"
        f" strategy {result.strategy}{believed} (run {result.run_id})"
    )
    for share in result.shares:
        if share.n:
            say(f"  {share.n:,} by {share.strategy}: {share.why}")
    for note in result.notes:
        say(f"! {note}", style="yellow")
    table(
        ["uid", "text", "reason"],
        [(row.uid, one_line(row.text, 44), row.reason) for row in result.rows[:_SHOWN]],
    )
    if len(result.rows) > _SHOWN:
        say(f"… and {len(result.rows) - _SHOWN} more")
