"""Which rows of a review are asked first of each of several people who review side by side."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from workbench.services.project import Project
from workbench.services.running import now
from workbench.store.decisions import REVIEWS

_AT_IT: Final = timedelta(minutes=30)
"""Who gave an answer so lately is still at the review; who stopped before parts no queue."""


def share_of(project: Project, audit_run_id: int, annotator: str) -> tuple[int, int]:
    """Return which share of a review somebody has, from 0, and how many shares there are.

    One for each person who answers at a screen just now (what a file or a script said took no
    time), and for the one who asks, by their names.

    Parameters
    ----------
    project
        The project.
    audit_run_id
        The audit that is reviewed.
    annotator
        Who asks.
    """
    since = (datetime.fromisoformat(now()) - _AT_IT).isoformat(timespec="microseconds")
    people = {annotator}
    for event in reversed(project.store.decisions.active()):
        if event.at < since:
            break
        if (
            event.batch_run_id == audit_run_id
            and event.kind in REVIEWS
            and event.seconds is not None
        ):
            people.add(event.annotator)
    return sorted(people).index(annotator), len(people)


def turn_of(rank: int, share: int, n_shares: int) -> int:
    """Return in which turn somebody is asked a row: 0 if it is of their own share.

    Rows are dealt like cards, by their rank in the audit, which never changes: so each share is as
    doubtful as the others. Who has done theirs goes on with the others' rows, dealt once more in
    the same way, and so on (by the digits of the rank to the base ``n_shares``): one in so many of
    them, lest both be asked the same row after row.

    Parameters
    ----------
    rank
        From 1.
    share
        Of whoever is asked, from 0.
    n_shares
        How many there are.
    """
    digits, turn = rank - 1, 0
    while digits % n_shares != share:
        digits //= n_shares
        turn += 1
        if not digits:
            break
    return turn
