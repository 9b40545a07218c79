"""Proposing batches in a project: who is asked, why, and what is stored of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.services.answering import WORDS, answer, truth_of, unlike
from workbench.errors import EmptyPoolError, MethodError, UsageError
from workbench.methods.sampling import STRATEGIES
from workbench.methods.uncertainty import entropy
from workbench.services.active_model import active_model
from workbench.services.aggregate import aggregate_votes
from workbench.services.annotate import Session
from workbench.services.beliefs import model_beliefs
from workbench.services.classes import add_classes
from workbench.services.embed.text_space import text_space
from workbench.services.importing.importing import import_files
from workbench.services.labels import annotated_labels, stored_votes
from workbench.services.lf.apply import apply_functions
from workbench.services.near_copies import NEAR_COPY, NEARLY_ALL
from workbench.services.project import Project, init_project
from workbench.services.propose import last_batch, propose_batch
from workbench.services.train import train_end_model


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
    assert batch.strategy == "doubtful-cover"
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


def test_a_training_on_one_class_is_not_believed(bare: Project) -> None:
    first = propose_batch(bare, n=30, strategy="random")
    with Session(bare, annotator="ann") as session:
        for row in first.rows:
            session.label(bare.store.examples.id_of(row.uid) or 0, "ham")
    train_end_model(bare)
    batch = propose_batch(bare, n=10)
    assert batch.strategy == "typicality"
    assert batch.believed_by is None
    for strategy in ("margin", "badge", "disagreement"):
        with pytest.raises(MethodError) as caught:
            propose_batch(bare, n=5, strategy=strategy)
        assert "Annotate rows of a second class first" in str(caught.value)


@pytest.fixture
def half_given(project: Project, write_csv, small_rows) -> Project:
    """80 training rows, no two of them alike, of which 30 came with their label."""
    rows = unlike(small_rows(80))
    for i, row in enumerate(rows):
        row["label"] = truth_of(row["text"]) if i < 30 else ""
    import_files(project, [write_csv("half.csv", rows)])
    return project


def test_labels_of_a_file_end_the_cold_start(half_given: Project) -> None:
    batch = propose_batch(half_given, n=20)
    assert batch.believed_by == "a quick fit on 30 labels"
    assert {share.strategy for share in batch.shares} == {
        "random", "doubtful-clusters", "doubtful-cover",
    }  # fmt: skip
    assert not any("fewer than" in share.why for share in batch.shares)


def test_few_labels_of_a_file_do_not_end_it(project: Project, write_csv, small_rows) -> None:
    rows = unlike(small_rows(80))
    for i, row in enumerate(rows):
        row["label"] = truth_of(row["text"]) if i < 10 else ""
    import_files(project, [write_csv("few.csv", rows)])
    assert propose_batch(project, n=10).shares[-1].why == "fewer than 20 labels"
    answer(project, propose_batch(project, n=15, where="given is null"))
    assert "typicality" not in {share.strategy for share in propose_batch(project, n=10).shares}


def test_labels_of_a_file_are_counted_beyond_those_that_are_learnt_from(
    half_given: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.services.learnt_rows.MAX_LEARNT", 10)
    batch = propose_batch(half_given, n=20)
    assert "typicality" not in {share.strategy for share in batch.shares}


def test_a_batch_counts_its_rows_that_have_a_label_from_a_file(half_given: Project) -> None:
    batch = propose_batch(half_given, n=80)
    assert batch.n_pool == 80
    (note,) = batch.notes
    assert note.startswith("30 rows have a label from a file already, which an annotation checks")
    assert '--where "given is null"' in note
    part = propose_batch(half_given, n=20, where="given is null")
    assert part.n_pool == 50
    assert part.notes == (
        "the random rows are drawn from a part, so `curve` is not judged on them",
    )


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


def test_a_batch_larger_than_the_pool_says_so(bare: Project) -> None:
    batch = propose_batch(bare, n=500)
    assert (batch.n_asked, len(batch.rows)) == (500, 80)
    assert batch.notes == ("500 rows were asked for: 80 rows are left to choose from",)
    assert propose_batch(bare, n=80).notes == ()


def test_skipped_rows_are_named_where_nothing_says_a_new_class(bare: Project) -> None:
    answer(bare, propose_batch(bare, n=20))
    answer(bare, propose_batch(bare, n=3), skip=True)
    add_classes(bare, ["offer"])
    assert propose_batch(bare, n=5, label="offer").notes == (
        "no label and no vote says offer yet, so the batch is chosen from all rows; 3 skipped"
        " rows rest: workbench annotate --queue skipped",
    )


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
    from workbench.services.batch_draws import random_rows

    batch = propose_batch(bare, n=10, where="vendor = 'b' and length > 5")
    assert batch.n_pool == 20
    assert "the random rows are drawn from a part" in batch.notes[0]
    assert {int(row.uid[1:]) % 4 for row in batch.rows} == {0}
    assert not random_rows(bare).any()
    propose_batch(bare, n=10)
    assert random_rows(bare).sum() == 1
    with pytest.raises(EmptyPoolError, match="meets the condition"):
        propose_batch(bare, where="vendor = 'nobody'")


def test_a_class_is_looked_for_among_its_likely_rows(bare: Project) -> None:
    answer(bare, propose_batch(bare, n=20))
    batch = propose_batch(bare, n=4, label="spam")
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


def test_even_draws_for_a_class_are_refused(bare: Project) -> None:
    with pytest.raises(UsageError, match="drawn evenly cannot be those that are likeliest spam"):
        propose_batch(bare, n=3, strategy="random", label="spam")
    assert last_batch(bare) is None


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
    assert shares["doubtful-cover"] > 8


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


def test_no_row_is_said_to_be_in_conflict_that_is_in_none(voted: Project) -> None:
    versions = [version.lf_version_id for version in voted.store.votes.in_force()]
    votes = stored_votes(voted, versions)
    uids = voted.store.examples.uids()
    differ = {
        uid for uid, row in zip(uids, votes, strict=True) if len({v for v in row if v >= 0}) > 1
    }
    made = propose_batch(voted, n=10, strategy="lf-conflict")
    batch = last_batch(voted)
    assert batch is not None
    assert batch.rows == made.rows
    by_conflict = 0
    for row in batch.rows:
        assert row.why is not None
        assert ("contradict each other" in row.reason) == (row.why.strategy == "lf-conflict")
        if row.why.strategy == "lf-conflict":
            by_conflict += NEAR_COPY not in row.reason
            assert row.uid in differ
            assert row.why.conflict
    assert 0 < by_conflict < 9
    assert [share.strategy for share in made.shares] == [
        "random", "lf-conflict", "margin", "lf-conflict",
    ]  # fmt: skip
    assert made.shares[-1].why == NEARLY_ALL
    (note,) = [note for note in batch.notes if "contradict" in note]
    were = "row is" if by_conflict == 1 else "rows are"
    assert note.startswith(f"only {by_conflict} {were} left where labeling functions contradict")


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


@pytest.mark.parametrize("strategy", [s for s in STRATEGIES if not s.startswith("lf-")])
def test_every_strategy_serves_a_project(bare: Project, strategy: str) -> None:
    answer(bare, propose_batch(bare, n=20))
    batch = propose_batch(bare, n=7, strategy=strategy)
    assert len(batch.rows) == 7
    assert all(row.reason for row in batch.rows)


def test_a_committee_asks_what_is_in_doubt_and_not_what_it_knows_best(
    tmp_path: Path, write_csv
) -> None:
    """Mutual information of modest members is largest at near copies of annotated rows."""
    draws = np.random.default_rng(0)
    topics = [f"topic{k}" for k in range(6)]
    rows = []
    for i in range(600):
        own, other = i % 6, draws.integers(6)
        telling = [f"{topics[own]}x{j}" for j in draws.integers(0, 12, 2)]
        misleading = f"{topics[other]}x{draws.integers(12)}"
        words = [*telling, misleading, *(f"word{j}" for j in draws.integers(0, 60, 4))]
        rows.append({"id": f"{topics[own]}-{i}", "text": " ".join(words)})
    with Project(init_project(tmp_path / "topics", topics)) as project:
        import_files(project, [write_csv("topics.csv", rows)])
        known = propose_batch(project, n=60, strategy="random")
        with Session(project, annotator="ann") as session:
            for row in known.rows:
                example_id = project.store.examples.id_of(row.uid) or 0
                session.label(example_id, row.uid.split("-")[0], batch_run_id=known.run_id)
        asked = propose_batch(project, n=40, strategy="disagreement")
        others = propose_batch(project, n=200, strategy="random")

    chosen = [row for row in asked.rows if row.why and row.why.strategy == "disagreement"]
    assert np.median([row.why.rank or 0 for row in chosen if row.why]) < asked.n_pool / 4
    is_right = [
        [row.uid.startswith(row.why.beliefs[0].label) for row in rows if row.why]
        for rows in (chosen, others.rows)
    ]
    assert np.mean(is_right[0]) < np.mean(is_right[1])


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
