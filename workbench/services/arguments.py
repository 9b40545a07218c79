"""Arguments, checked where they come in: numbers, seeds, words, who says it, and a note."""

from __future__ import annotations

import math
from operator import index

from workbench.errors import UsageError
from workbench.formats.readers import half_pair
from workbench.services.config import MAX_SEED
from workbench.services.project import Project


def count_of(n: int, asked: str) -> int:
    """Return how many of something are asked for, as an int.

    Parameters
    ----------
    n
        A whole number from 1.
    asked
        What that many are, for the error, with ``{n!r}`` for the number.

    Raises
    ------
    UsageError
        If it is none.
    """
    count = _whole(n)
    if count is None or count < 1:
        raise UsageError(asked.format(n=n), hint="Ask for at least one, in a whole number.")
    return count


def seed_of(project: Project, seed: int | None) -> int:
    """Return a seed, the project's by default.

    Parameters
    ----------
    project
        The project.
    seed
        A whole number that generators take, or None.

    Raises
    ------
    UsageError
        If it is none.
    """
    if seed is None:
        return project.config.seed
    number = _whole(seed)
    if number is None or not 0 <= number <= MAX_SEED:
        raise UsageError(f"seed is {seed!r}", hint=f"It is a whole number from 0 to {MAX_SEED}.")
    return number


def check_seconds(seconds: float | None) -> None:
    """Raise a `UsageError` for a time that no decision takes; None is one that is not known."""
    if seconds is not None and not 0 <= seconds < math.inf:
        raise UsageError(f"seconds is {seconds!r}", hint="A number that is not negative.")


def class_named(project: Project, label: str | int) -> str:
    """Return the name of a class, which may be given by its index.

    Parameters
    ----------
    project
        The project.
    label
        A name, which is not looked up, or an index from 0.

    Raises
    ------
    UsageError
        If it is neither.
    """
    if isinstance(label, str):
        return label
    index_of_class = _whole(label)
    if index_of_class is None or not 0 <= index_of_class < len(project.classes):
        known = ", ".join(f"{i} {name}" for i, name in enumerate(project.classes))
        raise UsageError(f"{label!r} is no class", hint=f"Classes: {known}.")
    return project.classes[index_of_class]


def as_text(value: object, name: str) -> str:
    """Return a text that can be stored.

    Parameters
    ----------
    value
        What was given.
    name
        What it is, for the error.

    Raises
    ------
    UsageError
        If it is no text, or UTF-8 cannot hold it.
    """
    if not isinstance(value, str):
        raise UsageError(f"{name} is text, not {kind_of(value)}", hint="Give a str.")
    if place := half_pair(value):
        raise UsageError(
            f"{name} holds half a surrogate pair at character {place}",
            hint="The text was cut or encoded wrongly; write it again as UTF-8.",
        )
    return value


def kind_of(value: object) -> str:
    """Return what a value is, in a word.

    Parameters
    ----------
    value
        What was given.
    """
    return "None" if value is None else type(value).__name__


def check_word(name: str, value: object) -> None:
    """Raise unless an argument is left out, or text that is not empty.

    Parameters
    ----------
    name
        What the argument is called.
    value
        What was given.

    Raises
    ------
    UsageError
        If it is something else.
    """
    if value is not None and not as_text(value, name).strip():
        raise UsageError(f"{name} is empty", hint="Name one, or leave it out.")


def _whole(value: int) -> int | None:
    """Return a whole number, NumPy's too, as an int; None for anything else, True and False too."""
    if isinstance(value, bool):
        return None
    try:
        return index(value)
    except TypeError:
        return None


def check_annotator(name: str) -> str:
    """Return an annotator's name, trimmed.

    Raises
    ------
    UsageError
        If it is no text, empty, long, or holds control characters.
    """
    trimmed = as_text(name, "an annotator's name").strip()
    if not trimmed or not trimmed.isprintable() or len(trimmed) > 100:
        raise UsageError(
            f"annotator {name[:40]!r}", hint="A name has 1 to 100 printable characters."
        )
    return trimmed


def check_note(note: str | None) -> str | None:
    """Return what is noted with a decision.

    Raises
    ------
    UsageError
        If it is no text that can be stored.
    """
    return None if note is None else as_text(note, "a note")
