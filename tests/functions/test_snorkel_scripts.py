"""Scripts written for Snorkel run as they are, with the same votes."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from workbench.functions.runner import (
    BlockResult,
    FunctionRunner,
    LFInfo,
    LoadedFunctions,
    RecordBlock,
)

CLASSES = ("ham", "spam")
Infos = Callable[[], dict[str, LFInfo]]
Run = Callable[..., list[BlockResult]]
LoadAndRun = Callable[..., tuple[LoadedFunctions, list[BlockResult]]]
Write = Callable[..., Path]

SCRIPT = """
import re
from snorkel.labeling import LabelingFunction, labeling_function
from snorkel.preprocess import preprocessor
from snorkel.preprocess.core import Preprocessor

ABSTAIN, HAM, SPAM = -1, 0, 1
calls = []

def fold(text):
    return text.lower()

@preprocessor(memoize=True)
def lower(x):
    calls.append(x.uid)
    x.text = fold(x.text)
    return x

class Counter(Preprocessor):
    def run(self, text):
        return {"n_words": len(text.split())}

@labeling_function()
def plain(x):
    return SPAM if re.search("free", x.text) else ABSTAIN

@labeling_function(resources={"words": ["free", "win"]}, pre=[lower])
def with_resources(x, words):
    return SPAM if any(word in x.text for word in words) else ABSTAIN

@labeling_function(pre=[lower])
def shares_memo(x):
    return HAM if len(calls) <= 4 and x.text.islower() else ABSTAIN

@labeling_function(pre=[Counter("counter", {"text": "text"}, {"n_words": "size"})])
def with_class(x):
    return HAM if x.size > 2 else ABSTAIN

def make_keyword_lf(keywords, label):
    def keyword_lookup(x, keywords, label):
        return label if any(word in x.text.lower() for word in keywords) else ABSTAIN
    return LabelingFunction(
        name=f"keyword_{keywords[0]}", f=keyword_lookup,
        resources={"keywords": keywords, "label": label},
    )

made = [make_keyword_lf(["hello"], HAM), make_keyword_lf(["prize", "cash"], SPAM)]
short = LabelingFunction("short", lambda x: HAM if len(x.text) < 6 else ABSTAIN)
"""
TEXTS = ["FREE money", "hello there you", "cash win", "hi"]


def test_snorkel_functions_of_every_kind_are_found(write: Write, load_infos: Infos) -> None:
    path = write("snorkel_style.py", SCRIPT, imports=False)
    lines = path.read_text().splitlines()
    infos = load_infos()
    assert set(infos) == {
        "plain", "with_resources", "shares_memo", "with_class", "keyword_hello",
        "keyword_prize", "short",
    }  # fmt: skip
    assert {info.kind for info in infos.values()} == {"snorkel"}
    assert lines[infos["short"].line - 1].startswith("short =")
    assert lines[infos["plain"].line] == "def plain(x):"


def test_votes_are_those_of_snorkels_own_applier(write: Write, run: Run) -> None:
    from snorkel.labeling import LFApplier

    path = write("snorkel_style.py", SCRIPT, imports=False)
    (result,) = run(TEXTS)
    assert sum(result.n_errors.values()) == 0
    namespace: dict[str, object] = {"__name__": "snorkel_style"}
    exec(compile(path.read_text(), str(path), "exec"), namespace)
    values = [*namespace.values(), *namespace["made"]]
    functions = {f.name: f for f in values if type(f).__name__ == "LabelingFunction"}
    points = [SimpleNamespace(uid=str(i), text=text, role="train") for i, text in enumerate(TEXTS)]
    expected = LFApplier([functions[name] for name in result.votes]).apply(
        points, progress_bar=False
    )
    for column, votes in enumerate(result.votes.values()):
        assert votes.tolist() == expected[:, column].tolist()


def test_memoised_preprocessors_run_once_a_row_and_forget_after_the_block(
    write: Write, run: Run
) -> None:
    write(
        "a.py",
        SCRIPT
        + """
@labeling_function()
def remembers(x):
    return HAM if lower._cache else ABSTAIN
