"""The frame around the views: going about, commands, errors, sizes, and other processes."""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.widgets import Input, Static

from workbench.errors import UsageError
from workbench.services.importing import import_files
from workbench.services.project import Project
from workbench.tui.app import WorkbenchApp
from workbench.tui.views import VIEWS
from workbench.tui.widgets.help_panel import HelpPanel
from workbench.tui.widgets.picker import Picker

ENDLESS = """
from workbench import labeling_function

@labeling_function()
def endless(record):
    while True:
        pass
"""

OpenApp = Callable[..., WorkbenchApp]
Settle = Callable[[Any], Any]
ScreenLines = Callable[[WorkbenchApp], list[str]]


def said(app: WorkbenchApp) -> str:
    """Return what the status line says."""
    return str(app.screen.query_one("#status-line", Static).render())


def n_decisions(project: Project) -> int:
    """Return how many decisions stand."""
    return len(project.store.decisions.active())


async def test_the_leader_key_goes_to_each_view(finished: Project, open_app: OpenApp) -> None:
    app = open_app(finished)
    async with app.run_test(size=(120, 30)) as pilot:
        for spec in reversed(VIEWS):
            await pilot.press("g", spec.key)
            assert app.current_mode == spec.name
    assert n_decisions(finished) == 0


async def test_two_keys_in_one_piece_go_to_a_view_all_the_same(
    finished: Project, open_app: OpenApp
) -> None:
    app = open_app(finished)
    async with app.run_test(size=(120, 30)) as pilot:
        for key in ("g", "d"):
            app.post_message(events.Key(key, key))
        await pilot.pause()
        assert app.current_mode == "diagnose"


async def test_letters_behind_the_key_that_opens_a_line_belong_in_the_line(
    finished: Project, open_app: OpenApp, settle: Settle
) -> None:
    app = open_app(finished)
    async with app.run_test(size=(120, 30)) as pilot:
        await settle(pilot)
        for opener in ("colon", "l", "slash", "c"):
            for key in (opener, "1", "2", "a"):
                app.simulate_key(key)
            await pilot.pause()
            focused = app.focused
            assert isinstance(focused, Input)
            assert focused.value.endswith("12a")
            await pilot.press("escape")
    assert n_decisions(finished) == 0


async def test_the_key_after_the_leader_key_never_decides(
    finished: Project, open_app: OpenApp, screen_lines: ScreenLines
) -> None:
    app = open_app(finished)
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.press("g")
        assert "go to" in screen_lines(app)[-1]
        await pilot.press("1")
        assert n_decisions(finished) == 0
        await pilot.press("g", "escape", "1")
        assert n_decisions(finished) == 1


async def test_brackets_turn_through_the_views(finished: Project, open_app: OpenApp) -> None:
    app = open_app(finished)
    async with app.run_test(size=(120, 30)) as pilot:
        seen = []
        for _ in VIEWS:
            await pilot.press("right_square_bracket")
            seen.append(app.current_mode)
        names = [spec.name for spec in VIEWS]
        here = names.index("annotate")
        assert seen == [*names[here + 1 :], *names[: here + 1]]
        await pilot.press("left_square_bracket")
        assert app.current_mode == names[here - 1]


async def test_a_click_on_a_tab_opens_it(finished: Project, open_app: OpenApp) -> None:
    app = open_app(finished)
    async with app.run_test(size=(120, 30)) as pilot:
        title = str(app.screen.query_one("#title-bar", Static).render())
        await pilot.click("#title-bar", offset=(title.index("Audit"), 0))
        await pilot.pause()
        assert app.current_mode == "audit"


async def test_the_frame_tells_the_project_and_what_is_next(
    finished: Project, open_app: OpenApp, settle: Settle, screen_lines: ScreenLines
) -> None:
    app = open_app(finished)
    async with app.run_test(size=(120, 30)) as pilot:
        await settle(pilot)
        title, following, *_ = screen_lines(app)
        assert "shop" in title
        assert "160 rows" in title
        assert "next: annotate" in following


async def test_x_does_what_is_next(
    filled: Project, open_app: OpenApp, settle: Settle, worker_environment: None
) -> None:
    app = open_app(filled)
    async with app.run_test(size=(120, 30)) as pilot:
        await settle(pilot)
        assert app.status is not None
        assert app.status.next_command == "workbench diagnose"
        await pilot.press("x")
        await settle(pilot)
        assert filled.store.runs.last_done("diagnose") is not None


