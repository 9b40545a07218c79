"""How the keys of actions are written in what the program says: as the user has them."""

from __future__ import annotations

import functools
import re
from typing import Final

from workbench.tui.actions import display_key
from workbench.tui.keymap import Keys, actions_of, with_keys

_PLACE: Final = re.compile(r"\{([a-z]+\.[a-z-]+)\}")

_wanted: dict[str, tuple[str, ...]] = {}


def use_keys(wanted: Keys) -> None:
    """Write the keys that a user wants instead of ours from now on."""
    _wanted.clear()
    _wanted.update(wanted)
    key.cache_clear()
    all_keys.cache_clear()


@functools.cache
def key(name: str) -> str:
    """Return the first key of an action, by ``scope.action``; what to type where it has none."""
    keys = _keys_of(name)
    if not keys:
        return f":{name.partition('.')[2]}"
    # In a sentence, ^s would be two keys.
    return keys[0] if keys[0].startswith("ctrl+") else display_key(keys[0])


@functools.cache
def all_keys(name: str) -> tuple[str, ...]:
    """Return every key of an action, by ``scope.action``, as it is printed on the keyboard."""
    return tuple(map(display_key, _keys_of(name)))


def _keys_of(name: str) -> tuple[str, ...]:
    scope, _, action_name = name.partition(".")
    for action in with_keys(actions_of(scope), scope, _wanted):
        if action.name == action_name:
            return action.keys
    raise KeyError(name)


def spell(text: str) -> str:
    """Return a text of ours with the keys of the actions that it names: ``{app.undo}``."""
    return _PLACE.sub(lambda found: key(found[1]), text)
