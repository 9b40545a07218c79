"""Settings in place: a few named fields, to be cycled through or typed; never a dialog."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Input, Static

from workbench.tui.actions import Action, bindings
from workbench.tui.safe_text import one_line
from workbench.tui.widgets.safe_lines import safe_input

CHOICE_ACTIONS = (
    Action("next-choice", "cycle(1)", ("right", "enter"), "The next choice of the field", "next"),
    Action("previous-choice", "cycle(-1)", ("left",), "The choice before", "previous"),
)


FORM_ACTIONS = (
    Action("next-field", "go(1)", ("down",), "The field below", "next field"),
    Action("previous-field", "go(-1)", ("up",), "The field above", "previous field"),
)


@dataclass(frozen=True, slots=True)
class Field:
    """One setting.

    Parameters
    ----------
    name
        What the view calls it.
    label
        What people read.
    value
        What it begins with.
    choices
        What it can be; none at all: any text.
    hint
        Shown in an empty text field.
    """

    name: str
    label: str
    value: str = ""
    choices: tuple[str, ...] = ()
    hint: str = ""


class ChoiceLine(Static, can_focus=True):
    """One of a few values; left and right cycle through them, and so does a click."""

    BINDINGS = bindings(CHOICE_ACTIONS)
    value: reactive[str] = reactive("", init=False)

    class Changed(Message):
        """Another value was chosen."""

        def __init__(self, line: ChoiceLine) -> None:
            super().__init__()
            self.line = line

    def __init__(self, value: str, choices: Sequence[str], *, id: str) -> None:
        super().__init__(id=id)
        self.choices = tuple(choices)
        self.set_reactive(ChoiceLine.value, value)

    def on_mount(self) -> None:
        """Show the first value."""
        self._redraw()

    def watch_value(self) -> None:
        """Show another value."""
        self._redraw()

    def _redraw(self) -> None:
        line = Text(no_wrap=True, overflow="ellipsis")
        line.append("‹ ", style="dim")
        line.append(one_line(self.value, 60), style="bold")
        line.append(" ›", style="dim")
        self.update(line)

    def offer(self, choices: Sequence[str]) -> None:
        """Offer other values; the one that is chosen stays where it can."""
        self.choices = tuple(choices)
        if self.value not in self.choices:
            self.value = self.choices[0]

    def action_cycle(self, step: int) -> None:
        """Choose the next value, or the one before."""
        index = self.choices.index(self.value) if self.value in self.choices else -1
        self.value = self.choices[(index + step) % len(self.choices)]
        self.post_message(self.Changed(self))

    def on_click(self) -> None:
        """Choose the next value."""
        self.action_cycle(1)


class Form(Vertical):
    """Fields, one a line, with a line for what is wrong; hidden until it is opened.

    While a field of choices has the focus, the keys of the view go on working; a text field takes
    letters until tab or escape leaves it.
    """

    BINDINGS = bindings(FORM_ACTIONS)
    DEFAULT_CSS: ClassVar[str] = """
    Form { height: auto; display: none; padding: 0 1; }
    Form.-open { display: block; }
    Form .field { height: 1; }
    Form .field-label { width: 16; color: $text-muted; }
    Form ChoiceLine { width: 1fr; height: 1; }
    Form ChoiceLine:focus { background: $primary-muted; }
    Form Input { width: 1fr; height: 1; border: none; padding: 0; background: $surface; }
    Form Input:focus { background: $primary-muted; }
    Form .form-problem { height: auto; display: none; color: $text-error; }
    """

    class Changed(Message):
        """A field has another value."""

        def __init__(self, form: Form, name: str) -> None:
            super().__init__()
            self.form = form
            self.name = name

        @property
        def control(self) -> Form:
            """The form, for `textual.on` selectors."""
            return self.form

    class Submitted(Message):
        """Enter was pressed in a text field."""

        def __init__(self, form: Form) -> None:
            super().__init__()
            self.form = form

        @property
        def control(self) -> Form:
            """The form, for `textual.on` selectors."""
            return self.form

    def __init__(self, fields: Sequence[Field], *, id: str, is_open: bool = False) -> None:
        super().__init__(id=id, classes="-open" if is_open else "")
        self._fields = {field.name: field for field in fields}

    def compose(self) -> ComposeResult:
        """Make a line for each field."""
        for field in self._fields.values():
            with Horizontal(classes="field"):
                yield Static(Text(field.label), classes="field-label")
                if field.choices:
                    yield ChoiceLine(field.value, field.choices, id=_id(field.name))
                else:
                    yield safe_input(field.value, placeholder=field.hint, id=_id(field.name))
        yield Static(classes="form-problem")

    @property
    def is_open(self) -> bool:
        """Whether the form is shown."""
        return self.has_class("-open")

    @property
    def is_focused(self) -> bool:
        """Whether one of its fields has the focus."""
        focused = self.screen.focused
        return focused is not None and self in focused.ancestors

    @property
    def values(self) -> Mapping[str, str]:
        """What the fields hold."""
        return {name: self[name] for name in self._fields}

    def __getitem__(self, name: str) -> str:
        line = self._line(name)
        return line.value.strip() if isinstance(line, Input) else line.value

    def __setitem__(self, name: str, value: str) -> None:
        self._line(name).value = value

    def _line(self, name: str) -> Input | ChoiceLine:
        line = self.query_one(f"#{_id(name)}")
        assert isinstance(line, (Input, ChoiceLine))
        return line

    def offer(self, name: str, choices: Sequence[str]) -> None:
        """Offer other choices in a field."""
        line = self._line(name)
        assert isinstance(line, ChoiceLine)
        line.offer(choices)

    def cycle(self, name: str) -> None:
        """Choose the next value of a field."""
        line = self._line(name)
        assert isinstance(line, ChoiceLine)
        line.action_cycle(1)

    def open(self) -> None:
        """Show the form, with the cursor in its first field."""
        self.edit(next(iter(self._fields)))

    def edit(self, name: str) -> None:
        """Put the cursor into a field."""
        self.add_class("-open")
        self._line(name).focus()

    def close(self) -> None:
        """Hide the form."""
        self.complain("")
        self.remove_class("-open")

    def complain(self, text: str) -> None:
        """Say under the fields what is wrong with them; nothing takes it away."""
        problem = self.query_one(".form-problem", Static)
        problem.update(Text(one_line(text)))
        problem.display = bool(text)

    @on(ChoiceLine.Changed)
    def _on_choice(self, event: ChoiceLine.Changed) -> None:
        event.stop()
        self._tell(event.line.id)

    @on(Input.Changed)
    def _on_input(self, event: Input.Changed) -> None:
        event.stop()
        self._tell(event.input.id)

    def _tell(self, widget_id: str | None) -> None:
        for name in self._fields:
            if _id(name) == widget_id:
                self.post_message(self.Changed(self, name))

    @on(Input.Submitted)
    def _on_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Submitted(self))

    def action_go(self, step: int) -> None:
        """Go to the field below or above."""
        if step > 0:
            self.screen.focus_next()
        else:
            self.screen.focus_previous()


def _id(name: str) -> str:
    return f"field-{name.replace('_', '-')}"
