"""Every example with its label, as a table for other tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from workbench.services.labels import resolve_labels
from workbench.services.moments import reads_at_once
from workbench.services.project import Project

if TYPE_CHECKING:
    import pandas


@reads_at_once
def label_table(project: Project) -> pandas.DataFrame:
    """Return every example with the label that it has now, as a DataFrame.

    Parameters
    ----------
    project
        The project.

    Returns
    -------
    pandas.DataFrame
        Columns ``uid``, ``text``, ``label``, ``confidence``, ``origin`` and ``run``, a row an
        example in the order of import; without a label ``label`` and ``origin`` are None, the
        others missing.
    """
    import pandas

    resolved = resolve_labels(project).told
    is_there = resolved.labels >= 0
    return pandas.DataFrame(
        {
            "uid": project.store.examples.uids(),
            "text": project.store.examples.texts(),
            "label": [project.classes[k] if k >= 0 else None for k in resolved.labels],
            "confidence": np.where(is_there, resolved.confidence, np.nan),
            "origin": [resolved.order[o] if o >= 0 else None for o in resolved.origin],
            "run": pandas.Series(resolved.run_ids, dtype="Int64").where(is_there),
        }
    )
