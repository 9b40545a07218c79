"""What templates ask of the project: similarities, a classifier's answers, a person's decisions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.figures import counted
from workbench.functions.needs import Need
from workbench.functions.results import LFInfo
from workbench.methods.row_blocks import row_blocks
from workbench.services.labels import human_labels, roles
from workbench.services.project import Project
from workbench.services.text_space import text_features
from workbench.store.decisions import ANSWERS
from workbench.types import NO_LABEL, Role

_N_COMPONENTS = 100
_MIN_OF_CLASS = 2
"""A class that is annotated once cannot be learnt out of fold."""

_NO_SIMILARITY = -2.0
"""Below every cosine: of a text that has no token the space knows."""


@dataclass(frozen=True, slots=True)
class PreparedData:
    """The prepared arrays of some functions, by `Need.key`; each has one row an example."""

    arrays: dict[str, NDArray[Any]]

    def part(self, start_id: int, stop_id: int) -> dict[str, NDArray[Any]]:
        """Return the rows of the examples from ``start_id`` up to, not with, ``stop_id``."""
        return {key: array[start_id - 1 : stop_id - 1] for key, array in self.arrays.items()}


def version_of(project: Project, info: LFInfo) -> str:
    """Return the version of a function: what the worker hashed, and what is prepared for it.

    Cheap: nothing is fitted.
    """
    if info.need is None:
        return info.version
    hashed = hashlib.blake2b(info.version.encode(), digest_size=16)
    hashed.update(_state_of(project, info.need))
    return hashed.hexdigest()


def prepare(project: Project, infos: Iterable[LFInfo]) -> PreparedData:
    """Prepare what functions need, each thing once.

    Parameters
    ----------
    project
        The project.
    infos
        The functions that will be run.

    Returns
    -------
    PreparedData
        Deterministic for the project's seed.
    """
    needs = {info.need.key: info.need for info in infos if info.need is not None}
    return PreparedData({key: _array(project, need) for key, need in needs.items()})


def missing_uids(project: Project, info: LFInfo) -> list[str]:
    """Return the uids that a ``neighbours`` function names and the project lacks."""
    if info.need is None or info.need.kind != "similarity":
        return []
    uids = info.need.details["uids"]
    return [uid for uid in uids if project.store.examples.id_of(uid) is None]


def lack_of(project: Project, info: LFInfo) -> str | None:
    """Say what the project lacks of that which a function needs; None where it lacks nothing.

    Without it the function abstains: on all rows, or where it would have used it. Cheap: nothing is
    fitted.
    """
    if info.need is None:
        return None
    match info.need.kind:
        case "similarity":
            missing = missing_uids(project, info)
            return f"these uids are no examples: {', '.join(missing[:5])}" if missing else None
        case "classifier":
            return _lack_of_classes(project)
        case "decisions":
            who = info.need.details["annotator"]
            has_decided = any(event.annotator == who for event in project.store.decisions.active())
            return None if has_decided else f"there is no decision by {who!r} yet"


def _lack_of_classes(project: Project) -> str | None:
    """Say why no classifier can be fitted on the annotations so far; None where one can."""
    labels = _annotated(project)
    if len(np.unique(labels[_learnable(labels)])) > 1:
        return None
    found, counts = np.unique(labels[labels >= 0], return_counts=True)
    rows = ", ".join(
        f"{counted(int(n), 'row')} of {project.classes[k]!r}"
        for k, n in zip(found, counts, strict=True)
    )
    return (
        f"it learns from annotated training rows, {_MIN_OF_CLASS} or more each of two classes, and"
        f" there {'are' if counts.sum() != 1 else 'is'} {rows or 'none'}; annotate some:"
        " workbench propose"
    )


def _learnable(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the annotated rows of classes that can be learnt out of fold."""
    rows = np.flatnonzero(labels >= 0)
    counts = np.bincount(labels[rows])
    return rows[counts[labels[rows]] >= _MIN_OF_CLASS]


def _array(project: Project, need: Need) -> NDArray[Any]:
    """Prepare one thing."""
    match need.kind:
        case "similarity":
            return _similarity(project, need.details["uids"])
        case "classifier":
            return _classifier_probs(project)
        case "decisions":
            return _decisions(project, need.details["annotator"])


