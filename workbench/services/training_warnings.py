"""What a person should know about a training, and what to do."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench.figures import counted, interval, listed, percent
from workbench.methods.feedback import ANNOTATIONS
from workbench.services.batch_draws import not_drawn
from workbench.services.end_model import (
    MIN_FUSED,
    MIN_JUDGED,
    KnownLabels,
    TrainedModels,
    has_top,
)
from workbench.services.labels import rows_of_role
from workbench.services.project import Project
from workbench.services.scoring import ModelScore, uncertain_warnings
from workbench.services.staleness import COMMANDS
from workbench.types import Role

_MANY_REPEATED = 0.02
"""From this share of evaluation rows that repeat training rows on, a person is told."""


def training_warnings(
    project: Project,
    trained: TrainedModels,
    known: KnownLabels,
    scores: tuple[ModelScore, ...],
    held_out: tuple[ModelScore, ...],
) -> tuple[str, ...]:
    """Return the warnings of a training, a sentence each.

    Parameters
    ----------
    project
        The project.
    trained, known
        The models, and what they were given.
    scores, held_out
        How right they are on the evaluation rows, and on annotated rows that were held out.
    """
    return (
        *_one_class_warnings(project, known.labels.labels[known.rows]),
        *_no_vote_warnings(project, known),
        *_annotation_warnings(project, trained, has_votes=known.beliefs is not None),
        *_pay_warnings(known, scores, held_out, trained.n_learnt),
        *_uncertain_warnings(trained, project.config.min_confidence),
        *_chosen_warnings(known),
        *known.judges.warnings,
        *_taught_warnings(trained, known),
        *_suggested_warnings(trained, known, scores, held_out),
    )


def _one_class_warnings(project: Project, labels: NDArray[np.int64]) -> tuple[str, ...]:
    """Say where all training rows have one label, so that nothing tells the classes apart."""
    if len(np.unique(labels)) > 1:
        return ()
    where = f"the one training row with a label is {project.classes[labels[0]]!r}"
    if len(labels) > 1:
        where = f"all {len(labels):,} training rows with a label are {project.classes[labels[0]]!r}"
    return (
        f"{where}: the end model cannot tell it from other classes, and what it believes is no"
        " evidence; write functions for the others, or label some of their rows",
    )


def _no_vote_warnings(project: Project, known: KnownLabels) -> tuple[str, ...]:
    """Say where no votes are in use, so that the rows that nobody labelled stay without a label."""
    if known.beliefs is not None:
        return ()
    is_train = rows_of_role(project, Role.TRAIN)
    n_without = int((is_train & (known.labels.labels < 0)).sum())
    if not n_without:
        return ()
    rows = f"{counted(n_without, 'training row')} {'has' if n_without == 1 else 'have'} no label"
    why = "no labeling function votes"
    what_to_do = "write functions (workbench lf suggest), apply and aggregate"
    if known.versions:
        why = "the labeling functions vote on no row"
        what_to_do = "see what they do: workbench lf list"
        if any(project.store.votes.totals(number).n_votes for number in known.versions):
            why, what_to_do = "no votes are aggregated", f"aggregate: {COMMANDS['aggregate']}"
    return (
        f"the end model gives no labels: {why}. {rows}, and an export leaves them out; annotate"
        f" them, or {what_to_do}",
    )


def _annotation_warnings(
    project: Project, trained: TrainedModels, *, has_votes: bool
) -> tuple[str, ...]:
    """Say where annotated rows were chosen by class, so that they say little or nothing."""
    n = len(trained.labels)
    if not has_votes or n < MIN_FUSED:
        return ()
    found, counts = np.unique(trained.labels, return_counts=True)
    name = project.classes[found[counts.argmax()]]
    what_to_do = f"annotate rows of the other classes: {COMMANDS['propose']}"
    without = "there is no mix, and they count as labels of these rows alone"
    if len(found) == 1:
        seem = "they do not show what tells the classes apart"
        return (f"all {n:,} annotated rows are {name!r}: {seem}, so {without}; {what_to_do}",)
    if trained.counts_for >= n:
        return ()
    most = f"{counts.max():,} of the {n:,} annotated rows are {name!r}"
    seem = f"they seem to have been chosen by class, and count for {int(trained.counts_for)} rows"
    if trained.fusion is not None:
        return (f"{most}: {seem} in the mix; {what_to_do}",)
    return (f"{most}: {seem}, fewer than {MIN_FUSED}, so {without}; {what_to_do}",)


def _uncertain_warnings(trained: TrainedModels, least: float) -> tuple[str, ...]:
    """Say where the mix is too unsure to give labels; the end model gives none by itself."""
    if trained.fusion is None:
        return ()
    probs = trained.fusion.pool.probs
    clear = has_top(probs) & trained.is_known
    n_uncertain = int((clear & (probs.max(axis=1) < least)).sum())
    return uncertain_warnings(n_uncertain, int(clear.sum()), "rows of the mix", least)


def _chosen_warnings(known: KnownLabels) -> tuple[str, ...]:
    """Say where scores on the evaluation rows are not those on rows like these."""
    if not known.n_chosen:
        return ()
    n_trusted = int((known.judges.trusted >= 0).sum())
    return (
        f"{not_drawn(known.n_chosen)} ({n_trusted:,} have a label): the scores on evaluation rows"
        " are not those on all of them. Draw more: workbench propose --role evaluation",
    )


def repeated_warnings(
    n_repeated: int, score: ModelScore, unseen: ModelScore | None
) -> tuple[str, ...]:
    """Say where evaluation rows ask what a model was told.

    Parameters
    ----------
    n_repeated
        Evaluation rows with a trusted label that repeat a training row.
    score
        Of what was trained, on all evaluation rows.
    unseen
        The same on those that repeat none; None where these are too few.
    """
    if n_repeated < _MANY_REPEATED * score.n or not n_repeated:
        return ()
    which = "all" if n_repeated == score.n else f"{n_repeated:,} of the"
    found = f"{which} {score.n:,} evaluation rows repeat a labelled training row"
    if unseen is None:
        others = "" if n_repeated == score.n else ", and the others are too few"
        return (
            f"{found}{others}: the scores say little of new texts. To see them: workbench diagnose",
        )
    said = interval(unseen.accuracy, unseen.accuracy_low, unseen.accuracy_high)
    return (
        f"{found}: the scores are too high for new texts. On the {unseen.n:,} others the accuracy"
        f" of {unseen.model} is {said}",
    )


def _taught_warnings(trained: TrainedModels, known: KnownLabels) -> tuple[str, ...]:
    """Say which functions brought annotations into what is compared as if without."""
    if not known.taught:
        return ()
    hold = "the label models and the end model hold that"
    if trained.fusion is not None:
        hold = "the label models hold that; the end models of the mix learn without these votes"
    names = sorted({version.name for version in known.taught})
    return (f"annotations taught {listed(names)}: {hold}",)


def _suggested_warnings(
    trained: TrainedModels,
    known: KnownLabels,
    scores: tuple[ModelScore, ...],
    held_out: tuple[ModelScore, ...],
) -> tuple[str, ...]:
    """Say where functions were chosen by the rows that judge, so that they look too good there."""
    is_judged = (scores and scores[0].n >= MIN_JUDGED) or not held_out
    if is_judged or not known.chose.any() or held_out[0].n < len(trained.labels):
        return ()
    n_fair = int((~known.chose[known.judges.annotated >= 0]).sum())
    if n_fair == len(trained.labels):
        return ()
    return (
        f"the annotated rows chose functions (lf suggest: {listed(known.suggested)}): held out,"
        " whatever uses votes still scores too high on them, and they do not tell whether weak"
        f" supervision pays; annotate {counted(MIN_JUDGED - n_fair, 'row')} more, and those"
        " annotated since judge alone: workbench propose",
    )


def _pay_warnings(
    known: KnownLabels,
    scores: tuple[ModelScore, ...],
    held_out: tuple[ModelScore, ...],
    n_annotated: int,
) -> tuple[str, ...]:
    """Say where weak supervision does not pay: the annotations alone are as right as anything."""
    if known.beliefs is None:
        return ()
    judged, where = scores, "evaluation rows"
    if not scores or scores[0].n < MIN_JUDGED:
        judged, where = held_out, "annotated rows, held out"
    right = {score.model: score.accuracy_all for score in judged if score.n >= MIN_JUDGED}
    alone = right.pop(ANNOTATIONS, None)
    with_votes = [accuracy for accuracy in right.values() if accuracy is not None]
    if alone is None or not with_votes or alone < max(with_votes):
        return ()
    return (
        f"weak supervision does not pay here: the {n_annotated:,} annotated rows alone score"
        f" {percent(alone)} on the {judged[0].n:,} {where},"
        f" the best model with votes {percent(max(with_votes))}",
    )
