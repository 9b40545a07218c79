"""The lines around every view: tabs, the next thing to do, what was just done, the job."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual import events
from textual.message import Message
from textual.widgets import Static

from workbench.services.status import Status
from workbench.tui.safe_text import one_line, safe
from workbench.tui.views import VIEWS
from workbench.types import Progress


class TitleBar(Static):
    """The views as tabs, and what the project holds."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "title-bar--tab",
        "title-bar--current",
        "title-bar--counts",
    }

    class ViewChosen(Message):
        """A tab was clicked."""

        def __init__(self, view: str) -> None:
            super().__init__()
            self.view = view

    def __init__(self, current: str, project_name: str) -> None:
        super().__init__(id="title-bar")
        self._current = current
        self._project_name = project_name
        self._status: Status | None = None
        self._is_leader_pending = False

    def show_status(self, status: Status | None) -> None:
        """Show the counts."""
        self._status = status
        self._redraw()

    def show_leader(self, is_pending: bool) -> None:
        """Bring the letters of the tabs out while one of them is waited for."""
        self._is_leader_pending = is_pending
        self._redraw()

    def on_resize(self) -> None:
        """Fit the counts anew."""
        self._redraw()

    def _redraw(self) -> None:
        line = Text(no_wrap=True, end="")
        n_letters = sum(len(view.title) + 2 for view in VIEWS)
        # Narrow: one space between two tabs.
        gap = " " if n_letters <= self.size.width else ""
        for view in VIEWS:
            name = "current" if view.name == self._current else "tab"
            style = self.get_component_rich_style(f"title-bar--{name}", partial=True)
            style += Style(meta={"view": view.name})
            start = len(line) + 1
            line.append(f" {view.title}{gap}", style=style)
            letter = start + view.title.casefold().index(view.key)
            sign = Style(underline=True, bold=True, reverse=self._is_leader_pending)
            line.stylize(sign, letter, letter + 1)
        room = self.size.width - line.cell_len - 1
        for counts in self._counts():
            if counts.cell_len + 1 <= room:
                line.append(" " * (room - counts.cell_len))
                line.append_text(counts)
                break
        self.update(line, layout=False)

    def _counts(self) -> list[Text]:
        """Return what is said on the right: the longest that fits is taken."""
        style = self.get_component_rich_style("title-bar--counts", partial=True)
        name = Text(one_line(self._project_name, 30), style="bold")
        if self._status is None:
            return [name]
        status = self._status
        rows = sum(status.by_role.values())
        labelled = f"{status.n_labelled:,} labelled"
        decided = f"{status.n_decisions:,} decided"
        roles = " · ".join(f"{n:,} {role}" for role, n in status.by_role.items() if n)
        tails = [
            f"  {roles} · {labelled} · {decided}",
            f"  {rows:,} rows · {labelled} · {decided}",
            f"  {rows:,} rows · {decided}",
            f"  {rows:,} rows",
            "",
        ]
        return [Text.assemble(name, (tail, style)) for tail in tails]

    def on_click(self, event: events.Click) -> None:
        """Go to the view that was clicked."""
        view = event.style.meta.get("view")
        if view is not None:
            self.post_message(self.ViewChosen(view))


class NextLine(Static):
    """The one thing to do next, and the key that does it."""

    def show_status(self, status: Status | None) -> None:
        """Say what helps most now."""
        line = Text(no_wrap=True, overflow="ellipsis")
        if status is not None:
            command = status.next_command.removeprefix("workbench ")
            line.append(" x ", style="bold reverse")
            line.append(f" next: {command} ", style="bold")
            # What follows in brackets speaks to people in a shell.
            line.append(f" {status.next_reason.partition(' (')[0]}", style="dim")
        self.update(line, layout=False)


class StaleLine(Static):
    """What of the view is out of date, and why; hidden while nothing is."""

    def show_status(self, status: Status | None, shown: Sequence[str]) -> None:
        """Tell the first of some stages that is out of date.

        Parameters
        ----------
        status
            Where the project stands; None before it is known.
        shown
            The stages whose results the view shows.
        """
        stages = {} if status is None else {stage.name: stage for stage in status.stages}
        stale = [stages[name] for name in shown if name in stages and stages[name].reasons]
        self.set_class(bool(stale), "-open")
        if stale:
            stage = stale[0]
            line = Text(no_wrap=True, overflow="ellipsis")
            line.append(f" ! {stage.name} is out of date ", style="bold")
            line.append(f" {one_line('; '.join(stage.reasons), 200)}")
            line.append(f"   :{stage.command.split()[1]}", style="bold")
            self.update(line, layout=False)


class TourPanel(Static):
    """The step of the guided tour; hidden without one."""

    def show(self, text: str, number: int, n_steps: int) -> None:
        """Show a step; no text hides the panel."""
        self.set_class(bool(text), "-open")
        line = Text.assemble((f" tour {number} of {n_steps} ", "bold reverse"), f"  {text}  ")
        line.append("N next · esc closes the tour", style="dim")
        self.update(line)


class StatusLine(Static):
    """What was just done, or what went wrong."""

    def say(self, text: str) -> None:
        """Tell what was done."""
        had_lines = self.has_class("-error")
        self.remove_class("-error")
        line = Text(f" {safe(text)}", no_wrap=True, overflow="ellipsis")
        # A new layout of the screen costs more than all else that a key does.
        self.update(line, layout=had_lines)

    def complain(self, text: str) -> None:
        """Tell what went wrong, on up to three lines."""
        self.add_class("-error")
        lines = "\n".join(f" {line.strip()}" for line in text.splitlines()[:3])
        self.update(Text(safe(lines, keep_lines=True), overflow="fold"))


class JobBar(Static):
    """The command that runs, how far it is, and how to stop it."""

    def show_job(self, command: str | None, progress: Progress | None) -> None:
        """Show a running command; None hides the bar."""
        self.set_class(command is not None, "-open")
        if command is None:
            return
        line = Text(no_wrap=True, overflow="ellipsis")
        line.append(f" {command} ", style="bold reverse")
        if progress is None:
            line.append(" starting …")
        elif progress.total:
            share = min(1.0, progress.done / progress.total)
            n_full = round(20 * share)
            line.append(f" {'━' * n_full}", style="bold")
            line.append("━" * (20 - n_full), style="dim")
            line.append(f" {share:4.0%}  {progress.done:,} of {progress.total:,}")
            line.append(f"  {safe(progress.stage)}", style="dim")
        else:
            line.append(f" {progress.done:,}  {safe(progress.stage)}")
        line.append("   esc cancels", style="dim")
        self.update(line, layout=False)
