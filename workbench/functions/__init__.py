"""Labeling functions: write, find, load, version, isolate and run them.

Names are loaded when they are first used: a worker starts for each trial of a function, and a
person waits for it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.functions.block import Block, Columns
    from workbench.functions.decorator import LabelingFunction, labeling_function
    from workbench.functions.record import Record
    from workbench.functions.templates.base import ColumnRule, Found, Rule, Template, make_template
    from workbench.functions.templates.external import external
    from workbench.functions.templates.fuzzy import fuzzy
    from workbench.functions.templates.patterns import regex
    from workbench.functions.templates.prepared import annotator, classifier, neighbours
    from workbench.functions.templates.terms import dictionary, keywords
    from workbench.functions.templates.values import length, metadata
    from workbench.types import ABSTAIN

__all__ = [
    "ABSTAIN",
    "Block",
    "ColumnRule",
    "Columns",
    "Found",
    "LabelingFunction",
    "Record",
    "Rule",
    "Template",
    "annotator",
    "classifier",
    "dictionary",
    "external",
    "fuzzy",
    "keywords",
    "labeling_function",
    "length",
    "make_template",
    "metadata",
    "neighbours",
    "regex",
]

_HOME = {
    "ABSTAIN": "workbench.types",
    "Block": "workbench.functions.block",
    "ColumnRule": "workbench.functions.templates.base",
    "Columns": "workbench.functions.block",
    "Found": "workbench.functions.templates.base",
    "LabelingFunction": "workbench.functions.decorator",
    "Record": "workbench.functions.record",
    "Rule": "workbench.functions.templates.base",
    "Template": "workbench.functions.templates.base",
    "annotator": "workbench.functions.templates.prepared",
    "classifier": "workbench.functions.templates.prepared",
    "dictionary": "workbench.functions.templates.terms",
    "external": "workbench.functions.templates.external",
    "fuzzy": "workbench.functions.templates.fuzzy",
    "keywords": "workbench.functions.templates.terms",
    "labeling_function": "workbench.functions.decorator",
    "length": "workbench.functions.templates.values",
    "make_template": "workbench.functions.templates.base",
    "metadata": "workbench.functions.templates.values",
    "neighbours": "workbench.functions.templates.prepared",
    "regex": "workbench.functions.templates.patterns",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'workbench.functions' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
