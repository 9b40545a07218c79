"""The actions that hold in every view."""

from __future__ import annotations

from workbench.tui.actions import Action
from workbench.tui.views import VIEWS

LEADER_KEY = "g"

APP_ACTIONS = (
    Action("next-step", "next_step", ("x",), "Do what the second line says is next", "do next"),
    Action("undo", "undo", ("u",), "Undo your newest act", "undo"),
    Action("redo", "redo", ("U",), "Put back what was undone", "redo"),
    Action("filter", "filter", ("slash",), "Search or filter what is listed", "search"),
    Action("go", "leader", (LEADER_KEY,), "Go to a view: then its underlined letter", "go"),
    *(
        Action(
            f"go-{view.name}",
            f"go('{view.name}')",
            (f"{LEADER_KEY} {view.key}",),
            f"Go to {view.title}",
            view.title,
        )
        for view in VIEWS
    ),
    Action("previous-view", "turn(-1)", ("left_square_bracket",), "The view to the left"),
    Action("next-view", "turn(1)", ("right_square_bracket",), "The view to the right"),
    Action("command", "command_line", ("colon",), "Type a command", "cmd"),
    Action("help", "help", ("question_mark",), "Show or hide all keys", "help"),
    Action("escape", "escape", ("escape",), "Close what is open; cancel the running command"),
    Action("tour", "tour", ("N",), "The next step of the guided tour, or its beginning"),
    Action("annotator", "annotator", (), "Change who decides, from now on: NAME"),
    Action("theme", "theme", (), "Change between dark and light ground; it is kept"),
    Action("quit", "quit", ("q",), "Quit; everything is saved already"),
    Action("apply", "run_command('apply')", (), "Apply the labeling functions"),
    Action("aggregate", "run_command('aggregate')", (), "Turn the votes into labels"),
    Action("train", "run_command('train')", (), "Train the end model"),
    Action("propose", "run_command('propose')", (), "Choose the rows to annotate next"),
    Action("audit", "run_command('audit')", (), "Find suspects: labels that are probably wrong"),
    Action("diagnose", "run_command('diagnose')", (), "Measure the failures of the data"),
)


def leader_actions() -> tuple[Action, ...]:
    """Return what may follow the leader key."""
    return (
        Action("letter", "escape", (), "", "the underlined letter of a tab", shown_keys="a-z"),
        Action("close", "escape", ("escape",), "Stay here", "stay"),
    )
