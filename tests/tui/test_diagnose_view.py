"""Diagnose: verdicts, steps, predictions and figures, each with the rows behind it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.tui.screens import opened, said, screen_lines, settle
from workbench.services.browse import last_diagnosis
from workbench.services.diagnose.rows_behind import Evidence
from workbench.services.diagnose.verdicts import (
    FAILED,
    HELD,
    Confusion,
    Lens,
    NoiseRow,
    Prediction,
    SliceRow,
    Step,
)
from workbench.services.project import Project
from workbench.services.results import as_json
from workbench.services.running import record_run
from workbench.tui.app import WorkbenchApp
from workbench.tui.views.diagnose import DiagnoseView
from workbench.tui.widgets.diagnosis_tables import slice_table
from workbench.tui.widgets.picker import Picker
from workbench.tui.widgets.row_list import RowList

SIZE = (160, 48)


def lines(app: WorkbenchApp) -> list[str]:
    """Return the lines of the list."""
    assert isinstance(app.screen, DiagnoseView)
    return [entry.line.plain.strip() for entry in app.screen._entries]


async def go_to(pilot: Any, app: WorkbenchApp, word: str) -> None:
    """Move the cursor to the line with a word."""
    index = next(i for i, line in enumerate(lines(app)) if word in line)
    rows = app.screen.query_one("#diagnosis", RowList)
    await pilot.press(*"j" * (index - rows.cursor))


@pytest.fixture
def rich(finished: Project) -> Project:
    """The finished project with a diagnosis that holds something of everything."""
    found = last_diagnosis(finished)
    assert found is not None
    repeats = Evidence("repeats", "rows that repeat another", 3, ("r0", "r2", "r4"))
    leaks = Evidence("leaks", "evaluation rows met in training", 2, ("e0", "e1"))
    first = replace(
        found.lenses[0],
        figure="30% repeat",
        evidence=(repeats, leaks),
        parts=(
            Lens(
                "leakage",
                "severe",
                "2 rows leak",
                "leave them out",
                figure="2 rows",
                evidence=(leaks,),
            ),
        ),
    )
    with record_run(finished.store, "diagnose") as run:
        result = replace(
            found,
            run_id=run.run_id,
            lenses=(first, *found.lenses[1:]),
            steps=(
                Step("duplicates", "leave out what leaks", "scores flatter", "workbench split"),
                Step("label noise", "name this state", "to go back", "workbench snapshot kept"),
            ),
            predictions=(
                Prediction("recall", "spam", "spam is missed most", "it is rare", 0, 1,
                           found.run_id, HELD, "recall 40%", 20),
                Prediction("score", "", "production is worse", "it shifted", 0, 1,
                           found.run_id, FAILED, "it is as good", 40),
            ),
            confusion=((60, 12), (3, 45)),
            confused=(Confusion("ham", "spam", 12, 0.17, 0.1, 0.27, ("r1", "r3")),),
            slices=(SliceRow("vendor", "bad", 18, (9, 9), 0.5, 0.3, 0.7, 0.5, -0.4, 0.001),),
            noise=(NoiseRow("vendor", "bad", 18, 12, 0.66, 0.43, 0.83, 0.001, True),),
            shortcuts=("looked at 120 rows of 120",),
        )  # fmt: skip
        with run.finish({"examples": 160}, artifacts={"diagnose": as_json(result)}):
            pass
    return finished


async def test_every_lens_is_shown_with_verdict_finding_and_advice(finished: Project) -> None:
    found = last_diagnosis(finished)
    assert found is not None
    async with opened(finished, "diagnose", size=SIZE) as (app, pilot):
        for lens in found.lenses:
            await go_to(pilot, app, lens.name)
            await settle(pilot)
            shown = "\n".join(screen_lines(app))
            assert f"{lens.name}: {lens.verdict}" in shown
            assert lens.finding[:30] in shown
            assert lens.advice[:20] in shown
        await go_to(pilot, app, "classes")
        await settle(pilot)
        shown = "\n".join(screen_lines(app))
        assert all(row.name in shown for row in found.classes)
        assert "precision" in shown


async def test_steps_predictions_and_figures_follow(rich: Project) -> None:
    async with opened(rich, "diagnose", size=SIZE) as (app, pilot):
        # The first verdict is marked; the line above it tells of the whole.
        assert app.screen.query_one("#diagnosis", RowList).cursor == 1
        await pilot.press("k")
        shown = "\n".join(screen_lines(app))
        assert "looked at 120 rows of 120" in shown
        assert "since run" in shown
        for word, told in (
            ("leave out what leaks", "workbench split"),
            ("spam is missed most", "held"),
            ("production is worse", "it is as good"),
            ("confusion", "ham taken for spam"),
            ("slices", "vendor = bad !"),
            ("label noise ", "vendor bad !"),
            ("shift ", "AUC 0.86"),
        ):
            index = max(i for i, line in enumerate(lines(app)) if word.strip() in line)
            app.screen.query_one("#diagnosis", RowList).jump(index)
            await settle(pilot)
            assert told in "\n".join(screen_lines(app)), word


def test_a_slice_is_marked_however_small_its_p_value_is() -> None:
    """Fisher's test of thousands of rows comes to nothing."""
    bad = SliceRow("vendor", "bad", 5_000, (5_000,), 0.2, 0.19, 0.21, 0.2, -0.7, 0.0)
    rows = (bad, replace(bad, value="good", difference=0.7), replace(bad, adjusted_p=0.4))
    (names, *_) = slice_table(rows).columns
    assert [str(cell) for cell in names.cells] == [
        "vendor = bad !",
        "vendor = bad",
        "vendor = good",
    ]


