"""``workbench demo``: the whole loop, told stage by stage."""

from __future__ import annotations

import contextlib
import io
import json
import textwrap
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli.output import command_name, json_option, say, table
from workbench.figures import counted, percent
from workbench.services.results import as_json
from workbench.types import Origin

if TYPE_CHECKING:
    from workbench.services.audit_results import AuditResult
    from workbench.services.demo_truth import Claim, Finding, Truth
    from workbench.services.project import Project
    from workbench.services.scoring import ModelScore

N_PROPOSED = 60
N_REVIEWED = 150
EXPORT_NAME = "labels.csv"
_N_BATCHES = 4
_WIDTH = 80

_State = tuple[str, Mapping[str, str], Sequence["ModelScore"]]
"""A step, the labels of the training rows after it, and the scores where models were trained."""


@dataclass(frozen=True, slots=True)
class Step:
    """The labels of the training rows after a step, and how right the models trained in it are.

    ``accuracy`` is the share of the labels that are right, ``gained`` how many more right labels
    there are than before the step. ``end_model`` and ``mix`` are judged on the evaluation rows; the
    mix is there once a person has answered, and gives labels, which the end model does not.
    """

    name: str
    n_labelled: int
    n_right: int
    accuracy: float
    gained: int
    end_model: float | None
    mix: float | None


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What the demonstration measured, held against the truth."""

    root: str
    export: str
    seconds: float
    n_train: int
    findings: tuple[Finding, ...]
    claims: tuple[Claim, ...]
    drift_planted: tuple[str, ...]
    drift_claimed: tuple[str, ...]
    shares_reason: str
    steps: tuple[Step, ...]
    n_given: int
    accuracy_given: float
    accuracy_given_after: float
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
    from workbench.services.beliefs import model_in_use
    from workbench.services.decision_import import import_decisions
    from workbench.services.demo import exported_labels, review_suspects, training_labels
    from workbench.services.demo_truth import (
        PLANTED_DRIFT,
        accuracy_of,
        against_truth,
        claimed_drift,
        class_shares,
        read_truth,
        repeated_rows,
        right_labels,
        wrong_by_batch,
        wrong_labels,
    )
    from workbench.services.diagnose import diagnose
    from workbench.services.end_model import END_MODEL
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
        states: list[_State] = [("as vendors gave them", given, ())]
    with stages.stage("diagnose", "Measure before you change anything"):
        diagnosis = diagnose(project)
        for lens in diagnosis.lenses:
            _tell_more(f"{lens.name}: {lens.verdict}. {lens.finding}")
    with stages.stage("apply", "Let the scripts in labeling_functions/ vote"):
        applied = apply_functions(project)
        n_votes = sum(lf.n_votes for lf in applied.functions)
        say(f"   {len(applied.functions)} labeling functions, {n_votes:,} votes")
        for problem in applied.problems:
            say(f"   {problem.file}: {problem.message}", style="red")
    with stages.stage("aggregate", "Turn votes into probabilistic labels"):
        aggregated = aggregate_votes(project)
        _tell_more(f"in use: {aggregated.chosen}. {aggregated.reason}")
        say(f"   {percent(aggregated.coverage)} of the rows have a vote")
        for score in aggregated.scores:
            say(
                f"   {score.model}: {percent(score.accuracy)} right on the"
                f" {percent(score.coverage)} of the evaluation rows that it covers"
            )
    with stages.stage("train", "Train the end model on vendors' labels and votes"):
        trained = train_end_model(project)
        right = accuracy_of(END_MODEL, trained.scores)
        say(f"   {trained.n_rows:,} rows; {percent(right)} right on the evaluation rows")
        voted = training_labels(project)
        states.append((f"votes of {len(applied.functions)} functions", voted, trained.scores))
    with stages.stage(f"propose -n {N_PROPOSED}; workbench annotate", "Ask a person, sparingly"):
        batch = propose_batch(project, n=N_PROPOSED)
        for row in batch.rows[:3]:
            _tell_more(f"{row.uid}: {row.reason}")
        asked = import_decisions(
            project,
            data / "annotator.csv",
            annotator="annotator",
            uids=[row.uid for row in batch.rows],
        )
        say(f"   a simulated person answered {asked.n_added} rows (98 % right, by design)")
        answered = training_labels(project)
        states.append((f"{asked.n_added} answers of a person", answered, ()))
    with stages.stage("audit --by batch", "Who is to blame for wrong labels?"):
        audited = audit_labels(project, by="batch")
        say(f"   {audited.n_suspects:,} of {audited.n_judged:,} labels are doubted")
        _show_batches(audited)
    with stages.stage("tui   (Audit view)", "Review the first suspects"):
        review = review_suspects(project, data / "annotator.csv", limit=N_REVIEWED)
        say(
            f"   of {review.n_reviewed} suspects the person corrected {review.n_relabelled}"
            f" and confirmed {review.n_kept}"
        )
        states.append((f"{review.n_reviewed} suspects reviewed", training_labels(project), ()))
        trained = train_end_model(project)
    path = project.root / EXPORT_NAME
    with stages.stage(f"export {EXPORT_NAME}", "Write the cleaned set"):
        exported = export_labels(project, path, replace=True)
        cleaned = exported_labels(path)
        states.append(("trained again, exported", cleaned, trained.scores))
        used = model_in_use(project)
        assert used is not None  # the functions voted
        say(f"   {exported.n_rows:,} rows; every label can be traced: workbench why UID")
    truth = read_truth()  # here, and nowhere before
    report = DemoReport(
        root=str(project.root),
        export=str(path),
        seconds=time.monotonic() - stages.began,
        n_train=diagnosis.by_role["train"],
        findings=(
            *repeated_rows(project, diagnosis, truth),
            wrong_labels(audited, answered, truth),
        ),
        claims=(
            *class_shares(project, diagnosis, truth),
            right_labels(
                aggregated.chosen,
                aggregated.scores,
                {uid: voted[uid] for uid in voted.keys() - given},
                truth,
            ),
            right_labels(
                used.model, trained.scores, exported_labels(path, origin=Origin.MODEL), truth
            ),
            *wrong_by_batch(project, audited, given, truth),
        ),
        drift_planted=PLANTED_DRIFT,
        drift_claimed=claimed_drift(diagnosis),
        shares_reason=diagnosis.label_shift.reason if diagnosis.label_shift else "",
        steps=_steps(states, truth),
        n_given=len(given),
        accuracy_given=against_truth(given, truth).accuracy,
        accuracy_given_after=against_truth(
            {uid: cleaned[uid] for uid in given if uid in cleaned}, truth
        ).accuracy,
        n_decisions=n_decisions(project),
        n_functions=len(applied.functions),
    )
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


def _steps(states: Sequence[_State], truth: Truth) -> tuple[Step, ...]:
    """Hold the labels after each step against the truth, and against those before it."""
    from workbench.services.beliefs import MIX
    from workbench.services.demo_truth import accuracy_of, against_truth
    from workbench.services.end_model import END_MODEL

    found: list[Step] = []
    for name, labels, scores in states:
        quality = against_truth(labels, truth)
        gained = quality.n_right - (found[-1].n_right if found else 0)
        right = (accuracy_of(model, scores) for model in (END_MODEL, MIX))
        found.append(Step(name, quality.n, quality.n_right, quality.accuracy, gained, *right))
    return tuple(found)


def _show_batches(audited: AuditResult) -> None:
    """Print the batches whose labels are doubted most."""
    from workbench.services.verdicts import STANDS_OUT

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
