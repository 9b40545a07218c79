"""The models side by side, and what each labeling function is worth to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text

from workbench.services.beliefs import ModelInUse
from workbench.services.lf.report import LFWeight
from workbench.services.scoring import ModelScore
from workbench.tui.figures import DASH, interval, score, share
from workbench.tui.widgets.columns import fit
from workbench.tui.widgets.plots import interval_bar

MODEL_HEAD = Text.assemble(
    "   ", fit("model", 12), fit("covers", 7, right=True), fit("right", 8, right=True), " ",
    fit("95 %", 10), fit("F1", 6, right=True), fit("calib.", 7, right=True),
    fit("n", 7, right=True),
)  # fmt: skip
"""The names of the columns of `model_line`; calib. is the expected calibration error."""

_LEAST_NAME, _MORE_NAME = 20, 16
_LEAST_BAR, _MOST_BAR = 8, 24

_DIFFERS = 0.15
"""A learnt accuracy so far outside the measured interval's middle is pointed out."""


@dataclass(frozen=True, slots=True)
class ModelRow:
    """A model: the kind of its run, its name, its scores, and whether its labels are used."""

    kind: str
    name: str
    score: ModelScore
    is_in_use: bool

    def is_model_of(self, other: ModelRow) -> bool:
        """Tell whether both are fits of one model."""
        return (self.kind, self.name) == (other.kind, other.name)


def model_line(row: ModelRow) -> Text:
    """Return a model with its scores on trusted rows; a star: its labels are used."""
    found = row.score
    figures = (
        share(found.coverage) if found.n else DASH,
        share(found.accuracy),
        interval(found.accuracy_low, found.accuracy_high),
        score(found.macro_f1),
        share(found.ece),
    )
    return Text.assemble(
        (" ★ " if row.is_in_use else "   ", "bold yellow"),
        fit(row.name, 12, style="bold" if row.is_in_use else ""),
        fit(figures[0], 7, right=True), fit(figures[1], 8, right=True), " ",
        fit(figures[2], 10, style="dim"), fit(figures[3], 6, right=True),
        fit(figures[4], 7, right=True), fit(f"{found.n:,}", 7, right=True, style="dim"),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class FunctionWorth:
    """What a model learnt of a labeling function, beside what was measured on trusted labels."""

    learnt: LFWeight
    accuracy: float | None
    low: float | None
    high: float | None
    n: int

    @property
    def is_off(self) -> bool:
        """Whether what was learnt lies outside the measured interval, and far from its middle."""
        weight = self.learnt.weight
        if weight is None or self.accuracy is None or self.low is None or self.high is None:
            return False
        return not self.low <= weight <= self.high and abs(weight - self.accuracy) > _DIFFERS


def function_head(width: int) -> Text:
    """Return the names of the columns of `function_line` at a width."""
    name, cells, has_worth = _room(width)
    head = Text.assemble(
        " ", fit("function", name), fit("learnt", 7, right=True),
        fit("right", 8, right=True), "  ", fit("◆ learnt ● right", cells),
    )  # fmt: skip
    if has_worth:
        head.append_text(
            Text.assemble(
                fit("of n", 7, right=True),
                fit("alone", 8, right=True),
                fit("moves", 8, right=True),
                fit("gain", 6, right=True),
            )
        )
    return head


def function_line(worth: FunctionWorth, width: int) -> Text:
    """Return what was learnt of a function against what was measured, and what it adds."""
    name, cells, has_worth = _room(width)
    learnt = worth.learnt
    style = "bold red" if worth.is_off else "green" if worth.accuracy is not None else "dim"
    line = Text.assemble(
        " ", fit(learnt.name, name, style="bold red" if worth.is_off else ""),
        fit(share(learnt.weight), 7, right=True), fit(share(worth.accuracy), 8, right=True), "  ",
        interval_bar(
            worth.accuracy, worth.low, worth.high, cells=cells, style=style, mark=learnt.weight
        ),
    )  # fmt: skip
    if has_worth:
        gain = learnt.accuracy_gain
        gain_style = "red" if gain is not None and gain < 0 else ""
        line.append_text(
            Text.assemble(
                fit(f"{worth.n:,}", 7, right=True, style="dim"),
                fit(share(learnt.covered_alone), 8, right=True),
                fit(share(learnt.labels_changed), 8, right=True),
                fit(
                    DASH if gain is None else f"{100 * gain:+.1f}",
                    6,
                    right=True,
                    style=gain_style,
                ),
            )
        )
    return line


def _room(width: int) -> tuple[int, int, bool]:
    """Return the cells of the name and of the bar, and whether the last columns have room."""
    spare = width - (_LEAST_NAME + 18)
    has_worth = spare >= 29 + _LEAST_BAR
    cells = max(_LEAST_BAR, min(_MOST_BAR, spare - 30 * has_worth))
    name = _LEAST_NAME + max(0, min(_MORE_NAME, spare - 30 * has_worth - cells))
    return name, cells, has_worth


def score_rows(
    scores: Sequence[ModelScore], kind: str, names: Sequence[str], in_use: ModelInUse | None
) -> list[ModelRow]:
    """Return the models of a run that keep beliefs."""
    used = None if in_use is None or in_use.kind != kind else in_use.model
    return [ModelRow(kind, s.model, s, s.model == used) for s in scores if s.model in names]
