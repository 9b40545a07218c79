"""What the pages tell people to type works, and prints what they show."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

DOCS = Path(__file__).parents[2] / "docs"
QUICK = ["../README.md", *(f"how-to/{name}.md" for name in ("from-a-spreadsheet", "from-snorkel"))]
PAGES = ["tutorial.md", *sorted(f"how-to/{page.name}" for page in (DOCS / "how-to").glob("*.md"))]
SESSIONS = [
    *QUICK,
    *(pytest.param(page, marks=pytest.mark.slow) for page in PAGES if page not in QUICK),
]


@pytest.fixture(scope="module")
def pages() -> ModuleType:
    spec = importlib.util.spec_from_file_location("pages", DOCS / "pages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["pages"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", SESSIONS)
def test_a_page_prints_what_it_shows(page: str, pages: ModuleType, tmp_path: Path) -> None:
    commands = pages.Session(tmp_path).run((DOCS / page).read_text(encoding="utf-8"))
    assert commands
    for command in commands:
        shown, printed = "\n".join(command.shown), "\n".join(command.printed)
        assert command.agrees(), (
            f"$ {command.typed}\nexit {command.code}\n--- the page:\n{shown}\n--- now:\n{printed}\n"
            f"Renew it with: python docs/pages.py docs/{page}"
        )
