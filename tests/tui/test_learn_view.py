"""Learn: batches with their reasons, and the learning curve."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tui.screens import opened, said, screen_lines, settle
from workbench.services.annotate import Session
from workbench.services.curve import Beside, CurvePoint, CurveResult, StopHint
from workbench.services.project import Project
from workbench.services.row_queues import annotation_queue
from workbench.tui.app import WorkbenchApp
from workbench.tui.views.learn import LearnView
from workbench.tui.widgets.batch import curve_text
from workbench.tui.widgets.form import Form
from workbench.tui.widgets.row_list import RowList

SIZE = (160, 48)


def view(app: WorkbenchApp) -> LearnView:
    """Return the view."""
    assert isinstance(app.screen, LearnView)
    return app.screen


def last_proposal(project: Project) -> Any:
    """Return the newest run that proposed a batch."""
    return project.store.runs.newest(kind="propose")[0]


async def test_the_newest_batch_is_listed_with_the_reason_of_each_row(finished: Project) -> None:
    queue = annotation_queue(finished, "ana")
    with Session(finished, annotator="ana") as session:
        session.label(queue[1].example_id, "spam")
    async with opened(finished, "learn", size=SIZE) as (app, pilot):
        rows = app.screen.query_one("#batch-rows", RowList)
        assert len(rows.ids) == len(queue)
        shown = "\n".join(screen_lines(app))
        assert f"1 of {len(queue)} decided" in shown
        assert "stands for a cluster of 39 rows" in shown
        await pilot.press("j", "j", "k", "J", "K")
        await settle(pilot)
        assert "stands for a cluster of 38 rows" in "\n".join(screen_lines(app))


async def test_b_proposes_a_batch_with_the_options(
    finished: Project, worker_environment: None
) -> None:
    async with opened(finished, "learn", size=SIZE) as (app, pilot):
        await pilot.press("o", "right", "down", "right", "down", "right", "b")
        await settle(pilot)
        await settle(pilot)
        assert "propose took" in said(app)
        assert len(app.screen.query_one("#batch-rows", RowList).ids) == 20
        await pilot.press("escape")
        assert not app.screen.query_one(Form).is_open
        await pilot.press("h")
        await settle(pilot)
        assert len(app.screen.query_one("#batch-rows", RowList).ids) == 6
        await pilot.press("h")
        assert "no older batch" in said(app)
        await pilot.press("H", "H")
        assert "newest batch" in said(app)
    run = last_proposal(finished)
    assert len(finished.store.queues.proposal(run.run_id)) == 20


async def test_a_condition_is_typed_and_a_bad_one_is_told_in_place(
    finished: Project, worker_environment: None
) -> None:
    before = last_proposal(finished).run_id
    async with opened(finished, "learn", size=SIZE) as (app, pilot):
        await pilot.press("o", "down", "down", "down", *"nonsense", "enter")
        await settle(pilot)
        assert app.screen.query_one("#status-line").has_class("-error")
    assert finished.store.runs.last_done("propose").run_id == before  # type: ignore[union-attr]


async def test_the_curve_is_measured_and_drawn(finished: Project, worker_environment: None) -> None:
    with Session(finished, annotator="ana") as session:
        for number in range(1, 41):
            session.label(number, "spam" if number % 2 == 0 else "ham")
    async with opened(finished, "learn", size=SIZE) as (app, pilot):
        assert "c  measures the curve" in "\n".join(screen_lines(app))
        await pilot.press("c")
        await settle(pilot)
        assert "curve took" in said(app)
        assert view(app)._curve is not None
        assert "c  measures the curve" not in "\n".join(screen_lines(app))
        await pilot.resize_terminal(80, 24)
        await pilot.press("p")
        await settle(pilot)
    assert finished.store.runs.newest(limit=1)[0].kind == "annotate"


async def test_enter_goes_to_annotate(finished: Project) -> None:
    async with opened(finished, "learn", size=SIZE) as (app, pilot):
        await pilot.press("enter")
        await settle(pilot)
        assert app.current_mode == "annotate"


async def test_the_end_model_is_trained_from_here_and_escape_cancels(
    finished: Project, worker_environment: None
) -> None:
    async with opened(finished, "learn", size=SIZE) as (app, pilot):
        trained = finished.store.runs.newest(kind="train")
        # While another has the lock it cannot come to its end.
        with Project(finished.root) as other, other.store.transaction():
            await pilot.press("t")
            assert app.job_command == "train"
            await pilot.press("escape")
            await settle(pilot)
            assert "train was cancelled" in said(app)
        await pilot.press("t")
        await settle(pilot)
    done = finished.store.runs.newest(kind="train")
    assert len(done) > len(trained)
    assert done[0].outcome == "done"
    assert finished.store.beliefs.models(done[0].run_id)


@pytest.mark.parametrize("n_presses", [0, 1])
async def test_a_small_screen_shows_reasons_or_curve(finished: Project, n_presses: int) -> None:
    async with opened(finished, "learn", size=(80, 24)) as (app, pilot):
        await pilot.press(*"p" * n_presses)
        await settle(pilot)
        shown = "\n".join(screen_lines(app))
        assert ("why this row" in shown) == (n_presses == 0)
        assert ("learning curve" in shown) == (n_presses == 1)


async def test_before_a_batch_the_view_says_how_to_begin(filled: Project) -> None:
    async with opened(filled, "learn", size=(80, 24)) as (app, pilot):
        assert "no batch yet: b proposes one" in "\n".join(screen_lines(app))
        await pilot.press("enter", "j")
        assert "there is no batch yet" in said(app)


def test_the_words_of_a_curve_tell_what_cannot_judge_and_what_else_teaches() -> None:
    point = CurvePoint(20, 1, 0.9, 0.8, 1.0, 0.9, 0.8, 1.0, None, 0.2, "auto")
    found = CurveResult(
        points=(point,),
        judged_on="random rows of the batches",
        n_judged=20,
        next_100=None,
        stop=StopHint(False, ("it cannot be told",)),
        notes=("3 random rows do not judge",),
        n_contested=3,
        beside=(Beside("given", 900, 5_374), Beside("weak", 0, 740)),
    )
    shown = curve_text(found, 120, 30).plain
    assert "beside 900 of 5,374 given and 0 of 740 weak labels" in shown
    assert "! 3 random rows do not judge" in shown
    assert "it cannot be told" in shown
    assert "would add" not in shown
