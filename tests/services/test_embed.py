"""Embeddings: cached by text and version, never two spaces in one batch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from workbench.errors import DataError, UsageError
from workbench.services.embed.embed import EmbedResult, embed_texts
from workbench.services.embed.text_space import text_space
from workbench.services.forget import forget_texts
from workbench.services.importing.importing import import_files
from workbench.services.project import Project
from workbench.services.propose import propose_batch
from workbench.services.staleness import stale

MODULE = """
import numpy as np

class Counting:
    version = "{version}"

    def embed(self, texts):
        with open({log!r}, "a") as file:
            file.write(f"{{len(texts)}} ")
        return np.array([[len(text), text.count("e"), 1.0, *[0.5] * {extra}] for text in texts])

class Broken:
    version = "1"

    def embed(self, texts):
        raise RuntimeError("no weights")

class Nan(Counting):
    def embed(self, texts):
        return np.full((len(texts), 3), np.nan)

class Ragged(Counting):
    def embed(self, texts):
        return [[0.5] * (1 + i % 3) for i in range(len(texts))]

class Odd(Counting):
    def embed(self, texts):
        class Vectors:
            def __array__(self, dtype=None, copy=None):
                raise RuntimeError("on another device")
        return Vectors()

class Exits(Counting):
    def embed(self, texts):
        raise SystemExit(3)

class Few(Counting):
    def embed(self, texts):
        return np.ones((1, 3))

class Wordy(Counting):
    def embed(self, texts):
        raise RuntimeError("no weights:\\n  none\\n")

class Versionless(Counting):
    version = None

class Lines(Counting):
    version = "1\\n2"

class Nameless:
    pass
