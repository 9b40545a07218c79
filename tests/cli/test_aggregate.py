"""What ``aggregate`` and ``train`` say on the command line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from workbench.cli.aggregate import _show
from workbench.methods.calibration import CalibrationCheck
from workbench.services.aggregate import aggregate_votes
from workbench.services.importing.importing import import_files
from workbench.services.lf.apply import apply_functions
from workbench.services.project import Project
from workbench.tui.widgets.model_report import fit_text


@pytest.mark.parametrize(
    ("temperature", "told"),
    [(1.3, "too sure"), (0.99, "about as sure as it should be"), (0.8, "too timid")],
)
def test_both_faces_say_the_same_of_a_temperature(
    voted: Project, capfd: pytest.CaptureFixture[str], temperature: float, told: str
) -> None:
    result = replace(aggregate_votes(voted), temperature=temperature, n_calibrating=60)
    capfd.readouterr()
    _show(result, result.chosen)
    assert f"{result.chosen} is {told}" in capfd.readouterr().out
    assert f"by 60 labels it is {told} (temperature" in fit_text(result, result.classes).plain


def test_a_calibration_error_beyond_chance_is_told_where_the_temperature_is_near_one(
    voted: Project, capfd: pytest.CaptureFixture[str]
) -> None:
    found = aggregate_votes(voted)
    for error, excess, told in (
        (0.11, -0.05, "about as sure as it should be"),
        (0.2, -0.05, "too sure of some rows and too timid of others"),
        (0.2, 0.15, "too sure"),
        (0.2, -0.15, "too timid"),
    ):
        check = CalibrationCheck(error, by_chance=0.12, excess=excess)
        result = replace(found, temperature=1.03, n_calibrating=75, calibration=check)
        if check.is_off:
            told += " (calibration error 20.0 %, by chance up to 12.0 %)"
        capfd.readouterr()
        _show(result, result.chosen)
        assert f"{result.chosen} is {told}\n" in capfd.readouterr().out
        assert f"by 75 labels it is {told} (temp" in fit_text(result, result.classes).plain


def test_a_single_tie_or_contradiction_is_said_as_one(
    voted: Project, capfd: pytest.CaptureFixture[str]
) -> None:
    result = replace(aggregate_votes(voted), ties=1, contradictions=1)
    capfd.readouterr()
    _show(result, result.chosen)
    assert "; 1 tie, 1 row where the model" in " ".join(capfd.readouterr().out.split())


def test_a_word_without_end_is_cut_where_words_are_shown(
    cli, project: Project, write_csv: Callable[..., Path]
) -> None:
    endless = "x" * 5_000
    rows = [{"id": f"s{i}", "text": f"free prize {endless}"} for i in range(20)]
    rows += [{"id": f"h{i}", "text": f"lunch at {i}"} for i in range(20)]
    import_files(project, [write_csv("t.csv", rows)])
    script = 'from workbench import keywords\nkeywords("a", ["free"], "spam")\n'
    script += 'keywords("b", ["lunch"], "ham")\n'
    (project.functions_folder / "a.py").write_text(script)
    apply_functions(project)
    aggregate_votes(project)
    told = cli("-C", project.root, "train").out
    assert "xxxx…" in told
    assert endless[:40] not in told
