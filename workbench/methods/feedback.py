"""Human labels flow back: label model, end model and annotations become one final belief.

The votes know much about the rows they cover, the end model carries it to the rows they do not, and
a few dozen human labels know where both are wrong. `fuse` lets each speak as far as the annotated
rows, held out, say that it deserves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from workbench.errors import MethodError
from workbench.methods.anchoring import anchor
from workbench.methods.calibration import fit_temperature
from workbench.methods.checks import check_labels, check_probs
from workbench.methods.chosen_rows import trust_of_rows
from workbench.methods.cross_fitting import N_SPLITS, cross_fit, deal_folds
from workbench.methods.label_model import top_classes
from workbench.methods.learner import SoftLabelClassifier
from workbench.methods.opinion_pool import Opinion, Pool, held_out_pool, pool_opinions
from workbench.methods.row_choice import sample_rows
from workbench.methods.snorkel_model import PREC_INIT
from workbench.methods.threads import single_threaded
from workbench.methods.votes import Votes

ANNOTATION_WEIGHT: Final = 3.0
"""An annotated row counts as so many rows with a soft label when the end model is trained."""

MAX_TRAINED: Final = 20_000
"""Rows with soft labels that the text models learn from; further ones hardly add accuracy."""

SOFT_SPLITS: Final = 4
"""Folds of the models of soft labels."""

MANY_CLASSES: Final = 20
"""From this many classes on these have two folds: the cost of a fit grows with the classes."""

FLATTENING: Final = 0.05
"""Share of the class frequencies mixed into what a classifier of few rows says."""

PRIOR_ROWS: Final = 10.0
"""Annotated rows that the accuracy assumed of the label model's class, 0.7, counts for."""

LABEL_MODEL, ITS_CLASS, WEAK_MODEL, END_MODEL, ANNOTATIONS = (
    "label model, anchored",
    "label model's class",
    "end model without annotations",
    "end model",
    "annotations alone",
)

STARTS: Final = {
    LABEL_MODEL: 0.25, ITS_CLASS: 0.25, WEAK_MODEL: 0.25, END_MODEL: 1.0, ANNOTATIONS: 0.3,
}  # fmt: skip
"""Weights before evidence. The end model has learnt what the others say, and so has most of it.
Chosen on 24 tasks of groups of `banking77`'s intents, with functions made of words."""


@dataclass(frozen=True, slots=True)
class Fusion:
    """The final belief, and what it was made from.

    Attributes
    ----------
    pool
        The pooled probabilities of all rows, and the weights.
    held_out
        (a, K) what the pool says of the annotated rows, each held out.
    opinions
        What was pooled, in the order of the weights.
    end_model
        The end model, trained on the soft labels of a first pool and on the annotations.
    trust
        (a,) what each annotated row counted for as judge: under 1 where rows were chosen by class.
    rows
        The rows that the end model learnt, ascending.
    """

    pool: Pool
    held_out: npt.NDArray[np.float64]
    opinions: tuple[Opinion, ...]
    end_model: SoftLabelClassifier
    trust: npt.NDArray[np.float64]
    rows: npt.NDArray[np.int64]


