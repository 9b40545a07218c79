"""Whose labels judge models and functions: nobody's whose answers are votes."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.services.answering import truth_of, unlike
from tests.services.function_scripts import annotate, script, votes_of
from workbench.services.aggregate import aggregate_votes
from workbench.services.aggregate_result import AggregateResult
from workbench.services.annotate import Session
from workbench.services.importing.import_votes import import_votes
from workbench.services.importing.importing import import_files
from workbench.services.judges import judges, references, voting_annotators
from workbench.services.labels import human_labels, reference_labels, resolve_labels
from workbench.services.lf.apply import apply_functions
from workbench.services.lf.functions import LFRow, list_functions, load
from workbench.services.lf.prepared import lack_of
from workbench.services.lf.rows import function_rows
from workbench.services.lf.trial import check_function
from workbench.services.model_report import model_report
from workbench.services.project import Project
from workbench.services.train import train_end_model
from workbench.types import ConsensusPolicy

WORD_FUNCTIONS = 'keywords("river", ["river"], "ham")\nkeywords("stone", ["stone"], "spam")\n'

WORKERS = [f"w{i}" for i in range(9)]


def listed(project: Project, name: str) -> LFRow:
    return next(row for row in list_functions(project).functions if row.name == name)


def truths(project: Project, n: int) -> dict[str, str]:
    """The first training rows, by uid, as their texts deserve."""
    texts = project.store.examples.texts()
    return {f"r{i}": truth_of(texts[i]) for i in range(n)}


def other(label: str) -> str:
    return "ham" if label == "spam" else "spam"


def void(warnings: tuple[str, ...]) -> list[str]:
    return [warning for warning in warnings if "judge no model" in warning]


@pytest.fixture
def coined(bare: Project) -> Project:
    """80 rows without votes, 60 of them annotated by the toss of a coin."""
    tosses = np.random.default_rng(3).integers(0, 2, 60)
    annotate(bare, {f"r{i}": bare.classes[toss] for i, toss in enumerate(tosses)})
    return bare


def near_annotated(project: Project) -> str:
    """A function a class that votes where a text is near to a row annotated with it."""
    decided = human_labels(project).decided
    lines = []
    for index, name in enumerate(project.classes):
        uids = [f"r{row}" for row in np.flatnonzero(decided == index)]
        lines.append(f"neighbours('near_{name}', {uids}, {name!r}, min_similarity=0.5)")
    return "\n".join(lines)


class TestNeighbours:
    def test_an_example_has_the_vote_of_the_others(self, filled: Project) -> None:
        near = 'neighbours("alone", ["r1"], "spam")\n'
        script(filled, near + 'neighbours("both", ["r1", "r9"], "spam", min_similarity=0.5)')
        apply_functions(filled)
        alone, both = votes_of(filled, "alone"), votes_of(filled, "both")
        # Rows 1, 9 and 17 are of one wording.
        assert "r1" not in alone
        assert {"r9", "r17"} <= alone.keys()
        assert {"r1", "r9", "r17"} <= both.keys()

    def test_measured_on_its_examples_it_is_no_better_than_chance(self, coined: Project) -> None:
        script(coined, near_annotated(coined))
        apply_functions(coined)
        rows = [listed(coined, f"near_{name}") for name in coined.classes]
        n_judged = sum(row.n_labelled for row in rows)
        assert n_judged > 40
        # Near to themselves, all 60 would be right.
        assert sum(row.n_correct for row in rows) / n_judged < 0.55

    @pytest.mark.parametrize("words", [WORD_FUNCTIONS, ""])
    def test_what_a_row_taught_does_not_count_as_held_out(
        self, coined: Project, words: str
    ) -> None:
        script(coined, words + near_annotated(coined))
        apply_functions(coined)
        aggregate_votes(coined)
        trained = train_end_model(coined)
        shares = {score.model: score.accuracy_all for score in trained.held_out}
        # Coins cannot be foretold; 60 tosses are guessed so well once in 6,000 times.
        assert max(share for share in shares.values() if share is not None) < 0.75
        (told,) = [told for told in trained.warnings if "annotations taught" in told]
        assert "near_ham, near_spam" in told
        assert "river" not in told

    def test_votes_of_the_rule_before_are_renewed(self, filled: Project) -> None:
        script(filled, 'neighbours("near", ["r1"], "spam")')
        apply_functions(filled)
        (info,) = load(filled).infos
        before = hashlib.blake2b(info.version.encode(), digest_size=16)
        before.update(f"{filled.store.examples.count()} texts, seed {filled.config.seed}".encode())
        (version,) = filled.store.votes.in_force()
        assert version.version != before.hexdigest()


class TestClassifier:
    def test_evaluation_rows_teach_it_nothing(self, voted: Project) -> None:
        script(voted, 'classifier("model", min_probability=0.6)')
        (info,) = (info for info in load(voted).infos if info.name == "model")
        annotate(voted, {"er1": "spam", "er2": "ham", "er7": "spam", "er6": "ham"})
        assert "there are none" in (lack_of(voted, info) or "")
        annotate(voted, truths(voted, 30))
        apply_functions(voted)
        version, votes = listed(voted, "model").version, votes_of(voted, "model")
        assert votes
        # Wrong on purpose: who learnt from them would vote otherwise.
        annotate(voted, {"er1": "ham", "er2": "spam", "er7": "ham", "er6": "spam"})
        assert listed(voted, "model").state == "current"
        apply_functions(voted)
        assert (listed(voted, "model").version, votes_of(voted, "model")) == (version, votes)

    def test_the_table_without_annotations_says_who_was_taught(self, voted: Project) -> None:
        script(voted, 'classifier("model", min_probability=0.6)')
        annotate(voted, truths(voted, 40))
        apply_functions(voted)
        aggregate_votes(voted)
        (told,) = [w for w in train_end_model(voted).warnings if "annotations taught" in w]
        assert told.startswith("annotations taught model: ")


def answers(project: Project) -> list[tuple[str, str, str]]:
    """What nine workers say of two thirds of the rows each; three of them toss coins."""
    rng = np.random.default_rng(5)
    found = []
    for uid, truth in truths(project, 80).items():
        for i, worker in enumerate(WORKERS):
            is_wrong = rng.random() < (0.5 if i < 3 else 0.1)
            if rng.random() < 2 / 3:
                found.append((worker, uid, other(truth) if is_wrong else truth))
    return found


@pytest.fixture
def crowd(bare: Project) -> Project:
    """80 rows that nine workers annotated, each of whom is a labeling function."""
    for worker in WORKERS:
        annotate(bare, {uid: said for who, uid, said in answers(bare) if who == worker}, worker)
    script(bare, "\n".join(f'annotator("as_{who}", "{who}")' for who in WORKERS))
    apply_functions(bare)
    return bare


class TestCrowd:
    def test_a_model_is_chosen_as_by_imported_votes(
        self, crowd: Project, tmp_path: Path, write_csv: Callable[..., Path], small_rows: Any
    ) -> None:
        chosen = aggregate_votes(crowd)
        assert chosen.temperature is None
        assert chosen.n_annotated == 0
        assert all(weight.n_judged == 0 for weight in chosen.weights)
        (told,) = void(chosen.warnings)
        assert "they are answers of w0, w1, w2, w3, w4 and 4 more" in told
        said = {(who, uid): label for who, uid, label in answers(crowd)}
        with Project(_imported(tmp_path, write_csv, small_rows, said)) as imported:
            without = aggregate_votes(imported)
        same: Callable[[AggregateResult], Any] = lambda r: (r.chosen, r.reason, r.labelled)  # noqa: E731
        assert same(chosen) == same(without)

    def test_each_worker_is_measured_by_the_others(self, crowd: Project) -> None:
        functions = list_functions(crowd).functions
        assert all(function.n_labelled > 30 for function in functions)
        right = {row.name: row.n_correct / row.n_labelled for row in functions}
        # Three of the nine toss coins.
        assert min(right[f"as_w{i}"] for i in range(3, 9)) > 0.75
        assert max(right[f"as_w{i}"] for i in range(3)) < 0.75
        weights = {weight.name: weight.measured for weight in aggregate_votes(crowd).weights}
        assert weights == right

    @pytest.mark.parametrize("policy", [ConsensusPolicy.MAJORITY, ConsensusPolicy.ADJUDICATE])
    def test_the_others_agree_as_if_she_had_never_answered(
        self, crowd: Project, policy: ConsensusPolicy, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(crowd, "config", replace(crowd.config, consensus=policy))
        with Session(crowd, annotator="w1") as session:
            session.adjudicate(3, "spam")
            session.relabel(4, "ham")
        versions = crowd.store.votes.in_force()
        found = references(crowd, versions)
        for version in versions:
            who = version.name.removeprefix("as_")
            alone = reference_labels(crowd, human_labels(crowd, without=[who]))
            assert (found.of(version.lf_version_id) == alone).all()

    def test_there_is_no_mix_and_people_still_label(self, crowd: Project) -> None:
        aggregate_votes(crowd)
        trained = train_end_model(crowd)
        assert (trained.held_out, trained.sources, trained.n_annotated) == ((), (), 0)
        assert void(trained.warnings)
        labels = resolve_labels(crowd)
        decided = human_labels(crowd).decided
        assert (labels.labels[decided >= 0] == decided[decided >= 0]).all()
        assert trained.by_origin["annotation"] == int((decided >= 0).sum())

    def test_once_the_functions_are_gone_the_answers_judge_again(self, crowd: Project) -> None:
        first = aggregate_votes(crowd)
        script(crowd, WORD_FUNCTIONS)
        apply_functions(crowd)
        second = aggregate_votes(crowd)
        assert (first.n_annotated, void(second.warnings)) == (0, [])
        assert second.n_annotated > 60


def _imported(
    tmp_path: Path, write_csv: Callable[..., Path], small_rows: Any, said: dict[Any, str]
) -> Path:
    """Make a project of the same rows and votes, which nobody annotated."""
    from workbench.services.project import init_project

    root = init_project(tmp_path / "imported", ["ham", "spam"])
    with Project(root) as project:
        import_files(project, [write_csv("same.csv", unlike(small_rows(80)))])
        path = tmp_path / "votes.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["uid", *(f"as_{who}" for who in WORKERS)])
            for example in project.store.examples.iterate():
                votes = [said.get((who, example.uid), "") for who in WORKERS]
                writer.writerow([example.uid, *votes])
        import_votes(project, path)
    return root


class TestOneAnnotator:
    def test_she_is_measured_by_what_the_others_say(self, voted: Project) -> None:
        script(voted, 'annotator("as_ana", "ana")')
        mine = truths(voted, 30)
        annotate(voted, mine, "ana")
        apply_functions(voted)
        assert listed(voted, "as_ana").n_labelled == 0
        # Everybody else's functions repeat nothing of hers.
        offers = votes_of(voted, "offers")
        assert listed(voted, "offers").n_labelled == len(
            [uid for uid in offers if uid.startswith("er") or uid in mine]
        )
        wrong = function_rows(voted, "offers", "wrong", limit=100)
        assert {row.uid for row in wrong.rows} >= {
            uid for uid, label in mine.items() if offers.get(uid, label) != label
        }
        # Two against one, one against one, and of one mind.
        theirs = {"r0": other(mine["r0"]), "r1": other(mine["r1"]), "r2": mine["r2"]}
        annotate(voted, theirs, "bob")
        annotate(voted, {"r0": theirs["r0"]}, "cem")
        row = listed(voted, "as_ana")
        assert (row.n_labelled, row.n_correct) == (3, 1)
        wrong = function_rows(voted, "as_ana", "wrong")
        assert {each.uid: each.label for each in wrong.rows} == {
            "r0": theirs["r0"], "r1": theirs["r1"],
        }  # fmt: skip
        assert judges(voted).n_voided == 27
        tried = {each.uid: each.trusted for each in check_function(voted, "as_ana", n_rows=99).rows}
        assert {uid: label for uid, label in tried.items() if label} == theirs

    def test_who_answered_none_of_the_rows_is_not_named(self, bare: Project) -> None:
        mine = truths(bare, 12)
        annotate(bare, {uid: mine[uid] for uid in list(mine)[:8]}, "ana")
        annotate(bare, {uid: mine[uid] for uid in list(mine)[8:]}, "bo")
        annotate(bare, {uid: mine[uid] for uid in list(mine)[8:]}, "cem")
        who = "".join(f'annotator("as_{name}", "{name}")\n' for name in ("ana", "bo", "zed"))
        script(bare, WORD_FUNCTIONS + who)
        apply_functions(bare)
        (warning,) = void(aggregate_votes(bare).warnings)
        assert "labels of 8 rows judge no model: they are answers of ana, and these" in warning

    def test_two_judge_each_other(self, bare: Project) -> None:
        mine = truths(bare, 30)
        annotate(bare, mine, "ana")
        theirs = {uid: other(mine[uid]) if i < 8 else mine[uid] for i, uid in enumerate(mine)}
        annotate(bare, theirs, "bob")
        script(bare, WORD_FUNCTIONS + 'annotator("as_ana", "ana")\nannotator("as_bob", "bob")')
        apply_functions(bare)
        for name in ("as_ana", "as_bob"):
            row = listed(bare, name)
            assert (row.n_labelled, row.n_correct) == (30, 22)
            assert function_rows(bare, name, "wrong").n_rows == 8
        river = votes_of(bare, "river")
        # Where they differ there is no label.
        assert listed(bare, "river").n_labelled == len(river.keys() & set(list(mine)[8:]))

    def test_who_is_wrong_more_often_than_right_is_told(self, bare: Project) -> None:
        mine = truths(bare, 40)
        annotate(bare, mine, "ana")
        annotate(bare, {uid: other(label) for uid, label in mine.items()}, "bob")
        annotate(bare, mine, "cem")
        script(bare, WORD_FUNCTIONS + 'annotator("as_bob", "bob")')
        apply_functions(bare)
        told = aggregate_votes(bare).warnings
        assert any(w.startswith("as_bob is wrong more often than right: 0 of 40") for w in told)

    @pytest.mark.parametrize("act", ["relabel", "keep", "adjudicate"])
    def test_her_last_word_is_no_vote_whatever_she_answers_later(
        self, bare: Project, act: str
    ) -> None:
        mine = truths(bare, 30)
        with Session(bare, annotator="ana") as session:
            for i, label in enumerate(mine.values()):
                getattr(session, act)(i + 1, label)
        annotate(bare, mine, "ana")
        annotate(bare, {"r40": "ham"}, "ana")
        script(bare, 'annotator("as_ana", "ana")')
        apply_functions(bare)
        assert votes_of(bare, "as_ana") == {"r40": "ham"}
        assert listed(bare, "as_ana").n_labelled == 0

    def test_she_changes_neither_the_choice_nor_the_mix(self, bare: Project) -> None:
        """With and without her function, what judges is the same: nothing of hers."""
        annotate(bare, truths(bare, 60), "ana")
        words = 'keywords("a", ["free", "win"], "spam")\nkeywords("b", ["lunch", "you"], "ham")\n'
        script(bare, words + 'annotator("as_ana", "ana")')
        apply_functions(bare)
        result = aggregate_votes(bare)
        assert result.temperature is None
        assert "trusted" not in result.reason
        weight = next(weight for weight in result.weights if weight.name == "as_ana")
        assert (weight.accuracy_gain, weight.measured) == (None, None)
        assert model_report(bare, "aggregate", result.chosen).n_judged == 0
        trained = train_end_model(bare)
        assert trained.held_out == ()
        assert len(void(trained.warnings)) == 1
        annotate(bare, {uid: other(label) for uid, label in truths(bare, 30).items()}, "bob")
        aggregate_votes(bare)
        mixed = train_end_model(bare)
        assert mixed.n_annotated == mixed.held_out[0].n == 30
        # She says the contrary of whoever judges: nothing that follows her is right.
        anchored = next(score for score in mixed.held_out if score.model.startswith("annotations"))
        assert anchored.accuracy_all is not None
        assert anchored.accuracy_all < 0.5

    def test_evaluation_rows_that_she_answered_have_their_given_label(self, voted: Project) -> None:
        script(voted, 'annotator("as_ana", "ana")')
        given = judges(voted).trusted
        annotate(voted, {"er1": "ham", "er2": "spam"}, "ana")
        row = voted.store.examples.id_of("er1")
        assert row is not None
        assert judges(voted).trusted[row - 1] != given[row - 1]
        apply_functions(voted)
        assert (judges(voted).trusted == given).all()
        assert (listed(voted, "as_ana").n_labelled, listed(voted, "as_ana").n_correct) == (2, 0)

    def test_weighed_answers_are_weighed_without_hers(
        self, crowd: Project, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        script(crowd, 'annotator("as_w0", "w0")')
        apply_functions(crowd)
        by_majority = judges(crowd).annotated
        policy = replace(crowd.config, consensus=ConsensusPolicy.DAWID_SKENE)
        monkeypatch.setattr(crowd, "config", policy)
        aggregate_votes(crowd)
        weighed = judges(crowd).annotated
        # Weights settle the ties of the majority.
        assert (weighed >= 0).sum() > (by_majority >= 0).sum()
        truth = np.array([crowd.classes.index(t) for t in truths(crowd, 80).values()])
        judged = weighed >= 0
        assert (weighed == truth)[judged].mean() > 0.9


def test_only_annotators_in_force_are_voters(voted: Project) -> None:
    script(voted, 'annotator("as_ana", "O\'Hara \\"x\\"")\nannotator("as_bob", "bob")')
    assert voting_annotators(voted.store.votes.in_force()) == ()
    apply_functions(voted)
    assert voting_annotators(voted.store.votes.in_force()) == ('O\'Hara "x"', "bob")
