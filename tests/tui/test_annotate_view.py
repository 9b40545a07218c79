"""Annotate: every key leaves its decision in the database."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.text import Text
from textual.widgets import Input, Static

from workbench.services.annotate import Session
from workbench.services.browse import view_example
from workbench.services.guidelines import set_guidelines
from workbench.services.importing import import_files
from workbench.services.outdated import outdated_counts
from workbench.services.project import Project, init_project
from workbench.store.decisions import Event
from workbench.tui.app import WorkbenchApp
from workbench.tui.views.deciding import DecidingView

OpenApp = Callable[..., WorkbenchApp]
SIZE = (120, 30)


def decisions(project: Project) -> list[Event]:
    """Return the decisions that stand."""
    return project.store.decisions.active()


def view(app: WorkbenchApp) -> DecidingView:
    """Return the view that is shown."""
    assert isinstance(app.screen, DecidingView)
    return app.screen


def said(app: WorkbenchApp) -> str:
    """Return what the status line says."""
    return str(app.screen.query_one("#status-line", Static).render())


def batch(project: Project) -> list[int]:
    """Return the rows of the newest batch."""
    run = project.store.runs.last_done("propose")
    assert run is not None
    return [row.example_id for row in project.store.queues.proposal(run.run_id)]


async def test_a_digit_labels_the_row_and_goes_on(finished: Project, open_app: OpenApp) -> None:
    app = open_app(finished)
    async with app.run_test(size=SIZE) as pilot:
        assert view(app).rows.current == batch(finished)[0]
        await pilot.press("2")
        assert view(app).rows.current == batch(finished)[1]
        assert "labelled spam" in said(app)
        assert "u to undo" in said(app)
    (event,) = decisions(finished)
    assert (event.kind, event.class_id, event.annotator) == ("label", 1, "ana")
    assert event.example_id == batch(finished)[0]
    run = finished.store.runs.last_done("propose")
    assert run is not None
    assert event.batch_run_id == run.run_id
    assert event.seconds is not None


async def test_a_decision_is_in_the_database_before_the_program_ends(
    finished: Project, open_app: OpenApp
) -> None:
    app = open_app(finished)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("1")
        with Project(finished.root) as other:
            assert len(decisions(other)) == 1


async def test_accept_takes_the_class_that_the_model_believes_in(
    finished: Project, open_app: OpenApp
) -> None:
    app = open_app(finished)
    shown = view_example(finished, batch(finished)[0])
    assert shown is not None
    assert shown.belief is not None
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("a")
    (event,) = decisions(finished)
    assert event.class_id is not None
    assert finished.classes[event.class_id] == shown.belief.probabilities[0][0]


async def test_accept_without_a_model_decides_nothing_and_says_why(
    filled: Project, open_app: OpenApp, settle: Callable[[Any], Any]
) -> None:
    app = open_app(filled)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("a")
        assert "no model has a belief yet" in said(app)
    assert decisions(filled) == []


async def test_skip_and_flag_are_decisions_without_a_class(
    finished: Project, open_app: OpenApp
) -> None:
    app = open_app(finished)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("space", "f")
    assert [(e.kind, e.class_id) for e in decisions(finished)] == [("skip", None), ("flag", None)]


async def test_undo_goes_back_to_the_row_and_redo_puts_the_decision_back(
    finished: Project, open_app: OpenApp
) -> None:
    app = open_app(finished)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("1", "2", "u")
        assert view(app).rows.current == batch(finished)[1]
        assert len(decisions(finished)) == 1
        await pilot.press("u")
        assert view(app).rows.current == batch(finished)[0]
        assert decisions(finished) == []
        await pilot.press("u")
        assert "nothing to undo" in said(app)
        await pilot.press("U", "U", "U")
        assert "nothing to put back" in said(app)
    assert [e.class_id for e in decisions(finished)] == [0, 1]


async def test_undo_reaches_decisions_of_an_earlier_sitting(
    finished: Project, open_app: OpenApp
) -> None:
    async with open_app(finished).run_test(size=SIZE) as pilot:
        await pilot.press("1")
    app = open_app(finished)
    async with app.run_test(size=SIZE) as pilot:
        assert batch(finished)[0] not in view(app).rows.ids
        await pilot.press("u")
        assert view(app).rows.current == batch(finished)[0]
        await pilot.press("2")
    assert [e.class_id for e in decisions(finished)] == [1]


async def test_a_row_can_be_decided_anew_and_counts_once(
    finished: Project, open_app: OpenApp
) -> None:
    app = open_app(finished)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("1", "k", "2")
        assert view(app).marks == {batch(finished)[0]: "spam"}
        await pilot.press("u")
        assert view(app).marks == {batch(finished)[0]: "ham"}


async def test_repeat_uses_the_last_label(finished: Project, open_app: OpenApp) -> None:
    app = open_app(finished)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("full_stop")
        assert "nothing was labelled yet" in said(app)
        await pilot.press("2", "full_stop")
    assert [e.class_id for e in decisions(finished)] == [1, 1]


async def test_moving_decides_nothing(finished: Project, open_app: OpenApp) -> None:
    app = open_app(finished)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("j", "down", "k", "p", "m")
        assert view(app).rows.current == batch(finished)[1]
    assert decisions(finished) == []


async def test_a_digit_without_a_class_is_refused(finished: Project, open_app: OpenApp) -> None:
    app = open_app(finished)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("9")
        assert "only 2 classes" in said(app)
    assert decisions(finished) == []


async def test_after_the_last_row_another_key_decides_nothing(
    finished: Project, open_app: OpenApp, screen_lines: Callable[..., list[str]]
) -> None:
    app = open_app(finished)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press(*"111111")
        assert len(decisions(finished)) == 6
        with Project(finished.root) as other, Session(other, annotator="ben") as session:
            session.label(batch(finished)[0], "ham")
        app.poll()
        await pilot.pause()
        await pilot.press("2", "a", "space")
        assert len(decisions(finished)) == 7
        assert "No row waits" in "\n".join(screen_lines(app))
        await pilot.press("k")
        assert view(app).row == batch(finished)[5]
        await pilot.press("r")
        assert view(app).row not in (None, *batch(finished))


async def test_a_class_by_name_among_many(many_classes: Project, open_app: OpenApp) -> None:
    app = open_app(many_classes)
    async with app.run_test(size=(80, 24)) as pilot:
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


async def test_a_click_on_a_class_labels(
    finished: Project, open_app: OpenApp, settle: Callable[[Any], Any]
) -> None:
    app = open_app(finished)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.click("#class-bar", offset=(12, 1))
        await pilot.pause()
    assert [e.class_id for e in decisions(finished)] == [1]


async def test_a_project_without_rows_says_what_to_do(
    project: Project, open_app: OpenApp, screen_lines: Callable[..., list[str]]
) -> None:
    app = open_app(project)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("1", "a", "space", "u", "U", "full_stop", "r", "m")
        assert ":import FILE --role train" in "\n".join(screen_lines(app))
    assert decisions(project) == []


async def test_the_row_under_the_cursor_stays_when_another_annotator_decides(
    finished: Project, open_app: OpenApp, settle: Callable[[Any], Any]
) -> None:
    app = open_app(finished)
    first, second, *_ = batch(finished)
    async with app.run_test(size=SIZE) as pilot:
        with Project(finished.root) as other, Session(other, annotator="ben") as session:
            session.label(first, "ham")
            session.label(second, "ham")
        app.poll()
        await settle(pilot)
        assert view(app).rows.current == first
        # What others decided is still mine to decide: annotators are compared.
        assert second in view(app).rows.ids


async def test_rows_decided_elsewhere_under_my_name_leave_the_queue(
    finished: Project, open_app: OpenApp, settle: Callable[[Any], Any]
) -> None:
    app = open_app(finished)
    first, second, third, *_ = batch(finished)
    async with app.run_test(size=SIZE) as pilot:
        with Project(finished.root) as other, Session(other, annotator="ana") as session:
            session.label(first, "ham")
            session.label(second, "ham")
        app.poll()
        await settle(pilot)
        assert view(app).rows.current == first
        assert second not in view(app).rows.ids
        assert third in view(app).rows.ids


async def test_new_rows_appear_while_the_view_is_open(
    filled: Project, open_app: OpenApp, settle: Callable[[Any], Any], write_csv: Callable[..., Any]
) -> None:
    app = open_app(filled)
    async with app.run_test(size=SIZE) as pilot:
        n_before = len(view(app).rows.ids)
        with Project(filled.root) as other:
            import_files(other, [write_csv("more.csv", [{"id": "new", "text": "a new row"}])])
        app.poll()
        await settle(pilot)
        assert len(view(app).rows.ids) == n_before + 1
        # The status is read at longer intervals.
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            assert app.status is not None
            if sum(app.status.by_role.values()) == filled.store.examples.count():
                return
            app.poll()
            await settle(pilot)
        pytest.fail("the status does not count the new row")


async def test_another_queue_is_chosen_by_name(
    finished: Project, open_app: OpenApp, settle: Callable[[Any], Any]
) -> None:
    app = open_app(finished)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("o", *"control", "enter")
        await settle(pilot)
        rows = [int(i) for i in view(app).rows.ids]
        assert len(rows) == 120
        assert rows != sorted(rows)
        await pilot.press("1")
    assert [e.example_id for e in decisions(finished)] == rows[:1]


async def test_a_search_is_gone_through_from_top_to_bottom(
    finished: Project, open_app: OpenApp, settle: Callable[[Any], Any]
) -> None:
    app = open_app(finished)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("slash", *"voucher", "enter")
        await settle(pilot)
        rows = [int(i) for i in view(app).rows.ids]
        texts = [finished.store.examples.get(i) for i in rows]
        assert rows
        assert all(e is not None and "voucher" in e.text for e in texts)
        await pilot.press("2", "1")
    assert [e.example_id for e in decisions(finished)] == rows[:2]


async def test_history_goes_back_and_a_decision_is_changed_there(
    finished: Project, open_app: OpenApp, settle: Callable[[Any], Any]
) -> None:
    async with open_app(finished).run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("1", "1", "f")
    app = open_app(finished)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("h")
        await settle(pilot)
        assert list(view(app).rows.ids) == batch(finished)[2::-1]
        await pilot.press("j", "2")
    last = decisions(finished)[-1]
    assert (last.example_id, last.class_id) == (batch(finished)[1], 1)


async def test_a_note_goes_with_the_decision(
    finished: Project, open_app: OpenApp, settle: Callable[[Any], Any]
) -> None:
    app = open_app(finished)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("c", *"odd", "enter", "1", "2", "k", "c", *"sure", "enter")
        await settle(pilot)
    assert [event.note for event in decisions(finished)] == ["odd", None, "sure"]


async def test_blind_hides_what_models_and_functions_say_until_the_decision(
    finished: Project,
    open_app: OpenApp,
    settle: Callable[[Any], Any],
    screen_lines: Callable[[WorkbenchApp], list[str]],
) -> None:
    app = open_app(finished)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        shown = "\n".join(screen_lines(app))
        assert all(told in shown for told in ("end model", "stands for a cluster", "0.80"))
        await pilot.press("b", "a")
        await pilot.pause()
        assert decisions(finished) == []
        assert "the belief is hidden" in said(app)
        shown = "\n".join(screen_lines(app))
        assert "end model" not in shown
        assert "of 4 functions" not in shown
        # The reason may be what the model is torn between; the score too.
        assert "stands for a cluster" not in shown
        assert "0.80" not in shown
        await pilot.press("1", "k")
        await pilot.pause()
        assert "end model" in "\n".join(screen_lines(app))


async def test_the_title_tells_how_often_the_model_agrees(
    finished: Project, open_app: OpenApp, settle: Callable[[Any], Any]
) -> None:
    app = open_app(finished)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("a", "a", "space")
        assert "model agrees 2 of 2" in str(app.screen.query_one("#center").border_title)
        await pilot.press("1", "2")
        assert "of 4" in str(app.screen.query_one("#center").border_title)


async def test_the_words_that_functions_look_for_are_brought_out(
    finished: Project, open_app: OpenApp, settle: Callable[[Any], Any]
) -> None:
    app = open_app(finished)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("slash", *"free", "enter")
        await settle(pilot)
        text = app.screen.query_one("#document-text", Static).content
        assert isinstance(text, Text)
        underlined = {
            text.plain[span.start : span.end]
            for span in text.spans
            if "underline" in str(span.style)
        }
        assert "free" in underlined


async def test_the_keys_go_on_while_a_decision_waits_for_the_disk(
    finished: Project, open_app: OpenApp, settle: Callable[[Any], Any]
) -> None:
    app = open_app(finished)
    app.patience = 0.01
    rows = batch(finished)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        with Project(finished.root) as other, other.store.transaction():
            await pilot.press("1", "2", "1")
            assert view(app).rows.current == rows[3]
            assert decisions(finished) == []
        while app.writer.n_waiting:
            await pilot.pause()
    assert [(e.example_id, e.class_id) for e in decisions(finished)] == [
        (rows[0], 0),
        (rows[1], 1),
        (rows[2], 0),
    ]


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_the_way_to_the_other_classes_is_always_in_sight(
    tmp_path: Path,
    write_csv: Callable[..., Path],
    open_app: OpenApp,
    settle: Callable[[Any], Any],
    screen_lines: Callable[[WorkbenchApp], list[str]],
    size: tuple[int, int],
) -> None:
    names = [
        f"balance_not_updated_after_{word}_{i}" for i in range(26) for word in ("x", "yy", "z")
    ]
    with Project(init_project(tmp_path / "names", names)) as project:
        import_files(project, [write_csv("a.csv", [{"id": "a", "text": "a message"}])])
        app = open_app(project)
        async with app.run_test(size=size) as pilot:
            await settle(pilot)
            shown = "\n".join(screen_lines(app))
            assert re.search(r" l \d\d more", shown)
            assert " 1 bal" in shown
            assert " 4 bal" in shown
            assert "a message" in shown


async def test_a_note_stays_with_its_row_whatever_is_shown_when_it_is_done(
    finished: Project, open_app: OpenApp, settle: Callable[[Any], Any]
) -> None:
    app = open_app(finished)
    first, second, *_ = batch(finished)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("c", *"odd")
        view(app).rows.move(1)  # as a click does
        await pilot.press("enter", "1")
        assert [(e.example_id, e.note) for e in decisions(finished)] == [(second, None)]
        # Another queue and back: it is still there.
        await pilot.press("o", *"control", "enter")
        await settle(pilot)
        await pilot.press("r")
        await settle(pilot)
        assert view(app).row == first
        await pilot.press("2")
    assert (first, "odd") in [(e.example_id, e.note) for e in decisions(finished)]


async def test_undo_gives_a_note_back_and_redo_takes_it(
    finished: Project, open_app: OpenApp
) -> None:
    app = open_app(finished)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("c", *"odd", "enter", "2", "u")
        head = str(app.screen.query_one("#document-head", Static).render())
        assert "note  odd" in head
        await pilot.press("1")
        assert [event.note for event in decisions(finished)] == ["odd"]
        await pilot.press("u", "U", "k")
        assert "note" not in str(app.screen.query_one("#document-head", Static).render())


@pytest.mark.parametrize("size", [(40, 10), (60, 14), (80, 18)])
async def test_a_small_screen_shows_the_text_first(
    finished: Project,
    open_app: OpenApp,
    screen_lines: Callable[..., list[str]],
    size: tuple[int, int],
) -> None:
    app = open_app(finished)
    async with app.run_test(size=size):
        text = finished.store.examples.get(batch(finished)[0]).text
        assert text in "\n".join(screen_lines(app))


async def test_what_a_queue_asks_to_be_settled_is_settled(
    finished: Project, open_app: OpenApp
) -> None:
    for who, label in (("bo", "ham"), ("cy", "spam")):
        with Session(finished, annotator=who) as session:
            session.label(1, label)
    with Session(finished, annotator="bo") as session:
        session.relabel(2, "ham")
    set_guidelines(finished, "# new\n")
    app = open_app(finished)
    async with app.run_test(size=SIZE) as pilot:
        view(app)._change_queue("disagreement")
        view(app).read_again()
        await app.workers.wait_for_complete()
        await pilot.press("2")
        view(app)._change_queue("outdated")
        view(app).read_again()
        await app.workers.wait_for_complete()
        await pilot.press("2")
    kinds = [
        (e.example_id, e.kind, e.class_id) for e in decisions(finished) if e.annotator == "ana"
    ]
    assert kinds == [(1, "adjudicate", 1), (2, "relabel", 1)]
    assert outdated_counts(finished) == {}
