"""What an export may write over: nothing, unless it is told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from workbench.errors import UsageError
from workbench.formats import writers
from workbench.services.export.export import export_labels
from workbench.services.project import Project

OWN = "a file of somebody's own\n"


KILLED = """
import os, signal, sys
from pathlib import Path
from workbench.formats import writers
from workbench.services.export.export import export_labels
from workbench.services.project import Project

writers._give_new_name = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
with Project(Path(sys.argv[1])) as project:
    export_labels(project, Path("out.csv"))
"""
"""An export to the folder it is in, killed when all is written but the file has no name yet."""


@pytest.mark.parametrize("other_folder", [False, True], ids=["here", "in another folder"])
def test_what_is_there_after_an_export_was_killed_is_not_written_over(
    filled: Project,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    other_folder: bool,
) -> None:
    for name in "ab":
        (tmp_path / name).mkdir()
    command = [sys.executable, "-c", KILLED, str(filled.root)]
    assert subprocess.run(command, cwd=tmp_path / "a", check=False).returncode == -signal.SIGKILL
    assert not (tmp_path / "a" / "out.csv").exists()
    folder = tmp_path / ("b" if other_folder else "a")
    monkeypatch.chdir(folder)
    Path("out.csv").write_text(OWN)
    with Project(filled.root) as project:
        assert project.store.runs.newest(kind="export")[0].outcome == "crashed"
        with pytest.raises(UsageError, match="there already"):
            export_labels(project, Path("out.csv"))
        assert Path("out.csv").read_text() == OWN
        assert export_labels(project, Path("out.csv"), replace=True).n_rows > 0


@pytest.mark.parametrize("knows_links", [True, False])
def test_a_file_that_comes_while_rows_are_written_stays(
    filled: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, knows_links: bool
) -> None:
    path = tmp_path / "out.csv"
    write = writers._WRITERS["csv"]

    def write_and_wait(*arguments: object) -> None:
        write(*arguments)
        path.write_text(OWN)

    def no_links(*_: object) -> None:
        raise PermissionError(1, "not on this disk")

    monkeypatch.setitem(writers._WRITERS, "csv", write_and_wait)
    if not knows_links:
        monkeypatch.setattr(os, "link", no_links)
    with pytest.raises(UsageError, match="there already"):
        export_labels(filled, path)
    assert path.read_text() == OWN
    assert filled.store.exports.newest(1) == []
    monkeypatch.setitem(writers._WRITERS, "csv", write)
    path.unlink()
    assert export_labels(filled, path).n_rows > 0
    assert [one.name for one in tmp_path.glob("*out.csv*")] == ["out.csv"]
