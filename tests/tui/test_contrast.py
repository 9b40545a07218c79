"""What is on the screen can be read: on dark and on light ground."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from rich.terminal_theme import TerminalTheme
from textual.color import Color
from textual.theme import Theme

from tests.tui.screens import opened, settle
from workbench.services.project import Project
from workbench.tui.app import WorkbenchApp
from workbench.tui.colors import (
    DARK,
    DARK_TERMINAL,
    LIGHT,
    LIGHT_PALETTE,
    LIGHT_TERMINAL,
    PALETTE,
)
from workbench.tui.views import VIEWS

TEXT, EDGE = 4.5, 3.0
"""The least contrasts that WCAG 2 asks for, of text and of what else is to be seen."""

EDGES = set("─│╭╮╰╯┌┐└┘▏▎▊")


def contrast(one: Color, other: Color) -> float:
    """Return the contrast of two colours, from 1 to 21 (WCAG 2)."""

    def luminance(of: Color) -> float:
        parts = [
            part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
            for part in of.normalized
        ]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def drawn(app: WorkbenchApp) -> Iterator[tuple[str, Color, Color]]:
    """Yield what stands on the screen, with its colour and that of its ground."""
    off = app.screen.query_one("#key-bar").get_component_rich_style("key-bar--off").color
    for strip in app.screen._compositor.render_strips():
        for text, style, _ in strip:
            if style is None or style.color is None or style.bgcolor is None or not text.strip():
                continue
            color, ground = (Color.from_rich_color(c) for c in (style.color, style.bgcolor))
            if style.reverse:
                color, ground = ground, color
            # What cannot be done now is dim on purpose.
            if style.color != off and not style.meta.get("action"):
                yield text.strip(), color, ground


@pytest.mark.slow
@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("view", [spec.name for spec in VIEWS])
async def test_texts_and_borders_stand_out_from_their_ground(
    finished: Project, view: str, theme: Theme
) -> None:
    async with opened(finished, view, size=(160, 48)) as (app, pilot):
        if not theme.dark:
            await pilot.press("colon", *"theme", "enter")
            await settle(pilot)
        app.view.complain("what went wrong")
        await pilot.pause()
        assert app.theme == theme.name
        faint = {
            (text[:30], color.hex, ground.hex, round(contrast(color, ground), 2))
            for text, color, ground in drawn(app)
            if contrast(color, ground) < (EDGE if set(text) <= EDGES else TEXT)
            and (any(map(str.isalnum, text)) or set(text) & EDGES)
        }
        assert not faint


@pytest.mark.parametrize(
    ("terminal", "theme"),
    [(DARK_TERMINAL, DARK), (LIGHT_TERMINAL, LIGHT)],
    ids=["dark", "light"],
)
def test_colours_by_name_can_be_read(terminal: TerminalTheme, theme: Theme) -> None:
    ground = Color.parse(theme.background)
    for number in range(1, 7):
        assert contrast(Color(*terminal.ansi_colors[number]), ground) >= TEXT


@pytest.mark.parametrize(
    ("palette", "theme"), [(PALETTE, DARK), (LIGHT_PALETTE, LIGHT)], ids=["dark", "light"]
)
def test_every_class_can_be_read_on_its_ground(palette: tuple[str, ...], theme: Theme) -> None:
    ground = Color.parse(theme.background)
    assert min(contrast(Color.parse(color), ground) for color in palette) >= TEXT
