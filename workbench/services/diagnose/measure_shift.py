"""The third lens: two groups of rows held against each other, and rows against time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.errors import MethodError
from workbench.methods.concept_shift import MIN_LABELS, concept_shift
from workbench.methods.covariate_shift import covariate_shift, word_presence
from workbench.methods.divergence import population_stability
from workbench.methods.label_shift import detect_label_shift
from workbench.services.column_values import MISSING, numbers_of
from workbench.services.diagnose.comparison_groups import Group
from workbench.services.diagnose.measure_drift import measure_drift
from workbench.services.diagnose.measure_labelled_shares import measure_labelled_shares
from workbench.services.diagnose.rows import PROVENANCE, DiagnosisRows, draw
from workbench.services.diagnose.verdicts import (
    ConceptFigures,
    ConceptRow,
    DriftFigures,
    LabelledShares,
    LabelShiftFigures,
    ShareRow,
    Shift,
)

ALPHA = 0.05

_MAX_SIDE = 50_000
_MAX_LABEL_SHIFT = 4_000
_MAX_CONCEPT = 3_000
_MAX_PILOT = 1_000
_WORDS = 12


@dataclass(frozen=True, slots=True)
class ShiftFigures:
    """What was measured; a figure that is None has its reason in `reasons`, by part.

    ``labelled_other`` are the labelled rows of the other group that count as drawn from it, and
    ``n_chosen`` how many more there are.
    """

    shift: Shift | None
    label: LabelShiftFigures | None
    concept: ConceptFigures | None
    drift: DriftFigures | None
    unlike: NDArray[np.int64]
    labelled_other: NDArray[np.int64]
    n_chosen: int
    changed: NDArray[np.int64]
    reasons: dict[str, str]
    labelled: LabelledShares | None
    newest: NDArray[np.int64]
    newest_where: str


def measure_shift(
    data: DiagnosisRows,
    groups: tuple[Group, Group],
    clusters: NDArray[np.int64],
    blank: NDArray[np.bool_],
    drawn: NDArray[np.int64],
    *,
    rng: np.random.Generator,
    shortcuts: list[str],
    time_column: str | None = None,
    embeddings: bool = False,
) -> ShiftFigures:
    """Test two groups of rows for covariate, label and concept shift, and rows for drift.

    Parameters
    ----------
    data
        The rows.
    groups
        The reference and the other one.
    clusters
        Near-duplicates, shape (n,).
    blank
        Rows that hold nothing to read, shape (n,).
    drawn
        The labelled rows of the other group that can stand for it, see
        `workbench.services.diagnose.drawn_labels.drawn_labels`.
    rng
        Source of draws, folds, permutations and bootstrap samples.
    shortcuts
        Grows by a sentence where rows were left out.
    time_column
        The column of the times; the metadata column that holds most dates by default.
    embeddings
        Whether the kernel test compares sentence embeddings instead of TF-IDF.

    Raises
    ------
    UsageError
        If ``time_column`` does not occur, or holds no times.
    """
    left, right = groups
    reasons: dict[str, str] = {}
    shift, unlike = None, np.zeros(0, np.int64)
    labelled: LabelledShares | None = None
    if not len(right.rows) or not len(left.rows):
        missing = right.name if len(left.rows) else left.name
        because = f"there are no {missing} rows"
        reasons |= dict.fromkeys(("covariate", "label", "concept"), because)
        label = concept = None
    else:
        shared = (data, left, right, rng, shortcuts)
        try:
            shift, unlike = _covariate(*shared, embeddings)
        except MethodError as error:
            reasons["covariate"] = error.message
        label = _label(*shared, clusters, reasons)
        concept = _concept(*shared, blank, drawn)
        labelled = measure_labelled_shares(data, left, drawn, rng=rng)
        if shift is not None and label is not None and label.measurable:
            shift = _with_shares(shift, label)
    drifting = measure_drift(data, time_column, rng=rng, shortcuts=shortcuts)
    reasons["drift"] = drifting.reason
    return ShiftFigures(
        shift=shift,
        label=label,
        concept=concept,
        drift=drifting.figures,
        unlike=unlike,
        labelled_other=drawn,
        n_chosen=int(data.is_human[right.rows].sum()) - len(drawn),
        changed=drifting.changed,
        reasons=reasons,
        labelled=labelled,
        newest=drifting.newest,
        newest_where=drifting.newest_where,
    )


def _covariate(
    data: DiagnosisRows,
    left: Group,
    right: Group,
    rng: np.random.Generator,
    shortcuts: list[str],
    embeddings: bool,
) -> tuple[Shift, NDArray[np.int64]]:
    """Compare texts and metadata."""
    rows = [
        draw(group.rows, _MAX_SIDE, rng, shortcuts, f"covariate shift, {group.name}")
        for group in (left, right)
    ]
    texts = [[data.texts[i] for i in side] for side in rows]
    columns, skipped = _metadata(data, rows, left.column)
    vectors = _embed_sides(texts, rng) if embeddings else None
    found = covariate_shift(*texts, rng=rng, metadata=columns, embeddings=vectors)
    words = [word.word for word in found.words]
    signs = [word.z > 0 for word in found.words]
    told = found.discriminator
    result = Shift(
        n_train=len(left.rows),
        n_production=len(right.rows),
        auc=told.auc,
        p_value=found.p_value,
        null_low=told.null_low,
        null_high=told.null_high,
        words_production=tuple(w for w, up in zip(words, signs, strict=True) if up)[:_WORDS],
        words_train=tuple(w for w, up in zip(words, signs, strict=True) if not up)[:_WORDS],
        train_shares=(),
        production_shares=(),
        stability_index=None,
        reference=left.name,
        other=right.name,
        tests=found.tests,
        words=found.words,
        skipped=tuple(f"{name}: {reason}" for name, reason in (*skipped, *found.skipped)),
    )
    return result, rows[1][found.rows]


def _metadata(
    data: DiagnosisRows, sides: list[NDArray[np.int64]], chosen_by: str
) -> tuple[dict[str, tuple[Any, Any]], list[tuple[str, str]]]:
    """Return the columns to compare, and why others are left out."""
    columns: dict[str, tuple[Any, Any]] = {}
    skipped = []
    dates = set(data.time_columns())
    for name in data.project.store.examples.metadata_columns():
        if name == chosen_by or name in dates or name in PROVENANCE:
            continue
        texts = [data.values(name, rows) for rows in sides]
        if any((side == MISSING).all() for side in texts):
            skipped.append((f"metadata:{name}", "one side has no value"))
            continue
        stored = data.column(name)
        numbers = [numbers_of([stored[i] for i in rows]) for rows in sides]
        if numbers[0] is not None and numbers[1] is not None:
            if _counts_rows(np.concatenate([numbers[0], numbers[1]])):
                skipped.append((f"metadata:{name}", "it numbers the rows"))
                continue
            columns[name] = (numbers[0], numbers[1])
        else:
            columns[name] = (texts[0], texts[1])
    return columns, skipped


def _counts_rows(numbers: NDArray[np.float64]) -> bool:
    """Tell whether whole numbers are all different, as those of identifiers are."""
    is_whole = bool(np.isfinite(numbers).all() and (numbers == np.rint(numbers)).all())
    return is_whole and len(np.unique(numbers)) == len(numbers)


def _embed_sides(
    texts: list[list[str]], rng: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return sentence embeddings of as many rows of each side as the kernel test compares."""
    from workbench.methods.mmd import MAX_ROWS
    from workbench.services.embed.wordllama import embed

    drawn = [
        side if len(side) <= MAX_ROWS else [side[i] for i in rng.choice(len(side), MAX_ROWS, False)]
        for side in texts
    ]
    return embed(drawn[0]), embed(drawn[1])


