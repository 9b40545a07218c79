"""The trail of one label: everything that speaks for it, back to the row of the file."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from workbench.errors import UsageError
from workbench.figures import score
from workbench.services.annotate import came_from
from workbench.services.beliefs import MIX_PART, ModelInUse, model_in_use
from workbench.services.consensus import RUN_KIND, RowConsensus, row_consensus
from workbench.services.evidence import evidence_of, mix_evidence_of, versions_read
from workbench.services.importing.made_uids import is_made
from workbench.services.moments import beginning_of
from workbench.services.outdated import outdated_words
from workbench.services.past_label import source_of_export
from workbench.services.project import Project
from workbench.services.staleness import stale_label
from workbench.services.suspects import doubt_about
from workbench.services.trail import (
    Belief,
    Doubt,
    Exported,
    HumanEvent,
    NearDuplicate,
    Question,
    Source,
    Step,
    Trail,
    Vote,
)
from workbench.store.examples import Example
from workbench.store.labels import Resolved
from workbench.store.queues import Export
from workbench.store.runs import Run
from workbench.store.votes import LFVersion
from workbench.types import ABSTAIN

_PARTS: Final = (
    "exports",
    "consensus",
    "decisions",
    "questions",
    "beliefs",
    "mix",
    "evidence",
    "votes",
    "duplicates",
    "source",
)
"""The parts of a trail; what is made at the same time comes in this order."""


_LIKE_MADE: Final = 6
"""From so many characters on, a part of a made uid was copied rather than thought of."""


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
        raise UsageError(f"there is no example {uid!r}", hint=uid_hint(project, uid))
    return example


def uid_hint(project: Project, uid: str) -> str:
    """Say which uids are like one that is not there, or where they are to be seen."""
    where = "They are in any export, and in the Data view."
    similar = project.store.examples.similar_uids(uid) if uid.strip() else []
    # A few characters are in many of the uids that are made, none of which is meant.
    likely = [one for one in similar if len(uid) >= _LIKE_MADE or not is_made(one)]
    if likely:
        return f"Did you mean {', '.join(likely)}?"
    made = "Rows that came without an id have one that is made from their text. "
    return f"{made if similar else ''}{where}"


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
    example_id = example.example_id
    resolved = project.store.resolved.of_example(example_id)
    origin, run_id = (resolved.origin, resolved.run_id) if resolved else (None, None)
    trail = Trail(
        uid=example.uid,
        example_id=example_id,
        text=example.text,
        metadata=example.metadata,
        label=resolved.label if resolved else None,
        confidence=resolved.confidence if resolved else None,
        origin=origin,
        run_id=run_id,
        stale=stale_label(project, example_id, origin, run_id),
        waits=resolved is None
        and any(word.is_gone for word in outdated_words(project, example_id=example_id)),
        source=_source(project, example),
        votes=_votes_then_and_now(project, example_id),
        beliefs=beliefs_of(project, example_id),
        mix=mix_evidence_of(project, example_id),
        evidence=evidence_of(project, example_id),
        decisions=decisions_of(project, example_id),
        consensus=row_consensus(project, example_id),
        questions=_questions(project, example_id),
        duplicates=_duplicates(project, example_id),
        exports=tuple(
            Exported(export.run_id, export.path, export.sha256, _label_in(project, export, code))
            for export, code in reversed(project.store.exports.of_example(example_id))
        ),
        removed_by=project.store.examples.removal_run(example_id),
        doubt=None if resolved is None else _doubt(project, example_id, resolved),
        min_confidence=project.config.min_confidence,
    )
    return replace(trail, steps=_steps(project, trail))


def _doubt(project: Project, example_id: int, label: Resolved) -> Doubt | None:
    """Return what the newest audit has against the label of a row."""
    found = doubt_about(project, example_id, label)
    if found is None:
        return None
    suggested = project.label_set.name_of(found.suggested_class)
    return Doubt(suggested or "", found.label_quality, found.run_id)


def _steps(project: Project, trail: Trail) -> tuple[Step, ...]:
    """Return the steps of a trail, newest first: all that a run made."""
    ended = cache(partial(_end_of, project))
    steps: list[Step] = []
    for part in _PARTS:
        entries = getattr(trail, part)
        if isinstance(entries, tuple):
            steps += [
                # A decision came about by itself, the rest with its run.
                Step(getattr(entry, "at", None) or ended(entry.run_id), part, i, entry.run_id)
                for i, entry in enumerate(entries)
                if entry.run_id is not None
            ]
        elif isinstance(entries, RowConsensus):
            # What annotators agree on follows from their decisions, unless a run weighed them.
            if len(entries.answers) > 1:
                at = max(trail.decisions[0].at, _weighed_at(project, entries))
                steps.append(Step(at, part, None, entries.run_id))
        elif entries is not None:
            steps.append(Step(ended(entries.run_id), part, None, entries.run_id))
    return tuple(sorted(steps, key=lambda step: step.at, reverse=True))


def _end_of(project: Project, run_id: int) -> str:
    """Return when a run ended; when it began while it is under way."""
    run = project.store.runs.get(run_id)
    assert run is not None
    return run.last_known_at


def _weighed_at(project: Project, consensus: RowConsensus) -> str:
    """Return when a run weighed the answers; empty where none did."""
    run = project.store.runs.get(consensus.run_id or 0)
    return "" if run is None or run.kind != RUN_KIND else run.last_known_at


def _label_in(project: Project, export: Export, class_id: int) -> str:
    """Return what the class of a label was called when it was exported."""
    run = project.store.runs.get(export.run_id)
    assert run is not None
    then = beginning_of(project, source_of_export(project, run))
    return project.store.classes.state_at(then.event_id).said(class_id)


def votes_of(project: Project, example_id: int) -> tuple[Vote, ...]:
    """Return what each labeling function in force says of an example."""
    versions = project.store.votes.in_force()
    return tuple(_vote(project, version, example_id) for version in versions)


def votes_read(project: Project, run: Run, example_id: int) -> tuple[Vote, ...]:
    """Return what an aggregation read of each labeling function about an example.

    Parameters
    ----------
    project
        The project.
    run
        The aggregation.
    example_id
        The example's number.
    """
    versions = map(project.store.votes.get, versions_read(project, run))
    votes = (_vote(project, version, example_id) for version in versions)
    return tuple(vote for vote in votes if _is_before(vote, run))


def _is_before(vote: Vote, run: Run) -> bool:
    return vote.run_id is not None and vote.run_id <= run.run_id


def _votes_then_and_now(project: Project, example_id: int) -> tuple[Vote, ...]:
    """Return the votes that the aggregation in use read, and those in force where they differ."""
    store = project.store.votes
    run = project.store.runs.last_done("aggregate")
    if run is None:
        return votes_of(project, example_id)
    read = versions_read(project, run)
    versions = {version.lf_version_id: version for version in store.in_force()}
    found = []
    for lf_version_id, version in versions.items():
        vote = _vote(project, version, example_id)
        is_read = lf_version_id in read and _is_before(vote, run)
        found.append(vote if is_read else replace(vote, when="now"))
    for lf_version_id in read:
        if lf_version_id not in versions:
            vote = _vote(project, store.get(lf_version_id), example_id)
            found += [replace(vote, when="then")] if _is_before(vote, run) else []
    return tuple(sorted(found, key=lambda vote: vote.lf))


def _vote(project: Project, version: LFVersion, example_id: int) -> Vote:
    store = project.store.votes
    lf_version_id = version.lf_version_id
    (vote,) = store.of_example([lf_version_id], example_id)
    run_id = store.block_run(lf_version_id, example_id)
    error, may_have_failed = None, False
    if vote == ABSTAIN and run_id is not None:
        error = store.error_of(run_id, lf_version_id, example_id)
        may_have_failed = error is None and store.n_unkept_errors(run_id, lf_version_id) > 0
    return Vote(
        lf=version.name,
        vote=None if vote is None else project.label_set.name_of(vote),
        said=None if vote is None or vote == ABSTAIN else project.label_set.said(vote),
        is_applied=vote is not None,
        version=version.version,
        kind=version.kind,
        file=version.file,
        line=version.line,
        source=version.source,
        run_id=run_id,
        error=error,
        may_have_failed=may_have_failed,
    )


def beliefs_of(project: Project, example_id: int) -> tuple[Belief, ...]:
    """Return what the newest models believe of an example."""
    runs = [project.store.runs.last_done(kind) for kind in ("train", "audit", "aggregate")]
    in_use = model_in_use(project)
    return tuple(
        belief
        for run in runs
        if run is not None
        for belief in _beliefs_in(project, run, example_id, in_use)
    )


def beliefs_in(project: Project, run: Run, example_id: int) -> tuple[Belief, ...]:
    """Return what the models of one run believe of an example.

    Parameters
    ----------
    project
        The project.
    run
        A training, an audit or an aggregation.
    example_id
        The example's number.
    """
    return _beliefs_in(project, run, example_id, model_in_use(project))


def _beliefs_in(
    project: Project, run: Run, example_id: int, in_use: ModelInUse | None
) -> tuple[Belief, ...]:
    """Return what the models of one run believe; labels come from the one that is ``in_use``."""
    beliefs = project.store.beliefs
    # An audit keeps the beliefs of one model and has nothing to choose.
    chosen = project.store.runs.artifact(run.run_id, run.kind).get("chosen")
    found = []
    for model in beliefs.models(run.run_id):
        if model.startswith(MIX_PART):
            continue  # the arithmetic of the mix tells it
        probs = beliefs.of_example(run.run_id, model, example_id)
        if probs is not None and probs.any():
            found.append(
                Belief(
                    kind=run.kind,
                    model=model,
                    run_id=run.run_id,
                    is_chosen=chosen in (None, model),
                    is_in_use=ModelInUse(run.kind, run.run_id, model) == in_use,
                    probabilities=_ranked(project, run.run_id, probs),
                )
            )
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
            came_from=came_from(event),
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
            f" (label quality {score(row.label_quality)})",
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
            found.append(NearDuplicate(other, example.uid, row.similarity, row.exact, run.run_id))
    return tuple(found)
