"""What is loaded when: a static graph cannot see lazy imports, so real processes are asked."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import is_dataclass
from fnmatch import fnmatch
from importlib import import_module
from importlib.metadata import packages_distributions
from inspect import ismodule
from itertools import chain
from pathlib import Path
from typing import Literal, get_origin

import pytest

import workbench

HEAVY = ["torch", "snorkel", "sklearn", "scipy", "pandas", "pyarrow", "sqlite_utils", "textual"]

CASES = {
    "import workbench": [*HEAVY, "numpy", "click", "rich"],
    "import workbench.main": [*HEAVY, "numpy", "rich"],
    "import workbench as wb; wb.keywords; wb.labeling_function": [*HEAVY, "click", "rich"],
    "from workbench.cli.app import build_app, run; from workbench.main import COMMANDS;"
    " run(build_app(COMMANDS), ['--help'])": [*HEAVY, "numpy"],
    "import workbench.methods.confident, workbench.methods.sampling, workbench.methods.shift,"
    " workbench.methods.label_model, workbench.methods.duplicates": HEAVY,
    "import workbench.services.annotate, workbench.services.browse, workbench.services.status,"
    " workbench.services.lf.functions, workbench.services.train": HEAVY,
    "import workbench.store.store": HEAVY,
}


@pytest.mark.parametrize("code", CASES)
def test_heavy_packages_are_loaded_lazily(code: str) -> None:
    script = f"{code}\nimport sys, json; print('\\n' + json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    loaded = set(json.loads(done.stdout.splitlines()[-1]))
    assert loaded.isdisjoint(CASES[code])


def test_an_open_project_needs_no_heavy_package(filled) -> None:
    script = (
        "import sys, json; from pathlib import Path\n"
        "from workbench.services.project import Project\n"
        f"Project(Path({str(filled.root)!r})).close()\n"
        "print(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert set(json.loads(done.stdout)).isdisjoint(HEAVY)


FOLDER = Path(workbench.__file__).parent
FACES = {
    str(file.relative_to(FOLDER)): ast.parse(file.read_text())
    for pattern in ("tui/**/*.py", "cli/**/*.py", "report/**/*.py", "api/**/*.py", "main.py")
    for file in sorted(FOLDER.glob(pattern))
}


def test_faces_ask_services_never_the_store() -> None:
    past_the_services = [
        f"{file}:{node.lineno}"
        for file, tree in FACES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "store"
    ]
    assert past_the_services == []


def test_faces_take_only_values_from_the_store_and_the_methods() -> None:
    """Constants, types of arguments and frozen dataclasses, which services take and return."""
    taken = {
        f"{node.module}.{alias.name}": getattr(import_module(node.module), alias.name)
        for tree in FACES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith(("workbench.store", "workbench.methods"))
        for alias in node.names
    }
    assert taken
    assert [name for name, one in taken.items() if not is_value(one)] == []


def is_value(one: object) -> bool:
    if isinstance(one, type) and is_dataclass(one):
        return one.__dataclass_params__.frozen
    return get_origin(one) is Literal or not (callable(one) or ismodule(one))


REPOSITORY = FOLDER.parent
DECLARED = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
EXTRAS = DECLARED["optional-dependencies"]
MAKEFILE = (REPOSITORY / "Makefile").read_text()


def names_of(requirements: Iterable[str]) -> set[str]:
    names = (re.match(r"[\w.-]+", requirement)[0] for requirement in requirements)
    return {re.sub("[-_.]+", "-", name).lower() for name in names}


def test_what_is_imported_is_declared() -> None:
    nodes = [
        node for file in FOLDER.rglob("*.py") for node in ast.walk(ast.parse(file.read_text()))
    ]
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    imported = {name.partition(".")[0] for name in names}
    others = imported - sys.stdlib_module_names - {"workbench"}
    homes = packages_distributions()
    declared = names_of([*DECLARED["dependencies"], *chain.from_iterable(EXTRAS.values())])
    assert {"numpy", "torch"} <= others
    assert [name for name in sorted(others) if not declared & names_of(homes[name])] == []


def test_every_direct_dependency_has_its_version_in_the_constraints() -> None:
    pinned = names_of((REPOSITORY / "constraints.txt").read_text().splitlines()[1:])
    wanted = [*DECLARED["dependencies"], *chain.from_iterable(EXTRAS.values())]
    assert names_of(wanted) - pinned == set()
    # The environment that the constraints are read from has them all.
    (installed,) = re.findall(
        r"^\$\(VENV\)/bench:.*?editable '\.\[(.*?)\]'", MAKEFILE, re.MULTILINE | re.DOTALL
    )
    needed = names_of(chain.from_iterable(EXTRAS.values()))
    assert needed <= names_of(chain.from_iterable(EXTRAS[name] for name in installed.split(",")))
    assert re.search(r"^constraints: \$\(VENV\)/bench$", MAKEFILE, re.MULTILINE)


def test_every_service_is_on_the_map() -> None:
    """The tables of CONTRIBUTING.md name each module of ``services/``, by itself or its family."""
    text = (REPOSITORY / "CONTRIBUTING.md").read_text("utf-8").split("## How things are done")[0]
    patterns = re.findall(r"`([\w*]+/?)`", text)
    services = FOLDER / "services"
    modules = {path.stem for path in services.glob("[!_]*.py")}
    modules |= {f"{path.parent.name}/" for path in services.glob("*/__init__.py")}
    assert not {name for name in modules if not any(fnmatch(name, p) for p in patterns)}
