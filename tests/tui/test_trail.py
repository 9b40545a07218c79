"""The trail of a label as lines: dated, newest first, with what was read and what counts now."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.text import Text

from workbench.services.aggregate import aggregate_votes
from workbench.services.annotate import Session
from workbench.services.classes import add_classes, retire_class
from workbench.services.export.export import export_labels
from workbench.services.importing.import_votes import import_votes
from workbench.services.importing.importing import import_files
from workbench.services.lf.apply import apply_functions
from workbench.services.project import Project
from workbench.services.propose import propose_batch
from workbench.services.train import train_end_model
from workbench.services.why import why
from workbench.tui.widgets.trail import trail_steps

BRITTLE = """
from workbench import labeling_function

@labeling_function()
def brittle(record):
    raise ValueError("no")
"""


def vote(project: Project, folder: Path, word: str) -> None:
    """Let one function say a word of every row, and another nothing."""
    path = folder / f"{word}.csv"
    path.write_text("uid,love,quiet\n" + "".join(f"r{i},{word},\n" for i in range(4)))
    import_votes(project, path)


def test_the_lines_are_dated_and_tell_then_from_now(
    project: Project, tmp_path: Path, write_csv
) -> None:
    rows = [{"id": f"r{i}", "text": f"text {i}"} for i in range(4)]
    import_files(project, [write_csv("t.csv", rows)])
    vote(project, tmp_path, "ham")
    aggregate_votes(project, model="majority")
    export_labels(project, tmp_path / "o.csv")
    vote(project, tmp_path, "spam")
    trail = why(project, "r0")
    lines = [step.line.plain for step in trail_steps(trail, project.classes)]
    assert "stale" in lines[0]
    words = [line.split()[2] for line in lines[1:]]
    assert list(dict.fromkeys(words)) == [
        "voted", "exported", "believed", "weighed", "abstained", "imported",
    ]  # fmt: skip
    assert "spam love (now)" in lines[1]
    assert "ham love (then)" in lines[-3]
    for line, step in zip(lines[-1:], trail.steps[-1:], strict=True):
        assert line.startswith(f" {step.at[5:10]} {step.at[11:16]} ")


def test_failures_the_mix_and_a_class_that_is_gone_are_told(
    voted: Project,
) -> None:
    (voted.functions_folder / "b.py").write_text(BRITTLE)
    apply_functions(voted)
    aggregate_votes(voted, model="snorkel")
    with Session(voted, annotator="ana") as session:
        for example_id in range(1, 31):
            session.label(example_id, "spam" if example_id % 2 == 0 else "ham")
    train_end_model(voted)
    uid = voted.store.examples.uids()[-1]
    steps = trail_steps(why(voted, uid), voted.classes)
    (mixed,) = [step for step in steps if " mixed " in step.line.plain]
    console = Console(width=100, record=True, file=io.StringIO())
    console.print(mixed.body)
    told = console.export_text()
    for words in ("believes", "weight", "end model", "bias of each class", "probability"):
        assert words in told
    steps = trail_steps(why(voted, voted.store.examples.uids()[0]), voted.classes)
    (silent,) = [step for step in steps if " failed " in step.line.plain]
    assert isinstance(silent.body, Text)
    assert "brittle  failed: ValueError: no" in silent.body.plain
    add_classes(voted, ["promo"])
    with Session(voted, annotator="ana") as session:
        session.relabel(voted.store.examples.count(), "promo")
    retire_class(voted, "promo")
    head = trail_steps(why(voted, uid), voted.classes)[0].line.plain
    assert "none: what was said is no class any more, and waits for a person" in head


def test_a_question_tells_the_place_in_the_batch(project: Project, write_csv) -> None:
    letters = np.random.default_rng(0).choice(list("abcdefghij"), (30, 6, 5))
    rows = [{"id": f"r{i}", "text": " ".join(map("".join, row))} for i, row in enumerate(letters)]
    import_files(project, [write_csv("t.csv", rows)])
    batch = propose_batch(project, n=22, strategy="random")
    for place, row in [("1st", batch.rows[0]), ("22nd", batch.rows[21])]:
        steps = trail_steps(why(project, row.uid), project.classes)
        (asked,) = [step for step in steps if " asked by " in step.line.plain]
        assert f"propose, {place} of the batch" in asked.line.plain
