"""What a diagnosis says: verdicts, the figures behind them, the rows behind the figures."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.methods.covariate_shift import ShiftTest, WordShift
from workbench.methods.leakage import Inflation
from workbench.result import Result
from workbench.services.audit.blame import group_mark
from workbench.services.diagnose.rows_behind import Evidence

NONE, MILD, SEVERE, CANNOT_TELL = "none", "mild", "severe", "cannot tell"
"""The verdicts, from the best to the worst; `CANNOT_TELL` comes with the reason."""

HELD, FAILED, OPEN = "held", "failed", "not yet checkable"
"""The outcomes of a prediction."""

_SURE = 0.05
"""Up to this p-value a difference is beyond chance."""


@dataclass(frozen=True, slots=True)
class Lens:
    """One look at the data: a verdict, the figure behind it, and what to do about it.

    ``command`` is what carries the advice out, empty where it takes a person. ``figure`` is the
    headline in a few words, ``interval`` its 95 % interval or null band. A lens of several tests
    has a ``Lens`` for each in ``parts``; its verdict is the worst of theirs. ``why`` says why the
    advice comes at its place, where the usual reason of the lens does not hold.
    """

    name: str
    verdict: str
    finding: str
    advice: str
    command: str = ""
    figure: str = ""
    interval: str = ""
    evidence: tuple[Evidence, ...] = ()
    parts: tuple[Lens, ...] = ()
    why: str = ""

    @property
    def headline(self) -> str:
        """The verdict, with a reserve where a part could not tell whether there is a failure."""
        is_partial = self.verdict == NONE and any(p.verdict == CANNOT_TELL for p in self.parts)
        return f"{self.verdict}, so far as it can be told" if is_partial else self.verdict


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the order of operations: what to do, why at this place, and the command."""

    lens: str
    what: str
    why: str
    command: str


@dataclass(frozen=True, slots=True)
class Prediction:
    """A claim that later data can refute.

    ``subject`` is the class or group that it is about; the figure that it names was predicted to
    lie from ``low`` to ``high``. ``otherwise`` is that figure if the claim is wrong: what fits both
    leaves it open; None where ``low`` and ``high`` say enough. ``observed`` says what was found, on
    ``n`` rows.
    """

    kind: str
    subject: str
    claim: str
    because: str
    low: float
    high: float
    made_by_run: int
    outcome: str
    observed: str
    n: int
    otherwise: float | None = None


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A class among the labelled training rows, and how well an out-of-fold model predicts it.

    All have 95 % intervals and are measured against the labels there are, errors included; None
    where there are too few rows to cross-validate or they are copies of one text, and precision
    where nothing is predicted as the class. ``number`` is the one that the class keeps when it is
    renamed.
    """

    name: str
    n: int
    share: float
    precision: float | None = None
    precision_low: float | None = None
    precision_high: float | None = None
    recall: float | None = None
    recall_low: float | None = None
    recall_high: float | None = None
    f1: float | None = None
    f1_low: float | None = None
    f1_high: float | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Imbalance:
    """The class shares, and the out-of-fold scores beside those of the majority class.

    ``ratio`` is that of the largest class to the smallest, None where a class has no row. Scores
    come from ``n_scored`` rows, drawn at random where there are more labels; classes whose rows are
    copies of one text take no part, nor do they in the majority baseline of the others.
    """

    ratio: float | None
    effective: float
    accuracy: float | None
    balanced_accuracy: float | None
    macro_f1: float | None
    majority_baseline: float
    accuracy_low: float | None = None
    accuracy_high: float | None = None
    balanced_accuracy_low: float | None = None
    balanced_accuracy_high: float | None = None
    macro_f1_low: float | None = None
    macro_f1_high: float | None = None
    n_scored: int = 0


@dataclass(frozen=True, slots=True)
class Confusion:
    """Rows of one class that are predicted as another; ``share`` is of the true class's rows."""

    true: str
    predicted: str
    n: int
    share: float
    low: float
    high: float
    uids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SliceRow:
    """One value of a column: its class counts and how well it is predicted out of fold.

    ``difference`` is its accuracy less that of all other rows; ``adjusted_p`` is corrected for the
    values of the column. None where the slice was not scored.
    """

    column: str
    value: str
    n: int
    class_counts: tuple[int, ...]
    accuracy: float | None = None
    accuracy_low: float | None = None
    accuracy_high: float | None = None
    macro_f1: float | None = None
    difference: float | None = None
    adjusted_p: float | None = None
    macro_f1_low: float | None = None
    macro_f1_high: float | None = None

    @property
    def is_worse(self) -> bool:
        """Whether it is predicted worse than the rest, beyond chance."""
        if self.difference is None or self.adjusted_p is None:
            return False
        return self.difference < 0 and self.adjusted_p <= _SURE


@dataclass(frozen=True, slots=True)
class NoiseRow:
    """The share of doubted labels of a class, vendor, batch or source, by the last audit.

    ``q_value`` and ``stands_out`` hold a vendor, batch or source to the others, class by class, by
    the labels before any review, ``stands_out_now`` by those of now. Once that audit was reviewed,
    its doubts are answered and tell no more how many labels are wrong: ``wrong`` is the estimated
    share of those that are wrong still, None where only its range ``wrong_low`` to ``wrong_high``
    is known, which are None before that.
    """

    column: str
    group: str
    n: int
    n_suspects: int
    rate: float
    low: float
    high: float
    q_value: float | None = None
    stands_out: bool = False
    wrong: float | None = None
    wrong_low: float | None = None
    wrong_high: float | None = None
    stands_out_now: bool | None = None

    @property
    def mark(self) -> str:
        """Say that it stands out, or did before a review answered what was doubted of it."""
        return group_mark(self.stands_out, self.stands_out_now, self.n_suspects)


