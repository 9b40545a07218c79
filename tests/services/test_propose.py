"""Proposing batches in a project: who is asked, why, and what is stored of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from workbench.errors import EmptyPoolError, MethodError, UsageError
from workbench.methods.calibration import expected_calibration_error
from workbench.methods.learner import SoftLabelClassifier
from workbench.methods.sampling import STRATEGIES
from workbench.methods.uncertainty import entropy
from workbench.services.active_model import active_model, learnt_rows
from workbench.services.aggregate import aggregate_votes
from workbench.services.annotate import Session
from workbench.services.apply import apply_functions
from workbench.services.importing import import_files
from workbench.services.labels import annotated_labels, model_beliefs, stored_votes
from workbench.services.project import Project, init_project
from workbench.services.propose import ProposeResult, last_batch, propose_batch
from workbench.services.text_space import text_space
from workbench.services.train import train_end_model


def truth_of(text: str) -> str:
    return "spam" if any(w in text for w in ("free", "win ", "claim", "urgent")) else "ham"


def answer(project: Project, batch: ProposeResult, *, skip: bool = False) -> None:
    with Session(project, annotator="ann") as session:
        for row in batch.rows:
            example_id = project.store.examples.id_of(row.uid)
            assert example_id is not None
            if skip:
                session.skip(example_id, batch_run_id=batch.run_id)
            else:
                session.label(example_id, truth_of(row.text), batch_run_id=batch.run_id)


WORDS = [
    "apple", "river", "candle", "stone", "music", "garden", "window", "paper", "silver", "market",
    "forest", "bridge", "orange", "mirror", "pocket", "planet", "winter", "summer", "castle",
    "button",
]  # fmt: skip


@pytest.fixture
def bare(project: Project, write_csv, small_rows) -> Project:
    """80 training rows without labels and votes, no two of them alike."""
    import_files(project, [write_csv("bare.csv", unlike(small_rows(80)))])
    return project


def unlike(small: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return rows without labels, no two of them alike."""
    draws = np.random.default_rng(0)
    rows = []
    for i, row in enumerate(small):
        opening = " ".join(row["text"].split()[:3])
        text = f"{opening} {' '.join(draws.choice(WORDS, 8, replace=False))}"
        rows.append({"id": row["id"], "text": text, "vendor": "b" if i % 4 == 0 else "c"})
    return rows


@pytest.mark.parametrize(
    "options",
    [
        {"n": 2.5},
        {"n": "a"},
        {"n": True},
        {"seed": True},
        {"embedder": ""},
        {"seed": -1},
        {"seed": 1.5},
        {"label": 0},
        {"where": 3},
        {"embedder": 1},
    ],
    ids=str,
)
def test_arguments_of_another_kind_are_refused(filled: Project, options) -> None:
    with pytest.raises(UsageError):
        propose_batch(filled, **options)


def test_the_first_batch_needs_no_label_and_no_function(bare: Project) -> None:
    batch = propose_batch(bare, n=10)
    assert batch.strategy == "typicality"
    assert batch.believed_by is None
    assert len({row.uid for row in batch.rows}) == len(batch.rows) == 10
    assert [share.n for share in batch.shares] == [1, 9]
    for row in batch.rows:
        assert row.why is not None
        assert row.why.uncertainty is None
        assert row.why.nearest == row.why.conflict == row.why.beliefs == ()


def test_later_batches_learn_from_the_decisions_without_a_training(bare: Project) -> None:
    answer(bare, propose_batch(bare, n=20))
    batch = propose_batch(bare, n=10)
    assert batch.strategy == "doubtful-clusters"
    assert batch.believed_by == "a quick fit on 20 labels"
    whys = [row.why for row in batch.rows if row.why is not None]
    assert len(whys) == 10
    assert all(why.beliefs[0].probability >= 0.5 and why.rank for why in whys)
    assert {near.label for why in whys for near in why.nearest} == {"ham", "spam"}
    assert all(near.similarity <= 1.0001 for why in whys for near in why.nearest)


