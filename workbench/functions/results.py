"""What comes out of loading and of running labeling functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from workbench.functions.needs import Need

if TYPE_CHECKING:  # workers start without numpy
    import numpy as np
    from numpy.typing import NDArray

    Votes = NDArray[np.signedinteger[Any]]
    """(n,) int8, or int16 when there are more than 127 classes; -1 is abstain."""


@dataclass(frozen=True, slots=True)
class LFInfo:
    """A labeling function that was found in a script.

    Parameters
    ----------
    name
        Its name, unique in the folder.
    file
        The script, relative to the folder.
    line
        Where it is defined.
    kind
        ``"python"``, ``"snorkel"``, or the name of a template.
    version
        Hash of all that its votes depend on, in hexadecimal.
    code
        The same without the content of files that its code names, and may write.
    source
        What a person reads: the helpers and constants it uses, then itself.
    tags
        Words to group labeling functions by.
    columns
        The columns that it reads; None: any.
    need
        What a project has to prepare for it; its votes then depend on that too.
    note
        How it is run, where a person should know.
    named_files
        The files that it names, and the places where it looks for files: paths from the project's
        folder on, or absolute ones.
    votes_file
        The file that gives its votes by uid, and the column of the uids; None: it has none.
    """

    name: str
    file: str
    line: int
    kind: str
    version: str
    code: str
    source: str
    tags: tuple[str, ...] = ()
    columns: tuple[str, ...] | None = None
    need: Need | None = None
    note: str | None = None
    named_files: tuple[str, ...] = ()
    votes_file: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class ScriptError:
    """Why a script, or a labeling function in it, was left out.

    Parameters
    ----------
    file
        The script, or the helper of it that failed, relative to the folder.
    line
        The line of the file, where known.
    message
        What happened.
    hint
        What to do about it, where known.
    column
        Where in the line, from 1, where known.
    script
        The script that was loaded, where ``file`` is another that it uses.
    """

    file: str
    line: int | None
    message: str
    hint: str | None = None
    column: int | None = None
    script: str | None = None


@dataclass(frozen=True, slots=True)
class LoadedFunctions:
    """The labeling functions of a folder, and what was wrong with the rest.

    ``notes`` are about scripts that do more than define functions; nothing was left out for them.
    """

    infos: tuple[LFInfo, ...]
    errors: tuple[ScriptError, ...]
    notes: tuple[ScriptError, ...] = ()


@dataclass(frozen=True, slots=True)
class RowError:
    """A labeling function failed on a row, which therefore abstains.

    Parameters
    ----------
    row
        Row in the block, from 0.
    uid
        The example.
    type
        Name of the exception; ``"VoteError"`` for a return value that is no vote, ``"Timeout"``,
        ``"Crash (signal 11)"`` or ``"Exit (code 3)"``.
    message
        What happened and, where known, the remedy.
    line
        The line of the user's file, where known.
    traceback
        The user's part of the traceback; may be empty.
    """

    row: int
    uid: str
    type: str
    message: str
    line: int | None = None
    traceback: str = ""


@dataclass(frozen=True, slots=True)
class BlockResult:
    """The votes on one block.

    Parameters
    ----------
    start
        Id of the first row.
    n
        Number of rows.
    votes
        By labeling function: (n,) votes.
    errors
        By labeling function: those that are kept (`rows_to_keep`), in row order.
    n_errors
        By labeling function: the number of failed rows.
    seconds
        By labeling function: the time its calls took.
    output
        By labeling function that printed: the end of what it printed.
    quarantined
        By labeling function in quarantine: why. A function that keeps killing its worker, or
        outlasts the block limit, abstains on all later rows of the run.
    row_by_row
        By labeling function that takes whole blocks and was called row by row instead: why.
    """

    start: int
    n: int
    votes: Mapping[str, Votes]
    errors: Mapping[str, tuple[RowError, ...]]
    n_errors: Mapping[str, int]
    seconds: Mapping[str, float]
    output: Mapping[str, str] = field(default_factory=dict)
    quarantined: Mapping[str, str] = field(default_factory=dict)
    row_by_row: Mapping[str, str] = field(default_factory=dict)


def rows_to_keep(types: Mapping[int, str], n: int) -> set[int]:
    """Return the rows whose errors are kept: the first of each type, and then the first of all.

    Parameters
    ----------
    types
        The type of error on each failed row.
    n
        How many to keep.
    """
    if len(types) <= n:
        return set(types)
    rows = sorted(types)
    firsts = {types[row]: row for row in reversed(rows)}.values()
    return set(list(dict.fromkeys([*sorted(firsts), *rows]))[:n])
