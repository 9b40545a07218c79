"""What the figures of a diagnosis mean: a verdict, and what to do first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.services.audit import AuditResult

NONE, MILD, SEVERE, CANNOT_TELL = "none", "mild", "severe", "cannot tell"

_ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class Lens:
    """One look at the data: a verdict, the figure behind it, and what to do about it."""

    name: str
    verdict: str
    finding: str
    advice: str


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A class among the labelled training rows, and how well an out-of-fold model predicts it.

    Precision and recall have 95 % Wilson intervals and are measured against the labels there are,
    errors included; None where there are too few rows to cross-validate.
    """

    name: str
    n: int
    share: float
    precision: float | None
    precision_low: float | None
    precision_high: float | None
    recall: float | None
    recall_low: float | None
    recall_high: float | None
    f1: float | None


@dataclass(frozen=True, slots=True)
class Imbalance:
    """The class shares, and the out-of-fold scores beside those of the majority class."""

    ratio: float
    effective: float
    accuracy: float | None
    balanced_accuracy: float | None
    macro_f1: float | None
    majority_baseline: float


@dataclass(frozen=True, slots=True)
class Shift:
    """Training rows against production rows.

    ``auc``: out-of-fold, of a classifier that tells the two apart (0.5: it cannot). The null band
    is the middle 95 % over permutations. ``production_shares`` are estimated without labels (EM).
    """

    n_train: int
    n_production: int
    auc: float
    p_value: float
    null_low: float
    null_high: float
    words_production: tuple[str, ...]
    words_train: tuple[str, ...]
    train_shares: tuple[float, ...]
    production_shares: tuple[float, ...]
    stability_index: float | None


@dataclass(frozen=True, slots=True)
class DuplicateCounts:
    """Rows that repeat another one, and clusters that straddle the roles (leakage)."""

    n_rows: int
    n_exact: int
    n_near: int
    n_clusters: int
    leaking_clusters: int
    leaked_evaluation_rows: int
    conflicting_clusters: int


@dataclass(frozen=True, slots=True)
class DiagnoseResult:
    """The verdicts in the order to act on them, and the figures behind each."""

    run_id: int
    n_examples: int
    by_role: dict[str, int]
    n_labelled: int
    lenses: tuple[Lens, ...]
    classes: tuple[ClassRow, ...]
    imbalance: Imbalance | None
    shift: Shift | None
    duplicates: DuplicateCounts
    audit_run_id: int | None


def duplicate_lens(counts: DuplicateCounts, n: int) -> Lens:
    """Judge what repeats itself."""
    share = counts.n_rows / n
    finding = (
        f"{counts.n_rows:,} of {n:,} rows ({share:.1%}) repeat another: {counts.n_exact:,} exactly,"
        f" {counts.n_near:,} nearly; {counts.leaking_clusters:,} clusters straddle the roles,"
        f" {counts.leaked_evaluation_rows:,} evaluation rows among them;"
        f" {counts.conflicting_clusters:,} hold two labels"
    )
    if counts.leaked_evaluation_rows or counts.conflicting_clusters or share >= 0.1:
        verdict = SEVERE if counts.leaked_evaluation_rows or share >= 0.3 else MILD
    else:
        verdict = MILD if share >= 0.02 else NONE
    advice = "nothing to do"
    if counts.leaked_evaluation_rows:
        advice = "scores on evaluation rows that repeat training rows flatter: leave those out"
    elif verdict != NONE:
        advice = "look at clusters that hold two labels first; each hides a wrong one"
    return Lens("duplicates", verdict, finding, advice)


def imbalance_lens(imbalance: Imbalance | None, classes: tuple[ClassRow, ...]) -> Lens:
    """Judge the class shares."""
    if imbalance is None:
        return Lens(
            "class imbalance",
            CANNOT_TELL,
            "no training row has a label",
            "import labels, or apply labeling functions and aggregate",
        )
    seen = [row for row in classes if row.n]
    rarest = min(seen, key=lambda row: row.n)
    missing = [row.name for row in classes if not row.n]
    finding = (
        f"{rarest.name} has {rarest.n:,} rows ({rarest.share:.1%}), 1 to {imbalance.ratio:.0f};"
        f" as uncertain as {imbalance.effective:.1f} equal classes of {len(classes)}"
    )
    if imbalance.accuracy is not None and imbalance.macro_f1 is not None:
        finding += (
            f"; out-of-fold accuracy {imbalance.accuracy:.1%}, macro-F1 {imbalance.macro_f1:.2f}"
        )
    if missing:
        finding += f"; no row of {', '.join(missing)}"
    weak = rarest.recall is not None and rarest.recall < 0.5
    if imbalance.ratio >= 10 or missing:
        verdict = SEVERE if weak or missing else MILD
    else:
        verdict = MILD if imbalance.ratio >= 3 else NONE
    advice = "nothing to do"
    if verdict != NONE:
        target = missing[0] if missing else rarest.name
        advice = f"spend annotations on {target}: a labeling function that finds it, then a batch"
    return Lens("class imbalance", verdict, finding, advice)


def noise_lens(noise: AuditResult | None) -> Lens:
    """Judge the labels by the newest audit."""
    if noise is None:
        return Lens(
            "label noise", CANNOT_TELL, "the labels have not been audited", "run: workbench audit"
        )
    worst = max(noise.by_class, key=lambda rate: rate.rate)
    finding = (
        f"{noise.n_suspects:,} of {noise.n_rows:,} labels are doubted ({noise.error_rate:.1%});"
        f" most in {worst.group}: {worst.rate:.1%} [{worst.low:.1%}, {worst.high:.1%}]"
    )
    rate = noise.error_rate
    verdict = SEVERE if rate >= 0.08 else MILD if rate >= 0.02 else NONE
    advice = "nothing to do"
    if verdict != NONE:
        advice = "compare the vendors (workbench audit --by vendor), then review the suspects"
    return Lens("label noise", verdict, finding, advice)


def shift_lens(shift: Shift | None, reason: str, classes: tuple[str, ...]) -> Lens:
    """Judge training rows against production rows."""
    if shift is None:
        advice = "import some: workbench import FILE --role production"
        return Lens("distribution shift", CANNOT_TELL, reason, advice)
    finding = (
        f"training and production rows are told apart with AUC {shift.auc:.2f}"
        f" (by chance {shift.null_low:.2f} to {shift.null_high:.2f}, p = {shift.p_value:.2f})"
    )
    is_there = shift.p_value < _ALPHA
    if shift.words_production and is_there:
        finding += f"; production says: {', '.join(shift.words_production[:5])}"
    label_shift = 0.0
    if shift.production_shares:
        change = np.array(shift.production_shares) - np.array(shift.train_shares)
        k = int(np.abs(change).argmax())
        label_shift = float(abs(change[k]))
        finding += (
            f"; {classes[k]} would go from {shift.train_shares[k]:.0%}"
            f" to {shift.production_shares[k]:.0%}"
        )
    if not is_there and label_shift < 0.1:
        verdict = NONE
    else:
        verdict = SEVERE if shift.auc >= 0.7 or label_shift >= 0.15 else MILD
    advice = "nothing to do"
    if verdict != NONE:
        advice = "annotate some production rows: no score on older rows speaks for them"
    return Lens("distribution shift", verdict, finding, advice)
