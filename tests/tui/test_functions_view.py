"""Functions: what each one says, how right it is, its source and its errors."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.widgets import DataTable, Static, TextArea

from tests.services.function_scripts import annotate
from tests.tui.screens import open_app, opened, said, screen_lines, settle, text_of, until
from workbench.services.importing.import_votes import import_votes
from workbench.services.lf.apply import apply_functions
from workbench.services.lf.functions import list_functions
from workbench.services.lf.rows import function_rows
from workbench.services.project import Project
from workbench.tui.app import WorkbenchApp
from workbench.tui.widgets.row_list import RowList

SIZE = (150, 40)


BROKEN = """
from workbench import labeling_function

@labeling_function()
def fails(record):
    return "spam" if record.text.nothing else None
"""


def cells(app: WorkbenchApp, name: str) -> list[str]:
    """Return the cells of a function's row as text."""
    return [str(cell) for cell in app.screen.query_one(DataTable).get_row(name)]


async def test_the_table_tells_figures_and_state(finished: Project) -> None:
    async with opened(finished, "functions", size=SIZE) as (app, _):
        assert app.screen.query_one(DataTable).row_count == 4
        name, says, coverage, *_, state = cells(app, "offers")
        assert (name, says, state.strip()) == ("offers", "spam", "current")
        assert coverage.endswith("%")


async def test_accuracy_is_a_dash_where_no_label_tells_it(
    project: Project, write_csv: Callable[..., Path]
) -> None:
    from workbench.services.importing.importing import import_files

    import_files(project, [write_csv("rows.csv", [{"id": "a", "text": "free"}])])
    import_votes(project, write_csv("votes.csv", [{"uid": "a", "outside": "spam"}]))
    async with opened(project, "functions", size=SIZE) as (app, _):
        title = app.screen.query_one(DataTable).border_title
        assert str(title).startswith("1 function ·")
        row = cells(app, "outside")
        assert row[5:7] == ["–", "0"]
        assert row[-1].strip() == "external"


async def test_moving_shows_the_source_with_its_place(finished: Project) -> None:
    async with opened(finished, "functions", size=SIZE) as (app, pilot):
        names = [str(row.value) for row in app.screen.query_one(DataTable).rows]
        await pilot.press(*"j" * names.index("polite"))
        await pilot.pause()
        assert "def polite" in app.screen.query_one("#source", TextArea).text
        assert "first.py:" in text_of(app, "#source-head")
        await pilot.press(*"k" * 9)
        await pilot.pause()
        assert names[0] in text_of(app, "#source-head")


async def test_r_applies_what_is_new_and_shows_the_first_error(
    finished: Project, worker_environment: None
) -> None:
    (finished.functions_folder / "broken.py").write_text(BROKEN)
    async with opened(finished, "functions", size=SIZE) as (app, pilot):
        await pilot.press("R")
        await settle(pilot)
        assert cells(app, "fails")[-1].strip() == "new"
        assert "1 waits for r" in said(app)
        await pilot.press("r")
        await settle(pilot)
        await settle(pilot)
        names = [str(row.value) for row in app.screen.query_one(DataTable).rows]
        app.screen.query_one(DataTable).move_cursor(row=names.index("fails"))
        await pilot.pause()
        assert "AttributeError" in text_of(app, "#source-head")
    assert "fails" in {version.name for version in finished.store.votes.in_force()}


async def test_a_script_that_cannot_be_loaded_is_named_with_its_line(finished: Project) -> None:
    (finished.functions_folder / "typo.py").write_text("x = 1\ndef oops(:\n")
    async with opened(finished, "functions", size=SIZE) as (app, pilot):
        await pilot.press("R")
        await settle(pilot)
        assert "typo.py:2" in text_of(app, "#problems")


async def test_without_functions_the_view_says_how_to_begin(filled: Project) -> None:
    async with opened(filled, "functions", size=SIZE) as (app, pilot):
        await pilot.press("j", "k")
        assert "writes one from a template" in "\n".join(screen_lines(app))


@pytest.mark.parametrize(
    ("key", "which"),
    [
        ("c", "conflicting"),
        ("y", "right"),
        ("w", "wrong"),
        ("v", "uncovered"),
        ("m", "missed"),
    ],
)
async def test_the_rows_of_a_function_are_one_key_away(
    finished: Project, key: str, which: str
) -> None:
    async with opened(finished, "functions", size=(120, 40)) as (app, pilot):
        name = sorted(v.name for v in finished.store.votes.in_force())[0]
        expected = function_rows(finished, name, which, limit=1_000)
        await pilot.press(key)
        await settle(pilot)
        if expected.n_rows:
            assert app.current_mode == "annotate"
            ids = [int(i) for i in app.screen.query_one("#rows", RowList).ids]
            uids = [finished.store.examples.get(i).uid for i in ids]
            assert uids == [row.uid for row in expected.rows]
        else:
            assert "there are no" in str(app.screen.query_one("#status-line", Static).render())