def _state_of(project: Project, need: Need) -> bytes:
    """Identify what a need depends on; texts never change, so that their number stands for them."""
    n = project.store.examples.count()
    match need.kind:
        case "similarity":
            return f"{n} texts, seed {project.config.seed}, nearest other example".encode()
        case "classifier":
            labels = _annotated(project)
            return f"{n} texts, seed {project.config.seed}".encode() + labels.tobytes()
        case "decisions":
            decided = _decisions(project, need.details["annotator"])
            rows = np.flatnonzero(decided != NO_LABEL)
            return rows.tobytes() + decided[rows].tobytes()


def _similarity(project: Project, uids: list[str]) -> NDArray[np.float32]:
    """Return each text's cosine similarity to the nearest of some examples but itself.

    Near to itself, an example would vote as whoever labelled it: that label could not judge the
    function, nor what learns from it.
    """
    from workbench.methods.features import reduce

    nearest = np.full(project.store.examples.count(), _NO_SIMILARITY, dtype=np.float32)
    ids = [project.store.examples.id_of(uid) for uid in uids]
    rows = np.array([example_id - 1 for example_id in ids if example_id is not None], np.int64)
    if len(rows):
        rng = np.random.default_rng(project.config.seed)
        features = text_features(project, project.store.examples.texts())
        vectors = reduce(features, _N_COMPONENTS, rng=rng)
        for block in row_blocks(len(vectors)):
            similarity = np.clip(vectors[block] @ vectors[rows].T, -1, 1)
            similarity[np.arange(len(vectors))[block, None] == rows] = _NO_SIMILARITY
            nearest[block] = np.where(
                vectors[block].any(axis=1), similarity.max(axis=1), _NO_SIMILARITY
            )
    return nearest


def _annotated(project: Project) -> NDArray[np.int64]:
    """Return what people decided of training rows, corrections first; -1 for none.

    Rows of other roles are there to be judged on.
    """
    decided = np.maximum(human_labels(project).decided, NO_LABEL)
    return np.where(roles(project) == Role.TRAIN, decided, NO_LABEL)


def _classifier_probs(project: Project) -> NDArray[np.float64]:
    """Return (n, V) probabilities by class number: out of fold on the rows learnt from."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold

    from workbench.methods.threads import single_threaded

    labels, label_set = _annotated(project), project.label_set
    n = project.store.examples.count()
    n_words = len(label_set.words) + len(label_set.former_words)
    probs = np.zeros((n, n_words))
    rows = _learnable(labels)
    if len(set(labels[rows].tolist())) < 2:
        return probs
    X = text_features(project, project.store.examples.texts())
    numbers = np.array(label_set.numbers)

    def fit_and_predict(train: NDArray[np.int64], test: NDArray[np.int64]) -> None:
        model = LogisticRegression(C=10.0, max_iter=300).fit(X[train], labels[train])
        columns = numbers[model.classes_]
        for block in row_blocks(len(test)):
            probs[np.ix_(test[block], columns)] = model.predict_proba(X[test[block]])

    with single_threaded():
        fit_and_predict(rows, np.setdiff1d(np.arange(n), rows))
        n_splits = int(min(5, np.bincount(labels[rows])[np.unique(labels[rows])].min()))
        folds = StratifiedKFold(n_splits, shuffle=True, random_state=project.config.seed)
        for train, test in folds.split(rows, labels[rows]):
            fit_and_predict(rows[train], rows[test])
    return probs


def _decisions(project: Project, annotator: str) -> NDArray[np.int64]:
    """Return the class number that a person answered last for each example; -1 for none.

    Nor is there one where this person corrected or settled the label, whatever they answered since:
    that has the last word on the row, and would be its own judge.
    """
    decided = np.full(project.store.examples.count(), NO_LABEL, dtype=np.int64)
    has_last_word = np.zeros(len(decided), dtype=np.bool_)
    for event in project.store.decisions.active():
        if event.annotator == annotator and event.example_id is not None:
            row = event.example_id - 1
            has_last_word[row] |= event.kind not in ANSWERS
            number = event.class_id if event.kind == "label" else None
            decided[row] = NO_LABEL if number is None else number
    decided[has_last_word] = NO_LABEL
    return decided
