"""The first lens: rows that repeat others, what they contradict and where they leak."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

import numpy as np
from numpy.typing import NDArray

from workbench.errors import MethodError
from workbench.methods.duplicates import Duplicates, find_duplicates
from workbench.methods.leakage import conflicting, leaked, score_inflation, survivors
from workbench.services.diagnose.rows import DiagnosisRows, draw
from workbench.services.diagnose.score_labels import Scored
from workbench.services.diagnose.verdicts import DuplicateCounts, InflationRow
from workbench.types import Role

_MAX_SEMANTIC = 20_000


@dataclass(frozen=True, slots=True)
class DuplicateFigures:
    """Counts, and the rows behind them.

    ``shared`` are the evaluation and production rows that repeat each other and no training row, by
    cluster; ``blank`` (n,) marks the rows that hold nothing to read.
    """

    counts: DuplicateCounts
    found: Duplicates
    leaving: NDArray[np.int64]
    conflicting: NDArray[np.int64]
    leaked_evaluation: NDArray[np.int64]
    leaked_production: NDArray[np.int64]
    shared: NDArray[np.int64]
    semantic: NDArray[np.int64]
    blank: NDArray[np.bool_]


def measure_duplicates(
    data: DiagnosisRows,
    *,
    rng: np.random.Generator,
    shortcuts: list[str],
    embeddings: bool = False,
) -> DuplicateFigures:
    """Find the clusters of rows that say the same, and what they do.

    Parameters
    ----------
    data
        The rows.
    rng
        Source of the hash functions and of the rows drawn.
    shortcuts
        Grows by a sentence where rows were left out.
    embeddings
        Whether to look for rows that say the same in other words, too.
    """
    n = data.n
    found = find_duplicates(data.texts, rng=rng)
    size = np.bincount(found.cluster, minlength=n)
    repeats = found.cluster != np.arange(n)
    clashing = np.flatnonzero(conflicting(found.cluster, data.labels, data.n_classes))
    is_train, is_evaluation, is_production = (
        data.role == role for role in (Role.TRAIN, Role.EVALUATION, Role.PRODUCTION)
    )
    into = leaked(found.cluster, is_train, ~is_train)
    met_evaluation = leaked(found.cluster, is_production, is_evaluation) & ~into
    met_production = leaked(found.cluster, is_evaluation, is_production) & ~into
    shared = np.flatnonzero(met_evaluation | met_production)
    names, role_code = np.unique(data.role, return_inverse=True)
    met = np.unique(found.cluster * len(names) + role_code)
    n_roles = np.bincount(met // len(names), minlength=n)
    kept = survivors(found.cluster, data.standing, labels=data.labels, always=is_evaluation)
    semantic = _semantic(data, found, rng, shortcuts) if embeddings else np.zeros(0, np.int64)
    blank = found.blank & data.present
    counts = DuplicateCounts(
        n_rows=int(repeats.sum()),
        n_exact=int((repeats & found.exact).sum()),
        n_near=int((repeats & ~found.exact).sum()),
        n_clusters=int((size > 1).sum()),
        leaking_clusters=int((n_roles > 1).sum()),
        leaked_evaluation_rows=int((into & is_evaluation).sum()),
        conflicting_clusters=len(np.unique(found.cluster[clashing])),
        leaked_production_rows=int((into & is_production).sum()),
        n_semantic=len(semantic) if embeddings else None,
        n_blank=int(blank.sum()),
        shared_clusters=len(np.unique(found.cluster[shared])),
        shared_evaluation_rows=int(met_evaluation.sum()),
        shared_production_rows=int(met_production.sum()),
    )
    return DuplicateFigures(
        counts=counts,
        found=found,
        leaving=np.flatnonzero(~kept),
        conflicting=clashing[np.argsort(found.cluster[clashing], kind="stable")],
        leaked_evaluation=np.flatnonzero(into & is_evaluation),
        leaked_production=np.flatnonzero(into & is_production),
        shared=shared[np.argsort(found.cluster[shared], kind="stable")],
        semantic=semantic,
        blank=blank,
    )


def with_inflation(
    figures: DuplicateFigures, scored: Scored | None, *, rng: np.random.Generator
) -> DuplicateFigures:
    """Add how far the leaked evaluation rows lift the accuracy of a model of the training rows."""
    if scored is None or not len(scored.rows) or not len(figures.leaked_evaluation):
        return figures
    is_leaked = np.isin(scored.rows, figures.leaked_evaluation)
    if not is_leaked.any():  # those that leaked have no label: nothing shows what they lift
        return figures
    try:
        found = score_inflation(
            scored.is_right, is_leaked, rng=rng, clusters=figures.found.cluster[scored.rows]
        )
    except MethodError:  # every scored row leaked: there is nothing to hold them to
        return figures
    row = InflationRow(**asdict(found), model=scored.model)
    return replace(figures, counts=replace(figures.counts, inflation=row))


def _semantic(
    data: DiagnosisRows, found: Duplicates, rng: np.random.Generator, shortcuts: list[str]
) -> NDArray[np.int64]:
    """Return the rows that repeat another one in other words."""
    from workbench.methods.semantic_duplicates import find_semantic_duplicates
    from workbench.services.embed.wordllama import embed

    distinct = np.flatnonzero(data.present & (found.cluster == np.arange(data.n)))
    rows = draw(distinct, _MAX_SEMANTIC, rng, shortcuts, "semantic duplicates")
    clusters = find_semantic_duplicates(embed([data.texts[i] for i in rows]))
    return np.asarray(rows[clusters.cluster != np.arange(len(rows))])
