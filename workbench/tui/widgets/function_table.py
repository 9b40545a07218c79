"""What is shown of the labeling functions: the table's columns and cells, heads, problems."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from rich.text import Text
from textual.widgets import DataTable

from workbench.figures import counted
from workbench.services.lf.functions import LFRow, ScriptProblem
from workbench.tui.figures import DASH, interval, share
from workbench.tui.key_names import spell
from workbench.tui.safe_text import one_line, safe

COLUMNS = (
    ("name", 14),
    ("says", 9),
    ("covers", 8),
    ("overlap", 8),
    ("confl", 8),
    ("right", 8),
    ("of n", 5),
    ("err", 4),
    ("ms", 5),
    ("state", 8),
)

_STATE_STYLES = {
    "current": "green",
    "stale": "yellow",
    "new": "cyan",
    "gone": "red",
    "broken": "red",
    "held": "red",
    "failing": "red",
    "dead": "yellow",
}

ORDERS: dict[str, Callable[[LFRow], Any]] = {
    "name": lambda row: row.name,
    "coverage": lambda row: -row.coverage,
    "conflicts": lambda row: -row.conflicts,
    "how often it is right": lambda row: 2.0 if row.accuracy is None else row.accuracy,
    "errors": lambda row: -row.n_errors,
    "time": lambda row: -(row.milliseconds_per_row or 0.0),
}


_MOST_SPARE = 20
"""How many cells a name may have beyond its column's width."""

_DISPENSABLE = ("overlap", "ms", "of n", "says")
"""What goes first where there is little room."""


@dataclass(frozen=True, slots=True)
class FailedTrial:
    """What came of a script that was saved and tried, and not applied: it failed on some rows."""

    n_votes: int
    n_sample: int
    n_errors: int
    first_error: str
    is_failing: bool

    @classmethod
    def of(cls, trial: Mapping[str, Any]) -> Self:
        """Return what is told of the document of ``lf test`` that has errors."""
        first = trial["errors"][0]
        said = f"{first['uid']}: {first['type']}: {first['message']}"
        n_votes, n_sample, n_errors = (trial[k] for k in ("n_votes", "n_sample", "n_errors"))
        return cls(n_votes, n_sample, n_errors, said, trial["is_failing"])


def trial_words(trial: Mapping[str, Any]) -> str:
    """Say what came of a trial, as the document of ``lf test`` tells it."""
    return (
        f"{trial['name']}: {counted(trial['n_votes'], 'vote')} on"
        f" {counted(trial['n_sample'], 'row')}, {trial['milliseconds_per_row']:.2f} ms a row,"
        f" {trial['n_errors']:,} failed"
    )


def after_trial(row: LFRow, trial: FailedTrial | None) -> LFRow:
    """Return the row of a function as a failed trial of its script leaves it."""
    if trial is None:
        return row
    return replace(
        row,
        n_errors=trial.n_errors,
        first_error=trial.first_error,
        is_failing=trial.is_failing,
        is_dead=False,
    )


