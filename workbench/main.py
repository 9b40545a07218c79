"""The command ``workbench``: where the faces are put together."""

from __future__ import annotations

import os
import signal
import sys

from workbench.cli.app import build_app, run

COMMANDS = {
    "init": ("workbench.cli.init:init", "Make a project in a folder."),
    "import": ("workbench.cli.import_rows:import_rows", "Bring rows of text in."),
    "import-votes": ("workbench.cli.import_votes:votes", "Take votes that were made elsewhere."),
    "lf": ("workbench.cli.lf:lf", "List, start and try labeling functions."),
    "apply": ("workbench.cli.apply:apply", "Apply labeling functions to what is new."),
    "aggregate": ("workbench.cli.aggregate:aggregate", "Turn votes into probabilistic labels."),
    "train": ("workbench.cli.train:train", "Train the end model on all labels."),
    "embed": ("workbench.cli.embed:embed", "Give the texts embeddings, or take yours."),
    "propose": ("workbench.cli.propose:propose", "Choose the rows to annotate next."),
    "curve": ("workbench.cli.curve:curve", "Show what labels bought, and what more would."),
    "annotate": ("workbench.cli.annotate:annotate", "Label rows, or import decisions."),
    "agreement": ("workbench.cli.agreement:agreement", "Measure how far annotators agree."),
    "audit": (
        "workbench.cli.audit:audit",
        "Find labels that are probably wrong, and who is to blame.",
    ),
    "review": ("workbench.cli.review:review", "Review suspects, one key each."),
    "diagnose": ("workbench.cli.diagnose:diagnose", "Measure every failure of the data."),
    "split": ("workbench.cli.split:split", "Deal rows to train, validation and test."),
    "export": ("workbench.cli.export:export", "Write the cleaned set."),
    "why": ("workbench.cli.why:why", "Show where a label comes from."),
    "log": ("workbench.cli.log:log", "List the runs."),
    "show": ("workbench.cli.log:show", "Show one run."),
    "diff": ("workbench.cli.diff:diff", "Compare the labels of two runs or snapshots."),
    "undo": ("workbench.cli.undo:undo", "Undo the newest act."),
    "redo": ("workbench.cli.undo:redo", "Put back what was undone."),
    "relabel": ("workbench.cli.relabel:relabel", "Correct many labels in one act."),
    "class": ("workbench.cli.classes:classes", "List and change the classes."),
    "guideline": ("workbench.cli.guideline:guideline", "Write and compare the guidelines."),
    "snapshot": ("workbench.cli.snapshot:snapshot", "Name a state of all labels."),
    "verify": ("workbench.cli.verify:verify", "Prove that the database is whole."),
    "backup": ("workbench.cli.backup:backup", "Copy the database while others work."),
    "restore": ("workbench.cli.backup:restore", "Bring a backup back."),
    "forget": ("workbench.cli.forget:forget", "Remove a text for good."),
    "status": ("workbench.cli.status:status", "Show where you are, and what is next."),
    "tui": ("workbench.tui.command:tui", "Open the terminal interface."),
    "serve": ("workbench.serve:serve", "Show the terminal interface in a browser."),
    "demo": ("workbench.cli.demo:demo", "See the whole loop on made-up messages."),
}
"""Each command's home, loaded when it is called, and its line in the help."""


def main() -> None:
    """Run the command line; the exit code is 0 done, 1 failed, 2 usage."""
    if "WORKBENCH_PROGRESS" in os.environ:
        # Whoever reads the progress may cancel, even where a shell made its children deaf to that.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.exit(run(build_app(COMMANDS)))


if __name__ == "__main__":
    main()