async def test_x_leads_to_the_view_where_a_person_is_needed(
    finished: Project, open_app: OpenApp, settle: Settle
) -> None:
    app = open_app(finished, "diagnose")
    async with app.run_test(size=(120, 30)) as pilot:
        await settle(pilot)
        await pilot.press("x")
        assert app.current_mode == "annotate"


async def test_the_command_line_runs_actions_by_name(finished: Project, open_app: OpenApp) -> None:
    app = open_app(finished)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("colon", *"flag", "enter")
        await pilot.pause()
        assert [e.kind for e in finished.store.decisions.active()] == ["flag"]
        await pilot.press("colon", *"go-dia", "tab", "enter")
        await pilot.pause()
        assert app.current_mode == "diagnose"


async def test_the_command_line_runs_stages_by_name(
    finished: Project, open_app: OpenApp, settle: Settle, worker_environment: None
) -> None:
    stages = ("apply", "aggregate", "diagnose", "audit")
    newest = {stage: finished.store.runs.newest(kind=stage)[0].run_id for stage in stages}
    (finished.functions_folder / "more.py").write_text(
        'from workbench import keywords\n\nkeywords("more", ["later"], "ham")\n'
    )
    app = open_app(finished)
    async with app.run_test(size=(120, 30)) as pilot:
        for stage in stages:
            await pilot.press("colon", *stage, "enter")
            await settle(pilot)
            run = finished.store.runs.newest(kind=stage)[0]
            assert (run.run_id > newest[stage], run.outcome) == (True, "done"), stage
    assert "more" in {version.name for version in finished.store.votes.in_force()}


async def test_the_start_screen_runs_the_marked_stage(
    finished: Project, open_app: OpenApp, settle: Settle, worker_environment: None
) -> None:
    newest = finished.store.runs.newest(kind="diagnose")[0].run_id
    app = open_app(finished, "start")
    async with app.run_test(size=(120, 30)) as pilot:
        await settle(pilot)
        await pilot.press(*"k" * 9, "j", "j", "k")
        await pilot.press("r")
        await settle(pilot)
    run = finished.store.runs.newest(kind="diagnose")[0]
    assert (run.run_id > newest, run.outcome) == (True, "done")


async def test_the_command_line_takes_every_letter_and_escape_closes_it(
    finished: Project, open_app: OpenApp
) -> None:
    app = open_app(finished)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("colon", *"1agqu?")
        assert app.screen.query_one(Picker).is_open
        assert n_decisions(finished) == 0
        await pilot.press("enter")
        assert app.screen.query_one(Picker).is_open
        await pilot.press("escape", "1")
        assert not app.screen.query_one(Picker).is_open
        assert n_decisions(finished) == 1


async def test_keys_work_while_help_is_open(finished: Project, open_app: OpenApp) -> None:
    app = open_app(finished)
    async with app.run_test(size=(80, 60)) as pilot:
        await pilot.press("question_mark", "2", "a")
        assert app.screen.query_one(HelpPanel).is_open
        assert n_decisions(finished) == 2
        await pilot.press("escape")
        assert not app.screen.query_one(HelpPanel).is_open


async def test_help_turns_its_pages_before_it_closes(finished: Project, open_app: OpenApp) -> None:
    app = open_app(finished)
    async with app.run_test(size=(80, 24)) as pilot:
        panel = app.screen.query_one(HelpPanel)
        await pilot.press("question_mark")
        await pilot.pause()
        n_pages = 1
        while panel.scroll_offset.y < panel.max_scroll_y:
            await pilot.press("question_mark")
            await pilot.pause()
            n_pages += 1
        assert n_pages > 1
        await pilot.press("question_mark")
        assert not panel.is_open


async def test_q_quits_at_once_and_ends_the_sitting(finished: Project, open_app: OpenApp) -> None:
    app = open_app(finished)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("1", "q")
    assert app.return_code == 0
    run = finished.store.runs.last_done("annotate")
    assert run is not None
    assert run.counts == {"decisions": 1}


