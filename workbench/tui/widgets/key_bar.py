"""The last line: which keys do what now, as far as the width goes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual import events
from textual.widgets import Static

from workbench.tui.actions import Action


class KeyBar(Static):
    """Keys and their labels; the last of the always-shown ones is never cut off."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"key-bar--key", "key-bar--label", "key-bar--off"}

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._actions: Sequence[Action] = ()
        self._always: Sequence[Action] = ()
        self._disabled: Collection[str] = ()
        self._heading = ""
        self._shown = Text()

    def show(
        self,
        actions: Sequence[Action],
        always: Sequence[Action] = (),
        *,
        disabled: Collection[str] = (),
        heading: str = "",
    ) -> None:
        """Show some actions, as many as fit, and behind them those that always have room.

        Parameters
        ----------
        actions
            In the order of their importance.
        always
            Shown at the end whatever the width.
        disabled
            The names of those that cannot be done now.
        heading
            A word in front.
        """
        self._actions, self._always = actions, always
        self._disabled, self._heading = disabled, heading
        self._redraw()

    def on_resize(self) -> None:
        """Fit the keys anew."""
        self._shown = Text()
        self._redraw()

    def _redraw(self) -> None:
        always = [self._entry(action) for action in self._always if action.label]
        room = self.size.width - sum(cell_len(entry.plain) for entry in always)
        line = Text(no_wrap=True, end="")
        if self._heading:
            line.append(f" {self._heading} ", style="bold reverse")
        for action in self._actions:
            if not action.label:
                continue
            entry = self._entry(action)
            if line.cell_len + entry.cell_len > room:
                break
            line.append_text(entry)
        for entry in always:
            line.append_text(entry)
        if line != self._shown or line.spans != self._shown.spans:
            self._shown = line
            self.update(line, layout=False)

    def _entry(self, action: Action) -> Text:
        is_off = action.name in self._disabled
        names = ("off", "off") if is_off else ("key", "label")
        key_style, label_style = (
            self.get_component_rich_style(f"key-bar--{name}", partial=True) for name in names
        )
        meta = Style(meta={"action": action.name})
        entry = Text(" ")
        entry.append(action.key_display, style=key_style + meta)
        entry.append(f" {action.label} ", style=label_style + meta)
        return entry

    def on_click(self, event: events.Click) -> None:
        """Do what was clicked, by the key that would have done it."""
        name = event.style.meta.get("action")
        for action in (*self._actions, *self._always):
            if action.name == name and action.keys and "{key}" not in action.call:
                for key in action.keys[0].split():
                    self.app.simulate_key(key)
                return
