"""The commands of the workbench that the command line of the interface runs as jobs."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from typing import Final

from workbench.errors import UsageError

COMMANDS: Final = {
    "import": "Bring rows in: FILE --role train",
    "import-votes": "Take votes that were made elsewhere: FILE",
    "lf": "Labeling functions: list, rows, suggest, test, new",
    "lf list": "List the functions with coverage, conflicts and accuracy",
    "lf rows": "Show rows that a function got wrong, missed …: NAME --which wrong",
    "lf suggest": "Suggest functions from labelled rows",
    "lf test": "Try a function on a sample: NAME",
    "lf new": "Write a starter script: NAME",
    "apply": "Apply the labeling functions: --only NAME",
    "aggregate": "Turn the votes into labels: --model NAME",
    "train": "Train the end model",
    "propose": "Choose the rows to annotate next: -n 50 --strategy NAME",
    "agreement": "Measure how far annotators agree",
    "audit": "Find suspects: --by COLUMN",
    "diagnose": "Measure the failures of the data",
    "relabel": "Correct many labels in one act",
    "class": "The classes: list, add, rename, merge, split, retire",
    "class list": "List the classes, those that are gone too",
    "class add": "Add classes at the end: NAME",
    "class rename": "Call a class by another name: OLD NEW",
    "class merge": "Let classes count as one from now on: NAME… --into CLASS",
    "class split": "Replace a class by two or more: NAME PART…",
    "class retire": "Take a class out of the label set: NAME",
    "guideline": "The guidelines: show, log, diff, edit",
    "guideline show": "Read the guidelines in force, or a VERSION of them",
    "guideline log": "List the versions, and the decisions under each",
    "guideline diff": "Compare two versions: OLD NEW",
    "guideline edit": "Take a Markdown file as the next version: --from FILE",
    "snapshot": "Name a state of all labels: NAME",
    "export": "Write the labels: FILE --format NAME",
    "verify": "Prove that the database is whole",
    "backup": "Copy the database: FILE",
}
"""What runs without a person; the rest is a view of its own, or cannot be undone and stays in
the shell. Of a group, only the commands that are named with it."""

READS: Final = frozenset(
    {
        "lf list",
        "lf rows",
        "lf suggest",
        "lf test",
        "class list",
        "guideline show",
        "guideline log",
        "guideline diff",
        "agreement",
        "verify",
    }
)
"""What is run to be read: it is shown as a shell would print it."""

_DECIDING: Final = frozenset(
    {
        "relabel",
        "class add",
        "class rename",
        "class merge",
        "class split",
        "class retire",
        "guideline edit",
    }
)
"""What somebody decides: it is recorded under the name of who sits here."""

ACTS: Final = frozenset(name.split()[0] for name in _DECIDING)
"""The commands that can be undone; those of them that are run to be read are only shown."""

_HELP: Final = ("--help", "-h")

PLACES: Final = {
    "annotate": "annotate",
    "review": "audit",
    "export": "export",
    "tui": "audit",
    "status": "start",
    "why": "provenance",
    "log": "provenance",
    "show": "provenance",
    "diff": "provenance",
}
"""The view that does what a command of the shell does."""


BLANK: Final = re.compile(r"\b[A-Z]{2,}\b")
"""A word of a command that is for the person to fill in: ``FILE``, ``NAME``."""


def members(group: str) -> dict[str, str]:
    """Return the commands of a group, and what each does; none where it is no group."""
    return {name: text for name, text in COMMANDS.items() if name.startswith(f"{group} ")}


def is_read(words: Sequence[str]) -> bool:
    """Tell whether a command is run for what it prints."""
    return not READS.isdisjoint((words[0], " ".join(words[:2]))) or not set(_HELP).isdisjoint(words)


def signed(words: Sequence[str], annotator: str) -> list[str]:
    """Return the words of a command, with the name of who decides where it takes one."""
    for n in (1, 2):
        takes_name = " ".join(words[:n]) in _DECIDING
        if takes_name and not any(word.startswith("--annotator") for word in words):
            return [*words[:n], f"--annotator={annotator}", *words[n:]]
    return list(words)


def option(words: Sequence[str], name: str) -> str | None:
    """Return the value of an option among the words of a command; None where it is not there."""
    for i, word in enumerate(words):
        option_name, is_joined, value = word.partition("=")
        if option_name == name:
            return value if is_joined else next(iter(words[i + 1 : i + 2]), None)
    return None


def parse(line: str) -> list[str]:
    """Return the words of a command that can run as a job.

    Parameters
    ----------
    line
        As typed, with or without ``workbench`` in front.

    Raises
    ------
    UsageError
        If it is no such command, or a quotation is not closed.
    """
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise UsageError(f"{line}: {error}", hint="Close the quotation.") from error
    if words[:1] == ["workbench"]:
        del words[0]
    if not words or words[0] not in COMMANDS:
        what = words[0] if words else ""
        raise UsageError(f"no command {what!r} here", hint="Press : and choose, or use a shell.")
    parts = members(words[0])
    if parts and " ".join(words[:2]) not in parts and not is_read(words):
        known = ", ".join(name.split()[1] for name in parts)
        what = " ".join(words[:2])
        raise UsageError(f"no command {what!r} here", hint=f"{words[0]}: {known}")
    if words[:2] == ["guideline", "edit"] and not any(w.startswith("--from") for w in words):
        raise UsageError(
            "guideline edit opens an editor of its own",
            hint="Type :guideline edit --from FILE, or use a shell.",
        )
    return words
