"""Embeddings of your own: matrices from files, whole or of some rows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.services.conftest import write_matrix
from workbench.errors import DataError, UsageError
from workbench.services.embed.embed import EmbedResult, embed_texts
from workbench.services.embed.text_space import text_space
from workbench.services.forget import forget_texts
from workbench.services.importing.importing import import_files
from workbench.services.project import Project
from workbench.services.propose import propose_batch


@pytest.mark.parametrize("scale", [1e30, 1e-30])
def test_very_large_and_small_vectors_keep_their_direction(
    filled: Project, tmp_path: Path, scale: float
) -> None:
    n = filled.store.examples.count()
    matrix = np.random.default_rng(0).standard_normal((n, 7)).astype(np.float32)
    embed_texts(filled, source=write_matrix(tmp_path / "one.npy", matrix))
    expected = text_space(filled).geometry
    embed_texts(filled, source=write_matrix(tmp_path / "two.npy", matrix * np.float32(scale)))
    np.testing.assert_allclose(text_space(filled).geometry, expected, rtol=1e-5)


def test_two_vectors_for_one_text_are_named(filled: Project, tmp_path: Path) -> None:
    texts = filled.store.examples.texts()
    matrix = np.array([[len(text), text.count("e"), 1.0] for text in texts])
    source = write_matrix(tmp_path / "mine.npy", matrix)
    assert embed_texts(filled, source=source).notes == ()
    uids = filled.store.examples.uids()
    second = next(i for i, text in enumerate(texts) if text in texts[:i])
    matrix[second] += 1
    (note,) = embed_texts(filled, source=write_matrix(source, matrix)).notes
    assert note.startswith("1 row has another vector")
    assert f"{uids[second]} (as {uids[texts.index(texts[second])]})" in note


def test_a_matrix_of_ones_own_is_taken_in_the_order_of_import(
    filled: Project, tmp_path: Path
) -> None:
    n = filled.store.examples.count()
    matrix = np.random.default_rng(0).standard_normal((n, 7))
    made = embed_texts(filled, source=write_matrix(tmp_path / "mine.npy", matrix))
    assert (made.embedder, made.dimension) == ("mine", 7)
    assert made.version.startswith("file-")
    assert propose_batch(filled, n=5).embedder.startswith("mine file-")


def test_uids_name_the_rows_of_a_matrix(filled: Project, tmp_path: Path) -> None:
    uids = filled.store.examples.uids()
    matrix = np.arange(2.0 * len(uids)).reshape(-1, 2) + 1
    names = tmp_path / "uids.txt"
    names.write_text("\n".join(reversed(uids)))
    embed_texts(filled, source=write_matrix(tmp_path / "x.npy", matrix[::-1]), uids=names)
    expected = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
    first_of_text = [filled.store.examples.texts().index(t) for t in filled.store.examples.texts()]
    found = text_space(filled).geometry
    np.testing.assert_allclose(found[first_of_text], found, rtol=1e-6)
    distinct = sorted(set(first_of_text))
    assert all(any(np.allclose(found[i], row, atol=1e-6) for row in expected) for i in distinct)


def from_file(project: Project, folder: Path, vectors: np.ndarray, uids: list[str]) -> EmbedResult:
    """Take vectors of some rows under the name ``mine``."""
    names = folder / "uids.txt"
    names.write_text("\n".join(uids))
    return embed_texts(
        project, source=write_matrix(folder / "part.npy", vectors), uids=names, name="mine"
    )


def test_files_of_some_rows_join(bare_words: Project, tmp_path: Path, write_csv) -> None:
    """Otherwise each file of new rows would throw the others away."""
    uids = bare_words.store.examples.uids()
    matrix = np.random.default_rng(0).standard_normal((len(uids), 5)).astype(np.float32)
    first = from_file(bare_words, tmp_path, matrix[:30], uids[:30])
    assert f"{len(uids) - 30} texts without a vector yet" in first.notes[0]
    assert "until then, propose --embedder tfidf" in first.notes[0]
    assert propose_batch(bare_words, n=5, embedder="tfidf").embedder == "tfidf"
    with pytest.raises(UsageError, match="have no embedding 'mine'") as caught:
        propose_batch(bare_words, n=5)
    assert "--with mine --from X.npy --uids FILE" in str(caught.value)
    second = from_file(bare_words, tmp_path, matrix[20:], uids[20:])
    assert (second.n_new, second.n_known, second.notes) == (len(uids) - 20, 20, ())
    assert second.version not in (first.version, "")
    unit = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
    np.testing.assert_allclose(text_space(bare_words).geometry, unit, rtol=1e-5)
    assert propose_batch(bare_words, n=5).embedder == f"mine {second.version}"
    import_files(bare_words, [write_csv("new.csv", [{"id": "new", "text": "one more"}])])
    third = from_file(bare_words, tmp_path, np.ones((1, 5)), ["new"])
    assert (third.n_new, third.n_known, third.notes) == (1, len(uids), ())
    # What a later file says of a row counts.
    from_file(bare_words, tmp_path, -matrix[:1], uids[:1])
    np.testing.assert_allclose(text_space(bare_words).geometry[0], -unit[0], rtol=1e-5)


def test_files_of_some_rows_join_in_one_dimension_only(bare_words: Project, tmp_path: Path) -> None:
    uids = bare_words.store.examples.uids()
    from_file(bare_words, tmp_path, np.ones((2, 5)), uids[:2])
    with pytest.raises(DataError, match="5 dimensions before and 4 now"):
        from_file(bare_words, tmp_path, np.ones((2, 4)), uids[2:4])
    # A file of all rows takes the place of what was there.
    assert from_file(bare_words, tmp_path, np.ones((len(uids), 4)), uids).dimension == 4


def test_a_removed_text_needs_no_vector(bare_words: Project, tmp_path: Path) -> None:
    uids = bare_words.store.examples.uids()
    matrix = np.random.default_rng(0).standard_normal((len(uids), 5)).astype(np.float32)
    unit = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
    source = write_matrix(tmp_path / "mine.npy", matrix)
    embed_texts(bare_words, source=source)
    forget_texts(bare_words, [uids[0], uids[5]], sure=True)
    asked = {row.uid for row in propose_batch(bare_words, n=20).rows}
    assert len(asked) == 20
    assert not asked & {uids[0], uids[5]}
    expected = unit.copy()
    expected[[0, 5]] = 0
    np.testing.assert_allclose(text_space(bare_words).geometry, expected, rtol=1e-5)
    # A matrix of the texts that are left is one of all texts, and so is one with removed rows.
    left = np.delete(np.arange(len(uids)), [0, 5])
    fewer = embed_texts(bare_words, source=write_matrix(source, matrix[left] * 2))
    assert (fewer.n_new, fewer.n_known, fewer.n_rows, fewer.notes) == (38, 0, 38, ())
    np.testing.assert_allclose(text_space(bare_words).geometry, expected, rtol=1e-5)
    assert embed_texts(bare_words, source=write_matrix(source, matrix)).notes == ()
    named = from_file(bare_words, tmp_path, matrix[left], [uids[row] for row in left])
    assert (named.n_known, named.notes) == (0, ())
    np.testing.assert_allclose(text_space(bare_words).geometry, expected, rtol=1e-5)
    with pytest.raises(DataError, match="only for texts that were removed"):
        from_file(bare_words, tmp_path, matrix[:1], uids[:1])
    with pytest.raises(DataError, match=r"not \(40, dimensions\)"):
        embed_texts(bare_words, source=write_matrix(source, matrix[:37]))


def bad_file(tmp_path: Path, kind: str, n: int) -> Path:
    path = tmp_path / "bad.npy"
    if kind == "text":
        path.write_text("no array")
    elif kind == "rows":
        np.save(path, np.ones((n - 1, 3)))
    elif kind == "nan":
        matrix = np.ones((n, 3))
        matrix[4, 1] = np.nan
        np.save(path, matrix)
    elif kind == "words":
        np.save(path, np.full((n, 2), "word"))
    elif kind == "complex":
        np.save(path, np.ones((n, 2), np.complex64))
    elif kind == "dates":
        np.save(path, np.full((n, 2), np.datetime64("2024-01-01")))
    elif kind == "digits":
        np.save(path, np.full((n, 2), "12"))
    elif kind == "archive":
        with path.open("wb") as file:
            np.savez(file, X=np.ones((n, 2)))
    elif kind == "pickle":
        np.save(path, np.array([{}] * n, dtype=object), allow_pickle=True)
    return path


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("text", "is not a NumPy array of numbers"),
        ("missing", "cannot be read: No such file"),
        ("rows", r"shape \(111, 3\), not \(112, dimensions\)"),
        ("nan", "1 row with NaN or infinite values, first row 4"),
        ("words", "not real numbers"),
        ("complex", "not real numbers"),
        ("dates", "not real numbers"),
        ("digits", "not real numbers"),
        ("archive", "an archive of arrays, not one array"),
        ("pickle", "is not a NumPy array of numbers"),
    ],
)
def test_a_matrix_that_cannot_be_used_is_refused(
    filled: Project, tmp_path: Path, kind: str, message: str
) -> None:
    with pytest.raises(DataError, match=message):
        embed_texts(filled, source=bad_file(tmp_path, kind, filled.store.examples.count()))


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["r0", "nobody"], "uids.txt:2: there is no example 'nobody'\n  One uid a line"),
        (["uid", "r0"], "uids.txt:1: there is no example 'uid'\n  One uid a line, .* no header"),
        (["r0", "r0"], "uids.txt:2: 'r0' stands there twice, first in line 1\n  Take one"),
        (["r0"], "it has 2 rows, and .*uids.txt names 1\n  Each row of the matrix needs its uid"),
        ([], "uids.txt: names no row\n  One uid a line"),
    ],
)
def test_uids_that_are_off_are_named(
    filled: Project, tmp_path: Path, lines: list[str], message: str
) -> None:
    names = tmp_path / "uids.txt"
    names.write_text("\n".join(lines))
    source = write_matrix(tmp_path / "x.npy", np.ones((2, 3)))
    with pytest.raises(DataError, match=message):
        embed_texts(filled, source=source, uids=names)


def test_numbers_too_large_for_distances_are_told_from_infinite_ones(
    filled: Project, tmp_path: Path
) -> None:
    n = filled.store.examples.count()
    with pytest.raises(DataError, match="rows with numbers beyond the largest float32"):
        embed_texts(filled, source=write_matrix(tmp_path / "x.npy", np.full((n, 2), 1e300)))


def test_empty_last_lines_of_uids_and_copies_of_texts_are_understood(
    project: Project, tmp_path: Path, write_csv
) -> None:
    rows = [{"id": f"r{i}", "text": "one and the same" if i < 2 else f"text {i}"} for i in range(9)]
    import_files(project, [write_csv("rows.csv", rows)])
    uids = tmp_path / "uids.txt"
    uids.write_text("\n".join(row["id"] for row in rows) + "\n\n", encoding="utf-8")
    matrix = np.eye(9)
    matrix[1] = matrix[0]
    made = embed_texts(project, source=write_matrix(tmp_path / "x.npy", matrix), uids=uids)
    assert (made.n_new, made.n_rows) == (8, 9)
