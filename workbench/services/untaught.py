"""What functions learnt from annotations, and the label model without it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.methods.label_model import informed, make_label_model
from workbench.methods.pattern_model import PatternModel
from workbench.methods.votes import Votes
from workbench.services.beliefs import ModelBeliefs, as_they_count_now
from workbench.services.judges import arguments_in
from workbench.services.labels import human_labels, stored_numbers, stored_votes
from workbench.services.moments import beginning_of
from workbench.services.project import Project
from workbench.store.label_models import StoredModel
from workbench.store.votes import LFVersion
from workbench.types import ABSTAIN, NO_LABEL


@dataclass(frozen=True, slots=True)
class UntaughtBeliefs:
    """The votes (n, m) of functions that learnt nothing from annotations, and what they say.

    ``probs`` (n, K) is the label model without the terms of the others, flat where it knows
    nothing; ``is_known`` (n,) where it gives a label.
    """

    votes: Votes
    probs: NDArray[np.float64]
    is_known: NDArray[np.bool_]


def taught_by_annotations(
    project: Project, beliefs: ModelBeliefs | None, *, with_answers: bool = False
) -> tuple[LFVersion, ...]:
    """Return the functions whose votes hold what people decided, by number.

    Those are looked through that the beliefs come from, and those in force: they are others where
    functions were changed since, and what is believed still holds what the former had learnt.

    Parameters
    ----------
    project
        The project.
    beliefs
        What the label model believes; without one no vote is learnt, and nobody was taught.
    with_answers
        Whether the functions whose votes are the answers of a person count too.
    """
    if beliefs is None:
        return ()
    votes = project.store.votes
    stored = project.store.label_models.get(beliefs.run_id, beliefs.model)
    versions = {version.lf_version_id: version for version in votes.in_force()}
    for lf_version_id in () if stored is None else stored.lf_version_ids:
        if lf_version_id not in versions:
            versions[lf_version_id] = votes.get(lf_version_id)
    examples = {number: _examples_of(project, version) for number, version in versions.items()}
    is_decided = human_labels(project).decided != NO_LABEL if any(examples.values()) else None

    def is_taught(version: LFVersion) -> bool:
        if is_decided is not None and is_decided[examples[version.lf_version_id]].any():
            return True
        return version.kind == "classifier" or (with_answers and version.kind == "annotator")

    return tuple(
        version
        for _, version in sorted(versions.items())
        if is_taught(version) and votes.totals(version.lf_version_id).n_votes
    )


def _examples_of(project: Project, version: LFVersion) -> list[int]:
    """Return the rows that a function of neighbours compares with; none of any other function."""
    if version.kind != "neighbours":
        return []
    ids = (
        project.store.examples.id_of(uid) for uid in arguments_in(version.source).get("uids", ())
    )
    return [example_id - 1 for example_id in ids if example_id is not None]


def untaught_beliefs(
    project: Project, beliefs: ModelBeliefs, taught: Iterable[LFVersion]
) -> UntaughtBeliefs:
    """Return what a label model believes by the functions that annotations did not teach.

    What it learnt of them stays. Where the classes have changed since, it is asked in those of
    then, and its answer is mapped as `model_beliefs` does. Where a run of the first schema kept no
    model, nothing is known.

    Parameters
    ----------
    project
        The project.
    beliefs
        What the label model believes by all functions.
    taught
        Those that annotations taught: of `taught_by_annotations`.
    """
    n, n_classes = beliefs.probs.shape
    stored = project.store.label_models.get(beliefs.run_id, beliefs.model)
    flat = np.full((n, n_classes), 1 / n_classes)
    if stored is None:
        return UntaughtBeliefs(np.empty((n, 0), np.int8), flat, np.zeros(n, np.bool_))
    left_out = {version.lf_version_id for version in taught}
    kept = [j for j, number in enumerate(stored.lf_version_ids) if number not in left_out]
    ids = [stored.lf_version_ids[j] for j in kept]
    columns = project.store.label_models.columns(beliefs.run_id, len(stored.log_prior))
    then = _votes_then(project, beliefs.run_id, ids, n)
    found = project.store.runs.artifact(beliefs.run_id, "aggregate")
    copy_of = found.get("copy_of", ()) if found["chosen"] == beliefs.model else ()
    probs = _model_of(beliefs.model, stored, kept, copy_of).predict_proba(then)
    said, counts = as_they_count_now(project, probs, columns)
    is_known = informed(then, probs) & counts & beliefs.informed
    votes = stored_votes(project, ids)[:n]
    return UntaughtBeliefs(votes, np.where(is_known[:, None], said, flat), is_known)


def _model_of(
    name: str, stored: StoredModel, kept: list[int], copy_of: Sequence[int]
) -> PatternModel:
    """Return the fitted model with some of its functions.

    Copies share evidence equally: those that are left take over what the others had.
    """
    model = make_label_model(name, len(stored.log_prior), seed=0)  # fitted already
    model.log_prior_, model.log_likelihood_ = stored.log_prior, stored.log_likelihood[kept]
    if len(copy_of):
        size, left = np.bincount(copy_of), np.bincount(np.asarray(copy_of)[kept])
        of = np.asarray(copy_of)[kept]
        model.log_likelihood_ = model.log_likelihood_ * (size[of] / left[of])[:, None, None]
    return model


def _votes_then(project: Project, run_id: int, lf_version_ids: list[int], n: int) -> Votes:
    """Return votes (n, m) as indices of the classes that counted when a run began."""
    store = project.store
    run = store.runs.get(run_id)
    assert run is not None  # it stored the beliefs
    label_set = store.classes.state_at(beginning_of(project, run).event_id)
    votes = stored_numbers(project, lf_version_ids)[:n]
    # On rows that came later, a function may have answered a class that came later.
    votes[votes >= len(label_set.states)] = ABSTAIN
    return label_set.indices(votes)
