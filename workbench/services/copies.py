"""Which audited rows are near-copies of each other, so that rates count a text once."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from workbench.methods.duplicates import find_duplicates
from workbench.methods.error_rates import texts_within
from workbench.services.project import Project

COPIES: Final = "copies"
"""The name of the document of an audit with the clusters of its near-copies."""


def copies_document(rows: NDArray[np.int64], clusters: NDArray[np.int64]) -> list[list[int]]:
    """Return the ids of the examples of each cluster that holds more than one.

    Parameters
    ----------
    rows
        Positions of the audited rows, (n,).
    clusters
        The near-duplicate cluster of each, (n,).
    """
    order = np.argsort(clusters, kind="stable")
    starts = np.flatnonzero(np.diff(clusters[order])) + 1
    return [(rows[part] + 1).tolist() for part in np.split(order, starts) if len(part) > 1]


def count_copies(given: NDArray[np.int64], clusters: NDArray[np.int64]) -> int:
    """Count the rows that repeat another one nearly, with its label.

    Parameters
    ----------
    given, clusters
        Their labels and their near-duplicate clusters, (n,).
    """
    return len(given) - len(texts_within(given, clusters)[0])


def audited_clusters(project: Project, run_id: int, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the near-duplicate cluster of rows, as an audit found them.

    Parameters
    ----------
    project
        The project.
    run_id
        The audit; what one of an earlier version has not kept is looked for again.
    rows
        Positions of audited rows, (n,).
    """
    document: Any = project.store.runs.artifact(run_id, COPIES)
    if document is None:
        texts = project.store.examples.texts()
        rng = np.random.default_rng(project.config.seed)
        return find_duplicates([texts[row] for row in rows], rng=rng).cluster
    cluster_of = {example_id: ids[0] for ids in document for example_id in ids}
    clusters = [cluster_of.get(example_id, example_id) for example_id in (rows + 1).tolist()]
    return np.array(clusters, np.int64)
