"""Predictions on labelled rows by models that have not seen them: what scores are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.errors import MethodError
from workbench.figures import counted
from workbench.methods.cross_fitting import copied_classes, out_of_fold_probabilities
from workbench.methods.features import CHARACTER_PREFIX, MAX_CHARACTERS, TextFeatures
from workbench.methods.learner import SoftLabelClassifier
from workbench.services.copies import copies_words
from workbench.services.diagnose.rows import DiagnosisRows, draw

MIN_LABELLED = 20
"""Fewer labelled rows leave a cross-validated model nothing to learn from."""

_MIN_WORDS = 3
_MAX_CELLS = 60_000
_MIN_SCORED = 3_000
_MAX_ELSEWHERE = 5_000


@dataclass(frozen=True, slots=True)
class Scored:
    """Some labelled rows with their class and the one that a model that had not seen them says.

    ``n_learnt`` labels are what the model learnt from; out of fold, each time without a fold.
    """

    rows: NDArray[np.int64]
    true: NDArray[np.int64]
    predicted: NDArray[np.int64]
    n_learnt: int

    @property
    def model(self) -> str:
        """Which model it was, for people: one of all labels, as of `train`, may do better."""
        return f"a model of {counted(self.n_learnt, 'label')}"

    @property
    def is_right(self) -> NDArray[np.bool_]:
        """Which predictions are right, (n,)."""
        return np.asarray(self.true == self.predicted)


@dataclass(frozen=True, slots=True)
class Scores:
    """Predictions on the training labels, out of fold, and on other labelled rows by group.

    ``inside`` is None where there is none; ``why_not_inside`` says why. ``reasons`` say of a group
    why no model could be made for it, ``reason`` why none could be made at all. The classes
    ``not_judged`` take no part in ``inside``, as their rows are copies of each other: ``copies``
    says so.
    """

    inside: Scored | None
    elsewhere: dict[str, Scored]
    reason: str = ""
    reasons: dict[str, str] = field(default_factory=dict)
    not_judged: tuple[int, ...] = ()
    copies: str = ""

    @property
    def why_not_inside(self) -> str:
        """Return why nothing is predicted out of fold; empty where something is."""
        return (self.reason or self.copies) if self.inside is None else ""

    def why_not(self, name: str) -> str:
        """Return why no model could score a group; empty where one could, given labels there."""
        return self.reason or self.reasons.get(name, "")

    def accuracy_on(self, rows: NDArray[np.int64]) -> float | None:
        """Return the out-of-fold accuracy on the scored ones of some rows; None without any."""
        if self.inside is None:
            return None
        mine = np.isin(self.inside.rows, rows)
        return float(self.inside.is_right[mine].mean()) if mine.any() else None


def score_labels(
    data: DiagnosisRows,
    clusters: NDArray[np.int64],
    elsewhere: Mapping[str, tuple[NDArray[np.int64], NDArray[np.int64]]],
    *,
    rng: np.random.Generator,
    shortcuts: list[str],
) -> Scores:
    """Predict labelled training rows out of fold, and other labelled rows by models of them.

    Parameters
    ----------
    data
        The rows.
    clusters
        Near-duplicates, shape (n,): they share a fold.
    elsewhere
        By name, the rows to learn from, of which labelled training rows count, and other rows to
        predict, of which those count that people or files labelled.
    rng
        Source of the folds and of the rows drawn.
    shortcuts
        Grows by a sentence where rows were left out.
    """
    labelled = data.labelled
    if lacking := _lacking(data.labels[labelled]):
        return Scores(None, {}, lacking)
    limit = max(_MIN_SCORED, _MAX_CELLS // data.n_classes)
    rows = draw(labelled, limit, rng, shortcuts, "labels that scored models learn from")
    try:
        features = _Features([data.texts[i] for i in rows])
        y = data.labels[rows]
        probs = out_of_fold_probabilities(
            features.fitted, y, data.n_classes, groups=clusters[rows], rng=rng
        )
    except MethodError as error:
        return Scores(None, {}, error.message)
    found: dict[str, Scored] = {}
    reasons: dict[str, str] = {}
    models: dict[bytes, SoftLabelClassifier] = {}
    for name, (learnt, members) in elsewhere.items():
        mine = np.isin(rows, learnt)
        if lacking := _lacking(y[mine], " in the reference"):
            reasons[name] = lacking
            continue
        known = members[data.is_human[members]]
        known = draw(known, _MAX_ELSEWHERE, rng, shortcuts, f"scores on {name}")
        if not len(known):
            continue
        if mine.tobytes() not in models:
            model = SoftLabelClassifier(data.n_classes)
            models[mine.tobytes()] = model.fit(features.fitted[mine], y[mine])
        there = features.of([data.texts[i] for i in known])
        said = models[mine.tobytes()].predict_proba(there).argmax(axis=1)
        found[name] = Scored(known, data.labels[known], said, int(mine.sum()))
    copied = copied_classes(y, clusters[rows], data.n_classes)
    is_judged = copied[y] == 0
    inside = None
    if len(np.unique(y[is_judged])) > 1:
        said = np.where(copied == 0, probs[is_judged], -1).argmax(axis=1)
        inside = Scored(rows[is_judged], y[is_judged], said, len(rows))
    return Scores(
        inside,
        found,
        reasons=reasons,
        not_judged=tuple(np.flatnonzero(copied).tolist()),
        copies=copies_words(data.project.classes, np.bincount(y, minlength=data.n_classes), copied),
    )


def _lacking(labels: NDArray[np.int64], among: str = "") -> str:
    """Say why no model can learn from the labels of some training rows; empty where one can."""
    if (n := len(labels)) < MIN_LABELLED:
        are = "is" if n == 1 else "are"
        return f"{counted(n, 'labelled training row')}{among} {are} too few to score"
    return f"only one class has a label{among}" if len(np.unique(labels)) < 2 else ""


class _Features:
    """Words and pairs of words; with character n-grams where texts have next to no words.

    They do about as well as with character n-grams, at a quarter of the cost.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._space = TextFeatures()
        all_features = self._space.fit_transform(texts)
        names = self._space.feature_names_
        used = np.array([not name.startswith(CHARACTER_PREFIX) for name in names])
        n_words = sum(len(text[:MAX_CHARACTERS].split()) for text in texts)
        if n_words < _MIN_WORDS * len(texts) or not used.any():
            used[:] = True
        self._used = np.flatnonzero(used)
        self.fitted: Any = all_features[:, self._used]

    def of(self, texts: Sequence[str]) -> Any:
        """Return the features of other texts."""
        return self._space.transform(texts)[:, self._used]
