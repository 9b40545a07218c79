"""How far the version of a labeling function reaches: every way to what its votes depend on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.functions.conftest import CLASSES
from workbench.functions.runner import LFInfo, load_functions

Infos = Callable[[], dict[str, LFInfo]]
Write = Callable[..., Path]

# The body of a function by its name; each uses K, or what the helpers hold of it, in another way.
VALUES = {
    "module_alias": "m = _helper\n    return m.rule(record)",
    "getattr": 'return getattr(_helper, "rule")(record)',
    "globals": 'return globals()["rule"](record)',
    "private_attribute": "return Private().vote()",
    "method_default": "return Default().vote()",
    "class_method": "return Alternative.make()",
    "cached_property": "return Cached().vote",
    "dataclass_factory": "return Factory().votes[0]",
    "slots_default": "return Slotted().vote",
    "set_from_outside": "return Outside._k",
    "named_tuple": "return PAIR.vote()",
    "list_subclass": "return LISTED.vote()",
    "text_subclass": "return WORD.vote()",
    "enum_member": "return MEMBER.vote()",
    "namespace": "return NAMESPACE.rule(record)",
    "deque": "return QUEUE[0](record)",
    "default_dict": "return DEFAULTS[record.uid]",
    "slots": "return HOLDER.held(record)",
    "vectorizer": "return VECTORIZER.transform([record.text]).sum()",
    "single_dispatch": "return dispatched(record.text)",
    "dispatched_method": "return Dispatching().vote(record.text)",
    "function_attribute": "return counted.k",
    "thread_local": "return LOCAL.k",
    "from_text": "return MADE(record)",
    "wrapping_object": "return wrapped(record)",
    "iterable_of_a_generator": "return next(COUNTED)",
    "code_of_a_generator": "return next(REPEATED)",
    "generator_of_a_function": "return next(YIELDED)",
}

MAIN = """
import functools
import threading
from collections import defaultdict, deque
from dataclasses import dataclass, field
from enum import Enum
from types import SimpleNamespace
from typing import NamedTuple

import _helper
from workbench import labeling_function

K = {k}
def rule(record): return K
def as_list(): return [K]

class Private:
    _votes = [K]
    def vote(self): return self._votes[0]
class Default:
    def vote(self, vote=K): return vote
class Alternative:
    @classmethod
    def make(cls): return K
class Cached:
    @functools.cached_property
    def vote(self): return K
@dataclass
class Factory:
    votes: list = field(default_factory=as_list)
@dataclass(slots=True)
class Slotted:
    vote: int = K
class Outside: pass
Outside._k = K
class Pair(NamedTuple):
    a: int
    def vote(self): return K
PAIR = Pair(0)
class Listed(list):
    def vote(self): return K
LISTED = Listed()
class Word(str):
    def vote(self): return K
WORD = Word("a")
class Kind(Enum):
    A = 1
    def vote(self): return K
MEMBER = Kind.A
NAMESPACE = SimpleNamespace(rule=rule)
QUEUE = deque([rule])
DEFAULTS = defaultdict(lambda: K)
class Holder:
    __slots__ = ("held",)
HOLDER = Holder()
HOLDER.held = rule
@functools.singledispatch
def dispatched(value): return -1
@dispatched.register
def _(value: str): return K
class Dispatching:
    @functools.singledispatchmethod
    def vote(self, value): return -1
    @vote.register
    def _(self, value: str): return K
def counted(): return 1
counted.k = K
LOCAL = threading.local()
LOCAL.k = K
MADE = eval("lambda record: " + str(K))
class Wrapping:
    def __init__(self, function):
        functools.update_wrapper(self, function)
        self.k = K
    def __call__(self, record): return self.k
