"""A finished little project for each test, and a pilot that waits for the app."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.pilot import Pilot

from workbench.services.aggregate import aggregate_votes
from workbench.services.audit.blame import GroupRate
from workbench.services.audit.results import AuditResult
from workbench.services.batches import Why
from workbench.services.diagnose.verdicts import (
    CANNOT_TELL,
    MILD,
    NONE,
    SEVERE,
    ClassRow,
    DiagnoseResult,
    DuplicateCounts,
    Lens,
    Shift,
)
from workbench.services.end_model import END_MODEL
from workbench.services.importing.importing import import_files
from workbench.services.lf.apply import apply_functions
from workbench.services.project import Project, init_project
from workbench.services.results import as_json
from workbench.services.running import record_run
from workbench.services.scoring import ModelScore
from workbench.services.train import TrainResult
from workbench.tui.app import WorkbenchApp


@pytest.fixture(autouse=True)
def _plain_terminal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Leave the developer's terminal and folder out of the tests."""
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "COLORTERM", "COLORFGBG", "TEXTUAL_ANIMATIONS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("TERM", "xterm-256color")


@pytest.fixture(autouse=True)
def _what_was_asked_for_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a pilot wait for the app and for what views read: Textual's waits for widgets only."""
    press, run_test = Pilot.press, WorkbenchApp.run_test

    async def ready(pilot: Pilot[Any]) -> None:
        done = asyncio.Event()
        pilot.app.call_later(done.set)  # it stands in the queue behind the keys
        while pilot.app.is_running and not (done.is_set() and _has_read(pilot.app)):
            await asyncio.sleep(0.002)
        if pilot.app.is_running:
            await pilot.pause()

    async def press_and_wait(pilot: Pilot[Any], *keys: str) -> None:
        for key in keys:
            await press(pilot, key)
            await ready(pilot)

    @contextlib.asynccontextmanager
    async def run_until_ready(app: WorkbenchApp, **options: Any) -> AsyncIterator[Pilot[None]]:
        async with run_test(app, **options) as pilot:
            await ready(pilot)
            yield pilot

    monkeypatch.setattr(Pilot, "press", press_and_wait)
    # Textual would wait twice more, for an idle processor, behind each key.
    monkeypatch.setattr("textual.app.wait_for_idle", asyncio.sleep)
    monkeypatch.setattr(WorkbenchApp, "run_test", run_until_ready)


_PARSED: dict[tuple[Any, ...], list[RuleSet]] = {}


@pytest.fixture(autouse=True)
def _styles_are_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what style sheets say from one app to the next: parsing was a third of all the time."""
    parse = Stylesheet._parse_rules

    def parse_once(sheet: Stylesheet, *arguments: Any, **options: Any) -> list[RuleSet]:
        key = (frozenset(sheet._variables.items()), arguments, *sorted(options.items()))
        if key not in _PARSED:
            _PARSED[key] = parse(sheet, *arguments, **options)
        return _PARSED[key]

    monkeypatch.setattr(Stylesheet, "_parse_rules", parse_once)


def _has_read(app: WorkbenchApp) -> bool:
    """Whether no view is reading; jobs go on."""
    return all(
        worker.is_finished
        for worker in app.workers
        if worker.group not in ("poll", "job", "cancel", "try", "report")
    )


SPAM = (
    ("win", "claim", "grab", "collect"),
    ("a free", "your big", "one secret", "this golden"),
    ("prize", "phone", "cash bonus", "voucher"),
    ("now", "today", "by text", "before midnight"),
)
HAM = (
    ("see", "meet", "call", "join"),
    ("you", "mum", "the others", "sam and kim"),
    ("at lunch", "for dinner", "after class", "on the bus"),
    ("tomorrow", "a bit later", "around six", "next friday"),
)

SCRIPT = """
from workbench import ABSTAIN, keywords, labeling_function

keywords("offers", ["free", "win", "claim"], "spam")
keywords("meals", ["lunch", "dinner"], "ham")


@labeling_function()
def polite(record):
    return "ham" if "you" in record.text.split() else ABSTAIN


@labeling_function()
def urgent(record):
    return "spam" if record.text.endswith(("now", "today", "later")) else ABSTAIN
"""


def make_text(parts: tuple[tuple[str, ...], ...], i: int) -> str:
    """Return the i-th of 256 sentences; neighbours have little in common."""
    code = i * 91 % 256
    return " ".join(part[code >> 2 * place & 3] for place, part in enumerate(parts))


def make_rows(n: int, prefix: str, *, first: int = 0, wrong_every: int = 0) -> list[dict[str, str]]:
    """Return rows of two classes; the wrongly labelled ones are of the vendor bad."""
    rows = []
    for i in range(n):
        is_spam = i % 2 == 1
        is_wrong = bool(wrong_every) and i % wrong_every == 3
        rows.append(
            {
                "id": f"{prefix}{i}",
                "text": make_text(SPAM if is_spam else HAM, first + i // 2),
                "label": "spam" if is_spam != is_wrong else "ham",
                "vendor": "bad" if is_wrong or i % 20 == 5 else "good",
            }
        )
    return rows


@pytest.fixture(scope="session")
def finished_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a project that went through the whole loop once; copy it."""
    folder = tmp_path_factory.mktemp("finished")
    root = init_project(folder / "shop", ["ham", "spam"])
    _write(folder / "train.csv", make_rows(120, "r", wrong_every=10))
    _write(folder / "evaluation.csv", make_rows(40, "e", first=100))
    with Project(root) as project:
        import_files(project, [folder / "train.csv"])
        import_files(project, [folder / "evaluation.csv"], role="evaluation")
        (project.functions_folder / "first.py").write_text(SCRIPT)
        apply_functions(project)
        aggregate_votes(project)
        _believe(project)
        _propose(project)
        _audit(project)
        _diagnose(project)
    return root


