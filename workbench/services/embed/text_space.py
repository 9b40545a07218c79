"""The space that a batch is chosen in: features of the model, and a geometry to measure distance.

TF-IDF features of all texts cost 2 s for 10,000 short ones, so they are kept in the cache under a
digest of the texts and of what made them: every command on the same texts finds them there, and
reads of them what it needs.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.methods import features as settings
from workbench.methods.features import reduce
from workbench.methods.query_input import N_COMPONENTS
from workbench.methods.threads import single_threaded
from workbench.services.cache import cache_folder, load_array, text_keys, write_whole
from workbench.services.embed.embed import embedding_space, made_version, newest_embedder
from workbench.services.embed.stored_features import (
    StoredFeatures,
    WithVectors,
    keep_features,
    kept_features,
    passing_features,
)
from workbench.services.labels import roles
from workbench.services.project import Project
from workbench.types import Role

TFIDF = "tfidf"


@dataclass(frozen=True, slots=True)
class TextSpace:
    """One space for all examples; a batch never mixes two.

    Attributes
    ----------
    embedder
        ``tfidf``, or the name and version of the embedder.
    features
        Features of the model, shape (n, d), rows of length 1; read by ``features[rows]``.
    geometry
        Dense features, shape (n, any), float32, rows of length 1.
    texts
        The n texts.
    """

    embedder: str
    features: StoredFeatures | WithVectors
    geometry: NDArray[np.float32]
    texts: list[str]


def text_space(
    project: Project, *, embedder: str | None = None, among: Sequence[str] = tuple(Role)
) -> TextSpace:
    """Return the space of all examples.

    Parameters
    ----------
    project
        The project.
    embedder
        ``tfidf``, or the name of an embedder whose embeddings are there; by default the newest one,
        else TF-IDF.
    among
        Roles of the examples that are looked at: others may have no embedding.

    Raises
    ------
    UsageError
        If there are no such embeddings, or they do not cover every example of these roles.
    MethodError
        If no text has a single token.
    """
    texts = project.store.examples.texts()
    name = embedder or newest_embedder(project) or TFIDF
    path = _cached(project, texts)
    if name == TFIDF:
        features = _features(project, texts, path)
        return TextSpace(TFIDF, features, _geometry(project, features, path), texts)
    space = embedding_space(project, name, texts, np.isin(roles(project), among))
    features = _features(project, texts, path)
    return TextSpace(space.name, WithVectors(features, space.vectors), space.vectors, texts)


def check_embedder(project: Project, embedder: str | None) -> None:
    """Raise where a space is asked for by a name that is not there, without making any.

    Parameters
    ----------
    project
        The project.
    embedder
        As `text_space` takes it.

    Raises
    ------
    UsageError
        If there are no such embeddings.
    """
    if embedder is not None and embedder != TFIDF:
        made_version(project, embedder)


def text_features(project: Project, texts: Sequence[str]) -> StoredFeatures:
    """Return the TF-IDF features of all examples.

    Parameters
    ----------
    project
        The project.
    texts
        The texts of all examples.

    Raises
    ------
    MethodError
        If no text has a single token.
    """
    return _features(project, texts, _cached(project, texts))


def _cached(project: Project, texts: Sequence[str]) -> Path | None:
    """Return where what is made of the texts is kept, without an ending; None for nowhere."""
    digest = hashlib.blake2b(digest_size=16)
    digest.update(repr([_recipe(), project.config.seed, N_COMPONENTS]).encode())
    digest.update(text_keys(texts).tobytes())
    folder = cache_folder(project)
    return None if folder is None else folder / f"tfidf-{digest.hexdigest()}"


def _features(project: Project, texts: Sequence[str], path: Path | None) -> StoredFeatures:
    """Return TF-IDF features, from the cache where they are there."""
    known = None if path is None else kept_features(path, len(texts))
    if known is not None:
        return known
    with single_threaded():
        if path is not None:
            # A full disk or a read-only folder costs time, no more.
            with contextlib.suppress(OSError):
                for old in path.parent.glob("tfidf-*"):
                    old.unlink()
                return keep_features(texts, path, rng=np.random.default_rng(project.config.seed))
        return passing_features(texts, None, rng=np.random.default_rng(project.config.seed))


def _geometry(project: Project, features: StoredFeatures, path: Path | None) -> NDArray[np.float32]:
    """Return the reduction of TF-IDF features, from the cache where it is there."""
    kept = None if path is None else path.with_suffix(".npy")
    known = None if kept is None else load_array(kept)
    if known is not None and len(known) == features.shape[0]:
        reduced: NDArray[np.float32] = known
        return reduced
    with single_threaded():
        reduced = reduce(features, N_COMPONENTS, rng=np.random.default_rng(project.config.seed))
    if kept is not None:
        with contextlib.suppress(OSError):
            write_whole(kept, lambda part: np.save(part, reduced))
    return reduced


def _recipe() -> list[Any]:
    """Return what the features depend on besides the texts."""
    return [
        version("scikit-learn"),  # whose import takes longer than to read what is kept
        settings.MAX_CHARACTERS,
        settings.MAX_WORD_FEATURES,
        settings.MAX_CHARACTER_FEATURES,
        settings.SMALL_CORPUS,
        settings.MAX_LEARNT,
        settings.MAX_DECOMPOSED,
    ]