async def test_enter_opens_the_rows_behind_a_figure(rich: Project) -> None:
    async with opened(rich, "diagnose", size=SIZE) as (app, pilot):
        await pilot.press("k", "enter")
        assert "no rows are named" in said(app)
        await go_to(pilot, app, "leakage")
        await pilot.press("enter")
        await settle(pilot)
        assert app.current_mode == "annotate"
        assert "evaluation rows met in training" in "\n".join(screen_lines(app))


async def test_several_kinds_of_rows_are_chosen_from_in_place(rich: Project) -> None:
    async with opened(rich, "diagnose", size=SIZE) as (app, pilot):
        await go_to(pilot, app, "duplicates")
        await pilot.press("enter")
        assert app.screen.query_one(Picker).is_open
        await pilot.press("escape", "enter", *"repeat", "enter")
        await settle(pilot)
        assert app.current_mode == "annotate"


async def test_a_step_stands_in_the_command_line_ready_to_run(
    rich: Project, worker_environment: None
) -> None:
    async with opened(rich, "diagnose", size=SIZE) as (app, pilot):
        await pilot.press("e")
        assert "no step" in said(app)
        await go_to(pilot, app, "name this state")
        await pilot.press("e", "enter")
        await settle(pilot)
        assert "snapshot took" in said(app)
    assert [name for name, _ in rich.store.snapshots.names()] == ["kept"]


async def test_two_groups_are_named_in_the_command_line(finished: Project) -> None:
    async with opened(finished, "diagnose", size=SIZE) as (app, pilot):
        await pilot.press("c")
        assert app.screen.query_one(Picker).is_open
        await pilot.press("escape", "K", "J", "j", "k")
        assert app.job_command is None


async def test_the_page_is_written_where_it_is_asked_for(
    filled: Project, worker_environment: None, tmp_path: Path
) -> None:
    async with opened(filled, "diagnose", size=SIZE) as (app, pilot):
        await pilot.press("h", "enter")
        await settle(pilot)
        assert "diagnose took" in said(app)
    assert (tmp_path / "diagnosis.html").read_text().startswith("<!")


async def test_before_a_diagnosis_the_view_says_how_to_begin(filled: Project) -> None:
    async with opened(filled, "diagnose", size=(80, 24)) as (app, pilot):
        await pilot.press("j", "k", "enter")
        assert "diagnose the data first" in said(app)
        assert "The data has not been diagnosed." in "\n".join(screen_lines(app))


async def test_r_diagnoses_in_a_worker_process(filled: Project, worker_environment: None) -> None:
    async with opened(filled, "diagnose", size=(120, 40)) as (app, pilot):
        await pilot.press("r")
        await settle(pilot)
        await settle(pilot)
        assert not app.screen.query_one("#empty").display
        assert "diagnose took" in said(app)
        assert any("duplicates" in line for line in lines(app))
    assert last_diagnosis(filled) is not None