# What models say is written down here: the views are tested, not the methods, and their pictures
# must not change with the third decimal of a probability.


def _believe(project: Project) -> None:
    n = project.store.examples.count()
    spam = np.array([0.05 + 0.9 * (i % 2) for i in range(n)])
    with record_run(project.store, "train") as run:
        result = TrainResult(
            run_id=run.run_id,
            reused=False,
            chosen=END_MODEL,
            n_rows=120,
            n_hard=120,
            n_soft=0,
            n_features=100,
            by_origin={"given": 120},
            scores=(ModelScore(END_MODEL, 40, 40, 1.0, 1.0, 0.912, 1.0, 1.0, 1.0, 0.05),),
            words=(),
        )
        probs = np.column_stack([1 - spam, spam])
        with run.finish({"rows": 120}, artifacts={"train": as_json(result)}):
            project.store.beliefs.add(run.run_id, END_MODEL, probs, np.ones(n, dtype=np.bool_))


def _propose(project: Project) -> None:
    rows = [(7 * i, i / 100, f"stands for a cluster of {40 - i} rows") for i in range(1, 7)]
    whys = [Why("representative", 0.9 - i / 10, i, 120, (), 40 - i, (), ()) for i in range(1, 7)]
    artifacts = {"propose": {"strategy": "representative", "n_pool": 120, "rows": as_json(whys)}}
    with (
        record_run(project.store, "propose") as run,
        run.finish({"rows": 6}, artifacts=artifacts),
    ):
        project.store.queues.add_proposal(run.run_id, rows)


def _audit(project: Project) -> None:
    suspects = [(row, row % 2, 1 - row % 2, row / 200) for row in range(4, 121, 10)]
    with record_run(project.store, "audit") as run:
        result = AuditResult(
            run_id=run.run_id,
            reused=False,
            n_rows=120,
            n_suspects=12,
            error_rate=0.1,
            suspects=(),
            by_class=(
                GroupRate("ham", 72, 12, 12 / 72, 0.098, 0.269, None, None),
                GroupRate("spam", 48, 0, 0.0, 0.0, 0.074, None, None),
            ),
            by="vendor",
            by_group=(
                GroupRate("bad", 18, 12, 12 / 18, 0.437, 0.837, 9.0, 0.0001, True),
                GroupRate("good", 102, 0, 0.0, 0.0, 0.036, 0.0, 1.0),
            ),
        )
        with run.finish({"suspects": 12}, artifacts={"audit": as_json(result)}):
            project.store.queues.add_suspects(run.run_id, suspects)


def _diagnose(project: Project) -> None:
    shift = Shift(
        n_train=120,
        n_production=40,
        auc=0.86,
        p_value=0.048,
        null_low=0.44,
        null_high=0.57,
        words_production=("app", "login"),
        words_train=("dinner",),
        train_shares=(0.6, 0.4),
        production_shares=(0.3, 0.7),
        stability_index=0.31,
    )
    with record_run(project.store, "diagnose") as run:
        result = DiagnoseResult(
            run_id=run.run_id,
            n_examples=160,
            by_role={"train": 120, "production": 0, "evaluation": 40},
            n_labelled=120,
            lenses=(
                Lens("duplicates", SEVERE, "48 of 160 rows repeat another", "leave those out"),
                Lens("class imbalance", NONE, "spam has 48 rows (40.0%)", "nothing to do"),
                Lens("label noise", MILD, "12 of 120 labels are doubted", "review the suspects"),
                Lens("distribution shift", CANNOT_TELL, "no production rows", "import some"),
            ),
            classes=(
                ClassRow("ham", 72, 0.6, 0.84, 0.75, 0.9, 0.96, 0.88, 0.99, 0.9),
                ClassRow("spam", 48, 0.4, None, None, None, None, None, None, None),
            ),
            imbalance=None,
            shift=shift,
            duplicates=DuplicateCounts(48, 0, 48, 25, 25, 26, 3),
            audit_run_id=run.run_id - 1,
        )
        with run.finish({"examples": 160}, artifacts={"diagnose": as_json(result)}):
            pass


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    header = ",".join(rows[0])
    path.write_text("\n".join([header, *(",".join(row.values()) for row in rows)]) + "\n")


@pytest.fixture
def finished(finished_root: Path, tmp_path: Path) -> Iterator[Project]:
    """A project with a batch of six rows, an audit with suspects, and a diagnosis."""
    root = tmp_path / "shop"
    shutil.copytree(finished_root, root)
    with Project(root) as project:
        yield project


@pytest.fixture
def many_classes(tmp_path: Path, write_csv: Callable[..., Path]) -> Iterator[Project]:
    """A project of twenty classes with three rows."""
    root = init_project(tmp_path / "many", [f"topic {i:02}" for i in range(20)])
    with Project(root) as project:
        rows = [{"id": f"r{i}", "text": f"message {i}"} for i in range(3)]
        import_files(project, [write_csv("many.csv", rows)])
        yield project


@pytest.fixture
def worker_environment(monkeypatch: pytest.MonkeyPatch, repository: Path) -> None:
    """Let the worker processes of jobs find the package of this checkout."""
    path = os.pathsep.join(filter(None, (str(repository), os.environ.get("PYTHONPATH", ""))))
    monkeypatch.setenv("PYTHONPATH", path)
