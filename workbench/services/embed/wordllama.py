"""Sentence embeddings beside TF-IDF: the optional extra ``embeddings`` (wordllama, offline)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from workbench.errors import UsageError
from workbench.methods.features import MAX_CHARACTERS


def installed_version() -> str | None:
    """Return the version of wordllama, which is that of its vectors; None without it."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("wordllama")
    except PackageNotFoundError:
        return None


def embed(texts: Sequence[str]) -> NDArray[np.float32]:
    """Return sentence embeddings, (n, 256), rows of length 1; zero for a text without a token.

    Raises
    ------
    UsageError
        If wordllama is not installed.
    """
    try:
        import wordllama
    except ImportError as error:
        raise UsageError(
            "sentence embeddings are not installed",
            hint="pip install 'workbench[embeddings]', or train without --embeddings.",
        ) from error
    # By default it looks beside the package's cache and then at a hub: the weights are in it.
    folder = Path(wordllama.__file__).parent
    model = wordllama.WordLlama.load(cache_dir=folder, disable_download=True)
    clipped = [text[:MAX_CHARACTERS] for text in texts]
    filled = np.array([bool(text.strip()) for text in clipped])
    vectors = np.zeros((len(clipped), 256), dtype=np.float32)
    if filled.any():
        # A text without a token is a mean over nothing there: it warns, and gives NaN.
        with np.errstate(invalid="ignore", divide="ignore"):
            found = model.embed([text for text, full in zip(clipped, filled, strict=True) if full])
        vectors[filled] = np.nan_to_num(np.asarray(found, dtype=np.float32))
    length = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))[:, None]
    return np.asarray(vectors / np.maximum(length, 1e-12), dtype=np.float32)
