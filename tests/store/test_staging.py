"""Staging: what becomes an example, what is known, what clashes, over random imports."""

from __future__ import annotations

import sqlite3
import tempfile
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import DataError
from workbench.services.importing.importing import import_files
from workbench.services.project import Project, init_project
from workbench.services.verify import verify

files = st.lists(
    st.lists(st.tuples(st.integers(0, 12), st.sampled_from(["a", "b"])), min_size=1, max_size=8),
    min_size=1,
    max_size=3,
)


@settings(deadline=None, max_examples=25)
@given(imports=st.lists(files, min_size=1, max_size=3))
def test_an_import_is_what_a_dictionary_would_do(
    imports: list[list[list[tuple[int, str]]]],
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        root = init_project(folder / "project", ["ham", "spam"])
        known: dict[str, str] = {}
        with Project(root) as project:
            for batch in imports:
                paths, n_added, n_known, n_bad = [], 0, 0, 0
                for i, rows in enumerate(batch):
                    paths.append(folder / f"{i}.csv")
                    lines = [f"{uid},text {text}" for uid, text in rows]
                    paths[-1].write_text("id,text\n" + "\n".join(lines) + "\n")
                before, earlier = dict(known), {}
                for rows in batch:
                    mine: set[str] = set()
                    for number, text in rows:
                        uid = str(number)
                        is_repeat = uid in mine or earlier.get(uid, text) != text
                        if is_repeat or before.get(uid, text) != text:
                            n_bad += 1
                        elif uid in earlier or uid in before:
                            n_known += 1
                        else:
                            n_added += 1
                            known[uid] = text
                        mine.add(uid)
                        earlier[uid] = text
                result = import_files(project, paths, on_bad_row="skip")
                assert (result.n_added, result.n_known) == (n_added, n_known)
                assert sum(len(file.skipped) for file in result.files) == n_bad
            texts = dict(
                zip(project.store.examples.uids(), project.store.examples.texts(), strict=True)
            )
            assert texts == {uid: f"text {text}" for uid, text in known.items()}
            assert verify(project).is_sound


def test_rows_are_numbered_in_the_order_of_the_files(project: Project, tmp_path: Path) -> None:
    for name, ids in (("a", "12"), ("b", "345"), ("c", "16")):
        rows = "".join(f"{i},text {i}\n" for i in ids)
        (tmp_path / f"{name}.csv").write_text("id,text\n" + rows)
    result = import_files(project, [tmp_path / f"{name}.csv" for name in "abc"])
    assert [(file.n_added, file.n_known) for file in result.files] == [(2, 0), (3, 0), (1, 1)]
    examples = list(project.store.examples.iterate())
    assert [e.uid for e in examples] == ["1", "2", "3", "4", "5", "6"]
    assert [(Path(e.source_path).name, e.row) for e in examples] == [
        ("a.csv", 1), ("a.csv", 2), ("b.csv", 1), ("b.csv", 2), ("b.csv", 3), ("c.csv", 2),
    ]  # fmt: skip


def test_the_place_of_a_repeated_id_is_right_behind_line_breaks(
    project: Project, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text('id,text\n1,"two\nlines"\n\n2,b\n1,c\n')
    with pytest.raises(DataError, match=r"a\.csv:6: row 3: id '1' stands there twice"):
        import_files(project, [tmp_path / "a.csv"])


def test_a_block_border_changes_nothing(project: Project, tmp_path: Path) -> None:
    n = 12_345
    rows = "".join(f"{i},text {i},{'ham' if i % 7 else ''},{i}\n" for i in range(n))
    (tmp_path / "a.csv").write_text("id,text,label,extra\n" + rows)
    assert import_files(project, [tmp_path / "a.csv"]).n_added == n
    examples = list(project.store.examples.iterate())
    assert [e.row for e in examples] == list(range(1, n + 1))
    assert all(e.text == f"text {e.uid}" and e.metadata == {"extra": e.uid} for e in examples)
    assert [e.given_class for e in examples[:8]] == [None, 0, 0, 0, 0, 0, 0, None]


def test_others_can_write_while_a_file_is_read(project: Project, tmp_path: Path) -> None:
    """What another process imports in between is met when the lock is taken."""
    (tmp_path / "a.csv").write_text("id,text\n" + "".join(f"{i},text {i}\n" for i in range(6_000)))
    (tmp_path / "b.csv").write_text("id,text\n5,text 5\nnew,text\n")
    reached, done = threading.Event(), threading.Event()

    def import_the_other() -> None:
        reached.wait()
        with Project(project.root) as other:
            import_files(other, [tmp_path / "b.csv"])
        done.set()

    def pause(_: object) -> None:
        if not reached.is_set():
            reached.set()
            assert done.wait(120)

    thread = threading.Thread(target=import_the_other)
    thread.start()
    result = import_files(project, [tmp_path / "a.csv"], progress=pause)
    thread.join()
    assert (result.n_added, result.n_known) == (5_999, 1)
    assert project.store.examples.uids()[:3] == ["5", "new", "0"]
    assert verify(project).is_sound


def test_staged_rows_are_gone_afterwards(filled: Project) -> None:
    db: sqlite3.Connection = filled.store._connection
    assert db.execute("SELECT count(*) FROM temp.sqlite_master").fetchone() == (0,)
