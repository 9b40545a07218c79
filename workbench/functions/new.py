"""Starter files for labeling functions."""

from __future__ import annotations

import keyword
from collections.abc import Collection, Sequence
from pathlib import Path

from workbench.errors import FunctionError
from workbench.functions.starters import COMPANIONS, INSTALLED, STARTERS

_MAX_NAME = 60
"""Letters of any script: the name of a file holds 255 bytes."""


def new_script(
    folder: Path,
    name: str,
    *,
    template: str = "python",
    class_names: Sequence[str],
    installed: Collection[str] = (),
) -> Path:
    """Write a commented starter file that loads as it is.

    Parameters
    ----------
    folder
        The folder with the scripts; made if it does not exist.
    name
        Name of the labeling function and, with ``.py``, of the file: a Python identifier.
    template
        The kind of file.
    class_names
        Names of the classes, in order of index.
    installed
        Templates of other packages.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    FunctionError
        If the name or the template cannot be used, the file exists, or it cannot be written.
    """
    if not name.isidentifier() or keyword.iskeyword(name) or name.startswith("_"):
        raise FunctionError(
            f"{name!r} cannot name a labeling function's file",
            hint="use letters, digits and underscores, a letter first: has_link",
        )
    if len(name) > _MAX_NAME:
        raise FunctionError(
            f"the name has {len(name)} letters", hint=f"use {_MAX_NAME} at most, as in: has_link"
        )
    if template not in STARTERS and template not in installed:
        raise FunctionError(
            f"no template {template!r}", hint=f"there are: {', '.join([*STARTERS, *installed])}"
        )
    if not class_names:
        raise FunctionError("labeling functions need at least one class to vote for")
    constants = _constants(class_names)
    words = {
        "name": name,
        "template": template,
        "classes": "\n".join(f"{constant} = {i}" for i, constant in enumerate(constants)),
        "first": constants[0],
        "label": repr(class_names[0]),
        "listed": ", ".join(map(repr, class_names)),
        "quoted": '"' + class_names[0].replace('"', '""') + '"',
    }
    files = {f"{name}.py": STARTERS.get(template, INSTALLED).format(**words)}
    if template in COMPANIONS:
        suffix, text = COMPANIONS[template]
        files[name + suffix] = text.format(**words)
    for path in (folder / file for file in files):
        if path.exists():
            raise FunctionError(
                "the file exists already", place=str(path), hint="choose another name"
            )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, text in files.items():
            with (folder / file).open("x", encoding="utf-8") as stream:
                stream.write(text)
    except OSError as error:
        raise FunctionError(f"the file cannot be written: {error}", place=str(folder)) from error
    return folder / f"{name}.py"


def _constants(class_names: Sequence[str]) -> list[str]:
    """Return a distinct Python constant for each class name."""
    constants: list[str] = []
    for index, name in enumerate(class_names):
        constant = "".join(c if c.isalnum() else "_" for c in name).upper()
        if not constant.isidentifier() or constant in {*constants, "ABSTAIN"}:
            constant = f"CLASS_{index}"
        constants.append(constant)
    return constants
