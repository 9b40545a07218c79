"""Plain Python that asks each character of a text, run at the speed of C (in the worker only).

``sum(c.isupper() for c in record.text)`` is how heuristics on text are written, and most of their
time goes into resuming a generator for each character. Where a script is compiled, such a call
becomes one of a function that is handed the same ``sum`` and the same text. It takes the text as a
whole where ``sum`` is Python's own and the text a plain string, so that nothing else can tell the
difference, and does what stood there for all others.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import filterfalse
from operator import methodcaller
from types import CodeType
from typing import Any

_KINDS = frozenset(name for name in dir(str) if name.startswith("is"))
"""What a character may be asked."""

_ASCII = tuple(map(chr, range(128)))
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")

_Reduce = Callable[[Any], Any]


def compile_script(source: bytes, filename: str) -> CodeType:
    """Compile a script, so that what asks each character is fast.

    Lines and columns stay those of the file.

    Parameters
    ----------
    source
        What the file holds.
    filename
        As tracebacks name it.

    Returns
    -------
    CodeType
        What the module runs.

    Raises
    ------
    SyntaxError, ValueError
        As `compile` does.
    """
    try:
        tree = ast.parse(source, filename)
        _replace_idioms(tree)
        return compile(tree, filename, "exec", dont_inherit=True)
    except RecursionError:  # the compiler takes deeper nesting as text than as a tree
        return compile(source, filename, "exec", dont_inherit=True)


def _replace_idioms(tree: ast.Module) -> None:
    """Let calls that ask each character go to the functions that do so at once."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (idiom := _idiom(node)) is not None:
            name, kind, text = idiom
            function = ast.Name(_name_of_function(name, kind), ast.Load())
            node.args = [node.func, text]
            node.func = ast.copy_location(function, node.func)


def _idiom(call: ast.Call) -> tuple[str, str, ast.expr] | None:
    """Return the name of the idiom that a call is, the question, and the text; None for others."""
    match call:
        case ast.Call(
            func=ast.Name(id=name),
            args=[
                ast.GeneratorExp(elt=given, generators=[loop])
                | ast.ListComp(elt=given, generators=[loop])
            ],
            keywords=[],
        ) if isinstance(loop.target, ast.Name) and not loop.is_async:
            one = loop.target.id
        case _:
            return None
    is_list = isinstance(call.args[0], ast.ListComp)
    match name, is_list, given, loop.ifs:
        case "sum" | "any" | "all", False, question, []:
            pass
        case "sum", False, ast.Constant(value=int(1)), [question]:
            name = "sum_if"
        case "len", True, ast.Name(id=kept), [question] if kept == one:
            name = "len_if"
        case _:
            return None
    match question:
        case ast.Call(ast.Attribute(ast.Name(id=asked), kind), [], []) if (
            asked == one and kind in _KINDS
        ):
            return name, kind, loop.iter
    return None


def _name_of_function(name: str, kind: str) -> str:
    """Return the name by which scripts reach the function for an idiom; make it if need be.

    It is kept where Python keeps ``sum``: a global of the script would change the versions of
    functions.
    """
    reached_by = f"__workbench_{name}_{kind}__"
    setattr(builtins, reached_by, _functions(kind)[name])
    return reached_by


@lru_cache
def _functions(kind: str) -> Mapping[str, Callable[[_Reduce, Any], Any]]:
    """Return the functions for the idioms that ask whether characters are of a kind."""
    is_of_kind = getattr(str, kind)
    ask = methodcaller(kind)
    of_kind = "".join(filter(is_of_kind, _ASCII))
    others = "".join(filterfalse(is_of_kind, _ASCII))
    dropped = of_kind.encode()
    find = re.compile(f"[{re.escape(of_kind)}]").search
    find_other = re.compile(f"[{re.escape(others)}]" if others else "(?!)").search

    def beyond_ascii(text: str) -> Iterator[bool]:
        return map(is_of_kind, _BEYOND_ASCII.findall(text))

    def count(text: str) -> int:
        encoded = text.encode("ascii", "ignore")
        n = len(encoded) - len(encoded.translate(None, dropped))
        return n if text.isascii() else n + sum(beyond_ascii(text))

    def has_one(text: str) -> bool:
        return find(text) is not None or (not text.isascii() and any(beyond_ascii(text)))

    def is_all(text: str) -> bool:
        return find_other(text) is None and (text.isascii() or all(beyond_ascii(text)))

    def answers(text: Iterable[Any]) -> Iterator[Any]:
        return (ask(one) for one in text)

    def ones(text: Iterable[Any]) -> Iterator[int]:
        return (1 for one in text if ask(one))

    def kept(text: Iterable[Any]) -> list[Any]:
        return [one for one in text if ask(one)]

    return {
        "sum": _at_once(sum, count, answers),
        "sum_if": _at_once(sum, count, ones),
        "len_if": _at_once(len, count, kept),
        "any": _at_once(any, has_one, answers),
        "all": _at_once(all, is_all, answers),
    }


def _at_once(
    own: _Reduce, of_text: Callable[[str], Any], one_by_one: Callable[[Iterable[Any]], Any]
) -> Callable[[_Reduce, Any], Any]:
    """Return the function for an idiom of one of Python's own functions."""

    def call(reduce: _Reduce, text: Any) -> Any:
        if reduce is own and type(text) is str:
            return of_text(text)
        return reduce(one_by_one(text))

    return call
