"""``workbench train``."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from workbench.cli.context import CliContext
from workbench.cli.options import SEED
from workbench.cli.output import emit, json_option, progress, say
from workbench.cli.scores import show_scores
from workbench.figures import counted
from workbench.safe_text import one_word

if TYPE_CHECKING:
    from workbench.services.train import TrainResult

_CLASSES = 12
"""Classes whose words are shown."""


@click.command()
@click.option("--embeddings", is_flag=True, help="Add sentence embeddings (extra: embeddings).")
@click.option("--seed", type=SEED, help="By default the project's.")
@json_option
@click.pass_obj
def train(context: CliContext, embeddings: bool, seed: int | None, as_json_: bool) -> None:
    """Train the end model on all that is known, and compare it with the label models.

    From 20 annotated rows on, of more than one class, votes, texts and annotations are weighed
    together, where there is an aggregation of votes; the mix then gives the labels of all rows that
    nobody decided. Without votes the end model gives no labels by itself: it serves propose and
    audit, and what is exported is what people and files said.
    """
    from workbench.services.beliefs import model_in_use
    from workbench.services.train import train_end_model

    with context.open_project() as project, progress(as_json_) as tell:
        result = train_end_model(project, seed=seed, embeddings=embeddings, progress=tell)
        used = model_in_use(project)
    emit(result, as_json_, partial(_show, in_use=None if used is None else used.model))
    context.say_next(as_json_)


def _show(result: TrainResult, in_use: str | None) -> None:
    if result.reused:
        stands = "its model stands" if result.withdraws is None else "no training row has a label"
        say(f"nothing has changed since run {result.run_id}: {stands}")
    if result.withdraws is not None:
        say("no training row has a label any more")
        say(f"the model of run {result.withdraws} is withdrawn")
        return
    rows = counted(result.n_rows, "training row")
    origins = ", ".join(f"{n:,} {_basis(origin)}" for origin, n in result.by_origin.items() if n)
    say(f"trained on {rows} ({origins}), {result.n_features:,} features")
    named = [entry for entry in result.words if entry.words]
    for entry in named[:_CLASSES]:
        say(f"  {entry.name}: {', '.join(map(one_word, entry.words))}")
    if len(named) > _CLASSES:
        say(f"  … and {len(named) - _CLASSES} more classes (--json has them all)")
    if result.sources:
        say("the mix weighs: " + ", ".join(f"{s.name} {s.weight:.2f}" for s in result.sources))
    show_scores(result.scores, in_use, n_evaluation=result.n_evaluation)
    if result.held_out:
        title = f"on {_judged(result)}, each held out"
        show_scores(result.held_out, in_use, title=title)
    for warning in result.warnings:
        say(f"! {warning}", style="yellow")


def _judged(result: TrainResult) -> str:
    """Name the annotated rows that judge: where labels chose functions, the others alone."""
    n, every = result.held_out[0].n, f"the {result.n_annotated:,} annotated rows"
    if result.n_picked:
        every += f" ({result.n_picked:,} picked for a doubt, which are harder)"
    return every if n == result.n_annotated else f"the {n:,} of {every} that chose no function"


def _basis(origin: str) -> str:
    """Name an origin; what a model is too unsure of for a label teaches too."""
    return "model, sure of it or not" if origin == "model" else origin
