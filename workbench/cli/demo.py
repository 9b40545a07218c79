"""``workbench demo``: the whole loop, told stage by stage."""

from __future__ import annotations

import contextlib
import io
import json
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli.output import command_name, json_option, say, table
from workbench.figures import counted, percent
from workbench.name_lists import quoted_list
from workbench.services.results import as_json

if TYPE_CHECKING:
    from workbench.services.audit.results import AuditResult
    from workbench.services.demo_loop import DemoReport
    from workbench.services.project import Project

_N_ASKED = 3
_N_BATCHES = 4
_WIDTH = 80


@click.command()
@click.argument(
    "directory", type=click.Path(path_type=Path), default=Path("workbench-demo"), metavar="[DIR]"
)
@click.option("--yes", is_flag=True, help="Make an earlier demonstration in DIR anew.")
@json_option
def demo(directory: Path, yes: bool, as_json_: bool) -> None:
    """See the whole loop on 6,000 made-up messages to a shop, in a project in DIR.

    A simulated person answers where a person is asked. The truth is read only for the report at the
    end, which puts it beside what was claimed.
    """
    from workbench.services.demo import make_demo_project
    from workbench.services.project import Project

    # For machines the story is left out, only its figures are printed.
    story = contextlib.redirect_stdout(io.StringIO()) if as_json_ else contextlib.nullcontext()
    with story:
        root = make_demo_project(directory, replace=yes)
        with Project(root) as project:
            report = _tell(project, directory)
    if as_json_:
        click.echo(json.dumps(as_json(report), indent=2))


class _Stages:
    """Numbers the stages and times them."""

    def __init__(self) -> None:
        self.number = 0

    @contextmanager
    def stage(self, command: str, purpose: str) -> Iterator[None]:
        """Print a heading with the command that does the same, then what the stage found."""
        self.number += 1
        say()
        say(f"{self.number}. {purpose}", style="bold")
        say(f"   $ workbench {command}", style="dim")
        started = time.monotonic()
        yield
        say(f"   ({time.monotonic() - started:.1f} s)", style="dim")


def _tell(project: Project, directory: Path) -> DemoReport:
    from workbench.services.demo_loop import EXPORT_NAME, N_PROPOSED, DemoLoop
    from workbench.services.demo_truth import accuracy_of
    from workbench.services.end_model import END_MODEL

    stage, loop = _Stages().stage, DemoLoop(project)
    say(f"A project in {directory}: messages to a shop, classes {quoted_list(project.classes)}.")
    with stage("import data/messages.csv --role train   (and two more)", "Bring text in"):
        for part in loop.bring_in():
            say(f"   {part.n_added:,} {part.role} rows, {part.n_labelled:,} of them with a label")
    with stage("diagnose", "Measure before you change anything"):
        for lens in loop.diagnose().lenses:
            _tell_more(f"{lens.name}: {lens.verdict}. {lens.finding}")
    with stage("apply", "Let the scripts in labeling_functions/ vote"):
        applied = loop.apply()
        n_votes = sum(lf.n_votes for lf in applied.functions)
        say(f"   {len(applied.functions)} labeling functions, {n_votes:,} votes")
        for problem in applied.problems:
            say(f"   {problem.file}: {problem.message}", style="red")
    with stage("aggregate", "Turn votes into probabilistic labels"):
        aggregated = loop.aggregate()
        _tell_more(f"in use: {aggregated.chosen}. {aggregated.reason}")
        say(f"   {percent(aggregated.coverage)} of the rows have a vote")
        for score in aggregated.scores:
            say(
                f"   {score.model}: {percent(score.accuracy)} right on the"
                f" {percent(score.coverage)} of the evaluation rows that it covers"
            )
    with stage("train", "Train the end model on vendors' labels and votes"):
        trained = loop.train()
        right = accuracy_of(END_MODEL, trained.scores)
        say(f"   {trained.n_rows:,} rows; {percent(right)} right on the evaluation rows")
    with stage(f"propose -n {N_PROPOSED}; workbench annotate", "Ask a person, sparingly"):
        asked = loop.ask()
        for uid, reason in list(asked.reasons.items())[:_N_ASKED]:
            _tell_more(f"{uid}: {reason}")
        say(f"   a simulated person answered {asked.n_answered} rows (98 % right, by design)")
    with stage("audit --by batch", "Who is to blame for wrong labels?"):
        audited = loop.audit()
        say(f"   {audited.n_suspects:,} of {audited.n_judged:,} labels are doubted")
        _show_batches(audited)
    with stage("tui   (Audit view)", "Review the first suspects"):
        review = loop.review()
        say(
            f"   of {review.n_reviewed} suspects the person corrected {review.n_relabelled}"
            f" and confirmed {review.n_kept}"
        )
    with stage(f"export {EXPORT_NAME}", "Write the cleaned set"):
        exported = loop.export()
        say(f"   {exported.n_rows:,} rows; every label can be traced: workbench why UID")
    report = loop.hold_against_truth()
    _show_claims(report)
    _show_steps(report)
    decisions = counted(report.n_decisions, "decision")
    say(f"{decisions} of a simulated person; the whole demo took {report.seconds:.0f} s")
    say(f"the cleaned set:  {report.export}")
    say(f"look around:      {command_name()} -C {directory} tui", style="cyan")
    return report


