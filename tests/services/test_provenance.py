"""The trail as W3C PROV: valid, complete, and read back by the library that defines it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from prov.model import (
    ProvActivity,
    ProvAgent,
    ProvDerivation,
    ProvDocument,
    ProvEntity,
    ProvGeneration,
    ProvInfluence,
    ProvUsage,
)

from tests.services.prov_reading import makers, names, origins, read, told
from workbench.services.aggregate import aggregate_votes
from workbench.services.annotate import Session
from workbench.services.audit.audit import audit_labels
from workbench.services.classes import rename_class
from workbench.services.config import write_config
from workbench.services.consensus import refresh_consensus
from workbench.services.diagnose.diagnose import diagnose
from workbench.services.export.export import export_labels
from workbench.services.importing.import_votes import import_votes
from workbench.services.importing.importing import import_files
from workbench.services.past_label import label_now, label_of_export
from workbench.services.project import Project
from workbench.services.provenance import provenance
from workbench.services.snapshots import take_snapshot
from workbench.services.train import train_end_model
from workbench.services.undo import undo
from workbench.services.why import why
from workbench.store.label_models import LabelModels


@pytest.fixture
def document(filled: Project, cast_votes: Callable[..., None], tmp_path: Path) -> ProvDocument:
    """The trail of a row that an annotator labelled, read back."""
    cast_votes(filled, voters=("a b:c", "é/x", "third"))
    aggregate_votes(filled)
    with Session(filled, annotator="ana ü <x>") as session:
        session.label(2, "spam", seconds=1.5, note='say "hi"')
    export_labels(filled, tmp_path / "o.csv")
    text = provenance(filled, "r1")
    found = ProvDocument.deserialize(content=text, format="json")
    assert isinstance(found, ProvDocument)
    again = ProvDocument.deserialize(content=found.serialize(format="json"), format="json")
    assert again == found
    assert json.loads(text)["prefix"]["wb"] == "urn:workbench:"
    return found


def test_everything_named_is_there(document: ProvDocument) -> None:
    entities, activities = names(document, ProvEntity), names(document, ProvActivity)
    assert {"wb:example/2", "wb:label/2", "wb:event/2"} <= entities
    assert any(name.startswith("wb:file/") for name in entities)
    assert any(name.startswith("wb:export/") for name in entities)
    assert any(name.startswith("wb:belief/") for name in entities)
    functions = {name.split("/")[1] for name in entities if name.startswith("wb:function/")}
    assert functions == {"a%20b%3Ac", "%C3%A9%2Fx", "third"}
    assert "wb:person/ana%20%C3%BC%20%3Cx%3E" in names(document, ProvAgent)
    for generation in document.get_records(ProvGeneration):
        entity, activity = generation.args[0], generation.args[1]
        assert str(entity) in entities
        assert str(activity) in activities
    for derivation in document.get_records(ProvDerivation):
        assert {str(derivation.args[0]), str(derivation.args[1])} <= entities


def test_the_label_leads_back_to_the_file(document: ProvDocument) -> None:
    edges: dict[str, set[str]] = {}
    for derivation in document.get_records(ProvDerivation):
        edges.setdefault(str(derivation.args[0]), set()).add(str(derivation.args[1]))
    reached, open_ = set(), ["wb:label/2"]
    while open_:
        name = open_.pop()
        reached.add(name)
        open_ += edges.get(name, set()) - reached
    assert "wb:event/2" in reached
    assert any(name.startswith("wb:file/") for name in reached)


def test_runs_have_their_times_and_agents(document: ProvDocument) -> None:
    activities = list(document.get_records(ProvActivity))
    assert len(activities) >= 5
    for activity in activities:
        start, end = activity.get_startTime(), activity.get_endTime()
        assert start is not None
        assert end is not None
        assert start <= end


@pytest.fixture
def weighed(project: Project, tmp_path: Path, write_csv) -> Project:
    """Rows without given labels, and the label model's belief about them."""
    rows = [{"id": f"r{i}", "text": f"some text {i}"} for i in range(12)]
    import_files(project, [write_csv("t.csv", rows)])
    vote(project, tmp_path, "ham")
    aggregate_votes(project, model="majority")
    return project


