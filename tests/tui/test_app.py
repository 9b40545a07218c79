"""The frame around the views: going about, what it tells, help, and the end."""

from __future__ import annotations

import pytest
from textual import events
from textual.widgets import Input, Static

from tests.tui.screens import decisions, open_app, opened, said, screen_lines, settle, until
from workbench.errors import UsageError
from workbench.services.project import Project
from workbench.tui.app import WorkbenchApp
from workbench.tui.ground import keep_ground
from workbench.tui.views import VIEWS
from workbench.tui.widgets.help_panel import HelpPanel


async def test_two_keys_in_one_piece_go_to_a_view_all_the_same(finished: Project) -> None:
    async with opened(finished, size=(120, 30)) as (app, pilot):
        for key in ("g", "d"):
            app.post_message(events.Key(key, key))
        await until(pilot, lambda: app.current_mode == "diagnose")


async def test_letters_behind_the_key_that_opens_a_line_belong_in_the_line(
    finished: Project,
) -> None:
    async with opened(finished, size=(120, 30)) as (app, pilot):
        for opener in ("colon", "l", "slash", "c"):
            for key in (opener, "1", "2", "a"):
                app.simulate_key(key)
            await until(
                pilot,
                lambda: isinstance(app.focused, Input) and app.focused.value.endswith("12a"),
            )
            await pilot.press("escape")
    assert decisions(finished) == []


async def test_the_key_after_the_leader_key_never_decides(finished: Project) -> None:
    async with opened(finished, size=(120, 30)) as (app, pilot):
        await pilot.press("g")
        assert "go to" in screen_lines(app)[-1]
        await pilot.press("1")
        assert decisions(finished) == []
        await pilot.press("g", "escape", "1")
        assert len(decisions(finished)) == 1


async def test_brackets_turn_through_the_views_and_the_leader_key_goes_to_each(
    finished: Project,
) -> None:
    async with opened(finished, size=(120, 30)) as (app, pilot):
        seen = []
        for _ in VIEWS:
            await pilot.press("right_square_bracket")
            seen.append(app.current_mode)
        names = [spec.name for spec in VIEWS]
        here = names.index("annotate")
        assert seen == [*names[here + 1 :], *names[: here + 1]]
        await pilot.press("left_square_bracket")
        assert app.current_mode == names[here - 1]
        for spec in reversed(VIEWS):
            await pilot.press("g", spec.key)
            assert app.current_mode == spec.name
    assert decisions(finished) == []


async def test_a_click_on_a_tab_opens_it(finished: Project) -> None:
    async with opened(finished, size=(120, 30)) as (app, pilot):
        title = str(app.screen.query_one("#title-bar", Static).render())
        await pilot.click("#title-bar", offset=(title.index("Audit"), 0))
        await until(pilot, lambda: app.current_mode == "audit")


async def test_the_frame_tells_the_project_and_what_is_next(finished: Project) -> None:
    async with opened(finished, size=(120, 30)) as (app, _):
        title, following, *_ = screen_lines(app)
        assert "shop" in title
        assert "160 rows" in title
        assert "next: annotate" in following


async def test_keys_work_while_help_is_open_beside_the_rows(finished: Project) -> None:
    async with opened(finished, size=(120, 60)) as (app, pilot):
        await pilot.press("question_mark", "2", "a")
        assert app.screen.query_one(HelpPanel).is_open
        assert len(decisions(finished)) == 2
        await pilot.press("escape")
        assert not app.screen.query_one(HelpPanel).is_open


@pytest.mark.parametrize("view", ["annotate", "audit", "data"])
async def test_a_key_that_decides_closes_help_first_where_it_covers_the_row(
    finished: Project, view: str
) -> None:
    async with opened(finished, view, size=(80, 24)) as (app, pilot):
        await pilot.press("question_mark", "2")
        assert not app.screen.query_one(HelpPanel).is_open
        assert decisions(finished) == []
        assert "press the key again" in said(app)
        await pilot.press("2")
        assert len(decisions(finished)) == 1


async def test_keys_that_decide_nothing_work_while_help_covers_the_row(finished: Project) -> None:
    async with opened(finished, size=(80, 24)) as (app, pilot):
        await pilot.press("1", "question_mark", "u")
        assert decisions(finished) == []
        assert app.screen.query_one(HelpPanel).is_open
        await pilot.press("g", "d")
        assert app.current_mode == "diagnose"


async def test_help_turns_its_pages_before_it_closes(finished: Project) -> None:
    async with opened(finished, size=(80, 24)) as (app, pilot):
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


async def test_q_quits_at_once_and_ends_the_sitting(finished: Project) -> None:
    async with opened(finished, size=(80, 24)) as (app, pilot):
        await pilot.press("1", "q")
    assert app.return_code == 0
    run = finished.store.runs.last_done("annotate")
    assert run is not None
    assert run.counts == {"decisions": 1}


def test_an_annotator_needs_a_name(finished: Project) -> None:
    with pytest.raises(UsageError):
        WorkbenchApp(finished, "  ")


async def test_the_light_theme_redraws_bars_and_class_colours(finished: Project) -> None:
    async with opened(finished, size=(120, 30)) as (app, pilot):
        dark = app.screen.query_one("#class-bar", Static).content
        await pilot.press("colon", *"theme", "enter")
        await settle(pilot)
        assert not app.current_theme.dark
        assert app.screen.query_one("#class-bar", Static).content != dark
        await pilot.press("colon", *"theme", "enter")
        await settle(pilot)
        assert app.current_theme.dark


