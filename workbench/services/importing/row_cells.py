"""The cells of a file as values that can be kept, and what is wrong with those that cannot."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workbench.formats.readers import half_pair

_DOCUMENT = json.JSONEncoder(ensure_ascii=False, allow_nan=False)
"""SQLite reads JSON that has no NaN and no infinity."""

_NOT_KEPT = "a value that cannot be kept"
_CUT = "half a surrogate pair"

_JSON_TYPES = frozenset({str, int, bool, type(None)})
"""What is JSON as it stands."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row cannot be used, and what to do; ``cause`` is why without the row's own values."""

    reason: str
    hint: str
    cause: str


Faults = dict[int, Fault]
"""What is wrong with the rows of a block, by their place in it; the first fault of a row counts."""


def plain_column(name: str, values: list[Any], faults: Faults) -> list[Any]:
    """Turn a column into JSON values; None where a value is missing or cannot be kept."""
    if _JSON_TYPES.issuperset(map(type, values)):
        return values
    plain = []
    for i, value in enumerate(values):
        try:
            plain.append(_plain(value))
        except (ValueError, RecursionError) as error:
            what = "what is nested too deeply" if isinstance(error, RecursionError) else error
            hint = "Write it as text, or leave the column or the cell out."
            faults.setdefault(i, Fault(f"column {name!r} holds {what}", hint, _NOT_KEPT))
            plain.append(None)
    return plain


def _plain(value: Any) -> Any:
    """Turn a cell into a JSON value; a missing one into None.

    Raises
    ------
    ValueError
        If no JSON value stands for it.
    """
    if type(value) in _JSON_TYPES:
        return value
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    if isinstance(value, float):
        if math.isinf(value):
            raise ValueError(f"{value}, which is no number")
        return None if math.isnan(value) else float(value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        raise ValueError("bytes")
    if hasattr(value, "tolist"):  # of NumPy
        return _plain(value.tolist())
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def half_pair_fault(column: str, text: str) -> Fault | None:
    """Return what is wrong where a name or a text holds half a surrogate pair."""
    hint = "The text was cut or encoded wrongly; write it again as UTF-8."
    if half_pair(column):
        return Fault(f"the name of column {column!r} holds half a surrogate pair", hint, _CUT)
    if place := half_pair(text):
        reason = f"column {column!r} holds half a surrogate pair at character {place}"
        return Fault(reason, hint, _CUT)
    return None


def filled_column(
    name: str,
    columns: dict[str, list[Any]],
    default: str | None,
    n: int,
    faults: Faults,
) -> tuple[list[str | None] | None, dict[str, str]]:
    """Take a column of names out, with a default where a row has none.

    Returns the names without spaces around them, and those that had some, each as it is now.
    """
    if name not in columns:
        return None if default is None else [default] * n, {}
    values = ["" if value is None else str(value) for value in columns.pop(name)]
    names = {value: value.strip() for value in set(values)}
    filled = [names[value] or default for value in values]
    cut = {text: half_pair_fault(name, text) for text in set(filled) if text is not None}
    for i, text in enumerate(filled):
        if text is not None and (fault := cut[text]):
            faults.setdefault(i, fault)
    return filled, {value: name for value, name in names.items() if name not in ("", value)}


def metadata_documents(columns: Mapping[str, list[Any]], faults: Faults) -> list[str | None] | None:
    """Return the other columns of each row as JSON."""
    if not columns:
        return None
    names = list(columns)
    documents: list[str | None] = []
    for i, values in enumerate(zip(*columns.values(), strict=True)):
        known = {
            name: value
            for name, value in zip(names, values, strict=True)
            if value is not None and value != ""
        }
        document = _DOCUMENT.encode(known) if known else None
        if document and half_pair(document):
            faults.setdefault(i, _half_pair_in(known))
        documents.append(document)
    return documents


def _half_pair_in(known: Mapping[str, Any]) -> Fault:
    """Find the column of a row that has half a surrogate pair in its name or value."""
    texts = ((n, v if isinstance(v, str) else _DOCUMENT.encode(v)) for n, v in known.items())
    return next(fault for name, text in texts if (fault := half_pair_fault(name, text)))
