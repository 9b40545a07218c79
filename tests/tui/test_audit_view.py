"""Audit: a review of the suspects, worst first."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.tui.screens import opened, screen_lines, seen_by, settle, text_of, until
from workbench.services.annotate import Session
from workbench.services.audit.audit import audit_labels
from workbench.services.classes import add_classes, retire_class
from workbench.services.importing.importing import import_files
from workbench.services.project import Project
from workbench.services.review.review import record_review, review_queue
from workbench.services.running import record_run
from workbench.services.suspects import suspects_to_review
from workbench.store.decisions import Event
from workbench.tui.app import WorkbenchApp
from workbench.tui.views.audit import AuditView
from workbench.tui.widgets.document import Document

SIZE = (140, 40)


def decisions(project: Project) -> list[Event]:
    """Return the decisions that stand."""
    return project.store.decisions.active()


def view(app: WorkbenchApp) -> AuditView:
    """Return the view."""
    assert isinstance(app.screen, AuditView)
    return app.screen


async def test_suspects_come_worst_first(finished: Project) -> None:
    suspects = suspects_to_review(finished)
    assert len(suspects) >= 4
    async with opened(finished, "audit", size=SIZE) as (app, _):
        assert list(view(app).rows.ids) == [suspect.example_id for suspect in suspects]


@pytest.mark.parametrize("key", ["s", "a"])
async def test_the_suggestion_becomes_the_label(finished: Project, key: str) -> None:
    suspect = suspects_to_review(finished)[0]
    async with opened(finished, "audit", size=SIZE) as (app, pilot):
        await pilot.press(key)
        assert view(app).rows.cursor == 1
    (event,) = decisions(finished)
    assert (event.kind, event.example_id) == ("relabel", suspect.example_id)
    assert event.class_id == suspect.suggested_class
    resolved = finished.store.resolved.of_example(suspect.example_id)
    assert resolved is not None
    assert (resolved.class_id, resolved.origin) == (suspect.suggested_class, "correction")


async def test_keep_confirms_the_given_label(finished: Project) -> None:
    suspect = suspects_to_review(finished)[0]
    async with opened(finished, "audit", size=SIZE) as (_, pilot):
        await pilot.press("y")
    (event,) = decisions(finished)
    assert (event.kind, event.class_id) == ("keep", suspect.given_class)


async def test_a_digit_keeps_or_corrects(finished: Project) -> None:
    first, second, *_ = suspects_to_review(finished)
    async with opened(finished, "audit", size=SIZE) as (_, pilot):
        await pilot.press(str(first.given_class + 1), str(second.suggested_class + 1))
    assert [event.kind for event in decisions(finished)] == ["keep", "relabel"]


async def test_a_class_by_name_corrects_and_k_goes_back(finished: Project) -> None:
    first, second, *_ = suspects_to_review(finished)
    async with opened(finished, "audit", size=SIZE) as (app, pilot):
        await pilot.press("j", "k", "l", *"spam", "enter")
        await settle(pilot)
        assert view(app).row == second.example_id
    spam = finished.classes.index("spam")
    said = [(event.example_id, event.class_id) for event in decisions(finished)]
    assert said == [(first.example_id, spam)]


async def test_later_decides_nothing_and_flag_takes_the_row_out(finished: Project) -> None:
    n_before = len(suspects_to_review(finished))
    async with opened(finished, "audit", size=SIZE) as (app, pilot):
        await pilot.press("space")
        assert decisions(finished) == []
        assert view(app).rows.cursor == 1
        await pilot.press("f")
    assert [event.kind for event in decisions(finished)] == ["flag"]
    assert len(suspects_to_review(finished)) == n_before - 1


async def test_m_turns_the_page_of_a_long_text(
    finished: Project, write_csv: Callable[..., Path]
) -> None:
    long = "the first page " + "word " * 20_000 + "the last page"
    import_files(finished, [write_csv("long.csv", [{"id": "z", "text": long, "label": "ham"}])])
    row = finished.store.examples.count()
    audited = finished.store.runs.newest(kind="audit")[0]
    artifacts = {"audit": finished.store.runs.artifact(audited.run_id, "audit")}
    with (
        record_run(finished.store, "audit") as run,
        run.finish({"suspects": 1}, artifacts=artifacts),
    ):
        finished.store.queues.add_suspects(run.run_id, [(row, 0, 1, 0.1)])
    async with opened(finished, "audit", size=SIZE) as (app, pilot):
        assert view(app).row == row
        region = app.screen.query_one(Document).region
        for is_on_first in (True, False):
            lines = screen_lines(app)[region.y : region.bottom]
            text = "\n".join(line[region.x : region.right] for line in lines)
            assert ("the first page" in text) == is_on_first
            await pilot.press("m")
    assert decisions(finished) == []


async def test_undo_brings_the_suspect_back(finished: Project) -> None:
    n_before = len(suspects_to_review(finished))
    async with opened(finished, "audit", size=SIZE) as (app, pilot):
        await pilot.press("s", "s", "u")
        assert view(app).rows.cursor == 1
        assert len(suspects_to_review(finished)) == n_before - 1
        await pilot.press("u", "U")
    assert len(suspects_to_review(finished)) == n_before - 1


async def test_undo_of_another_sitting_brings_its_row_back_to_be_decided(finished: Project) -> None:
    first, second, *_ = suspects_to_review(finished)
    for keys in ("s", ("u", "y")):
        async with opened(finished, "audit", size=SIZE) as (_, pilot):
            await pilot.press(*keys)
            await settle(pilot)
    said = [(event.kind, event.example_id) for event in decisions(finished)]
    assert said == [("keep", first.example_id)]
    assert second.example_id in {row.example_id for row in suspects_to_review(finished)}


async def test_a_label_that_changed_since_is_not_overwritten(finished: Project) -> None:
    first, second, *_ = suspects_to_review(finished)
    async with opened(finished, "audit", size=SIZE) as (app, pilot):
        with Session(finished, annotator="another") as session:
            session.label(first.example_id, finished.classes[first.suggested_class])
        await pilot.press("y")
        await settle(pilot)
        assert "spam by now" in "\n".join(screen_lines(app))
    assert [event.kind for event in decisions(finished)] == ["label"]
    async with opened(finished, "audit", size=SIZE) as (app, _):
        assert first.example_id not in view(app).rows.ids
        assert view(app).rows.ids[0] == second.example_id
        assert "1 suspect is not asked" in text_of(app, "#rates-progress")


async def test_a_row_that_another_person_answers_is_told_and_not_asked(finished: Project) -> None:
    first, second, third, *_ = review_queue(finished)
    n_rows = len(review_queue(finished))
    async with opened(finished, "audit", size=SIZE) as (app, pilot):
        with Session(finished, annotator="zoe") as session:
            for item in (first, second):
                record_review(finished, session, item, item.suggested)
        await seen_by(pilot)
        await settle(pilot)
        uid = finished.store.examples.uids()[first.example_id - 1]
        told = f"zoe has reviewed {uid}: {first.suggested}"
        assert told in "\n".join(screen_lines(app))
        # The row stays under the cursor, so that no key hits another one, but nothing decides it.
        assert view(app).row == first.example_id
        assert f"{n_rows - 2} to go" in str(view(app).rows.border_title)
        await pilot.press("y", "s", "1", "f", "l", *"ham", "enter")
        await settle(pilot)
        assert told in text_of(app, "#status-line")
        await pilot.press("escape", "space", "y")
        await settle(pilot)
    said = [(event.annotator, event.example_id) for event in decisions(finished)]
    assert said[:2] == [("zoe", first.example_id), ("zoe", second.example_id)]
    assert [row for _, row in said[2:]] == [third.example_id]


async def test_a_row_that_the_same_person_answers_elsewhere_is_marked(finished: Project) -> None:
    first = review_queue(finished)[0]
    n_rows = len(review_queue(finished))
    async with opened(finished, "audit", size=SIZE) as (app, pilot):
        with Session(finished, annotator=app.annotator) as session:
            record_review(finished, session, first, first.suggested)
        await seen_by(pilot)
        await settle(pilot)
        assert view(app).row == first.example_id
        assert view(app).marks == {first.example_id: first.suggested}
        assert f"{n_rows - 1} to go" in str(view(app).rows.border_title)


async def test_a_row_that_is_reached_while_the_queue_is_read_is_looked_at(
    finished: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, *_ = review_queue(finished)
    async with opened(finished, "audit", size=SIZE) as (app, pilot):
        here = view(app)
        read_apart = here.read_apart

        async def moving(read: Callable[[Project], Any]) -> Any:
            found = await read_apart(read)
            if here.row == first.example_id:
                here.action_later()
            return found

        monkeypatch.setattr(here, "read_apart", moving)
        with Session(finished, annotator="zoe") as session:
            for item in (first, second):
                record_review(finished, session, item, item.suggested)
        await seen_by(pilot)
        await settle(pilot)
        assert here.row == second.example_id
        assert "zoe has reviewed" in here.reason(second.example_id)


async def test_two_people_side_by_side_are_asked_other_rows(finished: Project) -> None:
    n_rows = len(review_queue(finished))
    async with opened(finished, "audit", size=SIZE) as (app, pilot):
        await pilot.press("space", "s")
        # The other one has the same list, and is a moment ahead of each key.
        for _ in range(3):
            with Session(finished, annotator="zoe") as session:
                item = review_queue(finished, annotator="zoe")[0]
                record_review(finished, session, item, item.suggested, seconds=1.0)
            await seen_by(pilot)
            await settle(pilot)
            await pilot.press("s")
            await settle(pilot)
        assert f"{n_rows - 7} to go" in str(view(app).rows.border_title)
    said = [event.annotator for event in decisions(finished)]
    assert said == ["ana", *["zoe", "ana"] * 3]


async def test_a_row_that_is_refused_late_is_told_and_not_asked(
    finished: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = review_queue(finished)[0]
    async with opened(finished, "audit", size=SIZE) as (app, pilot):
        app.patience = 0.01
        is_free, write = asyncio.Event(), app.writer.decide

        async def slow(act: Callable[[Session], Any]) -> Any:
            await is_free.wait()
            return await write(act)

        monkeypatch.setattr(app.writer, "decide", slow)
        await pilot.press("y")
        with Session(finished, annotator="zoe") as session:
            record_review(finished, session, first, first.suggested)
        await seen_by(pilot)
        await settle(pilot)
        is_free.set()
        await until(pilot, lambda: view(app).row == first.example_id)
        await settle(pilot)
        assert "zoe has reviewed" in view(app).reason(first.example_id)
        await pilot.press("y")
        await settle(pilot)
    assert [event.annotator for event in decisions(finished)] == ["zoe"]


async def test_a_row_whose_class_is_retired_elsewhere_is_not_asked(finished: Project) -> None:
    first = review_queue(finished)[0]
    async with opened(finished, "audit", size=SIZE) as (app, pilot):
        with Project(finished.root) as other:
            add_classes(other, ["other"])
            retire_class(other, first.given)
        await seen_by(pilot)
        await settle(pilot)
        assert list(view(app).rows.ids) == [first.example_id]
        assert f"is gone, no longer {first.given}" in view(app).reason(first.example_id)
        await pilot.press("y", "s", "f")
        await settle(pilot)
        assert decisions(finished) == []


async def test_rates_by_class_and_by_group_are_shown(finished: Project) -> None:
    async with opened(finished, "audit", size=SIZE) as (app, pilot):
        await pilot.pause()
        shown = "\n".join(screen_lines(app))
        assert "by class" in shown
        assert "by vendor" in shown
        assert "bad !" in shown


async def test_before_an_audit_the_view_says_how_to_begin(filled: Project) -> None:
    async with opened(filled, "audit", size=SIZE) as (app, pilot):
        await pilot.press("y", "s", "1", "space", "u", "f")
        assert "have not been audited" in "\n".join(screen_lines(app))
    assert decisions(filled) == []


async def test_r_audits_in_a_worker_process(filled: Project, worker_environment: None) -> None:
    async with opened(filled, "audit", size=SIZE) as (app, pilot):
        await pilot.press("r")
        await settle(pilot)
        assert "audit took" in text_of(app, "#status-line")
        assert list(view(app).rows.ids) == [item.example_id for item in review_queue(filled)]
        assert view(app).rows.ids
        assert "by vendor" in "\n".join(screen_lines(app))


async def test_a_review_that_is_done_says_what_is_next(finished: Project) -> None:
    async with opened(finished, "audit", size=SIZE) as (app, pilot):
        await pilot.press(*"s" * len(suspects_to_review(finished)))
        assert suspects_to_review(finished) == []
        n_decided = len(decisions(finished))
        await pilot.press("s", "y", "1")
        assert "No suspect waits" in "\n".join(screen_lines(app))
    assert len(decisions(finished)) == n_decided


async def test_the_precision_so_far_follows_each_decision(finished: Project) -> None:
    async with opened(finished, "audit", size=SIZE) as (app, pilot):
        assert "12 suspects wait" in "\n".join(screen_lines(app))
        await pilot.press("s", "s", "y", "s")
        await settle(pilot)
        shown = "\n".join(screen_lines(app))
        assert "4 of 12 rows reviewed" in shown
        assert "75.0 % [30, 95] of suspects were wrong" in str(view(app).rows.border_title)
        await pilot.press("u")
        await settle(pilot)
        await settle(pilot)
        assert "3 of 12 rows reviewed" in text_of(app, "#rates-progress")


async def test_a_flag_is_no_class_that_is_called_so(finished: Project) -> None:
    add_classes(finished, ["ambiguous", "f"])
    async with opened(finished, "audit", size=SIZE) as (_, pilot):
        await pilot.press("f", "l", "f", "enter")
        await settle(pilot)
    first, second = decisions(finished)
    assert (first.kind, first.class_id) == ("flag", None)
    assert second.class_id == finished.label_set.number_of_name["f"]


async def test_an_ambiguous_row_is_flagged_for_the_audit_that_asked(finished: Project) -> None:
    async with opened(finished, "audit", size=SIZE) as (app, pilot):
        await pilot.press("f", "s")
        await settle(pilot)
        assert "1 ambiguous" in text_of(app, "#rates-progress")
    audit = finished.store.runs.last_done("audit")
    assert audit is not None
    assert [e.kind for e in decisions(finished)] == ["flag", "relabel"]
    assert {e.batch_run_id for e in decisions(finished)} == {audit.run_id}


async def test_b_goes_through_rates_functions_and_findings(finished: Project) -> None:
    async with opened(finished, "audit", size=SIZE) as (app, pilot):
        await pilot.press("o")
        assert "no rows are named here" in text_of(app, "#status-line")
        await pilot.press("b")
        assert "no labeling function" in text_of(app, "#rates-text")
        await pilot.press("b")
        assert "nothing beside the suspects" in text_of(app, "#rates-text")
        await pilot.press("b")
        await settle(pilot)
        assert view(app)._page == "rates"


async def test_another_column_is_compared_from_a_docked_choice(
    filled: Project, worker_environment: None
) -> None:
    audit_labels(filled)
    async with opened(filled, "audit", size=SIZE) as (app, pilot):
        await pilot.press("B", *"vend", "enter")
        await settle(pilot)
        assert "by vendor" in "\n".join(screen_lines(app))
        await pilot.press("b", "b", "o")
        await settle(pilot)
    assert {run.kind for run in filled.store.runs.newest(limit=1)} == {"audit"}


async def test_a_small_screen_shows_the_blame_in_place_of_the_list(finished: Project) -> None:
    async with opened(finished, "audit", size=(80, 24)) as (app, pilot):
        await pilot.press("p")
        await settle(pilot)
        shown = "\n".join(screen_lines(app))
        assert "by vendor" in shown
        assert "12 suspects wait" in shown


async def test_what_the_review_changed_is_measured(
    filled: Project, worker_environment: None
) -> None:
    audit_labels(filled)
    async with opened(filled, "audit", size=SIZE) as (app, pilot):
        await pilot.press("R")
        assert "nothing was reviewed yet" in text_of(app, "#status-line")
        await pilot.press("s", "s", "s")
        await settle(pilot)
        await pilot.press("R")
        await settle(pilot)
        assert "before and after the review" in "\n".join(screen_lines(app))
        await pilot.press("b")
        await settle(pilot)
        assert "labels doubted" in "\n".join(screen_lines(app))


async def test_a_report_tells_of_an_older_audit_that_was_reviewed(
    filled: Project, worker_environment: None
) -> None:
    audit_labels(filled)
    with Session(filled, annotator="ana") as session:
        item = review_queue(filled)[0]
        record_review(filled, session, item, item.suggested)
    newest = audit_labels(filled)
    async with opened(filled, "audit", size=SIZE) as (app, pilot):
        await pilot.press("R")
        await settle(pilot)
        shown = " ".join("\n".join(screen_lines(app)).split())
        assert "before and after the review" in shown
        assert f"run {newest.run_id}" in shown


async def test_b_opens_the_blame_at_its_first_page_where_there_is_room_for_one_pane(
    finished: Project,
) -> None:
    async with opened(finished, "audit", size=(80, 24)) as (app, pilot):
        assert "by vendor" not in "\n".join(screen_lines(app))
        await pilot.press("b")
        assert "by vendor" in "\n".join(screen_lines(app))


async def test_the_blame_opens_on_the_column_that_was_chosen(
    filled: Project, worker_environment: None
) -> None:
    audit_labels(filled, by="batch")
    async with opened(filled, "audit", size=(80, 24)) as (app, pilot):
        await pilot.press("b", "b", "B", *"vendor", "enter")
        await settle(pilot)
        assert "by vendor" in "\n".join(screen_lines(app))


async def test_b_shows_what_follows_before_it_turns_the_page(finished: Project) -> None:
    async with opened(finished, "audit", size=(80, 14)) as (app, pilot):
        await pilot.press("b")
        seen = []
        while "no labeling function" not in "\n".join(screen_lines(app)):
            seen.append("\n".join(screen_lines(app)))
            await pilot.press("b")
        assert len(seen) > 1
        assert "spam" in seen[-1]
