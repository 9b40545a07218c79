"""Arguments of the Python API that the command line has checked already: numbers, seeds, words."""

from __future__ import annotations

from operator import index

from workbench.errors import UsageError
from workbench.services.config import MAX_SEED
from workbench.services.project import Project


def count_of(n: int) -> int:
    """Return how many rows are asked for, as an int.

    Parameters
    ----------
    n
        A whole number from 1.

    Raises
    ------
    UsageError
        If it is none.
    """
    count = _whole(n)
    if count is None or count < 1:
        raise UsageError(f"a batch of {n!r} rows", hint="Ask for at least one, in a whole number.")
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
    if value is not None and not isinstance(value, str):
        raise UsageError(f"{name} is {value!r}, not text", hint=f"Put it in quotes: '{value}'.")
    if value is not None and not value.strip():
        raise UsageError(f"{name} is empty", hint="Name one, or leave it out.")


def _whole(value: int) -> int | None:
    """Return a whole number, NumPy's too, as an int; None for anything else, True and False too."""
    if isinstance(value, bool):
        return None
    try:
        return index(value)
    except TypeError:
        return None
