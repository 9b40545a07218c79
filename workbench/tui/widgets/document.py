"""One example in full: where it comes from, why it is asked, and its text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import RenderableType
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll

from workbench.services.browse import ExampleView
from workbench.services.highlights import Highlight
from workbench.tui.key_names import key
from workbench.tui.safe_text import PAGE_CHARACTERS, one_line, page
from workbench.tui.widgets.steady import Filling, Steady


class Document(VerticalScroll):
    """The text of an example, a page at a time where it is very long.

    Parameters
    ----------
    id
        The widget's id.
    more
        The action that turns the page, by ``scope.action``.
    """

    def __init__(self, *, id: str, more: str) -> None:
        super().__init__(id=id)
        self._more = more
        self._text = ""
        self._start = 0
        self._marks: Sequence[Highlight] = ()
        self._styles: Mapping[str, str] = {}

    def compose(self) -> ComposeResult:
        """Make the head and the text."""
        yield Steady(id="document-head")
        yield Filling(id="document-text")

    def show(
        self,
        view: ExampleView,
        *,
        reason: str,
        marks: Sequence[Highlight] = (),
        styles: Mapping[str, str] | None = None,
        note: str = "",
        heading: str = "asked because",
    ) -> None:
        """Show an example and why it is asked.

        Parameters
        ----------
        view
            The example.
        reason
            Why it is asked.
        marks
            What to bring out in its text.
        styles
            The colour of each class.
        note
            A note that goes with the next decision.
        heading
            What stands before the reason.
        """
        example = view.example
        origin = " · ".join(filter(None, (example.role, example.batch, example.vendor)))
        head = Text(no_wrap=True, overflow="ellipsis")
        head.append(one_line(example.uid, 40), style="bold")
        head.append(f"  {one_line(origin, 80)}")
        head.append(f"\n{heading}  {one_line(reason, 200)}", style="italic")
        if note:
            head.append(f"\nnote  {one_line(note, 200)}", style="bold")
        self.query_one("#document-head", Steady).show(head)
        self._text, self._start = example.text, 0
        self._marks, self._styles = marks, styles or {}
        self._show_page()

    def show_nothing(self, text: RenderableType) -> None:
        """Show a word in place of an example."""
        self.query_one("#document-head", Steady).show("")
        self._text, self._start, self._marks = "", 0, ()
        self.query_one("#document-text", Filling).show(text)
        self.scroll_home(animate=False)

    def turn_page(self) -> None:
        """Show what follows; after the end the beginning."""
        if len(self._text) <= PAGE_CHARACTERS:
            return
        self._start += PAGE_CHARACTERS
        if self._start >= len(self._text):
            self._start = 0
        self._show_page()

    def _show_page(self) -> None:
        marks = [
            (mark.start, mark.end, _mark_style(mark, self._styles.get(mark.label, "")))
            for mark in self._marks
        ]
        shown = page(self._text, self._start, marks=marks, more=key(self._more))
        self.query_one("#document-text", Filling).show(shown)
        self.scroll_home(animate=False)


def _mark_style(mark: Highlight, color: str) -> str:
    """Return how a part is brought out: functions underline, the model's words are bold."""
    return f"{'underline' if mark.by else 'bold'} {color}".strip()
