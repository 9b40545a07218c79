"""The end model, and the final belief: votes, texts and human labels weighed together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.errors import ProjectError
from workbench.methods.features import CHARACTER_PREFIX, shown_word
from workbench.methods.feedback import END_MODEL as FUSED_END_MODEL
from workbench.methods.feedback import Fusion
from workbench.methods.row_blocks import row_blocks
from workbench.methods.threads import single_threaded
from workbench.result import Result
from workbench.services.arguments import seed_of
from workbench.services.batch_draws import picked_rows
from workbench.services.beliefs import MIX, MIX_PART, ModelBeliefs, model_beliefs
from workbench.services.consensus import consensus_state, refresh_consensus
from workbench.services.embed.stored_features import StoredFeatures, WithVectors
from workbench.services.embed.text_space import text_features
from workbench.services.embed.wordllama import embed, installed_version
from workbench.services.end_model import (
    END_MODEL,
    TrainedModels,
    compare_models,
    fit_end_model,
    has_top,
    held_out_scores,
    known_labels,
    score_unseen,
    training_targets,
)
from workbench.services.judges import judging_state
from workbench.services.labels import labelled_training_rows, resolve_labels, rows_of_role
from workbench.services.moments import one_moment
from workbench.services.project import Project
from workbench.services.repeated_rows import repeats_of
from workbench.services.results import as_json, from_json
from workbench.services.running import fingerprint, record_run, stage_teller
from workbench.services.scoring import ModelScore
from workbench.services.training_warnings import repeated_warnings, training_warnings
from workbench.services.untaught import taught_by_annotations
from workbench.store.runs import Run
from workbench.types import Origin, ProgressCallback, Role
from workbench.words import UNSPACED

_WORDS = 8
_RANKED = 400
"""Words are taken from so many features that speak most for a class."""

_WORD_ROWS = 3
_ROWS_A_WORD = 30
"""A word is told of where so many of the learnt rows hold it: one, and one more for each 30 rows
learnt, up to three. A name or a code of a single row says nothing of the class."""

_STAGES = ("features", "soft labels", "annotations", "end model", "compare")


@dataclass(frozen=True, slots=True)
class ClassWords:
    """The features that speak most for a class."""

    name: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A part of the mix, and its weight: 1 takes its log-odds as they are, 0 leaves it out."""

    name: str
    weight: float


@dataclass(frozen=True, slots=True)
class TrainResult(Result):
    """What the training found.

    ``n_rows`` training rows were learnt, ``n_hard`` as one class and ``n_soft`` as the label model
    believes; ``by_origin`` counts them. ``chosen`` is ``mix`` where people annotated at least 20
    training rows, of more than one class, that count for as many (`workbench.methods.chosen_rows`),
    and there is a label model, else ``end``. ``scores`` compares it with the end model, the label
    models and, where people annotated rows of two classes and it learnt more than these, with a
    classifier trained on their labels alone; on the evaluation rows, of which there are
    ``n_evaluation``, trusted label or not. ``n_annotated`` annotated rows judge the parts of the
    mix: the answers of people who vote as a labeling function do not (`workbench.services.judges`).
    ``n_picked`` of them were picked for a doubt, where models are wrong more often than elsewhere.
    ``held_out`` compares the parts on these rows, each held out; on those of them whose labels
    chose no function, where these are 30 at least. ``sources`` are the weights in the
    mix and ``biases`` what it adds for each class, in nats; with what each part said they make its
    arithmetic. ``warnings`` is what a person should know and do. Of the evaluation rows with a
    trusted label ``n_repeated`` repeat a training row that was learnt; ``unseen`` scores what was
    chosen on the others, where some do and these are 30 at least.
    ``withdraws`` is the training whose model this one took back since no training row has a label
    any more, None for any other; there is no ``chosen`` model then.
    """

    run_id: int
    reused: bool
    chosen: str
    n_rows: int
    n_hard: int
    n_soft: int
    n_features: int
    by_origin: dict[str, int]
    scores: tuple[ModelScore, ...]
    words: tuple[ClassWords, ...]
    n_annotated: int = 0
    sources: tuple[Source, ...] = ()
    biases: tuple[float, ...] = ()
    held_out: tuple[ModelScore, ...] = ()
    warnings: tuple[str, ...] = ()
    n_evaluation: int = 0
    withdraws: int | None = None
    n_picked: int = 0
    n_repeated: int = 0
    unseen: ModelScore | None = None


