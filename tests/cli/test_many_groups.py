"""Hundreds of batches: all are compared, the worst are printed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.services.noisy_messages import TOPICS, message_rows

Cli = Callable[..., Any]


def test_of_hundreds_of_batches_the_worst_are_printed_and_json_has_all(
    cli: Cli, tmp_path: Path, write_csv: Callable[..., Path]
) -> None:
    rows = message_rows(480, wrong_of="")
    names = list(TOPICS)
    for i, row in enumerate(rows):
        row["label"] = row["true"]
        row["batch"] = str(i // 2 if i >= 24 else 7)
        if i < 24 and i % 2:
            row["label"] = names[(names.index(row["true"]) + 1) % 3]
    at = ("-C", tmp_path / "p")
    cli("init", tmp_path / "p", "--classes", ",".join(TOPICS))
    assert cli(*at, "import", write_csv("m.csv", rows), "--batch-column", "batch").code == 0
    told = cli(*at, "audit", "--by", "batch").out
    lines = told.splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("by batch"))
    assert lines[start + 2].split()[0] == "7"
    assert lines[start + 2].endswith("<- stands out")
    assert lines[start + 52] == "- 179 more: --json has all"
    assert len(cli(*at, "audit", "--by", "batch", "--json").json["by_group"]) == 229
    listed = cli(*at, "review", "--list", "--json").json
    uids = [row["uid"] for row in listed["rows"]]
    verdicts = write_csv("v.csv", [{"uid": uid, "label": label_of(rows, uid)} for uid in uids])
    assert cli(*at, "review", "--from", verdicts).code == 0
    report = cli(*at, "review", "--report").out.splitlines()
    start = next(i for i, line in enumerate(report) if line.startswith("wrong labels by batch"))
    assert report[start + 2].split()[0] == "7"
    assert report[start + 52].startswith("- 179 more, none with more errors for sure")
    # Batches of two rows want more random rows than there are.
    rest = 480 - len(uids)
    notes = " ".join(cli(*at, "review", "--report", "--json").json["notes"])
    assert f"a look at all {rest} other labels" in notes
    assert f"workbench audit --controls {rest}," in notes


def label_of(rows: list[dict[str, str]], uid: str) -> str:
    """Return the right label of a row."""
    return next(row["true"] for row in rows if row["id"] == uid)
