"""The lines around every view: tabs, the next thing to do, what was just done, the job."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual import events
from textual.message import Message
from textual.widgets import Static

from workbench.figures import counted
from workbench.services.status import Status
from workbench.tui.figures import duration
from workbench.tui.jobs import Pace
from workbench.tui.key_names import key, spell
from workbench.tui.safe_text import one_line, safe
from workbench.tui.views import VIEWS, ViewSpec


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
        room = self.size.width
        # Narrow: one space between two tabs.
        gap = " " if sum(len(view.title) + 2 for view in VIEWS) <= room else ""
        for view in self._tabs(room):
            name = "current" if view.name == self._current else "tab"
            style = self.get_component_rich_style(f"title-bar--{name}", partial=True)
            style += Style(meta={"view": view.name})
            start = len(line) + 1
            line.append(f" {view.title}{gap}", style=style)
            letter = start + view.title.casefold().index(view.key)
            sign = Style(underline=True, bold=True, reverse=self._is_leader_pending or None)
            line.stylize(sign, letter, letter + 1)
        room -= line.cell_len + 1
        for counts in self._counts():
            if counts.cell_len + 1 <= room:
                line.append(" " * (room - counts.cell_len))
                line.append_text(counts)
                break
        self.update(line, layout=False)

    def _tabs(self, room: int) -> Sequence[ViewSpec]:
        """Return the views from the first that leaves room for the tab of this one."""
        current = [view.name for view in VIEWS].index(self._current)
        first = 0
        while first < current and sum(len(v.title) + 1 for v in VIEWS[first : current + 1]) > room:
            first += 1
        return VIEWS[first:]

    def _counts(self) -> list[Text]:
        """Return what is said on the right: the longest that fits is taken."""
        style = self.get_component_rich_style("title-bar--counts", partial=True)
        name = Text(one_line(self._project_name, 30), style="bold")
        if self._status is None:
            return [name]
        status = self._status
        rows = sum(status.by_role.values())
        labelled = f"{status.n_labelled:,} labelled"
        decided = counted(status.n_decisions, "decision")
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
            line.append(f" {key('app.next-step')} ", style="bold reverse")
            line.append(f" next: {command} ", style="bold")
            # What follows in brackets speaks to people in a shell.
            line.append(f" {status.next_reason.partition(' (')[0]}", style="dim")
        self.update(line, layout=False)


class StaleLine(Static):
    """What of the view is out of date, and why; hidden while nothing is."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._said, self._command = Text(), ""

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
            is_failing = stage.state == "failing"
            state = "is failing" if is_failing else "is out of date"
            self._said = Text.assemble(
                (f" ! {stage.name} {state} ", "bold"), f" {one_line('; '.join(stage.reasons), 200)}"
            )
            words = stage.command.split()[1:]
            self._command = f"   :{' '.join(words) if is_failing else words[0]}"
            self.on_resize()

    def on_resize(self) -> None:
        """Fit the line anew; the command, which stands last, is not cut off."""
        tail = Text(self._command, style="bold")
        self.update(_with_tail(self._said, tail, self.size.width), layout=False)


def _with_tail(said: Text, tail: Text, width: int) -> Text:
    """Return what is said and its end on one line; the end is never cut off."""
    line = said.copy()
    line.no_wrap, line.end = True, ""
    line.truncate(max(width - tail.cell_len, 2), overflow="ellipsis")
    return line.append_text(tail)


class TourPanel(Static):
    """The step of the guided tour; hidden without one."""

    def show(self, text: str, number: int, n_steps: int) -> None:
        """Show a step; no text hides the panel."""
        self.set_class(bool(text), "-open")
        line = Text.assemble((f" tour {number} of {n_steps} ", "bold reverse"), f"  {text}  ")
        line.append(spell("{app.tour} next · {app.escape} closes the tour"), style="dim")
        self.update(line)


class StatusLine(Static):
    """What was just done, or what went wrong."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._said = ""

    def say(self, text: str) -> None:
        """Tell what was done, on one line."""
        had_lines = self.has_class("-error")
        self.remove_class("-error")
        self._said = safe(text)
        # A new layout of the screen costs more than all else that a key does.
        self.update(self._line(), layout=had_lines)

    def _line(self) -> Text:
        """Return what was said; the key that takes it back, which stands last, is not cut off."""
        said, separator, key = self._said.rpartition(" · ")
        return _with_tail(Text(f" {said}"), Text(f"{separator}{key}"), self.size.width)

    def on_resize(self) -> None:
        """Fit the line anew."""
        if not self.has_class("-error"):
            self.update(self._line(), layout=False)

    def complain(self, text: str) -> None:
        """Tell what went wrong, on up to three lines."""
        self.add_class("-error")
        lines = "\n".join(f" {line.strip()}" for line in text.splitlines()[:3])
        self.update(Text(safe(lines, keep_lines=True), overflow="fold"))

    def settle(self) -> None:
        """Forget what went wrong: it has gone well since."""
        if self.has_class("-error"):
            self.say("")


class JobBar(Static):
    """The command that runs, how far it is, and how to stop it."""

    def show_job(self, command: str | None, pace: Pace | None) -> None:
        """Show a running command; None hides the bar."""
        self.set_class(command is not None, "-open")
        if command is None or pace is None:
            return
        line = Text(no_wrap=True, overflow="ellipsis")
        line.append(f" {command} ", style="bold reverse")
        line.append_text(_how_far(pace, bar_cells=20 if self.size.width >= _WIDE else 8))
        if pace.progress is not None and pace.progress.stage != command:
            line.append(f"  {safe(pace.progress.stage)}", style="dim")
        line.append(spell("   {app.escape} cancels"), style="dim")
        self.update(line, layout=False)


_WIDE = 100


def _how_far(pace: Pace, *, bar_cells: int) -> Text:
    """Return how far a job is, how fast it goes, and how long it may take yet."""
    progress, line = pace.progress, Text()
    if progress is None:
        return line.append(f" at work for {duration(pace.seconds)}")
    done = f"{progress.done:,}"
    if progress.total:
        share = min(1.0, progress.done / progress.total)
        n_full = round(bar_cells * share)
        line.append(f" {'━' * n_full}", style="bold")
        line.append("━" * (bar_cells - n_full), style="dim")
        line.append(f" {100 * share:3.0f} % ")
        done = f"{done} of {progress.total:,}"
    line.append(f" {done}")
    if pace.rate is not None:
        line.append(f" · {pace.rate:,.0f} a second" if pace.rate >= 1 else "")
    if pace.seconds_left is not None:
        line.append(f" · {duration(pace.seconds_left)} left", style="bold")
    return line
