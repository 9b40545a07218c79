from __future__ import annotations

import csv
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from workbench.errors import MethodError
from workbench.methods.error_rates import GroupRates, error_rates_by
from workbench.methods.intervals import wilson


def test_a_group_with_more_errors_stands_out():
    rng = np.random.default_rng(0)
    vendor = np.repeat(["a", "b", "c"], 500)
    issues = rng.random(1_500) < np.where(vendor == "b", 0.15, 0.03)
    rates = error_rates_by(vendor, issues)
    assert rates.group == ("a", "b", "c")
    assert rates.ratio[1] > 3
    assert rates.q_value[1] < 1e-6
    assert (rates.q_value >= rates.p_value).all()


def test_p_values_are_those_of_the_exact_and_the_chi_squared_test():
    from scipy.stats import chi2_contingency, fisher_exact

    few = error_rates_by(["a"] * 10 + ["b"] * 10, np.arange(20) < 4)
    assert few.p_value[0] == pytest.approx(fisher_exact([[4, 6], [0, 10]]).pvalue)
    rows = 4_000
    issues = np.arange(2 * rows) % rows < np.r_[[1_200] * rows, [1_140] * rows]
    many = error_rates_by(["a"] * rows + ["b"] * rows, issues)
    table = [[1_200, 2_800], [1_140, 2_860]]
    assert many.p_value[0] == pytest.approx(chi2_contingency(table, correction=False).pvalue)


@pytest.mark.parametrize(
    ("groups", "issues", "ratio"),
    [
        (["a", "b"], [False, False], [np.nan, np.nan]),  # nothing to nothing
        (["a", "b"], [True, False], [np.inf, 0]),
        ([None, 3], [True, True], [1, 1]),
    ],
)
def test_groups_without_errors_are_no_alarm(groups, issues, ratio):
    rates = error_rates_by(groups, np.array(issues))
    assert rates.ratio.tolist() == pytest.approx(ratio, nan_ok=True)
    assert (rates.p_value > 0.05).all()


def test_a_group_alone_in_its_strata_is_not_compared_and_costs_the_others_nothing():
    rates = error_rates_by(["a", "a"], np.array([True, False]))
    assert np.isnan([rates.ratio[0], rates.p_value[0], rates.q_value[0]]).all()
    assert not rates.is_accused.any()
    groups = ["a"] * 100 + ["b"] * 100
    issues = np.arange(200) % 100 < np.r_[[20] * 100, [5] * 100]
    plain = error_rates_by(groups, issues, strata=[0] * 200)
    with_lonely = error_rates_by([*groups, "c"], np.append(issues, True), strata=[0] * 200 + [1])
    assert with_lonely.is_compared.tolist() == [True, True, False]
    assert with_lonely.q_value[:2].tolist() == plain.q_value.tolist()


def test_a_mask_of_the_wrong_kind_is_refused():
    with pytest.raises(MethodError):
        error_rates_by(["a", "b"], [1, 0])
    with pytest.raises(MethodError):
        error_rates_by([], np.zeros(0, bool))


def test_strata_of_one_value_change_nothing():
    rng = np.random.default_rng(0)
    groups = rng.choice(["a", "b", "c"], 400)
    issues = rng.random(400) < 0.1
    plain, layered = (
        error_rates_by(groups, issues),
        error_rates_by(groups, issues, strata=[0] * 400),
    )
    np.testing.assert_allclose(plain.p_value, layered.p_value)


def test_a_group_is_not_accused_of_the_class_that_it_was_sent():
    rng = np.random.default_rng(1)
    n = 4_000
    hard = rng.random(n) < 0.5
    vendor = np.where(rng.random(n) < np.where(hard, 0.9, 0.1), "hard", "easy")
    issues = rng.random(n) < np.where(hard, 0.2, 0.02)
    assert error_rates_by(vendor, issues).is_accused.any()
    assert not error_rates_by(vendor, issues, strata=hard).is_accused.any()


# A row a cell: group, stratum, rows, errors.
SENT_THE_HARD_CLASS = (
    ("careful", "red", 500, 67),
    ("careful", "blue", 60, 0),
    ("sloppy", "red", 60, 18),
    ("sloppy", "blue", 700, 10),
)
SENT_THE_EASY_CLASS = (
    ("bad", "easy", 900, 45),
    ("bad", "hard", 50, 25),
    ("ok", "easy", 300, 3),
    ("ok", "hard", 800, 240),
)


