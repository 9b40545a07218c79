"""The plots of a diagnosis as inline SVG, in the colours of the page, light or dark."""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from typing import Any
from xml.etree.ElementTree import Element, fromstring

from workbench.methods.covariate_shift import WordShift
from workbench.report.elements import element
from workbench.safe_text import one_line
from workbench.services.audit.blame import STANDS_OUT
from workbench.services.diagnose.verdicts import ClassRow, DriftFigures, NoiseRow, ShareRow

_MAX_BARS = 20
_MAX_MATRIX = 12
_WIDTH = 4.9
"""Inches: at a phone's width the text of a plot is as large as that of the page."""

_INK, _SOFT, _LINE, _ACCENT, _SECOND = "#010101", "#020202", "#030303", "#040404", "#050505"
_VARIABLES = {
    _INK: "var(--ink)",
    _SOFT: "var(--soft)",
    _LINE: "var(--line)",
    _ACCENT: "var(--accent)",
    _SECOND: "var(--second)",
}
"""Colours that nothing else has, and the page's colours that take their place."""

_STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "workbench",
    "text.parse_math": False,
    "font.family": "sans-serif",
    "font.size": 10,
    "text.color": _INK,
    "axes.edgecolor": _LINE,
    "axes.labelcolor": _SOFT,
    "xtick.color": _SOFT,
    "ytick.color": _INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
}


def classes(rows: Sequence[ClassRow]) -> Element | None:
    """Draw the share of each class, and how much of it is found."""
    shown = sorted((row for row in rows if row.n), key=lambda row: row.n)[-_MAX_BARS:]
    if not shown:
        return None
    with _Plot("classes", 0.5 + 0.34 * len(shown)) as plot:
        places = range(len(shown))
        plot.axes.barh(places, [row.share for row in shown], color=_ACCENT, height=0.5)
        for place, row in enumerate(shown):
            if row.recall is not None and row.recall_low is not None:
                plot.interval(place, row.recall, row.recall_low, row.recall_high)
        plot.rows([row.name for row in shown])
        plot.axes.set_xlim(0, 1)
        plot.axes.set_xlabel("bar: share of labels; dot: recall with 95 %")
    return plot.figure_element("Class shares and out-of-fold recall")


def confusion(names: Sequence[str], counts: Sequence[Sequence[int]]) -> Element | None:
    """Draw the confusion matrix, each row by its share."""
    if not 2 <= len(names) <= _MAX_MATRIX or not counts:
        return None
    with _Plot("confusion", 0.9 + 0.36 * len(names)) as plot:
        for i, row in enumerate(counts):
            total = max(sum(row), 1)
            for j, n in enumerate(row):
                # Over a light and a dark page alike: the more of the row, the less transparent.
                plot.cell(j, i, n / total, _ACCENT if i == j else _SECOND)
                if n:
                    plot.axes.text(j, i, f"{n:,}", ha="center", va="center", fontsize=8)
        plot.rows(names)
        plot.axes.set_xticks(range(len(names)), [one_line(name, 9) for name in names])
        plot.axes.tick_params(axis="x", rotation=40)
        plot.axes.set_xlim(-0.5, len(names) - 0.5)
        plot.axes.set_ylim(len(names) - 0.5, -0.5)
        plot.axes.set_xlabel("predicted")
        plot.axes.set_ylabel("label")
    return plot.figure_element(
        "Confusion, out of fold: the fuller a cell, the larger its share of the row"
    )


def words(rows: Sequence[WordShift], reference: str, other: str) -> Element | None:
    """Draw the words that tell two groups apart."""
    if not rows:
        return None
    shown = sorted(rows, key=lambda row: row.z)[-_MAX_BARS:]
    with _Plot("words", 0.6 + 0.28 * len(shown)) as plot:
        colors = [_SECOND if row.z > 0 else _ACCENT for row in shown]
        plot.axes.barh(range(len(shown)), [row.z for row in shown], color=colors, height=0.6)
        plot.axes.axvline(0, color=_LINE, linewidth=1)
        plot.rows([row.word for row in shown])
        label = f"← {one_line(reference, 18)}   standardised log ratio   {one_line(other, 18)} →"
        plot.axes.set_xlabel(label)
    return plot.figure_element("The words that give the difference away")


def shares(rows: Sequence[ShareRow], reference: str, other: str) -> Element | None:
    """Draw class shares among the labelled rows beside those estimated for the other group."""
    shown = sorted(rows, key=lambda row: row.source)[-_MAX_BARS:]
    with _Plot("shares", 0.8 + 0.36 * len(shown)) as plot:
        for place, row in enumerate(shown):
            plot.axes.plot(row.source, place + 0.15, "o", color=_ACCENT, markersize=5)
            plot.interval(place - 0.15, row.em, row.em_low, row.em_high)
        plot.rows([row.name for row in shown])
        plot.axes.set_xlim(left=0)
        plot.axes.set_xlabel(
            f"{one_line(reference, 18)} (plain dot), {one_line(other, 18)} by EM (with 95 %)"
        )
    return plot.figure_element("Class shares, estimated without labels")


