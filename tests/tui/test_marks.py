"""The marks of what a sitting has decided follow what stands in the database."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from tests.tui.screens import batch, deciding, decisions, opened, settle, until
from workbench.services.annotate import Session
from workbench.services.classes import rename_class
from workbench.services.project import Project
from workbench.services.suspects import suspects_to_review
from workbench.services.undo import undo

SIZE = (140, 40)


async def until_marked(pilot: Any, marks: dict[int, str]) -> None:
    """Wait until the view has seen what another process did: it looks every second."""
    await until(pilot, lambda: deciding(pilot.app).marks == marks)


async def test_an_undo_in_another_view_takes_the_mark_away(finished: Project) -> None:
    first, second, *_ = batch(finished)
    async with opened(finished, size=SIZE) as (app, pilot):
        await pilot.press("1", "2")
        assert set(deciding(app).marks) == {first, second}
        await pilot.press("g", "d", "u", "g", "a")
        await settle(pilot)
        assert deciding(app).marks == {first: "ham"}
        assert "1 of 6 done" in str(app.screen.query_one("#center").border_title)
        assert second in [int(i) for i in deciding(app).rows.ids]
        await pilot.press("g", "d", "U", "g", "a")
        await settle(pilot)
    assert [(e.example_id, e.class_id) for e in decisions(finished)] == [(first, 0), (second, 1)]


async def test_a_relabel_in_data_and_an_undo_elsewhere_are_followed(finished: Project) -> None:
    first, second, *_ = batch(finished)
    async with opened(finished, size=SIZE) as (app, pilot):
        await pilot.press("1", "1")
        with Project(finished.root) as other, Session(other, annotator="ana") as session:
            undo(other, annotator="ana")
            session.relabel(first, "spam")
        await until_marked(pilot, {first: "spam"})
        await pilot.press("k")
        assert deciding(app).row == first
        assert "✓ spam" in deciding(app).list_row(first).plain
    assert second not in {event.example_id for event in decisions(finished)}


async def test_a_renamed_class_renames_its_marks_and_what_is_repeated(finished: Project) -> None:
    first, second, *_ = batch(finished)
    async with opened(finished, size=SIZE) as (app, pilot):
        await pilot.press("1")
        with Project(finished.root) as other:
            rename_class(other, "ham", "fine", annotator="ana")
        await until_marked(pilot, {first: "fine"})
        await pilot.press("full_stop")
        assert deciding(app).marks == {first: "fine", second: "fine"}
    assert [event.class_id for event in decisions(finished)] == [0, 0]


async def test_an_undone_review_waits_again(finished: Project) -> None:
    n = len(suspects_to_review(finished))
    async with opened(finished, "audit", size=SIZE) as (app, pilot):
        await pilot.press("s", "f")
        await settle(pilot)
        marked = dict(deciding(app).marks)
        assert "flagged ambiguous" in marked.values()
        await pilot.press("g", "d", "g", "u")
        await settle(pilot)
        assert deciding(app).marks == marked
        await pilot.press("g", "d", "u", "u", "g", "u")
        await settle(pilot)
        assert deciding(app).marks == {}
        assert f" rows · {n} to go" in str(deciding(app).rows.border_title)
    assert decisions(finished) == []


async def test_time_spent_in_another_view_is_no_deciding(finished: Project) -> None:
    async with opened(finished, size=SIZE) as (_, pilot):
        await pilot.press("g", "d")
        await asyncio.sleep(0.5)
        back = time.monotonic()
        await pilot.press("g", "a", "1")
        await settle(pilot)
        took = time.monotonic() - back
    (event,) = decisions(finished)
    assert event.seconds is not None
    assert event.seconds <= took + 0.01
