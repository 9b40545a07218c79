"""Results as documents: frozen dataclasses to JSON values and back."""

from __future__ import annotations

import dataclasses
import math
import types
import typing
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from workbench.services.project import Project

T = TypeVar("T")


def last_result(project: Project, kind: str, result: type[T]) -> T | None:
    """Return what the newest run of a kind found; None before the first.

    Parameters
    ----------
    project
        The project.
    kind
        Of the run, which is also the name of what it stored.
    result
        The dataclass that it stored.
    """
    run = project.store.runs.last_done(kind)
    if run is None:
        return None
    return from_json(result, project.store.runs.artifact(run.run_id, kind))


def as_json(value: Any) -> Any:
    """Return a result as JSON values: dataclasses become objects, tuples lists, NaN null."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: as_json(getattr(value, field.name)) for field in dataclasses.fields(value)
        }
    if isinstance(value, Mapping):
        return {str(key): as_json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_json(item) for item in value]
    if hasattr(value, "tolist"):  # NumPy arrays and scalars
        return as_json(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def from_json(kind: type[T], document: Any) -> T:
    """Rebuild a dataclass from what `as_json` made of it."""
    result: T = _build(kind, document)
    return result


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _build(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    origin = typing.get_origin(kind)
    if origin in (types.UnionType, typing.Union):
        return _build(next(a for a in typing.get_args(kind) if a is not type(None)), value)
    if dataclasses.is_dataclass(kind):
        hints = _hints(typing.cast(type, kind))
        return typing.cast(Any, kind)(
            **{name: _build(hints[name], item) for name, item in value.items() if name in hints}
        )
    if origin is tuple:
        arguments = typing.get_args(kind)
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return tuple(_build(arguments[0], item) for item in value)
        return tuple(_build(a, item) for a, item in zip(arguments, value, strict=True))
    if origin is not None and isinstance(value, dict):
        inner = typing.get_args(kind)[1]
        return {key: _build(inner, item) for key, item in value.items()}
    return value
