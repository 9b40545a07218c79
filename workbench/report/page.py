"""The page: verdicts, what to do first, predictions, and each lens with its rows."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path
from xml.etree.ElementTree import Element

from workbench.formats.writers import replacing
from workbench.report import sections
from workbench.report.elements import element, raw, to_html
from workbench.report.style import CSS, SCRIPT
from workbench.services.diagnosis_diff import DiagnosisDiff
from workbench.services.verdicts import DiagnoseResult


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
    return (
        f"{result.n_examples:,} rows: {roles} · {result.n_labelled:,} training labels"
        f" · run {result.run_id}{moment}"
    )


def _head(title: str) -> Element:
    digest = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    # Whatever a text might hold, a browser runs this one script and asks no server for anything.
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    return element(
        "head",
        element("meta", charset="utf-8"),
        Element("meta", {"http-equiv": "Content-Security-Policy", "content": policy}),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", title),
        raw("style", CSS),
    )
