"""Diagnose first: which failure this data set has, how sure that is, and what to do first."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from workbench.errors import ProjectError
from workbench.figures import counted
from workbench.methods.threads import single_threaded
from workbench.services.arguments import seed_of
from workbench.services.consensus import refresh_consensus
from workbench.services.diagnose.comparison_groups import groups_to_compare
from workbench.services.diagnose.drawn_labels import drawn_labels
from workbench.services.diagnose.duplicate_lens import duplicate_lens
from workbench.services.diagnose.lenses import imbalance_lens, noise_lens
from workbench.services.diagnose.measure_classes import measure_classes
from workbench.services.diagnose.measure_duplicates import (
    DuplicateFigures,
    measure_duplicates,
    with_inflation,
)
from workbench.services.diagnose.measure_noise import measure_noise
from workbench.services.diagnose.measure_shift import measure_shift
from workbench.services.diagnose.order_of_operations import order_of_operations
from workbench.services.diagnose.predictions import Measures, predict
from workbench.services.diagnose.rows import FIRST_CHARACTERS, DiagnosisRows, read_rows
from workbench.services.diagnose.score_labels import score_labels
from workbench.services.diagnose.shift_lenses import shift_lens
from workbench.services.diagnose.verdicts import DiagnoseResult, Prediction
from workbench.services.labels import resolve_labels
from workbench.services.moments import one_moment
from workbench.services.project import Project
from workbench.services.results import as_json, last_result
from workbench.services.running import now, record_run, stage_teller
from workbench.types import ProgressCallback, Role

_STAGES = ("near-duplicates", "classes", "label noise", "shift", "verdicts")


def diagnose(
    project: Project,
    *,
    seed: int | None = None,
    compare: Sequence[str] | None = None,
    time_column: str | None = None,
    embeddings: bool = False,
    progress: ProgressCallback | None = None,
) -> DiagnoseResult:
    """Measure duplicates, imbalance, label noise and shift, before anything is changed.

    Parameters
    ----------
    project
        The project.
    seed
        The project's by default.
    compare
        Two groups of rows to hold against each other, each ``COLUMN=VALUE`` or
        ``COLUMN=FROM..TO``; training and production rows by default.
    time_column
        The metadata column of the times; the one that holds most dates by default.
    embeddings
        Whether to use sentence embeddings beside words (the extra ``embeddings``).
    progress
        Called before each stage.

    Raises
    ------
    ProjectError
        If there are no examples.
    UsageError
        If a group or column is not there, or embeddings are not installed.
    """
    store = project.store
    if store.examples.count() == 0:
        raise ProjectError(
            "there are no examples yet", hint="Import some: workbench import FILE --role train"
        )
    seed = seed_of(project, seed)
    duplicate_rng, class_rng, shift_rng = np.random.default_rng(seed).spawn(3)
    refresh_consensus(project)
    with one_moment(project) as since:
        labels = resolve_labels(project)
        data = read_rows(project, labels)
        groups = groups_to_compare(data, compare)
        inputs = {int(run) for run in labels.run_ids[labels.labels >= 0]}
        inputs |= set(store.runs.done_ids("import"))
        previous, audit = store.runs.last_done("diagnose"), store.runs.last_done("audit")
        inputs |= {run.run_id for run in (previous, audit) if run is not None}
    parameters = {
        "compare": list(compare) if compare else None,
        "time_column": time_column,
        "embeddings": embeddings,
    }
    tell = stage_teller(progress, "diagnose", _STAGES)
    n_removed = data.n - data.n_present
    were = "text was" if n_removed == 1 else "texts were"
    shortcuts = [f"{n_removed:,} {were} removed for good: their rows are left out"]
    shortcuts = shortcuts if n_removed else []
    if data.n_long:
        shortcuts.append(f"words: the {FIRST_CHARACTERS} of {counted(data.n_long, 'text')}")
    with record_run(
        store,
        "diagnose",
        parameters=parameters,
        seed=seed,
        inputs=sorted(inputs),
        since=since,
    ) as run:
        with single_threaded():
            tell("near-duplicates")
            duplicates = measure_duplicates(
                data, rng=duplicate_rng, shortcuts=shortcuts, embeddings=embeddings
            )
            clusters = duplicates.found.cluster
            tell("classes")
            drawn = drawn_labels(data, groups[1])
            outside = {
                "evaluation": (data.labelled, np.flatnonzero(data.role == Role.EVALUATION)),
                "other": (groups[0].rows, drawn),
            }
            scores = score_labels(data, clusters, outside, rng=class_rng, shortcuts=shortcuts)
            classes = measure_classes(data, scores, rng=class_rng, shortcuts=shortcuts)
            duplicates = with_inflation(
                duplicates, scores.elsewhere.get("evaluation"), rng=duplicate_rng
            )
            tell("label noise")
            noise = measure_noise(data)
            tell("shift")
            shift = measure_shift(
                data,
                groups,
                clusters,
                duplicates.blank,
                drawn,
                rng=shift_rng,
                shortcuts=shortcuts,
                time_column=time_column,
                embeddings=embeddings,
            )
            tell("verdicts")
        lenses = (
            duplicate_lens(data, duplicates),
            imbalance_lens(data, classes, scores, duplicates.blank),
            noise_lens(data, noise, classes, scores),
            shift_lens(data, shift, groups, duplicates.blank),
        )
        measures = Measures(
            data=data,
            run_id=run.run_id,
            scores=scores,
            counts=duplicates.counts,
            noise=noise,
            shift=shift.shift,
            label_shift=shift.label,
            other=groups[1].name,
            drawn=drawn,
            accuracy=scores.accuracy_on(groups[0].rows),
            tells_classes=classes.tells_classes,
        )
        result = DiagnoseResult(
            run_id=run.run_id,
            n_examples=data.n,
            by_role={str(r): int((data.role == r).sum()) for r in Role},
            n_labelled=len(data.labelled),
            lenses=lenses,
            classes=classes.classes,
            imbalance=classes.imbalance,
            shift=shift.shift,
            duplicates=duplicates.counts,
            audit_run_id=noise.audit.run_id if noise else None,
            at=now(),
            steps=order_of_operations(lenses),
            predictions=predict(measures, _earlier(project)),
            confusion=classes.confusion,
            confused=classes.confused,
            slices=classes.slices,
            noise=noise.rows if noise else (),
            label_shift=shift.label,
            labelled_shares=shift.labelled,
            concept_shift=shift.concept,
            drift=shift.drift,
            shortcuts=tuple(shortcuts),
        )
        with run.finish(
            {"examples": data.n, "repeated": duplicates.counts.n_rows},
            artifacts={"diagnose": as_json(result)},
        ):
            store.queues.add_duplicates(run.run_id, _repeated(data, duplicates))
    return result


def _earlier(project: Project) -> tuple[Prediction, ...]:
    """Return the predictions of the newest diagnosis."""
    newest = last_result(project, "diagnose", DiagnoseResult)
    return () if newest is None else newest.predictions


def _repeated(data: DiagnosisRows, figures: DuplicateFigures) -> list[tuple[int, int, float, bool]]:
    """Return the rows that repeat their representative, by their numbers in the store."""
    found = figures.found
    return [
        (i + 1, int(found.cluster[i]) + 1, float(found.similarity[i]), bool(found.exact[i]))
        for i in np.flatnonzero(found.cluster != np.arange(data.n)).tolist()
    ]
