"""A docked line with fuzzy completion: the command line, and the choice among many classes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.message import Message
from textual.widgets import Input, OptionList
from textual.widgets.input import Selection
from textual.widgets.option_list import Option

from workbench.services.class_hints import as_typed
from workbench.tui.actions import Action, bindings
from workbench.tui.commands import BLANK
from workbench.tui.safe_text import one_line
from workbench.tui.widgets.docked import DockedLine
from workbench.tui.widgets.safe_lines import safe_input

_SHOWN = 8
_MOST_NAME = 120

PICKER_ACTIONS = (
    Action("choose", "take", ("enter",), "Take the marked line", "choose"),
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
    words, before one that holds its letters in order; after these the choices whose description
    holds it. A space is as good as the dash or underscore of a name.
    """
    query = as_typed(query)
    if not query:
        return list(choices[:limit])
    words = query.split()
    in_order = re.compile(".*?".join(map(re.escape, "".join(words))))
    ranked: list[tuple[int, int, Choice]] = []
    for i, choice in enumerate(choices):
        name = as_typed(choice.name)
        if name.startswith(query):
            ranked.append((0 if name == query else 1, i, choice))
        elif query in name:
            ranked.append((2, i, choice))
        elif all(word in name for word in words):
            ranked.append((3, i, choice))
        elif in_order.search(name):
            ranked.append((4, i, choice))
        elif query in as_typed(choice.description):
            ranked.append((5, i, choice))
    ranked.sort(key=lambda entry: entry[:2])
    return [choice for _, _, choice in ranked[:limit]]


class Picker(DockedLine):
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

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._takes_text = False
        self._choices: Sequence[Choice] = ()
        self._matches: list[Choice] = []

    def compose(self) -> ComposeResult:
        """Make the list and the line."""
        options = OptionList(markup=False, compact=True)
        options.can_focus = False
        yield options
        yield safe_input()

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
            What the line holds at first: a word in capitals, or else all that does not wait for
            more words, is there to be typed over.
        takes_text
            Whether a choice may be followed by more words: `Typed` hands the whole line over.
        """
        self._choices, self._takes_text = choices, takes_text
        self.line.placeholder = prompt
        self.show_line(purpose, value)
        if takes_text and not value.endswith(" "):
            blank = BLANK.search(value)
            self.line.selection = Selection(*(blank.span() if blank else (0, len(value))))
        self._show_matches(value)

    @on(Input.Changed)
    def _on_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._show_matches(event.value)

    def _show_matches(self, query: str) -> None:
        self._matches = matching(self._named(query), self._choices)
        options = self.query_one(OptionList)
        options.clear_options()
        names = [one_line(choice.name, _MOST_NAME) for choice in self._matches]
        width = max(map(cell_len, names), default=0)
        for name, choice in zip(names, self._matches, strict=True):
            line = Text(set_cell_size(name, width), no_wrap=True, overflow="ellipsis")
            line.append(f"  {one_line(choice.description)}", style="dim")
            options.add_option(Option(line))
        if not self._matches:
            options.add_option(Option(Text("nothing matches", style="dim"), disabled=True))
        elif query.strip() or not self._takes_text:
            options.highlighted = 0  # enter on an empty command line does nothing

    def _named(self, query: str) -> str:
        """Return the part of the line that names a choice: what follows are options, names."""
        words = query.split() if self._takes_text else []
        if len(words) < 2:
            return query
        names = [as_typed(choice.name) for choice in self._choices]
        for n in range(len(words), 1, -1):
            named = as_typed(" ".join(words[:n]))
            if any(name.startswith(named) for name in names):
                return named
        return words[0]

    @property
    def _marked(self) -> Choice | None:
        index = self.query_one(OptionList).highlighted
        return self._matches[index] if index is not None and self._matches else None

    @on(OptionList.OptionSelected)
    def _on_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_take()

    def action_take(self) -> None:
        """Take the marked choice, or the whole line where it says more."""
        marked, text = self._marked, self.line.value.strip()
        if self._takes_text and len(text.split()) > 1 and not self._is_begun(text):
            self.close()
            self.post_message(self.Typed(self._purpose, text))
        elif marked is not None:
            self.close()
            self.post_message(self.Chosen(self._purpose, marked))
        elif not text:
            self.close()
        else:
            self.app.bell()

    def _is_begun(self, text: str) -> bool:
        """Tell whether a text of several words is no more than the beginning of what is marked."""
        marked = self._marked
        return marked is not None and as_typed(marked.name).startswith(as_typed(text))

    def action_move(self, lines: int) -> None:
        """Mark another choice."""
        options = self.query_one(OptionList)
        if self._matches:
            before = options.highlighted
            start = (-1 if lines > 0 else 0) if before is None else before
            options.highlighted = (start + lines) % len(self._matches)

    def action_complete(self) -> None:
        """Write the marked choice into the line."""
        marked = self._marked
        if marked is not None:
            self.line.value = marked.name
            self.line.cursor_position = len(marked.name)
