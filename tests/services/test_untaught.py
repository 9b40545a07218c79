"""What annotations taught functions, however the functions and the classes changed since."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.services.function_scripts import annotate, script
from workbench.services.aggregate import aggregate_votes
from workbench.services.beliefs import ModelBeliefs, model_beliefs
from workbench.services.classes import add_classes, merge_classes
from workbench.services.importing.importing import import_files
from workbench.services.labels import human_labels, roles
from workbench.services.learnt_rows import PEOPLE, WEAK, lessons
from workbench.services.lf.apply import apply_functions
from workbench.services.project import Project
from workbench.services.train import train_end_model
from workbench.services.untaught import taught_by_annotations, untaught_beliefs
from workbench.types import Role

WORDS = """keywords("river", ["river"], "ham")
keywords("stone", ["stone"], "spam")
keywords("music", ["music"], "ham")
"""


@pytest.fixture
def coined(bare: Project) -> Project:
    """80 rows, 60 of them annotated by the toss of a coin, and functions that learnt the tosses."""
    tosses = np.random.default_rng(3).integers(0, 2, 60)
    annotate(bare, {f"r{i}": bare.classes[toss] for i, toss in enumerate(tosses)})
    script(bare, WORDS, "words.py")
    script(bare, near_annotated(bare), "near.py")
    apply_functions(bare)
    aggregate_votes(bare)
    return bare


def near_annotated(project: Project, *, first: int = 0) -> str:
    """A function a class that votes where a text is near to a row annotated with it."""
    decided = human_labels(project).decided[first:]
    lines = []
    for index, name in enumerate(project.classes[:2]):
        uids = [f"r{first + row}" for row in np.flatnonzero(decided == index)]
        lines.append(f"neighbours('near_{name}', {uids}, {name!r}, min_similarity=0.5)")
    return "\n".join(lines)


def believed(project: Project) -> ModelBeliefs:
    found = model_beliefs(project, "aggregate")
    assert found is not None
    return found


def names_of_taught(project: Project, *, with_answers: bool = False) -> list[str]:
    taught = taught_by_annotations(project, believed(project), with_answers=with_answers)
    return sorted(version.name for version in taught)


class TestWhoWasTaught:
    def test_only_what_annotations_moved(self, coined: Project) -> None:
        script(coined, 'neighbours("near_others", ["r70", "r71"], "ham")', "others.py")
        apply_functions(coined)
        assert names_of_taught(coined) == ["near_ham", "near_spam"]

    def test_functions_that_are_gone_did_teach_what_is_believed(self, coined: Project) -> None:
        (coined.functions_folder / "near.py").unlink()
        apply_functions(coined)
        assert names_of_taught(coined) == ["near_ham", "near_spam"]
        aggregate_votes(coined)
        assert names_of_taught(coined) == []

    def test_a_name_may_stand_for_two_versions(self, coined: Project) -> None:
        before = {version.name: version for version in coined.store.votes.in_force()}
        script(coined, 'neighbours("near_ham", ["r70", "r71"], "ham")', "near.py")
        apply_functions(coined)
        taught = taught_by_annotations(coined, believed(coined))
        assert set(taught) == {before["near_ham"], before["near_spam"]}

    def test_without_a_label_model_nothing_was_learnt(self, coined: Project) -> None:
        assert taught_by_annotations(coined, None) == ()

    def test_answers_that_are_votes_count_where_asked_for(self, coined: Project) -> None:
        script(coined, 'annotator("as_ana", "ana")', "ana.py")
        apply_functions(coined)
        assert "as_ana" not in names_of_taught(coined)
        assert "as_ana" in names_of_taught(coined, with_answers=True)


class TestBeliefs:
    def test_are_those_of_the_other_functions(self, coined: Project) -> None:
        beliefs = believed(coined)
        found = untaught_beliefs(coined, beliefs, taught_by_annotations(coined, beliefs))
        assert found.votes.shape == (80, 3)
        has_vote = (found.votes >= 0).any(axis=1)
        assert not (found.is_known & ~has_vote).any()
        assert found.is_known.any()
        assert (found.probs[~found.is_known] == 0.5).all()
        everything = untaught_beliefs(coined, beliefs, ())
        np.testing.assert_allclose(
            everything.probs[everything.is_known], beliefs.probs[everything.is_known], atol=1e-6
        )
        assert (everything.is_known == beliefs.informed).all()

    def test_a_new_class_changes_nothing_that_is_known(self, coined: Project) -> None:
        beliefs = believed(coined)
        before = untaught_beliefs(coined, beliefs, taught_by_annotations(coined, beliefs))
        add_classes(coined, ["other"])
        beliefs = believed(coined)
        after = untaught_beliefs(coined, beliefs, taught_by_annotations(coined, beliefs))
        assert (after.is_known == before.is_known).all()
        known = before.is_known
        assert (after.probs[known, :2] == before.probs[known]).all()
        assert (after.probs[known, 2] == 0).all()

    def test_a_merged_class_brings_its_probability_along(self, coined: Project) -> None:
        add_classes(coined, ["other"])
        script(coined, 'keywords("castle", ["castle"], "other")', "third.py")
        apply_functions(coined)
        aggregate_votes(coined)
        beliefs = believed(coined)
        before = untaught_beliefs(coined, beliefs, taught_by_annotations(coined, beliefs))
        merge_classes(coined, ["other"], "ham")
        beliefs = believed(coined)
        after = untaught_beliefs(coined, beliefs, taught_by_annotations(coined, beliefs))
        known = before.is_known
        assert (after.is_known == known).all()
        assert before.probs[known, 2].max() > 0.5
        sums = np.stack([before.probs[:, 0] + before.probs[:, 2], before.probs[:, 1]], axis=1)
        np.testing.assert_allclose(after.probs[known], sums[known])


class TestMix:
    @pytest.mark.parametrize("is_gone", [True, False], ids=["gone", "changed"])
    def test_knows_no_row_by_functions_that_taught_it_before(
        self, project: Project, write_csv: Callable[..., Path], is_gone: bool
    ) -> None:
        draws = np.random.default_rng(1)
        texts = [" ".join(f"word{k}" for k in draws.integers(0, 400, 8)) for _ in range(400)]
        rows = [{"id": f"r{i}", "text": text} for i, text in enumerate(texts)]
        import_files(project, [write_csv("words.csv", rows)])
        tosses = draws.integers(0, 2, 100)
        annotate(project, {f"r{i}": project.classes[toss] for i, toss in enumerate(tosses)})
        few = [f"word{k}" for k in range(9)]
        script(project, f"keywords('few', {few}, 'ham')", "words.py")
        near = near_annotated(project) + "\nclassifier('clf', min_probability=0.5)"
        path = script(project, near, "near.py")
        apply_functions(project)
        aggregate_votes(project)
        path.unlink()
        if not is_gone:
            other = "neighbours('near_{0}', ['r200', 'r201'], '{0}', min_similarity=0.2)"
            script(project, "\n".join(map(other.format, project.classes)), "near.py")
        apply_functions(project)
        scores = [score.accuracy_all for score in train_end_model(project).held_out]
        # Tosses of a coin cannot be foretold.
        assert max(share for share in scores if share is not None) < 0.7

    def test_learns_the_other_functions_after_a_class_was_added(self, coined: Project) -> None:
        add_classes(coined, ["other"])
        after = train_end_model(coined)
        beliefs = believed(coined)
        found = untaught_beliefs(coined, beliefs, taught_by_annotations(coined, beliefs))
        n_known = int(found.is_known[human_labels(coined).decided < 0].sum())
        assert after.by_origin["model"] == n_known > 0

    def test_counts_the_rows_that_it_learnt(self, coined: Project) -> None:
        (coined.functions_folder / "words.py").unlink()
        apply_functions(coined)
        aggregate_votes(coined)
        trained = train_end_model(coined)
        assert trained.held_out
        assert (trained.n_rows, trained.n_hard, trained.n_soft) == (60, 60, 0)
        assert trained.by_origin["annotation"] == 60

    def test_is_trained_again_where_other_functions_taught_it(self, coined: Project) -> None:
        train_end_model(coined)
        assert train_end_model(coined).reused
        before = coined.store.votes.in_force()
        nearer = near_annotated(coined, first=20).replace("0.5", "0.4")
        script(coined, nearer, "near.py")
        apply_functions(coined)
        # Of the same names.
        assert [v.name for v in coined.store.votes.in_force()] == [v.name for v in before]
        assert not train_end_model(coined).reused


def test_without_a_label_model_no_function_is_said_to_have_taught_it(filled: Project) -> None:
    annotate(filled, {"r1": "spam", "r3": "spam", "r5": "spam", "r0": "ham", "r2": "ham"})
    script(filled, 'classifier("model", min_probability=0.6)')
    apply_functions(filled)
    assert not [told for told in train_end_model(filled).warnings if "annotations taught" in told]


class TestLessons:
    def test_hold_no_label_that_annotations_taught(self, coined: Project) -> None:
        beliefs = believed(coined)
        found = untaught_beliefs(coined, beliefs, taught_by_annotations(coined, beliefs))
        known = lessons(coined, with_people=False)
        weak = known.said(WEAK)
        assert found.is_known[weak].all()
        assert (known.labels[weak] == found.probs[weak].argmax(axis=1)).all()
        assert known.soft is not None
        assert (known.soft[weak] == found.probs[weak]).all()

    def test_hold_no_answer_as_a_weak_label(self, bare: Project) -> None:
        annotate(bare, {f"r{i}": bare.classes[i % 2] for i in range(60)})
        script(bare, 'annotator("as_ana", "ana")')
        apply_functions(bare)
        aggregate_votes(bare)
        assert len(lessons(bare).said(PEOPLE)) == 60
        assert len(lessons(bare, with_people=False).said(WEAK)) == 0

    def test_hold_training_rows_alone(self, voted: Project) -> None:
        annotate(voted, {"r1": "spam", "r3": "spam", "r0": "ham", "r2": "ham"})
        script(voted, 'classifier("model", min_probability=0.5)')
        apply_functions(voted)
        aggregate_votes(voted)
        known = lessons(voted)
        assert (roles(voted)[known.labels >= 0] == Role.TRAIN).all()
