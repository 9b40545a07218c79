"""What the people who labelled rows answered, and which of it is wrong where they differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from workbench.figures import counted
from workbench.methods.answer_trust import answer_beliefs, shared_error
from workbench.services.disputes import rows_differed_on
from workbench.services.labels import Labels, rows_of_role
from workbench.services.project import Project
from workbench.services.standing import by_example, settling, standing_answers
from workbench.store.decisions import Event
from workbench.types import NO_LABEL, Origin, Role

ANNOTATOR: Final = "annotator"

CLEAR: Final = 0.8
"""A test counts answers that differ from this probability on that one of the classes is right."""

_SETTLE: Final = "workbench annotate --queue disagreement"


@dataclass(frozen=True, slots=True)
class PeopleAnswers:
    """The last words of people on some rows, by annotator or guideline version.

    Those that are the label of their row are pairs of ``places`` (n_pairs,), positions among the
    rows asked about, and ``names``; ``n_answers`` (n_pairs,) counts those to the row in all.
    Of the others, ``other_row`` (n_others,) is the index of the disputed row, ``other_said`` its
    class, ``other_names`` whose it is. On the ``disputed`` rows, (n_disputed,) positions among all
    examples, answers differ; ``counts`` (n_disputed, K) says how many name each class, ``settled``
    (n_disputed,) what somebody decided over their heads, or -1. ``n_tied`` of them have no label
    from people. ``error`` is the share of wrong answers that all this differing speaks of.
    """

    places: NDArray[np.int64]
    names: tuple[str, ...]
    n_answers: NDArray[np.int64]
    other_row: NDArray[np.int64]
    other_said: NDArray[np.int64]
    other_names: tuple[str, ...]
    disputed: NDArray[np.int64]
    counts: NDArray[np.int64]
    settled: NDArray[np.int64]
    n_tied: int
    n_outvoted: int
    n_overruled: int
    error: float

    @property
    def left_out(self) -> str:
        """Say how many answers are not the label of their row, for figures of labels alone."""
        which = {"outvoted answer": self.n_outvoted, "overruled answer": self.n_overruled}
        n, told = sum(which.values()), [counted(n, one) for one, n in which.items() if n]
        parts = []
        if n:
            left_out = "is left out: it is" if n == 1 else "are left out: they are"
            parts.append(f"{' and '.join(told)} {left_out} not the label of the row")
        if self.n_tied:
            has = "has" if self.n_tied == 1 else "have"
            rows = counted(self.n_tied, "row")
            # There may be one from a file or a model.
            parts.append(f"{rows} {has} answers that differ and no label from people")
        if parts and (self.n_outvoted or self.n_tied):
            parts.append("workbench audit --by annotator judges these answers, too")
        return "; ".join(parts)


@dataclass(frozen=True, slots=True)
class AnswerViews:
    """What an audit can hold answers against: all rows that it predicted, and what it knows.

    ``rows`` (n,) are positions among all examples, ``clusters`` (n,) tells near-duplicates,
    ``probs`` (n, K) are out-of-fold probabilities, and ``is_learnable`` (K,) marks the classes that
    models have learnt. ``known`` (n,) is the class that a review found, or -1.
    """

    rows: NDArray[np.int64]
    clusters: NDArray[np.int64]
    probs: NDArray[np.float64]
    is_learnable: NDArray[np.bool_]
    known: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class JudgedRows:
    """What the disputed rows belong to; arrays of shape (n_disputed,).

    ``beliefs`` (n_disputed, K) are sure where a person decided. Where nothing is known
    ``is_judged`` is False; ``is_clear`` marks those that are told surely enough for a test.
    """

    beliefs: NDArray[np.float64]
    clusters: NDArray[np.int64]
    is_judged: NDArray[np.bool_]
    is_clear: NDArray[np.bool_]

    @property
    def believed(self) -> NDArray[np.int64]:
        """The likeliest class of each."""
        return np.asarray(self.beliefs.argmax(axis=1))


def tied_rows(project: Project, labels: Labels) -> NDArray[np.int64]:
    """Return the positions of the training rows whose annotators differ so that they have no label.

    Parameters
    ----------
    project
        The project.
    labels
        The resolved ones.
    """
    is_open = rows_of_role(project, Role.TRAIN) & (labels.labels < 0)
    found = np.array(rows_differed_on(project), np.int64) - 1
    return np.sort(found[is_open[found]])


def people_answers(
    project: Project, by: str, rows: NDArray[np.int64], labels: Labels, decisions: Sequence[Event]
) -> PeopleAnswers:
    """Collect what each annotator said last of rows that people labelled, or differ on.

    Parameters
    ----------
    project
        The project.
    by
        ``annotator``, or anything else for the version of the guidelines that they followed.
    rows
        Positions of the rows asked about, (n_rows,).
    labels
        The labels of all rows.
    decisions
        The decisions that made these labels.
    """
    index_of, n_classes = project.label_set.index_of, len(project.classes)
    is_human = labels.origin_is(Origin.ANNOTATION, Origin.CORRECTION)
    may_tie = rows_of_role(project, Role.TRAIN)
    place_of = {int(row): place for place, row in enumerate(rows)}
    pairs: dict[tuple[int, str], int] = {}
    others: dict[tuple[int, int, str], None] = {}
    disputed: list[int] = []
    counts: list[list[int]] = []
    settled: list[int] = []
    n_tied = n_outvoted = n_overruled = n_pairs = n_differing = 0

    def name(word: Event) -> str:
        version = "no guidelines" if word.guideline_id is None else f"v{word.guideline_id}"
        return word.annotator if by == ANNOTATOR else version

    for example_id, events in sorted(by_example(decisions).items()):
        row = example_id - 1
        place = place_of.get(row)
        answers, decided = standing_answers(events), settling(events)
        said = {who: index_of(word.class_id) for who, word in answers.items()}
        said_classes = {who: index for who, index in said.items() if index is not None}
        is_labelled = place is not None and bool(is_human[row])
        if not is_labelled and not (
            decided is None and len({*said_classes.values()}) > 1 and may_tie[row]
        ):
            continue
        tally = Counter(said_classes.values())
        n = sum(tally.values())
        n_pairs += n * (n - 1) // 2
        n_differing += (n * n - sum(m * m for m in tally.values())) // 2
        if is_labelled:
            words = [*answers.values(), *filter(None, [decided])]
            choosing = [w for w in words if index_of(w.class_id) == labels.labels[row]]
            for word in choosing:
                assert place is not None
                pairs[place, name(word)] = n
            # Who corrected their own answer has taken it back.
            left = {*said_classes} - {word.annotator for word in choosing}
        else:
            left = {*said_classes}
        if not left:
            continue
        for who in sorted(left):
            others[len(disputed), said_classes[who], name(answers[who])] = None
        disputed.append(row)
        counts.append([tally[k] for k in range(n_classes)])
        settled.append(NO_LABEL if decided is None or not is_labelled else int(labels.labels[row]))
        if not is_labelled:
            n_tied += 1
        elif decided is None:
            n_outvoted += len(left)
        else:
            n_overruled += len(left)
    return PeopleAnswers(
        places=np.array([place for place, _ in pairs], np.int64),
        names=tuple(who for _, who in pairs),
        n_answers=np.array([*pairs.values()], np.int64),
        other_row=np.array([row for row, _, _ in others], np.int64),
        other_said=np.array([index for _, index, _ in others], np.int64),
        other_names=tuple(who for _, _, who in others),
        disputed=np.array(disputed, np.int64),
        counts=np.array(counts, np.int64).reshape(-1, n_classes),
        settled=np.array(settled, np.int64),
        n_tied=n_tied,
        n_outvoted=n_outvoted,
        n_overruled=n_overruled,
        error=shared_error(n_pairs, n_differing),
    )


def judge_answers(people: PeopleAnswers, views: AnswerViews) -> JudgedRows:
    """Judge the rows whose answers differ: by who settled them, else by models and the others.

    Parameters
    ----------
    people
        The answers.
    views
        What the audit knows.
    """
    n, n_classes = people.counts.shape
    place = _places(people.disputed, views.rows)
    is_there = place >= 0
    probs = np.full((n, n_classes), 1 / n_classes)
    probs[is_there] = views.probs[place[is_there]]
    known = people.settled.copy()
    reviewed = np.full(n, NO_LABEL)
    reviewed[is_there] = views.known[place[is_there]]
    known[reviewed >= 0] = reviewed[reviewed >= 0]
    clusters = np.full(n, -1)
    clusters[is_there] = views.clusters[place[is_there]]
    # Rows that the audit has not seen are no copies of each other.
    clusters[~is_there] = -1 - np.arange(int((~is_there).sum()))
    beliefs = answer_beliefs(probs, people.counts, people.error)
    is_known = known >= 0
    beliefs[is_known] = np.eye(n_classes)[known[is_known]]
    can_tell = is_there & ~((people.counts > 0) & ~views.is_learnable).any(axis=1)
    is_judged = is_known | can_tell
    return JudgedRows(
        beliefs, clusters, is_judged, is_judged & (beliefs.max(axis=1, initial=0) >= CLEAR)
    )


def is_confirmed(
    people: PeopleAnswers, views: AnswerViews, rows: NDArray[np.int64], said: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Tell which labels several people gave who outweigh the model, (n_pairs,).

    Parameters
    ----------
    people
        The answers.
    views
        What the audit knows.
    rows
        Positions of the rows asked about, (n_rows,).
    said
        The label of each pair, (n_pairs,).
    """
    place = _places(rows[people.places], views.rows)
    shared = np.flatnonzero((place >= 0) & (people.n_answers > 1))
    probs = views.probs[place[shared]]
    counts = np.eye(probs.shape[1], dtype=np.int64)[said[shared]] * people.n_answers[shared, None]
    found = np.zeros(len(place), np.bool_)
    beliefs = answer_beliefs(probs, counts, people.error)
    found[shared] = beliefs.argmax(axis=1) == said[shared]
    return found