def _label(
    data: DiagnosisRows,
    left: Group,
    right: Group,
    rng: np.random.Generator,
    shortcuts: list[str],
    clusters: NDArray[np.int64],
    reasons: dict[str, str],
) -> LabelShiftFigures | None:
    """Estimate the class shares of the other group without its labels."""
    labelled = left.rows[data.labels[left.rows] >= 0]
    if len(np.unique(data.labels[labelled])) < 2:
        reasons["label"] = f"{left.name} has labels of fewer than two classes"
        return None
    source = draw(labelled, _MAX_LABEL_SHIFT, rng, shortcuts, f"label shift, {left.name}")
    target = draw(right.rows, _MAX_LABEL_SHIFT, rng, shortcuts, f"label shift, {right.name}")
    try:
        X, _ = word_presence([data.texts[i] for i in (*source, *target)])
        found = detect_label_shift(
            X[: len(source)],
            data.labels[source],
            X[len(source) :],
            data.n_classes,
            rng=rng,
            groups=clusters[source],
            alpha=ALPHA,
        )
    except MethodError as error:
        reasons["label"] = error.message
        return None
    shares = found.estimate
    return LabelShiftFigures(
        found=found.found,
        measurable=found.measurable,
        p_value=found.p_value,
        reason=found.reason,
        shares=tuple(
            ShareRow(
                name,
                float(shares.source_shares[k]),
                float(shares.bbse[k]),
                float(shares.bbse_low[k]),
                float(shares.bbse_high[k]),
                float(shares.em[k]),
                float(shares.em_low[k]),
                float(shares.em_high[k]),
            )
            for k, name in enumerate(data.project.classes)
        ),
        n_source=shares.n_source,
        n_target=shares.n_target,
    )


