"""The parts of the user's files that explain a labeling function, in reading order."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from workbench.functions.source import SourceFile, first_line


class Excerpts:
    """Collects statements and definitions, each once.

    They are shown as they stand in their files, one file after the other, but for what was added
    last: that is what all others explain.
    """

    def __init__(self) -> None:
        self._texts: dict[tuple[str, int], str] = {}
        self._imports: dict[str, tuple[str, int]] = {}
        self._covered: dict[str, list[tuple[int, int]]] = {}

    def cover(self, file: SourceFile, nodes: Iterable[ast.stmt]) -> None:
        """Say that definitions will be added as a whole: what is in them is not added apart."""
        lines = self._covered.setdefault(file.filename, [])
        lines += [(first_line(node), node.end_lineno or node.lineno) for node in nodes]

    def add_binding(self, file: SourceFile, name: str) -> None:
        """Add the statements that bind a name of a module, and those they use in turn."""
        for statement in file.bindings(name):
            self.add(file, statement)

    def add(self, file: SourceFile, node: ast.AST, preface: Iterable[str] = ()) -> None:
        """Add a statement or definition, after what its expressions use.

        Parameters
        ----------
        file
            The file it is in.
        node
            The statement or definition.
        preface
            Lines to put before it.
        """
        if isinstance(node, ast.Import | ast.ImportFrom):
            self._imports.setdefault(file.text(node), (file.filename, first_line(node)))
            return
        key = (file.filename, first_line(node))
        covered = self._covered.get(file.filename, ())
        if key in self._texts or any(first < key[1] <= last for first, last in covered):
            return
        self._texts[key] = ""  # a statement may use the name that it binds
        for name in _names_used(node):
            self.add_binding(file, name)
        del self._texts[key]  # in again, behind what it uses
        self._texts[key] = "\n".join([*preface, file.text(node)])

    def text(self) -> str:
        """Return all, imports first, with blank lines around what is longer than a line."""
        *others, last = self._texts or [("", 0)]
        keys = [*_as_in_files(others), last] if self._texts else []
        places = {place: text for text, place in self._imports.items()}
        imports = "\n".join(places[place] for place in _as_in_files(places))
        shown = imports
        for position, text in enumerate(self._texts[key] for key in keys):
            before = self._texts[keys[position - 1]] if position else ""
            if shown:
                is_after_imports = not position
                shown += "\n\n\n" if "\n" in before + text else "\n" * (1 + is_after_imports)
            shown += text
        return shown


def _as_in_files(keys: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """Sort places by line, file by file in the order in which these come."""
    keys = list(keys)
    order = {filename: i for i, filename in reversed(list(enumerate(name for name, _ in keys)))}
    return sorted(keys, key=lambda key: (order[key[0]], key[1]))


def _names_used(node: ast.AST) -> list[str]:
    """Return the names that a statement reads; of a definition, those of its decorators."""
    definition = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    roots = getattr(node, "decorator_list", []) if definition else [node]
    return [
        child.id
        for root in roots
        for child in ast.walk(root)
        if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Load)
    ]
