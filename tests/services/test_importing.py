"""Importing: once, whole, traceable; and what each bad row says."""

from __future__ import annotations

import gzip
import json
import math
from datetime import UTC, date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from workbench.errors import DataError, UsageError
from workbench.services.grouping import group_rows
from workbench.services.importing.importing import import_files
from workbench.services.labels import resolve_labels
from workbench.services.project import Project


def test_importing_twice_adds_nothing(filled: Project, tmp_path: Path) -> None:
    n = filled.store.examples.count()
    again = import_files(filled, [tmp_path / "train.csv"])
    assert (again.n_added, again.n_known) == (0, 80)
    assert filled.store.examples.count() == n


def test_columns_are_known_but_for_case_and_spaces(project: Project, write_csv) -> None:
    row = {"ID": "1", "Text": "a", " Label": "Ham", "Vendor ": "B", "Batch": "x", "Title": "t"}
    path = write_csv("sheet.csv", [row, row | {"ID": "2", "Vendor ": ""}])
    (file,) = import_files(project, [path], vendor="C ").files
    names = {"Text": "text", "ID": "id", " Label": "label", "Vendor ": "vendor", "Batch": "batch"}
    assert file.read_columns == names
    examples = project.store.examples
    assert (file.n_added_labelled, examples.uids()) == (2, ["1", "2"])
    assert (examples.column("vendor"), examples.metadata_columns()) == (["B", "C"], ["Title"])
    # One that is there as named comes first.
    path = write_csv("both.csv", [{"id": "3", "ID": "x", "text": "b"}])
    (file,) = import_files(project, [path]).files
    assert (file.read_columns, examples.uids()[-1]) == ({}, "3")


def test_two_columns_that_one_name_may_mean_stop_the_import(project: Project, write_csv) -> None:
    path = write_csv("two.csv", [{"ID": "1", "Id": "2", "text": "a"}])
    with pytest.raises(DataError, match="no column 'id', but 'ID' and 'Id'") as refused:
        import_files(project, [path])
    assert "--id-column COLUMN" in (refused.value.hint or "")
    assert import_files(project, [path], id_column="Id").n_added == 1


def test_vendors_and_batches_lose_the_spaces_around_them(project: Project, write_csv) -> None:
    names = ["B", "B ", " B", "A", " "]
    rows = [{"id": str(i), "text": f"t{i}", "vendor": name} for i, name in enumerate(names)]
    (file,) = import_files(project, [write_csv("a.csv", rows)]).files
    assert project.store.examples.column("vendor") == ["B", "B", "B", "A", None]
    assert file.trimmed == {" B": "B", "B ": "B"}


def test_other_columns_keep_their_spaces_and_groups_show_them(project: Project, write_csv) -> None:
    rows = [
        {"id": str(i), "text": f"t{i}", "label": "ham", "region": "N " if i % 2 else "N"}
        for i in range(4)
    ]
    import_files(project, [write_csv("a.csv", rows)])
    assert project.store.examples.metadata_column("region")[1] == "N "
    found = group_rows(project, "region", np.arange(4), resolve_labels(project))
    assert found.names == ("N", "'N '") * 2


def test_columns_that_functions_cannot_see_are_told(project: Project, write_csv) -> None:
    row = {"id": "1", "text": "a", "role": "user", "uid": "7", "vendor": "v"}
    path = write_csv("chat.csv", [row])
    (file,) = import_files(project, [path]).files
    assert file.hidden_columns == ("role", "uid")
    other = write_csv("other.csv", [row | {"by": "w"}])
    (file,) = import_files(project, [other], vendor_column="by").files
    assert file.hidden_columns == ("role", "uid", "vendor")


def test_rows_without_ids_stay_the_same_when_the_file_grows(project: Project, write_csv) -> None:
    rows = [{"text": "hello"}, {"text": "hello"}, {"text": "bye"}]
    assert import_files(project, [write_csv("a.csv", rows)]).n_added == 3
    grown = [*rows, {"text": "hello"}, {"text": "new"}]
    result = import_files(project, [write_csv("a.csv", grown)])
    assert (result.n_added, result.n_known) == (2, 3)
    assert len(set(project.store.examples.uids())) == 5


