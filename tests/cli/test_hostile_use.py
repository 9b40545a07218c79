"""What a hasty or unlucky user does: nothing of the project is lost, and the message is plain."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from workbench.services.project import Project


@pytest.mark.parametrize("name", ["workbench.db", "workbench.toml", "labeling_functions/out.csv"])
def test_an_export_never_replaces_a_file_of_the_project(cli, filled: Project, name: str) -> None:
    target = filled.root / name
    before = target.read_bytes() if target.exists() else None
    called = cli("-C", filled.root, "export", target, "--format", "csv", "--yes")
    assert called.code == 2
    assert "part of the project" in called.err
    assert (target.read_bytes() if target.exists() else None) == before


def test_labels_that_are_left_out_reach_nobody(cli, project: Project, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("id,text,label,price\n1,call now,spam,3\n")
    assert cli("-C", project.root, "import", file, "--no-labels").code == 0
    example = project.store.examples.get(1)
    assert example is not None
    assert example.metadata == {"price": "3"}


def test_known_rows_with_another_label_or_role_are_counted(
    cli, project: Project, tmp_path: Path
) -> None:
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    first.write_text("id,text,label\n1,call now,ham\n2,see you,ham\n")
    second.write_text("id,text,label\n1,call now,spam\n2,see you,ham\n")
    cli("-C", project.root, "import", first)
    called = cli("-C", project.root, "import", second)
    assert "1 of those has another label" in called.out
    assert "came without a label" not in called.out
    called = cli("-C", project.root, "import", first, "--role", "evaluation", "--json")
    assert called.json["files"][0]["n_other_role"] == 2
    assert [project.store.examples.get(i).given_class for i in (1, 2)] == [0, 0]


def test_a_label_for_a_row_that_came_without_one_is_told_as_that(
    cli, project: Project, tmp_path: Path
) -> None:
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    first.write_text("id,text,label\n1,call now,\n2,see you,\n3,so long,ham\n")
    second.write_text("id,text,label\n1,call now,spam\n2,see you,ham\n3,so long,spam\n")
    cli("-C", project.root, "import", first)
    called = cli("-C", project.root, "import", second)
    assert "2 of those came without a label, and have one in the file" in called.out
    assert "1 of those has another label" in called.out


def test_a_column_by_a_name_of_the_projects_own_is_said_to_be_meta(
    cli, project: Project, tmp_path: Path
) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("id,text,source,price\n1,call now,yelp,3\n2,see you,imdb,4\n")
    called = cli("-C", project.root, "import", file)
    assert "'source' is meta.source in --where" in called.out
    assert "price" not in called.out
    where = ("-C", project.root, "propose", "-n", "1", "--where", "meta.source = 'yelp'")
    assert [row["uid"] for row in cli(*where, "--json").json["rows"]] == ["1"]


def test_an_encoding_that_does_not_fit_is_named(cli, project: Project, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("id,text\n1,calls\n2,no\n", encoding="latin-1")
    called = cli("-C", project.root, "import", file, "--encoding", "utf-16")
    assert called.code == 1
    assert str(file) in called.err
    assert "not utf-16" in called.err
    assert "--encoding" in called.err


def test_a_folder_is_no_file(cli, project: Project, tmp_path: Path) -> None:
    called = cli("-C", project.root, "import", tmp_path)
    assert called.code == 1
    assert "this is no file" in called.err


def test_a_column_of_votes_needs_a_name(cli, filled: Project, tmp_path: Path) -> None:
    file = tmp_path / "votes.csv"
    uid = filled.store.examples.uids()[0]
    file.write_text(f"uid,calls,\n{uid},spam,ham\n")
    called = cli("-C", filled.root, "import-votes", file)
    assert called.code == 1
    assert "column 3 has no name" in called.err


def test_ids_are_never_cut(cli, project: Project, tmp_path: Path) -> None:
    file, uid = tmp_path / "rows.csv", "z12jt1dbdpbvzzyi304cdxr4cwqhgjyxr04"
    with file.open("w", newline="") as stream:
        csv.writer(stream).writerows([["id", "text"], [uid, "call now"], ["2", "see you soon"]])
    cli("-C", project.root, "import", file)
    assert uid in cli("-C", project.root, "propose", "-n", "2").out


@pytest.mark.parametrize("redirection", [">&-", ">/dev/full"])
def test_an_output_that_cannot_be_written_is_no_bug(filled: Project, redirection: str) -> None:
    command = f"{sys.executable} -m workbench -C {filled.root} status {redirection}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert "internal error" not in done.stderr
    assert "Traceback" not in done.stderr
    if "full" in redirection:
        assert done.returncode == 1
        assert "No space left" in done.stderr


def test_the_terminal_interface_asks_for_a_terminal(filled: Project) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "workbench", "-C", str(filled.root), "tui"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "needs a terminal" in done.stderr
    assert not done.stdout
