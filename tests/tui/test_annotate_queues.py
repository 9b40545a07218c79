"""Annotate: which rows are gone through, whoever else decides them or adds to them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from tests.tui.screens import (
    batch,
    deciding,
    decisions,
    opened,
    said,
    screen_lines,
    seen_by,
    settle,
    until,
)
from workbench.services.annotate import Session, came_from
from workbench.services.classes import add_classes, merge_classes, rename_class
from workbench.services.guidelines import set_guidelines
from workbench.services.importing.importing import import_files
from workbench.services.outdated import outdated_counts
from workbench.services.project import Project
from workbench.services.propose import last_batch, propose_batch
from workbench.services.running import record_run
from workbench.services.why import decisions_of
from workbench.tui.views.annotate import AnnotateView

SIZE = (120, 30)


def ways(project: Project) -> list[str | None]:
    """How the rows of the decisions that stand were come by."""
    return [came_from(event) for event in decisions(project)]


async def test_after_the_last_row_another_key_decides_nothing(finished: Project) -> None:
    async with opened(finished, size=SIZE) as (app, pilot):
        await pilot.press(*"111111")
        assert len(decisions(finished)) == 6
        with Project(finished.root) as other, Session(other, annotator="ben") as session:
            session.label(batch(finished)[0], "ham")
        await seen_by(pilot)
        await pilot.press("2", "a", "space")
        assert len(decisions(finished)) == 7
        assert "No row waits" in "\n".join(screen_lines(app))
        await pilot.press("k")
        assert deciding(app).row == batch(finished)[5]
        await pilot.press("r")
        assert deciding(app).row not in (None, *batch(finished))


async def test_rows_whose_decisions_are_on_their_way_are_not_asked_again(
    finished: Project,
) -> None:
    rows = batch(finished)
    async with opened(finished, size=SIZE) as (app, pilot):
        app.patience = 0.01
        with Project(finished.root) as other, other.store.transaction():
            await pilot.press(*"111111")
            app.simulate_key("r")
            for _ in range(20):
                await asyncio.sleep(0.01)
            assert decisions(finished) == []
            assert deciding(app).row is None
        await until(pilot, lambda: deciding(app).row is not None)
        assert deciding(app).row not in rows
        await pilot.press("2")
        await settle(pilot)
    assert [event.class_id for event in decisions(finished)] == [0] * 6 + [1]


async def test_a_project_without_rows_says_what_to_do(project: Project) -> None:
    async with opened(project, size=SIZE) as (app, pilot):
        await pilot.press("1", "a", "space", "u", "U", "full_stop", "r", "m")
        assert ":import FILE --role train" in "\n".join(screen_lines(app))
    assert decisions(project) == []


async def test_the_row_under_the_cursor_stays_when_another_annotator_decides(
    finished: Project,
) -> None:
    first, second, *_ = batch(finished)
    async with opened(finished, size=SIZE) as (app, pilot):
        with Project(finished.root) as other, Session(other, annotator="ben") as session:
            session.label(first, "ham")
            session.label(second, "ham")
        await seen_by(pilot)
        await settle(pilot)
        assert deciding(app).rows.current == first
        # What others decided is still mine to decide: annotators are compared.
        assert second in deciding(app).rows.ids


async def test_rows_decided_elsewhere_under_my_name_leave_the_queue(finished: Project) -> None:
    first, second, third, *_ = batch(finished)
    async with opened(finished, size=SIZE) as (app, pilot):
        with Project(finished.root) as other, Session(other, annotator="ana") as session:
            session.label(first, "ham")
            session.label(second, "ham")
        await seen_by(pilot)
        await settle(pilot)
        assert deciding(app).rows.current == first
        assert second not in deciding(app).rows.ids
        assert third in deciding(app).rows.ids


async def test_new_rows_appear_while_the_view_is_open(
    filled: Project, write_csv: Callable[..., Any]
) -> None:
    async with opened(filled, size=SIZE) as (app, pilot):
        n_before = len(deciding(app).rows.ids)
        with Project(filled.root) as other:
            import_files(other, [write_csv("more.csv", [{"id": "new", "text": "a new row"}])])
        await seen_by(pilot)
        await settle(pilot)
        assert len(deciding(app).rows.ids) == n_before + 1
        # The status is read at longer intervals.
        n = filled.store.examples.count()
        await until(pilot, lambda: bool(app.status) and sum(app.status.by_role.values()) == n)


async def test_another_queue_is_chosen_by_name(finished: Project) -> None:
    async with opened(finished, size=SIZE) as (app, pilot):
        await pilot.press("o", *"control", "enter")
        await settle(pilot)
        rows = [int(i) for i in deciding(app).rows.ids]
        assert len(rows) == 120
        assert rows != sorted(rows)
        await pilot.press("1")
    assert [e.example_id for e in decisions(finished)] == rows[:1]
    assert ways(finished) == ["control"]


async def test_a_search_is_gone_through_from_top_to_bottom(finished: Project) -> None:
    async with opened(finished, size=SIZE) as (app, pilot):
        await pilot.press("slash", *"voucher", "enter")
        await settle(pilot)
        rows = [int(i) for i in deciding(app).rows.ids]
        texts = [finished.store.examples.get(i) for i in rows]
        assert rows
        assert all(e is not None and "voucher" in e.text for e in texts)
        await pilot.press("2", "1")
    assert [e.example_id for e in decisions(finished)] == rows[:2]
    assert ways(finished) == ["search", "search"]


async def test_what_was_opened_from_browse_is_told_of_each_decision(finished: Project) -> None:
    async with opened(finished, size=SIZE) as (app, pilot):
        await app.show_rows("rows", [7, 8, 9, 10])
        await settle(pilot)
        await pilot.press("1", "space", "f")
        # An answer that is changed, or taken up again, was come by as before.
        await pilot.press("h")
        await settle(pilot)
        await pilot.press("2", "u")
        await settle(pilot)
        await pilot.press("2")
    assert ways(finished) == ["slice"] * 4
    (event, *_) = decisions_of(finished, 7)
    assert event.came_from == "slice"
    async with opened(finished, size=SIZE) as (app, pilot):
        await pilot.press("1")
    assert ways(finished)[-1] is None


async def test_what_was_opened_is_taken_up_again_among_other_rows(finished: Project) -> None:
    row = next(i for i in range(1, 120) if i not in batch(finished))
    async with opened(finished, size=SIZE) as (app, pilot):
        await app.show_rows("rows", [row])
        await settle(pilot)
        await pilot.press("1", "r")
        await settle(pilot)
        await pilot.press("u")
        await settle(pilot)
        assert deciding(app).row == row
        await pilot.press("2")
    assert [(e.example_id, e.class_id) for e in decisions(finished)] == [(row, 1)]
    assert ways(finished) == ["slice"]


async def test_history_goes_back_and_a_decision_is_changed_there(finished: Project) -> None:
    async with opened(finished, size=SIZE) as (_, pilot):
        await pilot.press("1", "1", "f")
    async with opened(finished, size=SIZE) as (app, pilot):
        await pilot.press("h")
        await settle(pilot)
        assert list(deciding(app).rows.ids) == batch(finished)[2::-1]
        await pilot.press("j", "2")
    last = decisions(finished)[-1]
    assert (last.example_id, last.class_id) == (batch(finished)[1], 1)


async def test_who_takes_up_their_own_correction_corrects_and_others_are_told_that_it_stays(
    finished: Project,
) -> None:
    row = next(i for i in range(1, 120) if i not in batch(finished))
    with Session(finished, annotator="bo") as session:
        session.keep(row, "ham")
    async with opened(finished, size=SIZE) as (app, pilot):
        await app.show_rows("rows", [row])
        await settle(pilot)
        await pilot.press("2")
        await settle(pilot)
        assert "its label stays ham, a correction: relabel changes it" in said(app)
        await app.become("bo")
        await settle(pilot)
        await pilot.press("h")
        await settle(pilot)
        assert list(deciding(app).rows.ids) == [row]
        await pilot.press("2")
        await settle(pilot)
        assert "stays" not in said(app)
    assert [e.kind for e in decisions(finished)] == ["keep", "label", "relabel"]
    resolved = finished.store.resolved.of_example(row)
    assert resolved is not None
    assert (resolved.label, resolved.origin) == ("spam", "correction")


async def test_what_a_queue_asks_to_be_settled_is_settled(finished: Project) -> None:
    for who, label in (("bo", "ham"), ("cy", "spam")):
        with Session(finished, annotator=who) as session:
            session.label(1, label)
    with Session(finished, annotator="bo") as session:
        session.relabel(2, "ham")
    set_guidelines(finished, "# old\n")
    set_guidelines(finished, "# new\n")
    async with opened(finished, size=SIZE) as (app, pilot):
        deciding(app)._change_queue("disagreement")
        deciding(app).read_again()
        await settle(pilot)
        await pilot.press("2")
        deciding(app)._change_queue("outdated")
        deciding(app).read_again()
        await settle(pilot)
        await pilot.press("2")
    kinds = [
        (e.example_id, e.kind, e.class_id) for e in decisions(finished) if e.annotator == "ana"
    ]
    assert kinds == [(1, "adjudicate", 1), (2, "relabel", 1)]
    assert outdated_counts(finished) == {}


async def test_what_was_skipped_is_asked_again(finished: Project) -> None:
    first, second = batch(finished)[:2]
    async with opened(finished, size=SIZE) as (app, pilot):
        await pilot.press("space", "2")
        deciding(app)._change_queue("skipped")
        deciding(app).read_again()
        await settle(pilot)
        assert list(deciding(app).rows.ids) == [first]
        await pilot.press("1")
    assert [(e.example_id, e.kind, e.class_id) for e in decisions(finished)][-2:] == [
        (second, "label", 1), (first, "label", 0),
    ]  # fmt: skip


@pytest.mark.parametrize("key", ["h", "escape"])
async def test_the_history_is_left_by_its_key_and_by_escape(finished: Project, key: str) -> None:
    async with opened(finished, size=SIZE) as (app, pilot):
        await pilot.press("1", "h")
        await settle(pilot)
        assert list(deciding(app).rows.ids) == batch(finished)[:1]
        await pilot.press(key)
        await settle(pilot)
        assert list(deciding(app).rows.ids) == batch(finished)[1:]


async def test_a_search_without_a_row_says_so(finished: Project) -> None:
    async with opened(finished, size=SIZE) as (app, pilot):
        await pilot.press("slash", *"zebra", "enter")
        await settle(pilot)
        assert "No row is found by: zebra" in "\n".join(screen_lines(app))


async def test_a_batch_that_somebody_else_decided_is_answered_blind(finished: Project) -> None:
    rows = batch(finished)
    with Session(finished, annotator="ben") as session:
        for row in rows:
            session.label(row, "ham")
    with Session(finished, annotator="a colleague of a very long name") as session:
        for row in rows:
            session.label(row, "ham")
    async with opened(finished, size=(80, 24)) as (app, pilot):
        assert deciding(app).row == rows[0]
        told = f"second answers: 2 people decided these {len(rows)} rows"
        assert f"{told} · b: not blind · o: undecided" in said(app)
        assert f"{told} · b: not blind · o: undecided" in "\n".join(screen_lines(app))
        assert deciding(app).is_blind
        await pilot.press("b")
        assert not deciding(app).is_blind
        deciding(app).show_queue("undecided")
        await settle(pilot)
        assert deciding(app).row not in (None, *rows)


async def test_rows_behind_the_list_are_to_go_not_done(project: Project, write_csv: Any) -> None:
    rows = [{"id": f"r{i}", "text": f"message {i}"} for i in range(1_003)]
    import_files(project, [write_csv("rows.csv", rows)])
    async with opened(project, size=SIZE) as (app, pilot):
        title = app.screen.query_one("#center")
        assert "0 done · 1,003 to go" in str(title.border_title)
        await pilot.press("1", "space")
        assert "2 done · 1,001 to go" in str(title.border_title)
        with Project(project.root) as other, Session(other, annotator=app.annotator) as session:
            for row in range(3, 1_001):
                session.label(row, "ham")
        await seen_by(pilot)
        await pilot.press("r")
        assert "0 done · 3 to go" in str(title.border_title)


async def test_a_batch_longer_than_the_list_is_counted_whole(
    project: Project, write_csv: Any
) -> None:
    rows = [{"id": f"r{i}", "text": f"message {i}"} for i in range(1_002)]
    import_files(project, [write_csv("rows.csv", rows)])
    with record_run(project.store, "propose") as run, run.finish({"rows": 1_002}):
        project.store.queues.add_proposal(run.run_id, [(i, 0.0, "drawn") for i in range(1, 1_003)])
    async with opened(project, size=SIZE) as (app, pilot):
        title = app.screen.query_one("#center")
        assert "0 of 1,002 done" in str(title.border_title)
        await pilot.press("1")
        assert "1 of 1,002 done" in str(title.border_title)
        deciding(app).set_waiting(())  # as if the list had been answered to its end
        await pilot.press("1")
        assert "2 more rows wait" in "\n".join(screen_lines(app))


async def test_the_number_of_a_proposed_row_is_its_uncertainty_as_in_learn(
    finished: Project,
) -> None:
    async with opened(finished, size=SIZE) as (app, _):
        assert "batch · uncertainty" in str(deciding(app).rows.border_title)
        numbers = [deciding(app).row_head(row).plain.strip() for row in batch(finished)]
        shown = last_batch(finished)
        assert shown is not None
        assert numbers == [f"{row.why.uncertainty:.3f}" for row in shown.rows if row.why]


async def test_without_functions_the_evidence_names_what_gives_a_belief(filled: Project) -> None:
    async with opened(filled, size=SIZE) as (app, _):
        shown = " ".join("\n".join(screen_lines(app)).split())
        assert "answer some rows" in shown
        assert "then aggregate" not in shown


def ask(project: Project, rows: range) -> int:
    """Propose a batch of some rows; returns its run."""
    with record_run(project.store, "propose") as run, run.finish({"rows": len(rows)}):
        project.store.queues.add_proposal(run.run_id, [(i, 0.0, "drawn") for i in rows])
    return run.run_id


async def test_a_finished_batch_stays_finished_whatever_else_waits(
    project: Project, write_csv: Callable[..., Any]
) -> None:
    made = [{"id": f"r{i}", "text": f"message {i}"} for i in range(1_500)]
    import_files(project, [write_csv("rows.csv", made)])
    run_id = ask(project, range(1, 6))
    async with opened(project, size=SIZE) as (app, pilot):
        await pilot.press(*"11111")
        center = app.screen.query_one("#center")
        assert "5 of 5 done" in str(center.border_title)
        with Project(project.root) as other, Session(other, annotator="ben") as session:
            session.label(700, "ham")
        await seen_by(pilot)
        deciding(app).read_again()
        await settle(pilot)
        assert "5 of 5 done" in str(center.border_title)
        shown = "\n".join(screen_lines(app))
        assert f"No row waits in batch {run_id}: it is done." in shown
        assert "more rows wait" not in shown
        await pilot.press("r")
        await settle(pilot)
        # 1,495 are left: as many as are listed, and those beyond.
        assert "1,495 to go" in str(center.border_title)


async def test_the_key_that_reads_on_stays_in_the_queue_that_is_shown(
    project: Project, write_csv: Callable[..., Any]
) -> None:
    made = [{"id": f"r{i}", "text": f"message {i}"} for i in range(1_500)]
    import_files(project, [write_csv("rows.csv", made)])
    ask(project, range(1_000, 1_006))
    async with opened(project, size=SIZE) as (app, pilot):
        view = deciding(app)
        assert isinstance(view, AnnotateView)
        assert view.reason(1_000) == "drawn"
        view.show_queue("undecided")
        await settle(pilot)
        # What the batch said of its rows is not said in another queue.
        assert view.reason(1_000) != "drawn"
        view.set_waiting([view.rows.current or 0])
        await pilot.press("1")
        await settle(pilot)
        assert "reads on" in "\n".join(screen_lines(app))
        await pilot.press("r")
        await settle(pilot)
        assert "undecided" in str(app.screen.query_one("#center").border_title)
        assert len(view.rows.ids) == 1_000


async def test_a_digit_that_means_another_class_since_is_told_before_it_decides(
    finished: Project,
) -> None:
    add_classes(finished, ["eggs", "toast"])
    first, second, third, *_ = batch(finished)
    async with opened(finished, size=SIZE) as (app, pilot):
        await pilot.press("3")
        with Project(finished.root) as other:
            merge_classes(other, ["ham", "eggs"], into="food")
        await seen_by(pilot)
        assert "the classes were changed elsewhere" in said(app)
        names = finished.classes
        assert names == ("spam", "toast", "food")
        await pilot.press("1")
        assert said(app).strip() == "this digit is spam now, it was ham: press it again"
        assert deciding(app).row == second
        await pilot.press("1", "3")
        assert deciding(app).marks == {first: "food", second: "spam", third: "food"}
        with Project(finished.root) as other:
            rename_class(other, "spam", "junk")
        await seen_by(pilot)
        await pilot.press("1")
        assert "junk" in deciding(app).marks.values()
    assert len(decisions(finished)) == 4


async def test_a_batch_that_was_proposed_meanwhile_is_told(finished: Project) -> None:
    async with opened(finished, size=SIZE) as (app, pilot):
        was = last_batch(finished)
        await pilot.press("1")
        with Project(finished.root) as other:
            propose_batch(other, n=4, strategy="random")
        await seen_by(pilot)
        await settle(pilot)
        now = last_batch(finished)
        assert was is not None
        assert now is not None
        line = f"batch {now.run_id} is asked from now on, not batch {was.run_id}"
        assert said(app).strip() == line
        await pilot.press("1")
        await seen_by(pilot)
        await settle(pilot)
        assert line not in said(app)