def train_end_model(
    project: Project,
    *,
    seed: int | None = None,
    embeddings: bool = False,
    progress: ProgressCallback | None = None,
) -> TrainResult:
    """Train the end model and store what it, and the mix, believe of every example.

    Training rows with a resolved label count as that label; where it comes from the label model, as
    the model's probabilities, however unsure it is: ``min_confidence`` is not asked. The default
    class of a row that no vote decides weighs a quarter. Evaluation and production rows are never
    trained on. Of more than 50,000 rows the end model learns from that many, each class with its
    share and everything that people labelled among them. From 20 annotated training rows on, of
    more than one class, the label model, the end model and the annotations are weighed together
    (`workbench.methods.feedback.fuse`), and the mix gives the labels of the rows that nobody
    decided. That takes an aggregation of votes: the end model gives no labels by itself, and
    without votes only what people and files say is a label. When nothing that matters has changed
    since the last training, that one is returned. Where no training row has a label any more, the
    model of an earlier training is withdrawn.

    Parameters
    ----------
    project
        The project.
    seed
        Seed of the folds; the project's by default.
    embeddings
        Add sentence embeddings to the features; needs the extra ``embeddings``.
    progress
        Called before each stage.

    Raises
    ------
    ProjectError
        If no training row has a label, and nothing was trained before.
    UsageError
        If embeddings are asked for and not installed.
    """
    store = project.store
    seed = seed_of(project, seed)
    refresh_consensus(project)
    with one_moment(project) as since:
        # What is unsure teaches as much as it is sure: `min_confidence` is for labels given out.
        labels = resolve_labels(project, with_mix=False, min_confidence=0.0)
        beliefs = model_beliefs(project, "aggregate")
        rows = labelled_training_rows(project, labels)
        versions = store.votes.in_force()
        last = store.runs.last_done("train")
        if last is None and len(rows) == 0:
            raise ProjectError(
                "no training row has a label",
                hint="Apply labeling functions and aggregate, import labels, or annotate some"
                " rows.",
            )
        parameters: dict[str, Any] = {"embeddings": embeddings}
        if embeddings:
            parameters["version"] = installed_version()
        state = [
            store.examples.count(),
            [project.classes, project.label_set.mapping],
            beliefs.run_id if beliefs else None,
            store.decisions.last_decision_id(),
            consensus_state(project),
            list(project.config.label_order),
            project.config.min_confidence,
            project.default_class,
            *judging_state(project, versions),
            [version.lf_version_id for version in taught_by_annotations(project, beliefs)],
        ]
        identity = fingerprint("train", parameters, seed, state)
        if last is not None and last.fingerprint == identity:
            result = from_json(TrainResult, store.runs.artifact(last.run_id, "train"))
            return replace(result, reused=True)
        inputs = sorted({int(run) for run in labels.run_ids[rows]})
        if last is not None and len(rows) == 0:
            inputs = sorted({last.run_id, *store.runs.done_ids("aggregate")[-1:]})
        known = known_labels(project, labels, beliefs, rows)
        n_picked = int(picked_rows(project)[known.judges.annotated >= 0].sum())
    with record_run(
        store,
        "train",
        parameters=parameters,
        seed=seed,
        inputs=inputs,
        fingerprint=identity,
        since=since,
    ) as run:
        if last is not None and len(rows) == 0:
            withdrawal = _withdrawal(project, run.run_id, last)
            with run.finish({"rows": 0}, artifacts={"train": as_json(withdrawal)}):
                pass
            return withdrawal
        tell = stage_teller(progress, "train", _STAGES)
        tell("features")
        texts = store.examples.texts()[: len(labels.labels)]
        features = text_features(project, texts)
        X = WithVectors(features, embed(texts)) if embeddings else features
        del texts
        with single_threaded():
            targets = training_targets(labels, beliefs, len(project.classes))
            trained = fit_end_model(project, X, targets, known, seed, tell)
            tell("compare")
            scores = compare_models(X, trained, known)
        held_out = held_out_scores(trained, known)
        is_learnt = np.zeros(len(labels.labels), np.bool_)
        is_learnt[rows] = True
        repeats = repeats_of(project, known.judges.trusted >= 0, is_learnt)
        unseen = score_unseen(trained, known, repeats)
        learnt = trained.rows
        from_model = labels.origin_is(Origin.MODEL)[learnt]
        result = TrainResult(
            run_id=run.run_id,
            reused=False,
            chosen=MIX if trained.fusion else END_MODEL,
            n_rows=len(learnt),
            n_hard=int((~from_model).sum()),
            n_soft=int(from_model.sum()),
            n_features=int(X.shape[1]),
            by_origin=labels.by_origin(learnt),
            scores=scores,
            words=_words(project, trained, X, features.names),
            n_annotated=len(trained.labels),
            sources=_sources(trained.fusion),
            biases=trained.fusion.pool.biases if trained.fusion else (),
            held_out=held_out,
            warnings=(
                *training_warnings(project, trained, known, scores, held_out),
                *repeated_warnings(int(repeats.sum()), scores[0], unseen),
            ),
            n_evaluation=int(rows_of_role(project, Role.EVALUATION).sum()),
            n_picked=n_picked,
            n_repeated=int(repeats.sum()),
            unseen=unseen,
        )
        with run.finish(
            {"rows": len(learnt), "features": result.n_features},
            artifacts={"train": as_json(result)},
        ):
            _store(project, run.run_id, trained, beliefs)
    return result