WORDS = ("ham", "spam")


def vote(project: Project, folder: Path, word: str) -> None:
    """Let one labeling function say a word of every row."""
    path = folder / f"{word}.csv"
    path.write_text("uid,love\n" + "".join(f"r{i},{word}\n" for i in range(12)))
    import_votes(project, path)


def test_a_belief_follows_from_the_votes_that_its_run_read(
    weighed: Project, tmp_path: Path
) -> None:
    (then,) = why(weighed, "r0").votes
    run = why(weighed, "r0").run_id
    vote(weighed, tmp_path, "spam")
    document = read(weighed, "r0")
    said = f"wb:vote/love/{then.version[:32]}/1"
    assert origins(document, f"belief/{run}/majority") == {f"wb:evidence/{run}/1"}
    assert origins(document, f"evidence/{run}/1") == {"wb:example/1", said}
    assert origins(document, "label/1") == {"wb:example/1", f"wb:belief/{run}/majority"}
    votes = {name for name in names(document, ProvEntity) if name.startswith("wb:vote/")}
    assert votes > {said}
    assert len(votes) == 2
    for name in votes:  # the one that nothing has read yet, too
        local = name.removeprefix("wb:")
        function = local.replace("vote/", "wb:function/").removesuffix("/1")
        assert origins(document, local) == {"wb:example/1", function}
    (label,) = document.get_record("wb:label/1")
    assert "workbench aggregate" in str(label.get_attribute("wb:stale"))


def test_a_label_rests_on_what_stands_only(weighed: Project) -> None:
    with Session(weighed, annotator="ana") as session:
        session.label(1, "ham")
        session.label(1, "spam")
        session.relabel(2, "spam")
    document = read(weighed, "r0")
    assert origins(document, "label/1") == {"wb:example/1", "wb:event/3"}
    undo(weighed, annotator="ana")
    run = why(weighed, "r1").run_id
    document = read(weighed, "r1")
    assert origins(document, "label/2") == {"wb:example/2", f"wb:belief/{run}/majority"}
    with Session(weighed, annotator="bo") as session:
        session.label(1, "spam")
    document = read(weighed, "r0")
    assert origins(document, "consensus/1") == {"wb:event/3", "wb:event/6"}
    assert "wb:consensus/1" in origins(document, "label/1")
    assert "wb:consensus/1" not in makers(document)  # it is a tally, which no run has made
    with Session(weighed, annotator="ana") as session:
        session.label(3, "spam")
    again = read(weighed, "r0")
    for name in ("consensus/1", "label/1"):
        assert origins(again, name) == origins(document, name)


def test_a_correction_alone_gives_the_label_that_it_gives(weighed: Project) -> None:
    with Session(weighed, annotator="ana") as session:
        session.relabel(1, "spam")
        session.keep(1, "spam")
        session.label(1, "ham")
    with Session(weighed, annotator="bo") as session:
        session.label(1, "spam")
    corrected = max(e.event_id for e in why(weighed, "r0").decisions if e.kind == "keep")
    document = read(weighed, "r0")
    assert origins(document, "label/1") == {"wb:example/1", f"wb:event/{corrected}"}
    # What the two of them say is told, though it gives no label: they differ.
    differ = told(document, "consensus/1")
    assert differ["prov:label"] == "annotators agree on no class"
    assert "label" not in differ


def test_weighed_answers_are_made_by_the_run_that_weighed_them(weighed: Project) -> None:
    write_config(weighed.root / "workbench.toml", replace(weighed.config, consensus="dawid-skene"))
    with Project(weighed.root) as opened:
        for annotator in ("ana", "bo"):
            with Session(opened, annotator=annotator) as session:
                for example_id in range(1, 9):
                    session.label(example_id, "ham" if example_id % 2 else "spam")
        refresh_consensus(opened)
        run = opened.store.runs.newest(kind="consensus")[0]
        document = read(opened, "r0")
        assert makers(document)["wb:consensus/1"] == f"wb:run/{run.run_id}"
        assert told(document, "consensus/1")["policy"] == "dawid-skene"


