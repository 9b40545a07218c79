"""Annotate: one row after the other, a key a decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from rich.console import RenderableType
from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from workbench.figures import counted
from workbench.services.annotate import CameFrom, Decision, QueueItem, Session
from workbench.services.browse import view_example
from workbench.services.project import Project
from workbench.services.row_filter import parse_filter
from workbench.services.row_queues import asked_again, standing_decisions
from workbench.services.rows import has_rows
from workbench.tui.actions import Action
from workbench.tui.figures import score
from workbench.tui.key_names import key, spell
from workbench.tui.queues import QUEUES, Queue, read_queue
from workbench.tui.safe_text import one_line
from workbench.tui.views.deciding import FLAG, LABEL, MOVES, PICK, DecidingView
from workbench.tui.widgets.class_bar import ClassBar
from workbench.tui.widgets.document import Document
from workbench.tui.widgets.evidence import Evidence
from workbench.tui.widgets.first_steps import first_steps
from workbench.tui.widgets.picker import Choice
from workbench.tui.widgets.row_list import RowIds, RowList

_RATE_SECONDS = 10.0

_PAUSE_SECONDS = 120.0
"""A decision that took longer was a break: it does not count for the rate."""

_NEXT_STEPS = (
    ("{app.next-step}", "do what the second line says is next"),
    ("{annotate.queue}", "choose another queue: a search, a control sample, your history …"),
    ("{annotate.reload}", "go on with the undecided training rows"),
)
"""What to do where no row waits."""

_HISTORY_TITLE = "your decisions"

_QUEUE, _SEARCH, _NOTE = "queue", "search", "note"

_OPENED = {"search": CameFrom.SEARCH, "slice": CameFrom.SLICE}
"""The queues of rows that a person chose."""


class AnnotateView(DecidingView):
    """A queue of rows: the newest batch, or what else a person wants to go through."""

    NAME = "annotate"
    PANES = ("-pane-evidence", "-pane-rows")
    DECIDES: ClassVar[tuple[str, ...]] = ("accept", "skip", "note")
    ACTIONS = (
        LABEL,
        Action("accept", "accept", ("a",), "Accept what the model believes", "accept"),
        Action("skip", "skip", ("space",), "Skip: leave it undecided", "skip"),
        FLAG,
        Action("repeat", "repeat", ("full_stop",), "Repeat your last label", "repeat"),
        Action("queue", "queue", ("o",), "Choose what to go through", "queue"),
        PICK,
        Action("note", "note", ("c",), "Write a note that goes with your decision", "note"),
        Action("blind", "blind", ("b",), "Hide belief and votes until you decide, or show them"),
        Action("history", "history", ("h",), "Go back through what you have decided, or leave it"),
        *MOVES,
        Action(
            "reload", "reload", ("r",), "Read the queue anew; at its end, go on with undecided rows"
        ),
    )

    def __init__(self) -> None:
        super().__init__()
        self._queue = "batch"
        self._title = ""
        self._items: dict[int, QueueItem] = {}
        self._asked: dict[int, QueueItem] = {}
        self._batch: int | None = None
        self._batch_size = 0
        self._n_beyond = 0
        self._is_read = False
        self._believed: dict[int, str] = {}
        self._n_timed = 0
        self._seconds = 0.0
        self._noted: int | None = None

    def compose_body(self) -> ComposeResult:
        """Queue, text and evidence."""
        with Horizontal(id="body"):
            yield RowList(self.list_row, id="rows")
            with Vertical(id="center"):
                yield Document(id="document", more="annotate.more")
                yield ClassBar(id="class-bar", action="annotate.label", by_name="annotate.pick")
            yield Evidence(id="evidence")

    def on_mount(self) -> None:
        """Name the list before its rows are known."""
        self.rows.border_title = "queue"
        self.rows.empty_text = " no row"

    # -- the queue ----------------------------------------------------------------------------

    def read(self) -> None:
        """Read the queue, and what stands of this sitting's decisions."""
        self._load(self._queue, self._title)

    @work(exclusive=True, group="queue")
    async def _load(self, name: str, line: str) -> None:
        annotator, settled = self.workbench.annotator, self.marks.settled()

        def read(project: Project) -> tuple[Queue | None, dict[int, tuple[str, str | None]]]:
            queue = None if name == "slice" else read_queue(project, annotator, name, line)
            return queue, standing_decisions(project, annotator, settled)

        with self.guard():
            if not self.marks:
                # Of a queue that was just changed: no mark tells of a decision on its way.
                await self.workbench.writer.written()
            queue, standing = await self.read_apart(read)
            if (name, line) != (self._queue, self._title):
                return  # another was chosen meanwhile
            self._is_read = True
            self.renew_marks(settled, standing)
            self._show_queue(queue)

    def renew_marks(
        self, settled: frozenset[int], standing: Mapping[int, tuple[str, str | None]]
    ) -> None:
        """Call what the model believed by its name of today, too."""
        super().renew_marks(settled, standing)
        self._believed = {
            row: now for row, name in self._believed.items() if (now := self.name_now(name))
        }

    def _show_queue(self, queue: Queue | None) -> None:
        if queue is None:  # a slice stays as it is
            self.show_row()
            return
        if self._batch is not None and queue.batch is None and self._queue == "batch":
            # The batch is done; its end is told before other rows follow.
            self.set_waiting(())
            return
        self._items.update(queue.items)
        self._n_beyond = queue.n_beyond
        if self._queue in ("search", "history"):
            self.marks |= queue.marks
            self.rows.set_rows(queue.ids)
            self._begin()
            return
        if queue.second and self._batch is None:
            # A second answer tells nothing where the first one was in sight.
            self.is_blind = True
            self.say(
                f"{one_line(queue.second, 120)} · {key('annotate.blind')}: not blind"
                f" · {key('annotate.queue')}: undecided"
            )
        if self._batch != queue.batch and None not in (self._batch, queue.batch):
            # Proposed by somebody else, or by a command here.
            self.say(f"batch {queue.batch} is asked from now on, not batch {self._batch}")
        self._batch, self._batch_size = queue.batch, queue.batch_size
        self.set_waiting([int(i) for i in queue.ids])

    def _begin(self) -> None:
        """Begin at the first row of a list that is gone through from top to bottom."""
        self._is_at_end = len(self.rows.ids) == 0
        self.show_row()

    def show_slice(self, title: str, example_ids: RowIds) -> None:
        """Go through some rows in their order, decided ones too."""
        self._change_queue("slice", title)
        self._is_read = True
        self.rows.set_rows(example_ids)
        self._begin()

    def show_queue(self, name: str) -> None:
        """Go through a queue; one that is being gone through goes on where it is."""
        if name not in QUEUES:
            self.say(f"there is no queue {one_line(name, 30)}: {', '.join(QUEUES)}")
        elif name != self._queue or self._is_at_end:
            self._change_queue(name, _HISTORY_TITLE if name == "history" else "")
            self.read_again()

    def _change_queue(self, name: str, line: str = "") -> None:
        self._queue, self._title = name, line
        self._batch, self._n_beyond = None, 0
        self._items.clear()
        self.marks.clear()
        self._believed.clear()
        self.rows.await_rows()
        self.rows.border_title = name

    @property
    def _is_gone_through(self) -> bool:
        """Whether the list is walked from top to bottom, decided rows too."""
        return self._queue in ("slice", "search", "history")

    def advance(self) -> None:
        """Go to the next row that waits; through a slice to the next row."""
        if not self._is_gone_through:
            super().advance()
        elif self.rows.cursor + 1 < len(self.rows.ids):
            self.rows.move(1)
            self.show_row()
        else:
            self._is_at_end = True
            self.show_row()

    # -- what is shown ------------------------------------------------------------------------

    def row_head(self, example_id: int) -> Text:
        """Return how uncertain the model was of a proposed row."""
        item = self._items.get(example_id)
        if item is None or item.uncertainty is None:
            return Text(" ")
        return Text(f" {score(item.uncertainty)} ", style="dim")

    def reason(self, example_id: int) -> str:
        """Say why a row is asked."""
        item = self._items.get(example_id)
        if item is not None:
            return item.reason
        return f"it is among: {self._title}" if self._title else "it is in the list"

    def decide(self, session: Session, example_id: int, label: str, seconds: float) -> Decision:
        """Record a class, by the act that the queue asks for."""
        note = self.notes.get(example_id)
        return session.choose(self._asked[example_id], label, seconds=seconds, note=note)

    def _item(self, example_id: int) -> QueueItem:
        """Return how a row is asked: of a list that a person opened, that they chose it."""
        way = _OPENED.get(self._queue)
        return self._items.get(example_id) or QueueItem(example_id, "", came_from=way)

    def adopt(self, example_id: int) -> bool:
        """Take a row of another queue in, above the cursor."""
        if view_example(self.project, example_id) is None:
            return False
        self._items[example_id] = asked_again(self.project, self.workbench.annotator, example_id)
        ids = [int(i) for i in self.rows.ids]
        ids.insert(self.rows.cursor, example_id)
        self.rows.set_rows(ids, cursor=self.rows.cursor)
        return True

    def deciding(self, row: int) -> None:
        """Note what the model believed before the decision, and how the row was asked."""
        # The decision is written when another queue may be open.
        self._asked[row] = self._item(row)
        if self.belief is not None:
            self._believed[row] = self.belief.probabilities[0][0]

    def decided(self, decision: Decision, seconds: float) -> None:
        """Count the decision for the rate."""
        self.notes.pop(decision.example_id, None)
        if seconds <= _PAUSE_SECONDS:
            self._n_timed += 1
            self._seconds += seconds

    def show_progress(self) -> None:
        """Show how many rows wait, how fast they go, and how often the model is right."""
        n_rows = len(self.rows.ids)
        n_waiting = self.n_waiting + self._n_beyond
        if self._is_gone_through:
            what = self._title or self._queue
            place = min(n_rows, self.rows.cursor + 1)
            what = f"{what} · {place:,} of {n_rows:,}"
        elif self._batch is None:
            name = "queue" if self._queue == "batch" else self._queue
            what = f"{name} · {len(self.marks):,} done · {n_waiting:,} to go"
        else:
            n_done = max(0, self._batch_size - n_waiting)
            what = f"batch {self._batch} · {n_done:,} of {self._batch_size:,} done"
        title = " · ".join([self.signature, what, *self._pace(), *self._agreement()])
        self.set_title(self.query_one("#center"), title)
        names = ["blind" if self.is_blind else self._queue]
        if not self.is_blind and any(item.uncertainty is not None for item in self._items.values()):
            names.append("uncertainty")
        self.set_title(self.rows, " · ".join(names))

    def begin_anew(self) -> None:
        """Measure the pace and the agreement of another person anew."""
        super().begin_anew()
        self._believed.clear()
        self._n_timed, self._seconds = 0, 0.0
        self._batch = None

    def _pace(self) -> list[str]:
        # A rate of the first seconds tells nothing.
        if self._seconds < _RATE_SECONDS:
            return []
        return [f"{3600 * self._n_timed / self._seconds:,.0f} an hour"]

    def _agreement(self) -> list[str]:
        pairs = [
            (self.marks[row], believed)
            for row, believed in self._believed.items()
            if self.marks.get(row) in self.project.classes
        ]
        if not pairs:
            return []
        n_same = sum(mark == believed for mark, believed in pairs)
        return [f"model agrees {n_same} of {len(pairs)}"]

    def nothing_left(self) -> RenderableType:
        """Say what to do when no row waits."""
        if not self._is_read:
            return Text("reading …", style="dim")
        if not has_rows(self.project):
            return first_steps(
                "There are no examples yet.", (":import FILE --role train", "brings some in")
            )
        return first_steps(self._nothing_said(), *_NEXT_STEPS)

    def _nothing_said(self) -> str:
        """Say why no row is shown."""
        if not self._is_gone_through:
            if self._n_beyond:
                more = counted(self._n_beyond, "more row")
                wait = "waits" if self._n_beyond == 1 else "wait"
                return spell(f"This list is through. {more} {wait}: {{annotate.reload}} reads on.")
            if self._batch is not None and len(self.rows.ids):
                return f"No row waits in batch {self._batch}: it is done."
            return "No row waits for you."
        if len(self.rows.ids):
            return "The list is through."
        if self._queue == "search":
            return f"No row is found by: {one_line(self._title, 60)}"
        return "You have decided nothing yet." if self._queue == "history" else "No row is here."

    def close_own(self) -> bool:
        """Leave what you have decided."""
        is_history = self._queue == "history"
        if is_history:
            self.action_history()
        return is_history

    # -- actions ------------------------------------------------------------------------------

    def why_not(self, name: str) -> str | None:
        """Return why a decision cannot be made now."""
        if name == "accept" and self.row is not None:
            if self.belief is None:
                return spell(
                    "no model has a belief yet: apply functions ({app.go-functions}) and"
                    " {app.aggregate}, or answer rows and train ({app.go-learn})"
                )
            if self.is_blind and self.row not in self.marks:
                return spell("the belief is hidden ({annotate.blind} shows it)")
            probabilities = self.belief.probabilities
            if len(probabilities) > 1 and probabilities[0][1] - probabilities[1][1] < 1e-9:
                return "the model is undecided here: label it yourself"
        return super().why_not(name)

    async def action_accept(self) -> None:
        """Label with the class that the model believes in most."""
        if self.belief is not None:
            await self.label(self.belief.probabilities[0][0])

    async def action_skip(self) -> None:
        """Skip the row."""
        await self._pass_over("skip", "skipped")

    async def action_flag(self) -> None:
        """Flag the row."""
        await self._pass_over("flag", "flagged")

    async def _pass_over(self, kind: Literal["skip", "flag"], mark: str) -> None:
        await self.commit(
            lambda session, row, seconds: session.pass_over(
                self._asked[row], kind, seconds=seconds, note=self.notes.get(row)
            ),
            mark=mark,
        )

    def action_note(self) -> None:
        """Write a note."""
        self._noted = self.row
        if self._noted is not None:
            self.ask(_NOTE, "note", self.notes.get(self._noted, ""))

    def action_blind(self) -> None:
        """Hide what would sway, or show it."""
        self.is_blind = not self.is_blind
        self.rows.refresh_rows()
        self.show_row()
        shown = "hidden until you decide" if self.is_blind else "shown"
        self.say(f"belief, votes and highlights are {shown} ({key('annotate.blind')})")

    def action_queue(self) -> None:
        """Choose what to go through."""
        self.open_picker(_QUEUE, "a queue", [Choice(name, text) for name, text in QUEUES.items()])

    def action_history(self) -> None:
        """Go back through what was decided."""
        self.show_queue("batch" if self._queue == "history" else "history")

    def action_filter(self) -> None:
        """Go through the rows that a search finds."""
        self.ask(_SEARCH, "/", self._title if self._queue == "search" else "")

    async def picked(self, purpose: str, name: str) -> None:
        """Take a class, or a queue."""
        if purpose != _QUEUE:
            await super().picked(purpose, name)
        elif name == "search":
            self.action_filter()
        else:
            self._change_queue(name, _HISTORY_TITLE if name == "history" else "")
            self.read_again()

    async def answered(self, purpose: str, text: str) -> None:
        """Take a search, or a note."""
        if purpose == _SEARCH:
            parse_filter(text)
            self._change_queue("search" if text else "batch", text)
            self.read_again()
        elif purpose == _NOTE and self._noted is not None:
            await self._take_note(self._noted, text)

    async def _take_note(self, row: int, text: str) -> None:
        """Keep a note for the row that it was begun at, whatever is shown meanwhile."""
        self.notes[row] = text
        mark, place = self.marks.get(row), self.rows.index_of(row)
        if mark not in self.project.classes or place is None:
            self.show_row()
            self.say("the note goes with your decision")
            return
        if self.row != row:
            self.rows.jump(place)
            self._is_at_end = False
        await self.label(mark)

    def action_reload(self) -> None:
        """Read the queue anew, without the rows that are done; where none is left, undecided rows.

        A list that is gone through has been read whole: it is left.
        """
        has_more = self._n_beyond > 0 or self.row is not None
        stays = has_more and not self._is_gone_through
        self._change_queue(self._queue if stays else "batch")
        self.read_again()
