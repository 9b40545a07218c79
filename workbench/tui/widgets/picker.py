"""A docked line with fuzzy completion: the command line, and the choice among many classes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from workbench.tui.actions import Action, bindings

_SHOWN = 8

PICKER_ACTIONS = (
    Action("choose", "choose", ("enter",), "Take the marked line", "choose"),
    Action("next", "move(1)", ("down",), "Mark the next line", "next"),
    Action("previous", "move(-1)", ("up",), "Mark the line before", "previous"),
    Action("complete", "complete", ("tab",), "Write the marked line out", "complete"),
    Action("close", "close", ("escape",), "Close the line", "close"),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to pick: its name, and what is said beside it."""

    name: str
    description: str = ""


def matching(query: str, choices: Sequence[Choice], *, limit: int = _SHOWN) -> list[Choice]:
    """Return the choices that a query may mean, the best first.

    A name that begins with the query comes before one that holds it, before one that holds its
    letters in order; after these the choices whose description holds it.
    """
    query = query.strip().casefold()
    if not query:
        return list(choices[:limit])
    in_order = re.compile(".*?".join(map(re.escape, query)))
    ranked: list[tuple[int, int, Choice]] = []
    for i, choice in enumerate(choices):
        name = choice.name.casefold()
        if name.startswith(query):
            ranked.append((0 if name == query else 1, i, choice))
        elif query in name:
            ranked.append((2, i, choice))
        elif in_order.search(name):
            ranked.append((3, i, choice))
        elif query in choice.description.casefold():
            ranked.append((4, i, choice))
    ranked.sort(key=lambda entry: entry[:2])
    return [choice for _, _, choice in ranked[:limit]]


class Picker(Vertical):
    """A line to type in, with the matching choices above it; hidden until it is opened."""

    BINDINGS = bindings(PICKER_ACTIONS)

    class Chosen(Message):
        """A choice was made."""

        def __init__(self, purpose: str, choice: Choice) -> None:
            super().__init__()
            self.purpose = purpose
            self.choice = choice

    class Typed(Message):
        """A line was entered that is more than the name of a choice."""

        def __init__(self, purpose: str, text: str) -> None:
            super().__init__()
            self.purpose = purpose
            self.text = text

    class Closed(Message):
        """The line was closed."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._purpose = ""
        self._takes_text = False
        self._choices: Sequence[Choice] = ()
        self._matches: list[Choice] = []
        self._focus_before: Widget | None = None

    def compose(self) -> ComposeResult:
        """Make the list and the line."""
        options = OptionList(markup=False, compact=True)
        options.can_focus = False
        yield options
        yield Input(compact=True, select_on_focus=False)

    @property
    def is_open(self) -> bool:
        """Whether the line is shown."""
        return self.has_class("-open")

    def open(
        self,
        purpose: str,
        prompt: str,
        choices: Sequence[Choice],
        *,
        value: str = "",
        takes_text: bool = False,
    ) -> None:
        """Show the line.

        Parameters
        ----------
        purpose
            Handed back with the choice.
        prompt
            What the empty line says.
        choices
            What there is to pick.
        value
            What the line holds at first.
        takes_text
            Whether a choice may be followed by more words: `Typed` hands the whole line over.
        """
        if not self.is_open:
            self._focus_before = self.screen.focused
        self._purpose, self._choices, self._takes_text = purpose, choices, takes_text
        self.add_class("-open")
        line = self.query_one(Input)
        line.placeholder = prompt
        line.value = value
        line.cursor_position = len(value)
        self._show_matches(value)
        # At once: the next key may be here already.
        self.screen.set_focus(line)

    def close(self) -> None:
        """Hide the line and give the focus back."""
        if not self.is_open:
            return
        self.remove_class("-open")
        if self._focus_before is not None and self._focus_before.is_attached:
            self.screen.set_focus(self._focus_before)
        self.post_message(self.Closed())

    @on(Input.Changed)
    def _on_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._show_matches(event.value)

    def _show_matches(self, query: str) -> None:
        # What follows the first word is the choice's own: options, names.
        words = query.split(maxsplit=1) if self._takes_text else []
        self._matches = matching(words[0] if len(words) > 1 else query, self._choices)
        options = self.query_one(OptionList)
        options.clear_options()
        width = max((len(choice.name) for choice in self._matches), default=0)
        for choice in self._matches:
            line = Text(choice.name.ljust(width), no_wrap=True, overflow="ellipsis")
            line.append(f"  {choice.description}", style="dim")
            options.add_option(Option(line))
        if self._matches:
            options.highlighted = 0
        else:
            options.add_option(Option(Text("nothing matches", style="dim"), disabled=True))

    @property
    def _marked(self) -> Choice | None:
        index = self.query_one(OptionList).highlighted
        return self._matches[index] if index is not None and self._matches else None

    @on(Input.Submitted)
    def _on_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_choose()

    @on(OptionList.OptionSelected)
    def _on_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_choose()

    def action_choose(self) -> None:
        """Take the marked choice, or the whole line where it says more."""
        marked = self._marked
        text = self.query_one(Input).value.strip()
        if self._takes_text and len(text.split()) > 1:
            self.close()
            self.post_message(self.Typed(self._purpose, text))
            return
        if marked is None:
            self.app.bell()
            return
        self.close()
        self.post_message(self.Chosen(self._purpose, marked))

    def action_move(self, lines: int) -> None:
        """Mark another choice."""
        options = self.query_one(OptionList)
        if self._matches and options.highlighted is not None:
            options.highlighted = (options.highlighted + lines) % len(self._matches)

    def action_complete(self) -> None:
        """Write the marked choice into the line."""
        marked = self._marked
        if marked is not None:
            line = self.query_one(Input)
            line.value = marked.name
            line.cursor_position = len(marked.name)

    def action_close(self) -> None:
        """Close without a choice."""
        self.close()
