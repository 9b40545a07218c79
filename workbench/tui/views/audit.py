"""Audit: the labels that confident learning doubts, worst first, and who is to blame."""

from __future__ import annotations

from collections.abc import Container
from functools import partial

from rich.console import RenderableType
from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Static

from workbench.services.annotate import Decision, Session
from workbench.services.audit.results import AuditResult
from workbench.services.browse import ExampleView, last_audit
from workbench.services.grouping import columns_to_compare, finest_grouping
from workbench.services.project import Project
from workbench.services.results import from_json
from workbench.services.review.progress import ReviewProgress, review_progress
from workbench.services.review.result import ReviewReport
from workbench.services.review.review import (
    AMBIGUOUS,
    ReviewItem,
    record_review,
    refusals,
    review_queue,
)
from workbench.services.review.reviewed_rows import has_review
from workbench.services.review_log import reviewed_ids
from workbench.services.row_queues import standing_decisions
from workbench.services.rows import rows_with_uids
from workbench.services.trail import Belief
from workbench.tui.actions import Action
from workbench.tui.colors import color_of
from workbench.tui.figures import interval, share
from workbench.tui.jobs import JobResult
from workbench.tui.key_names import spell
from workbench.tui.marks import mark_of
from workbench.tui.views.deciding import LABEL, MOVES, PICK, DecidingView
from workbench.tui.widgets.blame import (
    PAGES,
    blame_page,
    progress_text,
    report_page,
    rows_behind,
)
from workbench.tui.widgets.class_bar import ClassBar
from workbench.tui.widgets.document import Document
from workbench.tui.widgets.evidence import Evidence
from workbench.tui.widgets.first_steps import first_steps
from workbench.tui.widgets.picker import Choice
from workbench.tui.widgets.row_list import RowList

_COLUMNS = "columns"
"""The purpose of the picker when it chooses what to compare by."""

_NO_REVIEW = "nothing was reviewed yet"


