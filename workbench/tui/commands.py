"""The commands of the workbench that the command line of the interface runs as jobs."""

from __future__ import annotations

import shlex
from typing import Final

from workbench.errors import UsageError

COMMANDS: Final = {
    "import": "Bring rows in: FILE --role train",
    "import-votes": "Take votes that were made elsewhere: FILE",
    "lf": "Labeling functions: new NAME, test, suggest",
    "apply": "Apply the labeling functions: --only NAME",
    "aggregate": "Turn the votes into labels: --model NAME",
    "train": "Train the end model",
    "propose": "Choose the rows to annotate next: -n 50 --strategy NAME",
    "agreement": "Measure how far annotators agree",
    "audit": "Find suspects: --by COLUMN",
    "diagnose": "Measure the failures of the data",
    "relabel": "Correct many labels in one act",
    "class": "Change the classes: add, rename, merge, split",
    "guideline": "Write and compare the guidelines",
    "snapshot": "Name a state of all labels: NAME",
    "export": "Write the labels: FILE --format NAME",
    "verify": "Prove that the database is whole",
    "backup": "Copy the database: FILE",
}
"""What runs without a person; the rest is a view of its own, or cannot be undone and stays in
the shell."""

PLACES: Final = {
    "annotate": "annotate",
    "review": "audit",
    "tui": "audit",
    "status": "start",
    "why": "provenance",
    "log": "provenance",
    "show": "provenance",
    "diff": "provenance",
}
"""The view that does what a command of the shell does."""


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
    return words
