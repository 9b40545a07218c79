"""What a trail tells of one label: its parts, and the steps that lead through them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workbench.figures import score
from workbench.methods.label_model import TIE
from workbench.result import Result
from workbench.services.annotate import CameFrom
from workbench.services.consensus import RowConsensus
from workbench.services.evidence import BeliefEvidence
from workbench.services.overruled import CORRECTED
from workbench.services.staleness import Stale
from workbench.types import DEFAULT, Origin


@dataclass(frozen=True, slots=True)
class Source:
    """The row of the file that an example came from."""

    path: str
    sha256: str
    row: int
    role: str
    batch: str | None
    vendor: str | None
    given: str | None
    run_id: int


@dataclass(frozen=True, slots=True)
class Vote:
    """What a labeling function said; ``vote`` None: it abstained, failed or is not applied.

    ``vote`` is what that counts as now, ``said`` what it said: they differ where classes were
    merged or retired since. ``when`` is None where the aggregation in use read the vote and it is
    in force; ``then`` where it only read it, ``now`` where it has not read it. ``error`` is how it
    failed on the row; ``may_have_failed``: it failed on more rows than are kept by name.
    """

    lf: str
    vote: str | None
    said: str | None
    is_applied: bool
    version: str
    kind: str
    file: str | None
    line: int | None
    source: str
    run_id: int | None
    when: str | None = None
    error: str | None = None
    may_have_failed: bool = False

    @property
    def silence(self) -> str:
        """What it did where it did not vote."""
        if self.error is not None:
            return f"failed: {self.error}"
        if not self.is_applied:
            return "not applied"
        return "abstained or failed" if self.may_have_failed else "abstained"


_BELIEVERS = {
    "train": "end model, run",
    "aggregate": "label model, run",
    "audit": "out-of-fold model, run",
    "propose": "batch",
}


@dataclass(frozen=True, slots=True)
class Belief:
    """What a model believes: the probability of each class, the highest first.

    ``is_chosen``: it is the one that its run chose; ``is_in_use``: models' labels come from it.
    Of a batch, of the kind ``propose``, the likeliest classes are known. ``age`` says how old it is
    where that is looked at: ``of 240 labels``, ``out of date``.
    """

    kind: str
    model: str
    run_id: int
    is_chosen: bool
    is_in_use: bool
    probabilities: tuple[tuple[str, float], ...]
    age: str = ""

    @property
    def said_by(self) -> str:
        """Whose belief it is, for people: ``end model, run 5, out of date``."""
        return f"{_BELIEVERS[self.kind]} {self.run_id}{f', {self.age}' if self.age else ''}"


@dataclass(frozen=True, slots=True)
class HumanEvent:
    """A decision; ``stands`` is False when it was undone.

    ``label`` is what the class counts as now, ``said`` what the annotator said, ``guideline`` the
    version of the guidelines that was in force. ``came_from`` is how the row was come by where no
    queue asked it in turn (`workbench.services.annotate.CameFrom`).
    """

    event_id: int
    at: str
    annotator: str
    kind: str
    label: str | None
    said: str | None
    seconds: float | None
    guideline: int | None
    note: str | None
    stands: bool
    asked_by: int | None
    run_id: int
    came_from: CameFrom | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A run that asked for this row: a proposal or an audit, and why."""

    kind: str
    run_id: int
    rank: int
    reason: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """What the newest audit has against a label that nobody has reviewed since."""

    suggested: str
    quality: float
    run_id: int

    @property
    def sentence(self) -> str:
        """The doubt, and what to do about it."""
        return (
            f"audit run {self.run_id} doubts it: {self.suggested} suggested (label quality"
            f" {self.quality:.3f}); nobody has reviewed it: workbench review"
        )


@dataclass(frozen=True, slots=True)
class NearDuplicate:
    """Another row that nearly repeats this one, as the newest diagnosis found."""

    example_id: int
    uid: str
    similarity: float
    exact: bool
    run_id: int


