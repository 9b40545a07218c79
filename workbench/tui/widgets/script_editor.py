"""A script in place: the source of one function, or the whole file to edit."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

from rich.style import Style
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static, TextArea
from textual.widgets.text_area import Document, TextAreaTheme

from workbench.errors import FunctionError
from workbench.formats.writers import replacing
from workbench.tui.drafts import Draft, Drafts
from workbench.tui.key_names import key, spell
from workbench.tui.safe_text import one_line, safe
from workbench.tui.widgets.safe_lines import SafeTextArea

_MOST_COLORED_LINES = 1_000
"""Colouring a longer file takes too long for every key."""


_DRAFT_SECONDS = 0.5

_LIGHT = TextAreaTheme(
    name="workbench-light",
    syntax_styles={
        "string": Style(color="#0a5c2b"),
        "string.documentation": Style(color="#0a5c2b"),
        "comment": Style(color="#5a5a5a", italic=True),
        "keyword": Style(color="#a01070"),
        "keyword.function": Style(color="#a01070"),
        "keyword.return": Style(color="#a01070"),
        "keyword.operator": Style(color="#a01070"),
        "conditional": Style(color="#a01070"),
        "repeat": Style(color="#a01070"),
        "include": Style(color="#a01070"),
        "exception": Style(color="#a01070"),
        "number": Style(color="#7a3e00"),
        "float": Style(color="#7a3e00"),
        "boolean": Style(color="#7a3e00"),
        "constant.builtin": Style(color="#7a3e00"),
        "function": Style(color="#00468c"),
        "function.call": Style(color="#00468c"),
        "method": Style(color="#00468c"),
        "method.call": Style(color="#00468c"),
        "class": Style(color="#00468c"),
        "type": Style(color="#00468c"),
    },
)
"""Code on light ground; what is not named here has the colour of other text."""


class ScriptEditor(Vertical):
    """Shows a source; edits a file, whose unsaved text is kept until it is saved.

    Parameters
    ----------
    drafts
        Where unsaved texts are kept.
    id
        The widget's id.

    Attributes
    ----------
    area : TextArea
        The text itself.
    """

    def __init__(self, drafts: Drafts, *, id: str) -> None:
        super().__init__(id=id)
        self.area = SafeTextArea.code_editor(
            "",
            language="python",
            id="source",
            read_only=True,
            soft_wrap=True,
            show_cursor=False,
        )
        self._file: Path | None = None
        self._drafts = drafts
        self._read = ""
        self._keeping: Timer | None = None

    def compose(self) -> ComposeResult:
        """Make the head, the text and the line for errors."""
        yield Static(id="source-head")
        yield self.area
        yield Static(id="source-problem")

    def on_mount(self) -> None:
        """Follow the ground: each has colours that can be read on it."""
        self.area.register_theme(_LIGHT)
        self.watch(self.app, "theme", self._use_ground)

    def _use_ground(self) -> None:
        self.area.theme = "css" if self.app.current_theme.dark else _LIGHT.name

    def on_unmount(self) -> None:
        """Keep what is being edited when the program ends."""
        if self._file is not None:
            self._keep(self._file)

    @on(TextArea.Changed)
    def _on_changed(self) -> None:
        """Keep the draft in a moment: a lost line must not lose what was typed."""
        if self._keeping is not None:
            self._keeping.stop()
        if self._file is not None:
            file = self._file
            self._keeping = self.set_timer(_DRAFT_SECONDS, lambda: self._keep(file))

    def _keep(self, file: Path) -> bool:
        """Keep what differs from the file as a draft; tell whether anything does."""
        if file != self._file:
            return False  # it was left meanwhile, and kept then
        if self.area.text == self._read:
            self._drafts.drop(file)
            return False
        # Without a place on the disk it is still in the editor.
        with contextlib.suppress(OSError):
            self._drafts.keep(file, Draft(self._read, self.area.text))
        return True

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
        return self._drafts.get(file) is not None

    def discard(self, file: Path) -> Path | None:
        """Put the draft of a file aside; return where it is now, None where there is none.

        Raises
        ------
        FunctionError
            If it cannot be written there.
        """
        draft = self._drafts.get(file)
        if draft is None:
            return None
        aside = self._put_aside(file, draft.text)
        self._drafts.drop(file)
        return aside

    def _put_aside(self, file: Path, text: str) -> Path:
        try:
            return self._drafts.put_aside(file, text)
        except OSError as error:
            raise FunctionError(f"cannot be kept: {error.strerror}", place=file.name) from error

    def show(self, head: Text, source: str, name: str = "") -> None:
        """Show the source of a function, from its own lines on; above are those that it uses."""
        self.query_one("#source-head", Static).update(head)
        if self.is_editing:
            return
        area = self.area
        area.show_line_numbers = False
        area.text = safe(source, keep_lines=True)
        lines = area.text.splitlines()
        own = next((i for i, line in enumerate(lines) if _defines(line, name)), 0)
        while own and lines[own - 1].startswith("@"):
            own -= 1
        top = area.wrapped_document.location_to_offset((own, 0)).y
        area.scroll_to(y=top, animate=False, force=True)

    def edit(self, file: Path, line: int = 1) -> None:
        """Edit a file, at a line.

        Raises
        ------
        FunctionError
            If it cannot be read.
        """
        try:
            read = _text_of(file)
        except (OSError, UnicodeDecodeError) as error:
            raise FunctionError(f"cannot be read: {error}", place=file.name) from error
        if Document(read).text != read:
            raise FunctionError(
                "has line ends of several kinds, or signs that count as some: an editor in place"
                " would change them",
                place=file.name,
                hint=spell("{functions.external-editor} opens it in $EDITOR."),
            )
        draft = self._drafts.get(file)
        text = read if draft is None else draft.text
        self._read = read if draft is None else draft.read
        self._file = file
        area = self.area
        area.language = "python" if text.count("\n") < _MOST_COLORED_LINES else None
        area.show_line_numbers = True
        area.text = text
        area.read_only, area.show_cursor = False, True
        area.move_cursor((max(0, line - 1), 0), center=True)
        self.add_class("-editing")
        self.border_title = Content(
            safe(f"{file.name} · {key('functions.save')} saves · {key('app.escape')} leaves")
        )
        self.screen.set_focus(area)

    def save(self) -> Path:
        """Write the file whole or not at all; return it.

        Raises
        ------
        DataError
            If it cannot be written.
        FunctionError
            If another program has changed it: the next call replaces what that has written, and
            keeps it beside the drafts.
        """
        assert self._file is not None
        found = self._text_on_disk()
        if found not in (self._read, self.area.text):
            aside = self._put_aside(self._file, found)
            self._read = found
            raise FunctionError(
                f"was changed outside meanwhile, and is not saved: that text is kept in {aside}",
                place=self._file.name,
                hint=spell(
                    "{functions.save} once more replaces it; {app.escape}, then"
                    " {functions.discard}, takes it."
                ),
            )
        with replacing(self._file) as part:
            part.write_text(self.area.text, encoding="utf-8", newline="")
        self._read = self.area.text
        self._drafts.drop(self._file)
        return self._file

    def _text_on_disk(self) -> str:
        """Return what the file holds now; what was read where it is gone."""
        assert self._file is not None
        try:
            return _text_of(self._file, errors="replace")
        except OSError:
            return self._read

    def leave(self) -> bool:
        """Stop editing; what is not saved is kept. Tell whether there is such a thing."""
        has_draft = self._file is not None and self._keep(self._file)
        self._file = None
        area = self.area
        area.read_only, area.show_cursor = True, False
        self.remove_class("-editing")
        self.border_title = None
        return has_draft

    def complain(self, message: str, line: int | None = None, column: int | None = None) -> None:
        """Show what is wrong, at its place; nothing hides the line again."""
        problem = self.query_one("#source-problem", Static)
        where = f"line {line}: " if line else ""
        problem.update(Text(f" {where}{one_line(message, 300)}", style="bold"))
        problem.display = bool(message)
        if line and self.is_editing:
            self.area.move_cursor((line - 1, self._place_in(line, column)), center=True)

    def _place_in(self, line: int, column: int | None) -> int:
        """Return where in a line the cursor goes: to a column, else to its first sign."""
        if column is not None:
            return column - 1
        lines = self.area.text.splitlines()
        text = lines[line - 1] if line <= len(lines) else ""
        return len(text) - len(text.lstrip())


def _text_of(file: Path, *, errors: str = "strict") -> str:
    """Return the text of a file with the line ends that it has."""
    with file.open(encoding="utf-8", errors=errors, newline="") as opened:
        return opened.read()


def _defines(line: str, name: str) -> bool:
    """Tell whether a line of a script is where a function begins, or the call that makes it."""
    pattern = rf"(async )?def {re.escape(name)}\b|\w+\(\s*[\"']{re.escape(name)}[\"']"
    return bool(name) and re.match(pattern, line) is not None
