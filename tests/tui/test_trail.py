"""The trail of a label as lines: dated, newest first, with what was read and what counts now."""

from __future__ import annotations

from pathlib import Path

from workbench.services.aggregate import aggregate_votes
from workbench.services.export import export_labels
from workbench.services.import_votes import import_votes
from workbench.services.importing import import_files
from workbench.services.project import Project
from workbench.services.why import why
from workbench.tui.widgets.trail import trail_steps


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
