"""Backing the database up while others work, and bringing a backup back."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from workbench.errors import StoreError, UsageError
from workbench.formats.readers import check_readable, sha256_of
from workbench.formats.writers import replacing
from workbench.services.config import DATABASE_NAME
from workbench.services.project import Project
from workbench.services.running import record_run
from workbench.store.backup import Contents, copy_in, copy_out, inspect
from workbench.store.connection import connect


@dataclass(frozen=True, slots=True)
class BackupResult:
    """A copy of the database, and what it holds."""

    path: str
    sha256: str
    n_bytes: int
    contents: Contents


@dataclass(frozen=True, slots=True)
class RestoreResult:
    """What was brought back; ``kept`` is the copy of what it replaced."""

    run_id: int
    file: str
    contents: Contents
    kept: str | None


def backup(project: Project, path: Path, *, replace: bool = False) -> BackupResult:
    """Write a copy of the database as of this moment; others may go on annotating.

    Parameters
    ----------
    project
        The project.
    path
        The file to write.
    replace
        Whether to replace a file that is there.

    Raises
    ------
    UsageError
        If the file is there already, or is the database itself.
    DataError
        If it cannot be written.
    """
    if path.resolve() == project.store.path.resolve():
        raise UsageError("this is the database itself", place=str(path), hint="Name another file.")
    if path.exists() and not replace:
        raise UsageError(
            "the file is there already",
            place=str(path),
            hint="Name another one, or say --yes to replace it.",
        )
    with replacing(path) as temporary:
        project.store.copy_out(temporary)
        contents = inspect(temporary)
    return BackupResult(str(path), sha256_of(path), path.stat().st_size, contents)


def restore(root: Path, file: Path, *, replace: bool = False) -> RestoreResult:
    """Bring a backup back as the project's database.

    What the project has now is kept in a file beside it. Processes that have the project open
    go on with the restored state.

    Parameters
    ----------
    root
        The project's folder.
    file
        A backup.
    replace
        Whether to replace a database that is there.

    Raises
    ------
    UsageError
        If the project has a database and ``replace`` is False.
    DataError
        If there is no such file.
    StoreError
        If the file is no backup, damaged, or of a newer workbench.
    """
    check_readable(file)
    contents = inspect(file)
    path = root / DATABASE_NAME
    if path.exists() and not replace:
        raise UsageError(
            "the project has a database, which the backup would replace",
            place=str(path),
            hint=f"Say --yes to replace it. {_described(path)}; the backup holds"
            f" {contents.n_events:,} events.",
        )
    kept = _keep(path) if path.exists() else None
    connection = connect(path)
    try:
        copy_in(file, connection)
    finally:
        connection.close()
    parameters = {
        "file": str(file),
        "sha256": sha256_of(file),
        "kept": kept.name if kept else None,
    }
    with (
        Project(root) as project,
        record_run(project.store, "restore", parameters=parameters) as run,
        run.finish({"examples": contents.n_examples, "events": contents.n_events}),
    ):
        pass
    return RestoreResult(run.run_id, str(file), contents, str(kept) if kept else None)


def _described(path: Path) -> str:
    try:
        return f"It holds {inspect(path).n_events:,} events"
    except StoreError:
        return "It is damaged"


def _keep(path: Path) -> Path:
    """Keep what is there: a copy, or the damaged files themselves."""
    kept = path.with_name(f"{path.stem}-replaced-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}{path.suffix}")
    try:
        inspect(path)
        connection = connect(path)
    except StoreError:
        for ending in ("", "-wal", "-shm"):
            with contextlib.suppress(FileNotFoundError):
                Path(f"{path}{ending}").rename(f"{kept}{ending}")
        return kept
    try:
        copy_out(connection, kept)
    finally:
        connection.close()
    return kept
