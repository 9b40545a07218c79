"""Loading a folder of scripts, good and bad."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.errors import FunctionError
from workbench.functions.runner import LFInfo, LoadedFunctions, load_functions

Load = Callable[..., LoadedFunctions]
Infos = Callable[[], dict[str, LFInfo]]
Write = Callable[..., Path]

GOOD = """
@labeling_function()
def good(record):
    return 1
"""


def test_functions_are_found_with_file_line_kind_and_tags(write: Write, load: Load) -> None:
    write(
        "b.py",
        """
        @labeling_function(tags=["links"])
        def has_link(record):
            return 1

        keywords("words", ["free"], "spam")
        price = regex("price", "[$]", 1)
        """,
    )
    write("a.py", GOOD)
    loaded = load()
    assert loaded.errors == ()
    assert [(i.name, i.file, i.line, i.kind, i.tags) for i in loaded.infos] == [
        ("good", "a.py", 3, "python", ()),
        ("has_link", "b.py", 3, "python", ("links",)),
        ("words", "b.py", 7, "keywords", ()),
        ("price", "b.py", 8, "regex", ()),
    ]


def test_only_plain_python_files_of_the_folder_are_scripts(
    folder: Path, write: Write, load_infos: Infos
) -> None:
    write("a.py", GOOD)
    write("_helpers.py", GOOD.replace("good", "hidden"))
    write("README.md", "raise SystemExit", imports=False)
    (folder / "nested").mkdir()
    write("nested/c.py", GOOD.replace("good", "nested"))
    assert list(load_infos()) == ["good"]
    assert not list(folder.rglob("__pycache__"))


def test_factories_lists_and_calls_without_assignment_count(
    write: Write, load_infos: Infos
) -> None:
    write(
        "_factory.py",
        """
        def contains(word):
            @labeling_function(name=f"contains_{word}")
            def check(record):
                return 1 if word in record.text else ABSTAIN
            return check

        def family(prefix):
            for label in ("ham", "spam"):
                regex(f"{prefix}_{label}", label, label)
        """,
    )
    write(
        "a.py",
        """
        from _factory import contains, family
        many = [contains("free"), contains("win")]
        contains("prize")
        family("says")
        """,
    )
    infos = load_infos()
    assert list(infos) == [
        "contains_free", "contains_win", "contains_prize", "says_ham", "says_spam",
    ]  # fmt: skip
    assert {info.line for info in infos.values()} == {4, 5, 6}


def test_functions_imported_from_another_script_count_once(write: Write, load_infos: Infos) -> None:
    write("a.py", "from b import good\nfrom .b import words\nimport b\n")
    write("b.py", GOOD + "words = keywords('words', ['free'], 1)\n")
    infos = load_infos()
    assert {name: info.file for name, info in infos.items()} == {"good": "b.py", "words": "b.py"}


def test_a_script_named_like_a_library_does_not_hide_it(write: Write, load_infos: Infos) -> None:
    write("random.py", GOOD)
    write("z.py", "import random\nrandom.Random(0)\n" + GOOD.replace("good", "other"))
    assert set(load_infos()) == {"good", "other"}


BAD_SCRIPTS = [
    ("x = 1\ndef f(:\n    pass\n", 3, "SyntaxError", None),
    ("\nimport no_such_module.sub\n", 3, "No module named 'no_such_module'", "install"),
    ("def f():\n    raise KeyError('k')\n\nf()\n", 3, "KeyError: 'k'", None),
    ("import sys\nsys.exit(3)\n", 3, "exit(3)", "__main__"),
    ("raise KeyboardInterrupt\n", 2, "KeyboardInterrupt", None),
    ("keywords('k', [], 1)\n", 2, "no words", "at least one word"),
    ("regex('r', '(', 1)\n", 2, "does not compile", None),
    ("@labeling_function\ndef f(record):\n    return 1\n", 2, "parentheses", "write @"),
    ("keywords('k', ['a'], 'spm')\n", 2, "the label is 'spm'", None),
    ("regex('r', 'a', 2)\n", 2, "the label is 2: classes are 0..1 (ham, spam)", None),
    ("\0", None, "null bytes", None),
    ("x = " + "+".join("1" * 9000) + "\n", None, "recursion", None),
]
"""Text, the line to report, and parts of the message and of the hint."""


def test_bad_scripts_are_reported_at_their_line_and_the_rest_is_loaded(
    write: Write, load: Load
) -> None:
    for i, (text, *_) in enumerate(BAD_SCRIPTS):
        write(f"bad_{i:02}.py", text)
    write("good.py", GOOD)
    loaded = load()
    assert [info.name for info in loaded.infos] == ["good"]
    assert [(error.file, error.line) for error in loaded.errors] == [
        (f"bad_{i:02}.py", line) for i, (_, line, *_) in enumerate(BAD_SCRIPTS)
    ]
    for error, (*_, message, hint) in zip(loaded.errors, BAD_SCRIPTS, strict=True):
        assert message in error.message
        assert hint is None or hint in (error.hint or "")


def test_scripts_that_hang_or_end_the_process_cost_only_themselves(
    write: Write, load: Load
) -> None:
    write("a.py", GOOD)
    write("b_hangs.py", "while True: pass\n")
    write("c_exits.py", "import os\nos._exit(4)\n")
    write("d_crashes.py", "import ctypes\nctypes.string_at(0)\n")
    write("e_freezes.py", "sum(range(10**13))  # in C, holding the interpreter's lock\n")
    write("z.py", GOOD.replace("good", "last"))
    loaded = load(timeout=3.0)  # far more than the good ones take
    assert [info.name for info in loaded.infos] == ["good", "last"]
    assert [(e.file, e.line, e.message.partition(":")[0]) for e in loaded.errors] == [
        ("b_hangs.py", 2, "Timeout"),
        ("c_exits.py", None, "Exit (code 4)"),
        ("d_crashes.py", 3, "Crash (signal 11)"),
        ("e_freezes.py", 2, "Timeout"),
    ]


def test_two_functions_of_one_name_are_an_error_and_the_first_wins(
    write: Write, load: Load
) -> None:
    write("a.py", GOOD + GOOD)
    write("b.py", "regex('good', 'a', 1)\n")
    loaded = load()
    (info,) = loaded.infos
    assert (info.file, info.line) == ("a.py", 3)
    assert [(error.file, error.line) for error in loaded.errors] == [("a.py", 7), ("b.py", 2)]
    for error in loaded.errors:
        assert "a.py, line 3" in error.message
        assert f"{error.file}, line {error.line}" in error.message


def test_what_scripts_print_does_not_reach_the_terminal(
    write: Write, load_infos: Infos, capfd: pytest.CaptureFixture[str]
) -> None:
    write(
        "a.py",
        "import os, sys\nprint('x' * 10_000_000)\nprint('y', file=sys.stderr)\n"
        "os.write(1, b'z' * 10_000_000)\nos.system('echo from a child')\n" + GOOD,
    )
    assert list(load_infos()) == ["good"]
    assert capfd.readouterr() == ("", "")


def test_scripts_run_in_the_project_folder(folder: Path, write: Write, load_infos: Infos) -> None:
    (folder.parent / "words.txt").write_text("free\nwin\n", encoding="utf-8")
    write("a.py", "keywords('listed', open('words.txt').read().split(), 1)\n")
    assert "['free', 'win']" in load_infos()["listed"].source


def test_a_missing_folder_and_no_classes_are_refused(folder: Path) -> None:
    with pytest.raises(FunctionError, match="no folder"):
        load_functions(folder / "none", ["ham"])
    with pytest.raises(FunctionError, match="at least one class"):
        load_functions(folder, [])
    assert load_functions(folder, ["ham"]) == LoadedFunctions((), ())


BEFORE = """
from snorkel.labeling import LabelingFunction, labeling_function as snorkels

