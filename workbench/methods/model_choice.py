"""Which label model to trust, by the evidence in the votes and by trusted labels."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import MethodError
from workbench.methods.dawid_skene import DawidSkene
from workbench.methods.label_model import expected_credit, make_label_model, top_classes
from workbench.methods.majority import MajorityVote
from workbench.methods.pattern_model import PatternModel, check_balance
from workbench.methods.snorkel_model import PREC_INIT, SnorkelModel
from workbench.methods.vote_agreement import implied_accuracy
from workbench.methods.votes import VotePatterns, Votes, check_labels, check_votes, unique_patterns
from workbench.types import ABSTAIN, NO_LABEL

LONG_TRAINING: Final = 500
"""Epochs of the second Snorkel fit, against which the choice tests the first (100 epochs)."""

COSTLY: Final = 5_000_000
"""Multiplications in an epoch from which the second fit takes 200 epochs."""

MAX_CONTRADICTION: Final = 0.05
"""Largest share of unanimous rows that a model may overrule."""

MAX_DRIFT: Final = 0.05
"""Largest share of rows whose class may depend on when Snorkel stops training."""

MAX_LONE_OVERRULES: Final = 0.03
"""Largest share of rows where Snorkel may overrule a majority that Dawid-Skene sides with."""

MAX_BALANCE_GAP: Final = 0.25
"""Largest distance between the class balance a model assumes and the one it finds.

