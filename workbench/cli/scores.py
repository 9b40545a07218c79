"""The table of models on rows with a known label, as ``aggregate`` and ``train`` print it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from workbench.cli.output import say, table
from workbench.figures import counted, interval, percent, score

if TYPE_CHECKING:
    from workbench.services.scoring import ModelScore


def show_scores(
    scores: Sequence[ModelScore],
    in_use: str | None,
    *,
    title: str = "on the evaluation rows",
    n_evaluation: int = 0,
) -> None:
    """Print accuracy, calibration, coverage and n of every model; say when nothing is trusted.

    A mark stands at the model ``in_use``, whose labels are used, where it is one of them.
    """
    if not scores or scores[0].n == 0:
        if n_evaluation:
            say(
                f"{counted(n_evaluation, 'evaluation row')}, none with a trusted label: annotate"
                " some (workbench annotate --from FILE) to see how right this is"
            )
        else:
            say("no evaluation rows: import some with trusted labels to see how right this is")
        return
    if any(found.model == in_use for found in scores):
        title += " (* in use)"
    table(
        [
            "model", ">accuracy where covered", ">macro-F1", "?>calibration error", ">coverage",
            ">accuracy on all", ">n",
        ],
        [
            (
                found.model + (" *" if found.model == in_use else ""),
                interval(found.accuracy, found.accuracy_low, found.accuracy_high),
                score(found.macro_f1),
                percent(found.ece),
                percent(found.coverage),
                percent(found.accuracy_all),
                f"{found.n:,}",
            )
            for found in scores
        ],
        title=title,
    )  # fmt: skip
