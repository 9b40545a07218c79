"""Who is to blame: functions that contradict each other."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.services.reviewing import unreviewed
from workbench.services.audit.blamed_functions import function_rates
from workbench.services.importing.import_votes import import_votes
from workbench.services.project import Project


def test_functions_to_blame_that_contradict_each_other_are_named(
    filled: Project, tmp_path: Path
) -> None:
    """Two functions dispute the first 20 rows; a third one alone votes for rows 20 to 29."""
    uids = filled.store.examples.uids()
    spam, ham = filled.classes.index("spam"), filled.classes.index("ham")
    given = np.where(np.arange(len(uids)) % 2, spam, ham)
    lines = ["uid,bad,right,alone"]
    for i, uid in enumerate(uids[:30]):
        label = filled.classes[given[i]]
        lines.append(f"{uid},spam,ham," if i < 20 else f"{uid},,,{label}")
    path = tmp_path / "votes.csv"
    path.write_text("\n".join(lines))
    import_votes(filled, path)
    n = len(uids)
    doubted = np.arange(n) < 30
    rows = np.arange(n)
    found = function_rates(filled, rows, unreviewed(given, doubted, rows), 1 - given, np.zeros(n))
    assert all(rate.is_blamed for rate in found)
    assert {rate.name: rate.rivals for rate in found} == {
        "bad": ("right",),
        "right": ("bad",),
        "alone": (),
    }
    notes = {rate.name: rate.rivals_note for rate in found}
    assert notes["right"].startswith("bad, to blame too, contradicts right on most of its doubted")
    assert not notes["alone"]