In total variation, as a share of that between the uniform balance and a single class: the range
of total variation itself grows with the number of classes.
"""

DOMINANT: Final = 0.7
"""From this share of one class in the majority vote on, a uniform balance is doubted."""

MIN_TRUSTED: Final = 30
"""Fewer trusted labels than this do not overrule the evidence in the votes."""

MAJORITY, SNORKEL, DAWID_SKENE = MajorityVote.name, SnorkelModel.name, DawidSkene.name


@dataclass(frozen=True, slots=True)
class Choice:
    """The label model that `choose` trusts, and why.

    Attributes
    ----------
    name
        The chosen model.
    reason
        Why, in sentences for people.
    probs
        (n, K) probabilities of the chosen model.
    models
        Every model that was compared, fitted, by name.
    disagreement
        For each of them, the share of rows with a vote whose top class no majority supports.
    balance
        (K,) the class balance that was given or found in the votes; None where it was taken to be
        uniform, or left to Dawid-Skene.
    balance_from
        ``"given"``, ``"votes"`` or ``"assumed uniform"``.
    balance_sensitivity
        Share of the rows with a vote whose label depends on whether the classes are taken to be
        equally common or as common as in the majority vote; None without a fitted Snorkel.
    """

    name: str
    reason: str
    probs: NDArray[np.float64]
    models: dict[str, PatternModel]
    disagreement: dict[str, float]
    balance: NDArray[np.float64] | None
    balance_from: str
    balance_sensitivity: float | None


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

    1. The classes are about equally common, unless a balance is given. Where the majority vote
       gives 70 % of the rows to one class, and Snorkel's answer depends on when its training
       stops (rule 3), the assumption has failed: the models are fitted again with the balance
       that the votes show, by Dawid-Skene where it estimates one, else by majority vote.
    2. Labeling functions (LFs) are right more often than not. While the classes are about equally
       common, LFs that are mostly wrong leave the same votes as LFs that are mostly right with the
       classes exchanged. So LFs that agree with each other no more than LFs of accuracy 0.7 (what
       Snorkel assumes at first) do not carry a model: majority vote. Only LFs that could both
       agree and disagree are held to it.
    3. Snorkel's answer follows from the votes, not from when training stops: a fit five times as
       long moves at most 5 % of the rows.
    4. A model does not overrule LFs that agree unanimously, on more than 5 % of such rows; nor
       does Snorkel overrule a majority that Dawid-Skene sides with, on more than 3 % of the rows.
    5. Dawid-Skene's probabilities average to about the class balance it was fitted with.

    Snorkel is chosen where 3 and 4 hold, else Dawid-Skene where 4 and 5 hold, else majority vote.
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
    given = None if class_balance is None else check_balance(class_balance, n_classes)
    n_voting = int((patterns.votes != ABSTAIN).any(axis=0).sum())
    names = [MAJORITY, DAWID_SKENE] + [SNORKEL] * (n_voting >= SnorkelModel.min_functions)
    evidence = _Evidence(patterns, n_classes, names, seed=seed, balance=given)
    sensitivity = evidence.balance_sensitivity() if SNORKEL in names else None
    balance, balance_from, preface = given, "assumed uniform" if given is None else "given", ""
    if given is None and evidence.doubts_uniform_balance():
        preface = (
            f"Taking the classes to be equally common, longer training moves {evidence.drift:.0%} "
            "of Snorkel's labels, and the votes show one class far more often: their balance "
            "is used. "
        )
        balance, balance_from = evidence.found_balance(), "votes"
        evidence = _Evidence(patterns, n_classes, names, seed=seed, balance=balance)
    if SNORKEL not in names:
        name = MAJORITY
        reason = (
            f"{n_voting} labeling functions vote, under the {SnorkelModel.min_functions} needed."
        )
    else:
        name, reason = _choose_by_evidence(evidence)
    reason = preface + reason
    if trusted is not None:
        by_row = {key: probs[patterns.inverse] for key, probs in evidence.probs.items()}
        name, reason = _choose_by_labels(matrix, by_row, trusted, name, reason)
    return Choice(
        name=name,
        reason=reason,
        probs=evidence.probs[name][patterns.inverse],
        models=evidence.models,
        disagreement={
            key: evidence.share_moved(evidence.probs[MAJORITY], probs)
            for key, probs in evidence.probs.items()
        },
        balance=balance,
        balance_from=balance_from,
        balance_sensitivity=sensitivity,
    )


def balance_of_votes(votes: ArrayLike, n_classes: int, *, seed: int) -> NDArray[np.float64]:
    """Class balance that the votes show: Dawid-Skene's where it estimates one, else the majority's.

    Parameters
    ----------
    votes
        (n, m) votes in -1..K-1; n >= 1.
    n_classes
        Number of classes K, at least 2.
    seed
        As in `choose`; Dawid-Skene and majority vote draw nothing.

    Returns
    -------
    ndarray
        (K,) float64, positive, summing to 1.
    """
    patterns = unique_patterns(check_votes(votes, n_classes))
    names = [MAJORITY, DAWID_SKENE]
    return _Evidence(patterns, n_classes, names, seed=seed, balance=None).found_balance()


@dataclass
class _Evidence:
    """What the votes say about the models, on unique patterns weighted by their counts."""

    patterns: VotePatterns
    n_classes: int
    names: list[str]
    seed: int = field(kw_only=True)
    balance: NDArray[np.float64] | None = field(kw_only=True)

    def __post_init__(self) -> None:
        self.models = {name: self._fit(name, self.balance) for name in self.names}
        self.probs = {n: model.predict_patterns(self.patterns) for n, model in self.models.items()}
        votes = self.patterns.votes
        self.tally = np.stack([(votes == y).sum(axis=1) for y in range(self.n_classes)], axis=1)
        self.n_votes = self.tally.sum(axis=1)

    def _fit(self, name: str, balance: NDArray[np.float64] | None) -> PatternModel:
        """Fit a model with a balance."""
        model = make_label_model(name, self.n_classes, seed=self.seed)
        return model.fit_patterns(self.patterns, class_balance=balance)

    @cached_property
    def drift(self) -> float:
        """Share of Snorkel's labels that depend on when its training stops."""
        n_cast = sum(len(np.unique(column[column != ABSTAIN])) for column in self.patterns.votes.T)
        n_epochs = LONG_TRAINING if n_cast**2 * self.n_classes < COSTLY else 200
        longer = SnorkelModel(self.n_classes, seed=self.seed, n_epochs=n_epochs)
        longer.fit_patterns(self.patterns, class_balance=self.balance)
        return self.share_moved(self.probs[SNORKEL], longer.predict_patterns(self.patterns))

    @cached_property
    def majority_balance(self) -> NDArray[np.float64]:
        """Class shares of the majority vote on rows with a vote, (K,), each above 0."""
        weights = self.patterns.counts * (self.n_votes > 0)
        found = weights @ self.probs[MAJORITY] + 1
        shares: NDArray[np.float64] = found / found.sum()
        return shares

    def doubts_uniform_balance(self) -> bool:
        """Tell whether the votes speak against equally common classes (rule 1)."""
        if SNORKEL not in self.models:
            return False
        return bool(self.majority_balance.max() >= DOMINANT and self.drift > MAX_DRIFT)

    def found_balance(self) -> NDArray[np.float64]:
        """Class balance that the votes show, (K,)."""
        model = self.models[DAWID_SKENE]
        estimated = isinstance(model, DawidSkene) and model.estimated_balance_
        return np.exp(model.log_prior_) if estimated else self.majority_balance

    def balance_sensitivity(self) -> float:
        """Share of rows that Snorkel labels otherwise under the balance of the majority vote."""
        other = self._fit(SNORKEL, self.majority_balance).predict_patterns(self.patterns)
        return self.share_moved(self.probs[SNORKEL], other)

    def share_moved(self, a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
        """Share of rows with a vote whose top classes under two models are apart."""
        together = _meet(top_classes(a), top_classes(b))
        return 1 - self._share(together, self.n_votes > 0)

    def contradiction(self, name: str) -> float:
        """Share of the rows with two or more votes, all for one class, that a model overrules."""
        unanimous = ((self.tally > 0).sum(axis=1) == 1) & (self.n_votes > 1)
        followed = _meet(top_classes(self.probs[name]), self.tally > 0)
        return 1 - self._share(followed, unanimous)

    def lone_overrules(self) -> float:
        """Share of rows where Snorkel overrules a majority that Dawid-Skene sides with."""
        majority = top_classes(self.probs[MAJORITY])
        overruled = ~_meet(majority, top_classes(self.probs[SNORKEL]))
        sided_with = _meet(majority, top_classes(self.probs[DAWID_SKENE]))
        return 1 - self._share(~(overruled & sided_with), self.n_votes > 0)

    def balance_gap(self, name: str) -> float:
        """How far a model's class balance is from its mean probability on rows with a vote."""
        weights = self.patterns.counts * (self.n_votes > 0)
        found = weights @ self.probs[name] / weights.sum()
        return _balance_gap(found, np.exp(self.models[name].log_prior_))

    def assumed_skew(self) -> float:
        """How far the class balance that was used, if any, is from the uniform one."""
        uniform = np.full(self.n_classes, 1 / self.n_classes)
        return 0.0 if self.balance is None else _balance_gap(self.balance, uniform)

    def _share(self, what: NDArray[np.bool_], of: NDArray[np.bool_]) -> float:
        """Weighted share of one set of patterns in another; 1 where that is empty."""
        counts = self.patterns.counts
        total = int(counts @ of)
        return int(counts @ (what & of)) / total if total else 1.0


def _choose_by_evidence(evidence: _Evidence) -> tuple[str, str]:
    """Snorkel, else Dawid-Skene, else majority vote; with the reason."""
    if evidence.assumed_skew() <= MAX_BALANCE_GAP:
        implied = implied_accuracy(evidence.patterns, evidence.n_classes)
        if implied is None:
            return MAJORITY, "No two labeling functions vote on one row, so none can be weighed."
        if implied <= PREC_INIT:
            return MAJORITY, (
                f"The labeling functions agree as seldom as functions of accuracy {implied:.0%} "
                "would, too little to weigh them."
            )
    fault = _fault_of_snorkel(evidence)
    if fault is None:
        return SNORKEL, "Snorkel's fit is stable and in line with the votes."
    overruled = evidence.contradiction(DAWID_SKENE)
    if overruled > MAX_CONTRADICTION:
        return MAJORITY, f"{fault}; Dawid-Skene overrules {overruled:.0%} of unanimous votes."
    if evidence.balance_gap(DAWID_SKENE) > MAX_BALANCE_GAP:
        return MAJORITY, f"{fault}; Dawid-Skene finds a class balance far from the assumed one."
    return DAWID_SKENE, f"{fault}; Dawid-Skene agrees with the votes and with itself."


def _fault_of_snorkel(evidence: _Evidence) -> str | None:
    """Why Snorkel's model is not to be trusted; None where nothing speaks against it."""
    if (overruled := evidence.contradiction(SNORKEL)) > MAX_CONTRADICTION:
        return f"Snorkel overrules {overruled:.0%} of the unanimous votes"
    if (alone := evidence.lone_overrules()) > MAX_LONE_OVERRULES:
        return f"Snorkel overrules the majority on {alone:.0%} of the rows, against Dawid-Skene"
    if evidence.drift > MAX_DRIFT:
        return f"Longer training moves {evidence.drift:.0%} of Snorkel's labels"
    return None


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
    credit = {key: expected_credit(p[rows], labels) for key, p in probs.items()}
    best = max(credit, key=lambda key: float(credit[key].mean()))
    gain = credit[best] - credit[name]
    if gain.mean() <= 1.96 * gain.std(ddof=1) / np.sqrt(len(rows)):
        return name, reason
    return best, (
        f"On {len(rows)} trusted labels {best} is right in {credit[best].mean():.1%}, "
        f"{name} in {credit[name].mean():.1%}."
    )


def _balance_gap(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Total variation of two class balances, as a share of 1 - 1 / K."""
    return float(np.abs(a - b).sum() / 2 / (1 - 1 / len(a)))


def _meet(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell which rows of two (n, K) sets of classes have a class in common, (n,)."""
    return np.asarray((a & b).any(axis=1))
