"""Run the commands of a page and write down what they print: ``python docs/pages.py PAGE...``.

A page is a session in one empty folder:

- a ``console`` block holds commands after ``$`` and what they print; ``# exit 1`` behind a command
  says that it is meant to fail, and a line of only ``…`` stands for lines that are left out;
- a block with a ``title="path"`` is a file, written there before what follows runs;
- a ``python`` block without a title is run; the names it makes stay for the next one;
- a ``toml`` block is read as a part of ``workbench.toml``.

``data/`` and ``labeling_functions/`` of the checkout are at hand, as they are for its reader.

The tests run the same pages and demand the same output, digits aside: those may differ between
processors.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from workbench.services.config import read_config
from workbench.tui.keymap import check_keymap

DOCS = Path(__file__).parent
BLOCK = re.compile(
    r"^(?P<fence>```+)(?P<language>\w+)(?: title=\"(?P<title>[^\"]+)\")?\n"
    r"(?P<body>.*?)^(?P=fence)$",
    re.MULTILINE | re.DOTALL,
)
EXIT = re.compile(r"\s+# exit (\d)$")
LEFT_OUT = "…"
LONGEST_LINE = 100


@dataclass(frozen=True)
class Command:
    """One command of a ``console`` block: what was typed, what the page shows, what is printed."""

    typed: str
    shown: list[str]
    printed: list[str]
    code: int
    expected_code: int

    def agrees(self) -> bool:
        """Return whether the page shows what is printed, digits aside."""
        return self.code == self.expected_code and _matches(self.shown, self.printed)


class Session:
    """Runs the blocks of one page in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("data", "labeling_functions"):
            (folder / name).symlink_to(DOCS.parent / name)
        self.names: dict[str, Any] = {}

    def run(self, text: str) -> list[Command]:
        """Run every block of a page; return its commands."""
        commands: list[Command] = []
        for block in BLOCK.finditer(text):
            if block["title"]:
                path = self.folder / block["title"]
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(block["body"], encoding="utf-8")
            elif block["language"] == "console":
                commands += [self._call(typed, shown) for typed, shown in _commands(block["body"])]
            elif block["language"] == "python":
                with contextlib.chdir(self.folder):
                    exec(compile(block["body"], "page", "exec"), self.names)  # noqa: S102  our own pages
            elif block["language"] == "toml":
                _read_configuration(block["body"])
        return commands

    def _call(self, typed: str, shown: list[str]) -> Command:
        meant = EXIT.search(typed)
        bin_folder = str(Path(sys.executable).parent)
        done = subprocess.run(
            ["bash", "-c", EXIT.sub("", typed)],
            cwd=self.folder,
            env={
                **os.environ,
                "PATH": bin_folder + os.pathsep + os.environ["PATH"],
                "PYTHONPATH": str(DOCS.parent),
                "NO_COLOR": "1",
                "COLUMNS": str(LONGEST_LINE),
                "USER": "ann",
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        printed = done.stdout.replace(str(self.folder.resolve()), "~").splitlines()
        printed = [_shorten(line.rstrip()) for line in printed]
        return Command(typed, shown, printed, done.returncode, int(meant[1]) if meant else 0)


def _read_configuration(body: str) -> None:
    """Read a part of ``workbench.toml``; raise what the program would say of it."""
    whole = body if "classes" in tomllib.loads(body) else f'classes = ["ham", "spam"]\n{body}'
    with TemporaryDirectory() as folder:
        path = Path(folder) / "workbench.toml"
        path.write_text(whole, encoding="utf-8")
        check_keymap(read_config(path).keys)


def _commands(body: str) -> list[tuple[str, list[str]]]:
    found: list[tuple[str, list[str]]] = []
    for line in body.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif found:
            found[-1][1].append(line.rstrip())
    return found


def _shorten(line: str) -> str:
    return line if len(line) <= LONGEST_LINE else line[: LONGEST_LINE - 1] + LEFT_OUT


def _mask(line: str) -> str:
    """Put # for each number, and one space for each run of blanks that a number's width moves.

    A share is one number, too: the digits say whether it is told as a range or with an estimate. So
    is the digest of a file that holds numbers.
    """
    numbers = re.sub(r"(?<=SHA-256 )[0-9a-f]+|\d[\d,.]*", "#", line)
    numbers = re.sub(r"\s+", " ", numbers).strip()
    return re.sub(r"# % \[#,? #\]|# to # %", "#", numbers)


def _matches(shown: list[str], printed: list[str]) -> bool:
    if not shown:
        return not printed
    if shown[0] == LEFT_OUT:
        return any(_matches(shown[1:], printed[k:]) for k in range(len(printed) + 1))
    return bool(printed) and _is_same(shown[0], printed[0]) and _matches(shown[1:], printed[1:])


def _is_same(shown: str, printed: str) -> bool:
    """Whether two lines say the same; the width of its digits says where a long one is cut."""
    if not any(len(line) == LONGEST_LINE and line[-1] == LEFT_OUT for line in (shown, printed)):
        return _mask(shown) == _mask(printed)
    shorter, longer = sorted(
        (_mask(line.removesuffix(LEFT_OUT)) for line in (shown, printed)), key=len
    )
    return longer.startswith(shorter)


def rewrite(text: str, commands: list[Command]) -> str:
    """Return a page with what its commands print now; what was left out stays left out."""
    remaining = iter(commands)

    def renew(block: re.Match[str]) -> str:
        if block["title"] or block["language"] != "console":
            return block[0]
        lines: list[str] = []
        for _ in _commands(block["body"]):
            command = next(remaining)
            lines += [f"$ {command.typed}", *_renewed(command)]
        return f"{block['fence']}console\n" + "\n".join(lines) + f"\n{block['fence']}"

    return BLOCK.sub(renew, text)


def _renewed(command: Command) -> list[str]:
    shown, printed = command.shown, command.printed
    if shown.count(LEFT_OUT) == 1:
        head, tail = shown.index(LEFT_OUT), len(shown) - shown.index(LEFT_OUT) - 1
        return [*printed[:head], LEFT_OUT, *printed[len(printed) - tail :]]
    return shown if LEFT_OUT in shown and command.agrees() else printed


def main() -> int:
    """Rewrite the pages that are named, or all that are sessions."""
    failed = 0
    for name in sys.argv[1:]:
        path = Path(name)
        text = path.read_text(encoding="utf-8")
        with TemporaryDirectory() as folder:
            commands = Session(Path(folder)).run(text)
        for command in commands:
            if command.code != command.expected_code:
                failed = 1
                print(f"{name}: exit {command.code}: $ {command.typed}", *command.printed, sep="\n")
        path.write_text(rewrite(text, commands), encoding="utf-8")
    return failed


if __name__ == "__main__":
    sys.exit(main())
