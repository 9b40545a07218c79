"""What the prompts of ``annotate`` and ``review`` share: a row, and the keys that answer it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import click

from workbench.safe_text import safe

if TYPE_CHECKING:
    from workbench.services.browse import ExampleView
    from workbench.services.project import Project

SHOWN: Final = 2_000
"""Characters of a text that a prompt shows."""

HELP: Final = "?"
"""The command that tells the keys once more, as it does in the terminal interface."""

_COLON: Final = ":"


def tell(text: str) -> None:
    """Print a line beside the answers, on stderr; control characters in it become visible."""
    click.echo(safe(text, keep_lines=True), err=True)


def ask(question: str) -> None:
    """Print what an answer is typed behind, on stderr."""
    click.echo(question, nl=False, err=True)


def show_row(view: ExampleView, place: str, reason: str) -> None:
    """Show a row that waits for an answer: where it stands, why it is asked, text and votes.

    Parameters
    ----------
    view
        The row.
    place
        Its place in the queue.
    reason
        Why it is asked.
    """
    text = view.example.text
    more = f" … {len(text) - SHOWN:,} more characters" if len(text) > SHOWN else ""
    tell(f"\n[{place}] {safe(view.example.uid)}  {safe(reason)}")
    tell(f"  {safe(text[:SHOWN])}{more}")
    votes = [f"{vote.lf}: {vote.vote}" for vote in view.votes if vote.vote]
    if votes:
        tell(f"  votes  {safe(', '.join(votes))}")


def command_of(answer: str, names: Collection[str]) -> str:
    """Return the letter of the command that an answer gives; empty where it names a class.

    Parameters
    ----------
    answer
        What was typed; behind a colon it is a command, whatever the classes are called.
    names
        Of the classes.
    """
    return "" if answer in names else answer.lstrip(_COLON)


def command_keys(letters: str, names: Collection[str]) -> dict[str, str]:
    """Return what is to be typed for each of some commands, which `command_of` reads.

    Parameters
    ----------
    letters
        Of the commands.
    names
        Of the classes, which go first.

    Returns
    -------
    dict
        For each letter itself; behind a colon where a class is called so.

    Examples
    --------
    >>> command_keys("fq", ["f", "ham"])
    {'f': ':f', 'q': 'q'}
    """
    return {letter: _behind_colons(letter, names) for letter in letters}


def _behind_colons(letter: str, names: Collection[str]) -> str:
    while letter in names:
        letter = _COLON + letter
    return letter


def class_of_name(project: Project, name: str) -> str:
    """Return a class that was named, or the only one whose name begins so, which is told.

    Parameters
    ----------
    project
        The project.
    name
        What was typed; where it is no class, it is returned.

    Raises
    ------
    UsageError
        If several classes begin so.
    """
    from workbench.services.class_hints import class_begun

    label_set = project.label_set
    if name in label_set.number_of_name or label_set.alike(name) is not None:
        return name
    begun = class_begun(project.classes, name)
    if begun is not None:
        tell(f"  {begun}")
    return name if begun is None else begun


def number_keys(names: Sequence[str]) -> dict[str, str]:
    """Return the classes by their numbers from 1 on, without the numbers that are names of others.

    Parameters
    ----------
    names
        Of the classes.
    """
    numbered = ((str(i), name) for i, name in enumerate(names, start=1))
    return {key: name for key, name in numbered if key == name or key not in names}


def classes_line(names: Sequence[str], numbers: Mapping[str, str]) -> str:
    """Return classes with their numbers, as ``1=ham  2=spam``; one without a number as its name.

    Parameters
    ----------
    names
        Of the classes.
    numbers
        As of `number_keys`.
    """
    keys = {name: f"{key}=" for key, name in numbers.items()}
    return "  ".join(f"{keys.get(name, '')}{name}" for name in names)