def test_one_class_seen_so_far_is_no_crash(bare: Project) -> None:
    first = propose_batch(bare, n=10)
    with Session(bare, annotator="ann") as session:
        for row in first.rows:
            session.label(bare.store.examples.id_of(row.uid) or 0, "ham")
    assert propose_batch(bare, n=10).strategy == "typicality"


def test_a_batch_is_stored_with_the_reasons_of_its_rows(bare: Project) -> None:
    answer(bare, propose_batch(bare, n=20))
    batch = propose_batch(bare, n=8)
    stored = last_batch(bare)
    assert stored is not None
    assert stored.run_id == batch.run_id
    assert stored.rows == batch.rows
    assert stored.shares == batch.shares
    assert (stored.n_pool, stored.n_decided) == (60, 0)
    answer(bare, batch)
    again = last_batch(bare, batch.run_id)
    assert again is not None
    assert again.n_decided == 8


def test_there_is_no_last_batch_before_the_first(bare: Project) -> None:
    assert last_batch(bare) is None
    assert last_batch(bare, 1) is None


def test_the_same_seed_on_the_same_data_gives_the_same_batch(bare: Project) -> None:
    first, second = (propose_batch(bare, n=12, seed=3) for _ in range(2))
    assert [row.uid for row in first.rows] == [row.uid for row in second.rows]


def test_skipped_rows_rest_until_nothing_else_is_left(bare: Project) -> None:
    first = propose_batch(bare, n=20)
    answer(bare, first, skip=True)
    rest = propose_batch(bare, n=80)
    assert len(rest.rows) == rest.n_pool == 60
    assert not {row.uid for row in rest.rows} & {row.uid for row in first.rows}
    answer(bare, rest)
    again = propose_batch(bare, n=80)
    assert {row.uid for row in again.rows} == {row.uid for row in first.rows}
    assert "asked again" in again.notes[0]


def test_where_everything_is_decided_the_pool_is_empty(bare: Project) -> None:
    with Session(bare, annotator="ann") as session:
        for i in range(1, 81):
            session.label(i, "ham")
    with pytest.raises(EmptyPoolError, match="no training row left"):
        propose_batch(bare)


def test_a_condition_limits_the_pool_and_its_random_rows_are_no_yardstick(bare: Project) -> None:
    from workbench.services.batches import random_rows

    batch = propose_batch(bare, n=10, where="vendor = 'b' and length > 5")
    assert batch.n_pool == 20
    assert {int(row.uid[1:]) % 4 for row in batch.rows} == {0}
    assert not random_rows(bare).any()
    propose_batch(bare, n=10)
    assert random_rows(bare).sum() == 1
    with pytest.raises(EmptyPoolError, match="meets the condition"):
        propose_batch(bare, where="vendor = 'nobody'")


def test_a_class_is_looked_for_among_its_likely_rows(bare: Project) -> None:
    answer(bare, propose_batch(bare, n=20))
    batch = propose_batch(bare, n=6, label="spam")
    chosen = [row for row in batch.rows if row.why and row.why.strategy != "random"]
    assert sum(truth_of(row.text) == "spam" for row in chosen) >= len(chosen) - 1
    with pytest.raises(UsageError, match="unknown class 'spma'"):
        propose_batch(bare, label="spma")


def test_a_batch_for_a_class_says_among_which_rows_its_strategies_chose(bare: Project) -> None:
    answer(bare, propose_batch(bare, n=20))
    batch = propose_batch(bare, n=6, label="spam")
    random, *others = batch.shares
    assert random.why == "the unbiased yardstick"
    assert others
    for share in others:
        assert share.why.endswith(", among the 30 rows that are likeliest spam")


