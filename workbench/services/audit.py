"""Confident learning on the labels there are now: suspects, and who is to blame."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from workbench.errors import ProjectError
from workbench.formats.readers import check_readable, sha256_of
from workbench.methods.confident_joint import class_overlap, confident_joint
from workbench.methods.threads import single_threaded
from workbench.services.blame import (
    FunctionRate,
    GroupRate,
    class_rates,
    function_rates,
    group_rates,
)
from workbench.services.consensus import consensus_state, refresh_consensus
from workbench.services.grouping import Grouping, group_rows
from workbench.services.labels import (
    Labels,
    model_beliefs,
    resolve_labels,
    roles,
    trusted_labels,
)
from workbench.services.own_probabilities import own_probabilities
from workbench.services.project import Project
from workbench.services.results import as_json, from_json
from workbench.services.running import RunRecorder, fingerprint, record_run
from workbench.services.second_opinions import BETWEEN_CLASSES, SecondOpinions, second_opinions
from workbench.types import Origin, ProgressCallback, Role

__all__ = [
    "CONTROL_REASON",
    "OUT_OF_FOLD",
    "AuditResult",
    "ClassPair",
    "FunctionRate",
    "GroupRate",
    "NoiseFinding",
    "OddRow",
    "SuspectRow",
    "audit_labels",
]

OUT_OF_FOLD = "out-of-fold"

CONTROL_REASON: Final = "control sample: drawn at random among the labels that the audit trusts"
"""Why an audit asks for a row that it does not doubt."""

_MIN_ROWS = 20
"""Fewer labelled rows leave a cross-validated model nothing to learn from."""

_SUSPECTS_A_CONTROL: Final = 5
"""One control row is drawn for so many suspects, within bounds; three where noise has structure."""

_CONTROLS: Final = (20, 60)

_N_ODD = 20
_N_PAIRS = 10


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

    Rows that people confirmed or corrected in a review are learnt from, never suspected.
    ``n_controls`` rows that are not doubted are drawn at random into the review.
    ``evaluation_suspects`` are those among ``n_evaluation`` trusted rows, which no model learns
    from: they are shown and can be corrected, and count for none of the other figures. ``noise`` is
    None, and outliers are of a random part, where there are too many rows to hold against another.
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


def audit_labels(
    project: Project,
    *,
    by: str | None = None,
    probabilities: Path | None = None,
    seed: int | None = None,
    progress: ProgressCallback | None = None,
) -> AuditResult:
    """Find the labels that confident learning doubts, worst first.

    The probabilities are out-of-fold: of models that saw neither the row nor its near-duplicates.
    The order weighs them with a model of the undisputed rows, the neighbours and the label model's
    votes (`workbench.methods.label_ranking`). When nothing that matters has changed since the last
    audit, that one is returned.

    Parameters
    ----------
    project
        The project.
    by
        A column to compare error rates by, see `workbench.services.grouping.group_rows`.
    probabilities
        Out-of-sample probabilities of your own model instead, see
        `workbench.services.own_probabilities`.
    seed
        The project's by default.
    progress
        Called before each stage.

    Raises
    ------
    ProjectError
        If fewer than 20 training rows, or fewer than two classes, are labelled.
    DataError
        If the file of probabilities cannot be used.
    UsageError
        If there is no column ``by``.
    """
    store = project.store
    seed = project.config.seed if seed is None else seed
    refresh_consensus(project)
    labels = resolve_labels(project)
    rows = _audited_rows(project, labels)
    grouping = None if by is None else group_rows(project, by, rows, labels)
    parameters: dict[str, Any] = {"probabilities": None}
    if probabilities is not None:
        check_readable(probabilities)
        parameters = {"probabilities": str(probabilities), "sha256": sha256_of(probabilities)}
    state = _state(project, labels, rows)
    identity = fingerprint("audit", parameters, seed, state)
    last = store.runs.last_done("audit")
    if last is not None and last.fingerprint == identity:
        return _again(project, last.run_id, labels, rows, by, grouping)
    inputs = sorted({int(run) for run in labels.run_ids[rows]})
    with record_run(
        store, "audit", parameters=parameters, seed=seed, inputs=inputs, fingerprint=identity
    ) as run:
        audit = _Audit(project, labels, rows, probabilities, seed, progress)
        result = replace(
            audit.result(run.run_id),
            by=by,
            by_group=_by_group(grouping, audit.given, audit.is_suspect),
        )
        audit.write(run, result)
    return _with_rows(project, result, labels)


def _audited_rows(project: Project, labels: Labels) -> NDArray[np.int64]:
    """Return the labelled training rows, or raise where they are too few."""
    rows = np.flatnonzero((roles(project) == Role.TRAIN) & (labels.labels >= 0))
    n_classes = len(np.unique(labels.labels[rows]))
    if len(rows) < _MIN_ROWS or n_classes < 2:
        raise ProjectError(
            f"{len(rows)} labelled training rows in {n_classes} classes are too few to audit",
            hint=f"At least {_MIN_ROWS} rows in two classes: annotate some, or apply labeling"
            " functions and aggregate.",
        )
    return rows


def _state(project: Project, labels: Labels, rows: NDArray[np.int64]) -> list[Any]:
    """Return all that an audit depends on, beside its parameters."""
    aggregated = project.store.runs.last_done("aggregate")
    return [
        project.store.examples.count(),
        [project.classes, project.label_set.mapping],
        [int(run) for run in np.unique(labels.run_ids[rows])],
        aggregated.run_id if aggregated else None,
        project.store.decisions.last_decision_id(),
        consensus_state(project),
        project.config.min_confidence,
        list(project.config.label_order),
    ]


def _again(
    project: Project,
    run_id: int,
    labels: Labels,
    rows: NDArray[np.int64],
    by: str | None,
    grouping: Grouping | None,
) -> AuditResult:
    """Return a stored audit, with the groups that are asked about now."""
    known = from_json(AuditResult, project.store.runs.artifact(run_id, "audit"))
    doubted = [suspect.example_id - 1 for suspect in project.store.queues.suspects(run_id)]
    groups = _by_group(grouping, labels.labels[rows], np.isin(rows, doubted))
    return _with_rows(project, replace(known, reused=True, by=by, by_group=groups), labels)


def _by_group(
    grouping: Grouping | None, given: NDArray[np.int64], is_suspect: NDArray[np.bool_]
) -> tuple[GroupRate, ...]:
    return () if grouping is None else group_rates(grouping, given, is_suspect)


class _Audit:
    """One audit: what it reads, finds and writes.

    Arrays of shape (n_rows,) are about the training rows; the opinions are about these, then the
    evaluation rows.
    """

    def __init__(
        self,
        project: Project,
        labels: Labels,
        rows: NDArray[np.int64],
        file: Path | None,
        seed: int,
        progress: ProgressCallback | None,
    ) -> None:
        self._project, self._rows = project, rows
        self.given = labels.labels[rows]
        trusted = trusted_labels(project)
        self._evaluation = np.flatnonzero(trusted >= 0)
        self._trusted = trusted[self._evaluation]
        everything = np.concatenate([rows, self._evaluation])
        all_labels = np.concatenate([self.given, self._trusted])
        self._texts = project.store.examples.texts()
        rng = np.random.default_rng(seed)
        own = None if file is None else own_probabilities(project, file, everything, all_labels)
        with single_threaded():
            self._opinions: SecondOpinions = second_opinions(
                [self._texts[row] for row in everything],
                all_labels,
                len(project.classes),
                learnt=np.arange(len(everything)) < len(rows),
                own=own,
                votes_view=_votes_view(project, labels, everything),
                rng=rng,
                progress=progress,
            )
        n, ranking = len(rows), self._opinions.ranking
        self._suggested, self._quality = ranking.suggested, ranking.label_quality
        # A person who has looked at the doubt has the last word.
        is_open = ~labels.origin_is(Origin.CORRECTION)[everything]
        differs = is_open & (self._suggested != all_labels)
        # Where the noise has structure, the counts of confident learning are weak: the whole slice
        # is for people.
        doubted = (self._opinions.issues | self._opinions.in_slice) & differs
        self.is_suspect, self._is_evaluation_suspect = doubted[:n], doubted[n:]
        self._controls = self._draw_controls(is_open[:n], rng)

    def _draw_controls(
        self, is_open: NDArray[np.bool_], rng: np.random.Generator
    ) -> NDArray[np.int64]:
        """Draw rows that are not doubted; more of them where the joint is weak."""
        population = np.flatnonzero(is_open & ~self.is_suspect)
        share, (least, most) = _SUSPECTS_A_CONTROL, _CONTROLS
        if self._opinions.structure.depends_on_text:
            share, most = 3, 2 * most
        wanted = int(np.clip(self.is_suspect.sum() // share, least, most))
        return rng.choice(population, min(wanted, len(population)), replace=False)

    def result(self, run_id: int) -> AuditResult:
        """Return the findings, without the groups and the rows."""
        project, opinions, n = self._project, self._opinions, len(self._rows)
        noise = self._noise()
        is_between = opinions.ambiguity[:n] >= BETWEEN_CLASSES
        is_far = opinions.is_outlier[:n]
        n_suspects = int(self.is_suspect.sum())
        return AuditResult(
            run_id=run_id,
            reused=False,
            n_rows=n,
            n_suspects=n_suspects,
            error_rate=n_suspects / n,
            suspects=(),
            by_class=class_rates(project.classes, self.given, self.is_suspect),
            by=None,
            by_group=(),
            functions=function_rates(
                project,
                self._rows,
                self.given,
                self._suggested[:n],
                self._quality[:n],
                self.is_suspect,
            ),
            noise=noise,
            outliers=self._odd(is_far, opinions.outlier_score[:n]),
            n_outliers=int(is_far.sum()),
            ambiguous=self._odd(is_between, opinions.ambiguity[:n]),
            n_ambiguous=int(is_between.sum()),
            pairs=self._pairs(),
            n_controls=len(self._controls),
            n_evaluation=len(self._evaluation),
            warnings=_warnings(noise),
        )

    def _noise(self) -> NoiseFinding:
        structure = self._opinions.structure
        return NoiseFinding(
            p_value=structure.p_value,
            depends_on_text=structure.depends_on_text,
            n_errors=structure.n_errors,
            excess_links=structure.excess_links,
            n_slice=int(self._opinions.in_slice.sum()),
            words=self._opinions.slice_words,
        )

    def _odd(
        self, is_odd: NDArray[np.bool_], score: NDArray[np.float64]
    ) -> tuple[OddRow, ...]:
        """Return the oddest rows of some."""
        uids = self._project.store.examples.uids()
        odd = np.flatnonzero(is_odd)
        order = odd[np.argsort(-score[odd], kind="stable")]
        return tuple(
            OddRow(
                uid=uids[int(self._rows[i])],
                score=float(score[i]),
                label=self._project.classes[int(self.given[i])],
                text=self._texts[int(self._rows[i])],
            )
            for i in order[:_N_ODD]
        )

    def _pairs(self) -> tuple[ClassPair, ...]:
        joint = confident_joint(self.given, self._opinions.probs[: len(self._rows)])
        if not joint.any():
            return ()
        overlap, names = class_overlap(joint), self._project.classes
        return tuple(
            ClassPair(names[first], names[second], float(share))
            for first, second, share in zip(
                overlap.first[:_N_PAIRS], overlap.second, overlap.share, strict=False
            )
        )

    def write(self, run: RunRecorder, result: AuditResult) -> None:
        """Store the findings, the beliefs, the suspects and the control sample."""
        project, n = self._project, len(self._rows)
        store, opinions = project.store, self._opinions
        everything = np.concatenate([self._rows, self._evaluation])
        probs = np.zeros((store.examples.count(), len(project.classes)))
        probs[everything] = opinions.probs
        is_audited = np.zeros(len(probs), dtype=np.bool_)
        is_audited[self._rows] = True
        counts = {"rows": n, "suspects": result.n_suspects, "controls": len(self._controls)}
        given = np.concatenate([self.given, self._trusted])
        numbers = project.label_set.numbers
        order = [
            *_worst_first(self.is_suspect, self._quality[:n]),
            *(n + _worst_first(self._is_evaluation_suspect, self._quality[n:])),
        ]
        with run.finish(counts, artifacts={"audit": as_json(result)}):
            store.label_models.add_columns(run.run_id, numbers)
            store.beliefs.add(run.run_id, OUT_OF_FOLD, probs, is_audited)
            store.queues.add_suspects(
                run.run_id,
                [
                    (
                        int(everything[i]) + 1,
                        numbers[given[i]],
                        numbers[self._suggested[i]],
                        float(self._quality[i]),
                    )
                    for i in order
                ],
            )
            store.queues.add_proposal(
                run.run_id,
                [
                    (int(self._rows[i]) + 1, float(self._quality[i]), CONTROL_REASON)
                    for i in self._controls
                ],
            )


def _worst_first(mask: NDArray[np.bool_], quality: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.flatnonzero(mask)[np.argsort(quality[mask], kind="stable")]


def _votes_view(
    project: Project, labels: Labels, rows: NDArray[np.int64]
) -> NDArray[np.float64] | None:
    """Return what the label model believes of rows whose label it has neither seen nor made."""
    beliefs = model_beliefs(project, "aggregate")
    if beliefs is None:
        return None
    is_apart = labels.origin_is(Origin.GIVEN)[rows] & beliefs.informed[rows]
    if not is_apart.any():
        return None
    probs = np.full((len(rows), len(project.classes)), 1 / len(project.classes))
    probs[is_apart] = beliefs.probs[rows][is_apart]
    return probs


def _warnings(noise: NoiseFinding) -> tuple[str, ...]:
    if not noise.depends_on_text:
        return ()
    words = f" (its words: {', '.join(noise.words)})" if noise.words else ""
    return (
        f"the errors depend on the text, not on the class alone (p = {noise.p_value:.3f}): counts"
        f" by class may be far off. They lie in a slice of {noise.n_slice:,} rows{words}; what is"
        " doubted there is in the review, and so is a larger control sample",
    )


def _with_rows(project: Project, result: AuditResult, labels: Labels) -> AuditResult:
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
