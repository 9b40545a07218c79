"""Text that is being edited, shown without acting on it: a line, and an area of code."""

from __future__ import annotations

from typing import ClassVar

from rich.highlighter import Highlighter
from rich.text import Text
from textual import events
from textual.widgets import Input, TextArea

from workbench.safe_text import veiled


class _Veil(Highlighter):
    """Shows a sign in place of each that a terminal would act on."""

    def highlight(self, text: Text) -> None:
        text.plain = veiled(text.plain)


class _SafeLine(Input):
    """A line to type in that takes all lines of what is pasted, not the first one only."""

    def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        self.replace(" ".join(event.text.splitlines()), *sorted(self.selection))


def safe_input(value: str = "", *, placeholder: str = "", id: str | None = None) -> Input:
    """Return a line to type in that may hold anything."""
    return _SafeLine(
        value,
        placeholder=placeholder,
        highlighter=_Veil(),
        compact=True,
        select_on_focus=False,
        id=id,
    )


class SafeTextArea(TextArea):
    """An area of text that may hold anything; what is saved is what it holds."""

    TABS: ClassVar[str] = "\t"

    def get_line(self, line_index: int) -> Text:
        """Return a line as it is drawn; the tabs are for the area to expand."""
        line = self.document.get_line(line_index)
        parts = line.split(self.TABS)
        return Text(self.TABS.join(map(veiled, parts)), end="", no_wrap=True)
