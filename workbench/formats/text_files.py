"""Text files before they are read: their encoding, their packing and their delimiter."""

from __future__ import annotations

import gzip
import io
import zlib
from pathlib import Path
from typing import BinaryIO, cast

from workbench.delimiters import SAMPLE, as_delimiter, delimiter_in
from workbench.errors import DataError, UsageError


def codec_of(encoding: str | None) -> str:
    """Return the name of an encoding that passes over a byte-order mark; None is UTF-8.

    Raises
    ------
    UsageError
        If there is no such encoding.
    """
    encoding = encoding or "utf-8"
    try:
        "".encode(encoding)
    except (LookupError, ValueError) as error:  # "undefined" is one that refuses every text
        raise UsageError(
            f"there is no encoding {encoding!r}",
            hint="Common ones: utf-8, latin-1, cp1252, utf-16.",
        ) from error
    if encoding.lower().replace("_", "-") in ("utf-8", "utf8"):
        return "utf-8-sig"
    return encoding


def delimiter_of(path: Path, usual: str, codec: str, said: str | None) -> str:
    """Return the delimiter of a file.

    Parameters
    ----------
    path
        The file; where it cannot be read the usual one is returned.
    usual
        What a file of its name has; empty for none.
    codec
        What `codec_of` returns.
    said
        What the user says; None leaves it to the first rows of the file.

    Raises
    ------
    UsageError
        If what the user says is no delimiter.
    """
    if said is not None:
        said = as_delimiter(said)
    if not usual or said is not None:
        return usual and (said or "")
    try:
        with io.TextIOWrapper(open_binary(path), encoding=codec, newline="") as text:
            sample = text.read(SAMPLE)
    except (OSError, EOFError, zlib.error, UnicodeError):  # whoever reads it whole says more
        return usual
    return delimiter_in(sample, usual, is_whole=len(sample) < SAMPLE)


def open_binary(path: Path) -> BinaryIO:
    """Open a file, which is unpacked if it is gzipped."""
    if path.suffix.lower() == ".gz":
        return cast(BinaryIO, gzip.open(path, "rb"))
    return path.open("rb")


SAVE_AS_UTF8 = "Save the file as UTF-8."
SAY_ENCODING = "Save the file as UTF-8, or say what it is: --encoding latin-1, cp1252, utf-16 …"


def encoding_error(path: Path, encoding: str, hint: str) -> DataError:
    """Find the first line that does not decode; the stream's own error knows only its buffer."""
    name = encoding.removesuffix("-sig")
    with open_binary(path) as binary:
        for number, line in enumerate(binary, start=1):
            try:
                line.decode(name)
            except UnicodeDecodeError as error:
                column = error.start + 1
                return DataError(
                    f"byte {column} of the line (0x{line[error.start]:02x}) is not {name}",
                    place=f"{path}:{number}",
                    hint=hint,
                )
            except UnicodeError:
                break
    return DataError(f"the file is not {name}", place=str(path), hint=hint)
