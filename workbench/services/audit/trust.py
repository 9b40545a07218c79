"""How far an audit can be trusted to doubt what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from workbench.figures import counted, percent
from workbench.methods.learnt_errors import learnt_errors
from workbench.name_lists import quoted_list
from workbench.services.beliefs import model_beliefs
from workbench.services.copies import why_unlearnt
from workbench.services.labels import Labels
from workbench.services.project import Project
from workbench.types import Origin

if TYPE_CHECKING:
    from workbench.services.audit.second_opinions import SecondOpinions

_N_CLASSES_NAMED: Final = 8

_LEAST_TRUSTED: Final = 20
"""From so many texts with a trusted label on, they are held against the labels."""

_TOLERATED: Final = 0.05
"""Trusted rows are never quite like the others: so much beyond the doubts passes without a word."""


@dataclass(frozen=True, slots=True)
class AuditTrust:
    """Whether models that agree with the labels agree with trusted ones as well.

    Of ``n`` labels, and of ``n_trusted`` evaluation rows; near-copies count once. ``by_functions``:
    these labels are made by labeling functions, and so are those of the evaluation rows, beside
    their trusted ones. ``agreement`` is with the labels, ``accuracy`` with the trusted ones; at
    least ``least_wrong`` of the labels are wrong where the rows are alike (95 %). None where too
    few rows tell. ``is_own``: these are the user's probabilities.
    """

    n: int
    n_trusted: int
    by_functions: bool
    is_own: bool
    agreement: float | None = None
    accuracy: float | None = None
    least_wrong: float | None = None

    def finding(self, doubted: float) -> str:
        """Say that many labels are wrong that no model doubts; nothing where that is not sure.

        Parameters
        ----------
        doubted
            The share of labels that is doubted.
        """
        if self.agreement is None or self.accuracy is None or self.least_wrong is None:
            return ""
        if self.least_wrong <= doubted + _TOLERATED:
            return ""
        made = " that functions label" if self.by_functions else ""
        models, agree, are = "the models", "agree", "are"
        unless = ""
        if self.is_own:
            models, agree, are = "your model", "agrees", "is"
            unless = ", unless yours has seen the labels"
        return (
            f"{models} {agree} with {percent(self.agreement)} of {counted(self.n, 'label')}, but"
            f" {are} right on {percent(self.accuracy)} of"
            f" {counted(self.n_trusted, 'evaluation row')}{made}: at least"
            f" {percent(self.least_wrong)} of the labels are wrong where these rows are like"
            f" theirs, in ways that models learn and do not doubt{unless}"
        )

    def warnings(self, doubted: float, *, is_reviewed: bool) -> tuple[str, ...]:
        """Say what the doubts leave out, by measure; where nothing measures it, that it is unknown.

        Parameters
        ----------
        doubted
            The share of labels that is doubted.
        is_reviewed
            Whether a review has begun, whose random rows measure it.
        """
        tells = "the random rows of the review tell how many"
        if finding := self.finding(doubted):
            return (f"{finding}; {tells}",)
        if self.agreement is None and self.by_functions and not is_reviewed:
            return (
                f"{counted(self.n, 'label')} are made by labeling functions: models learn the"
                " errors of rules and do not doubt them, and too few evaluation rows that functions"
                f" label measure that ({self.n_trusted:,} of {_LEAST_TRUSTED}); {tells}",
            )
        return ()


def audit_trust(
    project: Project,
    labels: Labels,
    rows: NDArray[np.int64],
    evaluation: NDArray[np.int64],
    trusted: NDArray[np.int64],
    opinions: SecondOpinions,
    own: NDArray[np.float64] | None,
) -> AuditTrust:
    """Hold how far the models of an audit agree with its labels against trusted rows.

    Where most labels are made by functions, these are compared with the evaluation rows that the
    functions give a label, too: rows without a vote are of another kind.

    Parameters
    ----------
    project
        The project.
    labels
        The resolved ones.
    rows
        Positions of the audited rows, (n_rows,).
    evaluation
        Positions of the evaluation rows, (n_evaluation,).
    trusted
        Their labels, (n_evaluation,).
    opinions
        Of the audited rows, then of the evaluation rows.
    own
        Probabilities of the user's model, of these rows and perhaps others; NaN where it has none.
    """
    everything = np.concatenate([rows, evaluation])
    given = np.concatenate([labels.labels[rows], trusted])
    is_made = labels.origin_is(Origin.MODEL)[everything]
    by_functions = bool(is_made[: len(rows)].mean() > 0.5)
    is_told = opinions.is_learnable[given]
    if own is not None:
        is_told &= ~np.isnan(own[: len(everything)]).any(axis=1)
    if by_functions:
        is_made[len(rows) :] = _made(project)[evaluation]
        is_told &= is_made
    # Of copies the first: those that agree say no more than one.
    is_first = np.zeros(len(everything), np.bool_)
    for part in (slice(0, len(rows)), slice(len(rows), None)):
        told = np.flatnonzero(is_told[part]) + (part.start or 0)
        _, first = np.unique(opinions.clusters[told], return_index=True)
        is_first[told[first]] = True
    learnt = np.flatnonzero(is_first[: len(rows)])
    known = np.flatnonzero(is_first[len(rows) :]) + len(rows)
    found = AuditTrust(len(learnt), len(known), by_functions, own is not None)
    if not len(learnt) or len(known) < _LEAST_TRUSTED:
        return found
    predicted = opinions.probs.argmax(axis=1)
    return AuditTrust(
        found.n,
        found.n_trusted,
        by_functions,
        found.is_own,
        *learnt_errors(given[learnt], predicted[learnt], given[known], predicted[known]),
    )


def _made(project: Project) -> NDArray[np.bool_]:
    """Return which examples the label model is sure enough of to give a label, (n,)."""
    beliefs = model_beliefs(project, "aggregate")
    if beliefs is None:
        return np.zeros(project.store.examples.count(), np.bool_)
    is_sure = beliefs.probs.max(axis=1) >= project.config.min_confidence
    return np.asarray(beliefs.informed & is_sure)


def unlearnt_warnings(
    classes: Sequence[str], given: NDArray[np.int64], opinions: SecondOpinions
) -> tuple[str, ...]:
    """Say which classes no model has learnt, so that their labels cannot be doubted.

    Parameters
    ----------
    classes
        The names, (K,).
    given
        The labels of the audited rows, (n_rows,).
    opinions
        What was found of them.
    """
    n_rows = np.bincount(given, minlength=len(classes))
    unlearnt = np.flatnonzero((n_rows > 0) & ~opinions.is_learnable)
    if not len(unlearnt):
        return ()
    some = quoted_list(classes[k] for k in unlearnt[:_N_CLASSES_NAMED])
    more = ", …" if len(unlearnt) > _N_CLASSES_NAMED else ""
    why, remedy = why_unlearnt(classes, unlearnt, n_rows, opinions.copied)
    return (
        f"not audited: {some}{more} ({counted(int(n_rows[unlearnt].sum()), 'label')} in"
        f" {counted(len(unlearnt), 'class')}). {why}: none of their labels is doubted. Look at"
        f" them yourself, {remedy}",
    )
