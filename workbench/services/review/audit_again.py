"""When what a review corrected makes another audit worth it: models learn of it, and doubt more."""

from __future__ import annotations

from typing import Final

from workbench.figures import counted
from workbench.services.few_labels import is_few
from workbench.services.labels import Labels
from workbench.services.project import Project
from workbench.services.review.progress import review_progress
from workbench.services.review_log import reviews
from workbench.services.suspects import suspects_to_review
from workbench.store.decisions import KEEP
from workbench.store.runs import Run

_LEAST_CORRECTED: Final = 5
"""With fewer corrections models doubt nothing else, however much the audit missed."""


def worth_another_audit(project: Project, run: Run, labels: Labels | None = None) -> str | None:
    """Say why the newest audit is worth repeating after its review; None where it is not.

    Once no suspect waits, if the review corrected more than a few of the labels that the audit
    read; or some, and its random rows say that the audit surely missed many errors. Another audit
    begins with no correction, and one that finds little is not repeated: this comes to an end.

    Parameters
    ----------
    project
        The project.
    run
        The newest audit.
    labels
        The resolved ones of now, where they are known.
    """
    corrected = {
        event.example_id
        for event in reviews(project)
        if event.batch_run_id == run.run_id and event.class_id is not None and event.kind != KEEP
    }
    n = len(corrected)
    if n < _LEAST_CORRECTED or suspects_to_review(project, labels):
        return None
    told = f"its review corrected {counted(n, 'label')}, and models that learn of it may doubt more"
    if not is_few(n, int(run.counts.get("rows", 0))):
        return told
    progress = review_progress(project)
    if progress is None or not progress.missed_many:
        return None
    return f"{told}: its random rows show that it missed many errors"
