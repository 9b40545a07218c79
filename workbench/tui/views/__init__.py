"""The views. A new one is a module here and a line in `VIEWS`."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from workbench.tui.views.base import View


@dataclass(frozen=True, slots=True)
class ViewSpec:
    """A view: its name, its tab, the key behind the leader key, and where it lives."""

    name: str
    title: str
    key: str
    home: str

    def load(self) -> type[View]:
        """Import the view's class."""
        module, _, attribute = self.home.partition(":")
        view: type[View] = getattr(import_module(module), attribute)
        return view

    def make(self) -> View:
        """Return a new view; it is imported the first time."""
        return self.load()()


VIEWS: Final = (
    ViewSpec("annotate", "Annotate", "a", "workbench.tui.views.annotate:AnnotateView"),
    ViewSpec("functions", "Functions", "f", "workbench.tui.views.functions:FunctionsView"),
    ViewSpec("audit", "Audit", "e", "workbench.tui.views.audit:AuditView"),
    ViewSpec("diagnose", "Diagnose", "d", "workbench.tui.views.diagnose:DiagnoseView"),
)
