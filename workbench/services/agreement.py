"""How far the annotators agree, and how reliable each of them looks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.methods.agreement import Agreement, Coefficient, measure_agreement
from workbench.methods.threads import single_threaded
from workbench.services.arguments import seed_of
from workbench.services.consensus import Annotator, collect_answers, disputes, weigh
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
class ClassRow:
    """How far annotators agree on one class against the rest."""

    name: str
    n_answers: int
    alpha: Coefficient
    fleiss: Coefficient


@dataclass(frozen=True, slots=True)
class AgreementResult:
    """Agreement on the rows that at least two annotators answered.

    Coefficients are 1 for perfect agreement and 0 for what chance brings; the intervals are 95 %
    bootstrap intervals over rows. ``n_rows`` and ``n_answers`` count all rows with an answer,
    ``n_shared`` those with two or more; ``n_disputed`` rows wait for somebody to settle them.
    ``annotators`` have the accuracy that weighing the answers (Dawid and Skene) estimates, whatever
    the policy.
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
    classes: tuple[ClassRow, ...]
    annotators: tuple[Annotator, ...]
    pairs: tuple[PairRow, ...]
    seed: int
    n_resamples: int


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
    with single_threaded():
        if answers.example_ids:
            annotators = weigh(answers)[1]
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
        n_disputed=len(disputes(project)),
        observed=found.observed,
        alpha=found.alpha,
        fleiss=found.fleiss,
        cohen=found.cohen,
        classes=tuple(
            ClassRow(answers.classes[row.class_index], row.n_answers, row.alpha, row.fleiss)
            for row in found.classes
        ),
        annotators=annotators,
        pairs=_pairs(found, answers.annotators),
        seed=seed,
        n_resamples=n_resamples,
    )


def _pairs(found: Agreement, names: tuple[str, ...]) -> tuple[PairRow, ...]:
    rows = [
        PairRow(names[pair.first], names[pair.second], pair.n_rows, pair.observed, pair.kappa)
        for pair in found.pairs
    ]
    undefined_last = 2.0
    rows.sort(key=lambda row: undefined_last if row.kappa.value is None else row.kappa.value)
    return tuple(rows)
