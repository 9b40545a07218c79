"""A locked or closed database, any size, hostile texts: told in place, and nothing is lost."""

from __future__ import annotations

import asyncio
import inspect
import json
from pathlib import Path
from typing import Any

import pytest

from tests.tui.screens import decisions, opened, said, screen_lines, settle, until
from workbench.services.importing.importing import import_files
from workbench.services.project import Project
from workbench.tui.app import WorkbenchApp
from workbench.tui.views import VIEWS


async def test_a_locked_database_is_told_in_place_and_nothing_is_lost(
    finished: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Half a minute of patience would be long in a test.
    monkeypatch.setattr("workbench.store.connection.BUSY_SECONDS", 0.05)
    async with opened(finished, size=(80, 24)) as (app, pilot):
        with Project(finished.root) as other, other.store.transaction():
            await pilot.press("1")
            assert "locked" in said(app)
            assert "try again" in said(app)
        assert decisions(finished) == []
        await pilot.press("1")
        assert "labelled ham" in said(app)
    assert len(decisions(finished)) == 1


async def test_a_database_that_cannot_be_read_is_no_crash(finished: Project) -> None:
    async with opened(finished, size=(80, 24)) as (app, pilot):
        finished.store.close()
        await pilot.press("j")
        assert "closed" in said(app)
        for spec in VIEWS:
            await pilot.press("g", spec.key, "j", "u", "enter")
            await settle(pilot)
            assert app.is_running


@pytest.mark.slow
@pytest.mark.parametrize("spec", VIEWS, ids=[spec.name for spec in VIEWS])
async def test_every_view_survives_any_size(finished: Project, spec: Any) -> None:
    async with opened(finished, spec.name, size=(80, 24)) as (app, pilot):
        for width, height in ((160, 48), (20, 6), (1, 1), (110, 24)):
            await pilot.resize_terminal(width, height)
            await until(pilot, lambda height=height: len(screen_lines(app)) == height)
            lines = screen_lines(app)
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
    hostile: Project, size: tuple[int, int]
) -> None:
    async with opened(hostile, size=size) as (app, pilot):
        for _ in HOSTILE:
            shown = "".join(screen_lines(app))
            assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in shown)
            assert not set("\u202e\u2067\u200b\ufeff\u2060\u2028") & set(shown)
            await pilot.press("1")
    assert len(decisions(hostile)) == len(HOSTILE)


async def test_a_very_long_text_is_read_page_by_page(hostile: Project) -> None:
    async with opened(hostile, size=(80, 24)) as (app, pilot):
        await pilot.press(*"j" * list(HOSTILE).index("huge"), "m")
        assert "20,000 characters before" in "\n".join(screen_lines(app))


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
