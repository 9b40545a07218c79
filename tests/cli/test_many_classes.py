"""A project of many classes: their names from a file, and what is confused among them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from workbench.services.project import Project

Cli = Callable[..., Any]


@pytest.mark.parametrize(
    ("name", "content", "classes"),
    [
        ("list.txt", "\ufefffee\n\n pay, card \ncancel app\n", "fee|pay, card|cancel app"),
        ("list", "b\r\na\r\n", "b|a"),
        ("rows.csv", "text,label\nx,b\ny,\nz,A\nz,b\n", "A|b"),
        ("rows.jsonl", '{"text": "x", "label": "b"}\n{"text": "y"}\n{"label": "a"}\n', "a|b"),
    ],
)  # fmt: skip
def test_classes_are_read_from_a_list_or_from_the_labels_of_a_table(
    cli: Cli, tmp_path: Path, name: str, content: str, classes: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content.encode())
    assert cli("init", tmp_path / "p", "--classes-from", file).code == 0
    with Project(tmp_path / "p") as project:
        assert "|".join(project.classes) == classes


@pytest.mark.parametrize(
    ("name", "content", "options"),
    [
        ("list.txt", "Kündigung\nGebühr\n", []),
        ("rows.csv", "text#label\nx#Kündigung\ny#Gebühr\n", ["--delimiter", "#"]),
    ],
)
def test_a_file_of_classes_is_read_in_its_encoding_and_by_its_delimiter(
    cli: Cli, tmp_path: Path, name: str, content: str, options: list[str]
) -> None:
    file = tmp_path / name
    file.write_bytes(content.encode("cp1252"))
    call = ("init", tmp_path / "p", "--classes-from", file, *options)
    assert "--encoding latin-1" in cli(*call).err
    assert cli(*call, "--encoding", "cp1252").code == 0
    with Project(tmp_path / "p") as project:
        assert sorted(project.classes) == ["Gebühr", "Kündigung"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "the classes are not named\n  Give --classes ham,spam"),
        (["--classes", 'a,"b'], 'the quotes of "b do not enclose a name'),
        (["--classes", '"a"b,c'], 'the quotes of "a"b do not enclose a name'),
        (["--classes", "a,b", "--classes-from", "list.txt"], "named twice"),
        (["--classes-from", "none.txt"], "none.txt: no such file"),
        (["--classes-from", "empty.txt"], "empty.txt: the list of classes is empty"),
        (["--classes-from", "latin.txt"], "latin.txt:1: byte 2 of the line (0xfc) is not utf-8"),
        (["--classes", "a,b", "--encoding", "latin-1"], "--encoding goes with --classes-from"),
        (["--classes-from", "rows.csv"], "there is no column 'label'"),
        (["--classes-from", "rows.csv", "--label-column", "intent"], "no row has a label"),
    ],
)
def test_without_classes_a_project_is_not_made(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("list.txt").write_text("a\nb\n")
    Path("empty.txt").write_text("\n")
    Path("latin.txt").write_bytes("Kündigung\n".encode("latin-1"))
    Path("rows.csv").write_text("text,intent\nx,\n")
    refused = cli("init", "p", *options)
    assert refused.code != 0
    assert said in refused.err
    assert not Path("p").exists()


def test_names_of_classes_may_hold_commas_and_quotes(
    cli: Cli, tmp_path: Path, write_csv: Callable[..., Path]
) -> None:
    at = tmp_path / "p"
    names = ["a,b", 'say "hi"', '"c" or d', "e=f"]
    listed = '"a,b", say "hi" ,"""c"" or d",e=f'
    made = cli("init", at, "--classes", listed, "--json")
    assert made.json["classes"] == names
    told = cli("init", tmp_path / "q", "--classes", listed).out
    assert 'classes: "a,b", say "hi", """c"" or d", e=f\n' in told
    rows = [{"id": f"r{i}", "text": f"text {i}"} for i in range(20)]
    cli("-C", at, "import", write_csv("rows.csv", rows), "--role", "train")
    votes = [{"id": f"r{i}", "f": names[i % 4], "g": names[i % 4]} for i in range(20)]
    assert cli("-C", at, "import-votes", write_csv("votes.csv", votes)).code == 0
    for shares in (
        '"a,b"=0.4,say "hi"=0.3, """c"" or d" = 0.2,e=f=0.1',
        '"a,b=0.4","say ""hi""=0.3","""c"" or d=0.2",e=f=0.1',
    ):
        given = cli("-C", at, "aggregate", "--class-balance", shares, "--json").json
        assert given["class_balance"] == pytest.approx([0.4, 0.3, 0.2, 0.1])
    told = cli("-C", at, "aggregate", "--class-balance", shares).out
    assert 'class balance: "a,b" 40.0 %' in told
    refused = cli("-C", at, "aggregate", "--class-balance", "a,b=0.4,e=f=0.6")
    assert (refused.code, "a name with a comma goes in double quotes" in refused.err) == (2, True)


def test_a_pair_of_classes_is_confused_from_three_rows_on(
    cli: Cli, tmp_path: Path, write_csv: Callable[..., Path]
) -> None:
    rng = np.random.default_rng(0)
    labels = np.repeat(np.arange(6), 30)
    speaks_of = labels.copy()
    speaks_of[:5] = 1  # of class 0, with the words of class 1
    speaks_of[60] = 3  # of class 2, with the words of class 3
    rows = [
        {
            "id": f"r{i}",
            "text": " ".join(f"word{topic}x{word}" for word in rng.choice(12, 6, replace=False)),
            "label": f"c{label}",
        }
        for i, (label, topic) in enumerate(zip(labels, speaks_of, strict=True))
    ]
    cli("init", tmp_path / "p", "--classes", "c0,c1,c2,c3,c4,c5")
    cli("-C", tmp_path / "p", "import", write_csv("rows.csv", rows), "--role", "train")
    told = cli("-C", tmp_path / "p", "diagnose", "--json").json
    assert told["confusion"][2][3] == 1
    assert [(pair["true"], pair["predicted"], pair["n"]) for pair in told["confused"]] == [
        ("c0", "c1", 5)
    ]


def test_of_many_classes_an_audit_prints_the_worst_first_and_not_all(
    cli: Cli, tmp_path: Path, write_csv: Callable[..., Path]
) -> None:
    rng = np.random.default_rng(0)
    names = [f"c{k:02}" for k in range(24)]
    rows = []
    for k, name in enumerate(names):
        for i in range(12):
            topic = (k + 1) % 24 if name == "c17" and i < 3 else k
            words = [f"word{topic}x{word}" for word in rng.choice(12, 6, replace=False)]
            rows.append({"id": f"{name}-{i}", "text": " ".join(words), "label": name})
    root = tmp_path / "p"
    cli("init", root, "--classes", ",".join(names))
    cli("-C", root, "import", write_csv("rows.csv", rows), "--role", "train")

    def listed(shown: str) -> list[str]:
        found = [line.split()[0] for line in shown.splitlines() if line[:1] == "c"]
        return [name for name in found if name in names]

    shown = cli("-C", root, "audit", "-n", "0").out
    assert "by class, the worst first by the low end of the rate\n" in shown
    assert listed(shown)[0] == "c17"
    assert len(listed(shown)) == 20
    assert "\n- 4 more: workbench audit --by class\n" in shown
    whole = cli("-C", root, "audit", "-n", "0", "--by", "class").out
    assert listed(whole)[:20] == listed(shown)
    assert sorted(listed(whole)) == names
