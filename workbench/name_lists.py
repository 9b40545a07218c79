"""Lists of names in one text, as options take them: commas part, double quotes keep together."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from workbench.errors import UsageError

_QUOTED: Final = re.compile(r'"((?:[^"]|"")*)"')
_PART: Final = re.compile(r'(?:^|,)((?:\s*"(?:[^"]|"")*")?[^,]*)')


def parts_of(text: str) -> list[str]:
    """Return the parts of a text between its commas, but for those within quotes, trimmed.

    Parameters
    ----------
    text
        As one row of a CSV file: ``ham,"spam, paid"``.

    Returns
    -------
    list of str
        As they are written, for `unquoted`.
    """
    return [part.strip() for part in _PART.findall(text)]


def unquoted(part: str) -> str:
    """Return the name that a part of a list means.

    Parameters
    ----------
    part
        A name, or one in double quotes, in which two of them mean one. Quotes that do not begin a
        name stand for themselves.

    Raises
    ------
    UsageError
        If a quote begins it and none ends it.
    """
    if not part.startswith('"'):
        return part
    found = _QUOTED.fullmatch(part)
    if found is None:
        raise UsageError(
            f"the quotes of {part} do not enclose a name",
            hint='A name with a comma is written "a,b"; in it, double those that are part of it.',
        )
    return found[1].replace('""', '"')


def quoted(name: str) -> str:
    """Return a name as a list has it, in quotes where it would not be read as one without."""
    return '"' + name.replace('"', '""') + '"' if "," in name or name.startswith('"') else name


def quoted_list(names: Iterable[str]) -> str:
    """Return names as one list, from which `parts_of` and `unquoted` take them again."""
    return ", ".join(map(quoted, names))
