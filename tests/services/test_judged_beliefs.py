"""Rows that judge a curve count by how sure a model is of the rows that they stand for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from workbench.services.curve.judged_beliefs import weights_of_left
from workbench.services.curve.judges import CurveJudges

N_JUDGED, N_WATCHED = 12, 40


def sure(certainty) -> np.ndarray:
    """Beliefs of two classes, so sure of the first."""
    first = np.asarray(certainty, np.float64)
    return np.column_stack([first, 1 - first])


@pytest.fixture
def judges() -> CurveJudges:
    """Four rows stand for rows 0 to 19, of a quarter of the weight, eight for the 20 others."""
    stratum = np.repeat([0, 1], [4, 8])
    return CurveJudges(
        rows=np.arange(100, 100 + N_JUDGED),
        truth=np.zeros(N_JUDGED, np.int64),
        weights=np.where(stratum == 0, 1 / 16, 3 / 32),
        fold=np.zeros(N_JUDGED, np.int64),
        name="random rows",
        rows_meant="",
        stratum=stratum,
        stands_for=np.repeat([0, 1, -1], [20, 20, 100]),
        is_open=np.zeros(N_JUDGED, np.bool_),
        is_mixed=np.zeros(N_JUDGED, np.bool_),
        n_contested=0,
        n_outdated=0,
        n_unanswered=0,
    )


JUDGED = np.tile([0.6, 0.7, 0.8, 0.9], 3)
LEFT = np.repeat([0.85, 0.65], 20)
NONE = np.zeros(N_WATCHED, np.bool_)


def weigh(judges: CurveJudges, left=LEFT, is_taught=NONE, is_learnt=NONE) -> np.ndarray:
    watched = np.arange(N_WATCHED)
    return weights_of_left(judges, sure(JUDGED), watched, sure(left), is_taught, is_learnt)


def mean_certainty(judges: CurveJudges, weights: np.ndarray, stratum: int) -> float:
    mine = judges.stratum == stratum
    return float(np.average(JUDGED[mine], weights=weights[mine]))


def test_each_stratum_becomes_as_sure_as_the_rows_that_it_stands_for(judges: CurveJudges) -> None:
    weights = weigh(judges)
    assert weights[:4].sum() == pytest.approx(1 / 4)
    assert weights.sum() == pytest.approx(1)
    assert 0.8 < mean_certainty(judges, weights, 0) <= 0.85
    assert 0.65 <= mean_certainty(judges, weights, 1) < 0.7


def test_rows_that_a_model_has_learnt_do_not_tell_how_sure_it_is_of_the_others(
    judges: CurveJudges,
) -> None:
    is_taught = np.arange(N_WATCHED) % 2 == 0
    is_learnt = np.arange(N_WATCHED) % 4 == 0
    left = np.where(is_learnt, 1.0, LEFT)
    assert weigh(judges, left, is_taught, is_learnt) == pytest.approx(weigh(judges))
    # Where all that are taught are learnt, nothing tells of these.
    left = np.where(is_taught, 1.0, LEFT)
    assert weigh(judges, left, is_taught, is_taught) == pytest.approx(judges.weights)


def test_rows_that_are_learnt_from_keep_their_weight_and_many_of_them_that_of_all(
    judges: CurveJudges,
) -> None:
    one = replace(judges, fold=np.where(np.arange(N_JUDGED) == 4, -1, 0))
    weights = weigh(one)
    assert weights[4] == pytest.approx(judges.weights[4])
    assert mean_certainty(judges, weights, 1) < mean_certainty(judges, judges.weights, 1)
    assert weights[4:].sum() == pytest.approx(3 / 4)
    many = replace(judges, fold=np.where(np.arange(N_JUDGED) >= 9, -1, 0))
    assert weigh(many)[4:] == pytest.approx(judges.weights[4:])


def test_rows_that_stand_for_nothing_that_is_left_count_as_drawn(judges: CurveJudges) -> None:
    none_left = replace(judges, stands_for=np.full(140, -1))
    assert weigh(none_left) == pytest.approx(judges.weights)
