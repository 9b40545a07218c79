"""Annotate: every key leaves its decision in the database."""

from __future__ import annotations

import asyncio

import pytest
from textual.widgets import Input, Static

from tests.tui.screens import (
    PATIENCE_SECONDS,
    batch,
    deciding,
    decisions,
    open_app,
    opened,
    said,
    screen_lines,
    settle,
    until,
)
from workbench.services.browse import view_example
from workbench.services.project import Project

SIZE = (120, 30)


async def test_a_digit_labels_the_row_and_goes_on(finished: Project) -> None:
    async with opened(finished, size=SIZE) as (app, pilot):
        assert deciding(app).rows.current == batch(finished)[0]
        await pilot.press("2")
        assert deciding(app).rows.current == batch(finished)[1]
        assert "labelled spam" in said(app)
        assert "u to undo" in said(app)
    (event,) = decisions(finished)
    assert (event.kind, event.class_id, event.annotator) == ("label", 1, "ana")
    assert event.example_id == batch(finished)[0]
    run = finished.store.runs.last_done("propose")
    assert run is not None
    assert event.batch_run_id == run.run_id
    assert event.seconds is not None


async def test_a_decision_is_in_the_database_before_the_program_ends(finished: Project) -> None:
    async with opened(finished, size=SIZE) as (_, pilot):
        await pilot.press("1")
        with Project(finished.root) as other:
            assert len(decisions(other)) == 1


async def test_accept_takes_the_class_that_the_model_believes_in(finished: Project) -> None:
    shown = view_example(finished, batch(finished)[0])
    assert shown is not None
    assert shown.belief is not None
    async with opened(finished, size=SIZE) as (_, pilot):
        await pilot.press("a")
    (event,) = decisions(finished)
    assert event.class_id is not None
    assert finished.classes[event.class_id] == shown.belief.probabilities[0][0]


async def test_accept_without_a_model_decides_nothing_and_says_why(filled: Project) -> None:
    async with opened(filled, size=SIZE) as (app, pilot):
        await pilot.press("a")
        assert "no model has a belief yet" in said(app)
    assert decisions(filled) == []


async def test_skip_and_flag_are_decisions_without_a_class(finished: Project) -> None:
    async with opened(finished, size=SIZE) as (_, pilot):
        await pilot.press("space", "f")
    assert [(e.kind, e.class_id) for e in decisions(finished)] == [("skip", None), ("flag", None)]


async def test_undo_goes_back_to_the_row_and_redo_puts_the_decision_back(finished: Project) -> None:
    async with opened(finished, size=SIZE) as (app, pilot):
        await pilot.press("1", "2", "u")
        assert deciding(app).rows.current == batch(finished)[1]
        assert len(decisions(finished)) == 1
        await pilot.press("u")
        assert deciding(app).rows.current == batch(finished)[0]
        assert decisions(finished) == []
        await pilot.press("u")
        assert "nothing to undo" in said(app)
        await pilot.press("U", "U", "U")
        assert "nothing to put back" in said(app)
    assert [e.class_id for e in decisions(finished)] == [0, 1]


async def test_undo_reaches_decisions_of_an_earlier_sitting(finished: Project) -> None:
    async with opened(finished, size=SIZE) as (_, pilot):
        await pilot.press("1")
    async with opened(finished, size=SIZE) as (app, pilot):
        assert batch(finished)[0] not in deciding(app).rows.ids
        await pilot.press("u")
        assert deciding(app).rows.current == batch(finished)[0]
        await pilot.press("2")
    assert [e.class_id for e in decisions(finished)] == [1]


async def test_a_row_can_be_decided_anew_and_counts_once(finished: Project) -> None:
    async with opened(finished, size=SIZE) as (app, pilot):
        await pilot.press("1", "k", "2")
        assert deciding(app).marks == {batch(finished)[0]: "spam"}
        await pilot.press("u")
        assert deciding(app).marks == {batch(finished)[0]: "ham"}


async def test_repeat_uses_the_last_label(finished: Project) -> None:
    async with opened(finished, size=SIZE) as (app, pilot):
        await pilot.press("full_stop")
        assert "nothing was labelled yet" in said(app)
        await pilot.press("2", "full_stop")
    assert [e.class_id for e in decisions(finished)] == [1, 1]


