"""`u` and `U` mean one thing in every view: the newest act of who decides, whatever it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.screens import batch, deciding, decisions, opened, said, screen_lines, settle
from workbench.services.annotate import Session
from workbench.services.classes import rename_class
from workbench.services.importing.decision_import import import_decisions
from workbench.services.importing.importing import import_files
from workbench.services.project import Project
from workbench.services.suspects import suspects_to_review

SIZE = (120, 30)

DECIDING = ["annotate", "audit"]
"""The views in which people decide about rows."""


def uid_of(project: Project, row: int) -> str:
    """Return what people call a row."""
    example = project.store.examples.get(row)
    assert example is not None
    return example.uid


@pytest.mark.parametrize("view", [*DECIDING, "start"])
async def test_a_class_change_after_an_annotation_is_undone_first(
    finished: Project, view: str
) -> None:
    row = batch(finished)[0]
    with Session(finished, annotator="ana") as session:
        session.label(row, "spam")
    rename_class(finished, "ham", "fine", annotator="ana")
    async with opened(finished, view, size=SIZE) as (app, pilot):
        await pilot.press("u")
        await settle(pilot)
        assert "undone: class-rename ham · " in said(app)
        assert app.project.classes == ("ham", "spam")
        assert [event.example_id for event in decisions(finished)] == [row]
        if view in DECIDING:
            assert "ham" in "\n".join(screen_lines(app))
            assert "fine" not in "\n".join(screen_lines(app)[:-3])
        await pilot.press("U")
        await settle(pilot)
        assert "put back: class-rename fine · " in said(app)
        assert app.project.classes == ("fine", "spam")
        await pilot.press("u", "u")
        await settle(pilot)
        assert f"undone: label spam → {uid_of(finished, row)}" in said(app)
    assert decisions(finished) == []


@pytest.mark.parametrize("view", [*DECIDING, "start"])
async def test_three_hundred_answers_by_file_are_told_by_their_number(
    project: Project, tmp_path: Path, view: str
) -> None:
    rows, answers = tmp_path / "rows.csv", tmp_path / "answers.csv"
    ids = [f"a_very_long_identifier_of_a_row_{i}" for i in range(310)]
    rows.write_text("id,text\n" + "".join(f"{i},text {i}\n" for i in ids))
    answers.write_text("id,label\n" + "".join(f"{i},ham\n" for i in ids[:300]))
    import_files(project, [rows])
    import_decisions(project, answers, annotator="ana")
    async with opened(project, view, size=(80, 24)) as (app, pilot):
        await pilot.press("u")
        await settle(pilot)
        (told,) = [line for line in screen_lines(app) if "puts it back" in line]
        assert told == " undone: 300 decisions (label ham) · U puts it back"
        assert decisions(project) == []
        if view == "annotate":
            assert len(deciding(app).rows.ids) == 310
        await pilot.press("U")
        await settle(pilot)
        (told,) = [line for line in screen_lines(app) if "undoes it" in line]
        assert told == " put back: 300 decisions (label ham) · u undoes it"
    assert len(decisions(project)) == 300


async def test_in_annotate_a_row_is_gone_back_to_and_the_sitting_goes_on(finished: Project) -> None:
    first, second, third, *_ = batch(finished)
    async with opened(finished, size=SIZE) as (app, pilot):
        await pilot.press("1", "2", "u")
        assert deciding(app).row == second
        assert deciding(app).marks == {first: "ham"}
        assert f"undone: label spam → {uid_of(finished, second)} · " in said(app)
        assert " · now ham (given) · " in said(app)
        await pilot.press("U")
        assert deciding(app).row == second
        assert deciding(app).marks == {first: "ham", second: "spam"}
        assert f"put back: label spam → {uid_of(finished, second)} · " in said(app)
        await pilot.press("u", "1", "1")
        assert set(deciding(app).marks) == {first, second, third}
    (sitting,) = [run for run in finished.store.runs.newest() if run.kind == "annotate"]
    assert (sitting.outcome, sitting.counts) == ("done", {"decisions": 3})
    assert {event.run_id for event in decisions(finished)} == {sitting.run_id}


async def test_in_audit_a_row_is_gone_back_to(finished: Project) -> None:
    n = len(suspects_to_review(finished))
    async with opened(finished, "audit", size=(140, 40)) as (app, pilot):
        first, second = (int(i) for i in deciding(app).rows.ids[:2])
        await pilot.press("s", "f", "u")
        assert deciding(app).row == second
        assert set(deciding(app).marks) == {first}
        assert f"undone: flag → {uid_of(finished, second)} · " in said(app)
        await pilot.press("u")
        assert deciding(app).row == first
        assert len(suspects_to_review(finished)) == n
        await pilot.press("U")
        assert deciding(app).row == first
        assert set(deciding(app).marks) == {first}
    assert [event.example_id for event in decisions(finished)] == [first]


async def test_blind_an_undo_does_not_tell_what_label_is_left(finished: Project) -> None:
    """It may be that of another person, whose answer must not sway the second one."""
    rows = batch(finished)
    with Session(finished, annotator="ben") as session:
        for row in rows:
            session.label(row, "ham")
    async with opened(finished, size=SIZE) as (app, pilot):
        assert deciding(app).is_blind
        await pilot.press("2", "u")
        uid = uid_of(finished, rows[0])
        assert said(app).strip() == f"undone: label spam → {uid} · U puts it back"
        # In the open it is told.
        await pilot.press("b", "U", "u")
        assert " · now ham" in said(app)


async def test_at_eighty_columns_an_undo_tells_what_is_now(finished: Project) -> None:
    row = batch(finished)[0]
    with Session(finished, annotator="ana") as session:
        session.label(row, "spam")
    async with opened(finished, "annotate", size=(80, 24)) as (app, pilot):
        await pilot.press("u")
        await settle(pilot)
        (line,) = (line for line in screen_lines(app) if "undone: label spam" in line)
        assert " · now " in line
        assert "U puts it back" in line
        assert "…" not in line
