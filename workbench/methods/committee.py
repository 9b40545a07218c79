"""A committee of models, each fitted on a bootstrap sample, and how far their answers differ."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.checks import check_probs
from workbench.methods.learner import SoftLabelClassifier, as_targets
from workbench.methods.uncertainty import vote_conflict

N_MEMBERS = 8
"""Twice as many hardly choose better rows; each member costs one fit."""


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
    r"""Score rows by how far the answers of the members differ.

    BALD (Houlsby et al., 2011), the mutual information of answer and model
    :math:`H(\bar p) - \frac{1}{M} \sum_m H(p_m)`, of members that each name one class: the second
    term is 0, and the first is vote entropy (Engelson and Dagan, ACL 1996), divided by log K.

    The members' probabilities do not serve. Those of a penalised model are nearly flat but for near
    copies of its rows, so that their mutual information is largest where a copy of an annotated row
    fell in or out of the bootstrap, and all members name its class.

    Parameters
    ----------
    members
        Class probabilities of each member, each of shape (n, K); looked at one after the other. The
        first of several best classes is the answer.

    Returns
    -------
    ndarray
        `uncertainty`, shape (n,), in [0, 1], higher = ask first; 0 where all give one answer.

    Raises
    ------
    MethodError
        Where there are fewer than two members, or they are no probabilities of one shape.
    """
    answers: list[npt.NDArray[np.int64]] = []
    shape: tuple[int, ...] = ()
    for member in members:
        checked = check_probs(member)
        if answers and checked.shape != shape:
            raise _no_committee()
        shape = checked.shape
        answers.append(checked.argmax(axis=1))
    if len(answers) < 2:
        raise _no_committee()
    if shape[1] == 1:
        return np.zeros(shape[0])
    return vote_conflict(np.stack(answers, axis=1), shape[1])


def _no_committee() -> MethodError:
    return MethodError("disagreement needs the probabilities of two members, of one shape")
