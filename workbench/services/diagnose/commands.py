"""The commands that carry out what a diagnosis advises, where they would do so."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from workbench.errors import UsageError
from workbench.figures import counted
from workbench.functions.scripts import script_paths
from workbench.name_lists import quoted
from workbench.services.conditions import rows_where
from workbench.services.diagnose.comparison_groups import RANGE, Group
from workbench.services.diagnose.rows import DiagnosisRows
from workbench.services.project import Project
from workbench.services.staleness import COMMANDS
from workbench.types import Role

_PROPOSE = "workbench propose -n 50"
_NEW_FUNCTION = "workbench lf new NAME"
_IMPORT = "workbench import FILE --role train"
_LEAST_SHARE = 0.0001


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


def group_command(data: DiagnosisRows, group: Group) -> str:
    """Return the command that draws unlabelled rows of a group at random; empty where none can.

    Parameters
    ----------
    data
        The rows.
    group
        The group.
    """
    where = _condition_of(data, group)
    return "" if where is None else batch_command(data, group.rows, where=where, strategy="random")


def batch_command(
    data: DiagnosisRows,
    rows: NDArray[np.int64],
    *,
    where: str = "",
    strategy: str = "",
    label: str = "",
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
    label
        A class: the likely rows of it.
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
    if label:
        command += f" --class {shlex.quote(label)}"
    return command + (f" --where {_quoted(' and '.join(conditions))}" if conditions else "")


def more_of_class(data: DiagnosisRows, name: str, blank: NDArray[np.bool_]) -> tuple[str, str]:
    """Return what would bring training labels of a class, and the command for it.

    Parameters
    ----------
    data
        The rows.
    name
        The class.
    blank
        Rows that hold nothing to read, shape (n,): they are of no use.
    """
    known = np.unique(data.labels[data.labelled])
    is_known = len(known) > 1 and data.project.classes.index(name) in known
    train, production = (
        np.flatnonzero((data.role == r) & ~blank) for r in (Role.TRAIN, Role.PRODUCTION)
    )
    if len(unlabelled(data, train)):
        command = batch_command(data, train, label=name) if is_known else ""
        return (
            f"spend annotations on {name}: a labeling function that finds it, then a batch",
            command or _NEW_FUNCTION,
        )
    advice = f"bring in rows of {name}: every training row has a label"
    command = batch_command(data, production, label=name) if is_known else ""
    if not command:
        return advice, _IMPORT
    # No model learns from production rows.
    n = counted(len(unlabelled(data, production)), "unlabelled production row")
    return f"{advice}; look for them among {n}, and import what you find as training rows", command


def more_labels(data: DiagnosisRows) -> tuple[str, str]:
    """Return what would bring more training labels of any class, and the command for it.

    Parameters
    ----------
    data
        The rows.
    """
    project = data.project
    if not len(unlabelled(data, np.flatnonzero(data.role == Role.TRAIN))):
        return "import more labelled rows", _IMPORT
    folder = project.functions_folder
    if project.store.votes.in_force():
        if project.store.runs.last_done("aggregate") is None:
            return "turn the votes into labels", COMMANDS["aggregate"]
    elif folder.is_dir() and script_paths(folder):
        return "apply your labeling functions", COMMANDS["apply"]
    return "import labels, annotate, or write labeling functions", _NEW_FUNCTION


def balance_command(data: DiagnosisRows, shares: Mapping[str, float]) -> str:
    """Return the command that gives the label model class shares; empty where nothing has votes.

    Parameters
    ----------
    data
        The rows.
    shares
        Of every class by name.
    """
    if not data.project.store.votes.in_force():
        return ""
    kept = {name: max(share, _LEAST_SHARE) for name, share in shares.items()}
    total = sum(kept.values())
    said = ",".join(f"{quoted(name)}={share / total:.4f}" for name, share in kept.items())
    return f"workbench aggregate --class-balance {shlex.quote(said)}"


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
