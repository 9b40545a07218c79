"""Labeling functions of helper files: scripts that hold them have them; the others are told of."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.functions.conftest import CLASSES
from workbench.functions.held import members
from workbench.functions.runner import FunctionRunner, LFInfo, LoadedFunctions, RecordBlock

Infos = Callable[[], dict[str, LFInfo]]
Load = Callable[..., LoadedFunctions]
Write = Callable[..., Path]

MODULE = """
from snorkel.labeling import LabelingFunction, labeling_function as snorkels
from workbench import keywords, labeling_function

WORD = "free"

@snorkels()
def {0}_snorkel(x):
    return 1 if WORD in x.text else -1

@labeling_function()
def {0}_own(x):
    return 1 if "win" in x.text else -1

{0}_template = keywords("{0}_template", ["cash"], "spam")

def make(word):
    return LabelingFunction("has_" + word, f=lambda x: 1 if word in x.text else -1)
"""


@pytest.fixture
def helpers(folder: Path, write: Write) -> None:
    """A package and a helper file below the folder, each with functions of three kinds."""
    (folder / "lfs").mkdir()
    write("lfs/__init__.py", "from .inner import inner_snorkel, inner_own\n", imports=False)
    write("lfs/inner.py", MODULE.format("inner"), imports=False)
    write("_near.py", MODULE.format("near"), imports=False)


def places(infos: dict[str, LFInfo]) -> dict[str, tuple[str, int]]:
    return {name: (info.file, info.line) for name, info in infos.items()}


IMPORTS = "from lfs.inner import inner_snorkel, inner_own, inner_template\n"
NEAR = "from _near import near_snorkel, near_own, near_template, make\n"
PLACES = {
    f"{prefix}_{kind}": (file, line)
    for prefix, file in (("inner", "lfs/inner.py"), ("near", "_near.py"))
    for kind, line in (("snorkel", 7), ("own", 11), ("template", 15))
}


@pytest.mark.usefixtures("helpers")
@pytest.mark.parametrize(
    "script",
    [
        IMPORTS + NEAR,
        IMPORTS + NEAR + "lfs = [inner_snorkel, inner_own, inner_template, near_snorkel]\n",
        "import lfs.inner as i, _near\nlfs = {'a': [i.inner_snorkel, i.inner_own],"
        " 'b': (i.inner_template, _near.near_snorkel, _near.near_own, _near.near_template)}\n",
        "from .lfs.inner import *\nfrom ._near import *\n",
    ],
)
def test_a_script_has_the_functions_that_it_imports(
    write: Write, folder: Path, script: str
) -> None:
    write("main.py", script, imports=False)
    block = RecordBlock(0, {"uid": ["a", "b", "c"], "text": ["free", "win", "cash"]})
    with FunctionRunner(folder, CLASSES, row_timeout=60.0, load_timeout=120.0) as runner:
        found = {info.name: info for info in runner.functions.infos}
        assert runner.functions.errors == ()
        assert places(found) == PLACES
        (result,) = runner.apply(list(found), [block])
    assert result.votes["inner_snorkel"].tolist() == [1, -1, -1]
    assert result.votes["near_own"].tolist() == [-1, 1, -1]
    assert result.votes["near_template"].tolist() == [-1, -1, 1]


@pytest.mark.usefixtures("helpers")
def test_each_function_counts_once_whoever_imports_it(write: Write, load_infos: Infos) -> None:
    write("a.py", "import b\n" + IMPORTS + NEAR, imports=False)
    write("b.py", IMPORTS + NEAR.replace("_near", "labeling_functions._near", 1), imports=False)
    write("c.py", "from b import inner_own\nfrom lfs import inner_snorkel\n", imports=False)
    assert places(load_infos()) == PLACES


@pytest.mark.usefixtures("helpers")
def test_a_change_of_a_helper_changes_the_function_that_uses_it(
    folder: Path, write: Write, load_infos: Infos
) -> None:
    write("main.py", IMPORTS + NEAR, imports=False)
    before = load_infos()
    near = folder / "_near.py"
    near.write_text(near.read_text().replace('"free"', '"gift"'))
    after = load_infos()
    changed = {name for name in before if before[name].version != after[name].version}
    assert changed == {"near_snorkel"}


def test_a_function_that_moves_to_a_helper_keeps_its_version(
    folder: Path, write: Write, load_infos: Infos
) -> None:
    write("main.py", MODULE.format("near"), imports=False)
    before = load_infos()
    (folder / "main.py").rename(folder / "_near.py")
    write("main.py", NEAR, imports=False)
    after = load_infos()
    assert {n: i.version for n, i in before.items()} == {n: i.version for n, i in after.items()}


@pytest.mark.usefixtures("helpers")
def test_functions_of_a_factory_are_the_scripts_that_calls_it(
    write: Write, load_infos: Infos
) -> None:
    write(
        "main.py",
        """
        from _near import make, near_own, near_snorkel, near_template
        table = {word: make(word) for word in ("claim", "call")}
        nested = {"spam": [make("prize")]}
        one = make("win")
        """,
        imports=False,
    )
    found = {n: p for n, p in places(load_infos()).items() if n.startswith("has_")}
    assert found == {
        "has_claim": ("main.py", 3), "has_call": ("main.py", 3),
        "has_prize": ("main.py", 4), "has_win": ("main.py", 5),
    }  # fmt: skip


@pytest.mark.usefixtures("helpers")
def test_functions_of_helpers_that_no_script_holds_are_told(write: Write, load: Load) -> None:
    write("main.py", "import lfs.inner\nfrom _near import near_own, near_template\n")
    loaded = load()
    assert (loaded.errors, [i.name for i in loaded.infos]) == ((), ["near_own", "near_template"])
    near, inner = loaded.notes
    assert (near.file, inner.file) == ("_near.py", "lfs/inner.py")
    assert near.message == "no script holds 'near_snorkel' of this helper: it does not vote"
    assert "'inner_snorkel', 'inner_own', 'inner_template' of" in inner.message
    assert "lfs = [...]" in (near.hint or "")


@pytest.mark.usefixtures("helpers")
def test_a_script_that_fails_says_nothing_of_what_it_would_hold(write: Write, load: Load) -> None:
    write("main.py", IMPORTS + "1 / 0\n", imports=False)
    loaded = load()
    assert (loaded.infos, loaded.notes, len(loaded.errors)) == ((), (), 1)


def test_names_that_two_helpers_share_are_told(write: Write, load: Load) -> None:
    for file in ("_a.py", "_b.py"):
        write(file, "@labeling_function()\ndef same(x):\n    return 1\n")
    write("main.py", "from _a import same\nfrom _b import same as other\n", imports=False)
    loaded = load()
    assert [(info.name, info.file) for info in loaded.infos] == [("same", "_a.py")]
    (error,) = loaded.errors
    assert "already defined in _a.py, line 2; the one in _b.py, line 2" in error.message


def test_names_that_one_helper_gives_twice_are_told_once(write: Write, load: Load) -> None:
    write("_a.py", "two = [keywords('same', [w], 'spam') for w in ('free', 'win')]\n")
    write("main.py", "from _a import two\n", imports=False)
    write("more.py", "from _a import two\n", imports=False)
    loaded = load()
    assert [info.name for info in loaded.infos] == ["same"]
    assert len(loaded.errors) == 1


LOOP = """
from snorkel.labeling import LabelingFunction, labeling_function
kept = []
for word in ["free", "win"]:
    @labeling_function(name="has_" + word)
    def _f(x):
        return 1
    {keep}