@Wrapping
def wrapped(record): return 1
COUNTED = (i for i in range(K))
REPEATED = (K for _ in "ab")
def yielding(k): yield from [k]
YIELDED = yielding(K)
ENDED = (i for i in range(K))
list(ENDED)
"""

VECTORIZER = """
from sklearn.feature_extraction.text import HashingVectorizer
VECTORIZER = HashingVectorizer(tokenizer=lambda text: text.split()[:K], token_pattern=None)
"""

HELPER = "from _deeper import K\ndef rule(record): return K\n"


def written(values: dict[str, str], k: int) -> str:
    """A script with one function a value, named by it, after all the helpers."""
    helpers = MAIN + (VECTORIZER if "vectorizer" in values else "")
    functions = (
        f"@labeling_function({name!r})\ndef f_{name}(record):\n    {body}\n"
        for name, body in values.items()
    )
    return "".join([helpers.replace("{k}", str(k)), *functions])


def versions_as_k_changes(folder: Path, values: dict[str, str]) -> list[dict[str, str]]:
    """The versions of these functions where K is 1, 0, and 1 again."""
    found = []
    for k in (1, 0, 1):
        (folder / "_deeper.py").write_text(f"K = {k}\n")
        (folder / "_helper.py").write_text(HELPER)
        (folder / "main.py").write_text(written(values, k))
        loaded = load_functions(folder, CLASSES)
        assert loaded.errors == ()
        found.append({info.name: info.version for info in loaded.infos})
    return found


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, str]]:
    """Those of all functions that need no heavy package, in one script."""
    light = {how: body for how, body in VALUES.items() if how != "vectorizer"}
    return versions_as_k_changes(tmp_path_factory.mktemp("labeling_functions"), light)


@pytest.mark.parametrize("how", [how for how in VALUES if how != "vectorizer"])
def test_a_value_counts_however_it_is_reached(how: str, versions: list[dict[str, str]]) -> None:
    first, other, again = (found[how] for found in versions)
    assert first == again != other


def test_a_generator_that_has_ended_holds_nothing(folder: Path) -> None:
    first, other, again = versions_as_k_changes(folder, {"ended": "return next(ENDED, 1)"})
    assert first == other == again


@pytest.mark.slow
def test_a_value_counts_that_a_vectorizer_reaches(folder: Path) -> None:
    only = {"vectorizer": VALUES["vectorizer"]}
    first, other, again = versions_as_k_changes(folder, only)
    assert first == again != other


def test_what_is_not_reached_changes_nothing(write: Write, load_infos: Infos) -> None:
    write("_helper.py", HELPER, imports=False)
    write("_deeper.py", "K = 1\n", imports=False)
    main = written({"f": "return Word('b') == 'a'"}, 1)
    versions = []
    for k in (1, 0):
        write("main.py", main.replace("K)", f"K + 0 * {k})"))
        versions.append(load_infos()["f"].version)
    assert versions[0] == versions[1]


IMPORTS = {
    "through another": ("import _helper", "_helper.K", "labeling_functions/_deeper.py"),
    "relative module": ("from . import _deeper", "_deeper.K", "labeling_functions/_deeper.py"),
    "relative name": ("from ._deeper import K", "K", "labeling_functions/_deeper.py"),
    "in a package": ("from lib.a import K", "K", "labeling_functions/lib/a.py"),
    "of a package": ("from lib import a", "a.K", "labeling_functions/lib/a.py"),
    "package": ("import lib", "lib.K", "labeling_functions/lib/__init__.py"),
    "relative in a package": ("import lib.b", "lib.b.K", "labeling_functions/lib/a.py"),
    "beside the folder": ("import beside", "beside.K", "beside.py"),
    "file that it reads": ("import _reads", "_reads.read()", "words.txt"),
}


@pytest.mark.parametrize("how", IMPORTS)
def test_an_import_inside_a_function_is_followed_and_not_run(
    how: str, folder: Path, write: Write, load_infos: Infos
) -> None:
    statement, value, changed = IMPORTS[how]
    root = folder.parent
    (folder / "lib").mkdir()
    for name in ("labeling_functions/_deeper.py", "labeling_functions/lib/a.py", "beside.py",
                 "labeling_functions/lib/__init__.py", "words.txt"):  # fmt: skip
        (root / name).write_text("K = 1\n")
    (folder / "lib" / "b.py").write_text("from .a import K\n")
    (folder / "_helper.py").write_text("open('ran', 'w')\nfrom _deeper import K\n")
    (folder / "_reads.py").write_text("def read():\n    return open('words.txt').read()\n")
    body = f"    {statement}\n    return {value}\n"
    write(
        "main.py",
        "import sys\nsys.path.insert(0, '.')\n"
        f"@labeling_function()\ndef f(record):\n{body}"
        "@labeling_function()\ndef other(record):\n    return 1\n",
    )
    before = load_infos()
    (root / changed).write_text("K = 0\n")
    after = load_infos()
    assert before["f"].version != after["f"].version
    assert before["other"].version == after["other"].version
    assert not (root / "ran").exists()


def test_an_import_elsewhere_does_not_change_what_one_inside_a_function_counts(
    write: Write, load_infos: Infos
) -> None:
    write("_deeper.py", "K = 1\n", imports=False)
    write("main.py", "@labeling_function()\ndef f(record):\n    import _deeper\n    return 1\n")
    before = load_infos()["f"].version
    write("a_first.py", "import _deeper\n_deeper.EXTRA = 1\n")
    assert load_infos()["f"].version == before


LISTS = {
    "path": ("AT = Path(__file__).parent / 'terms'", "AT.glob('*.txt')"),
    "inside": ("", "Path('labeling_functions', 'terms').iterdir()"),
    "text": ("import os", "os.listdir('labeling_functions/terms')"),
    "pattern": ("import glob", "glob.glob('labeling_functions/terms/*.txt')"),
    "beside": ("AT = Path(__file__).parent", "AT.glob('*.txt')"),
    "outside": ("AT = Path({outside!r})", "AT.rglob('*.txt')"),
}


@pytest.mark.parametrize("how", LISTS)
def test_the_files_in_a_folder_that_is_listed_count(
    how: str,
    folder: Path,
    write: Write,
    load_infos: Infos,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (folder / "terms").mkdir()
    files = [
        folder / "terms" / "a.txt",
        folder / "near.txt",
        outside / "a.txt",
    ]
    for file in files:
        file.write_text("before")
    head, reads = (part.format(outside=str(outside)) for part in LISTS[how])
    write(
        "main.py",
        f"from pathlib import Path\n{head}\n"
        f"@labeling_function()\ndef f(record):\n    return len(list({reads}))\n"
        "@labeling_function()\ndef names_it(record):\n    return 'terms' in record.text\n",
    )
    before = load_infos()
    for file in files:
        file.write_text("after all")
    (folder.parent / "workbench.db-wal").write_text("changes always")
    after = load_infos()
    assert before["f"].version != after["f"].version
    assert before["names_it"].version == after["names_it"].version


BY_NAME = {
    "module by name": 'import_module("_deeper").K',
    "relative module by name": 'import_module("._deeper", __package__).K',
    "builtin": '__import__("_deeper").K',
    "table of modules": 'sys.modules["_deeper"].K',
    "own module by name": 'getattr(sys.modules[__name__], "OWN")',
}


@pytest.mark.parametrize("how", BY_NAME)
def test_what_a_text_in_a_function_names_among_modules_counts(
    how: str, folder: Path, write: Write, load_infos: Infos
) -> None:
    found = []
    for k in (1, 0):
        write("_deeper.py", f"K = {k}\n", imports=False)
        write(
            "main.py",
            f"import sys\nfrom importlib import import_module\nOWN = {k}\n"
            f"@labeling_function()\ndef f(record):\n    return {BY_NAME[how]}\n"
            "@labeling_function()\ndef other(record):\n    return '_deeper' in record.text\n",
        )
        found.append(load_infos())
    before, after = found
    assert before["f"].version != after["f"].version
    assert before["other"].version == after["other"].version


# Each holds a path in the project in another way.
HOLDS_A_PATH = {
    "path": "W.read_text()",
    "folder": "HERE.name",
    "root": "os.path.join(ROOT, 'labeling_functions', 'w.json')",
    "working_directory": "CWD",
    "own_file": "__file__",
    "attribute": "LEXICON.file",
    "set": "PATHS",
    "key": "BY_PATH",
    "text_subclass": "NAME",
    "namespace": "NAMESPACE",
    "path_in_namespace": "PURE",
    "without_pickle": "LOCKED",
    "other_function": "path(record)",
    "module": "_words.FILE",
}

PATHS = """
import os
import threading
from pathlib import Path, PurePath
from types import SimpleNamespace
import _words
from workbench import dictionary