""",
        imports=False,
    )
    names = ["remembers", "with_resources", "shares_memo"]
    first, second = run(TEXTS, names=names, block_size=2)
    assert first.votes["shares_memo"].tolist() == [0, 0]
    assert second.votes["shares_memo"].tolist() == [0, 0]
    assert first.votes["remembers"].tolist() == second.votes["remembers"].tolist() == [-1, -1]


def test_versions_follow_resources_and_preprocessors(write: Write, load_infos: Infos) -> None:
    changed = SCRIPT
    for old, new in [
        ("text.lower()\n\n@pre", "text.upper()\n\n@pre"),  # used by with_resources, shares_memo
        ("len(text.split())", "len(text)"),  # with_class
        ('"prize", "cash"', '"prize"'),  # keyword_prize
        ("len(x.text) < 6", "len(x.text) < 5"),  # short
    ]:
        assert old in changed
        changed = changed.replace(old, new)
    write("a.py", SCRIPT, imports=False)
    before = load_infos()
    write("a.py", changed, imports=False)
    after = load_infos()
    assert {name for name in before if before[name].version == after[name].version} == {
        "plain",
        "keyword_hello",
    }


def test_a_function_replaced_by_one_of_the_same_python_name_is_reported(
    write: Write, load: Callable[..., LoadedFunctions]
) -> None:
    write(
        "a.py",
        "from snorkel.labeling import labeling_function\n"
        "@labeling_function()\ndef f(x): return 0\n"
        "@labeling_function()\ndef f(x): return 1\n",
        imports=False,
    )
    loaded = load()
    assert [(info.name, info.line) for info in loaded.infos] == [("f", 4)]
    (error,) = loaded.errors
    assert (error.line, "line 3 and in line 5" in error.message) == (5, True)


def test_scripts_without_snorkel_do_not_import_it(write: Write, run: Run) -> None:
    write(
        "a.py",
        "import sys\n@labeling_function()\ndef light(record):\n"
        "    heavy = ('snorkel', 'torch', 'pandas', 'sklearn', 'scipy')\n"
        "    return int(any(name in sys.modules for name in heavy))\n",
    )
    (result,) = run(["a"])
    assert result.votes["light"].tolist() == [0]


SLICES = """
from snorkel.labeling import labeling_function
from snorkel.slicing import SlicingFunction, slicing_function

@slicing_function()
def short(x):
    return len(x.text) < 6

sfs = [short, SlicingFunction("money", lambda x: "money" in x.text)]

@labeling_function()
def free(x):
    return 1 if not short(x) and "FREE" in x.get("text", "") and not x.get("stars", 0) else -1
"""


def test_slicing_functions_vote_on_nothing(write: Write, load_and_run: LoadAndRun) -> None:
    """Snorkel's class of them is below that of labeling functions; no label model takes them."""
    write("slices.py", SLICES, imports=False)
    loaded, (result,) = load_and_run(TEXTS)
    assert [info.name for info in loaded.infos] == ["free"]
    assert not loaded.errors
    assert {name: votes.tolist() for name, votes in result.votes.items()} == {
        "free": [1, -1, -1, -1]
    }
    assert sum(result.n_errors.values()) == 0


NLP_SLICES = """
from snorkel.slicing.sf.nlp import nlp_slicing_function

@nlp_slicing_function()
def long(x):
    return len(x.doc) > 2
"""


def test_slicing_functions_of_spacy_documents_vote_on_nothing(
    write: Write, load: Callable[..., LoadedFunctions]
) -> None:
    """Their class is not below Snorkel's class of slicing functions."""
    write("slices.py", WITHOUT_SPACY + NLP_SLICES, imports=False)
    loaded = load()
    assert (loaded.infos, loaded.errors) == ((), ())


NLP_SCRIPT = """
from snorkel.labeling.lf.nlp import nlp_labeling_function

@nlp_labeling_function()
def many_words(x):
    return 0 if len(x.doc) > 2 else -1

@nlp_labeling_function()
def capitals(x):
    return 1 if str(x.doc[0]).isupper() else -1
"""
WITHOUT_SPACY = """
import sys, types
spacy = types.ModuleType("spacy")
spacy.load = lambda language, disable: str.split
sys.modules["spacy"] = spacy
"""


def test_functions_of_spacy_documents_are_as_any_other(
    write: Write, run: Run, load_infos: Infos
) -> None:
    """Snorkel's own decorator, on a stand-in for spaCy that splits at blanks."""
    write("nlp.py", WITHOUT_SPACY + NLP_SCRIPT, imports=False)
    assert {name: info.kind for name, info in load_infos().items()} == {
        "many_words": "snorkel",
        "capitals": "snorkel",
    }
    (result,) = run(TEXTS)
    assert sum(result.n_errors.values()) == 0
    assert result.votes["many_words"].tolist() == [-1, 0, -1, -1]
    assert result.votes["capitals"].tolist() == [1, -1, -1, -1]


def test_a_script_for_spacy_says_what_is_missing(
    write: Write, load: Callable[..., LoadedFunctions]
) -> None:
    if importlib.util.find_spec("spacy"):
        pytest.skip("spaCy is installed: nothing is missing that could be told")
    write("nlp.py", NLP_SCRIPT, imports=False)
    (error,) = load().errors
    assert "No module named 'spacy'" in error.message
    assert "spacy" in (error.hint or "")


