"""Tables as spreadsheets write them, at each command that reads one."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from workbench.services.project import Project, init_project

HEADER = "Nr;Text;Topic"


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """An empty project whose files have columns of their own."""
    columns = {"text_column": "Text", "id_column": "Nr", "label_column": "Topic"}
    return init_project(tmp_path / "desk", ["Billing", "Delivery"], **columns)


@pytest.fixture
def sheet(tmp_path: Path) -> Callable[..., Path]:
    """Write lines to a file as a German spreadsheet does."""

    def write(*lines: str, name: str = "sheet.csv") -> Path:
        path = tmp_path / name
        path.write_text("\r\n".join([*lines, ""]), encoding="cp1252")
        return path

    return write


TOPICS = ("Delivery", "Billing")
ROWS = [f"{i};Frage {i}, wo ist mein Päckchen?;{TOPICS[i % 2]}" for i in range(8)]


def test_a_corrected_table_is_taken_over_by_the_command_that_an_import_names(
    cli, desk: Path, sheet: Callable[..., Path]
) -> None:
    bad = "9;Was nun?;Bogus"
    call = ("-C", desk, "import", sheet(HEADER, *ROWS, bad), "--encoding", "cp1252")
    assert cli(*call, "--skip-bad-rows").code == 0
    corrected = [
        ROWS[0].replace("Delivery", "Billing"),
        *ROWS[1:-1],
        ROWS[-1].rpartition(";")[0] + ";",
    ]
    sheet(HEADER, *corrected, bad)
    told = cli(*call, "--skip-bad-rows").out
    assert "1 of those has another label in the file" in told
    (advice,) = [line for line in told.split("\n") if line.startswith("also: ")]
    command = shlex.split(advice.removeprefix("also: ").partition("  (")[0])
    taken = cli("-C", desk, *command[1:], "--json").json
    assert (taken["by_kind"], taken["n_unchanged"]) == ({"label": 1}, 7)
    assert [row["cause"] for row in taken["skipped"]] == ["no such example"]
    assert cli("-C", desk, "why", "0", "--json").json["label"] == "Billing"
    assert cli("-C", desk, "why", "7", "--json").json["label"] == "Billing"
    again = cli("-C", desk, *command[1:], "--json").json
    assert again["n_added"] == 0


def test_a_corrected_table_reverts_nobodys_decision(
    cli, desk: Path, sheet: Callable[..., Path]
) -> None:
    file = sheet(HEADER, *ROWS)
    read = ("--encoding", "cp1252")
    assert cli("-C", desk, "import", file, *read).code == 0
    assert cli("-C", desk, "relabel", "Delivery", "1").code == 0
    table = ("annotate", "--from", file, "--label-column", "Topic", *read)
    assert cli("-C", desk, *table, "--changes-only", "--json").json["n_added"] == 0
    told = cli("-C", desk, *table)
    assert "7 decisions confirm the label that the row had; where nobody looked" in told.out
    assert cli("-C", desk, "why", "1", "--json").json["label"] == "Delivery"


def test_a_corrected_table_without_ids_is_known_by_its_name_and_texts(
    cli, filled: Project, tmp_path: Path
) -> None:
    file = tmp_path / "noids.csv"
    file.write_text("text,label\nsame,ham\nsame,ham\nother,spam\n")
    assert cli("-C", filled.root, "import", file).code == 0
    file.write_text("text,label\nsame,ham\nsame,spam\nother,spam\n")
    taken = cli("-C", filled.root, "annotate", "--from", file, "--changes-only", "--json").json
    assert (taken["n_added"], taken["n_unchanged"]) == (1, 2)
    call = ("-C", filled.root, "annotate", "--changes-only", "--from")
    file.write_text("text,label\nsame,ham\nnew,ham\n")
    refused = cli(*call, file).err
    assert "row 2: it has no id, and no row of noids.csv was imported with this text" in refused
    other = file.rename(tmp_path / "noids (1).csv")
    refused = cli(*call, other).err
    assert "row 1: it has no id, and no file called noids (1).csv was imported" in refused
    assert "noids.csv), or add the ids" in refused
    assert "Import the rows first" not in refused


def test_a_label_that_a_model_gives_too_is_news_of_a_corrected_table(
    cli, desk: Path, sheet: Callable[..., Path], write_csv: Callable[..., Path]
) -> None:
    unlabelled = [line.rpartition(";")[0] + ";" for line in ROWS]
    read = ("--encoding", "cp1252")
    cli("-C", desk, "import", sheet(HEADER, *unlabelled), *read)
    votes = [{"uid": str(i), "a": "Billing", "b": "Billing"} for i in range(8)]
    assert cli("-C", desk, "import-votes", write_csv("v.csv", votes)).code == 0
    assert cli("-C", desk, "aggregate", "--model", "majority").code == 0
    assert cli("-C", desk, "why", "1", "--json").json["origin"] == "model"
    call = ("annotate", "--from", sheet(HEADER, ROWS[1], ROWS[2]), "--label-column", "Topic")
    taken = cli("-C", desk, *call, "--changes-only", *read, "--json").json
    assert (taken["by_kind"], taken["n_unchanged"]) == ({"label": 2}, 0)
    assert cli("-C", desk, "why", "1", "--json").json["origin"] == "annotation"


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_the_delimiter_is_taken_from_the_first_rows_and_told(
    cli, desk: Path, sheet: Callable[..., Path], delimiter: str
) -> None:
    lines = [line.replace(";", delimiter) for line in (HEADER, *ROWS)]
    told = cli("-C", desk, "import", sheet(*lines), "--encoding", "cp1252")
    assert "8 rows added as train (8 of 8 with a label)" in told.out
    name = {";": "semicolon", "\t": "tab", "|": "bar"}[delimiter]
    assert f"read with a {name} between the columns" in told.out
    text = cli("-C", desk, "why", "3", "--json").json["text"]
    assert text == "Frage 3, wo ist mein Päckchen?"


def test_a_spreadsheet_may_name_the_delimiter_in_its_first_line(
    cli, desk: Path, sheet: Callable[..., Path]
) -> None:
    told = cli("-C", desk, "import", sheet("sep=;", HEADER, *ROWS), "--encoding", "cp1252")
    assert "8 rows added" in told.out


def test_commas_stay_where_they_part_the_columns(cli, filled: Project, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("id,text,a;b\nx1,one;two,1;2\nx2,three;four,3;4\n")
    told = cli("-C", filled.root, "import", file)
    assert "2 rows added" in told.out
    assert "between the columns" not in told.out
    single = tmp_path / "single.csv"
    single.write_text("text\none; two\nthree\nfour; five; six\n")
    assert "3 rows added" in cli("-C", filled.root, "import", single).out


def test_a_delimiter_can_be_stated(cli, filled: Project, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("id^text\nx1^one, two\nx2^three\n")
    call = ("-C", filled.root, "import", file, "--delimiter")
    assert "'ab' is no delimiter" in cli(*call, "ab").err
    assert "2 rows added" in cli(*call, "^").out


@pytest.mark.parametrize("command", ["import-votes", "annotate --from", "review --from"])
def test_every_command_reads_a_table_the_same(
    cli, filled: Project, tmp_path: Path, command: str
) -> None:
    at = ("-C", filled.root)
    cli(*at, "train")
    if command.startswith("review"):
        assert cli(*at, "audit").code == 0
    file = tmp_path / "table.csv"
    file.write_text("uid;label;Größe\nr0;ham;\nr1;ham;\nnobody;ham;\n", encoding="cp1252")
    if command == "import-votes":
        file.write_text("uid;lf;größe\nr0;HAM;\nr1;ham;\nnobody;ham;\n", encoding="cp1252")
    told = cli(*at, *command.split(), file, "--encoding", "cp1252")
    assert told.code == 1
    assert "row 3: there is no example 'nobody'" in told.err
    assert "--skip-bad-rows leaves such rows out" in told.err
    told = cli(*at, *command.split(), file, "--encoding", "cp1252", "--skip-bad-rows")
    assert told.code == 0
    assert "1 row left out: no such example" in told.out + told.err
    assert "read with a semicolon between the columns" in told.out + told.err


def test_rows_that_are_left_out_are_counted_by_cause(
    cli, filled: Project, write_csv: Callable[..., Path]
) -> None:
    rows = [{"id": f"n{i}", "text": f"text {i}", "label": "Spam?"} for i in range(30)]
    rows += [{"id": f"r{i}", "text": f"changed {i}", "label": "ham"} for i in range(3)]
    file = write_csv("more.csv", rows)
    stopped = cli("-C", filled.root, "import", file).err
    assert "By cause: 30 rows an unknown class, 3 rows an id that is there already" in stopped
    told = cli("-C", filled.root, "import", file, "--skip-bad-rows").out
    first, second = told.index("30 rows left out: an unknown class"), told.index("3 rows left out:")
    assert first < second
    assert "… and 20 more" in told[first:second]
    assert "The old row stays beside it" in told[second:]


def test_a_class_is_known_in_any_case_where_one_alone_is_meant(
    cli, tmp_path: Path, write_csv: Callable[..., Path]
) -> None:
    root = init_project(tmp_path / "p", ["Billing", "credit card", "US", "us"])
    labels = ["billing", "BILLING", "Credit  Card", "US", "us"]
    rows = [{"id": f"{i}", "text": f"text {i}", "label": one} for i, one in enumerate(labels)]
    told = cli("-C", root, "import", write_csv("a.csv", rows))
    said = "without regard to case and spaces: BILLING as Billing, Credit  Card as credit card,"
    assert said in told.out
    assert [cli("-C", root, "why", str(i), "--json").json["label"] for i in range(5)] == [
        "Billing", "Billing", "credit card", "US", "us",
    ]  # fmt: skip
    unclear = write_csv("b.csv", [{"id": "9", "text": "t", "label": "Us"}])
    assert "unknown class 'Us'" in cli("-C", root, "import", unclear).err


def test_labels_are_counted_among_the_rows_that_are_new(
    cli, filled: Project, small_rows: Any, write_csv: Callable[..., Path]
) -> None:
    rows = [*small_rows(80), {"id": "n1", "text": "a new one", "label": ""}]
    rows.append({"id": "n2", "text": "another one", "label": "ham"})
    file = write_csv("train.csv", rows)
    told = cli("-C", filled.root, "import", file).out
    assert "2 rows added as train (1 of 2 with a label), 80 there already" in told
    assert ": 0 rows added as train, 82 there already" in cli("-C", filled.root, "import", file).out


@pytest.mark.parametrize("encoding", ["latin-1", "ascii"])
def test_what_stdout_cannot_encode_is_spelt_out(
    cli, filled: Project, write_csv: Callable[..., Path], encoding: str
) -> None:
    text = "Kündigung → " + "sehr lang " * 40
    cli("-C", filled.root, "import", write_csv("u.csv", [{"id": "u1", "text": text}]))
    done = subprocess.run(
        [sys.executable, "-m", "workbench", "-C", str(filled.root), "why", "u1"],
        env=os.environ | {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
        capture_output=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    word = "Kündigung" if encoding == "latin-1" else "K\\xfcndigung"
    assert done.stdout.decode(encoding).startswith(f"u1: {word} -> ")


def test_a_call_that_is_not_understood_ends_as_other_errors_do(cli, tmp_path: Path) -> None:
    missing = cli("class", "merge", "a", "b")
    assert missing.code == 2
    assert missing.err.startswith("error: missing option '--into'\n  --into ")
    assert "Usage: workbench class merge [OPTIONS] NAME" in missing.err
    for words, remedy in (
        (("bogus",), "error: there is no command 'bogus'\n"),
        (("lf", "bogus"), "error: there is no command 'bogus'. Commands: list, new, "),
        (("lf", "lst"), "error: there is no command 'lst'. Did you mean 'list'?"),
        (("why", "--bogus"), "error: no such option '--bogus'"),
    ):
        told = cli(*words)
        assert told.code == 2
        assert told.err.startswith(remedy)


@pytest.mark.parametrize("words", [(), ("lf",), ("class",)])
def test_a_group_without_a_command_shows_its_help(cli, words: tuple[str, ...]) -> None:
    told = cli(*words)
    assert told.code == 2
    assert told.err == cli(*words, "--help").out


def test_nothing_to_undo_is_explained_beside_json(cli, filled: Project) -> None:
    told = cli("-C", filled.root, "undo", "--json")
    assert (told.code, told.json) == (0, None)
    assert "nothing to undo" in told.err
    told = cli("-C", filled.root, "redo", "--json")
    assert (told.json, told.err) == (None, "there is nothing to put back\n")


def test_all_that_a_file_says_of_a_changed_row_counts(cli, desk: Path, sheet) -> None:
    assert cli("-C", desk, "import", sheet(HEADER, *ROWS), "--encoding", "cp1252").code == 0
    said = [
        "0;Billing;anna",
        "0;Delivery;anna",  # the last counts, and it is the label that the row came with
        "2;Billing;anna",
        "2;Delivery;bob",
        "4;Delivery;anna",
    ]
    file = sheet("Nr;Topic;annotator", *said, name="said.csv")
    call = ("annotate", "--from", file, "--label-column", "Topic", "--changes-only", "--json")
    taken = cli("-C", desk, *call).json
    assert (taken["n_added"], taken["n_unchanged"], taken["n_confirming"]) == (4, 1, 0)
    assert cli("-C", desk, "why", "0", "--json").json["label"] == "Delivery"
    assert cli("-C", desk, "agreement", "--json").json["n_disputed"] == 1


def test_labels_with_a_quotation_mark_are_one_cause(cli, filled: Project, tmp_path: Path) -> None:
    ids = filled.store.examples.uids()[:2]
    file = tmp_path / "said.csv"
    file.write_text(f"id,label\n{ids[0]},it's\n{ids[1]},it is\n")
    call = ("annotate", "--from", file, "--skip-bad-rows", "--json")
    taken = cli("-C", filled.root, *call).json
    assert [row["cause"] for row in taken["skipped"]] == ["unknown class"] * 2


def test_blank_lines_without_end_are_an_empty_file(cli, desk: Path, tmp_path: Path) -> None:
    (tmp_path / "blank.csv").write_text("\n" * 70_000)
    told = cli("-C", desk, "import", tmp_path / "blank.csv")
    assert told.code == 1
    assert "the file is empty" in told.err


@pytest.mark.parametrize("option", [("--changes-only",), ("--delimiter", "tab")])
def test_options_of_a_file_are_refused_without_one(cli, desk: Path, option: tuple[str]) -> None:
    told = cli("-C", desk, "annotate", *option)
    assert told.code == 2
    assert f"{option[0]} goes with --from" in told.err


def test_the_command_that_an_import_names_reads_a_text_column_that_was_named(
    cli, filled: Project, tmp_path: Path
) -> None:
    file = tmp_path / "noids.csv"
    call = ("-C", filled.root, "import", file, "--text-column", "Frage")
    file.write_text("Frage;label\nwo ist es;ham\n")
    assert cli(*call).code == 0
    file.write_text("Frage;label\nwo ist es;spam\n")
    told = cli(*call).out
    (advice,) = [line for line in told.split("\n") if line.startswith("also: ")]
    command = shlex.split(advice.removeprefix("also: ").partition("  (")[0])
    assert cli("-C", filled.root, *command[1:], "--json").json["n_added"] == 1


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        (["id;text;label", "n1;one;ham;", "n2;two"], "If this is several: --delimiter semicolon"),
        (["id;text, long;label", "n1;one;ham;", "n2;two"], "(or tab, bar, a character)"),
    ],
)
def test_a_table_whose_delimiter_its_rows_hide_says_how_to_name_it(
    cli, filled: Project, tmp_path: Path, lines: list[str], fault: str
) -> None:
    file = tmp_path / "ragged.csv"
    file.write_text("\n".join([*lines, ""]))
    for call in (("import", file), ("annotate", "--from", file), ("import-votes", file)):
        refused = cli("-C", filled.root, *call)
        assert refused.code == 1
        assert fault in refused.err


@pytest.mark.parametrize("call", [("annotate", "--from"), ("import-votes",)])
def test_a_row_that_is_cut_within_a_character_is_left_out_like_other_bad_rows(
    cli, filled: Project, tmp_path: Path, call: tuple[str, ...]
) -> None:
    ids = filled.store.examples.uids()[:2]
    file = tmp_path / "cut.jsonl"
    bad = f'{{"id": "{ids[0]}", "label": "ham\\ud83d"}}\n'
    file.write_text(f'{bad}{{"id": "{ids[1]}", "label": "ham"}}\n')
    refused = cli("-C", filled.root, *call, file)
    assert f"{file}:1: row 1: column 'label' holds half a surrogate pair" in refused.err
    left = cli("-C", filled.root, *call, file, "--skip-bad-rows", "--json")
    assert [row["row"] for row in left.json["skipped"]] == [1]
    file.write_text(bad)
    refused = cli("-C", filled.root, *call, file, "--skip-bad-rows")
    assert "no row can be used; the first: column 'label' holds half" in refused.err