def test_a_class_without_label_or_vote_is_looked_for_among_all_rows(
    tmp_path: Path, write_csv, small_rows, script: str
) -> None:
    """The mix gives each class some probability, a class that nobody has seen too."""
    with Project(init_project(tmp_path / "three", ["ham", "spam", "other"])) as project:
        import_files(project, [write_csv("rows.csv", unlike(small_rows(80)))])
        (project.functions_folder / "first.py").write_text(script)
        apply_functions(project)
        aggregate_votes(project)
        answer(project, propose_batch(project, n=30))
        train_end_model(project)
        believed = active_model(project, text_space(project), seed=0)
        assert believed.believed_by == "mix"
        assert believed.probs is not None
        assert (believed.probs[:, 2] > 0).any()
        note = "no label and no vote says other yet"
        assert any(note in n for n in propose_batch(project, n=6, label="other").notes)
        assert not any("no label" in n for n in propose_batch(project, n=6, label="spam").notes)
        with Session(project, annotator="ann") as session:
            session.label(int(np.flatnonzero(annotated_labels(project) < 0)[0]) + 1, "other")
        assert not any(note in n for n in propose_batch(project, n=6, label="other").notes)


@pytest.fixture
def judged(bare: Project, write_csv, small_rows) -> Project:
    """60 evaluation rows more without a label, half of them copies; 20 labels to learn from."""
    rows = [{"id": f"e{i}", "text": row["text"]} for i, row in enumerate(small_rows(30) * 2)]
    import_files(bare, [write_csv("evaluation.csv", rows)], role="evaluation", labels=False)
    answer(bare, propose_batch(bare, n=20))
    return bare


def test_evaluation_rows_are_drawn_evenly_copies_included(judged: Project) -> None:
    batch = propose_batch(judged, n=60, role="evaluation")
    assert batch.strategy == "random"
    assert {row.why.strategy for row in batch.rows if row.why} == {"random"}
    assert [(share.strategy, share.n) for share in batch.shares] == [("random", 60)]
    assert "each must have the same chance" in batch.shares[0].why
    assert len({row.text for row in batch.rows}) == 30


@pytest.mark.parametrize("options", [{"strategy": "margin"}, {"label": "spam"}], ids=str)
def test_evaluation_rows_cannot_be_chosen_for_a_reason(judged: Project, options) -> None:
    with pytest.raises(UsageError, match="they judge models"):
        propose_batch(judged, n=10, role="evaluation", **options)


def test_before_anything_is_known_a_class_is_looked_for_among_all_rows(bare: Project) -> None:
    for _ in range(2):
        batch = propose_batch(bare, n=6, label="spam")
        assert len(batch.rows) == 6
        assert "nothing is known yet" in batch.notes[0]
        with Session(bare, annotator="ann") as session:
            for row in batch.rows:
                session.label(bare.store.examples.id_of(row.uid) or 0, "ham")


