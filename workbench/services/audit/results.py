"""What an audit finds, as the faces show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from shlex import quote
from typing import Final

import numpy as np
from numpy.typing import NDArray

from workbench.figures import counted, p_value
from workbench.result import Result
from workbench.safe_text import one_word
from workbench.services.audit.audited_labels import doubts_of
from workbench.services.audit.blame import (
    NOT_AUDITED,
    Doubts,
    FunctionRate,
    GroupRate,
    group_rates,
    worst_classes,
)
from workbench.services.audit.blamed_functions import function_groups, function_rates
from workbench.services.audit.people_rates import people_rates
from workbench.services.audit.trust import AuditTrust
from workbench.services.copies import audited_clusters
from workbench.services.grouping import CLASS, FUNCTION, Grouping
from workbench.services.labels import Labels
from workbench.services.moments import beginning_of
from workbench.services.people_answers import AnswerViews, judge_answers, judged_note
from workbench.services.project import Project
from workbench.services.results import from_json
from workbench.services.suspects import suspects_of
from workbench.services.vote_changes import votes_changed
from workbench.store.runs import Run
from workbench.types import Role

OUT_OF_FOLD: Final = "out-of-fold"
"""The name of the beliefs that an audit stores."""

CONTROL_REASON: Final = "control sample: drawn at random among the labels that the audit trusts"
"""Why an audit asks for a row that it does not doubt."""


@dataclass(frozen=True, slots=True)
class SuspectRow:
    """A row whose label is doubted; ``quality`` higher is better."""

    uid: str
    given: str
    suggested: str
    quality: float
    origin: str
    text: str
    role: str = Role.TRAIN.value


@dataclass(frozen=True, slots=True)
class NoiseFinding:
    """Whether likely errors depend on the text: the counts by class are weak, and people must look.

    ``p_value`` is of errors that depend on the class alone; near rows share an error
    ``excess_links`` times as often as that would make them. The noisy slice holds ``n_slice`` rows;
    ``words`` tell it from the rest.
    """

    p_value: float
    depends_on_text: bool
    n_errors: int
    excess_links: float
    n_slice: int
    words: tuple[str, ...]

    def warnings(self) -> tuple[str, ...]:
        """Say what that means, where it does."""
        if not self.depends_on_text:
            return ()
        words = f" (its words: {', '.join(map(one_word, self.words))})" if self.words else ""
        return (
            "the likely errors do not depend on the class alone"
            f" ({p_value(self.p_value)}): counts by class may be far off. They lie together in a"
            f" slice of {counted(self.n_slice, 'row')}{words}: labels that are wrong there, classes"
            " that overlap, or errors of the models, which a review tells apart. What is doubted"
            " there is in it, and so is a larger control sample",
        )


@dataclass(frozen=True, slots=True)
class OddRow:
    """A row that lies far from all others, or between two classes; ``score`` higher is odder.

    The document of an audit keeps no text, which may be removed for good: `with_texts` reads it.
    """

    uid: str
    score: float
    label: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class ClassPair:
    """Two classes that are taken for each other, in an estimated share of all rows."""

    first: str
    second: str
    share: float


@dataclass(frozen=True, slots=True)
class AuditResult(Result):
    """What an audit found among the labelled training rows.

    Rows that people kept, relabelled or flagged in a review are never suspected again, nor are
    those that are flagged elsewhere: ``n_reviewed`` were kept or relabelled, ``n_flagged`` are
    flagged, wherever that was, and ``first_reviewed_run_id`` is the audit of the first round.
    ``n_not_audited`` labels are of classes that no model has learnt. ``error_rate`` is the share of
    the suspects among the others, ``n_judged``: without these and the flagged ones.
    ``n_controls`` rows that are not doubted are drawn at random into the review. Of near-duplicates
    one is listed and counted among the ``outliers``.
    ``evaluation_suspects`` are those among ``n_evaluation`` trusted rows, which no model learns
    from: they are shown and can be corrected, and count for none of the other figures. Of many
    rows, ``noise`` and ``outliers`` are of a random part. ``group_note`` says what the groups
    leave out. ``functions`` are those in force when the audit is asked for: ``functions_note`` says
    how they changed since it ran, ``old_votes`` how they did since labels were made of their votes.
    ``n_copies`` rows repeat another one nearly, with its label. ``compares_before``: what holds one
    against the rest is of the labels before any review; audits of earlier versions took those after
    it. ``trust`` holds the models against trusted labels; None in an audit of an earlier version.
    """

    run_id: int
    reused: bool
    n_rows: int
    n_suspects: int
    error_rate: float
    suspects: tuple[SuspectRow, ...]
    by_class: tuple[GroupRate, ...]
    by: str | None
    by_group: tuple[GroupRate, ...]
    functions: tuple[FunctionRate, ...] = ()
    noise: NoiseFinding | None = None
    outliers: tuple[OddRow, ...] = ()
    n_outliers: int = 0
    ambiguous: tuple[OddRow, ...] = ()
    n_ambiguous: int = 0
    pairs: tuple[ClassPair, ...] = ()
    n_controls: int = 0
    n_evaluation: int = 0
    evaluation_suspects: tuple[SuspectRow, ...] = ()
    warnings: tuple[str, ...] = ()
    n_reviewed: int = 0
    first_reviewed_run_id: int | None = None
    group_note: str = ""
    functions_note: str = ""
    old_votes: str = ""
    n_copies: int = 0
    n_not_audited: int = 0
    n_flagged: int = 0
    compares_before: bool = False
    trust: AuditTrust | None = None

    @property
    def n_judged(self) -> int:
        """Labels that count as right or as wrong."""
        return self.n_rows - self.n_not_audited - self.n_flagged

    @property
    def copies_note(self) -> str:
        """Say that near-copies count once, where there are any."""
        if not self.n_copies:
            return ""
        repeat = "repeats" if self.n_copies == 1 else "repeat"
        return (
            f"{counted(self.n_copies, 'label')} {repeat} that of a near-copy: the interval allows"
            " for copies that err together; times the rest and q count a text once"
        )

    @property
    def compared_note(self) -> str:
        """Say that a review changes nothing in who is compared with whom, where there was one."""
        was_reviewed = self.first_reviewed_run_id is not None
        if not (self.compares_before and was_reviewed and self.n_reviewed + self.n_flagged):
            return ""
        return (
            "times the rest and q are of the labels before any review, the doubts that it answered"
            " among them: a reviewed group is no better for it than a new one"
        )

    @property
    def reviewed_note(self) -> str:
        """Say how reviewed labels count, and what tells the rates from before."""
        if not self.n_reviewed + self.n_flagged:
            return ""
        parts = []
        if n := self.n_reviewed:
            parts.append(f"{counted(n, 'reviewed label')} {_count(n)} as right now")
        if n := self.n_flagged:
            labels = counted(n, "label")
            parts.append(f"{labels} flagged as ambiguous {_count(n)} neither as right nor as wrong")
        said = ", ".join(parts)
        if self.first_reviewed_run_id is None:
            # Flags from elsewhere alone: there is no review to report.
            return said
        by = "" if self.by is None else f" --by {quote(self.by)}"
        audit = f" --audit {self.first_reviewed_run_id}"
        return f"{said}; before: workbench review --report{by}{audit}"


def _count(n: int) -> str:
    return "counts" if n == 1 else "count"


def stored_audit(project: Project, run: Run) -> AuditResult:
    """Return what an audit found, as it is stored: without texts.

    No class stands out, as one could in an audit of an earlier version.

    Parameters
    ----------
    project
        The project.
    run
        The audit.
    """
    known = from_json(AuditResult, project.store.runs.artifact(run.run_id, "audit"))
    by_class = tuple(replace(rate, stands_out=False) for rate in known.by_class)
    return replace(known, by_class=by_class)


def rows_read(project: Project, run: Run, n: int) -> NDArray[np.bool_]:
    """Return which examples an audit read the label of, (n,).

    All, where it has not stored what its models believe.

    Parameters
    ----------
    project
        The project.
    run
        The audit.
    n
        The number of examples; those that came after the audit are not among them.
    """
    informed = project.store.beliefs.informed(run.run_id, OUT_OF_FOLD)
    if informed is None or not informed.any():
        return np.ones(n, np.bool_)
    is_read = np.zeros(n, np.bool_)
    is_read[: len(informed)] = informed[:n]
    return is_read


def learnt_classes(project: Project, run: Run, audit: AuditResult) -> NDArray[np.bool_]:
    """Return which classes of now the models of an audit had learnt, (K,): it can judge these.

    Parameters
    ----------
    project
        The project.
    run
        The audit.
    audit
        What it found.
    """
    met = [rate for rate in audit.by_class if rate.n or rate.reason]
    return _classes_now(project, run, [r.group for r in met if r.reason != NOT_AUDITED])


def unlearnt_classes(project: Project, run: Run, audit: AuditResult) -> NDArray[np.bool_]:
    """Return which classes of now an audit had labels of, and could judge none, (K,).

    Of a class that came since, or had no label then, it says nothing.

    Parameters
    ----------
    project
        The project.
    run
        The audit.
    audit
        What it found.
    """
    unlearnt = _classes_now(
        project, run, [r.group for r in audit.by_class if r.reason == NOT_AUDITED]
    )
    return unlearnt & ~learnt_classes(project, run, audit)


def _classes_now(project: Project, run: Run, names: Sequence[str]) -> NDArray[np.bool_]:
    """Return which classes of now those of an audit have become, (K,)."""
    then = project.store.classes.state_at(beginning_of(project, run).event_id)
    number_of = dict(zip(then.names, then.numbers, strict=True))
    found = {project.label_set.index_of(number_of.get(name)) for name in names}
    return np.array([k in found for k in range(len(project.classes))])


def with_groups(
    project: Project,
    found: AuditResult,
    grouping: Grouping | None,
    rows: NDArray[np.int64],
    doubts: Doubts,
    views: AnswerViews | None = None,
) -> AuditResult:
    """Return an audit with the rates of the groups that it is asked about by now.

    Parameters
    ----------
    project
        The project.
    found
        The audit; ``by`` says which groups.
    grouping
        These groups of the rows; None without ``by``.
    rows
        Positions of the audited rows, (n_rows,).
    doubts
        Their labels.
    views
        What answers that differ are held against, where these are groups of people.
    """
    groups: tuple[GroupRate, ...] = ()
    note = "" if grouping is None else grouping.note
    if found.by == CLASS:
        groups = worst_classes(found.by_class)
    elif grouping is not None:
        if found.by == FUNCTION:
            # Functions share rows: one is held against the rows that it has not voted on.
            groups = function_groups(project, rows, doubts)
        elif (people := grouping.people) is not None and views is not None:
            judged = judge_answers(people, views)
            groups = people_rates(people, views, judged, rows, doubts)
            note = "; ".join(filter(None, [judged_note(people, judged), note]))
        else:
            groups = group_rates(grouping, doubts)
    return replace(found, by_group=groups, group_note=note)


def with_functions(
    project: Project,
    found: AuditResult,
    labels: Labels,
    clusters: NDArray[np.int64] | None = None,
) -> AuditResult:
    """Return a stored audit with the blame of the functions in force now, where they have changed.

    Its suspects and the labels that it read stay as they are: who has mended a function sees what
    the new version says of them.

    Parameters
    ----------
    project
        The project.
    found
        The audit, as it is stored.
    labels
        Those that it read, as classes count now.
    clusters
        Which of its rows are near-duplicates, (n_rows,); as the audit has stored it by default.
    """
    run = project.store.runs.get(found.run_id)
    changed = None if run is None else votes_changed(project, run)
    audited = project.store.beliefs.informed(found.run_id, OUT_OF_FOLD)
    if run is None or changed is None or audited is None:
        return found
    rows = np.flatnonzero(audited[: len(labels.labels)] & (labels.labels >= 0))
    given = labels.labels[rows]
    suggested, quality = given.copy(), np.ones(len(rows))
    place = {int(row) + 1: i for i, row in enumerate(rows)}
    for suspect in suspects_of(project, run):
        if (i := place.get(suspect.example_id)) is not None:
            suggested[i], quality[i] = suspect.suggested_class, suspect.label_quality
    if clusters is None:
        clusters = audited_clusters(project, found.run_id, rows)
    doubts = doubts_of(project, run, rows, labels, suggested != given, clusters)
    functions = function_rates(project, rows, doubts, suggested, quality)
    groups = found.by_group
    if found.by == FUNCTION:
        groups = function_groups(project, rows, doubts)
    return replace(found, functions=functions, by_group=groups, functions_note=changed)


def with_suspects(project: Project, result: AuditResult, labels: Labels) -> AuditResult:
    """Return an audit with its suspects, apart from each other by role, and with texts.

    Those whose text was removed for good since are left out: nobody can judge them.
    """
    found = []
    removed = project.store.examples.removed_ids()
    for suspect in project.store.queues.suspects(result.run_id):
        example = project.store.examples.get(suspect.example_id)
        code = int(labels.origin[suspect.example_id - 1])
        if example is not None and suspect.example_id not in removed:
            found.append(
                SuspectRow(
                    uid=example.uid,
                    given=project.label_set.said(suspect.given_class),
                    suggested=project.label_set.said(suspect.suggested_class),
                    quality=suspect.label_quality,
                    origin=labels.order[code] if code >= 0 else "",
                    text=example.text,
                    role=example.role,
                )
            )
    evaluation = Role.EVALUATION.value
    return replace(
        with_texts(project, result),
        suspects=tuple(row for row in found if row.role != evaluation),
        evaluation_suspects=tuple(row for row in found if row.role == evaluation),
    )


def with_texts(project: Project, result: AuditResult) -> AuditResult:
    """Return an audit with the texts of its odd rows; those whose text was removed are left out.

    Parameters
    ----------
    project
        The project.
    result
        As it is stored.
    """
    examples = project.store.examples
    removed = examples.removed_ids()

    def told(rows: tuple[OddRow, ...]) -> tuple[OddRow, ...]:
        found = []
        for row in rows:
            example_id = examples.id_of(row.uid)
            example = None if example_id is None else examples.get(example_id)
            if example is not None and example_id not in removed:
                found.append(replace(row, text=example.text))
        return tuple(found)

    return replace(result, outliers=told(result.outliers), ambiguous=told(result.ambiguous))
