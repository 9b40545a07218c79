"""Dozens of classes with long names that begin alike, on a small screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.tui.screens import opened, screen_lines
from workbench.services.importing.importing import import_files
from workbench.services.project import Project, init_project
from workbench.tui.widgets.columns import shorten

SMALL = (80, 24)


@pytest.fixture
def topics(tmp_path: Path, write_csv: Callable[..., Path]) -> Iterator[Project]:
    """A project of 77 classes, each with a row."""
    names = [f"card_payment_was_charged_for_reason_{i:02}" for i in range(77)]
    with Project(init_project(tmp_path / "topics", names)) as project:
        rows = [{"id": f"r{i}", "text": f"message {i}", "label": names[i]} for i in range(77)]
        import_files(project, [write_csv("rows.csv", rows)])
        yield project


async def test_start_breaks_the_list_of_classes_between_names(topics: Project) -> None:
    async with opened(topics, "start", size=(80, 40)) as (app, _):
        shown = " ".join("\n".join(screen_lines(app)).split())
        names = [shorten(name, 24) for name in topics.classes[:8]]
        assert f"{', '.join(names)} and 69 more" in shown


async def test_export_tells_classes_apart_and_names_the_file(topics: Project) -> None:
    async with opened(topics, "export", size=(120, 40)) as (app, _):
        shown = "\n".join(screen_lines(app))
        assert all(f"card_pay…ason_0{i} " in shown for i in range(8))
        assert "into labels.csv" in shown
        assert f"in {shorten(str(Path.cwd()), 30)}" in shown


async def test_data_tells_classes_apart(topics: Project) -> None:
    async with opened(topics, "data", size=(120, 40)) as (app, _):
        shown = "\n".join(screen_lines(app))
        assert all(f"card_pa…son_0{i} " in shown for i in range(8))


async def test_an_empty_audit_says_what_to_do_on_a_small_screen(topics: Project) -> None:
    async with opened(topics, "audit", size=SMALL) as (app, _):
        assert "r  audits" in "\n".join(screen_lines(app))


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("short", 9, "short"),
        ("card_payment_charged", 9, "card…rged"),
        ("card", 1, "…"),
        ("我的包裹在哪里呢", 7, "我的…呢"),
        ("two\nlines\x1b", 20, "two lines␛"),
    ],
)
def test_a_name_is_shortened_in_its_middle(text: str, width: int, shown: str) -> None:
    assert shorten(text, width) == shown
