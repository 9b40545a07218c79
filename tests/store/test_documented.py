"""The page about the database says what the schema says."""

from __future__ import annotations

import importlib.util
from pathlib import Path


def test_the_page_is_the_one_that_the_schema_gives(repository: Path) -> None:
    script = repository / "docs" / "database.py"
    spec = importlib.util.spec_from_file_location("database_page", script)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    page = (repository / "docs" / "database.md").read_text(encoding="utf-8")
    assert page == module.render(), "run: python docs/database.py"
