"""No room: the message says so, nothing is lost, and it works again after room is made."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fire.conftest import Writers
from workbench.services.backup import backup
from workbench.services.project import Project
from workbench.services.verify import verify


def size_of(root: Path) -> int:
    return max(path.stat().st_size for path in root.glob("workbench.db*"))


def sound_with(root: Path, n_examples: int, event_ids: list[int]) -> None:
    with Project(root) as project:
        assert verify(project).is_sound
        assert project.store.examples.count() == n_examples
        assert set(event_ids) <= {e.event_id for e in project.store.decisions.active()}


@pytest.mark.parametrize("room", [0, 20_000, 200_000])
def test_an_import_that_does_not_fit_changes_nothing(
    busy: Path, writers: Writers, tmp_path: Path, room: int
) -> None:
    file = tmp_path / "large.csv"
    file.write_text("id,text\n" + "".join(f"n{i},{'words ' * 40}{i}\n" for i in range(3_000)))
    order = {"activity": "import", "root": busy, "file": file}
    (outcome,) = writers.run(order | {"largest_file": size_of(busy) + room})
    assert outcome.failed == "StoreError"
    assert "make room on the disk and run the command again" in outcome.text
    sound_with(busy, 400, [])
    (again,) = writers.run(order)
    assert (again.failed, again.did) == (None, [3_000])
    sound_with(busy, 3_400, [])


def test_decisions_stop_with_a_message_and_go_on_later(busy: Path, writers: Writers) -> None:
    order = {"activity": "annotate", "root": busy, "annotator": "ana", "n": 400, "n_examples": 400}
    (outcome,) = writers.run(order | {"largest_file": size_of(busy) + 200_000})
    assert outcome.failed == "StoreError"
    assert "Nothing was lost" in outcome.text
    assert 0 < len(outcome.did) < 400
    before = [event_id for event_id, _ in outcome.did]
    sound_with(busy, 400, before)
    (again,) = writers.run(order)
    assert again.failed is None
    sound_with(busy, 400, [event_id for event_id, _ in again.did])


def test_an_export_that_does_not_fit_leaves_no_file(
    busy: Path, writers: Writers, tmp_path: Path
) -> None:
    file = tmp_path / "labels.csv"
    order = {"activity": "export", "root": busy, "file": file}
    (outcome,) = writers.run(order | {"largest_file": 4_096})
    assert outcome.failed in ("DataError", "StoreError")
    assert "room on the disk" in outcome.text
    assert list(tmp_path.glob("*labels.csv*")) == []
    (again,) = writers.run(order)
    assert again.failed is None
    assert file.exists()


def restore_with_room(root: Path, file: Path, room: int) -> subprocess.CompletedProcess[str]:
    """Restore in a process that may write files of so many bytes."""
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    return subprocess.run(
        [sys.executable, "-m", "workbench", "-C", str(root), "restore", str(file), "--yes"],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard)),
    )


@pytest.mark.parametrize("room", [0, 100_000])
@pytest.mark.parametrize("state", ["whole", "damaged", "gone"])
def test_a_restore_that_does_not_fit_leaves_what_is_there(
    busy: Path, tmp_path: Path, state: str, room: int
) -> None:
    with Project(busy) as project:
        backup(project, tmp_path / "copy.db")
    path = busy / "workbench.db"
    if state == "damaged":
        path.write_bytes(b"x" * 100 + path.read_bytes()[100:])
    if state == "gone":
        path.unlink()
    before = path.read_bytes() if path.exists() else b""
    refused = restore_with_room(busy, tmp_path / "copy.db", room)
    assert refused.returncode == 1
    assert "make room on the disk and run the command again" in refused.stderr
    left = {file.name for file in busy.iterdir()} - {"workbench.db-shm", "workbench.db-wal"}
    files = {"workbench.toml", "labeling_functions", "workbench.db"}
    assert left == files - ({"workbench.db"} if state == "gone" else set())
    assert (path.read_bytes() if path.exists() else b"") == before
    again = restore_with_room(busy, tmp_path / "copy.db", resource.RLIM_INFINITY)
    assert (again.returncode, "restored 400 examples" in again.stdout) == (0, True)
    sound_with(busy, 400, [])
