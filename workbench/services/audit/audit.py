"""Confident learning on the labels there are now: suspects, and who is to blame."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from workbench.errors import ProjectError, UsageError
from workbench.figures import counted
from workbench.formats.readers import check_readable, sha256_of
from workbench.methods.confident import among_classes, class_overlap, confident_joint
from workbench.methods.threads import single_threaded
from workbench.services.arguments import seed_of
from workbench.services.audit.answer_views import stored_views, views_of
from workbench.services.audit.auditable import LEAST_AUDITED
from workbench.services.audit.audited_labels import (
    answered_doubts,
    decisions_before_reviews,
    doubts_of,
    labels_before_reviews,
    review_documents,
)
from workbench.services.audit.blame import Doubts, class_rates
from workbench.services.audit.blamed_functions import function_rates
from workbench.services.audit.own_probabilities import are_alike, own_probabilities
from workbench.services.audit.results import (
    CONTROL_REASON,
    OUT_OF_FOLD,
    AuditResult,
    ClassPair,
    NoiseFinding,
    OddRow,
    stored_audit,
    with_functions,
    with_groups,
    with_suspects,
)
from workbench.services.audit.second_opinions import (
    BETWEEN_CLASSES,
    SecondOpinions,
    label_model_view,
    second_opinions,
)
from workbench.services.audit.state import audit_state, drew, old_votes
from workbench.services.audit.trust import audit_trust, unlearnt_warnings
from workbench.services.cache import cache_folder
from workbench.services.consensus import refresh_consensus
from workbench.services.copies import (
    COPIES,
    audited_clusters,
    copies_document,
    count_copies,
)
from workbench.services.disputes import rows_differed_on
from workbench.services.grouping import Grouping, group_rows
from workbench.services.labels import Labels, labelled_training_rows, resolve_labels, trusted_labels
from workbench.services.moments import one_moment
from workbench.services.people_answers import tied_rows
from workbench.services.project import Project
from workbench.services.results import as_json
from workbench.services.review_log import flagged_ids, reviewed_audit_ids, reviewed_ids
from workbench.services.running import RunRecorder, fingerprint, record_run
from workbench.services.suspects import CONTROL_LABELS
from workbench.store.runs import Run
from workbench.types import NO_LABEL, ProgressCallback

_LIKELY_WRONG: Final = 0.5
"""Below this probability of being right, by all views together, a label is a suspect as well."""

_SUSPECTS_A_CONTROL: Final = 5
"""One control row is drawn for so many suspects, within bounds; three where noise has structure."""

_CONTROLS: Final = (20, 60)

_N_ODD = 20
_N_PAIRS = 10


def audit_labels(
    project: Project,
    *,
    by: str | None = None,
    probabilities: Path | None = None,
    controls: int | None = None,
    seed: int | None = None,
    progress: ProgressCallback | None = None,
) -> AuditResult:
    """Find the labels that confident learning doubts, worst first.

    The probabilities are out-of-fold: of models that saw neither the row nor its near-duplicates.
    The order weighs them with a model of the undisputed rows, the neighbours and the label model's
    votes (`workbench.methods.label_ranking`). When nothing that matters has changed since the last
    audit, that one is returned; its suspects are then held against the labeling functions in force
    by now, which say nothing to it before their votes are aggregated.

    Parameters
    ----------
    project
        The project.
    by
        A column to compare error rates by, see `workbench.services.grouping.group_rows`.
    probabilities
        Out-of-sample probabilities of your own model instead, see
        `workbench.services.audit.own_probabilities`.
    controls
        Rows to draw at random among those that are not doubted, which tell what the audit missed,
        of each group from those that fall into it; by default one for five suspects, 20 to 60, or
        one for three, up to 120, where the noise depends on the text. An audit that drew another
        number is not returned again.
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
        If there is no column ``by``, or ``controls`` is no number from 1.
    """
    if controls is not None and controls < 1:
        raise UsageError(f"{controls!r} control rows", hint="Ask for at least one.")
    store = project.store
    seed = seed_of(project, seed)
    refresh_consensus(project)
    with one_moment(project) as since:
        labels = resolve_labels(project)
        rows = _audited_rows(project, labels)
        # Who gave the labels that are compared, not who reviewed them.
        before, said = labels_before_reviews(project, labels), decisions_before_reviews(project)
        grouping = None if by is None else group_rows(project, by, rows, before, said)
        by = None if grouping is None else grouping.by
        parameters: dict[str, Any] = {"probabilities": None}
        if probabilities is not None:
            check_readable(probabilities)
            parameters = {"probabilities": str(probabilities), "sha256": sha256_of(probabilities)}
        # Rows that have no label as annotators differ tell who of these errs.
        tied = tied_rows(project, labels)
        state = audit_state(project, labels, rows, tied)
        identity = fingerprint("audit", parameters, seed, state)
        last = store.runs.last_done("audit")
        if last is not None and last.fingerprint == identity and drew(last, controls):
            return _again(project, last, labels, rows, tied, by, grouping)
        told = old_votes(project, labels, rows)
        if controls is not None:
            parameters["controls"] = controls
        inputs = sorted({int(run) for run in labels.run_ids[rows]})
    with record_run(
        store,
        "audit",
        parameters=parameters,
        seed=seed,
        inputs=inputs,
        fingerprint=identity,
        since=since,
    ) as run:
        audit = _Audit(project, labels, before, rows, tied, probabilities, controls, seed, progress)
        found = replace(audit.result(run.run_id), by=by)
        views = views_of(project, found, rows, tied, labels, audit.opinions)
        result = with_groups(project, found, grouping, rows, audit.doubts, views)
        audit.write(run, result)
    return replace(with_suspects(project, result, labels), old_votes=told)


def _audited_rows(project: Project, labels: Labels) -> NDArray[np.int64]:
    """Return the labelled training rows with a text, or raise where they are too few."""
    rows = labelled_training_rows(project, labels)
    n_classes = len(np.unique(labels.labels[rows]))
    if len(rows) < LEAST_AUDITED or n_classes < 2:
        hint = (
            f"At least {LEAST_AUDITED} rows in two classes: annotate some, or apply labeling"
            " functions and aggregate."
        )
        if n_disputed := len(rows_differed_on(project)):
            hint = (
                f"At least {LEAST_AUDITED} rows in two classes. People's answers to"
                f" {counted(n_disputed, 'row')} differ; settle them:"
                " workbench annotate --queue disagreement"
            )
        raise ProjectError(
            f"{counted(len(rows), 'labelled training row')} in {counted(n_classes, 'class')}"
            f" {'is' if len(rows) == 1 else 'are'} too few to audit",
            hint=hint,
        )
    return rows


def _again(
    project: Project,
    run: Run,
    labels: Labels,
    rows: NDArray[np.int64],
    tied: NDArray[np.int64],
    by: str | None,
    grouping: Grouping | None,
) -> AuditResult:
    """Return a stored audit, with the groups that are asked about now."""
    known = stored_audit(project, run)
    doubted = [suspect.example_id - 1 for suspect in project.store.queues.suspects(run.run_id)]
    # One of an earlier version has kept neither the copies nor how many there are.
    clusters = audited_clusters(project, run.run_id, rows)
    n_copies = count_copies(labels.labels[rows], clusters)
    found = replace(known, reused=True, by=by, n_copies=n_copies)
    doubts = doubts_of(project, run, rows, labels, np.isin(rows, doubted), clusters)
    found = with_functions(project, found, labels, clusters)
    is_of_people = grouping is not None and grouping.people is not None
    views = stored_views(project, run, known, rows, tied, labels) if is_of_people else None
    found = with_groups(project, found, grouping, rows, doubts, views)
    found = replace(found, old_votes=old_votes(project, labels, rows))
    return with_suspects(project, found, labels)


class _Audit:
    """One audit: what it reads, finds and writes.

    Arrays of shape (n_rows,) are about the training rows; the opinions are about these, then the
    evaluation rows.
    """

    def __init__(
        self,
        project: Project,
        labels: Labels,
        before: Labels,
        rows: NDArray[np.int64],
        tied: NDArray[np.int64],
        file: Path | None,
        controls: int | None,
        seed: int,
        progress: ProgressCallback | None,
    ) -> None:
        self._project, self._before, self._rows, self._tied = project, before, rows, tied
        self.given = labels.labels[rows]
        trusted = trusted_labels(project)
        self._evaluation = np.flatnonzero(trusted >= 0)
        self._trusted = trusted[self._evaluation]
        all_labels = np.concatenate([self.given, self._trusted])
        labelled = np.concatenate([rows, self._evaluation])
        everything = np.concatenate([labelled, tied])
        texts = project.store.examples.texts()
        rng = np.random.default_rng(seed)
        said = np.concatenate([all_labels, np.full(len(tied), NO_LABEL)])
        own = None if file is None else own_probabilities(project, file, everything, said)
        self._warnings = () if own is None else own.warnings
        own_probs = None if own is None else own.probs
        with single_threaded():
            self.opinions: SecondOpinions = second_opinions(
                [texts[row] for row in everything],
                all_labels,
                len(project.classes),
                learnt=np.arange(len(labelled)) < len(rows),
                own=own_probs,
                votes_view=label_model_view(project, labels, labelled),
                folder=cache_folder(project),
                rng=rng,
                progress=progress,
            )
        self._trust = audit_trust(
            project, labels, rows, self._evaluation, self._trusted, self.opinions, own_probs
        )
        n, ranking = len(rows), self.opinions.ranking
        self.clusters = self.opinions.clusters[:n]
        self._suggested, self._quality = ranking.suggested, ranking.label_quality
        # A person who has looked at the doubt has the last word; one who could not tell, too.
        is_unseen = ~np.isin(labelled + 1, list(reviewed_ids(project) | flagged_ids(project)))
        differs = self.opinions.is_learnable[all_labels] & (self._suggested != all_labels)
        # Confident learning reads one model; all views together may know better. Where the noise
        # has structure its counts are weak: what is doubted in the slice is for people.
        is_likely_wrong = self._quality < _LIKELY_WRONG
        doubted = (self.opinions.issues | is_likely_wrong | self.opinions.in_slice) & differs
        is_suspect = doubted & is_unseen
        self.is_suspect, self._is_evaluation_suspect = is_suspect[:n], is_suspect[n:]
        came = before.labels[rows]
        self._answered = answered_doubts(project, rows, doubted[:n], came != self.given)
        is_doubted = self.is_suspect | np.isin(rows + 1, self._answered)
        is_told = ~np.isin(rows + 1, list(flagged_ids(project)))
        self.doubts = Doubts(self.given, self.is_suspect, self.clusters, came, is_doubted, is_told)
        self._n_reviewed = int((~is_unseen[:n] & self.doubts.is_told).sum())
        self._first_reviewed = next(iter(reviewed_audit_ids(project)), None)
        self._controls = self._draw_controls(is_unseen[:n], controls, rng)

    def _draw_controls(
        self, is_unseen: NDArray[np.bool_], wanted: int | None, rng: np.random.Generator
    ) -> NDArray[np.int64]:
        """Draw rows that are not doubted; unless a number is wanted, more where the joint is weak.

        All have the same chance, so that those in any group are a random sample of it, whichever
        column a report compares.
        """
        population = np.flatnonzero(is_unseen & ~self.is_suspect)
        self._n_trusted = len(population)
        share, (least, most) = _SUSPECTS_A_CONTROL, _CONTROLS
        if self.opinions.structure.depends_on_text:
            share, most = 3, 2 * most
        if wanted is None:
            wanted = int(np.clip(self.is_suspect.sum() // share, least, most))
        return rng.choice(population, min(wanted, len(population)), replace=False)

    def result(self, run_id: int) -> AuditResult:
        """Return the findings, without the groups and the rows."""
        project, opinions, n = self._project, self.opinions, len(self._rows)
        noise = self._noise()
        is_audited = opinions.is_learnable[self.given]
        n_flagged = int((is_audited & ~self.doubts.is_told).sum())
        n_judged = int(is_audited.sum()) - n_flagged
        is_between = opinions.ambiguity[:n] >= BETWEEN_CLASSES
        is_far = opinions.is_outlier[:n]
        n_suspects = int(self.is_suspect.sum())
        rate, is_reviewed = n_suspects / max(n_judged, 1), self._first_reviewed is not None
        trusted = self._trust.warnings(rate, is_reviewed=is_reviewed)
        unlearnt = unlearnt_warnings(project.classes, self.given, opinions)
        return AuditResult(
            run_id=run_id,
            reused=False,
            n_rows=n,
            n_suspects=n_suspects,
            error_rate=rate,
            suspects=(),
            by_class=class_rates(project.classes, self.doubts, opinions.is_learnable),
            by=None,
            by_group=(),
            functions=function_rates(
                project,
                self._rows,
                self.doubts,
                self._suggested[:n],
                self._quality[:n],
            ),
            noise=noise,
            outliers=self._odd(is_far, opinions.outlier_score[:n]),
            n_outliers=int(is_far.sum()),
            ambiguous=self._odd(is_between, opinions.ambiguity[:n]),
            n_ambiguous=int(is_between.sum()),
            pairs=self._pairs(),
            n_controls=len(self._controls),
            n_evaluation=len(self._evaluation),
            warnings=(*self._warnings, *trusted, *unlearnt, *noise.warnings()),
            n_reviewed=self._n_reviewed,
            first_reviewed_run_id=self._first_reviewed,
            n_copies=count_copies(self.given, self.clusters),
            n_not_audited=int((~is_audited).sum()),
            n_flagged=n_flagged,
            compares_before=True,
            trust=self._trust,
        )

    def _noise(self) -> NoiseFinding:
        structure = self.opinions.structure
        return NoiseFinding(
            p_value=structure.p_value,
            depends_on_text=structure.depends_on_text,
            n_errors=structure.n_errors,
            excess_links=structure.excess_links,
            n_slice=int(self.opinions.in_slice.sum()),
            words=self.opinions.slice_words,
        )

    def _odd(self, is_odd: NDArray[np.bool_], score: NDArray[np.float64]) -> tuple[OddRow, ...]:
        """Return the oddest rows of some."""
        uids = self._project.store.examples.uids()
        odd = np.flatnonzero(is_odd)
        order = odd[np.argsort(-score[odd], kind="stable")]
        return tuple(
            OddRow(
                uid=uids[int(self._rows[i])],
                score=float(score[i]),
                label=self._project.classes[int(self.given[i])],
            )
            for i in order[:_N_ODD]
        )

    def _pairs(self) -> tuple[ClassPair, ...]:
        learnable = self.opinions.is_learnable
        told = learnable[self.given]
        if not told.any() or are_alike(self.opinions.probs[: len(self._rows)][told]):
            return ()
        probs = among_classes(self.opinions.probs[: len(self._rows)], learnable)
        joint = confident_joint(self.given[told], probs[told])
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
        store, opinions = project.store, self.opinions
        everything = np.concatenate([self._rows, self._evaluation])
        copied = np.concatenate([self._rows, self._tied])
        probs = np.zeros((store.examples.count(), len(project.classes)))
        probs[everything], probs[self._tied] = opinions.probs, opinions.unlabelled_probs
        is_audited = np.zeros(len(probs), dtype=np.bool_)
        is_audited[self._rows] = True
        counts = {
            "rows": n,
            "suspects": result.n_suspects,
            "controls": len(self._controls),
            "trusted": self._n_trusted,
        }
        given = np.concatenate([self.given, self._trusted])
        numbers = project.label_set.numbers
        order = [
            *_worst_first(self.is_suspect, self._quality[:n]),
            *(n + _worst_first(self._is_evaluation_suspect, self._quality[n:])),
        ]
        documents = {
            "audit": as_json(result),
            COPIES: copies_document(copied, np.append(self.clusters, opinions.unlabelled_clusters)),
            CONTROL_LABELS: [numbers[given[i]] for i in self._controls],
            **review_documents(project, self._before, self._answered),
        }
        with run.finish(counts, artifacts=documents):
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
