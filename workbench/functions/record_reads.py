"""What a labeling function reads of its records, where its syntax tells (worker only)."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from types import FunctionType
from typing import Any

from workbench.functions.decorator import LabelingFunction
from workbench.functions.record import FIXED_COLUMNS
from workbench.functions.source import FunctionNode, source_file

_REACH_ALL = frozenset({"_getframe", "currentframe", "dir", "eval", "exec", "locals", "vars"})
"""Names by which code may get at the record without naming it."""


def fixed_columns_read(function: Any) -> tuple[str, ...] | None:
    """Return what a function reads of its records, if that is some of the fixed columns alone.

    Its block then needs no other column, and what others hold cannot change in its hands.

    Parameters
    ----------
    function
        A labeling function, ours or Snorkel's, that takes records.

    Returns
    -------
    tuple or None
        The columns; None where it reads others too, or may do so: it hands the record on, writes
        to it, has preprocessors, or its source is not there.
    """
    plain = without_wrapper(function)
    if plain is None or not isinstance(plain[0], FunctionType):
        return None
    code = plain[0].__code__
    node = source_file(code.co_filename).find(code)
    return None if node is None else _read_by(node)


def without_wrapper(function: Any) -> tuple[Callable[..., object], Mapping[str, Any]] | None:
    """Return the user's own function and its resources, where calling it gives the same votes."""
    if preprocessors(function):
        return None
    if isinstance(function, LabelingFunction):
        is_called_so = type(function).__call__ is LabelingFunction.__call__
        return (function.function, function.resources) if is_called_so else None
    # A class of the user's may call it otherwise.
    called = (type(function).__call__, type(function)._preprocess_data_point)
    if any(getattr(m, "__module__", "") != "snorkel.labeling.lf.core" for m in called):
        return None
    return function._f, function._resources


def preprocessors(function: Any) -> Sequence[Any]:
    """Return the preprocessors of a labeling function, or of a Snorkel preprocessor."""
    if isinstance(function, LabelingFunction):
        return function.pre
    found: Sequence[Any] = getattr(function, "_pre", ())
    return found


def _read_by(node: FunctionNode) -> tuple[str, ...] | None:
    """Return the fixed columns that a definition reads of its first parameter, or None."""
    parameters = [*node.args.posonlyargs, *node.args.args]
    if not parameters:
        return None
    record = parameters[0].arg
    read = set()
    n_named = 0
    for part in ast.walk(node):
        match part:
            case ast.Attribute(value=ast.Name(id=name), attr=attr, ctx=ast.Load()) if (
                name == record
            ):
                read.add(attr)
                n_named -= 1
            case ast.Name(id=name) | ast.Attribute(attr=name) if name in _REACH_ALL:
                return None
        n_named += isinstance(part, ast.Name) and part.id == record
    # Each mention of the record has to be the reading of one attribute.
    return tuple(sorted(read)) if n_named == 0 and read <= {*FIXED_COLUMNS} else None
