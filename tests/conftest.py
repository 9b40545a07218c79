"""Fixtures that every test may use."""

from __future__ import annotations

import contextlib
import csv
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from workbench.services.importing.importing import import_files
from workbench.services.project import Project, init_project
from workbench.store import connection
from workbench.store.named_errors import NamingConnection

# Small fits are slower, and can differ in the last digit, with several threads.
for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")

# A busy machine may stand still anywhere, in an example or where one is made up.
_patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("any machine", _patient)
settings.load_profile("any machine")

REPOSITORY = Path(__file__).resolve().parents[1]


LONGEST = ("tests/docs/test_pages.py", "tests/fire/", "tests/loop/", "tests/tui/test_soak.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest: nobody then waits for it at the end."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


@pytest.fixture(scope="session", autouse=True)
def _no_commit_waits_for_the_disk() -> Iterator[None]:
    """Let commits return at once, as tests lose no power; processes that they start do wait."""
    set_up = connection._set_up

    def set_up_in_haste(opened: NamingConnection) -> None:
        set_up(opened)
        opened.execute("PRAGMA synchronous = OFF")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection, "_set_up", set_up_in_haste)
        yield


@pytest.fixture(scope="session")
def repository() -> Path:
    """The checkout."""
    return REPOSITORY


@pytest.fixture(scope="session")
def datasets() -> Path:
    """The public data sets beside the checkout; a test that needs them skips without them."""
    folder = REPOSITORY.parent / "shared" / "datasets"
    if not folder.is_dir():
        pytest.skip("needs the public data sets in ../shared/datasets, which are not here")
    return folder


SPAM = ("free prize call now", "win cash today", "claim your free phone", "urgent call this number")
HAM = ("see you at lunch", "are you coming home", "thanks for dinner", "the meeting is at noon")


def small_rows(n: int = 80) -> list[dict[str, str]]:
    """Return easy rows of two classes; every tenth label is wrong, and all wrong ones are bad's."""
    rows = []
    for i in range(n):
        is_spam = i % 2 == 1
        text = (SPAM if is_spam else HAM)[(i // 2) % 4]
        is_wrong = i % 10 == 3
        rows.append(
            {
                "id": f"r{i}",
                "text": f"{text} number {i * 7919 % 1000}",
                "label": "spam" if is_spam != is_wrong else "ham",
                "vendor": "bad" if i % 10 in (3, 5) else "good",
            }
        )
    return rows


@pytest.fixture(scope="session", name="small_rows")
def small_rows_fixture() -> Callable[[int], list[dict[str, str]]]:
    """The maker of easy rows."""
    return small_rows


@pytest.fixture
def script() -> str:
    """Four labeling functions of three kinds."""
    return SCRIPT


@pytest.fixture
def write_csv(tmp_path: Path) -> Callable[..., Path]:
    """Write rows to a CSV file in the test's folder."""

    return lambda name, rows: write_rows(tmp_path / name, rows)


def write_rows(path: Path, rows: list[dict[str, str]]) -> Path:
    """Write rows to a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


# A project is made once and copied: what it takes to make one is many times what a copy takes.


@pytest.fixture(scope="session")
def empty_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an empty project of the classes ham and spam; copy it."""
    folder = tmp_path_factory.mktemp("empty")
    init_project(folder / "project", ["ham", "spam"])
    return folder


@pytest.fixture(scope="session")
def filled_folder(empty_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with 80 labelled training rows and 20 evaluation rows, and their files."""
    folder = tmp_path_factory.mktemp("filled")
    trusted = [row | {"id": f"e{row['id']}"} for row in small_rows(40) if row["vendor"] == "good"]
    with opened_copy(empty_folder, folder) as project:
        import_files(project, [write_rows(folder / "train.csv", small_rows(80))])
        import_files(project, [write_rows(folder / "evaluation.csv", trusted)], role="evaluation")
    return folder


@pytest.fixture(scope="session")
def voted_folder(filled_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with four labeling functions, applied."""
    from workbench.services.lf.apply import apply_functions

    folder = tmp_path_factory.mktemp("voted")
    with opened_copy(filled_folder, folder) as project:
        (project.functions_folder / "first.py").write_text(SCRIPT)
        apply_functions(project)
    return folder


@contextlib.contextmanager
def opened_copy(folder: Path, to: Path) -> Iterator[Project]:
    """Copy a folder into another one and open its project there."""
    shutil.copytree(folder, to, dirs_exist_ok=True)
    with Project(to / "project") as project:
        yield project


@pytest.fixture
def project(empty_folder: Path, tmp_path: Path) -> Iterator[Project]:
    """An empty project of the classes ham and spam."""
    with opened_copy(empty_folder, tmp_path) as project:
        yield project


@pytest.fixture
def filled(filled_folder: Path, tmp_path: Path) -> Iterator[Project]:
    """A project with 80 labelled training rows and 20 evaluation rows."""
    with opened_copy(filled_folder, tmp_path) as project:
        yield project


@pytest.fixture
def voted(voted_folder: Path, tmp_path: Path) -> Iterator[Project]:
    """The filled project with four labeling functions, applied."""
    with opened_copy(voted_folder, tmp_path) as project:
        yield project


SCRIPT = '''
"""Three functions of three kinds."""
from workbench import ABSTAIN, keywords, labeling_function, regex

keywords("offers", ["free", "win", "claim"], "spam")
regex("calls", r"call (now|this)", "spam")
keywords("meals", ["lunch", "dinner"], "ham")


@labeling_function()
def polite(record):
    return "ham" if "thanks" in record.text or "you" in record.text else ABSTAIN
'''
