"""Anchoring, pooling and fusing: what human labels add to votes and texts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import sparse

from tests.methods.vote_worlds import accuracy_of
from workbench.errors import MethodError
from workbench.methods.anchoring import anchor
from workbench.methods.feedback import (
    ANNOTATIONS,
    END_MODEL,
    LABEL_MODEL,
    STARTS,
    WEAK_MODEL,
    Fusion,
    fuse,
)
from workbench.methods.label_model import make_label_model
from workbench.methods.opinion_pool import Opinion, held_out_pool, pool_opinions

Probs = NDArray[np.float64]


def world(
    n: int = 600, *, seed: int = 0, text: float = 1.0, worst: float = 0.2
) -> tuple[NDArray[np.float64], NDArray[np.int64], Probs, NDArray[np.int64]]:
    """Features, votes, a label model's probabilities and the truth; one function is mostly wrong.

    ``text`` is how far the class moves the features.
    """
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 2, n)
    X = rng.normal(size=(n, 20)) / 5
    X[:, 0] += text * (truth - 0.5)
    accuracy = np.array([0.8, 0.8, 0.75, worst])
    right = rng.random((n, 4)) < accuracy
    votes = np.where(right, truth[:, None], 1 - truth[:, None])
    votes = np.where(rng.random((n, 4)) < [0.3, 0.3, 0.3, 0.5], votes, -1)
    model = make_label_model("majority", 2, seed=0).fit(votes)
    return X, votes, model.predict_proba(votes), truth


def few_words(
    rng: np.random.Generator, n: int = 1_500, d: int = 3_000
) -> tuple[sparse.csr_matrix, NDArray[np.int64], Probs, NDArray[np.int64]]:
    """Texts of eight words, most of them rare and each more frequent in one class; and votes."""
    truth = rng.integers(0, 2, n)
    lean = 1.2 * rng.normal(size=d)
    frequency = [np.exp(sign * lean / 2) / np.arange(20, d + 20) for sign in (-1, 1)]
    words = np.concatenate([rng.choice(d, 8, p=frequency[k] / frequency[k].sum()) for k in truth])
    counts = sparse.csr_matrix((np.ones(8 * n), (np.repeat(np.arange(n), 8), words)), (n, d))
    right = rng.random((n, 5)) < 0.7
    votes = np.where(right, truth[:, None], 1 - truth[:, None])
    votes = np.where(rng.random((n, 5)) < 0.25, votes, -1)
    probs = make_label_model("majority", 2, seed=0).fit(votes).predict_proba(votes)
    return counts / np.sqrt(8), votes, probs, truth


class TestAnchor:
    def test_labels_show_that_a_function_is_wrong(self) -> None:
        _, votes, probs, truth = world()
        rows = np.arange(100)
        anchored = anchor(votes, probs, rows, truth[rows])
        others = np.arange(600) >= 100
        voted = (votes >= 0).any(axis=1) & others
        before = accuracy_of(probs, truth, where=voted)
        assert accuracy_of(anchored.probs, truth, where=voted) > before + 0.05
        assert anchored.strength < np.inf

    def test_labels_that_agree_correct_nothing_much(self) -> None:
        _, votes, probs, truth = world(worst=0.8)
        rows = np.arange(50)
        anchored = anchor(votes, probs, rows, truth[rows])
        moved = anchored.probs.argmax(axis=1) != probs.argmax(axis=1)
        decided = np.abs(probs[:, 0] - 0.5) > 0.1
        assert moved[decided].mean() < 0.05

    def test_held_out_rows_have_not_seen_their_label(self) -> None:
        votes = np.array([[0], [0], [0], [1], [1], [1]])
        probs = np.tile([0.5, 0.5], (6, 1))
        anchored = anchor(votes, probs, [0, 3], [0, 1])
        # The only annotation of each vote is the row's own.
        assert anchored.held_out == pytest.approx(0.5)

    def test_rows_without_a_vote_are_left_alone(self) -> None:
        votes = np.array([[0], [1], [-1]])
        anchored = anchor(votes, [[0.9, 0.1], [0.1, 0.9], [0.5, 0.5]], [0, 1], [1, 0])
        assert anchored.probs[2] == pytest.approx([0.5, 0.5])

    @given(st.integers(0, 1000), st.integers(1, 5))
    @settings(deadline=None, max_examples=25)
    def test_probabilities_sum_to_one(self, seed: int, m: int) -> None:
        rng = np.random.default_rng(seed)
        votes = rng.integers(-1, 3, (30, m))
        probs = rng.dirichlet(np.ones(3), 30)
        anchored = anchor(votes, probs, np.arange(8), rng.integers(0, 3, 8))
        for found in (anchored.probs, anchored.held_out):
            assert (found >= 0).all()
            assert found.sum(axis=1) == pytest.approx(1)


def opinion(name: str, probs: Probs, rows: NDArray[np.int64], start: float = 0.5) -> Opinion:
    return Opinion(name, probs, probs[rows], start)


class TestPool:
    def probs(self, truth: NDArray[np.int64], accuracy: float, seed: int) -> Probs:
        right = np.random.default_rng(seed).random(len(truth)) < accuracy
        says = np.where(right, truth, 1 - truth)
        return np.where(np.arange(2) == says[:, None], 0.8, 0.2)

    def test_a_model_that_knows_nothing_loses_its_weight(self) -> None:
        truth = np.random.default_rng(0).integers(0, 2, 400)
        rows = np.arange(100)
        models = [
            opinion("good", self.probs(truth, 0.9, 1), rows),
            opinion("noise", self.probs(truth, 0.5, 2), rows),
        ]
        pool = pool_opinions(models, truth[rows])
        assert pool.weights[0] > 0.8
        assert pool.weights[1] < 0.3
        assert accuracy_of(pool.probs, truth) > 0.88

    def test_few_labels_move_the_weights_little(self) -> None:
        truth = np.array([0, 1, 0, 1])
        rows = np.arange(2)
        models = [opinion(n, self.probs(truth, 0.5, 3), rows) for n in ("a", "b")]
        pool = pool_opinions(models, truth[rows])
        assert pool.weights == pytest.approx([0.5, 0.5], abs=0.4)

    def test_held_out_probabilities_come_from_other_folds(self) -> None:
        rng = np.random.default_rng(4)
        labels = rng.integers(0, 2, 60)
        noise = rng.dirichlet([1, 1], 60)
        models = [opinion("noise", noise, np.arange(60))]
        held_out = held_out_pool(models, labels, rng=np.random.default_rng(0))
        assert held_out.shape == (60, 2)
        assert held_out.sum(axis=1) == pytest.approx(1)
        assert not np.array_equal(held_out, pool_opinions(models, labels).probs)

    def test_refuses_nothing(self) -> None:
        with pytest.raises(MethodError, match="no model"):
            pool_opinions([], [0])
        empty = Opinion("a", np.full((3, 2), 0.5), np.empty((0, 2)), 1.0)
        with pytest.raises(MethodError, match="no labelled row"):
            pool_opinions([empty], [])


class TestFuse:
    def run(self, n_labels: int = 60, **options: Any) -> dict[str, float]:
        X, votes, probs, truth = world(**options)
        rows = np.random.default_rng(9).choice(len(truth), n_labels, replace=False)
        trained = (votes >= 0).any(axis=1)
        fusion = fuse(
            X, votes, probs, probs, trained, trained, rows, truth[rows],
            rng=np.random.default_rng(0),
        )  # fmt: skip
        others = np.ones(len(truth), dtype=np.bool_)
        others[rows] = False
        beliefs = {o.name: o.probs for o in fusion.opinions} | {"mix": fusion.pool.probs}
        return {name: accuracy_of(p, truth, where=others) for name, p in beliefs.items()}

    @pytest.mark.parametrize("seed", range(3))
    def test_is_better_than_votes_and_than_annotations(self, seed: int) -> None:
        scores = self.run(seed=seed, text=0.5)
        _, _votes, probs, truth = world(seed=seed, text=0.5)
        assert scores["mix"] > accuracy_of(probs, truth) + 0.02
        assert scores["mix"] > scores[ANNOTATIONS] - 0.01

    def test_texts_that_tell_nothing_do_no_harm(self) -> None:
        scores = self.run(text=0.0, worst=0.8)
        assert scores["mix"] >= scores[LABEL_MODEL] - 0.03

    def test_the_same_seed_gives_the_same_answer(self) -> None:
        assert self.run() == self.run()

    @pytest.mark.parametrize("n_labels", [2, 5])
    def test_a_handful_of_annotations_is_enough_to_run(self, n_labels: int) -> None:
        assert self.run(n_labels=n_labels)["mix"] > 0.6

    def test_a_single_row_to_learn_from_is_no_crash(self) -> None:
        X, votes, probs, truth = world(n=30)
        trained = np.arange(30) == 29
        rows = np.arange(10)
        fusion = fuse(
            X, votes, probs, probs, trained, trained, rows, truth[rows],
            rng=np.random.default_rng(0),
        )  # fmt: skip
        assert fusion.pool.probs.sum(axis=1) == pytest.approx(1)

    def test_labels_of_people_are_learnt_as_they_are(self) -> None:
        X, votes, probs, truth = world()
        given_labels = np.eye(2)[truth]
        trained = np.ones(len(truth), dtype=np.bool_)
        fusion = fuse(
            X, np.full_like(votes, -1), np.full_like(probs, 0.5), given_labels, trained, ~trained,
            np.arange(30), truth[:30], rng=np.random.default_rng(0),
        )  # fmt: skip
        end = next(o for o in fusion.opinions if o.name == END_MODEL)
        assert accuracy_of(end.probs, truth) > 0.95

    def test_rows_that_judge_nothing_are_learnt(self) -> None:
        X, votes, probs, truth = world(text=0.5)
        trained = (votes >= 0).any(axis=1)
        rows, learnt = np.arange(30), np.arange(230)
        few, many = (
            fuse(
                X, votes, probs, probs, trained, trained, rows, truth[rows], learnt=also,
                rng=np.random.default_rng(0),
            )
            for also in (None, (learnt, truth[learnt]))
        )  # fmt: skip
        others = np.arange(len(truth)) >= 230
        alone = [next(o for o in f.opinions if o.name == ANNOTATIONS) for f in (few, many)]
        accuracy = [accuracy_of(o.probs, truth, where=others) for o in alone]
        assert accuracy[1] > accuracy[0] + 0.02
        assert len(many.held_out) == len(many.trust) == len(rows)
        # What the label model says is judged, and corrected, by the same rows as without.
        assert np.array_equal(few.opinions[0].probs, many.opinions[0].probs)

    def test_text_models_do_not_learn_what_annotations_taught_a_function(self) -> None:
        """Neighbours repeat coins that were tossed for annotated rows; a text comes four times."""
        rng = np.random.default_rng(1)
        half = rng.normal(size=(200, 60))
        X, rows = np.tile(half, (4, 1)), np.arange(60)
        labels = rng.integers(0, 2, 60)
        taught = np.full((800, 1), -1)
        for start in (200, 400, 600):
            taught[start : start + 60, 0] = labels
        untaught = rng.integers(0, 2, (800, 1))

        def believed(votes: NDArray[np.int64]) -> Probs:
            voted = [np.where(votes == k, 1.0, 0.0).sum(axis=1) for k in (0, 1)]
            probs = 0.5 + np.stack(voted, axis=1)
            return probs / probs.sum(axis=1, keepdims=True)

        def held_out(votes: NDArray[np.int64], said: Any) -> float:
            soft = believed(votes if said is None else said[0])
            trained = np.ones(800, dtype=np.bool_)
            fusion = fuse(
                X, votes, believed(votes), soft, trained, trained, rows, labels, untaught=said,
                rng=np.random.default_rng(0),
            )  # fmt: skip
            (weak,) = (o for o in fusion.opinions if o.name == WEAK_MODEL)
            return float((weak.held_out.argmax(axis=1) == labels).mean())

        votes = np.concatenate([np.where(taught >= 0, -1, untaught), taught], axis=1)
        others = votes[:, :1]
        assert held_out(votes, None) > 0.75
        assert held_out(votes, (others, believed(others))) < 0.6

    def test_held_out_answers_do_not_know_what_annotations_taught_the_soft_labels(self) -> None:
        """Rare words: what annotated rows say of them moves the soft labels of rows with them."""
        said, true = [], []
        for seed in range(4):
            X, votes, probs, truth = few_words(np.random.default_rng(seed))
            trained, rows = (votes >= 0).any(axis=1), np.arange(100)
            fusion = fuse(
                X, votes, probs, probs, trained, trained, rows, truth[rows],
                rng=np.random.default_rng(0),
            )  # fmt: skip
            (end,) = (o for o in fusion.opinions if o.name == END_MODEL)
            others = np.arange(len(truth)) >= len(rows)
            for held_out, probs in (
                (end.held_out, end.probs),
                (fusion.held_out, fusion.pool.probs),
            ):
                said.append(float((held_out.argmax(axis=1) == truth[rows]).mean()))
                true.append(accuracy_of(probs, truth, where=others))
        # 400 draws have a standard error of 2 points; they were 9 and 7 points too sure.
        assert np.mean(said[::2]) == pytest.approx(np.mean(true[::2]), abs=0.05)
        assert np.mean(said[1::2]) == pytest.approx(np.mean(true[1::2]), abs=0.05)

    def test_annotated_rows_have_to_be_learnt(self) -> None:
        X, votes, probs, truth = world(n=40)
        some = np.arange(40) >= 20
        with pytest.raises(MethodError, match="none of those that are learnt"):
            fuse(
                X, votes, probs, probs, some, some, [0, 1, 2], truth[:3],
                learnt=([0, 1], truth[:2]), rng=np.random.default_rng(0),
            )  # fmt: skip

    def test_labels_of_others_judge_the_parts_too(self) -> None:
        """Few annotations cannot tell that the votes are noise; many vendors' labels can."""
        X, _, _, truth = world(text=1.0)
        votes = np.random.default_rng(5).integers(-1, 2, (len(truth), 4))
        probs = make_label_model("majority", 2, seed=0).fit(votes).predict_proba(votes)
        labelled = np.arange(len(truth)) < 400
        targets = np.where(labelled[:, None], np.eye(2)[truth], probs)
        rows = np.arange(400, 405)
        weights = {}
        for trained in (labelled, ~labelled):
            fusion = fuse(
                X, votes, probs, targets, trained, ~labelled, rows, truth[rows],
                rng=np.random.default_rng(0),
            )  # fmt: skip
            votes_weigh = sum(fusion.pool.weights[:2])
            weights[bool(trained[0])] = votes_weigh
            assert fusion.held_out.shape == (len(rows), 2)
        assert weights[True] < 0.2 < weights[False]

    @pytest.mark.parametrize(("text", "tells"), [(2.0, True), (0.0, False)])
    def test_texts_that_tell_nothing_are_weighed_so_before_any_evidence(
        self, text: float, tells: bool
    ) -> None:
        X, votes, probs, truth = world(text=text, worst=0.8)
        trained = (votes >= 0).any(axis=1)
        fusion = fuse(
            X, votes, probs, probs, trained, trained, np.arange(30), truth[:30],
            rng=np.random.default_rng(0),
        )  # fmt: skip
        (end,) = [o for o in fusion.opinions if o.name == END_MODEL]
        share = end.start / STARTS[END_MODEL]
        assert (share > 0.8) == tells
        assert (share < 0.6) != tells

    def test_needs_two_annotations(self) -> None:
        X, votes, probs, _truth = world(n=20)
        some = np.ones(20, dtype=np.bool_)
        with pytest.raises(MethodError, match="Fewer than two"):
            fuse(X, votes, probs, probs, some, some, [0], [1], rng=np.random.default_rng(0))

    def test_annotations_of_one_class_are_no_crash(self) -> None:
        X, votes, probs, truth = world(n=100)
        rows = np.flatnonzero(truth == 1)[:25]
        some = np.ones(100, dtype=np.bool_)
        fusion = fuse(
            X, votes, probs, probs, some, some, rows, truth[rows], rng=np.random.default_rng(0)
        )
        assert np.isfinite(fusion.pool.probs).all()

    def votes_of_one_class(self, rows: NDArray[np.int64]) -> Fusion:
        """Fuse where functions know one class alone, of which every third row is."""
        rng = np.random.default_rng(0)
        truth = self.one_class_truth()
        votes = np.where((truth == 1)[:, None] & (rng.random((900, 3)) < 0.4), 1, -1)
        voted = (votes >= 0).any(axis=1)
        probs = np.where(voted[:, None], [0.1, 0.9], 0.5)
        X = rng.normal(size=(900, 20)) / 5
        X[:, 0] += truth
        return fuse(X, votes, probs, probs, voted, voted, rows, truth[rows], rng=rng)

    @staticmethod
    def one_class_truth() -> NDArray[np.int64]:
        return (np.arange(900) % 3 == 0).astype(np.int64)

    def test_labels_of_one_class_teach_nothing_of_the_others(self) -> None:
        truth = self.one_class_truth()
        fusion = self.votes_of_one_class(np.arange(60))
        assert WEAK_MODEL not in [opinion.name for opinion in fusion.opinions]
        assert accuracy_of(fusion.pool.probs, truth) > 0.9

    def test_votes_of_one_class_show_that_its_rows_were_looked_for(self) -> None:
        truth = self.one_class_truth()
        rows = np.concatenate([np.flatnonzero(truth == 1)[:29], np.flatnonzero(truth == 0)[:2]])
        assert self.votes_of_one_class(rows).trust.sum() < 10
        assert (self.votes_of_one_class(np.arange(60)).trust == 1).all()

    def test_votes_of_one_class_do_not_show_that_others_were_looked_for(self) -> None:
        """Functions that were chosen by a fair draw hit few of its rows of the common class."""
        rng = np.random.default_rng(0)
        truth = (np.arange(900) % 8 == 0).astype(np.int64)
        rows = rng.choice(900, 100, replace=False)
        rates = np.where(truth == 1, 0.4, 0.2)
        rates[rows] = 0.4 * truth[rows]
        votes = np.where(rng.random((900, 3)) < rates[:, None], 1, -1)
        voted = (votes >= 0).any(axis=1)
        probs = np.where(voted[:, None], [0.1, 0.9], 0.5)
        X = rng.normal(size=(900, 20)) / 5
        X[:, 0] += truth
        fusion = fuse(X, votes, probs, probs, voted, voted, rows, truth[rows], rng=rng)
        assert (fusion.trust == 1).all()
