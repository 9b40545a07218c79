"""The labels that judge models and functions: none that made them what they are."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from workbench.figures import counted, listed
from workbench.services.batch_draws import picked_rows
from workbench.services.consensus import collect_answers, policy_of
from workbench.services.labels import (
    annotated_labels,
    given_labels,
    given_numbers,
    human_labels,
    import_runs,
    reference_labels,
    roles,
    texts_present,
    trusted_labels,
)
from workbench.services.moments import present
from workbench.services.project import Project
from workbench.store.votes import LFVersion
from workbench.types import ABSTAIN, GONE, NO_LABEL, ConsensusPolicy, Role

SUGGESTED: Final = "suggested"
"""The tag of a template that labels chose: `workbench.services.lf.suggest` writes it."""

_RULE: Final = "without rows picked for a doubt"
"""Results of before this rule measured functions on such rows too: they are made anew."""

_TO_COME: Final = 2**62
"""Stands for the number of an apply that is still to come."""


@dataclass(frozen=True, slots=True)
class Judges:
    """What models are judged by; arrays (n,) of class indices, -1 for none.

    The answers of people who vote as a labeling function in force are left out: whoever has their
    votes would be right by itself. ``n_voided`` is the number of labelled rows on which nobody else
    has a say, ``voters`` are the people who answered them. A function is judged by `references`.
    """

    annotated: NDArray[np.int64]
    """Of annotated training rows, by which models are chosen, corrected and mixed."""
    trusted: NDArray[np.int64]
    """Of evaluation rows, on which models are compared."""
    measured: NDArray[np.int64]
    """Of all rows but those that were picked for a doubt: what figures are measured on."""
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

    ``labels`` (n,) are of all rows with a human label, and of evaluation rows, but for those that
    ``is_picked`` (n,) marks: picked for a doubt (`workbench.services.batch_draws.picked_rows`),
    where a function is wrong more often than elsewhere, they do not judge. ``apart`` holds, by
    the number of a function that votes as a person answers, the rows that this person answered, and
    what everybody else says there; and by that of a function that labels chose, these rows, where
    nobody has a say. ``chose`` has the latter alone.
    """

    labels: NDArray[np.int64]
    is_picked: NDArray[np.bool_]
    apart: dict[int, tuple[NDArray[np.int64], NDArray[np.int64]]]
    chose: dict[int, NDArray[np.int64]]

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

    def chose_column(self, lf_version_ids: Sequence[int]) -> dict[int, NDArray[np.int64]]:
        """Return ``chose`` by the column of a vote matrix."""
        found = enumerate(lf_version_ids)
        return {column: self.chose[number] for column, number in found if number in self.chose}


def chosen_note(names: Sequence[str]) -> str:
    """Say which labels do not judge functions that labels chose, and what to do.

    Parameters
    ----------
    names
        The functions, one at least.
    """
    them, came = ("it", "it came") if len(names) == 1 else ("them", "they came")
    return (
        f"{listed(names)}: chosen by labels (lf suggest), which therefore do not judge {them}; rows"
        f" labelled since {came} into force do, and evaluation rows: annotate some more, workbench"
        " propose"
    )


def picked_note(picked: Mapping[str, int], measured: Collection[str]) -> str | None:
    """Say which functions have labels to judge them only of rows that were picked for a doubt.

    Parameters
    ----------
    picked
        The number of these labels on which each function votes, by its name.
    measured
        The functions that other labels judge.

    Returns
    -------
    str or None
        None where there are none.
    """
    alone = {name: n for name, n in picked.items() if n and name not in measured}
    if not alone:
        return None
    have, them = ("has", "its") if len(alone) == 1 else ("have", "their")
    return (
        f"{listed(list(alone))} {have} labels only on rows that were picked for a doubt"
        f" ({counted(sum(alone.values()), 'vote')}), where functions are wrong more often than"
        f" elsewhere: they do not tell {them} accuracy; label some rows drawn at random: workbench"
        " propose --strategy random"
    )


def references(
    project: Project, versions: Sequence[LFVersion], *, with_picked: bool = False
) -> References:
    """Return the labels that functions are measured by: all but those that made their votes.

    Those are a person's own for a function that votes as they answer, and for one that
    ``lf suggest`` wrote those that there were when it came into force. Nor do those of rows that
    were picked for a doubt.

    Parameters
    ----------
    project
        The project.
    versions
        The functions.
    with_picked
        Whether those of rows that were picked for a doubt are kept: to look at, not to measure by.
    """
    voter_of = {version.lf_version_id: _voter(version) for version in versions}
    voters = {voter for voter in voter_of.values() if voter is not None}
    labels, is_picked = reference_labels(project), picked_rows(project)
    is_picked &= labels != NO_LABEL
    if with_picked:
        is_picked[:] = False
    labels[is_picked] = NO_LABEL
    chose = {
        number: rows[labels[rows] != NO_LABEL]
        for number, rows in rows_that_chose(project, versions).items()
    }
    chosen = {number: (rows, np.full(len(rows), NO_LABEL)) for number, rows in chose.items()}
    if not voters:
        return References(labels, is_picked, chosen, chose)
    is_trusted = roles(project) == Role.EVALUATION
    given = np.where(is_trusted, given_labels(project), NO_LABEL)
    is_out = is_picked | ~texts_present(project)
    others = {}
    for voter, (rows, said) in others_say(project, voters).items():
        said = np.maximum(np.where(said == NO_LABEL, given[rows], said), NO_LABEL)
        others[voter] = rows, np.where(is_out[rows], NO_LABEL, said)
    answered = {number: others[voter] for number, voter in voter_of.items() if voter is not None}
    return References(labels, is_picked, chosen | answered, chose)