async def test_quitting_ends_the_running_job(
    finished: Project, open_app: OpenApp, worker_environment: None
) -> None:
    (finished.functions_folder / "endless.py").write_text(ENDLESS)
    app = open_app(finished, "functions")
    async with app.run_test(size=(80, 24)) as pilot:
        n_before = len(finished.store.runs.newest(kind="apply"))
        await pilot.press("r")
        while len(finished.store.runs.newest(kind="apply")) == n_before:
            await pilot.pause()
        await pilot.press("q")
    run = finished.store.runs.newest(kind="apply")[0]
    assert not Path(f"/proc/{run.process.split(':')[1]}").exists()
    assert {version.name for version in finished.store.votes.in_force()} == {
        *("meals", "offers", "polite", "urgent")
    }


def test_an_annotator_needs_a_name(finished: Project) -> None:
    with pytest.raises(UsageError):
        WorkbenchApp(finished, "  ")


async def test_a_locked_database_is_told_in_place_and_nothing_is_lost(
    finished: Project, open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Half a minute of patience would be long in a test.
    monkeypatch.setattr("workbench.store.connection.BUSY_SECONDS", 0.05)
    app = open_app(finished)
    async with app.run_test(size=(80, 24)) as pilot:
        with Project(finished.root) as other, other.store.transaction():
            await pilot.press("1")
            assert "locked" in said(app)
            assert "try again" in said(app)
        assert n_decisions(finished) == 0
        await pilot.press("1")
        assert "labelled ham" in said(app)
    assert n_decisions(finished) == 1


async def test_a_database_that_cannot_be_read_is_no_crash(
    finished: Project, open_app: OpenApp, settle: Settle
) -> None:
    app = open_app(finished)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        finished.store.close()
        await pilot.press("j")
        assert "closed" in said(app)
        for spec in VIEWS:
            await pilot.press("g", spec.key, "j", "u", "enter")
            await settle(pilot)
            assert app.is_running


@pytest.mark.parametrize("spec", VIEWS, ids=[spec.name for spec in VIEWS])
async def test_every_view_survives_any_size(
    finished: Project, open_app: OpenApp, settle: Settle, screen_lines: ScreenLines, spec: Any
) -> None:
    app = open_app(finished, spec.name)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for width, height in ((160, 48), (20, 6), (1, 1), (110, 24)):
            await pilot.resize_terminal(width, height)
            await pilot.pause()
            lines = screen_lines(app)
            assert len(lines) == height
            assert all(len(line) <= width for line in lines)


HOSTILE = {
    "escapes": "\x1b[2J\x1b]0;owned\x07 title",
    "c1": "\x9b31m red \x9d0;x\x9c",
    "nul": "be\x00fore",
    "markup": "[bold red]x[/bold red] [@click=app.quit]y[/] [/]",
    "bidi": "\u202egnp.exe\u202c \u2067x\u2069",
    "zero_width": "pass\u200bword\ufeff\u2060",
    "wide": "我的包裹 ｗｉｄｅ 👩\u200d👩\u200d👧 🇳🇴",
    "piled": "Z" + "\u0301\u0302\u0303" * 300,
    "lines": "a\r\nb\rc\u2028d\te",
    "blank": " \u3164\u200b ",
    "huge": "word " * 400_000,
    "unbroken": "x" * 100_000,
}


@pytest.fixture
def hostile(project: Project, tmp_path: Path) -> Project:
    """A project of hostile texts and columns."""
    path = tmp_path / "hostile.jsonl"
    lines = [
        json.dumps({"id": name, "text": text, "[b]note\x1b": text[:500], "label": "ham"})
        for name, text in HOSTILE.items()
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    import_files(project, [path])
    return project


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
async def test_hostile_texts_are_shown_and_labelled_like_any_other(
    hostile: Project, open_app: OpenApp, screen_lines: ScreenLines, size: tuple[int, int]
) -> None:
    app = open_app(hostile)
    async with app.run_test(size=size) as pilot:
        for _ in HOSTILE:
            shown = "".join(screen_lines(app))
            assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in shown)
            assert not set("\u202e\u2067\u200b\ufeff\u2060\u2028") & set(shown)
            await pilot.press("1")
    assert n_decisions(hostile) == len(HOSTILE)


async def test_a_very_long_text_is_read_page_by_page(
    hostile: Project, open_app: OpenApp, screen_lines: ScreenLines
) -> None:
    app = open_app(hostile)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"j" * list(HOSTILE).index("huge"), "m")
        assert "20,000 characters before" in "\n".join(screen_lines(app))


