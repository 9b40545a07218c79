"""Rows of easy words to diagnose, and looking things up in a diagnosis."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from workbench.services.diagnose.verdicts import DiagnoseResult, Lens, Prediction

WORDS = """
lunch noon meeting dinner thanks home coming tomorrow weekend train late movie garden cousin
free prize cash claim winner urgent call offer bonus credit text mobile reward voucher
invoice router firmware voltage gasket turbine valve sensor
"""
HAM, SPAM, NEW_TOPIC = (line.split() for line in WORDS.strip().splitlines())

Rows = list[dict[str, str]]
WriteCsv = Callable[..., Path]


def make_rows(
    n: int, prefix: str, *, seed: int = 0, spam: float = 0.5, labelled: bool = True, **columns: Any
) -> Rows:
    """Return rows of easy words; a column is a value, or a function of the row's number."""
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(n):
        is_spam = bool(rng.random() < spam)
        words = rng.choice(SPAM if is_spam else HAM, 7)
        row = {"id": f"{prefix}{i}", "text": " ".join(words)}
        row["label"] = ("spam" if is_spam else "ham") if labelled else ""
        row |= {name: str(v(i) if callable(v) else v) for name, v in columns.items()}
        rows.append(row)
    return rows


def lens_of(result: DiagnoseResult, name: str) -> Lens:
    every = {lens.name: lens for lens in result.lenses}
    every |= {part.name: part for lens in result.lenses for part in lens.parts}
    return every[name]


def claim_of(result: DiagnoseResult, kind: str) -> Prediction:
    return next(claim for claim in result.predictions if claim.kind == kind)
