"""Files outside of the scripts' folder that functions name: watched, and told when they change."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.services.lf.apply import apply_functions
from workbench.services.lf.watch import WatchStep, watch_functions
from workbench.services.project import Project
from workbench.services.staleness import stale

PYTHON = """
from pathlib import Path
from workbench import ABSTAIN, labeling_function

WORDS = {path}

@labeling_function()
def named(record):
    words = Path(WORDS).read_text().split()
    return "spam" if any(word in record.text for word in words) else ABSTAIN
"""

SCRIPTS = {
    "dictionary": 'from workbench import dictionary\ndictionary("named", {path}, "spam")\n',
    "python": PYTHON,
    "path": PYTHON.replace("{path}", "Path({path})"),
}


def watch(project: Project, *saves: Callable[[], object]) -> list[WatchStep]:
    """Watch while files are saved one after the other, each before a look."""
    left = iter(saves)

    def wait() -> bool:
        save = next(left, None)
        if save is not None:
            save()
        return save is not None

    return list(watch_functions(project, wait))


@pytest.fixture(params=SCRIPTS)
def words(request: pytest.FixtureRequest, filled: Project) -> Path:
    """A file of words in the project, which a function of each kind names."""
    path = filled.root / "data" / "words.txt"
    path.parent.mkdir()
    path.write_text("free\n")
    script = SCRIPTS[request.param].format(path=repr("data/words.txt"))
    (filled.functions_folder / "named.py").write_text(script)
    return path


def test_a_change_of_a_file_elsewhere_is_applied_while_watching(
    filled: Project, words: Path
) -> None:
    steps = watch(
        filled, lambda: None, lambda: words.write_text("free\nlunch\n"), lambda: None, words.unlink
    )
    assert [step.files for step in steps] == [
        ("named.py",),
        ("data/words.txt",),
        ("data/words.txt",),
    ]
    (change,) = steps[1].changes
    assert (change.name, change.state) == ("named", "changed")
    assert change.n_gained > 0


def test_a_change_of_a_file_elsewhere_makes_the_votes_stale(filled: Project, words: Path) -> None:
    def reasons() -> list[str]:
        return [item.because for item in stale(filled, ("apply",))]

    apply_functions(filled)
    assert reasons() == []
    words.write_text("free\nlunch\n")
    assert reasons() == ["data/words.txt is changed"]
    apply_functions(filled)
    assert reasons() == []
    words.unlink()
    assert reasons() == ["data/words.txt is gone"]
    apply_functions(filled)  # what it held is not known any more, but that it was named
    assert reasons() == []
    words.write_text("free\n")
    assert reasons() == ["data/words.txt is new"]


def test_a_file_outside_of_the_project_counts_too(filled: Project, tmp_path: Path) -> None:
    words = tmp_path / "shared.txt"
    words.write_text("free\n")
    script = SCRIPTS["dictionary"].format(path=repr(str(words)))
    (filled.functions_folder / "named.py").write_text(script)
    apply_functions(filled)
    words.write_text("lunch\n")
    assert [item.because for item in stale(filled, ("apply",))] == [f"{words} is changed"]


def test_a_file_that_a_function_writes_does_not_keep_watching_busy(filled: Project) -> None:
    (filled.functions_folder / "writes.py").write_text(
        "from workbench import labeling_function\n\n"
        "@labeling_function()\ndef writes(record):\n"
        '    with open("log.txt", "a") as log:\n        log.write(record.uid)\n    return "spam"\n'
    )
    (filled.root / "log.txt").write_text("")
    looks = [lambda: None] * 6
    assert [step.files for step in watch(filled, *looks)] == [("writes.py",), ("log.txt",)]


def test_a_save_during_an_apply_is_applied_next(filled: Project) -> None:
    words, script = filled.root / "words.txt", filled.functions_folder / "named.py"
    words.write_text("free\n")
    script.write_text(SCRIPTS["dictionary"].format(path=repr("words.txt")))
    apply_functions(filled)
    with script.open("a") as file:  # as somebody who saves after the words were read
        file.write('if "free" in open("words.txt").read():\n')
        file.write('    open("words.txt", "w").write("lunch\\n")\n')
    steps = watch(filled, lambda: None, lambda: None)
    assert steps[1].files == ("words.txt",)
    assert [(change.name, change.n_flipped) for change in steps[1].changes] == [("named", 0)]
    assert len(steps) == 2


LOOKS = {
    "folder": ("DATA = Path('data')", "DATA.iterdir()"),
    "pattern": ("import glob", "glob.glob('data/*.txt')"),
    "outside": ("DATA = Path({outside!r})", "DATA.rglob('*.txt')"),
}


@pytest.mark.parametrize("how", LOOKS)
def test_a_new_file_where_a_function_looks_for_files_is_seen(
    filled: Project, tmp_path: Path, how: str
) -> None:
    outside = tmp_path / "shared"
    folder = outside if how == "outside" else filled.root / "data"
    folder.mkdir()
    (folder / "one.txt").write_text("free\n")
    head, looks = (part.format(outside=str(outside)) for part in LOOKS[how])
    (filled.functions_folder / "lists.py").write_text(
        "from pathlib import Path\nfrom workbench import ABSTAIN, labeling_function\n"
        f"{head}\n\n@labeling_function()\ndef lists(record):\n"
        f"    words = [Path(path).read_text().strip() for path in {looks}]\n"
        '    return "spam" if any(word in record.text for word in words) else ABSTAIN\n'
    )
    place = {"folder": "data", "pattern": "data/*.txt", "outside": str(outside)}[how]

    def reasons() -> list[str]:
        return [item.because for item in stale(filled, ("apply",))]

    apply_functions(filled)
    assert reasons() == []
    (folder / "two.txt").write_text("lunch\n")
    assert f"{place} is changed" in reasons()
    (applied,) = apply_functions(filled).functions
    assert applied.n_rows > 0
    assert reasons() == []
    (folder / "helper.py").write_text("code is followed where it is used\n")
    assert reasons() == []
    for path in folder.glob("*.txt"):
        path.unlink()
    assert f"{place} is gone" in reasons()
    apply_functions(filled)
    assert reasons() == []
    (folder / "three.txt").write_text("free\n")
    assert reasons() == [f"{place} is new"]


def test_a_saved_helper_applies_the_function_that_it_changes(filled: Project) -> None:
    helper = filled.functions_folder / "lfs" / "offers.py"
    helper.parent.mkdir()
    helper.write_text(
        "from workbench import keywords\n"
        "free = keywords('free', ['free'], 'spam')\nlunch = keywords('lunch', ['lunch'], 'ham')\n"
    )
    script = "from lfs.offers import free, lunch\n"
    (filled.functions_folder / "main.py").write_text(script)
    text = helper.read_text().replace("['free']", "['free', 'win']")
    first, second = watch(filled, lambda: helper.write_text(text))
    assert [change.name for change in first.changes] == ["free", "lunch"]
    assert (second.files, [change.name for change in second.changes]) == (
        ("lfs/offers.py",), ["free"],
    )  # fmt: skip


def test_a_place_is_forgotten_with_the_function_that_looked_there(filled: Project) -> None:
    script = filled.functions_folder / "lists.py"
    script.write_text(
        "import glob\nfrom workbench import labeling_function\n\n"
        "@labeling_function()\ndef lists(record):\n    return len(glob.glob('words/*.txt')) - 1\n"
    )
    apply_functions(filled)
    script.write_text("from workbench import length\nlength('short', 'ham', maximum=20)\n")
    apply_functions(filled)
    (filled.root / "words").mkdir()
    (filled.root / "words" / "one.txt").write_text("free\n")
    assert stale(filled, ("apply",)) == ()


def test_a_project_that_is_moved_is_not_stale(filled: Project, tmp_path: Path) -> None:
    (filled.root / "words").mkdir()
    (filled.root / "words" / "one.txt").write_text("free\n")
    (filled.functions_folder / "lists.py").write_text(
        "import glob\nfrom workbench import labeling_function\n\n"
        "@labeling_function()\ndef lists(record):\n    return len(glob.glob('words/*.txt')) - 1\n"
    )
    apply_functions(filled)
    moved = shutil.copytree(filled.root, tmp_path / "elsewhere [2]")
    with Project(moved) as project:
        assert stale(project, ("apply",)) == ()
        (moved / "words" / "two.txt").write_text("lunch\n")
        reasons = [item.because for item in stale(project, ("apply",))]
    assert reasons == ["words/*.txt is changed"]


def test_a_save_that_keeps_size_and_time_is_seen_and_copies_of_editors_are_none(
    filled: Project,
) -> None:
    helper, folder = filled.functions_folder / "_words.py", filled.functions_folder
    helper.write_text('WORD = "free"\n')
    (folder / "named.py").write_text(
        "import _words\nfrom workbench import labeling_function\n\n"
        "@labeling_function()\ndef named(record):\n"
        '    return "spam" if _words.WORD in record.text else -1\n'
    )

    def save() -> None:
        before = helper.stat()
        helper.write_text('WORD = "call"\n')
        os.utime(helper, ns=(before.st_atime_ns, before.st_mtime_ns))

    def keep_aside() -> None:
        for name in ("#named.py#", "named.py~", ".#named.py"):
            (folder / name).write_text("as it was")

    steps = watch(filled, keep_aside, save, lambda: None)
    assert [step.files for step in steps] == [("_words.py", "named.py"), ("_words.py",)]
    assert [change.name for change in steps[1].changes] == ["named"]
