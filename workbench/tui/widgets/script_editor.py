"""A script in place: the source of one function, or the whole file to edit."""

from __future__ import annotations

from pathlib import Path

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static, TextArea

from workbench.errors import FunctionError
from workbench.tui.safe_text import one_line, safe

_MOST_COLORED_LINES = 1_000
"""Colouring a longer file takes too long for every key."""


class ScriptEditor(Vertical):
    """Shows a source; edits a file, whose unsaved text is kept while others are looked at."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._file: Path | None = None
        self._drafts: dict[Path, str] = {}

    def compose(self) -> ComposeResult:
        """Make the head, the text and the line for errors."""
        yield Static(id="source-head")
        yield TextArea.code_editor(
            "",
            language="python",
            theme="css",
            id="source",
            read_only=True,
            soft_wrap=True,
            show_cursor=False,
        )
        yield Static(id="source-problem")

    @property
    def area(self) -> TextArea:
        """The text itself."""
        return self.query_one("#source", TextArea)

    @property
    def is_editing(self) -> bool:
        """Whether keys go into the text."""
        return self._file is not None

    @property
    def file(self) -> Path | None:
        """The file that is edited."""
        return self._file

    def has_draft(self, file: Path) -> bool:
        """Tell whether a file has changes that are not saved."""
        return file in self._drafts

    def show(self, head: Text, source: str) -> None:
        """Show the source of a function: its own lines and those that it uses."""
        self.query_one("#source-head", Static).update(head)
        if self.is_editing:
            return
        area = self.area
        area.show_line_numbers = False
        area.text = safe(source, keep_lines=True)

    def edit(self, file: Path, line: int = 1) -> None:
        """Edit a file, at a line.

        Raises
        ------
        FunctionError
            If it cannot be read.
        """
        try:
            text = self._drafts.get(file) or file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise FunctionError(f"cannot be read: {error}", place=file.name) from error
        self._file = file
        area = self.area
        area.language = "python" if text.count("\n") < _MOST_COLORED_LINES else None
        area.show_line_numbers = True
        area.text = text
        area.read_only, area.show_cursor = False, True
        area.move_cursor((max(0, line - 1), 0), center=True)
        self.add_class("-editing")
        self.border_title = Content(safe(f"{file.name} · ctrl+s saves · esc leaves"))
        self.screen.set_focus(area)

    def save(self) -> Path:
        """Write the file whole or not at all; return it.

        Raises
        ------
        FunctionError
            If it cannot be written.
        """
        assert self._file is not None
        part = self._file.with_suffix(".part")
        try:
            part.write_text(self.area.text, encoding="utf-8")
            part.replace(self._file)
        except OSError as error:
            raise FunctionError(
                f"cannot be written: {error.strerror}", place=self._file.name
            ) from error
        self._drafts.pop(self._file, None)
        return self._file

    def leave(self) -> bool:
        """Stop editing; what is not saved is kept. Tell whether there is such a thing."""
        file, self._file = self._file, None
        area = self.area
        area.read_only, area.show_cursor = True, False
        self.remove_class("-editing")
        self.border_title = None
        if file is None:
            return False
        if file.exists() and file.read_text(encoding="utf-8", errors="replace") == area.text:
            self._drafts.pop(file, None)
            return False
        self._drafts[file] = area.text
        return True

    def complain(self, message: str, line: int | None = None) -> None:
        """Show what is wrong, at its line; nothing hides the line again."""
        problem = self.query_one("#source-problem", Static)
        where = f"line {line}: " if line else ""
        problem.update(Text(f" {where}{one_line(message, 300)}", style="bold"))
        problem.display = bool(message)
        if line and self.is_editing:
            self.area.move_cursor((line - 1, 0), center=True)
