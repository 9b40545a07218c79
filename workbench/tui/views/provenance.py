"""Provenance: the runs, the trail of a row, what changed between two runs, and the way back."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.timer import Timer
from textual.widgets import Static

from workbench.figures import counted
from workbench.services.diff import DiffResult, diff
from workbench.services.history import find_run, log, show
from workbench.services.revert import revert_to, undone_by_revert
from workbench.services.snapshots import take_snapshot
from workbench.services.trail import Trail
from workbench.services.why import why
from workbench.store.runs import Run
from workbench.tui.actions import Action, moves
from workbench.tui.key_names import key, spell
from workbench.tui.pages import Page
from workbench.tui.safe_text import one_line
from workbench.tui.views.panes import RowsView
from workbench.tui.widgets.changes import change_details, change_line
from workbench.tui.widgets.row_list import RowList
from workbench.tui.widgets.run_details import run_details, run_line, run_matches
from workbench.tui.widgets.trail import trail_steps

if TYPE_CHECKING:
    from workbench.tui.app import WorkbenchApp

_SHOWN_RUNS = 1_000
_PATIENCE_SECONDS = 0.15
"""How long the cursor rests on a run before the acts after it are counted."""

_UID, _SNAPSHOT, _FILTER = "uid", "snapshot", "filter"


class ProvenanceView(RowsView):
    """The runs, newest first; enter goes into one, b comes back."""

    NAME = "provenance"
    ACTIONS = (
        Action("trail", "trail", ("w",), "The trail of a row, by its id", "why a row"),
        Action("follow", "follow", ("enter",), "Go into what is under the cursor", "follow"),
        Action("back", "back", ("b", "backspace"), "Back to the list before", "back", "b"),
        Action("diff", "diff", ("d",), "Labels that differ from the marked run", "diff"),
        Action("revert", "revert", ("R",), "Undo all your acts after this run", "revert"),
        Action("mark", "mark", ("m",), "Mark a run to compare with", "mark"),
        Action("snapshot", "snapshot", ("s",), "Name the labels of now", "snapshot"),
        *moves("line"),
        Action("detail-down", "scroll_detail(1)", ("J",), "Scroll what is beside the list"),
        Action("detail-up", "scroll_detail(-1)", ("K",), "Scroll it back"),
    )
    CSS = """
    #history-pane, #history-detail { width: 1fr; height: 1fr; }
    #history-detail { padding: 0 1; }
    #history { height: 1fr; }
    ProvenanceView.-narrow #history-pane, ProvenanceView.-narrow #history-detail { width: 100%; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._pages: list[Page] = []
        self._runs: dict[int, Run] = {}
        self._marked: int | None = None
        self._filter = ""
        self._timer: Timer | None = None

    def compose_body(self) -> ComposeResult:
        """Make the list, and the pane beside it."""
        with Horizontal(id="body"):
            with Vertical(id="history-pane", classes="pane list"):
                yield RowList(self._line, id="history")
            with VerticalScroll(id="history-detail", classes="pane", can_focus=False):
                yield Static(id="history-text")

    @property
    def _page(self) -> Page | None:
        return self._pages[-1] if self._pages else None

    def _line(self, row: int) -> Text:
        page = self._page
        return Text() if page is None else page.line(row)

    # -- pages --------------------------------------------------------------------------------

    def read(self) -> None:
        """Read the runs, and what is shown, anew."""
        if len(self._pages) <= 1:
            self._pages = [self._runs_page()]
            self._show_page()
        else:
            self._renew()

    @work(exclusive=True, group="provenance")
    async def _renew(self) -> None:
        with self.guard():
            page = await self._pages[-1].renew()
            page.cursor = min(self.rows.cursor, max(0, len(page.ids) - 1))
            self._pages[0] = self._runs_page()
            self._pages[-1] = page
            self._show_page()

    def _open(self, page: Page) -> None:
        """Go into a page; back comes to where the cursor is now."""
        if self._page is not None:
            self._page.cursor = self.rows.cursor
        self._pages.append(page)
        self._show_page()

    def _show_page(self) -> None:
        page = self._pages[-1]
        pane = self.query_one("#history-pane")
        pane.border_title = page.title
        pane.border_subtitle = spell("{provenance.back}: back") if len(self._pages) > 1 else ""
        self.rows.empty_text = f" nothing here  {pane.border_subtitle}"
        self.rows.set_rows(page.ids, cursor=page.cursor)
        self._show_detail()
        self.refresh_keys()

    @on(RowList.Moved, "#history")
    def _on_moved(self) -> None:
        self._show_detail()

    def _show_detail(self) -> None:
        page, row = self._page, self.rows.current
        with self.guard():
            detail = Text() if page is None or row is None else page.detail(row)
            self.query_one("#history-text", Static).update(detail)
        self.query_one("#history-detail").scroll_home(animate=False)

    # -- the runs -----------------------------------------------------------------------------

    def _runs_page(self) -> Page:
        before = self._pages[0] if self._pages else None
        stood_at = None
        if before is not None and before.ids:
            index = self.rows.cursor if len(self._pages) == 1 else before.cursor
            stood_at = before.ids[min(index, len(before.ids) - 1)]
        self._runs = {run.run_id: run for run in log(self.project, limit=_SHOWN_RUNS)}
        ids = [run_id for run_id, run in self._runs.items() if run_matches(run, self._filter)]
        title = counted(len(ids), "run") + (f" with “{self._filter}”" if self._filter else "")
        page = Page(
            title, ids, self._line_of_run, self._run_detail, self._follow_run, self._runs_anew
        )
        # Newer runs push the cursor down only where it was on a row of its own choice.
        if stood_at in ids and before is not None and stood_at != before.ids[0]:
            page.cursor = ids.index(stood_at)
        return page

    async def _runs_anew(self) -> Page:
        return self._runs_page()

    def _line_of_run(self, run_id: int) -> Text:
        run = self._runs.get(run_id) or find_run(self.project, run_id)
        return Text() if run is None else run_line(run, is_marked=run_id == self._marked)

    def _run_detail(self, run_id: int) -> RenderableType:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(_PATIENCE_SECONDS, functools.partial(self._count, run_id))
        return run_details(show(self.project, run_id), None)

    @work(exclusive=True, group="since")
    async def _count(self, run_id: int) -> None:
        who = self.workbench.writer.annotator
        with self.guard():
            since = await self.read_apart(lambda p: undone_by_revert(p, run_id, annotator=who))
            if self._run_under_cursor == run_id:
                shown = run_details(show(self.project, run_id), since)
                self.query_one("#history-text", Static).update(shown)

    def _follow_run(self, run_id: int) -> None:
        """Go to the runs that a run read and those that read it."""
        details = show(self.project, run_id)
        ids = [*(r.run_id for r in details.outputs), run_id, *(r.run_id for r in details.inputs)]

        async def renew() -> Page:
            return page

        title = f"what run {run_id} read (below) and what read it (above)"
        page = Page(title, ids, self._line_of_run, self._run_detail, self._follow_run, renew)
        page.cursor = len(details.outputs)
        self._open(page)

    @property
    def _run_under_cursor(self) -> int | None:
        page = self._page
        is_of_runs = page is not None and page.line == self._line_of_run
        return self.rows.current if is_of_runs else None

    # -- the trail of a row -------------------------------------------------------------------

    @work(exclusive=True, group="provenance")
    async def open_trail(self, uid: str) -> None:
        """Show the trail of the label of a row."""
        with self.guard():
            self._open(await self._trail_page(uid))

    async def _trail_page(self, uid: str) -> Page:
        trail: Trail = await self.read_apart(lambda project: why(project, uid))
        steps = trail_steps(trail, self.project.classes)

        def follow(index: int) -> None:
            run_id = steps[index].run_id
            if run_id is None:
                self.say("no run made this step")
            else:
                self._follow_run(run_id)

        return Page(
            f"trail of {one_line(trail.uid, 40)}",
            range(len(steps)),
            lambda index: steps[index].line.copy(),
            lambda index: steps[index].body,
            follow,
            functools.partial(self._trail_page, uid),
        )

    # -- what changed -------------------------------------------------------------------------

    @work(exclusive=True, group="provenance")
    async def _open_changes(self, before: int, after: int) -> None:
        self.say(f"comparing run {before} with run {after} …")
        with self.guard():
            page = await self._changes_page(before, after)
            self._open(page)
            self.say(page.title)

    async def _changes_page(self, before: int, after: int) -> Page:
        found: DiffResult = await self.read_apart(lambda p: diff(p, str(before), str(after)))
        classes = self.project.classes

        def follow(index: int) -> None:
            self.open_trail(found.rows[index].uid)

        return Page(
            f"{counted(found.n_changed, 'label')} changed from run {before} to {after}",
            range(len(found.rows)),
            lambda index: change_line(found.rows[index], classes),
            lambda index: change_details(found.rows[index], found.by_cause, classes),
            follow,
            functools.partial(self._changes_page, before, after),
        )

    # -- actions ------------------------------------------------------------------------------

    def why_not(self, name: str) -> str | None:
        """Say what cannot be done on this page."""
        if name in ("follow", "down", "up") and self.rows.current is None:
            return "there is nothing in the list"
        if name == "back" and len(self._pages) <= 1:
            return "this is the first list"
        if name in ("mark", "diff", "revert") and self._run_under_cursor is None:
            return spell("the cursor is on no run ({provenance.back}: back)")
        if name == "diff" and self._before() is None:
            return "there is no earlier run"
        return None

    def action_scroll_detail(self, lines: int) -> None:
        """Scroll what is beside the list."""
        self.query_one("#history-detail").scroll_relative(y=4 * lines, animate=False)

    def action_follow(self) -> None:
        """Go into what is under the cursor."""
        page, row = self._page, self.rows.current
        if page is not None and row is not None:
            with self.guard():
                page.follow(row)

    def action_back(self) -> None:
        """Come back to the list before."""
        if len(self._pages) > 1:
            self._pages.pop()
            self._show_page()

    def close_own(self) -> bool:
        """Come back to the list before."""
        if len(self._pages) == 1:
            return False
        self.action_back()
        return True

    def action_mark(self) -> None:
        """Mark the run, or take the mark away."""
        run_id = self._run_under_cursor
        self._marked = None if run_id == self._marked else run_id
        self.rows.refresh_rows()
        if self._marked is None:
            self.say(spell("no run is marked: {provenance.diff} compares with the run before"))
        else:
            self.say(
                f"run {run_id} is marked: {key('provenance.diff')} on another run compares the two"
            )
        self.refresh_keys()

    def _before(self) -> int | None:
        """Return the run to compare with: the marked one, else the one before."""
        here = self._run_under_cursor
        if self._marked is not None and self._marked != here:
            return self._marked
        return max((run_id for run_id in self._runs if here and run_id < here), default=None)

    def action_diff(self) -> None:
        """Show the labels that differ between two runs."""
        here, before = self._run_under_cursor, self._before()
        if here is not None and before is not None:
            self._open_changes(min(here, before), max(here, before))

    def action_trail(self) -> None:
        """Ask for the row whose trail is wanted."""
        self.ask(_UID, "trail of the row with id")

    def action_snapshot(self) -> None:
        """Ask for the name of a snapshot."""
        self.ask(_SNAPSHOT, "name of the snapshot")

    def action_filter(self) -> None:
        """Ask for a word that the runs must have."""
        self.ask(_FILTER, "only runs with", self._filter, live=True)

    def typed(self, purpose: str, text: str | None) -> None:
        """Filter the runs while it is typed."""
        if purpose == _FILTER:
            self._filter = (text or "").strip()
            self._pages = [self._runs_page()]
            self._show_page()

    def answered(self, purpose: str, text: str) -> None:
        """Take a row's id, a snapshot's name or the filter."""
        if purpose == _UID:
            self.open_trail(text.strip())
        elif purpose == _SNAPSHOT:
            self._take_snapshot(text)
        else:
            self.typed(purpose, text)

    @work(group="write")
    async def _take_snapshot(self, name: str) -> None:
        taken = await self.write(lambda project: take_snapshot(project, name))
        if taken is not None:
            self.read_again()
            self.say(
                f"snapshot {taken.name} holds {counted(taken.n_labelled, 'label')} (run"
                f" {taken.run_id}); {key('app.go-export')} {key('export.snapshot')} exports from it"
            )

    @work(group="write")
    async def action_revert(self) -> None:
        """Undo every act of this annotator after the run under the cursor."""
        run_id, who = self._run_under_cursor, self.workbench.writer.annotator
        if run_id is None:
            return
        n_before = self.workbench.generation
        done = await self.write(lambda p: revert_to(p, run_id, annotator=who))
        self.project.reload_classes()
        if done is not None:
            self.read_again()
            self.say(f"undone: {done.text} after run {run_id} · {key('app.redo')} puts all back")
        elif self.workbench.generation != n_before:
            self.say(f"you did nothing after run {run_id} that stands")


async def show_trail(app: WorkbenchApp, uid: str) -> None:
    """Go to the view and show the trail of a row there."""
    await app.action_go(ProvenanceView.NAME)
    if isinstance(app.screen, ProvenanceView):
        app.screen.open_trail(uid)
