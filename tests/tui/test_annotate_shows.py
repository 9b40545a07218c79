"""Annotate: what is beside the text, and what a small screen leaves out."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.text import Text
from textual.widgets import Static

from tests.tui.screens import batch, decisions, opened, said, screen_lines, settle
from workbench.services.annotate import Session
from workbench.services.batches import Believed, Why
from workbench.services.importing.importing import import_files
from workbench.services.project import Project, init_project
from workbench.services.results import as_json
from workbench.services.running import record_run

SIZE = (120, 30)


async def test_blind_hides_what_models_and_functions_say_until_the_decision(
    finished: Project,
) -> None:
    async with opened(finished, size=SIZE) as (app, pilot):
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


async def test_the_title_tells_how_often_the_model_agrees(finished: Project) -> None:
    async with opened(finished, size=SIZE) as (app, pilot):
        await pilot.press("a", "a", "space")
        assert "model agrees 2 of 2" in str(app.screen.query_one("#center").border_title)
        await pilot.press("1", "2")
        assert "of 4" in str(app.screen.query_one("#center").border_title)


async def test_the_words_that_functions_look_for_are_brought_out(finished: Project) -> None:
    async with opened(finished, size=SIZE) as (app, pilot):
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


async def test_what_is_shown_and_accepted_is_what_a_later_batch_was_chosen_by(
    finished: Project,
) -> None:
    row = finished.store.examples.get(batch(finished)[0])
    assert row is not None
    why = Why("margin", 0.9, 1, 120, (Believed("spam", 0.57), Believed("ham", 0.43)), None, (), ())
    document = {"believed_by": "a quick fit", "n_fitted": 1240, "rows": as_json([why])}
    with (
        record_run(finished.store, "propose") as run,
        run.finish({"rows": 1}, artifacts={"propose": document}),
    ):
        finished.store.queues.add_proposal(run.run_id, [(row.example_id, 0.9, "close call")])
    async with opened(finished, size=(80, 24)) as (app, pilot):
        shown = "\n".join(screen_lines(app))
        assert f"batch {run.run_id}, of 1,240 labels" in shown
        assert "0.570 spam" in shown
        await pilot.press("a")
        await settle(pilot)
    (decision,) = decisions(finished)
    assert finished.label_set.name_of(decision.class_id) == "spam"


async def test_a_belief_that_is_out_of_date_says_so(finished: Project) -> None:
    with Session(finished, annotator="ana") as session:
        session.label(batch(finished)[1], "ham")
    async with opened(finished, size=SIZE) as (app, _):
        lines = screen_lines(app)
        assert any(re.search(r"end model, run \d+, out of date", line) for line in lines)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_the_way_to_the_other_classes_is_always_in_sight(
    tmp_path: Path, write_csv: Callable[..., Path], size: tuple[int, int]
) -> None:
    names = [
        f"balance_not_updated_after_{word}_{i}" for i in range(26) for word in ("x", "yy", "z")
    ]
    with Project(init_project(tmp_path / "names", names)) as project:
        import_files(project, [write_csv("a.csv", [{"id": "a", "text": "a message"}])])
        async with opened(project, size=size) as (app, _):
            shown = "\n".join(screen_lines(app))
            assert re.search(r" l \d\d more", shown)
            assert " 1 bal" in shown
            assert " 4 bal" in shown
            assert "a message" in shown


@pytest.mark.parametrize("size", [(40, 10), (60, 14), (80, 18)])
async def test_a_small_screen_shows_the_text_first(
    finished: Project, size: tuple[int, int]
) -> None:
    async with opened(finished, size=size) as (app, _):
        text = finished.store.examples.get(batch(finished)[0]).text
        assert text in "\n".join(screen_lines(app))
