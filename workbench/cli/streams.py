"""What is printed where the encoding of the terminal, or of a pipe, lacks a character."""

from __future__ import annotations

import codecs
import io
import sys
from typing import Final

_HANDLER: Final = "workbench.spell_out"

_SPELT: Final = {"…": "...", "→": "->", "—": "-", "–": "-", "●": "*", "─": "-", "│": "|"} | {
    "┤": "|",
    "└": "`",
}
"""What we write ourselves; of texts and names each character stays to be told."""


def never_fail_to_print() -> None:
    r"""Let stdout and stderr spell out what their encoding lacks: ``…`` as ``...``, ``ü`` ``\xfc``.

    A terminal of another encoding shows less, but no command fails for it.
    """
    codecs.register_error(_HANDLER, _spell_out)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_HANDLER)


def _spell_out(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    there = error.object[error.start : error.end]
    spelt = "".join(
        _SPELT.get(one) or one.encode("ascii", "backslashreplace").decode() for one in there
    )
    return spelt, error.end
