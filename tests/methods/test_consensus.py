"""One label from several answers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import MethodError
from workbench.methods.consensus import weigh_answers


def crowd(seed: int, *, n: int = 400, accuracies: tuple[float, ...]) -> tuple:
    """Return the truth, and what annotators of some accuracies say of it; a third is missing."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 3, n)
    answers = np.stack(
        [
            np.where(rng.random(n) < accuracy, truth, (truth + rng.integers(1, 3, n)) % 3)
            for accuracy in accuracies
        ],
        axis=1,
    )
    answers[rng.random(answers.shape) < 1 / 3] = -1
    return truth, answers


def test_reliable_annotators_outvote_careless_ones():
    truth, answers = crowd(0, accuracies=(0.95, 0.9, 0.4, 0.4, 0.4))
    weighed = weigh_answers(answers, 3)
    answered = (answers >= 0).any(axis=1)
    counts = np.stack([(answers == k).sum(axis=1) for k in range(3)], axis=1)
    majority = counts.argmax(axis=1)
    right = (weighed.labels == truth)[answered].mean()
    assert right > (majority == truth)[answered].mean() + 0.05
    assert weighed.accuracy[:2].min() > weighed.accuracy[2:].max() + 0.3
    assert np.abs(weighed.accuracy - [0.95, 0.9, 0.4, 0.4, 0.4]).max() < 0.1


@given(
    seed=st.integers(0, 1000),
    n=st.integers(1, 12),
    m=st.integers(1, 5),
    n_classes=st.integers(2, 4),
)
@settings(deadline=None, max_examples=50)
def test_a_label_is_one_that_somebody_chose_and_one_mind_is_never_overruled(seed, n, m, n_classes):
    answers = np.random.default_rng(seed).integers(-1, n_classes, (n, m))
    weighed = weigh_answers(answers, n_classes)
    for row, label, confidence in zip(answers, weighed.labels, weighed.confidence, strict=True):
        said = set(row[row >= 0].tolist())
        assert label in said | {-1}
        assert len(said) != 1 or label == min(said)
        assert (label >= 0) == (confidence > 0)
        assert confidence <= 1
    assert ((weighed.accuracy >= 0) & (weighed.accuracy <= 1)).all()


def test_equally_reliable_annotators_tie():
    assert weigh_answers([[0, 1], [1, 0]], 2).labels.tolist() == [-1, -1]


def test_a_single_annotator_is_believed():
    weighed = weigh_answers([[0], [1], [1], [1], [-1]], 2)
    assert weighed.labels.tolist() == [0, 1, 1, 1, -1]


def test_answers_must_be_there():
    with pytest.raises(MethodError):
        weigh_answers(np.empty((0, 2), np.int8), 2)
    with pytest.raises(MethodError):
        weigh_answers([[0, 5]], 2)
