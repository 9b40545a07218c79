"""No room: the message says so, nothing is lost, and it works again after room is made."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fire.conftest import Writers
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
