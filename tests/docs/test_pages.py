"""What the pages tell people to type works, and prints what they show."""

from __future__ import annotations

import importlib.util
import re
import shlex
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import click
import pytest

import workbench as wb
from workbench.cli.app import build_app
from workbench.errors import ProjectError
from workbench.main import COMMANDS
from workbench.methods.label_model import LABEL_MODELS
from workbench.methods.sampling import STRATEGIES
from workbench.services.importing.importing import import_files
from workbench.services.lf.apply import apply_functions
from workbench.services.project import Project

ROOT = Path(__file__).parents[2]
PAGES = {
    str(page.relative_to(ROOT)): page.read_text(encoding="utf-8")
    for page in (ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md")))
}
FENCE = re.compile(r"^( *)```+ *([^\s`]*)(.*)$", re.MULTILINE)
RUN = {"console", "python", "toml"}
"""What a session runs. ``sql`` is run below, on a project with rows."""

WRITTEN = {"python", "csv"}
"""What a page may have a reader write to a file, which what follows uses."""

LONG_SESSIONS = ("docs/tutorial.md", "docs/how-to/")
QUICK = ("docs/how-to/from-a-spreadsheet.md",)


def languages(page: str) -> set[str]:
    """Return the languages of the blocks of a page that are not files."""
    opening = FENCE.findall(PAGES[page])[::2]
    return {language for _, language, title in opening if not title}


def is_long(page: str) -> bool:
    """Tell whether a page is a session of many seconds."""
    return page.startswith(LONG_SESSIONS) and page not in QUICK


SESSIONS = [page for page in PAGES if languages(page) & RUN]


@pytest.fixture(scope="module")
def pages() -> ModuleType:
    spec = importlib.util.spec_from_file_location("pages", ROOT / "docs" / "pages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["pages"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "page",
    [pytest.param(page, marks=[pytest.mark.slow] * is_long(page)) for page in SESSIONS],
)
def test_a_page_prints_what_it_shows(page: str, pages: ModuleType, tmp_path: Path) -> None:
    commands = pages.Session(tmp_path).run(PAGES[page])
    assert bool(commands) == ("console" in languages(page))
    for command in commands:
        shown, printed = "\n".join(command.shown), "\n".join(command.printed)
        assert command.agrees(), (
            f"$ {command.typed}\nexit {command.code}\n--- the page:\n{shown}\n--- now:\n{printed}\n"
            f"Renew it with: python docs/pages.py {page}"
        )


def test_digits_alone_may_differ_and_so_where_a_long_line_is_cut(pages: ModuleType) -> None:
    def agrees(shown: str, printed: str) -> bool:
        printed = pages._shorten(printed)
        return pages.Command("", [pages._shorten(shown)], [printed], 0, 0).agrees()

    long = "of {} rows " + "that nobody has looked at yet " * 2 + "about {} [{}, {}] are all wrong"
    assert agrees("5 rows  are wrong", "1,234 rows are wrong")
    assert not agrees("5 rows are wrong", "5 rows are right")
    assert agrees("all  5 of 87  5.7 to 15.8 %", "all  2 of 88  6.0 % [4.1, 11.2]")
    assert not agrees("all  5.7 to 15.8 %", "all  5.7 %")
    assert not agrees("a text…", "a text")
    assert len(long.format(9, 2, 0, 9)) < pages.LONGEST_LINE < len(long.format(900, 20, 10, 30))
    assert agrees(long.format(9, 2, 0, 9), long.format(900, 20, 10, 30))
    assert agrees(long.format(900, 20, 10, 30), long.format(9, 2, 0, 9))
    assert agrees(long.format(900, 20, 10, 30), long.format(9_000, 20, 10, 30))
    assert not agrees(
        long.format(900, 20, 10, 30), long.format(9, 2, 0, 9).replace("wrong", "right")
    )


def test_no_block_that_can_be_run_is_left_out(pages: ModuleType) -> None:
    for page, text in PAGES.items():
        fences = FENCE.findall(text)
        assert len(fences) % 2 == 0, page
        for indent, language, title in fences[::2]:
            allowed = WRITTEN if title else RUN | {"sql", "text"}
            assert language in allowed, f"{page}: a block of {language or 'no language'}{title}"
            assert not indent, f"{page}: a session does not see a block that is indented"
        # A session sees every block that a reader sees.
        seen = [block["language"] for block in pages.BLOCK.finditer(text)]
        assert seen == [language for _, language, _ in fences[::2]], page
        for block in pages.BLOCK.finditer(text):
            is_session = re.search(r"^\$ ", block["body"], re.MULTILINE) is not None
            assert is_session == (block["language"] == "console"), f"{page}: {block['body']}"


def test_commands_that_pages_only_show_have_these_options(pages: ModuleType) -> None:
    top = build_app(COMMANDS)
    n_shown = 0
    for page, text in PAGES.items():
        for block in pages.BLOCK.finditer(text):
            if block["language"] != "text":
                continue
            for line in block["body"].splitlines():
                if not re.match("workbench [a-z-]+( |$)", line):
                    continue
                words = shlex.split(re.sub(r"[\[\]|]", " ", line), comments=True)[1:]
                command: click.Command | None = top
                while isinstance(command, click.Group) and words and words[0].islower():
                    command = command.get_command(click.Context(command), words.pop(0))
                assert command is not None, f"{page}: {line}"
                known = {option for parameter in command.params for option in parameter.opts}
                typed = {word for word in words if re.match("--?[a-z]", word)}
                assert typed <= known | {"--help"}, f"{page}: {line}"
                n_shown += 1
    assert n_shown > 50


@pytest.mark.parametrize(
    ("body", "what"),
    [("labels.default = 'ham'", "unknown key"), ("keys.a.b = 'y'", "no such action")],
)
def test_a_setting_that_is_none_is_told(
    body: str, what: str, pages: ModuleType, tmp_path: Path
) -> None:
    with pytest.raises(ProjectError, match=what):
        pages.Session(tmp_path).run(f"```toml\n{body}\n```\n")


def test_the_queries_of_pages_run(pages: ModuleType, filled: Project) -> None:
    queries = [
        query
        for text in PAGES.values()
        for block in pages.BLOCK.finditer(text)
        if block["language"] == "sql"
        for query in block["body"].split(";\n")
        if query.strip()
    ]
    assert queries
    with sqlite3.connect(filled.store.path) as db:
        for query in queries:
            assert db.execute(query).fetchall(), query


MESSAGES = {
    "offers": "a free bag",
    "premium_number": "call 09012345678",
    "polite": "Dear you, it is late",
    "shouts": "you win",
    "mostly_capitals": "GIVE IT BACK",
    "exclaims": "it is late!",
}
"""A message for each function that pages show: it votes on that one."""


@pytest.mark.parametrize(
    ("page", "functions"),
    [
        ("README.md", {"offers": "spam", "premium_number": "spam", "polite": "ham"}),
        (
            "docs/labeling-functions.md",
            {"shouts": "spam", "mostly_capitals": "spam", "exclaims": "spam"},
        ),
    ],
)
def test_labeling_functions_of_pages_vote(
    page: str,
    functions: dict[str, str],
    pages: ModuleType,
    project: Project,
    write_csv: Callable[..., Path],
) -> None:
    rows = [{"id": name, "text": text} for name, text in MESSAGES.items()]
    import_files(project, [write_csv("rows.csv", rows)])
    blocks = [
        block["body"]
        for block in pages.BLOCK.finditer(PAGES[page])
        if block["language"] == "python" and "wb.open" not in block["body"]
    ]
    (project.functions_folder / "page.py").write_text("\n\n".join(blocks), encoding="utf-8")
    result = apply_functions(project)
    assert result.problems == ()
    assert {lf.name for lf in result.functions} == set(functions)
    assert result.n_errors == 0
    with sqlite3.connect(project.store.path) as db:
        votes = db.execute("SELECT uid, lf, class FROM vote WHERE uid = lf").fetchall()
    assert {name: label for name, _, label in votes} == functions


ENDING = "What it assumes, and when it breaks"
NO_TEMPLATES = {"ABSTAIN", "Project", "WorkbenchError", "labeling_function", "template"}
METHODS: dict[str, set[str]] = {
    "labeling-functions": {name for name in wb.__all__ if name[0] != "_"} - NO_TEMPLATES,
    "weak-supervision": {*LABEL_MODELS, "auto"},
    "active-learning": set(STRATEGIES),
    "confident-learning": {"review", "--by"},
    "diagnosis-methods": {"Class imbalance", "Label noise", "Covariate shift", "Label shift",
                          "Concept shift", "Drift in time", "Duplicates"},
}  # fmt: skip
"""The pages of methods, and what each has a word on."""


@pytest.mark.parametrize("page", METHODS)
def test_a_page_of_methods_ends_with_when_each_breaks(page: str) -> None:
    sections = re.split("^## ", PAGES[f"docs/{page}.md"], flags=re.MULTILINE)
    title, _, last = sections[-1].partition("\n")
    assert title == ENDING
    bullets = [re.sub(r"\s+", " ", text) for text in re.split("^- ", last, flags=re.MULTILINE)[1:]]
    named = {name for text in bullets for name in re.findall(r"\*\*(.*?)[.]?\*\*", text)}
    named |= {name for text in bullets for name in re.findall("`([^`]+)`", text)}
    assert METHODS[page] <= named
    # It is said in one place.
    assert "When it breaks" not in PAGES[f"docs/{page}.md"]


def test_every_page_of_methods_is_one_of_these() -> None:
    nav = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    listed = re.search(r"- Methods:\n((?: {6}- .*\n)+)", nav)
    assert listed is not None
    assert re.findall(r": (\S+)\.md$", listed[1], re.MULTILINE) == list(METHODS)