def test_the_source_is_kept_to_the_row(filled: Project, filled_folder: Path) -> None:
    import hashlib

    example = filled.store.examples.get(3)
    assert example is not None
    assert (example.uid, example.row, example.vendor) == ("r2", 3, "good")
    assert example.source_path == str(filled_folder / "train.csv")
    digest = hashlib.sha256((filled_folder / "train.csv").read_bytes()).hexdigest()
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
    ('id,text\n1,a\n\n2,"b\n3,c\n', "the row that begins here is not well formed", "a.csv:4"),
    ('id,text\n1,a\n2,"b\n3,"c"\n', "at line 4", "a.csv:3"),
    ("\n\n", "the file is empty", "a.csv"),
    ("id,text,label\n1,a\n", "Write a delimiter for each empty field", "a.csv:2"),
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


def test_rows_that_were_left_out_are_not_among_the_labelled(
    project: Project, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text("id,text,label\n1,a,ham\n2,,ham\n1,c,ham\n3,d,spam\n3,e,\n")
    (file,) = import_files(project, [tmp_path / "a.csv"], on_bad_row="skip").files
    assert (file.n_added, file.n_labelled, len(file.skipped)) == (2, 2, 3)
    (tmp_path / "b.csv").write_text("id,text,label\n1,other,ham\n3,other,\n4,f,ham\n")
    (file,) = import_files(project, [tmp_path / "b.csv"], on_bad_row="skip").files
    assert (file.n_added, file.n_labelled, len(file.skipped)) == (1, 1, 2)


def test_half_a_surrogate_pair_is_named(project: Project, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "ok"}\n{"text": "half \\ud83d"}\n')
    with pytest.raises(DataError, match="half a surrogate pair at character 6"):
        import_files(project, [tmp_path / "a.jsonl"])
    (tmp_path / "a.jsonl").write_text('{"text": "ok"}\n{"text": "ok", "\\ud83d": 1}\n')
    with pytest.raises(DataError, match=r"a\.jsonl:2: row 2: the name of column"):
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


NAN = float("nan")


def _nan_in_parquet(path: Path) -> None:
    import pyarrow
    import pyarrow.parquet

    columns = {"id": ["1"], "text": ["a"], "label": [NAN], "vendor": [NAN], "score": [NAN]}
    pyarrow.parquet.write_table(pyarrow.table(columns | {"deep": [[NAN, 1.0]]}), path)


MISSING = {
    "a.jsonl": lambda path: path.write_text(
        '{"id": "1", "text": "a", "label": NaN, "vendor": NaN, "score": NaN, "deep": [NaN, 1]}'
    ),
    "a.parquet": _nan_in_parquet,
}


@pytest.mark.parametrize("name", MISSING)
def test_nan_is_missing_and_the_project_stays_whole(
    project: Project, tmp_path: Path, name: str
) -> None:
    MISSING[name](tmp_path / name)
    import_files(project, [tmp_path / name], vendor="v")
    (example,) = project.store.examples.iterate()
    assert (example.given_class, example.vendor) == (None, "v")
    assert example.metadata == {"deep": [None, 1]}


def test_cells_of_data_frames_become_json(project: Project) -> None:
    cells: list[Any] = [
        np.array([1, 2]), pd.NA, pd.NaT, pd.Period("2026-01"), pd.Timestamp("2026-01-02", tz=UTC),
        date(2026, 1, 2), np.float32(0.5), np.bool_(True), {"a": (1, NAN)},
    ]  # fmt: skip
    import_files(project, [pd.DataFrame({"text": list("abcdefghi"), "cell": cells})])
    kept = [example.metadata.get("cell") for example in project.store.examples.iterate()]
    assert kept == [
        [1, 2], None, None, "2026-01", "2026-01-02T00:00:00+00:00",
        "2026-01-02", 0.5, True, {"a": [1, None]},
    ]  # fmt: skip


def test_what_is_false_or_zero_is_no_missing_value(project: Project, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "a", "batch": 0, "vendor": false, "n": 0}')
    import_files(project, [tmp_path / "a.jsonl"])
    (example,) = project.store.examples.iterate()
    assert (example.batch, example.vendor, example.metadata) == ("0", "False", {"n": 0})


UNUSABLE = [
    ({"n": [1.0, math.inf]}, "row 2: column 'n' holds inf, which is no number"),
    ({"n": [b"x", None]}, "row 1: column 'n' holds bytes"),
    ({"n": ["x", "\ud83d"]}, "row 2: column 'n' holds half a surrogate pair at character 1"),
    ({"n": ["x", ["\ud83d"]]}, "row 2: column 'n' holds half a surrogate pair"),
    ({"vendor": ["\ud83d", "x"]}, "row 1: column 'vendor' holds half a surrogate pair"),
    ({"id": ["1", "\ud83d"]}, "row 2: column 'id' holds half a surrogate pair"),
]


@pytest.mark.parametrize(("columns", "message"), UNUSABLE)
def test_a_cell_that_cannot_be_kept_is_a_bad_row(
    project: Project, columns: dict[str, Any], message: str
) -> None:
    frame = pd.DataFrame({"text": ["a", "b"], **columns}, dtype=object)
    with pytest.raises(DataError) as caught:
        import_files(project, [frame])
    assert message in str(caught.value)
    assert import_files(project, [frame], on_bad_row="skip").n_added == 1


def _damaged_gzip(path: Path) -> None:
    data = bytearray(gzip.compress(b"text\n" + b"".join(b"%d\n" % (i * i) for i in range(9999))))
    data[200:260] = b"\0" * 60
    path.write_bytes(data)


def _damaged_parquet(path: Path) -> None:
    pd.DataFrame({"text": [f"text {i}" for i in range(2000)]}).to_parquet(path, compression=None)
    data = bytearray(path.read_bytes())
    data[4:40] = b"\xff" * 36
    path.write_bytes(data)


def _late_time(path: Path) -> None:
    import pyarrow
    import pyarrow.parquet

    late = pyarrow.array([0, 2**62], pyarrow.timestamp("us"))
    pyarrow.parquet.write_table(pyarrow.table({"text": ["a", "b"], "at": late}), path)


UNREADABLE = [
    ("a.csv.gz", _damaged_gzip, "the gzip file is damaged"),
    ("a.parquet", _damaged_parquet, "not a readable Parquet file"),
    ("a.parquet", _late_time, "row 2, column 'at'"),
    ("a.jsonl", lambda p: p.write_text('{"n": ' + "9" * 5000 + "}"), "thousands of digits"),
    ("a.jsonl", lambda p: p.write_text("[" * 90_000), "nested too deeply"),
    ("caf\udce9.csv", lambda p: p.write_text("text\na\n"), "the name of the file is not UTF-8"),
]


@pytest.mark.parametrize(("name", "make", "message"), UNREADABLE)
def test_a_file_that_cannot_be_read_is_named_with_a_remedy(
    project: Project, tmp_path: Path, name: str, make: Any, message: str
) -> None:
    make(tmp_path / name)
    with pytest.raises(DataError, match=message) as caught:
        import_files(project, [tmp_path / name])
    assert name.partition("\udce9")[0] in str(caught.value.place)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"encoding": "undefined"}, "no encoding 'undefined'"),
        ({"text_column": "id"}, "'id' cannot be two things: text and id"),
        ({"vendor": "caf\udce9"}, "is not UTF-8"),
    ],
)
def test_words_that_cannot_be_meant_are_usage_errors(
    project: Project, write_csv, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        import_files(project, [write_csv("a.csv", [{"id": "1", "text": "a"}])], **options)


def test_texts_that_another_file_brought_are_told(project: Project, write_csv) -> None:
    texts = [{"text": "free prize"}, {"text": "see you"}, {"text": "see you"}]
    first = import_files(project, [write_csv("a.csv", texts)])
    assert (first.files[0].n_same_text, first.files[0].same_text_in) == (0, "")
    again = import_files(project, [write_csv("b.csv", [*texts, {"text": "new"}])])
    (file,) = again.files
    assert (file.n_added, file.n_same_text) == (4, 3)
    assert file.same_text_in == first.files[0].path
    grown = import_files(
        project, [write_csv("b.csv", [*texts, {"text": "new"}, {"text": "newer"}])]
    )
    assert (grown.n_known, grown.files[0].n_same_text) == (4, 0)
    # Whoever gives ids says which rows are the same.
    named = [row | {"id": f"n{i}"} for i, row in enumerate(texts)]
    assert import_files(project, [write_csv("c.csv", named)]).files[0].n_same_text == 0


def test_evaluation_rows_that_repeat_training_rows_are_told_as_a_leak(
    project: Project, write_csv
) -> None:
    texts = ["free prize", "see you", "new"]
    rows = [{"id": f"t{i}", "text": text, "label": "ham"} for i, text in enumerate(texts)]
    first = import_files(project, [write_csv("train.csv", rows)])
    assert (first.files[0].n_leaked, first.files[0].leaked_in) == (0, "")
    same = [row | {"id": f"e{i}"} for i, row in enumerate(rows[:2])]
    more = [*same, {"id": "e9", "text": "another", "label": "spam"}]
    (scored,) = import_files(
        project, [write_csv("e.csv", more)], role="evaluation"
    ).files  # ids or not
    assert (scored.n_leaked, scored.leaked_in) == (2, first.files[0].path)
    assert scored.n_same_text == 0  # a leak is worse, and told once
    # The other way round; what both others have counts as either.
    plain = [{"text": text} for text in ("another", "new", "see you")]
    (trained,) = import_files(project, [write_csv("more.csv", plain)]).files
    assert (trained.n_leaked, trained.leaked_in) == (2, scored.path)
    assert (trained.n_same_text, trained.same_text_in) == (2, first.files[0].path)
    # Production is judged by nobody.
    (met,) = import_files(project, [write_csv("p.csv", plain)], role="production").files
    assert (met.n_leaked, met.n_same_text) == (0, 3)


def test_indices_are_labels_only_where_that_is_said(project: Project, write_csv) -> None:
    rows = [{"id": str(i), "text": f"text {i}", "label": k} for i, k in enumerate("01 ")]
    rows.append({"id": "4", "text": "text 4", "label": "-1"})
    path = write_csv("indices.csv", rows)
    with pytest.raises(DataError, match="unknown class '0'") as caught:
        import_files(project, [path])
    assert "--label-index takes 0 as ham, 1 as spam" in str(caught.value)
    assert project.store.examples.count() == 0
    result = import_files(project, [path], label_index=True)
    assert result.files[0].read_by_index == {"0": "ham", "1": "spam"}
    assert [project.store.examples.get(i).given_class for i in (1, 2, 3, 4)] == [0, 1, None, None]
    with pytest.raises(DataError, match="unknown class '2'") as caught:
        import_files(project, [write_csv("more.csv", [{"text": "x", "label": "2"}])])
    assert "--label-index" not in str(caught.value)


def test_indices_beside_empty_cells_of_a_frame_are_whole_numbers(project: Project) -> None:
    import pandas as pd

    frame = pd.DataFrame({"id": [1, 2], "text": ["a", "b"], "label": [1, None]})
    result = import_files(project, [frame], label_index=True)
    assert result.files[0].read_by_index == {"1": "spam"}
    assert result.files[0].n_labelled == 1


def test_evaluation_rows_without_a_label_column_are_a_question(project: Project, write_csv) -> None:
    path = write_csv("test.csv", [{"text": "free prize", "CLASS": "spam"}])
    with pytest.raises(DataError, match="no column 'label'") as caught:
        import_files(project, [path], role="evaluation")
    assert "--label-column" in str(caught.value)
    assert "--no-labels" in str(caught.value)
    assert project.store.examples.count() == 0
    import_files(project, [path], role="evaluation", labels=False)
    assert project.store.examples.column("role").count("evaluation") == 1
