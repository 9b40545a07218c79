"""How far the annotators agree, and how reliable each of them looks."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from workbench.figures import listed
from workbench.methods.agreement import Agreement, Coefficient, measure_agreement
from workbench.methods.consensus import accuracy_intervals
from workbench.methods.threads import single_threaded
from workbench.result import Result
from workbench.services.arguments import seed_of
from workbench.services.consensus import Annotator, Answers, collect_answers, weigh
from workbench.services.disputes import rows_differed_on
from workbench.services.project import Project
from workbench.types import ABSTAIN


@dataclass(frozen=True, slots=True)
class PairRow:
    """Cohen's kappa of two annotators on the rows that both answered."""

    first: str
    second: str
    n_rows: int
    observed: float
    kappa: Coefficient


@dataclass(frozen=True, slots=True)
class ClassAgreementRow:
    """How far annotators agree on one class against the rest."""

    name: str
    n_answers: int
    alpha: Coefficient
    fleiss: Coefficient


@dataclass(frozen=True, slots=True)
class AgreementResult(Result):
    """Agreement on the rows that at least two annotators answered.

    Coefficients are 1 for perfect agreement and 0 for what chance brings; the intervals are 95 %
    bootstrap intervals over rows. ``n_rows`` and ``n_answers`` count all rows with an answer,
    ``n_shared`` those with two or more; ``n_disputed`` rows wait for somebody to settle them.
    ``annotators`` have the accuracy that weighing the answers (Dawid and Skene) estimates, whatever
    the policy; None for those of whom answers alone do not tell it, which ``note`` names.
    """

    policy: str
    n_rows: int
    n_answers: int
    n_shared: int
    n_disputed: int
    observed: Coefficient
    alpha: Coefficient
    fleiss: Coefficient
    cohen: Coefficient
    classes: tuple[ClassAgreementRow, ...]
    annotators: tuple[Annotator, ...]
    pairs: tuple[PairRow, ...]
    seed: int
    n_resamples: int
    note: str = ""

    @property
    def is_ranked(self) -> bool:
        """Whether some annotator is less reliable than another, beyond noise."""
        lows = [a.low for a in self.annotators if a.low is not None]
        highs = [a.high for a in self.annotators if a.high is not None]
        return bool(lows) and min(highs) < max(lows)


def annotator_agreement(
    project: Project, *, seed: int | None = None, n_resamples: int = 1_000
) -> AgreementResult:
    """Measure how far the annotators agree; nothing is written.

    Parameters
    ----------
    project
        The project.
    seed
        Of the bootstrap; the project's by default.
    n_resamples
        Resamples behind each interval.

    Returns
    -------
    AgreementResult
        All coefficients are undefined where no row has two answers. Pairs are ordered from the
        least agreement, those without a kappa last.

    Raises
    ------
    MethodError
        If `n_resamples` is below 1.
    """
    seed = seed_of(project, seed)
    answers = collect_answers(project)
    annotators: tuple[Annotator, ...] = ()
    note = ""
    with single_threaded():
        if answers.example_ids:
            annotators, note = _told(weigh(answers)[1], answers.matrix)
            annotators = _bounded(annotators, answers, seed)
        found = measure_agreement(
            answers.matrix,
            len(answers.classes),
            rng=np.random.default_rng(seed),
            n_resamples=n_resamples,
        )
    return AgreementResult(
        policy=project.config.consensus,
        n_rows=len(answers.example_ids),
        n_answers=int((answers.matrix != ABSTAIN).sum()),
        n_shared=found.n_rows,
        n_disputed=len(rows_differed_on(project)),
        observed=found.observed,
        alpha=found.alpha,
        fleiss=found.fleiss,
        cohen=found.cohen,
        classes=tuple(
            ClassAgreementRow(
                answers.classes[row.class_index], row.n_answers, row.alpha, row.fleiss
            )
            for row in found.classes
        ),
        annotators=annotators,
        pairs=_pairs(found, answers.annotators),
        seed=seed,
        n_resamples=n_resamples,
        note=note,
    )


def _bounded(
    annotators: tuple[Annotator, ...], answers: Answers, seed: int
) -> tuple[Annotator, ...]:
    """Add the intervals of the accuracies."""
    if all(annotator.accuracy is None for annotator in annotators):
        return annotators
    low, high = accuracy_intervals(
        answers.matrix, len(answers.classes), rng=np.random.default_rng(seed)
    )
    return tuple(
        a if a.accuracy is None else replace(a, low=a_low, high=a_high)
        for a, a_low, a_high in zip(annotators, low.tolist(), high.tolist(), strict=True)
    )


def _told(
    annotators: tuple[Annotator, ...], matrix: NDArray[np.signedinteger]
) -> tuple[tuple[Annotator, ...], str]:
    """Take away accuracies that answers alone do not tell, and say whose.

    Two who differ are wrong as often as each other, for all that their answers say. It takes a
    third who shares rows with both, if not the same ones.
    """
    given = (matrix != ABSTAIN).astype(np.int64)
    shares = given.T @ given > 0
    np.fill_diagonal(shares, val=False)
    ways = shares.astype(np.int64)
    is_told = ((ways @ ways) * ways).any(axis=1)
    untold = [
        annotator.name
        for annotator, told in zip(annotators, is_told, strict=True)
        if annotator.accuracy is not None and not told
    ]
    if not untold:
        return annotators, ""
    found = tuple(replace(a, accuracy=None) if a.name in untold else a for a in annotators)
    return found, (
        f"no accuracy of {listed(untold)}: where two differ, their answers do not say who is wrong."
        " A third who shares rows with both does; so do models that have not seen the rows"
        " (workbench audit --by annotator), and whoever settles them (workbench annotate --queue"
        " disagreement)"
    )


def _pairs(found: Agreement, names: tuple[str, ...]) -> tuple[PairRow, ...]:
    rows = [
        PairRow(names[pair.first], names[pair.second], pair.n_rows, pair.observed, pair.kappa)
        for pair in found.pairs
    ]
    undefined_last = 2.0
    rows.sort(key=lambda row: undefined_last if row.kappa.value is None else row.kappa.value)
    return tuple(rows)
