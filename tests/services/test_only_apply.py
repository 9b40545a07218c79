"""Two applies at once: real processes, one of which waits inside a labeling function."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.services.function_scripts import script
from workbench.errors import BusyError
from workbench.services.importing.importing import import_files
from workbench.services.labels import stored_votes
from workbench.services.lf.apply import apply_functions
from workbench.services.lf.watch import watch_functions
from workbench.services.project import Project

WAITS = """
import os, time
@labeling_function()
def waits(record):
    open({begun!r}, "w").close()
    while not os.path.exists({gate!r}):
        time.sleep(0.01)
    return int("free" in record.text)
keywords("free", ["free"], "spam")
"""


class HeldApply:
    """An apply in a process of its own, which goes on when its gate is opened."""

    def __init__(self, project: Project, folder: Path) -> None:
        self._gate, begun = folder / "gate", folder / "begun"
        script(project, WAITS.format(begun=str(begun), gate=str(self._gate)))
        command = [sys.executable, "-m", "workbench", "-C", str(project.root), "apply"]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        while not begun.exists():
            assert self.process.poll() is None, self.process.communicate()[0]
            time.sleep(0.01)

    def let_go(self) -> None:
        """Let it end, and see that it ended well."""
        self._gate.touch()
        told = self.process.communicate()[0]
        assert self.process.returncode == 0, told


@pytest.fixture
def patient(filled: Project, tmp_path: Path) -> Iterator[Project]:
    """A project of two blocks in which a row may take an hour."""
    more = tmp_path / "more.csv"
    more.write_text("id,text\n" + "".join(f"new{i},free {i}\n" for i in range(600)))
    import_files(filled, [more])
    config = filled.root / "workbench.toml"
    text = re.sub(r"(?m)^#? ?row_timeout = .*$", "row_timeout = 3600.0", config.read_text())
    config.write_text(text)
    with Project(filled.root) as project:
        yield project


@pytest.fixture
def hold(patient: Project, tmp_path: Path) -> Iterator[Callable[[], HeldApply]]:
    """Begin an apply that waits; what is left of it at the end is ended."""
    held: list[HeldApply] = []

    def begin() -> HeldApply:
        held.append(HeldApply(patient, tmp_path))
        return held[-1]

    yield begin
    for one in held:
        one.process.kill()
        one.process.wait()
        assert one.process.stdout is not None
        one.process.stdout.close()


def votes(project: Project) -> bytes:
    """The votes in force, by the names of their functions."""
    return stored_votes(
        project, [v.lf_version_id for v in project.store.votes.in_force()]
    ).tobytes()


def test_a_second_apply_says_which_one_is_running(
    patient: Project, hold: Callable[[], HeldApply]
) -> None:
    first = hold()
    command = [sys.executable, "-m", "workbench", "-C", str(patient.root), "apply", "--retry"]
    second = subprocess.run(command, capture_output=True, text=True, check=False)
    assert second.returncode == 1
    (run,) = patient.store.runs.running()
    assert f"another apply is running: run {run.run_id} of" in second.stderr
    assert f"process {first.process.pid}, since" in second.stderr
    assert "bug" not in second.stderr
    with pytest.raises(BusyError, match="another apply"):
        apply_functions(patient, only=["free"])
    first.let_go()
    assert [run.outcome for run in patient.store.runs.newest(kind="apply")] == ["done"]
    assert all(lf.n_rows == 0 for lf in apply_functions(patient).functions)


def test_an_apply_that_was_killed_holds_nobody_up(
    patient: Project, hold: Callable[[], HeldApply], tmp_path: Path
) -> None:
    first = hold()
    first.process.kill()
    first.process.wait()
    (tmp_path / "gate").touch()
    assert apply_functions(patient).n_errors == 0


def test_a_block_that_another_process_stored_is_passed_over(
    patient: Project, hold: Callable[[], HeldApply]
) -> None:
    """As where the file system has no locks: nothing is stored twice, nor lost."""
    first = hold()
    (run,) = patient.store.runs.running()
    ids = {patient.store.votes.get(number).name: number for number in (1, 2)}
    texts = [example.text for example in patient.store.examples.iterate()]
    expected = np.array([int("free" in text) for text in texts], dtype=np.int8)
    with patient.store.transaction():
        patient.store.votes.add_block(ids["waits"], 1, expected[:500], run_id=run.run_id)
    first.let_go()
    assert stored_votes(patient, [ids["waits"]])[:, 0].tolist() == expected.tolist()


def test_the_votes_are_those_of_one_apply(patient: Project, hold: Callable[[], HeldApply]) -> None:
    first = hold()
    with pytest.raises(BusyError):
        apply_functions(patient)
    first.let_go()
    together = votes(patient)
    script(patient, (patient.functions_folder / "more.py").read_text().replace("int(", "0 + int("))
    assert {lf.name for lf in apply_functions(patient).functions if lf.n_rows} == {"waits"}
    assert votes(patient) == together


def test_watching_waits_for_another_apply(patient: Project, hold: Callable[[], HeldApply]) -> None:
    first = hold()
    looks = iter([lambda: None, first.let_go, lambda: None])

    def wait() -> bool:
        look = next(looks, None)
        if look is not None:
            look()
        return look is not None

    waiting, applied = watch_functions(patient, wait)
    assert waiting.is_waiting
    assert "another apply is running" in (waiting.error or "")
    assert applied.applied is not None
    assert applied.error is None


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_a_single_watch_waits_for_another_apply(
    patient: Project, hold: Callable[[], HeldApply], options: tuple[str, ...]
) -> None:
    first = hold()
    words = ["-C", str(patient.root), "lf", "watch", "--once", "--every", "0.05", *options]
    with subprocess.Popen(
        [sys.executable, "-m", "workbench", *words], stdout=subprocess.PIPE, text=True
    ) as watch:
        try:
            assert watch.stdout is not None
            while "another apply is running" not in (line := watch.stdout.readline()):
                assert line
            first.let_go()
            rest = watch.stdout.read()
        finally:
            watch.kill()
    if options:
        waiting, applied = json.loads(line), json.loads(rest)
        assert waiting["is_waiting"]
        assert not applied["is_waiting"]
        assert {lf["name"] for lf in applied["applied"]["functions"]} == {"waits", "free"}
    else:
        # The other's votes may have come into force just before the watch looked, or just after.
        n = patient.store.examples.count()
        is_new = re.search(rf"^waits +new +0 +{n} +{n} +0 +0$", rest, re.MULTILINE)
        assert "no vote changed" in rest or is_new, rest
    assert patient.store.runs.newest(kind="apply")[0].outcome == "done"
