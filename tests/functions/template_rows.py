"""What a template votes on."""

from __future__ import annotations

import pyarrow.compute  # noqa: F401  from here on blocks are searched with it

from workbench.functions import Block, Record, Template


def record(text: object, **columns: object) -> Record:
    return Record(uid="1", text=text, role="train", **columns)


def rows_of(template: Template, texts: list[object], column: str = "text") -> list[int]:
    """The rows of a block that a template votes on."""
    return sorted(template.rule.find(Block(len(texts), {column: texts})).rows)
