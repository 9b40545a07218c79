"""Strategies of small-text, scikit-activeml and modAL, given our features and probabilities.

They only choose: none fits a model of its own, and all see the same geometry.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class State:
    """What a strategy is given at one step; ``probs`` are of the whole pool."""

    geometry: NDArray[np.float32]
    probs: NDArray[np.float64]
    labelled: NDArray[np.int64]
    labels: NDArray[np.int64]
    n_classes: int

    @property
    def unlabelled(self) -> NDArray[np.int64]:
        return np.setdiff1d(np.arange(len(self.geometry)), self.labelled)


Peer = Callable[[State, int, int], NDArray[np.int64]]
"""Chooses n rows, given a state and a seed."""


class _Answers:
    """What small-text and modAL take for a classifier: the answers are ready."""

    def __init__(self, state: State, order: NDArray[np.int64]) -> None:
        self._geometry, self._probs = state.geometry[order], state.probs[order]

    def predict_proba(self, rows: Any) -> NDArray[np.float64]:
        return self._probs

    def embed(self, rows: Any, return_proba: bool = False, pbar: Any = None) -> Any:
        return (self._geometry, self._probs) if return_proba else self._geometry


def _small_text(name: str, *, with_embeddings: bool = False) -> Peer:
    def choose(state: State, n: int, seed: int) -> NDArray[np.int64]:
        import small_text

        np.random.seed(seed)  # noqa: NPY002  it draws from the global state
        n_rows = len(state.geometry)
        # Its embedding strategies expect the unlabelled rows first.
        order = np.concatenate([state.unlabelled, state.labelled])
        free = np.arange(len(state.unlabelled))
        known = np.arange(len(state.unlabelled), n_rows)
        options = {"embeddings": state.geometry[order], "pbar": None} if with_embeddings else {}
        strategy = getattr(small_text, name)()
        if name == "ContrastiveActiveLearning":
            options = {"pbar": None}
        found = strategy.query(
            _Answers(state, order), state.geometry[order], free, known, state.labels, n=n, **options
        )
        return order[np.asarray(found)]

    return choose


def _skactiveml(name: str, **init: Any) -> Peer:
    def choose(state: State, n: int, seed: int) -> NDArray[np.int64]:
        import skactiveml.pool
        from skactiveml.base import SkactivemlClassifier

        keys = np.ascontiguousarray(state.geometry).view(f"V{4 * state.geometry.shape[1]}").ravel()
        distinct, first = np.unique(keys, return_index=True)

        class Ready(SkactivemlClassifier):
            """A fitted classifier that looks its answers up."""

            def __init__(self, classes: Any = None) -> None:
                super().__init__(classes=classes)

            def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Ready:
                return self

            def predict_proba(self, X: Any) -> NDArray[np.float64]:
                rows = np.ascontiguousarray(X, np.float32).view(keys.dtype).ravel()
                return state.probs[first[np.searchsorted(distinct, rows)]]

        y = np.full(len(state.geometry), np.nan)
        y[state.labelled] = state.labels
        options: dict[str, Any] = {}
        if name in ("UncertaintySampling", "Badge", "Falcun", "Clue"):
            ready = Ready(classes=list(range(state.n_classes)))
            ready.classes_ = np.arange(state.n_classes)
            word = "estimator" if name == "Clue" else "clf"
            options = {word: ready, f"fit_{word}": False}
        if name == "ProbCover":
            init["n_classes"] = state.n_classes
        strategy = getattr(skactiveml.pool, name)(random_state=seed, **init)
        found = strategy.query(X=state.geometry, y=y, batch_size=n, **options)
        return np.asarray(found).ravel()

    return choose


def _modal_margin(state: State, n: int, seed: int) -> NDArray[np.int64]:
    from modAL.uncertainty import margin_sampling

    free = state.unlabelled
    found, *_ = margin_sampling(_Answers(state, free), state.geometry[free], n_instances=n)
    return free[np.asarray(found)]


_ALL: dict[str, tuple[str, Peer]] = {
    "small-text BreakingTies": ("small_text", _small_text("BreakingTies")),
    "small-text GreedyCoreset": ("small_text", _small_text("GreedyCoreset", with_embeddings=True)),
    "small-text Contrastive": ("small_text", _small_text("ContrastiveActiveLearning")),
    "small-text EmbeddingKMeans": (
        "small_text",
        _small_text("EmbeddingKMeans", with_embeddings=True),
    ),
    "skactiveml TypiClust": ("skactiveml", _skactiveml("TypiClust")),
    "skactiveml Badge": ("skactiveml", _skactiveml("Badge")),
    "skactiveml CoreSet": ("skactiveml", _skactiveml("CoreSet")),
    "skactiveml ProbCover": ("skactiveml", _skactiveml("ProbCover")),
    "skactiveml Falcun": ("skactiveml", _skactiveml("Falcun")),
    "skactiveml Clue": ("skactiveml", _skactiveml("Clue")),
    "modAL margin": ("modAL", _modal_margin),
}

NEED_NO_MODEL = ("skactiveml TypiClust", "skactiveml CoreSet", "skactiveml ProbCover")
"""These choose the first rows too; the others begin with random ones."""


def installed_peers() -> dict[str, Peer]:
    """Return the peers' strategies that can run here."""
    return {name: peer for name, (package, peer) in _ALL.items() if find_spec(package)}
