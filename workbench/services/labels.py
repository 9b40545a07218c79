"""The labels that the examples have now, from everything that speaks for them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.methods.resolution import resolve
from workbench.services.project import Project
from workbench.store.decisions import Event
from workbench.types import NO_LABEL, Origin, Role


@dataclass(frozen=True, slots=True)
class ModelBeliefs:
    """Probabilities of one model in one run.

    ``probs`` is (n, K); ``informed`` (n,) marks the rows with a unique top class.
    """

    run_id: int
    model: str
    probs: NDArray[np.float64]
    informed: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class HumanLabels:
    """What people decided: (n,) class indices, -1 for none, and the runs that hold that."""

    correction: NDArray[np.int64]
    correction_run: NDArray[np.int64]
    annotation: NDArray[np.int64]
    annotation_run: NDArray[np.int64]
    agreement: NDArray[np.float64]
    """Share of the annotators who chose the annotation's class."""


@dataclass(frozen=True, slots=True)
class Labels:
    """The resolved labels of all examples; arrays of shape (n,).

    ``labels`` is -1 where there is none; ``origin`` indexes ``order``, -1 for none; ``run_ids``
    names the run that the winning label came from, 0 for none.
    """

    labels: NDArray[np.int64]
    confidence: NDArray[np.float64]
    origin: NDArray[np.int64]
    run_ids: NDArray[np.int64]
    order: tuple[str, ...]

    def origin_is(self, *origins: str) -> NDArray[np.bool_]:
        """Return which labels have one of some origins."""
        codes = [self.order.index(origin) for origin in origins]
        return np.isin(self.origin, codes)


def given_labels(project: Project) -> NDArray[np.int64]:
    """Return the labels that came with the rows, (n,); -1 for none."""
    column = project.store.examples.column("given_class")
    return np.array([NO_LABEL if c is None else c for c in column], dtype=np.int64)


def roles(project: Project) -> NDArray[np.str_]:
    """Return the role of each example, (n,)."""
    return np.array(project.store.examples.column("role"), dtype=np.str_)


def human_labels(project: Project) -> HumanLabels:
    """Return the decisions that stand: corrections, and the consensus of the annotations."""
    n = project.store.examples.count()
    correction = np.full(n, NO_LABEL, dtype=np.int64)
    correction_run = np.zeros(n, dtype=np.int64)
    annotation = np.full(n, NO_LABEL, dtype=np.int64)
    annotation_run = np.zeros(n, dtype=np.int64)
    agreement = np.zeros(n)
    by_example: dict[int, list[Event]] = defaultdict(list)
    for event in project.store.decisions.active():
        if event.example_id is None:
            continue
        if event.kind in ("keep", "relabel"):
            correction[event.example_id - 1] = (
                NO_LABEL if event.class_id is None else event.class_id
            )
            correction_run[event.example_id - 1] = event.run_id
        else:
            by_example[event.example_id].append(event)
    for example_id, events in by_example.items():
        winner = consensus(events)
        if winner is not None:
            row = example_id - 1
            annotation[row], agreement[row], annotation_run[row] = winner
    return HumanLabels(correction, correction_run, annotation, annotation_run, agreement)


def consensus(events: Iterable[Event]) -> tuple[int, float, int] | None:
    """Return the class that most annotators chose last, their share, and a run that says so.

    None where nobody chose a class, or where two classes are level.
    """
    last = {event.annotator: event for event in events}
    chosen = [e for e in last.values() if e.kind == "label" and e.class_id is not None]
    if not chosen:
        return None
    (first, n_first), *rest = Counter(event.class_id for event in chosen).most_common(2)
    if rest and rest[0][1] == n_first:
        return None
    run_id = max(event.run_id for event in chosen if event.class_id == first)
    return int(first or 0), n_first / len(chosen), run_id


def model_beliefs(project: Project, kind: str, model: str | None = None) -> ModelBeliefs | None:
    """Return a model's beliefs about all examples from the newest run of a kind, or None.

    Parameters
    ----------
    project
        The project.
    kind
        ``aggregate`` or ``train``.
    model
        Its name; the one that the run chose by default.

    Notes
    -----
    Examples that were imported after the run have uniform probabilities and are not informed.
    """
    run = project.store.runs.last_done(kind)
    if run is None:
        return None
    if model is None:
        model = project.store.runs.artifact(run.run_id, kind)["chosen"]
    probs = project.store.beliefs.probabilities(run.run_id, model)
    informed = project.store.beliefs.informed(run.run_id, model)
    if probs is None or informed is None:
        return None
    n, n_classes = project.store.examples.count(), len(project.classes)
    all_probs = np.full((n, n_classes), 1 / n_classes)
    all_informed = np.zeros(n, dtype=np.bool_)
    all_probs[: len(probs)] = 0 if probs.shape[1] < n_classes else all_probs[: len(probs)]
    all_probs[: len(probs), : probs.shape[1]] = probs
    all_informed[: len(informed)] = informed
    return ModelBeliefs(run.run_id, model, all_probs, all_informed)


def resolve_labels(project: Project, *, min_confidence: float | None = None) -> Labels:
    """Return the one label that each example has now.

    Parameters
    ----------
    project
        The project; its configuration orders the origins.
    min_confidence
        What a label model's top probability must reach; the configuration's by default.
    """
    store = project.store
    n = store.examples.count()
    human = human_labels(project)
    given = given_labels(project)
    beliefs = model_beliefs(project, "aggregate")
    probs = None
    if beliefs is not None:
        # A row without information has the prior, which must not become a label.
        probs = np.where(beliefs.informed[:, None], beliefs.probs, 1 / len(project.classes))
    order = project.config.label_order
    resolution = resolve(
        n,
        correction=human.correction,
        annotation=human.annotation,
        annotation_confidence=human.agreement,
        given=given,
        model_probs=probs,
        min_confidence=project.config.min_confidence if min_confidence is None else min_confidence,
        order=order,
    )
    run_of = {
        Origin.CORRECTION.value: human.correction_run,
        Origin.ANNOTATION.value: human.annotation_run,
        Origin.GIVEN.value: np.array(store.examples.column("run_id"), dtype=np.int64),
        Origin.MODEL.value: np.full(n, beliefs.run_id if beliefs else 0, dtype=np.int64),
    }
    run_ids = np.zeros(n, dtype=np.int64)
    origin = np.asarray(resolution.origin, dtype=np.int64)
    for code, name in enumerate(order):
        mine = origin == code
        run_ids[mine] = run_of[name][mine]
    return Labels(resolution.labels, resolution.confidence, origin, run_ids, tuple(order))


def trusted_labels(project: Project) -> NDArray[np.int64]:
    """Return the trusted labels (n,): of evaluation rows, as given or as people corrected them."""
    human = human_labels(project)
    trusted = np.where(human.annotation >= 0, human.annotation, given_labels(project))
    trusted = np.where(human.correction >= 0, human.correction, trusted)
    return np.where(roles(project) == Role.EVALUATION, trusted, NO_LABEL)
