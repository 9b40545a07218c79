"""Label models: from the vote matrix to class probabilities, and which model to trust."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final, Protocol, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import MethodError
from workbench.methods.dawid_skene import DawidSkene
from workbench.methods.majority import MajorityVote
from workbench.methods.pattern_model import PatternModel
from workbench.methods.snorkel_model import PREC_INIT, SnorkelModel
from workbench.methods.votes import (
    VotePatterns,
    Votes,
    check_labels,
    check_votes,
    unique_patterns,
)
from workbench.types import ABSTAIN, NO_LABEL

TIE: Final = 1e-6
"""Probabilities closer than this are tied."""

LONG_TRAINING: Final = 500
"""Epochs of the second Snorkel fit, against which the choice tests the first (100 epochs)."""

MAX_CONTRADICTION: Final = 0.05
"""Largest share of unanimous rows that a model may overrule."""

MAX_DRIFT: Final = 0.05
"""Largest share of rows whose class may depend on when Snorkel stops training."""

MAX_BALANCE_GAP: Final = 0.25
"""Largest distance between the class balance a model assumes and the one it finds.

In total variation, as a share of that between the uniform balance and a single class: the range
of total variation itself grows with the number of classes.
"""

MIN_TRUSTED: Final = 30
"""Fewer trusted labels than this do not overrule the evidence in the votes."""


class LabelModel(Protocol):
    """What every label model offers; `PatternModel` documents the methods."""

    name: ClassVar[str]
    n_classes: int
    weights_: NDArray[np.float64] | None

    def fit(self, votes: ArrayLike, *, class_balance: ArrayLike | None = None) -> Self:
        """Learn from (n, m) votes."""

    def predict_proba(self, votes: ArrayLike) -> NDArray[np.float64]:
        """Class probabilities, (n, K)."""

    def explain(self, votes_row: ArrayLike) -> NDArray[np.float64]:
        """Log-evidence of each labeling function, then the prior, (m + 1, K)."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The label model that `choose` trusts, and why.

    Attributes
    ----------
    name
        The chosen model.
    reason
        One sentence for people.
    probs
        (n, K) probabilities of the chosen model.
    models
        Every model that was compared, fitted, by name.
    disagreement
        For each of them, the share of rows with a vote whose top class no majority supports.
    """

    name: str
    reason: str
    probs: NDArray[np.float64]
    models: dict[str, PatternModel]
    disagreement: dict[str, float]


def make_label_model(name: str, n_classes: int, *, seed: int) -> PatternModel:
    """Make an unfitted label model.

    Parameters
    ----------
    name
        ``"majority"``, ``"snorkel"`` or ``"dawid-skene"``.
    n_classes
        Number of classes K, at least 2.
    seed
        Seed of Snorkel's starting point; the other models draw nothing.

    Returns
    -------
    PatternModel
        The model.

    Raises
    ------
    MethodError
        If there is no model of that name.
    """
    if name == MajorityVote.name:
        return MajorityVote(n_classes)
    if name == SnorkelModel.name:
        return SnorkelModel(n_classes, seed=seed)
    if name == DawidSkene.name:
        return DawidSkene(n_classes)
    raise MethodError(
        f"There is no label model {name!r}.", hint="Use majority, snorkel or dawid-skene."
    )


def informed(
    votes: Votes, probs: NDArray[np.float64], *, tolerance: float = TIE
) -> NDArray[np.bool_]:
    """Tell which rows a label model may label.

    Parameters
    ----------
    votes
        (n, m) votes.
    probs
        (n, K) probabilities.
    tolerance
        Probabilities closer than this are tied.

    Returns
    -------
    ndarray
        (n,) bool: the row has a vote, and one class leads alone.
    """
    leads_alone = _top_classes(probs, tolerance).sum(axis=1) == 1
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


def expected_accuracy(
    probs: NDArray[np.float64], labels: ArrayLike, *, where: NDArray[np.bool_] | None = None
) -> float:
    """Accuracy of the top class, with ties broken at random in expectation.

    Parameters
    ----------
    probs
        (n, K) probabilities.
    labels
        (n,) true classes; rows with -1 are left out.
    where
        (n,) bool, the rows to score; all where None.

    Returns
    -------
    float
        In [0, 1]; t classes tied at the top earn 1 / t where the label is among them.

    Raises
    ------
    MethodError
        If the labels are malformed, or no labelled row is left to score.
    """
    truth = check_labels(labels, *probs.shape)
    scored = truth != NO_LABEL
    if where is not None:
        scored &= where
    if not scored.any():
        raise MethodError("There is no labelled row to score.", hint="Label some rows by hand.")
    return float(_credit(probs[scored], truth[scored]).mean())


def choose(
    votes: ArrayLike,
    n_classes: int,
    *,
    seed: int,
    class_balance: ArrayLike | None = None,
    trusted: tuple[ArrayLike, ArrayLike] | None = None,
) -> Choice:
    """Fit the label models and choose one by the evidence in the votes.

    A label model is worth having where its assumptions hold, and each assumption leaves a trace:

    1. Labeling functions (LFs) are right more often than not. While the classes are taken to be
       about equally common, LFs that are mostly wrong leave the same votes as LFs that are mostly
       right with the classes exchanged. So LFs that agree with each other no more than LFs of
       accuracy 0.7 (what Snorkel assumes at first) do not carry a model: majority vote.
    2. Snorkel's answer follows from the votes, not from when training stops. A fit five times as
       long that moves more than 5 % of the rows shows that it does not (a wrong class balance does
       this).
    3. A model does not overrule LFs that agree unanimously, on more than 5 % of such rows.
    4. Dawid-Skene's probabilities average to about the class balance it was fitted with.

    Snorkel is chosen where 2 and 3 hold, else Dawid-Skene where 3 and 4 hold, else majority vote.
    Trusted labels, from 30 on, overrule this where another model is significantly better on them.

    Parameters
    ----------
    votes
        (n, m) votes in -1..K-1; n >= 1.
    n_classes
        Number of classes K, at least 2.
    seed
        Seed of Snorkel's starting point.
    class_balance
        (K,) positive class shares, where they are known.
    trusted
        Row indices and their true classes.

    Returns
    -------
    Choice
        The chosen model's probabilities, and everything that was compared.

    Raises
    ------
    MethodError
        If the input is malformed.
    """
    matrix = check_votes(votes, n_classes)
    patterns = unique_patterns(matrix)
    n_voting = int((patterns.votes != ABSTAIN).any(axis=0).sum())
    names = [MajorityVote.name, DawidSkene.name]
    if n_voting >= SnorkelModel.min_functions:
        names.append(SnorkelModel.name)
    models = {
        name: make_label_model(name, n_classes, seed=seed).fit_patterns(
            patterns, class_balance=class_balance
        )
        for name in names
    }
    evidence = _Evidence(patterns, models)
    if SnorkelModel.name not in models:
        name, reason = MajorityVote.name, f"{n_voting} labeling functions vote, under the 3 needed."
    elif (
        evidence.assumed_skew() <= MAX_BALANCE_GAP
        and (implied := evidence.implied_accuracy()) <= PREC_INIT
    ):
        name = MajorityVote.name
        reason = (
            f"The labeling functions agree as seldom as functions of accuracy {implied:.0%} would, "
            "too little to weigh them."
        )
    else:
        name, reason = _choose_by_evidence(evidence, seed, class_balance)
    if trusted is not None:
        probs = {key: evidence.probs[key][patterns.inverse] for key in models}
        name, reason = _choose_by_labels(matrix, probs, trusted, name, reason)
    return Choice(
        name=name,
        reason=reason,
        probs=evidence.probs[name][patterns.inverse],
        models=models,
        disagreement={
            key: evidence.share_moved(MajorityVote.name, evidence.probs[key]) for key in models
        },
    )


class _Evidence:
    """What the votes say about the models, on unique patterns weighted by their counts."""

    def __init__(self, patterns: VotePatterns, models: dict[str, PatternModel]) -> None:
        self.patterns = patterns
        self.models = models
        self.probs = {name: model.predict_patterns(patterns) for name, model in models.items()}
        n_classes = models[MajorityVote.name].n_classes
        self.tally = np.stack([(patterns.votes == y).sum(axis=1) for y in range(n_classes)], axis=1)
        self.n_votes = self.tally.sum(axis=1)

    def assumed_skew(self) -> float:
        """How far the class balance that was given, if any, is from the uniform one."""
        balance = np.exp(self.models[MajorityVote.name].log_prior_)
        return _balance_gap(balance, np.full(len(balance), 1 / len(balance)))

    def implied_accuracy(self) -> float:
        """Accuracy of independent, equally good LFs that agree as often as these.

        With errors spread evenly, two LFs of accuracy a agree with probability
        a^2 + (1 - a)^2 / (K - 1); the larger root is returned, and chance where no two LFs meet.
        """
        K = self.tally.shape[1]
        weights = self.patterns.counts
        pairs = weights @ (self.n_votes * (self.n_votes - 1))
        if pairs == 0:
            return float(1 / K)
        agreement = weights @ (self.tally * (self.tally - 1)).sum(axis=1) / pairs
        return float((1 + np.sqrt(max(0.0, (K - 1) * (K * agreement - 1)))) / K)

    def share_moved(self, name: str, probs: NDArray[np.float64]) -> float:
        """Share of rows with a vote whose top classes under a model and under `probs` are apart."""
        together = _meet(_top_classes(self.probs[name]), _top_classes(probs))
        return 1 - self._share(together, self.n_votes > 0)

    def contradiction(self, name: str) -> float:
        """Share of the rows with two or more votes, all for one class, that a model overrules."""
        unanimous = ((self.tally > 0).sum(axis=1) == 1) & (self.n_votes > 1)
        followed = _meet(_top_classes(self.probs[name]), self.tally > 0)
        return 1 - self._share(followed, unanimous)

    def balance_gap(self, name: str) -> float:
        """How far a model's class balance is from its mean probability on rows with a vote."""
        weights = self.patterns.counts * (self.n_votes > 0)
        found = weights @ self.probs[name] / weights.sum()
        return _balance_gap(found, np.exp(self.models[name].log_prior_))

    def _share(self, what: NDArray[np.bool_], of: NDArray[np.bool_]) -> float:
        """Weighted share of one set of patterns in another; 1 where that is empty."""
        counts = self.patterns.counts
        total = int(counts @ of)
        return int(counts @ (what & of)) / total if total else 1.0


