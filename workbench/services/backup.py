"""Backing the database up while others work, and bringing a backup back."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

from workbench.errors import DataError, StoreError, UsageError
from workbench.figures import counted
from workbench.formats.readers import check_readable, sha256_of
from workbench.formats.writers import replacing
from workbench.result import Result
from workbench.services.config import DATABASE_NAME
from workbench.services.embed.embed import LostEmbeddings, lost_embeddings
from workbench.services.project import Project, has_database
from workbench.services.running import close_crashed, record_run
from workbench.store.backup import Contents, copy_in, copy_out, inspect, inspect_backup
from workbench.store.connection import connect, open_read_only
from workbench.store.migrations import SCHEMA_VERSION
from workbench.store.named_errors import tells_nothing
from workbench.store.removals import Removal, removals_in, texts_still_in
from workbench.store.store import Store


@dataclass(frozen=True, slots=True)
class BackupResult(Result):
    """A copy of the database, and what it holds."""

    path: str
    sha256: str
    n_bytes: int
    contents: Contents


@dataclass(frozen=True, slots=True)
class RestoreResult:
    """What was brought back; ``kept`` is the copy of what it replaced.

    ``removed`` names the rows whose texts the file holds, but which had been removed for good: they
    were not brought back. ``removals_known`` is False where what was replaced is damaged, so that
    it may not tell of all removals. ``lost_embeddings`` are those that batches were chosen in, if
    the project's folder lacks their file: a backup does not hold it.
    """

    run_id: int
    file: str
    contents: Contents
    kept: str | None
    removed: tuple[str, ...]
    removals_known: bool
    lost_embeddings: LostEmbeddings | None = None


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
    StoreError
        If the database is damaged.
    """
    _refuse_itself(path, project.store.path)
    with replacing(path, replace=replace) as temporary:
        project.store.copy_out(temporary)
        contents = inspect(temporary, place=project.store.path)
    return BackupResult(str(path), sha256_of(path), path.stat().st_size, contents)


def restore(root: Path, file: Path, *, replace: bool = False) -> RestoreResult:
    """Bring a backup back as the project's database.

    What the project has now is kept in a file beside it: all up to the moment from which on the
    backup's content counts, as nobody can write in between. Processes that have the project open
    go on with the restored state; what they were about to write is refused
    (`workbench.store.store.Store.transaction`).

    A text that was removed for good does not come back: its removal is recorded anew, as a run of
    its own.

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
        If the project has a database and ``replace`` is False, or the file is that database.
    DataError
        If there is no such file.
    StoreError
        If the file is no backup, damaged, or of a newer workbench; if others removed a text for
        good meanwhile, or there is no room. What the project has is then as it was.
    """
    path = root / DATABASE_NAME
    _refuse_itself(file, path)
    if not file.exists():
        raise DataError(
            "no such file", place=str(file), hint="Name a file that workbench backup has written."
        )
    check_readable(file)
    contents = inspect_backup(file)
    if has_database(root) and not replace:
        raise UsageError(
            "the project has a database, which the backup would replace",
            place=str(path),
            hint=f"Say --yes to replace it. {_described(path)}; the backup holds"
            f" {counted(contents.n_events, 'event')}.",
        )
    is_whole, removals = _look_at(path)
    is_in_place = path.exists() and is_whole
    with _prepared(file, contents, root, removals, is_own=not is_in_place) as (prepared, removed):
        kept = (_replace if is_in_place else _put)(path, prepared, removals)
    parameters = {
        "file": str(file),
        "sha256": sha256_of(file),
        "kept": kept.name if kept else None,
    }
    with Project(root, settle=False) as project:
        project.reload_classes()  # the configuration follows the database
        close_crashed(project.store)
        with (
            record_run(project.store, "restore", parameters=parameters) as run,
            run.finish({"examples": contents.n_examples, "events": contents.n_events}),
        ):
            pass
        lost = lost_embeddings(project)
    return RestoreResult(
        run_id=run.run_id,
        file=str(file),
        contents=contents,
        kept=str(kept) if kept else None,
        removed=removed,
        removals_known=is_whole,
        lost_embeddings=lost,
    )


