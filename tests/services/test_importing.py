"""Importing: once, whole, traceable; and what each bad row says."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pandas as pd
import pytest

from workbench.errors import DataError, UsageError
from workbench.services.importing import import_files
from workbench.services.project import Project


def test_importing_twice_adds_nothing(filled: Project, tmp_path: Path) -> None:
    n = filled.store.examples.count()
    again = import_files(filled, [tmp_path / "train.csv"])
    assert (again.n_added, again.n_known) == (0, 80)
    assert filled.store.examples.count() == n


def test_rows_without_ids_stay_the_same_when_the_file_grows(project: Project, write_csv) -> None:
    rows = [{"text": "hello"}, {"text": "hello"}, {"text": "bye"}]
    assert import_files(project, [write_csv("a.csv", rows)]).n_added == 3
    grown = [*rows, {"text": "hello"}, {"text": "new"}]
    result = import_files(project, [write_csv("a.csv", grown)])
    assert (result.n_added, result.n_known) == (2, 3)
    assert len(set(project.store.examples.uids())) == 5


def test_the_source_is_kept_to_the_row(filled: Project, tmp_path: Path) -> None:
    import hashlib

    example = filled.store.examples.get(3)
    assert example is not None
    assert (example.uid, example.row, example.vendor) == ("r2", 3, "good")
    assert example.source_path == str(tmp_path / "train.csv")
    digest = hashlib.sha256((tmp_path / "train.csv").read_bytes()).hexdigest()
    assert example.source_sha256 == digest


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.parquet", "a.tsv", "a.csv.gz"])
def test_every_format_reads_the_same(project: Project, tmp_path: Path, name: str) -> None:
    rows = [
        {"id": "1", "text": 'one, "quoted"', "label": "ham", "price": "3"},
        {"id": "2", "text": "two\nlines\ttab \u202e", "label": "spam", "price": "4"},
    ]
    frame, path = pd.DataFrame(rows), tmp_path / name
    if ".jsonl" in name:
        data = "\n".join(json.dumps(row) for row in rows).encode()
        path.write_bytes(gzip.compress(data) if name.endswith("gz") else data)
    elif name.endswith("parquet"):
        frame.to_parquet(path)
    else:
        frame.to_csv(path, index=False, sep="\t" if ".tsv" in name else ",")
    assert import_files(project, [path]).n_added == 2
    examples = list(project.store.examples.iterate())
    assert [(e.uid, e.text, e.given_class, e.metadata) for e in examples] == [
        ("1", 'one, "quoted"', 0, {"price": "3"}),
        ("2", "two\nlines\ttab \u202e", 1, {"price": "4"}),
    ]


def test_a_data_frame_is_a_source_too(project: Project) -> None:
    frame = pd.DataFrame(
        {"id": [1, 2], "text": ["a", "b"], "label": ["ham", None], "score": [0.5, float("nan")]}
    )
    result = import_files(project, [frame])
    assert result.n_added == 2
    first, second = project.store.examples.iterate()
    assert (first.uid, first.given_class, first.metadata) == ("1", 0, {"score": 0.5})
    assert (second.uid, second.given_class, second.metadata) == ("2", None, {})


def test_hostile_text_comes_back_as_it_was(project: Project, tmp_path: Path) -> None:
    texts = ["\x1b[31mred\x1b[0m", "nul\x00inside", "[bold]markup[/]", "\u202ebidi", "x" * 300_000]
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(json.dumps({"text": text}) for text in texts))
    import_files(project, [path])
    assert project.store.examples.texts() == texts


BAD = [
    ("text\n\n  \n", "column 'text' is empty", "a.csv:3"),
    ("id,text\n1,a\n1,b\n", "id '1' stands there twice", "a.csv:3"),
    ("id,text,label\n1,a,hma\n", "unknown class 'hma'", "Did you mean 'ham'"),
    ("id,txet\n1,a\n", "no column 'text'", "Did you mean 'txet'"),
    ("id,text\n1,a,b\n", "row 1 has 3 fields, the header has 2", "a.csv:2"),
    ('id,text\n1,"a\n', "not a well-formed line", "a.csv"),
    ("id,text,text\n1,a,b\n", "names 'text' twice", "a.csv:1"),
    ("", "the file is empty", "a.csv"),
    ("id,text\n", "there are no rows", "a.csv"),
    ("id,body\n1,x\n", "Name the right one: --text-column COLUMN", "a.csv"),
]


@pytest.mark.parametrize(("content", "message", "place"), BAD)
def test_a_bad_row_stops_the_import_and_names_its_place(
    project: Project, tmp_path: Path, content: str, message: str, place: str
) -> None:
    (tmp_path / "a.csv").write_text(content)
    with pytest.raises(DataError) as caught:
        import_files(project, [tmp_path / "a.csv"])
    assert message in str(caught.value)
    assert place in str(caught.value)
    assert caught.value.hint
    assert project.store.examples.count() == 0
    assert project.store.runs.newest(kind="import")[0].outcome == "failed"


def test_a_wrong_encoding_names_line_and_byte(project: Project, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("id,text\n1,fine\n2,caf\xe9\n".encode("latin-1"))
    with pytest.raises(DataError, match=r"a\.csv:3: byte 6 of the line \(0xe9\) is not utf-8"):
        import_files(project, [tmp_path / "a.csv"])
    assert import_files(project, [tmp_path / "a.csv"], encoding="latin-1").n_added == 2
    assert project.store.examples.texts() == ["fine", "café"]


def test_a_known_id_with_another_text_is_refused(filled: Project, write_csv) -> None:
    path = write_csv("b.csv", [{"id": "r1", "text": "something else"}])
    with pytest.raises(DataError, match="'r1' is there already with another text"):
        import_files(filled, [path])


def test_bad_rows_can_be_left_out_and_are_listed(project: Project, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,text,label\n1,a,ham\n2,,ham\n3,c,x\n4,d,spam\n")
    result = import_files(project, [tmp_path / "a.csv"], on_bad_row="skip")
    assert result.n_added == 2
    assert [row.row for row in result.files[0].skipped] == [2, 3]


def test_half_a_surrogate_pair_is_named(project: Project, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "ok"}\n{"text": "half \\ud83d"}\n')
    with pytest.raises(DataError, match="half a surrogate pair at character 6"):
        import_files(project, [tmp_path / "a.jsonl"])


def test_an_unknown_ending_and_role_are_usage_errors(project: Project, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"x")
    with pytest.raises(UsageError, match="cannot tell the format"):
        import_files(project, [tmp_path / "a.xlsx"])
    with pytest.raises(UsageError, match="no role 'test'"):
        import_files(project, [tmp_path / "a.csv"], role="test")


def test_a_bad_second_file_leaves_the_first_out_too(project: Project, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,text\n1,a\n")
    (tmp_path / "b.csv").write_text("id,text\n1,b\n")
    with pytest.raises(DataError, match="stands there twice"):
        import_files(project, [tmp_path / "a.csv", tmp_path / "b.csv"])
    assert project.store.examples.count() == 0