def fuse(
    X: Any,
    votes: Votes,
    label_model_probs: npt.ArrayLike,
    targets: npt.ArrayLike,
    trained: npt.NDArray[np.bool_],
    is_soft: npt.NDArray[np.bool_],
    rows: npt.ArrayLike,
    labels: npt.ArrayLike,
    *,
    learnt: tuple[npt.ArrayLike, npt.ArrayLike] | None = None,
    untaught: tuple[Votes, npt.ArrayLike] | None = None,
    weight: npt.NDArray[np.float64] | None = None,
    rng: np.random.Generator,
    tell: Callable[[str], None] = lambda stage: None,
) -> Fusion:
    """Make one belief of votes, texts and annotations.

    1. An end model learns the labels; it answers for the rows it learnt from by
       cross-fitting, so that it tells what the texts know beyond the row's own votes. It also tells
       whether annotated rows were chosen by class, and then count less (`trust_of_rows`). Where
       all labels are of one class it is left out, and the label model tells, of that class alone.
    2. The annotations anchor the label model (`anchor`). A classifier learns the annotations alone.
    3. The three are pooled (`pool_opinions`), and with them the label model's bare class: how
       right it is does not always show in how sure it is.
    4. A second end model learns the pooled labels in place of the label model's, and the
       annotations, and joins the pool. It answers by cross-fitting too, and what it learns for a
       fold comes from a first pool without the annotations of that fold: these have moved the
       labels of the rows like them, and a model of texts would know them again.

    Labels that are not the label model's, such as a vendor's, judge the parts beside the
    annotations: nothing in the pool has seen the label of the row that it is judged on. An end
    model whose held-out answers do not fit the labels that it learnt starts with less weight.

    Parameters
    ----------
    X
        Features, (n, d), sparse or dense.
    votes
        (n, m) validated votes; m may be 0.
    label_model_probs
        (n, K) probabilities of the label model; flat where it knows nothing.
    targets
        (n, K) labels as probabilities, of which only those of `trained` rows are read.
    trained
        (n,) bool, the rows with a label that may be learnt from; annotated rows are learnt from
        by their annotation alone, and judge by it alone.
    is_soft
        (n,) bool, the labels that are the label model's or a default, which the pool may correct.
    rows
        (a,) distinct annotated rows, a >= 2, which anchor the label model and judge the parts.
    labels
        (a,) their classes.
    learnt
        The distinct annotated rows that the text models learn, (b,), ``rows`` among them, and the
        classes that they are learnt as; by default ``rows`` and ``labels``. Rows that are only here
        judge nothing.
    untaught
        Where functions learnt from the annotations: the votes of the others, (n, m'), and what the
        label model says by these alone, (n, K). Text models learn from them, as from ``targets``
        and ``trained``, which have to hold no more: what an annotated row taught its neighbours
        would else come back as an answer that is thought not to know its label.
    weight
        (n,) what each row's label weighs when the text models are trained; 1 by default.
    rng
        Source of folds and samples.
    tell
        Called with the name of each stage as it begins.

    Returns
    -------
    Fusion
        The final belief.

    Raises
    ------
    MethodError
        If fewer than two rows are annotated, one of them is not learnt, or shapes or values are
        off.
    """
    believed = np.asarray(check_probs(label_model_probs), np.float64)
    K = believed.shape[1]
    annotated = np.asarray(rows, np.int64)
    truth = check_labels(labels, K, n_rows=len(annotated))
    if len(annotated) < 2:
        raise MethodError("Fewer than two rows are annotated.", hint="Annotate some more.")
    taught, classes = annotated, truth
    if learnt is not None:
        taught = np.asarray(learnt[0], np.int64)
        classes = check_labels(learnt[1], K, n_rows=len(taught))
        if not np.isin(annotated, taught).all():
            raise MethodError("An annotated row is none of those that are learnt.")
    given = np.asarray(targets, np.float64)
    seen_votes, seen = votes, believed
    if untaught is not None:
        seen_votes, seen = untaught[0], np.asarray(check_probs(untaught[1]), np.float64)
    learnable = trained.copy()
    learnable[annotated] = learnable[taught] = False
    sample = sample_rows(np.flatnonzero(learnable), MAX_TRAINED, rng)
    soft = is_soft[sample]
    others = _Labelled.of(sample[~soft], given[sample[~soft]].argmax(axis=1))
    weighs = np.ones(len(sample)) if weight is None else weight[sample]
    telling = 1.0
    n_splits = SOFT_SPLITS if K < MANY_CLASSES else 2
    with single_threaded():
        # Of labels of one class a model learns to say that class of all rows.
        told = np.unique(given[sample].argmax(axis=1))
        weak = None
        if len(told) > 1:
            tell("soft labels")
            fold = deal_folds(given[sample].argmax(axis=1), n_splits=n_splits, rng=rng)
            _, weak = _cross_fit(X, sample, given[sample], weighs, fold, rng=rng)
            telling = _telling(weak[sample], given[sample])
        tell("annotations")
        judge = weak if weak is not None else seen
        trust = trust_of_rows(judge, annotated, truth, told)
        judges = _Labelled(annotated, truth, trust)
        pupils = _Labelled(taught, classes, trust_of_rows(judge, taught, classes, told))
        evidence = _Evidence(X, seen_votes, seen, weak, telling * STARTS[WEAK_MODEL])
        of_votes, of_texts = evidence.opinions(judges, pupils, rng=rng)
        first = _Bench([*of_votes, *of_texts], judges, others).pool().probs[sample]
        tell("end model")
        lessons = _Lessons(sample, given[sample], soft, weighs, pupils)
        end_model = lessons.fit(X, first)
        probs = end_model.predict_proba(X)
        fold = deal_folds(lessons.targets(first).argmax(axis=1), n_splits=n_splits, rng=rng)
        probs[lessons.rows] = lessons.cross_fit(evidence, judges, others, fold, rng=rng)
        of_texts.append(Opinion(END_MODEL, probs, probs[annotated], telling * STARTS[END_MODEL]))
        if untaught is not None:
            of_votes = _of_votes(votes, believed, judges)
        opinions = [*of_votes, *of_texts]
        bench = _Bench(opinions, judges, others)
        pool, held_out = bench.pool(), bench.held_out(rng)
    return Fusion(pool, held_out, tuple(opinions), end_model, trust, np.sort(lessons.rows))


