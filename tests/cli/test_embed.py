"""``embed`` as a command."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.services.project import Project

MODULE = """
print("Loading the package...")

class Talks:
    version = "1"

    def embed(self, texts):
        print("Loading the model...")
        return [[len(text), 1.0] for text in texts]
"""


def test_what_an_embedder_prints_is_no_part_of_the_answer(
    filled: Project, cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = tmp_path / "talking_vectors-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: talking-vectors\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[workbench.embedders]\ntalks = talking_vectors:Talks\n")
    (tmp_path / "talking_vectors.py").write_text(MODULE)
    monkeypatch.syspath_prepend(str(tmp_path))
    called = cli("-C", filled.root, "embed", "--with", "talks", "--json")
    assert called.json["embedder"] == "talks"
    assert "Loading the package...\nLoading the model..." in called.err
