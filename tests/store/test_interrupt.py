"""Ctrl-C inside the database: a cancelled run, not a failed one."""

from __future__ import annotations

import pytest

from workbench.services.project import Project
from workbench.services.running import record_run
from workbench.store import seals


def test_an_interrupt_in_a_trigger_stays_an_interrupt(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = seals.row_digest
    calls = []

    def interrupted(*values: int | float | str | bytes | None) -> bytes:
        calls.append(values)
        if len(calls) == 1:
            raise KeyboardInterrupt
        return digest(*values)

    def work() -> None:
        with record_run(project.store, "apply") as run:
            monkeypatch.setattr(seals, "row_digest", interrupted)
            with run.finish({}):
                project.store.runs.add_artifact(run.run_id, "apply", {})

    with pytest.raises(KeyboardInterrupt):
        work()
    run = project.store.runs.newest(kind="apply")[0]
    assert run.outcome == "cancelled"
    assert project.store.runs.artifact(run.run_id, "apply") is None