@dataclass(frozen=True, slots=True)
class _Labelled:
    """Rows with a label each, and what each counts for."""

    rows: npt.NDArray[np.int64]
    labels: npt.NDArray[np.int64]
    trust: npt.NDArray[np.float64]

    @classmethod
    def of(cls, rows: npt.NDArray[np.int64], labels: npt.NDArray[np.int64]) -> _Labelled:
        """Return rows that count in full."""
        return cls(rows, labels, np.ones(len(rows)))

    def moved(self, place: npt.NDArray[np.int64]) -> _Labelled:
        """Return the same where row i is at ``place[i]``."""
        return replace(self, rows=place[self.rows])

    def without(self, is_out: npt.NDArray[np.bool_]) -> _Labelled:
        """Leave some of all rows out."""
        kept = ~is_out[self.rows]
        return _Labelled(self.rows[kept], self.labels[kept], self.trust[kept])


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What is known of rows before annotations: votes, their label model, and a model of texts.

    ``weak`` is what the end model without annotations says, held out, where there is one.
    """

    X: Any
    votes: Votes
    believed: npt.NDArray[np.float64]
    weak: npt.NDArray[np.float64] | None
    weak_start: float

    def at(self, rows: npt.NDArray[np.int64]) -> _Evidence:
        """Return what is known of some rows."""
        weak = None if self.weak is None else self.weak[rows]
        return _Evidence(self.X[rows], self.votes[rows], self.believed[rows], weak, self.weak_start)

    def opinions(
        self, judges: _Labelled, pupils: _Labelled, *, rng: np.random.Generator
    ) -> tuple[list[Opinion], list[Opinion]]:
        """Return the opinions that come from votes, and those from texts."""
        of_texts = [
            _annotations_alone(self.X, pupils, judges.rows, self.believed.shape[1], rng=rng)
        ]
        if self.weak is not None:
            held_out = self.weak[judges.rows]
            of_texts.append(Opinion(WEAK_MODEL, self.weak, held_out, self.weak_start))
        return _of_votes(self.votes, self.believed, judges), of_texts

    def pooled(
        self, judges: _Labelled, pupils: _Labelled, others: _Labelled, *, rng: np.random.Generator
    ) -> npt.NDArray[np.float64]:
        """Return the first pool of these annotations; what was believed where they are too few."""
        if len(pupils.rows) < 2 or not len(judges.rows) + len(others.rows):
            return self.believed
        of_votes, of_texts = self.opinions(judges, pupils, rng=rng)
        return _Bench([*of_votes, *of_texts], judges, others).pool().probs


@dataclass(frozen=True, slots=True)
class _Bench:
    """Opinions and who judges them: the annotated rows, and others with a label."""

    opinions: list[Opinion]
    judges: _Labelled
    others: _Labelled

    def pool(self) -> Pool:
        """Pool the opinions."""
        return pool_opinions(*self._evidence())

    def held_out(self, rng: np.random.Generator) -> npt.NDArray[np.float64]:
        """Return what the pool says of the annotated rows, each held out, (a, K)."""
        return held_out_pool(*self._evidence(), rng=rng)[: len(self.judges.rows)]

    def _evidence(
        self,
    ) -> tuple[list[Opinion], npt.NDArray[np.int64], npt.NDArray[np.float64]]:
        others = self.others.rows
        extended = [
            replace(o, held_out=np.concatenate([o.held_out, o.probs[others]]))
            for o in self.opinions
        ]
        labels = np.concatenate([self.judges.labels, self.others.labels])
        return extended, labels, np.concatenate([self.judges.trust, self.others.trust])


@dataclass(frozen=True, slots=True)
class _Lessons:
    """What the end model learns: a sample of the rows with a label, and the annotated ones.

    ``given`` (s, K) are the labels of the sample; where they are ``soft`` the first pool's take
    their place. ``weight`` (s,) is what each weighs.
    """

    sample: npt.NDArray[np.int64]
    given: npt.NDArray[np.float64]
    soft: npt.NDArray[np.bool_]
    weight: npt.NDArray[np.float64]
    pupils: _Labelled

    @property
    def rows(self) -> npt.NDArray[np.int64]:
        """The rows, of the sample first, (s + b,)."""
        return np.concatenate([self.sample, self.pupils.rows])

    @property
    def weights(self) -> npt.NDArray[np.float64]:
        """What each weighs, (s + b,)."""
        return np.concatenate([self.weight, ANNOTATION_WEIGHT * self.pupils.trust])

    def targets(self, first: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return what each is learnt as, (s + b, K); ``first`` (s, K) is of the first pool."""
        learnt = np.where(self.soft[:, None], first, self.given)
        return np.concatenate([learnt, np.eye(first.shape[1])[self.pupils.labels]])

    def fit(self, X: Any, first: npt.NDArray[np.float64]) -> SoftLabelClassifier:
        """Learn all of them."""
        model = SoftLabelClassifier(first.shape[1])
        return model.fit(X[self.rows], self.targets(first), sample_weight=self.weights)

    def cross_fit(
        self,
        evidence: _Evidence,
        judges: _Labelled,
        others: _Labelled,
        fold: npt.NDArray[np.int64],
        *,
        rng: np.random.Generator,
    ) -> npt.NDArray[np.float64]:
        """Answer for each fold by a model, and a first pool, that know none of its labels."""
        rows, weights = self.rows, self.weights
        place = np.full(len(evidence.believed), -1)
        place[rows] = np.arange(len(rows))
        near = evidence.at(rows)
        labelled = [each.moved(place) for each in (judges, self.pupils, others)]
        probs = np.empty((len(rows), self.given.shape[1]))
        for k in range(int(fold.max()) + 1):
            out = fold == k
            first = near.pooled(*(each.without(out) for each in labelled), rng=rng)
            targets = self.targets(first[: len(self.sample)])
            model = SoftLabelClassifier(targets.shape[1])
            model.fit(near.X[~out], targets[~out], sample_weight=weights[~out])
            probs[out] = model.predict_proba(near.X, np.flatnonzero(out))
        return probs


