"""Learn: what the labels bought so far, which rows to ask next, and why each of them."""

from __future__ import annotations

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Static

from workbench.methods.sampling import STRATEGIES
from workbench.services.curve.curve import CurveResult
from workbench.services.history import log
from workbench.services.moments import Moment, present
from workbench.services.propose import Batch, last_batch
from workbench.services.results import from_json
from workbench.services.staleness import curve_changes
from workbench.tui.actions import Action, moves
from workbench.tui.jobs import JobResult
from workbench.tui.key_names import spell
from workbench.tui.views.panes import OptionsView
from workbench.tui.widgets.batch import (
    batch_head,
    batch_in_short,
    batch_line,
    batch_text,
    curve_text,
    reasons_text,
)
from workbench.tui.widgets.first_steps import first_steps
from workbench.tui.widgets.form import Field, Form
from workbench.tui.widgets.row_list import RowList

_ANY_CLASS = "any"
_SIZES = ("50", "20", "100", "200")
_CURVE_STEP = (
    "{learn.curve}",
    "measures the curve: accuracy against the labels spent, what the next 100 would add, and"
    " whether to stop",
)
_CURVE_NOTE = (
    "It needs annotated rows, and some rows to judge on: evaluation rows, or the random ones that"
    " every batch holds."
)
_PANES_HELP = "Reasons or curve: which one scrolls, and on narrow screens is shown"
_NO_BATCH = (
    " no batch yet: {learn.propose} proposes one; {learn.options} sets its size and its strategy"
)


