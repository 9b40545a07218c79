"""The sections of docs/benchmarks.md that hold what benchmarks have printed, losses included."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from benchmarks.common import REPOSITORY

PAGE = REPOSITORY / "docs" / "benchmarks.md"


def run_and_write(name: str, arguments: Sequence[str] = (), page: Path = PAGE) -> None:
    """Run a benchmark in a process of its own and put what it prints into its section of a page."""
    began = datetime.now(UTC)
    where = f"{began:%Y-%m-%d}, {commit()}, {machine()}"
    command = [sys.executable, "-m", f"benchmarks.{name}", *arguments]
    printed = []
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            printed.append(line)
    if process.returncode:
        raise SystemExit(f"{name} failed; {page.name} is as it was")
    call = " ".join(["python -m benchmarks --write", name, *arguments])
    page.write_text(with_section(page.read_text(), name, f"`{call}`, {where}.", "".join(printed)))


def with_section(page: str, name: str, head: str, printed: str) -> str:
    """Return a page with the section of a benchmark, in place of an earlier one or at the end."""
    begin, end = f"<!-- {name}: written, do not edit -->", f"<!-- end of {name} -->"
    body = printed.strip("\n")
    if "\n|" not in f"\n{body}":  # lines without a table stand as they are
        body = f"```text\n{body}\n```"
    # Markdown wants a blank line around a table, and headings below that of the section.
    body = re.sub(r"(?m)^(?!\||\n)(.+)\n(?=\|)", r"\1\n\n", body)
    body = re.sub(r"(?m)^(\|.*)\n(?!\||\n)", r"\1\n\n", body)
    body = re.sub(r"(?m)^#+ ", "#### ", body)
    section = f"{begin}\n### {name}\n\n{head}\n\n{body}\n{end}\n"
    if begin not in page:
        return f"{page.rstrip()}\n\n{section}"
    start, stop = page.index(begin), page.index(end) + len(end) + 1
    return page[:start] + section + page[stop:]


def commit() -> str:
    """Return which code is measured."""
    git = ["git", "-C", str(REPOSITORY)]
    try:
        found = subprocess.run(
            [*git, "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True
        )
        changed = subprocess.run([*git, "diff", "--quiet", "HEAD", "--", "workbench"], check=False)
    except (OSError, subprocess.CalledProcessError):
        return "no commit"
    return f"commit {found.stdout.strip()}{' with changes' if changed.returncode else ''}"


def machine() -> str:
    """Return what it is measured on."""
    model = platform.processor() or platform.machine()
    cpus = Path("/proc/cpuinfo")
    if cpus.exists() and (named := re.search(r"model name\s*: (.+)", cpus.read_text())):
        model = named[1]
    return f"{os.cpu_count()} x {model}, Python {platform.python_version()}, NumPy {np.__version__}"