@dataclass(frozen=True, slots=True)
class Shift:
    """Two sets of rows, the training and the production ones by default.

    ``auc``: out-of-fold, of a classifier that tells the two apart (0.5: it cannot). The null band
    is the middle 95 % over permutations. ``p_value`` is that of all ``tests`` together.
    ``production_shares`` are estimated without labels (EM).
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
    reference: str = "train"
    other: str = "production"
    tests: tuple[ShiftTest, ...] = ()
    words: tuple[WordShift, ...] = ()
    skipped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShareRow:
    """The share of a class among labelled rows, and two estimates of it among the others."""

    name: str
    source: float
    bbse: float
    bbse_low: float
    bbse_high: float
    em: float
    em_low: float
    em_high: float


@dataclass(frozen=True, slots=True)
class LabelShiftFigures:
    """Whether class shares differ; nothing is said where the texts differ beyond them."""

    found: bool
    measurable: bool
    p_value: float
    reason: str
    shares: tuple[ShareRow, ...]
    n_source: int
    n_target: int


@dataclass(frozen=True, slots=True)
class LabelledShare:
    """The share of a class among the labels of both sides, with its 95 % Wilson interval."""

    name: str
    source: float
    other: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class LabelledShares:
    """The class shares of the labels that people or files gave to both sides.

    ``p_value``: that both are drawn from the same shares, by permutation.
    """

    shares: tuple[LabelledShare, ...]
    p_value: float
    n_source: int
    n_other: int


@dataclass(frozen=True, slots=True)
class ConceptRow:
    """How far P(class | text) is higher on the other side; ``by_shares`` as in `ConceptFigures`."""

    name: str
    difference: float
    low: float
    high: float
    by_shares: float | None = None


@dataclass(frozen=True, slots=True)
class ConceptFigures:
    """Whether the same texts mean another class; ``labels_needed`` would do where unknown.

    ``accuracy_difference``: how much more often a model of the reference's labels is right on the
    other side for the same text, ``accuracy_by_shares`` what a change of the class shares alone
    would make of that.
    """

    found: bool
    measurable: bool
    reason: str
    p_value: float | None
    labels_needed: int | None
    n_source: int
    n_other: int
    differences: tuple[ConceptRow, ...] = ()
    accuracy_difference: float | None = None
    accuracy_low: float | None = None
    accuracy_high: float | None = None
    accuracy_by_shares: float | None = None


@dataclass(frozen=True, slots=True)
class WindowRow:
    """One window of time against the first; times are UTC, or numbers as they were."""

    start: str
    end: str
    n: int
    auc: float
    null_high: float
    adjusted_p: float
    class_shares: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class DriftFigures:
    """How texts change in time; ``first_changed`` indexes ``windows``, None for no change."""

    column: str
    windows: tuple[WindowRow, ...]
    p_value: float
    first_changed: int | None
    n_undated: int


@dataclass(frozen=True, slots=True)
class InflationRow(Inflation):
    """Accuracy on evaluation rows with and without those that the training rows hold too.

    ``model`` says for people which model it is that of; older diagnoses do not.
    """

    model: str = "a model"


@dataclass(frozen=True, slots=True)
class DuplicateCounts:
    """Rows that repeat another one, and clusters that straddle the roles (leakage).

    ``n_rows`` rows would go if one survivor of each cluster were kept: the one a person labelled,
    else any labelled one, else the first. ``n_blank`` rows hold nothing to read: they repeat none.
    ``leaked`` rows repeat training rows; the ``shared`` clusters hold evaluation and production
    rows, and no training row.
    """

    n_rows: int
    n_exact: int
    n_near: int
    n_clusters: int
    leaking_clusters: int
    leaked_evaluation_rows: int
    conflicting_clusters: int
    leaked_production_rows: int = 0
    n_semantic: int | None = None
    inflation: InflationRow | None = None
    n_blank: int = 0
    shared_clusters: int = 0
    shared_evaluation_rows: int = 0
    shared_production_rows: int = 0


@dataclass(frozen=True, slots=True)
class DiagnoseResult(Result):
    """The verdicts in the order to act on them, and the figures behind each.

    ``confusion`` counts rows [true][predicted] out of fold, empty where there are more than 100
    classes; ``confused`` are its largest cells off the diagonal. What could not be measured is
    None or empty, and its lens says why.
    """

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
    at: str = ""
    steps: tuple[Step, ...] = ()
    predictions: tuple[Prediction, ...] = ()
    confusion: tuple[tuple[int, ...], ...] = ()
    confused: tuple[Confusion, ...] = ()
    slices: tuple[SliceRow, ...] = ()
    noise: tuple[NoiseRow, ...] = ()
    label_shift: LabelShiftFigures | None = None
    labelled_shares: LabelledShares | None = None
    concept_shift: ConceptFigures | None = None
    drift: DriftFigures | None = None
    shortcuts: tuple[str, ...] = ()
