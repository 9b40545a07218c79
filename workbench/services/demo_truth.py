"""The demonstration held against the truth: what was planted, what was claimed, what was gained."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from workbench.figures import percent
from workbench.formats.readers import read_rows
from workbench.services.audit.results import AuditResult
from workbench.services.demo import material
from workbench.services.diagnose.shift_lenses import differences
from workbench.services.diagnose.verdicts import DiagnoseResult
from workbench.services.project import Project
from workbench.services.scoring import ModelScore
from workbench.types import Role

PLANTED_DRIFT: Final = ("words", "length", "channel", "class shares")
"""What the generator of the messages made another in production."""

_COPY = "near_duplicate_of:"
_N_SHARES = 2
_N_BATCHES = 4


@dataclass(frozen=True, slots=True)
class Truth:
    """The true class of every row, and the original of every planted copy, by id."""

    labels: dict[str, str]
    originals: dict[str, str]


@dataclass(frozen=True, slots=True)
class LabelQuality:
    """Labels held against the truth: how many there are, and how many are right."""

    n: int
    n_right: int

    @property
    def accuracy(self) -> float:
        """Share of the labels that are right."""
        return self.n_right / self.n if self.n else 0.0


@dataclass(frozen=True, slots=True)
class Finding:
    """A defect of rows: how many are planted and claimed, and how many of the planted found."""

    name: str
    n_planted: int
    n_claimed: int
    n_found: int


@dataclass(frozen=True, slots=True)
class Claim:
    """A share in truth, and what was claimed of it: None where nothing was."""

    name: str
    truth: float
    claimed: float | None


def read_truth() -> Truth:
    """Return what is true of every row; for the report at the very end."""
    labels, originals = {}, {}
    for row in read_rows(material() / "data" / "truth.csv"):
        uid = str(row.values["id"])
        labels[uid] = str(row.values["label"])
        for defect in str(row.values["defect"] or "").split(";"):
            if defect.startswith(_COPY):
                originals[uid] = defect.removeprefix(_COPY)
    return Truth(labels, originals)


def against_truth(labels: Mapping[str, str], truth: Truth) -> LabelQuality:
    """Hold labels against the truth; they are by id."""
    right = sum(label == truth.labels[uid] for uid, label in labels.items())
    return LabelQuality(len(labels), right)


def repeated_rows(project: Project, diagnosis: DiagnoseResult, truth: Truth) -> list[Finding]:
    """Hold the near-duplicates and the leaks that a diagnosis found against the planted ones.

    A row of evaluation or production leaked where it repeats a training row.
    A planted copy counts as found where it is claimed to repeat what its original repeats.
    """
    uids = project.store.examples.uids()
    claimed = {
        uids[found.example_id - 1]: uids[found.representative_id - 1]
        for found in project.store.queues.duplicates(diagnosis.run_id)
    }
    together = sum(
        _first(claimed, copy) == _first(claimed, original)
        for copy, original in truth.originals.items()
    )
    findings = [Finding("near-duplicates", len(truth.originals), len(claimed), together)]
    by_role: dict[str, set[str]] = {}
    for uid, role in zip(uids, project.store.examples.column("role"), strict=True):
        by_role.setdefault(str(role), set()).add(uid)
    for role in (Role.EVALUATION, Role.PRODUCTION):
        planted, found = (
            _leaked(originals, by_role[Role.TRAIN], by_role[role])
            for originals in (truth.originals, claimed)
        )
        name = f"{role} rows leaked"
        findings.append(Finding(name, len(planted), len(found), len(planted & found)))
    return findings


def _first(originals: Mapping[str, str], uid: str) -> str:
    """Return the row that a row repeats in the end: itself, if it is no copy."""
    while uid in originals:
        uid = originals[uid]
    return uid


def _leaked(originals: Mapping[str, str], train: Iterable[str], other: Iterable[str]) -> set[str]:
    """Return the other rows that repeat what a training row repeats."""
    trained = {_first(originals, uid) for uid in train}
    return {uid for uid in other if _first(originals, uid) in trained}


def wrong_labels(audited: AuditResult, labels: Mapping[str, str], truth: Truth) -> Finding:
    """Hold the labels that an audit doubts against those that are wrong, as it read them."""
    wrong = {uid for uid, label in labels.items() if label != truth.labels[uid]}
    doubted = {suspect.uid for suspect in audited.suspects}
    return Finding("wrong labels", len(wrong), audited.n_suspects, len(wrong & doubted))


def class_shares(project: Project, diagnosis: DiagnoseResult, truth: Truth) -> list[Claim]:
    """Hold the share of the rare class, and of those that drift most, against the truth."""
    examples = project.store.examples
    true = {role: Counter[str]() for role in (Role.TRAIN, Role.PRODUCTION)}
    for uid, role in zip(examples.uids(), examples.column("role"), strict=True):
        if role in true:
            true[Role(role)][truth.labels[uid]] += 1
    train, production = (
        {name: count[name] / max(count.total(), 1) for name in project.classes}
        for count in true.values()
    )
    rare = min(train, key=lambda name: train[name])
    labelled = {row.name: row.share for row in diagnosis.classes}
    shift = diagnosis.label_shift
    # Where the texts differ beyond the shares, estimates are made but not vouched for.
    estimated = {r.name: r.em for r in shift.shares} if shift and shift.measurable else {}
    moved = sorted(train, key=lambda name: -abs(production[name] - train[name]))
    return [
        Claim(f"{rare} among the training rows", train[rare], labelled.get(rare)),
        *(
            Claim(
                f"{name} in production ({percent(train[name], 0)} in training)",
                production[name],
                estimated.get(name),
            )
            for name in moved[:_N_SHARES]
        ),
    ]


def right_labels(
    model: str, scores: Sequence[ModelScore], labels: Mapping[str, str], truth: Truth
) -> Claim:
    """Hold a model, as it is right on the evaluation rows, against the labels it gave."""
    return Claim(
        f"labels of {model} that are right",
        against_truth(labels, truth).accuracy,
        accuracy_of(model, scores),
    )


def accuracy_of(model: str, scores: Sequence[ModelScore]) -> float | None:
    """Return the share of the evaluation rows that a model covers on which it is right."""
    return next((score.accuracy for score in scores if score.model == model), None)


def wrong_by_batch(
    project: Project, audited: AuditResult, labels: Mapping[str, str], truth: Truth
) -> list[Claim]:
    """Hold the batches that are doubted most, of those that came with labels, against the truth."""
    examples = project.store.examples
    wrong: dict[str, list[bool]] = {}
    for uid, batch in zip(examples.uids(), examples.column("batch"), strict=True):
        if uid in labels:
            wrong.setdefault(str(batch), []).append(labels[uid] != truth.labels[uid])
    doubted = [rate for rate in audited.by_group if rate.group in wrong]
    return [
        Claim(
            f"wrong labels of batch {rate.group}",
            sum(wrong[rate.group]) / len(wrong[rate.group]),
            rate.rate,
        )
        for rate in doubted[:_N_BATCHES]
    ]


def claimed_drift(diagnosis: DiagnoseResult) -> tuple[str, ...]:
    """Return in what production rows were claimed to differ."""
    return () if diagnosis.shift is None else differences(diagnosis.shift)
