"""The labels that the examples have now, from everything that speaks for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.methods.resolution import resolve
from workbench.methods.votes import vote_dtype
from workbench.services.beliefs import default_labels, model_run, settled_labels, stored_beliefs
from workbench.services.consensus import agreed, policy_of, weighed_answers
from workbench.services.label_settings import default_class
from workbench.services.moments import Moment
from workbench.services.project import Project
from workbench.store.classes import LabelSet
from workbench.store.decisions import ADJUDICATE, ANSWERS, CORRECTIONS, KEEP, Event
from workbench.types import DEFAULT, GONE, KEPT, NO_LABEL, Origin, Role


@dataclass(frozen=True, slots=True)
class HumanLabels:
    """What people decided: (n,) class indices, and the runs that hold that.

    -1 for none, -2 where what they decided is a class that is gone.
    """

    correction: NDArray[np.int64]
    correction_run: NDArray[np.int64]
    is_kept: NDArray[np.bool_]
    """Corrections that left the label as it was."""
    annotation: NDArray[np.int64]
    annotation_run: NDArray[np.int64]
    agreement: NDArray[np.float64]
    """Share of the annotators who chose the annotation's class, or its probability where answers
    are weighed."""

    @property
    def decided(self) -> NDArray[np.int64]:
        """What people decided, corrections before annotations; -1 for none, -2 for a gone class."""
        return _first_word(self.correction, self.annotation)


@dataclass(frozen=True, slots=True)
class Labels:
    """The resolved labels of all examples; arrays of shape (n,).

    ``labels`` is -1 where there is none; ``origin`` indexes ``order``, -1 for none; ``run_ids``
    names the run that the winning label came from, 0 for none. ``is_gone`` marks the examples
    without one because what was said of them is a class that is gone, ``is_kept`` corrections that
    left the label as it was; None where that is not known.
    """

    labels: NDArray[np.int64]
    confidence: NDArray[np.float64]
    origin: NDArray[np.int64]
    run_ids: NDArray[np.int64]
    order: tuple[str, ...]
    is_gone: NDArray[np.bool_] | None = None
    is_kept: NDArray[np.bool_] | None = None

    @property
    def standing(self) -> NDArray[np.int64]:
        """How early in the order of precedence each label's origin is; 0 without a label."""
        return np.where(self.origin >= 0, len(self.order) - self.origin, 0)

    @property
    def told(self) -> Labels:
        """The labels as files tell them: what a review kept has an origin of its own, the last."""
        if self.is_kept is None or not self.is_kept.any():
            return self
        kept = self.is_kept & self.origin_is(Origin.CORRECTION)
        origin = np.where(kept, len(self.order), self.origin)
        return replace(self, origin=origin, order=(*self.order, KEPT), is_kept=None)

    @property
    def untold(self) -> Labels:
        """The labels as they take precedence; undoes `told`."""
        if KEPT not in self.order:
            return self
        order = tuple(name for name in self.order if name != KEPT)
        kept = self.origin_is(KEPT)
        origin = np.where(kept, order.index(Origin.CORRECTION), self.origin)
        return replace(self, origin=origin, order=order, is_kept=kept)

    def by_origin(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> dict[str, int]:
        """Count the chosen of the labels by origin, as files tell it; every face counts here."""
        told = self.told
        return {name: int((told.origin[chosen] == k).sum()) for k, name in enumerate(told.order)}

    def origin_is(self, *origins: str) -> NDArray[np.bool_]:
        """Return which labels have one of some origins."""
        codes = [self.order.index(origin) for origin in origins if origin in self.order]
        return np.isin(self.origin, codes)

    @property
    def is_weak(self) -> NDArray[np.bool_]:
        """Which labels no person and no file gave: a model's, and the default class."""
        return self.origin_is(Origin.MODEL, DEFAULT)


def given_labels(project: Project) -> NDArray[np.int64]:
    """Return the labels that came with the rows, (n,); -1 for none."""
    return project.label_set.indices(given_numbers(project))


def _first_word(*words: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the first of several words about each example, of a class that is gone too."""
    found = words[-1]
    for earlier in words[-2::-1]:
        found = np.where(earlier != NO_LABEL, earlier, found)
    return found


def _only_labels(words: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.maximum(words, NO_LABEL)


def _words(label_set: LabelSet, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the index that each number counts as; -1 for none, -2 where its class is gone."""
    indices = label_set.indices(numbers)
    return np.where((numbers >= 0) & (indices < 0), GONE, indices)


def given_numbers(project: Project) -> NDArray[np.int64]:
    """Return the class numbers that came with the rows, (n,); -1 for none."""
    examples = project.store.examples
    numbers = np.full(examples.count(), NO_LABEL, dtype=np.int64)
    example_ids, class_ids = examples.given_classes()
    numbers[example_ids - 1] = class_ids
    return numbers


def texts_present(project: Project) -> NDArray[np.bool_]:
    """Mark the examples whose text was not removed for good, (n,).

    Parameters
    ----------
    project
        The project.
    """
    examples = project.store.examples
    present = np.ones(examples.count(), np.bool_)
    present[[example_id - 1 for example_id in examples.removed_ids()]] = False
    return present


def roles(project: Project) -> NDArray[np.str_]:
    """Return the role of each example, (n,)."""
    values, counts = project.store.examples.by_source("role")
    return np.repeat(np.array(values, dtype=np.str_), counts)


def rows_of_role(project: Project, role: str) -> NDArray[np.bool_]:
    """Mark the examples of a role whose text was not removed for good, (n,)."""
    return np.asarray((roles(project) == role) & texts_present(project))


def labelled_training_rows(project: Project, labels: Labels) -> NDArray[np.int64]:
    """Return the positions of the labelled training rows that have their text.

    Models learn from these, audits read them, and faces count them.

    Parameters
    ----------
    project
        The project.
    labels
        The resolved labels.
    """
    return np.flatnonzero(rows_of_role(project, Role.TRAIN) & (labels.labels >= 0))


def import_runs(project: Project) -> NDArray[np.int64]:
    """Return the run that imported each example, (n,)."""
    values, counts = project.store.examples.by_source("run_id")
    return np.repeat(np.array(values, dtype=np.int64), counts)


def stored_votes(project: Project, lf_version_ids: Sequence[int]) -> NDArray[np.signedinteger[Any]]:
    """Return the vote matrix (n, m) of some LF versions, with the classes as they count now.

    Votes are stored by class number: a change of the label set needs no new apply.
    """
    return project.label_set.indices(stored_numbers(project, lf_version_ids))


def stored_numbers(
    project: Project, lf_version_ids: Sequence[int]
) -> NDArray[np.signedinteger[Any]]:
    """Return the votes (n, m) of some LF versions by class number, as they are stored."""
    n, dtype = project.store.examples.count(), vote_dtype(len(project.label_set.states))
    return project.store.votes.matrix(lf_version_ids, n, dtype)


def human_labels(
    project: Project, *, moment: Moment | None = None, without: Collection[str] = ()
) -> HumanLabels:
    """Return the decisions that stand: corrections, and the consensus of the annotations.

    What somebody settled of differing annotations is their consensus. What was said of a class that
    is gone still counts, for no class: it neither is a label nor leaves the row to those who were
    outvoted.

    Parameters
    ----------
    project
        The project.
    moment
        As they stood then; now by default.
    without
        Annotators whose answers do not count. What they corrected or settled does.
    """
    n = project.store.examples.count()
    label_set = project.label_set
    if moment is not None:
        n = project.store.past.n_examples(moment.at)
        label_set = project.store.classes.state_at(moment.event_id)
    correction = np.full(n, NO_LABEL, dtype=np.int64)
    correction_run = np.zeros(n, dtype=np.int64)
    is_kept = np.zeros(n, dtype=np.bool_)
    annotation = np.full(n, NO_LABEL, dtype=np.int64)
    annotation_run = np.zeros(n, dtype=np.int64)
    agreement = np.zeros(n)
    by_example: dict[int, list[Event]] = defaultdict(list)
    settled: dict[int, tuple[int, float, int]] = {}
    until = None if moment is None else moment.event_id
    for event in project.store.decisions.active(until=until):
        if event.example_id is None or event.example_id > n:
            continue
        if event.kind in ANSWERS and event.annotator in without:
            continue
        index = label_set.index_or_gone(event.class_id)
        if event.kind in CORRECTIONS:
            row = event.example_id - 1
            # Who keeps what was corrected before leaves it corrected.
            is_kept[row] = event.kind == KEEP and (is_kept[row] or correction[row] == NO_LABEL)
            correction[row] = index
            correction_run[row] = event.run_id
        elif event.kind == ADJUDICATE:
            settled[event.example_id] = index, 1.0, event.run_id
        else:
            by_example[event.example_id].append(event)
    policy, weighed = policy_of(project, moment), weighed_answers(project, moment, without=without)
    for example_id in by_example.keys() | settled.keys():
        known = weighed.get(example_id)
        if example_id in settled:
            winner: tuple[int, float, int] | None = settled[example_id]
        else:
            winner = agreed(by_example[example_id], known, policy, label_set)
        if winner is not None:
            row = example_id - 1
            annotation[row], agreement[row], annotation_run[row] = winner
    return HumanLabels(correction, correction_run, is_kept, annotation, annotation_run, agreement)


def _nobody(n: int) -> HumanLabels:
    """Return what people decided where nobody did."""
    none, no_run = np.full(n, NO_LABEL, dtype=np.int64), np.zeros(n, dtype=np.int64)
    return HumanLabels(none, no_run, np.zeros(n, dtype=np.bool_), none, no_run, np.zeros(n))


def resolve_labels(
    project: Project,
    *,
    min_confidence: float | None = None,
    moment: Moment | None = None,
    settings_of: Moment | None = None,
    with_mix: bool = True,
    with_models: bool = True,
    with_people: bool = True,
) -> Labels:
    """Return the one label that each example has now, or had at a moment.

    Parameters
    ----------
    project
        The project; its configuration orders the origins.
    min_confidence
        What a label model's top probability must reach; the configuration's by default.
    moment
        As it was then, with the label set and the settings of then.
    settings_of
        With the order of precedence, the confidence and the default class that were asked for at
        this moment instead.
    with_mix
        Whether the mix of a training may give labels; without it, only the label model does.
    with_models
        Whether any model may; without them, only people and files do.
    with_people
        Whether people's decisions count; without them, each row has the label it had before.
    """
    store = project.store
    n, label_set, order = store.examples.count(), project.label_set, project.config.label_order
    threshold = project.config.min_confidence if min_confidence is None else min_confidence
    if moment is not None:
        n = store.past.n_examples(moment.at)
        label_set = store.classes.state_at(moment.event_id)
    asked = settings_of or moment
    if asked is not None:
        order = tuple((store.settings.get("label_order", at=asked.at) or "").split(","))
        threshold = float(store.settings.get("min_confidence", at=asked.at) or threshold)
    default = label_set.index_of(default_class(project, at=None if asked is None else asked.at))
    human = human_labels(project, moment=moment) if with_people else _nobody(n)
    at = moment.at if moment else None
    newest = model_run(project, at=at) if with_mix else store.runs.last_done("aggregate", at=at)
    beliefs = stored_beliefs(project, newest.kind, at=at) if newest and with_models else None
    settled, sure = settled_labels(project, beliefs, label_set, n)
    fallen_back, its_share = default_labels(project, beliefs, label_set, n, default)
    resolution = resolve(
        n,
        correction=human.correction,
        annotation=human.annotation,
        annotation_confidence=human.agreement,
        given=_words(label_set, given_numbers(project)[:n]),
        model=settled,
        model_confidence=sure,
        min_confidence=threshold,
        default=fallen_back,
        default_confidence=its_share,
        order=order,
    )
    models_run = np.full(n, beliefs.run_id if beliefs else 0, dtype=np.int64)
    run_of = {
        Origin.CORRECTION.value: human.correction_run,
        Origin.ANNOTATION.value: human.annotation_run,
        Origin.GIVEN.value: import_runs(project)[:n],
        Origin.MODEL.value: models_run,
        DEFAULT: models_run,
    }
    run_ids = np.zeros(n, dtype=np.int64)
    origin = np.asarray(resolution.origin, dtype=np.int64)
    for code, name in enumerate(resolution.order):
        mine = origin == code
        run_ids[mine] = run_of[name][mine]
    return Labels(
        resolution.labels,
        resolution.confidence,
        origin,
        run_ids,
        resolution.order,
        resolution.is_gone,
        human.is_kept,
    )


def annotated_labels(project: Project, human: HumanLabels | None = None) -> NDArray[np.int64]:
    """Return the classes of annotated training rows, (n,); -1 for none.

    A correction replaces the annotation. Rows that were only corrected do not count: they were
    looked at because a model was thought to be wrong there, so they say nothing fair about models.

    Parameters
    ----------
    project
        The project.
    human
        The decisions that count; all that stand by default.
    """
    human = human or human_labels(project)
    counts = (human.annotation != NO_LABEL) & rows_of_role(project, Role.TRAIN)
    return np.where(counts, _only_labels(human.decided), NO_LABEL)


def trusted_labels(project: Project, human: HumanLabels | None = None) -> NDArray[np.int64]:
    """Return the trusted labels (n,): of evaluation rows, as given or as people corrected them.

    A row whose text was removed for good has none: nothing can be right about it.

    Parameters
    ----------
    project
        The project.
    human
        The decisions that count; all that stand by default.
    """
    human = human or human_labels(project)
    trusted = _first_word(human.decided, given_labels(project))
    return np.where(rows_of_role(project, Role.EVALUATION), _only_labels(trusted), NO_LABEL)


def reference_labels(project: Project, human: HumanLabels | None = None) -> NDArray[np.int64]:
    """Return the trusted labels (n,): what people said of rows of any role, and evaluation rows'.

    As of `trusted_labels`, rows whose text was removed for good have none.

    Parameters
    ----------
    project
        The project.
    human
        The decisions that count; all that stand by default.
    """
    human = human or human_labels(project)
    given = np.where(roles(project) == Role.EVALUATION, given_labels(project), NO_LABEL)
    trusted = _only_labels(_first_word(human.decided, given))
    return np.where(texts_present(project), trusted, NO_LABEL)
