"""What a person can do: the one registry that bindings, key bar, help and command line share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.binding import Binding, BindingType
from textual.dom import DOMNode
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


def moves(what: str) -> tuple[Action, Action]:
    """Return the two actions that move the cursor of a view's list by one."""
    return (
        Action("down", "move(1)", ("j", "down"), f"Next {what}", shown_keys="j ↓"),
        Action("up", "move(-1)", ("k", "up"), f"Previous {what}", shown_keys="k ↑"),
    )


def bind_actions(node: DOMNode, actions: Sequence[Action], wanted: Sequence[Action]) -> None:
    """Bind keys to ``action_do`` of a node, which may refuse and say why.

    Parameters
    ----------
    node
        A view, or the app.
    actions
        What it can do, as the registry has it.
    wanted
        The same, with the keys that the user wants. Keys behind the leader key are the app's
        business.
    """
    for action, own in zip(wanted, actions, strict=True):
        keys = [key for key in action.keys if " " not in key]
        # Where each key means something else, the user's first key means what our first one does.
        meanings = [""] * len(keys) if own.is_for_command_line else own.keys
        for key, meaning in zip(keys, meanings, strict=False):
            binding = Binding(key, f"do('{action.name}', '{meaning}')", action.description)
            # Textual can bind the keys of one object only through this attribute.
            node._bindings.key_to_bindings[key] = [binding]
