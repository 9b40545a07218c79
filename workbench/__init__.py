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
    from workbench.api import Project, init, open
    from workbench.errors import WorkbenchError
    from workbench.functions.decorator import labeling_function
    from workbench.functions.templates import keywords, regex
    from workbench.types import ABSTAIN

__all__ = [
    "ABSTAIN",
    "Project",
    "WorkbenchError",
    "__version__",
    "init",
    "keywords",
    "labeling_function",
    "open",
    "regex",
]

_HOME = {
    "ABSTAIN": "workbench.types",
    "Project": "workbench.api",
    "WorkbenchError": "workbench.errors",
    "init": "workbench.api",
    "keywords": "workbench.functions.templates",
    "labeling_function": "workbench.functions.decorator",
    "open": "workbench.api",
    "regex": "workbench.functions.templates",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'workbench' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