@pytest.mark.parametrize(
    ("cells", "culprit"), [(SENT_THE_HARD_CLASS, "sloppy"), (SENT_THE_EASY_CLASS, "bad")]
)
def test_who_is_worse_in_every_class_is_accused_whatever_the_crude_rates_say(cells, culprit):
    groups = [group for group, _, n, _ in cells for _ in range(n)]
    strata = [stratum for _, stratum, n, _ in cells for _ in range(n)]
    issues = np.concatenate([np.arange(n) < wrong for _, _, n, wrong in cells])
    rates = error_rates_by(groups, issues, strata=strata)
    accused = [group for group, is_so in zip(rates.group, rates.is_accused, strict=True) if is_so]
    assert accused == [culprit]
    assert rates.rate[rates.group.index(culprit)] < rates.rate.max()
    # Mantel-Haenszel, by hand.
    mine = [cell for cell in cells if cell[0] == culprit]
    others = {cell[1]: cell for cell in cells if cell[0] != culprit}
    pairs = [(a[3], a[2], others[a[1]][3], others[a[1]][2]) for a in mine]
    above = sum(wrong * m / (n + m) for wrong, n, _, m in pairs)
    below = sum(wrong * n / (n + m) for _, n, wrong, m in pairs)
    assert rates.ratio[rates.group.index(culprit)] == pytest.approx(above / below)


def test_the_exact_test_over_strata_is_the_mantel_haenszel_one():
    # Two tables of 2 by 2: the count of a group is a sum of two hypergeometric ones.
    from scipy.stats import hypergeom

    groups = ["a"] * 6 + ["b"] * 6 + ["a"] * 4 + ["b"] * 8
    issues = np.zeros(24, bool)
    issues[[0, 1, 2, 6, 12, 13]] = True
    strata = [0] * 12 + [1] * 12
    chances = {}
    for x in range(5):
        for y in range(3):
            chance = hypergeom.pmf(x, 12, 4, 6) * hypergeom.pmf(y, 12, 2, 4)
            chances[x + y] = chances.get(x + y, 0) + chance
    own = chances[5]
    expected = sum(chance for chance in chances.values() if chance <= own * (1 + 1e-7))
    assert error_rates_by(groups, issues, strata=strata).p_value[0] == pytest.approx(expected)


def test_strata_of_another_length_are_refused():
    with pytest.raises(MethodError, match="strata"):
        error_rates_by(["a", "b"], np.array([True, False]), strata=[1])