def _with_shares(shift: Shift, label: LabelShiftFigures) -> Shift:
    source = tuple(row.source for row in label.shares)
    estimated = tuple(row.em for row in label.shares)
    return replace(
        shift,
        train_shares=source,
        production_shares=estimated,
        stability_index=population_stability(source, estimated),
    )


def _concept(
    data: DiagnosisRows,
    left: Group,
    right: Group,
    rng: np.random.Generator,
    shortcuts: list[str],
    blank: NDArray[np.bool_],
    drawn: NDArray[np.int64],
) -> ConceptFigures:
    """Test whether the same text means another class on the other side."""
    readable = [group.rows[~blank[group.rows]] for group in (left, right)]
    known = (readable[0][data.is_human[readable[0]]], drawn[~blank[drawn]])
    sides = [
        draw(rows, _MAX_CONCEPT, rng, shortcuts, f"concept shift, {group.name}")
        for group, rows in zip((left, right), known, strict=True)
    ]
    n_source, n_other = map(len, sides)
    for group, rows in zip((left, right), readable, strict=True):
        if not len(rows):
            reason = f"no {group.name} row holds anything to read"
            return ConceptFigures(False, False, reason, None, None, n_source, n_other)
    if n_other < MIN_LABELS:  # the texts alone tell whether labels would do
        free = readable[1][~data.is_human[readable[1]]]
        # What is drawn here must not change what is drawn after it.
        sides.append(rng.spawn(1)[0].permutation(free)[:_MAX_PILOT])
    try:
        X, _ = word_presence([data.texts[i] for side in sides for i in side])
        found = concept_shift(
            X[:n_source],
            data.labels[sides[0]],
            X[n_source : n_source + n_other],
            data.labels[sides[1]],
            data.n_classes,
            rng=rng,
            X_unlabelled=X[n_source + n_other :],
        )
    except MethodError as error:
        return ConceptFigures(False, False, error.message, None, None, n_source, n_other)
    # A difference that is found counts, even where a smaller one would have been missed.
    is_found = found.p_value is not None and found.p_value <= ALPHA
    return ConceptFigures(
        found=is_found,
        measurable=found.measurable or is_found,
        reason=found.reason,
        p_value=found.p_value,
        labels_needed=found.labels_needed,
        n_source=n_source,
        n_other=n_other,
        differences=tuple(
            ConceptRow(name, *map(float, figures))
            for name, *figures in zip(
                data.project.classes,
                found.difference,
                found.low,
                found.high,
                found.by_shares,
                strict=False,
            )
        ),
        accuracy_difference=found.accuracy_difference,
        accuracy_low=found.accuracy_low,
        accuracy_high=found.accuracy_high,
        accuracy_by_shares=found.accuracy_by_shares,
    )
