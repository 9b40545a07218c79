"""Learn: batches with their reasons, and the learning curve."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.tui.screens import batch, opened, said, screen_lines, seen_by, settle, text_of
from workbench.figures import interval, score
from workbench.services.annotate import Session
from workbench.services.classes import add_classes
from workbench.services.curve.curve import Beside, CurvePoint, CurveResult, Gain, StopHint
from workbench.services.importing.importing import import_files
from workbench.services.project import Project
from workbench.services.propose import propose_batch
from workbench.services.row_queues import waiting_rows
from workbench.services.undo import undo
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
    queue = waiting_rows(finished, "ana").items
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
        await pilot.press("o", "right", "down", "right", "right", "down", "right", "b")
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
    assert finished.store.runs.last_done("propose").run_id == before


def annotate_some(project: Project) -> int:
    """Label all but one of some random rows, so that there is a curve; return how many."""
    propose_batch(project, n=40, strategy="random")
    rows = batch(project)[1:]
    with Session(project, annotator="ana") as session:
        for example_id in rows:
            session.label(example_id, "spam" if example_id % 2 == 0 else "ham")
    return len(rows)


def has_verdict(app: WorkbenchApp) -> bool:
    """Whether the curve says what to do next; it says how good the model is in any case."""
    shown = text_of(app, "#curve-text")
    assert "macro-F1" in shown
    return "\ngo on" in shown or "\nyou may stop" in shown


async def test_the_curve_is_measured_and_drawn(finished: Project, worker_environment: None) -> None:
    annotate_some(finished)
    async with opened(finished, "learn", size=SIZE) as (app, pilot):
        assert "c  measures the curve" in "\n".join(screen_lines(app))
        await pilot.press("c")
        await settle(pilot)
        assert "curve took" in said(app)
        assert view(app)._curve is not None
        assert "c  measures the curve" not in "\n".join(screen_lines(app))
        assert "accuracy by labels spent" in "\n".join(screen_lines(app))
        await pilot.resize_terminal(80, 24)
        await pilot.press("p")
        await settle(pilot)
    assert finished.store.runs.newest(limit=1)[0].kind == "annotate"


async def test_a_curve_that_ends_while_another_view_is_shown_is_there_later(
    finished: Project, worker_environment: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    annotate_some(finished)
    # However slow the keys are: the curve begins when the other view is shown.
    gate = tmp_path / "gate"
    waits = (
        f"import pathlib, time\nwhile not pathlib.Path({str(gate)!r}).exists(): time.sleep(0.01)\n"
    )
    (tmp_path / "sitecustomize.py").write_text(waits)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    async with opened(finished, "learn", size=SIZE) as (app, pilot):
        learn = view(app)
        await pilot.press("c", "g", "s")
        assert app.view is not learn
        gate.touch()
        await settle(pilot)
        assert "curve took" in said(app)
        await pilot.press("g", "l")
        await settle(pilot)
        assert view(app) is learn
        assert "accuracy by labels spent" in "\n".join(screen_lines(app))


@pytest.mark.parametrize("size", [(80, 24), SIZE], ids=["narrow", "wide"])
async def test_the_curve_tells_its_newest_figures_and_which_rows_they_are_of(
    finished: Project, worker_environment: None, size: tuple[int, int]
) -> None:
    n = annotate_some(finished)
    async with opened(finished, "learn", size=size) as (app, pilot):
        await pilot.press("c")
        await settle(pilot)
        found = view(app)._curve
        assert found is not None
        point, shown = found.points[-1], "\n".join(screen_lines(app))
        for value, low, high in (
            (point.accuracy, point.accuracy_low, point.accuracy_high),
            (point.macro_f1, point.macro_f1_low, point.macro_f1_high),
        ):
            assert value is not None
            assert low is not None
            assert high is not None
        assert interval(point.accuracy, point.accuracy_low, point.accuracy_high) in shown
        assert score(point.macro_f1, point.macro_f1_low, point.macro_f1_high) in shown
        assert f"at {n} labels, on {found.n_judged} {found.judged_on}" in shown
        assert found.reading
        assert found.reading[:30] in shown


async def test_a_curve_that_is_older_than_labels_or_rows_says_so_and_gives_no_advice(
    finished: Project, worker_environment: None, tmp_path: Path
) -> None:
    n = annotate_some(finished)

    async def shown_by(pilot: Any) -> str:
        await seen_by(pilot)
        await settle(pilot)
        return text_of(pilot.app, "#curve-text")

    async with opened(finished, "learn", size=SIZE) as (app, pilot):
        await pilot.press("c")
        await settle(pilot)
        assert has_verdict(app)
        assert "out of date" not in text_of(app, "#curve-text")
        # In the interface, and undone there.
        await pilot.press("g", "a", "1")
        await settle(pilot)
        await pilot.press("g", "l")
        await settle(pilot)
        mark = f"! as of {n} labels, out of date: people have decided since; c measures it anew"
        assert mark in text_of(app, "#curve-text")
        assert not has_verdict(app)
        await pilot.press("u")
        await settle(pilot)
        assert "out of date" not in text_of(app, "#curve-text")
        assert has_verdict(app)
        # By others: classes, rows, labels.
        with Project(finished.root) as other:
            add_classes(other, ["promo"])
            assert "out of date: the classes were ham, spam;" in await shown_by(pilot)
            undo(other)
            assert "out of date" not in await shown_by(pilot)
            (tmp_path / "more.csv").write_text("id,text\nm1,one more\nm2,and another\n")
            import_files(other, [tmp_path / "more.csv"])
            with Session(other, annotator="ben") as session:
                session.label(batch(other)[0], "spam")
        assert "out of date: 2 rows were imported; people have decided" in await shown_by(pilot)
        assert not has_verdict(app)
        await pilot.press("c")
        await settle(pilot)
        assert f"at {n + 1} labels, on" in text_of(app, "#curve-text")
        assert "out of date" not in text_of(app, "#curve-text")
        assert has_verdict(app)


async def test_the_curve_is_scrolled_where_it_is_the_pane_of_the_moment(
    finished: Project, worker_environment: None
) -> None:
    annotate_some(finished)
    async with opened(finished, "learn", size=(80, 24)) as (app, pilot):
        await pilot.press("c")
        await settle(pilot)
        assert app.screen.query_one("#curve-pane").scroll_offset.y == 0
        await pilot.press("J")
        await settle(pilot)
        assert app.screen.query_one("#curve-pane").scroll_offset.y > 0
        await pilot.press("K", "p", "J")
        await settle(pilot)
        assert app.screen.query_one("#curve-pane").scroll_offset.y == 0


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


def test_an_older_curve_neither_stops_nor_promises() -> None:
    point = CurvePoint(436, 9, 0.9, 0.8, 1.0, 0.7, 0.6, 0.8, 0.99, 0.01, "auto")
    found = CurveResult(
        points=(point,),
        judged_on="random rows of the batches",
        n_judged=40,
        next_100=Gain(0.004, 0.0, 0.01),
        stop=StopHint(True, ("predictions hardly move",)),
        notes=(),
        reading="accuracy is that on the pool",
    )
    now = curve_text(found, 120, 30).plain
    assert "you may stop" in now
    assert "would add" in now
    assert "predictions hardly move" in now
    older = curve_text(found, 120, 30, ["900 rows were imported", "people have decided"]).plain
    assert older.startswith(
        "! as of 436 labels, out of date: 900 rows were imported; people have decided;"
    )
    for claim in ("you may stop", "would add", "predictions hardly move"):
        assert claim not in older
    for text in (now, older):
        assert "accuracy 90.0 % [80.0, 100.0]  macro-F1 0.700 [0.600, 0.800]" in text
        assert "at 436 labels, on 40 random rows of the batches\naccuracy is that on" in text


@pytest.mark.parametrize("first", ["learn", "annotate"])
async def test_a_small_screen_shows_all_parts_of_a_batch_and_its_notes(
    finished: Project, first: str
) -> None:
    propose_batch(finished, n=20, where="length > 1")
    async with opened(finished, first, size=(80, 24)) as (app, pilot):
        await pilot.press("g", "l")
        await settle(pilot)
        shown = "\n".join(screen_lines(app))
        newest = view(app)._batch
        assert newest is not None
        for share in newest.shares:
            assert not share.n or f"{share.strategy} {share.n}" in shown
        assert "! the random rows are drawn from a part, so `curve` is not judged" in shown
        await pilot.press(*"J" * 12)
        await settle(pilot)
        below = " ".join(" ".join(screen_lines(app)).split())
        assert newest.shares[0].why in below
