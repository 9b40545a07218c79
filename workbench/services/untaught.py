"""What functions learnt from annotations, and the label model without it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.methods.label_model import informed, make_label_model
from workbench.methods.votes import Votes
from workbench.services.beliefs import ModelBeliefs
from workbench.services.judges import arguments
from workbench.services.labels import human_labels, stored_votes
from workbench.services.project import Project
from workbench.store.votes import LFVersion
from workbench.types import NO_LABEL


@dataclass(frozen=True, slots=True)
class UntaughtBeliefs:
    """The votes (n, m) of functions that learnt nothing from annotations, and what they say.

    ``probs`` (n, K) is the label model without the terms of the others, flat where it knows
    nothing; ``is_known`` (n,) where it gives a label.
    """

    votes: Votes
    probs: NDArray[np.float64]
    is_known: NDArray[np.bool_]


def taught_by_annotations(project: Project, versions: Iterable[LFVersion]) -> tuple[str, ...]:
    """Return the names of the functions whose votes were learnt from what people decided.

    Parameters
    ----------
    project
        The project.
    versions
        The labeling functions in force.
    """
    decided = human_labels(project).decided != NO_LABEL

    def is_taught(version: LFVersion) -> bool:
        if version.kind == "neighbours":
            uids = arguments(version).get("uids", ())
            ids = (project.store.examples.id_of(uid) for uid in uids)
            return any(decided[example_id - 1] for example_id in ids if example_id is not None)
        return version.kind == "classifier"

    return tuple(
        version.name
        for version in versions
        if is_taught(version) and project.store.votes.totals(version.lf_version_id).n_votes
    )


def untaught_beliefs(
    project: Project, beliefs: ModelBeliefs, taught: Iterable[str]
) -> UntaughtBeliefs:
    """Return what a label model believes by the functions that annotations did not teach.

    What it learnt of them stays; where the classes have changed since, nothing is known until the
    next aggregation.

    Parameters
    ----------
    project
        The project.
    beliefs
        What the label model believes by all functions.
    taught
        The names of those that annotations taught.
    """
    n, n_classes = beliefs.probs.shape
    stored = project.store.label_models.get(beliefs.run_id, beliefs.model)
    names = set(taught)
    flat = np.full((n, n_classes), 1 / n_classes)
    columns = project.store.label_models.columns(beliefs.run_id, n_classes)
    if stored is None or not np.array_equal(columns, project.label_set.numbers):
        return UntaughtBeliefs(np.empty((n, 0), np.int8), flat, np.zeros(n, np.bool_))
    kept = [
        position
        for position, lf_version_id in enumerate(stored.lf_version_ids)
        if project.store.votes.get(lf_version_id).name not in names
    ]
    votes = stored_votes(project, [stored.lf_version_ids[position] for position in kept])[:n]
    model = make_label_model(beliefs.model, n_classes, seed=0)  # fitted already
    model.log_prior_, model.log_likelihood_ = stored.log_prior, stored.log_likelihood[kept]
    probs = model.predict_proba(votes)
    is_known = informed(votes, probs) & beliefs.informed
    return UntaughtBeliefs(votes, np.where(is_known[:, None], probs, flat), is_known)
