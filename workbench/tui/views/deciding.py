"""What the views share in which people decide: a list, the text, the evidence, the keys."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from rich.console import RenderableType
from rich.text import Text
from textual import on

from workbench.errors import WorkbenchError
from workbench.services.annotate import Decision, Session
from workbench.services.browse import ExampleView, text_of, view_example
from workbench.services.rows import rows_with_uids
from workbench.services.trail import Belief
from workbench.services.undo import Turned
from workbench.services.why import decisions_of
from workbench.store.decisions import DECISIONS
from workbench.tui.actions import Action, moves
from workbench.tui.colors import DIGITS, class_colors, color_of
from workbench.tui.figures import score
from workbench.tui.key_names import key, spell
from workbench.tui.marks import FLAGGED, Marks, described, mark_of
from workbench.tui.safe_text import one_line
from workbench.tui.views.panes import PanedView
from workbench.tui.widgets.class_bar import ClassBar
from workbench.tui.widgets.document import Document
from workbench.tui.widgets.evidence import Evidence
from workbench.tui.widgets.picker import Choice
from workbench.tui.widgets.row_list import RowList

Decide = Callable[[Session, int, float], Decision]
"""Records a decision about a row that took so many seconds."""

CLASSES = "classes"
"""The purpose of the picker when it chooses a class."""

LABEL = Action(
    "label",
    "label_key('{key}')",
    tuple(DIGITS),
    "Label with the class of that digit",
    "label",
    shown_keys="1-9",
)
PICK = Action("pick", "pick_class", ("l",), "Choose a class by name", "class by name")
FLAG = Action("flag", "flag", ("f",), "Flag as ambiguous or unusable", "flag")
MOVES = (
    *moves("row"),
    Action("more", "more", ("m",), "Turn the page of a very long text"),
    Action("panes", "panes", ("p",), "Narrow screens: show the next side pane", "panes"),
)

_NAME_CELLS = 20

_BLIND_REASON = "hidden until you decide ({annotate.blind} shows it)"


class DecidingView(PanedView):
    """A view with a list of rows that wait for a decision, one of them shown in full.

    A subclass yields the widgets named ``rows``, ``document``, ``evidence`` and ``class-bar`` in
    its body, and says what the rows are. What was decided in this sitting stays in the list with
    its mark, so that a person can go back to it.
    """

    FLAGGED: ClassVar[str] = FLAGGED
    """What a flagged row is marked with."""

    DECIDES: ClassVar[tuple[str, ...]] = ()
    """The names of the view's own actions that decide the row under the cursor."""

    def __init__(self) -> None:
        super().__init__()
        self.marks = Marks()
        self._is_at_end = False
        self._shown_id: int | None = None
        self._shown_at = time.monotonic()
        self._last_class: str | None = None
        self.belief: Belief | None = None
        self.is_blind = False
        self.notes: dict[int, str] = {}

    # -- what a subclass says -----------------------------------------------------------------

    def reason(self, example_id: int) -> str:
        """Say why a row is asked."""
        raise NotImplementedError

    def row_head(self, example_id: int) -> Text:
        """Return what stands before the text of a row that waits."""
        raise NotImplementedError

    def decide(self, session: Session, example_id: int, label: str, seconds: float) -> Decision:
        """Record a class for a row; runs in the thread that writes, so it touches no widget."""
        raise NotImplementedError

    def belief_of(self, view: ExampleView) -> Belief | None:
        """Return the belief that is shown beside a row."""
        return view.belief

    def adopt(self, example_id: int) -> bool:
        """Take a row into the list that is not in it; tell whether that can be."""
        return False

    def nothing_left(self) -> RenderableType:
        """Return what is shown where no row is."""
        raise NotImplementedError

    def show_progress(self) -> None:
        """Show how far the list is done."""
        raise NotImplementedError

    def why_not(self, name: str) -> str | None:
        """Return why a decision cannot be made now."""
        if name in ("label", "pick", "flag", *self.DECIDES) and self.row is None:
            return "there is no row to decide here"
        if name == "repeat" and self._last_class is None:
            return "nothing was labelled yet in this sitting"
        if name == "panes" and self.has_class("-short"):
            return "no room for a side pane: make the terminal taller"
        return super().why_not(name)

    def decides(self, name: str) -> bool:
        """Tell whether an action decides the row under the cursor."""
        return name in ("label", "pick", "flag", "repeat", *self.DECIDES)

    # -- the list and the row that is shown ---------------------------------------------------

    def on_mount(self) -> None:
        """Follow the words of the newest model, and who decides."""
        self.watch(self.workbench, "words", self._on_words, init=False)
        self.watch(self.workbench, "annotator", self.begin_anew, init=False)

    def on_screen_resume(self) -> None:
        """Look whether a newer model has other words; time spent elsewhere is no deciding."""
        self._shown_at = time.monotonic()
        self.workbench.look_for_words()

    def begin_anew(self) -> None:
        """Forget what goes with the decisions of one person: another one decides now."""
        self._last_class = None
        self.notes.clear()

    @property
    def signature(self) -> str:
        """Who decides, as it stands over the rows."""
        return f"as {one_line(self.workbench.annotator, _NAME_CELLS)}"

    def _on_words(self) -> None:
        if self.is_current:
            self.show_row()

    def renew_marks(
        self, settled: frozenset[int], standing: Mapping[int, tuple[str, str | None]]
    ) -> None:
        """Mark rows with what stands now (`standing_decisions`); classes go by their names."""
        marks = {row: mark_of(*said, self.FLAGGED) for row, said in standing.items()}
        self.marks.renew(settled, marks)
        self.rows.refresh_rows()
        self._last_class = self.name_now(self._last_class)

    def name_now(self, name: str | None) -> str | None:
        """Return what a class is called now; None where it is gone."""
        known = self.project.label_set
        return None if name is None else known.name_of(known.number_of_name.get(name))

    def set_waiting(self, waiting: Sequence[int]) -> None:
        """Show the rows that wait now, behind those that this sitting has decided.

        The row under the cursor stays where it is: a person may be about to decide it.
        """
        current = self.row
        stands_at = self.rows.current
        kept = [i for i in self.rows.ids if i in self.marks or i == current]
        known = set(kept)
        ids = kept + [i for i in waiting if i not in known]
        first = next((n for n, i in enumerate(ids) if i not in self.marks), None)
        self._is_at_end = current is None and first is None
        if self._is_at_end and stands_at in self.marks:
            cursor = ids.index(stands_at)
        else:
            cursor = (first or 0) if current is None else ids.index(current)
        self.rows.set_rows(ids, cursor=cursor)
        self.show_row()

    @property
    def row(self) -> int | None:
        """The row that a key decides; None where there is none, or none waits any more."""
        return None if self._is_at_end else self.rows.current

    @property
    def n_waiting(self) -> int:
        """How many rows of the list are undecided."""
        return max(0, len(self.rows.ids) - len(self.marks))

    @on(RowList.Moved, "#rows")
    def _on_moved(self) -> None:
        if self.rows.current != self._shown_id:
            self._is_at_end = False
            self.show_row()

    def show_row(self) -> None:
        """Show the row under the cursor with its evidence."""
        row = self.row
        if row != self._shown_id:
            self._shown_id, self._shown_at = row, time.monotonic()
        self.belief = None
        with self.guard():
            view = None if row is None else view_example(self.project, row)
            self.set_class(view is None, "-nothing")
            if row is None or view is None:
                self.query_one(Document).show_nothing(self.nothing_left())
                self.query_one(Evidence).show_nothing()
                self.query_one(ClassBar).show(self.project.classes)
            else:
                self._show_example(row, view)
            self.show_progress()
        self.refresh_keys()

    def _show_example(self, row: int, view: ExampleView) -> None:
        """Show a row; in blind mode nothing that would sway."""
        classes = self.project.classes
        is_hidden = self.is_blind and row not in self.marks
        self.belief = self.belief_of(view)
        marks = self.workbench.highlight(view, self.belief)
        self.query_one(Document).show(
            view,
            reason=spell(_BLIND_REASON) if is_hidden else self.reason(row),
            marks=() if is_hidden else marks,
            styles=class_colors(classes),
            note=self.notes.get(row, ""),
        )
        if is_hidden:
            self.query_one(Evidence).show_hidden(view)
        else:
            self.query_one(Evidence).show(view, self.belief, classes)
        believed = self.belief.probabilities[0][0] if self.belief and not is_hidden else None
        self.query_one(ClassBar).show(classes, believed=believed, decided=self.marks.get(row))

    def list_row(self, example_id: int) -> Text:
        """Return a row of the list."""
        mark = self.marks.get(example_id)
        if mark is None:
            row = Text(" ") if self.is_blind else self.row_head(example_id)
        else:
            row = Text(f" ✓ {mark}  ", style=color_of(mark, self.project.classes))
        row.append(one_line(text_of(self.project, example_id)), style="")
        return row

    # -- decisions ----------------------------------------------------------------------------

    async def commit(self, decide: Decide, *, mark: str) -> None:
        """Decide the row under the cursor and go on to the next; the writing never holds the keys.

        Parameters
        ----------
        decide
            Records the decision about a row that took so many seconds; runs in the thread that
            writes.
        mark
            What the row is marked with: a class, or a word.
        """
        row = self.row
        if row is None:
            self.say("there is no row to decide here")
            return
        seconds = round(time.monotonic() - self._shown_at, 2)
        was = self.marks.get(row)
        self.deciding(row)
        self.marks.begin(row, mark)
        if mark in self.project.classes:
            self._last_class = mark
        self.rows.refresh_row(row)
        self.advance()
        await self.workbench.behind(self._write(decide, row, seconds, was))

    async def _write(self, decide: Decide, row: int, seconds: float, was: str | None) -> None:
        """Write a decision and acknowledge it; where that fails, go back to its row."""
        try:
            decision = await self.workbench.writer.decide(
                lambda session: decide(session, row, seconds)
            )
        except (WorkbenchError, sqlite3.Error) as error:
            if self.is_running:
                self._set_mark(row, was)
                self._go_back(row)
                self.complain(str(error))
            return
        finally:
            self.marks.end(row)
        if not self.is_running:
            return
        self._changed()
        self.decided(decision, seconds)
        self.show_progress()
        stays = "" if decision.standing is None else f" · {one_line(decision.standing.words, 160)}"
        self.say(f"{described(decision)}{stays} · {key('app.undo')} to undo")

    def _go_back(self, row: int) -> None:
        """Return to a row that is not decided after all, unless an earlier one is shown."""
        index = self.rows.index_of(row)
        if index is not None and (self._is_at_end or index < self.rows.cursor):
            self._is_at_end = False
            self.rows.jump(index)
            self.show_row()

    def deciding(self, row: int) -> None:
        """Take note of what is shown before a decision."""

    def decided(self, decision: Decision, seconds: float) -> None:
        """Take note of a decision."""

    def advance(self) -> None:
        """Go to the next row that waits, below first, then from the top."""
        ids, here = self.rows.ids, self.rows.cursor
        for index in (*range(here + 1, len(ids)), *range(here)):
            if ids[index] not in self.marks:
                self.rows.jump(index)
                self.show_row()
                return
        # Another key must not decide the last row once more.
        self._is_at_end = True
        self.show_row()

    def _changed(self) -> None:
        """Tell the app; this view shows the change already."""
        self.workbench.touch()
        self.mark_fresh()

    def _set_mark(self, row: int, mark: str | None) -> None:
        self.marks.put(row, mark)
        self.rows.refresh_row(row)

    def _mark(self, row: int) -> None:
        """Mark a row with the decision of this annotator that stands."""
        mine = (
            event
            for event in decisions_of(self.project, row)
            if event.stands
            and event.kind in DECISIONS
            and event.annotator == self.workbench.annotator
        )
        newest = next(mine, None)
        mark = None if newest is None else mark_of(newest.kind, newest.label, self.FLAGGED)
        self._set_mark(row, mark)

    def turned(self, turned: Turned) -> None:
        """Show an act on one row at its row; any other one in all that is shown."""
        rows = rows_with_uids(self.project, turned.uids) if turned.n_examples == 1 else []
        if not rows or not (self.rows.index_of(rows[0]) is not None or self.adopt(rows[0])):
            self.read_again()
            return
        (row,) = rows
        self._keep_note(turned, row)
        self._changed()
        self._mark(row)
        self._is_at_end = False
        self.rows.jump(self.rows.index_of(row) or 0)
        self.show_row()

    def change(self, turned: Turned) -> str:
        """Say what is now, unless that sways: what is left may be another's, or a model's."""
        return "" if self.is_blind and turned.n_examples else super().change(turned)

    def _keep_note(self, turned: Turned, row: int) -> None:
        """Keep the note of a decision that was undone for the next one of its row."""
        if turned.turn == "redo":
            self.notes.pop(row, None)
            return
        notes = {event.event_id: event.note for event in decisions_of(self.project, row)}
        if note := notes.get(turned.event_id):
            self.notes.setdefault(row, note)

    async def label(self, name: str) -> None:
        """Record a class, by name, for the row under the cursor."""
        await self.commit(
            lambda session, row, seconds: self.decide(session, row, name, seconds), mark=name
        )

    # -- actions ------------------------------------------------------------------------------

    async def take_class(self, name: str) -> None:
        """Label with a class whose digit was pressed, or that was clicked."""
        await self.label(name)

    def action_pick_class(self) -> None:
        """Choose a class by name; those that the model believes in most come first."""
        is_hidden = self.belief is None or self.is_blind
        believed = {} if self.belief is None or is_hidden else dict(self.belief.probabilities)
        names = sorted(self.project.classes, key=lambda name: -believed.get(name, 0.0))
        choices = [
            Choice(name, score(believed[name]) if name in believed else "") for name in names
        ]
        self.open_picker(CLASSES, "a class: some letters, then enter", choices)

    async def picked(self, purpose: str, name: str) -> None:
        """Label with the class that was picked."""
        if purpose == CLASSES:
            await self.label(name)

    async def action_repeat(self) -> None:
        """Label as the last one."""
        if self._last_class is not None:
            await self.label(self._last_class)

    async def action_flag(self) -> None:
        """Flag the row."""
        await self.commit(
            lambda session, row, seconds: session.flag(row, seconds=seconds), mark=self.FLAGGED
        )

    def action_move(self, rows: int) -> None:
        """Move in the list; from its end back to the last row."""
        if self._is_at_end:
            self._is_at_end = False
            self.show_row()
        else:
            self.rows.move(rows)

    def action_more(self) -> None:
        """Turn the page of a long text."""
        self.query_one(Document).turn_page()
