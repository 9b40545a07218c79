"""What there is to go through in Annotate, by name."""

from __future__ import annotations

from dataclasses import dataclass, field

from workbench.services.annotate import QueueItem
from workbench.services.batches import batch_size
from workbench.services.project import Project
from workbench.services.row_filter import parse_filter
from workbench.services.row_queues import (
    Waiting,
    control_queue,
    decided_before,
    second_answers,
    waiting_rows,
)
from workbench.services.rows import find_rows
from workbench.tui.widgets.row_list import RowIds

QUEUES = {
    "batch": "the newest batch, then the undecided training rows",
    "undecided": "training rows that nobody has decided",
    "skipped": "rows that somebody skipped and nobody has labelled",
    "search": "the rows that a search finds",
    "disagreement": "rows that annotators differ on",
    "outdated": "decided under other guidelines, or for a class that is gone",
    "control": "training rows drawn at random, to check labels and models",
    "history": "what you have decided, the newest first",
}
"""What there is to go through, by name."""


@dataclass(frozen=True, slots=True)
class Queue:
    """The rows of a queue, the marks that they have already, and the size of its batch.

    ``n_beyond`` more rows wait than are listed. ``second`` says that others have decided all of
    them; empty where they have not.
    """

    ids: RowIds
    items: dict[int, QueueItem] = field(default_factory=dict)
    marks: dict[int, str] = field(default_factory=dict)
    batch: int | None = None
    batch_size: int = 0
    n_beyond: int = 0
    second: str = ""


def read_queue(project: Project, annotator: str, name: str, line: str) -> Queue:
    """Return the rows of a queue.

    Parameters
    ----------
    project
        The project.
    annotator
        Who goes through them.
    name
        One of `QUEUES`.
    line
        What is searched for, in the queue ``search``.

    Raises
    ------
    UsageError
        If the search cannot be read.
    """
    if name == "search":
        found = find_rows(project, parse_filter(line))
        return Queue(found.example_ids)
    if name == "history":
        before = decided_before(project, annotator)
        items = {item.example_id: item for item, _ in before}
        return Queue(list(items), items, {item.example_id: mark for item, mark in before})
    if name == "control":
        drawn = control_queue(project, annotator)
        waiting = Waiting(drawn, len(drawn))
    else:
        waiting = waiting_rows(project, annotator, queue=name)
    asked = waiting.items
    batch = asked[0].batch_run_id if asked else None
    size = 0 if batch is None else batch_size(project, batch)
    by_id = {item.example_id: item for item in asked}
    return Queue(list(by_id), by_id, {}, batch, size, waiting.n_beyond, second_answers(asked))
