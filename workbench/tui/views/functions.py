"""Functions: what each labeling function says, how right it is, and its source."""

from __future__ import annotations

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import DataTable, Static, TextArea

from workbench.services.functions import LFList, LFRow, list_functions
from workbench.services.project import Project
from workbench.tui.actions import Action
from workbench.tui.figures import DASH, interval, share
from workbench.tui.safe_text import one_line, safe
from workbench.tui.views.base import View

_COLUMNS = (
    ("name", 17),
    ("says", 9),
    ("covers", 7),
    ("overlap", 8),
    ("confl", 7),
    ("right", 7),
    ("of n", 5),
    ("err", 4),
    ("state", 8),
)

_MOST_SPARE = 20
"""How many cells a name may have beyond its column's width."""

_STATE_STYLES = {"current": "green", "stale": "yellow", "new": "cyan", "gone": "red"}

_FIRST_STEPS = """
There is no labeling function yet.

In a shell:   workbench lf new NAME       writes a commented starter script
              workbench import-votes FILE takes votes that were made elsewhere

Then here:    R  reads the scripts     r  applies them to every row
"""


class FunctionsView(View):
    """The table of the functions, and the source of the one under the cursor."""

    NAME = "functions"
    SHOWS = ("apply",)
    ACTIONS = (
        Action("run", "app.run_command('apply')", ("r",), "Apply what is new or changed", "apply"),
        Action("reload", "reload", ("R",), "Run the scripts to see what changed", "reload"),
        Action("down", "move(1)", ("j",), "Next function", "next"),
        Action("up", "move(-1)", ("k",), "Previous function", "previous"),
    )

    def __init__(self) -> None:
        super().__init__()
        self._functions: tuple[LFRow, ...] = ()
        self._cursor_name: str | None = None

    def compose_body(self) -> ComposeResult:
        """Table, source, and what went wrong."""
        with Horizontal(id="body"):
            with Vertical(id="functions"):
                yield DataTable[Text](id="table", cursor_type="row", cell_padding=0)
                yield Static(id="problems")
            with Vertical(id="source-pane"):
                yield Static(id="source-head")
                yield TextArea.code_editor(
                    "",
                    language="python",
                    theme="vscode_dark",
                    id="source",
                    read_only=True,
                    soft_wrap=True,
                    show_cursor=False,
                )
        yield Static(Text(_FIRST_STEPS), id="empty")

    def on_mount(self) -> None:
        """Begin in the table."""
        self.query_one("#table").focus()

    def _columns(self) -> int:
        """Make the columns as wide as the screen allows; return the width of the names."""
        table = self.query_one("#table", DataTable)
        table.clear(columns=True)
        spare = table.content_region.width - sum(width for _, width in _COLUMNS) - 1
        name_width = _COLUMNS[0][1] + max(0, min(_MOST_SPARE, spare))
        for name, width in _COLUMNS:
            table.add_column(
                Text(name, justify="left" if name in ("name", "says") else "right"),
                width=name_width if name == "name" else width,
            )
        return name_width

    def read(self) -> None:
        """Read the stored figures; the scripts are not run for this."""
        self._load(with_scripts=False)

    @work(exclusive=True, group="functions")
    async def _load(self, *, with_scripts: bool) -> None:
        def read(project: Project) -> LFList:
            return list_functions(project, load_scripts=with_scripts)

        with self.guard():
            found = await self.read_apart(read)
            self._show(found)
            if with_scripts:
                n_behind = sum(row.state in ("new", "stale") for row in found.functions)
                wait = f"{n_behind} wait for r" if n_behind else "all up to date"
                self.say(f"{len(found.functions)} functions, {wait}")

    def _show(self, found: LFList) -> None:
        self._functions = found.functions
        self.set_class(not found.functions and not found.problems, "-empty")
        self.query_one("#table").border_title = (
            f"{len(found.functions)} functions · {share(found.coverage)} of the rows covered"
            f" · {share(found.conflicts)} in conflict"
        )
        self._show_problems(found)
        self._fill_table()

    def on_resize(self) -> None:
        """Fit the columns once the new sizes are known."""
        self.call_after_refresh(self._fill_table)

    def _fill_table(self) -> None:
        table = self.query_one("#table", DataTable)
        name_width = self._columns()
        for row in self._functions:
            table.add_row(*_cells(row, name_width - 1), key=row.name)
        names = [row.name for row in self._functions]
        if names:
            cursor = names.index(self._cursor_name) if self._cursor_name in names else 0
            table.move_cursor(row=cursor, animate=False)
            self._show_source(self._functions[cursor])

    def _show_problems(self, found: LFList) -> None:
        lines = Text()
        for problem in found.problems:
            where = f"{problem.file}:{problem.line}" if problem.line else problem.file
            lines.append(f"{safe(where)}  ", style="bold red")
            lines.append(f"{one_line(problem.message)}\n")
            if problem.hint:
                lines.append(f"  {one_line(problem.hint)}\n", style="dim")
        problems = self.query_one("#problems", Static)
        problems.update(lines)
        problems.display = bool(found.problems)

    @on(DataTable.RowHighlighted)
    def _on_highlighted(self, event: DataTable.RowHighlighted) -> None:
        for row in self._functions:
            if row.name == event.row_key.value:
                self._show_source(row)

    def _show_source(self, row: LFRow) -> None:
        self._cursor_name = row.name
        place = f"{row.file}:{row.line}" if row.file and row.line else row.file or row.kind
        head = Text(no_wrap=True, overflow="ellipsis")
        head.append(one_line(row.name, 60), style="bold")
        head.append(f"  {one_line(place)}  version {row.version}", style="dim")
        speed = row.milliseconds_per_row
        if speed is not None:
            head.append(f"  {speed:.2f} ms a row", style="dim")
        if row.accuracy is not None:
            head.append(
                f"\nright {share(row.accuracy)} {interval(row.accuracy_low, row.accuracy_high)}"
                f" of {row.n_labelled:,} trusted rows that it votes on"
            )
        if row.quarantined:
            head.append(f"\nquarantined: {one_line(row.quarantined)}", style="bold red")
        if row.first_error:
            head.append(f"\n{row.n_errors:,} rows failed, first ", style="red")
            head.append(one_line(row.first_error), style="red")
        self.query_one("#source-head", Static).update(head)
        source = self.query_one("#source", TextArea)
        source.line_number_start = row.line or 1
        source.text = safe(row.source, keep_lines=True)

    def action_reload(self) -> None:
        """Run the scripts in a worker process and show what changed."""
        self.say("reading the scripts …")
        self._load(with_scripts=True)

    def action_move(self, rows: int) -> None:
        """Move in the table."""
        table = self.query_one("#table", DataTable)
        if table.row_count:
            row = max(0, min(table.row_count - 1, table.cursor_row + rows))
            table.move_cursor(row=row, animate=False)


def _cells(row: LFRow, name_width: int) -> list[Text]:
    """Return a row of the table; the accuracy is a dash where no label tells it."""
    has_votes = row.state != "new"
    figures = [
        share(row.coverage) if has_votes else DASH,
        share(row.overlaps) if has_votes else DASH,
        share(row.conflicts) if has_votes else DASH,
        share(row.accuracy),
        f"{row.n_labelled:,}",
        f"{row.n_errors:,}" if row.n_errors else DASH,
    ]
    says = ", ".join(row.polarity) if len(row.polarity) < 3 else f"{len(row.polarity)} classes"
    errors_style = "bold red" if row.n_errors else ""
    state = "held" if row.quarantined else row.state
    return [
        Text(one_line(row.name, name_width)),
        Text(one_line(says, _COLUMNS[1][1] - 1) or DASH, style="dim"),
        *(Text(figure, justify="right") for figure in figures[:-1]),
        Text(figures[-1], justify="right", style=errors_style),
        Text(f" {state}", style=_STATE_STYLES.get(state, "red" if row.quarantined else "dim")),
    ]