HERE = Path(__file__).resolve().parent
W = HERE / "w.json"
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CWD = os.getcwd()
class Lexicon:
    def __init__(self, file): self.file = str(file)
LEXICON = Lexicon(W)
PATHS = {str(W), str(HERE), "w.json"}
BY_PATH = {str(W): 1, W: 2}
class Name(str): pass
NAME = Name(W)
NAMESPACE = SimpleNamespace(file=str(W), others=[str(HERE)])
PURE = SimpleNamespace(file=PurePath(W))
LOCKED = SimpleNamespace(lock=threading.Lock(), file=str(W))
dictionary("template", str(HERE / "terms.txt"), "spam")
"""


def test_versions_stay_where_a_project_is_moved_and_count_what_the_paths_lead_to(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "old" / "labeling_functions"
    folder.mkdir(parents=True)
    (folder / "w.json").write_text("[]")
    (folder / "terms.txt").write_text("free\n")
    (folder / "_words.py").write_text("FILE = __file__\n")
    functions = (
        f"@labeling_function()\ndef {name}(record):\n    return {body}\n"
        for name, body in (HOLDS_A_PATH | {"beside": "BESIDE"}).items()
    )
    head = f"from workbench import labeling_function{PATHS}BESIDE = HERE.parents[1] / 'outside'\n"
    (folder / "main.py").write_text(head + "".join(functions))

    def versions(root: str) -> dict[str, str]:
        loaded = load_functions(tmp_path / root / "labeling_functions", CLASSES)
        assert loaded.errors == ()
        return {info.name: info.version for info in loaded.infos}

    first = versions("old")
    assert len(set(first.values())) == len(first) == len(HOLDS_A_PATH) + 2
    (tmp_path / "old").rename(tmp_path / "renamed")
    assert versions("renamed") == first
    (tmp_path / "deep").mkdir()
    (tmp_path / "renamed").rename(tmp_path / "deep" / "er")
    assert {name for name, one in versions("deep/er").items() if one != first[name]} == {"beside"}
    (tmp_path / "deep" / "er" / "labeling_functions" / "w.json").write_text("[1]")
    changed = {name for name, one in versions("deep/er").items() if one != first[name]}
    assert {"path", "root", "attribute", "beside"} <= changed
    assert "own_file" not in changed
