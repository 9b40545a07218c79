"""Stored databases of earlier schemas are upgraded, and keep every fact."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from workbench.services.config import Config, write_config
from workbench.services.export.export import export_labels
from workbench.services.labels import resolve_labels
from workbench.services.project import Project
from workbench.services.staleness import stale
from workbench.services.undo import undo
from workbench.services.verify import verify
from workbench.services.why import why
from workbench.store.migrations import SCHEMA_VERSION

STORED = Path(__file__).parent
"""``version_N.sql``: what the code of schema N wrote. Some came together with a later one: of 2 and
3 it is the code of 4, of 8 that of 9, without the migrations that come after; 9 is 8 as
the code of 9 upgraded it, 10 is 9 as that of 10 did."""


def tables(db: sqlite3.Connection) -> dict[str, list[str]]:
    names = db.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        " AND name NOT LIKE '\\_%' ESCAPE '\\'"
    )
    return {n: [r[1] for r in db.execute(f"PRAGMA table_info([{n}])")] for (n,) in names.fetchall()}


def facts(db: sqlite3.Connection, known: dict[str, list[str]]) -> dict[str, set[Any]]:
    return {
        name: set(db.execute(f"SELECT {', '.join(columns)} FROM [{name}]"))
        for name, columns in known.items()
    }


def labels(db: sqlite3.Connection) -> list[Any]:
    """Return the labels, but for rows of which somebody said a class that has left.

    Version 9 counts that word for no class, earlier ones did not count it.
    """
    return db.execute(
        "SELECT * FROM resolved_label WHERE example_id NOT IN (SELECT e.example_id FROM event AS e"
        " JOIN class USING (class_id) WHERE e.example_id IS NOT NULL AND class.name = 'other')"
        " ORDER BY example_id"
    ).fetchall()


@pytest.fixture(params=range(1, SCHEMA_VERSION))
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A project whose database an earlier version wrote."""
    root = tmp_path / f"version_{request.param}"
    (root / "labeling_functions").mkdir(parents=True)
    write_config(root / "workbench.toml", Config(classes=("ham", "spam")))
    db = sqlite3.connect(root / "workbench.db")
    script = STORED / f"version_{request.param}.sql"
    db.executescript(script.read_text(encoding="utf-8"))
    db.close()
    return root


def test_an_upgrade_keeps_every_fact(old: Path) -> None:
    db = sqlite3.connect(old / "workbench.db")
    version = db.execute("PRAGMA user_version").fetchone()[0]
    known = tables(db)
    before, labelled = facts(db, known), labels(db)
    assert version < SCHEMA_VERSION
    assert sum(map(len, before.values())) > 200
    with Project(old) as project:
        assert verify(project).is_sound
    assert db.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION
    after = facts(db, known)
    for name in known:
        if name != "seal" or version >= 6:  # version 6 seals anew
            assert after[name] >= before[name], name
    assert labels(db) == labelled
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    db.close()


def test_work_goes_on_after_an_upgrade(old: Path, tmp_path: Path) -> None:
    with Project(old) as project:
        assert project.store.decisions.broken_link() is None
        before = resolve_labels(project).labels
        trail = why(project, "r3")
        assert (trail.label, trail.origin) == ("spam", "correction")
        # The first schema did not keep what a model had learnt.
        assert (trail.evidence is None) == (old.name == "version_1")
        exported = export_labels(project, tmp_path / "o.csv")
        assert exported.n_rows + exported.removed == 40
        turned = undo(project, annotator="ana")
        assert turned is not None
        assert turned.kind == "keep"
        assert (resolve_labels(project).labels == before).all()  # keep confirmed what was given
        assert undo(project, annotator="ana").kind == "relabel"
        assert resolve_labels(project).labels[3] != before[3]
        assert project.store.decisions.broken_link() is None


def test_opening_twice_upgrades_once(old: Path) -> None:
    with Project(old) as first, Project(old) as second:
        assert first.classes == second.classes == ("ham", "spam")


def test_an_upgraded_file_is_sound(old: Path) -> None:
    with Project(old) as project:
        problems = [check for check in verify(project).checks if check.n_problems]
    # The files that the rows came from are not stored with the database.
    assert problems == []


def test_an_earlier_aggregation_has_no_default_class(old: Path) -> None:
    """It did not keep which rows no vote decides, so that it has to be done again."""
    write_config(old / "workbench.toml", Config(classes=("ham", "spam"), default_class="ham"))
    with Project(old) as project:
        labels = resolve_labels(project)
        assert labels.by_origin(labels.labels >= 0).get("default", 0) == 0
        assert any("default_class was none" in item.because for item in stale(project))