async def test_t_tries_the_function_and_stores_nothing(
    finished: Project, worker_environment: None
) -> None:
    in_force, runs = finished.store.votes.in_force(), len(finished.store.runs.newest())
    async with opened(finished, "functions", size=SIZE) as (app, pilot):
        await pilot.press("t")
        await settle(pilot)
        assert re.search(r"meals: \d+ votes on 160 rows, .* ms a row, 0 failed", said(app))
    assert finished.store.votes.in_force() == in_force
    assert len(finished.store.runs.newest()) == runs


async def test_s_orders_the_table_by_each_column_in_turn(finished: Project) -> None:
    async with opened(finished, "functions", size=SIZE) as (app, pilot):
        table = app.screen.query_one(DataTable)
        seen = {}
        while (order := said(app).rpartition("ordered by ")[2]) not in seen:
            seen[order] = [str(row.value) for row in table.rows]
            await pilot.press("s")
        assert seen["name"] == sorted(seen["name"])
        share = {name: float(cells(app, name)[2].rstrip("%")) for name in seen["name"]}
        assert seen["coverage"] == sorted(share, key=lambda name: -share[name])


async def test_a_suggestion_is_accepted_into_a_script(
    finished: Project, worker_environment: None
) -> None:
    annotate(finished, {f"r{i}": "ham" if i % 2 == 0 else "spam" for i in range(80)})
    async with opened(finished, "functions", size=(200, 40)) as (app, pilot):
        await pilot.press("i")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert (finished.functions_folder / "suggested.py").exists()
        apply_functions(finished)
        await pilot.press("R")
        await settle(pilot)
        chosen = [row for row in list_functions(finished).functions if row.n_chose]
        assert chosen
        names = [str(row.value) for row in app.screen.query_one(DataTable).rows]
        app.screen.query_one(DataTable).move_cursor(row=names.index(chosen[0].name))
        await pilot.pause()
        await pilot.pause()
        assert "chose it and do not judge it" in "\n".join(screen_lines(app))


async def test_commands_that_try_nothing_leave_the_view_as_it_is(
    finished: Project, worker_environment: None
) -> None:
    async with opened(finished, "functions", size=(120, 40)) as (app, pilot):
        before = screen_lines(app)
        app.run_line("lf suggest")
        await settle(pilot)
        assert "lf suggest · esc closes" in "\n".join(screen_lines(app))
        await pilot.press("escape")
        await settle(pilot)
        assert screen_lines(app) == before


async def test_the_source_begins_with_the_function_even_on_a_small_screen(
    finished: Project,
) -> None:
    helpers = "\n".join(f"LIST_{i} = {['word'] * 12}" for i in range(20))
    used = ", ".join(f"LIST_{i}" for i in range(20))
    (finished.functions_folder / "long.py").write_text(
        f"from workbench import labeling_function\n\n{helpers}\n\n"
        f"@labeling_function()\ndef lengthy(record):\n    return len(({used})) and None\n"
    )
    async with opened(finished, "functions", size=(80, 24)) as (app, pilot):
        await pilot.press("R")
        await settle(pilot)
        names = [str(row.value) for row in app.screen.query_one(DataTable).rows]
        app.screen.query_one(DataTable).move_cursor(row=names.index("lengthy"))
        await pilot.pause()
        await pilot.pause()
        assert "def lengthy(record):" in "\n".join(screen_lines(app))


async def test_escape_gives_up_on_scripts_that_never_load_and_q_does_not_wait(
    finished: Project,
) -> None:
    (finished.functions_folder / "endless.py").write_text("while True:\n    pass\n")
    app = open_app(finished, "functions")

    def is_loading() -> bool:
        return any(w.group == "functions" and not w.is_finished for w in app.workers)

    async with app.run_test(size=(80, 24)) as pilot:
        app.simulate_key("R")
        await until(pilot, is_loading)
        app.simulate_key("escape")
        await until(pilot, lambda: "gave up" in said(app) and not is_loading())
    # The interpreter's end waits for threads that are no daemons.
    assert all(thread.daemon for thread in threading.enumerate() if thread.name == "reader")
