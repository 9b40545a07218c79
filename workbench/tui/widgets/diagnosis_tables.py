"""The figures of a diagnosis as tables."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from workbench import figures
from workbench.figures import p_value, small
from workbench.services.audit.blame import STANDS_OUT
from workbench.services.diagnose.verdicts import (
    ClassRow,
    DiagnoseResult,
    DriftFigures,
    NoiseRow,
    Shift,
    SliceRow,
)
from workbench.services.diagnose.wrong_still import wrong_words
from workbench.tui.colors import class_color, class_colors
from workbench.tui.figures import DASH, bar, interval, score, share
from workbench.tui.safe_text import one_line
from workbench.tui.widgets.plots import interval_bar

_SHOWN = 100
_SHOWN_CLASSES = 12
_SURE = 0.05


def _table(*columns: str) -> Table:
    """Return a table; a column whose name begins with ``>`` holds figures."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for name in columns:
        is_figure = name.startswith(">")
        table.add_column(
            Text(name.lstrip(">")), justify="right" if is_figure else "left", no_wrap=True
        )
    return table


def class_table(found: DiagnoseResult, classes: Sequence[str]) -> RenderableType:
    """Return the classes: how many rows each has, and how well it is predicted out of fold."""
    table = _table("class", ">rows", ">share", "", ">precision", ">recall", ">F1")
    colors = class_colors(classes)
    largest = max((row.share for row in found.classes), default=0.0) or 1.0
    for row in found.classes[:_SHOWN]:
        color = colors.get(row.name, "")
        table.add_row(
            Text(one_line(row.name, 24), style=color),
            f"{row.n:,}",
            share(row.share),
            bar(row.share / largest, 12, style=color),
            *_scores(row),
        )
    parts: list[RenderableType] = [table]
    if len(found.classes) > _SHOWN:
        parts.append(Text(f"{len(found.classes) - _SHOWN:,} more", style="dim"))
    imbalance = found.imbalance
    if imbalance is not None and imbalance.accuracy is not None:
        text = Text("\nout of fold ", style="dim")
        for name, value, low, high in (
            ("accuracy", imbalance.accuracy, imbalance.accuracy_low, imbalance.accuracy_high),
            (
                "balanced accuracy",
                imbalance.balanced_accuracy,
                imbalance.balanced_accuracy_low,
                imbalance.balanced_accuracy_high,
            ),
        ):
            text.append(f"\n{name:<18} {share(value):>7} {interval(low, high)}", style="not dim")
        macro_f1 = figures.score(
            imbalance.macro_f1, imbalance.macro_f1_low, imbalance.macro_f1_high
        )
        text.append(f"\n{'macro-F1':<18} {macro_f1:>7}", style="not dim")
        text.append(f"\nalways the largest {share(imbalance.majority_baseline):>7}")
        parts.append(text)
    return Group(*parts)


def _scores(row: ClassRow) -> tuple[Text, Text, Text]:
    return (
        Text(f"{share(row.precision)} {interval(row.precision_low, row.precision_high)}".rstrip()),
        Text(f"{share(row.recall)} {interval(row.recall_low, row.recall_high)}".rstrip()),
        Text(score(row.f1)),
    )


def confusion_table(found: DiagnoseResult, classes: Sequence[str]) -> RenderableType:
    """Return the counts of true against predicted classes, and the largest mistakes."""
    parts: list[RenderableType] = []
    if found.confusion and len(found.confusion) <= _SHOWN_CLASSES:
        names = [one_line(name, 9) for name in classes[: len(found.confusion)]]
        table = _table("is \\ taken for", *(f">{name}" for name in names))
        for i, row in enumerate(found.confusion):
            total = sum(row) or 1
            cells = [
                Text(f"{n:,}" if n else "·", style=_cell_style(i == k, n / total))
                for k, n in enumerate(row)
            ]
            table.add_row(Text(one_line(classes[i], 16), style=class_color(i)), *cells)
        parts += [table, Text()]
    mistakes = _table("largest mistakes", ">rows", ">share", ">95 %")
    for cell in found.confused[:20]:
        mistakes.add_row(
            Text(f"{one_line(cell.true, 20)} taken for {one_line(cell.predicted, 20)}"),
            f"{cell.n:,}",
            share(cell.share),
            interval(cell.low, cell.high),
        )
    parts.append(mistakes)
    return Group(*parts)


def _cell_style(is_right: bool, part: float) -> str:
    if is_right:
        return "green"
    return "bold red" if part >= 0.1 else "yellow" if part >= 0.03 else "dim"


def slice_table(slices: Sequence[SliceRow]) -> Table:
    """Return the slices that are predicted worst first."""
    table = _table("slice", ">rows", ">right", ">95 %", ">than the rest")
    ranked = sorted(slices, key=lambda row: row.difference if row.difference is not None else 1.0)
    for row in ranked[:_SHOWN]:
        difference = DASH if row.difference is None else figures.points(row.difference)
        table.add_row(
            Text(f"{one_line(row.column, 16)} = {one_line(row.value, 24)}" + " !" * row.is_worse),
            f"{row.n:,}",
            share(row.accuracy),
            interval(row.accuracy_low, row.accuracy_high),
            difference,
            style="bold red" if row.is_worse else "",
        )
    return table


