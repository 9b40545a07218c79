"""The names of the classes from a file: a list, or the labels of a table."""

from __future__ import annotations

from pathlib import Path

from workbench.errors import DataError
from workbench.formats.readers import FORMATS, cell_text, check_readable, read_blocks
from workbench.formats.text_files import SAY_ENCODING, codec_of, encoding_error
from workbench.services.importing.named_columns import check_column


def classes_in(
    path: Path, *, label_column: str, encoding: str = "utf-8", delimiter: str | None = None
) -> list[str]:
    """Return the names of the classes that a file holds.

    Parameters
    ----------
    path
        A text file with a name in each line, whose order stays; or a table, by its ending: the
        labels that occur in it, by the alphabet.
    label_column
        Of a table.
    encoding, delimiter
        See `workbench.formats.readers.read_blocks`; a list has no delimiter.

    Raises
    ------
    DataError
        If the file cannot be read, or is a table without the column or without a label.
    UsageError
        If the encoding is not known, or the delimiter is none.
    """
    check_readable(path)
    # A packed table is one, too.
    if not {suffix.lower() for suffix in path.suffixes[-2:]} & FORMATS.keys():
        return _lines(path, codec_of(encoding))
    found: set[str] = set()
    for block in read_blocks(path, encoding=encoding, delimiter=delimiter):
        if block.first == 1:
            label_column = check_column(
                block.columns, label_column, "--label-column", place=str(path)
            )
        found |= {cell_text(value) for value in block.columns.get(label_column, ())}
    found.discard("")
    if not found:
        raise DataError(f"no row has a label in {label_column!r}", place=str(path), hint=_HINT)
    return sorted(found, key=lambda name: (name.casefold(), name))


_HINT = "Name the classes: one a line in a text file, or --classes ham,spam"


def _lines(path: Path, codec: str) -> list[str]:
    try:
        text = path.read_text(encoding=codec)
    except UnicodeError as error:
        raise encoding_error(path, codec, SAY_ENCODING) from error
    names = [line.strip() for line in text.splitlines() if line.strip()]
    if not names:
        raise DataError("the list of classes is empty", place=str(path), hint=_HINT)
    return names
