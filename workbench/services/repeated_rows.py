"""Which rows say what others say: as a diagnosis found, and as one pass over the texts shows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench.methods.folding import fold
from workbench.methods.leakage import leaked
from workbench.services.labels import texts_present
from workbench.services.project import Project


def diagnosed_clusters(project: Project, run_id: int, n: int) -> NDArray[np.int64]:
    """Return the cluster of near-duplicates of each example, (n,), as a diagnosis found them.

    A text that was removed since then repeats nothing; nor does one that came later.

    Parameters
    ----------
    project
        The project.
    run_id
        The diagnosis.
    n
        The number of examples.
    """
    cluster = np.arange(n)
    for found in project.store.queues.duplicates(run_id):
        if found.example_id <= n:
            cluster[found.example_id - 1] = found.representative_id - 1
    gone = np.flatnonzero(~texts_present(project)[:n])
    cluster[gone] = n + gone
    return cluster


def repeats_of(
    project: Project, judged: NDArray[np.bool_], learnt: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Mark the rows that judge and say what a row that was learnt says, (n,).

    Texts are the same but for case and white space, or near-duplicates by the newest diagnosis: to
    look for these anew would take longer than a training.

    Parameters
    ----------
    project
        The project.
    judged, learnt
        Rows that judge a model, and that it learnt, (n,).
    """
    n, run = len(judged), project.store.runs.last_done("diagnose")
    repeats = np.zeros(n, np.bool_)
    if not judged.any() or not learnt.any():
        return repeats
    if run is not None:
        repeats |= leaked(diagnosed_clusters(project, run.run_id, n), learnt, judged)
    first: dict[str, list[int]] = {}
    for example_id, _, text in project.store.examples.uids_and_texts(n + 1):
        if judged[example_id - 1] and (form := fold(text)):
            first.setdefault(form, []).append(example_id - 1)
    for example_id, _, text in project.store.examples.uids_and_texts(n + 1):
        if learnt[example_id - 1]:
            repeats[first.get(fold(text), [])] = True
    return repeats
