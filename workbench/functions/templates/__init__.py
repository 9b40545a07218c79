"""Labeling functions from parameters alone, each searched block by block."""

from __future__ import annotations

from workbench.functions.templates.base import Found, Rule, Template, Vote, make_template
from workbench.functions.templates.external import external
from workbench.functions.templates.fuzzy import fuzzy
from workbench.functions.templates.patterns import regex
from workbench.functions.templates.prepared import annotator, classifier, neighbours
from workbench.functions.templates.terms import dictionary, keywords
from workbench.functions.templates.values import length, metadata

__all__ = [
    "Found",
    "Rule",
    "Template",
    "Vote",
    "annotator",
    "classifier",
    "dictionary",
    "external",
    "fuzzy",
    "keywords",
    "length",
    "make_template",
    "metadata",
    "neighbours",
    "regex",
]
