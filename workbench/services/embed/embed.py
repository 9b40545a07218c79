"""Embeddings of the project's texts: one file for each embedder and version, in ``embeddings/``.

Vectors are kept by the digest of their text, so that new rows cost only themselves. One file holds
one space and names its version: a version of an embedder that changes its dimension is refused.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from workbench.errors import DataError, UsageError
from workbench.figures import counted
from workbench.plugins import (
    ASK_ITS_PACKAGE,
    Embedder,
    embedder,
    embedder_names,
    is_embedder_name,
    words_of,
)
from workbench.result import Result
from workbench.services.cache import text_keys
from workbench.services.embed.own_vectors import contradictions, read_matrix
from workbench.services.embed.vector_checks import checked_vectors, other_dimension
from workbench.services.embed.vector_files import (
    FROM_FILE,
    TextVectors,
    file_version,
    joined,
    keyed,
    making,
    read_vectors,
    renewal,
    rows_without,
    vector_file,
    write_vectors,
)
from workbench.services.labels import rows_of_role, texts_present
from workbench.services.project import Project
from workbench.services.running import record_run
from workbench.store.runs import Run
from workbench.types import Progress, ProgressCallback, Role

WORDLLAMA = "wordllama"
_BLOCK = 8_192


@dataclass(frozen=True, slots=True)
class EmbedResult(Result):
    """What was embedded: ``n_new`` texts now, ``n_known`` before; ``path`` is in the project.

    Texts that are the same count once: ``n_rows`` have a vector. ``notes`` say what looks odd in a
    file.
    """

    run_id: int
    embedder: str
    version: str
    dimension: int
    n_new: int
    n_known: int
    path: str
    notes: tuple[str, ...] = ()
    n_rows: int = 0


@dataclass(frozen=True, slots=True)
class LostEmbeddings:
    """Embeddings whose file is not there, and the command that makes them again."""

    name: str
    making: str


@dataclass(frozen=True, slots=True)
class EmbeddingSpace:
    """The vectors of all examples: ``vectors`` is (n, d) float32, rows of length 1 or 0.

    Those of rows whose text was removed for good are 0.
    """

    name: str
    vectors: NDArray[np.float32]


class _Wordllama:
    """The optional extra ``embeddings``."""

    @property
    def version(self) -> str:
        from workbench.services.embed.wordllama import installed_version

        found = installed_version()
        if found is None:
            raise UsageError(
                "sentence embeddings are not installed",
                hint="pip install 'workbench[embeddings]', or bring your own: --from X.npy",
            )
        return found

    def embed(self, texts: list[str]) -> NDArray[np.float32]:
        from workbench.services.embed.wordllama import embed

        return embed(texts)


def embed_texts(
    project: Project,
    *,
    source: Path | None = None,
    uids: Path | None = None,
    name: str | None = None,
    progress: ProgressCallback | None = None,
) -> EmbedResult:
    """Embed the texts that have no vector yet, or take vectors from a file.

    A row whose text was removed for good needs none.

    A file of some rows joins the vectors that came from files under this name before, and a file of
    all rows takes their place.

    Parameters
    ----------
    project
        The project.
    source
        A ``.npy`` file with one row an example: in the order of ``uids``, or else in the order of
        import.
    uids
        A text file with one uid a line, the row order of ``source``.
    name
        ``wordllama``, or an installed package's embedder; for a file, what to call it.
    progress
        Called before each block of texts.

    Raises
    ------
    UsageError
        If the embedder is not installed or the words of the call are off.
    DataError
        If the vectors cannot be used: another dimension than before, a wrong number of rows, or
        values that are not finite.
    """
    if uids is not None and source is None:
        raise UsageError("--uids goes with --from", hint="It names the rows of a .npy file.")
    present = texts_present(project)
    if not present.any():
        raise UsageError("there is no text yet", hint="workbench import FILE")
    texts = project.store.examples.texts()
    if source is not None:
        return _from_file(project, source, uids, source.stem if name is None else name, texts)
    label = WORDLLAMA if name is None else name
    made = _Wordllama() if label == WORDLLAMA else embedder(label)
    version = str(made.version)
    path = vector_file(project, label, version)
    known = read_vectors(project, label, version) if path.exists() else None
    missing = rows_without(texts, present, known)
    # Where nothing is new, one text tells whether the dimension is still the same.
    asked = missing or [int(present.argmax())]
    uids_of_all = project.store.examples.uids()
    found = _run(
        made, label, [texts[row] for row in asked], [uids_of_all[row] for row in asked], progress
    )
    if known is not None and known.vectors.shape[1] != found.shape[1]:
        raise other_dimension(label, known.vectors.shape[1], found.shape[1])
    new = keyed(texts, np.array(missing, np.int64), found[: len(missing)])
    return _store_vectors(project, label, version, texts, new, known)


def embedders(project: Project) -> list[str]:
    """Return the names of the embeddings that the project has, the newest last."""
    names = [
        run.parameters.get("embedder")
        for run in project.store.runs.newest(kind="embed", outcome="done")
    ]
    return list(dict.fromkeys(str(name) for name in reversed(names)))


def newest_embedder(project: Project) -> str | None:
    """Return the embeddings made last, or None."""
    run = project.store.runs.last_done("embed")
    return None if run is None else str(run.parameters["embedder"])


def lost_embeddings(project: Project) -> LostEmbeddings | None:
    """Return the embeddings made last where their file is not there, else None."""
    run = project.store.runs.last_done("embed")
    if run is None:
        return None
    name, version = (str(run.parameters[key]) for key in ("embedder", "version"))
    if vector_file(project, name, version).exists():
        return None
    return LostEmbeddings(name, making(name, version))


def made_version(project: Project, name: str) -> str:
    """Return the newest version of embeddings that were made.

    Parameters
    ----------
    project
        The project.
    name
        Which embeddings: a name that `embed_texts` was called with.

    Raises
    ------
    UsageError
        If there are none of that name.
    """
    version = _newest_version(project, name)
    if version is None:
        can_be_made = name in (WORDLLAMA, *embedder_names())
        remedy = (
            f"--with {name}"
            if can_be_made
            else f"--from X.npy --with {name if is_embedder_name(name) else 'NAME'}"
        )
        raise UsageError(
            f"there are no embeddings {name!r}",
            hint=f"There are: {', '.join(['tfidf', *embedders(project)])}. To make them: "
            f"workbench embed {remedy}",
        )
    return version


def embedding_space(
    project: Project, name: str, texts: list[str], needed: NDArray[np.bool_]
) -> EmbeddingSpace:
    """Return the vectors of all examples, from one embedder and one version of it.

    A row without one that is not needed has zeros.

    Parameters
    ----------
    project
        The project.
    name
        Which embeddings: a name that `embed_texts` was called with.
    texts
        The texts of all examples.
    needed
        The examples that must have a vector, (n,), where their texts are there.

    Raises
    ------
    UsageError
        If there are none of that name, or a needed example has no vector.
    DataError
        If the file is gone or damaged.
    """
    version = made_version(project, name)
    known = read_vectors(project, name, version)
    present = texts_present(project)[: len(texts)]
    is_asked = present & needed[: len(texts)]
    missing = rows_without(texts, is_asked, known)
    if missing:
        first = project.store.examples.uids()[missing[0]]
        raise UsageError(
            f"{len(missing):,} of {is_asked.sum():,} examples have no embedding {name!r}:"
            f" first {first}",
            hint=f"{renewal(name, version)}; or choose: --embedder tfidf",
        )
    keys = text_keys(texts)
    rows = np.flatnonzero(present & np.isin(keys, known.keys))
    vectors = np.zeros((len(texts), known.vectors.shape[1]), np.float32)
    vectors[rows] = known.vectors[np.searchsorted(known.keys, keys[rows])]
    return EmbeddingSpace(space_name(name, version), _unit(vectors))


def space_name(name: str, version: str) -> str:
    """Return what the space of an embedder and version is called."""
    return f"{name} {version}"


def count_missing(project: Project, run: Run) -> int:
    """Return how many of the texts that a run of ``embed`` left without a vector are still there.

    Parameters
    ----------
    project
        The project.
    run
        The run.
    """
    n_missing = int(run.counts.get("missing", 0))
    if not n_missing or not project.store.examples.count_removed(since=run.started_at):
        return n_missing
    # Which texts it left is not stored, and some of them may have been removed for good.
    name, version = (str(run.parameters[key]) for key in ("embedder", "version"))
    try:
        known = read_vectors(project, name, version)
    except DataError:
        return n_missing
    return len(rows_without(project.store.examples.texts(), texts_present(project), known))


def _newest_version(project: Project, name: str, beginning: str = "") -> str | None:
    """Return the version that a name stands for: the one made last."""
    runs = project.store.runs.newest(kind="embed", outcome="done")
    versions = (
        str(run.parameters["version"]) for run in runs if run.parameters.get("embedder") == name
    )
    return next((version for version in versions if version.startswith(beginning)), None)


def _from_file(
    project: Project, source: Path, uids: Path | None, name: str, texts: list[str]
) -> EmbedResult:
    """Take the vectors of a file, beside those of earlier files where it does not name all rows."""
    rows, vectors, version = read_matrix(project, source, uids)
    new = keyed(texts, rows, vectors)
    known = None
    is_part = rows_without(texts, texts_present(project), new)
    before = _newest_version(project, name, FROM_FILE) if is_part else None
    if before is not None and vector_file(project, name, before).exists():
        known = read_vectors(project, name, before)
        if known.vectors.shape[1] != vectors.shape[1]:
            raise other_dimension(name, known.vectors.shape[1], vectors.shape[1])
        both = joined(new, known)
        version = file_version(both.keys.tobytes() + both.vectors.tobytes())
    made = _store_vectors(project, name, version, texts, new, known)
    return replace(made, notes=(*contradictions(project, texts, rows, vectors), *made.notes))


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return rows of length 1, those of zeros as they are."""
    # The largest float32 numbers have no float32 square, and the smallest have the square 0.
    wide = vectors.astype(np.float64)
    length = np.sqrt(np.einsum("ij,ij->i", wide, wide))[:, None]
    unit: NDArray[np.float64] = np.divide(wide, length, out=np.zeros_like(wide), where=length > 0)
    return unit.astype(np.float32)


