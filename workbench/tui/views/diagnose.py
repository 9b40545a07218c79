"""Diagnose: which failure the data has, how sure that is, and what to do first."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from workbench.services.browse import last_diagnosis
from workbench.services.verdicts import (
    MILD,
    NONE,
    SEVERE,
    ClassRow,
    DiagnoseResult,
    Lens,
    Shift,
)
from workbench.tui.actions import Action
from workbench.tui.colors import class_color
from workbench.tui.figures import DASH, bar, interval, share
from workbench.tui.safe_text import one_line
from workbench.tui.views.base import View

_SIGNS = {SEVERE: ("●", "bold red"), MILD: ("◐", "yellow"), NONE: ("○", "green")}
_NO_SIGN = ("?", "dim")

_SHOWN_CLASSES = 100

_FIRST_STEP = """
The data has not been diagnosed.

r  measures duplicates, class imbalance, label noise and shift, and says what to do first.
   It changes nothing.
"""


class DiagnoseView(View):
    """The verdict of each lens, with the figures behind it."""

    NAME = "diagnose"
    SHOWS = ("diagnose",)
    ACTIONS = (
        Action("run", "app.run_command('diagnose')", ("r",), "Diagnose the data now", "diagnose"),
        Action("down", "scroll_body(1)", ("j", "down"), "Scroll down", shown_keys="j ↓"),
        Action("up", "scroll_body(-1)", ("k", "up"), "Scroll up", shown_keys="k ↑"),
    )

    def compose_body(self) -> ComposeResult:
        """Verdicts, and the tables behind them."""
        yield Static(Text(_FIRST_STEP), id="empty")
        with VerticalScroll(id="body"):
            yield Static(id="lenses")
            yield Static(id="classes")
            yield Static(id="shift")

    def on_mount(self) -> None:
        """Begin in the scrolled body."""
        self.query_one("#body").focus()

    def read(self) -> None:
        """Read the newest diagnosis."""
        found = last_diagnosis(self.project)
        self.set_class(found is None, "-empty")
        if found is None:
            return
        colors = {name: class_color(i) for i, name in enumerate(self.project.classes)}
        lenses = self.query_one("#lenses", Static)
        lenses.update(_lenses(found.lenses))
        roles = ", ".join(f"{n:,} {role}" for role, n in found.by_role.items() if n)
        lenses.border_title = f"verdicts · run {found.run_id} · {roles}"
        classes = self.query_one("#classes", Static)
        classes.update(_classes(found, colors))
        classes.border_title = f"classes · {found.n_labelled:,} labelled training rows"
        shift = self.query_one("#shift", Static)
        shift.display = found.shift is not None
        if found.shift is not None:
            shift.update(_shift(found.shift, self.project.classes, colors))
            shift.border_title = (
                f"shift · {found.shift.n_train:,} training against"
                f" {found.shift.n_production:,} production rows"
            )

    def action_scroll_body(self, lines: int) -> None:
        """Scroll."""
        self.query_one("#body").scroll_relative(y=2 * lines, animate=False)


def _lenses(lenses: tuple[Lens, ...]) -> Table:
    """Return the verdicts: a sign, a word, the finding and the advice."""
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(no_wrap=True)
    table.add_column(ratio=1)
    for lens in lenses:
        sign, style = _SIGNS.get(lens.verdict, _NO_SIGN)
        verdict = Text.assemble((f"{sign} {lens.name}", style), f"\n  {lens.verdict}")
        finding = Text.assemble(one_line(lens.finding, 600), "\n")
        if lens.verdict == NONE:
            finding.append(lens.advice, style="dim")
        else:
            finding.append(f"→ {one_line(lens.advice, 300)}", style="bold")
        table.add_row(verdict, Text.assemble(finding, "\n"))
    return table


def _classes(found: DiagnoseResult, colors: dict[str, str]) -> Table:
    """Return the class table."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column(Text("class"), no_wrap=True)
    table.add_column(Text("rows"), justify="right")
    table.add_column(Text("share"), justify="right")
    table.add_column(Text(""))
    for heading in ("precision", "recall", "F1"):
        table.add_column(Text(heading), justify="right", no_wrap=True)
    largest = max((row.share for row in found.classes), default=0.0) or 1.0
    for row in found.classes[:_SHOWN_CLASSES]:
        color = colors.get(row.name, "")
        table.add_row(
            Text(one_line(row.name, 24), style=color),
            Text(f"{row.n:,}"),
            Text(share(row.share)),
            bar(row.share / largest, 16, style=color),
            *_scores(row),
        )
    hidden = len(found.classes) - _SHOWN_CLASSES
    if hidden > 0:
        table.add_row(Text(f"{hidden:,} more", style="dim"))
    return table


def _scores(row: ClassRow) -> tuple[Text, Text, Text]:
    return (
        Text(f"{share(row.precision)} {interval(row.precision_low, row.precision_high)}".rstrip()),
        Text(f"{share(row.recall)} {interval(row.recall_low, row.recall_high)}".rstrip()),
        Text(DASH if row.f1 is None else f"{row.f1:.2f}"),
    )


def _shift(shift: Shift, classes: tuple[str, ...], colors: dict[str, str]) -> Table:
    """Return what tells training and production rows apart."""
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(no_wrap=True, style="dim")
    table.add_column(ratio=1)
    table.add_row(
        "told apart",
        f"AUC {shift.auc:.2f}, by chance {shift.null_low:.2f} to {shift.null_high:.2f}"
        f" (p = {shift.p_value:.3f})",
    )
    for title, words in (
        ("production says", shift.words_production),
        ("training says", shift.words_train),
    ):
        if words:
            table.add_row(title, Text(one_line(", ".join(words), 300)))
    if shift.production_shares:
        line = Text()
        for name, old, new in zip(
            classes, shift.train_shares, shift.production_shares, strict=False
        ):
            line.append(one_line(name, 24), style=colors.get(name, ""))
            line.append(f"\u00a0{old:.0%}→{new:.0%}   ")
        table.add_row("estimated shares", line)
    return table