@snorkels()
def first(x):
    return 1

made = LabelingFunction("made", f=lambda x: 0)
keywords("word", ["free"], "spam")
lfs = [first, made]
"""
PLAIN = """
@labeling_function()
def first(record):
    return 1

keywords("word", ["free"], "spam")
"""
"""The same without Snorkel, which takes a second to import."""


@pytest.mark.parametrize(
    ("after", "hint"),
    [
        ("table = open('train.csv')\n", True),
        ("def read():\n    return open('train.csv')\n\nread()\n", True),
        ('if __name__ == "__main__":\n    open("train.csv")\n', False),
    ],
)
def test_what_fails_below_the_functions_belongs_under_main(
    write: Write, load: Load, after: str, hint: bool
) -> None:
    write("s.py", BEFORE + after)
    loaded = load()
    assert [info.name for info in loaded.infos] == ([] if hint else ["first", "made", "word"])
    told = [error.hint or "" for error in loaded.errors]
    assert ['if __name__ == "__main__":' in one for one in told] == [True] * hint


def test_what_fails_above_the_functions_is_no_work_to_put_away(write: Write, load: Load) -> None:
    write("s.py", "words = open('words.txt').read()\n" + PLAIN)
    (error,) = load().errors
    assert "words.txt" in error.message
    assert error.hint is not None
    assert "put what follows" not in error.hint


@pytest.mark.parametrize(
    ("call", "remedy"),
    [
        ("metadata('m', 'c', 'in', 'Psy', label=1)", "write ['Psy']"),
        ("metadata('m', 'c', 'is empty', 3, label=1)", "leave the value out"),
        ("metadata('m', 'c', 'contains', 1, label=1)", "looked for as text"),
        ("external('e', 'twice.csv')", "leave one of the two lines"),
        ("dictionary('d', 3, 1)", "from the project's folder"),
        ("keywords('k', ['a'], 1, column='')", "a metadata column"),
        ("keywords('k', [['a']], 1)", "each of its values"),
        ("annotator('a', '')", "a person's name"),
    ],
)
def test_a_template_that_is_refused_below_others_has_its_own_remedy(
    write: Write, load: Load, folder: Path, call: str, remedy: str
) -> None:
    (folder.parent / "twice.csv").write_text("uid,label\na,ham\na,spam\n")
    write("s.py", f"from workbench import annotator, dictionary, external, metadata{PLAIN}{call}\n")
    (error,) = load().errors
    assert error.hint is not None
    assert remedy in error.hint


def test_answers_of_a_file_that_are_no_classes_are_told_with_their_place(
    write: Write, load: Load, folder: Path
) -> None:
    answers = ("spam", "unsure", "unsure", 'n/a"', True)
    rows = [json.dumps({"uid": f"r{i}", "answer": said}) for i, said in enumerate(answers)]
    (folder.parent / "x.jsonl").write_text("\n".join(rows))
    call = "external('llm', 'x.jsonl', column='answer'{})\n"
    script = write("s.py", "from workbench import external\n" + call.format(""))
    (error,) = load().errors
    assert (error.line, error.message) == (
        3,
        "'llm' cannot vote: x.jsonl:2, uid 'r1', says 'unsure': classes are 0..1 (ham, spam);"
        " no classes either: 'n/a\"', 'True'",
    )
    assert error.hint is not None
    assert error.hint.endswith("what is left out abstains: answers={'spam': 'spam', …}")
    script.write_text(script.read_text().replace("'answer'", "'answer', answers={'unsure': 'Ham'}"))
    (error,) = load().errors
    assert "the label is 'Ham': classes are 0..1 (ham, spam); did you mean 'ham'?" in error.message
    script.write_text(script.read_text().replace("'Ham'", "'ham'"))
    assert not load().errors


def test_a_file_that_is_not_there_is_looked_for_in_the_folder_of_the_project(
    write: Write, load: Load, folder: Path
) -> None:
    write("s.py", "words = open('words.txt').read()\n" + PLAIN)
    (error,) = load().errors
    assert error.hint is not None
    assert f"relative paths begin in the folder of the project, {folder.parent}" in error.hint
    assert error.hint.endswith('if __name__ == "__main__":')
    (folder.parent / "words.txt").write_text("free")
    assert load().errors == ()
    write("s.py", f"words = open({str(folder / 'none.txt')!r}).read()\n" + PLAIN)
    (error,) = load().errors
    assert "relative" not in (error.hint or "")


@pytest.mark.parametrize("is_slow", [True, False])
def test_work_below_the_functions_is_told_where_it_shows(
    write: Write, load: Load, folder: Path, monkeypatch: pytest.MonkeyPatch, is_slow: bool
) -> None:
    monkeypatch.setattr("workbench.functions.loading._SLOW", 0.0 if is_slow else 1e9)
    write("quiet.py", "@labeling_function()\ndef quiet(record):\n    return 1\n")
    write("s.py", BEFORE + "print('done')\n")
    loaded = load()
    assert loaded.errors == ()
    assert [(note.file, note.line) for note in loaded.notes] == [("s.py", 12)] * is_slow
    write("s.py", BEFORE + "open('labelled.csv', 'w').close()\n")
    (note,) = load().notes
    assert "wrote labelled.csv" in note.message
    assert note.hint == 'put it under: if __name__ == "__main__":'
    assert (folder.parent / "labelled.csv").exists()