def _tell_more(text: str) -> None:
    """Print what is too long for a line, so that its beginning stands out."""
    for line in textwrap.wrap(text, _WIDTH, initial_indent="   ", subsequent_indent="     "):
        say(line)


def _show_batches(audited: AuditResult) -> None:
    """Print the batches whose labels are doubted most."""
    from workbench.services.audit.blame import STANDS_OUT

    table(
        ["batch", ">labels", ">doubted", ""],
        [
            (
                rate.group,
                f"{rate.n:,}",
                percent(rate.rate),
                f"<- {rate.mark}" if rate.mark == STANDS_OUT else "",
            )
            for rate in audited.by_group[:_N_BATCHES]
        ],
    )


def _show_claims(report: DemoReport) -> None:
    """Print what was claimed beside what is true."""
    say()
    say("What was claimed, beside the truth, which nothing read before", style="bold")
    table(
        ["planted", ">in truth", ">claimed", ">found of the planted"],
        [
            (
                finding.name,
                f"{finding.n_planted:,}",
                f"{finding.n_claimed:,}",
                f"{finding.n_found:,} ({percent(finding.n_found / max(finding.n_planted, 1))})",
            )
            for finding in report.findings
        ],
    )
    table(
        ["share", ">in truth", ">claimed"],
        [(claim.name, percent(claim.truth), percent(claim.claimed)) for claim in report.claims],
    )
    if any(claim.claimed is None for claim in report.claims):
        _tell_more(f"- not claimed: {report.shares_reason or 'it was not measured'}")
    say(f"drift in production, planted: {', '.join(report.drift_planted)}")
    say(f"drift in production, claimed: {', '.join(report.drift_claimed) or 'none'}")


def _show_steps(report: DemoReport) -> None:
    """Print what each step gained."""
    say()
    say("What each step gained, in labels that are truly right", style="bold")
    table(
        [f"of {report.n_train:,} training rows", ">labelled", ">right", ">", ">gained",
         ">end model", ">mix"],
        [
            (
                step.name,
                f"{step.n_labelled:,}",
                f"{step.n_right:,}",
                percent(step.accuracy),
                f"{step.gained:+,}" if i else "",
                *("" if right is None else percent(right) for right in (step.end_model, step.mix)),
            )
            for i, step in enumerate(report.steps)
        ],
    )  # fmt: skip
    say("end model, mix: right on the evaluation rows; only the mix gives labels")
    say(
        f"the vendors' {report.n_given:,} labels: {percent(report.accuracy_given)} right as given,"
        f" {percent(report.accuracy_given_after)} as exported"
    )
