"""The rows of an audit with what people decided on them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from workbench.errors import ProjectError, UsageError
from workbench.services.audit.audited_labels import labels_then
from workbench.services.audit.results import OUT_OF_FOLD
from workbench.services.labels import Labels, resolve_labels, roles
from workbench.services.moments import beginning_of
from workbench.services.project import Project
from workbench.services.review_log import flagged_ids, reviewed_audit_ids, reviewed_before, reviews
from workbench.services.suspects import asked_labels, decided_elsewhere, suspects_of
from workbench.store.decisions import CHOOSING
from workbench.store.queues import Proposed, Suspect
from workbench.store.runs import Run
from workbench.types import NO_LABEL, Role

_ASKED_MORE: Final = 2
"""People who decide control rows so many times as often as other rows do it as they were asked."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person said of a row: ``keep``, ``relabel`` or ``flag``, and the class index."""

    kind: str
    index: int | None
    event_id: int


@dataclass(frozen=True, slots=True)
class Decided:
    """What people decided of a row elsewhere: the class, and the one that the audit read.

    ``is_trusted`` is a training row that the audit neither doubted nor took as settled: control
    rows were drawn among these.
    """

    given: int
    index: int
    role: Role
    is_trusted: bool

    @property
    def is_wrong(self) -> bool:
        """Tell whether the label that the audit read was wrong."""
        return self.index != self.given


@dataclass(frozen=True, slots=True)
class ReviewedRows:
    """The queue of an audit, and what people said of its rows in this round, where it asked.

    ``verdicts`` holds the newest one on each example, in the order of the decisions. An answer to a
    row that several audits asked about belongs to the one in which it was shown. Those to earlier
    audits settled rows of this one; given after this one began, which read the label as it was
    before, they are decisions elsewhere. Those to later audits are not known in this round. The
    controls were drawn from ``n_trusted`` rows, without those that an earlier round settles since,
    as its answers were put back; ``control_labels`` are theirs as the audit read them.

    ``decided`` are the rows of the audit that people decided in this round without being asked by
    it: by an annotation, a file, in bulk, or as an earlier audit asked, whose queue was still open.
    They are known, and say nothing of the others: people choose them because they are wrong.
    ``suspects`` and ``evaluation`` are without them, ``controls`` are not; ``sampled`` are the
    controls whose verdicts tell of other rows. ``changed`` are training suspects, and
    ``changed_controls`` controls, that are no question any more as their label became another one
    that no person gave. ``n_changed`` counts all suspects that are not asked any more, those among
    the evaluation rows too, ``n_decided`` of which people decided. ``settled`` are the examples
    that answers to earlier audits settle; ``unsettled`` were settled when the audit began, but what
    settled them is undone, and nobody was asked again. ``read`` are the labels of all rows that the
    audit read. ``contested`` are the examples on which somebody answered another class in this
    round after the verdict, which stands, with the newest of these classes. ``n_moot`` verdicts are
    left out: the classes in doubt are one class by now, or gone.
    """

    run: Run
    suspects: tuple[Suspect, ...]
    evaluation: tuple[Suspect, ...]
    controls: tuple[Proposed, ...]
    control_labels: dict[int, int]
    changed: tuple[Suspect, ...]
    n_changed: int
    verdicts: dict[int, Verdict]
    n_trusted: int
    decided: dict[int, Decided]
    n_decided: int
    changed_controls: tuple[Proposed, ...]
    sampled: frozenset[int]
    settled: frozenset[int]
    unsettled: frozenset[int]
    read: Labels
    contested: dict[int, int]
    n_moot: int


