"""The texts of the rows that stand behind the figures of a diagnosis."""

from __future__ import annotations

from workbench.services.diagnose.verdicts import DiagnoseResult
from workbench.services.project import Project

SHOWN_ROWS = 25
"""Of each list of rows, so many have a text."""

_WIDTH = 300


def evidence_texts(project: Project, result: DiagnoseResult) -> dict[str, str]:
    """Return the beginnings of texts by uid.

    Parameters
    ----------
    project
        The project.
    result
        Its diagnosis.
    """
    evidence = [rows for lens in result.lenses for rows in lens.evidence]
    wanted = {uid for rows in evidence for uid in rows.uids[: rows.n_shown(SHOWN_ROWS)]}
    found = {}
    for uid in wanted:
        example_id = project.store.examples.id_of(uid)
        example = None if example_id is None else project.store.examples.get(example_id)
        if example is not None:
            is_cut = len(example.text) > _WIDTH
            found[uid] = example.text[: _WIDTH - 1] + "…" if is_cut else example.text
    return found