async def test_the_theme_that_was_chosen_is_kept(finished: Project) -> None:
    async with opened(finished, size=(80, 24)) as (_, pilot):
        await pilot.press("colon", *"theme", "enter")
    assert open_app(finished).theme == "workbench-light"
    async with opened(finished, size=(80, 24)) as (_, pilot):
        await pilot.press("colon", *"theme", "enter")
    assert open_app(finished).theme == "workbench-dark"


@pytest.mark.parametrize(
    ("terminal", "theme"),
    [("0;15", "light"), ("0;default;7", "light"), ("15;0", "dark"), ("7;8", "dark"), ("", "dark")],
)
def test_the_ground_of_the_terminal_tells_the_theme_until_one_is_chosen(
    finished: Project, monkeypatch: pytest.MonkeyPatch, terminal: str, theme: str
) -> None:
    monkeypatch.setenv("COLORFGBG", terminal)
    assert open_app(finished).theme == f"workbench-{theme}"
    keep_ground(is_dark=theme != "dark")
    assert open_app(finished).theme != f"workbench-{theme}"


@pytest.mark.parametrize("view", [spec.name for spec in VIEWS])
async def test_without_colours_nothing_is_painted_and_the_cursor_is_seen(
    finished: Project, monkeypatch: pytest.MonkeyPatch, view: str
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened(finished, view, size=(120, 40)) as (app, _):
        styles = [s for strip in app.screen._compositor.render_strips() for _, s, _ in strip if s]
        colors = {color for style in styles for color in (style.color, style.bgcolor) if color}
        assert all(color.is_default for color in colors)
        first, *others = app.screen._compositor.render_strips()
        tab = "".join(text for text, style, _ in first if style and style.reverse)
        assert tab.strip() == next(spec.title for spec in VIEWS if spec.name == view)
        assert any(style and style.reverse for strip in others[2:-1] for _, style, _ in strip)


async def test_another_annotator_takes_over(finished: Project) -> None:
    async with opened(finished, size=(80, 24)) as (app, pilot):
        assert "as ana" in "\n".join(screen_lines(app))
        await pilot.press("1", "colon", *"annotator", "space", *"Ada", "enter")
        await until(pilot, lambda: app.annotator == "Ada")
        await settle(pilot)
        assert "Ada decides now, not ana" in said(app)
        assert "as Ada · batch" in "\n".join(screen_lines(app))
        assert "0 of 6 done" in "\n".join(screen_lines(app))
        await pilot.press("2")
        assert [event.annotator for event in decisions(finished)] == ["ana", "Ada"]
        await pilot.press("u", "u")
        assert [event.annotator for event in decisions(finished)] == ["ana"]
        await pilot.press("colon", *"annotator", "enter", *["backspace"] * 3, *"ana", "enter")
        await until(pilot, lambda: app.annotator == "ana")
        await pilot.press("u")
        assert decisions(finished) == []
        await pilot.press("colon", *"annotator", "enter", *["backspace"] * 3, "enter")
        await until(pilot, lambda: app.screen.query_one("#status-line").has_class("-error"))
        assert app.annotator == "ana"


async def test_a_command_decides_under_the_name_of_who_sits_here(
    finished: Project, worker_environment: None
) -> None:
    async with opened(finished, size=(100, 30)) as (_, pilot):
        await pilot.press("colon", *"class", "space", *"rename", "space", *"ham", "space", *"mail")
        await pilot.press("enter")
        await settle(pilot)
        assert next(finished.store.decisions.newest_of("ana")).kind == "class-rename"


async def test_what_was_done_is_said_on_one_line_and_keeps_the_key_that_takes_it_back(
    finished: Project,
) -> None:
    async with opened(finished, size=(60, 24)) as (app, pilot):
        app.view.say(f"labelled {'a_very_long_class_name' * 4} → r1 · u to undo")
        await pilot.pause()
        line = screen_lines(app)[-2]
        assert line.startswith(" labelled a_very")
        assert line.endswith("… · u to undo")
        assert app.screen.query_one("#status-line").size.height == 1


async def test_what_was_undone_is_told_before_what_was_passed_over(finished: Project) -> None:
    """The functions are the newest act; the runs that read their votes are records."""
    publisher = finished.store.decisions.newest_standing(kinds=("publish",))
    assert publisher is not None
    async with opened(finished, "start", size=(80, 24)) as (app, pilot):
        await app.become(publisher.annotator)
        await pilot.press("u")
        await settle(pilot)
        (told,) = [line for line in screen_lines(app) if "puts it back" in line]
    assert told.lstrip().startswith("undone: the labeling functions")
    assert told.endswith("U puts it back")


async def test_undo_names_the_row_in_every_view(finished: Project) -> None:
    async with opened(finished, size=(100, 24)) as (app, pilot):
        await pilot.press("2", "g", "s", "u")
        event = next(finished.store.decisions.newest_of("ana"))
        assert event.kind == "undo"
        decided = finished.store.decisions.get(event.target_id or 0)
        assert decided is not None
        example = finished.store.examples.get(decided.example_id or 0)
        assert example is not None
        assert f"label spam → {example.uid} " in said(app)


async def test_the_keys_of_the_view_stay_beside_the_help(finished: Project) -> None:
    async with opened(finished, size=(80, 24)) as (app, pilot):
        before = screen_lines(app)[-1]
        await pilot.press("question_mark")
        assert screen_lines(app)[-1] == before
        assert "a accept" in before


@pytest.mark.parametrize("view", ["annotate", "audit"])
async def test_help_leaves_the_text_room(finished: Project, view: str) -> None:
    async with opened(finished, view, size=(120, 40)) as (app, pilot):
        document, evidence = (app.screen.query_one(f"#{name}") for name in ("document", "evidence"))
        await pilot.press("question_mark")
        assert document.region.width >= 40
        assert not evidence.region
        await pilot.press("escape")
        assert evidence.region
