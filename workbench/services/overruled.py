"""Answers that do not change the label of their row, as another origin comes before them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workbench.figures import counted, listed
from workbench.services.labels import resolve_labels
from workbench.services.project import Project
from workbench.store.decisions import ADJUDICATE, CORRECTIONS, Event
from workbench.types import NO_LABEL, Origin

_NAMED = 3
"""How many uids are named."""

CORRECTED = "a review or relabel gave it"
"""Why the label of a correction stands."""


@dataclass(frozen=True, slots=True)
class StandingLabel:
    """The label that a row keeps whatever people answer, and the origin that comes before them."""

    label: str
    origin: str

    @property
    def words(self) -> str:
        """Why it stays, and what changes it."""
        if self.origin == Origin.CORRECTION:
            return f"its label stays {self.label}, a correction: relabel changes it"
        return f"its label stays {self.label}: labels.order puts {self.origin} before annotation"


@dataclass(frozen=True, slots=True)
class Overruled:
    """Rows on which a file differs from a label that comes before answers, by origin."""

    uids: tuple[str, ...] = ()
    by_origin: dict[str, int] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """How many they are, why, and what changes their labels; empty for none."""
        n = len(self.uids)
        if not n:
            return ""
        named = f"{', '.join(self.uids[:_NAMED])}{', …; all with --json' if n > _NAMED else ''}"
        rows = f"{counted(n, 'row')} {'keeps its' if n == 1 else 'keep their'} label"
        if self.by_origin.keys() != {Origin.CORRECTION}:
            origins = listed(list(self.by_origin), len(self.by_origin))
            return f"{rows}: labels.order puts {origins} before annotation ({named})"
        return (
            f"{rows}: {CORRECTED}, which stands over what the file answers ({named})."
            " To change it: workbench relabel CLASS UID, or relabel in a column kind of"
            " the file"
        )


def _before_answers(project: Project) -> tuple[str, ...]:
    """Return the origins but models, whose word may change any time, that precede annotations."""
    order = tuple(str(origin) for origin in project.config.label_order)
    before = order[: order.index(Origin.ANNOTATION)]
    return tuple(origin for origin in before if origin != Origin.MODEL)


def label_that_stays(project: Project, event: Event) -> StandingLabel | None:
    """Return the label that a row keeps although an answer says otherwise, if there is one.

    Parameters
    ----------
    project
        The project.
    event
        The answer, recorded.
    """
    if event.example_id is None or event.class_id is None or event.kind in CORRECTIONS:
        return None
    now = project.store.resolved.of_example(event.example_id)
    if now is None or now.origin not in _before_answers(project):
        return None
    index_of = project.label_set.index_of
    is_same = index_of(now.class_id) == index_of(event.class_id)
    return None if is_same else StandingLabel(now.label, now.origin)


def overruled(project: Project, answers: Mapping[int, set[int]]) -> Overruled:
    """Return the rows that keep a label although answers say otherwise.

    Parameters
    ----------
    project
        The project.
    answers
        By example, the class indices that people answered.
    """
    before = _before_answers(project)
    events = project.store.decisions.active()
    is_corrected = any(event.kind in CORRECTIONS for event in events)
    if not answers or not (is_corrected or set(before) - {Origin.CORRECTION}):
        return Overruled()
    labels = resolve_labels(project, with_models=False)
    is_before = labels.origin_is(*before)
    found = [
        row
        for example_id, indices in sorted(answers.items())
        if is_before[row := example_id - 1]
        and labels.labels[row] != NO_LABEL
        and indices - {int(labels.labels[row])}
    ]
    uids = project.store.examples.uids() if found else ()
    by_origin: dict[str, int] = {}
    for row in found:
        origin = labels.order[int(labels.origin[row])]
        by_origin[origin] = by_origin.get(origin, 0) + 1
    return Overruled(tuple(uids[row] for row in found), by_origin)


def act_again(project: Project, annotator: str, example_id: int, class_id: int) -> str | None:
    """Return the act that replaces an annotator's own word where no answer of theirs can.

    Who corrected a row corrects it anew, who settled it settles it anew: an answer would change
    nothing. None where neither is theirs.

    Parameters
    ----------
    project
        The project.
    annotator
        Who decides.
    example_id
        The example's number.
    class_id
        The number of the class that they choose.
    """
    last: dict[str, Event] = {}
    for event in project.store.decisions.active(example_id=example_id):
        last["correction" if event.kind in CORRECTIONS else event.kind] = event
    corrected, settled = last.get("correction"), last.get(ADJUDICATE)
    if corrected is not None:
        if corrected.annotator != annotator:
            return None
        index_of = project.label_set.index_of
        is_same = index_of(corrected.class_id) == index_of(class_id)
        return corrected.kind if is_same else "relabel"
    is_own = settled is not None and settled.annotator == annotator
    return ADJUDICATE if is_own else None
