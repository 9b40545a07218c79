"""Which labeling functions are to blame for doubtful labels."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from workbench.methods.function_blame import FunctionBlame, function_blame
from workbench.services.audit.blame import (
    ALL_FLAGGED,
    Doubts,
    FunctionRate,
    GroupRate,
    against_rest,
    worst_first,
)
from workbench.services.labels import stored_votes
from workbench.services.project import Project
from workbench.types import ABSTAIN

ALL_ITS_ROWS: Final = "it votes for all rows of its classes"
"""Why a labeling function is not compared."""


def function_rates(
    project: Project,
    rows: NDArray[np.int64],
    doubts: Doubts,
    suggested: NDArray[np.int64],
    quality: NDArray[np.float64],
) -> tuple[FunctionRate, ...]:
    """Return the functions in force that voted for doubted labels, the surest culprit first.

    Parameters
    ----------
    project
        The project.
    rows
        Positions of the audited rows, (n,).
    doubts
        Their labels.
    suggested
        What is suggested instead, (n,).
    quality
        Label quality, (n,), higher = better.
    """
    versions = project.store.votes.in_force()
    given, is_suspect = doubts.given, doubts.is_suspect
    if not versions or not is_suspect.any():
        return ()
    votes = stored_votes(project, [version.lf_version_id for version in versions])[rows]
    blame = _shown_blame(votes, doubts, suggested)
    tested = _tested_blame(votes, doubts)
    blamed = np.flatnonzero(tested.is_blamed).tolist()
    uids = project.store.examples.uids()
    worst_rows = np.flatnonzero(is_suspect)[np.argsort(quality[is_suspect], kind="stable")]
    found = []
    for j, version in enumerate(versions):
        if not blame.n_pushed[j]:
            continue
        pushed = worst_rows[votes[worst_rows, j] == given[worst_rows]]
        rivals = [k for k in blamed if j in blamed and _contradicts(votes[pushed], k, j)]
        ratio, q_value, reason = against_rest(tested, j, ALL_ITS_ROWS)
        found.append(
            FunctionRate(
                name=version.name,
                version=version.version,
                n_votes=int(blame.n_votes[j]),
                n_pushed=int(blame.n_pushed[j]),
                n_warned=int(blame.n_warned[j]),
                rate=float(blame.rate[j]),
                low=float(blame.low[j]),
                high=float(blame.high[j]),
                ratio=ratio,
                q_value=q_value,
                is_blamed=bool(tested.is_blamed[j]),
                uids=tuple(uids[int(rows[i])] for i in pushed),
                rivals=tuple(versions[k].name for k in rivals),
                reason=reason,
                n_texts=int(tested.n_texts[j]),
            )
        )
    return tuple(sorted(found, key=_surest_first))


def _shown_blame(
    votes: NDArray[np.signedinteger[Any]], doubts: Doubts, suggested: NDArray[np.int64]
) -> FunctionBlame:
    """Count the votes for the labels as they are, (n, m), without the flagged ones."""
    told = doubts.is_told
    return function_blame(
        votes[told],
        doubts.given[told],
        suggested[told],
        doubts.is_suspect[told],
        clusters=doubts.clusters[told],
    )


def _tested_blame(votes: NDArray[np.signedinteger[Any]], doubts: Doubts) -> FunctionBlame:
    """Hold the functions against the rest by the labels as they were before any review."""
    before = doubts.before
    return function_blame(votes, before, before, doubts.is_doubted, clusters=doubts.clusters)


def _contradicts(votes: NDArray[np.signedinteger[Any]], rival: int, function: int) -> bool:
    """Tell whether a function votes for another class than a second one on most of some rows."""
    differs = (votes[:, rival] != ABSTAIN) & (votes[:, rival] != votes[:, function])
    return bool(differs.mean() > 0.5)


def function_groups(
    project: Project, rows: NDArray[np.int64], doubts: Doubts
) -> tuple[GroupRate, ...]:
    """Return the labels that each function in force voted for as a group, the worst first.

    The figures are those of `function_rates`; functions that pushed no doubted label are here too,
    and, with ``n`` 0, those that voted for flagged labels only.

    Parameters
    ----------
    project
        The project.
    rows
        Positions of the audited rows, (n,).
    doubts
        Their labels.
    """
    versions = project.store.votes.in_force()
    votes = stored_votes(project, [version.lf_version_id for version in versions])[rows]
    blame = _shown_blame(votes, doubts, doubts.given)
    tested = _tested_blame(votes, doubts)
    found = []
    n_voted = (votes == doubts.given[:, None]).sum(axis=0)
    for j, version in enumerate(versions):
        if not n_voted[j]:
            continue
        ratio, q_value, reason = against_rest(tested, j, ALL_ITS_ROWS)
        if not blame.n_votes[j]:
            ratio, q_value, reason = None, None, ALL_FLAGGED
        found.append(
            GroupRate(
                group=f"{version.name} ({version.version[:8]})",
                n=int(blame.n_votes[j]),
                n_suspects=int(blame.n_pushed[j]),
                rate=float(blame.rate[j]),
                low=float(blame.low[j]),
                high=float(blame.high[j]),
                ratio=ratio,
                q_value=q_value,
                stands_out=bool(tested.is_blamed[j]),
                reason=reason,
                n_texts=int(tested.n_texts[j]),
            )
        )
    return tuple(sorted(found, key=worst_first))


def _surest_first(rate: FunctionRate) -> tuple[bool, float, int, str]:
    """Sort the blamed before the others, by how sure that is."""
    q_value = 1.0 if rate.q_value is None else rate.q_value
    return not rate.is_blamed, q_value, -rate.n_pushed, rate.name
