"""Which class a person means by a name, and what to say where it is none."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from workbench.errors import UsageError
from workbench.name_lists import quoted_list

if TYPE_CHECKING:
    from workbench.services.project import Project

_LISTED = 12
"""Up to so many classes are all named."""

_SIMILAR = 3

_LEAST_TYPED = 2
"""A single letter is a key, or half of a slip."""

_GAPS = re.compile(r"(?<=[^\W_])[\s_-]+(?=[^\W_])")


def as_typed(name: str) -> str:
    """Return a name as it may be typed: without case, with one space between its words."""
    return _GAPS.sub(" ", name.casefold()).strip()


def class_begun(names: Sequence[str], typed: str) -> str | None:
    """Return the only class whose name begins with what was typed; None where none does.

    Parameters
    ----------
    names
        The names of the classes.
    typed
        Two letters or more; a space is as good as the dash or underscore of a name.

    Raises
    ------
    UsageError
        If several do, and none is typed in full.
    """
    wanted = as_typed(typed)
    begun = [name for name in names if as_typed(name).startswith(wanted)]
    if len(wanted) < _LEAST_TYPED or not begun:
        return None
    whole = [name for name in begun if as_typed(name) == wanted]
    found = whole if len(whole) == 1 else begun
    if len(found) > 1:
        some = quoted_list(found[:_LISTED]) + ", …" * (len(found) > _LISTED)
        raise UsageError(f"{len(found)} classes begin with {typed!r}", hint=f"Type more of: {some}")
    return found[0]


def class_hint(names: Sequence[str], wrong: str) -> str:
    """Name the classes where they are few, else those like what was written and the count.

    Parameters
    ----------
    names
        The names of the classes.
    wrong
        What was written.
    """
    near = difflib.get_close_matches(wrong, names, n=_SIMILAR)
    if len(names) > _LISTED:
        if not near:
            return f"{len(names)} classes are in workbench.toml, and none is like it."
        return (
            f"Of the {len(names)} classes in workbench.toml these are like it: {quoted_list(near)}."
        )
    guess = f" Did you mean {near[0]!r}?" if near else ""
    return f"Classes: {quoted_list(names)}.{guess}"


def class_number(project: Project, label: str) -> int:
    """Return the number of a class of the label set by what a person calls it.

    Parameters
    ----------
    project
        The project.
    label
        The class's name, a former one or one that counts as it too, in any case, or its index
        written out.

    Raises
    ------
    UsageError
        If there is no such class, or it counts for none any more.
    """
    label_set = project.label_set
    number = label_set.number_of_name.get(label)
    if number is None:
        number = label_set.alike(label)
    if number is not None:
        counts_as = label_set.states[number].counts_as
        if counts_as is None:
            raise UsageError(
                f"class {label!r} is no longer in the label set",
                hint=class_hint(project.classes, label),
            )
        return counts_as
    if label.isdecimal() and int(label) < len(label_set.numbers):
        return label_set.numbers[int(label)]
    raise UsageError(f"unknown class {label!r}", hint=class_hint(project.classes, label))


def class_index(project: Project, label: str) -> int:
    """Return the index of a class by what a person calls it; see `class_number`."""
    return project.label_set.numbers.index(class_number(project, label))
