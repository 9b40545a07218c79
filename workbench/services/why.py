"""The trail of one label: everything that speaks for it, back to the row of the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.errors import UsageError
from workbench.services.consensus import RowConsensus, row_consensus
from workbench.services.evidence import Evidence, evidence_of
from workbench.services.project import Project
from workbench.store.examples import Example
from workbench.types import ABSTAIN


@dataclass(frozen=True, slots=True)
class Source:
    """The row of the file that an example came from."""

    path: str
    sha256: str
    row: int
    role: str
    batch: str | None
    vendor: str | None
    given: str | None
    run_id: int


@dataclass(frozen=True, slots=True)
class Vote:
    """What a labeling function in force said; ``vote`` None: it abstained or is not applied.

    ``vote`` is what that counts as now, ``said`` what it said: they differ where classes were
    merged or retired since.
    """

    lf: str
    vote: str | None
    said: str | None
    is_applied: bool
    version: str
    kind: str
    file: str | None
    line: int | None
    source: str
    run_id: int | None


@dataclass(frozen=True, slots=True)
class Belief:
    """What a model believes: the probability of each class, the highest first."""

    kind: str
    model: str
    run_id: int
    is_in_use: bool
    probabilities: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class HumanEvent:
    """A decision; ``stands`` is False when it was taken back.

    ``label`` is what the class counts as now, ``said`` what the annotator said, ``guideline`` the
    version of the guidelines that was in force.
    """

    event_id: int
    at: str
    annotator: str
    kind: str
    label: str | None
    said: str | None
    seconds: float | None
    guideline: int | None
    note: str | None
    stands: bool
    asked_by: int | None
    run_id: int


@dataclass(frozen=True, slots=True)
class Question:
    """A run that asked for this row: a proposal or an audit, and why."""

    kind: str
    run_id: int
    rank: int
    reason: str


@dataclass(frozen=True, slots=True)
class NearDuplicate:
    """Another row that nearly repeats this one."""

    uid: str
    similarity: float
    exact: bool


@dataclass(frozen=True, slots=True)
class Exported:
    """An export that holds the row, and the label it had there."""

    run_id: int
    path: str
    sha256: str
    label: str


@dataclass(frozen=True, slots=True)
class Trail:
    """Everything that is known of one example's label.

    ``evidence`` is how the label model in use weighs the votes, ``consensus`` what the annotators
    agree on.
    """

    uid: str
    example_id: int
    text: str
    metadata: Mapping[str, Any]
    label: str | None
    confidence: float | None
    origin: str | None
    run_id: int | None
    source: Source
    votes: tuple[Vote, ...]
    beliefs: tuple[Belief, ...]
    evidence: Evidence | None
    decisions: tuple[HumanEvent, ...]
    consensus: RowConsensus | None
    questions: tuple[Question, ...]
    duplicates: tuple[NearDuplicate, ...]
    exports: tuple[Exported, ...]


def example_of(project: Project, uid: str) -> Example:
    """Return the example of a uid.

    Raises
    ------
    UsageError
        If there is none; it names similar ones.
    """
    example_id = project.store.examples.id_of(uid)
    example = project.store.examples.get(example_id) if example_id else None
    if example is None:
        similar = project.store.examples.similar_uids(uid)
        hint = f"Did you mean {', '.join(similar)}?" if similar else "The ids are in any export."
        raise UsageError(f"there is no example {uid!r}", hint=hint)
    return example


def why(project: Project, uid: str) -> Trail:
    """Return the trail of the label that an example has now.

    Parameters
    ----------
    project
        The project.
    uid
        The example.

    Raises
    ------
    UsageError
        If there is no such example.
    """
    example = example_of(project, uid)
    resolved = project.store.resolved.of_example(example.example_id)
    return Trail(
        uid=example.uid,
        example_id=example.example_id,
        text=example.text,
        metadata=example.metadata,
        label=project.classes[resolved.class_id] if resolved else None,
        confidence=resolved.confidence if resolved else None,
        origin=resolved.origin if resolved else None,
        run_id=resolved.run_id if resolved else None,
        source=_source(project, example),
        votes=votes_of(project, example.example_id),
        beliefs=beliefs_of(project, example.example_id),
        evidence=evidence_of(project, example.example_id),
        decisions=decisions_of(project, example.example_id),
        consensus=row_consensus(project, example.example_id),
        questions=_questions(project, example.example_id),
        duplicates=_duplicates(project, example.example_id),
        exports=tuple(
            Exported(export.run_id, export.path, export.sha256, project.label_set.said(code))
            for export, code in project.store.exports.of_example(example.example_id)
        ),
    )


def votes_of(project: Project, example_id: int) -> tuple[Vote, ...]:
    """Return what each labeling function in force says of an example."""
    store = project.store.votes
    versions = store.in_force()
    votes = store.of_example([v.lf_version_id for v in versions], example_id)
    return tuple(
        Vote(
            lf=version.name,
            vote=None if vote is None else project.label_set.name_of(vote),
            said=None if vote is None or vote == ABSTAIN else project.label_set.said(vote),
            is_applied=vote is not None,
            version=version.version,
            kind=version.kind,
            file=version.file,
            line=version.line,
            source=version.source,
            run_id=store.block_run(version.lf_version_id, example_id),
        )
        for version, vote in zip(versions, votes, strict=True)
    )


def beliefs_of(project: Project, example_id: int) -> tuple[Belief, ...]:
    """Return what the newest models believe of an example."""
    runs, beliefs = project.store.runs, project.store.beliefs
    found = []
    for kind in ("train", "audit", "aggregate"):
        run = runs.last_done(kind)
        if run is None:
            continue
        # An audit keeps the beliefs of one model and has nothing to choose.
        chosen = runs.artifact(run.run_id, kind).get("chosen")
        for model in beliefs.models(run.run_id):
            probs = beliefs.of_example(run.run_id, model, example_id)
            if probs is None or not probs.any():
                continue
            ranked = _ranked(project, run.run_id, probs)
            found.append(Belief(kind, model, run.run_id, chosen in (None, model), ranked))
    return tuple(found)


def _ranked(
    project: Project, run_id: int, probs: NDArray[np.float32]
) -> tuple[tuple[str, float], ...]:
    """Return the probability of each class as it counts now, the highest first."""
    label_set = project.label_set
    by_name: dict[str, float] = {}
    for number, p in zip(
        project.store.label_models.columns(run_id, len(probs)), probs, strict=True
    ):
        name = label_set.name_of(int(number)) or label_set.said(int(number))
        by_name[name] = by_name.get(name, 0.0) + float(p)
    return tuple(sorted(by_name.items(), key=lambda item: -item[1]))


def decisions_of(project: Project, example_id: int) -> tuple[HumanEvent, ...]:
    """Return every decision about an example, newest first."""
    decisions = project.store.decisions
    standing = {event.event_id for event in decisions.active(example_id=example_id)}
    return tuple(
        HumanEvent(
            event_id=event.event_id,
            at=event.at,
            annotator=event.annotator,
            kind=event.kind,
            label=project.label_set.name_of(event.class_id),
            said=None if event.class_id is None else project.label_set.said(event.class_id),
            seconds=event.seconds,
            guideline=event.guideline_id,
            note=event.note,
            stands=event.event_id in standing or event.kind in ("undo", "redo"),
            asked_by=event.batch_run_id,
            run_id=event.run_id,
        )
        for event in reversed(decisions.of_example(example_id))
    )


def _source(project: Project, example: Example) -> Source:
    given = example.given_class
    return Source(
        path=example.source_path,
        sha256=example.source_sha256,
        row=example.row,
        role=example.role,
        batch=example.batch,
        vendor=example.vendor,
        given=None if given is None else project.label_set.said(given),
        run_id=example.run_id,
    )


def _questions(project: Project, example_id: int) -> tuple[Question, ...]:
    # An audit asks for rows that it doubts, and for some at random: a proposal of its own.
    asked = [
        Question(_kind_of(project, row.run_id), row.run_id, row.rank, row.reason)
        for row in project.store.queues.proposals_of(example_id)
    ]
    asked += [
        Question(
            "audit",
            row.run_id,
            row.rank,
            f"{project.label_set.said(row.given_class)} is doubted,"
            f" {project.label_set.said(row.suggested_class)} suggested"
            f" (label quality {row.label_quality:.3f})",
        )
        for row in project.store.queues.suspicions_of(example_id)
    ]
    return tuple(sorted(asked, key=lambda question: -question.run_id))


def _kind_of(project: Project, run_id: int) -> str:
    run = project.store.runs.get(run_id)
    return "" if run is None else run.kind


def _duplicates(project: Project, example_id: int) -> tuple[NearDuplicate, ...]:
    run = project.store.runs.last_done("diagnose")
    if run is None:
        return ()
    found = []
    for row in project.store.queues.duplicates_of(run.run_id, example_id):
        other = row.representative_id if row.example_id == example_id else row.example_id
        example = project.store.examples.get(other)
        if example is not None:
            found.append(NearDuplicate(example.uid, row.similarity, row.exact))
    return tuple(found)