def _choose_by_evidence(
    evidence: _Evidence, seed: int, class_balance: ArrayLike | None
) -> tuple[str, str]:
    """Snorkel, else Dawid-Skene, else majority vote; with the reason."""
    snorkel, dawid_skene = SnorkelModel.name, DawidSkene.name
    overruled = evidence.contradiction(snorkel)
    if overruled > MAX_CONTRADICTION:
        fault = f"Snorkel overrules {overruled:.0%} of the unanimous votes"
    else:
        n_classes = evidence.tally.shape[1]
        longer = SnorkelModel(n_classes, seed=seed, n_epochs=LONG_TRAINING).fit_patterns(
            evidence.patterns, class_balance=class_balance
        )
        drift = evidence.share_moved(snorkel, longer.predict_patterns(evidence.patterns))
        if drift <= MAX_DRIFT:
            return snorkel, "Snorkel's fit is stable and in line with the unanimous votes."
        fault = f"Longer training moves {drift:.0%} of Snorkel's labels"
    overruled = evidence.contradiction(dawid_skene)
    if overruled > MAX_CONTRADICTION:
        return MajorityVote.name, f"{fault}; Dawid-Skene overrules {overruled:.0%} of them."
    if evidence.balance_gap(dawid_skene) > MAX_BALANCE_GAP:
        return (
            MajorityVote.name,
            f"{fault}; Dawid-Skene finds a class balance far from the one it assumed.",
        )
    return dawid_skene, f"{fault}; Dawid-Skene agrees with the votes and with itself."


