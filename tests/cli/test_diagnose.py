"""``workbench diagnose`` and ``workbench split`` as a person and a script call them."""

from __future__ import annotations

from pathlib import Path

from workbench.services.project import Project


def test_people_see_verdicts_steps_predictions_and_tables(cli, filled: Project) -> None:
    called = cli("-C", filled.root, "diagnose")
    assert called.code == 0
    for part in ("duplicates: severe", "leakage:", "what to do first", "1. ", "classes, predicted"):
        assert part in called.out
    assert "cannot tell. there are no production rows" in called.out


def test_the_page_is_written_beside_json(cli, filled: Project, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    called = cli("-C", filled.root, "diagnose", "--html", page, "--json")
    assert called.json["lenses"][0]["name"] == "duplicates"
    assert page.read_text().startswith("<!DOCTYPE html>")
    missing = cli("-C", filled.root, "diagnose", "--html", tmp_path / "no" / "report.html")
    assert missing.code == 1
    assert "cannot be written" in missing.err


def test_a_diagnosis_is_compared_with_an_earlier_one(cli, filled: Project, tmp_path: Path) -> None:
    at = ["-C", filled.root]
    first = cli(*at, "diagnose", "--json").json["run_id"]
    cli(*at, "relabel", "spam", "--labelled", "ham")
    page = tmp_path / "report.html"
    again = cli(*at, "diagnose", "--against", first, "--html", page, "--json").json
    assert again["against"]["before_run"] == first
    assert again["diagnosis"]["run_id"] == again["against"]["after_run"]
    assert f"Since run {first}" in page.read_text()
    shown = cli(*at, "diagnose", "--against", first).out
    assert f"against run {first}" in shown
    refused = cli(*at, "diagnose", "--against", "1")
    assert refused.code == 2
    assert f"Diagnoses: {again['diagnosis']['run_id'] + 1}" in refused.err


def test_groups_to_compare_are_named(cli, filled: Project) -> None:
    at = ["-C", filled.root]
    compared = cli(*at, "diagnose", "--compare", "role=train", "role=evaluation", "--json").json
    assert (compared["shift"]["reference"], compared["shift"]["other"]) == (
        "role=train",
        "role=evaluation",
    )
    refused = cli(*at, "diagnose", "--compare", "vendor=good", "vendor=worse")
    assert refused.code == 2
    assert "Values of vendor: bad, good" in refused.err


def test_the_split_is_shown_and_exported(cli, filled: Project, tmp_path: Path) -> None:
    at = ["-C", filled.root]
    called = cli(*at, "split", "60", "40")
    assert called.code == 0
    assert "nobody has looked at this data first" in called.out
    assert "test" in called.out
    assert cli(*at, "split", "--json").json["parts"][1]["name"] == "validation"
    exported = cli(*at, "export", tmp_path / "labels.csv", "--with-split")
    assert "nobody has looked at this data first" in exported.out
    assert (tmp_path / "labels.csv").read_text().splitlines()[0].endswith(",run,split")
    assert cli(*at, "split", "100").code == 2
    cli(*at, "diagnose")
    assert "nobody has looked" not in cli(*at, "split").out