"""
ENTRY_POINTS = """
[workbench.embedders]
counting = acme_vectors:Counting
broken = acme_vectors:Broken
nan = acme_vectors:Nan
ragged = acme_vectors:Ragged
odd = acme_vectors:Odd
nameless = acme_vectors:Nameless
exits = acme_vectors:Exits
few = acme_vectors:Few
wordy = acme_vectors:Wordy
versionless = acme_vectors:Versionless
lines = acme_vectors:Lines
weird name = acme_vectors:Counting
tfidf = acme_vectors:Counting
"""


class Acme:
    """An installed package with embedders, whose version can change."""

    def __init__(self, tmp_path: Path) -> None:
        self.log = tmp_path / "calls.txt"
        self.site = tmp_path / "site"
        info = self.site / "acme_vectors-1.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-vectors\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(ENTRY_POINTS)
        self.release("1", 0)

    def release(self, version: str, extra: int) -> None:
        import sys

        text = MODULE.format(version=version, extra=extra, log=str(self.log))
        # Another length each time: the compiled file is taken for stale by size.
        (self.site / "acme_vectors.py").write_text(text + "#" * (extra + len(version)) + "\n")
        sys.modules.pop("acme_vectors", None)


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Acme:
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    package = Acme(tmp_path)
    monkeypatch.syspath_prepend(str(package.site))
    return package


@pytest.fixture
def bare_words(project: Project, write_csv) -> Project:
    """40 training rows, no two texts the same."""
    rows = [{"id": f"r{i}", "text": f"word{i} and word{i * i}"} for i in range(40)]
    import_files(project, [write_csv("words.csv", rows)])
    return project


def write_matrix(path: Path, matrix: np.ndarray) -> Path:
    np.save(path, matrix)
    return path


def test_only_new_texts_are_embedded(filled: Project, acme: Acme, write_csv) -> None:
    first = embed_texts(filled, name="counting")
    n_texts = len(set(filled.store.examples.texts()))
    assert (first.n_new, first.n_known, first.dimension) == (n_texts, 0, 3)
    again = embed_texts(filled, name="counting")
    assert (again.n_new, again.n_known) == (0, n_texts)
    import_files(filled, [write_csv("new.csv", [{"id": "new", "text": "a new text"}])])
    assert embed_texts(filled, name="counting").n_new == 1
    # Where nothing is new, one text shows whether the dimension is still the same.
    assert acme.log.read_text().split() == [str(n_texts), "1", "1"]


def test_a_batch_is_chosen_in_the_newest_space_and_says_which(filled: Project, acme: Acme) -> None:
    assert propose_batch(filled, n=5).embedder == "tfidf"
    embed_texts(filled, name="counting")
    assert propose_batch(filled, n=5).embedder == "counting 1"
    assert propose_batch(filled, n=5, embedder="tfidf").embedder == "tfidf"


def test_rows_of_the_space_belong_to_their_texts(filled: Project, acme: Acme) -> None:
    embed_texts(filled, name="counting")
    texts = filled.store.examples.texts()
    raw = np.array([[len(text), text.count("e"), 1.0] for text in texts])
    expected = raw / np.linalg.norm(raw, axis=1, keepdims=True)
    np.testing.assert_allclose(text_space(filled).geometry, expected, rtol=1e-6)


def test_texts_without_a_vector_stop_the_batch(filled: Project, acme: Acme, write_csv) -> None:
    embed_texts(filled, name="counting")
    import_files(filled, [write_csv("new.csv", [{"id": "new", "text": "a new text"}])])
    with pytest.raises(
        UsageError, match=r"1 of \d+ examples have no embedding 'counting': first new"
    ) as caught:
        propose_batch(filled, n=5)
    assert "--embedder tfidf" in str(caught.value)


def test_an_embedder_that_changes_its_dimension_is_refused(
    filled: Project, acme: Acme, write_csv
) -> None:
    embed_texts(filled, name="counting")
    acme.release("1", 2)
    with pytest.raises(DataError, match="3 dimensions before and 5 now"):
        embed_texts(filled, name="counting")
    import_files(filled, [write_csv("new.csv", [{"id": "new", "text": "a new text"}])])
    with pytest.raises(DataError, match="3 dimensions before and 5 now"):
        embed_texts(filled, name="counting")
    acme.release("2", 2)
    assert embed_texts(filled, name="counting").dimension == 5
    assert propose_batch(filled, n=5).embedder == "counting 2"


@pytest.mark.parametrize(
    ("first", "second"), [("org/model-a", "org_model-a"), ("x" * 60 + "1", "x" * 60 + "2")]
)
def test_versions_with_the_same_readable_part_have_files_of_their_own(
    filled: Project, acme: Acme, first: str, second: str
) -> None:
    acme.release(first, 0)
    before = embed_texts(filled, name="counting")
    acme.release(second, 2)
    after = embed_texts(filled, name="counting")
    assert (after.n_known, after.dimension) == (0, 5)
    assert after.path != before.path
    # A file that was moved to another version's place is not taken for it.
    (filled.root / before.path).replace(filled.root / after.path)
    with pytest.raises(DataError, match="they are of version"):
        propose_batch(filled, n=5)


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


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("broken", "no weights"),
        ("nan", "NaN or infinite"),
        ("ragged", "'ragged'.*rows of different lengths: 1, 2, 3"),
        ("odd", "'odd'.*no matrix of numbers"),
        ("nameless", "cannot be made"),
        ("nowhere", "no installed package offers an embedder 'nowhere'"),
        ("tfidf", "cannot be called 'tfidf', as the package"),
        ("weird name", "cannot be called 'weird name', as the package"),
        ("../up", "no installed package offers"),
        ("exits", "'exits' failed: SystemExit: 3"),
        ("few", r"have shape \(1, 3\), not"),
        ("wordy", "failed: RuntimeError: no weights: none\n"),
        ("versionless", "has no version that is one line of text, but None"),
        ("lines", r"has no version that is one line of text, but '1\\n2'"),
    ],
)
def test_embedders_that_cannot_be_used_are_refused(
    filled: Project, acme: Acme, name: str, message: str
) -> None:
    with pytest.raises((DataError, UsageError), match=message) as caught:
        embed_texts(filled, name=name)
    hint = str(caught.value.hint)
    if "offers an embedder" in str(caught.value) or "no installed" in str(caught.value):
        assert "broken, counting" in hint
        assert not {"tfidf", "weird name"} & set(hint.replace(";", ",").split(", "))
    else:
        assert hint.startswith("ask the package")
    assert not (filled.root / "embeddings").exists()


def test_a_row_that_an_embedder_fails_on_is_named_by_its_uid(
    bare_words: Project, acme: Acme
) -> None:
    with pytest.raises(DataError, match=r"40 rows with NaN or infinite values, first r0\n"):
        embed_texts(bare_words, name="nan")


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


def test_a_removed_text_is_not_embedded(bare_words: Project, acme: Acme) -> None:
    forget_texts(bare_words, ["r0"], sure=True)
    made = embed_texts(bare_words, name="counting")
    assert (made.n_new, made.n_rows, made.notes) == (39, 39, ())
    # The text that shows whether the dimension is the same is one that is there.
    embed_texts(bare_words, name="counting")
    assert acme.log.read_text().split() == ["39", "1"]
    forget_texts(bare_words, [f"r{i}" for i in range(1, 40)], sure=True)
    with pytest.raises(UsageError, match="no text yet"):
        embed_texts(bare_words, name="counting")


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


def test_words_of_the_call_that_do_not_fit_are_refused(filled: Project, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="goes with --from"):
        embed_texts(filled, uids=tmp_path / "uids.txt")
    source = write_matrix(tmp_path / "x.npy", np.ones((filled.store.examples.count(), 3)))
    with pytest.raises(UsageError, match="cannot be called") as caught:
        embed_texts(filled, source=write_matrix(tmp_path / "new dim.npy", np.load(source)))
    assert "--with NAME" in str(caught.value)
    with pytest.raises(UsageError, match="cannot be called"):
        embed_texts(filled, source=source, name="../up")
    for name in ("", ".", "..", "-x"):
        with pytest.raises(UsageError, match="cannot be called"):
            embed_texts(filled, source=source, name=name)
    with pytest.raises(UsageError) as unknown:
        propose_batch(filled, embedder="nobodys")
    assert "embed --from X.npy --with nobodys" in str(unknown.value)
    with pytest.raises(UsageError) as no_name:
        propose_batch(filled, embedder="../../etc/passwd")
    assert "embed --from X.npy --with NAME" in str(no_name.value)


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


def test_an_empty_project_has_nothing_to_embed(project: Project) -> None:
    with pytest.raises(UsageError, match="no text yet"):
        embed_texts(project)


def test_lost_and_damaged_embeddings_say_what_to_do(filled: Project, acme: Acme) -> None:
    path = filled.root / embed_texts(filled, name="counting").path
    path.write_bytes(b"PK nonsense")
    with pytest.raises(
        DataError, match=r"are damaged.*\n  Delete .*: workbench embed --with count"
    ):
        propose_batch(filled, n=5)
    path.unlink()
    with pytest.raises(DataError, match=r"are gone\n.*: workbench embed --with counting; or"):
        propose_batch(filled, n=5)
    n = filled.store.examples.count()
    source = write_matrix(filled.root / "mine.npy", np.random.default_rng(0).random((n, 3)))
    (filled.root / embed_texts(filled, source=source).path).unlink()
    again = "workbench embed --with mine --from X.npy"
    with pytest.raises(DataError, match=f"'mine' are gone\n.*: {again}; or") as caught:
        propose_batch(filled, n=5)
    assert "--embedder tfidf" in str(caught.value)
    (item,) = stale(filled, ("propose",))
    assert (item.because, item.command) == (
        "the file of the embeddings 'mine' is not in embeddings/", again,
    )  # fmt: skip
    embed_texts(filled, source=source)
    assert stale(filled, ("propose",)) == ()


def test_wordllama_is_the_default(filled: Project) -> None:
    pytest.importorskip("wordllama", reason="wordllama is not installed")
    made = embed_texts(filled)
    assert (made.embedder, made.dimension) == ("wordllama", 256)
    assert len(propose_batch(filled, n=5).rows) == 5
