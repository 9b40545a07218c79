"""What is said about a model's beliefs follows from what is stored."""

from __future__ import annotations

import numpy as np
import pytest

from workbench.errors import MethodError, UsageError
from workbench.methods.reliability import confidence_counts, reliability
from workbench.services.aggregate import aggregate_votes
from workbench.services.beliefs import model_beliefs
from workbench.services.labels import trusted_labels
from workbench.services.model_report import (
    disagreements,
    last_aggregation,
    last_training,
    model_report,
)
from workbench.services.project import Project


def test_the_bins_are_of_the_rows_that_are_judged(voted: Project) -> None:
    result = aggregate_votes(voted)
    assert last_aggregation(voted) == result
    assert last_training(voted) is None
    beliefs = model_beliefs(voted, "aggregate", "majority")
    assert beliefs is not None
    report = model_report(voted, "aggregate", "majority")
    judged = beliefs.informed & (trusted_labels(voted) >= 0)
    assert report.judged_on == "evaluation rows"
    assert report.n_judged == judged.sum() == sum(b.n for b in report.reliability)
    assert sum(report.counts) == report.n_informed == beliefs.informed.sum()
    right = sum(round((b.accuracy or 0) * b.n) for b in report.reliability)
    top = beliefs.probs.argmax(axis=1)
    assert right == (top == trusted_labels(voted))[judged].sum()


def test_models_differ_where_their_top_classes_do(voted: Project) -> None:
    aggregate_votes(voted)
    one, other = ("aggregate", "majority"), ("aggregate", "snorkel")
    assert disagreements(voted, one, one) == []
    beliefs = [model_beliefs(voted, *which) for which in (one, other)]
    tops = [b.probs.argmax(axis=1) for b in beliefs if b is not None]
    for example_id in disagreements(voted, one, other):
        assert tops[0][example_id - 1] != tops[1][example_id - 1]


def test_an_unknown_model_is_refused(voted: Project) -> None:
    aggregate_votes(voted)
    for kind, model in (("aggregate", "nobody"), ("train", "end"), ("audit", "out-of-fold")):
        with pytest.raises(UsageError, match="there is no model"):
            model_report(voted, kind, model)


def test_reliability_counts_every_row_once_and_keeps_empty_bins() -> None:
    probs = np.array([[1.0, 0.0], [0.55, 0.45], [0.5, 0.5], [0.2, 0.8]])
    bins = reliability(probs, [0, 1, 0, 1])
    assert [b.n for b in bins] == [0, 0, 0, 0, 0, 2, 0, 0, 1, 1]
    assert bins[0].accuracy is None
    assert bins[5].accuracy == 0.5
    assert bins[5].confidence == pytest.approx(0.525)
    assert bins[9].accuracy == 1.0
    assert confidence_counts(probs.max(axis=1), n_bins=4) == [0, 0, 2, 2]
    with pytest.raises(MethodError):
        confidence_counts([1.5])
