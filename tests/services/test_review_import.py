"""Verdicts from a file."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.services.reviewing import CLASSES, rows
from workbench.errors import DataError
from workbench.services.annotate import Session
from workbench.services.classes import add_classes
from workbench.services.export.export import export_labels
from workbench.services.project import Project
from workbench.services.review.answers_file import import_review
from workbench.services.review.review import record_review, review_queue
from workbench.services.undo import undo
from workbench.store.store import Store


def test_one_undo_takes_back_a_file_of_verdicts(audited: Project, tmp_path: Path) -> None:
    queue = review_queue(audited)
    path = tmp_path / "verdicts.csv"
    lines = [f"{row['id']},{row['true']}" for row in rows(240, 0, wrong=0.125)]
    path.write_text("\n".join(["id,label", *lines]))
    import_review(audited, path)
    assert undo(audited) is not None
    assert audited.store.decisions.active() == []
    assert review_queue(audited) == queue


def test_verdicts_from_a_file_are_recorded_once(audited: Project, tmp_path: Path) -> None:
    n_waiting = len(review_queue(audited))
    path = tmp_path / "verdicts.csv"
    lines = [f"{row['id']},{row['true']},3" for row in rows(240, 0, wrong=0.125)]
    lines += [f"1-{i},{CLASSES[i % 2]}," for i in range(80)]
    path.write_text("\n".join(["id,label,seconds", *lines]))
    first = import_review(audited, path, annotator="file", limit=10)
    assert first.n_kept + first.n_relabelled == 10
    second = import_review(audited, path, annotator="file")
    assert second.n_kept + second.n_relabelled == n_waiting - 10
    assert (first.n_beyond, second.n_beyond) == (n_waiting - 10, 0)
    assert first.n_other + n_waiting == 320
    again = import_review(audited, path, annotator="file")
    assert (again.n_kept, again.n_relabelled, again.n_other) == (0, 0, 320)
    assert {event.annotator for event in audited.store.decisions.active()} == {"file"}


def test_rows_that_another_person_answers_while_the_file_is_read_are_passed_over(
    audited: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = review_queue(audited)[:3]
    uids = audited.store.examples.uids()
    path = tmp_path / "verdicts.csv"
    lines = [f"{uids[item.example_id - 1]},{item.given}" for item in (first, second, third)]
    path.write_text("\n".join(["id,label", *lines]))
    transaction = Store.transaction

    def meanwhile(store: Store, **options: Any) -> AbstractContextManager[None]:
        if store is audited.store:
            monkeypatch.setattr(Store, "transaction", transaction)
            with Project(audited.root) as other, Session(other, annotator="ann") as ann:
                record_review(other, ann, first, first.suggested)
        return transaction(store, **options)

    monkeypatch.setattr(Store, "transaction", meanwhile)
    result = import_review(audited, path, annotator="bob")
    assert (result.n_kept, result.n_other, result.n_beyond) == (2, 1, 0)
    said = [(e.annotator, e.kind, e.example_id) for e in audited.store.decisions.active()]
    assert said == [
        ("ann", "relabel", first.example_id),
        ("bob", "keep", second.example_id),
        ("bob", "keep", third.example_id),
    ]
    run = audited.store.runs.last_done("annotate")
    assert run is not None
    assert run.counts["decisions"] == 2


def test_labels_of_an_export_answer_only_where_they_were_changed_in_the_file(
    audited: Project, tmp_path: Path
) -> None:
    queue = review_queue(audited)
    path = tmp_path / "export.csv"
    export_labels(audited, path)
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    unchanged = import_review(audited, path)
    assert (unchanged.n_exported, unchanged.n_kept, unchanged.n_relabelled) == (len(queue), 0, 0)
    assert review_queue(audited) == queue
    changed = audited.store.examples.uids()[queue[0].example_id - 1]
    frame.loc[frame["uid"] == changed, "label"] = queue[0].suggested
    frame.to_csv(path, index=False)
    result = import_review(audited, path)
    assert (result.n_exported, result.n_kept, result.n_relabelled) == (len(queue) - 1, 0, 1)
    assert review_queue(audited) == queue[1:]


def test_a_file_can_flag_where_a_class_is_called_ambiguous(
    audited: Project, tmp_path: Path
) -> None:
    add_classes(audited, ["ambiguous"])
    uids = audited.store.examples.uids()
    first, second, third = (uids[item.example_id - 1] for item in review_queue(audited)[:3])
    path = tmp_path / "verdicts.csv"
    path.write_text(f"id,label\n{first},ambiguous\n{second},flag\n{third},none\n")
    with pytest.raises(DataError) as caught:
        import_review(audited, path)
    assert caught.value.hint is not None
    assert caught.value.hint.startswith("A class or flag.")
    path.write_text(f"id,label\n{first},ambiguous\n{second},flag\n")
    result = import_review(audited, path)
    assert (result.n_relabelled, result.n_ambiguous) == (1, 1)
    said = {event.example_id: event.kind for event in audited.store.decisions.active()}
    assert said == {
        audited.store.examples.id_of(first): "relabel",
        audited.store.examples.id_of(second): "flag",
    }


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("id,label\nnobody,refund\n", "no example 'nobody'"),
        ("id,label\n0-1,letter\n", "unknown class 'letter'"),
        ("id,label\n0-1,\n", "unknown class ''"),
        ("row,label\n0-1,refund\n", "no column of ids"),
        ("id,label,seconds\n0-1,refund,soon\n", "seconds is 'soon'"),
        ("id,label\n0-1,1\n", "unknown class '1'"),
        ("id,label\n0-1,refund\n0-2,parcel\n0-1,ambiguous\n", "rows 1 and 3 differ on '0-1'"),
    ],
)
def test_a_file_that_is_off_records_nothing(
    audited: Project, tmp_path: Path, content: str, message: str
) -> None:
    path = tmp_path / "verdicts.csv"
    path.write_text(content)
    with pytest.raises(DataError, match=message):
        import_review(audited, path)
    assert audited.store.decisions.active() == []


def test_a_row_that_is_cut_within_a_character_is_a_bad_row(
    audited: Project, tmp_path: Path
) -> None:
    path = tmp_path / "verdicts.jsonl"
    uid = audited.store.examples.uids()[review_queue(audited)[0].example_id - 1]
    path.write_text(
        f'{{"id": "{uid}", "label": "cut\\ud83d"}}\n{{"id": "{uid}", "label": "ambiguous"}}\n'
    )
    with pytest.raises(DataError, match="row 1: column 'label' holds half a surrogate pair"):
        import_review(audited, path)
    result = import_review(audited, path, on_bad_row="skip")
    assert ([row.row for row in result.skipped], result.n_ambiguous) == ([1], 1)