def _run(
    made: Embedder,
    name: str,
    texts: list[str],
    uids: list[str],
    progress: ProgressCallback | None,
) -> NDArray[np.float32]:
    """Embed texts in blocks."""
    blocks: list[NDArray[np.float32]] = []
    for start in range(0, len(texts), _BLOCK):
        if progress:
            progress(Progress("embed", start, len(texts)))
        part = texts[start : start + _BLOCK]
        try:
            answer = made.embed(part)
        except UsageError:
            raise
        except (Exception, SystemExit) as error:  # another package's code
            raise DataError(
                f"the embedder {name!r} failed: {words_of(error)}", hint=ASK_ITS_PACKAGE
            ) from error
        place, uids_of_part = f"the embedder {name!r}", uids[start : start + _BLOCK]
        vectors = checked_vectors(answer, place, uids_of_part, remedy=ASK_ITS_PACKAGE)
        if blocks and vectors.shape[1] != blocks[0].shape[1]:
            raise other_dimension(name, blocks[0].shape[1], vectors.shape[1])
        blocks.append(vectors)
    return np.concatenate(blocks) if blocks else np.zeros((0, 0), np.float32)


def _store_vectors(
    project: Project,
    name: str,
    version: str,
    texts: list[str],
    new: TextVectors,
    known: TextVectors | None,
) -> EmbedResult:
    """Keep vectors beside those that are known, and record the run."""
    path = vector_file(project, name, version)
    kept = joined(new, known)
    present = texts_present(project)[: len(texts)]
    n_missing = len(rows_without(texts, present, kept))
    parts = {"embedder": name, "version": version}
    inputs = project.store.runs.done_ids("import")
    dimension = int(kept.vectors.shape[1])
    with record_run(project.store, "embed", parameters=parts, inputs=inputs) as run:
        if len(new.keys):
            write_vectors(path, version, kept)
        counts = {"texts": len(kept.keys), "dimension": dimension, "missing": n_missing}
        with run.finish(counts):
            pass
    missing = f"{counted(n_missing, 'text')} without a vector yet: {renewal(name, version)}"
    if n_missing and rows_without(texts, rows_of_role(project, Role.TRAIN), kept):
        missing += (
            ". propose measures distance in these embeddings from now on, and stops until every"
            " training text has one: until then, propose --embedder tfidf"
        )
    return EmbedResult(
        run_id=run.run_id,
        embedder=name,
        version=version,
        dimension=dimension,
        n_new=len(new.keys),
        n_known=len(kept.keys) - len(new.keys),
        path=str(path.relative_to(project.root)),
        notes=(missing,) if n_missing else (),
        n_rows=int(present.sum()) - n_missing,
    )