def test_scripts_read_the_text_by_what_the_file_calls_it(folder: Path, write: Write) -> None:
    write(
        "s.py",
        """
from snorkel.labeling import labeling_function as snorkels
from snorkel.preprocess import preprocessor

@preprocessor(memoize=True)
def lower(x):
    x.CONTENT = x.CONTENT.lower()
    return x

@snorkels(pre=[lower])
def memoized(x):
    return 1 if "free" in x.CONTENT else -1

@snorkels()
def plain(x):
    return 1 if "FREE" in x["CONTENT"] else -1

@labeling_function(batch=True)
def whole(columns):
    return [1 if "FREE" in text else -1 for text in columns.CONTENT]

keywords("word", ["free"], "spam", column="CONTENT")

@labeling_function()
def other(x):
    return 1 if x.CONTENTS else -1
""",
    )
    columns = {"uid": ["0", "1"], "text": ["FREE money", "hello"], "role": ["train"] * 2}
    block = RecordBlock(0, columns, aliases={"CONTENT": "text"})
    names = ["memoized", "plain", "whole", "word"]
    with FunctionRunner(folder, CLASSES, row_timeout=60.0) as runner:
        (result,) = runner.apply(names, [block])
        (alone,) = runner.apply(["word"], [block])  # it is sent the one column that it names
        (failed,) = runner.apply(["other"], [block])
    assert [result.votes[name].tolist() for name in names] == [[1, -1]] * 4
    assert alone.votes["word"].tolist() == [1, -1]
    assert failed.errors["other"][0].message == (
        "no column 'CONTENTS'; the columns are: uid, text, role"
    )


def test_the_source_reads_as_in_the_file(write: Write, load_infos: Infos) -> None:
    text = """
import re
from snorkel.labeling import LFApplier, labeling_function
from snorkel.preprocess import preprocessor

ABSTAIN, HAM, SPAM = -1, 0, 1


@preprocessor(memoize=True)
def lowered(x):
    x.low = x.text.lower()
    return x


@labeling_function(pre=[lowered])
def check_out(x):
    return SPAM if re.search("check.*out", x.low) else ABSTAIN
"""
    write("s.py", text + "\n\n@labeling_function()\ndef other(x):\n    return HAM\n", imports=False)
    assert load_infos()["check_out"].source == text.strip()


OWN_CLASSES = """
from types import SimpleNamespace
from snorkel.labeling import LabelingFunction
import workbench.functions

def votes(x): return 0 if "free" in x.text else -1

class Word(LabelingFunction):
    def __init__(self, name, word):
        super().__init__(name, votes)
        self.word = word

class Asked(Word):
    def __call__(self, x): return {yes} if self.word in x.text else -1

class AskedAfterwards(Word):
    def __call__(self, x): return {yes} if super().__call__(x) == 0 else 0

class Prepared(LabelingFunction):
    def __init__(self, name): super().__init__(name, votes)
    def _preprocess_data_point(self, x): return SimpleNamespace(text=x.text + {added!r})

class Ours(workbench.functions.LabelingFunction):
    def __init__(self, name): super().__init__(name, votes)
    def __call__(self, x): return {yes} if "free" in x.text else -1

made = [
    Asked("own call", {word!r}), AskedAfterwards("after Snorkel's", "free"),
    Prepared("own step before"), Ours("ours"),
]
"""


def test_a_class_of_ones_own_counts_and_votes_as_it_says(
    write: Write, load_and_run: LoadAndRun
) -> None:
    def written(**parts: object) -> tuple[dict[str, str], dict[str, list[int]]]:
        whole = {"yes": 1, "added": "free", "word": "free", **parts}
        write("own.py", OWN_CLASSES.format(**whole), imports=False)
        loaded, (result,) = load_and_run(["free", "hello"])
        versions = {info.name: info.version for info in loaded.infos}
        return versions, {name: votes.tolist() for name, votes in result.votes.items()}

    def news(versions: dict[str, str]) -> set[str]:
        return {name for name in first if versions[name] != first[name]}

    first, votes = written()
    assert votes == {
        "own call": [1, -1], "after Snorkel's": [1, 0], "own step before": [0, 0], "ours": [1, -1],
    }  # fmt: skip
    called, votes = written(yes=0, added="")
    assert news(called) == {*first}
    assert votes == {
        "own call": [0, -1], "after Snorkel's": [0, 0], "own step before": [0, -1], "ours": [0, -1],
    }  # fmt: skip
    assert written()[0] == first
    with_word, votes = written(word="hello")
    assert (news(with_word), votes["own call"]) == ({"own call"}, [-1, 1])
