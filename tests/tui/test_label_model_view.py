"""Label model: the models side by side, and the labels that are taken from one of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.tui.screens import opened, said, screen_lines, settle
from workbench.services.aggregate import MODELS, aggregate_votes
from workbench.services.annotate import Session
from workbench.services.model_report import last_aggregation
from workbench.services.project import Project
from workbench.services.train import train_end_model
from workbench.tui.app import WorkbenchApp
from workbench.tui.views.label_model import LabelModelView
from workbench.tui.widgets.form import Form
from workbench.tui.widgets.model_report import fit_text
from workbench.tui.widgets.row_list import RowList

SIZE = (160, 48)


def view(app: WorkbenchApp) -> LabelModelView:
    """Return the view."""
    assert isinstance(app.screen, LabelModelView)
    return app.screen


def chosen(project: Project) -> str:
    """Return the label model in use."""
    found = last_aggregation(project)
    assert found is not None
    return found.chosen


async def test_models_functions_and_confidence_stand_side_by_side(finished: Project) -> None:
    async with opened(finished, "model", size=SIZE) as (app, pilot):
        await settle(pilot)
        shown = "\n".join(screen_lines(app))
        for what in (
            f"★ {chosen(finished)}", "majority", "40 evaluation rows", "offers", "polite",
            "class balance", "how sure", "how right when so sure",
        ):  # fmt: skip
            assert what in shown, what


async def test_another_model_is_described_as_the_cursor_moves(finished: Project) -> None:
    async with opened(finished, "model", size=SIZE) as (app, pilot):
        await pilot.press("j", "j", "k")
        await settle(pilot)
        title = str(view(app).query_one("#model-confidence").border_title)
        row = view(app)._row
        assert row is not None
        assert title.startswith(row.name)
        await pilot.press("J", "K")


async def test_publishing_takes_the_labels_of_the_marked_model(
    finished: Project, worker_environment: None
) -> None:
    before = chosen(finished)
    async with opened(finished, "model", size=SIZE) as (app, pilot):
        await pilot.press("P")
        assert "in use already" in said(app)
        await pilot.press("j")
        wanted = view(app)._row
        assert wanted is not None
        await pilot.press("P")
        await settle(pilot)
        assert "aggregate took" in said(app)
        await settle(pilot)
        marked = view(app)._row
        assert marked is not None
        assert (marked.name, marked.is_in_use) == (wanted.name, True)
    assert chosen(finished) == wanted.name != before


async def test_the_options_of_a_fit_are_set_in_place(
    finished: Project, worker_environment: None
) -> None:
    async with opened(finished, "model", size=SIZE) as (app, pilot):
        await pilot.press("o", "right", "down", "right", "f")
        await settle(pilot)
        assert app.screen.query_one(Form).is_open
        await pilot.press("escape")
        assert not app.screen.query_one(Form).is_open
        await pilot.press("o", "o")
        assert not app.screen.query_one(Form).is_open
    run = finished.store.runs.newest(kind="aggregate")[0]
    assert run.parameters["model"] == MODELS[1]
    assert run.parameters["class_balance"] == "uniform"


async def test_rows_where_models_differ_can_be_opened(finished: Project) -> None:
    async with opened(finished, "model", size=SIZE) as (app, pilot):
        await pilot.press("c")
        assert "mark another" in said(app)
        rows = app.screen.query_one("#models", RowList)
        for _ in rows.ids:
            await pilot.press("j")
        await settle(pilot)
        row = view(app)._row
        assert row is not None
        assert row.name == "end"
        await pilot.press("P")
        assert "gives no labels by itself" in said(app)
        await pilot.press("c")
        await settle(pilot)
        assert app.current_mode == "annotate"


async def test_the_star_stands_at_the_mix_where_it_gives_the_labels(voted: Project) -> None:
    aggregate_votes(voted, model="snorkel")
    with Session(voted, annotator="ana") as session:
        for example_id in range(1, 31):
            session.label(example_id, "spam" if example_id % 2 == 0 else "ham")
    train_end_model(voted)
    async with opened(voted, "model", size=SIZE) as (app, pilot):
        await settle(pilot)
        shown = "\n".join(screen_lines(app))
        assert "★ mix" in shown
        assert shown.count("★ ") == 1
        await pilot.press("P")
        assert "mix is in use already" in said(app)
        await pilot.press("c")
        assert "mix is the model in use: mark another" in said(app)
        rows = app.screen.query_one("#models", RowList)
        while (row := view(app)._row) is None or row.name != "snorkel":
            assert rows.current != rows.ids[-1]
            await pilot.press("j")
            await settle(pilot)
        await pilot.press("P")
        assert "snorkel is in the mix already" in said(app)


async def test_contradictions_are_none_where_every_label_was_voted_for(finished: Project) -> None:
    async with opened(finished, "model", size=SIZE) as (app, pilot):
        await pilot.press("v")
        await settle(pilot)
        assert "no row contradicts its votes" in said(app)


async def test_the_end_model_is_trained_from_here(
    finished: Project, worker_environment: None
) -> None:
    n_before = len(finished.store.runs.done_ids("train"))
    async with opened(finished, "model", size=SIZE) as (app, pilot):
        await pilot.press("t")
        await settle(pilot)
        assert "train took" in said(app)
    assert len(finished.store.runs.done_ids("train")) == n_before + 1


@pytest.mark.parametrize("n_presses", [0, 1, 2])
async def test_a_small_screen_shows_one_pane_at_a_time(finished: Project, n_presses: int) -> None:
    async with opened(finished, "model", size=(80, 24)) as (app, pilot):
        await pilot.press(*"p" * n_presses)
        await settle(pilot)
        shown = "\n".join(screen_lines(app))
        panes = {"how sure": 0, "in conflict": 1, "class balance": 2}
        assert {n for what, n in panes.items() if what in shown} == {n_presses}
        assert "majority" in shown


async def test_before_a_fit_the_view_says_how_to_begin(filled: Project) -> None:
    async with opened(filled, "model", size=(80, 24)) as (app, pilot):
        assert "have not been combined" in "\n".join(screen_lines(app))
        await pilot.press("P")
        assert "fit the label models first" in said(app)


def test_a_result_of_an_earlier_version_leaves_no_gap_after_the_class_balance(
    finished: Project,
) -> None:
    found = last_aggregation(finished)
    assert found is not None
    assert f"class balance  {found.balance_from}\n" in fit_text(found, finished.classes).plain
    old = replace(found, balance_from="")
    assert "class balance\n" in fit_text(old, finished.classes).plain
