"""The label set as it follows from the acts that changed it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from workbench.errors import UsageError
from workbench.services.config import MAX_CLASSES
from workbench.store.classes import ClassState
from workbench.store.decisions import Event

MIN_CLASSES = 2


@dataclass(slots=True)
class _Class:
    name: str
    former: list[str] = field(default_factory=list)
    is_born: bool = False
    is_placed: bool = False
    merged_into: int | None = None

    def place(self) -> None:
        """Put the class in the label set."""
        self.is_born = self.is_placed = True
        self.merged_into = None

    def remove(self, merged_into: int | None = None) -> None:
        """Take the class out of the label set."""
        self.is_placed = False
        self.merged_into = merged_into


def follow(
    beginning: Sequence[ClassState], born: Mapping[str, int], acts: Iterable[Event]
) -> list[ClassState]:
    """Return the states of all classes after some acts.

    Parameters
    ----------
    beginning
        The classes that the project began with.
    born
        The number of each class ever made, by the name it was made with.
    acts
        The class acts that stand, oldest first.

    Raises
    ------
    UsageError
        If an act is about a class that is not there, or the result cannot be used: fewer than two
        classes, or one name for two.
    """
    classes = {number: _Class(name) for name, number in born.items()}
    for state in beginning:
        classes[state.class_id].place()
    for act in acts:
        _apply(classes, act)
    return _checked(classes)


def _apply(classes: dict[int, _Class], act: Event) -> None:
    """Follow one act."""
    subject = classes[act.class_id if act.class_id is not None else -1]
    detail: dict[str, Any] = json.loads(act.detail) if act.detail else {}
    if act.kind == "class-add":
        subject.place()
        return
    if act.kind == "class-merge":
        subject.place()
        for number in detail["classes"]:
            _require(classes[number], act)
            classes[number].remove(merged_into=act.class_id)
        return
    _require(subject, act)
    if act.kind == "class-rename":
        name = detail["name"]
        subject.former = [n for n in (*subject.former, subject.name) if n != name]
        subject.name = name
    elif act.kind == "class-split":
        subject.remove()
        for number in detail["into"]:
            classes[number].place()
    else:
        subject.remove()


def _require(subject: _Class, act: Event) -> None:
    if not subject.is_born:
        raise UsageError(
            f"class {subject.name!r} would be gone, and event {act.event_id} ({act.kind} by"
            f" {act.annotator}) is about it",
            hint="Take that one back first.",
        )


def _checked(classes: Mapping[int, _Class]) -> list[ClassState]:
    placed = [number for number, c in sorted(classes.items()) if c.is_placed]
    if not MIN_CLASSES <= len(placed) <= MAX_CLASSES:
        raise UsageError(
            f"there would be {len(placed)} class{'es' * (len(placed) != 1)}",
            hint=f"A label set has {MIN_CLASSES} to {MAX_CLASSES:,}.",
        )
    owner: dict[str, int] = {}
    for number, c in sorted(classes.items()):
        for name in (c.name, *c.former) if c.is_born else ():
            if owner.setdefault(name, number) != number:
                raise UsageError(
                    f"two classes would be called {name!r}, now or formerly",
                    hint="Rename one of them first.",
                )
    position = {number: i for i, number in enumerate(placed)}
    return [
        ClassState(
            class_id=number,
            name=c.name,
            position=position.get(number),
            counts_as=_target(classes, number),
            former_names=tuple(c.former),
        )
        for number, c in sorted(classes.items())
    ]


def _target(classes: Mapping[int, _Class], number: int) -> int | None:
    """Return the class of the label set that a class was merged into, over any number of merges."""
    seen = {number}
    while not classes[number].is_placed:
        merged_into = classes[number].merged_into
        if merged_into is None:
            return None
        if merged_into in seen:
            raise UsageError(
                f"class {classes[number].name!r} would be merged into itself",
                hint="Take the other merge back first.",
            )
        seen.add(merged_into)
        number = merged_into
    return number
