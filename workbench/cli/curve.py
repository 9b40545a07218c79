"""``workbench curve``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from workbench.cli.context import CliContext
from workbench.cli.options import SEED
from workbench.cli.output import console, emit, json_option, progress, say, table
from workbench.figures import interval, score

if TYPE_CHECKING:
    from workbench.services.curve.curve import CurvePoint, CurveResult

_HEIGHT = 11
_MAX_WIDTH = 72
_MARGIN = 6


@click.command()
@click.option(
    "--on",
    default="auto",
    show_default=True,
    help="Rows to judge on: evaluation, random (those of the batches), or auto.",
)
@click.option(
    "--embedder", metavar="NAME", help="What models learn from: tfidf, or what embed made."
)
@click.option("--seed", type=SEED, help="By default the project's.")
@json_option
@click.pass_obj
def curve(
    context: CliContext, on: str, embedder: str | None, seed: int | None, as_json_: bool
) -> None:
    """Show accuracy and macro-F1 against labels spent, and what the next 100 labels would bring.

    Without evaluation rows, the random rows of the batches are the yardstick. Labels that came with
    a file, and weak ones, are none that were spent, but models learn from them. Nothing is written.
    """
    from workbench.services.curve.curve import curve as learning_curve

    with context.open_project() as project, progress(as_json_) as tell:
        result = learning_curve(project, on=on, embedder=embedder, seed=seed, progress=tell)
    emit(result, as_json_, _show)
    context.say_next(as_json_)


def _show(result: CurveResult) -> None:
    for note in result.notes:
        say(f"! {note}", style="yellow")
    if not result.points:
        return
    say(f"judged on {result.n_judged:,} {result.judged_on}, {_held_out(result)}")
    if result.learnt_beside:
        say(result.learnt_beside)
    table(
        [">labels", "accuracy", "macro-F1", "?>stability", "?>uncertainty", "?last batch"],
        [
            (
                f"{point.n_labels:,}",
                interval(point.accuracy, point.accuracy_low, point.accuracy_high),
                score(point.macro_f1, point.macro_f1_low, point.macro_f1_high),
                "" if point.stability is None else score(point.stability),
                "" if point.uncertainty is None else score(point.uncertainty),
                point.kind_of_batch or "",
            )
            for point in result.points
        ],
    )
    say(result.reading)
    say()
    for line in plot(result.points, min(console().width, _MAX_WIDTH)):
        say(line)
    say()
    word = "You may stop" if result.stop.should_stop else "Go on"
    say(f"{word}:", style="bold")
    for reason in result.stop.reasons or ("there are too few points to tell",):
        say(f"  {reason}")


def _held_out(result: CurveResult) -> str:
    """Say which of the judged rows the models have not learnt from."""
    if not result.n_with_copies:
        return "which the models judged have not seen"
    if result.n_with_copies == result.n_judged:
        return "all of which models learn from: each stands for copies in the pool"
    return (
        "which the models judged have not seen, but for"
        f" {result.n_with_copies:,} that stand for copies in the pool"
    )


def plot(points: tuple[CurvePoint, ...], width: int) -> list[str]:
    """Draw macro-F1 over the labels spent, with intervals, in characters.

    Parameters
    ----------
    points
        The curve; at least one point with a score.
    width
        Columns to draw in.

    Returns
    -------
    list of str
        Lines, the scale on the left and below.
    """
    scored = [
        (point.n_labels, point.macro_f1, point.macro_f1_low, point.macro_f1_high)
        for point in points
        if point.macro_f1 is not None
        and point.macro_f1_low is not None
        and point.macro_f1_high is not None
    ]
    bottom = int(min(low for _, _, low, _ in scored) * 10) / 10
    top = min(1.0, int(max(high for _, _, _, high in scored) * 10 + 1) / 10)
    columns = max(width - _MARGIN - 1, 10)
    most = max(n for n, *_ in scored)
    cells = [[" "] * columns for _ in range(_HEIGHT)]

    def line_of(value: float) -> int:
        share = (value - bottom) / max(top - bottom, 1e-9)
        return _HEIGHT - 1 - round(share * (_HEIGHT - 1))

    for n, f1, low, high in scored:
        column = round((columns - 1) * n / most)
        for line in range(line_of(high), line_of(low) + 1):
            cells[line][column] = "│"
        cells[line_of(f1)][column] = "●"
    lines = []
    for i, row in enumerate(cells):
        value = top - (top - bottom) * i / (_HEIGHT - 1)
        scale = f"{value:.2f}" if i % 5 == 0 else ""
        lines.append(f"{scale:>{_MARGIN}}┤{''.join(row)}".rstrip())
    lines.append(" " * _MARGIN + "└" + "─" * columns)
    right = f"{most:,} labels"
    lines.append(" " * (_MARGIN + 1) + "0" + right.rjust(columns - 1))
    return ["macro-F1", *lines]
