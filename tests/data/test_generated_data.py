"""The example data holds exactly the defects that ``data/README.md`` promises."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[2] / "data"
CLASSES = ("delivery", "refund", "billing", "account", "product", "fraud")
FILES = {"train": "messages.csv", "evaluation": "evaluation.csv", "production": "production.csv"}
COLUMNS = ["id", "text", "label", "vendor", "batch", "channel", "sent_at"]
COPY = "near_duplicate_of:"

Row = dict[str, str]

HOSTILE_MARKS = {
    "ansi_csi": r"\x1b\[",
    "osc_title": r"\x1b\]0;",
    "osc_link": r"\x1b\]8;;",
    "osc_clipboard": r"\x1b\]52;",
    "c1_control": "\x9c|\x9b",
    "rich_markup": r"\[bold red\]|\[/dim\]\]",
    "rich_link": r"\[link=",
    "textual_action": r"\[@click=app\.quit\]",
    "nul": "\x00",
    "bidi": "\u202e|\u2067",
    "zero_width": "\u200b",
    "combining": "[\u0300-\u036f]{50}",
    "emoji_zwj": "\U0001f468\u200d\U0001f469",
    "cjk_wide": "包裹.*ｐａｒｃｅｌ",
    "line_breaks": "\n\n.*\t|\u2028",
    "html_script": "<script>",
    "html_image": "<img src=x onerror",
    "formula": "^=",
    "quoting": '"" ,";\'',
    "very_long": "(?s).{90000}",
    "whitespace_like": r"^[\s\u200b\u3164\u2800]+$",
}


def read(name: str) -> list[Row]:
    previous = csv.field_size_limit(1_000_000)
    try:
        with (DATA / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file, strict=True))
    finally:
        csv.field_size_limit(previous)


@pytest.fixture(scope="module")
def rows() -> dict[str, list[Row]]:
    return {split: read(name) for split, name in FILES.items()}


@pytest.fixture(scope="module")
def by_id(rows: dict[str, list[Row]]) -> dict[str, Row]:
    return {row["id"]: row for members in rows.values() for row in members}


@pytest.fixture(scope="module")
def truth() -> dict[str, Row]:
    return {row["id"]: row for row in read("truth.csv")}


def planted(truth: dict[str, Row], prefix: str) -> dict[str, str]:
    """Map each row with a defect of this kind to what follows the prefix."""
    return {
        key: defect.removeprefix(prefix)
        for key, row in truth.items()
        for defect in row["defect"].split(";")
        if defect.startswith(prefix)
    }


@pytest.mark.slow
def test_the_files_are_what_the_generator_writes() -> None:
    command = [sys.executable, "-B", str(DATA / "generate.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_readme_states_every_measured_figure() -> None:
    command = [sys.executable, "-B", str(DATA / "measure.py")]
    measured = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    stated = set((DATA / "README.md").read_text(encoding="utf-8").splitlines())
    figures = [line for line in measured.splitlines() if line]
    assert len(figures) > 60
    assert [line for line in figures if line not in stated] == []
    # A linear model on true labels is neither lost nor perfect.
    score = re.search(r"linear model.*evaluation rows: ([\d.]+) %", measured)
    assert score is not None
    assert 88.0 <= float(score[1]) <= 95.0


def test_the_files_have_the_promised_shape(rows: dict[str, list[Row]]) -> None:
    assert {split: len(members) for split, members in rows.items()} == {
        "train": 4400,
        "evaluation": 600,
        "production": 1000,
    }
    for members in rows.values():
        assert list(members[0]) == COLUMNS
        assert all(row["text"] for row in members)
        assert all(row["label"] in {*CLASSES, ""} for row in members)
    assert sum(path.stat().st_size for path in DATA.glob("*.csv")) < 1_500_000


def test_ids_are_unique_and_every_row_has_its_truth_and_its_answer(
    rows: dict[str, list[Row]], truth: dict[str, Row]
) -> None:
    ids = [row["id"] for members in rows.values() for row in members]
    assert len(set(ids)) == len(ids) == 6000
    assert set(ids) == set(truth) == {answer["id"] for answer in read("annotator.csv")}


def test_forty_percent_of_the_training_rows_are_unlabelled(rows: dict[str, list[Row]]) -> None:
    unlabelled = [row for row in rows["train"] if not row["label"]]
    assert len(unlabelled) == 1760
    assert all(row["vendor"] == "" and row["batch"].startswith("backlog-") for row in unlabelled)
    assert not any(row["label"] for row in rows["production"])


def test_evaluation_labels_are_the_truth(rows: dict[str, list[Row]], truth: dict[str, Row]) -> None:
    assert all(row["label"] == truth[row["id"]]["label"] for row in rows["evaluation"])


def test_wrong_labels_are_in_two_batches_at_25_and_5_percent(
    rows: dict[str, list[Row]], truth: dict[str, Row]
) -> None:
    labelled = [row for row in rows["train"] if row["label"]]
    wrong = {row["id"] for row in labelled if row["label"] != truth[row["id"]]["label"]}
    assert wrong == set(planted(truth, "wrong_label"))
    sizes = Counter(row["batch"] for row in labelled)
    assert len(sizes) == 11
    assert set(sizes.values()) == {240}
    assert Counter(row["batch"] for row in labelled if row["id"] in wrong) == {
        "quick-2": 60,
        "mosaic-3": 12,
    }


def test_fraud_is_two_percent_of_every_file(
    rows: dict[str, list[Row]], truth: dict[str, Row]
) -> None:
    for members in rows.values():
        assert sum(truth[r["id"]]["label"] == "fraud" for r in members) == len(members) // 50


def test_production_drifts_in_classes_channel_length_words_and_time(
    rows: dict[str, list[Row]], truth: dict[str, Row]
) -> None:
    train, production = rows["train"], rows["production"]

    def share(members: list[Row], key: str, value: str) -> float:
        return sum(row[key] == value for row in members) / len(members)

    def class_share(members: list[Row], label: str) -> float:
        return sum(truth[row["id"]]["label"] == label for row in members) / len(members)

    assert class_share(train, "account") == 0.12
    assert class_share(production, "account") == 0.26
    assert share(production, "channel", "app") > 6 * share(train, "channel", "app")
    assert not any("lumo" in row["text"].lower() for row in train)
    assert sum("lumo" in row["text"].lower() for row in production) > 250
    assert max(row["sent_at"] for row in train) < min(row["sent_at"] for row in production)


def test_near_duplicates_are_eight_percent_with_the_class_of_their_originals(
    by_id: dict[str, Row], truth: dict[str, Row]
) -> None:
    originals = planted(truth, COPY)
    assert len(originals) == 480
    assert len(set(originals.values())) == 480
    assert not set(originals) & set(originals.values())
    assert all(truth[c]["label"] == truth[o]["label"] for c, o in originals.items())
    assert sum(by_id[c]["text"] == by_id[o]["text"] for c, o in originals.items()) == 60
    crossing = Counter(c[0] + o[0] for c, o in originals.items() if c[0] != o[0])
    assert crossing == {"et": 36, "pt": 28}


def test_no_text_occurs_twice_but_in_planted_copies(
    by_id: dict[str, Row], truth: dict[str, Row]
) -> None:
    originals = planted(truth, COPY)
    seen = Counter(row["text"] for key, row in by_id.items() if key not in originals)
    assert seen.most_common(1)[0][1] == 1


@pytest.mark.parametrize("kind", sorted(HOSTILE_MARKS))
def test_each_hostile_kind_is_present(
    kind: str, by_id: dict[str, Row], truth: dict[str, Row]
) -> None:
    members = [key for key, found in planted(truth, "hostile:").items() if found == kind]
    assert members
    assert all(re.search(HOSTILE_MARKS[kind], by_id[key]["text"]) for key in members)


def test_hostile_rows_are_known_and_outside_the_evaluation(truth: dict[str, Row]) -> None:
    hostile = planted(truth, "hostile:")
    assert len(hostile) == 27
    assert set(hostile.values()) == set(HOSTILE_MARKS)
    assert Counter(key[0] for key in hostile) == {"t": 20, "p": 7}


def test_the_annotator_slips_in_two_percent_and_takes_time(truth: dict[str, Row]) -> None:
    answers = read("annotator.csv")
    assert sum(answer["label"] != truth[answer["id"]]["label"] for answer in answers) == 120
    assert all(0.3 < float(answer["seconds"]) < 120 for answer in answers)
