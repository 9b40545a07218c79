"""How sure a model is and how right that makes it, as text."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from workbench.figures import LISTED_CLASSES, counted
from workbench.services.aggregate_result import AggregateResult
from workbench.services.model_report import ModelReport
from workbench.tui.colors import class_color
from workbench.tui.figures import bar, share
from workbench.tui.key_names import spell
from workbench.tui.safe_text import one_line
from workbench.tui.widgets.columns import fit, width_of
from workbench.tui.widgets.plots import histogram, interval_bar

_FEW = 5
"""A bin of fewer judged rows is drawn dim: its share says little."""

_SHOWN_WARNINGS = 8


def confidence_text(report: ModelReport) -> Text:
    """Return the histogram of confidence, and the accuracy at each confidence."""
    text = Text()
    text.append("how sure", style="bold")
    text.append(f"  {report.n_informed:,} of {report.n_examples:,} rows", style="dim")
    text.append("\n\n")
    n_bins = len(report.counts)
    first = next((i for i, n in enumerate(report.counts) if n), 0)
    first = min(first, n_bins - 4)
    below = [(i + 1) / n_bins <= report.threshold + 1e-9 for i in range(n_bins)]
    styles = ["yellow" if is_below else "green" for is_below in below]
    text.append_text(histogram(report.counts[first:], height=4, bin_cells=3, styles=styles[first:]))
    axis = "".join(f"{100 * i // n_bins:<6}" for i in range(first, n_bins, 2))
    text.append(f"\n{axis[: 3 * (n_bins - first)]} % sure\n", style="dim")
    text.append(f"{report.n_uncertain:,}", style="bold yellow")
    text.append(f" stay below {report.threshold:g} and get no label · ")
    text.append(f"{len(report.contradictions):,}", style="bold")
    text.append(spell(" contradict every vote ({model.against})\n"))
    if report.reliability:
        text.append("\nhow right when so sure", style="bold")
        text.append(f"  {report.n_judged:,} {report.judged_on}", style="dim")
        text.append("\n\n")
        text.append_text(_bins(report))
    else:
        text.append("\nno judged row: annotate some, or import evaluation rows", style="dim")
    return text


def _bins(report: ModelReport) -> Text:
    """Return a line for each bin: the measured share against the mean confidence."""
    text = Text()
    for found in report.reliability:
        if found.n == 0 or found.accuracy is None:
            continue
        is_off = (
            found.confidence is not None
            and found.accuracy_low is not None
            and found.accuracy_high is not None
            and not found.accuracy_low <= found.confidence <= found.accuracy_high
        )
        style = "dim" if found.n < _FEW else "red" if is_off else "green"
        text.append(f"{100 * found.low:3.0f}-{100 * found.high:3.0f} % ", style="dim")
        text.append_text(
            interval_bar(
                found.accuracy,
                found.accuracy_low,
                found.accuracy_high,
                cells=24,
                style=style,
                mark=found.confidence,
            )
        )
        text.append(f" {share(found.accuracy):>7} of {found.n:,}\n")
    text.append("◆ as sure as it is  ● as right as it is, 95 %", style="dim")
    return text


def fit_text(found: AggregateResult, classes: Sequence[str]) -> Text:
    """Return the class balance of a fit, why its model was chosen, and what to know."""
    text = Text()
    text.append(f"{found.chosen}", style="bold")
    text.append(f"  run {found.run_id}\n", style="dim")
    text.append(f"{one_line(found.reason, 400)}\n\n")
    text.append("class balance", style="bold")
    # A result of an earlier version does not say.
    text.append(f"  {found.balance_from}".rstrip() + "\n", style="dim")
    cells = width_of([*classes])
    balance = list(zip(classes, found.class_balance, strict=False))
    largest = max((p for _, p in balance), default=1.0) or 1.0
    for i, (name, p) in enumerate(balance[:LISTED_CLASSES]):
        color = class_color(i)
        text.append_text(fit(name, cells, style=color))
        text.append(f" {share(p):>7} ")
        text.append_text(bar(p / largest, 16, style=color))
        text.append("\n")
    if len(balance) > LISTED_CLASSES:
        text.append(f"{len(balance) - LISTED_CLASSES} more classes\n", style="dim")
    if found.balance_sensitivity is not None:
        text.append(f"it decides {share(found.balance_sensitivity)} of the labels\n", style="dim")
    text.append(f"\n{_temperature(found)}\n", style="dim")
    for pair in found.pairs[:3]:
        how = "votes nearly as" if pair.is_alike else "does not vote independently of"
        how = "is a copy of" if pair.is_copy else how
        # The later one is the copy, as the warnings have it.
        text.append(f"{one_line(pair.second, 30)} {how} {one_line(pair.first, 30)}\n", style="dim")
    for warning in found.warnings[:_SHOWN_WARNINGS]:
        text.append("! ", style="bold yellow")
        text.append(f"{one_line(warning, 300)}\n")
    return text


def _temperature(found: AggregateResult) -> str:
    """Say what the labels that judge tell about the confidence."""
    judges = counted(found.n_calibrating, "label")
    if found.temperature is None:
        return f"{judges} to judge by: too few to tell whether it is too sure"
    return f"by {judges} it is {found.sureness} (temperature {found.temperature:.2f})"
