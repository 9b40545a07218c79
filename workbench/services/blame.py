"""Who is to blame for doubtful labels: classes, vendors, people, months, labeling functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from workbench.methods.error_rates import GroupRates, error_rates_by
from workbench.methods.function_blame import FunctionBlame, function_blame
from workbench.services.grouping import Grouping
from workbench.services.labels import stored_votes
from workbench.services.project import Project
from workbench.types import ABSTAIN

ALONE: Final = "no other group has rows of its classes"
"""Why a group is not compared."""

ALL_ITS_ROWS: Final = "it votes for all rows of its classes"
"""Why a labeling function is not compared."""

NOT_AUDITED: Final = "no model has learnt the class: none of its labels can be doubted"
"""Why a class has no rate."""

NONE_DOUBTED: Final = "none of the rest is doubted"
"""Why a group that is compared has no ratio: it would be infinite."""

WARNED: Final = "doubted: it voted for the label; warned: it voted for the suggested class instead"
"""What the two counts of a function say."""


@dataclass(frozen=True, slots=True)
class GroupRate:
    """The estimated label-error rate of a class, vendor, batch or other group.

    ``n``, ``n_suspects`` and ``rate`` count labels; ``low`` and ``high`` bound the rate (95 %
    Wilson), and allow for near-copies with one label that err together. What follows counts such
    copies once, as ``n_texts`` does. Texts of one class
    are held against each other: ``ratio`` is to the rest within classes (Mantel-Haenszel),
    ``q_value`` corrected for the number of groups (Benjamini-Hochberg). Both are None where there
    is nothing to hold a group against, the ratio also where none of the rest is doubted;
    ``reason`` says why. ``stands_out``: surely more errors than the rest.
    """

    group: str
    n: int
    n_suspects: int
    rate: float
    low: float
    high: float
    ratio: float | None
    q_value: float | None
    stands_out: bool = False
    reason: str = ""
    n_texts: int | None = None


@dataclass(frozen=True, slots=True)
class FunctionRate:
    """How often a labeling function voted for a label that is doubted.

    It voted for ``n_votes`` labels; ``n_pushed`` of these are doubted, ``uids`` names them, the
    most doubtful first. On ``n_warned`` suspects it voted for the suggested class instead. ``rate``
    is pushed over votes; ``low`` and ``high`` bound it (95 % Wilson), and allow for near-copies
    with one label that err together. What follows counts such copies once, as ``n_texts`` does.
    ``ratio`` is to the other texts with these labels, within classes, ``q_value`` for being doubted
    alike (Benjamini-Hochberg over the functions); both are None where it votes for all rows of its
    classes, the ratio also where none of the others is doubted; ``reason`` says why.
    ``is_blamed``: surely doubted more often. ``rivals`` are blamed, too, and contradict it on most
    rows that it pushed.
    """

    name: str
    version: str
    n_votes: int
    n_pushed: int
    n_warned: int
    rate: float
    low: float
    high: float
    q_value: float | None
    is_blamed: bool
    uids: tuple[str, ...]
    ratio: float | None = None
    rivals: tuple[str, ...] = ()
    reason: str = ""
    n_texts: int | None = None

    @property
    def rivals_note(self) -> str:
        """Say who may be the cause instead; empty without a rival."""
        if not self.rivals:
            return ""
        names = " and ".join(self.rivals)
        verb = "contradicts" if len(self.rivals) == 1 else "contradict"
        return (
            f"{names}, to blame too, {verb} {self.name} on most of its doubted rows: a rival may be"
            " the cause, as models learn from its labels; look at both"
        )


def class_rates(
    classes: Sequence[str],
    given: NDArray[np.int64],
    is_suspect: NDArray[np.bool_],
    is_learnable: NDArray[np.bool_],
    clusters: NDArray[np.int64],
) -> tuple[GroupRate, ...]:
    """Return the error rate of each class, in the order of the label set.

    Classes that no model has learnt have no rate: none of their labels can be doubted.

    Parameters
    ----------
    classes
        The names by index, K of them.
    given
        Labels (n,).
    is_suspect
        Which are doubted, (n,).
    is_learnable
        Which classes models have learnt, (K,).
    clusters
        Which rows are near-duplicates, (n,).
    """
    told = is_learnable[given]
    n_rows = np.bincount(given, minlength=len(classes))
    found = {}
    if told.any():
        rates = error_rates_by(given[told].tolist(), is_suspect[told], clusters=clusters[told])
        found = {int(rates.group[i]): _rate(rates, i, classes) for i in range(len(rates.group))}
    return tuple(
        found.get(k)
        or GroupRate(name, int(n_rows[k]), 0, 0.0, 0.0, 1.0, ratio=None, q_value=None,
                     reason=NOT_AUDITED if n_rows[k] else "")
        for k, name in enumerate(classes)
    )  # fmt: skip


def worst_classes(by_class: Sequence[GroupRate]) -> tuple[GroupRate, ...]:
    """Return the classes with the highest rate first, as groups are sorted; empty ones are last.

    Parameters
    ----------
    by_class
        As of `class_rates`.
    """
    return tuple(sorted(by_class, key=lambda rate: (not rate.n, *_highest_first(rate))))


def group_rates(
    grouping: Grouping,
    given: NDArray[np.int64],
    is_suspect: NDArray[np.bool_],
    clusters: NDArray[np.int64],
) -> tuple[GroupRate, ...]:
    """Return the error rate of each group, the highest first.

    Rows are compared within their class, so that no group is accused of the class it was sent;
    classes themselves are compared with each other.

    Parameters
    ----------
    grouping
        The groups of the rows.
    given
        Labels (n,).
    is_suspect
        Which are doubted, (n,).
    clusters
        Which rows are near-duplicates, (n,).
    """
    places = grouping.places
    if not len(places):
        return ()
    strata = given[places].tolist() if grouping.within_classes else None
    rates = error_rates_by(
        grouping.names, is_suspect[places], strata=strata, clusters=clusters[places]
    )
    found = [_rate(rates, i) for i in range(len(rates.group))]
    return tuple(sorted(found, key=_highest_first))


def _rate(rates: GroupRates, i: int, names: Sequence[str] | None = None) -> GroupRate:
    name: Any = rates.group[i]
    ratio, q_value, reason = _against_rest(rates, i, ALONE)
    return GroupRate(
        group=str(name if names is None else names[name]),
        n=int(rates.n[i]),
        n_suspects=int(rates.n_issues[i]),
        rate=float(rates.rate[i]),
        low=float(rates.low[i]),
        high=float(rates.high[i]),
        ratio=ratio,
        q_value=q_value,
        stands_out=bool(rates.is_accused[i]),
        reason=reason,
        n_texts=int(rates.n_texts[i]),
    )


def _against_rest(
    rates: GroupRates | FunctionBlame, i: int, alone: str
) -> tuple[float | None, float | None, str]:
    """Return the ratio and the q-value of one group, and why one is missing.

    Only finite figures: a stored result tells the others as missing, without a word.
    """
    ratio, q_value = float(rates.ratio[i]), float(rates.q_value[i])
    if np.isnan(q_value):
        return None, None, alone
    if np.isinf(ratio):
        return None, q_value, NONE_DOUBTED
    return ratio, q_value, ""


def rates_notes(rates: Sequence[GroupRate | FunctionRate]) -> tuple[str, ...]:
    """Say which figures are missing in a table of rates, of how many rows of it, and why.

    Parameters
    ----------
    rates
        The rows of the table.
    """
    missing = Counter((rate.q_value is not None, rate.reason) for rate in rates if rate.reason)
    return tuple(
        f"{'no ratio' if is_compared else 'not compared'} ({n:,} of {len(rates):,}): {reason}"
        for (is_compared, reason), n in sorted(missing.items())
    )


def function_rates(
    project: Project,
    rows: NDArray[np.int64],
    given: NDArray[np.int64],
    suggested: NDArray[np.int64],
    quality: NDArray[np.float64],
    is_suspect: NDArray[np.bool_],
    clusters: NDArray[np.int64],
) -> tuple[FunctionRate, ...]:
    """Return the functions in force that voted for doubted labels, the surest culprit first.

    Parameters
    ----------
    project
        The project.
    rows
        Positions of the audited rows, (n,).
    given, suggested
        Their labels and what is suggested instead, (n,).
    quality
        Label quality, (n,), higher = better.
    is_suspect
        Which are doubted, (n,).
    clusters
        Which rows are near-duplicates, (n,).
    """
    versions = project.store.votes.in_force()
    if not versions or not is_suspect.any():
        return ()
    votes = stored_votes(project, [version.lf_version_id for version in versions])[rows]
    blame = function_blame(votes, given, suggested, is_suspect, clusters=clusters)
    blamed = np.flatnonzero(blame.is_blamed).tolist()
    uids = project.store.examples.uids()
    worst_first = np.flatnonzero(is_suspect)[np.argsort(quality[is_suspect], kind="stable")]
    found = []
    for j, version in enumerate(versions):
        if not blame.n_pushed[j]:
            continue
        pushed = worst_first[votes[worst_first, j] == given[worst_first]]
        rivals = [k for k in blamed if j in blamed and _contradicts(votes[pushed], k, j)]
        ratio, q_value, reason = _against_rest(blame, j, ALL_ITS_ROWS)
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
                is_blamed=bool(blame.is_blamed[j]),
                uids=tuple(uids[int(rows[i])] for i in pushed),
                rivals=tuple(versions[k].name for k in rivals),
                reason=reason,
                n_texts=int(blame.n_texts[j]),
            )
        )
    return tuple(sorted(found, key=_surest_first))


def _contradicts(votes: NDArray[np.signedinteger[Any]], rival: int, function: int) -> bool:
    """Tell whether a function votes for another class than a second one on most of some rows."""
    differs = (votes[:, rival] != ABSTAIN) & (votes[:, rival] != votes[:, function])
    return bool(differs.mean() > 0.5)


def function_groups(
    project: Project,
    rows: NDArray[np.int64],
    given: NDArray[np.int64],
    is_suspect: NDArray[np.bool_],
    clusters: NDArray[np.int64],
) -> tuple[GroupRate, ...]:
    """Return the labels that each function in force voted for as a group, the highest rate first.

    The figures are those of `function_rates`; functions that pushed no doubted label are here too.

    Parameters
    ----------
    project
        The project.
    rows
        Positions of the audited rows, (n,).
    given
        Their labels, (n,).
    is_suspect
        Which are doubted, (n,).
    clusters
        Which rows are near-duplicates, (n,).
    """
    versions = project.store.votes.in_force()
    votes = stored_votes(project, [version.lf_version_id for version in versions])[rows]
    blame = function_blame(votes, given, given, is_suspect, clusters=clusters)
    found = []
    for j, version in enumerate(versions):
        if not blame.n_votes[j]:
            continue
        ratio, q_value, reason = _against_rest(blame, j, ALL_ITS_ROWS)
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
                stands_out=bool(blame.is_blamed[j]),
                reason=reason,
                n_texts=int(blame.n_texts[j]),
            )
        )
    return tuple(sorted(found, key=_highest_first))


def _highest_first(rate: GroupRate) -> tuple[bool, float, str]:
    """Sort the groups that stand out before the others, by their rate."""
    return not rate.stands_out, -rate.rate, rate.group


def _surest_first(rate: FunctionRate) -> tuple[bool, float, int, str]:
    """Sort the blamed before the others, by how sure that is."""
    q_value = 1.0 if rate.q_value is None else rate.q_value
    return not rate.is_blamed, q_value, -rate.n_pushed, rate.name
