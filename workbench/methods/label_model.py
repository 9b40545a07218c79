"""Label models: by name, and what their probabilities say of the rows."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from workbench.errors import MethodError
from workbench.methods.dawid_skene import DawidSkene
from workbench.methods.majority import MajorityVote
from workbench.methods.pattern_model import PatternModel
from workbench.methods.snorkel_model import SnorkelModel, Solver
from workbench.methods.triplet import TripletModel
from workbench.methods.votes import Votes
from workbench.types import ABSTAIN

TIE: Final = 1e-6
"""Probabilities closer than this are tied."""

LABEL_MODELS: Final[dict[str, type[PatternModel]]] = {
    model.name: model for model in (MajorityVote, SnorkelModel, DawidSkene, TripletModel)
}
"""The models by name."""


def make_label_model(
    name: str, n_classes: int, *, seed: int, solver: Solver = "numpy"
) -> PatternModel:
    """Make an unfitted label model.

    Parameters
    ----------
    name
        One of `LABEL_MODELS`.
    n_classes
        Number of classes K, at least 2.
    seed
        Seed of Snorkel's starting point; the other models draw nothing.
    solver
        How Snorkel's model is fitted, see `SnorkelModel`; the other models have one way.

    Returns
    -------
    PatternModel
        The model.

    Raises
    ------
    MethodError
        If there is no model of that name.
    """
    if name not in LABEL_MODELS:
        raise MethodError(
            f"There is no label model {name!r}.", hint=f"Use one of {', '.join(LABEL_MODELS)}."
        )
    if name == SnorkelModel.name:
        return SnorkelModel(n_classes, seed=seed, solver=solver)
    return LABEL_MODELS[name](n_classes)


def informed(votes: Votes, probs: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which rows a label model may label.

    Parameters
    ----------
    votes
        (n, m) votes.
    probs
        (n, K) probabilities.

    Returns
    -------
    ndarray
        (n,) bool: the row has a vote, and one class leads alone.
    """
    leads_alone = top_classes(probs).sum(axis=1) == 1
    may_label: NDArray[np.bool_] = leads_alone & (votes != ABSTAIN).any(axis=1)
    return may_label


def contradicts_votes(votes: Votes, probs: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell on which rows a label model leads to a class that no labeling function voted for.

    It happens where a model learns that an LF is wrong more often than right, or that a class is
    rare; such a row is for a person, not for the training set.

    Parameters
    ----------
    votes
        (n, m) votes.
    probs
        (n, K) probabilities.

    Returns
    -------
    ndarray
        (n,) bool; False where no LF votes.
    """
    top = probs.argmax(axis=1)
    contradicted: NDArray[np.bool_] = (votes != ABSTAIN).any(axis=1) & (votes != top[:, None]).all(
        axis=1
    )
    return contradicted


def top_classes(probs: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Mark the class, or the tied classes, that lead each row of (n, K) probabilities."""
    top: NDArray[np.bool_] = probs >= probs.max(axis=1, keepdims=True) - TIE
    return top


def expected_credit(probs: NDArray[np.float64], labels: NDArray[np.int64]) -> NDArray[np.float64]:
    """Chance that each of n rows is right when ties are broken at random, (n,) in [0, 1].

    Their mean is the expected accuracy; t classes tied at the top earn 1 / t where the label is
    among them.
    """
    top = top_classes(probs)
    credit: NDArray[np.float64] = top[np.arange(len(labels)), labels] / top.sum(axis=1)
    return credit
