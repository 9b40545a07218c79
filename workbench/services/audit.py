"""Confident learning on the labels there are now: suspects, and who is to blame."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.errors import DataError, ProjectError, UsageError
from workbench.methods.confident import find_label_issues, label_quality, suggested_labels
from workbench.methods.duplicates import find_duplicates
from workbench.methods.error_rates import error_rates_by, label_error_rates
from workbench.methods.features import TextFeatures
from workbench.methods.learner import out_of_fold_probabilities
from workbench.methods.threads import single_threaded
from workbench.services.consensus import consensus_state, refresh_consensus
from workbench.services.labels import resolve_labels, roles
from workbench.services.project import Project
from workbench.services.results import as_json, from_json
from workbench.services.running import fingerprint, record_run
from workbench.types import Origin, Progress, ProgressCallback, Role

OUT_OF_FOLD = "out-of-fold"

_MIN_ROWS = 20
"""Fewer labelled rows leave a cross-validated model nothing to learn from."""


@dataclass(frozen=True, slots=True)
class SuspectRow:
    """A row whose label is doubted; ``quality`` higher is better."""

    uid: str
    given: str
    suggested: str
    quality: float
    origin: str
    text: str


@dataclass(frozen=True, slots=True)
class GroupRate:
    """The estimated label-error rate of a class, vendor, batch or other group.

    ``low`` and ``high`` bound the rate (95 % Wilson); ``ratio`` is to the rest;``q_value`` is
    corrected for the number of groups (Benjamini-Hochberg).
    """

    group: str
    n: int
    n_suspects: int
    rate: float
    low: float
    high: float
    ratio: float | None
    q_value: float | None


@dataclass(frozen=True, slots=True)
class AuditResult:
    """What an audit found among the labelled training rows.

    Rows that people confirmed or corrected in a review are learnt from, never suspected.
    """

    run_id: int
    reused: bool
    n_rows: int
    n_suspects: int
    error_rate: float
    suspects: tuple[SuspectRow, ...]
    by_class: tuple[GroupRate, ...]
    by: str | None
    by_group: tuple[GroupRate, ...]


def audit_labels(
    project: Project,
    *,
    by: str | None = None,
    probabilities: Path | None = None,
    seed: int | None = None,
    progress: ProgressCallback | None = None,
) -> AuditResult:
    """Find the labels that confident learning doubts, worst first.

    The probabilities are out-of-fold: of models that saw neither the row nor its near-duplicates.
    When nothing that matters has changed since the last audit, that one is returned.

    Parameters
    ----------
    project
        The project.
    by
        A column to compare error rates by: ``vendor``, ``batch``, ``source`` or a metadata column.
    probabilities
        Out-of-sample probabilities of your own model instead, a ``.npy`` file (n, K) with a row
        for each example in the order of their import.
    seed
        The project's by default.
    progress
        Called after each stage.

    Raises
    ------
    ProjectError
        If fewer than 20 training rows, or fewer than two classes, are labelled.
    DataError
        If the file of probabilities cannot be used.
    UsageError
        If there is no column ``by``.
    """
    store = project.store
    seed = project.config.seed if seed is None else seed
    refresh_consensus(project)
    labels = resolve_labels(project)
    rows = np.flatnonzero((roles(project) == Role.TRAIN) & (labels.labels >= 0))
    given = labels.labels[rows]
    if len(rows) < _MIN_ROWS or len(np.unique(given)) < 2:
        raise ProjectError(
            f"{len(rows)} labelled training rows in {len(np.unique(given))} classes are too few to"
            " audit",
            hint=f"At least {_MIN_ROWS} rows in two classes: annotate some, or apply labeling"
            " functions and aggregate.",
        )
    groups = None if by is None else _group_column(project, by)
    parameters = {"probabilities": str(probabilities) if probabilities else None}
    state = [
        store.examples.count(),
        [project.classes, project.label_set.mapping],
        [int(run) for run in np.unique(labels.run_ids[rows])],
        store.decisions.last_decision_id(),
        consensus_state(project),
        project.config.min_confidence,
        list(project.config.label_order),
    ]
    identity = fingerprint("audit", parameters, seed, state)
    last = store.runs.last_done("audit")
    if last is not None and last.fingerprint == identity and probabilities is None:
        known = from_json(AuditResult, store.runs.artifact(last.run_id, "audit"))
        is_suspect = np.isin(
            rows, [suspect.example_id - 1 for suspect in store.queues.suspects(last.run_id)]
        )
        return replace(
            known,
            reused=True,
            suspects=_suspect_rows(project, last.run_id),
            by=by,
            by_group=_rates_by(groups, rows, is_suspect),
        )
    inputs = sorted({int(run) for run in labels.run_ids[rows]})
    with record_run(
        store, "audit", parameters=parameters, seed=seed, inputs=inputs, fingerprint=identity
    ) as run:
        with single_threaded():
            if probabilities is None:
                probs = _out_of_fold(project, rows, given, seed, progress)
            else:
                probs = _own_probabilities(project, probabilities)[rows]
            issues = find_label_issues(given, probs)
            quality = label_quality(given, probs)
            suggested = suggested_labels(given, probs)
        # A person who has looked at the doubt has the last word.
        is_settled = labels.origin_is(Origin.CORRECTION)[rows]
        is_suspect = issues & ~is_settled & (suggested != given)
        order = np.flatnonzero(is_suspect)[np.argsort(quality[is_suspect], kind="stable")]
        result = AuditResult(
            run_id=run.run_id,
            reused=False,
            n_rows=len(rows),
            n_suspects=len(order),
            error_rate=len(order) / len(rows),
            suspects=(),
            by_class=_rates_by_class(project, given, is_suspect),
            by=by,
            by_group=_rates_by(groups, rows, is_suspect),
        )
        all_probs = np.full((store.examples.count(), len(project.classes)), 0.0)
        all_probs[rows] = probs
        has_probs = np.zeros(len(all_probs), dtype=np.bool_)
        has_probs[rows] = True
        with run.finish(
            {"rows": len(rows), "suspects": len(order)}, artifacts={"audit": as_json(result)}
        ):
            store.label_models.add_columns(run.run_id, project.label_set.numbers)
            store.beliefs.add(run.run_id, OUT_OF_FOLD, all_probs, has_probs)
            store.queues.add_suspects(
                run.run_id,
                [
                    (
                        int(rows[i]) + 1,
                        project.label_set.numbers[given[i]],
                        project.label_set.numbers[suggested[i]],
                        float(quality[i]),
                    )
                    for i in order
                ],
            )
    return replace(result, suspects=_suspect_rows(project, run.run_id))


def _out_of_fold(
    project: Project,
    rows: NDArray[np.int64],
    given: NDArray[np.int64],
    seed: int,
    progress: ProgressCallback | None,
) -> NDArray[np.float64]:
    """Return the probabilities of models that saw neither the row nor a near-duplicate of it."""
    texts = project.store.examples.texts()
    mine = [texts[row] for row in rows]
    stages = ("near-duplicates", "features", "cross-validation")

    def tell(done: int) -> None:
        if progress:
            progress(Progress(f"audit: {stages[done]}", done, len(stages)))

    rng = np.random.default_rng(seed)
    tell(0)
    clusters = find_duplicates(mine, rng=rng).cluster
    tell(1)
    X = TextFeatures().fit_transform(mine)
    tell(2)
    return out_of_fold_probabilities(X, given, len(project.classes), groups=clusters, rng=rng)


def _own_probabilities(project: Project, path: Path) -> NDArray[np.float64]:
    n, n_classes = project.store.examples.count(), len(project.classes)
    try:
        probs = np.load(path, allow_pickle=False)
    except (OSError, ValueError) as error:
        raise DataError(
            f"cannot be read as a NumPy array: {error}",
            place=str(path),
            hint="Save it with numpy.save(path, probabilities).",
        ) from error
    if probs.shape != (n, n_classes):
        raise DataError(
            f"the array has shape {probs.shape}, not ({n}, {n_classes})",
            place=str(path),
            hint="One row for each example in the order of import, one column for each class in"
            " the order of workbench.toml.",
        )
    return np.asarray(probs, dtype=np.float64)


def _group_column(project: Project, by: str) -> list[Any]:
    own = ("vendor", "batch", "source", "role")
    columns = [*own, *project.store.examples.metadata_columns()]
    if by not in columns:
        raise UsageError(f"there is no column {by!r}", hint=f"Columns: {', '.join(columns)}.")
    return project.store.examples.column(by)


def _rates_by_class(
    project: Project, given: NDArray[np.int64], is_suspect: NDArray[np.bool_]
) -> tuple[GroupRate, ...]:
    rates = label_error_rates(given, is_suspect, len(project.classes))
    return tuple(
        GroupRate(
            group=name,
            n=int(rates.n[k]),
            n_suspects=int(rates.n_issues[k]),
            rate=float(rates.rate[k]),
            low=float(rates.low[k]),
            high=float(rates.high[k]),
            ratio=None,
            q_value=None,
        )
        for k, name in enumerate(project.classes)
    )


def _rates_by(
    groups: list[Any] | None, rows: NDArray[np.int64], is_suspect: NDArray[np.bool_]
) -> tuple[GroupRate, ...]:
    """Return the error rates by group, the one that most surely stands out first."""
    if groups is None:
        return ()
    mine = ["(none)" if groups[row] is None else str(groups[row]) for row in rows]
    rates = error_rates_by(mine, is_suspect)
    found = [
        GroupRate(
            group=str(rates.group[i]),
            n=int(rates.n[i]),
            n_suspects=int(rates.n_issues[i]),
            rate=float(rates.rate[i]),
            low=float(rates.low[i]),
            high=float(rates.high[i]),
            ratio=float(rates.ratio[i]),
            q_value=float(rates.q_value[i]),
        )
        for i in range(len(rates.group))
    ]
    return tuple(sorted(found, key=lambda rate: (-rate.rate, rate.group)))


def _suspect_rows(project: Project, run_id: int) -> tuple[SuspectRow, ...]:
    labels = resolve_labels(project)
    found = []
    for suspect in project.store.queues.suspects(run_id):
        example = project.store.examples.get(suspect.example_id)
        code = int(labels.origin[suspect.example_id - 1])
        if example is not None:
            found.append(
                SuspectRow(
                    uid=example.uid,
                    given=project.label_set.said(suspect.given_class),
                    suggested=project.label_set.said(suspect.suggested_class),
                    quality=suspect.label_quality,
                    origin=labels.order[code] if code >= 0 else "",
                    text=example.text,
                )
            )
    return tuple(found)
