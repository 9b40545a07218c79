"""Runs on the screen: a line of the list, and all that is recorded of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from workbench.figures import counted, tallied
from workbench.services.history import LinkedRun, RunDetails
from workbench.services.revert import Since
from workbench.store.runs import Run
from workbench.tui.figures import DASH
from workbench.tui.key_names import key
from workbench.tui.safe_text import one_line
from workbench.tui.widgets.columns import fit

_SIGNS = {
    "done": ("✓", "green"),
    "running": ("…", "cyan"),
    "failed": ("✗", "red"),
    "cancelled": ("–", "yellow"),
    "crashed": ("✗", "bold red"),
}
_SHOWN_RESULTS = 14
_VALUE_CHARACTERS = 80


def run_line(run: Run, *, is_marked: bool = False) -> Text:
    """Return one run as a line: number, outcome, kind, time, who, counts."""
    sign, style = _SIGNS.get(run.outcome, ("?", ""))
    outcome = "" if run.outcome == "done" else f"{run.outcome} "
    return Text.assemble(
        ("▶" if is_marked else " ", "bold"),
        fit(str(run.run_id), 5, right=True), " ", (sign, style), " ",
        fit(run.kind, 12, style="bold"), " ",
        (f"{run.started_at[5:10]} {run.started_at[11:16]} ", "dim"),
        fit(run.agent.partition("@")[0], 8, style="dim"), " ",
        (outcome, style), ", ".join(tallied(run.counts)),
    )  # fmt: skip


def _figure(value: Any) -> str:
    """Return a value of JSON as people write it."""
    if value is None:
        return DASH
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return one_line(_pairs(value), _VALUE_CHARACTERS) or "none"
    if isinstance(value, (list, tuple)):
        return one_line(", ".join(map(_figure, value)), _VALUE_CHARACTERS) or "none"
    if isinstance(value, float):
        return f"{value:.4g}"
    return f"{value:,}" if isinstance(value, int) else one_line(str(value), _VALUE_CHARACTERS)


def run_matches(run: Run, word: str) -> bool:
    """Tell whether a run has a word in its number, kind, outcome, agent or parameters."""
    about = (str(run.run_id), run.kind, run.outcome, run.agent, str(run.parameters))
    return not word or any(word.casefold() in part.casefold() for part in about)


def run_details(details: RunDetails, since: Since | None) -> Group:
    """Return all that is recorded of a run.

    Parameters
    ----------
    details
        The run.
    since
        What was done after it; None while that is being counted.
    """
    run = details.run
    sign, style = _SIGNS.get(run.outcome, ("?", ""))
    head = Text.assemble(
        (f"run {run.run_id} {run.kind}", "bold"), "  ", (f"{sign} {run.outcome}", style)
    )
    if run.kind == "snapshot":
        head.append(f"  {one_line(str(run.parameters['name']), 60)}", style="bold")
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(no_wrap=True, style="dim")
    table.add_column(ratio=1)
    table.add_row("when", f"{run.started_at[:19].replace('T', ' ')} UTC{_duration(run)}")
    table.add_row("who", Text(one_line(run.agent)))
    if run.error:
        table.add_row("error", Text(one_line(run.error, 600), style="red"))
    if run.counts:
        table.add_row("counts", Text(", ".join(tallied(run.counts))))
    given = {name: value for name, value in run.parameters.items() if value is not None}
    if run.seed is not None:
        given["seed"] = run.seed
    table.add_row("given", Text(_pairs(given) or DASH))
    table.add_row("read", _linked(details.inputs))
    table.add_row("read by", _linked(details.outputs))
    table.add_row("since then", _since(since))
    for name, value in _scalars(details.result)[:_SHOWN_RESULTS]:
        table.add_row(one_line(name, 20), Text(value))
    table.add_row("with", Text(_pairs(run.versions), style="dim"))
    return Group(head, Text(), table)


def _duration(run: Run) -> str:
    if run.ended_at is None:
        return ", not ended"
    took = datetime.fromisoformat(run.ended_at) - datetime.fromisoformat(run.started_at)
    return f", {took.total_seconds():,.1f} s"


def _pairs(values: Mapping[str, Any]) -> str:
    pairs = ((name.replace("_", " "), _figure(value)) for name, value in values.items())
    return ", ".join(f"{name} {value}" for name, value in pairs)


def _linked(runs: Sequence[LinkedRun]) -> Text:
    if not runs:
        return Text("no run", style="dim")
    shown = ", ".join(f"{run.run_id} {run.kind}" for run in runs[:12])
    return Text(shown + (f" and {len(runs) - 12} more" if len(runs) > 12 else ""))


def _since(since: Since | None) -> Text:
    if since is None:
        return Text("…", style="dim")
    if not since.n_mine and not since.n_others:
        return Text("no act of anyone", style="dim")
    text = Text()
    if since.n_mine:
        text.append(f"{counted(since.n_mine, 'act')} of yours", style="bold")
        them = "it" if since.n_mine == 1 else "them"
        rows = counted(since.n_rows, "row")
        text.append(f" on {rows}: {key('provenance.revert')} undoes {them}")
    if since.n_others:
        text.append(f"{'; ' if text else ''}{since.n_others:,} of others, which stay")
    return text


def _scalars(result: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    """Return the plain figures of what a run reported."""
    return [
        (name.replace("_", " "), one_line(_figure(value), 300))
        for name, value in (result or {}).items()
        if isinstance(value, (int, float, str)) and name not in ("run_id", "reused") and value != ""
    ]