def reviewed_rows(
    project: Project, run: Run | None = None, labels: Labels | None = None
) -> ReviewedRows | None:
    """Return the queue of an audit with the decisions on it.

    Parameters
    ----------
    project
        The project.
    run
        The audit; the newest by default.
    labels
        The resolved ones of now, where they are known.

    Returns
    -------
    ReviewedRows or None
        None before the first audit. The classes of suspects are indices in the label set; doubts
        about a class that was merged or retired since are left out, and so are rows that the review
        of an earlier audit settled, and rows without a verdict whose label has changed in this
        round, or whose text was removed for good.
    """
    store = project.store
    run = run or store.runs.last_done("audit")
    if run is None:
        return None
    suspects = suspects_of(project, run)
    # The suspects among the evaluation rows follow those among the training rows.
    n_training = int(run.counts.get("suspects", len(suspects)))
    controls = store.queues.proposal(run.run_id)
    asked = {row.example_id for row in suspects} | {row.example_id for row in controls}
    following = _following(project, run)
    answers = _answers(project, run, following)
    earlier, meanwhile, later = answers.earlier, answers.meanwhile, answers.later
    verdicts = {i: verdict for i, verdict in answers.own.items() if i in asked}
    was = {row.example_id: row.given_class for row in suspects}
    if following is not None:
        resolved = labels_then(project, following)
    else:
        resolved = labels or resolve_labels(project)
    read = labels_then(project, run)
    now, then = asked_labels(project, resolved), read.labels
    # Nobody can judge a row without its text, but what was said of it before stands.
    removed = store.examples.removed_ids()
    elsewhere = decided_elsewhere(project, run, resolved, until=following)
    known = elsewhere | {i: verdict.event_id for i, verdict in meanwhile.items()}
    before = reviewed_before(project, run)
    # A flag leaves a row open to whoever decides it after that.
    said = {
        example_id
        for example_id, verdict in (earlier | verdicts).items()
        if verdict.index is not None or verdict.event_id > known.get(example_id, 0)
    }
    decided = _decided(project, run, known.keys() - said, before, was, now, then)
    verdicts = {i: verdict for i, verdict in verdicts.items() if i not in decided}
    answered = earlier.keys() | meanwhile.keys()
    closed = (answered | removed) - verdicts.keys() - decided.keys()
    suspects = [row for row in suspects if row.example_id not in closed]
    control_labels = {row.example_id: int(then[row.example_id - 1]) for row in controls}
    was |= control_labels
    told = verdicts.keys() | later.keys() | closed | decided.keys()
    told |= _taken_back(project, run, following)
    gone = {i for i, index in was.items() if i not in told and now[i - 1] != index}
    again = _settled_again(project, run, earlier.keys() - verdicts.keys() - decided.keys(), before)
    n_trusted = int(run.counts.get("trusted", len(controls))) - len(again)
    clear = {i for i, verdict in verdicts.items() if verdict.index is not None}
    asked_for = {i for i, index in control_labels.items() if index != NO_LABEL} - gone - closed
    is_complete = asked_for <= verdicts.keys() | decided.keys()
    # Of a sample that is judged to the last row none was chosen.
    if is_complete and _were_asked(decided, control_labels.keys(), n_trusted):
        clear |= decided.keys()
    waiting = [row for row in suspects if row.example_id not in gone | decided.keys()]
    return ReviewedRows(
        run=run,
        suspects=tuple(row for row in waiting if row.rank <= n_training),
        evaluation=tuple(row for row in waiting if row.rank > n_training),
        controls=tuple(row for row in controls if row.example_id not in closed | gone),
        control_labels=control_labels,
        changed=tuple(r for r in suspects if r.example_id in gone and r.rank <= n_training),
        n_changed=len(suspects) - len(waiting),
        verdicts=verdicts,
        n_trusted=n_trusted,
        decided=decided,
        n_decided=sum(row.example_id in decided for row in suspects),
        changed_controls=tuple(row for row in controls if row.example_id in gone),
        sampled=frozenset(clear & control_labels.keys()),
        settled=frozenset(earlier),
        unsettled=frozenset(before - answered - verdicts.keys() - decided.keys() - removed),
        read=read,
        contested=_contested(project, verdicts, elsewhere.keys(), following),
        n_moot=len(answers.own.keys() - asked),
    )