def test_a_batch_is_divided_by_what_was_measured(project: Project, write_csv) -> None:
    """Texts of eight topics, whose last word alone tells the class: clusters are of no use."""
    draws = np.random.default_rng(0)
    rows = []
    for i in range(160):
        start = 20 * (i % 8)
        topic = [f"topic{k}" for k in range(start, start + 20)]
        words = [*draws.choice(topic, 9), "free" if i // 8 % 2 else "lunch"]
        rows.append({"id": f"r{i}", "text": " ".join(words)})
    import_files(project, [write_csv("topics.csv", rows)])
    for _ in range(2):
        answer(project, propose_batch(project, n=20, strategy="random"))
    shares = {share.strategy: share.n for share in propose_batch(project, n=20).shares}
    assert shares["doubtful-clusters"] == 0
    assert shares["margin-diversity"] > 8


def test_only_training_rows_teach(bare: Project, write_csv) -> None:
    new = [{"id": f"p{i}", "text": f"live text {i} number{i * i}"} for i in range(6)]
    import_files(bare, [write_csv("live.csv", new)], role="production")
    answer(bare, propose_batch(bare, n=6, role="production"))
    trained = propose_batch(bare, n=10)
    answer(bare, trained)
    uids = bare.store.examples.uids()
    learnt = [uids[row] for row in learnt_rows(bare, seed=0).rows]
    assert sorted(learnt) == sorted(row.uid for row in trained.rows)


def test_a_label_model_weighs_a_quarter_of_a_person(
    voted: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = ("correction", "annotation", "model", "given")
    monkeypatch.setattr(voted, "config", replace(voted.config, label_order=order))
    aggregate_votes(voted)
    answer(voted, propose_batch(voted, n=10))
    learnt = learnt_rows(voted, seed=0)
    assert learnt.n_people < len(learnt.rows)
    assert set(learnt.weights[: learnt.n_people]) == {1.0}
    assert set(learnt.weights[learnt.n_people :]) == {0.25}


def test_the_quick_fit_gives_a_rare_class_the_weight_of_the_others(bare: Project) -> None:
    rows = list(enumerate(bare.store.examples.texts(), 1))
    spam = [row for row, text in rows if truth_of(text) == "spam"]
    ham = [row for row, text in rows if truth_of(text) == "ham"]
    with Session(bare, annotator="ann") as session:
        for row in spam[:3]:
            session.label(row, "spam")
        for row in ham[:30]:
            session.label(row, "ham")
    space = text_space(bare)
    found = active_model(bare, space, seed=0).probs
    assert found is not None
    learnt = learnt_rows(bare, seed=0)
    answers = []
    for class_weight in ("balanced", None):
        plain = SoftLabelClassifier(2, class_weight=class_weight)
        plain.fit(space.features[learnt.rows], learnt.targets)
        answers.append(plain.predict_proba(space.features).argmax(axis=1))
    assert (answers[0] != answers[1]).any()
    np.testing.assert_array_equal(found.argmax(axis=1), answers[0])


def test_labeling_functions_in_conflict_are_named(voted: Project) -> None:
    versions = [version.lf_version_id for version in voted.store.votes.in_force()]
    votes = stored_votes(voted, versions)
    differ = [len({vote for vote in row if vote >= 0}) > 1 for row in votes]
    assert any(differ)
    batch = propose_batch(voted, n=10, strategy="lf-conflict")
    best = max(batch.rows, key=lambda row: row.score)
    assert best.why is not None
    assert best.score > 0
    assert len({vote.label for vote in best.why.conflict}) > 1
    uids = voted.store.examples.uids()
    for row in batch.rows:
        assert row.why is not None
        assert bool(row.why.conflict) == differ[uids.index(row.uid)]


def test_rows_that_the_label_model_doubts_are_asked_first(voted: Project) -> None:
    with pytest.raises(MethodError, match="needs a label model"):
        propose_batch(voted, strategy="lf-entropy")
    aggregate_votes(voted)
    beliefs = model_beliefs(voted, "aggregate")
    assert beliefs is not None
    doubt = dict(zip(voted.store.examples.uids(), entropy(beliefs.probs), strict=True))
    batch = propose_batch(voted, n=10, strategy="lf-entropy")
    chosen = [row for row in batch.rows if row.why and row.why.strategy == "lf-entropy"]
    assert [row.score for row in chosen] == pytest.approx([doubt[row.uid] for row in chosen])
    assert chosen[0].score == max(doubt[uid] for uid in doubt)
    assert "the label model is in doubt" in chosen[0].reason


def test_a_fresh_training_is_believed_until_somebody_decides(voted: Project) -> None:
    aggregate_votes(voted)
    train_end_model(voted)
    batch = propose_batch(voted, n=5)
    assert batch.believed_by == "end"
    answer(voted, batch)
    later = propose_batch(voted, n=5)
    assert later.believed_by is not None
    assert later.believed_by.startswith("a quick fit on")


def test_a_training_on_labels_that_were_taken_back_is_not_believed(voted: Project) -> None:
    aggregate_votes(voted)
    answer(voted, propose_batch(voted, n=20))
    train_end_model(voted)
    assert propose_batch(voted, n=5).believed_by == "end"
    with Session(voted, annotator="ann") as session:
        undone = session.undo()
        later = propose_batch(voted, n=5).believed_by
        assert later is not None
        assert later.startswith("a quick fit on")
        assert undone is not None
        session.redo()
    assert propose_batch(voted, n=5).believed_by == "end"


def test_beliefs_have_the_temperature_of_rows_that_the_model_has_not_seen(
    bare: Project,
) -> None:
    answer(bare, propose_batch(bare, n=40))
    space = text_space(bare)
    found = active_model(bare, space, seed=0)
    assert found.held_out is not None
    assert found.probs is not None
    learnt = learnt_rows(bare, seed=0)
    plain = SoftLabelClassifier(2, class_weight="balanced")
    plain.fit(space.features[learnt.rows], learnt.targets)
    probs = plain.predict_proba(space.features)
    np.testing.assert_array_equal(found.probs.argmax(axis=1), probs.argmax(axis=1))
    truth = np.array([truth_of(text) == "spam" for text in space.texts], np.int64)
    rest = np.setdiff1d(np.arange(len(truth)), learnt.rows)
    error = expected_calibration_error
    assert error(found.probs[rest], truth[rest]) < error(probs[rest], truth[rest])


def test_soft_labels_teach_the_quick_fit_where_nobody_annotated(
    voted: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = ("correction", "annotation", "model", "given")
    monkeypatch.setattr(voted, "config", replace(voted.config, label_order=order))
    aggregate_votes(voted)
    batch = propose_batch(voted, n=5)
    assert batch.believed_by is not None
    assert "of the label model" in batch.believed_by


@pytest.mark.parametrize("strategy", [s for s in STRATEGIES if not s.startswith("lf-")])
def test_every_strategy_serves_a_project(bare: Project, strategy: str) -> None:
    answer(bare, propose_batch(bare, n=20))
    batch = propose_batch(bare, n=7, strategy=strategy)
    assert len(batch.rows) == 7
    assert all(row.reason for row in batch.rows)


def test_strategies_that_lack_what_they_need_say_so(bare: Project) -> None:
    for strategy, missing in [("margin", "probabilities"), ("disagreement", "committee"),
                              ("lf-conflict", "votes")]:  # fmt: skip
        with pytest.raises(MethodError, match=missing):
            propose_batch(bare, strategy=strategy)


def test_unknown_words_are_refused(bare: Project) -> None:
    with pytest.raises(UsageError, match="no strategy"):
        propose_batch(bare, strategy="clever")
    with pytest.raises(UsageError, match="at least one"):
        propose_batch(bare, n=0)
    with pytest.raises(UsageError, match="no embeddings 'bert'"):
        propose_batch(bare, embedder="bert")


def test_new_rows_join_the_pool_of_the_next_batch(bare: Project, write_csv) -> None:
    answer(bare, propose_batch(bare, n=20))
    rows = [{"id": f"new{i}", "text": f"zebra {WORDS[i % 20]} {i**5}"} for i in range(30)]
    import_files(bare, [write_csv("new.csv", rows)])
    batch = propose_batch(bare, n=20)
    assert batch.n_pool == 90
    assert any(row.uid.startswith("new") for row in batch.rows)


def test_a_broken_cache_is_worked_out_anew(bare: Project) -> None:
    first = propose_batch(bare, n=10)
    files = sorted((bare.root / ".cache").glob("tfidf-*"))
    assert [file.suffix for file in files] == [".entries", ".npy", ".npz"]
    for content in (b"", b"nonsense", b"PK\x03\x04 half of a zip file"):
        for file in files:
            file.write_bytes(content)
        again = propose_batch(bare, n=10)
        assert [row.uid for row in again.rows] == [row.uid for row in first.rows]


def test_the_cache_and_a_fresh_start_give_the_same_space(bare: Project) -> None:
    made, kept = text_space(bare), text_space(bare)
    np.testing.assert_array_equal(made.geometry, kept.geometry)
    assert (made.features[:] != kept.features[:]).nnz == 0
