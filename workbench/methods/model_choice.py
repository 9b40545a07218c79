"""Which label model to trust, by the evidence in the votes and by trusted labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.methods.choice_evidence import (
    DAWID_SKENE,
    MAJORITY,
    SNORKEL,
    ChoiceEvidence,
)
from workbench.methods.majority import MajorityVote
from workbench.methods.pattern_model import PatternModel, check_balance
from workbench.methods.snorkel_model import PREC_INIT, SnorkelModel
from workbench.methods.trusted_choice import choose_by_labels
from workbench.methods.vote_agreement import agreement_of, count_once, find_copies
from workbench.methods.votes import VotePatterns, check_votes, unique_patterns
from workbench.types import ABSTAIN

MIN_KNOWN: Final = 0.4
"""Functions that know less of their answers, and guess the others evenly, cannot be weighed.

Whoever knows 40 % and guesses between two classes has an accuracy of 0.7; of ten classes, 0.46.
"""

MIN_KNOWN_IF_UNEVEN: Final = 0.25
"""The same of more than two classes where functions are evidently not equally good."""

MIN_UNEVENNESS: Final = 10.0
"""They are where their agreement varies so many times as much as chance would have it vary."""

MIN_MEETINGS_OF_CLASSES: Final = 2
"""With fewer meetings of votes for a pair of classes an accuracy of 0.7 is asked for.

Less than that takes more to be told: two functions can answer in K x K ways where they meet.
"""

MAX_UNTOLD: Final = 0.5
"""Largest share, in the votes on conflicting rows, of functions of which nothing tells how right.

Each model settles such rows by these functions' accuracies, which are then its own assumptions.
"""

MAX_CONTRADICTION: Final = 0.05
"""Largest share of unanimous rows that a model may overrule."""

MAX_DRIFT: Final = 0.05
"""Largest share of rows whose class may depend on where Snorkel starts, or stops, training."""

MAX_SENSITIVITY: Final = 0.02
"""Largest share of rows whose class Snorkel may decide by assuming a class balance.

Where Dawid-Skene estimates it; else neither knows.
"""

MAX_LONE_OVERRULES: Final = 0.03
"""Largest share of rows where Snorkel may overrule a majority that Dawid-Skene sides with."""

MAX_MISFIT: Final = 0.03
"""Largest share of the joint votes that Snorkel's fit may leave unexplained."""

MAX_OVERRULES: Final = 0.02
"""Largest share of rows where Dawid-Skene may overrule a majority of dependent functions."""

MAX_OVERRULES_OF_COMPLETE: Final = 0.05
"""The same where most votes are of functions that name every class, which Dawid-Skene is for.

Where every function names every class, and Snorkel's fit explains their joint votes too, it may
overrule any majority.
"""

MAX_BALANCE_GAP: Final = 0.25
"""Largest distance between the class balance a model assumes and the one it finds.

In total variation, as a share of that between the uniform balance and a single class: the range
of total variation itself grows with the number of classes.
"""

