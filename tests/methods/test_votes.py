from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from snorkel.labeling import LFAnalysis

from workbench.errors import MethodError
from workbench.methods.intervals import wilson
from workbench.methods.votes import (
    check_votes,
    conflict_rate,
    coverage,
    summarize,
    unique_patterns,
    vote_dtype,
    vote_indicators,
)

VOTES = np.array([[-1, 0, 0], [-1, -1, -1], [1, 0, -1], [-1, 0, -1], [0, 0, 0]])

matrices = st.tuples(st.integers(1, 30), st.integers(1, 6)).flatmap(
    lambda shape: arrays(np.int64, shape, elements=st.integers(-1, 3))
)


def random_votes(n: int, m: int, n_classes: int, *, rate: float, seed: int) -> NDArray[np.int64]:
    rng = np.random.default_rng(seed)
    return np.where(rng.random((n, m)) < rate, rng.integers(0, n_classes, (n, m)), -1)


class TestCheckVotes:
    def test_narrows_to_the_vote_dtype(self) -> None:
        assert check_votes(VOTES, 2).dtype == np.int8
        assert check_votes([[299, -1]], 300).dtype == np.int16
        assert (vote_dtype(127), vote_dtype(128)) == (np.int8, np.int16)

    def test_does_not_copy_a_matrix_of_that_dtype(self) -> None:
        votes = VOTES.astype(np.int8)
        assert np.shares_memory(check_votes(votes, 2), votes)

    @pytest.mark.parametrize("bad", [-2, 2, 300])
    def test_names_the_first_vote_out_of_range(self, bad: int) -> None:
        votes = VOTES.copy()
        votes[2, 1] = votes[4, 0] = bad
        with pytest.raises(MethodError, match=rf"row 2, column 1: The vote is {bad}"):
            check_votes(votes, 2)

    @pytest.mark.parametrize("votes", [[0, 1], [[0.0, 1.0]], [[True, False]], [["a"]]])
    def test_refuses_what_is_no_integer_matrix(self, votes: object) -> None:
        with pytest.raises(MethodError, match="matrix of integers"):
            check_votes(np.asarray(votes), 2)

    @pytest.mark.parametrize("n_classes", [-1, 1, 40_000])
    def test_refuses_an_impossible_number_of_classes(self, n_classes: int) -> None:
        with pytest.raises(MethodError, match="number of classes"):
            check_votes(VOTES, n_classes)


