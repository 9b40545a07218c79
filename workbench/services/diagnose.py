"""Diagnose first: which failure this data set has, how sure that is, and what to do first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.errors import MethodError, ProjectError
from workbench.methods.duplicates import Duplicates, find_duplicates
from workbench.methods.features import TextFeatures
from workbench.methods.imbalance import (
    class_counts,
    class_report,
    effective_classes,
    imbalance_ratio,
)
from workbench.methods.learner import SoftLabelClassifier, out_of_fold_probabilities
from workbench.methods.shift import discriminator, label_shift_em, population_stability
from workbench.methods.threads import single_threaded
from workbench.services.audit import AuditResult
from workbench.services.consensus import refresh_consensus
from workbench.services.labels import resolve_labels, roles
from workbench.services.project import Project
from workbench.services.results import as_json, from_json
from workbench.services.running import record_run
from workbench.services.verdicts import (
    ClassRow,
    DiagnoseResult,
    DuplicateCounts,
    Imbalance,
    Shift,
    duplicate_lens,
    imbalance_lens,
    noise_lens,
    shift_lens,
)
from workbench.types import Progress, ProgressCallback, Role

_MIN_LABELLED = 20
_WORDS = 12


def diagnose(
    project: Project, *, seed: int | None = None, progress: ProgressCallback | None = None
) -> DiagnoseResult:
    """Measure duplicates, imbalance, label noise and shift, before anything is changed.

    Parameters
    ----------
    project
        The project.
    seed
        The project's by default.
    progress
        Called after each stage.

    Raises
    ------
    ProjectError
        If there are no examples.
    """
    store = project.store
    n = store.examples.count()
    if n == 0:
        raise ProjectError(
            "there are no examples yet", hint="Import some: workbench import FILE --role train"
        )
    seed = project.config.seed if seed is None else seed
    rng = np.random.default_rng(seed)
    role = roles(project)
    refresh_consensus(project)
    labels = resolve_labels(project)
    train = np.flatnonzero(role == Role.TRAIN)
    labelled = train[labels.labels[train] >= 0]
    audit_run = store.runs.last_done("audit")
    inputs = store.runs.done_ids("import")
    inputs += sorted({int(run) for run in labels.run_ids[labelled]})
    inputs += [audit_run.run_id] if audit_run else []
    stages = iter(range(1, 5))

    def tell(stage: str) -> None:
        if progress:
            progress(Progress(f"diagnose: {stage}", next(stages), 4))

    with record_run(store, "diagnose", seed=seed, inputs=inputs) as run:
        with single_threaded():
            tell("near-duplicates")
            texts = store.examples.texts()
            duplicates = find_duplicates(texts, rng=rng)
            counts = _count_duplicates(duplicates, role, labels.labels)
            tell("features")
            X = _features(texts)
            tell("classes")
            classes, imbalance = _classes(
                project, X, labels.labels, labelled, duplicates.cluster, rng
            )
            tell("shift")
            shift, no_shift = _shift(project, X, labels.labels, labelled, role, rng)
        noise = None
        if audit_run is not None:
            noise = from_json(AuditResult, store.runs.artifact(audit_run.run_id, "audit"))
        lenses = (
            duplicate_lens(counts, n),
            imbalance_lens(imbalance, classes),
            noise_lens(noise),
            shift_lens(shift, no_shift, project.classes),
        )
        result = DiagnoseResult(
            run_id=run.run_id,
            n_examples=n,
            by_role={str(r): int((role == r).sum()) for r in Role},
            n_labelled=len(labelled),
            lenses=lenses,
            classes=classes,
            imbalance=imbalance,
            shift=shift,
            duplicates=counts,
            audit_run_id=audit_run.run_id if audit_run else None,
        )
        repeated = np.flatnonzero(duplicates.cluster != np.arange(n))
        with run.finish(
            {"examples": n, "repeated": len(repeated)}, artifacts={"diagnose": as_json(result)}
        ):
            store.queues.add_duplicates(
                run.run_id,
                [
                    (
                        int(i) + 1,
                        int(duplicates.cluster[i]) + 1,
                        float(duplicates.similarity[i]),
                        bool(duplicates.exact[i]),
                    )
                    for i in repeated
                ],
            )
    return result


def _features(texts: list[str]) -> tuple[Any, list[str]] | None:
    """Return the features and their names; None where no text has a token."""
    features = TextFeatures()
    try:
        return features.fit_transform(texts), list(features.feature_names_)
    except MethodError:
        return None


def _count_duplicates(
    duplicates: Duplicates, role: NDArray[np.str_], labels: NDArray[np.int64]
) -> DuplicateCounts:
    n = len(role)
    repeated = duplicates.cluster != np.arange(n)
    in_cluster = np.flatnonzero(
        np.bincount(duplicates.cluster, minlength=n)[duplicates.cluster] > 1
    )
    members: dict[int, list[int]] = {}
    for row in in_cluster:
        members.setdefault(int(duplicates.cluster[row]), []).append(int(row))
    leaking = [rows for rows in members.values() if len(set(role[rows])) > 1]
    leaked = sum(
        int((role[rows] == Role.EVALUATION).sum())
        for rows in leaking
        if Role.TRAIN in set(role[rows])
    )
    conflicting = sum(
        len({int(labels[row]) for row in rows if labels[row] >= 0}) > 1 for rows in members.values()
    )
    return DuplicateCounts(
        n_rows=int(repeated.sum()),
        n_exact=int((repeated & duplicates.exact).sum()),
        n_near=int((repeated & ~duplicates.exact).sum()),
        n_clusters=len(members),
        leaking_clusters=len(leaking),
        leaked_evaluation_rows=leaked,
        conflicting_clusters=conflicting,
    )


def _classes(
    project: Project,
    features: tuple[Any, list[str]] | None,
    labels: NDArray[np.int64],
    labelled: NDArray[np.int64],
    clusters: NDArray[np.int64],
    rng: np.random.Generator,
) -> tuple[tuple[ClassRow, ...], Imbalance | None]:
    """Count the classes, and predict each labelled row out of fold."""
    n_classes = len(project.classes)
    mine = labels[labelled]
    counts = class_counts(mine, n_classes)
    if len(mine) == 0:
        return tuple(_class_row(name, 0, 0) for name in project.classes), None
    report = None
    if len(mine) >= _MIN_LABELLED and (counts > 0).sum() > 1 and features is not None:
        probs = out_of_fold_probabilities(
            features[0][labelled], mine, n_classes, groups=clusters[labelled], rng=rng
        )
        report = class_report(mine, probs.argmax(axis=1), n_classes)
    rows = tuple(
        _class_row(name, int(counts[k]), len(mine), report, k)
        for k, name in enumerate(project.classes)
    )
    return rows, Imbalance(
        ratio=float(imbalance_ratio(counts)),
        effective=float(effective_classes(counts)),
        accuracy=float(report.accuracy) if report else None,
        balanced_accuracy=float(report.balanced_accuracy) if report else None,
        macro_f1=float(report.macro_f1) if report else None,
        majority_baseline=float(counts.max() / len(mine)),
    )


def _class_row(name: str, n: int, total: int, report: Any = None, k: int = 0) -> ClassRow:
    share = n / total if total else 0.0
    if report is None or n == 0:
        return ClassRow(name, n, share, None, None, None, None, None, None, None)
    return ClassRow(
        name=name,
        n=n,
        share=share,
        precision=float(report.precision[k]),
        precision_low=float(report.precision_low[k]),
        precision_high=float(report.precision_high[k]),
        recall=float(report.recall[k]),
        recall_low=float(report.recall_low[k]),
        recall_high=float(report.recall_high[k]),
        f1=float(report.f1[k]),
    )


def _shift(
    project: Project,
    features: tuple[Any, list[str]] | None,
    labels: NDArray[np.int64],
    labelled: NDArray[np.int64],
    role: NDArray[np.str_],
    rng: np.random.Generator,
) -> tuple[Shift | None, str]:
    """Compare training with production rows; without them say why not."""
    train = np.flatnonzero(role == Role.TRAIN)
    production = np.flatnonzero(role == Role.PRODUCTION)
    if len(production) == 0:
        return None, "there are no production rows"
    if features is None:
        return None, "no text has a word"
    X, names = features
    try:
        found = discriminator(X[train], X[production], rng=rng)
    except MethodError as error:
        return None, error.message
    n_classes = len(project.classes)
    counts = class_counts(labels[labelled], n_classes).astype(np.float64)
    shares = counts / counts.sum() if counts.sum() else counts
    estimated: NDArray[np.float64] | None = None
    if len(labelled) >= _MIN_LABELLED and (counts > 0).sum() > 1:
        model = SoftLabelClassifier(n_classes).fit(X[labelled], labels[labelled])
        present = counts > 0
        believed = model.predict_proba(X[production])[:, present]
        estimated = np.zeros(n_classes)
        estimated[present] = label_shift_em(believed, shares[present])
    order = np.argsort(found.feature_weights, kind="stable")
    return Shift(
        n_train=len(train),
        n_production=len(production),
        auc=float(found.auc),
        p_value=float(found.p_value),
        null_low=float(found.null_low),
        null_high=float(found.null_high),
        words_production=_words(names, order[::-1], found.feature_weights, lambda w: w > 2),
        words_train=_words(names, order, found.feature_weights, lambda w: w < -2),
        train_shares=tuple(float(share) for share in shares),
        production_shares=() if estimated is None else tuple(float(s) for s in estimated),
        stability_index=None
        if estimated is None
        else float(population_stability(shares, estimated)),
    ), ""


def _words(
    names: list[str],
    order: NDArray[np.int64],
    weights: NDArray[np.float64],
    counts: Callable[[float], bool],
) -> tuple[str, ...]:
    """Return the whole words that differ most; parts of words tell a person little."""
    found: list[str] = []
    for i in order:
        if len(found) == _WORDS or not counts(float(weights[i])):
            break
        name = names[i]
        if not name.startswith("chars:"):
            found.append(name)
    return tuple(found)
