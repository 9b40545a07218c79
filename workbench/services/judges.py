"""The labels that judge models and functions: nobody's by whose answers these vote."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.figures import counted, listed
from workbench.services.consensus import collect_answers, policy_of
from workbench.services.labels import (
    annotated_labels,
    given_labels,
    human_labels,
    reference_labels,
    roles,
    trusted_labels,
)
from workbench.services.project import Project
from workbench.store.votes import LFVersion
from workbench.types import ABSTAIN, GONE, NO_LABEL, ConsensusPolicy, Role


@dataclass(frozen=True, slots=True)
class Judges:
    """What models are judged by; arrays (n,) of class indices, -1 for none.

    The answers of people who vote as a labeling function in force are left out: whoever has their
    votes would be right by itself. ``voters`` are these people, ``n_voided`` the number of labelled
    rows on which nobody else has a say. A function is judged by `references`.
    """

    annotated: NDArray[np.int64]
    """Of annotated training rows, by which models are chosen, corrected and mixed."""
    trusted: NDArray[np.int64]
    """Of evaluation rows, on which models are compared."""
    voters: tuple[str, ...] = ()
    n_voided: int = 0

    @property
    def warnings(self) -> tuple[str, ...]:
        """Say which labels judge nothing, and what to do."""
        if not self.n_voided:
            return ()
        return (
            f"the labels of {counted(self.n_voided, 'row')} judge no model: they are answers of"
            f" {listed(self.voters)}, and these are votes too, so that a model would be judged by"
            " what it learns from; have somebody else answer some of these rows, or others:"
            " workbench annotate --annotator NAME",
        )


@dataclass(frozen=True, slots=True)
class References:
    """What labeling functions are measured by, class indices, -1 for none.

    ``labels`` (n,) are of all rows with a human label, and of evaluation rows. ``apart`` holds, by
    the number of a function that votes as a person answers, the rows that this person answered, and
    what everybody else says there.
    """

    labels: NDArray[np.int64]
    apart: dict[int, tuple[NDArray[np.int64], NDArray[np.int64]]]

    def of(self, lf_version_id: int) -> NDArray[np.int64]:
        """Return the labels (n,) that one function is measured by."""
        if lf_version_id not in self.apart:
            return self.labels
        rows, said = self.apart[lf_version_id]
        labels = self.labels.copy()
        labels[rows] = said
        return labels

    def by_column(
        self, lf_version_ids: Sequence[int]
    ) -> dict[int, tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Return ``apart`` by the column of a vote matrix."""
        found = enumerate(lf_version_ids)
        return {column: self.apart[number] for column, number in found if number in self.apart}


def references(project: Project, versions: Sequence[LFVersion]) -> References:
    """Return the labels that functions are measured by: all, but a person's own for their votes.

    Parameters
    ----------
    project
        The project.
    versions
        The functions.
    """
    voter_of = {version.lf_version_id: _voter(version) for version in versions}
    voters = {voter for voter in voter_of.values() if voter is not None}
    labels = reference_labels(project)
    if not voters:
        return References(labels, {})
    is_trusted = roles(project) == Role.EVALUATION
    given = np.where(is_trusted, given_labels(project), NO_LABEL)
    others = {}
    for voter, (rows, said) in others_say(project, voters).items():
        others[voter] = rows, np.maximum(np.where(said == NO_LABEL, given[rows], said), NO_LABEL)
    return References(
        labels,
        {number: others[voter] for number, voter in voter_of.items() if voter is not None},
    )


def others_say(
    project: Project, annotators: Iterable[str]
) -> dict[str, tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Return the rows that each of some people answered, and what everybody else decided there.

    What was corrected or settled stands, whoever did it; else the others have to agree by the
    policy of the project. Where it is to weigh answers it is the majority: to weigh them anew
    without each of many people takes minutes.

    Parameters
    ----------
    project
        The project.
    annotators
        Their names.

    Returns
    -------
    dict
        By name: rows, and class indices there; -1 for none, -2 for a class that is gone.
    """
    answers = collect_answers(project)
    matrix, n_words = answers.matrix, len(answers.classes)
    firm = human_labels(project, without=answers.annotators).decided
    counts = np.stack([(matrix == k).sum(axis=1) for k in range(n_words)], axis=1)
    must_agree = policy_of(project) == ConsensusPolicy.ADJUDICATE
    row_of = np.array(answers.example_ids, dtype=np.int64) - 1
    found = {}
    for who in annotators:
        own = np.full(len(matrix), ABSTAIN)
        if who in answers.annotators:
            own = matrix[:, answers.annotators.index(who)].astype(np.int64)
        mine = np.flatnonzero(own != ABSTAIN)
        left = counts[mine]
        left[np.arange(len(mine)), own[mine]] -= 1
        most = left.max(axis=1, keepdims=True)
        is_clear = (left == most).sum(axis=1) == 1
        if must_agree:
            is_clear = left.sum(axis=1) == most[:, 0]
        said = left.argmax(axis=1)
        said[said == len(project.classes)] = GONE
        said = np.where(is_clear & (most[:, 0] > 0), said, NO_LABEL)
        rows = row_of[mine]
        found[who] = rows, np.where(firm[rows] != NO_LABEL, firm[rows], said)
    return found


def judges(project: Project) -> Judges:
    """Return the labels that models are judged by.

    Parameters
    ----------
    project
        The project.
    """
    voters = voting_annotators(project.store.votes.in_force())
    human = human_labels(project)
    independent = human_labels(project, without=voters) if voters else human
    reference = reference_labels(project, independent)
    return Judges(
        annotated=annotated_labels(project, independent),
        trusted=trusted_labels(project, independent),
        voters=voters,
        n_voided=int(((human.decided >= 0) & (reference == NO_LABEL)).sum()),
    )


def voting_annotators(versions: Iterable[LFVersion]) -> tuple[str, ...]:
    """Return the people whose answers are the votes of an ``annotator`` function, by name.

    Parameters
    ----------
    versions
        The labeling functions in force.
    """
    return tuple(sorted({name for name in map(_voter, versions) if name is not None}))


def _voter(version: LFVersion) -> str | None:
    """Return the person whose answers are the votes of a function; None where they are no one's."""
    name = arguments(version).get("annotator") if version.kind == "annotator" else None
    return name if isinstance(name, str) else None


def arguments(version: LFVersion) -> dict[str, Any]:
    """Return the arguments of a template as its source, the call that makes it again, has them.

    Parameters
    ----------
    version
        A labeling function; one that is no template has none.
    """
    try:
        call = ast.parse(version.source, mode="eval").body
        if not isinstance(call, ast.Call):
            return {}
        return {word.arg: ast.literal_eval(word.value) for word in call.keywords if word.arg}
    except (SyntaxError, ValueError):
        return {}
