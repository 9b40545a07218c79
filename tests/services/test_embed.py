"""Embeddings: cached by text and version, never two spaces in one batch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.services.conftest import write_matrix
from workbench.errors import DataError, UsageError
from workbench.services.embed.embed import embed_texts
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
    np.save(source := filled.root / "mine.npy", np.random.default_rng(0).random((n, 3)))
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
