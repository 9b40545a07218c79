"""Annotate: one row after the other, a key a decision."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from workbench.services.annotate import Decision, QueueItem, Session, annotation_queue
from workbench.services.browse import view_example
from workbench.tui.actions import Action
from workbench.tui.views.deciding import FLAG, LABEL, MOVES, PICK, DecidingView
from workbench.tui.widgets.class_bar import ClassBar
from workbench.tui.widgets.document import Document
from workbench.tui.widgets.evidence import Evidence
from workbench.tui.widgets.row_list import RowList

_RATE_SECONDS = 10.0

_PAUSE_SECONDS = 120.0
"""A decision that took longer was a break: it does not count for the rate."""


class AnnotateView(DecidingView):
    """The queue: the newest batch, else the undecided training rows."""

    NAME = "annotate"
    PANES = ("-pane-evidence", "-pane-rows")
    ACTIONS = (
        LABEL,
        Action("accept", "accept", ("a",), "Accept what the model believes", "accept"),
        Action("skip", "skip", ("space",), "Skip: leave it undecided", "skip"),
        FLAG,
        Action("repeat", "repeat", ("full_stop",), "Repeat your last label", "repeat"),
        PICK,
        *MOVES,
        Action("reload", "reload", ("r",), "Read the queue anew; after a batch, go on without one"),
    )

    def __init__(self) -> None:
        super().__init__()
        self._items: dict[int, QueueItem] = {}
        self._batch: int | None = None
        self._batch_size = 0
        self._n_decided = 0
        self._seconds = 0.0

    def compose_body(self) -> ComposeResult:
        """Queue, text and evidence."""
        with Horizontal(id="body"):
            rows = RowList(self.list_row, id="rows")
            rows.border_title = "queue"
            yield rows
            with Vertical(id="center"):
                yield Document(id="document")
                yield ClassBar(id="class-bar")
            yield Evidence(id="evidence")

    def read(self) -> None:
        """Read the queue."""
        queue = annotation_queue(self.project, self.workbench.annotator)
        batch = queue[0].batch_run_id if queue else None
        if self._batch is not None and batch is None:
            # The batch is done; its end is told before other rows follow.
            queue = []
        else:
            self._batch = batch
            self._batch_size = len(self.project.store.queues.proposal(batch)) if batch else 0
        self._items.update((item.example_id, item) for item in queue)
        self.set_waiting([item.example_id for item in queue])

    def row_head(self, example_id: int) -> Text:
        """Return the score of a proposed row."""
        item = self._items[example_id]
        return Text(" " if item.batch_run_id is None else f" {item.score:4.2f} ", style="dim")

    def reason(self, example_id: int) -> str:
        """Say why the learner asks for a row."""
        return self._items[example_id].reason

    def decide(self, session: Session, example_id: int, label: str, seconds: float) -> Decision:
        """Record a label."""
        batch = self._items[example_id].batch_run_id
        return session.label(example_id, label, seconds=seconds, batch_run_id=batch)

    def adopt(self, example_id: int) -> bool:
        """Take a row of another queue in, above the cursor."""
        if view_example(self.project, example_id) is None:
            return False
        self._items[example_id] = QueueItem(example_id, "you decided it before", 0.0, None)
        ids = list(self.rows.ids)
        ids.insert(self.rows.cursor, example_id)
        self.rows.set_rows(ids, cursor=self.rows.cursor)
        return True

    def decided(self, decision: Decision, seconds: float) -> None:
        """Count the decision for the rate."""
        if seconds <= _PAUSE_SECONDS:
            self._n_decided += 1
            self._seconds += seconds

    def show_progress(self) -> None:
        """Show how many rows wait, and how fast they go."""
        if self._batch is None:
            what = f"queue · {len(self.marks):,} done · {self.n_waiting:,} to go"
        else:
            n_done = max(0, self._batch_size - self.n_waiting)
            what = f"batch {self._batch} · {n_done:,} of {self._batch_size:,} done"
        # A rate of the first seconds tells nothing.
        rate = 60 * self._n_decided / self._seconds if self._seconds >= _RATE_SECONDS else 0.0
        pace = f" · {rate:.0f} a minute" if rate else ""
        self.query_one("#center").border_title = what + pace

    def nothing_left(self) -> Text:
        """Say what to do when no row waits."""
        text = Text("\n")
        if self.project.store.examples.count() == 0:
            text.append("There are no examples yet.\n\n", style="bold")
            text.append("In a shell:  workbench import FILE --role train")
            return text
        text.append("No row waits for you.\n\n", style="bold")
        text.append("x  do what the second line says is next\n")
        text.append("r  go on with the undecided training rows")
        return text

    async def action_accept(self) -> None:
        """Label with the class that the model believes in most."""
        row, view = self.row, None
        with self.guard():
            view = None if row is None else view_example(self.project, row)
        belief = None if view is None else view.belief
        if belief is None:
            self.say("no model has a belief yet: apply the functions (g f), then aggregate (x)")
        elif belief.probabilities[0][1] - belief.probabilities[1][1] < 1e-9:
            self.say("the model is undecided here: label it yourself")
        else:
            await self.label(belief.probabilities[0][0])

    async def action_skip(self) -> None:
        """Skip the row."""
        await self.commit(
            lambda session, row, seconds: session.skip(
                row, seconds=seconds, batch_run_id=self._items[row].batch_run_id
            ),
            mark="skipped",
        )

    async def action_flag(self) -> None:
        """Flag the row."""
        await self.commit(
            lambda session, row, seconds: session.flag(
                row, seconds=seconds, batch_run_id=self._items[row].batch_run_id
            ),
            mark="flagged",
        )

    def action_reload(self) -> None:
        """Read the queue anew, without the rows that are done."""
        self.marks.clear()
        self._batch = None
        self.rows.set_rows(())
        self.read_again()
