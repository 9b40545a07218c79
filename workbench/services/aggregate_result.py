"""What an aggregation finds, as the faces show it."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.figures import counted, percent
from workbench.methods.calibration import CalibrationCheck
from workbench.result import Result
from workbench.services.labels import rows_of_role
from workbench.services.lf.report import LFPair, LFWeight
from workbench.services.project import Project
from workbench.services.scoring import ModelScore
from workbench.store.runs import Run
from workbench.types import Role

_TOO_SURE, _TIMID = 1.15, 0.87
"""Temperatures from which on, and up to which, a model is not about as sure as it should be."""

_ONE_SIDED = 0.5
"""From this share of the calibration error in one direction on, the other is not told."""


@dataclass(frozen=True, slots=True)
class AggregateResult(Result):
    """What an aggregation found.

    ``scores`` holds every model that was compared, on the evaluation rows (``n`` is 0 where there
    are none). ``coverage`` is the share of the examples with at least one vote; ``labelled`` the
    number that the chosen model gives a label at the configured confidence. Ties, rows whose top
    class nobody voted for (``contradictions``), and rows whose top class is less likely than
    ``min_confidence`` (``unsure``) stay without one: with ``labelled`` they are the rows that have
    a vote.

    ``class_balance`` is what the chosen model believes of a row without a vote, in the order of
    ``classes``; ``balance_from`` says where it comes from: given, the votes, annotations, assumed,
    or estimated by the model itself. ``balance_sensitivity`` is the share of the covered rows that
    the chosen model labels otherwise under the balance of the majority vote than under what was
    given, or taken without; 0 for majority vote, which asks for none.
    ``n_annotated`` is the number of annotated training rows that judge a model: the answers of
    people who vote as a labeling function do not (`workbench.services.judges`).
    ``temperature`` is what the chosen model's log-odds would have to be divided by to fit the
    ``n_calibrating`` labels that judge, None where these are too few: above 1, it is too sure.
    ``calibration`` tells of the same labels whether what no one temperature mends is beyond chance.
    ``pairs`` are labeling functions that do not vote independently, ``warnings`` what a person
    should know and do.
    ``stale`` says what the votes lack and which command renews them; it is not stored.
    ``by_default`` rows, of any role, that no vote decides get the ``default_class`` of the
    configuration. ``model_asked`` is what was asked for, ``n_evaluation`` the number of evaluation
    rows, trusted label or not. ``withdraws`` is the aggregation whose labels this one took back
    since no vote is left, None for any other; there is no ``chosen`` model then, and no label.
    ``copy_of`` gives, for each of the ``weights``, the place of the first of the functions that
    share evidence in the chosen model, as copies do: its own where it shares none. It is empty
    where each function has its own. ``better`` is the model that is right more often than the
    chosen one on the trusted rows that ``scores`` are of, beyond noise; None where none is.
    """

    run_id: int
    reused: bool
    chosen: str
    reason: str
    n_examples: int
    n_fitted: int
    n_functions: int
    coverage: float
    conflicts: float
    labelled: int
    ties: int
    contradictions: int
    class_balance: tuple[float, ...]
    scores: tuple[ModelScore, ...]
    weights: tuple[LFWeight, ...]
    disagreement: dict[str, float]
    balance_from: str = ""
    balance_sensitivity: float | None = None
    n_annotated: int = 0
    temperature: float | None = None
    n_calibrating: int = 0
    pairs: tuple[LFPair, ...] = ()
    warnings: tuple[str, ...] = ()
    unsure: int = 0
    min_confidence: float = 0.0
    classes: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    model_asked: str = "auto"
    n_evaluation: int = 0
    default_class: str | None = None
    by_default: int = 0
    withdraws: int | None = None
    copy_of: tuple[int, ...] = ()
    better: str | None = None
    calibration: CalibrationCheck | None = None

    @property
    def sureness(self) -> str | None:
        """Whether the chosen model is as sure as it is right; None where too few labels judge."""
        if self.temperature is None:
            return None
        if self.temperature > _TOO_SURE:
            return "too sure"
        if self.temperature < _TIMID:
            return "too timid"
        found = self.calibration
        if found is None or not found.is_off:
            return "about as sure as it should be"
        # A temperature near 1 also comes of errors both ways, which no one temperature mends.
        how = "too sure of some rows and too timid of others"
        if abs(found.excess) >= _ONE_SIDED * found.error:
            how = "too sure" if found.excess > 0 else "too timid"
        error, by_chance = percent(found.error), percent(found.by_chance)
        return f"{how} (calibration error {error}, by chance up to {by_chance})"


def withdrawal_of(
    project: Project, run_id: int, last: Run, n_functions: int, model: str
) -> AggregateResult:
    """Return the result of an aggregation that finds no vote, and withdraws the labels before."""
    withdrawn = project.store.runs.artifact(last.run_id, "aggregate").get("withdraws")
    reason = "No labeling function is in force any more."
    if n_functions:
        functions = counted(n_functions, "labeling function")
        reason = f"{functions} {'votes' if n_functions == 1 else 'vote'} on no row any more."
    return AggregateResult(
        run_id=run_id,
        reused=False,
        chosen="",
        reason=reason,
        n_examples=project.store.examples.count(),
        n_fitted=0,
        n_functions=n_functions,
        coverage=0.0,
        conflicts=0.0,
        labelled=0,
        ties=0,
        contradictions=0,
        class_balance=(),
        scores=(),
        weights=(),
        disagreement={},
        min_confidence=project.config.min_confidence,
        classes=project.classes,
        model_asked=model,
        n_evaluation=int(rows_of_role(project, Role.EVALUATION).sum()),
        withdraws=withdrawn or last.run_id,
    )
