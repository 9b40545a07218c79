"""The keys that a user wants instead of ours: the table ``[keys]`` in ``workbench.toml``."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from textual.binding import Binding
from textual.keys import Keys as TextualKeys
from textual.keys import key_to_character

from workbench.errors import ProjectError
from workbench.tui.actions import Action, display_key
from workbench.tui.app_actions import APP_ACTIONS, LEADER_KEY
from workbench.tui.views import VIEWS

Keys = Mapping[str, tuple[str, ...]]
"""The keys of some actions, by ``scope.action``."""

_NAMED = frozenset(key.value for key in TextualKeys)
"""The keys that are no characters, by name."""

_MODIFIERS = frozenset(("alt", "ctrl", "shift", "super", "hyper", "meta"))


def with_keys(actions: Sequence[Action], scope: str, wanted: Keys) -> tuple[Action, ...]:
    """Return the actions of a view (or of ``app``) with the keys that a user wants for them."""
    leader = next(iter(_leaders(wanted)), None)
    return tuple(
        replace(action, keys=wanted[name], shown_keys="")
        if (name := f"{scope}.{action.name}") in wanted
        else replace(action, keys=tuple(_behind(leader, action.keys)))
        for action in actions
    )


def _leaders(wanted: Keys) -> tuple[str, ...]:
    """Return the keys behind which the letter of a view follows."""
    return wanted.get("app.go", (LEADER_KEY,))


def _behind(leader: str | None, keys: Sequence[str]) -> Iterator[str]:
    """Yield some keys of ours, those of two words behind the user's leader key."""
    for key in keys:
        if " " not in key:
            yield key
        elif leader is not None:
            yield f"{leader} {key.split()[1]}"


def check_keymap(wanted: Keys) -> Keys:
    """Return the keys that a user wants, by Textual's names, when they can be had.

    Raises
    ------
    ProjectError
        If there is no such action or no such key, or two actions that hold in the same view would
        share a key.
    """
    wanted = {name: tuple(_key_name(key, name) for key in keys) for name, keys in wanted.items()}
    for name, keys in wanted.items():
        _check_action(name, len(keys))
        for key in keys:
            is_behind_leader = name.startswith("app.go-") and key.split()[0] in _leaders(wanted)
            if " " in key and not is_behind_leader:
                raise _refused(
                    f"keys.{name}: {display_key(key)!r} is more than one key",
                    "Only app.go-… take two: the key of app.go, and another.",
                )
    for scope, actions in _affected(wanted):
        taken: dict[str, str] = {}
        for where, group in (("app", APP_ACTIONS), (scope, actions)):
            for action in with_keys(group, where, wanted):
                for key in action.keys:
                    name = f"{where}.{action.name}"
                    if taken.setdefault(key, name) != name:
                        raise _refused(
                            f"keys: {display_key(key)!r} is both {taken[key]} and {name}",
                            "Give one of them another key.",
                        )
    return wanted


def _check_action(name: str, n_keys: int) -> None:
    """Refuse a name that no action has, and more keys than an action can tell apart."""
    scope = name.partition(".")[0]
    actions = {f"{scope}.{action.name}": action for action in actions_of(scope)}
    if name not in actions:
        near = difflib.get_close_matches(name, actions, n=1)
        guess = f"Did you mean {near[0]}? " if near else ""
        raise _refused(f"keys.{name}: there is no such action", f"{guess}docs/keys.md lists them.")
    action = actions[name]
    if not action.is_for_command_line and n_keys > len(action.keys):
        raise _refused(
            f"keys.{name}: {n_keys} keys, where {len(action.keys)} have a meaning",
            "The first key is for the first class, and so on.",
        )


def _refused(message: str, hint: str) -> ProjectError:
    return ProjectError(message, place="workbench.toml", hint=hint)


def _key_name(key: str, name: str) -> str:
    """Return a key as Textual calls it: ``.`` is ``full_stop``; two words are two keys."""
    if key == " ":
        return "space"
    if len(key) > 1 and " " in key:
        return " ".join(_key_name(word, name) for word in key.split())
    # A comma would part two keys.
    known = "comma" if key == "," else next(iter(Binding.make_bindings([Binding(key, "")]))).key
    *modifiers, base = [key] if len(key) == 1 else key.split("+")
    is_character = len(base) == 1 or (base not in _NAMED and key_to_character(base) is not None)
    is_known = base in _NAMED or is_character
    if not is_known or not set(modifiers) <= _MODIFIERS or ("," in key and len(key) > 1):
        near = difflib.get_close_matches(key, _NAMED, n=1)
        guess = f"Did you mean {near[0]!r}? " if near else ""
        raise _refused(
            f"keys.{name}: there is no key {key!r}",
            f"{guess}A key is a character, or a name: space, enter, f5, ctrl+s.",
        )
    if is_character and modifiers == ["shift"]:
        letter = f"{base.upper()!r}" if base.isalpha() and len(base) == 1 else "that one"
        raise _refused(
            f"keys.{name}: terminals send the character that {key} makes",
            f"Write {letter}.",
        )
    if modifiers == ["ctrl"] and len(base) == 1 and base.isupper():
        raise _refused(
            f"keys.{name}: terminals tell no capital from a small letter behind ctrl",
            f"Write {key.lower()!r}.",
        )
    return known


def actions_of(scope: str) -> tuple[Action, ...]:
    """Return the actions of a view or of the app; none where there is no such thing."""
    if scope == "app":
        return APP_ACTIONS
    return next((spec.load().ACTIONS for spec in VIEWS if spec.name == scope), ())


def _affected(wanted: Keys) -> Iterator[tuple[str, tuple[Action, ...]]]:
    """Yield the views whose keys differ from ours, with their actions: all for a key of the app."""
    scopes = {name.partition(".")[0] for name in wanted}
    for spec in VIEWS:
        if "app" in scopes or spec.name in scopes:
            yield spec.name, spec.load().ACTIONS
