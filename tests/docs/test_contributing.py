"""The examples of CONTRIBUTING.md, carried out on a copy of the code."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from workbench.main import COMMANDS

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r'^```(python|diff) title="([^"]+)"\n(.*?)^```$', re.MULTILINE | re.DOTALL)
LONGEST = 30
TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")

SCRIPT = """
from pathlib import Path
import workbench as wb

wb.init("p", classes=["ham", "spam"])
Path("rows.csv").write_text("id,text\\na,GIVE IT BACK\\nb,thank you\\nc,NOW\\nd,well\\n")
Path("p/labeling_functions/loud.py").write_text(
    "from workbench import shouting\\nshouting('loud', 'spam')\\n"
)
with wb.open("p") as project:
    project.import_("rows.csv")
    project.apply()
    project.aggregate(model="weighted")
    done = project.export("out.tsv")
    assert done.by_label == {"ham": 0, "spam": 2}, done
assert Path("out.tsv").read_text().splitlines()[1].split("\\t")[:3] == ["a", "GIVE IT BACK", "spam"]
"""


def carry_out(language: str, path: Path, body: str) -> None:
    """Write a new file, or change one as a diff says."""
    if language == "python":
        assert not path.exists()
        path.write_text(body, encoding="utf-8")
        return
    for part in re.split(r"^@@\n", body, flags=re.MULTILINE):
        lines = part.splitlines(keepends=True)
        before = "".join(line[1:] for line in lines if line[0] in " -")
        after = "".join(line[1:] for line in lines if line[0] in " +")
        text = path.read_text(encoding="utf-8")
        assert text.count(before) == 1, before
        path.write_text(text.replace(before, after), encoding="utf-8")


def test_the_settings_that_are_to_be_copied_name_files_that_are_there() -> None:
    blocks = re.findall(r"^```toml\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    assert blocks
    for block in blocks:
        for name, values in tomllib.loads(block)["tool"]["mutmut"].items():
            assert all(list(ROOT.glob(value)) for value in values), name


def test_the_map_of_the_stages_names_modules_that_are_there() -> None:
    head, _, *rows = re.search(r"^\| stage .*?\n\n", TEXT, re.MULTILINE | re.DOTALL)[0].splitlines()
    folders = re.findall("`(.*?)/`", head)
    assert folders == ["cli", "services", "methods", "tui/views"]
    for row in filter(None, rows):
        stages, *cells = (re.findall("`(.*?)`", cell) for cell in row.split("|")[1:-1])
        assert set(stages) <= set(COMMANDS)
        for folder, names in zip(folders, cells, strict=True):
            for name in names:
                assert (ROOT / "workbench" / folder / f"{name}.py").is_file(), f"{folder}/{name}"


def test_the_map_names_every_module_at_the_top() -> None:
    table = re.search(r"^\| layer .*?\n\n", TEXT, re.MULTILINE | re.DOTALL)[0]
    cells = [row.split("|")[1] for row in table.splitlines() if row]
    layers = {name for cell in cells for name in re.findall("`(.*?)`", cell)}
    top = {path.name for path in (ROOT / "workbench").glob("*.py") if path.name[0] != "_"}
    folders = {f"{path.parent.name}/" for path in (ROOT / "workbench").glob("*/__init__.py")}
    assert top | folders == {name.removeprefix("workbench/") for name in layers}


def test_the_families_of_services_have_members() -> None:
    table = re.search(r"^\| family of .*?\n\n", TEXT, re.MULTILINE | re.DOTALL)[0]
    _, _, *rows = table.splitlines()
    for row in filter(None, rows):
        for pattern in re.findall("`(.*?)`", row.split("|")[1]):
            services = ROOT / "workbench" / "services"
            assert list(services.glob(f"{pattern}.py")) or (services / pattern).is_dir(), pattern


TOUCHED = sorted({path for _, path, _ in BLOCK.findall(TEXT) if path.endswith(".py")})
"""The code that the examples add or change."""


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the code with everything that the examples add."""
    copy = tmp_path_factory.mktemp("extended")
    for name in ("workbench", "tests", "docs"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, copy / name, ignore=ignored)
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, copy)
    for language, path, body in BLOCK.findall(TEXT):
        assert len(body.splitlines()) <= LONGEST
        carry_out(language, copy / path, body)
    return copy


def run(extended: Path, *arguments: str, folder: Path | None = None) -> None:
    """Run Python with the copy in place of the code."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder or extended,
        env=os.environ | {"PYTHONPATH": str(extended)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "tool",
    [
        ("ruff", "check", "--no-cache"),
        ("ruff", "format", "--check", "--no-cache"),
        pytest.param(("mypy",), marks=pytest.mark.slow),
    ],
    ids=["ruff", "format", "mypy"],
)
def test_who_follows_the_examples_has_a_green_lint(extended: Path, tool: tuple[str, ...]) -> None:
    checked = [path for path in TOUCHED if tool != ("mypy",) or path.startswith("workbench")]
    run(extended, "-m", *tool, *checked)


def test_template_model_and_format_work_in_a_project(extended: Path, tmp_path: Path) -> None:
    run(extended, "-c", SCRIPT, folder=tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize(
    "tests",
    [
        ["tests/methods/test_label_model.py", "-k", "weighted"],
        ["tests/services/test_aggregate.py", "-k", "every_label_model"],
        ["tests/methods/test_sampling.py", "-k", "central"],
        ["tests/cli/test_active.py", "-k", "help_names_every_strategy"],
        ["tests/cli/test_choices.py"],
        ["tests/tui/test_no_modal.py", "tests/tui/test_actions.py", "-k", "counts"],
        ["tests/test_api.py", "-k", "public_names"],
        ["tests/docs/test_pages.py", "-k", "when_each_breaks"],
    ],
    ids=["label model", "its choice", "strategy", "its help", "options", "view", "names", "pages"],
)
def test_what_every_such_thing_has_to_pass(extended: Path, tests: list[str]) -> None:
    run(extended, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *tests)


@pytest.mark.slow
def test_the_pages_that_are_written_from_the_code_follow(extended: Path) -> None:
    for script in sorted(set(re.findall(r"`python (docs/\w+\.py)`", TEXT))):
        run(extended, script)
    assert "weighted]`" in (extended / "docs" / "reference" / "command-line.md").read_text("utf-8")
    tests = ["tests/docs/test_reference.py", "tests/tui/test_keys.py", "-k", "up_to_date"]
    run(extended, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *tests)
