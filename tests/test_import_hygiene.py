"""What is loaded when: a static graph cannot see lazy imports, so real processes are asked."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

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
    " workbench.services.functions, workbench.services.train": HEAVY,
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


@pytest.mark.parametrize("face", ["tui", "cli", "report"])
def test_faces_ask_services_never_the_store(face: str) -> None:
    folder = Path(workbench.__file__).parent / face
    trees = {file: ast.parse(file.read_text()) for file in sorted(folder.rglob("*.py"))}
    assert trees
    past_the_services = [
        f"{file.relative_to(folder.parent)}:{node.lineno}"
        for file, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "store"
    ]
    assert past_the_services == []