def planted(repository: Path) -> tuple[list[dict[str, str]], np.ndarray]:
    """The labelled example messages and which of their labels are wrong."""
    with (repository / "data" / "messages.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["label"]]
    with (repository / "data" / "truth.csv").open(encoding="utf-8", newline="") as file:
        truth = {row["id"]: row["label"] for row in csv.DictReader(file)}
    return rows, np.array([row["label"] != truth[row["id"]] for row in rows])


def test_the_batch_and_vendor_with_planted_errors_are_accused_and_the_clean_ones_not(repository):
    rows, is_wrong = planted(repository)
    rng = np.random.default_rng(0)
    # As an audit sees it: one error in five missed, one sound row in fifty doubted.
    doubted = np.where(is_wrong, rng.random(len(rows)) < 0.8, rng.random(len(rows)) < 0.02)
    by_vendor = error_rates_by([row["vendor"] for row in rows], doubted)
    assert by_vendor.group[int(by_vendor.rate.argmax())] == "quick"
    assert [g for g, bad in zip(by_vendor.group, by_vendor.is_accused, strict=True) if bad] == [
        "quick"
    ]
    by_batch = error_rates_by([row["batch"] for row in rows], doubted)
    accused = {g for g, bad in zip(by_batch.group, by_batch.is_accused, strict=True) if bad}
    assert "quick-2" in accused
    assert accused <= {"quick-2", "mosaic-3"}


@pytest.mark.parametrize("column", ["vendor", "batch", "channel"])
def test_reshuffled_groups_are_accused_in_at_most_one_run_of_twenty(repository, column):
    rows, is_wrong = planted(repository)
    rng = np.random.default_rng(2)
    doubted = is_wrong | (rng.random(len(rows)) < 0.02)
    groups = np.array([row[column] for row in rows])
    runs = [error_rates_by(rng.permutation(groups), doubted).is_accused.any() for _ in range(100)]
    assert sum(runs) <= 5


def with_copies(rng: np.random.Generator, *, spike: float = 0.0):
    """Rows of ten groups; of every 30th text the group got 6 to 19 copies, doubted alike."""
    n_copies = np.where(np.arange(2_000) % 30, 1, rng.integers(6, 20, 2_000))
    texts = np.repeat(np.arange(2_000), n_copies)
    group, label = rng.integers(0, 10, 2_000), rng.integers(0, 3, 2_000)
    doubted = rng.random(2_000) < np.where(group == 0, max(spike, 0.1), 0.1)
    return group[texts].tolist(), doubted[texts], label[texts].tolist(), texts


def test_copies_of_a_text_that_came_in_one_group_do_not_accuse_it():
    rng = np.random.default_rng(0)
    n_accusing = n_by_rows = n_found = 0
    for _ in range(100):
        groups, issues, strata, clusters = with_copies(rng)
        rates = error_rates_by(groups, issues, strata=strata, clusters=clusters)
        n_accusing += rates.is_accused.any()
        n_by_rows += error_rates_by(groups, issues, strata=strata).is_accused.any()
        groups, issues, strata, clusters = with_copies(rng, spike=0.25)
        rates = error_rates_by(groups, issues, strata=strata, clusters=clusters)
        n_found += rates.is_accused.tolist() == [True] + [False] * 9
    assert n_accusing <= 5
    assert n_by_rows >= 50
    assert n_found >= 90


def test_one_text_that_is_wrong_in_all_its_copies_is_no_spike():
    groups = ["a"] * 200 + ["b"] * 200
    texts = np.arange(400)
    texts[:12] = 0
    issues = (np.arange(400) < 12) | (np.arange(400) % 100 == 99)
    assert error_rates_by(groups, issues).is_accused.tolist() == [True, False]
    rates = error_rates_by(groups, issues, clusters=texts)
    assert rates.n.tolist() == [200, 200]
    assert rates.n_texts.tolist() == [189, 200]
    assert rates.n_issues.tolist() == [14, 2]
    assert rates.ratio[0] == pytest.approx((3 / 189) / (2 / 200))
    assert (
        rates.p_value.tolist()
        == error_rates_by(["a"] * 189 + ["b"] * 200, issues[11:]).p_value.tolist()
    )
    # Twelve copies that err together say less of the rate than twelve texts.
    low, high = wilson(14, 200)
    assert rates.low[0] < low < rates.rate[0] < high < rates.high[0]


def test_rows_that_are_all_copied_alike_say_no_more_than_one_of_each():
    rng = np.random.default_rng(3)
    groups, strata = rng.choice(["a", "b", "c"], 300), rng.integers(0, 2, 300)
    issues = rng.random(300) < 0.2
    once = error_rates_by(groups.tolist(), issues, strata=strata.tolist())
    texts = np.repeat(np.arange(300), 4)
    rates = error_rates_by(
        groups[texts].tolist(), issues[texts], strata=strata[texts].tolist(), clusters=texts
    )
    assert rates.p_value.tolist() == once.p_value.tolist()
    assert rates.ratio.tolist() == once.ratio.tolist()
    assert rates.n_texts.tolist() == once.n.tolist()
    np.testing.assert_allclose([rates.low, rates.high], [once.low, once.high])


@pytest.mark.parametrize("strata", [None, "classes"])
def test_without_copies_nothing_differs_in_any_digit(strata):
    rng = np.random.default_rng(4)
    for _ in range(20):
        groups = rng.choice(["a", "b", "c", "d"], 500, p=[0.4, 0.3, 0.2, 0.1]).tolist()
        issues = rng.random(500) < 0.15
        layers = None if strata is None else rng.integers(0, 5, 500).tolist()
        plain = error_rates_by(groups, issues, strata=layers)
        alone = error_rates_by(groups, issues, strata=layers, clusters=rng.permutation(500))
        for field in fields(GroupRates):
            assert np.array_equal(getattr(plain, field.name), getattr(alone, field.name)), field
        assert np.array_equal([plain.low, plain.high], wilson(plain.n_issues, plain.n))
        assert np.array_equal(plain.n_texts, plain.n)


def test_a_text_counts_in_each_group_and_stratum_and_by_most_of_its_copies():
    # One text: three copies of a (two doubted), two of b (one doubted); another label of a.
    groups = ["a", "a", "a", "b", "b", "a", "b"]
    issues = np.array([True, True, False, True, False, True, False])
    strata = [0, 0, 0, 0, 0, 1, 1]
    rates = error_rates_by(groups, issues, strata=strata, clusters=[7] * 7)
    assert rates.n_texts.tolist() == [2, 2]
    assert rates.n_issues.tolist() == [3, 1]
    assert rates.ratio.tolist() == [np.inf, 0]  # b's text is not doubted in most of its copies


@pytest.mark.parametrize("clusters", [[0], [[0, 1]], [0.0, 1.0], ["x", "y"]])
def test_clusters_that_are_not_one_number_a_row_are_refused(clusters):
    with pytest.raises(MethodError, match="clusters"):
        error_rates_by(["a", "b"], np.array([True, False]), clusters=clusters)
