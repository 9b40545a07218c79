"""One label from the answers of several annotators, by the policy of the project."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from workbench.methods.votes import vote_dtype
from workbench.services.moments import Moment
from workbench.services.project import Project
from workbench.services.results import as_json, from_json
from workbench.services.running import fingerprint, record_run
from workbench.services.standing import by_example, standing_answers
from workbench.store.classes import LabelSet
from workbench.store.consensus import Outcome
from workbench.store.decisions import ADJUDICATE, Event
from workbench.types import ABSTAIN, GONE, NO_LABEL, ConsensusPolicy

if TYPE_CHECKING:
    from workbench.methods.consensus import WeighedAnswers

RUN_KIND = "consensus"

NO_CLASS = "no class any more"
"""What an answer counts as whose class has left the label set without a successor."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What annotators say: the class that each gave last, where no skip or flag came after it.

    ``matrix`` is (n, m): a row for each of ``example_ids``, a column for each of ``annotators``,
    indices of ``classes``; -1 where there is no answer. ``classes`` are those of the label set and,
    where somebody chose a class that is gone, `NO_CLASS` after them; ``gone`` (n,) is the number of
    the gone class that most of a row's answers name, -1 for none. ``run_ids`` are the runs that the
    answers were given in.
    """

    example_ids: tuple[int, ...]
    annotators: tuple[str, ...]
    matrix: NDArray[np.signedinteger]
    run_ids: tuple[int, ...]
    classes: tuple[str, ...]
    gone: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Annotator:
    """An annotator and how often they are estimated to be right (None: nobody to compare with).

    ``low`` and ``high`` are the 95 % interval, None where it was not asked for.
    """

    name: str
    n_answers: int
    accuracy: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class ConsensusResult:
    """What weighing the answers brought; ``n_undecided`` rows have classes that are level."""

    run_id: int
    n_rows: int
    n_answers: int
    n_undecided: int
    annotators: tuple[Annotator, ...]


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """What an annotator says of a row; ``accuracy`` where answers are weighed by it."""

    annotator: str
    label: str
    accuracy: float | None


@dataclass(frozen=True, slots=True)
class RowConsensus:
    """What a row's annotators agree on; ``label`` None: on nothing.

    ``settled_by`` names who decided it where they differed; otherwise the policy did.
    """

    policy: str
    label: str | None
    confidence: float | None
    run_id: int | None
    answers: tuple[AnswerRow, ...]
    settled_by: str | None = None


def policy_of(project: Project, moment: Moment | None = None) -> str:
    """Return the consensus policy in force, now or at a moment."""
    if moment is None:
        return project.config.consensus
    known = project.store.settings.get("consensus", at=moment.at)
    return known or ConsensusPolicy.MAJORITY


def weighed_answers(
    project: Project, moment: Moment | None = None, *, without: Collection[str] = ()
) -> dict[int, Outcome]:
    """Return the stored outcomes that hold, by example; none unless the policy weighs answers.

    Without the answers of some annotators, those of the others are weighed anew.
    """
    if policy_of(project, moment) != ConsensusPolicy.DAWID_SKENE:
        return {}
    if without:
        until = None if moment is None else moment.event_id
        return _weigh_anew(project, collect_answers(project, until=until, without=without))
    if moment is None:
        return project.store.consensus.holding()
    return project.store.consensus.holding(at=moment.at, until=moment.event_id)


def settle(
    events: Iterable[Event], policy: str, label_set: LabelSet
) -> tuple[int, float, int] | None:
    """Return the class that one row's answers agree on, their share, and a run that says so.

    Parameters
    ----------
    events
        The row's decisions that stand, oldest first.
    policy
        Under ``adjudicate`` all answers must be the same; otherwise the class of most wins, which
        is also what a row gets that was answered since answers were weighed.
    label_set
        What the classes that were said count as.

    Returns
    -------
    tuple or None
        The class by index, -2 where most chose a class that is gone: such answers still count, for
        no class. None where nobody chose a class, or no class wins.
    """
    chosen = [
        (label_set.index_or_gone(event.class_id), event.run_id)
        for event in standing_answers(events).values()
    ]
    if not chosen:
        return None
    if len(chosen) == 1:
        (index, run_id) = chosen[0]
        return index, 1.0, run_id
    (first, n_first), *rest = Counter(index for index, _ in chosen).most_common(2)
    if rest and (rest[0][1] == n_first or policy == ConsensusPolicy.ADJUDICATE):
        return None
    run_id = max(run_id for index, run_id in chosen if index == first)
    return first, n_first / len(chosen), run_id


def agreed(
    events: Iterable[Event], known: Outcome | None, policy: str, label_set: LabelSet
) -> tuple[int, float, int] | None:
    """Return what one row's answers agree on, as `settle` does; ``known`` is what weighing brought.

    Parameters
    ----------
    events
        The row's decisions that stand, oldest first.
    known
        Of `weighed_answers`, if the row is among them.
    policy
        The policy in force.
    label_set
        What the classes that were said count as.
    """
    if known is None:
        return settle(events, policy, label_set)
    if known.class_id is None:
        return None
    return label_set.index_or_gone(known.class_id), known.confidence, known.run_id


def word_of(label_set: LabelSet, event: Event) -> str:
    """Return what an answer counts as, and what it said where that is no class any more."""
    assert event.class_id is not None
    name = label_set.name_of(event.class_id)
    return f"{label_set.said(event.class_id)} ({NO_CLASS})" if name is None else name


def collect_answers(
    project: Project, *, until: int | None = None, without: Collection[str] = ()
) -> Answers:
    """Return the answers of all annotators that stand, or stood after an event.

    Parameters
    ----------
    project
        The project.
    until
        The last event to count; all by default.
    without
        Annotators to leave out.
    """
    label_set = project.label_set
    n_classes = len(project.classes)
    found = []
    gone: dict[int, Counter[int]] = defaultdict(Counter)
    for example_id, events in by_example(project.store.decisions.active(until=until)).items():
        for who, event in standing_answers(events).items():
            if who in without:
                continue
            index = label_set.index_or_gone(event.class_id)
            if index == GONE and event.class_id is not None:
                index = n_classes
                gone[example_id][event.class_id] += 1
            found.append((example_id, who, index, event.run_id))
    classes = (*project.classes, NO_CLASS) if gone else project.classes
    example_ids = sorted({example_id for example_id, *_ in found})
    annotators = sorted({who for _, who, *_ in found})
    row = {example_id: i for i, example_id in enumerate(example_ids)}
    column = {who: j for j, who in enumerate(annotators)}
    dtype = vote_dtype(len(classes))
    matrix = np.full((len(example_ids), len(annotators)), ABSTAIN, dtype=dtype)
    for example_id, who, index, _ in found:
        matrix[row[example_id], column[who]] = index
    run_ids = tuple(sorted({run_id for *_, run_id in found}))
    most = tuple(
        gone[example_id].most_common(1)[0][0] if example_id in gone else NO_LABEL
        for example_id in example_ids
    )
    return Answers(tuple(example_ids), tuple(annotators), matrix, run_ids, classes, most)


def weigh(answers: Answers) -> tuple[WeighedAnswers, tuple[Annotator, ...]]:
    """Weigh answers, of which there is at least one, by the reliability that they show."""
    from workbench.methods.consensus import weigh_answers

    weighed = weigh_answers(answers.matrix, len(answers.classes))
    given = answers.matrix != ABSTAIN
    return weighed, tuple(
        Annotator(name, n, accuracy if n_compared else None)
        for name, n, accuracy, n_compared in zip(
            answers.annotators,
            given.sum(axis=0).tolist(),
            weighed.accuracy.tolist(),
            weighed.n_compared.tolist(),
            strict=True,
        )
    )


def row_consensus(project: Project, example_id: int) -> RowConsensus | None:
    """Return what the annotators of one row say and agree on; None where nobody answered."""
    label_set, store = project.label_set, project.store
    events = store.decisions.active(example_id=example_id)
    said = standing_answers(events)
    outcome = store.consensus.of_example(example_id)
    run = store.runs.last_done(RUN_KIND)
    accuracy: dict[str, float | None] = {}
    if outcome is not None and run is not None and outcome.run_id == run.run_id:
        weighed = from_json(ConsensusResult, store.runs.artifact(run.run_id, RUN_KIND))
        accuracy = {row.name: row.accuracy for row in weighed.annotators}
    answers = tuple(
        AnswerRow(who, word_of(label_set, event), accuracy.get(who))
        for who, event in sorted(said.items())
    )
    if not answers:
        return None
    return RowConsensus(
        policy=project.config.consensus,
        label=label_set.name_of(outcome.class_id) if outcome else None,
        confidence=outcome.confidence if outcome else None,
        run_id=outcome.run_id if outcome else None,
        answers=answers,
        settled_by=_judge(events),
    )


def _judge(events: Sequence[Event]) -> str | None:
    """Return who settled a row last."""
    settling = [event for event in events if event.kind == ADJUDICATE]
    return settling[-1].annotator if settling else None


def refresh_consensus(project: Project) -> ConsensusResult | None:
    """Weigh the answers again where the policy is to weigh them and something has changed.

    Rows that are decided afterwards have the majority's class until the next time.

    Parameters
    ----------
    project
        The project.

    Returns
    -------
    ConsensusResult or None
        None where there was nothing to do.
    """
    if project.config.consensus != ConsensusPolicy.DAWID_SKENE:
        return None
    store = project.store
    last_event_id = store.decisions.last_decision_id()
    parameters = {
        "policy": project.config.consensus,
        "last_event_id": last_event_id,
        "classes": project.label_set.mapping,
    }
    last = store.runs.last_done(RUN_KIND)
    identity = fingerprint(RUN_KIND, parameters, None, None)
    if last is not None and last.fingerprint == identity:
        return None
    answers = collect_answers(project, until=last_event_id)
    if not answers.example_ids:
        return None
    with record_run(
        store, RUN_KIND, parameters=parameters, inputs=answers.run_ids, fingerprint=identity
    ) as run:
        weighed, annotators = weigh(answers)
        numbers = _class_numbers(project, answers, weighed)
        result = ConsensusResult(
            run_id=run.run_id,
            n_rows=len(numbers),
            n_answers=sum(annotator.n_answers for annotator in annotators),
            n_undecided=numbers.count(None),
            annotators=annotators,
        )
        counts = {"rows": result.n_rows, "annotators": len(annotators)}
        with run.finish(counts, artifacts={RUN_KIND: as_json(result)}):
            store.consensus.add(
                run.run_id,
                zip(answers.example_ids, numbers, weighed.confidence.tolist(), strict=True),
            )
    return result


def _class_numbers(project: Project, answers: Answers, weighed: WeighedAnswers) -> list[int | None]:
    """Return the class number of each row's consensus; None where classes are level."""
    columns = project.label_set.numbers
    return [
        None if label == NO_LABEL else columns[label] if label < len(columns) else gone
        for label, gone in zip(weighed.labels.tolist(), answers.gone, strict=True)
    ]


def _weigh_anew(project: Project, answers: Answers) -> dict[int, Outcome]:
    """Return what some answers agree on, by example, beside the outcomes that are stored."""
    if not answers.example_ids:
        return {}
    weighed, _ = weigh(answers)
    numbers = _class_numbers(project, answers, weighed)
    return {
        example_id: Outcome(max(answers.run_ids), number, confidence)
        for example_id, number, confidence in zip(
            answers.example_ids, numbers, weighed.confidence.tolist(), strict=True
        )
    }


def consensus_state(project: Project) -> list[str | int | None]:
    """Return what the consensus depends on beside the decisions, for the fingerprint of a run."""
    policy = project.config.consensus
    if policy != ConsensusPolicy.DAWID_SKENE:
        return [policy, None]
    run = project.store.runs.last_done(RUN_KIND)
    return [policy, run.run_id if run else None]