def _described(path: Path) -> str:
    try:
        return f"It holds {counted(inspect(path).n_events, 'event')}"
    except StoreError:
        return "It is damaged"


def _refuse_itself(path: Path, database: Path) -> None:
    if path.resolve() == database.resolve():
        raise UsageError("this is the database itself", place=str(path), hint="Name another file.")


def _look_at(path: Path) -> tuple[bool, tuple[Removal, ...]]:
    """Return whether a copy of the database would hold all, and what was removed for good from it.

    Of a damaged one that is what can be read.

    Raises
    ------
    StoreError
        If the file cannot be looked at now: others hold it, or there is no room on the disk.
    """
    if not path.exists():
        return True, ()
    is_whole = True
    try:
        inspect(path)
        connect(path).close()
    except StoreError as error:
        if tells_nothing(error):
            raise
        is_whole = False
    try:
        return is_whole, removals_in(path)
    except StoreError as error:
        if tells_nothing(error):
            raise
        return False, ()


@contextmanager
def _prepared(
    file: Path, contents: Contents, root: Path, removals: Collection[Removal], *, is_own: bool
) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """Give a backup as it may come back, and whose texts it had to leave behind.

    It has the newest schema, as who has the project open knows no other, and no text that was
    removed for good. ``is_own`` asks for a file that may be moved.
    """
    if contents.schema == SCHEMA_VERSION and not removals and not is_own:
        yield file, ()
        return
    with TemporaryDirectory(prefix=".restore-", dir=root) as folder:
        copy = Path(folder) / DATABASE_NAME
        with closing(open_read_only(file)) as source:
            copy_out(source, copy)
        with closing(Store(copy)) as store:
            removed = _remove_again(store, removals)
            store.checkpoint()  # a close would pass over that there is no room for it
        yield copy, removed


def _remove_again(store: Store, removals: Collection[Removal]) -> tuple[str, ...]:
    """Remove texts from a backup that were removed for good since; return whose they were."""
    found = texts_still_in(store.path, removals)

    def act(removal: Removal) -> tuple[str, str]:
        return removal.at, removal.reason or ""

    for (at, _), group in groupby(sorted(found, key=act), key=act):
        again = list(group)
        parameters = {
            "uids": [removal.uid for removal in again],
            "reason": again[0].reason,
            "first_removed": at,
        }
        with (
            record_run(store, "forget", parameters=parameters) as run,
            run.finish({"texts": len(again)}),
        ):
            for removal in again:
                store.examples.remove_text(found[removal], run_id=run.run_id)
    return tuple(removal.uid for removal in found)


def _kept_name(path: Path) -> Path:
    return path.with_name(f"{path.stem}-replaced-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}{path.suffix}")


def _put(path: Path, file: Path, removals: tuple[Removal, ...]) -> Path | None:
    """Move a file to the place of the database, where none is or a damaged one, which is kept.

    All is written by then: nothing is out of its place for want of room.
    """
    kept = _kept_name(path)
    is_kept = path.exists()
    for ending in ("", "-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            Path(f"{path}{ending}").rename(f"{kept}{ending}")
    file.rename(path)
    return kept if is_kept else None


def _replace(path: Path, file: Path, removals: tuple[Removal, ...]) -> Path:
    """Put a file's content in the place of the database's; return what keeps what was there.

    ``removals`` are those that the file takes into account.
    """
    kept = _kept_name(path)

    def keep() -> None:
        if removals_in(path) != removals:
            raise StoreError(
                "others have removed a text for good meanwhile; nothing was restored",
                place=str(path),
                hint="Try again.",
            )
        with closing(connect(path)) as reader:
            try:
                copy_out(reader, kept)
            except BaseException:
                kept.unlink(missing_ok=True)
                raise

    with closing(connect(path)) as connection:
        copy_in(file, connection, before=keep)
    return kept
