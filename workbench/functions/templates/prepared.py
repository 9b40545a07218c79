"""The templates that need a project: ``neighbours``, ``classifier`` and ``annotator``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from workbench.errors import FunctionError
from workbench.functions.block import Block
from workbench.functions.decorator import shown
from workbench.functions.needs import Need
from workbench.functions.templates.base import (
    Found,
    Template,
    Vote,
    checked_label,
    checked_list,
    checked_number,
    make_template,
)


@dataclass(frozen=True)
class PreparedRule:
    """Base of rules that read no column, but what the project prepares: the ``need``.

    Without ``labels`` it may vote for every class.
    """

    need: Need
    labels: tuple[Vote, ...] = ()
    columns: tuple[str, ...] = ()

    def expect(self, block: Block) -> None:
        """Expect nothing of the search."""


@dataclass(frozen=True)
class SimilarityRule(PreparedRule):
    """Votes where the prepared similarity reaches a threshold."""

    min_similarity: float = field(kw_only=True)

    def find(self, block: Block) -> Found:
        """Return the rows that are near enough."""
        near = block.prepared(self.need.key) >= self.min_similarity
        return Found(near.nonzero()[0].tolist())


@dataclass(frozen=True)
class ProbabilityRule(PreparedRule):
    """Votes for the most probable class where its prepared probability reaches a threshold."""

    min_probability: float = field(kw_only=True)

    def find(self, block: Block) -> Found:
        """Return the rows that the model is sure of, with the class."""
        probs = block.prepared(self.need.key)
        rows = (probs.max(axis=1) >= self.min_probability).nonzero()[0]
        return Found(rows.tolist(), probs[rows].argmax(axis=1).tolist())


class DecisionRule(PreparedRule):
    """Votes as a person decided."""

    def find(self, block: Block) -> Found:
        """Return the rows that the person decided on, with the class."""
        classes = block.prepared(self.need.key)
        rows = (classes >= 0).nonzero()[0]
        return Found(rows.tolist(), classes[rows].tolist())


def neighbours(
    name: str,
    uids: Iterable[str],
    label: Vote,
    *,
    min_similarity: float = 0.6,
    tags: Iterable[str] = (),
) -> Template:
    """Vote for a class where a text is close to one of some examples.

    An example is not near to itself: it has the vote of the other examples, or none, so that its
    own label may judge the function.

    Parameters
    ----------
    name
        Name of the labeling function.
    uids
        The examples.
    label
        Class name or index to vote for.
    min_similarity
        Least cosine similarity to the nearest of them, above 0 and up to 1, in the latent semantic
        space of the project's texts (TF-IDF reduced by truncated SVD).
    tags
        Words to group labeling functions by.

    Returns
    -------
    Template
        The labeling function; new texts in the project make a new version, because they move the
        space.

    Raises
    ------
    FunctionError
        If there is no uid, or an argument cannot be used.
    """
    unique = [str(uid) for uid in checked_list("uids", uids)]
    if not unique:
        raise FunctionError("there are no examples to be near to", hint="give at least one uid")
    similarity = checked_number("min_similarity", min_similarity, low=0.01, high=1)
    vote, need = checked_label(label), Need.of("similarity", uids=unique)
    return make_template(
        name,
        SimilarityRule(need, (vote,), min_similarity=similarity),
        kind="neighbours",
        parameters={"uids": unique, "label": vote, "min_similarity": min_similarity},
        tags=tags,
    )


def classifier(name: str, *, min_probability: float = 0.8, tags: Iterable[str] = ()) -> Template:
    """Vote as a model that was fitted on the annotations so far, where it is sure.

    The model is a logistic regression on TF-IDF features (scikit-learn), and learns from training
    rows alone. On the annotated examples themselves it votes out of fold, so that its measured
    accuracy is honest.

    Parameters
    ----------
    name
        Name of the labeling function.
    min_probability
        Least probability of the class that it votes for, 0 to 1.
    tags
        Words to group labeling functions by.

    Returns
    -------
    Template
        The labeling function; new annotations make a new version. It abstains everywhere until two
        classes are annotated.

    Raises
    ------
    FunctionError
        If an argument cannot be used.
    """
    probability = checked_number("min_probability", min_probability, low=0.01, high=1)
    return make_template(
        name,
        ProbabilityRule(Need.of("classifier"), min_probability=probability),
        kind="classifier",
        parameters={"min_probability": min_probability},
        tags=tags,
    )


def annotator(name: str, annotator: str, *, tags: Iterable[str] = ()) -> Template:
    """Vote as one person decided: a crowd worker as a labeling function.

    The person's answers label rows as before, but judge no model any more, nor this function: those
    that have the vote would be right by themselves. What others say of these rows does. Where the
    person corrected or settled the label of a row, the function abstains.

    Parameters
    ----------
    name
        Name of the labeling function.
    annotator
        The person, as decisions name them.
    tags
        Words to group labeling functions by.

    Returns
    -------
    Template
        The labeling function; new decisions of this person make a new version.

    Raises
    ------
    FunctionError
        If an argument cannot be used.
    """
    if not isinstance(annotator, str) or not annotator:
        raise FunctionError(
            f"{shown(annotator)} names no annotator",
            hint="give a person's name, as `workbench annotate --annotator` has it",
        )
    return make_template(
        name,
        DecisionRule(Need.of("decisions", annotator=annotator)),
        kind="annotator",
        parameters={"annotator": annotator},
        tags=tags,
    )
