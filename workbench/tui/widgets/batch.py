"""A proposed batch on the screen: a line a row, and everything that speaks for asking it."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from workbench import figures
from workbench.services.batches import Why
from workbench.services.curve.curve import CurveResult
from workbench.services.propose import Batch, ProposedRow
from workbench.tui.colors import class_colors
from workbench.tui.figures import bar, score
from workbench.tui.key_names import spell
from workbench.tui.safe_text import one_line, page
from workbench.tui.widgets.columns import fit
from workbench.tui.widgets.plots import PlotPoint, curve, sparkline

_SHOWN_TEXT = 2_000
_PLOT_LINES = 7
_STRATEGY_CELLS = 17
_UNCERTAINTY_CELLS = 6
_HEAD_CELLS = _STRATEGY_CELLS + 1 + _UNCERTAINTY_CELLS - len("asked by")
"""The name of the figure is wider than the figure: it reaches into the column before."""


def batch_head(width: int) -> Text:
    """Return the names of the columns of `batch_line`."""
    return Text.assemble(
        "   ", fit("#", 4, right=True), " ", fit("uid", 12), " ",
        "asked by", fit("uncertainty", _HEAD_CELLS, right=True), "  ",
        fit("text", max(4, width - 49)),
    )  # fmt: skip


def batch_line(number: int, row: ProposedRow, *, is_decided: bool) -> Text:
    """Return a row of a batch: who chose it, how uncertain it is, and its text."""
    why = row.why
    uncertainty = score(None if why is None else why.uncertainty)
    return Text.assemble(
        (" ✓ " if is_decided else "   ", "green"),
        fit(str(number), 4, right=True, style="dim"), " ", fit(row.uid, 12, style="dim"), " ",
        fit("" if why is None else why.strategy, _STRATEGY_CELLS), " ",
        fit(uncertainty, _UNCERTAINTY_CELLS, right=True), "  ",
        (one_line(row.text), "dim" if is_decided else ""),
    )  # fmt: skip


def reasons_text(row: ProposedRow, classes: Sequence[str]) -> Text:
    """Return why a row is asked, and its text."""
    text = Text.assemble((one_line(row.uid, 40), "bold"), f"  {one_line(row.reason, 400)}\n\n")
    text.append_text(page(row.text, limit=_SHOWN_TEXT))
    text.append("\n")
    if row.why is not None:
        text.append_text(_why(row.why, classes))
    return text


def _why(why: Why, classes: Sequence[str]) -> Text:
    colors = class_colors(classes)
    text = Text()
    if why.beliefs:
        text.append("\nwhat the model believes", style="bold")
        if why.rank is not None:
            text.append(f"  rank {why.rank:,} of {why.n_ranked:,} by uncertainty", style="dim")
        text.append("\n")
        for belief in why.beliefs:
            color = colors.get(belief.label, "")
            text.append(f"{score(belief.probability)} ")
            text.append_text(fit(belief.label, 14, style=color))
            text.append(" ")
            text.append_text(bar(belief.probability, 16, style=color))
            text.append("\n")
    if why.stands_for is not None:
        # The cluster counts the row itself: the same figure as in the reason.
        n = why.stands_for
        cluster = f"stands for a cluster of {n:,} rows" if n > 1 else "alone in its cluster"
        text.append(f"\n{cluster}\n")
    if why.conflict:
        text.append("\nfunctions that contradict each other\n", style="bold")
        for vote in why.conflict:
            text.append_text(fit(vote.label, 14, style=colors.get(vote.label, "")))
            text.append(f" {one_line(vote.lf, 40)}\n")
    if why.nearest:
        text.append("\nnearest annotated rows\n", style="bold")
        for near in why.nearest:
            text.append(f"{near.similarity:5.2f} ")
            text.append_text(fit(near.label, 14, style=colors.get(near.label, "")))
            text.append(f" {one_line(near.uid, 24)}\n", style="dim")
    return text


def batch_text(batch: Batch) -> Text:
    """Return how a batch was divided between strategies, and what was not as wished."""
    text = Text()
    for share in batch.shares:
        if not share.n:
            continue
        text.append_text(fit(share.strategy, _STRATEGY_CELLS, style="bold"))
        text.append(f"{share.n:>4} {'row ' if share.n == 1 else 'rows'}  ")
        text.append(f"{one_line(share.why, 160)}\n", style="dim")
    for note in batch.notes:
        text.append("! ", style="bold yellow")
        text.append(f"{one_line(note, 300)}\n")
    text.rstrip()
    return text


def batch_in_short(batch: Batch) -> Text:
    """Return how a batch was divided in a line, the largest part first, and a line a note."""
    parts = sorted((share for share in batch.shares if share.n), key=lambda share: -share.n)
    lines = [Text(" · ".join(f"{share.strategy} {share.n:,}" for share in parts), "bold")]
    lines += [Text.assemble(("! ", "bold yellow"), one_line(note, 300)) for note in batch.notes]
    return Text("\n").join(lines)


def curve_text(found: CurveResult, width: int, height: int, changes: Sequence[str] = ()) -> Text:
    """Return how good the model is and of which rows, what more labels would bring, and the curve.

    Parameters
    ----------
    found
        The curve.
    width, height
        Of the whole text; the plot takes what the words leave.
    changes
        What changed since it was measured: it is marked as older then, and says nothing of what
        to do next.
    """
    words = Text()
    if changes:
        words.append_text(_older(found, changes))
    if found.points:
        words.append_text(_newest_point(found))
    if not changes:
        words.append_text(_outlook(found))
    for name, values in (
        ("stable", [p.stability for p in found.points if p.stability is not None]),
        ("uncertainty", [p.uncertainty for p in found.points if p.uncertainty is not None]),
    ):
        if len(values) > 1:
            words.append(f"{name} {sparkline(values)} {score(values[-1])}  ", style="dim")
    if found.learnt_beside:
        words.append(f"\n{one_line(found.learnt_beside, 200)}", style="dim")
    for note in found.notes:
        words.append("\n! ", style="bold yellow")
        words.append(one_line(note, 300))
    points = [
        PlotPoint(p.n_labels, p.accuracy, p.accuracy_low, p.accuracy_high)
        for p in found.points
        if p.accuracy is not None
    ]
    if not points:
        return words
    n_word_lines = sum(1 + len(line) // max(1, width) for line in words.plain.split("\n"))
    plot = curve(
        points,
        width=width,
        height=max(_PLOT_LINES, height - n_word_lines - 2),
        x_title="accuracy by labels spent",
    )
    return Text.assemble(words, "\n\n", plot)


def _older(found: CurveResult, changes: Sequence[str]) -> Text:
    """Return that a curve is no longer of the labels and rows that there are."""
    of = f"as of {figures.counted(found.points[-1].n_labels, 'label')}, " if found.points else ""
    why = one_line("; ".join(changes), 160)
    renew = spell("{learn.curve} measures it anew")
    return Text.assemble(("! ", "bold yellow"), (f"{of}out of date", "bold"), f": {why}; {renew}\n")


def _newest_point(found: CurveResult) -> Text:
    """Return the figures of the newest point, and which rows they are of."""
    point = found.points[-1]
    accuracy = figures.interval(point.accuracy, point.accuracy_low, point.accuracy_high)
    macro_f1 = figures.score(point.macro_f1, point.macro_f1_low, point.macro_f1_high)
    text = Text.assemble(("accuracy ", "bold"), accuracy, ("  macro-F1 ", "bold"), macro_f1)
    labels = figures.counted(point.n_labels, "label")
    text.append(f"\nat {labels}, on {found.n_judged:,} {found.judged_on}\n", style="dim")
    if found.reading:
        text.append(f"{one_line(found.reading, 400)}\n", style="dim")
    return text


def _outlook(found: CurveResult) -> Text:
    """Return what more labels would bring, and whether to stop."""
    text = Text()
    gain = found.next_100
    if gain is not None:
        text.append("the next 100 labels would add ", style="bold")
        text.append(figures.points(gain.accuracy))
        bounds = figures.point_bounds(gain.low, gain.high)
        text.append(f" {bounds}, on new rows\n", style="dim")
    if found.points:
        verdict = "you may stop" if found.stop.should_stop else "go on"
        text.append(verdict, style="bold green" if found.stop.should_stop else "bold")
        for reason in found.stop.reasons:
            text.append(f"\n  {one_line(reason, 200)}")
        text.append("\n")
    return text
