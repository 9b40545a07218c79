"""Which character stands between the columns of a CSV file, by a user or by its first rows."""

from __future__ import annotations

import csv
import io
import re
from itertools import islice
from typing import Final

from workbench.errors import UsageError

DELIMITER_NAMES: Final = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
"""The delimiters that are looked for, and what they are called."""

SAMPLE: Final = 65_536
"""So many characters at the beginning of a file tell its delimiter."""

_N_ROWS: Final = 200

_NAMED: Final = re.compile(r"sep=([^\"\r\n])[\r\n]")
"""The first line that some spreadsheets write for each other."""

_LEAST_FIT: Final = 0.5
"""At least so many rows must be as wide as the header for another delimiter than the usual one."""


def delimiter_in(sample: str, usual: str, *, is_whole: bool) -> str:
    """Return the delimiter of a CSV file.

    Another than the usual one is taken where the header has one column by the usual one and several
    by the other; or where the rows do not fit the header by the usual one and all do by the other.

    Parameters
    ----------
    sample
        The beginning of the file.
    usual
        What a file of its name has.
    is_whole
        Whether the sample is the whole file; otherwise its last row may be cut.

    Returns
    -------
    str
        One of `DELIMITER_NAMES`; the usual one where no other is clearly right.
    """
    if named := _NAMED.match(sample):
        return named[1]
    width, fit = _shape(sample, usual, is_whole)
    needed = _LEAST_FIT if width == 1 else 1.0
    others = []
    for delimiter in DELIMITER_NAMES:
        other_width, other_fit = _shape(sample, delimiter, is_whole)
        if delimiter != usual and other_width > 1 and other_fit >= needed:
            others.append((other_fit, other_width, delimiter))
    return usual if not others or (width > 1 and fit == 1.0) else max(others)[-1]


def _shape(sample: str, delimiter: str, is_whole: bool) -> tuple[int, float]:
    """Return the columns of the header, and the share of the rows below that are as wide."""
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    widths = [len(row) for row in islice(reader, _N_ROWS + 1) if row]
    if widths and not is_whole and len(widths) <= _N_ROWS:
        widths.pop()
    if not widths:
        return 0, 0.0
    header, *below = widths
    return header, sum(width == header for width in below) / len(below) if below else 1.0


def as_delimiter(said: str) -> str:
    r"""Return the delimiter that a user means: a character, ``\t``, or what it is called.

    Raises
    ------
    UsageError
        If it is none.
    """
    by_name = {name: delimiter for delimiter, name in DELIMITER_NAMES.items()}
    meant = by_name.get(said.strip().lower(), "\t" if said == "\\t" else said)
    if len(meant) != 1 or meant in '"\r\n':
        raise UsageError(
            f"{said[:20]!r} is no delimiter",
            hint=f"One character, or its name: {', '.join(by_name)}.",
        )
    return meant


def delimiter_name(delimiter: str) -> str:
    """Return what a delimiter is called."""
    return DELIMITER_NAMES.get(delimiter, repr(delimiter))
