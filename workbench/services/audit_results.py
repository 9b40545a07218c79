"""What an audit finds, as the faces show it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from workbench.figures import p_value
from workbench.services.blame import FunctionRate, GroupRate
from workbench.services.labels import Labels
from workbench.services.project import Project
from workbench.types import Role

OUT_OF_FOLD: Final = "out-of-fold"
"""The name of the beliefs that an audit stores."""

CONTROL_REASON: Final = "control sample: drawn at random among the labels that the audit trusts"
"""Why an audit asks for a row that it does not doubt."""


@dataclass(frozen=True, slots=True)
class SuspectRow:
    """A row whose label is doubted; ``quality`` higher is better."""

    uid: str
    given: str
    suggested: str
    quality: float
    origin: str
    text: str
    role: str = Role.TRAIN.value


@dataclass(frozen=True, slots=True)
class NoiseFinding:
    """Whether errors depend on the text: then the counts by class are weak, and people must look.

    ``p_value`` is of errors that depend on the class alone; near rows share an error
    ``excess_links`` times as often as that would make them. The noisy slice holds ``n_slice`` rows;
    ``words`` tell it from the rest.
    """

    p_value: float
    depends_on_text: bool
    n_errors: int
    excess_links: float
    n_slice: int
    words: tuple[str, ...]

    def warnings(self) -> tuple[str, ...]:
        """Say what that means, where it does."""
        if not self.depends_on_text:
            return ()
        words = f" (its words: {', '.join(self.words)})" if self.words else ""
        return (
            "the errors depend on the text, not on the class alone"
            f" ({p_value(self.p_value)}): counts by class may be far off. They lie in a slice of"
            f" {self.n_slice:,} rows{words}; what is doubted there is in the review, and so is a"
            " larger control sample",
        )


@dataclass(frozen=True, slots=True)
class OddRow:
    """A row that lies far from all others, or between two classes; ``score`` higher is odder."""

    uid: str
    score: float
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class ClassPair:
    """Two classes that are taken for each other, in an estimated share of all rows."""

    first: str
    second: str
    share: float


@dataclass(frozen=True, slots=True)
class AuditResult:
    """What an audit found among the labelled training rows.

    Rows that people kept, relabelled or flagged in a review are never suspected again.
    ``n_controls`` rows that are not doubted are drawn at random into the review.
    ``evaluation_suspects`` are those among ``n_evaluation`` trusted rows, which no model learns
    from: they are shown and can be corrected, and count for none of the other figures. Of many
    rows, ``noise`` and ``outliers`` are of a random part.
    """

    run_id: int
    reused: bool
    n_rows: int
    n_suspects: int
    error_rate: float
    suspects: tuple[SuspectRow, ...]
    by_class: tuple[GroupRate, ...]
    by: str | None
    by_group: tuple[GroupRate, ...]
    functions: tuple[FunctionRate, ...] = ()
    noise: NoiseFinding | None = None
    outliers: tuple[OddRow, ...] = ()
    n_outliers: int = 0
    ambiguous: tuple[OddRow, ...] = ()
    n_ambiguous: int = 0
    pairs: tuple[ClassPair, ...] = ()
    n_controls: int = 0
    n_evaluation: int = 0
    evaluation_suspects: tuple[SuspectRow, ...] = ()
    warnings: tuple[str, ...] = ()


def with_suspects(project: Project, result: AuditResult, labels: Labels) -> AuditResult:
    """Return an audit with its suspects, apart from each other by role."""
    found = []
    for suspect in project.store.queues.suspects(result.run_id):
        example = project.store.examples.get(suspect.example_id)
        code = int(labels.origin[suspect.example_id - 1])
        if example is not None:
            found.append(
                SuspectRow(
                    uid=example.uid,
                    given=project.label_set.said(suspect.given_class),
                    suggested=project.label_set.said(suspect.suggested_class),
                    quality=suspect.label_quality,
                    origin=labels.order[code] if code >= 0 else "",
                    text=example.text,
                    role=example.role,
                )
            )
    evaluation = Role.EVALUATION.value
    return replace(
        result,
        suspects=tuple(row for row in found if row.role != evaluation),
        evaluation_suspects=tuple(row for row in found if row.role == evaluation),
    )
