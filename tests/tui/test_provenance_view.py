"""Provenance: runs, trails, differences, snapshots, and the way back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tui.screens import opened, said, screen_lines, settle, until
from workbench.services.annotate import Session
from workbench.services.history import log
from workbench.services.project import Project
from workbench.services.relabel import relabel_rows
from workbench.tui.app import WorkbenchApp
from workbench.tui.views.provenance import ProvenanceView
from workbench.tui.widgets.row_list import RowList

SIZE = (160, 48)


def under_cursor(app: WorkbenchApp) -> int | None:
    """Return the id under the cursor."""
    assert isinstance(app.screen, ProvenanceView)
    return app.screen.query_one("#history", RowList).current


def decide(project: Project, *numbers: int, annotator: str = "ana") -> None:
    """Label some examples as spam."""
    with Session(project, annotator=annotator) as session:
        for number in numbers:
            session.label(number, "spam")


def standing(project: Project) -> list[tuple[str, int | None]]:
    """Return the decisions that stand."""
    return [(e.annotator, e.example_id) for e in project.store.decisions.active()]


async def test_the_runs_are_listed_newest_first_with_what_is_recorded(finished: Project) -> None:
    runs = log(finished)
    async with opened(finished, "provenance", size=SIZE) as (app, pilot):
        assert under_cursor(app) == runs[0].run_id
        shown = "\n".join(screen_lines(app))
        assert f"{len(runs)} runs" in shown
        assert f"run {runs[0].run_id} {runs[0].kind}" in shown
        await pilot.press("j", "j", "k")
        assert under_cursor(app) == runs[1].run_id
        await pilot.press("J", "K")


async def test_slash_filters_the_runs_while_it_is_typed(finished: Project) -> None:
    async with opened(finished, "provenance", size=SIZE) as (app, pilot):
        await pilot.press("slash", *"import", "enter")
        await settle(pilot)
        rows = app.screen.query_one("#history", RowList)
        kinds = {run.kind for i in rows.ids if (run := finished.store.runs.get(i)) is not None}
        assert kinds == {"import"}
        await pilot.press("slash", "escape")
        await settle(pilot)
        assert len(rows.ids) == len(log(finished))


async def test_enter_follows_the_lineage_and_b_comes_back(finished: Project) -> None:
    aggregate = log(finished, kind="aggregate")[0].run_id
    async with opened(finished, "provenance", size=SIZE) as (app, pilot):
        while under_cursor(app) != aggregate:
            await pilot.press("j")
        await pilot.press("enter")
        await settle(pilot)
        rows = app.screen.query_one("#history", RowList)
        inputs = finished.store.runs.inputs(aggregate)
        assert inputs
        assert set(rows.ids) == {aggregate, *inputs, *finished.store.runs.outputs(aggregate)}
        assert under_cursor(app) == aggregate
        await pilot.press("b")
        assert len(rows.ids) == len(log(finished))
        assert under_cursor(app) == aggregate
        await pilot.press("b")
        assert "first list" in said(app)


async def test_the_trail_of_a_row_goes_back_to_its_file(finished: Project) -> None:
    decide(finished, 2)
    async with opened(finished, "provenance", size=SIZE) as (app, pilot):
        await pilot.press("w", *"r1", "enter")
        await settle(pilot)
        shown = "\n".join(screen_lines(app))
        for step in ("trail of r1", "from annotation", "ana", "by end", "voted", "train.csv row 2"):
            assert step in shown, step
        rows = app.screen.query_one("#history", RowList)
        for _ in rows.ids:
            await pilot.press("j")
        await settle(pilot)
        assert "SHA-256" in "\n".join(screen_lines(app))
        await pilot.press("enter")
        await settle(pilot)
        assert under_cursor(app) == finished.store.runs.newest(kind="import")[-1].run_id
        await pilot.press("escape", "escape")
        assert len(rows.ids) == len(log(finished))


async def test_an_unknown_row_is_told_with_similar_ones(finished: Project) -> None:
    async with opened(finished, "provenance", size=SIZE) as (app, pilot):
        await pilot.press("w", *"r999", "enter")
        await settle(pilot)
        assert "there is no example 'r999'" in said(app)


async def test_d_shows_what_changed_since_the_marked_run(finished: Project) -> None:
    marked = log(finished)[0].run_id
    relabel_rows(finished, "spam", uids=["r0", "r2"], annotator="ana")
    async with opened(finished, "provenance", size=SIZE) as (app, pilot):
        await pilot.press("j", "m", "k", "d")
        await settle(pilot)
        shown = "\n".join(screen_lines(app))
        assert f"2 labels changed from run {marked}" in shown
        assert "r0" in shown
        assert "r2" in shown
        assert "review" in shown
        await pilot.press("enter")
        await settle(pilot)
        assert "trail of r0" in "\n".join(screen_lines(app))
        await pilot.press("b", "b", "m", "j", "m", "m")
        assert "no run is marked" in said(app)


async def test_a_snapshot_is_named_in_place(finished: Project) -> None:
    async with opened(finished, "provenance", size=SIZE) as (app, pilot):
        await pilot.press("s", *"v1", "enter")
        await settle(pilot)
        run_id = finished.store.runs.newest(kind="snapshot")[0].run_id
        done = f"snapshot v1 holds 160 labels (run {run_id}); g e s exports from it"
        assert said(app).strip() == done
        await pilot.press("s", *"v1", "enter")
        await settle(pilot)
        assert "there is a snapshot 'v1' already" in said(app)
    assert [name for name, _ in finished.store.snapshots.names()] == ["v1"]


async def test_revert_takes_back_my_later_acts_and_one_key_puts_them_back(
    finished: Project,
) -> None:
    decide(finished, 2)
    kept = log(finished)[0].run_id
    decide(finished, 4, 6)
    decide(finished, 8, annotator="bo")
    async with opened(finished, "provenance", size=SIZE) as (app, pilot):
        while under_cursor(app) != kept:
            await pilot.press("j")
        # They are counted where the cursor stays for a moment.
        await until(pilot, lambda: "2 acts of yours on 2 rows" in "\n".join(screen_lines(app)))
        assert "1 of others" in "\n".join(screen_lines(app))
        await pilot.press("R")
        await settle(pilot)
        assert "undone: 2 acts" in said(app)
        assert standing(finished) == [("ana", 2), ("bo", 8)]
        await pilot.press("U")
        await settle(pilot)
        assert standing(finished) == [("ana", 2), ("ana", 4), ("ana", 6), ("bo", 8)]


async def test_there_may_be_nothing_to_revert(finished: Project) -> None:
    async with opened(finished, "provenance", size=SIZE) as (app, pilot):
        await pilot.press("R")
        await settle(pilot)
        assert "you did nothing after run" in said(app)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_new_project_has_its_first_run(project: Project, size: Any) -> None:
    async with opened(project, "provenance", size=size) as (app, pilot):
        assert "init" in "\n".join(screen_lines(app))
        await pilot.press("d")
        assert "there is no earlier run" in said(app)
