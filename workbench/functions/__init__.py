"""Labeling functions: write, find, load, version, isolate and run them."""

from __future__ import annotations

from workbench.functions.decorator import LabelingFunction, labeling_function
from workbench.functions.record import Record
from workbench.functions.templates import Template, keywords, regex
from workbench.types import ABSTAIN

__all__ = [
    "ABSTAIN",
    "LabelingFunction",
    "Record",
    "Template",
    "keywords",
    "labeling_function",
    "regex",
]
