"""What asks each character of a text gives what Python gives, whatever it is asked of."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.functions.idioms import compile_script
from workbench.functions.results import LFInfo
from workbench.types import ABSTAIN

KINDS = [name for name in dir(str) if name.startswith("is")]
IDIOMS = {
    "sum": "sum(c.{kind}() for c in value)",
    "any": "any(c.{kind}() for c in value)",
    "all": "all(c.{kind}() for c in value)",
    "sum_if": "sum(1 for c in value if c.{kind}())",
    "len_if": "len([c for c in value if c.{kind}()])",
}
OTHERS = (
    "sum(1.0 for c in value if c.isupper())",
    "sum(d.isupper() for c in value)",
    "len([d for c in value if c.isupper()])",
    "len([c for c in value if d.isupper()])",
    "sum((c.isupper() for c in value), 3)",
    "sum(c.isupper() for c in value if c != 'A')",
    "sum(c.isupper() for c in value for d in 'xy')",
    "sum(c.count('A') for c in value)",
    "any([c.isupper() for c in value])",
    "all(1 for c in value if c.isupper())",
    "max(c.isupper() for c in value)",
)


class Shouting(str):
    """A text whose characters are not what they seem."""

    __slots__ = ()

    def __iter__(self) -> Any:
        return iter("ABc1")


class Odd:
    """Answers with what is no truth value of Python's own."""

    def isupper(self) -> int:
        return 3

    isdigit = isupper


def outcome(call: Callable[[], object]) -> tuple[object, ...]:
    """Return what a call gives with its type, or what it raises."""
    try:
        value = call()
    except Exception as error:  # noqa: BLE001  whatever it is, both have to raise it
        return type(error), str(error)
    return type(value), value


def both(source: str, **names: object) -> list[tuple[object, ...]]:
    """Evaluate an expression as Python does, and as a script is compiled."""
    script = f"d = 'D'\ndef f(value):\n    return {source}\n"
    plain: dict[str, Any] = dict(names)
    fast: dict[str, Any] = dict(names)
    exec(compile(script, "plain.py", "exec"), plain)
    exec(compile_script(script.encode(), "fast.py"), fast)
    value = names["value"]
    return [outcome(partial(f, value)) for f in (plain["f"], fast["f"])]


TEXTS = st.text() | st.text("AZaz09 _é²Ⅷ١ß日\ud800") | st.text(st.characters(max_codepoint=127))
VALUES = (
    TEXTS
    | st.builds(Shouting)
    | st.sampled_from([None, 7, b"AB", [Odd(), Odd()], {"A": 1, "b": 2}])
    | st.lists(TEXTS)
)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("idiom", IDIOMS)
@settings(max_examples=30)
@given(value=VALUES)
def test_an_idiom_gives_what_python_gives(idiom: str, kind: str, value: object) -> None:
    plain, fast = both(IDIOMS[idiom].format(kind=kind), value=value)
    assert fast == plain


@pytest.mark.parametrize("source", OTHERS)
@settings(max_examples=30)
@given(value=VALUES)
def test_what_looks_like_an_idiom_gives_what_python_gives(source: str, value: object) -> None:
    plain, fast = both(source, value=value)
    assert fast == plain


@pytest.mark.parametrize("idiom", IDIOMS)
def test_an_idiom_is_replaced(idiom: str) -> None:
    source = f"f = lambda value: {IDIOMS[idiom].format(kind='isupper')}"
    names: dict[str, Any] = {}
    exec(compile_script(source.encode(), "script.py"), names)
    assert f"__workbench_{idiom}_isupper__" in names["f"].__code__.co_names


@pytest.mark.parametrize("idiom", IDIOMS)
def test_a_function_of_the_scripts_own_takes_the_place_of_pythons(idiom: str) -> None:
    name = idiom.removesuffix("_if")
    plain, fast = both(
        IDIOMS[idiom].format(kind="isupper"), value="AbC", **{name: lambda each: [*each]}
    )
    assert fast == plain
    assert isinstance(fast[1], list)


def test_what_is_asked_is_read_once() -> None:
    read: list[str] = []
    both("sum(c.isupper() for c in (value.append('A') or value))", value=read)
    assert read == ["A", "A"]  # once by each of the two ways


def test_an_error_is_placed_where_the_call_stands() -> None:
    script = "\n\ndef f(value):\n    return 1 + sum(c.isupper() for c in value)\n"
    names: dict[str, Any] = {}
    exec(compile_script(script.encode(), "script.py"), names)
    with pytest.raises(TypeError) as caught:
        names["f"](None)
    own = [f for f in traceback.extract_tb(caught.value.__traceback__) if f.filename == "script.py"]
    assert [frame.lineno for frame in own] == [4]


def test_a_script_too_deep_for_a_tree_is_compiled_all_the_same() -> None:
    names: dict[str, Any] = {}
    deep = "+".join(["1"] * 2500)
    exec(compile_script(f"value = {deep}\n".encode(), "script.py"), names)
    assert names["value"] == 2500


def test_votes_and_versions_of_a_script_do_not_tell(
    write: Callable[..., Path],
    run_votes: Callable[..., dict[str, list[int]]],
    load_infos: Callable[[], dict[str, LFInfo]],
) -> None:
    script = (
        "CAPS, caps = 3, lambda x: sum(c.isupper() for c in x.text) >= CAPS\n"
        "@labeling_function()\ndef shouts(x):\n    return 1 if caps(x) else -1\n"
        "@labeling_function()\ndef has_digits(x):\n"
        "    return 0 if any(c.isdigit() for c in x.text) else -1\n"
    )
    write("main.py", script)
    texts = ["ABc", "ÄÖÜ", "no 5", "٣", ""]
    rows = [{"uid": str(i), "text": text, "role": "train"} for i, text in enumerate(texts)]
    votes = run_votes(rows)
    assert votes["shouts"] == [ABSTAIN, 1, ABSTAIN, ABSTAIN, ABSTAIN]
    assert votes["has_digits"] == [ABSTAIN, ABSTAIN, 0, 0, ABSTAIN]
    before = load_infos()
    write("main.py", script.replace("CAPS, caps = 3", "CAPS, caps = 2"))
    after = load_infos()
    assert before["shouts"].version != after["shouts"].version
    assert before["has_digits"].version == after["has_digits"].version
    assert run_votes(rows)["shouts"] == [1, 1, ABSTAIN, ABSTAIN, ABSTAIN]