class AuditView(DecidingView):
    """The suspects that nobody has reviewed, with rows drawn at random among them.

    Which rows these are is not shown before they are decided: who knows decides otherwise.
    """

    NAME = "audit"
    SHOWS = ("audit",)
    DECIDES = ("keep", "suggestion", "ambiguous", "later")
    FLAGGED = f"flagged {AMBIGUOUS}"
    PANES = ("-pane-evidence", "-pane-rates")
    ACTIONS = (
        Action("keep", "keep", ("y",), "The label is right: keep it", "keep"),
        Action(
            "suggestion",
            "suggestion",
            ("s", "a"),
            "Take the suggested label",
            "take",
            shown_keys="s",
        ),
        LABEL,
        Action("ambiguous", "flag", ("f",), "Several classes fit: ambiguous", "ambiguous"),
        Action("later", "later", ("space",), "Decide later", "later"),
        Action("run", "audit", ("r",), "Audit the labels as they are now", "audit"),
        Action("blame", "blame", ("b",), "Blame: rates, functions, other findings", "blame"),
        Action("compare", "compare", ("B",), "Compare another column: vendor, batch …", "by"),
        Action("report", "report", ("R",), "What the review changed: before and after"),
        Action("open", "open", ("o",), "Open the rows behind what b shows", "open"),
        PICK,
        *MOVES,
    )
    CSS = """
    #rates-progress { height: auto; margin-bottom: 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._is_read = False
        self._items: dict[int, ReviewItem] = {}
        self._not_asked: dict[int, str] = {}
        self._audit: AuditResult | None = None
        self._progress: ReviewProgress | None = None
        self._has_review: bool | None = None
        self._page = PAGES[0]
        self._is_comparing = False
        self._report: ReviewReport | None = None

    def compose_body(self) -> ComposeResult:
        """Suspects and rates, text, evidence."""
        with Horizontal(id="body"):
            with Vertical(id="left"):
                yield RowList(self.list_row, id="rows")
                with VerticalScroll(id="rates", can_focus=False):
                    yield Static(id="rates-progress")
                    yield Static(id="rates-text")
            with Vertical(id="center"):
                yield Document(id="document", more="audit.more")
                yield ClassBar(id="class-bar", action="audit.label", by_name="audit.pick")
            yield Evidence(id="evidence")

    # -- what is shown ------------------------------------------------------------------------

    def read(self) -> None:
        """Read the newest audit and what is left of its queue."""
        self._load()

    @work(exclusive=True, group="queue")
    async def _load(self) -> None:
        annotator, settled = self.workbench.annotator, self.marks.settled()
        with self.guard():
            newest, queue, standing = await self.read_apart(
                lambda project: (
                    last_audit(project),
                    review_queue(project, annotator=annotator),
                    standing_decisions(project, annotator, settled),
                )
            )
            self._is_read = True
            self.renew_marks(settled, standing)
            if newest is None or self._audit is None or newest.run_id != self._audit.run_id:
                # What was compared in this sitting stays as long as its audit does.
                self._audit = newest
            self._items.update((item.example_id, item) for item in queue)
            waiting = [item.example_id for item in queue]
            await self._look_at_row(set(waiting), annotator)
            self.set_waiting(waiting)
            self._show_blame()
            self._count()
            self.refresh_keys()

    async def _look_at_row(self, waiting: Container[int], annotator: str) -> None:
        """Note why the row under the cursor is asked no more, or what who decides said elsewhere.

        It stays in the list: a key that is pressed just now must hit no other one.
        """
        looked_at, why, said = None, None, None
        while (row := self.row) is not None and row not in waiting and row != looked_at:
            item, looked_at = self._items[row], row
            why, said = await self.read_apart(partial(_closed, item=item, annotator=annotator))
        self._not_asked.clear()
        if row is None or row in waiting:
            return
        if why is not None:
            self._not_asked[row] = why
        elif said is not None and row not in self.marks:
            self.marks.put(row, mark_of(*said, self.FLAGGED))

    @work(exclusive=True, group="progress")
    async def _count(self) -> None:
        """Show how far the review is, and how right the audit was."""
        with self.guard():
            self._progress, self._has_review = await self.read_apart(
                lambda project: (review_progress(project), has_review(project))
            )
            self.query_one("#rates-progress", Static).update(progress_text(self._progress))
            self.show_progress()

    def _show_blame(self) -> None:
        pane = self.query_one("#rates-text", Static)
        if self._report is not None:
            pane.update(report_page(self._report))
        else:
            pane.update("" if self._audit is None else blame_page(self._audit, self._page))
        self.query_one("#rates").border_title = "blame"
        self.query_one("#rates").border_subtitle = spell(
            "{audit.blame}: next · {audit.compare}: by another column"
        )

    def row_head(self, example_id: int) -> Text:
        """Return what would change into what."""
        item, classes = self._items[example_id], self.project.classes
        if example_id in self._not_asked:
            return Text(" not asked any more  ", "dim")
        return Text.assemble(
            " ", (item.given, color_of(item.given, classes)), (" → ", "dim"),
            (item.suggested, color_of(item.suggested, classes)), "  ",
        )  # fmt: skip

    def reason(self, example_id: int) -> str:
        """Say what is asked, alike for suspects and rows drawn at random."""
        if example_id in self._not_asked:
            return self._not_asked[example_id]
        item = self._items[example_id]
        where = ", an evaluation row" if item.role == "evaluation" else ""
        return f"is it {item.given}, as it is labelled, or {item.suggested}{where}?"

    def belief_of(self, view: ExampleView) -> Belief | None:
        """Return the out-of-fold belief that the doubt rests on."""
        doubting = (belief for belief in view.beliefs if belief.kind == "audit")
        return next(doubting, view.belief)

    @property
    def n_waiting(self) -> int:
        """How many rows of the list are still asked."""
        closed = self._not_asked.keys() - self.marks.keys()
        return super().n_waiting - sum(i in closed for i in self.rows.ids)

    def show_progress(self) -> None:
        """Show how many rows are left, and the share of the reviewed suspects that was wrong."""
        found = self._progress
        done = f"review · {len(self.marks):,} done"
        if found is not None:
            # Of all sittings, as the page beside it counts.
            done = found.told
        # Random rows and evaluation rows wait among the suspects, and do not show which they are.
        parts = [done, f"{self.n_waiting:,} to go"]
        if found is not None and found.precision is not None:
            bounds = interval(found.precision_low, found.precision_high)
            parts.append(f"{share(found.precision)} {bounds} of suspects were wrong")
        self.rows.border_title = " · ".join(parts)
        self.set_title(self.query_one("#center"), self.signature)

    def nothing_left(self) -> RenderableType:
        """Say what to do when there is no suspect."""
        if not self._is_read:
            return Text("reading the audit …", style="dim")
        if self._audit is None:
            return first_steps(
                "The labels have not been audited.",
                ("{audit.run}", "audits them: which are probably wrong, and in which batch"),
                note="It needs 20 labelled rows in two classes.",
            )
        return first_steps(
            "No suspect waits for a review.",
            ("{audit.run}", "audits the labels as they are now"),
            ("{app.next-step}", "does what the second line says is next"),
        )

    # -- decisions ----------------------------------------------------------------------------

    def why_not(self, name: str) -> str | None:
        """Return why an action cannot be done now."""
        if self.decides(name) and name != "later" and self.row in self._not_asked:
            return self._not_asked[self.row]
        if name == "report" and not self._has_review:
            return "the review is still being read" if self._has_review is None else _NO_REVIEW
        if name in ("blame", "compare", "open") and self._audit is None:
            return spell("audit the labels first ({audit.run})")
        if name == "open" and self._audit and not rows_behind(self._audit, self._page)[1]:
            return spell(
                "no rows are named here: {audit.blame} shows the functions and the findings"
            )
        return super().why_not(name)

    def decide(self, session: Session, example_id: int, label: str, seconds: float) -> Decision:
        """Confirm the label where it is the given one, else correct it."""
        item = self._items[example_id]
        return record_review(self.project, session, item, label, seconds=seconds)

    def adopt(self, example_id: int) -> bool:
        """Take a row in, above the cursor, that waits again: it was decided in another sitting."""
        waiting = {item.example_id: item for item in review_queue(self.project)}
        if example_id not in waiting:
            return False
        self._items[example_id] = waiting[example_id]
        ids = [int(i) for i in self.rows.ids]
        ids.insert(self.rows.cursor, example_id)
        self.rows.set_rows(ids, cursor=self.rows.cursor)
        return True

    def _go_back(self, row: int) -> None:
        """Look again at a row that was refused: it looked decided to what was read meanwhile."""
        super()._go_back(row)
        self.read_again()

    def _changed(self) -> None:
        """Bring the precision up to date after a decision, undo or redo."""
        super()._changed()
        self._count()

    async def action_keep(self) -> None:
        """Confirm the given label."""
        if self.row is not None:
            await self.label(self._items[self.row].given)

    async def action_suggestion(self) -> None:
        """Take the suggested label."""
        if self.row is not None:
            await self.label(self._items[self.row].suggested)

    async def action_flag(self) -> None:
        """Say that several classes fit."""
        await self.commit(
            lambda session, row, seconds: record_review(
                self.project, session, self._items[row], None, seconds=seconds
            ),
            mark=self.FLAGGED,
        )

    def action_later(self) -> None:
        """Go on without a decision."""
        self.rows.move(1)

    # -- the audit and its blame --------------------------------------------------------------

    def action_audit(self) -> None:
        """Audit in a worker process, comparing what the last audit compared."""
        by = self._audit.by if self._audit is not None else None
        with self.guard():
            by = by or finest_grouping(self.project)
        self._start(by)

    def _start(self, by: str | None) -> None:
        self.workbench.start_job(["audit", *(["--by", by] if by else [])])

    def action_blame(self) -> None:
        """Show the blame; where it is shown already, what follows of it, then its next page."""
        rates = self.query_one("#rates")
        is_shown = self._report is None and bool(rates.region)
        if is_shown and rates.scroll_offset.y < rates.max_scroll_y:
            rates.scroll_page_down(animate=False)
            return
        if is_shown:
            self._page = PAGES[(PAGES.index(self._page) + 1) % len(PAGES)]
        self._report = None
        self._open_blame()

    def _open_blame(self) -> None:
        """Show the page from its beginning, on small screens in place of the list."""
        self._show_blame()
        self.query_one("#rates").scroll_home(animate=False)
        if self.has_class("-narrow"):
            self.pane = self.PANES.index("-pane-rates")

    def action_report(self) -> None:
        """Measure in a worker process what the review changed."""
        by = self._audit.by if self._audit is not None else None
        self.workbench.start_job(["review", "--report", *(["--by", by] if by else [])])

    def action_compare(self) -> None:
        """Choose the column whose values are compared."""
        with self.guard():
            columns = columns_to_compare(self.project)
            self.open_picker(_COLUMNS, "error rates by", [Choice(name) for name in columns])

    async def picked(self, purpose: str, name: str) -> None:
        """Compare by a column, or label with a class."""
        if purpose == _COLUMNS:
            self._page = PAGES[0]
            self._is_comparing = True
            self._start(name)
        else:
            await super().picked(purpose, name)

    async def action_open(self) -> None:
        """Open the rows behind the page of the blame."""
        if self._audit is not None:
            title, uids = rows_behind(self._audit, self._page)
            await self.workbench.show_rows(title, rows_with_uids(self.project, uids))

    def job_ended(self, result: JobResult) -> None:
        """Show the new audit; its groups are told by the command, where it had them counted."""
        if result.command == "audit" and result.document is not None:
            self._audit = from_json(AuditResult, result.document)
            self._report = None
            if self._is_comparing:
                self._open_blame()
        self._is_comparing = False
        self.read_again()
        if result.command == "review" and result.document is not None:
            self._report = from_json(ReviewReport, result.document)
            self._open_blame()


def _closed(
    project: Project, *, item: ReviewItem, annotator: str
) -> tuple[str | None, tuple[str, str | None] | None]:
    """Read why a row that waits no more is refused to somebody, and what they said in a review."""
    why = refusals(project, [item], annotator).get(item.example_id)
    reviewed = reviewed_ids(project) & {item.example_id}
    said = standing_decisions(project, annotator, reviewed).get(item.example_id)
    return None if why is None else why.message, said