def drift(figures: DriftFigures) -> Element:
    """Draw how well each window of time is told from the first."""
    windows = figures.windows[1:]
    with _Plot("drift", 2.2) as plot:
        places = range(1, len(windows) + 1)
        bound = [window.null_high for window in windows]
        plot.axes.fill_between(places, 0.5, bound, color=_LINE, linewidth=0)
        plot.axes.plot(places, [window.auc for window in windows], "o-", color=_SECOND)
        plot.axes.set_xticks(list(places), [one_line(w.start[:10], 12) for w in windows])
        plot.axes.tick_params(axis="x", rotation=30)
        plot.axes.set_ylabel("AUC")
        plot.axes.set_xlabel("first row of the window; the band is chance")
    return plot.figure_element(f"Each window of time against the first, by {figures.column}")


def noise(rows: Sequence[NoiseRow]) -> Element | None:
    """Draw the share of doubted labels by class, vendor, batch and source."""
    shown = list(reversed(rows[:_MAX_BARS]))
    if not shown:
        return None
    with _Plot("noise", 0.6 + 0.3 * len(shown)) as plot:
        for place, row in enumerate(shown):
            color = _SECOND if row.mark == STANDS_OUT else _ACCENT
            plot.interval(place, row.rate, row.low, row.high, color)
        plot.rows([f"{row.column} {row.group}" for row in shown])
        plot.axes.set_xlim(left=0)
        plot.axes.set_xlabel("share of doubted labels, with its 95 % interval")
    return plot.figure_element("Doubted labels; what stands out is in the second colour")


class _Plot:
    """One plot under way: a context that sets the style, and leaves an SVG.

    ``name`` tells its ids from those of the other plots.
    """

    def __init__(self, name: str, height: float) -> None:
        import matplotlib
        from matplotlib.figure import Figure

        self._style = matplotlib.rc_context(_STYLE)
        self._figure_type = Figure
        self._name = name
        self._height = height
        self._svg = b""
        self.axes: Any = None

    def __enter__(self) -> _Plot:
        self._style.__enter__()
        self._figure = self._figure_type(figsize=(_WIDTH, self._height), layout="constrained")
        self.axes = self._figure.add_subplot()
        return self

    def __exit__(self, *exception: object) -> None:
        try:
            if exception[0] is None:
                out = io.BytesIO()
                metadata = {"Date": None, "Creator": None}
                with warnings.catch_warnings():
                    # Texts stay texts in the page: the reader's browser has its own fonts.
                    warnings.filterwarnings("ignore", message="Glyph .* missing from font")
                    self._figure.savefig(out, format="svg", transparent=True, metadata=metadata)
                self._svg = out.getvalue()
        finally:
            self._style.__exit__(None, None, None)

    def rows(self, names: Sequence[str]) -> None:
        """Name the rows of a plot."""
        self.axes.set_yticks(range(len(names)), [one_line(name, 20) for name in names])
        self.axes.tick_params(axis="y", length=0)

    def interval(
        self, place: float, value: float, low: float, high: float | None, color: str = _SECOND
    ) -> None:
        """Draw a value with its interval in a row."""
        upper = value if high is None else high
        self.axes.plot([low, upper], [place, place], color=color, linewidth=1.6)
        self.axes.plot(value, place, "o", color=color, markersize=4.5)

    def cell(self, column: int, row: int, share: float, color: str) -> None:
        """Fill a cell of a matrix by its share."""
        from matplotlib.patches import Rectangle

        corner = (column - 0.5, row - 0.5)
        self.axes.add_patch(Rectangle(corner, 1, 1, color=color, alpha=0.75 * share, linewidth=0))

    def figure_element(self, title: str) -> Element:
        """Return the figure for the page."""
        text = self._svg.decode()
        for color, variable in _VARIABLES.items():
            text = text.replace(color, variable)
        svg = fromstring(text)  # noqa: S314 - matplotlib has just written it
        _make_plain(svg, f"{self._name}-")
        svg.set("role", "img")
        svg.set("aria-label", title)
        return element("figure", svg, element("figcaption", title))


def _make_plain(svg: Element, prefix: str) -> None:
    """Drop namespaces, which HTML knows by itself, and metadata; make ids the page's own."""
    for parent in svg.iter():
        parent.tag = parent.tag.rpartition("}")[2]
        for key in list(parent.attrib):
            value = parent.attrib.pop(key).replace("url(#", f"url(#{prefix}")
            name = key.rpartition("}")[2]
            if name == "id":
                value = prefix + value
            elif name == "href":
                value = value.replace("#", f"#{prefix}", 1)
            parent.set(name, value)
        for child in list(parent):
            if child.tag.rpartition("}")[2] == "metadata":
                parent.remove(child)
    for key in ("width", "height"):
        svg.attrib.pop(key, None)
