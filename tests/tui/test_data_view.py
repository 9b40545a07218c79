"""Data: what is listed is what the filter asks for; many rows are relabelled in one act."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from textual.widgets import Static

from tests.tui.screens import opened, said, screen_lines, settle, until
from workbench.services.importing.importing import import_files
from workbench.services.labels import resolve_labels
from workbench.services.project import Project
from workbench.tui.app import WorkbenchApp
from workbench.tui.widgets.row_list import RowList

SIZE = (120, 30)


def listed(app: WorkbenchApp) -> list[int]:
    """Return the numbers of the rows that are listed."""
    return [int(i) for i in app.screen.query_one("#data-rows", RowList).ids]


def title(app: WorkbenchApp) -> str:
    """Return the title of the list."""
    return str(app.screen.query_one("#data-rows").border_title)


def texts(app: WorkbenchApp) -> list[str]:
    """Return the texts of the rows that are listed."""
    examples = [app.project.store.examples.get(i) for i in listed(app)]
    return [example.text for example in examples if example is not None]


async def test_every_row_is_listed_at_first(finished: Project) -> None:
    async with opened(finished, "data", size=SIZE) as (app, pilot):
        assert listed(app) == list(range(1, 161))
        assert title(app) == "160 rows"
        await pilot.press("G")
        assert app.screen.query_one("#data-rows", RowList).current == 160


async def test_a_search_narrows_the_list_while_it_is_typed_and_escape_brings_it_back(
    finished: Project,
) -> None:
    async with opened(finished, "data", size=SIZE) as (app, pilot):
        await pilot.press("slash", *"voucher")
        await until(
            pilot,
            lambda: 0 < len(listed(app)) < 160 and all("voucher" in text for text in texts(app)),
        )
        await pilot.press("escape")
        await settle(pilot)
        assert len(listed(app)) == 160
        await pilot.press("slash", *"voucher", "enter")
        await settle(pilot)
        assert 0 < len(listed(app)) < 160
        await pilot.press("c")
        await settle(pilot)
        assert len(listed(app)) == 160


async def test_a_filter_that_is_wrong_is_told_in_place(finished: Project) -> None:
    async with opened(finished, "data", size=SIZE) as (app, pilot):
        await pilot.press("slash", *"lable", "colon", *"spam", "enter")
        await settle(pilot)
        assert "Did you mean label:?" in said(app)
        assert len(listed(app)) == 160


async def test_a_filter_is_chosen_by_a_few_letters(finished: Project) -> None:
    async with opened(finished, "data", size=SIZE) as (app, pilot):
        await pilot.press("f", *"lab", "colon", *"spam", "enter")
        await settle(pilot)
        labels = resolve_labels(finished).labels
        assert listed(app) == [i + 1 for i in range(160) if labels[i] == 1]


async def test_the_order_turns_round(finished: Project) -> None:
    async with opened(finished, "data", size=SIZE) as (app, pilot):
        await pilot.press("s", *"-length", "enter")
        await settle(pilot)
        lengths = [len(text) for text in texts(app)]
        assert lengths == sorted(lengths, reverse=True)


async def test_selected_rows_are_relabelled_in_one_act_that_one_undo_takes_back(
    finished: Project,
) -> None:
    before = resolve_labels(finished).labels.copy()
    async with opened(finished, "data", size=SIZE) as (app, pilot):
        await pilot.press("space", "space", "space", "2")
        await settle(pilot)
        assert "u to undo" in said(app)
        assert list(resolve_labels(finished).labels[:3]) == [1, 1, 1]
        n_events = finished.store.decisions.last_event_id()
        await pilot.press("u")
        await settle(pilot)
        assert (resolve_labels(finished).labels == before).all()
        assert finished.store.decisions.last_event_id() == n_events + 1
        await pilot.press("U")
        await settle(pilot)
        assert list(resolve_labels(finished).labels[:3]) == [1, 1, 1]


async def test_all_rows_of_a_search_are_relabelled_at_once(finished: Project) -> None:
    async with opened(finished, "data", size=SIZE) as (app, pilot):
        await pilot.press("slash", *"lunch", "enter")
        await settle(pilot)
        rows = listed(app)
        await pilot.press("v", "l", *"spam", "enter")
        await settle(pilot)
        assert (resolve_labels(finished).labels[[i - 1 for i in rows]] == 1).all()


async def test_the_rows_of_a_filter_are_gone_through_in_annotate(finished: Project) -> None:
    async with opened(finished, "data", size=SIZE) as (app, pilot):
        await pilot.press("slash", *"dinner", "enter")
        await settle(pilot)
        rows = listed(app)
        await pilot.press("enter")
        await settle(pilot)
        assert app.current_mode == "annotate"
        await pilot.press("1", "2")
    events = finished.store.decisions.active()
    assert [(e.example_id, e.class_id) for e in events] == [(rows[0], 0), (rows[1], 1)]


async def test_toggles_add_a_filter_and_take_it_away(finished: Project) -> None:
    async with opened(finished, "data", size=SIZE) as (app, pilot):
        await pilot.press("D")
        await settle(pilot)
        assert listed(app) == []
        assert "no row is listed" not in said(app)
        await pilot.press("space")
        assert "no row is listed" in said(app)
        await pilot.press("D", "n")
        await settle(pilot)
        assert len(listed(app)) == 160
        assert title(app).startswith("is:undecided")


async def test_relabelling_with_the_same_class_promises_no_undo(finished: Project) -> None:
    async with opened(finished, "data", size=(120, 30)) as (app, pilot):
        await pilot.press("2")
        await settle(pilot)
        assert "u to undo" in str(app.screen.query_one("#status-line", Static).render())
        await pilot.press("2")
        await settle(pilot)
        said = str(app.screen.query_one("#status-line", Static).render())
        assert "nothing changed: 1 had it already" in said
        assert "undo" not in said


async def test_a_good_search_clears_the_error_of_the_one_before(finished: Project) -> None:
    async with opened(finished, "data", size=SIZE) as (app, pilot):
        await pilot.press("slash", *"label:nope", "enter")
        await settle(pilot)
        assert "nope" in said(app)
        await pilot.press("slash", *"free", "enter")
        await settle(pilot)
        assert 0 < len(listed(app)) < 160
        assert said(app).strip() == ""


async def test_a_long_text_is_turned_page_by_page_and_gives_way_to_its_evidence(
    project: Project, write_csv: Callable[..., Path]
) -> None:
    long = "the first page " + "word " * 20_000 + "the last page"
    rows = [{"id": "a", "text": "short", "label": "ham"}, {"id": "b", "text": long}]
    import_files(project, [write_csv("rows.csv", rows)])
    async with opened(project, "data", size=(80, 24)) as (app, pilot):

        def pane(name: str) -> str:
            region = app.screen.query_one(name).region
            return "\n".join(screen_lines(app)[region.y : region.bottom])

        await settle(pilot)
        await pilot.press("j")
        assert "the first page" in pane("#data-text")
        await pilot.press("m")
        assert "word word" in pane("#data-text")
        assert "the first page" not in pane("#data-text")
        await pilot.press("k")
        assert "short" in pane("#data-text")
        assert pane("#data-evidence") == ""
        await pilot.press("p")
        assert "given" in pane("#data-evidence")
        assert pane("#data-text") == ""
        await pilot.press("p")
        assert "short" in pane("#data-text")
    assert not project.store.decisions.active()
