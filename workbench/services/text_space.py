"""The space that a batch is chosen in: features of the model, and a geometry to measure distance.

TF-IDF features of all texts cost 2 s for 10,000 short ones, so they are kept in the cache under a
digest of the texts and of what made them: every command on the same texts finds them there.
"""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.methods import features as text_features
from workbench.methods.features import TextFeatures, reduce, with_vectors
from workbench.methods.threads import single_threaded
from workbench.services.cache import UNREADABLE, cache_folder, load_array, text_keys, write_whole
from workbench.services.embed import embedding_space, newest_embedder
from workbench.services.project import Project

TFIDF = "tfidf"

N_COMPONENTS = 64


@dataclass(frozen=True, slots=True)
class TextSpace:
    """One space for all examples; a batch never mixes two.

    Attributes
    ----------
    embedder
        ``tfidf``, or the name and version of the embedder.
    features
        Features of the model, shape (n, d), rows of length 1.
    geometry
        Dense features, shape (n, any), float32, rows of length 1.
    texts
        The n texts.
    """

    embedder: str
    features: Any
    geometry: NDArray[np.float32]
    texts: list[str]


def text_space(project: Project, *, embedder: str | None = None) -> TextSpace:
    """Return the space of all examples.

    Parameters
    ----------
    project
        The project.
    embedder
        ``tfidf``, or the name of an embedder whose embeddings are there; by default the newest one,
        else TF-IDF.

    Raises
    ------
    UsageError
        If there are no such embeddings, or they do not cover every example.
    MethodError
        If no text has a single token.
    """
    texts = project.store.examples.texts()
    name = embedder or newest_embedder(project) or TFIDF
    if name == TFIDF:
        features, geometry = _tfidf(project, texts)
        return TextSpace(TFIDF, features, geometry, texts)
    space = embedding_space(project, name, texts)
    features, _ = _tfidf(project, texts)
    return TextSpace(space.name, with_vectors(features, space.vectors), space.vectors, texts)


def _tfidf(project: Project, texts: list[str]) -> tuple[Any, NDArray[np.float32]]:
    """Return TF-IDF features and their reduction, from the cache where they are there."""
    from scipy.sparse import load_npz, save_npz

    digest = hashlib.blake2b(digest_size=16)
    digest.update(repr([_recipe(), project.config.seed, N_COMPONENTS]).encode())
    digest.update(text_keys(texts).tobytes())
    folder: Path | None = None
    with contextlib.suppress(OSError):
        folder = cache_folder(project)
        matrix, reduced = (folder / f"tfidf-{digest.hexdigest()}.{end}" for end in ("npz", "npy"))
        geometry = load_array(reduced)
        if geometry is not None and len(geometry) == len(texts):
            with contextlib.suppress(*UNREADABLE), matrix.open("rb") as file:
                features = load_npz(file)
                if features.shape[0] == len(texts):
                    return features, geometry
    with single_threaded():
        features = TextFeatures().fit_transform(texts)
        rng = np.random.default_rng(project.config.seed)
        geometry = reduce(features, N_COMPONENTS, rng=rng)
    if folder is not None:
        # A full disk or a read-only folder costs time, no more.
        with contextlib.suppress(OSError):
            for old in folder.glob("tfidf-*"):
                old.unlink()
            write_whole(matrix, lambda path: save_npz(path, features, compressed=False))
            write_whole(reduced, lambda path: np.save(path, geometry))
    return features, geometry


def _recipe() -> list[Any]:
    """Return what the features depend on besides the texts."""
    from sklearn import __version__

    sizes = (text_features.MAX_CHARACTERS, text_features.MAX_WORD_FEATURES)
    return [__version__, *sizes, text_features.MAX_CHARACTER_FEATURES, text_features.SMALL_CORPUS]
