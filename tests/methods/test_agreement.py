"""Agreement beyond chance, against published examples and libraries."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from workbench.errors import MethodError
from workbench.methods.agreement import Agreement, Coefficient, measure_agreement

# Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", section C: four observers,
# twelve units, missing data; 0 stands for a missing value.
KRIPPENDORFF = (
    np.array(
        [
            [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
            [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
            [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
            [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
        ]
    ).T
    - 1
)

# Ten subjects, fourteen raters, five categories: how many raters chose each category.
FLEISS = np.array(
    [
        [0, 0, 0, 0, 14],
        [0, 2, 6, 4, 2],
        [0, 0, 3, 5, 6],
        [0, 3, 9, 2, 0],
        [2, 2, 8, 1, 1],
        [7, 7, 0, 0, 0],
        [3, 2, 6, 3, 0],
        [2, 5, 3, 2, 2],
        [6, 5, 2, 1, 0],
        [0, 2, 2, 3, 7],
    ]
)


def alpha_by_coincidences(answers: np.ndarray, n_classes: int) -> float | None:
    """Return alpha step by step as Krippendorff (2011) computes it; None where undefined."""
    coincidences = np.zeros((n_classes, n_classes))
    for row in answers:
        said = row[row >= 0]
        for i, j in itertools.permutations(range(len(said)), 2):
            coincidences[said[i], said[j]] += 1 / (len(said) - 1)
    totals = coincidences.sum(axis=0)
    n = totals.sum()
    expected = (np.outer(totals, totals) - np.diag(totals)) / max(n - 1, 1)
    apart = ~np.eye(n_classes, dtype=bool)
    if expected[apart].sum() == 0:
        return None
    return 1 - coincidences[apart].sum() / expected[apart].sum()


def measure(answers: object, n_classes: int, *, seed: int = 0, n_resamples: int = 20) -> Agreement:
    return measure_agreement(
        answers, n_classes, rng=np.random.default_rng(seed), n_resamples=n_resamples
    )


def test_krippendorff_s_example():
    agreement = measure(KRIPPENDORFF, 5)
    assert agreement.alpha.value == pytest.approx(0.743, abs=5e-4)
    assert (agreement.n_rows, agreement.n_answers) == (11, 40)  # unit 12 has one answer


def test_fleiss_example():
    answers = [np.repeat(np.arange(5), row) for row in FLEISS]
    agreement = measure(np.stack(answers), 5)
    assert agreement.fleiss.value == pytest.approx(0.210, abs=5e-4)
    assert agreement.observed.value == pytest.approx(0.378, abs=5e-4)


def test_cohen_s_kappa_is_scikit_learn_s_on_the_rows_that_both_answered():
    rng = np.random.default_rng(3)
    answers = rng.integers(-1, 4, (60, 5))
    agreement = measure(answers, 4)
    assert len(agreement.pairs) == 10
    for pair in agreement.pairs:
        both = (answers[:, [pair.first, pair.second]] >= 0).all(axis=1)
        one, other = answers[both, pair.first], answers[both, pair.second]
        assert pair.kappa.value == pytest.approx(cohen_kappa_score(one, other))
        assert pair.n_rows == both.sum()
        assert pair.observed == pytest.approx((one == other).mean())
    mean = np.average(
        [p.kappa.value for p in agreement.pairs], weights=[p.n_rows for p in agreement.pairs]
    )
    assert agreement.cohen.value == pytest.approx(mean)


@given(
    seed=st.integers(0, 10_000),
    n=st.integers(1, 25),
    m=st.integers(2, 6),
    n_classes=st.integers(2, 5),
)
@settings(deadline=None, max_examples=50)
def test_alpha_is_that_of_the_coincidence_matrix(seed, n, m, n_classes):
    answers = np.random.default_rng(seed).integers(-1, n_classes, (n, m))
    agreement = measure(answers, n_classes, n_resamples=1)
    expected = alpha_by_coincidences(answers, n_classes)
    assert (agreement.alpha.value is None) == (expected is None)
    assert expected is None or agreement.alpha.value == pytest.approx(expected)


@given(
    seed=st.integers(0, 10_000),
    n=st.integers(2, 25),
    m=st.integers(2, 6),
    n_classes=st.integers(2, 5),
)
@settings(deadline=None, max_examples=50)
def test_without_missing_answers_alpha_is_fleiss_kappa_but_for_the_sample_s_size(
    seed, n, m, n_classes
):
    answers = np.random.default_rng(seed).integers(0, n_classes, (n, m))
    agreement = measure(answers, n_classes, n_resamples=1)
    pairs = [(agreement.alpha, agreement.fleiss)]
    pairs += [(c.alpha, c.fleiss) for c in agreement.classes]
    for alpha, fleiss in pairs:
        if alpha.value is None:
            assert fleiss.value is None
            continue
        size = n * m
        assert 1 - alpha.value == pytest.approx((1 - fleiss.value) * (size - 1) / size)


@given(seed=st.integers(0, 10_000), n=st.integers(1, 20), n_classes=st.integers(2, 4))
@settings(deadline=None, max_examples=40)
def test_a_class_against_the_rest_is_the_coefficient_on_binary_answers(seed, n, n_classes):
    answers = np.random.default_rng(seed).integers(-1, n_classes, (n, 4))
    for by_class in measure(answers, n_classes, n_resamples=1).classes:
        binary = np.where(answers < 0, -1, answers == by_class.class_index)
        alone = measure(binary, 2, n_resamples=1)
        assert by_class.alpha.value == pytest.approx(alone.alpha.value)
        assert by_class.fleiss.value == pytest.approx(alone.fleiss.value)


def test_agreement_does_not_depend_on_the_order_of_rows_or_the_names_of_classes():
    rng = np.random.default_rng(5)
    answers = rng.integers(-1, 3, (40, 4))
    one = measure(answers, 3)
    other = measure(np.where(answers < 0, -1, 2 - answers)[rng.permutation(40)], 3)
    for name in ("observed", "alpha", "fleiss", "cohen"):
        assert getattr(one, name).value == pytest.approx(getattr(other, name).value)


def test_perfect_agreement_is_1_and_chance_is_near_0():
    rng = np.random.default_rng(1)
    truth = rng.integers(0, 3, 500)
    perfect = measure(np.stack([truth] * 3, axis=1), 3)
    assert perfect.alpha == perfect.fleiss == perfect.cohen == Coefficient(1, 1, 1)
    chance = measure(rng.integers(0, 3, (500, 3)), 3, n_resamples=500)
    for coefficient in (chance.alpha, chance.fleiss, chance.cohen):
        assert abs(coefficient.value) < 0.05
        assert coefficient.low < coefficient.value < coefficient.high < 0.1


def test_intervals_cover_as_often_as_they_say():
    rng = np.random.default_rng(0)
    flip = 0.2  # both annotators err independently: kappa is (1 - 2 * flip) ** 2 for even classes
    covered = 0
    for _ in range(150):
        truth = rng.integers(0, 2, 120)
        answers = np.stack([truth ^ (rng.random(120) < flip) for _ in range(2)], axis=1)
        alpha = measure_agreement(answers, 2, rng=rng, n_resamples=300).alpha
        covered += alpha.low <= (1 - 2 * flip) ** 2 <= alpha.high
    assert 0.88 <= covered / 150 <= 0.99


def test_the_same_seed_gives_the_same_intervals():
    answers = np.random.default_rng(2).integers(-1, 3, (50, 4))
    assert measure(answers, 3, seed=7) == measure(answers, 3, seed=7)
    assert measure(answers, 3, seed=7).alpha.low != measure(answers, 3, seed=8).alpha.low


@pytest.mark.parametrize(
    "answers", [np.empty((0, 3), np.int8), np.full((4, 3), -1), [[0], [1]], [[0, -1], [-1, 1]]]
)
def test_without_a_shared_row_nothing_is_defined(answers):
    agreement = measure(answers, 2)
    undefined = Coefficient(None, None, None)
    assert agreement.n_rows == 0
    assert agreement.pairs == ()
    assert agreement.alpha == agreement.fleiss == agreement.cohen == agreement.observed == undefined


def test_where_one_class_is_all_there_is_only_the_observed_agreement_is_defined():
    agreement = measure([[1, 1], [1, 1]], 2)
    assert agreement.observed.value == 1
    assert agreement.alpha.value is agreement.fleiss.value is agreement.cohen.value is None


def test_a_coefficient_that_few_resamples_define_has_no_interval():
    # The first two share two rows of a hundred, and need both in a resample to have a kappa.
    rare = [[0, 0, -1], [1, 1, -1]]
    agreement = measure(rare + [[0, -1, 0], [1, -1, 1]] * 49, 2, n_resamples=400)
    first, second = agreement.pairs
    assert (first.n_rows, first.kappa) == (2, Coefficient(1, None, None))
    assert (second.n_rows, second.kappa) == (98, Coefficient(1, 1, 1))


@pytest.mark.parametrize(
    ("answers", "options"),
    [
        ([[0, 3]], {}),
        ([0, 1], {}),
        ([[0, 1]], {"n_resamples": 0}),
    ],
)
def test_bad_arguments_are_refused(answers, options):
    with pytest.raises(MethodError):
        measure_agreement(answers, 2, rng=np.random.default_rng(0), **options)
