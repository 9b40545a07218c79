"""Starter files."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.errors import FunctionError
from workbench.functions.new import new_script
from workbench.functions.runner import FunctionRunner, RecordBlock

KINDS = ["python", "batch", "snorkel", "keywords", "regex", "dictionary"]


def test_every_starter_loads_and_votes_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "labeling_functions"
    class_names = ["not spam", "spam", "2nd", 'it\'s "odd"']
    for kind in KINDS:
        new_script(folder, f"my_{kind}", template=kind, class_names=class_names)
    with FunctionRunner(folder, class_names, row_timeout=60.0, load_timeout=120.0) as runner:
        assert runner.functions.errors == ()
        assert {info.name: info.kind for info in runner.functions.infos} == {
            f"my_{kind}": "python" if kind == "batch" else kind for kind in KINDS
        }
        texts = ["please Change Me", "no"]
        block = RecordBlock(0, {"uid": ["0", "1"], "text": texts, "role": ["train"] * 2})
        (result,) = runner.apply([f"my_{kind}" for kind in KINDS], [block])
    assert {name: votes.tolist() for name, votes in result.votes.items()} == {
        f"my_{kind}": [0, -1] for kind in KINDS
    }


@pytest.mark.parametrize("name", ["", "two words", "2nd", "_hidden", "class", "a/b", "x.py"])
def test_names_that_are_no_identifiers_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(FunctionError, match="cannot name"):
        new_script(tmp_path, name, class_names=["a"])
    assert list(tmp_path.iterdir()) == []


def test_a_name_is_as_long_as_a_file_name_can_be(tmp_path: Path) -> None:
    assert new_script(tmp_path, "語" * 60, class_names=["a"], template="external").is_file()
    with pytest.raises(FunctionError, match=r"has 61 letters\n.*60 at most"):
        new_script(tmp_path, "x" * 61, class_names=["a"])


def test_an_existing_file_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("x = 1\n")
    with pytest.raises(FunctionError, match="exists already"):
        new_script(tmp_path, "mine", class_names=["a"])
    assert (tmp_path / "mine.py").read_text() == "x = 1\n"


def test_an_unknown_template_is_refused_with_the_choice(tmp_path: Path) -> None:
    with pytest.raises(FunctionError, match=r"no template 'magic'\n.*python, batch, snorkel"):
        new_script(tmp_path, "f", template="magic", class_names=["a"])


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FunctionError, match="cannot be written"):
        new_script(tmp_path / "file", "f", class_names=["a"])
