"""The page: verdicts, what to do first, predictions, and each lens with its rows."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path
from xml.etree.ElementTree import Element

from workbench.errors import UsageError
from workbench.figures import counted
from workbench.formats.writers import replacing, target_file
from workbench.report import sections
from workbench.report.elements import element, raw, to_html
from workbench.report.style import CSS, SCRIPT
from workbench.services.diagnose.diff import DiagnosisDiff
from workbench.services.diagnose.verdicts import DiagnoseResult
from workbench.services.project import Project

_GENERATOR = "workbench diagnose"


def check_report_path(project: Project, path: Path, *, replace: bool = False) -> None:
    """Refuse a path where the page of a diagnosis would destroy something.

    Parameters
    ----------
    project
        The project, whose own files are never replaced.
    path
        Where the page shall go. An earlier page, which its generator mark tells, may be replaced.
    replace
        Whether to replace any other file that is there.

    Raises
    ------
    UsageError
        If no file is named, it is part of the project, or it is there and no earlier page.
    DataError
        If it is no regular file, or its folder is not there.
    """
    target = target_file(path)
    if project.owns(target):
        raise UsageError(
            "this file is part of the project", place=str(path), hint="Name another file."
        )
    if target.exists() and not replace and not _is_report(target):
        raise UsageError(
            "the file is there already, and is no page of a diagnosis",
            place=str(path),
            hint="Name another one, or say --yes to replace it.",
        )


def _is_report(path: Path) -> bool:
    """Tell whether a file begins as every page does, up to the mark of what generated it."""
    opening = _opening()
    try:
        with path.open("rb") as file:
            return file.read(len(opening)) == opening
    except OSError:
        return False


def _opening() -> bytes:
    """Return the first bytes of every page."""
    page = to_html(element("html", element("head", *_marks()), lang="en"))
    return page.removesuffix("</head></html>\n").encode()


def _marks() -> list[Element]:
    """Return what stands first in the head of a page."""
    return [
        element("meta", charset="utf-8"),
        element("meta", name="generator", content=_GENERATOR),
    ]


def write_report(
    path: Path,
    result: DiagnoseResult,
    *,
    name: str = "",
    texts: Mapping[str, str] | None = None,
    diff: DiagnosisDiff | None = None,
) -> None:
    """Write the page of a diagnosis, whole or not at all.

    Parameters
    ----------
    path
        The file; one of that name is replaced.
    result
        The diagnosis.
    name
        What the project is called.
    texts
        Of the rows behind the figures, by uid.
    diff
        What changed since an earlier diagnosis.

    Raises
    ------
    DataError
        If the file cannot be written.
    """
    page = render_report(result, name=name, texts=texts, diff=diff)
    with replacing(path) as temporary:
        temporary.write_text(page, encoding="utf-8")


def render_report(
    result: DiagnoseResult,
    *,
    name: str = "",
    texts: Mapping[str, str] | None = None,
    diff: DiagnosisDiff | None = None,
) -> str:
    """Return the page of a diagnosis as HTML; it fetches nothing and runs only its own script.

    Parameters
    ----------
    result
        The diagnosis.
    name
        What the project is called.
    texts
        Of the rows behind the figures, by uid.
    diff
        What changed since an earlier diagnosis.
    """
    title = f"Diagnosis of {name}" if name else "Diagnosis"
    body = element(
        "body",
        element("header", element("h1", title), element("p", _about(result), class_="soft")),
        sections.cards(result.lenses),
        *sections.steps(result.steps),
        *sections.changes(diff),
        *sections.predictions(result.predictions),
        *sections.duplicates(result, texts or {}),
        *sections.classes(result, texts or {}),
        *sections.noise(result, texts or {}),
        *sections.shift(result, texts or {}),
        *sections.limits(result),
        raw("script", SCRIPT),
    )
    return to_html(element("html", _head(title), body, lang="en"))


def _about(result: DiagnoseResult) -> str:
    roles = ", ".join(f"{n:,} {role}" for role, n in result.by_role.items() if n)
    moment = f" · {result.at[:16].replace('T', ' ')} UTC" if result.at else ""
    blank = result.duplicates.n_blank
    labels = counted(result.n_labelled, "training label")
    return (
        f"{counted(result.n_examples, 'row')}: {roles} · {labels}"
        + (f" · {counted(blank, 'row')} with nothing to read" if blank else "")
        + f" · run {result.run_id}{moment}"
    )


def _head(title: str) -> Element:
    digest = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    # Whatever a text might hold, a browser runs this one script and asks no server for anything.
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    return element(
        "head",
        *_marks(),
        Element("meta", {"http-equiv": "Content-Security-Policy", "content": policy}),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", title),
        raw("style", CSS),
    )
