"""Proving that the file is whole: from its pages and its schema to the sources of its rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from workbench.errors import StoreError
from workbench.figures import counted
from workbench.formats.readers import sha256_of
from workbench.result import Result
from workbench.services.config import DATABASE_NAME
from workbench.services.project import Project
from workbench.store import integrity
from workbench.store.integrity import Check, Problem
from workbench.store.named_errors import tells_damage
from workbench.types import Progress, ProgressCallback

MOST_SHOWN = 50
"""Problems that one check names; it counts the others."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What one check found; ``n_problems`` counts them all, ``problems`` names the first."""

    name: str
    what: str
    n_problems: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class VerifyResult(Result):
    """Whether the file is whole, and what each check found.

    ``notices`` are no damage: a source that has moved, a text that was removed for good.
    """

    path: str
    is_sound: bool
    checks: tuple[Checked, ...]
    notices: tuple[str, ...]


def verify_folder(root: Path, *, progress: ProgressCallback | None = None) -> VerifyResult:
    """Check a project's database, whether it can be opened or not.

    Parameters
    ----------
    root
        The project's folder.
    progress
        Called before each check.

    Returns
    -------
    VerifyResult
        As `verify`; where the damage keeps the file from being opened, the one check that failed.
    """
    try:
        with Project(root, settle=False) as project:
            return verify(project, progress=progress)
    except StoreError as error:
        if not tells_damage(error):
            raise
        failed = _checked("schema", "the file can be opened", [_unreadable("file", error)])
    return VerifyResult(str(root / DATABASE_NAME), False, (failed,), ())


def verify(project: Project, *, progress: ProgressCallback | None = None) -> VerifyResult:
    """Check everything that must hold in the project's database.

    Nothing is changed; open the project unsettled, or what is missing may have been written anew.
    Others may go on working: each check sees the file as of one moment.

    Parameters
    ----------
    project
        The project.
    progress
        Called before each check.

    Returns
    -------
    VerifyResult
        Each check with what it found, by name and place.
    """
    store = project.store
    n = Counter[str]()
    unread = []
    try:
        n.update(store.integrity_counts())
    except StoreError as error:
        unread.append(_unreadable("file", error))
    checks: tuple[tuple[str, str, Check], ...] = (
        (
            "pages",
            f"{counted(n['pages'], 'page')}: structure, indexes, types",
            integrity.check_pages,
        ),
        ("schema", "tables, views and guards as in a new file", integrity.check_schema),
        ("keys", "every reference leads to a row", integrity.check_foreign_keys),
        ("events", f"the chain of {counted(n['events'], 'event')}", integrity.check_events),
        ("seals", f"{counted(n['seals'], 'row')} against their digests", integrity.check_seals),
        ("texts", f"{counted(n['texts'], 'text')} against their digests", integrity.check_texts),
        ("blocks", f"{counted(n['blocks'], 'block')}: lengths, no gaps", integrity.check_blocks),
        ("lineage", f"{counted(n['runs'], 'run')} without a cycle", integrity.check_runs),
    )
    done = []
    for i, (name, what, check) in enumerate(checks):
        if progress:
            progress(Progress(f"verify {name}", i, len(checks) + 1))
        done.append(_checked(name, what, [*unread, *_found_by(name, store.problems(check))]))
        unread = []
    sources, notices = _sources(project)
    done.append(sources)
    if n["removed texts"]:
        notices.append(
            f"{counted(n['removed texts'], 'text')}"
            f" {'was' if n['removed texts'] == 1 else 'were'} removed for good: workbench log"
            " --kind forget"
        )
    return VerifyResult(
        path=str(store.path),
        is_sound=not any(check.n_problems for check in done),
        checks=tuple(done),
        notices=tuple(notices),
    )


def _found_by(name: str, problems: Iterator[Problem]) -> Iterator[Problem]:
    """Yield what a check finds, and what it cannot read: damage may be of any kind."""
    try:
        yield from problems
    except (StoreError, TypeError, ValueError, OverflowError) as error:
        yield _unreadable(name, error)


def _unreadable(place: str, error: Exception) -> Problem:
    return Problem(place, f"cannot be read: {error.__cause__ or error}")


def _checked(name: str, what: str, found: Sequence[Problem]) -> Checked:
    return Checked(name, what, len(found), tuple(found[:MOST_SHOWN]))


def _sources(project: Project) -> tuple[Checked, list[str]]:
    """Compare the files that examples came from with what they were, where they are still there."""
    try:
        known = project.store.examples.sources()
    except StoreError as error:
        return _checked("sources", "files that rows came from", [_unreadable("source", error)]), []
    sources = [source for source in known if source.format != "dataframe"]
    digests: dict[Path, str] = {}
    problems, notices, n_compared = [], [], 0
    for source in sources:
        path = _found(project, source.path, source.folder)
        if path is None:
            notices.append(f"{source.path} is not there any more (run {source.run_id})")
            continue
        n_compared += 1
        if path not in digests:
            digests[path] = sha256_of(path)
        later = {s.sha256 for s in sources if s.path == source.path and s.run_id > source.run_id}
        if digests[path] == source.sha256:
            continue
        if digests[path] in later:
            notices.append(f"{source.path} was imported again since run {source.run_id}")
        else:
            message = f"the file has changed since run {source.run_id} imported it"
            problems.append(Problem(str(path), message))
    return _checked(
        "sources", f"{counted(n_compared, 'file')} that rows came from", problems
    ), notices


def _found(project: Project, name: str, folder: str | None) -> Path | None:
    """Return where a source lies now: as it was named then, or in the project's folder."""
    for base in (Path(folder) if folder else Path.cwd(), project.root):
        if (base / name).is_file():
            return (base / name).resolve()
    return None
