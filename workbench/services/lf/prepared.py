"""What templates ask of the project: similarities, a classifier's answers, a person's decisions."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.figures import counted
from workbench.functions.needs import Need
from workbench.functions.results import LFInfo
from workbench.methods.row_blocks import row_blocks
from workbench.services.embed.text_space import text_features
from workbench.services.labels import human_labels, rows_of_role
from workbench.services.moments import Moment
from workbench.services.project import Project
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


def version_of(project: Project, info: LFInfo, now: LearntFrom | None = None) -> str:
    """Return the version of a function: what the worker hashed, and what is prepared for it.

    Cheap: nothing is fitted.

    Parameters
    ----------
    project
        The project.
    info
        The function.
    now
        What it learns from, where it is read elsewhere too.
    """
    if info.need is None:
        return info.version
    return versions_of(project, [(info.version, info.need)], now)[0]


class LearntFrom:
    """What people decided that functions learn from, now or at a moment; each thing is read once.

    Parameters
    ----------
    project
        The project.
    needs
        What the functions need.
    moment
        As it stood then; now by default.
    """

    def __init__(
        self, project: Project, needs: Iterable[Need], moment: Moment | None = None
    ) -> None:
        self._project, self._moment = project, moment
        self._annotators = annotators_in(needs)

    @cached_property
    def annotated(self) -> NDArray[np.int64]:
        """What a classifier learns from: `annotated`."""
        return annotated(self._project, self._moment)

    @cached_property
    def answers(self) -> dict[str, dict[int, int]]:
        """What each person said whose decisions are needed: `answers`."""
        return answers(self._project, self._annotators, self._moment)


def versions_of(
    project: Project, learning: Sequence[tuple[str, Need]], now: LearntFrom | None = None
) -> list[str]:
    """Return the versions of functions that learn from the project, now.

    Cheap: nothing is fitted, and decisions are gone through once.

    Parameters
    ----------
    project
        The project.
    learning
        The hash of each function alone, and what it needs.
    now
        What these learn from, where it is read elsewhere too.
    """
    needs = {need.key: need for _, need in learning}
    states = _states_of(project, needs, now or LearntFrom(project, needs.values()))
    versions = []
    for own_hash, need in learning:
        hashed = hashlib.blake2b(own_hash.encode(), digest_size=16)
        hashed.update(states[need.key])
        versions.append(hashed.hexdigest())
    return versions


def learnt_by(project: Project, infos: Iterable[LFInfo]) -> LearntFrom:
    """Return what some functions learn from, as it is when it is first asked for."""
    return LearntFrom(project, [info.need for info in infos if info.need is not None])


def prepare(
    project: Project, infos: Sequence[LFInfo], learnt: LearntFrom | None = None
) -> PreparedData:
    """Prepare what functions need, each thing once.

    Parameters
    ----------
    project
        The project.
    infos
        The functions that will be run.
    learnt
        What they learn from, as their versions were told by it; as it is now by default.

    Returns
    -------
    PreparedData
        Deterministic for the project's seed.
    """
    needs = {info.need.key: info.need for info in infos if info.need is not None}
    learnt = learnt or learnt_by(project, infos)
    return PreparedData({key: _array(project, need, learnt) for key, need in needs.items()})


def missing_uids(project: Project, info: LFInfo) -> list[str]:
    """Return the uids that a ``neighbours`` function names and the project lacks."""
    if info.need is None or info.need.kind != "similarity":
        return []
    uids = info.need.details["uids"]
    return [uid for uid in uids if project.store.examples.id_of(uid) is None]


def _forgotten_uids(project: Project, uids: Iterable[str]) -> list[str]:
    """Return those of some examples whose text was removed for good."""
    removed = project.store.examples.removed_ids()
    return [uid for uid in uids if removed and project.store.examples.id_of(uid) in removed]


def lack_of(project: Project, info: LFInfo, *, but_missing: bool = False) -> str | None:
    """Say what the project lacks of that which a function needs; None where it lacks nothing.

    Without it the function abstains: on all rows, or where it would have used it. Cheap: nothing is
    fitted.

    Parameters
    ----------
    project
        The project.
    info
        The function.
    but_missing
        Whether uids that are no examples are told elsewhere.
    """
    if info.need is None:
        return None
    match info.need.kind:
        case "similarity":
            missing = [] if but_missing else missing_uids(project, info)
            gone = _forgotten_uids(project, info.need.details["uids"])
            lacks = [
                f"{what}: {', '.join(uids[:5])}{', …' * (len(uids) > 5)}"
                for what, uids in (
                    ("these uids are no examples", missing),
                    ("nothing is near to examples whose text was removed for good", gone),
                )
                if uids
            ]
            return "; ".join(lacks) or None
        case "classifier":
            return _lack_of_classes(project)
        case "decisions":
            who = info.need.details["annotator"]
            has_decided = any(event.annotator == who for event in project.store.decisions.active())
            return None if has_decided else f"there is no decision by {who!r} yet"


def _lack_of_classes(project: Project) -> str | None:
    """Say why no classifier can be fitted on the annotations so far; None where one can."""
    labels = annotated(project)
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


def _array(project: Project, need: Need, learnt: LearntFrom) -> NDArray[Any]:
    """Prepare one thing."""
    match need.kind:
        case "similarity":
            return _similarity(project, need.details["uids"])
        case "classifier":
            return _classifier_probs(project, learnt.annotated)
        case "decisions":
            return _decisions(project, learnt.answers[need.details["annotator"]])


def _states_of(project: Project, needs: dict[str, Need], now: LearntFrom) -> dict[str, bytes]:
    """Identify what each need depends on.

    Texts never change but by being removed, so that their number and those stand for them.
    """
    examples = project.store.examples
    removed = sorted(examples.removed_ids())
    texts = f"{examples.count()} texts" + (f" without {removed}" if removed else "")
    texts = f"{texts}, seed {project.config.seed}"
    states = {}
    for key, need in needs.items():
        match need.kind:
            case "similarity":
                states[key] = f"{texts}, nearest other example".encode()
            case "classifier":
                states[key] = texts.encode() + now.annotated.tobytes()
            case "decisions":
                decided = now.answers[need.details["annotator"]]
                rows = np.array(sorted(decided), dtype=np.int64)
                numbers = np.array([decided[row] for row in rows.tolist()], dtype=np.int64)
                states[key] = rows.tobytes() + numbers.tobytes()
    return states


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


def annotated(project: Project, moment: Moment | None = None) -> NDArray[np.int64]:
    """Return what people decided of training rows, corrections first; -1 for none.

    Rows of other roles are there to be judged on. A text that was removed teaches nothing.

    Parameters
    ----------
    project
        The project.
    moment
        As it stood then; now by default.
    """
    decided = np.maximum(human_labels(project, moment=moment).decided, NO_LABEL)
    teaches = rows_of_role(project, Role.TRAIN)[: len(decided)]
    return np.where(teaches, decided, NO_LABEL)


def _classifier_probs(project: Project, known: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return (n, V) probabilities by class number: out of fold on the rows learnt from.

    What is `known` is of the first rows: others may have come since.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold

    from workbench.methods.threads import single_threaded

    label_set, n = project.label_set, project.store.examples.count()
    labels = np.full(n, NO_LABEL, dtype=np.int64)
    labels[: len(known)] = known
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


def _decisions(project: Project, said: Mapping[int, int]) -> NDArray[np.int64]:
    """Return the class number that a person answered last for each example; -1 for none."""
    decided = np.full(project.store.examples.count(), NO_LABEL, dtype=np.int64)
    for row, number in said.items():
        decided[row] = number
    return decided


def annotators_in(needs: Iterable[Need]) -> set[str]:
    """Return the people whose decisions are asked for."""
    return {need.details["annotator"] for need in needs if need.kind == "decisions"}


def answers(
    project: Project, annotators: Collection[str], moment: Moment | None = None
) -> dict[str, dict[int, int]]:
    """Return the class number that each of some people answered last, by row from 0.

    There is none where this person corrected or settled the label, whatever they answered since:
    that has the last word on the row, and would be its own judge.

    Parameters
    ----------
    project
        The project.
    annotators
        Their names.
    moment
        As they stood then; now by default.
    """
    said: dict[str, dict[int, int]] = {name: {} for name in annotators}
    if not said:
        return said
    had_last_word: dict[str, set[int]] = {name: set() for name in annotators}
    for event in project.store.decisions.active(until=moment.event_id if moment else None):
        if event.example_id is None or event.annotator not in said:
            continue
        row = event.example_id - 1
        if event.kind not in ANSWERS:
            had_last_word[event.annotator].add(row)
        if event.kind == "label" and event.class_id is not None:
            said[event.annotator][row] = event.class_id
        else:
            said[event.annotator].pop(row, None)
    for name, rows in had_last_word.items():
        for row in rows:
            said[name].pop(row, None)
    return said
