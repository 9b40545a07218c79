"""What services return, as a person sees it at a prompt of Python or in a notebook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from itertools import islice
from textwrap import wrap
from typing import Any, Final

_WIDTH: Final = 120
_N_LINES: Final = 2
"""A field takes so many lines at most."""
_N_SHOWN: Final = 3
"""So many members of a list are shown."""
_INNER_WIDTH: Final = 20
"""Of texts within something else."""
_FIGURES: Final = 4


class Result:
    """Base of the frozen dataclasses that services return: its ``repr`` is a few short lines.

    Each field has one or two, long texts and lists are cut, and fields without content stand in the
    last one. The fields themselves hold everything.
    """

    __slots__ = ()

    def __init_subclass__(cls) -> None:
        # On the class itself, or `dataclass` would put its own there.
        cls.__repr__ = _shown  # type: ignore[method-assign]


def _shown(self: Any) -> str:
    names = [field.name for field in fields(self) if field.repr]
    filled = [name for name in names if not _is_empty(getattr(self, name))]
    empty = [name for name in names if name not in filled]
    width = max(map(len, filled), default=0)
    lines = [type(self).__name__]
    for name in filled:
        head, value = f"  {name:<{width}}  ", getattr(self, name)
        if isinstance(value, tuple) and all(isinstance(member, str) for member in value):
            lines += _texts(head, value)
        else:
            lines += _lines(head, _value(value))
    if empty:
        lines += _lines("  without: ", ", ".join(empty))
    return "\n".join(lines)


def _texts(head: str, texts: tuple[str, ...]) -> list[str]:
    """Return the lines of a list of texts: a sentence, such as a warning, has its own."""
    if max(map(len, texts)) <= _INNER_WIDTH:
        return _lines(head, _value(texts))
    lines = []
    for text in texts[:_N_SHOWN]:
        lines += _lines(head, repr(text))
        head = " " * len(head)
    return [*lines, f"{head}… {len(texts) - _N_SHOWN:,} more"] if len(texts) > _N_SHOWN else lines


def _lines(head: str, text: str) -> list[str]:
    return wrap(
        text,
        _WIDTH,
        initial_indent=head,
        subsequent_indent=" " * len(head),
        max_lines=_N_LINES,
        placeholder=" …",
    )


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str | tuple | list | Mapping) and not value)


def _value(value: Any, width: int = _WIDTH) -> str:
    """Return a value in one line."""
    if isinstance(value, str):
        return repr(_cut(str(value), width))
    if isinstance(value, float):
        return f"{value:.{_FIGURES}g}"
    if isinstance(value, Mapping):
        items = (f"{key!r}: {_value(item, _INNER_WIDTH)}" for key, item in value.items())
        return _counted(f"{{{_first(items, len(value))}}}", len(value))
    if isinstance(value, tuple | list):
        members = (_value(member, _INNER_WIDTH) for member in value)
        return _counted(f"[{_first(members, len(value))}]", len(value))
    if is_dataclass(value):
        told = {f.name: getattr(value, f.name) for f in fields(value) if f.repr}
        shown = [
            f"{name}={_value(item, _INNER_WIDTH)}"
            for name, item in told.items()
            if not (_is_empty(item) or (isinstance(item, int | float) and item == 0))
        ]
        return f"{type(value).__name__}({', '.join(shown)})"
    return _cut(" ".join(repr(value).split()), width)


def _first(shown: Iterable[str], n: int) -> str:
    return f"{', '.join(islice(shown, _N_SHOWN))}{', …' * (n > _N_SHOWN)}"


def _counted(shown: str, n: int) -> str:
    return f"{n:,}: {shown}" if n > _N_SHOWN else shown


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
