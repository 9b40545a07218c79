"""The rows that the models of a curve are judged on, or what is missing of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from workbench.figures import counted, percent
from workbench.methods.judged_draws import JudgedDraws, judged_draws
from workbench.methods.learning_curve import stratified_weights
from workbench.services.batch_draws import chosen_rows
from workbench.services.batches import left_rows
from workbench.services.curve.arrivals import arrivals
from workbench.services.curve.history import LabelHistory, contested_rows, passed_over
from workbench.services.curve.judge_doubt import JudgeDoubt, judge_doubt
from workbench.services.curve.missing_judges import (
    ENOUGH_DRAWS,
    MIN_EVALUATION,
    MIN_RANDOM,
    how_to_see,
)
from workbench.services.labels import (
    given_labels,
    given_numbers,
    human_labels,
    rows_of_role,
    trusted_labels,
)
from workbench.services.project import Project
from workbench.types import GONE, NO_LABEL, Role

N_FOLDS = 8
FEW_JUDGED = 0.2
"""Where so small a share of what is learnt judges, models are fitted without all of it at once."""

OF_EVALUATION = "accuracy is that on rows like these"
OF_LIVING = ", with a label of today's classes"
OF_ROWS = "the {n} training rows{left}"
OF_OLDER = "{n} of the {all} training rows{left}, those that came before random rows were drawn"
AS_IF_NEW = ", as if none of them had been learnt from"
OF_NOT_SKIPPED = ", but for those that were skipped"
AS_FAR_AS = ", as far as they {}"
ON_NEW_ROWS = "; on new rows it may be lower, since the doubtful ones were asked"

FEW_MISSING = 0.05
"""Where judges stand for all but a larger share of the rows, there is no advice to stop."""

NOT_OF_ALL = (
    "it is no time to stop: too many rows are like none that judges, and the accuracy is not that"
    " on all"
)


@dataclass(frozen=True, slots=True)
class CurveJudges:
    """Rows to judge models on: their truth and weights, and the fold each is held out in.

    ``fold`` is -1 where models may learn from whatever there is. A row that stands for several
    draws is there once for each of its very text, and once for those of near-copies: see
    `workbench.methods.judged_draws.judged_draws`, as for ``is_open`` and ``is_mixed``.
    ``stratum`` is that of each, and ``stands_for`` has an item for each example: the stratum that
    stands for it, -1 where none does. Models learn from ``n_with_copies`` of the random rows.

    Of ``n_contested`` more rows nobody knows the truth, ``n_outdated`` more have an answer for a
    class that is gone, and ``n_unanswered`` more were skipped or flagged: the former,
    where there are some, may be asked again. ``n_unseen`` of
    ``n_rows`` training rows came too late for those that judge, and ``remedy`` says how to judge on
    all. They should stand for ``n_meant`` training rows, those that are left where ``is_of_left``;
    ``n_skipped`` of them were skipped and are left, and so are like none that judges. Of a share
    ``unjudged`` of the rows that are left the model says that they are of classes that none is of.
    ``doubt`` says how far the truth may be wrong, where answers differ. ``rows_meant`` says which
    training rows random ones stand for, and ``is_easier`` that new ones are likely harder.
    """

    rows: NDArray[np.int64]
    truth: NDArray[np.int64]
    weights: NDArray[np.float64]
    fold: NDArray[np.int64]
    name: str
    rows_meant: str
    stratum: NDArray[np.int64]
    stands_for: NDArray[np.int64]
    is_open: NDArray[np.bool_]
    is_mixed: NDArray[np.bool_]
    n_contested: int
    n_outdated: int
    n_unanswered: int
    may_ask_again: bool = False
    n_with_copies: int = 0
    n_unseen: int = 0
    n_rows: int = 0
    remedy: str = ""
    n_skipped: int = 0
    n_meant: int = 0
    is_of_left: bool = False
    unjudged: float = 0.0
    doubt: JudgeDoubt | None = None
    is_easier: bool = False

    @property
    def n_judged(self) -> int:
        """How many rows judge, however many draws they stand for."""
        return len(np.unique(self.rows))

    @property
    def sizes(self) -> NDArray[np.float64]:
        """How many rows each stratum stands for, (S,); without end where it is no certain ones."""
        n = np.bincount(self.stands_for[self.stands_for >= 0], minlength=self.stratum.max() + 1)
        return np.where(n > 0, n, np.inf)

    @property
    def n_aside(self) -> int:
        """How many rows that are left were skipped; 0 where they are a small share."""
        return self.n_skipped if self.n_skipped > FEW_MISSING * self.n_meant else 0

    @property
    def left(self) -> str:
        """Say which training rows they should stand for."""
        return " that are left" if self.is_of_left else ""

    @property
    def is_of_all(self) -> bool:
        """Whether the rows that judge are like nearly all that are left."""
        n_missing = self.n_unanswered + self.n_outdated + self.n_contested
        is_few = n_missing <= FEW_MISSING * (self.n_judged + n_missing)
        return is_few and not self.n_aside and self.unjudged <= FEW_MISSING

    @property
    def reading(self) -> str:
        """Say of which rows the accuracy is."""
        if not self.rows_meant:
            return OF_EVALUATION + (OF_LIVING if self.n_outdated else "")
        limits = [
            limit
            for is_so, limit in [
                (self.n_outdated, "are of today's classes"),
                (self.n_unanswered, "can be answered"),
                (self.n_contested, "are agreed on"),
                (self.unjudged > FEW_MISSING, "are of classes that judged rows are of"),
            ]
            if is_so
        ]
        so_far = AS_FAR_AS.format(" and ".join(limits)) if limits else ""
        ending = ON_NEW_ROWS if self.is_easier else ""
        return f"accuracy is that on {self.rows_meant}{so_far}{ending}"

    @property
    def notes(self) -> tuple[str, ...]:
        """Say which rows do not judge, and what the accuracy is of therefore."""
        kind, _, _ = self.name.partition(" rows")
        asked = self.n_judged + self.n_contested + self.n_outdated + self.n_unanswered
        notes = []
        if self.n_unseen:
            notes.append(
                f"{self.n_unseen:,} of {self.n_rows:,} training rows came later, and too few random"
                " rows are of these, so the accuracy is that on the others, and no gain can be"
                f" told; {self.remedy}"
            )
        if self.n_aside:
            were = "was" if self.n_aside == 1 else "were"
            notes.append(
                f"random rows do not stand for {self.n_aside:,} of the {self.n_meant:,} training"
                f" rows{self.left}, which {were} skipped, so the accuracy is that on the others:"
                f" on all{self.left} it is likely lower; to look at them again: workbench annotate"
                " --queue skipped"
            )
        if self.n_outdated:
            does = "does" if self.n_outdated == 1 else "do"
            notes.append(
                f"{self.n_outdated:,} of {counted(asked, f'{kind} row')} {does} not judge, since"
                " the label is of a class that is gone, so the accuracy is that on the others: on"
                " all rows it is likely lower; to label them anew: workbench annotate --queue"
                " outdated"
            )
        if self.n_contested:
            does = "does" if self.n_contested == 1 else "do"
            notes.append(
                f"{counted(self.n_contested, f'{kind} row')} {does} not judge, since annotators do"
                " not agree there, so the accuracy is that on rows on which they agree; to settle"
                " them: workbench annotate --queue disagreement"
            )
        notes += self._notes_on_copies()
        if self.doubt is not None:
            notes.append(_of_doubt(self.doubt, self.n_judged))
        if self.n_unanswered:
            were = "was" if self.n_unanswered == 1 else "were"
            again = "; to look at what was skipped: workbench annotate --queue skipped"
            notes.append(
                f"{self.n_unanswered:,} of {counted(asked, f'{kind} row')} {were} skipped or"
                " flagged, and cannot judge, so the accuracy is that on rows that could be"
                " answered: on all rows it is likely lower" + (again if self.may_ask_again else "")
            )
        return tuple(notes)

    def _notes_on_copies(self) -> list[str]:
        """Say where the label of a row tells little of the draws that it stands for."""
        notes = []
        if n := len(np.unique(self.rows[self.is_mixed])):
            stands = "stands" if n == 1 else "stand"
            notes.append(
                f"{n:,} of {counted(self.n_judged, 'judged row')} {stands} for near-copies that"
                " differ in class, so that each counts as one draw and models do not learn from it"
            )
        if n := len(np.unique(self.rows[self.is_open])):
            stands, it = ("stands", "it has") if n == 1 else ("stand", "they have")
            notes.append(
                f"{n:,} of {counted(self.n_judged, 'judged row')} {stands} for near-copies of which"
                f" none is annotated: the intervals hold whether or not {it} their class"
            )
        return notes


def _of_doubt(doubt: JudgeDoubt, n_judged: int) -> str:
    """Say that labels are wrong at times, and what that makes of the accuracy."""
    n, error = doubt.n_disputed, percent(doubt.of_rows.error)
    there = f", {n:,} of {counted(n_judged, 'judged row')} among what they differ on" if n else ""
    settle = "; to settle which are right: workbench annotate --queue disagreement" if n else ""
    return (
        f"annotators differ as if {error} of all answers were wrong{there}: accuracy and macro-F1"
        f" are corrected for wrong labels, and their intervals are wider{settle}"
    )


def curve_judges(
    project: Project,
    history: LabelHistory,
    on: str,
    is_chosen: NDArray[np.bool_],
    n_learnt: float,
    rng: np.random.Generator,
) -> CurveJudges | None:
    """Return the rows to judge on, or None where there are too few.

    Parameters
    ----------
    project
        The project.
    history
        The annotated training rows.
    on
        ``auto``, ``evaluation`` or ``random``.
    is_chosen
        The evaluation rows that were chosen, (n,): they do not judge.
    n_learnt
        How many rows models learn from in all, a weak label counting for less.
    rng
        Deals the folds.
    """
    judges = _evaluation_judges(project, is_chosen) if on != "random" else None
    if judges is not None or on == "evaluation":
        return judges
    return _random_judges(project, history, n_learnt, rng)


def _evaluation_judges(project: Project, is_chosen: NDArray[np.bool_]) -> CurveJudges | None:
    """Return the evaluation rows with a label; None for too few."""
    trusted = trusted_labels(project)
    rows = np.flatnonzero((trusted >= 0) & ~is_chosen)
    if len(rows) < MIN_EVALUATION:
        return None
    contested = contested_rows(project, Role.EVALUATION)
    is_lost = (trusted < 0) & ~chosen_rows(project, Role.EVALUATION)
    is_lost &= rows_of_role(project, Role.EVALUATION)
    said = human_labels(project).decided
    came_so = (given_numbers(project) != NO_LABEL) & (given_labels(project) == NO_LABEL)
    is_outdated = is_lost & ((said == GONE) | (came_so & (said == NO_LABEL)))
    is_passed = passed_over(project) & is_lost & ~is_outdated
    is_passed[contested] = is_outdated[contested] = False
    n_outdated = int(is_outdated.sum())
    return CurveJudges(
        rows=rows,
        truth=trusted[rows],
        weights=np.full(len(rows), 1 / len(rows)),
        fold=np.full(len(rows), -1, np.int64),
        name="evaluation rows",
        rows_meant="",
        stratum=np.zeros(len(rows), np.int64),
        stands_for=np.full(len(trusted), -1, np.int64),
        is_open=np.zeros(len(rows), np.bool_),
        is_mixed=np.zeros(len(rows), np.bool_),
        n_contested=int(is_lost[contested].sum()),
        n_outdated=n_outdated,
        n_unanswered=int(is_passed.sum()),
        may_ask_again=bool(left_rows(project, Role.EVALUATION).is_skipped[is_passed].any()),
        doubt=judge_doubt(project, rows, trusted[rows], contested[is_lost[contested]]),
    )


def _random_judges(
    project: Project, history: LabelHistory, n_learnt: float, rng: np.random.Generator
) -> CurveJudges | None:
    """Return the random rows of the batches, weighed by what each stands for; None for too few."""
    if (history.n_draws > 0).sum() < MIN_RANDOM:
        return None
    came = arrivals(project, history, ENOUGH_DRAWS)
    is_seen = came.is_seen[came.of_row]
    left = left_rows(project, Role.TRAIN)
    is_train = rows_of_role(project, Role.TRAIN)
    # Where nothing that judges stands for what is left, it stands for what was drawn from.
    is_skipped = left.is_left & left.is_skipped
    for is_meant in (left.is_left & ~is_skipped, is_train & ~is_skipped):
        stands_for = np.where(is_meant & is_seen, came.of_row, -1)
        sizes = np.bincount(stands_for[stands_for >= 0], minlength=len(came.sizes))
        weights = stratified_weights(history.n_draws, came.of_row[history.rows], sizes)
        judged = np.flatnonzero(weights)
        if len(judged) >= MIN_RANDOM:
            break
    else:
        return None
    is_of_left = not (is_meant & ~left.is_left).any()
    n_draws = history.n_draws[judged]
    found = _draws_of(project, history, judged)
    n_folds = 1 if len(judged) / n_learnt <= FEW_JUDGED else N_FOLDS
    fold = rng.permutation(np.arange(len(judged)) % n_folds)
    drawn = found.of_row
    each = (weights[judged] / n_draws)[drawn] * found.n_draws
    rows, truth = history.rows[judged][drawn], history.labels[judged][drawn]
    contested = history.contested[is_seen[history.contested]]
    judges = CurveJudges(
        rows=rows,
        truth=truth,
        weights=each / each.sum(),
        # Models that learn from a copy are what the rest of the pool meets.
        fold=np.where(found.is_learnt, -1, fold[drawn]),
        name="random rows of the batches",
        rows_meant="",
        stratum=came.of_row[history.rows[judged]][drawn],
        stands_for=stands_for if is_of_left else np.full(len(is_train), -1),
        is_open=found.is_open,
        is_mixed=found.is_mixed,
        n_contested=len(contested),
        n_outdated=int(is_seen[history.outdated].sum()),
        n_unanswered=int(is_seen[history.unanswered].sum()),
        may_ask_again=bool((is_seen & left.is_skipped)[history.unanswered].any()),
        n_with_copies=len(np.unique(drawn[found.is_learnt])),
        n_unseen=came.n_unseen,
        n_rows=came.n_rows,
        remedy=how_to_see(project, came) if came.n_unseen else "",
        n_skipped=int(is_skipped.sum()),
        n_meant=int((is_meant | is_skipped).sum()),
        is_of_left=is_of_left,
        doubt=judge_doubt(project, rows, truth, contested),
    )
    return replace(
        judges,
        rows_meant=_rows_meant(judges, int((stands_for >= 0).sum())),
        is_easier=is_of_left and bool((history.n_draws == 0).any()),
    )


def _draws_of(project: Project, history: LabelHistory, judged: NDArray[np.int64]) -> JudgedDraws:
    """Return what judged rows are judged as: a label may not hold for all that was drawn."""
    texts = project.store.examples.texts()
    pool = np.union1d(np.flatnonzero(rows_of_role(project, Role.TRAIN)), history.rows)
    known = np.searchsorted(pool, history.rows)
    return judged_draws(
        [texts[row] for row in pool],
        known[judged],
        history.n_draws[judged],
        known,
        history.labels,
        rng=np.random.default_rng(project.config.seed),
    )


def _rows_meant(judges: CurveJudges, n_seen: int) -> str:
    """Say which rows the accuracy is on: ``n_seen`` of those that random rows should stand for."""
    if judges.n_unseen:
        rows = OF_OLDER.format(n=f"{n_seen:,}", all=f"{judges.n_meant:,}", left=judges.left)
    else:
        rows = OF_ROWS.format(n=f"{n_seen:,}", left=judges.left)
        rows += OF_NOT_SKIPPED if judges.n_aside else ""
    return rows + ("" if judges.is_of_left else AS_IF_NEW)
