"""The preview of an export tells what the export then does."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from workbench.errors import ProjectError, UsageError
from workbench.services.aggregate import aggregate_votes
from workbench.services.annotate import Session
from workbench.services.export.export import export_labels
from workbench.services.export.preview import BELOW, NEWER, NO_MODEL, NOT_FROZEN, preview_export
from workbench.services.forget import forget_texts
from workbench.services.importing.importing import import_files
from workbench.services.project import Project
from workbench.services.snapshots import take_snapshot


def unlabelled(project: Project, folder: Path) -> None:
    """Import three rows without a label."""
    path = folder / "new.csv"
    path.write_text("id,text\nn1,free prize\nn2,dinner\nn3,zzz\n")
    import_files(project, [path])


@pytest.mark.parametrize("role", ["train", "evaluation", "all"])
@pytest.mark.parametrize("least", [None, 0.9])
def test_the_preview_counts_and_shows_what_is_then_written(
    voted: Project, tmp_path: Path, role: str, least: float | None
) -> None:
    unlabelled(voted, tmp_path)
    aggregate_votes(voted)
    preview = preview_export(voted, role=role, min_confidence=least)
    path = tmp_path / "out.csv"
    written = export_labels(voted, path, role=role, min_confidence=least)
    assert preview.n_rows == written.n_rows
    assert preview.n_left_out == written.unlabelled + written.below
    assert preview.by_label == {name: n for name, n in written.by_label.items() if n}
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    shown = [(row.uid, row.text, row.label, row.origin) for row in preview.rows]
    assert shown == [(r["uid"], r["text"], r["label"], r["origin"]) for r in rows]


def test_each_row_that_stays_behind_has_its_reason(voted: Project, tmp_path: Path) -> None:
    assert preview_export(voted).left_out == {}
    unlabelled(voted, tmp_path)
    assert preview_export(voted).left_out == {NO_MODEL: 3}
    take_snapshot(voted, "before")
    assert preview_export(voted, snapshot="before").left_out == {NOT_FROZEN: 3}
    aggregate_votes(voted)
    (tmp_path / "late.csv").write_text("id,text\nlate,hello\n")
    import_files(voted, [tmp_path / "late.csv"])
    behind = preview_export(voted)
    assert behind.left_out[NEWER] == 1
    assert {row.uid: row.reason for row in behind.left_out_rows}["late"] == NEWER


def test_a_label_below_the_threshold_is_named_with_its_confidence(voted: Project) -> None:
    for annotator, label in (("ana", "spam"), ("bo", "spam"), ("cy", "ham")):
        with Session(voted, annotator=annotator) as session:
            session.label(1, label)
    (row,) = preview_export(voted, min_confidence=0.9).left_out_rows
    assert (row.uid, row.label, row.reason) == ("r0", "spam", BELOW)
    assert row.confidence == pytest.approx(2 / 3)


def test_labels_of_removed_texts_are_not_called_unsure(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("id,text,label\na,free prize,spam\nb,dinner,ham\n")
    import_files(project, [path])
    forget_texts(project, ["a", "b"], sure=True)
    assert preview_export(project).nothing == "no row of role train has a label"
    with pytest.raises(ProjectError) as refused:
        export_labels(project, tmp_path / "out.csv")
    assert refused.value.message == "no row of role train has a label"


def test_bad_options_are_refused(voted: Project) -> None:
    with pytest.raises(UsageError, match="no role"):
        preview_export(voted, role="nobody")
    with pytest.raises(UsageError, match="confidence"):
        preview_export(voted, min_confidence=2)
    with pytest.raises(UsageError, match="no snapshot"):
        preview_export(voted, snapshot="nothing")