def noise_table(rows: Sequence[NoiseRow]) -> RenderableType:
    """Return the share of doubted labels by class, vendor, batch and source."""
    if any(wrong_words(row) for row in rows):
        return _noise_after_review(rows)
    table = _table("group", ">doubted", ">95 %", "0 … 50 %", ">rows")
    for row in sorted(rows, key=lambda row: (row.mark != STANDS_OUT, -row.low))[:_SHOWN]:
        is_accused = row.mark == STANDS_OUT
        style = "bold red" if is_accused else ""
        table.add_row(
            Text(f"{one_line(row.column, 10)} {one_line(row.group, 24)}" + " !" * is_accused),
            share(row.rate),
            interval(row.low, row.high),
            interval_bar(2 * row.rate, 2 * row.low, 2 * row.high, cells=16, style=style),
            f"{row.n:,}",
            style=style,
        )
    return table


def _noise_after_review(rows: Sequence[NoiseRow]) -> RenderableType:
    """Return the share of doubted labels and of those that are wrong still, by the review."""
    table = _table("group", ">doubted", ">wrong still", ">rows")
    for row in sorted(rows, key=lambda row: (row.mark != STANDS_OUT, -(row.wrong or 0)))[:_SHOWN]:
        is_accused = row.mark == STANDS_OUT
        table.add_row(
            Text(f"{one_line(row.column, 10)} {one_line(row.group, 24)}" + " !" * is_accused),
            share(row.rate),
            wrong_words(row) or DASH,
            f"{row.n:,}",
            style="bold red" if is_accused else "",
        )
    return table


def shift_table(shift: Shift, classes: Sequence[str]) -> RenderableType:
    """Return what tells two sets of rows apart."""
    parts: list[RenderableType] = [
        Text(
            f"{shift.n_train:,} {shift.reference} against {shift.n_production:,} {shift.other}"
            f" rows: AUC {score(shift.auc)},"
            f" by chance {score(shift.null_low)} to {score(shift.null_high)}"
            f" ({p_value(shift.p_value)})\n"
        )
    ]
    if shift.tests:
        tests = _table("test", "statistic", ">value", ">by chance", ">p")
        for test in shift.tests[:_SHOWN]:
            tests.add_row(
                Text(one_line(test.name, 28)),
                Text(one_line(test.statistic, 20), style="dim"),
                f"{test.value:.3f}",
                f"≤ {test.null_high:.3f}",
                small(test.adjusted_p),
                style="bold red" if test.adjusted_p < _SURE else "",
            )
        parts += [tests, Text()]
    parts.append(_words(shift))
    if shift.production_shares:
        table = _table(
            "class", f">{one_line(shift.reference, 12)}", f">{one_line(shift.other, 12)}"
        )
        for i, (old, new) in enumerate(
            zip(shift.train_shares, shift.production_shares, strict=False)
        ):
            name = classes[i] if i < len(classes) else ""
            table.add_row(Text(one_line(name, 20), style=class_color(i)), share(old), share(new))
        parts += [Text("\nestimated shares", style="dim"), table]
    parts += [Text(f"not tested: {one_line(reason, 200)}", style="dim") for reason in shift.skipped]
    return Group(*parts)


def _words(shift: Shift) -> RenderableType:
    if not shift.words:
        text = Text()
        for title, words in (
            (f"{shift.other} says", shift.words_production),
            (f"{shift.reference} says", shift.words_train),
        ):
            if words:
                text.append(f"{title:<16} ", style="dim")
                text.append(f"{one_line(', '.join(words), 300)}\n")
        return text
    table = _table("word", f">{one_line(shift.reference, 12)}", f">{one_line(shift.other, 12)}")
    for word in shift.words[:30]:
        table.add_row(
            Text(one_line(word.word, 24)),
            figures.percent(word.reference_share, 2),
            figures.percent(word.other_share, 2),
        )
    return table


def drift_table(drift: DriftFigures) -> RenderableType:
    """Return the windows of time, each against the first."""
    table = _table("from", "to", ">rows", "0.5 … 1.0 AUC", ">AUC", ">by chance", ">p")
    for i, window in enumerate(drift.windows[:_SHOWN]):
        is_changed = window.adjusted_p < _SURE
        style = "bold red" if is_changed else ""
        table.add_row(
            window.start[:16],
            window.end[:16],
            f"{window.n:,}",
            interval_bar(2 * window.auc - 1, cells=14, style=style) if i else Text(""),
            score(window.auc) if i else "first",
            f"≤ {score(window.null_high)}" if i else "",
            small(window.adjusted_p) if i else "",
            style=style,
        )
    return Group(table, Text(f"\n{drift.n_undated:,} rows have no time", style="dim"))
