"""The guided tour: one thing at a time, in a docked line; doing it leads to the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from workbench.tui.app import WorkbenchApp

_N_DECISIONS: Final = 5


@dataclass(frozen=True, slots=True)
class Step:
    """What to do, and how it is seen that it was done."""

    text: str
    is_done: Callable[[WorkbenchApp], bool]


def _has_run(kind: str) -> Callable[[WorkbenchApp], bool]:
    return lambda app: app.project.store.runs.last_done(kind) is not None


def _is_at(view: str) -> Callable[[WorkbenchApp], bool]:
    return lambda app: app.current_mode == view


STEPS: Final = (
    Step(
        "6,000 messages to a shop wait for labels. Press g, then the underlined letter of a tab:"
        " g f shows the labeling functions, small scripts that vote for a class.",
        _is_at("functions"),
    ),
    Step(
        "r applies them to every row, in a process of its own: the keys go on working, esc would"
        " cancel it. e edits a script, w shows the rows where one is wrong.",
        _has_run("apply"),
    ),
    Step(
        "Votes differ and some are wrong. Type :aggregate and enter: a label model learns how far"
        " to trust each function, and turns the votes into labels.",
        _has_run("aggregate"),
    ),
    Step(
        "Now rows worth a person's time: type :propose -n 20 and enter.",
        _has_run("propose"),
    ),
    Step(
        f"g a. Decide {_N_DECISIONS} rows: a digit labels and goes on, a accepts what the model"
        " believes, space skips. u takes anything back, as far as you like.",
        lambda app: len(app.project.store.decisions.active()) >= _N_DECISIONS,
    ),
    Step(
        "g u, then r: confident learning looks for labels that are probably wrong.",
        _has_run("audit"),
    ),
    Step(
        "s takes a suggested label, y keeps the given one. g t shows all rows: / searches while you"
        " type, v selects what is found, a digit relabels it all, u takes it back.",
        _is_at("data"),
    ),
    Step(
        "g e shows what would be written, and what stays behind and why.",
        _is_at("export"),
    ),
    Step(
        "That is the loop. ? shows all keys of a view, : takes any command, g s tells what to do"
        " next. N ends the tour.",
        lambda app: False,
    ),
)


def make_tour_project(folder: Path) -> Path:
    """Make the project of the tour, with its rows; nothing is applied yet."""
    from workbench.services.demo import make_demo_project
    from workbench.services.importing import import_files
    from workbench.services.project import Project

    root = make_demo_project(folder / "tour")
    with Project(root) as project:
        for name, role in (
            ("messages", "train"),
            ("evaluation", "evaluation"),
            ("production", "production"),
        ):
            import_files(project, [root / "data" / f"{name}.csv"], role=role)
    return root
