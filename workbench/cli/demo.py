"""``workbench demo``: the whole loop, told stage by stage."""

from __future__ import annotations

import contextlib
import io
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli.output import command_name, json_option, say, table
from workbench.figures import percent
from workbench.services.results import as_json

if TYPE_CHECKING:
    from workbench.services.audit_results import AuditResult
    from workbench.services.project import Project

N_PROPOSED = 60
N_REVIEWED = 150
EXPORT_NAME = "labels.csv"
_N_BATCHES = 4


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What the demonstration measured; accuracies are of training labels against the truth."""

    root: str
    export: str
    seconds: float
    n_given: int
    accuracy_given: float
    n_before: int
    accuracy_before: float
    n_after: int
    accuracy_after: float
    n_given_after: int
    accuracy_given_after: float
    end_model_before: float | None
    end_model_after: float | None
    worst_batch: str
    doubted: dict[str, float]
    truly_wrong: dict[str, float]
    n_decisions: int
    n_functions: int


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
        self.began = time.monotonic()

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
    from workbench.services.aggregate import aggregate_votes
    from workbench.services.annotate import n_decisions
    from workbench.services.apply import apply_functions
    from workbench.services.audit import audit_labels
    from workbench.services.decision_import import import_decisions
    from workbench.services.demo import (
        against_truth,
        exported_labels,
        read_truth,
        review_suspects,
        training_labels,
        wrong_by_batch,
    )
    from workbench.services.diagnose import diagnose
    from workbench.services.export import export_labels
    from workbench.services.importing import import_files
    from workbench.services.propose import propose_batch
    from workbench.services.train import train_end_model

    stages = _Stages()
    data = project.root / "data"
    say(f"A project in {directory}: messages to a shop, classes {', '.join(project.classes)}.")
    with stages.stage("import data/messages.csv --role train   (and two more)", "Bring text in"):
        for name, role in (
            ("messages", "train"),
            ("evaluation", "evaluation"),
            ("production", "production"),
        ):
            result = import_files(project, [data / f"{name}.csv"], role=role)
            labelled = result.files[0].n_labelled
            say(f"   {result.n_added:,} {role} rows, {labelled:,} of them with a label")
        given = training_labels(project)
    with stages.stage("diagnose", "Measure before you change anything"):
        for lens in diagnose(project).lenses:
            say(f"   {lens.name}: {lens.verdict}. {lens.finding}")
    with stages.stage("apply", "Let the scripts in labeling_functions/ vote"):
        applied = apply_functions(project)
        n_votes = sum(lf.n_votes for lf in applied.functions)
        say(f"   {len(applied.functions)} labeling functions, {n_votes:,} votes")
        for problem in applied.problems:
            say(f"   {problem.file}: {problem.message}", style="red")
    with stages.stage("aggregate", "Turn votes into probabilistic labels"):
        aggregated = aggregate_votes(project)
        say(f"   in use: {aggregated.chosen}. {aggregated.reason}")
        say(f"   {percent(aggregated.coverage)} of the rows have a vote")
        for score in aggregated.scores:
            say(
                f"   {score.model}: {percent(score.accuracy)} right on the"
                f" {percent(score.coverage)} of the evaluation rows that it covers"
            )
    with stages.stage("train", "Train the end model on vendors' labels and votes"):
        trained = train_end_model(project)
        before_model = trained.scores[0].accuracy
        say(f"   {trained.n_rows:,} rows; {percent(before_model)} right on the evaluation rows")
        before = training_labels(project)
    with stages.stage(f"propose -n {N_PROPOSED}; workbench annotate", "Ask a person, sparingly"):
        batch = propose_batch(project, n=N_PROPOSED)
        for row in batch.rows[:3]:
            say(f"   {row.uid}: {row.reason}")
        asked = import_decisions(
            project,
            data / "annotator.csv",
            annotator="annotator",
            uids=[row.uid for row in batch.rows],
        )
        say(f"   a simulated person answered {asked.n_added} rows (98 % right, by design)")
    with stages.stage("audit --by batch", "Who is to blame for wrong labels?"):
        audited = audit_labels(project, by="batch")
        say(f"   {audited.n_suspects:,} of {audited.n_rows:,} labels are doubted")
        _show_batches(audited)
    with stages.stage("tui   (Audit view)", "Review the first suspects"):
        review = review_suspects(project, data / "annotator.csv", limit=N_REVIEWED)
        say(
            f"   of {review.n_reviewed} suspects the person corrected {review.n_relabelled}"
            f" and confirmed {review.n_kept}"
        )
        trained = train_end_model(project)
        after_model = trained.scores[0].accuracy
    path = project.root / EXPORT_NAME
    with stages.stage(f"export {EXPORT_NAME}", "Write the cleaned set"):
        exported = export_labels(project, path, replace=True)
        after = exported_labels(path)
        say(f"   {exported.n_rows:,} rows; every label can be traced: workbench why UID")
    truth = read_truth()  # here, and nowhere before
    at_first, halfway, at_last = (against_truth(labels, truth) for labels in (given, before, after))
    given_after = against_truth({uid: after[uid] for uid in given if uid in after}, truth)
    truly_wrong = wrong_by_batch(project, given, truth)
    doubted = [rate for rate in audited.by_group if rate.group in truly_wrong]
    report = DemoReport(
        root=str(project.root),
        export=str(path),
        seconds=time.monotonic() - stages.began,
        n_given=at_first.n,
        accuracy_given=at_first.accuracy,
        n_before=halfway.n,
        accuracy_before=halfway.accuracy,
        n_after=at_last.n,
        accuracy_after=at_last.accuracy,
        n_given_after=given_after.n,
        accuracy_given_after=given_after.accuracy,
        end_model_before=before_model,
        end_model_after=after_model,
        worst_batch=audited.by_group[0].group,
        doubted={rate.group: rate.rate for rate in doubted[:_N_BATCHES]},
        truly_wrong=truly_wrong,
        n_decisions=n_decisions(project),
        n_functions=len(applied.functions),
    )
    _conclude(report, directory)
    return report


def _show_batches(audited: AuditResult) -> None:
    """Print the batches whose labels are doubted most."""
    table(
        ["batch", ">labels", ">doubted", ""],
        [
            (
                rate.group,
                f"{rate.n:,}",
                percent(rate.rate),
                "<- stands out" if rate.stands_out else "",
            )
            for rate in audited.by_group[:_N_BATCHES]
        ],
    )


def _conclude(report: DemoReport, directory: Path) -> None:
    say()
    say("What it came to, held against the truth, which nothing read before", style="bold")
    table(
        ["training labels", ">rows", ">right", ">end model, evaluation rows"],
        [
            ("of vendors, as given", f"{report.n_given:,}", percent(report.accuracy_given), ""),
            (
                "of vendors, cleaned",
                f"{report.n_given_after:,}",
                percent(report.accuracy_given_after),
                "",
            ),
            (
                "all, before cleaning",
                f"{report.n_before:,}",
                percent(report.accuracy_before),
                percent(report.end_model_before),
            ),
            (
                "all, exported",
                f"{report.n_after:,}",
                percent(report.accuracy_after),
                percent(report.end_model_after),
            ),
        ],
    )
    table(
        ["batch", ">labels doubted", ">truly wrong"],
        [
            (batch, percent(rate), percent(report.truly_wrong.get(batch)))
            for batch, rate in report.doubted.items()
        ],
    )
    say(f"{report.n_decisions} decisions of a person, {report.seconds:.0f} s in all")
    say(f"the cleaned set:  {report.export}")
    say(f"look around:      {command_name()} -C {directory} tui", style="cyan")