def _choose_by_labels(
    votes: Votes,
    probs: dict[str, NDArray[np.float64]],
    trusted: tuple[ArrayLike, ArrayLike],
    name: str,
    reason: str,
) -> tuple[str, str]:
    """Let trusted labels overrule the choice, where the gain is beyond noise (paired z > 1.96)."""
    n, n_classes = probs[name].shape
    rows = np.asarray(trusted[0], dtype=np.int64)
    labels = check_labels(trusted[1], len(rows), n_classes)
    if rows.size and (rows.min() < 0 or rows.max() >= n):
        raise MethodError(f"A trusted row lies outside 0..{n - 1}.", hint="Check the indices.")
    scored = (votes[rows] != ABSTAIN).any(axis=1) & (labels != NO_LABEL)
    rows, labels = rows[scored], labels[scored]
    if len(rows) < MIN_TRUSTED:
        return name, reason
    credit = {key: _credit(p[rows], labels) for key, p in probs.items()}
    best = max(credit, key=lambda key: float(credit[key].mean()))
    gain = credit[best] - credit[name]
    if gain.mean() <= 1.96 * gain.std(ddof=1) / np.sqrt(len(rows)):
        return name, reason
    return best, (
        f"On {len(rows)} trusted labels {best} is right in {credit[best].mean():.1%}, "
        f"{name} in {credit[name].mean():.1%}."
    )


def _top_classes(probs: NDArray[np.float64], tolerance: float = TIE) -> NDArray[np.bool_]:
    """Mark the class or the tied classes that lead each row, (n, K)."""
    top: NDArray[np.bool_] = probs >= probs.max(axis=1, keepdims=True) - tolerance
    return top


def _balance_gap(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Total variation of two class balances, as a share of 1 - 1 / K."""
    return float(np.abs(a - b).sum() / 2 / (1 - 1 / len(a)))


def _meet(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell which rows of two (n, K) sets of classes have a class in common, (n,)."""
    common: NDArray[np.bool_] = (a & b).sum(axis=1) > 0
    return common


def _credit(probs: NDArray[np.float64], labels: NDArray[np.int64]) -> NDArray[np.float64]:
    """Chance that each row is right when ties are broken at random, (n,)."""
    top = _top_classes(probs)
    credit: NDArray[np.float64] = top[np.arange(len(labels)), labels] / top.sum(axis=1)
    return credit
