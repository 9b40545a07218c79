"""``workbench diagnose`` and ``workbench split`` as a person and a script call them."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

from tests.services.easy_rows import make_rows
from workbench.cli.diagnosis_tables import show_diagnosis
from workbench.report import render_report
from workbench.services.diagnose.diagnose import diagnose
from workbench.services.importing.importing import import_files
from workbench.services.project import Project, init_project


def test_people_see_verdicts_steps_predictions_and_tables(cli, filled: Project) -> None:
    called = cli("-C", filled.root, "diagnose")
    assert called.code == 0
    for part in ("duplicates: severe", "leakage:", "what to fix first", "1. ", "classes"):
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


def test_the_page_replaces_an_earlier_page_and_no_other_file(
    cli, filled: Project, tmp_path: Path
) -> None:
    at = ["-C", filled.root, "diagnose", "--html"]
    page, other = tmp_path / "report.html", tmp_path / "thesis.html"
    assert cli(*at, page).code == 0
    assert cli(*at, page).code == 0
    other.write_text("<!DOCTYPE html>\n<html><head><title>Mine</title></head></html>\n")
    refused = cli(*at, other)
    assert refused.code == 2
    assert "is there already" in refused.err
    assert "Mine" in other.read_text()
    assert cli(*at, other, "--yes").code == 0
    assert "Mine" not in other.read_text()


def test_the_page_never_takes_the_place_of_what_belongs_to_the_project(
    cli, filled: Project, tmp_path: Path
) -> None:
    at = ["-C", filled.root, "diagnose", "--yes", "--html"]
    link = tmp_path / "link.html"
    link.symlink_to(filled.root / "workbench.db")
    script = filled.root / "labeling_functions" / "mine.py"
    for path in (filled.root / "workbench.db", filled.root / "workbench.toml", script, link):
        refused = cli(*at, path)
        assert (refused.code, "part of the project" in refused.err) == (2, True)
    assert not script.exists()
    assert filled.store.examples.count()


def test_the_page_goes_into_a_regular_file_only(cli, filled: Project, tmp_path: Path) -> None:
    at = ["-C", filled.root, "diagnose", "--yes", "--html"]
    os.mkfifo(tmp_path / "pipe")
    refused = cli(*at, tmp_path / "pipe")
    assert (refused.code, "no regular file" in refused.err) == (1, True)
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert cli(*at, tmp_path / "loop").code == 1
    assert "no file is named" in cli(*at, "").err
    (tmp_path / "link.html").symlink_to(tmp_path / "target.html")
    assert cli(*at, tmp_path / "link.html").code == 0
    assert (tmp_path / "link.html").is_symlink()
    assert (tmp_path / "target.html").read_text().startswith("<!DOCTYPE html>")


def test_a_renamed_class_is_compared_under_its_new_name(cli, filled: Project) -> None:
    at = ["-C", filled.root]
    first = cli(*at, "diagnose", "--json").json["run_id"]
    assert cli(*at, "class", "rename", "ham", "fine").code == 0
    figures = cli(*at, "diagnose", "--against", first, "--json").json["against"]["figures"]
    assert {f["name"]: f["change"] for f in figures}["recall of fine"] == "same"
    assert "recall of ham" not in {f["name"] for f in figures}


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
    assert cli(*at, "diagnose", "--against", "9" * 24).code == 2
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


def test_a_range_that_runs_backwards_is_told(cli, project: Project, write_csv) -> None:
    rows = make_rows(60, "a", day=lambda i: f"20{13 + i // 20}-05-01", size=lambda i: i)
    import_files(project, [write_csv("a.csv", rows)])
    at = ["-C", project.root, "diagnose", "--compare"]
    for column, start, end in (("day", "2015", "2013"), ("size", "50", "9")):
        refused = cli(*at, f"{column}={start}..{end}", "size=55")
        assert refused.code == 2
        assert f"the range of {column}={start}..{end} runs backwards" in refused.err
        assert f"{column}={end}..{start}" in refused.err
    assert "runs backwards" not in cli(*at, "day=2020..2021", "size=55").err


def test_many_classes_leave_room_for_the_steps(cli, tmp_path: Path, write_csv) -> None:
    names = [f"topic{k}" for k in range(30)]
    rows = [
        {"id": f"r{i}", "text": f"{names[i % 30]} word{i % 7} word{i % 11}", "label": names[i % 30]}
        for i in range(300)
    ]
    for row in rows[29::30]:
        row["text"] = "nothing that tells it"
    with Project(init_project(tmp_path / "many", names)) as project:
        import_files(project, [write_csv("a.csv", rows)])
        shown = cli("-C", project.root, "diagnose").out
        recall = {row.name: row.recall or 0 for row in diagnose(project).classes}
    listed = re.findall(r"^(topic\d+) +\d+ ", shown, flags=re.MULTILINE)
    assert len(listed) == 20
    found = [recall.pop(name) for name in listed]
    assert found == sorted(found)
    assert found[-1] <= min(recall.values())
    assert "classes, predicted out of fold: the 20 least found" in shown
    assert "10 more classes: --html FILE, or --json" in shown


def test_steps_beyond_the_first_six_are_counted(capsys, filled: Project) -> None:
    result = diagnose(filled)
    step = result.steps[0]
    many = replace(result, steps=tuple(replace(step, what=f"act {i}") for i in range(9)))
    show_diagnosis(many, filled.classes)
    shown = capsys.readouterr().out
    assert "6. act 5" in shown
    assert "act 6" not in shown
    assert "3 more steps" in shown
    page = render_report(many)
    assert "3 more steps" in page
    assert "act 8" in page


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
    assert cli(*at, "split", "1e-300", "1e300").code == 2
    assert cli(*at, "split", "1e300", "1e300").code == 0
    cli(*at, "diagnose")
    assert "nobody has looked" not in cli(*at, "split").out


def test_rows_behind_a_figure_are_told_with_what_makes_them_so(
    cli, project: Project, write_csv
) -> None:
    text = "the same long enough message about one parcel that is late"
    rows = [{"id": f"r{i}", "text": text, "label": ("ham", "spam")[i % 2]} for i in range(3)]
    cli("-C", project.root, "import", write_csv("a.csv", rows))
    out = cli("-C", project.root, "diagnose").out
    assert "3 rows of clusters that hold two labels: r0 (ham), r1 (spam), r2 (ham)\n" in out
    assert "1 row to leave out: all but one of a cluster and label: r2\n" in out
