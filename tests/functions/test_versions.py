"""What changes the version of a labeling function, and what does not."""

from __future__ import annotations

import ast
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.functions.runner import LFInfo, LoadedFunctions, load_functions

Infos = Callable[[], dict[str, LFInfo]]
Write = Callable[..., Path]

HELPERS = """
import re

WORDS = {"free", "win"}
UNUSED = 1
PATTERN = re.compile("[0-9]+")

class Scorer:
    limit = 2

    def __init__(self, weight):
        self.weight = weight

    def score(self, text):
        return self.weight * len(tokens(text))

def tokens(text):
    return text.split()

def clean(text):
    return text.lower()

def lower(record):
    record.text = clean(record.text)
    return record
"""

MAIN = """
import functools
import _helpers
from _helpers import Scorer, clean, lower

LIMIT = 3
text = "a global that is named like a column"
SCORER = Scorer(2)
DEEP = {"a": [1, (2, {"x", "y"})]}

@functools.cache
def cached(word):
    return len(word)

@labeling_function(tags=["t"])
def uses_constant(record):
    return 1 if len(record.text) > LIMIT else ABSTAIN

@labeling_function()
def uses_helper(record):
    return 1 if "a" in clean(record.text) else ABSTAIN

@labeling_function()
def uses_module(record):
    return 1 if _helpers.WORDS & set(record.text.split()) else ABSTAIN

@labeling_function()
def uses_pattern(record):
    return 1 if any(_helpers.PATTERN.search(word) for word in record.text.split()) else ABSTAIN

@labeling_function()
def uses_object(record):
    return 1 if SCORER.score(record.text) > 9 else ABSTAIN

@labeling_function()
def uses_cache(record):
    return cached(record.text)

@labeling_function()
def uses_deep(record):
    return DEEP["a"][0]

@labeling_function(resources={"words": ["one", "two"]})
def uses_resource(record, words):
    return 1 if record.text in words else ABSTAIN

@labeling_function(pre=[lower])
def uses_pre(record):
    return 1 if record.text == "a" else ABSTAIN

@labeling_function()
def uses_default(record, limit=LIMIT):
    return limit - 3

@labeling_function()
def imports_inside(record):
    from _helpers import tokens
    return len(tokens(record.text)) % 2

def contains(word):
    @labeling_function(f"contains_{word}")
    def check(record):
        return 1 if word in record.text else ABSTAIN

contains("one")
contains("two")
lambdas = [labeling_function("l1")(lambda r: 1), labeling_function("l2")(lambda r: 0)]
keywords("words", ["free"], "spam")
"""


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The versions of the files above, loaded once, in another folder."""
    folder = tmp_path_factory.mktemp("elsewhere") / "functions"
    folder.mkdir()
    (folder / "_helpers.py").write_text(HELPERS, encoding="utf-8")
    imports = "from workbench import ABSTAIN, keywords, labeling_function, regex\n"
    (folder / "main.py").write_text(imports + MAIN, encoding="utf-8")
    return {info.name: info.version for info in load_functions(folder, ["ham", "spam"]).infos}


@pytest.fixture
def versions(write: Write, load_infos: Infos) -> Callable[..., dict[str, str]]:
    """The versions by name, after replacing text in the files above."""

    def versions(*replacements: tuple[str, str]) -> dict[str, str]:
        helpers, main = HELPERS, MAIN
        for old, new in replacements:
            assert old in helpers + main
            helpers, main = helpers.replace(old, new), main.replace(old, new)
        write("_helpers.py", helpers, imports=False)
        write("main.py", main)
        return {name: info.version for name, info in load_infos().items()}

    return versions


def test_versions_are_distinct_and_the_same_in_every_process_and_folder(
    unchanged: dict[str, str], versions: Callable[..., dict[str, str]]
) -> None:
    first = versions()
    assert first == unchanged
    assert len(set(first.values())) == len(first) == 16
    assert all(len(version) == 32 and int(version, 16) for version in first.values())


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("return 1 if len(record.text) >", "return 0 if len(record.text) >", "uses_constant"),
        ("LIMIT = 3", "LIMIT = 4", "uses_constant uses_default"),
        ("text.lower()", "text.upper()", "uses_helper uses_pre imports_inside"),
        ('{"free", "win"}', '{"free", "won"}', "uses_module imports_inside"),
        ('"[0-9]+"', '"[0-9]{2}"', "uses_pattern imports_inside"),
        ("limit = 2", "limit = 3", "uses_object imports_inside"),
        ("Scorer(2)", "Scorer(3)", "uses_object"),
        ("text.split()\n\ndef clean", "text.split(',')\n\ndef clean", "uses_object imports_inside"),
        ("return len(word)", "return -len(word)", "uses_cache"),
        ('{"x", "y"}', '{"x", "z"}', "uses_deep"),
        ('["one", "two"]', '["one", "six"]', "uses_resource"),
        ("return record\n", "return record or None\n", "uses_pre imports_inside"),
        ('contains("one")', 'contains("six")', "contains_one contains_six"),
        ("lambda r: 0", "lambda r: 1 - 1", "l2"),
        ('keywords("words", ["free"]', 'keywords("words", ["fre"]', "words"),
        ('["free"], "spam"', '["free"], "ham"', "words"),
        # Nothing that a vote depends on:
        ("UNUSED = 1", "UNUSED = 2", "imports_inside"),
        ("named like a column", "named like another column", ""),
        ('tags=["t"]', "tags=[]", ""),
        ("LIMIT = 3", "LIMIT = 3  # comment\n\n", ""),
        ("    return len(word)", "    # comment\n    return (len(word))", ""),
        ("import functools", "import functools, os, sys", ""),
        ('["free"], "spam"', '["free"], "spam", column="text"', ""),
    ],
)
def test_a_change_reaches_the_functions_that_depend_on_it(
    unchanged: dict[str, str],
    versions: Callable[..., dict[str, str]],
    old: str,
    new: str,
    changed: str,
) -> None:
    before, after = unchanged, versions((old, new))
    differing = {
        name for name in before.keys() | after.keys() if before.get(name) != after.get(name)
    }
    assert differing == set(changed.split())


def test_a_changed_module_read_inside_a_function_counts_as_a_whole(
    write: Write, load_infos: Infos
) -> None:
    write("main.py", "@labeling_function()\ndef f(record):\n    import later\n    return later.X\n")
    write("later.py", "X = 1\n", imports=False)
    before = load_infos()["f"].version
    write("later.py", "X = 0\n", imports=False)
    assert load_infos()["f"].version != before


def test_code_beside_the_folder_is_followed(folder: Path, write: Write, load_infos: Infos) -> None:
    shared = folder.parent / "shared_rules.py"
    write(
        "main.py",
        "import sys; sys.path.append('.')\nfrom shared_rules import rule\n"
        "@labeling_function()\ndef f(record):\n    return rule(record)\n",
    )
    versions = []
    for value in (0, 1):
        shared.write_text(f"def rule(record):\n    return {value}\n", encoding="utf-8")
        versions.append(load_infos()["f"].version)
    assert versions[0] != versions[1]


ODD_VALUES = [
    "open('/dev/null')",  # does not pickle
    "(i for i in range(3))",
    "__import__('threading').Lock()",
    "__import__('numpy').arange(3)",
    "__import__('pathlib').Path('x')",
    "__import__('collections').Counter('aab')",
    "__import__('functools').partial(len, 'a')",
    "__import__('re').compile('a').search",
    "[].append",
    "type('Made', (), {'x': 1})",
    "eval('lambda: 1')",
    "RECURSIVE",
]


def test_odd_constants_have_a_version_that_stays(write: Write, load_infos: Infos) -> None:
    functions = [
        f"VALUE_{i} = {value}\n"
        f"@labeling_function()\ndef f_{i}(record):\n    return 1 if VALUE_{i} else 0\n"
        for i, value in enumerate(ODD_VALUES)
    ]
    write("main.py", "RECURSIVE = []\nRECURSIVE.append(RECURSIVE)\n" + "".join(functions))
    first = load_infos()
    assert len(first) == len(ODD_VALUES)
    assert load_infos() == first


def test_a_value_that_cannot_be_versioned_costs_only_its_function(
    write: Write, load: Callable[..., LoadedFunctions]
) -> None:
    write(
        "main.py",
        """
        DEEP = []
        for _ in range(100_000):
            DEEP = [DEEP]

        @labeling_function()
        def deep(record):
            return DEEP

        @labeling_function()
        def fine(record):
            return 1
        """,
    )
    loaded = load()
    assert [info.name for info in loaded.infos] == ["fine"]
    (error,) = loaded.errors
    assert error.line == 7
    assert "version of 'deep' cannot be computed: RecursionError" in error.message


def test_the_source_shows_what_is_used_before_the_function(
    versions: Callable[..., dict[str, str]], load_infos: Infos
) -> None:
    versions()
    infos = load_infos()
    assert infos["uses_constant"].source == (
        "from workbench import ABSTAIN, keywords, labeling_function, regex\n"
        "\n"
        "LIMIT = 3\n"
        "\n\n"
        '@labeling_function(tags=["t"])\n'
        "def uses_constant(record):\n"
        "    return 1 if len(record.text) > LIMIT else ABSTAIN"
    )
    assert infos["contains_one"].source.endswith(
        "# word = 'one'\n"
        '@labeling_function(f"contains_{word}")\n'
        "def check(record):\n"
        "    return 1 if word in record.text else ABSTAIN"
    )
    order = [
        infos["uses_object"].source.index(text)
        for text in ("def tokens", "class Scorer", "SCORER = Scorer(2)", "def uses_object")
    ]
    assert max(order[:-1]) < order[-1]
    assert order[1] < order[2], "as in the file"
    for info in infos.values():
        ast.parse(info.source)


NAMES_A_FILE = {
    "path": 'WORDS = Path("words.txt")\n{head}    return len(WORDS.read_text()) % 2\n',
    "text": 'WORDS = "words.txt"\n{head}    return len(open(WORDS).read()) % 2\n',
    "literal": '{head}    return len(open("words.txt").read()) % 2\n',
    "beside": 'AT = Path(__file__).parent\n{head}    return len(open(AT / "near.txt").read())\n',
    "parts": 'DATA = "lists"\n{head}    return len(open(f"{{DATA}}/deep.txt").read()) % 2\n',
    "class": 'class Words:\n    at = "words.txt"\n{head}    return len(open(Words.at).read())\n',
    "set": 'FILES = {{"words.txt"}}\n{head}    return sum(len(open(f).read()) for f in FILES)\n',
    "outside": "WORDS = Path({outside!r})\n{head}    return len(WORDS.read_text()) % 2\n",
}


@pytest.mark.parametrize("how", [*NAMES_A_FILE, "resource"])
def test_the_content_of_a_file_that_is_named_counts(
    folder: Path,
    write: Write,
    load_infos: Infos,
    tmp_path_factory: pytest.TempPathFactory,
    how: str,
) -> None:
    outside = tmp_path_factory.mktemp("elsewhere") / "words.txt"
    (folder.parent / "lists").mkdir()
    files = [
        folder.parent / "words.txt",
        folder / "near.txt",
        folder.parent / "lists" / "deep.txt",
        outside,
    ]
    for file in files:
        file.write_text("before")
    head = "@labeling_function()\ndef reads(record):\n"
    if how == "resource":
        head = (
            '@labeling_function(resources={"file": Path("words.txt")})\ndef reads(record, file):\n'
        )
    body = NAMES_A_FILE.get(how, "{head}    return len(file.read_text()) % 2\n")
    script = body.format(head=head, outside=str(outside))
    other = "@labeling_function()\ndef other(record):\n    return 1\n"
    write("f.py", f"from pathlib import Path\n{script}\n{other}")
    before = load_infos()
    for file in files:
        file.write_text("after all")
    after = load_infos()
    assert before["reads"].version != after["reads"].version
    assert before["other"].version == after["other"].version


def test_names_that_are_no_files_and_code_change_nothing(
    folder: Path, write: Write, load_infos: Infos
) -> None:
    text = "@labeling_function()\ndef f(record):\n    return len(__file__) + len({names}) and -1\n"
    names = ["", ".", "..", "/", "../../etc/passwd", "a\0b", "x" * 5000, "f.py", "pipe", "lists"]
    os.mkfifo(folder.parent / "pipe")
    write("f.py", text.format(names=names))
    before = load_infos()["f"]
    write("f.py", text.format(names=names) + "# a comment\n")
    (folder.parent / "unrelated.txt").write_text("x")
    assert load_infos()["f"].version == before.version
