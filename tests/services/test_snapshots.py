"""Snapshots: an export from one is the same bytes, whatever happens later."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from workbench.errors import UsageError
from workbench.services.aggregate import aggregate_votes
from workbench.services.annotate import Session
from workbench.services.classes import rename_class
from workbench.services.config import write_config
from workbench.services.export.export import export_labels
from workbench.services.importing.importing import import_files
from workbench.services.labels import resolve_labels
from workbench.services.past_label import label_of_export
from workbench.services.project import Project
from workbench.services.running import record_run
from workbench.services.snapshots import read_snapshot, take_snapshot
from workbench.store.snapshots import SnapshotLabels


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_an_export_from_a_snapshot_never_changes(
    filled: Project, cast_votes: Callable[..., None], tmp_path: Path, write_csv, ending: str
) -> None:
    cast_votes(filled)
    aggregate_votes(filled)
    with Session(filled, annotator="ana") as session:
        session.label(1, "spam")
    taken = take_snapshot(filled, "v1")
    assert (taken.n_examples, taken.n_labelled) == (filled.store.examples.count(), 112)
    now = export_labels(filled, tmp_path / f"now.{ending}", role="all")
    first = export_labels(filled, tmp_path / f"a.{ending}", role="all", snapshot="v1")
    assert first.sha256 == now.sha256
    with Session(filled, annotator="ana") as session:
        session.label(1, "ham")
        session.relabel(2, "spam")
    import_files(filled, [write_csv("more.csv", [{"id": "z", "text": "zzz", "label": "ham"}])])
    cast_votes(filled, seed=3)
    aggregate_votes(filled, model="majority")
    rename_class(filled, "spam", "junk")
    write_config(filled.root / "workbench.toml", replace(filled.config, min_confidence=0.9))
    with Project(filled.root) as again:
        second = export_labels(again, tmp_path / f"b.{ending}", role="all", snapshot="v1")
        changed = export_labels(again, tmp_path / f"c.{ending}", role="all")
    assert second.sha256 == first.sha256 != changed.sha256
    data = (tmp_path / f"b.{ending}").read_bytes()
    assert hashlib.sha256(data).hexdigest() == first.sha256
    assert filled.store.runs.inputs(second.run_id) == [taken.run_id]


def test_a_snapshot_keeps_the_names_of_then(filled: Project) -> None:
    take_snapshot(filled, "before")
    rename_class(filled, "spam", "junk")
    take_snapshot(filled, "after")
    before, after = read_snapshot(filled, "before"), read_snapshot(filled, "after")
    assert (before.names, after.names) == (("ham", "spam"), ("ham", "junk"))
    assert (before.labels.labels == after.labels.labels).all()


def test_snapshots_are_listed_oldest_first_and_found_by_their_runs(filled: Project) -> None:
    taken = [(name, take_snapshot(filled, name).run_id) for name in ("second", "first", "third")]
    assert filled.store.snapshots.names() == taken
    assert [filled.store.snapshots.name_of(run_id) for _, run_id in taken] == [n for n, _ in taken]
    assert filled.store.snapshots.name_of(1) is None


def test_a_snapshot_of_many_rows_is_read_in_their_order(
    filled: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.store.snapshots._BLOCK", 7)
    take_snapshot(filled, "in parts")
    read, now = read_snapshot(filled, "in parts").labels, resolve_labels(filled)
    assert read.labels.tolist() == now.labels.tolist()
    assert read.run_ids.tolist() == now.run_ids.tolist()


def test_a_snapshot_from_before_kept_labels_had_an_origin_says_what_it_said(
    filled: Project, tmp_path: Path
) -> None:
    """Such snapshots have corrections alone; what a later version would call them counts not."""
    with Session(filled, annotator="ana") as session:
        session.keep(1, filled.classes[resolve_labels(filled).labels[0]])
    labels = resolve_labels(filled)
    store, path = filled.store, tmp_path / "old.csv"
    with record_run(store, "snapshot", parameters={"name": "old"}) as run, run.finish({}):
        frozen = SnapshotLabels(
            class_ids=labels.labels,
            confidence=labels.confidence / 2,
            origin=labels.origin,
            run_ids=labels.run_ids,
            origins=labels.order,
            names=filled.classes,
        )
        store.snapshots.add(run.run_id, "old", frozen)
    old = export_labels(filled, path, snapshot="old")
    assert (old.by_origin["correction"], "kept" in old.by_origin) == (1, False)
    new = export_labels(filled, tmp_path / "new.csv")
    assert new.by_origin["kept"] == 1
    # So does the trail of a row: nothing is worked out anew.
    for export, confidence in ((old, 0.5), (new, 1.0)):
        exported = store.runs.get(export.run_id)
        assert exported is not None
        label = label_of_export(filled, exported, 1)
        assert label is not None
        assert (label.name, label.confidence) == (filled.classes[labels.labels[0]], confidence)


def test_names_are_unique_and_no_numbers(filled: Project) -> None:
    take_snapshot(filled, "v1")
    for name in ("v1", " ", "12", "a\nb"):
        with pytest.raises(UsageError):
            take_snapshot(filled, name)
    with pytest.raises(UsageError, match=r"no snapshot 'v2'(.|\n)*Snapshots: v1"):
        read_snapshot(filled, "v2")