async def test_a_second_job_is_refused_and_escape_cancels_the_first(
    finished: Project, open_app: OpenApp, settle: Settle, worker_environment: None
) -> None:
    app = open_app(finished, "diagnose")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("r")
        await pilot.press("r")
        assert "diagnose is running" in said(app)
        assert app.screen.query_one("#job-bar").display
        before = finished.store.runs.last_done("diagnose")
        await pilot.press("escape")
        await settle(pilot)
        assert "cancelled" in said(app)
        assert app.job_command is None
        assert finished.store.runs.last_done("diagnose") == before


async def test_a_failed_job_says_why_in_place(
    project: Project, open_app: OpenApp, settle: Settle, worker_environment: None
) -> None:
    app = open_app(project, "audit")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("r")
        await settle(pilot)
        assert "too few to audit" in said(app)
        assert app.screen.query_one("#status-line").has_class("-error")


async def test_the_light_theme_redraws_bars_and_class_colours(
    finished: Project, open_app: OpenApp, settle: Settle
) -> None:
    app = open_app(finished)
    async with app.run_test(size=(120, 30)) as pilot:
        await settle(pilot)
        dark = app.screen.query_one("#class-bar", Static).content
        await pilot.press("colon", *"theme", "enter")
        await settle(pilot)
        assert not app.current_theme.dark
        assert app.screen.query_one("#class-bar", Static).content != dark
        await pilot.press("colon", *"theme", "enter")
        await settle(pilot)
        assert app.current_theme.dark


class SlowToClose(WorkbenchApp):
    """An app that takes longer to close than the pause between two looks at the database."""

    CSS_PATH = Path(inspect.getfile(WorkbenchApp)).with_name("workbench.tcss")

    async def _close_all(self) -> None:
        await super()._close_all()
        self.poll()
        self._read_status()
        self._read_words()
        await asyncio.sleep(0.05)


async def test_nothing_is_read_for_screens_that_have_gone(finished: Project) -> None:
    app = SlowToClose(finished, "ana")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("q")
    assert app.return_code == 0


async def test_enter_on_an_empty_command_line_closes_it_and_does_nothing(
    finished: Project, open_app: OpenApp
) -> None:
    app = open_app(finished)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("colon", "enter")
        assert not app.screen.query_one(Picker).is_open
        assert n_decisions(finished) == 0
        await pilot.press("colon", "down", "enter")
        assert not app.screen.query_one(Picker).is_open


async def test_what_was_done_is_said_on_one_line_and_keeps_the_key_that_takes_it_back(
    finished: Project, open_app: OpenApp, screen_lines: ScreenLines
) -> None:
    app = open_app(finished)
    async with app.run_test(size=(60, 24)) as pilot:
        app.view.say(f"labelled {'a_very_long_class_name' * 4} → r1 · u to undo")
        await pilot.pause()
        line = screen_lines(app)[-2]
        assert line.startswith(" labelled a_very")
        assert line.endswith("… · u to undo")
        assert app.screen.query_one("#status-line").size.height == 1


async def test_undo_names_the_row_in_every_view(finished: Project, open_app: OpenApp) -> None:
    app = open_app(finished)
    async with app.run_test(size=(100, 24)) as pilot:
        await pilot.press("2", "g", "s", "u")
        event = next(finished.store.decisions.newest_of("ana"))
        assert event.kind == "undo"
        decided = finished.store.decisions.get(event.target_id or 0)
        assert decided is not None
        example = finished.store.examples.get(decided.example_id or 0)
        assert example is not None
        assert f"label spam → {example.uid} " in said(app)


async def test_the_keys_of_the_view_stay_beside_the_help(
    finished: Project, open_app: OpenApp, screen_lines: ScreenLines
) -> None:
    app = open_app(finished)
    async with app.run_test(size=(80, 24)) as pilot:
        before = screen_lines(app)[-1]
        await pilot.press("question_mark")
        assert screen_lines(app)[-1] == before
        assert "a accept" in before
