"""Labels that two copies of a project exchange: what people said goes over, and nothing else."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from workbench.services.aggregate import aggregate_votes
from workbench.services.annotate import Session
from workbench.services.export.export import export_labels
from workbench.services.importing.decision_import import ImportedDecisions, import_decisions
from workbench.services.importing.import_votes import import_votes
from workbench.services.labels import resolve_labels
from workbench.services.project import Project
from workbench.services.relabel import relabel_rows
from workbench.services.train import train_end_model
from workbench.types import Origin

Row = dict[str, str]
Said = set[tuple[str, str, str, str]]


@pytest.fixture
def copies(
    bare: Project, cast_votes: Callable[..., None], tmp_path: Path
) -> Iterator[tuple[Project, Project]]:
    """Two copies of a project whose label models, of the same run, are of different minds."""
    shutil.copytree(bare.root, tmp_path / "theirs")
    with Project(tmp_path / "theirs") as theirs:
        for project, seed in ((bare, 0), (theirs, 1)):
            cast_votes(project, seed)
            aggregate_votes(project)
        yield bare, theirs


def answer(project: Project, annotator: str, label: str, *uids: str) -> None:
    ids = project.store.examples.ids_of(uids)
    with Session(project, annotator=annotator) as session:
        for uid in uids:
            session.label(ids[uid], label)


def said(project: Project) -> Said:
    uids = project.store.examples.uids()
    return {
        (e.annotator, uids[e.example_id - 1], e.kind, project.label_set.said(e.class_id))
        for e in project.store.decisions.active()
        if e.example_id is not None and e.class_id is not None
    }


def exported(project: Project, path: Path, *, with_annotators: bool = True) -> list[Row]:
    export_labels(project, path, with_annotators=with_annotators, replace=True)
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def exchange(giver: Project, taker: Project, path: Path) -> ImportedDecisions:
    exported(giver, path)
    return import_decisions(taker, path, annotator="merger")


def test_only_what_people_said_goes_over_under_their_names(
    copies: tuple[Project, Project], tmp_path: Path
) -> None:
    mine, theirs = copies
    answer(mine, "ann", "ham", "r0", "r1")
    answer(theirs, "bob", "spam", "r2", "r3", "r4")
    answer(theirs, "cleo", "spam", "r4")
    rows = exported(theirs, tmp_path / "e.csv")
    labels = dict(zip(mine.store.examples.uids(), resolve_labels(mine).labels, strict=True))
    of_models = [row for row in rows if row["origin"] == "model"]
    n_differ = sum(mine.classes.index(row["label"]) != labels[row["uid"]] for row in of_models)
    assert n_differ >= 3
    before = said(mine)
    result = import_decisions(mine, tmp_path / "e.csv", annotator="merger")
    assert said(mine) - before == {
        ("bob", "r2", "label", "spam"),
        ("bob", "r3", "label", "spam"),
        ("bob", "r4", "label", "spam"),
        ("cleo", "r4", "label", "spam"),
    }
    assert result.by_name == {"bob": 3, "cleo": 1}
    assert result.n_foreign == n_differ
    assert (result.n_repeated, result.n_edited) == (len(of_models) - n_differ, 0)
    back = exchange(mine, theirs, tmp_path / "back.csv")
    assert back.by_name == {"ann": 2}
    assert said(theirs) == said(mine)


@pytest.mark.parametrize("changes_only", [False, True])
def test_who_changed_their_mind_is_not_told_otherwise_by_an_older_file(
    copies: tuple[Project, Project], tmp_path: Path, changes_only: bool
) -> None:
    mine, theirs = copies
    answer(mine, "ann", "ham", "r0")
    exchange(mine, theirs, tmp_path / "over.csv")
    answer(mine, "ann", "spam", "r0")
    rows = exported(theirs, tmp_path / "back.csv")
    assert rows[0]["annotators"] == "ann"
    before = said(mine)
    result = import_decisions(mine, tmp_path / "back.csv", changes_only=changes_only)
    assert result.n_added == 0
    assert said(mine) == before


def test_what_was_corrected_in_one_copy_is_corrected_in_the_other(
    copies: tuple[Project, Project], tmp_path: Path
) -> None:
    mine, theirs = copies
    for project in copies:
        answer(project, "ann", "ham", "r0", "r1")
    relabel_rows(theirs, "spam", uids=["r0", "r1"], annotator="bob")
    exchange(theirs, mine, tmp_path / "e.csv")
    labels = resolve_labels(mine)
    assert labels.origin_is(Origin.CORRECTION)[:2].all()
    assert [mine.classes[k] for k in labels.labels[:2]] == ["spam", "spam"]
    assert ("bob", "r0", "relabel", "spam") in said(mine)
    assert exchange(theirs, mine, tmp_path / "e.csv").n_added == 0


def test_labels_of_models_that_are_as_sure_in_both_copies_are_nobodys_either(
    bare: Project, tmp_path: Path, write_csv: Callable[..., Path]
) -> None:
    shutil.copytree(bare.root, tmp_path / "theirs")
    labels = {}
    with Project(tmp_path / "theirs") as theirs:
        for project, turned in ((bare, 0), (theirs, 5)):
            uids = project.store.examples.uids()[turned:]
            votes = [{"uid": uid, "a": "ham" if i % 3 else "spam"} for i, uid in enumerate(uids)]
            import_votes(project, write_csv("v.csv", votes))
            aggregate_votes(project, model="majority")
            rows = exported(project, tmp_path / f"{turned}.csv")
            labels[turned] = {row["uid"]: row["label"] for row in rows}
            assert {(row["confidence"], row["run"]) for row in rows} == {("1.0", rows[0]["run"])}
        n_differ = sum(labels[5][uid] != label for uid, label in labels[0].items() if uid in uids)
        assert n_differ > 20
        result = import_decisions(theirs, tmp_path / "0.csv", annotator="merger")
        assert (result.n_added, result.n_edited, result.n_foreign) == (0, 0, n_differ + 5)


def test_the_column_of_annotators_may_be_named_and_is_the_same(
    copies: tuple[Project, Project], tmp_path: Path
) -> None:
    mine, theirs = copies
    for who in ("bob", "cleo"):
        answer(theirs, who, "spam", "r2")
    exported(theirs, tmp_path / "e.csv")
    result = import_decisions(mine, tmp_path / "e.csv", annotator_column="annotators")
    assert result.by_name == {"bob": 1, "cleo": 1}
    assert said(mine) == said(theirs)


def test_a_file_without_names_gives_one_and_says_so(
    copies: tuple[Project, Project], tmp_path: Path
) -> None:
    mine, theirs = copies
    for project in copies:
        answer(project, "ann", "ham", "r0")
    answer(theirs, "bob", "spam", "r2")
    exported(theirs, tmp_path / "e.csv", with_annotators=False)
    result = import_decisions(mine, tmp_path / "e.csv", annotator="merger")
    assert (result.n_added, result.n_unnamed, result.n_known) == (1, 1, 1)
    assert ("merger", "r2", "label", "spam") in said(mine)


@pytest.mark.parametrize("changes_only", [False, True])
@pytest.mark.parametrize("with_comma", [False, True])
def test_a_label_that_was_changed_in_the_file_is_a_decision_of_who_brings_it(
    copies: tuple[Project, Project],
    tmp_path: Path,
    write_csv: Callable[..., Path],
    cast_votes: Callable[..., None],
    with_comma: bool,
    changes_only: bool,
) -> None:
    mine, _ = copies
    answer(mine, "ann", "ham", "r0", "r1")
    rows = exported(mine, tmp_path / "e.csv")
    other = {"ham": "spam", "spam": "ham"}
    of_models = [row for row in rows if row["origin"] == "model"][::10]
    changed = [rows[0], *of_models]
    for row in changed:
        row["label"] = other[row["label"]]
    if with_comma:
        rows = [row | {"confidence": row["confidence"].replace(".", ",")} for row in rows]
    # The labels of now are another model's than those of the file.
    cast_votes(mine, 2)
    aggregate_votes(mine)
    before = said(mine)
    file = write_csv("e.csv", rows)
    result = import_decisions(mine, file, annotator="merger", changes_only=changes_only)
    news = {("merger", row["uid"], "label", row["label"]) for row in changed}
    assert said(mine) - before == news
    assert (result.n_edited, result.n_foreign, result.by_name) == (len(changed), 0, {})


def test_a_label_of_the_mix_that_was_changed_in_the_file_is_a_decision(
    copies: tuple[Project, Project], tmp_path: Path, write_csv: Callable[..., Path]
) -> None:
    mine, _ = copies
    for label, first in (("ham", 0), ("spam", 1)):
        answer(mine, "ann", label, *(f"r{i}" for i in range(first, 60, 2)))
    assert train_end_model(mine).chosen == "mix"
    rows = exported(mine, tmp_path / "e.csv")
    changed = next(row for row in rows if row["origin"] == "model")
    changed["label"] = {"ham": "spam", "spam": "ham"}[changed["label"]]
    result = import_decisions(mine, write_csv("e.csv", rows), annotator="merger")
    assert (result.n_added, result.n_edited, result.n_foreign) == (1, 1, 0)
    assert ("merger", changed["uid"], "label", changed["label"]) in said(mine)


def test_a_column_of_the_rows_own_is_no_column_of_annotators(
    filled: Project, write_csv: Callable[..., Path]
) -> None:
    row = {"id": "r0", "label": "ham", "origin": "annotation", "annotators": "3"}
    result = import_decisions(filled, write_csv("d.csv", [row]), annotator="merger")
    assert (result.by_name, result.n_unnamed) == ({}, 1)
    assert said(filled) == {("merger", "r0", "label", "ham")}


def test_a_column_that_is_named_says_who_decided_whatever_gave_the_label(
    filled: Project, write_csv: Callable[..., Path]
) -> None:
    rows = [
        {"id": "r0", "label": "ham", "origin": "given", "checked": "ann"},
        {"id": "r2", "label": "ham", "origin": "given", "checked": ""},
        {"id": "r4", "label": "ham", "origin": "kept", "checked": ""},
    ]
    file = write_csv("d.csv", rows)
    import_decisions(filled, file, annotator="merger", annotator_column="checked")
    assert said(filled) == {("ann", "r0", "label", "ham"), ("merger", "r4", "keep", "ham")}
