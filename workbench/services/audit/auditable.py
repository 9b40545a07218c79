"""Which labels an audit can read, and whether there are enough of them to begin one."""

from __future__ import annotations

from typing import Final

import numpy as np

from workbench.figures import counted
from workbench.methods.confident import LEAST_ROWS
from workbench.services.labels import Labels, labelled_training_rows, rows_of_role
from workbench.services.project import Project
from workbench.types import Role

LEAST_AUDITED: Final = 20
"""Fewer labelled rows leave a cross-validated model nothing to learn from."""

_WORTH_IT: Final = 0.5
"""Where less of the labels is of classes that can be learnt, more labels come before an audit."""


def too_few_to_audit(project: Project, labels: Labels) -> str:
    """Say why an audit would say next to nothing yet; empty where it would say enough.

    Parameters
    ----------
    project
        The project.
    labels
        The resolved labels.
    """
    given = labels.labels[labelled_training_rows(project, labels)]
    if len(given) < LEAST_AUDITED:
        return f"{counted(len(given), 'label')}, and an audit takes {LEAST_AUDITED}"
    n_rows = np.bincount(given)
    common = n_rows[n_rows >= LEAST_ROWS]
    n = int(common.sum()) if len(common) > 1 else 0
    if n >= _WORTH_IT * len(given):
        return ""
    return (
        f"an audit could judge {n or 'none'} of {counted(len(given), 'label')}: no model learns a"
        f" class from fewer than {LEAST_ROWS}"
    )


def n_undecided(project: Project) -> int:
    """Count the training rows with a text that no person has decided.

    Parameters
    ----------
    project
        The project.
    """
    is_open = rows_of_role(project, Role.TRAIN)
    for event in project.store.decisions.active():
        if event.example_id is not None:
            is_open[event.example_id - 1] = False
    return int(is_open.sum())
