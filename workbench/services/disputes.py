"""Rows whose annotators differ, and that nobody has settled."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from workbench.services.consensus import agreed, policy_of, weighed_answers, word_of
from workbench.services.project import Project
from workbench.services.standing import by_example, settling, standing_answers
from workbench.store.decisions import Event


@dataclass(frozen=True, slots=True)
class Dispute:
    """A row whose annotators differ; ``entropy`` of the answers in nats, higher: more disputed.

    ``is_tied``: the policy makes no label of them.
    """

    example_id: int
    answers: tuple[tuple[str, str], ...]
    entropy: float
    is_tied: bool

    @property
    def reason(self) -> str:
        """Who says what, in short."""
        if len(self.answers) <= 4:
            return "annotators differ: " + ", ".join(f"{who} {said}" for who, said in self.answers)
        tally = Counter(said for _, said in self.answers).most_common()
        return "annotators differ: " + ", ".join(f"{n} {said}" for said, n in tally)


def disputes(project: Project, annotator: str | None = None) -> list[Dispute]:
    """Return the rows whose annotators differ and that wait for somebody to settle them.

    Parameters
    ----------
    project
        The project.
    annotator
        Rows that this one skipped or flagged are left out, as are rows with a correction.

    Returns
    -------
    list of Dispute
        Those that are tied first; then the most disputed, by vote entropy (Dagan and Engelson 1995,
        "Committee-based sampling for training probabilistic classifiers", section 4).
    """
    found = []
    for row in _differing(project):
        if annotator is not None and _last_words(row.events).get(annotator, "label") != "label":
            continue
        said = sorted(row.answers.items())
        answers = tuple((who, word_of(project.label_set, event)) for who, event in said)
        found.append(Dispute(row.example_id, answers, _entropy(answers), row.is_tied))
    return sorted(found, key=lambda row: (not row.is_tied, -row.entropy, row.example_id))


def rows_differed_on(project: Project) -> list[int]:
    """Return the examples that `disputes` lists, in no order."""
    return [row.example_id for row in _differing(project)]


def ties_to_settle(project: Project) -> list[int]:
    """Return the examples that only somebody's casting vote gives a label from people.

    Who skips or flags one has looked at it, and the queue asks them no more: nor does this. Texts
    that were removed for good ask nobody.
    """
    removed = project.store.examples.removed_ids()
    return [
        row.example_id
        for row in _differing(project)
        if row.is_tied
        and row.example_id not in removed
        and all(kind == "label" for kind in _last_words(row.events).values())
    ]


@dataclass(frozen=True, slots=True)
class _Differing:
    example_id: int
    events: list[Event]
    answers: dict[str, Event]
    is_tied: bool


def _differing(project: Project) -> Iterator[_Differing]:
    """Yield each row whose annotators differ and that nobody settled."""
    label_set, policy, weighed = project.label_set, policy_of(project), weighed_answers(project)
    various = _of_several_classes(project.store.decisions.active())
    for example_id, events in by_example(various).items():
        if settling(events) is not None:
            continue
        answers = standing_answers(events)
        if len({label_set.index_or_gone(event.class_id) for event in answers.values()}) > 1:
            is_tied = agreed(events, weighed.get(example_id), policy, label_set) is None
            yield _Differing(example_id, events, answers, is_tied)


def _of_several_classes(events: Sequence[Event]) -> list[Event]:
    """Return the decisions on rows of which they name several classes: few of many, as a rule."""
    rows = np.fromiter((event.example_id or 0 for event in events), np.int64, len(events))
    named = np.fromiter(
        (-1 if event.class_id is None else event.class_id for event in events),
        np.int64,
        len(events),
    )
    n, is_named = int(rows.max(initial=0)) + 1, named >= 0
    newest, is_various = np.full(n, -1), np.zeros(n, np.bool_)
    newest[rows[is_named]] = named[is_named]
    is_various[rows[is_named & (named != newest[rows])]] = True
    return [event for event, is_kept in zip(events, is_various[rows], strict=True) if is_kept]


def _last_words(events: Sequence[Event]) -> dict[str, str]:
    """Return the kind of each person's newest decision on a row."""
    return {event.annotator: event.kind for event in events}


def _entropy(answers: Sequence[tuple[str, str]]) -> float:
    shares = [n / len(answers) for n in Counter(said for _, said in answers).values()]
    return -sum(share * math.log(share) for share in shares)
