"""What an aggregation says about each labeling function, and about pairs of them."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.figures import counted, listed, percent
from workbench.methods.lf_analysis import marginal_value
from workbench.methods.pattern_model import PatternModel
from workbench.methods.vote_agreement import MAX_COMPARED, MAX_PAIRS, dependent_pairs
from workbench.methods.votes import VoteSummary, summarize
from workbench.services.failing import Failing
from workbench.services.gone_votes import GoneVotes
from workbench.services.judges import References, chosen_note, picked_note
from workbench.store.votes import LFVersion
from workbench.types import ABSTAIN

_MAX_ROWS = 20_000
"""Rows that marginal values and dependence are measured on; the shares hardly depend on more."""

_FEW = 10
"""Fewer judged votes than this accuse no function."""

_FAR = 0.1
"""A learnt accuracy that lies so far outside the interval of the measured one is told."""

_NAMED = 5
"""At most so many functions are named in one warning."""


@dataclass(frozen=True, slots=True)
class LFWeight:
    """What a label model learnt of a labeling function, and what it adds.

    ``weight`` is the learnt accuracy, given that it votes; None where the model learns none, as
    majority vote, where it never votes, or where the votes do not tell it. ``covered_alone`` and
    ``labels_changed`` are shares of the examples: those that no other function votes on, and those
    whose label is another without it. ``accuracy_gain`` is what it adds to the share of the rows
    with trusted labels that the model labels right, negative where it does harm, ``n_judged`` the
    number of its votes there; None and 0 without such rows.
    ``measured`` is its accuracy as ``lf list`` gives it, with its 95 % interval, on ``n_measured``
    votes; None without any.
    """

    name: str
    weight: float | None
    coverage: float
    covered_alone: float = 0.0
    labels_changed: float = 0.0
    accuracy_gain: float | None = None
    n_judged: int = 0
    measured: float | None = None
    measured_low: float | None = None
    measured_high: float | None = None
    n_measured: int = 0

    @property
    def is_far(self) -> bool:
        """Whether what was learnt is far from what was measured, by its interval too."""
        if self.weight is None or self.measured_low is None or self.measured_high is None:
            return False
        below, above = self.measured_low - self.weight, self.weight - self.measured_high
        return self.n_measured >= _FEW and max(below, above) > _FAR


@dataclass(frozen=True, slots=True)
class LFPair:
    """Two labeling functions that do not vote independently.

    ``similarity`` is the share of the rows that either votes on where both vote alike; ``excess``
    the share of the rarer one's votes that is shared beyond what the classes explain. They are
    alike where they vote as copies do; not all of these are taken for copies.
    """

    first: str
    second: str
    similarity: float
    excess: float
    is_copy: bool
    is_alike: bool = False


@dataclass(frozen=True, slots=True)
class FunctionReport:
    """The weights, the dependent pairs, and what to do."""

    weights: tuple[LFWeight, ...]
    pairs: tuple[LFPair, ...]
    warnings: tuple[str, ...]


def report_functions(
    model: PatternModel,
    versions: Sequence[LFVersion],
    votes: NDArray[np.signedinteger[Any]],
    probs: NDArray[np.float64],
    known: NDArray[np.int64],
    reference: References,
    *,
    copy_of: NDArray[np.int64],
    is_told: NDArray[np.bool_],
    default: int | None,
    failing: Sequence[Failing],
    gone: Sequence[GoneVotes],
) -> FunctionReport:
    """Describe the labeling functions of an aggregation.

    Parameters
    ----------
    model
        The label model in use, fitted.
    versions
        The m functions.
    votes
        All votes, (n, m).
    probs
        The model's probabilities, (n, K).
    known
        The labels that judge, (n,), `workbench.services.judges.Judges.measured`: they say fairly
        what a function adds, without the answers of people who vote as one; -1 where there is none.
    reference
        Those that ``lf list`` measures against.
    copy_of
        (m,) the first of the functions that are copies of each other.
    is_told
        (m,) whether the votes tell how right a function is (`model_choice.Choice.is_told`).
    default
        The class that rows without a vote get, where there is one.
    failing
        The functions that fail too often.
    gone
        Votes for classes that are none any more; ``votes`` has them as abstentions.
    """
    names, ids = [v.name for v in versions], [v.lf_version_id for v in versions]
    chose = reference.chose_column(ids)
    summary = summarize(votes, model.n_classes, reference.labels, apart=reference.by_column(ids))
    sample = np.unique(np.linspace(0, len(votes) - 1, _MAX_ROWS).astype(np.int64))
    judged = np.flatnonzero(known >= 0)
    value = marginal_value(model, votes[sample], default=default)
    gains: list[float | None] = [None] * len(names)
    n_judged = np.zeros(len(names), dtype=np.int64)
    if len(judged):
        place = np.full(len(votes), -1)
        place[judged] = np.arange(len(judged))
        unfair = {j: place[rows][place[rows] >= 0] for j, rows in chose.items()}
        on_known = marginal_value(
            model, votes[judged], known[judged], unfair=unfair, default=default
        )
        gains = [None if np.isnan(g) else float(g) for g in on_known.accuracy_gain]
        n_judged = on_known.n_judged
    coverage = (votes != ABSTAIN).mean(axis=0)
    learnt = [None] * len(names) if model.weights_ is None else model.weights_.tolist()
    weights = tuple(
        LFWeight(
            name=name,
            weight=learnt[j] if coverage[j] and is_told[j] else None,
            coverage=float(coverage[j]),
            covered_alone=float(value.covered_alone[j]),
            labels_changed=float(value.labels_changed[j]),
            accuracy_gain=gains[j],
            n_judged=int(n_judged[j]),
            **_measured(summary, j),
        )
        for j, name in enumerate(names)
    )
    pairs: tuple[LFPair, ...] = ()
    if len(names) <= MAX_COMPARED:
        pairs = tuple(
            LFPair(names[p.first], names[p.second], p.similarity, p.excess, p.is_copy, p.is_alike)
            for p in dependent_pairs(votes[sample], probs[sample], copy_of)
        )
    chosen = [names[j] for j, rows in sorted(chose.items()) if len(rows)]
    n_picked = (votes[reference.is_picked] != ABSTAIN).sum(axis=0).tolist()
    measured = [name for name, n in zip(names, summary.n_labelled, strict=True) if n]
    alone = picked_note(dict(zip(names, n_picked, strict=True)), measured)
    warnings = (
        *_about_failing(failing),
        *_about_gone(gone),
        *_about_votes(
            names,
            summary,
            model.n_classes,
            has_default=default is not None,
            told_of={*(one.name for one in failing), *(one.name for one in gone)},
        ),
        *_about_untold([] if model.weights_ is None else _those(names, ~is_told)),
        *_about_learnt(weights),
        *_about_copies(names, copy_of, count_once=model.copy_of_ is not None),
        *_about_pairs(pairs),
        *([chosen_note(chosen)] if chosen else []),
        *([alone] if alone else []),
    )
    return FunctionReport(weights, pairs, warnings)


def _measured(summary: VoteSummary, j: int) -> dict[str, Any]:
    n = int(summary.n_labelled[j])
    if not n:
        return {}
    return {
        "measured": float(summary.accuracy[j]),
        "measured_low": float(summary.accuracy_low[j]),
        "measured_high": float(summary.accuracy_high[j]),
        "n_measured": n,
    }


def _those(names: Sequence[str], which: NDArray[np.bool_]) -> list[str]:
    return [name for name, is_one in zip(names, which, strict=True) if is_one]


def _about_untold(untold: Sequence[str]) -> list[str]:
    """Say for which functions the model goes by an accuracy that no votes tell."""
    if not untold:
        return []
    return [
        f"how right {listed(untold)} {'is' if len(untold) == 1 else 'are'} cannot be told from the"
        " votes, and what this model takes it to be settles conflicts: annotate some rows, or take"
        " --model auto"
    ]


def _about_learnt(weights: Sequence[LFWeight]) -> list[str]:
    """Say which functions the label model takes for much better or worse than they are."""
    far = [weight for weight in weights if weight.is_far]
    if not far:
        return []
    learnt = "learnt from how the functions agree, not from trusted labels"
    return [
        f"the learnt accuracy of {listed([weight.name for weight in far])} is far from the"
        f" measured one: it is {learnt}"
    ]


def _about_failing(failing: Sequence[Failing]) -> list[str]:
    """Say which functions fail too often, and what shows the cause."""
    told = [
        f"{one.name} {one.reason}; mend it: workbench lf test {shlex.quote(one.name)}"
        for one in failing
    ]
    more = [f"{len(told) - _NAMED} more are failing: workbench lf list"] * (len(told) > _NAMED)
    return told[:_NAMED] + more


def _about_gone(gone: Sequence[GoneVotes]) -> list[str]:
    """Say which functions vote for classes that are none any more."""
    told = [f"{one.sentence}; {one.remedy}" for one in gone]
    more = [f"{len(told) - _NAMED} more do so: workbench lf list"] * (len(told) > _NAMED)
    return told[:_NAMED] + more


def _about_votes(
    names: Sequence[str],
    summary: VoteSummary,
    n_classes: int,
    *,
    has_default: bool,
    told_of: Collection[str],
) -> list[str]:
    """Say which functions are dead or do harm, and whether the votes can tell classes apart.

    ``told_of`` are those of which it is said already why they do not vote.
    """
    told = []
    mute = [name for name, share in zip(names, summary.coverage, strict=True) if share == 0]
    if dead := [name for name in mute if name not in told_of]:
        told.append(f"dead: {listed(dead)} never vote{'s' * (len(dead) == 1)}")
    bad = (summary.n_labelled >= _FEW) & (summary.accuracy_high < 1 / 2)
    told += [
        f"{names[j]} is wrong more often than right: {summary.n_correct[j]} of"
        f" {summary.n_labelled[j]} votes on rows with a trusted label agree"
        for j in np.flatnonzero(bad)[:_NAMED]
    ]
    voted_for = {label for labels in summary.polarity for label in labels}
    if len(voted_for) == 1 and not has_default:
        told.append(
            "every vote is for one class: nothing tells the rows apart; write functions for others,"
            " or name the class of the rest, default_class, in workbench.toml"
        )
    elif 1 < len(voted_for) < n_classes:
        told.append(f"no function votes for {n_classes - len(voted_for)} of the classes")
    if 0 < len(names) - len(mute) < 3:
        told.append(
            "fewer than three functions vote: their accuracies cannot be learnt from votes alone"
        )
    return told


def _about_copies(
    names: Sequence[str], copy_of: NDArray[np.int64], *, count_once: bool
) -> list[str]:
    """Say which functions are copies of each other, and how often their evidence counts."""
    first, size = np.unique(copy_of, return_counts=True)
    told = []
    for j, n in zip(first[size > 1][:_NAMED], size[size > 1], strict=False):
        copies = listed([names[i] for i in np.flatnonzero(copy_of == j).tolist() if i != j])
        are = "is a copy" if n == 2 else "are copies"
        times = "twice; drop one" if n == 2 else f"{n} times; keep one"
        counts = "they count once" if count_once else f"their evidence counts {times}"
        told.append(f"{copies} {are} of {names[int(j)]}: {counts}")
    return told


def _about_pairs(pairs: Sequence[LFPair]) -> list[str]:
    """Say which other functions vote alike, as copies do, and which are strongly correlated."""
    others = [pair for pair in pairs if not pair.is_copy]
    alike = [pair for pair in others if pair.is_alike]
    told = [
        f"{pair.first} and {pair.second} vote {percent(pair.similarity, 0)} alike: if one was made"
        " from the other, drop one"
        for pair in alike[:_NAMED]
    ]
    if (more := len(alike) - _NAMED) > 0:
        least = "at least " * (len(pairs) == MAX_PAIRS)
        told.append(f"{least}{counted(more, 'more pair')} of functions vote as much alike")
    correlated = [f"{pair.first} and {pair.second}" for pair in others if not pair.is_alike]
    if correlated:
        told.append(f"strongly correlated, and so counted too high: {listed(correlated)}")
    return told