class FunctionTable(DataTable[Text]):
    """The functions in the columns that there is room for, whenever that is known or changes."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, cursor_type="row", cell_padding=0)
        self._functions: Sequence[LFRow] = ()
        self._marked: str | None = None
        self._filled_width = 0

    def show(self, functions: Sequence[LFRow], marked: str | None) -> None:
        """Show some functions, with the cursor on the one of a name, else on the first."""
        self._functions, self._marked = functions, marked
        self._fill()

    def on_resize(self) -> None:
        """Fit the columns anew: the table has its width after the screen, or a pane takes some."""
        if self.content_region.width != self._filled_width:
            if self.row_count:
                self._marked = self._functions[self.cursor_row].name
            self._fill()

    def _fill(self) -> None:
        self._filled_width = self.content_region.width
        self.clear(columns=True)
        if not self._filled_width:
            return  # it is still to come
        room = self._filled_width - 1
        widths = widths_for(self._functions)
        shown = fitting(room, widths)
        spare = room - sum(widths[i] for i in shown)
        name_width = COLUMNS[0][1] + max(0, min(_MOST_SPARE, spare))
        for i in shown:
            name = COLUMNS[i][0]
            self.add_column(
                Text(name, justify="left" if name in ("name", "says") else "right"),
                width=name_width if name == "name" else widths[i],
            )
        for row in self._functions:
            every_cell = cells(row, name_width - 1)
            self.add_row(*(every_cell[i] for i in shown), key=row.name)
        names = [row.name for row in self._functions]
        if self._marked in names:
            self.move_cursor(row=names.index(self._marked), animate=False)


def widths_for(rows: Sequence[LFRow]) -> list[int]:
    """Return the widths of the columns: no digit of a count may be cut off."""
    most = {
        "of n": max((row.n_labelled for row in rows), default=0),
        "err": max((row.n_errors for row in rows), default=0),
    }
    return [max(width, len(f" {most.get(name, 0):,}")) for name, width in COLUMNS]


def fitting(room: int, widths: Sequence[int]) -> list[int]:
    """Return which columns fit into so many cells, the most important ones anyway."""
    shown = list(range(len(COLUMNS)))
    for name in _DISPENSABLE:
        if sum(widths[i] for i in shown) <= room:
            break
        shown = [i for i in shown if COLUMNS[i][0] != name]
    return shown


def ordered(rows: tuple[LFRow, ...], order: int) -> tuple[LFRow, ...]:
    """Return the rows in one of the orders."""
    return tuple(sorted(rows, key=list(ORDERS.values())[order]))


def cells(row: LFRow, name_width: int) -> list[Text]:
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
    marks = {"held": row.quarantined, "failing": row.is_failing, "dead": row.is_dead}
    state = next((mark for mark, holds in marks.items() if holds), row.state)
    return [
        Text(one_line(row.name, name_width)),
        Text(one_line(says, COLUMNS[1][1] - 1) or DASH, style="dim"),
        *(Text(figure, justify="right") for figure in figures[:-1]),
        Text(figures[-1], justify="right", style=errors_style),
        Text(_milliseconds(row.milliseconds_per_row), justify="right", style="dim"),
        Text(f" {state}", style=_STATE_STYLES.get(state, "dim")),
    ]


def new_heading(name: str, file: str) -> Text:
    """Return what stands above a script that was just begun."""
    head = Text(no_wrap=True, overflow="ellipsis")
    head.append(one_line(name, 60), style="bold")
    head.append(f"  {one_line(file)}  new", style="dim")
    return head.append(spell("\nhas not voted yet: {functions.save} saves and applies it"))


def heading(row: LFRow, *, has_draft: bool, has_failed_trial: bool = False) -> Text:
    """Return what stands above the source of a function."""
    place = f"{row.file}:{row.line}" if row.file and row.line else row.file or row.kind
    head = Text(no_wrap=True, overflow="ellipsis")
    head.append(one_line(row.name, 60), style="bold")
    head.append(f"  {one_line(place)}  version {row.version}", style="dim")
    if row.accuracy is not None:
        head.append(
            f"\nright {share(row.accuracy)} {interval(row.accuracy_low, row.accuracy_high)}"
            f" of {row.n_labelled:,} trusted rows that it votes on"
        )
    if row.n_chose:
        does = "does" if row.n_chose == 1 else "do"
        chose = f"{counted(row.n_chose, 'label')} chose it and {does} not judge it"
        head.append(f"\n{chose}: annotate more", style="dim")
    if row.n_picked:
        was, does = ("was", "does") if row.n_picked == 1 else ("were", "do")
        picked = f"{counted(row.n_picked, 'more label')} {was} picked for a doubt and {does} not"
        head.append(f"\n{picked} judge it", style="dim")
    if row.n_gone:
        votes = "vote is for a class" if row.n_gone == 1 else "votes are for classes"
        head.append(f"\n{row.n_gone:,} {votes} that count for none", style="yellow")
    if row.is_dead:
        head.append("\ndead: it votes on no row", style="yellow")
    if row.quarantined:
        head.append(f"\nquarantined: {one_line(row.quarantined)}", style="bold red")
    if row.first_error:
        failing = "failing: " if row.is_failing else ""
        head.append(f"\n{failing}{counted(row.n_errors, 'row')} failed, first ", style="red")
        head.append(one_line(row.first_error), style="red")
    if has_failed_trial:
        head.append("\nnot applied: these are rows of its trial", style="yellow")
    if has_draft:
        head.append(
            spell("\nhas changes that are not saved: {functions.edit} goes on"), style="bold yellow"
        )
    return head


def problem_of(
    file: str, problems: Sequence[ScriptProblem], rows: Sequence[LFRow]
) -> ScriptProblem | None:
    """Return what keeps a script or helper from being used: its own problem goes first.

    That of another file does where the script uses it, or all ``rows``, the functions of the file,
    are broken; its place is then part of the message.
    """
    own = [one for one in problems if one.file == file]
    of_used = [one for one in problems if one.script == file]
    others = problems if rows and all(row.state == "broken" for row in rows) else ()
    found = next(iter((*own, *of_used, *others)), None)
    if found is None or found.file == file:
        return found
    return replace(found, message=f"{_place(found)}: {found.message}", line=None, column=None)


def why_unused(file: str, problem: ScriptProblem) -> str:
    """Say why nothing was applied of a script or helper that was saved."""
    if file in (problem.file, problem.script):
        return f"{file} could not be loaded; nothing was applied"
    return f"saved {file}; nothing was applied, since {problem.file} could not be loaded"


def _place(problem: ScriptProblem) -> str:
    return f"{problem.file}:{problem.line}" if problem.line else problem.file


def problem_lines(problems: Sequence[ScriptProblem]) -> Text:
    """Return what is wrong with the scripts that could not be loaded, and where."""
    lines = Text()
    for problem in problems:
        lines.append(f"{safe(_place(problem))}  ", style="bold red")
        lines.append(f"{one_line(problem.message)}\n")
        if problem.hint:
            lines.append(f"  {one_line(problem.hint)}\n", style="dim")
    return lines


def _milliseconds(value: float | None) -> str:
    """Return the time of a row in three digits at most."""
    return DASH if value is None else f"{value:.2f}" if value < 10 else f"{value:.0f}"
