"""Values that cross layer borders: the abstain vote, roles, records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

ABSTAIN: Final = -1
"""The vote of a labeling function that has no opinion, as in Snorkel."""

NO_LABEL: Final = -1
"""The class index of a row without a label."""

GONE: Final = -2
"""The class index of what was said of a class that has left the label set without a successor: it
is no label, and nothing that it outranks takes its place."""


class Role(StrEnum):
    """What the rows of a source are for."""

    TRAIN = "train"
    PRODUCTION = "production"
    EVALUATION = "evaluation"


class Origin(StrEnum):
    """Where a resolved label comes from, in `DEFAULT_ORDER`."""

    CORRECTION = "correction"
    ANNOTATION = "annotation"
    GIVEN = "given"
    MODEL = "model"


DEFAULT_ORDER: Final = tuple(origin.value for origin in Origin)
"""The default order of precedence."""

DEFAULT: Final = "default"
"""The origin of a label that only the configuration gives: the default class, where no vote
decides. It comes after all others, whatever their order."""

KEPT: Final = "kept"
"""What files call the origin of a correction that left the label as it was: a review kept it."""


class ConsensusPolicy(StrEnum):
    """How the answers of several annotators become one label."""

    MAJORITY = "majority"
    """The class that most chose; a tie has no label."""
    DAWID_SKENE = "dawid-skene"
    """Answers weighed by how reliable each annotator is."""
    ADJUDICATE = "adjudicate"
    """Only where all are of one mind; a person settles the others."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a service has come: a stage, the units done and, where known, the total."""

    stage: str
    done: int
    total: int | None = None


ProgressCallback = Callable[[Progress], None]
"""Called by services between blocks; it may raise `workbench.errors.Cancelled`."""
