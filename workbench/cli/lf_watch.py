"""``workbench lf watch``."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING

import click

from workbench.cli.apply import failed_rows, show_changes
from workbench.cli.context import CliContext
from workbench.cli.output import json_option, say

if TYPE_CHECKING:
    from workbench.services.lf.watch import WatchStep


@click.command("watch")
@click.option(
    "--every", default=0.5, show_default=True, type=click.FloatRange(0.05), help="Seconds."
)
@click.option("--once", is_flag=True, help="Apply, print what changed, and end.")
@json_option
@click.pass_obj
def watch(context: CliContext, every: float, once: bool, as_json_: bool) -> None:
    """Apply on each save of a script and print what changed; Ctrl-C or SIGTERM ends it.

    With --json, one document a line.
    """
    import time

    from workbench.functions.termination import heeded
    from workbench.services.lf.watch import watch_functions
    from workbench.services.results import as_json

    def wait() -> bool:
        time.sleep(every)
        return True

    # An apply under way ends as cancelled.
    with heeded(), context.open_project() as project, contextlib.suppress(KeyboardInterrupt):
        if not as_json_:
            say(f"watching {project.functions_folder} (Ctrl-C ends it)")
        for step in watch_functions(project, wait, once=once):
            if as_json_:
                click.echo(json.dumps(as_json(step)))
            else:
                _show(step)


def _show(step: WatchStep) -> None:
    say(f"— {', '.join(step.files) or 'start'}", style="bold")
    if step.error is not None:
        say(step.error, style="red")
    if step.applied is None:
        return
    for problem in step.applied.problems:
        where = f"{problem.file}:{problem.line}" if problem.line else problem.file
        say(f"{where}: {problem.message}", style="red")
    for note in step.applied.notes:
        say(f"{note.file}: {note.message}", style="yellow")
    for function in step.applied.functions:
        for error in function.errors[:1]:
            line = f", line {error.line}" if error.line else ""
            say(f"{function.name}: {failed_rows(function.n_errors)}, first {error.uid}{line}:"
                f" {error.type}: {error.message}", style="red")  # fmt: skip
    if not step.changes:
        say("no vote changed")
        return
    show_changes(step.changes)
