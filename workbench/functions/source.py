"""The text and syntax tree behind code that runs."""

from __future__ import annotations

import ast
import dis
import linecache
from collections.abc import Iterator
from functools import cached_property, lru_cache
from itertools import pairwise, takewhile
from textwrap import dedent
from types import CodeType

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda

_NO_WORK = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Import,
    ast.ImportFrom,
    ast.If,
)


class SourceFile:
    """A Python file that was loaded: its text, and where it binds its names.

    Parameters
    ----------
    filename
        As code objects name it. The text comes from `linecache`, so it is the text that was
        compiled even if the file has changed since.
    """

    def __init__(self, filename: str) -> None:
        self.filename = filename
        self.lines = linecache.getlines(filename)
        try:
            self._tree = ast.parse("".join(self.lines))
        except (SyntaxError, ValueError):
            self._tree = ast.Module(body=[], type_ignores=[])
        self._definitions: dict[tuple[str, int], list[FunctionNode]] = {}
        for node in ast.walk(self._tree):
            if isinstance(node, FunctionNode):
                key = (getattr(node, "name", "<lambda>"), first_line(node))
                self._definitions.setdefault(key, []).append(node)
        self._bindings: dict[str, list[ast.stmt]] = {}
        for statement in _module_level(self._tree.body):
            for name in _bound_names(statement):
                self._bindings.setdefault(name, []).append(statement)

    def bindings(self, name: str) -> list[ast.stmt]:
        """Return the module-level statements that bind a name, in order."""
        return self._bindings.get(name, [])

    def calling_statements(self) -> Iterator[tuple[int, int, list[str]]]:
        """Yield first line, last line and bound names of module-level statements that call.

        Definitions and imports are none, and what is in an ``if`` is not looked at.
        """
        for statement in self._tree.body:
            if isinstance(statement, _NO_WORK):
                continue
            if any(isinstance(node, ast.Call) for node in ast.walk(statement)):
                end = statement.end_lineno or statement.lineno
                yield statement.lineno, end, list(_bound_names(statement))

    def repeated_functions(self) -> Iterator[tuple[str, int, int]]:
        """Yield name, line and earlier line of decorated functions that replace one another."""
        for name, statements in self._bindings.items():
            decorated = [
                s for s in statements if isinstance(s, ast.FunctionDef) and s.decorator_list
            ]
            for earlier, later in pairwise(decorated):
                yield name, later.lineno, earlier.lineno

    def bound_in_loops(self) -> Iterator[tuple[str, int]]:
        """Yield name and line of what loops of the module define or call, and use no further.

        The name is bound anew in each pass, so that the last value alone stays.
        """
        loops = [s for s in _module_level(self._tree.body) if isinstance(s, ast.For | ast.While)]
        for loop in loops:
            read = {
                node.id
                for node in ast.walk(loop)
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
            }
            for statement in _module_level(loop.body):
                is_made = isinstance(statement, ast.FunctionDef) and bool(statement.decorator_list)
                if is_made or isinstance(getattr(statement, "value", None), ast.Call):
                    for name in _bound_names(statement):
                        if name not in read:
                            yield name, first_line(statement)

    def find(self, code: CodeType) -> FunctionNode | None:
        """Return the definition that a code object was compiled from."""
        candidates = self._definitions.get((code.co_name, code.co_firstlineno), [])
        if len(candidates) > 1:  # several lambdas on one line: tell them apart by column
            start = min((line, col) for line, _, col, _ in code.co_positions() if line and col)
            candidates = [node for node in candidates if _body_start(node) == start]
        return candidates[0] if candidates else None

    def text(self, node: ast.AST) -> str:
        """Return the lines of a definition or statement, with its decorators, dedented."""
        last = getattr(node, "end_lineno", None) or first_line(node)
        return dedent("".join(self.lines[first_line(node) - 1 : last])).rstrip("\n")

    def dump(self) -> str:
        """Return the syntax of the whole file, without positions and comments."""
        return ast.dump(self._tree)

    @cached_property
    def code(self) -> CodeType:
        """What the whole file compiles to; nothing, where it does not."""
        try:
            return compile(self._tree, self.filename, "exec", dont_inherit=True)
        except (SyntaxError, ValueError):
            return compile("", self.filename, "exec")


@lru_cache(maxsize=256)
def source_file(filename: str) -> SourceFile:
    """Return the source of a file, parsed once a process."""
    return SourceFile(filename)


def global_reads(code: CodeType) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the globals that code reads, each with the attributes taken of it at once.

    ``helpers.words.LONG`` gives ``("helpers", ("words", "LONG"))``. The names in ``co_names``
    would not do: they mix in attributes, so that ``x.text`` seems to read a global ``text``.
    """
    instructions = list(dis.get_instructions(code))
    for position, instruction in enumerate(instructions):
        if instruction.opname in {"LOAD_GLOBAL", "LOAD_NAME"}:
            following = instructions[position + 1 :]
            attributes = takewhile(lambda i: i.opname in {"LOAD_ATTR", "LOAD_METHOD"}, following)
            yield instruction.argval, tuple(i.argval for i in attributes)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from global_reads(constant)


def first_line(node: ast.AST) -> int:
    """Return the line where a node starts, its decorators included."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    line: int = getattr(node, "lineno", 1)
    return min([line, *(decorator.lineno for decorator in decorators)])


def _body_start(node: FunctionNode) -> tuple[int, int]:
    """Return line and column of the first expression of a lambda."""
    body = node.body if isinstance(node, ast.Lambda) else node.body[0]
    return min((n.lineno, n.col_offset) for n in ast.walk(body) if isinstance(n, ast.expr))


def _module_level(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a module, and those in its if, try, with and loop blocks."""
    for statement in body:
        yield statement
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        for block in ("body", "orelse", "finalbody"):
            yield from _module_level(getattr(statement, block, []))
        for handler in getattr(statement, "handlers", []):
            yield from _module_level(handler.body)


def _bound_names(statement: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement binds."""
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield statement.name
        case ast.Import() | ast.ImportFrom():
            for alias in statement.names:
                yield alias.asname or alias.name.partition(".")[0]
        case ast.Assign():
            for target in statement.targets:
                yield from _target_names(target)
        case ast.AnnAssign() | ast.AugAssign():
            yield from _target_names(statement.target)


def _target_names(target: ast.expr) -> Iterator[str]:
    """Yield the names in the target of an assignment."""
    for node in ast.walk(target):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
