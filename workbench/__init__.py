"""Workbench: weak supervision, active learning and label audits for text, in the terminal.

>>> import workbench as wb
>>> wb.ABSTAIN
-1

Names are loaded when they are first used, so that ``import workbench`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from workbench.version import __version__

if TYPE_CHECKING:
    from workbench.api import Project
    from workbench.api import init as init
    from workbench.api import open as open
    from workbench.errors import WorkbenchError
    from workbench.functions import (
        annotator,
        classifier,
        dictionary,
        external,
        fuzzy,
        keywords,
        labeling_function,
        length,
        metadata,
        neighbours,
        regex,
    )
    from workbench.plugins import template
    from workbench.types import ABSTAIN

__all__ = [
    "ABSTAIN",
    "Project",
    "WorkbenchError",
    "__version__",
    "annotator",
    "classifier",
    "dictionary",
    "external",
    "fuzzy",
    "keywords",
    "labeling_function",
    "length",
    "metadata",
    "neighbours",
    "regex",
    "template",
]
# Not `open` and `init`: a script's `from workbench import *` keeps the builtin.

_HOME = {
    "ABSTAIN": "workbench.types",
    "Project": "workbench.api",
    "WorkbenchError": "workbench.errors",
    "annotator": "workbench.functions.templates.prepared",
    "classifier": "workbench.functions.templates.prepared",
    "dictionary": "workbench.functions.templates.terms",
    "external": "workbench.functions.templates.external",
    "fuzzy": "workbench.functions.templates.fuzzy",
    "init": "workbench.api",
    "keywords": "workbench.functions.templates.terms",
    "labeling_function": "workbench.functions.decorator",
    "length": "workbench.functions.templates.values",
    "metadata": "workbench.functions.templates.values",
    "neighbours": "workbench.functions.templates.prepared",
    "open": "workbench.api",
    "regex": "workbench.functions.templates.patterns",
    "template": "workbench.plugins",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'workbench' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted({"__version__", *_HOME})