def test_without_the_arithmetic_a_belief_follows_from_the_votes(
    weighed: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Earlier versions did not keep what a label model had learnt."""
    monkeypatch.setattr(LabelModels, "get", lambda *_: None)
    (vote,) = why(weighed, "r0").votes
    document = read(weighed, "r0")
    believed = origins(document, f"belief/{why(weighed, 'r0').run_id}/majority")
    assert believed == {"wb:example/1", f"wb:vote/love/{vote.version[:32]}/1"}


def test_an_export_holds_the_label_of_then(weighed: Project, tmp_path: Path) -> None:
    modelled = why(weighed, "r0").run_id
    with Session(weighed, annotator="ana") as session:
        session.label(1, "ham")
    take_snapshot(weighed, "first")
    early = export_labels(weighed, tmp_path / "early.csv").run_id
    undo(weighed, annotator="ana")
    late = export_labels(weighed, tmp_path / "late.csv").run_id
    frozen = export_labels(weighed, tmp_path / "frozen.csv", snapshot="first").run_id
    rename_class(weighed, "ham", "mail")
    document = read(weighed, "r0")
    assert origins(document, f"export/{late}") == {"wb:label/1"}
    for run in (early, frozen):
        # It was called ham in both; but a person had said so then.
        assert origins(document, f"export/{run}") == {f"wb:label/1/{run}"}
        assert origins(document, f"label/1/{run}") == {"wb:example/1", "wb:event/2"}
        (entity,) = document.get_record(f"wb:export/{run}")
        assert entity.get_attribute("wb:label") == {"ham"}
    assert origins(document, "label/1") == {"wb:example/1", f"wb:belief/{modelled}/majority"}


def test_an_export_of_the_label_of_now_holds_it_however_it_was_rounded(
    project: Project, tmp_path: Path, write_csv: Callable[..., Path]
) -> None:
    import_files(
        project,
        [write_csv("t.csv", [{"id": f"r{i}", "text": f"text {i}"} for i in range(12)])],
    )
    path = tmp_path / "votes.csv"
    votes = [f"r{i},{WORDS[i % 2]},{WORDS[i % 3 == 0]},{WORDS[i % 4 < 3]}" for i in range(12)]
    path.write_text("uid,a,b,c\n" + "\n".join(votes) + "\n")
    import_votes(project, path)
    aggregate_votes(project, model="dawid-skene")
    export = export_labels(project, tmp_path / "o.csv").run_id
    run = project.store.runs.get(export)
    assert run is not None
    shown = [(label_now(project, i), label_of_export(project, run, i)) for i in range(1, 13)]
    assert any(
        now is not None and then is not None and now.confidence != then.confidence
        for now, then in shown
    )
    for example_id in range(1, 13):
        document = read(project, f"r{example_id - 1}")
        assert origins(document, f"export/{export}") == {f"wb:label/{example_id}"}


def test_an_export_holds_the_sureness_of_then(weighed: Project, tmp_path: Path) -> None:
    for annotator in ("ana", "bo"):
        with Session(weighed, annotator=annotator) as session:
            session.label(1, "ham")
    export = export_labels(weighed, tmp_path / "o.csv").run_id
    with Session(weighed, annotator="cid") as session:
        session.label(1, "spam")
    document = read(weighed, "r0")
    # The class and the run that it comes from are the same still; but one of three differs now.
    assert origins(document, f"export/{export}") == {f"wb:label/1/{export}"}
    known = {"prov:type": "wb:label", "prov:label": "ham", "label": "ham", "origin": "annotation"}
    assert told(document, f"label/1/{export}") == known | {"confidence": 1.0}
    assert told(document, "label/1") == known | {"confidence": pytest.approx(2 / 3)}


def test_a_row_that_had_no_label_has_none_in_an_export(
    project: Project, tmp_path: Path, write_csv: Callable[..., Path]
) -> None:
    rows = [{"id": "a", "text": "one", "label": "ham"}, {"id": "b", "text": "two", "label": ""}]
    import_files(project, [write_csv("t.csv", rows)])
    take_snapshot(project, "first")
    exports = [
        export_labels(project, tmp_path / f"{name}.csv", snapshot=name).run_id
        for name in (None, "first")
    ]
    import_files(project, [write_csv("u.csv", [{"id": "c", "text": "three", "label": "ham"}])])
    for run_id in exports:
        run = project.store.runs.get(run_id)
        assert run is not None
        found = [label_of_export(project, run, example_id) for example_id in (1, 2, 3)]
        assert [label and label.name for label in found] == ["ham", None, None]


def test_a_label_that_is_gone_is_that_of_its_export_still(
    project: Project, tmp_path: Path, write_csv: Callable[..., Path]
) -> None:
    import_files(project, [write_csv("t.csv", [{"id": "a", "text": "one"}])])
    with Session(project, annotator="ana") as session:
        session.label(1, "ham")
    export = export_labels(project, tmp_path / "o.csv").run_id
    undo(project, annotator="ana")
    document = read(project, "a")
    assert origins(document, f"export/{export}") == {f"wb:label/1/{export}"}
    assert told(document, "label/1") == {"prov:type": "wb:label", "prov:label": "no label"}
    assert origins(document, "label/1") == {"wb:example/1"}


def test_a_default_label_follows_from_the_setting(
    project: Project, tmp_path: Path, write_csv: Callable[..., Path]
) -> None:
    write_config(project.root / "workbench.toml", replace(project.config, default_class="ham"))
    rows = [{"id": f"r{i}", "text": f"text {i}"} for i in range(4)]
    with Project(project.root) as opened:
        import_files(opened, [write_csv("t.csv", rows)])
        path = tmp_path / "votes.csv"
        path.write_text("uid,love\nr0,ham\nr1,spam\n")
        import_votes(opened, path)
        run = aggregate_votes(opened, model="majority").run_id
        export = export_labels(opened, tmp_path / "o.csv").run_id
        document = read(opened, "r2")
        found = origins(document, "label/3")
        believed, setting = f"wb:belief/{run}/majority", "wb:setting/default_class/0"
        assert found == {"wb:example/3", believed, setting}
        (entity,) = document.get_record(setting)
        assert entity.get_attribute("prov:label") == {"default_class = ham"}
        assert {str(kind) for kind in entity.get_attribute("prov:type")} == {"wb:setting"}
        assert origins(document, f"export/{export}") == {"wb:label/3"}
        assert setting not in origins(read(opened, "r0"), "label/1")


def test_runs_are_of_the_version_that_ran(
    weighed: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = weighed.store.runs.newest()[0].versions["workbench"]
    with monkeypatch.context() as patch:
        patch.setattr(
            "workbench.services.running.versions", lambda: {"workbench": "99.9", "python": "3"}
        )
        export_labels(weighed, tmp_path / "o.csv")
    agents = names(read(weighed, "r0"), ProvAgent)
    assert {f"wb:workbench/{before}", "wb:workbench/99.9"} <= agents


def test_doubts_reviews_and_near_duplicates_are_told(filled: Project) -> None:
    audit = audit_labels(filled)
    uid = audit.suspects[0].uid
    example_id = filled.store.examples.id_of(uid)
    assert example_id is not None
    with Session(filled, annotator="ana") as session:
        session.keep(example_id, filled.classes[0], batch_run_id=audit.run_id)
    diagnose(filled)
    document = read(filled, uid)
    (question,) = [name for name in names(document, ProvEntity) if name.startswith("wb:question/")]
    (entity,) = document.get_record(question)
    assert "is doubted" in next(iter(entity.get_attribute("wb:reason")))
    assert {str(kind) for kind in entity.get_attribute("prov:type")} == {"wb:question"}
    (influence,) = document.get_records(ProvInfluence)
    (event,) = why(filled, uid).decisions
    assert [str(end) for end in influence.args[:2]] == [f"wb:event/{event.event_id}", question]
    repeated = next(r for r in filled.store.queues.duplicates(
        filled.store.runs.last_done("diagnose").run_id))  # fmt: skip
    example = filled.store.examples.get(repeated.example_id)
    assert example is not None
    document = read(filled, example.uid)
    found = [name for name in names(document, ProvEntity) if name.startswith("wb:duplicate/")]
    assert found
    assert f"wb:example/{repeated.example_id}" in origins(document, found[0].removeprefix("wb:"))
    duplicate = why(filled, example.uid).duplicates[0]
    assert told(document, found[0].removeprefix("wb:")) == {
        "prov:type": "wb:nearDuplicate",
        "prov:label": f"nearly repeats {duplicate.uid}",
        "similarity": duplicate.similarity,
        "exact": duplicate.exact,
    }
    assert told(document, f"example/{duplicate.example_id}") == {
        "prov:type": "wb:example",
        "prov:label": duplicate.uid,
        "uid": duplicate.uid,
    }
    assert makers(document)[found[0]] == f"wb:run/{duplicate.run_id}"


KINDS = {
    "file": "source",
    "example": "example",
    "function": "labelingFunction",
    "vote": "vote",
    "belief": "belief",
    "evidence": "evidence",
    "event": "decision",
    "label": "label",
    "consensus": "consensus",
    "export": "export",
}


def test_things_say_what_they_are_and_what_is_known_of_them(
    weighed: Project, tmp_path: Path
) -> None:
    for annotator in ("ana", "bo"):
        with Session(weighed, annotator=annotator) as session:
            session.label(1, "ham")
    export = export_labels(weighed, tmp_path / "o.csv")
    document, trail = read(weighed, "r0"), why(weighed, "r0")
    found = {}
    for entity in document.get_records(ProvEntity):
        (kind,) = entity.get_attribute("prov:type")
        found[str(entity.identifier).removeprefix("wb:").partition("/")[0]] = str(kind)
    assert found == {name: f"wb:{KINDS[name]}" for name in found}
    assert found.keys() == KINDS.keys()
    (file,) = document.get_record(f"wb:export/{export.run_id}")
    assert file.get_attribute("wb:path") == {trail.exports[0].path}
    assert file.get_attribute("wb:sha256") == {export.sha256}
    (run,) = document.get_record(f"wb:run/{export.run_id}")
    assert run.get_attribute("wb:outcome") == {"done"}
    (vote,) = trail.votes
    used = {tuple(str(end) for end in use.args[:2]) for use in document.get_records(ProvUsage)}
    assert (f"wb:run/{vote.run_id}", f"wb:function/love/{vote.version[:32]}") in used
    (evidence,) = (e for e in document.get_records(ProvEntity) if "evidence/" in str(e.identifier))
    assert evidence.get_attribute("prov:label") == {"majority weighs the votes"}


def test_what_the_mix_believes_follows_from_its_parts(
    filled: Project, cast_votes: Callable[..., None], write_csv: Callable[..., Path]
) -> None:
    cast_votes(filled)
    aggregated = aggregate_votes(filled, model="snorkel").run_id
    import_files(filled, [write_csv("u.csv", [{"id": "new", "text": "win a prize"}])])
    with Session(filled, annotator="ana") as session:
        for example_id in range(1, 31):
            session.label(example_id, "spam" if example_id % 2 == 0 else "ham")
    trained = train_end_model(filled)
    assert trained.chosen == "mix"
    document, evidence = read(filled, "r39"), f"evidence/{trained.run_id}/40"
    mix, row = f"belief/{trained.run_id}/mix", "wb:example/40"
    assert origins(document, mix) == {f"wb:{evidence}"}
    assert origins(document, evidence) == {row, f"wb:belief/{aggregated}/snorkel"}
    (entity,) = document.get_record(f"wb:{evidence}")
    assert entity.get_attribute("prov:label") == {"mix weighs its parts"}
    # No label model has weighed a row that came later.
    late = filled.store.examples.id_of("new")
    document = read(filled, "new")
    assert origins(document, f"evidence/{trained.run_id}/{late}") == {f"wb:example/{late}"}
