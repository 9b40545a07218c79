"""What services return, as it is shown at a prompt or in a notebook."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Any

from workbench.result import Result


@dataclass(frozen=True, slots=True)
class Row:
    uid: str
    n: int = 0
    text: str = ""
    inner: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found(Result):
    n_rows: int
    rate: float
    rows: tuple[Row, ...] = ()
    by_class: dict[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    note: str | None = None
    hidden: str = field(default="secret", repr=False)


ROW = Row("r1", 2, "a long text " * 20, ("x",))


def test_a_result_is_a_line_for_each_field_with_content() -> None:
    assert repr(Found(3, 0.123456, (ROW,), {"ham": 2})) == (
        "Found\n"
        "  n_rows    3\n"
        "  rate      0.1235\n"
        "  rows      [Row(uid='r1', n=2, text='a long text a long …', inner=['x'])]\n"
        "  by_class  {'ham': 2}\n"
        "  without: warnings, note"
    )


def test_long_lists_and_texts_are_cut() -> None:
    found = Found(1, 1.0, (ROW,) * 5_000, {f"class {i}": i for i in range(200)}, note="word " * 999)
    lines = repr(found).splitlines()
    assert max(map(len, lines)) <= 120
    assert len(lines) <= 10
    assert "5,000: [Row(" in repr(found)
    assert "200: {'class 0': 0, 'class 1': 1, 'class 2': 2, …}" in repr(found)


def test_each_warning_has_a_line() -> None:
    warnings = tuple(f"{i} is a warning that needs its room" for i in range(5))
    shown = repr(Found(1, 1.0, warnings=warnings))
    assert all(repr(warning) in shown for warning in warnings[:3])
    assert "… 2 more" in shown
    assert "\x1b" not in repr(Found(1, 1.0, warnings=("\x1b[31m red as blood and long",)))


def test_a_result_is_a_dataclass_like_others() -> None:
    found: Any = Found(1, 0.5)
    assert replace(found, n_rows=2) == Found(2, 0.5)
    assert [f.name for f in fields(found)][:2] == ["n_rows", "rate"]
    assert not hasattr(found, "__dict__")
