"""Start: where the loop stands, and the one next thing to do."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Static

from workbench.services.next_step import Stage
from workbench.services.status import Status
from workbench.tui.actions import Action, moves
from workbench.tui.commands import BLANK, COMMANDS, PLACES
from workbench.tui.figures import bar
from workbench.tui.key_names import key
from workbench.tui.safe_text import one_line
from workbench.tui.views import VIEWS
from workbench.tui.views.panes import RowsView
from workbench.tui.widgets.columns import fit, shorten
from workbench.tui.widgets.row_list import RowList

_SIGNS = {
    "done": ("✓", "green"),
    "stale": ("!", "bold yellow"),
    "failing": ("✗", "bold red"),
    "open": ("○", "dim"),
}

_HOMES = {
    "import": "data",
    "diagnose": "diagnose",
    "apply": "functions",
    "aggregate": "model",
    "train": "learn",
    "propose": "learn",
    "annotate": "annotate",
    "audit": "audit",
    "export": "export",
}
"""The view in which a stage is at home."""

_MEANINGS = {
    "import": "bring rows of text in",
    "diagnose": "find duplicates, imbalance, noise and shift",
    "apply": "let the labeling functions vote",
    "aggregate": "turn the votes into labels",
    "train": "train the end model on them",
    "propose": "choose the rows worth a person's time",
    "annotate": "decide them",
    "audit": "find the labels that are probably wrong",
    "export": "write the cleaned set",
}

_VIEW_LINES = {
    "annotate": "decide rows, a key each",
    "functions": "write and judge labeling functions",
    "model": "compare label models",
    "learn": "what another label is worth",
    "audit": "review suspects, one key each",
    "diagnose": "what is wrong with the data",
    "data": "search, filter, relabel",
    "provenance": "where a label comes from",
    "export": "write the labels",
}


_SHOWN_CLASSES = 8
_CLASS_CELLS = 24


class StartView(RowsView):
    """The stages of the loop, what the project holds, and where to go."""

    NAME = "start"
    ACTIONS = (
        Action("open", "open", ("enter",), "Go to the view of the marked stage", "open"),
        Action("run", "run", ("r",), "Run the marked stage", "run"),
        *moves("stage"),
    )

    def __init__(self) -> None:
        super().__init__()
        self._stages: tuple[Stage, ...] = ()

    def compose_body(self) -> ComposeResult:
        """Next step, stages, and what there is."""
        with Vertical(id="body"):
            yield Static(id="start-next")
            with Horizontal(id="start-columns"):
                yield RowList(self._stage_line, id="start-stages")
                with VerticalScroll(id="start-side", can_focus=False):
                    yield Static(id="start-counts")
                    yield Static(_where_to(), id="start-views")

    def on_mount(self) -> None:
        """Follow the status."""
        self.query_one("#start-stages").border_title = "the loop"
        self.query_one("#start-side").border_title = "the project"
        self.watch(self.workbench, "status", self._show)

    @property
    def _stage(self) -> Stage | None:
        index = self.rows.current
        return None if index is None else self._stages[index]

    def read(self) -> None:
        """Show the newest status; the app reads it."""
        self._show()

    def on_resize(self) -> None:
        """Fit the lines anew."""
        self.rows.refresh_rows()
        self.call_after_refresh(self._show)  # when it is known whether the screen is narrow

    def _show(self) -> None:
        status = self.workbench.status
        if status is None:
            return
        is_first = not self._stages
        self._stages = status.stages
        cursor = self.rows.cursor
        if is_first:
            command = status.next_command.split()[1]
            command = PLACES.get(command, command)
            names = [stage.name for stage in status.stages]
            cursor = names.index(command) if command in names else 0
        self.rows.set_rows(range(len(self._stages)), cursor=cursor)
        self.query_one("#start-next", Static).update(_next(status))
        draw = _counts_in_brief if self.has_class("-narrow") else _counts
        self.query_one("#start-counts", Static).update(draw(status, self.workbench.annotator))
        self.refresh_keys()

    def _stage_line(self, index: int) -> Text:
        stage = self._stages[index]
        sign, style = _SIGNS[stage.state]
        line = Text.assemble((f" {sign} ", style), fit(stage.name, 11))
        said = stage.detail if stage.state == "done" else "; ".join(stage.reasons)
        line.append(one_line(said or _MEANINGS.get(stage.name, ""), 200), style="dim")
        return line

    # -- actions ------------------------------------------------------------------------------

    def why_not(self, name: str) -> str | None:
        """Return why a stage cannot be run here."""
        if name in ("open", "run") and self._stage is None:
            return "the project is still being read"
        return None

    async def action_open(self) -> None:
        """Go to the view of the stage."""
        if self._stage is not None:
            await self.workbench.action_go(_HOMES[self._stage.name])

    async def action_run(self) -> None:
        """Run the stage; where a person is needed, go there."""
        stage = self._stage
        if stage is None:
            return
        if stage.name in COMMANDS and not BLANK.search(stage.command):
            self.workbench.run_line(stage.command)
        else:
            await self.workbench.do_command(stage.command)


def _next(status: Status) -> Text:
    """Return the one next thing, in large."""
    line = Text.assemble(
        ("next  ", "dim"), (status.next_command.removeprefix("workbench "), "bold")
    )
    line.append(f"\n      {status.next_reason.partition(' (')[0]}")
    line.append("\n      press ", style="dim")
    line.append(key("app.next-step"), style="bold reverse")
    line.append(" to do it", style="dim")
    return line


def _counts(status: Status, annotator: str) -> Table:
    """Return what the project holds."""
    table = Table.grid(padding=(0, 1))
    table.add_column(style="dim", no_wrap=True, min_width=15)
    table.add_column()
    for role, n in status.by_role.items():
        if n:
            table.add_row(f"{role} rows", f"{n:,}")
    n_train = status.by_role.get("train", 0)
    if n_train:
        share = Text(f"{status.n_labelled:,} ")
        share.append_text(bar(status.n_labelled / n_train, 10, style="green"))
        table.add_row("labelled", share)
    for origin, n in status.by_origin.items():
        if n:
            table.add_row(f"  by {origin}", f"{n:,}")
    table.add_row("classes", _classes(status))
    table.add_row("functions", f"{status.n_functions:,}")
    table.add_row("decisions", f"{status.n_decisions:,}")
    table.add_row("you decide as", _decides(annotator))
    return table


def _counts_in_brief(status: Status, annotator: str) -> Table:
    """Return what the project holds in as few lines as a narrow screen has for it."""
    table = Table.grid(padding=(0, 1))
    table.add_column(style="dim", no_wrap=True, min_width=13)
    table.add_column()
    rows = ", ".join(f"{n:,} {role}" for role, n in status.by_role.items() if n)
    table.add_row("rows", rows or "0")
    origins = "".join(f", {n:,} {origin}" for origin, n in status.by_origin.items() if n)
    n_train = status.by_role.get("train", 0)
    if n_train:
        table.add_row("labelled", f"{status.n_labelled:,} of {n_train:,} train rows{origins}")
    table.add_row("classes", Text.assemble(f"{len(status.classes):,}: ", _classes(status)))
    table.add_row("functions", f"{status.n_functions:,} · decisions {status.n_decisions:,}")
    table.add_row("you decide as", _decides(annotator))
    return table


def _classes(status: Status) -> Text:
    names = ", ".join(shorten(name, _CLASS_CELLS) for name in status.classes[:_SHOWN_CLASSES])
    n_more = len(status.classes) - _SHOWN_CLASSES
    return Text(f"{names} and {n_more:,} more" if n_more > 0 else names)


def _decides(annotator: str) -> Text:
    return Text(f"{one_line(annotator, _CLASS_CELLS)}  (:annotator NAME)")


def _where_to() -> Table:
    """Return where the views lead."""
    table = Table.grid(padding=(0, 1))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(style="dim")
    for spec in VIEWS:
        if spec.name in _VIEW_LINES:
            table.add_row(key(f"app.go-{spec.name}"), spec.title, _VIEW_LINES[spec.name])
    return table
