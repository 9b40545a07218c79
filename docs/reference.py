"""Write the reference from the code: ``python docs/reference.py`` fills ``docs/reference/``."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

import workbench as wb
from workbench.cli.app import build_app
from workbench.main import COMMANDS
from workbench.services.config import Config, write_config

FOLDER = Path(__file__).with_name("reference")
NOTE = "Written by `python docs/reference.py` from the code; do not edit."


def main() -> None:
    """Write every page."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


def pages() -> dict[str, str]:
    """Return each page by its file name."""
    return {
        "command-line.md": "\n".join(_command_line()) + "\n",
        "python.md": "\n".join(_python()) + "\n",
        "configuration.md": "\n".join(_configuration()) + "\n",
    }


def _command_line() -> Iterator[str]:
    yield f"# The command line\n\n{NOTE}\n"
    yield (
        "Every command but `serve` takes `--json` for one JSON document instead of tables, and\n"
        "`-C DIR` before its name for a project elsewhere. Exit codes: 0 done, 1 failed, 2 wrong"
        " usage.\n"
        "Progress goes to stderr. `NO_COLOR` is heeded.\n"
    )
    app = build_app(COMMANDS)
    top = click.Context(app, info_name="workbench")
    for name in app.list_commands(top):
        command = app.get_command(top, name)
        assert command is not None
        yield from _command(command, click.Context(command, info_name=name, parent=top), "##")


def _command(command: click.Command, context: click.Context, heading: str) -> Iterator[str]:
    yield f"{heading} {context.command_path}\n"
    usage = command.collect_usage_pieces(context)
    yield "```text\n" + " ".join([context.command_path, *usage]) + "\n```\n"
    yield _prose(inspect.cleandoc(command.help or "")) + "\n"
    rows = [record for p in command.params if (record := p.get_help_record(context))]
    if rows:
        yield "| option | |\n| --- | --- |"
        yield from (f"| `{_cell(option)}` | {_cell(text)} |" for option, text in rows)
        yield ""
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from _command(
                inner, click.Context(inner, info_name=name, parent=context), heading + "#"
            )


def _python() -> Iterator[str]:
    yield f"# The Python API\n\n{NOTE}\n"
    yield "```python\nimport workbench as wb\n```\n"
    yield (
        "Every method does what the command of its name does and returns a frozen dataclass.\n"
        "Shown at a prompt or in a notebook it is a few lines; its fields hold everything.\n"
        "Errors are `wb.WorkbenchError`s: each says what happened, where, and what to do, with\n"
        "the names of arguments in place of options. What the command line can do beside it, as\n"
        "`restore`, `forget`, `guideline` and the parts of `lf`, has no method.\n"
    )
    for name in ("open", "init"):
        yield from _callable(f"wb.{name}", getattr(wb, name), "##")
    yield "## wb.Project\n"
    yield _prose(inspect.getdoc(wb.Project) or "") + "\n"
    project, *groups = (c for c in wb.Project.__mro__ if c.__module__.startswith("workbench.api"))
    for part in (*groups, project):
        for name, method in vars(part).items():
            if inspect.isfunction(method) and not name.startswith("_"):
                yield from _callable(name, method, "###")
    yield "## Labeling functions\n"
    for name in wb.__all__:
        item = getattr(wb, name)
        if callable(item) and inspect.getmodule(item) and ".functions" in item.__module__:
            yield from _callable(f"wb.{name}", item, "###")


def _callable(name: str, function: Any, heading: str) -> Iterator[str]:
    signature = inspect.signature(function)
    parameters = [p for p in signature.parameters.values() if p.name != "self"]
    shown = signature.replace(parameters=parameters)
    yield f"{heading} {name}\n"
    yield f"```text\n{name}{shown}\n```\n".replace("'", "")
    yield _prose(inspect.getdoc(function) or "") + "\n"
    service = re.search(r"see\s+`(workbench\.services\.[\w.]+)\.(\w+)`", function.__doc__ or "")
    if service:
        inner = getattr(importlib.import_module(service[1]), service[2])
        yield _prose(inspect.getdoc(inner) or "") + "\n"


def _prose(docstring: str) -> str:
    """Turn a numpydoc docstring into Markdown: section headings bold, literals in one backtick."""
    text = re.sub(r"^(\w[\w ]*)\n-{3,}$", r"**\1**\n", docstring, flags=re.MULTILINE)
    text = re.sub(
        r"^(\*?\*?\w+(?:, \w+)*)\n((?: {4}.*\n?)+)", _definition, text, flags=re.MULTILINE
    )
    return text.replace("``", "`").replace("\b\n", "")


def _definition(match: re.Match[str]) -> str:
    body = " ".join(line.strip() for line in match[2].splitlines())
    return f"- `{match[1]}`: {body}\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _configuration() -> Iterator[str]:
    yield f"# workbench.toml\n\n{NOTE}\n"
    yield "`workbench init` writes it so; every key but `classes` may be left out.\n"
    with TemporaryDirectory() as folder:
        path = Path(folder) / "workbench.toml"
        write_config(path, Config(classes=("ham", "spam")))
        yield f"```toml\n{path.read_text(encoding='utf-8')}```"


if __name__ == "__main__":
    main()
