"""The files that labeling functions may use: what they held at the last apply, and hold now."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from workbench.errors import FunctionError, ProjectError
from workbench.figures import counted
from workbench.functions.named_files import files_at, is_place
from workbench.functions.results import LFInfo
from workbench.functions.templates.external import uids_in
from workbench.services.project import Project

_UP = "../"
_LISTED = 5


def scripts_away(project: Project) -> bool:
    """Whether the folder of the scripts is not there, as where a project was handed on without.

    Nothing can be applied then, nor is anything withdrawn: the votes stand.
    """
    return not project.functions_folder.is_dir()


def file_digests(project: Project) -> dict[str, str]:
    """Return the SHA-256 of each file that labeling functions may use, by its path in their folder.

    Those are all files in the folder, and the files elsewhere that the last apply found named; the
    digest of one that is not there is empty. Of a place elsewhere where functions look for files,
    it is that of the files' names. Nothing is run: a change shows in the bytes.

    Raises
    ------
    ProjectError
        If a file in the folder cannot be read.
    """
    folder = project.functions_folder
    digests = {}
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        parts = path.relative_to(folder).parts
        if any(map(_is_passed_over, parts)) or not path.is_file():
            continue
        try:
            digests["/".join(parts)] = _sha256(path)
        except OSError as error:
            raise ProjectError(
                f"cannot be read: {error.strerror}",
                place=str(path),
                hint="Check its permissions, or move it out of the folder.",
            ) from error
    applied = project.store.scripts.last_run()
    known = () if applied is None else project.store.scripts.of_run(applied)
    return digests | {file: _found(folder, file) for file in known if _is_elsewhere(file)}


def with_named_files(
    project: Project, digests: Mapping[str, str], infos: Iterable[LFInfo], *, keep: bool
) -> dict[str, str]:
    """Return the digests that an apply records: with the files elsewhere that functions name.

    Parameters
    ----------
    project
        The project.
    digests
        Of `file_digests`, before the functions were loaded.
    infos
        The functions.
    keep
        Whether to keep the files that none of them names: a script that did not load may.
    """
    folder = project.functions_folder
    named = {
        file
        for info in infos
        for name in info.named_files
        if _is_elsewhere(file := _in_folder(project.root / name, project))
    }
    # A name of a file that is not there leads nowhere, so that one stays known.
    kept = {
        file: sha
        for file, sha in digests.items()
        if keep or file in named or not _is_elsewhere(file) or not (sha or is_place(file))
    }
    return {file: _found(folder, file) for file in named} | kept


def unknown_rows(project: Project, info: LFInfo) -> str | None:
    """Say how many lines of a function's votes file name no example; None where all do."""
    if info.votes_file is None:
        return None
    file, id_column = info.votes_file
    known = set(project.store.examples.uids())
    try:
        uids = list(uids_in(str(project.root / file), id_column))
    except FunctionError:  # it is gone, or being written: the next load will say so
        return None
    unknown = [uid for uid in uids if uid not in known]
    if not unknown:
        return None
    first = list(dict.fromkeys(unknown))[: _LISTED + 1]
    shown_ones = ", ".join(map(repr, first[:_LISTED])) + ", …" * (len(first) > _LISTED)
    return (
        f"{counted(len(unknown), 'line')} of {file}, about rows that are not in the project,"
        f" {'counts' if len(unknown) == 1 else 'count'} for nothing: {shown_ones}"
    )


def changed_files(before: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str]:
    """Return the files that differ, by name, and what became of them: new, gone or changed."""
    return {
        file: "new" if not before.get(file) else "changed" if now.get(file) else "gone"
        for file in sorted(before.keys() | now.keys())
        if before.get(file, "") != now.get(file, "")
    }


def shown_file(file: str) -> str:
    """Return the path of a file as people know it: in the folder of the scripts, or the project."""
    return file.removeprefix(_UP).removesuffix("/**")


def _in_folder(path: Path, project: Project) -> str:
    """Return a file's path from the folder of the scripts on; outside of the project, as it is."""
    path = Path(os.path.normpath(path))
    if not path.is_relative_to(project.root):
        return str(path)
    return Path(os.path.relpath(path, project.functions_folder)).as_posix()


def _is_passed_over(name: str) -> bool:
    """Whether a name is that of something hidden, of a cache of code, or of an editor's copy."""
    return name.startswith((".", "__pycache__", "#")) or name.endswith("~")


def _is_elsewhere(file: str) -> bool:
    return file.startswith(_UP) or Path(file).is_absolute()


def _found(folder: Path, file: str) -> str:
    """Return the digest of a file, or of the names of those at a place.

    It is the empty text where there is none, or it cannot be read.
    """
    path = folder / file
    try:
        if path.is_file():
            return _sha256(path)
        if not is_place(file):
            return ""
        # A project may be moved.
        names = [str(one).removeprefix(str(folder)) for one in files_at(folder, file)]
        return hashlib.sha256(os.fsencode("\0".join(names))).hexdigest() if names else ""
    except OSError:
        return ""


def _sha256(path: Path) -> str:
    status = path.stat()
    # A copy may bring the time of its source along; when that was done is in ctime.
    return _digest(path, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


@lru_cache(maxsize=1024)
def _digest(path: Path, inode: int, size: int, modified: int, changed: int) -> str:
    """Hash a file once, although watching looks at it twice a second."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