def _cross_fit(
    X: Any,
    rows: npt.NDArray[np.int64],
    targets: npt.NDArray[np.float64],
    weight: npt.NDArray[np.float64],
    fold: npt.NDArray[np.int64],
    *,
    rng: np.random.Generator,
) -> tuple[SoftLabelClassifier, npt.NDArray[np.float64]]:
    """Fit on some rows; return the model, and its answers: for those rows from other folds."""
    K = targets.shape[1]
    model = SoftLabelClassifier(K).fit(X[rows], targets, sample_weight=weight)
    probs = model.predict_proba(X)
    probs[rows] = cross_fit(
        X[rows], targets, K, fold, sample_weight=weight, fill_unseen=False, rng=rng
    )
    return model, probs


def _telling(probs: npt.NDArray[np.float64], targets: npt.NDArray[np.float64]) -> float:
    """How far held-out answers fit the labels learnt from: 1 as they are, 0 where they are noise.

    It needs no annotation, and says whether the texts tell the classes at all.
    """
    return min(1.0, 1 / fit_temperature(probs, targets.argmax(axis=1)))


def _of_votes(votes: Votes, probs: npt.NDArray[np.float64], judges: _Labelled) -> list[Opinion]:
    """Return what the label model says, anchored, and its bare class."""
    anchored = anchor(votes, probs, judges.rows, judges.labels, judges.trust)
    return [
        Opinion(LABEL_MODEL, anchored.probs, anchored.held_out, STARTS[LABEL_MODEL]),
        _its_class(probs, judges),
    ]


def _its_class(probs: npt.NDArray[np.float64], judges: _Labelled) -> Opinion:
    """Take the label model's class, as likely as it is right on the annotated rows."""
    K, rows = probs.shape[1], judges.rows
    top = top_classes(probs)
    decided = top.sum(axis=1) == 1
    judged = decided[rows] * judges.trust
    right = judged * (probs[rows].argmax(axis=1) == judges.labels)
    # An annotated row is held out of the accuracy that it is given.
    n_right = right.sum() - right + PREC_INIT * PRIOR_ROWS
    n_judged = judged.sum() - judged + PRIOR_ROWS

    def answer(where: npt.NDArray[Any], accuracy: npt.ArrayLike) -> npt.NDArray[np.float64]:
        likely = np.broadcast_to(np.asarray(accuracy), len(where))[:, None]
        says = np.where(top[where], likely, (1 - likely) / (K - 1))
        return np.where(decided[where, None], says, 1 / K)

    accuracy = (right.sum() + PREC_INIT * PRIOR_ROWS) / (judged.sum() + PRIOR_ROWS)
    everywhere = answer(np.arange(len(probs)), accuracy)
    return Opinion(ITS_CLASS, everywhere, answer(rows, n_right / n_judged), STARTS[ITS_CLASS])


def _annotations_alone(
    X: Any, pupils: _Labelled, judges: npt.NDArray[np.int64], K: int, *, rng: np.random.Generator
) -> Opinion:
    """Learn the annotated rows alone; the frequencies of their classes temper what is said."""
    labels, trust = pupils.labels, pupils.trust
    start = STARTS[ANNOTATIONS] * float(trust.mean())
    fold = deal_folds(labels, n_splits=N_SPLITS, rng=rng)
    _, probs = _cross_fit(X, pupils.rows, np.eye(K)[labels], trust, fold, rng=rng)
    counts = np.bincount(labels, trust, minlength=K)
    frequencies = (counts + 1) / (counts.sum() + K)
    tempered = (1 - FLATTENING) * probs + FLATTENING * frequencies
    return Opinion(ANNOTATIONS, tempered, tempered[judges], start)
