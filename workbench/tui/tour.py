"""The guided tour: one thing at a time, in a docked line; doing it leads to the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from workbench.services.annotate import n_decisions
from workbench.services.history import has_run

if TYPE_CHECKING:
    from workbench.tui.app import WorkbenchApp

_N_DECISIONS: Final = 5


@dataclass(frozen=True, slots=True)
class Step:
    """What to do, and how it is seen that it was done."""

    text: str
    is_done: Callable[[WorkbenchApp], bool]


def _has_run(kind: str) -> Callable[[WorkbenchApp], bool]:
    return lambda app: has_run(app.project, kind)


def _is_at(view: str) -> Callable[[WorkbenchApp], bool]:
    return lambda app: app.current_mode == view


STEPS: Final = (
    Step(
        "6,000 messages to a shop wait for labels. Press {app.go}, then the underlined letter of a"
        " tab: {app.go-functions} shows the labeling functions, small scripts that vote for a"
        " class.",
        _is_at("functions"),
    ),
    Step(
        "{functions.run} applies them to every row, in a process of its own: the keys go on"
        " working, {app.escape} would cancel it. {functions.edit} edits a script,"
        " {functions.wrong} shows the rows where one is wrong.",
        _has_run("apply"),
    ),
    Step(
        "Votes differ and some are wrong. Type {app.command}aggregate and enter: a label"
        " model learns how far to trust each function, and turns the votes into labels.",
        _has_run("aggregate"),
    ),
    Step(
        "Now rows worth a person's time: type {app.command}propose -n 20 and enter.",
        _has_run("propose"),
    ),
    Step(
        f"{{app.go-annotate}}. Decide {_N_DECISIONS} rows: a digit labels and goes on,"
        " {annotate.accept} accepts what the model believes, {annotate.skip} skips."
        " {app.undo} takes anything back, as far as you like.",
        lambda app: n_decisions(app.project) >= _N_DECISIONS,
    ),
    Step(
        "{app.go-audit}, then {audit.run}: confident learning looks for labels that are"
        " probably wrong.",
        _has_run("audit"),
    ),
    Step(
        "{audit.suggestion} takes a suggested label, {audit.keep} keeps the given one."
        " {app.go-data} shows all rows: {app.filter} searches while you type,"
        " {data.select-all} selects what is found, a digit relabels it all, {app.undo} takes it"
        " back.",
        _is_at("data"),
    ),
    Step(
        "{app.go-export} shows what would be written, and what stays behind and why.",
        _is_at("export"),
    ),
    Step(
        "That is the loop. {app.help} shows all keys of a view, {app.command} takes any command,"
        " {app.go-start} tells what to do next. {app.tour} ends the tour.",
        lambda app: False,
    ),
)


def make_tour_project(folder: Path) -> Path:
    """Make the project of the tour, with its rows; nothing is applied yet."""
    from workbench.services.demo import make_demo_project
    from workbench.services.importing.importing import import_files
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
