"""Labeling functions: write, find, load, version, isolate and run them."""

from __future__ import annotations

from workbench.functions.block import Block, Columns
from workbench.functions.decorator import LabelingFunction, labeling_function
from workbench.functions.record import Record
from workbench.functions.templates import Found, Rule, Template, keywords, make_template, regex
from workbench.types import ABSTAIN

__all__ = [
    "ABSTAIN",
    "Block",
    "Columns",
    "Found",
    "LabelingFunction",
    "Record",
    "Rule",
    "Template",
    "keywords",
    "labeling_function",
    "make_template",
    "regex",
]
