"""The trail of a label: complete, and its arithmetic adds up."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from workbench.services.aggregate import aggregate_votes
from workbench.services.annotate import Session
from workbench.services.audit.audit import audit_labels
from workbench.services.beliefs import ModelInUse, model_in_use
from workbench.services.browse import view_example
from workbench.services.classes import add_classes, merge_classes, rename_class
from workbench.services.diagnose.diagnose import diagnose
from workbench.services.evidence import evidence_of, mix_evidence_of
from workbench.services.export.export import export_labels
from workbench.services.guidelines import set_guidelines
from workbench.services.importing.import_votes import import_votes
from workbench.services.importing.importing import import_files
from workbench.services.lf.apply import apply_functions
from workbench.services.project import Project, init_project
from workbench.services.relabel import relabel_rows
from workbench.services.results import as_json
from workbench.services.snapshots import take_snapshot
from workbench.services.trail import Vote
from workbench.services.train import train_end_model
from workbench.services.undo import undo
from workbench.services.why import why


@pytest.mark.parametrize("model", ["majority", "snorkel", "dawid-skene"])
@pytest.mark.parametrize("balance", [None, {"ham": 0.7, "spam": 0.3}])
def test_the_terms_sum_to_the_shown_probability(
    filled: Project, cast_votes: Callable[..., None], model: str, balance: dict[str, float] | None
) -> None:
    cast_votes(filled)
    run = aggregate_votes(filled, model=model, class_balance=balance)
    for example_id in range(1, 41):
        evidence = evidence_of(filled, example_id)
        shown = filled.store.beliefs.of_example(run.run_id, model, example_id)
        assert evidence is not None
        assert shown is not None
        totals = np.sum([term.evidence for term in evidence.terms], axis=0)
        np.testing.assert_allclose(totals, evidence.totals)
        softmax = np.exp(totals - totals.max())
        np.testing.assert_allclose(softmax / softmax.sum(), shown, atol=1e-6)
        np.testing.assert_allclose(evidence.probabilities, shown, atol=1e-6)
        votes = filled.store.votes.of_example(
            [v.lf_version_id for v in filled.store.votes.in_force()], example_id
        )
        said = [None if v in (None, -1) else filled.classes[v] for v in votes]
        assert [term.vote for term in evidence.terms] == [*said, None]


def test_the_arithmetic_is_that_of_the_run_after_everything_moved_on(
    filled: Project, cast_votes: Callable[..., None], tmp_path: Path, write_csv
) -> None:
    cast_votes(filled)
    run = aggregate_votes(filled, model="snorkel")
    shown = filled.store.beliefs.of_example(run.run_id, "snorkel", 2)
    cast_votes(filled, seed=5)
    import_files(filled, [write_csv("late.csv", [{"id": "late", "text": "hello again"}])])
    evidence = evidence_of(filled, 2)
    assert evidence is not None
    np.testing.assert_allclose(evidence.probabilities, shown, atol=1e-6)
    assert evidence_of(filled, filled.store.examples.count()) is None


def test_the_trail_holds_all_that_happened(
    filled: Project, filled_folder: Path, cast_votes: Callable[..., None], tmp_path: Path
) -> None:
    cast_votes(filled)
    aggregate_votes(filled)
    train_end_model(filled)
    audit = audit_labels(filled)
    doubted = audit.suspects[0].uid
    example_id = filled.store.examples.id_of(doubted)
    assert example_id is not None
    set_guidelines(filled, "# Say spam\n")
    with Session(filled, annotator="ana") as session:
        session.label(example_id, "ham", seconds=2.5, note="looks fine")
        session.relabel(example_id, "spam", batch_run_id=audit.run_id)
        undo(filled, annotator="ana")
    export_labels(filled, tmp_path / "o.csv")
    trail = why(filled, doubted)
    assert trail.source.path == str(filled_folder / "train.csv")
    assert len(trail.source.sha256) == 64
    assert trail.source.row == example_id
    assert trail.source.vendor in ("good", "bad")
    assert {vote.lf for vote in trail.votes} == {"calls", "meals", "offers", "polite"}
    assert all(vote.version and vote.source and vote.run_id for vote in trail.votes)
    assert {belief.kind for belief in trail.beliefs} == {"train", "audit", "aggregate"}
    assert trail.evidence is not None
    assert trail.evidence.parameters["model"] == "auto"
    kinds = [(d.kind, d.label, d.stands) for d in trail.decisions]
    assert kinds == [
        ("undo", None, True), ("relabel", "spam", False), ("label", "ham", True),
    ]  # fmt: skip
    said = trail.decisions[-1]
    assert (said.annotator, said.seconds, said.note, said.guideline) == (
        "ana", 2.5, "looks fine", 1,
    )  # fmt: skip
    assert trail.decisions[1].asked_by == audit.run_id
    assert [q.kind for q in trail.questions] == ["audit"]
    assert [e.path for e in trail.exports] == [str(tmp_path / "o.csv")]


def test_a_merged_class_shows_what_was_said_and_what_it_counts_as(
    tmp_path: Path, write_csv
) -> None:
    rows = [{"id": str(i), "text": f"text {i}"} for i in range(12)]
    with Project(init_project(tmp_path / "p", ["ham", "spam", "scam"])) as project:
        import_files(project, [write_csv("t.csv", rows)])
        path = tmp_path / "v.csv"
        with path.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["uid", "a", "b", "c"])
            writer.writerows([[i, i % 3, i % 3, (i + i // 9) % 3] for i in range(12)])
        import_votes(project, path)
        aggregate_votes(project, model="majority")
        with Session(project, annotator="ana") as session:
            session.label(3, "scam")
        merge_classes(project, ["scam"], "spam")
        trail = why(project, "2")
        assert (trail.label, trail.origin) == ("spam", "annotation")
        assert (trail.decisions[0].said, trail.decisions[0].label) == ("scam", "spam")
        assert {(vote.said, vote.vote) for vote in trail.votes} == {("scam", "spam")}
        assert trail.evidence is not None
        assert trail.evidence.classes == ("ham", "spam", "scam")
        believed = {belief.model: dict(belief.probabilities) for belief in trail.beliefs}
        assert believed["majority"] == {"spam": 1.0, "ham": 0.0}


LOVE = """
from workbench import keywords
keywords("love", ["love"], "{love}")
keywords("free", ["free"], "spam")
keywords("hello", ["hello"], "ham")
"""


@pytest.fixture
def loved(project: Project, write_csv) -> Project:
    """A project whose label model has read the votes of ``love`` for ham."""
    texts = ("i love you", "free prize", "hello there") * 6
    import_files(project, [write_csv("t.csv", [{"id": f"r{i}", "text": text}
                                               for i, text in enumerate(texts)])])  # fmt: skip
    (project.functions_folder / "a.py").write_text(LOVE.format(love="ham"))
    apply_functions(project)
    aggregate_votes(project, model="majority")
    return project


def test_the_votes_are_those_that_the_label_model_read(loved: Project, tmp_path: Path) -> None:
    (fresh,) = [vote for vote in why(loved, "r0").votes if vote.lf == "love"]
    assert (fresh.said, fresh.when) == ("ham", None)
    assert why(loved, "r0").stale == ()
    assert export_labels(loved, tmp_path / "fresh.csv").stale == ()
    (loved.functions_folder / "a.py").write_text(LOVE.format(love="spam"))
    apply_functions(loved)
    trail = why(loved, "r0")
    assert trail.label == "ham"
    now, then = (trail.told(step) for step in trail.steps if step.part == "votes"
                 and trail.told(step).lf == "love")  # fmt: skip
    assert (then.said, then.when, then.source) == ("ham", "then", fresh.source)
    assert then.version == fresh.version
    assert (now.said, now.when) == ("spam", "now")
    assert "'spam'" in now.source
    assert trail.evidence is not None
    assert [term.version for term in trail.evidence.terms if term.vote] == [then.version]
    (stale,) = trail.stale
    assert stale.command == "workbench aggregate"
    assert "labeling functions changed" in stale.because
    assert export_labels(loved, tmp_path / "o.csv").stale == (stale.sentence,)
    aggregate_votes(loved, model="majority")
    assert [v.when for v in why(loved, "r0").votes] == [None] * 3
    assert why(loved, "r0").stale == ()


def test_a_labeling_function_that_is_gone_is_still_shown(loved: Project) -> None:
    kept = LOVE.format(love="ham").replace('keywords("love"', 'None and keywords("love"')
    (loved.functions_folder / "a.py").write_text(kept)
    assert [item.stage for item in why(loved, "r0").stale] == ["apply"]
    apply_functions(loved)
    trail = why(loved, "r0")
    assert [(v.lf, v.said, v.when) for v in trail.votes if v.said] == [("love", "ham", "then")]
    assert [item.stage for item in trail.stale] == ["aggregate"]
    with Session(loved, annotator="ana") as session:
        session.label(1, "spam")
    # What made the label of now is up to date.
    assert why(loved, "r0").stale == ()
    set_guidelines(loved, "# old\n")
    set_guidelines(loved, "# new\n")
    (stale,) = why(loved, "r0").stale
    assert stale.command == "workbench annotate --queue outdated"
    assert why(loved, "r1").stale[0].stage == "aggregate"


def test_the_steps_lead_from_the_newest_to_the_file(
    filled: Project, cast_votes: Callable[..., None], tmp_path: Path
) -> None:
    cast_votes(filled)
    aggregate_votes(filled)
    export_labels(filled, tmp_path / "o.csv")
    relabel_rows(filled, "ham", uids=["r1"], annotator="ana")
    diagnose(filled)
    cast_votes(filled, seed=4, voters=("calls",))
    trail = why(filled, "r1")
    parts = [step.part for step in trail.steps]
    order = ("votes", "decisions", "exports", "evidence", "source")
    assert list(dict.fromkeys(part for part in parts if part in order))[:3] == list(order[:3])
    assert parts[-1] == "source"
    assert parts.index("exports") < parts.index("beliefs") < parts.index("evidence")
    assert [step.at for step in trail.steps] == sorted((s.at for s in trail.steps), reverse=True)
    assert all(step.at and step.run_id for step in trail.steps)
    told = {part: sum(step.part == part for step in trail.steps) for part in parts}
    assert told["votes"] == len(trail.votes) == 5
    document = as_json(trail)
    for step in document["steps"]:
        part = document[step["part"]]
        entry = part if step["index"] is None else part[step["index"]]
        assert entry["run_id"] == step["run_id"]


def test_an_export_is_told_in_its_own_words(filled: Project, tmp_path: Path) -> None:
    take_snapshot(filled, "first")
    export_labels(filled, tmp_path / "e1.csv")
    rename_class(filled, "spam", "junk")
    export_labels(filled, tmp_path / "e2.csv")
    export_labels(filled, tmp_path / "frozen.csv", snapshot="first")
    trail = why(filled, "r1")
    assert trail.label == "junk"
    told = {Path(exported.path).name: exported.label for exported in trail.exports}
    assert told == {"e1.csv": "spam", "e2.csv": "junk", "frozen.csv": "spam"}
    for exported in trail.exports:
        with Path(exported.path).open(newline="") as file:
            rows = {row["uid"]: row["label"] for row in csv.DictReader(file)}
        assert rows["r1"] == exported.label


@pytest.fixture
def mixed(filled: Project, cast_votes: Callable[..., None]) -> Project:
    """A project whose labels come from the mix of a training."""
    cast_votes(filled)
    aggregate_votes(filled, model="snorkel")
    with Session(filled, annotator="ana") as session:
        for example_id in range(1, 31):
            session.label(example_id, "spam" if example_id % 2 == 0 else "ham")
    assert train_end_model(filled).chosen == "mix"
    return filled


def test_the_parts_of_the_mix_sum_to_the_shown_probability(mixed: Project) -> None:
    run = mixed.store.runs.last_done("train")
    assert run is not None
    for example_id in range(1, mixed.store.examples.count() + 1):
        mix = mix_evidence_of(mixed, example_id)
        shown = mixed.store.beliefs.of_example(run.run_id, "mix", example_id)
        assert mix is not None
        assert shown is not None
        assert [term.name for term in mix.terms][-1] == "bias of each class"
        totals = np.sum([term.evidence for term in mix.terms], axis=0)
        softmax = np.exp(totals - totals.max())
        np.testing.assert_allclose(softmax / softmax.sum(), shown, atol=1e-3)
        np.testing.assert_allclose(mix.probabilities, shown, atol=1e-3)
    trail = why(mixed, mixed.store.examples.get(31).uid)
    assert {belief.model for belief in trail.beliefs if belief.kind == "train"} == {"end", "mix"}
    assert trail.mix is not None
    assert trail.mix.run_id == run.run_id
    assert "30 annotated rows" in trail.mix.reason
    told = [step for step in trail.steps if step.part == "mix"]
    assert [trail.told(step) for step in told] == [trail.mix]
    # The newer aggregation gives the labels.
    aggregate_votes(mixed, model="majority")
    assert why(mixed, trail.uid).mix is None


def in_use(project: Project) -> list[tuple[str, str]]:
    """Return the beliefs that an example's label comes from, where models give it."""
    uid = project.store.examples.uids()[30]
    return [(b.kind, b.model) for b in why(project, uid).beliefs if b.is_in_use]