async def test_moving_decides_nothing(finished: Project) -> None:
    async with opened(finished, size=SIZE) as (app, pilot):
        await pilot.press("j", "down", "k", "p", "m")
        assert deciding(app).rows.current == batch(finished)[1]
    assert decisions(finished) == []


async def test_a_digit_without_a_class_is_refused(finished: Project) -> None:
    async with opened(finished, size=SIZE) as (app, pilot):
        await pilot.press("9")
        assert "only 2 classes" in said(app)
    assert decisions(finished) == []


async def test_a_class_by_name_among_many(many_classes: Project) -> None:
    async with opened(many_classes, size=(80, 24)) as (app, pilot):
        before = app.focused
        await pilot.press("l", *"17")
        assert isinstance(app.focused, Input)
        assert decisions(many_classes) == []
        await pilot.press("enter")
        await pilot.pause()
        assert app.focused is before
        await pilot.press("3")
        await pilot.press("l", "escape")
        assert app.focused is before
    assert [e.class_id for e in decisions(many_classes)] == [17, 2]


async def test_a_click_on_a_class_labels(finished: Project) -> None:
    async with opened(finished, size=SIZE) as (_, pilot):
        await pilot.click("#class-bar", offset=(12, 1))
        await until(pilot, lambda: bool(decisions(finished)))
    assert [e.class_id for e in decisions(finished)] == [1]


async def test_a_note_goes_with_the_decision(finished: Project) -> None:
    async with opened(finished, size=SIZE) as (_, pilot):
        await pilot.press("c", *"odd", "enter", "1", "2", "k", "c", *"sure", "enter")
        await settle(pilot)
    assert [event.note for event in decisions(finished)] == ["odd", None, "sure"]


async def test_the_keys_go_on_while_a_decision_waits_for_the_disk(finished: Project) -> None:
    app = open_app(finished)
    app.patience = 0.01
    rows = batch(finished)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        with Project(finished.root) as other, other.store.transaction():
            await pilot.press("1", "2", "1")
            assert deciding(app).rows.current == rows[3]
            assert decisions(finished) == []
        while app.writer.n_waiting:
            await pilot.pause()
    assert [(e.example_id, e.class_id) for e in decisions(finished)] == [
        (rows[0], 0),
        (rows[1], 1),
        (rows[2], 0),
    ]


async def test_the_next_row_is_drawn_while_a_decision_waits_for_the_disk(
    finished: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing may wake the screen meanwhile, as a pilot that waits for it does."""
    app, drawn = open_app(finished), list[str]()
    app.patience = 0.3
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        monkeypatch.setattr(app, "_display", lambda *_: drawn.extend(screen_lines(app)))
        with Project(finished.root) as other, other.store.transaction():
            app.simulate_key("1")
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not any("✓ ham" in line for line in drawn):
                    await asyncio.sleep(0.01)
            assert decisions(finished) == []
        while app.writer.n_waiting:
            await pilot.pause()
        await pilot.press("j")  # what the first key began has ended before this one
    assert len(decisions(finished)) == 1


async def test_a_note_stays_with_its_row_whatever_is_shown_when_it_is_done(
    finished: Project,
) -> None:
    first, second, *_ = batch(finished)
    async with opened(finished, size=SIZE) as (app, pilot):
        await pilot.press("c", *"odd")
        deciding(app).rows.move(1)  # as a click does
        await pilot.press("enter", "1")
        assert [(e.example_id, e.note) for e in decisions(finished)] == [(second, None)]
        # Another queue and back: it is still there.
        await pilot.press("o", *"control", "enter")
        await settle(pilot)
        await pilot.press("o", *"batch", "enter")
        await settle(pilot)
        assert deciding(app).row == first
        await pilot.press("2")
    assert (first, "odd") in [(e.example_id, e.note) for e in decisions(finished)]


async def test_undo_gives_a_note_back_and_redo_takes_it(finished: Project) -> None:
    async with opened(finished, size=(80, 24)) as (app, pilot):
        await pilot.press("c", *"odd", "enter", "2", "u")
        head = str(app.screen.query_one("#document-head", Static).render())
        assert "note  odd" in head
        await pilot.press("1")
        assert [event.note for event in decisions(finished)] == ["odd"]
        await pilot.press("u", "U", "k")
        assert "note" not in str(app.screen.query_one("#document-head", Static).render())