@dataclass(frozen=True, slots=True)
class Exported:
    """An export that holds the row, and the label it had there, as the file calls it."""

    run_id: int
    path: str
    sha256: str
    label: str


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a trail: when it came about, and the run that made it.

    ``part`` is the field of the `Trail` that tells it, ``index`` its place there; None: the part is
    one step.
    """

    at: str
    part: str
    index: int | None
    run_id: int | None


@dataclass(frozen=True, slots=True)
class Trail(Result):
    """Everything that is known of one example's label.

    ``stale`` is what has changed since of all that made it; ``waits``: it has no label because what
    was said names a class that is gone. ``evidence`` is how the label model in use weighs the
    votes, ``mix`` how the mix weighs its parts, None where none gives models' labels. ``consensus``
    is what the annotators agree on. ``steps`` lead through all parts, newest first. ``removed_by``
    is the run that removed the text for good. ``doubt`` is that of the newest audit.
    ``confidence`` has four digits where a model gave the label, as in the database; the labels of
    all rows (`workbench.services.labels`) have it in full. ``min_confidence`` is the least that
    the configuration asks of a model.
    """

    uid: str
    example_id: int
    text: str
    metadata: Mapping[str, Any]
    label: str | None
    confidence: float | None
    origin: str | None
    run_id: int | None
    stale: tuple[Stale, ...]
    waits: bool
    source: Source
    votes: tuple[Vote, ...]
    beliefs: tuple[Belief, ...]
    mix: BeliefEvidence | None
    evidence: BeliefEvidence | None
    decisions: tuple[HumanEvent, ...]
    consensus: RowConsensus | None
    questions: tuple[Question, ...]
    duplicates: tuple[NearDuplicate, ...]
    exports: tuple[Exported, ...]
    steps: tuple[Step, ...] = ()
    removed_by: int | None = None
    doubt: Doubt | None = None
    min_confidence: float = 0.0

    @property
    def policy(self) -> str | None:
        """Which rule gave the label where nothing speaks for it; None where something does."""
        if self.origin != DEFAULT:
            return None
        return "no vote decides: the default class of workbench.toml"

    @property
    def overruled(self) -> str | None:
        """What annotators answered that a correction stands over; None where they do not differ."""
        agreed = None if self.consensus is None else self.consensus.label
        if self.origin != Origin.CORRECTION or agreed in (None, self.label):
            return None
        return f"{CORRECTED}, which stands over what is answered: {agreed}"

    @property
    def why_unlabelled(self) -> str:
        """Why it has no label, where it has none."""
        if self.waits:
            return "what was said is no class any more, and waits for a person"
        trained = any(belief.kind == "train" for belief in self.beliefs)
        if trained and not any(belief.is_in_use for belief in self.beliefs):
            return (
                "neither people nor files say one, and the end model gives no labels without an"
                " aggregation of votes"
            )
        used = next((belief for belief in self.beliefs if belief.is_in_use), None)
        if used is None:
            return "neither people nor files say one, nor does a label model"
        (first, highest), *others = used.probabilities
        if used.kind == "aggregate" and self.evidence is not None:
            if not self.evidence.voted:
                return "no labeling function votes on it"
            if first not in self.evidence.voted:
                return f"{used.model} is surest of {first}, which no labeling function votes for"
        if others and highest - others[0][1] < TIE:
            return f"{used.model} is as sure of {others[0][0]} as of {first}"
        if highest < self.min_confidence:
            return (
                f"{used.model} is surest of {first}, {score(highest)}, which is less than"
                f" min_confidence ({self.min_confidence:g})"
            )
        return "nothing that is sure enough speaks for one"

    def told(self, step: Step) -> Any:
        """Return what a step tells: an entry of one of the parts."""
        part = getattr(self, step.part)
        return part if step.index is None else part[step.index]
