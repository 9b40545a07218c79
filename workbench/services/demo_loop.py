"""The loop of the demonstration, stage by stage, and what it gained, held against the truth."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from workbench.services.aggregate import aggregate_votes
from workbench.services.aggregate_result import AggregateResult
from workbench.services.annotate import n_decisions
from workbench.services.audit.audit import audit_labels
from workbench.services.audit.results import AuditResult
from workbench.services.beliefs import MIX, model_in_use
from workbench.services.demo import Review, exported_labels, review_suspects, training_labels
from workbench.services.demo_truth import (
    PLANTED_DRIFT,
    Claim,
    Finding,
    Truth,
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
from workbench.services.diagnose.diagnose import diagnose
from workbench.services.diagnose.verdicts import DiagnoseResult
from workbench.services.end_model import END_MODEL
from workbench.services.export.export import ExportResult, export_labels
from workbench.services.importing.decision_import import import_decisions
from workbench.services.importing.importing import import_files
from workbench.services.lf.apply import apply_functions
from workbench.services.lf.apply_result import ApplyResult
from workbench.services.project import Project
from workbench.services.propose import propose_batch
from workbench.services.scoring import ModelScore
from workbench.services.train import TrainResult, train_end_model
from workbench.types import Origin

N_PROPOSED: Final = 60
N_REVIEWED: Final = 150
EXPORT_NAME: Final = "labels.csv"

_FILES: Final = (("messages", "train"), ("evaluation", "evaluation"), ("production", "production"))
_ANSWERS: Final = "annotator.csv"


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """The rows of one role that came in, and how many of them with a label."""

    role: str
    n_added: int
    n_labelled: int


@dataclass(frozen=True, slots=True)
class Asked:
    """Rows that a person was asked for, each with the reason, and how many were answered."""

    reasons: dict[str, str]
    n_answered: int


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


@dataclass(frozen=True, slots=True)
class _State:
    """The labels of the training rows after a step, and the scores where models were trained."""

    name: str
    labels: Mapping[str, str]
    scores: Sequence[ModelScore] = ()


class DemoLoop:
    """The stages of the loop in their order; each returns what it found.

    Nothing reads the truth before `hold_against_truth`.
    """

    _diagnosis: DiagnoseResult
    _applied: ApplyResult
    _aggregated: AggregateResult
    _audited: AuditResult
    _trained: TrainResult

    def __init__(self, project: Project) -> None:
        self._project = project
        self._data = project.root / "data"
        self._began = time.monotonic()
        self._states: list[_State] = []

    @property
    def export_path(self) -> Path:
        """Where the cleaned set goes."""
        return self._project.root / EXPORT_NAME

    def bring_in(self) -> tuple[BroughtIn, ...]:
        """Import the messages, some of them with labels of vendors."""
        found = []
        for name, role in _FILES:
            result = import_files(self._project, [self._data / f"{name}.csv"], role=role)
            found.append(BroughtIn(role, result.n_added, result.files[0].n_labelled))
        self._reach("as vendors gave them")
        return tuple(found)

    def diagnose(self) -> DiagnoseResult:
        """Measure what is wrong with the data."""
        self._diagnosis = diagnose(self._project)
        return self._diagnosis

    def apply(self) -> ApplyResult:
        """Let the labeling functions vote."""
        self._applied = apply_functions(self._project)
        return self._applied

    def aggregate(self) -> AggregateResult:
        """Turn their votes into labels."""
        self._aggregated = aggregate_votes(self._project)
        return self._aggregated

    def train(self) -> TrainResult:
        """Train the end model on labels and votes."""
        self._trained = train_end_model(self._project)
        n_functions = len(self._applied.functions)
        self._reach(f"votes of {n_functions} functions", self._trained.scores)
        return self._trained

    def ask(self) -> Asked:
        """Choose rows, and let the simulated person answer them."""
        batch = propose_batch(self._project, n=N_PROPOSED)
        asked = import_decisions(
            self._project,
            self._data / _ANSWERS,
            annotator="annotator",
            uids=[row.uid for row in batch.rows],
        )
        self._reach(f"{asked.n_added} answers of a person")
        return Asked({row.uid: row.reason for row in batch.rows}, asked.n_added)

    def audit(self) -> AuditResult:
        """Look for wrong labels, and for the batches that they are of."""
        self._audited = audit_labels(self._project, by="batch")
        return self._audited

    def review(self) -> Review:
        """Let the simulated person review the first suspects, and train again."""
        review = review_suspects(self._project, self._data / _ANSWERS, limit=N_REVIEWED)
        self._reach(f"{review.n_reviewed} suspects reviewed")
        self._trained = train_end_model(self._project)
        return review

    def export(self) -> ExportResult:
        """Write the cleaned set."""
        exported = export_labels(self._project, self.export_path, replace=True)
        self._states.append(
            _State(
                "trained again, exported", exported_labels(self.export_path), self._trained.scores
            )
        )
        return exported

    def hold_against_truth(self) -> DemoReport:
        """Put what was claimed and gained beside the truth."""
        truth = read_truth()  # here, and nowhere before
        given, voted, answered, _, cleaned = (state.labels for state in self._states)
        shift = self._diagnosis.label_shift
        return DemoReport(
            root=str(self._project.root),
            export=str(self.export_path),
            seconds=time.monotonic() - self._began,
            n_train=self._diagnosis.by_role["train"],
            findings=(
                *repeated_rows(self._project, self._diagnosis, truth),
                wrong_labels(self._audited, answered, truth),
            ),
            claims=self._claims(given, voted, truth),
            drift_planted=PLANTED_DRIFT,
            drift_claimed=claimed_drift(self._diagnosis),
            shares_reason=shift.reason if shift else "",
            steps=_steps(self._states, truth),
            n_given=len(given),
            accuracy_given=against_truth(given, truth).accuracy,
            accuracy_given_after=against_truth(
                {uid: cleaned[uid] for uid in given if uid in cleaned}, truth
            ).accuracy,
            n_decisions=n_decisions(self._project),
            n_functions=len(self._applied.functions),
        )

    def _claims(
        self, given: Mapping[str, str], voted: Mapping[str, str], truth: Truth
    ) -> tuple[Claim, ...]:
        used = model_in_use(self._project)
        assert used is not None  # the functions voted
        by_votes = {uid: voted[uid] for uid in voted.keys() - given}
        by_model = exported_labels(self.export_path, origin=Origin.MODEL)
        aggregated = self._aggregated
        return (
            *class_shares(self._project, self._diagnosis, truth),
            right_labels(aggregated.chosen, aggregated.scores, by_votes, truth),
            right_labels(used.model, self._trained.scores, by_model, truth),
            *wrong_by_batch(self._project, self._audited, given, truth),
        )

    def _reach(self, name: str, scores: Sequence[ModelScore] = ()) -> None:
        self._states.append(_State(name, training_labels(self._project), scores))


def _steps(states: Sequence[_State], truth: Truth) -> tuple[Step, ...]:
    """Hold the labels after each step against the truth, and against those before it."""
    found: list[Step] = []
    for state in states:
        quality = against_truth(state.labels, truth)
        gained = quality.n_right - (found[-1].n_right if found else 0)
        right = (accuracy_of(model, state.scores) for model in (END_MODEL, MIX))
        found.append(Step(state.name, quality.n, quality.n_right, quality.accuracy, gained, *right))
    return tuple(found)