def rows_that_chose(
    project: Project, versions: Iterable[LFVersion]
) -> dict[int, NDArray[np.int64]]:
    """Return the rows whose labels chose each function that ``lf suggest`` wrote, by its number.

    They are the training rows with a label, of people or of a file, when the first apply after it
    was accepted began. What changed since, even the terms, was not chosen anew: it goes by its name
    and its tag, in whatever script. What was withdrawn and put back as it was goes on.

    Parameters
    ----------
    project
        The project.
    versions
        The functions; any other has no such rows.
    """
    since = _suggested_since(project, versions)
    if not since:
        return {}
    began = {run_id: _began(project, run_id) for run_id in since.values()}
    labelled = _labelled_before(project, began)
    return {number: labelled[run_id] for number, run_id in since.items()}


def rows_that_choose(project: Project, name: str) -> NDArray[np.int64]:
    """Return the rows whose labels chose a function of a name; all so far where it is new.

    Parameters
    ----------
    project
        The project.
    name
        The name of a function that ``lf suggest`` wrote.
    """
    run_id = project.store.votes.in_force_since().get(name)
    began = {run_id or _TO_COME: _began(project, run_id)}
    (rows,) = _labelled_before(project, began).values()
    return rows


def judging_state(project: Project, versions: Sequence[LFVersion]) -> list[Any]:
    """Return what decides, beside the labels, which of them judge or teach; for fingerprints.

    Parameters
    ----------
    project
        The project.
    versions
        The labeling functions in force.
    """
    since = _suggested_since(project, versions)
    removed = sorted(project.store.examples.removed_ids())
    # Without any, what was made by an earlier version stands.
    gone = [["removed", *removed]] if removed else []
    return [_RULE, *voting_annotators(versions), *map(list, since.items()), *gone]


def _suggested_since(project: Project, versions: Iterable[LFVersion]) -> dict[int, int]:
    """Return the run that brought each function that labels chose into force, by its number."""
    suggested = [version for version in versions if is_suggested(version.source)]
    since = project.store.votes.in_force_since() if suggested else {}
    return {v.lf_version_id: since.get(v.name, v.run_id) for v in suggested}


def _began(project: Project, run_id: int | None) -> str:
    """Return when a run began; the present for one that is still to come."""
    run = None if run_id is None else project.store.runs.get(run_id)
    return present(project).at if run is None else run.started_at


def _labelled_before(project: Project, began: Mapping[int, str]) -> dict[int, NDArray[np.int64]]:
    """Return the training rows that had a label when each of some runs, by number, began."""
    people = project.store.decisions.labelled_at(began.values())
    is_given, imported = given_numbers(project) >= 0, import_runs(project)
    is_train = roles(project) == Role.TRAIN
    found = {}
    for run_id, at in began.items():
        is_labelled = is_given & (imported < run_id)
        is_labelled[[example_id - 1 for example_id in people[at]]] = True
        found[run_id] = np.flatnonzero(is_labelled & is_train)
    return found


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
    is_voided = (reference_labels(project, human) >= 0) & (reference == NO_LABEL)
    return Judges(
        annotated=annotated_labels(project, independent),
        trusted=trusted_labels(project, independent),
        measured=np.where(picked_rows(project), NO_LABEL, reference),
        voters=_who_answered(project, voters, is_voided) if is_voided.any() else (),
        n_voided=int(is_voided.sum()),
    )


def _who_answered(
    project: Project, voters: Collection[str], where: NDArray[np.bool_]
) -> tuple[str, ...]:
    """Return those of some people who have an answer on some rows."""
    answers = collect_answers(project)
    row_of = np.array(answers.example_ids, dtype=np.int64) - 1
    has_answer = (answers.matrix[where[row_of]] != ABSTAIN).any(axis=0)
    found = zip(answers.annotators, has_answer, strict=True)
    return tuple(who for who, has in found if has and who in voters)


def voting_annotators(versions: Iterable[LFVersion]) -> tuple[str, ...]:
    """Return the people whose answers are the votes of an ``annotator`` function, by name.

    Parameters
    ----------
    versions
        The labeling functions in force.
    """
    return tuple(sorted({name for name in map(_voter, versions) if name is not None}))


def is_suggested(source: str) -> bool:
    """Tell whether a function was chosen by labels, as the tag in its source says.

    Parameters
    ----------
    source
        The call that makes the template again; a function in Python is its author's own.
    """
    tags = arguments_in(source).get("tags", ()) if SUGGESTED in source else ()
    return isinstance(tags, list | tuple) and SUGGESTED in tags


def _voter(version: LFVersion) -> str | None:
    """Return the person whose answers are the votes of a function; None where they are no one's."""
    name = arguments_in(version.source).get("annotator") if version.kind == "annotator" else None
    return name if isinstance(name, str) else None


def arguments_in(source: str) -> dict[str, Any]:
    """Return the arguments of a template as its source, the call that makes it again, has them.

    Parameters
    ----------
    source
        That of a labeling function; one that is no template has none.
    """
    try:
        call = ast.parse(source, mode="eval").body
        if not isinstance(call, ast.Call):
            return {}
        return {word.arg: ast.literal_eval(word.value) for word in call.keywords if word.arg}
    except (SyntaxError, ValueError):
        return {}
