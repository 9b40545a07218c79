"""A committee of models, each fitted on a bootstrap sample, and how far its members disagree."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.checks import check_probs
from workbench.methods.learner import SoftLabelClassifier, as_targets

N_MEMBERS = 8
"""Enough for a stable mean of entropies; each member costs one fit."""


def bootstrap_committee(
    X: Any,
    targets: npt.ArrayLike,
    n_classes: int,
    *,
    rng: np.random.Generator,
    n_members: int = N_MEMBERS,
    sample_weight: npt.ArrayLike | None = None,
) -> list[SoftLabelClassifier]:
    """Fit models on samples of the rows, drawn with replacement.

    Query by committee with bagging (Abe and Mamitsuka, ICML 1998); the bootstrap stands for the
    posterior of the weights. A class that a sample misses is kept by one of its rows.

    Parameters
    ----------
    X
        Features of shape (n, d), sparse or dense.
    targets
        Class probabilities of shape (n, K), or labels of shape (n,).
    n_classes
        K, the number of classes.
    rng
        Source of the samples.
    n_members
        How many models, at least 2.
    sample_weight
        Non-negative weights of shape (n,); 1 by default.

    Returns
    -------
    list of SoftLabelClassifier
        The fitted members.

    Raises
    ------
    MethodError
        Where there is no row, fewer than two members are asked for, or shapes or values are off.
    """
    weighted = as_targets(targets, n_classes, n_rows=X.shape[0])
    if n_members < 2:
        raise MethodError(
            f"a committee of {n_members} cannot disagree", hint="Ask for two or more."
        )
    n = len(weighted)
    if not n:
        raise MethodError("there is no row to learn from", hint="Label some rows first.")
    weight = np.ones(n) if sample_weight is None else np.asarray(sample_weight, np.float64)
    top = weighted.argmax(axis=1)
    members = []
    for _ in range(n_members):
        counts = rng.multinomial(n, np.full(n, 1 / n))
        for missing in np.setdiff1d(top, top[counts > 0]):
            counts[rng.choice(np.flatnonzero(top == missing))] = 1
        drawn = np.flatnonzero(counts)
        member = SoftLabelClassifier(n_classes, class_weight="balanced")
        members.append(
            member.fit(X[drawn], weighted[drawn], sample_weight=(counts * weight)[drawn])
        )
    return members


def disagreement(members: Iterable[npt.NDArray[Any]]) -> npt.NDArray[np.float64]:
    r"""Score rows by what the members know differently.

    BALD (Houlsby et al., 2011): the mutual information of label and model,
    :math:`H(\bar p) - \frac{1}{M} \sum_m H(p_m)`, divided by log K. Noise on which all members
    agree scores 0.

    Parameters
    ----------
    members
        Class probabilities of each member, each of shape (n, K); looked at one after the other.

    Returns
    -------
    ndarray
        `uncertainty`, shape (n,), in [0, 1], higher = ask first.

    Raises
    ------
    MethodError
        Where there are fewer than two members, or they are no probabilities of one shape.
    """
    from scipy.special import entr

    n_members = 0
    total: Any = 0.0
    within: Any = 0.0
    for member in members:
        checked = check_probs(member).astype(np.float64)
        if n_members and checked.shape != total.shape:
            raise _no_committee()
        total = total + checked
        within = within + entr(checked).sum(axis=1)
        n_members += 1
    if n_members < 2:
        raise _no_committee()
    n_classes = total.shape[1]
    if n_classes == 1:
        return np.zeros(len(total))
    known = np.asarray(entr(total / n_members).sum(axis=1)) - within / n_members
    return np.asarray(np.clip(known / np.log(n_classes), 0, 1))


def _no_committee() -> MethodError:
    return MethodError("disagreement needs the probabilities of two members, of one shape")
