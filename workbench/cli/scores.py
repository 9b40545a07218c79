"""The table of models on rows with a known label, as ``aggregate`` and ``train`` print it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from workbench.cli.output import say, table
from workbench.figures import counted, interval, percent

if TYPE_CHECKING:
    from workbench.services.scoring import ModelScore


def show_scores(
    scores: Sequence[ModelScore],
    chosen: str,
    *,
    title: str = "on the evaluation rows",
    n_evaluation: int = 0,
) -> None:
    """Print accuracy, calibration, coverage and n of every model; say when nothing is trusted."""
    if not scores or scores[0].n == 0:
        if n_evaluation:
            say(
                f"{counted(n_evaluation, 'evaluation row')}, none with a trusted label: annotate"
                " some (workbench annotate --from FILE) to see how right this is"
            )
        else:
            say("no evaluation rows: import some with trusted labels to see how right this is")
        return
    table(
        [
            "model", ">accuracy where covered", ">macro-F1", "?>calibration error", ">coverage",
            ">accuracy on all", ">n",
        ],
        [
            (
                score.model + (" *" if score.model == chosen else ""),
                interval(score.accuracy, score.accuracy_low, score.accuracy_high),
                "-" if score.macro_f1 is None else f"{score.macro_f1:.3f}",
                percent(score.ece),
                percent(score.coverage),
                percent(score.accuracy_all),
                f"{score.n:,}",
            )
            for score in scores
        ],
        title=f"{title} (* in use)",
    )  # fmt: skip
