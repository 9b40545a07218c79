"""``workbench log`` and ``workbench show``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from workbench.cli.context import CliContext
from workbench.cli.options import COUNT
from workbench.cli.output import emit, json_option, say, see_also, table

if TYPE_CHECKING:
    from workbench.services.history import LinkedRun, RunDetails
    from workbench.store.runs import Run


@click.command()
@click.option("--kind", help="Only runs of this kind, such as apply or export.")
@click.option("--since", metavar="TIME", help="Only from this day or time (UTC) on.")
@click.option("--until", metavar="TIME", help="Only up to this day or time (UTC).")
@click.option("--agent", metavar="USER", help="Only what this user, or user@host, started.")
@click.option(
    "--outcome",
    type=click.Choice(["done", "failed", "cancelled", "crashed", "running"]),
    help="Only runs that ended so.",
)
@click.option("-n", "limit", type=COUNT, default=30, show_default=True, help="How many.")
@json_option
@click.pass_obj
def log(
    context: CliContext,
    kind: str | None,
    since: str | None,
    until: str | None,
    agent: str | None,
    outcome: str | None,
    limit: int,
    as_json_: bool,
) -> None:
    """List the runs, the newest first."""
    from workbench.services.history import log as list_runs

    with context.open_project() as project:
        runs = list_runs(
            project,
            kind=kind,
            since=since,
            until=until,
            agent=agent,
            outcome=outcome,
            limit=limit,
        )
    emit(runs, as_json_, _show_runs)


def _show_runs(runs: tuple[Run, ...]) -> None:
    table(
        [">run", "kind", "started (UTC)", "by", "outcome", "what"],
        [
            (
                run.run_id,
                run.kind,
                run.started_at[:19].replace("T", " "),
                run.agent,
                run.outcome,
                run.error or ", ".join(f"{k} {v:,}" for k, v in run.counts.items()),
            )
            for run in runs
        ],
    )
    see_also("workbench show RUN")


@click.command()
@click.argument("run_id", type=COUNT, metavar="RUN")
@json_option
@click.pass_obj
def show(context: CliContext, run_id: int, as_json_: bool) -> None:
    """Show one run: its parameters, inputs, versions and outcome."""
    from workbench.services.history import show as show_run

    with context.open_project() as project:
        details = show_run(project, run_id)
    emit(details, as_json_, _show_run)


def _show_run(details: RunDetails) -> None:
    run = details.run
    say(f"run {run.run_id}: {run.kind}, {run.outcome}", style="bold")
    say(f"  {run.started_at} to {run.ended_at or '…'} by {run.agent}")
    say(f"  parameters {json.dumps(run.parameters, ensure_ascii=False)}, seed {run.seed}")
    say(f"  counts {json.dumps(run.counts)}")
    if run.error:
        say(f"  error: {run.error}", style="red")
    say(f"  read runs {_ids(details.inputs)}; was read by runs {_ids(details.outputs)}")
    if details.documents:
        say(f"  kept: {', '.join(details.documents)} (--json shows the result)")
    say("  with " + ", ".join(f"{name} {version}" for name, version in run.versions.items()))


def _ids(runs: tuple[LinkedRun, ...]) -> str:
    return ", ".join(f"{run.run_id} ({run.kind})" for run in runs) or "none"