DOMINANT: Final = 0.7
"""From this share of one class in the majority vote on, a uniform balance is doubted.

Where Dawid-Skene finds it, it is the balance that settles conflicts.
"""


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
    evidence
        What the votes say of the models with the balance that was given, or none: how much the
        labels of each depend on it (`ChoiceEvidence.balance_sensitivity`).
    copy_of
        (m,) the first of the LFs that are copies of each other
        (`workbench.methods.vote_agreement.find_copies`).
    is_told
        (m,) False for LFs whose accuracy the votes do not tell, where that left the choice to
        majority vote (rule 7 of `choose`); what a model learns of them is what it assumes.
    """

    name: str
    reason: str
    probs: NDArray[np.float64]
    models: dict[str, PatternModel]
    disagreement: dict[str, float]
    balance: NDArray[np.float64] | None
    balance_from: str
    evidence: ChoiceEvidence
    copy_of: NDArray[np.int64]
    is_told: NDArray[np.bool_]


def choose(
    votes: ArrayLike,
    n_classes: int,
    *,
    class_balance: ArrayLike | None = None,
    trusted: tuple[ArrayLike, ArrayLike] | None = None,
) -> Choice:
    """Fit the label models and choose one by the evidence in the votes.

    A label model is worth having where its assumptions hold, and each assumption leaves a trace:

    1. The classes are about equally common, unless a balance is given. Where the majority vote
       gives 70 % of the rows to one class, and Snorkel's answer depends on when its training
       stops (rule 4), the assumption has failed: the models are fitted again with the balance
       that the votes show, by Dawid-Skene where it estimates one, else by majority vote. Votes for
       one class alone show none.
    2. Labeling functions (LFs) know something. Of two classes that are about equally common, LFs
       that are mostly wrong leave the same votes as LFs that are mostly right with the classes
       exchanged; of more, LFs that mostly guess leave too little to weigh them by. So LFs that
       agree with each other no more than LFs that know 40 % of their answers and guess the others
       evenly do not carry a model: majority vote. With two classes that is an accuracy of 0.7
       (what Snorkel assumes at first), with K of 0.4 + 0.6 / K. With three and more 25 % are enough
       where the LFs are evidently not equally good: from pair to pair their agreement varies ten
       times as much as by chance. Where fewer than 2 pairs of votes meet for each of the K x K
       pairs of classes it takes an accuracy of 0.7 with any K. Only LFs that could both agree and
       disagree are held to it.
    3. LFs are independent given the class, and 100 steps train Snorkel. Then its parameters
       account for how often each pair of LFs casts each pair of votes, up to chance; they may miss
       3 % of the joint votes. LFs that look for words of the same texts often fail this, and what
       Snorkel learns of how accurate they are is then partly how alike they are. Of many classes
       independent LFs fail it too, as training ends too soon: which it is cannot be told.
    4. Snorkel's answer follows from the votes, not from when training stops: a fit five times as
       long moves at most 5 % of the rows; nor from where it starts: from another start such a fit
       gives at most 5 % of the rows another class; nor from the balance that it assumes, where
       Dawid-Skene estimates one: that of the majority vote moves at most 2 % of the rows.
    5. A model does not overrule LFs that agree unanimously, on more than 5 % of such rows; nor
       does Snorkel overrule a majority that Dawid-Skene sides with, on more than 3 % of the rows.
    6. Dawid-Skene's probabilities average to about the class balance it was fitted with, and it
       overrules a clear majority on at most 2 % of the rows (5 % where most votes are of LFs that
       name every class; any share where all are, and rule 3 holds). A balance that was found in
       votes that fail rule 3 is not trusted: majority vote.
    7. Votes tell how right the LFs are. Two LFs that meet show how much better than chance both
       are, multiplied; it takes three that meet each other, or another cycle of odd length, to
       tell what each is. Where one LF votes on all rows and the others lie apart, a good LF of all
       rows and poor others leave the same votes as the reverse, and a model takes either. What an
       LF's meetings tell is counted in meetings with LFs of known accuracy
       (`workbench.methods.telling_meetings`): it takes 80 for each class that it names, or half as
       many as it has meetings. Other LFs may have half of the votes on conflicting rows; with
       more, majority vote. Where the classes are not about equally common it is mostly their
       balance that settles conflicts: as rule 2, this one asks nothing where such a balance is
       given or was found, nor of Dawid-Skene's model where that gives one class 70 %.

    Snorkel is chosen where 3, 4 and 5 hold, else Dawid-Skene where 5 and 6 hold, and either where 7
    does; else majority vote. Where both may be, all LFs name every class and the balance that was
    found (rule 1) is Dawid-Skene's estimate, its model is chosen, which knows more of the votes
    than their pairs. Trusted labels, from 30 on, overrule this where another model is significantly
    better on them.
    Nothing is drawn: Snorkel starts from the same point always.

    LFs that are copies of each other are one LF, in the rules and in what Snorkel and Dawid-Skene
    are fitted on, and share its evidence. Majority vote, where it is chosen, counts every vote.

    Parameters
    ----------
    votes
        (n, m) votes in -1..K-1; n >= 1.
    n_classes
        Number of classes K, at least 2.
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
    copy_of = find_copies(patterns, n_classes)
    distinct = count_once(patterns.votes, copy_of, n_classes)
    once = VotePatterns(distinct, patterns.counts, patterns.inverse)
    n_voting = int((distinct != ABSTAIN).any(axis=0).sum())
    names = [MAJORITY, DAWID_SKENE] + [SNORKEL] * (n_voting >= SnorkelModel.min_functions)
    evidence = as_asked = ChoiceEvidence(once, n_classes, names, balance=given)
    balance, balance_from, preface = given, "assumed uniform" if given is None else "given", ""
    if given is None and _doubts_uniform_balance(evidence):
        preface = (
            f"Taking the classes to be equally common, longer training moves {evidence.drift:.0%} "
            "of Snorkel's labels, and "
        )
        if evidence.shows_no_balance:
            preface += "all votes are for one class, so they show no other balance. "
        else:
            preface += "the votes show one class far more often: their balance is used. "
            balance, balance_from = evidence.found_balance(), "votes"
            evidence = ChoiceEvidence(once, n_classes, names, balance=balance)
    told = np.ones(distinct.shape[1], dtype=np.bool_)
    if SNORKEL not in names:
        name = MAJORITY
        reason = (
            f"{_voting(n_voting, distinct.shape[1])}; Snorkel's model needs"
            f" {SnorkelModel.min_functions}."
        )
    else:
        name, reason = _choose_by_evidence(evidence, balance_from)
        if (untold := _untold_by_meetings(evidence, name)) is not None:
            told = ~untold
            if name != MAJORITY:
                name, reason = MAJORITY, _why_untold(evidence, untold)
    reason = preface + reason
    models, probs = evidence.models, evidence.probs
    if distinct.shape != patterns.votes.shape:
        models = {key: model.share(copy_of) for key, model in models.items()}
        models[MAJORITY] = MajorityVote(n_classes).fit_patterns(patterns, class_balance=balance)
        probs = {key: model.predict_patterns(patterns) for key, model in models.items()}
    if trusted is not None:
        by_row = {key: believed[patterns.inverse] for key, believed in probs.items()}
        by_votes = name
        name, reason = choose_by_labels(matrix, by_row, trusted, name, reason)
        told |= name != by_votes
    return Choice(
        name=name,
        reason=reason,
        probs=probs[name][patterns.inverse],
        models=models,
        disagreement={
            key: evidence.share_moved(probs[MAJORITY], believed) for key, believed in probs.items()
        },
        balance=balance,
        balance_from=balance_from,
        evidence=as_asked,
        copy_of=copy_of,
        is_told=told[np.unique(copy_of, return_inverse=True)[1]],
    )