class TestUniquePatterns:
    @given(votes=matrices)
    @example(votes=np.full((3, 2), -1))
    @settings(deadline=None, max_examples=50)
    def test_equals_numpy_unique(self, votes: NDArray[np.int64]) -> None:
        patterns = unique_patterns(votes)
        expected, counts = np.unique(votes, axis=0, return_counts=True)
        assert np.array_equal(patterns.votes, expected)
        assert np.array_equal(patterns.counts, counts)
        assert np.array_equal(patterns.votes[patterns.inverse], votes)

    # One word with room for the number of a row, one without, several words.
    @pytest.mark.parametrize(("m", "n_classes"), [(30, 2), (40, 2), (150, 2), (50, 10), (9, 300)])
    def test_rows_stay_apart_however_many_words_they_take(self, m: int, n_classes: int) -> None:
        base = random_votes(200, m, n_classes, rate=0.5, seed=m)
        near = base.copy()
        near[:, m // 2] = np.where(near[:, m // 2] < 0, 0, -1)
        votes = check_votes(np.vstack([base, near, base]), n_classes)
        patterns = unique_patterns(votes)
        assert len(patterns.votes) == 400
        assert np.array_equal(patterns.votes[patterns.inverse], votes)
        assert sorted(np.unique(patterns.counts)) == [1, 2]

    def test_do_not_depend_on_the_order_of_the_rows(self) -> None:
        votes = random_votes(500, 6, 3, rate=0.4, seed=0)
        patterns = unique_patterns(votes)
        shuffled = unique_patterns(votes[np.random.default_rng(1).permutation(500)])
        assert np.array_equal(patterns.votes, shuffled.votes)
        assert np.array_equal(patterns.counts, shuffled.counts)

    @pytest.mark.parametrize(("shape", "n_patterns"), [((0, 3), 0), ((4, 0), 1), ((0, 0), 0)])
    def test_empty_matrices_have_none_or_one(self, shape: tuple[int, int], n_patterns: int) -> None:
        patterns = unique_patterns(np.empty(shape, dtype=np.int8))
        assert patterns.votes.shape == (n_patterns, shape[1])
        assert patterns.counts.sum() == shape[0]
        assert len(patterns.inverse) == shape[0]


def test_indicators_are_one_hot() -> None:
    votes = check_votes(VOTES, 2)
    dense = vote_indicators(votes, 2).toarray().reshape(5, 3, 2)
    assert np.array_equal(dense, votes[:, :, None] == np.arange(2))


class TestSummarize:
    @pytest.mark.filterwarnings("ignore:Input has data type:FutureWarning")  # snorkel's own
    @pytest.mark.parametrize(
        ("m", "n_classes", "rate"), [(5, 2, 0.3), (12, 4, 0.1), (3, 2, 1.0), (4, 150, 0.5)]
    )
    def test_equals_snorkel(self, m: int, n_classes: int, rate: float) -> None:
        votes = random_votes(400, m, n_classes, rate=rate, seed=m)
        labels = np.random.default_rng(9).integers(0, n_classes, 400)
        summary = summarize(votes, n_classes, labels)
        theirs = LFAnalysis(votes)
        table = theirs.lf_summary(Y=labels)
        assert [list(p) for p in summary.polarity] == theirs.lf_polarities()
        assert summary.coverage == pytest.approx(theirs.lf_coverages())
        assert summary.overlaps == pytest.approx(theirs.lf_overlaps())
        assert summary.conflicts == pytest.approx(theirs.lf_conflicts())
        assert summary.accuracy == pytest.approx(theirs.lf_empirical_accuracies(labels))
        assert summary.n_correct.tolist() == table["Correct"].tolist()
        assert summary.n_incorrect.tolist() == table["Incorrect"].tolist()
        assert coverage(votes) == pytest.approx(theirs.label_coverage())
        assert conflict_rate(votes) == pytest.approx(theirs.label_conflict())

    def test_counts_labelled_rows_only(self) -> None:
        summary = summarize(VOTES, 2, [0, 1, -1, 1, 0])
        assert summary.n_labelled.tolist() == [1, 3, 2]
        assert summary.n_correct.tolist() == [1, 2, 2]
        assert summary.n_incorrect.tolist() == [0, 1, 0]
        low, high = wilson([1, 2, 2], [1, 3, 2])
        assert np.array_equal(summary.accuracy_low, low)
        assert np.array_equal(summary.accuracy_high, high)

    def test_single_functions_are_measured_by_other_labels(self) -> None:
        labels = [0, 1, -1, 1, 0]
        rows = np.array([0, 2, 3, 4])
        summary = summarize(VOTES, 2, labels, apart={1: (rows, [-1, 0, 0, 1])})
        assert summary.n_labelled.tolist() == [1, 3, 2]
        assert summary.n_correct.tolist() == [1, 2, 2]
        without = summarize(VOTES, 2, labels, apart={1: (rows, [-1, -1, -1, -1])})
        assert without.n_labelled.tolist() == [1, 0, 2]
        assert np.isnan(without.accuracy[1])
        with pytest.raises(MethodError, match=r"[Ll]abel"):
            summarize(VOTES, 2, labels, apart={1: (rows, [2, 0, 0, 0])})

    def test_accuracy_is_unknown_without_labels(self) -> None:
        summary = summarize(VOTES, 2)
        assert np.isnan(summary.accuracy).all()
        assert (summary.accuracy_low == 0).all()
        assert (summary.accuracy_high == 1).all()

    def test_a_silent_function_has_no_polarity(self) -> None:
        assert summarize([[-1, 0], [-1, 1]], 2).polarity == ((), (0, 1))

    def test_no_rows_give_zero_shares(self) -> None:
        empty = np.empty((0, 3), dtype=np.int8)
        summary = summarize(empty, 2)
        assert (summary.coverage == 0).all()
        assert (coverage(empty), conflict_rate(empty)) == (0, 0)

    def test_no_functions_give_empty_arrays(self) -> None:
        empty = np.empty((3, 0), dtype=np.int8)
        assert summarize(empty, 2).coverage.shape == (0,)
        assert (coverage(empty), conflict_rate(empty)) == (0, 0)

    @pytest.mark.parametrize("labels", [[0, 1], [0, 1, 2, 0, 0], [0.5] * 5, [-2, 0, 0, 0, 0]])
    def test_refuses_malformed_labels(self, labels: list[float]) -> None:
        with pytest.raises(MethodError, match=r"[Ll]abel"):
            summarize(VOTES, 2, labels)