def test_only_the_belief_that_labels_come_from_is_in_use(mixed: Project) -> None:
    audit_labels(mixed)
    assert in_use(mixed) == [("train", "mix")]
    found = model_in_use(mixed)
    assert found is not None
    assert (found.kind, found.model) == ("train", "mix")
    newer = aggregate_votes(mixed, model="majority")
    assert in_use(mixed) == [("aggregate", "majority")]
    assert model_in_use(mixed) == ModelInUse("aggregate", newer.run_id, "majority")
    view = view_example(mixed, 31)
    assert view is not None
    assert view.belief is not None
    assert (view.belief.model, view.belief.is_in_use) == ("mix", False)


def test_an_end_model_without_a_mix_gives_no_labels(
    filled: Project, cast_votes: Callable[..., None]
) -> None:
    train_end_model(filled)
    assert in_use(filled) == []
    cast_votes(filled)
    aggregate_votes(filled, model="majority")
    assert train_end_model(filled).chosen == "end"
    assert in_use(filled) == [("aggregate", "majority")]


def test_merged_classes_keep_their_columns_and_say_what_they_count_as(
    project: Project, write_csv, small_rows, cast_votes: Callable[..., None]
) -> None:
    import_files(project, [write_csv("t.csv", small_rows(40))])
    add_classes(project, ["scam"])
    cast_votes(project)
    aggregate_votes(project, model="snorkel")
    merge_classes(project, ["spam", "scam"], "bad")
    rename_class(project, "ham", "good")
    evidence = evidence_of(project, 1)
    assert evidence is not None
    assert evidence.classes == ("good", "spam", "scam")
    assert evidence.counts_as == ("good", "bad", "bad")
    assert [evidence.now(k) for k in range(3)] == [None, "bad", "bad"]


