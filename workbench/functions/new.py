"""Starter files for labeling functions."""

from __future__ import annotations

import keyword
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, get_args

from workbench.errors import FunctionError

StarterTemplate = Literal["python", "snorkel", "keywords", "regex"]
"""The kinds of starter file."""

_STARTERS: dict[str, str] = {
    "python": '''\
"""Labeling functions: {name}."""

from workbench import ABSTAIN, labeling_function

{classes}


@labeling_function()
def {name}(record):
    """Say here what this function looks for."""
    # record.text is the text; metadata columns are attributes too: record.price
    if "change me" in record.text.lower():
        return {first}
    return ABSTAIN
''',
    "snorkel": '''\
"""Labeling functions in Snorkel's style: {name}."""

from snorkel.labeling import labeling_function

ABSTAIN = -1
{classes}


@labeling_function()
def {name}(x):
    """Say here what this function looks for."""
    # x.text is the text; metadata columns are attributes too: x.price
    return {first} if "change me" in x.text.lower() else ABSTAIN
''',
    "keywords": '''\
"""Labeling functions by words: {name}."""

from workbench import keywords

# Classes: {listed}
keywords(
    "{name}",
    words=["change me", "another phrase"],
    label={label},
    # column="title",        another column than the text
    # whole_words=False,     also inside of longer words
    # case_sensitive=True,
)
''',
    "regex": '''\
"""Labeling functions by regular expressions: {name}."""

from workbench import regex

# Classes: {listed}
regex(
    "{name}",
    pattern=r"\\bchange\\s+me\\b",
    label={label},
    # column="title",        another column than the text
    # case_sensitive=True,
)
''',
}


def new_script(
    folder: Path,
    name: str,
    *,
    template: StarterTemplate = "python",
    class_names: Sequence[str],
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
    if template not in _STARTERS:
        raise FunctionError(
            f"no template {template!r}", hint=f"there are: {', '.join(get_args(StarterTemplate))}"
        )
    if not class_names:
        raise FunctionError("labeling functions need at least one class to vote for")
    constants = _constants(class_names)
    text = _STARTERS[template].format(
        name=name,
        classes="\n".join(f"{constant} = {i}" for i, constant in enumerate(constants)),
        first=constants[0],
        label=repr(class_names[0]),
        listed=", ".join(map(repr, class_names)),
    )
    path = folder / f"{name}.py"
    if path.exists():
        raise FunctionError("the file exists already", place=str(path), hint="choose another name")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise FunctionError(f"the file cannot be written: {error}", place=str(path)) from error
    return path


def _constants(class_names: Sequence[str]) -> list[str]:
    """Return a distinct Python constant for each class name."""
    constants: list[str] = []
    for index, name in enumerate(class_names):
        constant = "".join(c if c.isalnum() else "_" for c in name).upper()
        if not constant.isidentifier() or constant in {*constants, "ABSTAIN"}:
            constant = f"CLASS_{index}"
        constants.append(constant)
    return constants
