"""The commands that carry out what a diagnosis advises, where they would do so."""

from __future__ import annotations

import shlex

import numpy as np
from numpy.typing import NDArray

from workbench.errors import UsageError
from workbench.services.comparison_groups import RANGE, Group
from workbench.services.conditions import rows_where
from workbench.services.diagnosis_rows import DiagnosisRows
from workbench.services.project import Project
from workbench.types import Role

_PROPOSE = "workbench propose -n 50"


def unlabelled(data: DiagnosisRows, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the rows that neither a person nor a file has labelled or decided.

    Parameters
    ----------
    data
        The rows.
    rows
        Indices of some of them.
    """
    return rows[~(data.is_human | data.is_decided)[rows]]


def group_command(data: DiagnosisRows, group: Group, *, strategy: str = "") -> str:
    """Return the command that proposes unlabelled rows of a group; empty where none can.

    Parameters
    ----------
    data
        The rows.
    group
        The group.
    strategy
        How to choose; by default as ``propose`` does.
    """
    where = _condition_of(data, group)
    return "" if where is None else batch_command(data, group.rows, where=where, strategy=strategy)


def batch_command(
    data: DiagnosisRows, rows: NDArray[np.int64], *, where: str = "", strategy: str = ""
) -> str:
    """Return the command that proposes unlabelled rows among some; empty where there are none.

    Parameters
    ----------
    data
        The rows.
    rows
        Indices of the rows.
    where
        The condition that picks them among those of their role.
    strategy
        How to choose; by default as ``propose`` does.
    """
    free = unlabelled(data, rows)
    if not len(free):
        return ""
    roles, counts = np.unique(data.role[free], return_counts=True)
    role = Role(roles[counts.argmax()])
    has_given = data.is_human & ~data.is_decided & (data.role == role)
    conditions = [one for one in (where, "given is null" if has_given[rows].any() else "") if one]
    command = _PROPOSE + ("" if role == Role.TRAIN else f" --role {role}")
    if strategy:
        command += f" --strategy {strategy}"
    return command + (f" --where {_quoted(' and '.join(conditions))}" if conditions else "")


def class_command(data: DiagnosisRows, name: str) -> str:
    """Return the command that proposes likely rows of a class; empty where none can be likely.

    Parameters
    ----------
    data
        The rows.
    name
        The class.
    """
    is_open = (data.role == Role.TRAIN) & ~data.is_decided
    known = np.unique(data.labels[data.labelled])
    if not is_open.any() or len(known) < 2 or data.project.classes.index(name) not in known:
        return ""
    return f"{_PROPOSE} --class {shlex.quote(name)}"


def rows_meeting(project: Project, condition: str) -> NDArray[np.bool_] | None:
    """Return which rows meet a condition, (n,); None where it cannot be read.

    Parameters
    ----------
    project
        The project.
    condition
        See `workbench.services.conditions`.
    """
    try:
        return rows_where(project, condition)
    except UsageError:
        return None


def as_column(name: str) -> str:
    """Return a column as conditions write it."""
    return name if name.isidentifier() else f'"{name}"'


def as_value(value: object) -> str:
    """Return a value as conditions write it."""
    if isinstance(value, (int, float)):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    return "'" + str(value).replace("'", "''") + "'"


def _condition_of(data: DiagnosisRows, group: Group) -> str | None:
    """Return the condition that picks exactly the rows of a group, empty for a role; else None."""
    if group.column == "role":
        return ""
    column, value = as_column(group.column), group.name.partition("=")[2]
    start, _, end = value.partition(RANGE)
    bounds = [f"{column} {sign} {as_value(v)}" for sign, v in ((">=", start), ("<=", end)) if v]
    for condition in (f"{column} = {as_value(value)}", " and ".join(bounds)):
        picked = rows_meeting(data.project, condition)
        if picked is not None and np.array_equal(np.flatnonzero(picked), group.rows):
            return condition
    return None


def _quoted(condition: str) -> str:
    """Quote a condition for a shell: in double quotes where its own are single ones only."""
    return shlex.quote(condition) if set(condition) & set('"\\$`!') else f'"{condition}"'