def test_a_mix_that_kept_no_parts_says_so(mixed: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    run = mixed.store.runs.last_done("train")
    assert run is not None
    stored = mixed.store.runs.artifact(run.run_id, "train")
    del stored["biases"]  # as earlier versions wrote it
    known = mixed.store.runs.artifact
    monkeypatch.setattr(
        mixed.store.runs,
        "artifact",
        lambda run_id, name: stored if run_id == run.run_id else known(run_id, name),
    )
    mix = mix_evidence_of(mixed, 1)
    assert mix is not None
    assert (mix.terms, mix.totals) == ((), ())
    assert "kept neither" in mix.reason


BRITTLE = """
from workbench import ABSTAIN, labeling_function

@labeling_function()
def brittle(record):
    if "love" in record.text:
        raise ValueError("no love")
    return ABSTAIN
"""


def test_a_function_that_failed_did_not_abstain(loved: Project, write_csv) -> None:
    (loved.functions_folder / "b.py").write_text(BRITTLE)
    many = [{"id": f"m{i}", "text": "i love you"} for i in range(30)]
    import_files(loved, [write_csv("m.csv", many)])
    apply_functions(loved)

    def brittle(uid: str) -> Vote:
        (vote,) = [vote for vote in why(loved, uid).votes if vote.lf == "brittle"]
        return vote

    assert brittle("r0").silence == "failed: ValueError: no love"
    # More rows failed than are kept by name.
    assert brittle("r1").silence == brittle("m29").silence == "abstained or failed"
    assert [vote.silence for vote in why(loved, "r0").votes if vote.lf == "free"] == ["abstained"]


WORDS = """
from workbench import keywords
keywords("a", ["alpha"], "ham")
keywords("b", ["beta"], "spam")
keywords("c", ["beta"], "spam")
"""


def test_why_a_row_has_no_label(project: Project, write_csv: Callable[..., Path]) -> None:
    texts = {"one": "alpha", "none": "gamma", "tie": "alpha beta"}
    import_files(project, [write_csv("t.csv", [{"id": k, "text": t} for k, t in texts.items()])])
    assert why(project, "one").why_unlabelled == (
        "neither people nor files say one, nor does a label model"
    )
    script = project.functions_folder / "a.py"
    script.write_text("\n".join(WORDS.splitlines()[:4]))
    apply_functions(project)
    aggregate_votes(project, model="majority")
    assert why(project, "none").why_unlabelled == "no labeling function votes on it"
    assert why(project, "tie").why_unlabelled == "majority is as sure of spam as of ham"
    script.write_text(WORDS)
    apply_functions(project)
    aggregate_votes(project, model="dawid-skene")
    config = project.root / "workbench.toml"
    config.write_text(config.read_text().replace("min_confidence = 0.5", "min_confidence = 0.999"))
    with Project(project.root) as again:
        told = why(again, "tie").why_unlabelled
    assert told.startswith("dawid-skene is surest of spam, 0.")
    assert told.endswith(", which is less than min_confidence (0.999)")
