"""What a person can do: the one registry that bindings, key bar, help and command line share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from textual.binding import Binding, BindingType
from textual.keys import key_to_character

_WORDS = {
    "slash": "/",
    "space": "space",
    "escape": "esc",
    "enter": "enter",
    "tab": "tab",
    "backspace": "bksp",
}


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that a person can do.

    Parameters
    ----------
    name
        What the command line calls it.
    call
        The Textual action; ``{key}`` stands for the key that was pressed.
    keys
        Textual key names. A key of two words (``g a``) follows the leader key. None at all: the
        command line only.
    description
        What it does, for the help panel and the command line.
    label
        A word or two for the key bar; empty keeps it out of there.
    shown_keys
        How the keys are written, where listing them would be long.
    """

    name: str
    call: str
    keys: tuple[str, ...]
    description: str
    label: str = ""
    shown_keys: str = ""

    @property
    def is_for_command_line(self) -> bool:
        """Whether the call makes sense without a key."""
        return "{key}" not in self.call

    @property
    def key_display(self) -> str:
        """The keys as people read them."""
        return self.shown_keys or " ".join(display_key(key) for key in self.keys)


def display_key(key: str) -> str:
    """Return a key as it is printed on the keyboard."""
    if " " in key:
        return " ".join(display_key(part) for part in key.split())
    if key in _WORDS:
        return _WORDS[key]
    if key.startswith("ctrl+"):
        return f"^{key.removeprefix('ctrl+')}"
    character = key_to_character(key)
    return character if character and character.isprintable() else key


def bindings(actions: Sequence[Action]) -> list[BindingType]:
    """Return the Textual bindings of a widget's own actions."""
    return [
        Binding(key, action.call.replace("{key}", key), action.description, id=action.name)
        for action in actions
        for key in action.keys
    ]


def dispatched_bindings(actions: Sequence[Action], scope: str) -> list[BindingType]:
    """Return bindings that go through ``action_do``, which may refuse and say why.

    Parameters
    ----------
    actions
        Leader keys among them are the app's business.
    scope
        The view's name, or ``app``: a binding's id is ``scope.action``, and where each key means
        something else ``scope.action.0``, ``scope.action.1`` …
    """
    return list(_dispatched(actions, scope))


def _dispatched(actions: Sequence[Action], scope: str) -> Iterator[Binding]:
    for action in actions:
        keys = [key for key in action.keys if " " not in key]
        if action.is_for_command_line and keys:
            call = f"do('{action.name}', '')"
            yield Binding(",".join(keys), call, action.description, id=f"{scope}.{action.name}")
        elif keys:
            for i, key in enumerate(keys):
                call = f"do('{action.name}', '{key}')"
                yield Binding(key, call, action.description, id=f"{scope}.{action.name}.{i}")
