"""Which audited rows are near-copies of each other, so that rates count a text once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from workbench.figures import listed
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


def copies_words(
    classes: Sequence[str], n_rows: NDArray[np.int64], copied: NDArray[np.int64]
) -> str:
    """Say which classes hold copies of one text, so that no model can be judged on them.

    Parameters
    ----------
    classes
        The names of the classes, K.
    n_rows
        How many rows each has, (K,).
    copied
        Of `copied_classes`, for these rows.

    Returns
    -------
    str
        Empty where there is no such class.
    """
    parts = [
        f"{'all' if n == total else f'{n:,} of'} {total:,} rows of {name}"
        for name, n, total in zip(classes, copied.tolist(), n_rows.tolist(), strict=True)
        if n
    ]
    if not parts:
        return ""
    others = "each other within their class" if len(parts) > 1 else "each other"
    return f"{listed(parts, 3)} are near-copies of {others}, so that no model can be judged on them"


def why_unlearnt(
    classes: Sequence[str],
    unlearnt: NDArray[np.int64],
    n_rows: NDArray[np.int64],
    copied: NDArray[np.int64],
) -> tuple[str, str]:
    """Say why no label of some classes is doubted, and what would change that.

    Parameters
    ----------
    classes, n_rows, copied
        See `copies_words`.
    unlearnt
        The classes that no model has learnt.
    """
    why = "Too few rows, or fewer than two different texts that a model recognises"
    if not (words := copies_words(classes, n_rows, copied)):
        return why, "label more, or merge classes"
    words = words[0].upper() + words[1:]
    if copied[unlearnt].all():
        return words, "label rows in other words"
    return f"{words}. The others: {why[0].lower()}{why[1:]}", "label more in other words"


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