def _store(
    project: Project, run_id: int, trained: TrainedModels, beliefs: ModelBeliefs | None
) -> None:
    """Store what the end model, the mix and its parts believe."""
    store = project.store
    store.label_models.add_columns(run_id, project.label_set.numbers)
    store.beliefs.add(run_id, END_MODEL, trained.probs, has_top(trained.probs))
    if trained.fusion is None:
        return
    mixed = trained.fusion.pool.probs
    told = has_top(mixed) & trained.is_known
    store.beliefs.add(run_id, MIX, mixed, told, _undecided(beliefs, told))
    for opinion in trained.fusion.opinions:
        if opinion.name != FUSED_END_MODEL:  # that is stored already
            name, said = f"{MIX_PART}{opinion.name}", opinion.probs
            store.beliefs.add(run_id, name, said, has_top(said))


def _withdrawal(project: Project, run_id: int, last: Run) -> TrainResult:
    """Return the result of a training that has nothing to learn from any more."""
    withdrawn = project.store.runs.artifact(last.run_id, "train").get("withdraws")
    return TrainResult(
        run_id=run_id,
        reused=False,
        chosen="",
        n_rows=0,
        n_hard=0,
        n_soft=0,
        n_features=0,
        by_origin={},
        scores=(),
        words=(),
        n_evaluation=int(rows_of_role(project, Role.EVALUATION).sum()),
        withdraws=withdrawn or last.run_id,
    )


def _undecided(beliefs: ModelBeliefs | None, told: NDArray[np.bool_]) -> NDArray[np.bool_] | None:
    """Return which rows neither the mix nor a vote decides, (n,), of those that votes reach.

    What contradicts every vote stays a question for a person.
    """
    return None if beliefs is None else ~told & (beliefs.informed | beliefs.undecided)


def _sources(fusion: Fusion | None) -> tuple[Source, ...]:
    """Return the weights of the mix."""
    if fusion is None:
        return ()
    return tuple(
        Source(opinion.name, weight)
        for opinion, weight in zip(fusion.opinions, fusion.pool.weights, strict=True)
    )


def _words(
    project: Project,
    trained: TrainedModels,
    X: StoredFeatures | WithVectors,
    names: Sequence[str],
) -> tuple[ClassWords, ...]:
    """Return the words that speak most for each class, of several rows where many were learnt."""
    n_rows = np.zeros(len(names), dtype=np.int64)
    for block in row_blocks(len(trained.rows)):
        held = X[trained.rows[block]].indices
        n_rows += np.bincount(held[held < len(names)], minlength=len(names))
    least = min(_WORD_ROWS, 1 + len(trained.rows) // _ROWS_A_WORD)
    # Embeddings, if any, are the last columns and have no words.
    n_unnamed = trained.model.coef_.shape[1] - len(names)
    told = (
        name if n >= least else CHARACTER_PREFIX
        for name, n in zip(names, n_rows.tolist(), strict=True)
    )
    ranked = trained.model.top_features([*told, *[CHARACTER_PREFIX] * n_unnamed], _RANKED)
    return tuple(
        ClassWords(name, _distinct(filter(None, (shown_word(feature) for feature, _ in top))))
        for name, top in zip(project.classes, ranked, strict=True)
    )


def _distinct(words: Iterable[str]) -> tuple[str, ...]:
    """Return the first words; of parts of one without spaces, which overlap, the first alone."""
    found: list[str] = []
    for word in words:
        is_part = UNSPACED.search(word) and any(word in w or w in word for w in found)
        if not is_part:
            found.append(word)
        if len(found) == _WORDS:
            break
    return tuple(found)
