"""The benchmarks: when a cached curve counts no more, and what the page of the tables holds."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def _benchmarks(monkeypatch):
    monkeypatch.syspath_prepend(ROOT)
    yield
    for name in [name for name in sys.modules if name.partition(".")[0] == "benchmarks"]:
        monkeypatch.delitem(sys.modules, name)


@pytest.fixture
def active(_benchmarks):
    from benchmarks import active

    return active


def names(paths) -> set[str]:
    return {path.relative_to(ROOT).as_posix() for path in paths}


def test_the_sources_of_a_curve_are_what_it_imports(active) -> None:
    learner = names(active.sources(["workbench.methods.learner"]))
    assert {f"workbench/methods/{name}.py" for name in ("learner", "kernel_logistic")} <= learner
    sets = names(active.sources(["benchmarks.active_sets"]))
    assert {"workbench/methods/features.py", "workbench/methods/terms.py"} <= sets
    own = names(active.sources(active.OWN_MODULES))
    choosing = ("sampling", "strategies", "coverage", "repeats", "auto_strategy", "checks")
    assert {f"workbench/methods/{name}.py" for name in choosing} <= own


def test_other_data_and_other_code_give_another_digest(active, monkeypatch, tmp_path) -> None:
    y = np.array([0, 1])
    data = active.ActiveSet(["a", "b"], np.eye(2), np.eye(2, dtype=np.float32), y, None, y, 2)
    known = active.code_of("auto", data)
    assert active.code_of("auto", data) == known != active.code_of("skactiveml Badge", data)
    assert active.code_of("auto", replace(data, texts=["a", "c"])) != known
    assert active.code_of("auto", replace(data, y_test=y[::-1].copy())) != known
    real = Path.read_bytes
    changed = "workbench/methods/kernel_logistic.py"
    monkeypatch.setattr(
        Path, "read_bytes", lambda path: real(path) + b"#" * path.as_posix().endswith(changed)
    )
    assert active.code_of("auto", data) != known


@pytest.mark.usefixtures("_benchmarks")
def test_the_page_takes_what_a_benchmark_prints_in_place_of_what_it_printed_before() -> None:
    from benchmarks.pages import with_section

    printed = "## Growth\nfirst fit: 4 s\n| a | b |\n|---|---|\n| 1 | 2 |\nrest\n"
    page = with_section("# Benchmarks\n\nWords.\n", "store", "today", printed)
    assert "#### Growth\nfirst fit: 4 s\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nrest\n" in page
    page = with_section(page, "tui", "today", "| c |\n")
    again = with_section(page, "store", "tomorrow", "| d |\n")
    assert again.startswith("# Benchmarks\n\nWords.\n\n<!-- store")
    assert again.count("### store\n\ntomorrow\n\n| d |\n") == 1
    assert "today\n\n| c |" in again
    assert "first fit" not in again


@pytest.mark.usefixtures("_benchmarks")
@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("import", 3.2, "| 3.20: missed | at most 3 |"),
        ("import (processor)", 3.2, "| 3.20: missed | at most 3 |"),
        ("store votes", 0.2, "| 48: missed | at least 100 |"),
        ("votes file / int8 matrix", 1.2, "| 1.200: missed | at most 1.1 |"),
    ],
)
def test_each_target_of_the_store_that_is_missed_is_marked(capsys, name, value, words) -> None:
    from benchmarks.store import CPU, report

    met = {
        "bare": 1.0, "import": 2.0, "bare" + CPU: 1.0, "import" + CPU: 2.0,
        "store votes as rows": 9.0, "read votes as rows": 1.0, "store votes": 0.05,
        "read votes": 0.01, "votes file / int8 matrix": 1.05,
    }  # fmt: skip
    report([10], [(met, {})])
    assert "missed" not in capsys.readouterr().out
    report([10], [(met | {name.replace(" (processor)", CPU): value}, {})])
    told = capsys.readouterr().out
    assert words in told
    assert told.count("missed") == 1


@pytest.mark.usefixtures("_benchmarks")
def test_what_a_benchmark_runs_is_what_it_imports_or_starts() -> None:
    from benchmarks.sources import SECTION, sources

    shift = names(sources(["benchmarks.shift"]))
    assert {"benchmarks/shift.py", "workbench/methods/covariate_shift.py"} <= shift
    assert "workbench/services/audit/audit.py" not in shift
    everything = names((ROOT / "workbench").rglob("*.py"))
    for name in ("startup", "tui"):  # which start the program by its command
        assert everything <= names(sources([f"benchmarks.{name}"]))
    assert "benchmarks/store_steps.py" in names(sources(["benchmarks.store"]))
    page = (ROOT / "docs" / "benchmarks.md").read_text()
    assert len(SECTION.findall(page)) == page.count(": written, do not edit -->")


@pytest.mark.usefixtures("_benchmarks")
def test_every_benchmark_has_its_table_on_a_page() -> None:
    from benchmarks.__main__ import NAMES

    page = (ROOT / "docs" / "benchmarks.md").read_text()
    without = [name for name in NAMES if f"<!-- {name}: written" not in page]
    assert without == ["store"]  # which has a page of its own
