"""Rows that meet in more than one role, whichever two they are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.services.easy_rows import Rows, WriteCsv, claim_of, lens_of, make_rows
from workbench.services.diagnose.diagnose import diagnose
from workbench.services.diagnose.diff import WORSE, compare_diagnoses
from workbench.services.diagnose.verdicts import MILD, OPEN, SEVERE, DiagnoseResult
from workbench.services.export.export import export_labels
from workbench.services.importing.importing import import_files
from workbench.services.project import Project
from workbench.services.results import as_json


def _rows(n: int, prefix: str, *, labelled: bool = True) -> Rows:
    """Return rows of which no two are alike."""
    rng = np.random.default_rng(ord(prefix))
    made = make_rows(n, prefix, labelled=labelled)
    for row in made:
        row["text"] += " " + "".join(rng.choice(list("bcdfghjk"), 40))
    return made


def _repeating(rows: Rows, n: int, of: Rows) -> Rows:
    """Make the first rows say what others do."""
    for row, other in zip(rows[:n], of, strict=False):
        row["text"] = other["text"]
        if row["label"]:
            row["label"] = other["label"]
    return rows


def _diagnosed(
    project: Project,
    write_csv: WriteCsv,
    n_shared: int,
    n_production: int = 80,
    *,
    labelled: bool = False,
) -> DiagnoseResult:
    import_files(project, [write_csv("a.csv", _rows(120, "a"))])
    trusted = _rows(60, "e")
    import_files(project, [write_csv("e.csv", trusted)], role="evaluation")
    production = _rows(n_production, "p", labelled=labelled)
    production = _repeating(production, n_shared, trusted)
    import_files(project, [write_csv("p.csv", production)], role="production")
    return diagnose(project)


@pytest.mark.parametrize(("n_shared", "verdict"), [(3, MILD), (30, SEVERE)])
def test_evaluation_rows_in_production_are_leaks(
    project: Project, write_csv: WriteCsv, n_shared: int, verdict: str
) -> None:
    result = _diagnosed(project, write_csv, n_shared)
    counts = as_json(result)["duplicates"]
    kinds = ("clusters", "evaluation_rows", "production_rows")
    assert [counts[f"shared_{kind}"] for kind in kinds] == [n_shared] * 3
    assert counts["leaked_evaluation_rows"] == counts["leaked_production_rows"] == 0
    lens = lens_of(result, "leakage")
    assert lens.verdict == verdict
    assert f"{n_shared} evaluation and {n_shared} production rows repeat each other" in lens.finding
    assert lens.evidence[0].uids[:4] == ("e0", "p0", "e1", "p1")
    assert lens.advice.startswith("leave out production rows that repeat evaluation rows")
    # None of them has a label to go out with.
    assert lens.command == ""
    step = next(step for step in result.steps if step.what == lens.advice)
    assert "training" not in step.why


def test_labelled_production_rows_go_out_without_what_evaluation_holds(
    project: Project, write_csv: WriteCsv, tmp_path: Path
) -> None:
    result = _diagnosed(project, write_csv, 20, labelled=True)
    command = lens_of(result, "leakage").command
    assert command == "workbench export FILE --without-duplicates --role production"
    done = export_labels(project, tmp_path / "out.csv", role="production", without_duplicates=True)
    assert (done.n_rows, done.duplicates) == (60, 20)


def test_production_rows_that_are_all_in_evaluation_are_to_be_replaced(
    project: Project, write_csv: WriteCsv
) -> None:
    lens = lens_of(_diagnosed(project, write_csv, 40, 40, labelled=True), "leakage")
    assert lens.verdict == SEVERE
    assert lens.advice.startswith("bring in other production rows")
    assert lens.command == "workbench import FILE --role production"


def test_leaks_of_both_kinds_are_told_apart(project: Project, write_csv: WriteCsv) -> None:
    train, trusted = _rows(120, "a"), _rows(60, "e")
    trusted = _repeating(trusted, 10, train)
    production = _repeating(_rows(80, "p", labelled=False), 15, trusted)
    import_files(project, [write_csv("a.csv", train)])
    before = diagnose(project)
    import_files(project, [write_csv("e.csv", trusted)], role="evaluation")
    import_files(project, [write_csv("p.csv", production)], role="production")
    result = diagnose(project)
    counts = result.duplicates
    assert (counts.leaked_evaluation_rows, counts.leaked_production_rows) == (10, 10)
    assert (counts.shared_clusters, counts.shared_evaluation_rows) == (5, 5)
    assert counts.leaking_clusters == 15
    lens = lens_of(result, "leakage")
    assert lens.figure == "30 rows"
    assert lens.advice.startswith("leave out training rows that evaluation rows repeat")
    assert "; leave out production rows that repeat evaluation rows" in lens.advice
    assert lens.command == "workbench export FILE --without-duplicates"
    changes = {one.name: one.change for one in compare_diagnoses(before, result).figures}
    assert changes["evaluation rows in production"] == WORSE


def test_leaving_duplicates_out_of_the_export_ends_the_step(
    project: Project, write_csv: WriteCsv, tmp_path: Path
) -> None:
    train = _rows(120, "a")
    import_files(project, [write_csv("a.csv", _repeating(train, 20, train[60:]))])
    trusted = _repeating(_rows(60, "e"), 10, train[100:])
    import_files(project, [write_csv("e.csv", trusted)], role="evaluation")
    first, second = diagnose(project).steps[:2]
    assert first.command == second.command == "workbench export FILE --without-duplicates"
    done = export_labels(project, tmp_path / "out.csv", without_duplicates=True)
    assert done.duplicates == 30
    again = diagnose(project)
    assert not [step for step in again.steps if step.lens == "duplicates"]
    lens = lens_of(again, "duplicates")
    assert lens.verdict == SEVERE
    assert lens.finding.count(f"(run {done.run_id})") == 2
    # New rows may repeat others, and an export with all rows has them again.
    import_files(project, [write_csv("b.csv", _rows(5, "b"))])
    assert diagnose(project).steps[0].what == first.what
    export_labels(project, tmp_path / "out2.csv", without_duplicates=True)
    export_labels(project, tmp_path / "out3.csv")
    assert diagnose(project).steps[0].what == first.what


def test_without_a_label_no_step_asks_for_an_export(project: Project, write_csv: WriteCsv) -> None:
    train = _rows(120, "a", labelled=False)
    import_files(project, [write_csv("a.csv", _repeating(train, 50, train[60:]))])
    trusted = _repeating(_rows(60, "e"), 10, train[100:])
    import_files(project, [write_csv("e.csv", trusted)], role="evaluation")
    result = diagnose(project)
    assert lens_of(result, "duplicates").verdict == SEVERE
    assert not [step for step in result.steps if "export" in step.command]
    assert result.steps[0].lens != "duplicates"


def test_without_training_rows_the_other_two_are_held_to_each_other(
    project: Project, write_csv: WriteCsv
) -> None:
    trusted = _rows(60, "e")
    import_files(project, [write_csv("e.csv", trusted)], role="evaluation")
    production = _repeating(_rows(80, "p", labelled=False), 2, trusted)
    import_files(project, [write_csv("p.csv", production)], role="production")
    lens = lens_of(diagnose(project), "leakage")
    assert lens.verdict == MILD
    assert "there are no training rows; 2 evaluation and 2 production rows" in lens.finding


def test_leaks_without_a_label_refute_nothing(project: Project, write_csv: WriteCsv) -> None:
    train, trusted = _rows(120, "a"), _rows(60, "e")
    import_files(project, [write_csv("a.csv", train)])
    leaked = [row | {"id": f"x{i}", "label": ""} for i, row in enumerate(train[:10])]
    import_files(project, [write_csv("e.csv", [*trusted, *leaked])], role="evaluation")
    result = diagnose(project)
    assert result.duplicates.leaked_evaluation_rows == 10
    assert result.duplicates.inflation is None
    claim = claim_of(result, "clean-score")
    assert claim.outcome == OPEN
    assert "all repeat training rows, or none does" in claim.observed
