"""An export without near-duplicates: each text goes out once, evaluation rows always."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.errors import ProjectError
from workbench.services.annotate import Session
from workbench.services.diagnose.diagnose import diagnose
from workbench.services.export.export import ExportResult, export_labels
from workbench.services.export.preview import DUPLICATE, preview_export
from workbench.services.importing.importing import import_files
from workbench.services.project import Project
from workbench.types import Role

WriteCsv = Callable[..., Path]
TWICE = "win a free prize, call this number before noon today"
LEAKED = "shall we have lunch together at the usual place tomorrow"


@pytest.fixture
def repeating(filled: Project, write_csv: WriteCsv) -> Project:
    """A project with a text twice among the training rows, and one of the evaluation rows there."""
    train = [("once", TWICE), ("again", f"{TWICE}!"), ("leak", f"{LEAKED}!")]
    rows = [{"id": uid, "text": text, "label": "ham"} for uid, text in train]
    import_files(filled, [write_csv("more.csv", rows)])
    rows = [{"id": uid, "text": LEAKED, "label": "ham"} for uid in ("held", "held-again")]
    import_files(filled, [write_csv("held.csv", rows)], role=Role.EVALUATION)
    return filled


def written(project: Project, path: Path, **options: str) -> tuple[ExportResult, set[str]]:
    """Return what an export without near-duplicates says, and the uids in its file."""
    result = export_labels(project, path, without_duplicates=True, replace=True, **options)
    with path.open(encoding="utf-8", newline="") as file:
        return result, {row["uid"] for row in csv.DictReader(file)}


def test_near_duplicates_have_to_be_looked_for_first(repeating: Project, tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="not looked for"):
        written(repeating, tmp_path / "out.csv")
    assert not (tmp_path / "out.csv").exists()


def test_one_row_of_a_cluster_goes_out_and_none_that_an_evaluation_row_repeats(
    repeating: Project, tmp_path: Path
) -> None:
    found = diagnose(repeating)
    everything = export_labels(repeating, tmp_path / "all.csv")
    result, uids = written(repeating, tmp_path / "out.csv")
    assert {"once", "again", "leak"} & uids == {"once"}
    assert result.duplicates == everything.n_rows - result.n_rows > 1
    assert repeating.store.runs.inputs(result.run_id)[-1] == found.run_id
    _, held = written(repeating, tmp_path / "held.csv", role="evaluation")
    assert {"held", "held-again"} <= held
    _, both = written(repeating, tmp_path / "both.csv", role="all")
    assert both == uids | held


def test_the_row_that_a_person_labelled_is_the_one_that_goes_out(
    repeating: Project, tmp_path: Path
) -> None:
    again = repeating.store.examples.id_of("again")
    assert again is not None
    with Session(repeating) as session:
        session.label(again, "ham")
    diagnose(repeating)
    _, uids = written(repeating, tmp_path / "out.csv")
    assert {"once", "again"} & uids == {"again"}


def test_near_duplicates_that_contradict_each_other_all_go_out(
    repeating: Project, tmp_path: Path
) -> None:
    again = repeating.store.examples.id_of("again")
    assert again is not None
    with Session(repeating) as session:
        session.label(again, "spam")
    diagnose(repeating)
    _, uids = written(repeating, tmp_path / "out.csv")
    assert {"once", "again"} <= uids


def test_no_class_is_lost_whose_texts_differ_in_symbols_alone(
    project: Project, write_csv: WriteCsv, tmp_path: Path
) -> None:
    texts = {"up": ("👍", "C++", "5 > 3"), "down": ("👎", "C", "5 < 3")}
    rows = [
        {"id": f"{side}{i}", "text": text, "label": label}
        for label, (side, several) in zip(project.classes, texts.items(), strict=True)
        for i, text in enumerate(several)
    ]
    import_files(project, [write_csv("signs.csv", rows)])
    assert diagnose(project).duplicates.n_rows == 0
    _, uids = written(project, tmp_path / "out.csv")
    assert uids == {row["id"] for row in rows}


def test_the_preview_names_the_near_duplicates(repeating: Project, tmp_path: Path) -> None:
    diagnose(repeating)
    result, _ = written(repeating, tmp_path / "out.csv")
    preview = preview_export(repeating, without_duplicates=True)
    assert preview.left_out[DUPLICATE] == result.duplicates
    assert preview.n_rows == result.n_rows
    assert {row.uid for row in preview.left_out_rows if row.reason == DUPLICATE} >= {
        "again",
        "leak",
    }


def test_rows_that_came_after_the_diagnosis_go_out(
    repeating: Project, write_csv: WriteCsv, tmp_path: Path
) -> None:
    diagnose(repeating)
    late = write_csv("late.csv", [{"id": "late", "text": TWICE, "label": "ham"}])
    import_files(repeating, [late])
    result, uids = written(repeating, tmp_path / "out.csv")
    assert {"once", "late"} <= uids
    assert "diagnose" in str(result.notice)
