"""A backup is restored while others annotate: each decision is in the project or what was kept."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fire.conftest import Writers
from workbench.services.backup import backup
from workbench.services.project import Project
from workbench.services.verify import verify

SLOW = """
import os, time
from workbench import labeling_function

@labeling_function()
def slow(record):
    open({begun!r}, "a").close()
    if not os.path.exists({restored!r}):
        time.sleep(0.2)
    return -1
"""
"""On 400 rows, it is slow as long as nothing was restored: far longer than that takes."""


@pytest.mark.parametrize("n_restores", [2, pytest.param(10, marks=pytest.mark.slow)])
def test_no_acknowledged_decision_is_lost(
    busy: Path, writers: Writers, tmp_path: Path, n_restores: int
) -> None:
    copy = tmp_path / "copy.db"
    with Project(busy) as project:
        backup(project, copy)
    names = ("wanda", "will")
    orders = [
        {"activity": "insist", "root": busy, "annotator": name, "n": 200 * n_restores,
         "n_examples": 400}
        for name in names
    ]  # fmt: skip
    orders.append({"activity": "restore", "root": busy, "file": copy, "n": n_restores})
    outcomes = writers.run(*orders)
    assert [outcome.text for outcome in outcomes if outcome.failed] == []
    acknowledged = {note for outcome in outcomes for note in outcome.did if "-replaced" not in note}
    assert len(acknowledged) == 400 * n_restores
    files = sorted(busy.glob("workbench*.db"))
    assert len(files) == 1 + n_restores
    found: set[str] = set()
    for file in files:
        db = sqlite3.connect(file)
        rows = db.execute(
            "SELECT e.note, e.annotator, json_extract(r.parameters, '$.annotator')"
            " FROM event AS e JOIN run AS r USING (run_id)"
        ).fetchall()
        db.close()
        assert all(annotator == begun_by for _, annotator, begun_by in rows)
        found.update(note for note, *_ in rows)
    assert acknowledged <= found
    with Project(busy) as project:
        assert verify(project).is_sound


def test_an_apply_across_a_restore_is_refused_and_can_be_repeated(
    busy: Path, writers: Writers, tmp_path: Path, small_rows: Callable
) -> None:
    with Project(busy) as project:
        backup(project, tmp_path / "copy.db")
    begun, restored = tmp_path / "begun", tmp_path / "restored"
    slow = SLOW.format(begun=str(begun), restored=str(restored))
    (busy / "labeling_functions" / "slow.py").write_text(slow)
    apply = {"activity": "apply", "root": busy}
    restoring = {"activity": "restore", "root": busy, "file": tmp_path / "copy.db", "n": 2,
                 "once": begun, "then": restored}  # fmt: skip
    refused, other = sorted(writers.run(apply, restoring), key=lambda outcome: len(outcome.did))
    assert (refused.failed, len(other.did)) == ("StoreError", 2)
    assert "another process has restored a backup" in refused.text
    with Project(busy) as project:
        assert [run.kind for run in project.store.runs.running()] == []
        assert verify(project).is_sound
    assert writers.run(apply)[0].failed is None