"""


def test_a_function_that_a_loop_replaces_is_told(write: Write, load: Load) -> None:
    write("a.py", LOOP.format(keep="pass"), imports=False)
    loaded = load()
    assert [info.name for info in loaded.infos] == ["has_win"]
    (error,) = loaded.errors
    assert (error.file, error.line) == ("a.py", 5)
    assert "Python keeps the last, 'has_win'" in error.message
    assert "lfs.append(_f)" in (error.hint or "")


def test_functions_of_a_loop_that_are_kept_are_taken(write: Write, load_infos: Infos) -> None:
    write("a.py", LOOP.format(keep="kept.append(_f)"), imports=False)
    write("b.py", LOOP.replace("has_", "own_").replace("snorkel.labeling", "workbench")
          .replace("LabelingFunction, ", "").format(keep="pass"), imports=False)  # fmt: skip
    assert set(load_infos()) == {"has_free", "has_win", "own_free", "own_win"}


@pytest.mark.usefixtures("helpers")
@pytest.mark.parametrize(
    ("reads", "is_known"),
    [("near.near_own(x)", True), ("__import__('copy').copy(getattr(near, 'near_own'))(x)", False)],
)
def test_a_function_that_another_calls_is_told_only_where_that_is_not_known(
    write: Write, load: Load, reads: str, is_known: bool
) -> None:
    write("main.py", f"import _near as near\n@labeling_function()\ndef f(x):\n    return {reads}\n")
    (note,) = load().notes
    assert "'near_snorkel'" in note.message
    assert ("'near_own'" in note.message) is not is_known
    assert ("or ignore this, if another function calls it" in (note.hint or "")) is not is_known


@pytest.mark.parametrize(
    ("helper", "script", "line", "message"),
    [
        ("x = 1\n1 / 0\n", "import _it\n", 2, "division by zero (main.py, line 2, imports it)"),
        ("x = 1\ndef f(:\n", "import _it\n", 2, "at column 7 (main.py, line 2, imports it)"),
        ("def f():\n    1 / 0\n", "import _it\n_it.f()\n", 2, "(main.py, line 3, calls it)"),
        (
            "from workbench import keywords\nkeywords('k', [], 1)\n", "from . import _it\n",
            2, "look for (main.py, line 2, imports it)",
        ),
        ("import sys\nsys.exit(3)\n", "import _it\n", 2, "loaded (main.py, line 2, imports it)"),
    ],
)  # fmt: skip
def test_an_error_is_placed_in_the_helper_that_failed(
    write: Write, load: Load, helper: str, script: str, line: int, message: str
) -> None:
    write("_it.py", helper, imports=False)
    write("main.py", script)
    (error,) = load().errors
    assert (error.file, error.line, error.script) == ("_it.py", line, "main.py")
    assert message in error.message


REGISTRY = """
from snorkel.labeling import LabelingFunction

LFS = {"spam": [], "ham": []}

def make(name):
    LFS["spam"].append(LabelingFunction(name, lambda x: 1))
"""


def test_who_makes_functions_in_the_registry_of_a_helper_is_no_matter(
    write: Write, load_infos: Infos
) -> None:
    """The second script is looked at as the first was, though the registry only grows inside."""
    write("_reg.py", REGISTRY, imports=False)
    write("a.py", "from _reg import LFS, make\nmake('a1')\n", imports=False)
    write("b.py", "from _reg import LFS, make\nmake('b1')\n", imports=False)
    infos = load_infos()
    assert {(info.name, info.file) for info in infos.values()} == {
        ("a1", "_reg.py"), ("b1", "_reg.py"),
    }  # fmt: skip


def test_all_that_a_value_holds_is_looked_at_up_to_a_limit() -> None:
    few = [[1, 2], {"a": 3}, (4,), {5}, [[6]], 7]
    assert list(members(few)) == [1, 2, 3, 4, 5, 6, 7]
    assert len(list(members([list(range(9_000)) for _ in range(200)]))) <= 10_000
    assert list(members([1, list(range(20_000)), 2])) == [1, 2]