class LearnView(OptionsView):
    """The newest batch in a list, with the reasons of each row, beside the learning curve."""

    NAME = "learn"
    SHOWS = ("propose", "train")
    PANES = ("-pane-why", "-pane-curve")
    ACTIONS = (
        Action("propose", "propose", ("b",), "Propose a batch with the options", "batch"),
        Action("options", "options", ("o",), "Show or hide the options of a batch", "options"),
        Action("curve", "curve", ("c",), "Measure the learning curve", "curve"),
        Action("annotate", "annotate", ("enter",), "Annotate the newest batch", "annotate"),
        Action("train", "app.run_command('train')", ("t",), "Train the end model", "train"),
        Action("older", "turn_batch(1)", ("h",), "The batch before", "older"),
        Action("newer", "turn_batch(-1)", ("H",), "The batch after"),
        Action("panes", "panes", ("p",), _PANES_HELP, "panes"),
        *moves("row"),
        Action("detail-down", "scroll_detail(1)", ("J",), "Scroll the reasons, or the curve"),
        Action("detail-up", "scroll_detail(-1)", ("K",), "Scroll them back"),
    )
    CSS = """
    #batch-pane { width: 1fr; height: 1fr; }
    #batch-head { height: 1; color: $text-muted; }
    #batch-rows { height: 1fr; }
    #batch-shares { height: auto; max-height: 8; padding: 0 1; }
    #learn-right { width: 1fr; height: 1fr; }
    #curve-pane { height: 3fr; padding: 0 1; }
    #batch-why { height: 2fr; padding: 0 1; }
    LearnView.-pane-why #batch-why, LearnView.-pane-curve #curve-pane {
      border-title-color: $text; }
    #batch-form { border-bottom: solid $edge; }
    LearnView.-narrow #batch-shares { max-height: 3; text-wrap: nowrap; text-overflow: ellipsis; }
    LearnView.-narrow #batch-pane, LearnView.-narrow #learn-right { width: 100%; }
    LearnView.-narrow #batch-why, LearnView.-narrow #curve-pane { display: none; }
    LearnView.-narrow.-pane-why #batch-why { display: block; }
    LearnView.-narrow.-pane-curve #curve-pane { display: block; }
    LearnView.-narrow.-pane-curve #learn-right { height: 2fr; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._batches: list[int] = []
        self._place = 0
        self._batch: Batch | None = None
        self._curve: CurveResult | None = None
        self._curve_began: Moment | None = None
        self._asked_at: Moment | None = None
        self._changes: tuple[str, ...] = ()

    def compose_body(self) -> ComposeResult:
        """Make the options, the batch, and the panes beside it."""
        fields = (
            Field("size", "rows", _SIZES[0], _SIZES),
            Field("strategy", "strategy", STRATEGIES[0], STRATEGIES),
            Field("label", "likely class", _ANY_CLASS, (_ANY_CLASS,)),
            Field("where", "only where", hint="vendor = 'b' and length > 20"),
        )
        yield Form(fields, id="batch-form")
        with Horizontal(id="body"):
            with Vertical(id="batch-pane", classes="pane list"):
                yield Static(id="batch-shares")
                yield Static(id="batch-head")
                yield RowList(self._line, id="batch-rows")
            with Vertical(id="learn-right"):
                with VerticalScroll(id="curve-pane", classes="pane", can_focus=False):
                    yield Static(
                        first_steps("There is no curve yet.", _CURVE_STEP, note=_CURVE_NOTE),
                        id="curve-text",
                    )
                with VerticalScroll(id="batch-why", classes="pane", can_focus=False):
                    yield Static(id="batch-why-text")

    # -- what is shown ------------------------------------------------------------------------

    def read(self) -> None:
        """Read the batches, and which rows of the one that is shown are decided."""
        self.form.offer("label", (_ANY_CLASS, *self.project.classes))
        newest = self._batches[0] if self._batches else None
        self._batches = [
            run.run_id for run in log(self.project, kind="propose", outcome="done", limit=200)
        ]
        if self._batches and self._batches[0] != newest:
            self._place = 0
        self._load(self._batches[self._place] if self._batches else None)
        self._look_at_curve()

    @work(exclusive=True, group="batch")
    async def _load(self, run_id: int | None) -> None:
        with self.guard():
            self._batch = (
                None if run_id is None else await self.read_apart(lambda p: last_batch(p, run_id))
            )
            self._show_batch()

    @work(exclusive=True, group="curve")
    async def _look_at_curve(self) -> None:
        """Show the curve, and what changed since it was measured."""
        began = self._curve_began
        with self.guard():
            before = self._changes
            if began is not None:
                self._changes = await self.read_apart(lambda p: curve_changes(p, began))
            self._show_curve()
            if self._changes != before:
                self.query_one("#curve-pane").scroll_home(animate=False)  # where it is told

    def _show_batch(self) -> None:
        batch = self._batch
        pane = self.query_one("#batch-pane")
        if batch is None:
            pane.border_title = "batch"
            self.query_one("#batch-shares", Static).update("")
        else:
            pane.border_title = (
                f"batch {batch.run_id} · {batch.strategy} · {batch.n_decided:,} of"
                f" {len(batch.rows):,} decided · pool {batch.n_pool:,}"
            )
            self._show_shares(batch)
        n_batches = len(self._batches)
        pane.border_subtitle = (
            f"{n_batches - self._place} of {n_batches} · h older" if n_batches > 1 else ""
        )
        self.rows.empty_text = spell(_NO_BATCH)
        n_rows = len(batch.rows) if batch else 0
        self.rows.set_rows(range(n_rows), cursor=min(self.rows.cursor, max(0, n_rows - 1)))
        self.query_one("#batch-head", Static).update(
            batch_head(self.rows.size.width) if batch else ""
        )
        self._show_why()
        self.refresh_keys()

    def _show_shares(self, batch: Batch) -> None:
        """Show how the batch was divided: in short where all of it stands below the reasons."""
        in_words = batch_in_short if self.has_class("-narrow") else batch_text
        self.query_one("#batch-shares", Static).update(in_words(batch))

    def _line(self, index: int) -> Text:
        if self._batch is None:
            return Text()
        row, is_decided = self._batch.rows[index], self._batch.is_decided[index]
        return batch_line(index + 1, row, is_decided=is_decided)

    @on(RowList.Moved, "#batch-rows")
    def _on_moved(self) -> None:
        self._show_why()

    def _show_why(self) -> None:
        index, batch = self.rows.current, self._batch
        text = Text("the reasons of a row, once there is a batch", style="dim")
        if batch is not None and index is not None:
            text = reasons_text(batch.rows[index], self.project.classes)
            if self.has_class("-narrow"):
                text.append("\nthe batch\n", style="bold")
                text.append_text(batch_text(batch))
        pane = self.query_one("#batch-why")
        pane.border_title = "why this row"
        self.query_one("#batch-why-text", Static).update(text)
        pane.scroll_home(animate=False)

    def on_resize(self) -> None:
        """Draw the curve anew once the new sizes are known, and what is told of the batch."""
        self.call_after_refresh(self._show_curve)
        self.call_after_refresh(self._show_batch)

    def watch_pane(self, pane: int) -> None:
        """Switch the pane; the curve is drawn for the room that it has."""
        super().watch_pane(pane)
        if self.is_mounted:
            self.call_after_refresh(self._show_curve)

    def _show_curve(self) -> None:
        pane = self.query_one("#curve-pane", VerticalScroll)
        pane.border_title = "learning curve"
        if self._curve is not None:
            size = pane.scrollable_content_region.size
            drawn = curve_text(
                self._curve, max(20, size.width - 2), max(10, size.height), self._changes
            )
            self.query_one("#curve-text", Static).update(drawn)

    # -- actions ------------------------------------------------------------------------------

    def why_not(self, name: str) -> str | None:
        """Say what cannot be done now."""
        if name in ("annotate", "down", "up") and self._batch is None:
            return spell("there is no batch yet ({learn.propose})")
        if name == "older" and self._place + 1 >= len(self._batches):
            return "there is no older batch"
        if name == "newer" and self._place == 0:
            return "this is the newest batch"
        return None

    def action_scroll_detail(self, lines: int) -> None:
        """Scroll the reasons or the curve, whichever is the pane of the moment."""
        pane = "#curve-pane" if self.has_class("-pane-curve") else "#batch-why"
        self.query_one(pane).scroll_relative(y=4 * lines, animate=False)

    def action_turn_batch(self, step: int) -> None:
        """Show an older or newer batch."""
        self._place = max(0, min(len(self._batches) - 1, self._place + step))
        self._load(self._batches[self._place])

    @on(Form.Submitted)
    def _on_submitted(self) -> None:
        self.rows.focus()
        self.action_propose()

    def action_propose(self) -> None:
        """Propose a batch in a worker process."""
        form = self.form
        options = ["-n", form["size"], "--strategy", form["strategy"]]
        if form["label"] != _ANY_CLASS:
            options += ["--class", form["label"]]
        if form["where"]:
            options += ["--where", form["where"]]
        self.workbench.start_job(["propose", *options])

    def action_curve(self) -> None:
        """Measure the learning curve in a worker process."""
        if self.workbench.busy is None:
            # Nothing that is written from here on is sure to be in it.
            self._asked_at = present(self.project)
        self.workbench.start_job(["curve"])

    async def action_annotate(self) -> None:
        """Go through the newest batch, or through the rows of an older one."""
        if self._place == 0:
            await self.workbench.action_go("annotate")
        elif self._batch is not None:
            batch = self._batch
            await self.workbench.show_rows(f"batch {batch.run_id}", list(batch.example_ids))

    def job_ended(self, result: JobResult) -> None:
        """Show the curve that was measured, or the new batch."""
        if result.command == "curve" and result.document is not None:
            self._curve = from_json(CurveResult, result.document)
            self._curve_began, self._changes = self._asked_at, ()
            self.query_one("#curve-pane").scroll_home(animate=False)
            if self.has_class("-narrow"):
                self.pane = self.PANES.index("-pane-curve")
        self.read_again()