def balance_of_votes(votes: ArrayLike, n_classes: int) -> NDArray[np.float64]:
    """Class balance that the votes show: Dawid-Skene's where it estimates one, else the majority's.

    Where all votes are for one class they show none, and it is the uniform one.

    Parameters
    ----------
    votes
        (n, m) votes in -1..K-1; n >= 1.
    n_classes
        Number of classes K, at least 2.

    Returns
    -------
    ndarray
        (K,) float64, positive, summing to 1.
    """
    patterns = unique_patterns(check_votes(votes, n_classes))
    names = [MAJORITY, DAWID_SKENE]
    return ChoiceEvidence(patterns, n_classes, names, balance=None).found_balance()


def _voting(n_voting: int, n_functions: int) -> str:
    """Say how few functions vote: on the rows that are fitted, which need not be all there are."""
    if n_voting == 0:
        return "No labeling function votes on the rows that models learn from"
    if n_voting == n_functions:
        return f"Only {n_voting} labeling function{' votes' if n_voting == 1 else 's vote'}"
    votes = "votes" if n_voting == 1 else "vote"
    return f"Only {n_voting} of {n_functions} functions {votes} on the rows that models learn from"


def _doubts_uniform_balance(evidence: ChoiceEvidence) -> bool:
    """Tell whether the votes speak against equally common classes (rule 1)."""
    if SNORKEL not in evidence.models:
        return False
    return bool(evidence.majority_balance.max() >= DOMINANT and evidence.drift > MAX_DRIFT)


def _choose_by_evidence(evidence: ChoiceEvidence, balance_from: str) -> tuple[str, str]:
    """Snorkel, else Dawid-Skene, else majority vote; with the reason."""
    if _assumes_even(evidence) and (unweighed := _fault_of_agreement(evidence)) is not None:
        return MAJORITY, unweighed
    fault, against = _fault_of_snorkel(evidence), _fault_of_dawid_skene(evidence)
    is_its_balance = balance_from == "votes" and evidence.all_name_every_class
    if fault is None and against is None and is_its_balance:
        return DAWID_SKENE, "It is Dawid-Skene's estimate, and its model in line with the votes."
    if fault is None:
        return SNORKEL, "Snorkel's fit is stable and in line with the votes."
    if balance_from == "votes" and evidence.misfit > MAX_MISFIT:
        return MAJORITY, f"{fault}; so the class balance cannot be told from the votes."
    if against is None:
        return DAWID_SKENE, f"{fault}; Dawid-Skene is in line with the votes and with itself."
    return MAJORITY, f"{fault}; {against}."


def _assumes_even(evidence: ChoiceEvidence) -> bool:
    """Tell whether models were fitted with classes that are about equally common, or with none."""
    return evidence.assumed_skew() <= MAX_BALANCE_GAP


