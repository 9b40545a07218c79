"""The project's configuration: ``workbench.toml``."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workbench.errors import DataError, ProjectError
from workbench.formats.readers import half_pair
from workbench.formats.writers import replacing
from workbench.functions.protocol import MAX_ROW_TIMEOUT, MIN_ROW_TIMEOUT
from workbench.types import DEFAULT_ORDER, ConsensusPolicy

CONFIG_NAME = "workbench.toml"
DATABASE_NAME = "workbench.db"
FUNCTIONS_NAME = "labeling_functions"

MAX_CLASSES = 30_000
"""Votes are at most int16."""

MAX_SEED = 2**32 - 1
"""What every generator of random numbers takes."""


@dataclass(frozen=True, slots=True)
class Config:
    """What ``workbench.toml`` says.

    ``label_order`` is the precedence of a label's origins; ``min_confidence`` is what a label
    model's top probability must reach before it becomes a label; ``consensus`` is how several
    annotators' answers become one label; ``default_class`` is the label of rows that no vote
    decides, empty for none; ``keys`` are the user's keys of the terminal interface, by
    ``view.action``.
    """

    classes: tuple[str, ...]
    text_column: str = "text"
    id_column: str = "id"
    label_column: str = "label"
    batch_column: str = "batch"
    vendor_column: str = "vendor"
    label_order: tuple[str, ...] = DEFAULT_ORDER
    min_confidence: float = 0.5
    consensus: str = ConsensusPolicy.MAJORITY.value
    default_class: str = ""
    seed: int = 0
    workers: int = 1
    row_timeout: float = 1.0
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


_KEYS: dict[str, tuple[str, type]] = {
    "classes": ("classes", list),
    "seed": ("seed", int),
    "columns.text": ("text_column", str),
    "columns.id": ("id_column", str),
    "columns.label": ("label_column", str),
    "columns.batch": ("batch_column", str),
    "columns.vendor": ("vendor_column", str),
    "labels.order": ("label_order", list),
    "labels.min_confidence": ("min_confidence", float),
    "labels.consensus": ("consensus", str),
    "labels.default_class": ("default_class", str),
    "apply.workers": ("workers", int),
    "apply.row_timeout": ("row_timeout", float),
}


def read_config(path: Path) -> Config:
    """Read ``workbench.toml``.

    Raises
    ------
    ProjectError
        If it is no TOML, holds an unknown key, or a value cannot be used.
    """
    try:
        text = _read(path)
    except UnicodeError as error:
        raise ProjectError(
            "its text is not UTF-8", place=str(path), hint="Save it as UTF-8 in your editor."
        ) from error
    except OSError as error:
        raise ProjectError(
            f"cannot be read: {error.strerror}", place=str(path), hint="Check its permissions."
        ) from error
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # no TOML, or beyond all measure
        is_unmerged = re.search(r"^(<{7}|>{7}) ", text, re.MULTILINE)
        hint = "A merge has left two versions in it: keep one, without the lines <<<, === and >>>."
        raise ProjectError(
            f"not valid TOML: {error}",
            place=str(path),
            hint=hint if is_unmerged else "See https://toml.io.",
        ) from error
    values: dict[str, Any] = {"keys": _keys(document.pop("keys", {}), place=str(path))}
    for key, value in _flatten(document):
        if key not in _KEYS:
            raise ProjectError(
                f"unknown key {key!r}", place=str(path), hint=f"Known: {', '.join(_KEYS)}."
            )
        name, kind = _KEYS[key]
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if not isinstance(value, kind) or isinstance(value, bool):
            raise ProjectError(
                f"{key} is {value!r}",
                place=str(path),
                hint=f"It takes a {_KIND_NAMES[kind]}.",
            )
        values[name] = tuple(value) if isinstance(value, list) else value
    if "classes" not in values:
        raise ProjectError(
            "no classes", place=str(path), hint='Add a line such as: classes = ["ham", "spam"]'
        )
    values["classes"] = check_classes(values["classes"], place=str(path))
    config = Config(**values)
    _check(config, place=str(path))
    return config


def _read(path: Path) -> str:
    """Return the text of a configuration; some editors put a byte-order mark before it."""
    return path.read_text(encoding="utf-8-sig")


_KIND_NAMES: dict[type, str] = {
    list: "list",
    int: "whole number",
    float: "number",
    str: "text in quotes",
}


def _flatten(document: dict[str, Any]) -> list[tuple[str, Any]]:
    flat: list[tuple[str, Any]] = []
    for key, value in document.items():
        if isinstance(value, dict):
            flat += [(f"{key}.{inner}", v) for inner, v in value.items()]
        else:
            flat.append((key, value))
    return flat


def _keys(table: Any, *, place: str) -> dict[str, tuple[str, ...]]:
    """Return the table ``[keys]``: for each ``view.action`` one key, or a list of them."""
    keys: dict[str, tuple[str, ...]] = {}
    for view, actions in table.items() if isinstance(table, dict) else [("keys", table)]:
        for action, wanted in actions.items() if isinstance(actions, dict) else [("", actions)]:
            listed = [wanted] if isinstance(wanted, str) else wanted
            is_list = isinstance(listed, list) and all(isinstance(k, str) and k for k in listed)
            if not action or not is_list or not listed:
                raise ProjectError(
                    f"keys.{view} is {actions!r}",
                    place=place,
                    hint='Write, for example: annotate.accept = "y", or ["y", "enter"].',
                )
            keys[f"{view}.{action}"] = tuple(listed)
    return keys


def check_classes(names: Any, *, place: str | None = None) -> tuple[str, ...]:
    """Return the class names, trimmed.

    Raises
    ------
    ProjectError
        If there are fewer than two, or one is empty, repeated or no text.
    """
    trimmed = tuple(check_class_name(name, place=place) for name in names)
    repeated = {name for name in trimmed if trimmed.count(name) > 1}
    if repeated:
        raise ProjectError(
            f"class {min(repeated)!r} stands there twice",
            place=place,
            hint="Name each class once.",
        )
    if not 2 <= len(trimmed) <= MAX_CLASSES:
        raise ProjectError(
            f"{len(trimmed)} class{'es' * (len(trimmed) != 1)}: there must be 2 to {MAX_CLASSES:,}",
            place=place,
            hint="Name them in order, for example: --classes ham,spam",
        )
    return trimmed


def check_class_name(name: Any, *, place: str | None = None) -> str:
    """Return the name of a class, trimmed.

    Raises
    ------
    ProjectError
        If it is empty, no text, not UTF-8, or holds control characters.
    """
    if not isinstance(name, str) or not name.strip():
        raise ProjectError("a class needs a name", place=place, hint="Give each one a short text.")
    if half_pair(name):
        raise ProjectError(
            f"class {name!r} is not UTF-8",
            place=place,
            hint="Type it in a terminal that speaks UTF-8, or write it in workbench.toml.",
        )
    if not name.strip().isprintable():
        raise ProjectError(
            f"class {name!r} holds control characters",
            place=place,
            hint="Take them out: a name is one line of printable characters.",
        )
    return name.strip()


def _check(config: Config, *, place: str) -> None:
    if sorted(config.label_order) != sorted(DEFAULT_ORDER):
        raise ProjectError(
            f"labels.order is {list(config.label_order)}",
            place=place,
            hint=f"It orders these four: {', '.join(DEFAULT_ORDER)}.",
        )
    if not 0 <= config.min_confidence <= 1:
        raise ProjectError(
            f"labels.min_confidence is {config.min_confidence}",
            place=place,
            hint="It is a probability: from 0 to 1.",
        )
    if config.consensus not in list(ConsensusPolicy):
        raise ProjectError(
            f"labels.consensus is {config.consensus!r}",
            place=place,
            hint=f"It is one of: {', '.join(ConsensusPolicy)}.",
        )
    if not 0 <= config.seed <= MAX_SEED:
        raise ProjectError(
            f"seed is {_short(config.seed)}",
            place=place,
            hint=f"It is a whole number from 0 to {MAX_SEED}.",
        )
    if config.workers < 1:
        raise ProjectError(
            f"apply.workers is {config.workers}",
            place=place,
            hint="It is the number of worker processes: 1 or more, at best one a core.",
        )
    if not MIN_ROW_TIMEOUT <= config.row_timeout <= MAX_ROW_TIMEOUT:
        raise ProjectError(
            f"apply.row_timeout is {config.row_timeout}",
            place=place,
            hint=f"It is in seconds: from {MIN_ROW_TIMEOUT} to {MAX_ROW_TIMEOUT:.0f} (a day).",
        )
    columns = [getattr(config, name) for key, (name, _) in _KEYS.items() if key[:8] == "columns."]
    if not all(column.strip() for column in columns) or len(set(columns)) < len(columns):
        raise ProjectError(
            f"columns are named {', '.join(map(repr, columns))}",
            place=place,
            hint="Text, id, label, batch and vendor are five columns, each with a name of its own.",
        )


def _short(number: int) -> str:
    """Write a number that may have thousands of digits."""
    return str(number) if abs(number) < 10**30 else "a number of more than 30 digits"


def write_classes(path: Path, names: Sequence[str]) -> None:
    """Replace the class list in a ``workbench.toml``; all else stays as the user wrote it.

    Raises
    ------
    ProjectError
        If the file cannot be written.
    """
    text = _read(path)
    start = re.search(r"^classes\s*=\s*", text, re.MULTILINE)
    if start is None:
        raise ProjectError("no line begins with classes =", place=str(path))
    end = start.end()
    while (end := text.find("]", end) + 1) and not _is_toml(text[start.start() : end]):
        pass
    line = f"classes = [{', '.join(_quote(name) for name in names)}]"
    try:
        with replacing(path) as part:
            part.write_text(text[: start.start()] + line + text[end:], encoding="utf-8")
    except DataError as error:
        raise ProjectError(
            f"the class list {error.message}", place=str(path), hint=f"Write it yourself: {line}"
        ) from error


def _is_toml(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def write_config(path: Path, config: Config) -> None:
    """Write a ``workbench.toml`` with its comments.

    Raises
    ------
    ProjectError
        If a value cannot be used.
    """
    _check(config, place=str(path))
    path.write_text(
        f"""\
# A workbench project: https://pypi.org/project/workbench
# The order of the classes is their index in code: 0, 1, 2 … Change them with `workbench class`,
# which keeps this line up to date; what you add at the end here is taken over.
classes = [{", ".join(_quote(name) for name in config.classes)}]
seed = {config.seed}

[columns]  # what the columns are called in the files you import
text = {_quote(config.text_column)}
id = {_quote(config.id_column)}
label = {_quote(config.label_column)}
batch = {_quote(config.batch_column)}
vendor = {_quote(config.vendor_column)}

[labels]
# Which origin wins where several speak for a row.
order = [{", ".join(_quote(origin) for origin in config.label_order)}]
# A label model's belief becomes a label from here on.
min_confidence = {config.min_confidence}
# Where annotators differ: the majority's class, answers weighed by reliability (dawid-skene), or
# none until somebody settles it (adjudicate).
consensus = {_quote(config.consensus)}
# The class of rows that no vote decides, where a label model is in use: without a vote, or a tie.
# "" leaves them without a label.
default_class = {_quote(config.default_class)}

[apply]  # labeling functions run in worker processes
workers = {config.workers}
row_timeout = {config.row_timeout}  # seconds
""",
        encoding="utf-8",
    )
