"""Data: all rows; search, filter, sort, and relabel many at once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.timer import Timer

from workbench.errors import WorkbenchError
from workbench.figures import counted
from workbench.services.browse import label_of, text_of, view_example
from workbench.services.project import Project
from workbench.services.relabel import relabel_rows
from workbench.services.row_filter import FIELDS, ORDERS, RowFilter, parse_filter
from workbench.services.rows import FoundRows, filter_values, find_rows
from workbench.tui.actions import Action, moves
from workbench.tui.colors import DIGITS, class_colors, color_of
from workbench.tui.figures import score
from workbench.tui.key_names import key, spell
from workbench.tui.safe_text import one_line
from workbench.tui.selection import Selection
from workbench.tui.views.panes import RowsView
from workbench.tui.widgets.class_bar import ClassBar
from workbench.tui.widgets.columns import fit, shorten, width_of
from workbench.tui.widgets.document import Document
from workbench.tui.widgets.evidence import Evidence
from workbench.tui.widgets.frame import StatusLine
from workbench.tui.widgets.picker import Choice
from workbench.tui.widgets.row_list import RowList
from workbench.types import Origin

_TYPING_PAUSE = 0.15
_MOST_AT_ONCE = 20_000
"""Rows that are relabelled in one act here; more takes minutes, and is a job."""

_FILTER, _ADD, _CLASS, _SORT = "filter", "add", "class", "sort"


_ORIGIN_CELLS = max(map(len, Origin)) + 1


class DataView(RowsView):
    """The list of all rows, or of those that a filter leaves, and the one under the cursor."""

    NAME = "data"
    DECIDES = ("relabel", "relabel-by-name")
    ACTIONS = (
        Action("add-filter", "add_filter", ("f",), "Add a filter: class, origin, role …", "filter"),
        Action("sort", "sort", ("s",), "Choose the order", "sort"),
        Action("select", "select", ("space",), "Select the row, or leave it", "select"),
        Action("select-all", "select_all", ("v",), "Select all rows of the list, or none", "all"),
        Action(
            "relabel",
            "label_key('{key}')",
            tuple(DIGITS),
            "Relabel the selected rows, or the one under the cursor",
            "relabel",
            shown_keys="1-9",
        ),
        Action("relabel-by-name", "pick_class", ("l",), "Relabel with a class by name", "by name"),
        Action("annotate", "annotate", ("enter",), "Go through these rows in Annotate", "annotate"),
        Action("clear", "clear", ("c",), "Show all rows again"),
        Action(
            "duplicates", "toggle_filter('is:duplicate')", ("D",), "Near-duplicates only, or all"
        ),
        Action("undecided", "toggle_filter('is:undecided')", ("n",), "Only undecided rows, or all"),
        Action("detail", "detail", ("p",), "Narrow screens: text or evidence of the row"),
        Action("more", "more", ("m",), "Turn the page of a very long text"),
        *moves("row"),
        Action("last", "last", ("G",), "The last row"),
    )

    CSS = """
    #data-rows { width: 3fr; height: 1fr; border: round $edge;
      border-title-color: $text-muted; border-subtitle-color: $text-muted; }
    #data-rows:focus { border: round $primary; border-title-color: $text; }
    #data-detail { width: 2fr; height: 1fr; }
    #data-text { height: 1fr; padding: 0 1; border: round $edge; }
    #data-evidence { width: 100%; height: 1fr; padding: 0 1; border: round $edge; }
    DataView.-narrow #data-rows { width: 100%; height: 3fr; border: none;
      border-top: solid $edge; }
    DataView.-narrow #data-detail { width: 100%; height: 2fr; }
    DataView.-narrow #data-text, DataView.-narrow #data-evidence { border: none;
      border-top: solid $edge; }
    DataView.-narrow #data-evidence { display: none; layout: horizontal; }
    DataView.-narrow #data-evidence Static { width: 1fr; }
    DataView.-narrow.-evidence #data-evidence { display: block; }
    DataView.-narrow.-evidence #data-text { display: none; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._filter = RowFilter()
        self._kept_filter = RowFilter()
        self._found_filter = RowFilter()
        self._ids: NDArray[np.int64] = np.empty(0, np.int64)
        self._n_rows = 0
        self._selected = Selection()
        self._label_cells = 6
        self._pause: Timer | None = None

    def compose_body(self) -> ComposeResult:
        """Rows, and the one under the cursor."""
        with Horizontal(id="body"):
            yield RowList(self._row_line, id="data-rows")
            with Vertical(id="data-detail"):
                yield Document(id="data-text", more="data.more")
                yield Evidence(id="data-evidence")
        yield ClassBar(id="class-bar", action="data.relabel", by_name="data.relabel-by-name")

    # -- what is listed -----------------------------------------------------------------------

    def read(self) -> None:
        """List the rows anew."""
        self._label_cells = width_of(list(self.project.classes), least=6, most=14)
        self.query_one(ClassBar).show(self.project.classes)
        self._load(self._filter)

    @work(exclusive=True, group="rows")
    async def _load(self, wanted: RowFilter, *, is_typing: bool = False) -> None:
        def read(project: Project) -> FoundRows:
            return find_rows(project, wanted)

        with self.guard():
            try:
                found = await self.read_apart(read)
            except WorkbenchError:
                if is_typing:
                    return  # half a class name is no mistake yet
                # What cannot be looked for is not what is listed.
                self._filter = self._kept_filter = self._found_filter
                self._show_title()
                raise
            if not is_typing:
                self._found_filter = wanted
            self._show(found)

    def _show(self, found: FoundRows) -> None:
        current = self.rows.current
        self._ids, self._n_rows = found.example_ids, found.n_rows
        self.rows.empty_text = (
            " there are no rows yet: type :import FILE --role train"
            if not found.n_rows
            else spell(" no row is like that; {data.clear} shows all")
        )
        self.rows.set_rows(self._ids)
        place = None if current is None else self.rows.index_of(current)
        if place is not None:
            self.rows.jump(place)
        self._show_title()
        self._show_row()
        self.refresh_keys()

    def _show_title(self) -> None:
        n = len(self._ids)
        what = one_line(self._filter.text, 60)
        parts = [what] if what else []
        parts.append(counted(n, "row") if n == self._n_rows else f"{n:,} of {self._n_rows:,} rows")
        if self._selected:
            parts.append(f"{len(self._selected):,} selected")
        self.set_title(self.rows, " · ".join(parts))

    def _row_line(self, example_id: int) -> Text:
        resolved = label_of(self.project, example_id)
        is_selected = example_id in self._selected
        line = Text.assemble(("▌" if is_selected else " ", "bold"))
        if resolved is None:
            line.append_text(fit("–", self._label_cells + 1, style="dim"))
            line.append(" " * (_ORIGIN_CELLS + 5))
        else:
            color = color_of(resolved.label, self.project.classes)
            shown = shorten(resolved.label, self._label_cells)
            line.append_text(fit(shown, self._label_cells + 1, style=color))
            line.append_text(fit(resolved.origin, _ORIGIN_CELLS, style="dim"))
            line.append(f"{score(resolved.confidence)} ", style="dim")
        line.append(one_line(text_of(self.project, example_id)))
        return line

    @on(RowList.Moved, "#data-rows")
    def _show_row(self) -> None:
        row = self.rows.current
        with self.guard():
            view = None if row is None else view_example(self.project, row)
            document, evidence = self.query_one(Document), self.query_one(Evidence)
            if view is None:
                document.show_nothing(Text(""))
                evidence.show_nothing()
                return
            classes = self.project.classes
            origin = f"row {view.example.row:,} of {Path(view.example.source_path).name}"
            marks = self.workbench.highlight(view, view.belief)
            styles = class_colors(classes)
            document.show(view, reason=origin, marks=marks, styles=styles, heading="from")
            evidence.show(view, view.belief, classes)
            self.query_one(ClassBar).show(classes, believed=view.label)

    # -- filters ------------------------------------------------------------------------------

    def show_filter(self, line: str) -> None:
        """Show the rows that a line of filters leaves."""
        with self.guard():
            self._filter = self._kept_filter = parse_filter(line)
            self.query_one(StatusLine).settle()
            self._selected.clear()
            self._show_title()
            self._load(self._filter)

    def action_filter(self) -> None:
        """Search and filter while typing."""
        self._kept_filter = self._filter
        text = f"{self._filter.text} " if self._filter.text else ""
        self.ask(_FILTER, "/", text, live=True)

    def typed(self, purpose: str, text: str | None) -> None:
        """Filter by what is typed, after a little pause; escape brings the old filter back."""
        if purpose != _FILTER:
            return
        if self._pause is not None:
            self._pause.stop()
        if text is None:
            self.show_filter(self._kept_filter.text)
        else:
            self._pause = self.set_timer(_TYPING_PAUSE, lambda: self._try(text))

    def _try(self, text: str) -> None:
        try:
            self._filter = parse_filter(text)
        except WorkbenchError:
            return  # it is not finished
        self._load(self._filter, is_typing=True)

    def answered(self, purpose: str, text: str) -> None:
        """Filter by what was typed."""
        if purpose == _FILTER:
            if self._pause is not None:
                self._pause.stop()
            try:
                parse_filter(text)
            except WorkbenchError:
                # What was found while it was typed is no answer.
                self.show_filter(self._kept_filter.text)
                raise
            self.show_filter(text)

    def action_add_filter(self) -> None:
        """Choose a filter among those that make sense here."""
        choices = [
            Choice(f"{name}:{_quoted(value)}", FIELDS[name])
            for name, values in filter_values(self.project).items()
            for value in values
        ]
        choices += [Choice(f"confidence<{x}", "labels that are less sure") for x in (0.6, 0.8)]
        self.open_picker(_ADD, "a filter: label:spam, origin:model, is:undecided …", choices)

    def action_sort(self) -> None:
        """Choose the order."""
        orders = [Choice(order, "from low to high") for order in ORDERS]
        orders += [Choice(f"-{order}", "from high to low") for order in ORDERS]
        self.open_picker(_SORT, "sort by", orders)

    def action_toggle_filter(self, part: str) -> None:
        """Add a filter, or take it away."""
        parts = self._filter.text.split()
        kept = [p for p in parts if p != part] if part in parts else [*parts, part]
        self.show_filter(" ".join(kept))

    def action_clear(self) -> None:
        """Show all rows."""
        self.show_filter("")

    # -- actions ------------------------------------------------------------------------------

    def why_not(self, name: str) -> str | None:
        """Return why something cannot be done with the rows of now."""
        names = ("select", "select-all", "relabel", "relabel-by-name", "annotate", "last", "detail")
        if name in names and not len(self._ids):
            return "no row is listed"
        if name == "clear" and self._filter.is_empty and self._filter.sort == "order":
            return "all rows are listed"
        if name.startswith("relabel") and len(self._selected) > _MOST_AT_ONCE:
            return f"more than {_MOST_AT_ONCE:,} rows: use :relabel"
        if name == "detail" and not self.has_class("-narrow"):
            return "text and evidence are in sight"
        return None

    def action_select(self) -> None:
        """Select the row, and go on to the next."""
        row = self.rows.current
        if row is not None:
            self._selected.toggle(row)
            self.rows.refresh_row(row)
            self.rows.move(1)
            self._show_title()

    def action_select_all(self) -> None:
        """Select what is listed, or nothing."""
        self._selected.toggle_all(self._ids)
        self.rows.refresh_rows()
        self._show_title()

    async def take_class(self, name: str) -> None:
        """Relabel with a class whose digit was pressed, or that was clicked."""
        await self._relabel(name)

    def action_pick_class(self) -> None:
        """Relabel with a class by name."""
        self.open_picker(_CLASS, "a class", [Choice(name) for name in self.project.classes])

    async def picked(self, purpose: str, name: str) -> None:
        """Take a filter, an order or a class."""
        if purpose == _ADD:
            self.show_filter(f"{self._filter.text} {name}".strip())
        elif purpose == _SORT:
            self.show_filter(self._filter.sorted_by(name).text)
        elif purpose == _CLASS:
            await self._relabel(name)

    async def _relabel(self, label: str) -> None:
        """Relabel the selected rows, or the one under the cursor, in one act."""
        current = self.rows.current
        rows = self._selected.ids() or ([] if current is None else [current])
        annotator = self.workbench.annotator

        def act(project: Project) -> tuple[int, int]:
            done = relabel_rows(project, label, example_ids=rows, annotator=annotator)
            return done.n_changed, done.n_same

        done = await self.write(act)
        if done is None:
            return
        n_changed, n_same = done
        self._selected.clear()
        self.mark_fresh()
        self._load(self._filter)
        same = f"{n_same:,} had it already" if n_same else ""
        if n_changed:
            changed = f"relabelled {counted(n_changed, 'row')} {label}"
            self.say(", ".join(filter(None, [changed, same])) + f" · {key('app.undo')} to undo")
        else:
            self.say(f"nothing changed: {same}")

    async def action_annotate(self) -> None:
        """Go through the selected rows, or all that are listed from the cursor on."""
        if self._selected:
            await self.workbench.show_rows("selected rows", self._selected.ids())
        else:
            title = self._filter.text or "all rows"
            await self.workbench.show_rows(title, self._ids[self.rows.cursor :])

    def action_detail(self) -> None:
        """Show the text, or the evidence."""
        self.toggle_class("-evidence")

    def action_more(self) -> None:
        """Turn the page of a long text."""
        self.query_one(Document).turn_page()

    def action_last(self) -> None:
        """Jump to the end."""
        self.rows.jump(len(self._ids) - 1)


def _quoted(value: str) -> str:
    """Return a value as the filter line takes it."""
    return f'"{value}"' if " " in value else value
