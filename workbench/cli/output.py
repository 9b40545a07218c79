"""What commands print: one JSON document for machines, tables for people."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click

from workbench.safe_text import safe
from workbench.services.results import as_json
from workbench.types import Progress, ProgressCallback

if TYPE_CHECKING:
    from rich.console import Console

F = TypeVar("F", bound=Callable[..., Any])

PIPED_WIDTH = 160
"""Columns where stdout is no terminal and COLUMNS does not say: fit for a log, and to read."""

json_option: Callable[[F], F] = click.option(
    "--json", "as_json_", is_flag=True, help="Print one JSON document."
)


def console() -> Console:
    """Return the console of stdout; it takes text as it is, never as markup."""
    from rich.console import Console

    return Console(markup=False, highlight=False, emoji=False, soft_wrap=True)


def emit(result: Any, is_json: bool, show: Callable[[Any], None]) -> None:
    """Print a result: as JSON, or as a person reads it."""
    if is_json:
        click.echo(json.dumps(as_json(result), ensure_ascii=True, indent=2))
    else:
        show(result)


def say(text: str = "", *, style: str | None = None) -> None:
    """Print a line for people; control characters in it become visible.

    In a terminal it is broken between words; elsewhere it stays one line, to be searched.
    """
    shown, terminal = safe(text, keep_lines=True), console()
    if terminal.is_terminal:
        shown = "\n".join(_wrapped(line, terminal.width) for line in shown.split("\n"))
    terminal.print(shown, style=style)


def _wrapped(line: str, width: int) -> str:
    """Break a line between words; code, which is set in, and long words stay as they are."""
    import textwrap

    if len(line) <= width or line.startswith("    "):
        return line
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    lines = textwrap.wrap(
        line,
        width,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
        replace_whitespace=False,
    )
    return "\n".join(lines)


def table(
    columns: Sequence[str], rows: Sequence[Sequence[Any]], *, title: str | None = None
) -> None:
    """Print a table that fits the terminal: the last column gives way first.

    Parameters
    ----------
    columns
        Headings. One that begins with ``>`` is aligned to the right; one that begins with ``?``
        (before ``>``) is left out where the terminal is narrow, the last such column first, and
        named below; one with ``!`` is not cut.
    rows
        Cells; control characters in them become visible, as those in headings do.
    title
        A line above.
    """
    from workbench.cli.layout import lay_out

    if title:
        say(title, style="bold")
    headings = [safe(column) for column in columns]
    cells = [[safe(str(cell)) for cell in row] for row in rows]
    terminal = console()
    is_told = terminal.is_terminal or "COLUMNS" in os.environ
    width = terminal.width if is_told else PIPED_WIDTH
    laid_out = lay_out(headings, cells, width)
    head, *lines = laid_out.lines
    terminal.print(head, style="bold")
    for line in lines:
        terminal.print(line)
    if laid_out.left_out:
        say(f"no room for: {', '.join(laid_out.left_out)}", style="dim")


def next_step(command: str, reason: str = "") -> None:
    """Print the one next thing to do, which is what ``status`` says: `CliContext.say_next`."""
    _point_to("next", command, reason)


def see_also(command: str, reason: str = "") -> None:
    """Print what goes on from here, or what helps where a command found nothing."""
    _point_to("also", command, reason)


def _point_to(word: str, command: str, reason: str) -> None:
    """Print a command behind a word; it stays whole, to be copied."""
    line, told, terminal = f"{word}: {command}", f"  ({reason})" if reason else "", console()
    if terminal.is_terminal and len(line + told) > terminal.width:
        terminal.print(safe(line), style="cyan")
        line, told = told, ""
    if line + told:
        say(line + told, style="cyan")


def command_name() -> str:
    """Return what a person types to call this command again: its name, or the path to it."""
    import shutil
    from pathlib import Path

    called = Path(sys.argv[0])
    if called.stem != "workbench":
        return "python -m workbench"
    found = shutil.which("workbench")
    is_on_path = found is not None and called.exists() and Path(found).samefile(called)
    return "workbench" if is_on_path else str(called)


@contextmanager
def progress(is_json: bool = False) -> Iterator[ProgressCallback]:
    """Show progress on stderr: a bar on a terminal, JSON lines where they are asked for."""
    if os.environ.get("WORKBENCH_PROGRESS") == "json":
        yield _progress_lines
        return
    if is_json or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    bar = Bar(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        task = bar.add_task("", total=None)

        def show(step: Progress) -> None:
            description = safe(step.stage)
            bar.update(task, description=description, completed=step.done, total=step.total)

        yield show


def _progress_lines(step: Progress) -> None:
    line = {"stage": step.stage, "done": step.done, "total": step.total}
    sys.stderr.write(json.dumps(line) + "\n")
    sys.stderr.flush()
