"""What ``why`` and ``export`` tell once labeling functions have changed after the aggregation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from workbench.services.aggregate import aggregate_votes
from workbench.services.apply import apply_functions
from workbench.services.importing import import_files
from workbench.services.project import Project

SCRIPT = 'from workbench import keywords\nkeywords("love", ["love"], "{word}")\n'
STALE = "stale aggregate: labeling functions changed: love; renew with: workbench aggregate"


@pytest.fixture
def at(project: Project, write_csv) -> tuple[str, Path]:
    """A project whose function says spam now and said ham when its votes were aggregated."""
    rows = [{"id": f"r{i}", "text": "i love you"} for i in range(4)]
    import_files(project, [write_csv("t.csv", rows)])
    script = project.functions_folder / "a.py"
    script.write_text(SCRIPT.format(word="ham"))
    apply_functions(project)
    aggregate_votes(project, model="majority")
    script.write_text(SCRIPT.format(word="spam"))
    apply_functions(project)
    return ("-C", project.root)


def test_why_shows_the_source_of_then_and_of_now(cli, at: Any, tmp_path: Path) -> None:
    lines = cli(*at, "why", "r0").out.splitlines()
    assert lines[1].startswith("label: ham")
    assert lines[2] == STALE
    (now,) = [i for i, line in enumerate(lines) if "love voted spam" in line]
    (then,) = [i for i, line in enumerate(lines) if "love voted ham" in line]
    (weighed,) = [i for i, line in enumerate(lines) if "the label model majority" in line]
    assert now < weighed < then
    assert lines[now].endswith("[now: the label model has not read it]")
    assert lines[then].endswith("[then: what the label model read]")
    assert "'spam'" in lines[now + 1]
    assert "'ham'" in lines[then + 1]
    exported = cli(*at, "export", tmp_path / "o.csv")
    assert STALE in exported.out.splitlines()
    assert cli(*at, "export", tmp_path / "p.csv", "--json").json["stale"] == [STALE]


def test_the_trail_is_dated_and_newest_first(cli, at: Any, tmp_path: Path) -> None:
    cli(*at, "export", tmp_path / "o.csv")
    cli(*at, "relabel", "spam", "r0")
    shown = cli(*at, "why", "r0").out
    dates = [line[:19] for line in shown.splitlines() if line[:2] == "20"]
    assert dates == sorted(dates, reverse=True)
    assert shown.index("relabel spam") < shown.index("exported as ham") < shown.index("row 1 ")
    assert "stale" not in shown  # what made the label of now is not
    steps = cli(*at, "why", "r0", "--json").json["steps"]
    assert [steps[0]["part"], steps[1]["part"], steps[-1]["part"]] == [
        "decisions", "exports", "source",
    ]  # fmt: skip
