"""One colour for each class, which colour-blind people tell apart; its name always stands by."""

from __future__ import annotations

from typing import Final

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

DIGITS: Final = "1234567890"
"""The keys of the first ten classes, in order."""


def class_color(class_id: int) -> str:
    """Return the colour of a class; they repeat from the ninth on."""
    return PALETTE[class_id % len(PALETTE)]


def class_key(class_id: int) -> str:
    """Return the digit that stands for a class; empty from the eleventh on."""
    return DIGITS[class_id] if class_id < len(DIGITS) else ""
