"""The views. A new one is a module here and a line in `VIEWS`."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from workbench.tui.views.base import View


@dataclass(frozen=True, slots=True)
class ViewSpec:
    """A view: its name, its tab, the key behind the leader key, and where it lives.

    The key is a letter of the title, which the tab underlines.
    """

    name: str
    title: str
    key: str
    home: str

    def load(self) -> type[View]:
        """Import the view's class."""
        module, _, attribute = self.home.partition(":")
        view: type[View] = getattr(import_module(f"workbench.tui.views.{module}"), attribute)
        return view

    def make(self) -> View:
        """Return a new view; it is imported the first time."""
        return self.load()()


VIEWS: Final = (
    ViewSpec("start", "Start", "s", "start:StartView"),
    ViewSpec("annotate", "Annotate", "a", "annotate:AnnotateView"),
    ViewSpec("functions", "Functions", "f", "functions:FunctionsView"),
    ViewSpec("model", "Model", "m", "label_model:LabelModelView"),
    ViewSpec("learn", "Learn", "l", "learn:LearnView"),
    ViewSpec("audit", "Audit", "u", "audit:AuditView"),
    ViewSpec("diagnose", "Diagnose", "d", "diagnose:DiagnoseView"),
    ViewSpec("data", "Data", "t", "data:DataView"),
    ViewSpec("provenance", "Provenance", "p", "provenance:ProvenanceView"),
    ViewSpec("export", "Export", "e", "export:ExportView"),
)
