"""The labels that judge models and functions: of people whose answers are no votes."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.figures import counted, listed
from workbench.services.labels import (
    annotated_labels,
    human_labels,
    reference_labels,
    trusted_labels,
)
from workbench.services.project import Project
from workbench.store.votes import LFVersion
from workbench.types import NO_LABEL


@dataclass(frozen=True, slots=True)
class Judges:
    """What models and functions are judged by; arrays (n,) of class indices, -1 for none.

    The answers of people who vote as a labeling function in force are left out: whoever has their
    votes would be right by itself. ``voters`` are these people, ``n_voided`` the number of labelled
    rows on which nobody else has a say.
    """

    annotated: NDArray[np.int64]
    """Of annotated training rows, by which models are chosen, corrected and mixed."""
    trusted: NDArray[np.int64]
    """Of evaluation rows, on which models are compared."""
    reference: NDArray[np.int64]
    """Of all rows with a human label, and of evaluation rows; functions are measured there."""
    voters: tuple[str, ...] = ()
    n_voided: int = 0

    @property
    def warnings(self) -> tuple[str, ...]:
        """Say which labels judge nothing, and what to do."""
        if not self.n_voided:
            return ()
        return (
            f"the labels of {counted(self.n_voided, 'row')} judge no model and no function: they"
            f" are answers of {listed(self.voters)}, and these are votes too, which would judge"
            " themselves; have somebody else answer some of these rows, or others:"
            " workbench annotate --annotator NAME",
        )


def judges(project: Project) -> Judges:
    """Return the labels that models and functions are judged by.

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
        reference=reference,
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
    named = (arguments(v).get("annotator") for v in versions if v.kind == "annotator")
    return tuple(sorted({name for name in named if isinstance(name, str)}))


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