def disputed_places(people: PeopleAnswers, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return which disputed row each of some rows is, or -1, (n_rows,)."""
    return _places(rows, people.disputed)


def _places(wanted: NDArray[np.int64], among: NDArray[np.int64]) -> NDArray[np.int64]:
    place_of: dict[Any, int] = {row: i for i, row in enumerate(among.tolist())}
    return np.array([place_of.get(row, -1) for row in wanted.tolist()], np.int64)


def judged_note(people: PeopleAnswers, judged: JudgedRows) -> str:
    """Say how answers that differ are counted; nothing where none do.

    Parameters
    ----------
    people
        The answers.
    judged
        The rows on which they differ.
    """
    n = len(people.disputed)
    if not n:
        return ""
    differ = f"answers to {counted(n, 'row')} differ"
    has = "has" if people.n_tied == 1 else "have"
    if people.n_tied == n:
        differ += f", which {has} no label from people"
    elif people.n_tied:
        differ += f", and {people.n_tied:,} of these {has} no label from people"
    parts = [
        f"{differ}: each of them counts, right or wrong by what a person settled, else by models"
        " that have not seen the row and the other answers to it"
    ]
    unclear = int((judged.is_judged & ~judged.is_clear).sum())
    if unclear:
        rows = counted(unclear, "row")
        parts.append(f"{rows} {'is' if unclear == 1 else 'are'} too close for a test, and in none")
    unjudged = int((~judged.is_judged).sum())
    if unjudged:
        rows = counted(unjudged, "row")
        cannot = f"{rows} cannot be judged and {'counts' if unjudged == 1 else 'count'} for nobody"
        parts.append(cannot)
    if people.n_tied:
        parts.append(f"a person settles them: {_SETTLE}")
    return "; ".join(parts)
