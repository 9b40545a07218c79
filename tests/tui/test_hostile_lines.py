"""What is typed, edited or picked may hold anything; the terminal acts on none of it."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.widgets import Input, TextArea

from tests.tui.screens import opened, said, screen_lines, settle
from workbench.safe_text import veiled
from workbench.services.importing.importing import import_files
from workbench.services.project import Project

SIZE = (120, 30)
HOSTILE = "\x1b[31mred\x1b]2;title\x07 \u202eright\u202c \x9b5m\x00"
ACTED_ON = set("\x1b\x07\x00\x9b\u202e\u202c")


@given(st.text())
def test_a_veiled_text_has_a_sign_for_each_sign_and_nothing_to_act_on(text: str) -> None:
    shown = veiled(text)
    assert len(shown) == len(text)
    assert all(sign in (s, "␦") or "␀" <= sign <= "␡" for sign, s in zip(shown, text, strict=True))
    assert not any(ord(sign) < 32 or 0x7F <= ord(sign) < 0xA0 for sign in shown)


async def test_a_script_with_escapes_is_edited_and_kept_as_it_is(finished: Project) -> None:
    script = finished.functions_folder / "first.py"
    with script.open("a", newline="") as file:
        file.write(f"\n# {HOSTILE}\n\tx = 1\n")
    source = script.read_bytes()
    async with opened(finished, "functions", size=(120, 50)) as (app, pilot):
        await pilot.press("e", *["pagedown"] * 3)
        await settle(pilot)
        shown = "\n".join(screen_lines(app))
        assert "␛[31mred␛]2;title␇ ␦right␦" in shown
        assert not ACTED_ON & set(shown)
        await pilot.press("z", "backspace", "escape")
        await settle(pilot)
        assert "not saved" not in said(app)
    assert script.read_bytes() == source


async def test_lines_and_choices_show_what_they_hold(
    project: Project, write_csv: Callable[..., Path]
) -> None:
    column = "col\x1b[31m\u202eumn"
    rows = [{"id": f"r{i}", "text": f"text {i}", column: "a"} for i in range(3)]
    import_files(project, [write_csv("rows.csv", rows)])
    async with opened(project, "data", size=SIZE) as (app, pilot):
        for opener in ("f", "slash", "colon"):
            await pilot.press(opener)
            line = app.screen.focused
            assert isinstance(line, Input)
            line.value = HOSTILE
            await pilot.pause()
            shown = "\n".join(screen_lines(app))
            assert "␛[31mred" in shown
            assert not ACTED_ON & set(shown)
            line.value = ""
            await pilot.pause()
            await pilot.press("escape")
        await pilot.press("f", *"umn")
        await settle(pilot)
        assert not ACTED_ON & set("\n".join(screen_lines(app)))


@pytest.mark.parametrize("end", ["\x0c", "\x85", "\u2028"])
async def test_a_script_that_the_editor_would_change_is_left_to_another(
    finished: Project, end: str
) -> None:
    script = finished.functions_folder / "first.py"
    script.write_text(f"{script.read_text()}\n# a{end}b\n")
    source = script.read_bytes()
    async with opened(finished, "functions", size=SIZE) as (app, pilot):
        await pilot.press("e")
        assert app.screen.query_one("#source", TextArea).read_only
        assert "line ends of several kinds" in said(app)
        assert "o opens it in $EDITOR" in said(app)
    assert script.read_bytes() == source
    assert not (finished.root / ".workbench" / "drafts").exists()


async def test_a_save_keeps_line_ends_permissions_and_links(
    finished: Project, tmp_path: Path
) -> None:
    link = finished.functions_folder / "first.py"
    target = tmp_path / "shared.py"
    target.write_bytes(link.read_bytes().replace(b"\n", b"\r\n"))
    target.chmod(0o775)
    link.unlink()
    link.symlink_to(target)
    own = tmp_path / "shared.part"
    own.write_text("mine")
    async with opened(finished, "functions", size=SIZE) as (_, pilot):
        await pilot.press("e", "home", "#", "ctrl+s")
        await settle(pilot)
    written = target.read_bytes()
    assert link.is_symlink()
    assert b"\r\n#keywords" in written
    assert written.count(b"\r\n") == written.count(b"\n")
    assert stat.S_IMODE(target.stat().st_mode) == 0o775
    assert own.read_text() == "mine"
