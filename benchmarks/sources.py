"""Which files of this repository a benchmark runs, and which tables are of older ones."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from benchmarks.common import REPOSITORY

STARTED = re.compile(r'"-m", "(workbench|benchmarks\.\w+)"')
"""How a benchmark starts the program, or another script, in a process of its own."""

SECTION = re.compile(r"<!-- (\w+): written, do not edit -->[^<]*?, commit (\w+)")


def sources(modules: Sequence[str]) -> list[Path]:
    """Return the files of some modules of ours and of all that these import or start, in order."""
    found: set[Path] = set()
    left = [REPOSITORY / f"{module.replace('.', '/')}.py" for module in modules]
    while left:
        path = left.pop()
        if path not in found:
            found.add(path)
            left += _needs(path)
    return sorted(found)


def changed_since(page: str) -> dict[str, tuple[str, list[str]]]:
    """Return for each table of a page its commit, and what its benchmark runs that changed since.

    Files are told from their state in the work tree, by their path in the repository.
    """
    found = {}
    for name, commit in SECTION.findall(page):
        files = [str(path) for path in sources([f"benchmarks.{name}"])]
        command = ["git", "-C", str(REPOSITORY), "diff", "--name-only", commit, "--", *files]
        told = subprocess.run(command, capture_output=True, text=True, check=True)
        found[name] = commit, told.stdout.split()
    return found


@lru_cache
def _needs(path: Path) -> frozenset[Path]:
    """Return the files of ours that a file imports itself, and those of programs that it starts."""
    source = path.read_bytes()
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    if path.parent == REPOSITORY / "benchmarks":
        names |= {*STARTED.findall(source.decode())}
    files = {REPOSITORY / f"{name.replace('.', '/')}.py" for name in names}
    if "workbench" in names:  # whose commands are imported by name
        files |= {*(REPOSITORY / "workbench").rglob("*.py")}
    return frozenset(file for file in files if file.exists())
