"""What is out of date, why, and what renews it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.services.reviewing import review_all
from workbench.services.aggregate import aggregate_votes
from workbench.services.annotate import Session
from workbench.services.audit.audit import audit_labels
from workbench.services.classes import add_classes, rename_class
from workbench.services.config import write_config
from workbench.services.diagnose.diagnose import diagnose
from workbench.services.embed.embed import embed_texts
from workbench.services.export.export import export_labels
from workbench.services.export.preview import preview_export
from workbench.services.forget import forget_texts
from workbench.services.guidelines import set_guidelines
from workbench.services.importing.importing import import_files
from workbench.services.labels import resolve_labels
from workbench.services.lf.apply import apply_functions
from workbench.services.moments import present
from workbench.services.project import Project
from workbench.services.propose import propose_batch
from workbench.services.relabel import relabel_rows
from workbench.services.review.review import record_review, review_queue
from workbench.services.split import split_rows
from workbench.services.staleness import curve_changes, stale
from workbench.services.status import status
from workbench.services.train import train_end_model
from workbench.services.undo import undo


def reasons(project: Project) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for item in stale(project):
        found.setdefault(item.stage, []).append(item.because)
    return found


@pytest.fixture
def fresh(filled: Project, cast_votes: Callable[..., None], tmp_path: Path) -> Project:
    """A project in which every stage is up to date."""
    cast_votes(filled)
    aggregate_votes(filled)
    train_end_model(filled)
    audit_labels(filled)
    diagnose(filled)
    export_labels(filled, tmp_path / "o.csv")
    assert stale(filled) == ()
    return filled


def test_new_rows_make_everything_that_read_rows_stale(fresh: Project, write_csv) -> None:
    import_files(fresh, [write_csv("n.csv", [{"id": "z", "text": "zzz"}])])
    found = reasons(fresh)
    assert set(found) == {"diagnose", "aggregate", "train", "audit", "export"}
    assert found["train"] == ["1 row was imported"]
    stages = {stage.name: stage for stage in status(fresh).stages}
    assert stages["train"].state == "stale"
    assert stages["train"].reasons == ("1 row was imported",)
    assert stages["train"].command == "workbench train"


def test_rows_without_an_embedding_are_named(project: Project, tmp_path: Path, write_csv) -> None:
    rows = [{"id": f"r{i}", "text": f"word{i}"} for i in range(6)]
    import_files(project, [write_csv("rows.csv", rows)])
    names, matrix = tmp_path / "uids.txt", tmp_path / "mine.npy"

    def embed(uids: list[str]) -> None:
        names.write_text("\n".join(uids))
        np.save(matrix, np.ones((len(uids), 2)))
        embed_texts(project, source=matrix, uids=names)

    renewal = "workbench embed --with mine --from X.npy --uids FILE"
    embed(["r0", "r1"])
    (item,) = stale(project, ("propose",))
    assert (item.because, item.command) == ("4 texts have no embedding 'mine'", renewal)
    embed(["r2", "r3", "r4", "r5"])
    assert stale(project, ("propose",)) == ()
    import_files(project, [write_csv("n.csv", [{"id": "z", "text": "zzz"}])])
    proposing = next(stage for stage in status(project).stages if stage.name == "propose")
    assert proposing.command == renewal
    assert proposing.reasons == ("1 row was imported after the embeddings 'mine'",)


def test_a_removed_text_lacks_no_embedding(project: Project, tmp_path: Path, write_csv) -> None:
    rows = [{"id": f"r{i}", "text": f"word{i}"} for i in range(6)]
    import_files(project, [write_csv("rows.csv", rows)])
    names, matrix = tmp_path / "uids.txt", tmp_path / "mine.npy"
    names.write_text("r0\nr1\nr2\nr3\n")
    np.save(matrix, np.ones((4, 2)))
    embed_texts(project, source=matrix, uids=names)

    def said() -> list[str]:
        items = stale(project, ("propose",))
        return [item.because for item in items if "embedding" in item.because]

    assert said() == ["2 texts have no embedding 'mine'"]
    forget_texts(project, ["r0", "r4"], sure=True)
    assert said() == ["1 text has no embedding 'mine'"]
    forget_texts(project, ["r5"], sure=True)
    assert said() == []
    assert len(propose_batch(project, n=3).rows) == 3
    import_files(project, [write_csv("n.csv", [{"id": z, "text": z * 3} for z in "yz"])])
    forget_texts(project, ["y"], sure=True)
    assert said() == ["1 row was imported after the embeddings 'mine'"]
    forget_texts(project, ["z"], sure=True)
    assert said() == []
    assert len(propose_batch(project, n=3).rows) == 3


def test_changed_functions_classes_and_settings_are_named(
    fresh: Project, cast_votes: Callable[..., None]
) -> None:
    cast_votes(fresh, seed=7, voters=("offers",))
    assert reasons(fresh) == {"aggregate": ["labeling functions changed: offers"]}
    undo(fresh)
    assert stale(fresh) == ()
    # A renamed class is the same class; but a file goes on calling it by its old name.
    rename_class(fresh, "spam", "junk")
    assert reasons(fresh) == {"export": ["the classes were ham, spam"]}
    undo(fresh)
    add_classes(fresh, ["promo"])
    stages = {"diagnose", "aggregate", "train", "audit", "export"}
    assert reasons(fresh) == {stage: ["the classes were ham, spam"] for stage in stages}
    undo(fresh)
    write_config(fresh.root / "workbench.toml", replace(fresh.config, min_confidence=0.8))
    with Project(fresh.root) as strict:
        assert reasons(strict)["export"] == ["min_confidence was 0.5"]
    write_config(fresh.root / "workbench.toml", fresh.config)
    with Project(fresh.root) as lax:
        assert stale(lax) == ()


def test_an_aggregation_after_another_order_of_origins_is_up_to_date(fresh: Project) -> None:
    order = ("correction", "annotation", "model", "given")
    write_config(fresh.root / "workbench.toml", replace(fresh.config, label_order=order))
    with Project(fresh.root) as other:
        assert stale(other, ("aggregate",)) != ()
        assert not aggregate_votes(other).reused
        assert stale(other, ("aggregate",)) == ()


def test_decisions_make_the_end_model_and_the_export_stale(fresh: Project) -> None:
    with Session(fresh, annotator="ana") as session:
        session.label(1, "spam")
        assert set(reasons(fresh)) == {"train", "export"}
        train_end_model(fresh)
        # In the same sitting, after the training.
        session.label(2, "spam")
    assert reasons(fresh)["train"] == ["people have decided since"]


def test_labels_that_many_people_changed_make_a_diagnosis_stale(
    fresh: Project, tmp_path: Path
) -> None:
    with Session(fresh, annotator="ana") as session:
        for example_id in range(1, 80):
            session.label(example_id, "spam" if example_id % 2 == 0 else "ham")
            if "diagnose" in reasons(fresh):
                break
    # A single answer is no reason yet, and neither are four.
    assert reasons(fresh)["diagnose"] == ["people gave or changed 5 labels"]
    diagnose(fresh)
    assert "diagnose" not in reasons(fresh)
    done = relabel_rows(fresh, "spam", labelled="ham")
    said = f"people gave or changed {done.n_changed} labels"
    assert reasons(fresh)["diagnose"] == [said]
    stages = {stage.name: stage for stage in status(fresh).stages}
    assert (stages["diagnose"].state, stages["diagnose"].reasons) == ("stale", (said,))
    for notice in (
        split_rows(fresh).notice,
        export_labels(fresh, tmp_path / "again.csv").notice,
        relabel_rows(fresh, "ham", uids=["r0"]).notice,
    ):
        assert said in (notice or "")
    undo(fresh)
    undo(fresh)
    assert "diagnose" not in reasons(fresh)


def test_the_last_label_of_a_class_is_never_one_of_few(project: Project, write_csv) -> None:
    rows = [{"id": f"r{i}", "text": f"word{i}", "label": "spam" if i else "ham"} for i in range(9)]
    import_files(project, [write_csv("rows.csv", rows)])
    diagnose(project)
    relabel_rows(project, "ham", uids=["r1"])
    assert reasons(project) == {}
    relabel_rows(project, "spam", uids=["r0", "r1"])
    assert reasons(project) == {"diagnose": ["people gave or changed 1 label"]}


def test_a_class_that_lost_much_of_its_labels_is_never_one_of_few(
    project: Project, write_csv
) -> None:
    rows = [
        {"id": f"r{i}", "text": f"word{i}", "label": "spam" if i < 8 else "ham"} for i in range(600)
    ]
    import_files(project, [write_csv("rows.csv", rows)])
    diagnose(project)
    relabel_rows(project, "ham", uids=["r0", "r1", "r2"])
    assert reasons(project) == {}
    relabel_rows(project, "ham", uids=["r3"])
    assert reasons(project) == {"diagnose": ["people gave or changed 4 labels"]}
    diagnose(project)
    # A few labels of a class that has few are few: of 4 there are 2 left, then none.
    relabel_rows(project, "ham", uids=["r4", "r5"])
    assert reasons(project) == {}
    relabel_rows(project, "ham", uids=["r6", "r7"])
    assert reasons(project) == {"diagnose": ["people gave or changed 4 labels"]}


def test_a_batch_is_stale_where_what_it_was_chosen_by_changed(
    fresh: Project, cast_votes: Callable[..., None], write_csv
) -> None:
    batch = propose_batch(fresh, n=3)
    with Session(fresh, annotator="ana") as session:
        session.label(fresh.store.queues.proposal(batch.run_id)[0].example_id, "spam")
    assert "propose" not in reasons(fresh)  # an answer is what it asked for
    add_classes(fresh, ["promo"])
    assert reasons(fresh)["propose"] == ["the classes were ham, spam"]
    stages = {stage.name: stage for stage in status(fresh).stages}
    assert (stages["propose"].state, stages["propose"].command) == (
        "stale", "workbench propose -n 50",
    )  # fmt: skip
    undo(fresh)
    cast_votes(fresh, seed=7, voters=("offers",))
    newer = aggregate_votes(fresh)
    assert reasons(fresh)["propose"] == [f"the label model is newer (run {newer.run_id})"]
    propose_batch(fresh, n=3)
    import_files(fresh, [write_csv("n.csv", [{"id": "z", "text": "zzz"}])])
    assert reasons(fresh)["propose"] == ["1 row was imported"]


def test_a_curve_is_older_than_what_it_goes_by_until_that_is_undone(
    fresh: Project, cast_votes: Callable[..., None], write_csv
) -> None:
    began = present(fresh)
    assert curve_changes(fresh, began) == ()
    with Session(fresh, annotator="ana") as session:
        session.label(1, "spam")
    assert curve_changes(fresh, began) == ("people have decided since",)
    undo(fresh, annotator="ana")
    assert curve_changes(fresh, began) == ()
    add_classes(fresh, ["promo"])
    assert curve_changes(fresh, began) == ("the classes were ham, spam",)
    undo(fresh)
    assert curve_changes(fresh, began) == ()
    import_files(fresh, [write_csv("n.csv", [{"id": "z", "text": "zzz"}])])
    cast_votes(fresh, seed=7, voters=("offers",))
    newer = aggregate_votes(fresh)
    assert curve_changes(fresh, began) == (
        "1 row was imported",
        f"the label model is newer (run {newer.run_id})",
    )
    assert curve_changes(fresh, present(fresh)) == ()


def test_a_newer_mix_makes_the_export_stale(fresh: Project, tmp_path: Path) -> None:
    with Session(fresh, annotator="ana") as session:
        for example_id in range(1, 25):
            session.label(example_id, "spam" if example_id % 2 == 0 else "ham")
    train_end_model(fresh)
    export_labels(fresh, tmp_path / "second.csv")
    assert stale(fresh) == ()
    again = train_end_model(fresh, seed=5)
    assert again.chosen == "mix"
    assert reasons(fresh) == {"export": [f"the end model is newer (run {again.run_id})"]}


def test_while_the_mix_waits_a_training_renews_what_reads_its_labels(
    fresh: Project, tmp_path: Path
) -> None:
    with Session(fresh, annotator="ana") as session:
        for example_id in range(1, 25):
            session.label(example_id, "spam" if example_id % 2 == 0 else "ham")
    assert train_end_model(fresh).chosen == "mix"
    export_labels(fresh, tmp_path / "second.csv")
    newer = aggregate_votes(fresh, model="majority")
    found = {item.stage: item for item in stale(fresh)}
    said = f"the label model is newer (run {newer.run_id})"
    assert found["train"].because == said
    assert found["export"].because == f"{said}, and train has not read it"
    assert found["audit"].command == found["export"].command == "workbench train"
    commands = {stage.name: stage.command for stage in status(fresh).stages}
    assert commands["export"] == "workbench train"
    train_end_model(fresh)
    assert {item.command for item in stale(fresh, ("export",))} == {"workbench export FILE.csv"}


def test_a_review_that_was_corrected_before_an_audit_is_not_taken_back_after_it(
    audited: Project,
) -> None:
    audit_labels(audited)
    item = next(item for item in review_queue(audited) if item.role == "train")
    uid = audited.store.examples.uids()[item.example_id - 1]
    with Session(audited, annotator="ana") as session:
        record_review(audited, session, item, item.given)
    relabel_rows(audited, item.suggested, uids=[uid], annotator="ben")
    audit_labels(audited)
    undo(audited, annotator="ana")
    assert "audit" not in reasons(audited)


def test_labels_that_people_gave_since_make_an_audit_stale_and_its_answers_do_not(
    audited: Project,
) -> None:
    with Session(audited, annotator="ana") as session:
        # What it corrects has tests of its own, in `test_audit_again`.
        for item in review_queue(audited):
            record_review(audited, session, item, item.given)
        # Rows whose label it saw, right or wrong, and a few others.
        for i in range(1, 5):
            label = audited.classes[resolve_labels(audited).labels[i - 1]]
            session.relabel(i, next(name for name in audited.classes if name != label))
        assert "audit" not in reasons(audited)
        for i in range(5, 41):
            label = audited.classes[resolve_labels(audited).labels[i - 1]]
            session.keep(i, label)
        assert "audit" not in reasons(audited)
        for i in range(41, 71):
            label = audited.classes[resolve_labels(audited).labels[i - 1]]
            session.relabel(i, next(name for name in audited.classes if name != label))
    (because,) = reasons(audited)["audit"]
    assert because.endswith("labels that people gave were not audited")
    assert 10 <= int(because.split()[0]) <= 34
    notes = preview_export(audited).notes.sentences
    assert any(note.endswith("did not see: workbench audit") for note in notes)
    audit_labels(audited)
    assert "audit" not in reasons(audited)


def test_reviews_that_are_taken_back_make_an_audit_stale_that_took_them_as_settled(
    audited: Project,
) -> None:
    first = audit_labels(audited)
    review_all(audited)
    assert reasons(audited)["audit"][0].startswith("its review corrected ")
    n = len({event.example_id for event in audited.store.decisions.active()})
    audit_labels(audited)
    assert "audit" not in reasons(audited)
    undone = 0
    while undo(audited, annotator="ana") is not None:
        undone += 1
        if undone == 1:
            assert reasons(audited)["audit"][0].startswith("the review or flag of 1 row was")
    assert undone == n
    assert reasons(audited)["audit"] == [
        f"the reviews or flags of {n} rows were taken back: taken as settled, these rows were not"
        " doubted"
    ]
    again = audit_labels(audited)
    assert again.n_suspects == first.n_suspects
    assert "audit" not in reasons(audited)


def test_a_new_guideline_makes_decisions_stale(fresh: Project) -> None:
    with Session(fresh, annotator="ana") as session:
        session.label(1, "spam")
    set_guidelines(fresh, "# what was done so far\n")
    assert "annotate" not in reasons(fresh)
    set_guidelines(fresh, "# new\n")
    item = next(item for item in stale(fresh) if item.stage == "annotate")
    assert item.because == "1 decision under other guidelines"
    assert item.command == "workbench annotate --queue outdated"
    assert status(fresh).next_command == "workbench annotate --queue outdated"


def test_a_changed_script_is_seen_without_running_it(filled: Project, script: str) -> None:
    path = filled.functions_folder / "first.py"
    path.write_text(script)
    words = filled.functions_folder / "words.txt"
    words.write_text("free\n")
    apply_functions(filled)
    assert reasons(filled) == {}
    path.write_text(script + "\nraise SystemExit('this must not run')\n")
    words.unlink()
    (filled.functions_folder / "second.py").write_text("1 / 0\n")
    assert reasons(filled)["apply"] == [
        "first.py is changed", "second.py is new", "words.txt is gone",
    ]  # fmt: skip
    assert status(filled).next_reason != ""
