"""Export: the preview is what is then written, and a file that is there stays."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.tui.screens import opened, said, screen_lines, seen_by, settle, text_of
from workbench.errors import ProjectError
from workbench.services.annotate import Session
from workbench.services.diagnose.diagnose import diagnose
from workbench.services.export.export import export_labels
from workbench.services.importing.importing import import_files
from workbench.services.labels import Labels
from workbench.services.project import Project
from workbench.services.review.rates import ErrorsLeft, errors_left
from workbench.services.snapshots import take_snapshot
from workbench.services.split import split_rows
from workbench.tui.app import WorkbenchApp
from workbench.tui.views.export import ExportView
from workbench.tui.views.provenance import ProvenanceView
from workbench.tui.widgets.form import Form

SIZE = (140, 40)


def view(app: WorkbenchApp) -> ExportView:
    """Return the view."""
    assert isinstance(app.screen, ExportView)
    return app.screen


def form(app: WorkbenchApp) -> Form:
    """Return the options."""
    return app.screen.query_one(Form)


def exports(project: Project) -> int:
    """Return how many exports are recorded as done."""
    return len(project.store.runs.done_ids("export"))


async def test_what_is_previewed_is_written(
    finished: Project, worker_environment: None, tmp_path: Path
) -> None:
    async with opened(finished, "export", size=SIZE) as (app, pilot):
        shown = "\n".join(screen_lines(app))
        assert "120 rows go out" in shown
        await pilot.press("w")
        await settle(pilot)
        assert "export took" in said(app)
    with (tmp_path / "labels.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 120
    assert all(row["uid"] in shown for row in rows[:10])
    assert exports(finished) == 1


async def test_the_keys_choose_format_role_and_snapshot(
    finished: Project, worker_environment: None, tmp_path: Path
) -> None:
    take_snapshot(finished, "first")
    async with opened(finished, "export", size=SIZE) as (app, pilot):
        await pilot.press("f", "o", "o", "s", "w")
        await settle(pilot)
        assert "export took" in said(app)
    assert len((tmp_path / "labels.jsonl").read_text().splitlines()) == 40
    run = finished.store.runs.newest(kind="export")[0]
    assert run.parameters["role"] == "evaluation"
    assert run.parameters["snapshot"] == "first"


async def test_a_threshold_is_typed_and_a_bad_one_is_told_in_place(finished: Project) -> None:
    (finished.root / "late.csv").write_text("id,text\nlate,hello\n")
    import_files(finished, [finished.root / "late.csv"])
    async with opened(finished, "export", size=SIZE) as (app, pilot):
        await pilot.press("c", *"1.5")
        await settle(pilot)
        assert "goes from 0 to 1" in "\n".join(screen_lines(app))
        await pilot.press("enter", "w")
        await settle(pilot)
        assert app.job_command is None
        await pilot.press("c", "backspace", "backspace", "backspace", *"0.9", "enter")
        assert form(app)["min_confidence"] == "0.9"
    assert exports(finished) == 0


async def test_what_is_wrong_still_is_estimated_anew_only_once_something_has_changed(
    finished: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def estimated(project: Project, labels: Labels | None = None) -> ErrorsLeft:
        asked.append(project.root.name)
        return errors_left(project, labels)

    monkeypatch.setattr("workbench.services.export.export.errors_left", estimated)
    async with opened(finished, "export", size=SIZE) as (app, pilot):
        for _ in range(4):
            await pilot.press("o")  # of all rows an audit reads none; then of training rows again
            await settle(pilot)
        assert form(app)["role"] == "train"
        assert len(asked) == 1
        assert "nobody knows before a review" in text_of(app, "#export-counts-text")
        app.touch()
        view(app).read_again()
        await settle(pilot)
        assert len(asked) == 2


async def test_the_rows_that_stay_behind_are_shown_with_their_reason(finished: Project) -> None:
    (finished.root / "late.csv").write_text("id,text\nlate,hello\n")
    import_files(finished, [finished.root / "late.csv"])
    async with opened(finished, "export", size=SIZE) as (app, pilot):
        await pilot.press("v")
        await settle(pilot)
        shown = "\n".join(screen_lines(app))
        assert "1 row stays behind" in shown
        assert "imported after the label mo" in shown
        await pilot.press("v")
        await settle(pilot)
        assert "120 rows go out" in "\n".join(screen_lines(app))


@pytest.mark.parametrize("size", [(80, 24), SIZE])
async def test_a_file_that_is_there_is_replaced_only_by_the_key_for_it_and_is_kept(
    finished: Project, worker_environment: None, tmp_path: Path, size: tuple[int, int]
) -> None:
    (tmp_path / "labels.csv").write_text("mine")
    async with opened(finished, "export", size=size) as (app, pilot):
        await pilot.press("w", "w")
        await settle(pilot)
        problem = text_of(app, ".form-problem")
        assert "labels.csv is there already: W replaces it, e names another" in problem
        assert app.job_command is None
        assert (tmp_path / "labels.csv").read_text() == "mine"
        for _ in range(2):
            await pilot.press("W")
            await settle(pilot)
            assert "export took" in said(app)
        assert "before: labels.csv.replaced-2" in "\n".join(screen_lines(app))
    assert (tmp_path / "labels.csv.replaced").read_text() == "mine"
    written = (tmp_path / "labels.csv").read_bytes()
    assert (tmp_path / "labels.csv.replaced-2").read_bytes() == written
    assert exports(finished) == 2


async def test_the_folder_is_told_and_files_of_one_name_are_kept_apart(
    finished: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "old").mkdir()
    export_labels(finished, tmp_path / "old" / "labels.csv")
    async with opened(finished, "export", size=SIZE) as (app, pilot):
        shown = "\n".join(screen_lines(app))
        assert "in ~, the shell's folder" in shown
        assert "~/old/labels.csv" in shown
        assert "this file" not in shown
        await pilot.press("e", "home", *"old", "slash", "escape")
        await settle(pilot)
        shown = "\n".join(screen_lines(app))
        assert "in ~/old" in shown
        assert "the shell's folder" not in shown
        assert "~/old/labels.csv  this file" in shown


async def test_the_file_is_named_and_its_ending_tells_the_format(
    finished: Project, worker_environment: None, tmp_path: Path
) -> None:
    async with opened(finished, "export", size=SIZE) as (app, pilot):
        await pilot.press("e", *["backspace"] * len("labels.csv"), *"quarter.parquet")
        await settle(pilot)
        assert form(app)["format"] == "parquet"
        await pilot.press("escape", "w")
        await settle(pilot)
    assert (tmp_path / "quarter.parquet").read_bytes()[:4] == b"PAR1"


async def test_an_ending_that_cannot_be_written_is_told_in_place(finished: Project) -> None:
    async with opened(finished, "export", size=SIZE) as (app, pilot):
        form(app)["file"] = ""
        await settle(pilot)
        await pilot.press("w")
        await settle(pilot)
        assert "name the file" in "\n".join(screen_lines(app))
    assert exports(finished) == 0


async def test_enter_leads_to_the_trail_of_the_row(finished: Project) -> None:
    async with opened(finished, "export", size=SIZE) as (app, pilot):
        await pilot.press("j", "k", "j", "enter")
        await settle(pilot)
        assert isinstance(app.screen, ProvenanceView)
        assert "trail of r1" in "\n".join(screen_lines(app))


async def test_without_rows_the_view_says_what_to_do(project: Project) -> None:
    async with opened(project, "export", size=(80, 24)) as (app, pilot):
        assert ":import FILE" in "\n".join(screen_lines(app))
        await pilot.press("w", "enter", "j")
        assert "there is no row here" in said(app)
    assert exports(project) == 0


async def test_the_part_of_the_split_goes_out_where_it_is_wanted(
    finished: Project, worker_environment: None, tmp_path: Path
) -> None:
    split_rows(finished)
    async with opened(finished, "export", size=SIZE) as (_, pilot):
        await pilot.press("P", "w")
        await settle(pilot)
    assert (tmp_path / "labels.csv").read_text().splitlines()[0].endswith(",split")


HOSTILE = ("\x1b[2Jx", "\x9b31m", "a\x00b", "[bold]x[/]", "\u202ecod", "z\u200bw", "👩\u200d👧 我")


async def test_near_duplicates_stay_behind_where_that_is_wanted(
    finished: Project, worker_environment: None, tmp_path: Path
) -> None:
    diagnose(finished)
    result = export_labels(finished, tmp_path / "once.csv", without_duplicates=True)
    assert result.duplicates > 0
    async with opened(finished, "export", size=SIZE) as (app, pilot):
        await pilot.press("d", "v")
        await settle(pilot)
        shown = "\n".join(screen_lines(app))
        assert f"{result.duplicates} rows stay behind" in shown
        assert "a near-duplicate of another row" in shown
        await pilot.press("w")
        await settle(pilot)
    assert (tmp_path / "labels.csv").read_bytes() == (tmp_path / "once.csv").read_bytes()


async def test_hostile_texts_are_shown_and_never_interpreted(
    project: Project, tmp_path: Path
) -> None:
    rows = [
        {"id": f"r{i}", "text": text, "label": "ham", f"note{text}": text}
        for i, text in enumerate(HOSTILE)
    ]
    path = tmp_path / "hostile.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows))
    import_files(project, [path])
    async with opened(project, "export", size=(80, 24)) as (app, pilot):
        for _ in HOSTILE:
            await pilot.press("enter")
            await settle(pilot)
            shown = "".join(screen_lines(app))
            assert "trail of" in shown
            assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in shown)
            assert not set("\u202e\u200b") & set(shown)
            assert all(len(line) <= 80 for line in screen_lines(app))
            await pilot.press("g", "e", "j")
            await settle(pilot)


async def test_what_others_change_is_shown_anew(finished: Project) -> None:
    async with opened(finished, "export", size=SIZE) as (app, pilot):
        assert "20 annotation" not in "\n".join(screen_lines(app))
        with Project(finished.root) as other, Session(other, annotator="bo") as session:
            for number in range(1, 21):
                session.label(number, "ham")
        for view in ("p", "l", "m", "d", "u", "e"):
            await seen_by(pilot)
            await settle(pilot)
            await pilot.press("g", view)
            await settle(pilot)
            assert not app.screen.query_one("#status-line").has_class("-error")
        assert "20 annotation" in "\n".join(screen_lines(app))


async def test_where_no_row_has_a_label_it_says_so_as_the_command_does(
    project: Project, write_csv: Callable[..., Path], tmp_path: Path
) -> None:
    import_files(project, [write_csv("rows.csv", [{"id": "a", "text": "hello"}])])
    with pytest.raises(ProjectError) as refused:
        export_labels(project, tmp_path / "out.csv")
    async with opened(project, "export", size=SIZE) as (app, pilot):
        shown = "\n".join(screen_lines(app))
        assert refused.value.message in shown
        assert "so sure" not in shown
        assert "no label, and no label model" in shown
        await pilot.press("c", *"0.9", "enter")
        await settle(pilot)
        assert refused.value.message in "\n".join(screen_lines(app))


async def test_an_export_that_is_next_is_made_here(finished: Project) -> None:
    async with opened(finished, "annotate", size=SIZE) as (app, pilot):
        await app.do_command("workbench export labels.csv --yes")
        await settle(pilot)
        assert "120 rows go out" in "\n".join(screen_lines(app))
        view(app)
    assert exports(finished) == 0