@dataclass(frozen=True, slots=True)
class _Answers:
    """The newest verdict on each example by the audit that it answers: this one, or another.

    ``meanwhile`` are classes that an earlier audit asked for, named after this one had read the
    labels; ``later`` is what was said after its round.
    """

    own: dict[int, Verdict] = field(default_factory=dict)
    earlier: dict[int, Verdict] = field(default_factory=dict)
    meanwhile: dict[int, Verdict] = field(default_factory=dict)
    later: dict[int, Verdict] = field(default_factory=dict)


def _answers(project: Project, run: Run, following: Run | None) -> _Answers:
    """Return what reviews said until the round of an audit ended, in the order of the decisions."""
    found = _Answers()
    since = beginning_of(project, run).event_id
    last = None if following is None else beginning_of(project, following).event_id
    for event in reviews(project, until=following):
        example_id, audit_id = event.example_id, event.batch_run_id
        if example_id is None or audit_id is None:
            continue
        index = project.label_set.index_of(event.class_id)
        if audit_id == run.run_id:
            said = found.own
            said.pop(example_id, None)  # the newest decision comes last
        elif audit_id > run.run_id or (last is not None and event.event_id > last):
            # A control that is answered because a later audit doubts it is no random row any more.
            said = found.later
        elif event.event_id > since and index is not None:
            said = found.meanwhile
        else:
            said = found.earlier
        said[example_id] = Verdict(event.kind, index, event.event_id)
    return found


def _contested(
    project: Project,
    verdicts: Mapping[int, Verdict],
    elsewhere: Collection[int],
    following: Run | None,
) -> dict[int, int]:
    """Return the examples on which the last word of somebody after a verdict names another class.

    Parameters
    ----------
    project
        The project.
    verdicts
        What the review said.
    elsewhere
        The examples that people decided elsewhere in the round.
    following
        The audit with which the round ended; None where it has not.
    """
    judged = {i: one for i, one in verdicts.items() if i in elsewhere and one.index is not None}
    if not judged:
        return {}
    last = None if following is None else beginning_of(project, following).event_id
    words: dict[tuple[int, str], int | None] = {}
    for event in project.store.decisions.active(until=last):
        i = event.example_id
        if i is not None and i in judged and event.event_id > judged[i].event_id:
            words.pop((i, event.annotator), None)  # the newest word comes last
            words[i, event.annotator] = project.label_set.index_of(event.class_id)
    return {
        i: index
        for (i, _), index in words.items()
        if index is not None and index != judged[i].index
    }


def _following(project: Project, run: Run) -> Run | None:
    """Return the next audit after one, with which its round ended; None for the newest."""
    newest_first = project.store.runs.newest(kind="audit")
    later = [one for one in newest_first if one.outcome == "done" and one.run_id > run.run_id]
    return min(later, key=lambda one: one.run_id, default=None)


def _taken_back(project: Project, run: Run, following: Run | None) -> set[int]:
    """Return the examples that people decided in a round and took back after it: they wait again.

    Until the round ended their label was another one, but a person's.
    """
    if following is None:
        return set()
    decisions = project.store.decisions
    since, last = (beginning_of(project, one).event_id for one in (run, following))
    stood = {
        event.event_id: event.example_id
        for event in decisions.active(until=last)
        if event.event_id > since and event.kind in CHOOSING
    }
    gone = stood.keys() - {event.event_id for event in decisions.active()}
    return {i for event_id in gone if (i := stood[event_id]) is not None}


