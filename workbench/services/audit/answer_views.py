"""What an audit, new or stored, can hold the answers of people against."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench.services.audit.blame import NOT_AUDITED
from workbench.services.audit.results import OUT_OF_FOLD, AuditResult
from workbench.services.audit.second_opinions import SecondOpinions
from workbench.services.copies import audited_clusters
from workbench.services.labels import Labels
from workbench.services.people_answers import AnswerViews
from workbench.services.project import Project
from workbench.services.review_log import reviewed_ids
from workbench.store.runs import Run
from workbench.types import NO_LABEL


def views_of(
    project: Project,
    found: AuditResult,
    rows: NDArray[np.int64],
    tied: NDArray[np.int64],
    labels: Labels,
    new: SecondOpinions,
) -> AnswerViews:
    """Return what an audit that has just run knows.

    Parameters
    ----------
    project
        The project.
    found
        The audit.
    rows
        Positions of its training rows, (n_rows,).
    tied
        Those of `tied_rows`.
    labels
        The resolved ones.
    new
        Its opinions of these, of evaluation rows, and of the tied ones.
    """
    n = len(rows)
    probs = np.concatenate([new.probs[:n], new.unlabelled_probs])
    clusters = np.concatenate([new.clusters[:n], new.unlabelled_clusters])
    return _views(project, found, np.concatenate([rows, tied]), labels, probs, clusters)


def stored_views(
    project: Project,
    run: Run,
    found: AuditResult,
    rows: NDArray[np.int64],
    tied: NDArray[np.int64],
    labels: Labels,
) -> AnswerViews:
    """Return what a stored audit knows, of which nothing has changed since.

    Parameters
    ----------
    project
        The project.
    run
        The audit.
    found
        The same, as it is stored.
    rows
        Positions of its training rows, (n_rows,).
    tied
        Those of `tied_rows`.
    labels
        The resolved ones.
    """
    everything = np.concatenate([rows, tied])
    blocks = [block.probs for block in project.store.beliefs.blocks(run.run_id, OUT_OF_FOLD)]
    clusters = audited_clusters(project, run.run_id, everything)
    probs = np.concatenate(blocks)[everything]
    return _views(project, found, everything, labels, probs, clusters)


def _views(
    project: Project,
    found: AuditResult,
    everything: NDArray[np.int64],
    labels: Labels,
    probs: NDArray[np.floating],
    clusters: NDArray[np.int64],
) -> AnswerViews:
    # As they are stored, and without those of rows that an earlier version did not predict.
    probs = probs.astype(np.float32).astype(np.float64)
    is_there = probs.sum(axis=1) > 0
    is_reviewed = np.isin(everything + 1, list(reviewed_ids(project)))
    known = np.where(is_reviewed, labels.labels[everything], NO_LABEL)
    met = [bool(r.n or r.reason) and r.reason != NOT_AUDITED for r in found.by_class]
    return AnswerViews(
        rows=everything[is_there],
        clusters=clusters[is_there],
        probs=probs[is_there] / probs[is_there].sum(axis=1, keepdims=True),
        is_learnable=np.array(met, np.bool_),
        known=known[is_there],
    )
