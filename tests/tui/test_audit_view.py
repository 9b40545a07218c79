"""Audit: a review of the suspects, worst first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.widgets import Static

from workbench.services.browse import suspects_to_review
from workbench.services.project import Project
from workbench.store.decisions import Event
from workbench.tui.app import WorkbenchApp
from workbench.tui.views.audit import AuditView

OpenApp = Callable[..., WorkbenchApp]
SIZE = (140, 40)


def decisions(project: Project) -> list[Event]:
    """Return the decisions that stand."""
    return project.store.decisions.active()


def view(app: WorkbenchApp) -> AuditView:
    """Return the view."""
    assert isinstance(app.screen, AuditView)
    return app.screen


def text_of(app: WorkbenchApp, selector: str) -> str:
    """Return what a line or pane shows."""
    return str(app.screen.query_one(selector, Static).render())


async def test_suspects_come_worst_first(finished: Project, open_app: OpenApp) -> None:
    suspects = suspects_to_review(finished)
    assert len(suspects) >= 4
    app = open_app(finished, "audit")
    async with app.run_test(size=SIZE):
        assert list(view(app).rows.ids) == [suspect.example_id for suspect in suspects]


@pytest.mark.parametrize("key", ["s", "a"])
async def test_the_suggestion_becomes_the_label(
    finished: Project, open_app: OpenApp, key: str
) -> None:
    suspect = suspects_to_review(finished)[0]
    app = open_app(finished, "audit")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press(key)
        assert view(app).rows.cursor == 1
    (event,) = decisions(finished)
    assert (event.kind, event.example_id) == ("relabel", suspect.example_id)
    assert event.class_id == suspect.suggested_class
    resolved = finished.store.resolved.of_example(suspect.example_id)
    assert resolved is not None
    assert (resolved.class_id, resolved.origin) == (suspect.suggested_class, "correction")


async def test_keep_confirms_the_given_label(finished: Project, open_app: OpenApp) -> None:
    suspect = suspects_to_review(finished)[0]
    app = open_app(finished, "audit")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("y")
    (event,) = decisions(finished)
    assert (event.kind, event.class_id) == ("keep", suspect.given_class)


async def test_a_digit_keeps_or_corrects(finished: Project, open_app: OpenApp) -> None:
    first, second, *_ = suspects_to_review(finished)
    app = open_app(finished, "audit")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press(str(first.given_class + 1), str(second.suggested_class + 1))
    assert [event.kind for event in decisions(finished)] == ["keep", "relabel"]


async def test_later_decides_nothing_and_flag_takes_the_row_out(
    finished: Project, open_app: OpenApp
) -> None:
    app = open_app(finished, "audit")
    n_before = len(suspects_to_review(finished))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("space")
        assert decisions(finished) == []
        assert view(app).rows.cursor == 1
        await pilot.press("f")
    assert [event.kind for event in decisions(finished)] == ["flag"]
    assert len(suspects_to_review(finished)) == n_before - 1


async def test_undo_brings_the_suspect_back(finished: Project, open_app: OpenApp) -> None:
    n_before = len(suspects_to_review(finished))
    app = open_app(finished, "audit")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("s", "s", "u")
        assert view(app).rows.cursor == 1
        assert len(suspects_to_review(finished)) == n_before - 1
        await pilot.press("u", "U")
    assert len(suspects_to_review(finished)) == n_before - 1


async def test_rates_by_class_and_by_group_are_shown(
    finished: Project, open_app: OpenApp, screen_lines: Callable[..., list[str]]
) -> None:
    app = open_app(finished, "audit")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        shown = "\n".join(screen_lines(app))
        assert "by class" in shown
        assert "by vendor" in shown
        assert "bad !" in shown


async def test_before_an_audit_the_view_says_how_to_begin(
    filled: Project, open_app: OpenApp
) -> None:
    app = open_app(filled, "audit")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("y", "s", "1", "space", "u", "f")
        assert "have not been audited" in text_of(app, "#document-text")
    assert decisions(filled) == []


async def test_r_audits_in_a_worker_process(
    filled: Project,
    open_app: OpenApp,
    settle: Callable[[Any], Any],
    screen_lines: Callable[..., list[str]],
    worker_environment: None,
) -> None:
    app = open_app(filled, "audit")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("r")
        await settle(pilot)
        assert "audit took" in text_of(app, "#status-line")
        assert list(view(app).rows.ids) == [s.example_id for s in suspects_to_review(filled)]
        assert view(app).rows.ids
        assert "by vendor" in "\n".join(screen_lines(app))


async def test_a_review_that_is_done_says_what_is_next(
    finished: Project, open_app: OpenApp
) -> None:
    app = open_app(finished, "audit")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press(*"s" * len(suspects_to_review(finished)))
        assert suspects_to_review(finished) == []
        n_decided = len(decisions(finished))
        await pilot.press("s", "y", "1")
        assert "No suspect waits" in text_of(app, "#document-text")
    assert len(decisions(finished)) == n_decided
