"""Building HTML as a tree, so that it is well-formed and every text is escaped."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Final
from xml.etree.ElementTree import Element, tostring

from workbench.safe_text import safe

Child = Element | str

_LESS: Final = "\ufffa"
"""Stands for ``<`` in an attribute until the page is written: ElementTree would leave it there.

A browser takes no harm from it, but whoever looks for tags with ``grep`` would find some. No safe
text holds this character.
"""

Cell = str | tuple[Child, float | str | None]
"""What a table cell shows, and what it is sorted by: a text by itself; None sorts last."""


def element(tag: str, *children: Child, **attributes: str) -> Element:
    """Return an element; control characters in texts become visible.

    Parameters
    ----------
    tag
        Its name.
    children
        Elements and texts in order.
    attributes
        Its attributes; ``class_`` stands for ``class``, and ``_`` within a name for ``-``.
    """
    made = Element(tag, {_name(key): _attribute(value) for key, value in attributes.items()})
    for child in children:
        if isinstance(child, Element):
            made.append(child)
        elif len(made):
            made[-1].tail = (made[-1].tail or "") + safe(child, keep_lines=True)
        else:
            made.text = (made.text or "") + safe(child, keep_lines=True)
    return made


def table(
    columns: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    *,
    caption: str,
    starts: Container[int] = (),
) -> Element:
    """Return a table whose headings sort it.

    Parameters
    ----------
    columns
        Headings; one that begins with ``>`` is aligned to the right.
    rows
        Cells.
    caption
        What the table shows.
    starts
        The places of the rows that begin a group: a line parts them from the rows above, for as
        long as the table is not sorted.
    """
    kinds = ["number" if column.startswith(">") else "text" for column in columns]
    headings = [
        element(
            "th", element("button", column.lstrip(">"), type="button"), scope="col", class_=kind
        )
        for column, kind in zip(columns, kinds, strict=True)
    ]
    body = element("tbody")
    for place, row in enumerate(rows):
        line = element("tr", **({"class_": "starts"} if place in starts else {}))
        for cell, kind in zip(row, kinds, strict=True):
            shown, key = (cell, cell) if isinstance(cell, str) else cell
            drawn = element("td", shown, class_=kind)
            drawn.set("data-key", "" if key is None else _attribute(str(key)))
            line.append(drawn)
        body.append(line)
    made = element("table", element("thead", element("tr", *headings)), body)
    made.set("aria-label", _attribute(caption))
    # A caption of the table's own would scroll out of sight with it on a phone.
    return element(
        "div", element("p", caption, class_="soft"), element("div", made, class_="scroll")
    )


def raw(tag: str, content: str) -> Element:
    """Return a ``style`` or ``script`` element, whose content is ours and stands as it is."""
    made = Element(tag)
    made.text = content
    return made


def to_html(root: Element) -> str:
    """Return a document."""
    page = tostring(root, encoding="unicode", method="html").replace(_LESS, "&lt;")
    return f"<!DOCTYPE html>\n{page}\n"


def _attribute(value: str) -> str:
    return safe(value).replace("<", _LESS)


def _name(key: str) -> str:
    return key.rstrip("_").replace("_", "-")
