"""What a person can do: the one registry that bindings, key bar, help and command line share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from textual.binding import Binding, BindingType
from textual.keys import key_to_character

_WORDS = {"space": "space", "escape": "esc"}


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
        return self.shown_keys or " ".join(_display(key) for key in self.keys)


def _display(key: str) -> str:
    """Return a key as it is printed on the keyboard."""
    if key in _WORDS:
        return _WORDS[key]
    character = key_to_character(key)
    return character if character and character.isprintable() else key


def bindings(actions: Sequence[Action]) -> list[BindingType]:
    """Return the Textual bindings of some actions; leader keys are the app's business."""
    return list(_bindings(actions))


def _bindings(actions: Sequence[Action]) -> Iterator[Binding]:
    for action in actions:
        for key in action.keys:
            if " " not in key:
                yield Binding(
                    key,
                    action.call.replace("{key}", key),
                    action.description,
                    show=bool(action.label),
                    id=f"{action.name}:{key}",
                )
