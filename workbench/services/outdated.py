"""What was said under other guidelines, or of a class that is gone, and waits for another look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from workbench.services.labels import given_numbers, import_runs, resolve_labels
from workbench.services.moments import reads_at_once
from workbench.services.project import Project
from workbench.services.standing import by_example
from workbench.store.decisions import ADJUDICATE, ANSWERS, CORRECTIONS, Event
from workbench.types import NO_LABEL, Origin

GIVEN: Final = Origin.GIVEN.value


@dataclass(frozen=True, slots=True)
class OutdatedWord:
    """A word about an example that deserves another look, and why.

    ``kind`` is that of the decision, or ``given`` for a label that came with the row; ``annotator``
    is None for one. ``said`` is the class as it was called, or the kind where none was named.
    ``is_gone``: it is no class any more, and the word counts for none.
    """

    example_id: int
    annotator: str | None
    kind: str
    said: str
    is_gone: bool
    reason: str
    run_id: int


@reads_at_once
def outdated_words(
    project: Project, *, label: str | None = None, example_id: int | None = None
) -> list[OutdatedWord]:
    """Return the words that deserve another look, the oldest first.

    Of the words that count, those are the ones under another version of the guidelines, or of a
    class that has left the label set without a successor. The first version writes down what was
    done before it: it makes nothing outdated. A correction settles all that was said
    before it, an adjudication what annotators said before it; of the rest each annotator's last
    answer counts. A given label counts where nobody has decided.

    Parameters
    ----------
    project
        The project.
    label
        Only words for this class, by what it was called or counts as.
    example_id
        Only words about this example.
    """
    current = project.store.guidelines.current_id()
    first = _first_guideline(project)
    label_set = project.label_set
    decided = by_example(project.store.decisions.active(example_id=example_id))
    counting = (event for events in decided.values() for event in _counting(events))
    found = []
    for event in sorted(counting, key=lambda event: event.event_id):
        is_gone = event.class_id is not None and label_set.index_of(event.class_id) is None
        if not is_gone and (event.guideline_id or first) == current:
            continue
        said = event.kind if event.class_id is None else label_set.said(event.class_id)
        if label is not None and label not in (said, label_set.name_of(event.class_id)):
            continue
        under = f"version {event.guideline_id}" if event.guideline_id else "no version"
        why = ", which is no class any more" if is_gone else f" under {under} of the guidelines"
        reason = f"{event.annotator} said {said}{why}"
        row = event.example_id or 0
        word = OutdatedWord(row, event.annotator, event.kind, said, is_gone, reason, event.run_id)
        found.append(word)
    given = _given_words(project, decided, example_id)
    return found + [word for word in given if label in (None, word.said)]


def _first_guideline(project: Project) -> int | None:
    """Return the first version of the guidelines that stands, which older decisions count under."""
    acts = project.store.decisions.active_acts(("guideline",))
    return acts[0].guideline_id if acts else None


def outdated_counts(project: Project) -> dict[str, int]:
    """Return how many words deserve another look, by what was said."""
    counts = Counter(word.said for word in outdated_words(project))
    return dict(sorted(counts.items()))


def _counting(events: list[Event]) -> Iterable[Event]:
    """Return the decisions about one example, oldest first, that nothing later has settled."""
    answers: dict[str, Event] = {}
    correction: Event | None = None
    settled: Event | None = None
    for event in events:
        if event.kind in CORRECTIONS:
            correction, settled = event, None
            answers.clear()
        elif event.kind == ADJUDICATE:
            settled = event
            answers.clear()
        elif event.kind in ANSWERS:
            answers[event.annotator] = event
    return [event for event in (correction, settled, *answers.values()) if event is not None]


def _given_words(
    project: Project, decided: Collection[int], example_id: int | None
) -> Iterator[OutdatedWord]:
    """Yield the given labels of gone classes that keep rows which nobody decided from a label."""
    label_set = project.label_set
    if all(label_set.index_of(state.class_id) is not None for state in label_set.states):
        return
    waiting = _waiting(project) if example_id is None else _of(project, example_id)
    for row, number, run_id in waiting:
        if row not in decided and label_set.index_of(number) is None:
            said = label_set.said(number)
            reason = f"it came with {said}, which is no class any more"
            yield OutdatedWord(row, None, GIVEN, said, True, reason, run_id)


def _waiting(project: Project) -> Iterator[tuple[int, int, int]]:
    """Yield number, given class and import of the rows without a label for a class that is gone."""
    is_gone = resolve_labels(project).is_gone
    assert is_gone is not None
    numbers, runs = given_numbers(project), import_runs(project)
    for i in np.flatnonzero(is_gone & (numbers != NO_LABEL)).tolist():
        yield i + 1, int(numbers[i]), int(runs[i])


def _of(project: Project, example_id: int) -> Iterator[tuple[int, int, int]]:
    """Yield the same of one row."""
    example = project.store.examples.get(example_id)
    is_open = project.store.resolved.of_example(example_id) is None
    if example is not None and example.given_class is not None and is_open:
        yield example_id, example.given_class, example.run_id
