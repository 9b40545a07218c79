"""The class balance of label models: given, taken from votes or labels, or their own."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.errors import UsageError
from workbench.figures import listed
from workbench.methods.model_choice import Choice, balance_of_votes
from workbench.services.class_hints import class_hint
from workbench.services.project import Project
from workbench.types import ABSTAIN

BALANCES = ("uniform", "votes", "annotations")
"""Class balances that need no numbers; see `workbench.services.aggregate.aggregate_votes`."""


_PRIOR_ROWS = 30.0
"""Rows that the balance of the votes counts for where annotations estimate the balance."""


_SAME = 1e-6
"""Shares that differ by less are those that a model was fitted with."""


_ROUNDED = 0.02
"""Shares of a class balance may add up to so much more or less than 1."""


def fitted_balance(
    votes: NDArray[np.signedinteger[Any]],
    n_classes: int,
    given: list[float] | str | None,
    annotations: NDArray[np.int64],
) -> NDArray[np.float64] | None:
    """Return the class balance to fit with, (K,); None where the evidence is to decide.

    Parameters
    ----------
    votes
        Votes (n, m) of the rows that are fitted on.
    n_classes
        The number K of classes.
    given
        From `named_balance`.
    annotations
        Class indices of the annotated rows.

    Raises
    ------
    UsageError
        If annotations are to tell and there are none.
    """
    if given is None:
        return None
    if not isinstance(given, str):
        return np.asarray(given, dtype=np.float64)
    if given == "uniform":
        return np.full(n_classes, 1 / n_classes)
    shown = balance_of_votes(votes, n_classes)
    if given == "votes":
        return shown
    if not len(annotations):
        raise UsageError(
            "no training row is annotated, so the class balance cannot be taken from annotations",
            hint="Annotate a random sample (workbench propose --strategy random), or give shares.",
        )
    counts = np.bincount(annotations, minlength=n_classes) + _PRIOR_ROWS * shown
    return np.asarray(counts / counts.sum(), dtype=np.float64)


def origin_of_balance(
    believed: NDArray[np.float64],
    choice: Choice,
    model: str,
    given: list[float] | str | None,
    votes: NDArray[np.signedinteger[Any]],
) -> str:
    """Say where the class balance comes from that a model believes in.

    Parameters
    ----------
    believed
        The model's class balance, (K,).
    choice
        What was compared, with the balance that the models were fitted with.
    model
        Its name.
    given
        From `named_balance`.
    votes
        Votes (n, m) of the rows that it was fitted on.
    """
    fitted = choice.balance
    if fitted is None:
        fitted = np.full(len(believed), 1 / len(believed))
    if not np.allclose(believed, fitted, atol=_SAME):
        return f"estimated by {model}"
    if given is None:
        return choice.balance_from
    if given == "annotations":
        return "annotations, drawn towards the votes"
    if given == "votes" and len(np.unique(votes[votes != ABSTAIN])) < 2:
        return "assumed uniform: votes for one class show none"
    return given if isinstance(given, str) else "given"


def named_balance(
    project: Project, class_balance: Mapping[str, float] | str | None
) -> list[float] | str | None:
    """Return shares in the order of the classes, or the name of where they come from.

    Parameters
    ----------
    project
        The project.
    class_balance
        Shares by class name, former names included, one of `BALANCES`, or None.

    Raises
    ------
    UsageError
        If it is none of these, names an unknown class or leaves one out, or the shares are no
        positive numbers that add up to 1.
    """
    if class_balance is None:
        return None
    if isinstance(class_balance, str):
        if class_balance not in BALANCES:
            raise UsageError(
                f"there is no class balance {class_balance!r}",
                hint=f"Name one of {', '.join(BALANCES)}, or give the shares: A=0.9,B=0.1",
            )
        return class_balance
    if not isinstance(class_balance, Mapping):
        raise UsageError(
            f"the class balance is {class_balance!r}, which names no class", hint=_shares(project)
        )
    label_set = project.label_set
    meant = {name: label_set.name_of(label_set.number_of_name.get(name)) for name in class_balance}
    unknown = sorted(str(name) for name, now in meant.items() if now is None)
    missing = [name for name in project.classes if name not in meant.values()]
    if unknown:
        raise UsageError(
            f"the class balance has unknown class {unknown[0]!r}",
            hint=class_hint(project.classes, unknown[0]),
        )
    if missing:
        raise UsageError(
            f"the class balance has no share for {listed(list(map(repr, missing)))}",
            hint="Give every class a share above 0.",
        )
    for name, share in class_balance.items():
        if not _is_number(share):
            raise UsageError(
                f"the class balance gives {name!r} {share!r}, which is no number",
                hint=_shares(project),
            )
    given = np.array(list(class_balance.values()), dtype=np.float64)
    if not (np.isfinite(given).all() and (given > 0).all()):
        raise UsageError("the shares of a class balance are positive numbers")
    # A renamed class is the same class; merged ones have the sum of their shares.
    shares = np.array(
        [sum(given[[now == name for now in meant.values()]]) for name in project.classes]
    )
    # Shares of many classes, each rounded, add up to a little more or less.
    if abs(shares.sum() - 1) > _ROUNDED:
        raise UsageError(
            f"the shares of the class balance add up to {shares.sum():g}",
            hint="Give shares that add up to 1.",
        )
    normalised: list[float] = (shares / shares.sum()).tolist()
    return normalised


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _shares(project: Project) -> str:
    """Show how shares are given."""
    some = ", ".join(f"{name!r}: …" for name in project.classes[:3])
    more = ", …" * (len(project.classes) > 3)
    return f"Give each class its share, as {{{some}{more}}}, or one of {', '.join(BALANCES)}."