def _untold_by_meetings(evidence: ChoiceEvidence, name: str) -> NDArray[np.bool_] | None:
    """Functions whose accuracy no meetings tell a model, (m,), where it hangs on them (rule 7).

    None where it does not.
    """
    found = np.exp(evidence.models[name].log_prior_).max()
    if not _assumes_even(evidence) or found >= DOMINANT:
        return None
    untold = ~evidence.told(name)
    return untold if evidence.conflicting_share(untold) > MAX_UNTOLD else None


def _why_untold(evidence: ChoiceEvidence, untold: NDArray[np.bool_]) -> str:
    """Say what keeps the functions from being weighed (rule 7)."""
    share, m = evidence.conflicting_share(untold), len(untold)
    which = "the functions" if untold.all() else f"{untold.sum()} of the {m} functions"
    return (
        f"How right {which} are cannot be told from their votes: it takes three that meet each"
        f" other, on enough rows, or annotated rows. They cast {share:.0%} of the votes on"
        " conflicting rows."
    )


def _fault_of_agreement(evidence: ChoiceEvidence) -> str | None:
    """Why the functions cannot be weighed by how they agree (rule 2); None where they can be."""
    K = evidence.n_classes
    found = agreement_of(evidence.patterns, K)
    if found is None:
        return "No two labeling functions vote on one row, so none can be weighed."
    if found.accuracy > PREC_INIT:
        return None
    agree = f"The labeling functions agree as seldom as functions of accuracy {found.accuracy:.0%}"
    is_uneven = K > 2 and found.unevenness >= MIN_UNEVENNESS
    known = MIN_KNOWN_IF_UNEVEN if is_uneven else MIN_KNOWN
    if found.accuracy <= known + (1 - known) / K:
        return f"{agree} would, too little to weigh them."
    if found.n_meetings < MIN_MEETINGS_OF_CLASSES * K**2:
        return f"{agree} would, and too few of their votes meet to weigh them between {K} classes."
    return None


def _fault_of_snorkel(evidence: ChoiceEvidence) -> str | None:
    """Why Snorkel's model is not to be trusted; None where nothing speaks against it."""
    if evidence.misfit > MAX_MISFIT:
        return (
            f"Snorkel's fit leaves {min(evidence.misfit, 1):.0%} of what the functions do together "
            "unexplained: they depend on each other given the class, or its training is too short"
        )
    if (overruled := evidence.contradiction(SNORKEL)) > MAX_CONTRADICTION:
        return f"Snorkel overrules {overruled:.0%} of the unanimous votes"
    if (alone := evidence.lone_overrules()) > MAX_LONE_OVERRULES:
        return f"Snorkel overrules the majority on {alone:.0%} of the rows, against Dawid-Skene"
    if evidence.drift > MAX_DRIFT:
        return f"Longer training moves {evidence.drift:.0%} of Snorkel's labels"
    if evidence.start_drift > MAX_DRIFT:
        return f"Training from another start moves {evidence.start_drift:.0%} of Snorkel's labels"
    if evidence.estimates_balance and (
        (moved := evidence.balance_sensitivity(SNORKEL)) > MAX_SENSITIVITY
    ):
        return (
            f"{moved:.0%} of Snorkel's labels depend on the class balance, "
            "which it assumes and Dawid-Skene estimates"
        )
    return None


def _fault_of_dawid_skene(evidence: ChoiceEvidence) -> str | None:
    """Why Dawid-Skene's model is not to be trusted; None where nothing speaks against it."""
    if (overruled := evidence.contradiction(DAWID_SKENE)) > MAX_CONTRADICTION:
        return f"Dawid-Skene overrules {overruled:.0%} of unanimous votes"
    if (overruled := evidence.overrules(DAWID_SKENE)) > _most_overrules(evidence):
        return f"Dawid-Skene overrules the majority on {overruled:.0%} of the rows"
    if evidence.balance_gap(DAWID_SKENE) > MAX_BALANCE_GAP:
        return "Dawid-Skene finds a class balance far from the assumed one"
    return None


def _most_overrules(evidence: ChoiceEvidence) -> float:
    """Largest share of rows where Dawid-Skene may overrule a majority that leads alone."""
    if evidence.all_name_every_class and evidence.misfit <= MAX_MISFIT:
        # Its assumptions hold: it overrules majorities because they take the classes to be equally
        # common and the functions equally good.
        return 1.0
    return MAX_OVERRULES_OF_COMPLETE if evidence.names_every_class else MAX_OVERRULES
