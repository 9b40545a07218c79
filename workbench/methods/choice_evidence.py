"""What the votes say about label models: fits, contradictions, drift, and misfit."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from workbench.methods.dawid_skene import DawidSkene
from workbench.methods.label_model import make_label_model, top_classes
from workbench.methods.majority import MajorityVote
from workbench.methods.pattern_model import PatternModel
from workbench.methods.snorkel_model import SnorkelModel
from workbench.methods.telling_meetings import told_by_meetings
from workbench.methods.votes import VotePatterns
from workbench.types import ABSTAIN

LONG_TRAINING: Final = 500
"""Epochs of the Snorkel fits against which the choice tests the first (100 epochs)."""

COSTLY: Final = 5_000_000
"""Multiplications in an epoch from which these fits take 200 epochs."""

START: Final = 0
"""Seed of Snorkel's starting point, whatever the project's seed: a scale of 0.55.

Of the scales that Snorkel draws evenly from 0 to 1 those below about 0.25 leave 100 epochs of
training unfinished, and what they give is then the start more than the votes.
"""

OTHER_START: Final = 4
"""Seed of another starting point, which should lead to the same labels: a scale of 0.97."""

MAJORITY, SNORKEL, DAWID_SKENE = MajorityVote.name, SnorkelModel.name, DawidSkene.name


@dataclass
class ChoiceEvidence:
    """Fitted label models, and what the votes say about them.

    Everything is computed on unique patterns of votes, weighted by their counts.

    Parameters
    ----------
    patterns
        The unique votes.
    n_classes
        Number of classes K.
    names
        The models to fit; majority vote and Dawid-Skene at least.
    balance
        (K,) class balance to fit with; None where it is not known.
    """

    patterns: VotePatterns
    n_classes: int
    names: list[str]
    balance: NDArray[np.float64] | None = field(kw_only=True)

    def __post_init__(self) -> None:
        self.models = {name: self._fit(name, self.balance) for name in self.names}
        self.probs = {n: model.predict_patterns(self.patterns) for n, model in self.models.items()}
        votes = self.patterns.votes
        self.tally = np.stack([(votes == y).sum(axis=1) for y in range(self.n_classes)], axis=1)
        self.n_votes = self.tally.sum(axis=1)
        self._sensitivity: dict[tuple[str, int], float] = {}

    def _fit(
        self, name: str, balance: NDArray[np.float64] | None, seed: int = START
    ) -> PatternModel:
        """Fit a model with a balance."""
        model = make_label_model(name, self.n_classes, seed=seed)
        return model.fit_patterns(self.patterns, class_balance=balance)

    @cached_property
    def drift(self) -> float:
        """Share of Snorkel's labels that depend on when its training stops."""
        return self.share_moved(self.probs[SNORKEL], self._long_trained)

    @cached_property
    def start_drift(self) -> float:
        """Share of rows that Snorkel, after long training, labels otherwise from another start."""
        return self.share_moved(self._long_trained, self._train_long(OTHER_START))

    @cached_property
    def _long_trained(self) -> NDArray[np.float64]:
        return self._train_long(START)

    def _train_long(self, start: int) -> NDArray[np.float64]:
        """Probabilities of the patterns by a Snorkel model that was trained for long."""
        n_cast = sum(len(np.unique(column[column != ABSTAIN])) for column in self.patterns.votes.T)
        n_epochs = LONG_TRAINING if n_cast**2 * self.n_classes < COSTLY else 200
        longer = SnorkelModel(self.n_classes, seed=start, n_epochs=n_epochs)
        longer.fit_patterns(self.patterns, class_balance=self.balance)
        return longer.predict_patterns(self.patterns)

    @cached_property
    def majority_balance(self) -> NDArray[np.float64]:
        """Class shares of the majority vote on rows with a vote, (K,), each above 0."""
        weights = self.patterns.counts * (self.n_votes > 0)
        found = weights @ self.probs[MAJORITY] + 1
        shares: NDArray[np.float64] = found / found.sum()
        return shares

    @property
    def estimates_balance(self) -> bool:
        """Whether Dawid-Skene has estimated the class balance."""
        model = self.models[DAWID_SKENE]
        return isinstance(model, DawidSkene) and model.estimated_balance_

    @property
    def shows_no_balance(self) -> bool:
        """Whether all votes are for one class, or there are none: any balance could leave them."""
        return int(self.tally.any(axis=0).sum()) < min(2, self.n_classes)

    def found_balance(self) -> NDArray[np.float64]:
        """Class balance that the votes show, (K,); the uniform one where they show none."""
        model = self.models[DAWID_SKENE]
        if self.estimates_balance:
            return np.exp(model.log_prior_)
        if self.shows_no_balance:
            return np.full(self.n_classes, 1 / self.n_classes)
        return self.majority_balance

    def balance_sensitivity(self, name: str, *, seed: int = START) -> float:
        """Share of rows that a model labels otherwise under the balance of the majority vote.

        Majority vote has none: where there is a vote, it asks for no balance. ``seed`` is that of
        Snorkel's starting point.
        """
        if name == MAJORITY:
            return 0.0
        key = (name, seed)
        if key not in self._sensitivity:
            mine = self.probs.get(name) if seed == START else None
            if mine is None:
                mine = self._fit(name, self.balance, seed).predict_patterns(self.patterns)
            other = self._fit(name, self.majority_balance, seed).predict_patterns(self.patterns)
            self._sensitivity[key] = self.share_moved(mine, other)
        return self._sensitivity[key]

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

    def overrules(self, name: str) -> float:
        """Share of the rows with a vote where a model overrules a majority that leads alone."""
        majority = top_classes(self.probs[MAJORITY])
        clear = (majority.sum(axis=1) == 1) & (self.n_votes > 0)
        overruled = clear & ~_meet(majority, top_classes(self.probs[name]))
        return 1 - self._share(~overruled, self.n_votes > 0)

    @cached_property
    def misfit(self) -> float:
        """Share of the joint votes that Snorkel's fit leaves unexplained."""
        model = self.models[SNORKEL]
        return model.misfit_ if isinstance(model, SnorkelModel) else 0.0

    def told(self, name: str) -> NDArray[np.bool_]:
        """Tell of which functions the votes tell a model how right they are, (m,)."""
        # Of silence Snorkel learns; Dawid-Skene weighs the votes of a row alone.
        return told_by_meetings(self.patterns, self.n_classes, silence_tells=name == SNORKEL)

    def conflicting_share(self, functions: NDArray[np.bool_]) -> float:
        """Share that some functions have in the votes on rows that have votes for two classes."""
        conflicting = (self.tally > 0).sum(axis=1) > 1
        cast = self.patterns.votes[conflicting] != ABSTAIN
        n_cast = self.patterns.counts[conflicting] @ cast
        return float(n_cast[functions].sum() / max(n_cast.sum(), 1))

    @property
    def names_every_class(self) -> bool:
        """Whether most votes are of functions that name every class."""
        model = self.models[DAWID_SKENE]
        return isinstance(model, DawidSkene) and model.mostly_complete_

    @cached_property
    def all_name_every_class(self) -> bool:
        """Whether every function that votes names every class."""
        named = (np.unique(column[column != ABSTAIN]) for column in self.patterns.votes.T)
        return all(len(classes) in (0, self.n_classes) for classes in named)

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


def _balance_gap(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Total variation of two class balances, as a share of 1 - 1 / K."""
    return float(np.abs(a - b).sum() / 2 / (1 - 1 / len(a)))


def _meet(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell which rows of two (n, K) sets of classes have a class in common, (n,)."""
    return np.asarray((a & b).any(axis=1))
