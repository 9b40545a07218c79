"""The keys that a user wants instead of ours: the table ``[keys]`` in ``workbench.toml``."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from textual.binding import Binding

from workbench.errors import ProjectError
from workbench.tui.actions import Action
from workbench.tui.app_actions import APP_ACTIONS, LEADER_KEY
from workbench.tui.views import VIEWS

Keys = Mapping[str, tuple[str, ...]]
"""The keys of some actions, by ``scope.action``."""


def with_keys(actions: Sequence[Action], scope: str, wanted: Keys) -> tuple[Action, ...]:
    """Return the actions of a view (or of ``app``) with the keys that a user wants for them."""
    return tuple(
        replace(action, keys=wanted[name], shown_keys="")
        if (name := f"{scope}.{action.name}") in wanted
        else action
        for action in actions
    )


def textual_keymap(wanted: Keys) -> dict[str, str]:
    """Return the keys by the ids of the bindings that `dispatched_bindings` made."""
    by_id: dict[str, str] = {}
    for scope, actions in _scopes(wanted):
        for action in actions:
            keys = wanted.get(f"{scope}.{action.name}", ())
            if keys and action.is_for_command_line:
                by_id[f"{scope}.{action.name}"] = ",".join(keys)
            else:
                by_id |= {f"{scope}.{action.name}.{i}": key for i, key in enumerate(keys)}
    return by_id


def check_keymap(wanted: Keys) -> Keys:
    """Return the keys that a user wants, when they can be had.

    Raises
    ------
    ProjectError
        If there is no such action, or two actions of a view would share a key.
    """
    wanted = {name: tuple(map(_key_name, keys)) for name, keys in wanted.items()}
    for name in wanted:
        scope = name.partition(".")[0]
        names = [f"{scope}.{a.name}" for s, actions in _scopes({name: ()}) for a in actions]
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1)
            guess = f"Did you mean {near[0]}? " if near else ""
            raise ProjectError(
                f"keys.{name}: there is no such action",
                place="workbench.toml",
                hint=f"{guess}docs/keys.md lists them all.",
            )
    for scope, actions in _scopes(wanted):
        everywhere = () if scope == "app" else with_keys(APP_ACTIONS, "app", wanted)
        taken = {LEADER_KEY: "go"}
        for action in (*everywhere, *with_keys(actions, scope, wanted)):
            for key in action.keys:
                if taken.setdefault(key, action.name) != action.name:
                    raise ProjectError(
                        f"keys: {key!r} is both {taken[key]} and {action.name} in {scope}",
                        place="workbench.toml",
                        hint="Give one of them another key.",
                    )
    return wanted


def _key_name(key: str) -> str:
    """Return a key as Textual calls it: ``.`` is ``full_stop``."""
    if key == ",":
        return "comma"
    return next(iter(Binding.make_bindings([Binding(key, "")]))).key


def _scopes(wanted: Keys) -> Iterator[tuple[str, tuple[Action, ...]]]:
    """Yield the views, and the app, that some keys are about, with their actions."""
    scopes = {name.partition(".")[0] for name in wanted}
    if "app" in scopes:
        yield "app", APP_ACTIONS
    for spec in VIEWS:
        if spec.name in scopes:
            yield spec.name, spec.load().ACTIONS
