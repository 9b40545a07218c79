"""One colour for each class, which colour-blind people tell apart; its name always stands by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.terminal_theme import TerminalTheme
from textual.theme import Theme

PALETTE: Final = (
    "#e69f00",  # orange
    "#56b4e9",  # sky blue
    "#2fbf97",  # bluish green
    "#f0e442",  # yellow
    "#ff7f50",  # vermilion
    "#d98cb8",  # reddish purple
    "#8da2fb",  # blue
    "#b8b8b8",  # grey
)
"""The palette of Okabe and Ito (Color Universal Design, 2008), lightened for dark ground."""

LIGHT_PALETTE: Final = (
    "#9a5b00",
    "#0072b2",
    "#00735a",
    "#7a6a00",
    "#b83f00",
    "#9b3f7f",
    "#4b4fc4",
    "#5f5f5f",
)
"""The same hues, darkened for light ground."""

DARK_TERMINAL: Final = TerminalTheme(
    (18, 18, 18),
    (224, 224, 224),
    [
        (26, 26, 26), (255, 92, 122), (152, 224, 36), (253, 175, 60),
        (150, 140, 255), (240, 120, 190), (88, 209, 235), (196, 197, 181),
    ],
)  # fmt: skip
"""What ``red``, ``green``, ``yellow`` … are on dark ground."""

LIGHT_TERMINAL: Final = TerminalTheme(
    (255, 255, 255),
    (0, 0, 0),
    [
        (0, 0, 0), (178, 24, 24), (0, 105, 60), (138, 84, 0),
        (0, 80, 170), (135, 45, 125), (0, 100, 120), (90, 90, 90),
    ],
)  # fmt: skip
"""What ``red``, ``green``, ``yellow`` … are on light ground: each with a contrast of 5 or more."""

DARK: Final = Theme(
    name="workbench-dark",
    primary="#0470c4",
    secondary="#004578",
    accent="#ffa62b",
    warning="#ffa62b",
    error="#ba3c5b",
    success="#4ebf71",
    foreground="#e0e0e0",
    background="#121212",
    surface="#1e1e1e",
    dark=True,
    variables={"edge": "#6e6e6e", "on-primary": "#ffffff", "text-error": "#e0a0b0"},
)
LIGHT: Final = Theme(
    name="workbench-light",
    primary="#004578",
    secondary="#0178d4",
    accent="#ffa62b",
    warning="#ffa62b",
    error="#ba3c5b",
    success="#4ebf71",
    foreground="#1f1f1f",
    background="#f5f5f5",
    surface="#ececec",
    panel="#dfdfdf",
    dark=False,
    variables={
        "edge": "#858585",
        "on-primary": "#ffffff",
        "primary-muted": "#c9d9e4",
        "text-accent": "#6f4300",
        "text-warning": "#6f4300",
        "text-success": "#1f6636",
        "foreground-muted": "#4a4a4a",
    },
)
"""Every text has a contrast of 4.5 with its ground at least, and every border one of 3."""

DIGITS: Final = "1234567890"
"""The keys of the first ten classes, in order."""


_in_use = list(PALETTE)


def use_ground(*, is_dark: bool) -> None:
    """Take the colours that can be read on dark or on light ground, from the next drawing on."""
    _in_use[:] = PALETTE if is_dark else LIGHT_PALETTE


def class_color(index: int) -> str:
    """Return the colour of a class; they repeat from the ninth on."""
    return _in_use[index % len(_in_use)]


def class_colors(classes: Sequence[str]) -> dict[str, str]:
    """Return the colour of each class by its name."""
    return {name: class_color(index) for index, name in enumerate(classes)}


def color_of(name: str | None, classes: Sequence[str]) -> str:
    """Return the colour of a class by its name; dim for what is no class."""
    return class_color(classes.index(name)) if name in classes else "dim"