def _decided(
    project: Project,
    run: Run,
    known: set[int],
    before: set[int],
    doubted: dict[int, int],
    now: NDArray[np.int64],
    then: NDArray[np.int64],
) -> dict[int, Decided]:
    """Return what people decided elsewhere of the rows of an audit.

    Parameters
    ----------
    project
        The project.
    run
        The audit.
    known
        The examples that people decided.
    before
        Those that the audit took as settled: see `reviewed_before`.
    doubted
        The labels that the audit doubted, by example.
    now, then
        The labels at the end of the round and those that the audit read, by position.
    """
    if not known:
        return {}
    informed = project.store.beliefs.informed(run.run_id, OUT_OF_FOLD)
    audited = known & doubted.keys()
    if informed is not None:
        audited |= {i for i in known if i <= len(informed) and informed[i - 1]}
    role = roles(project)
    closed = before | flagged_ids(project, at=run)
    found = {}
    for example_id in sorted(audited):
        given = doubted.get(example_id, int(then[example_id - 1]))
        index = int(now[example_id - 1])
        if min(given, index) != NO_LABEL:
            kind = Role(role[example_id - 1])
            is_open = example_id not in doubted and example_id not in closed
            found[example_id] = Decided(given, index, kind, kind == Role.TRAIN and is_open)
    return found


def _settled_again(project: Project, run: Run, answered: set[int], before: set[int]) -> set[int]:
    """Return the rows that an audit trusted, of some that reviews of earlier audits answer by now.

    Their answers were undone when it began, and have been put back since. ``before`` are those
    that it took as settled.
    """
    new = answered - before
    if not new:
        return new
    new -= flagged_ids(project, at=run)
    new -= {suspect.example_id for suspect in project.store.queues.suspects(run.run_id)}
    informed = project.store.beliefs.informed(run.run_id, OUT_OF_FOLD)
    if informed is None:
        return new
    return {i for i in new if i <= len(informed) and informed[i - 1]}


def _were_asked(decided: dict[int, Decided], controls: Collection[int], n_trusted: int) -> bool:
    """Tell whether control rows were decided elsewhere because the review asks for them.

    Then they are a sample like those that were answered to it. Chosen for another reason, such as
    that they are wrong, they are no more frequent than other rows that the audit trusts.
    """
    n_controls = sum(example_id in decided for example_id in controls)
    n_others = sum(one.is_trusted for one in decided.values()) - n_controls
    n_more = max(n_trusted - len(controls), 1)
    return n_controls * n_more > _ASKED_MORE * n_others * len(controls)


def has_review(project: Project) -> bool:
    """Tell whether people have reviewed rows of any audit, which a report can tell of."""
    return newest_reviewed(project) is not None


def newest_reviewed(project: Project, labels: Labels | None = None) -> ReviewedRows | None:
    """Return the newest audit of which people have reviewed rows; None where there is none.

    Parameters
    ----------
    project
        The project.
    labels
        The resolved ones of now, where they are known.
    """
    for run_id in reversed(reviewed_audit_ids(project)):
        run = project.store.runs.get(run_id)
        found = (
            None if run is None or run.outcome != "done" else reviewed_rows(project, run, labels)
        )
        if found is not None and found.verdicts:
            return found
    return None


def not_audited() -> ProjectError:
    """Return what to say where there is no audit to review."""
    return ProjectError("the labels have not been audited", hint="Run: workbench audit")


def reviewed_audit(project: Project, run_id: int | None = None) -> ReviewedRows:
    """Return the newest audit of which people have reviewed rows, else the newest.

    Parameters
    ----------
    project
        The project.
    run_id
        The run of another audit.

    Raises
    ------
    ProjectError
        If there is none.
    UsageError
        If this run is no audit.
    """
    if run_id is not None:
        audits = project.store.runs.newest(kind="audit")
        done = (run for run in audits if run.outcome == "done")
        chosen = next((run for run in done if run.run_id == run_id), None)
        found = None if chosen is None else reviewed_rows(project, chosen)
        if found is None:
            known = ", ".join(map(str, reviewed_audit_ids(project)))
            raise UsageError(
                f"run {run_id} is no audit",
                hint=f"Reviewed audits: {known}." if known else "Nobody has reviewed an audit yet.",
            )
        return found
    newest = newest_reviewed(project) or reviewed_rows(project)
    if newest is None:
        raise not_audited()
    return newest
