"""The Python API: a project with one method for each service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from workbench.services.arguments import class_named
from workbench.services.call_checks import checked, checked_methods
from workbench.services.project import Project as _Project
from workbench.services.project import find_project, init_project

if TYPE_CHECKING:
    import pandas

    from workbench.methods.snorkel_model import Solver
    from workbench.services.aggregate_result import AggregateResult
    from workbench.services.agreement import AgreementResult
    from workbench.services.annotate import Decision, Session
    from workbench.services.audit.results import AuditResult
    from workbench.services.curve.curve import CurveResult
    from workbench.services.diagnose.verdicts import DiagnoseResult
    from workbench.services.diff import DiffResult
    from workbench.services.embed.embed import EmbedResult
    from workbench.services.export.export import ExportResult
    from workbench.services.importing.import_votes import ImportVotesResult
    from workbench.services.importing.importing import ImportResult
    from workbench.services.lf.apply_result import ApplyResult
    from workbench.services.lf.functions import LFList
    from workbench.services.propose import ProposeResult
    from workbench.services.snapshots import SnapshotResult
    from workbench.services.split import SplitResult
    from workbench.services.status import Status
    from workbench.services.trail import Trail
    from workbench.services.train import TrainResult
    from workbench.services.undo import Turned
    from workbench.types import ProgressCallback


@checked_methods
class Project(_Project):
    """An opened project; each method does what the command of its name does.

    Results are frozen dataclasses. Use it as a context manager, or call `close`. A method raises a
    `UsageError` for an argument that is not of its kind.

    Parameters
    ----------
    root
        The folder with ``workbench.toml``.

    Raises
    ------
    ProjectError
        If there is no project there.
    """

    def __init__(self, root: str | Path) -> None:
        super().__init__(Path(root))
        self._session: Session | None = None

    def import_(
        self,
        files: str | Path | pandas.DataFrame | Sequence[str | Path | pandas.DataFrame],
        *,
        role: str = "train",
        batch: str | None = None,
        vendor: str | None = None,
        batch_column: str | None = None,
        vendor_column: str | None = None,
        text_column: str | None = None,
        id_column: str | None = None,
        label_column: str | None = None,
        labels: bool = True,
        label_index: bool = False,
        encoding: str = "utf-8",
        delimiter: str | None = None,
        on_bad_row: Literal["stop", "skip"] = "stop",
        progress: ProgressCallback | None = None,
    ) -> ImportResult:
        """Bring rows of text in; see `workbench.services.importing.importing.import_files`."""
        from workbench.services.importing.importing import import_files

        many = files if isinstance(files, (list, tuple)) else [files]
        paths = [Path(file) if isinstance(file, str) else file for file in many]
        return import_files(
            self,
            paths,
            role=role,
            batch=batch,
            vendor=vendor,
            batch_column=batch_column,
            vendor_column=vendor_column,
            text_column=text_column,
            id_column=id_column,
            label_column=label_column,
            labels=labels,
            label_index=label_index,
            encoding=encoding,
            delimiter=delimiter,
            on_bad_row=on_bad_row,
            progress=progress,
        )

    def import_votes(
        self,
        file: str | Path,
        *,
        id_column: str | None = None,
        encoding: str = "utf-8",
        delimiter: str | None = None,
        on_bad_row: Literal["stop", "skip"] = "stop",
    ) -> ImportVotesResult:
        """Take external votes; see `workbench.services.importing.import_votes.import_votes`."""
        from workbench.services.importing.import_votes import import_votes

        return import_votes(
            self,
            Path(file),
            id_column=id_column,
            encoding=encoding,
            delimiter=delimiter,
            on_bad_row=on_bad_row,
        )

    def functions(
        self, *, load_scripts: bool = True, by: str | None = None, tag: str | None = None
    ) -> LFList:
        """List the labeling functions; see `workbench.services.lf.functions.list_functions`."""
        from workbench.services.lf.functions import list_functions

        return list_functions(self, load_scripts=load_scripts, by=by, tag=tag)

    def apply(
        self,
        *,
        only: Sequence[str] = (),
        retry: bool = False,
        n_workers: int | None = None,
        progress: ProgressCallback | None = None,
    ) -> ApplyResult:
        """Bring the votes up to date; see `workbench.services.lf.apply.apply_functions`."""
        from workbench.services.lf.apply import apply_functions

        return apply_functions(
            self, only=tuple(only), retry=retry, n_workers=n_workers, progress=progress
        )

    def aggregate(
        self,
        *,
        model: str = "auto",
        class_balance: Mapping[str, float] | str | None = None,
        seed: int | None = None,
        solver: Solver = "numpy",
    ) -> AggregateResult:
        """Fit the label models; see `workbench.services.aggregate.aggregate_votes`."""
        from workbench.services.aggregate import aggregate_votes

        return aggregate_votes(
            self, model=model, class_balance=class_balance, seed=seed, solver=solver
        )

    def train(
        self,
        *,
        seed: int | None = None,
        embeddings: bool = False,
        progress: ProgressCallback | None = None,
    ) -> TrainResult:
        """Train the end model; see `workbench.services.train.train_end_model`."""
        from workbench.services.train import train_end_model

        return train_end_model(self, seed=seed, embeddings=embeddings, progress=progress)

    def embed(
        self,
        *,
        source: str | Path | None = None,
        uids: str | Path | None = None,
        name: str | None = None,
        progress: ProgressCallback | None = None,
    ) -> EmbedResult:
        """Give the texts embeddings; see `workbench.services.embed.embed.embed_texts`."""
        from workbench.services.embed.embed import embed_texts

        matrix = Path(source) if source is not None else None
        order = Path(uids) if uids is not None else None
        return embed_texts(self, source=matrix, uids=order, name=name, progress=progress)

    def propose(
        self,
        n: int = 50,
        *,
        strategy: str = "auto",
        seed: int | None = None,
        label: str | None = None,
        where: str | None = None,
        embedder: str | None = None,
        role: str = "train",
        progress: ProgressCallback | None = None,
    ) -> ProposeResult:
        """Choose the next batch; see `workbench.services.propose.propose_batch`."""
        from workbench.services.propose import propose_batch

        return propose_batch(
            self,
            n=n,
            strategy=strategy,
            seed=seed,
            label=label,
            where=where,
            embedder=embedder,
            role=role,
            progress=progress,
        )

    def curve(
        self,
        *,
        on: str = "auto",
        embedder: str | None = None,
        seed: int | None = None,
        progress: ProgressCallback | None = None,
    ) -> CurveResult:
        """Show what labels have bought; see `workbench.services.curve.curve.curve`."""
        from workbench.services.curve.curve import curve

        return curve(self, on=on, embedder=embedder, seed=seed, progress=progress)

    def annotate(
        self,
        uid: str,
        label: str | int | None,
        *,
        annotator: str | None = None,
        note: str | None = None,
    ) -> Decision:
        """Record one decision, as the command ``annotate`` does.

        Who corrected or settled the row before does that anew. Where somebody else's correction
        stands over it, or an origin that comes first in ``labels.order``, ``standing`` says so.

        Parameters
        ----------
        uid
            The row.
        label
            The name of a class, or its index from 0; None skips the row.
        annotator
            Who decides; by default you, also after an answer of somebody else.
        note
            What is noted with it.

        Raises
        ------
        UsageError
            If the uid or the class is not known.
        """
        from workbench.services.annotate import QueueItem, Session
        from workbench.services.arguments import check_annotator
        from workbench.services.running import user
        from workbench.services.why import example_of

        item = QueueItem(example_of(self, uid).example_id, "")
        who = check_annotator(user() if annotator is None else annotator)
        if self._session is None or who != self._session.annotator:
            self._end_session()
            self._session = Session(self, annotator=who)
        if label is None:
            return self._session.pass_over(item, "skip", note=note)
        return self._session.choose(item, class_named(self, label), note=note)

    def agreement(self, *, seed: int | None = None, n_resamples: int = 1000) -> AgreementResult:
        """Compare the annotators; see `workbench.services.agreement.annotator_agreement`."""
        from workbench.services.agreement import annotator_agreement

        return annotator_agreement(self, seed=seed, n_resamples=n_resamples)

    def audit(
        self,
        *,
        by: str | None = None,
        probabilities: str | Path | None = None,
        controls: int | None = None,
        seed: int | None = None,
        progress: ProgressCallback | None = None,
    ) -> AuditResult:
        """Find suspects; see `workbench.services.audit.audit.audit_labels`."""
        from workbench.services.audit.audit import audit_labels

        path = Path(probabilities) if probabilities is not None else None
        return audit_labels(
            self, by=by, probabilities=path, controls=controls, seed=seed, progress=progress
        )

    def diagnose(
        self,
        *,
        seed: int | None = None,
        compare: Sequence[str] | None = None,
        time_column: str | None = None,
        embeddings: bool = False,
        progress: ProgressCallback | None = None,
    ) -> DiagnoseResult:
        """Measure all failures; see `workbench.services.diagnose.diagnose.diagnose`."""
        from workbench.services.diagnose.diagnose import diagnose

        return diagnose(
            self,
            seed=seed,
            compare=None if compare is None else tuple(compare),
            time_column=time_column,
            embeddings=embeddings,
            progress=progress,
        )

    def split(
        self,
        shares: Sequence[float] = (80.0, 10.0, 10.0),
        *,
        seed: int | None = None,
        progress: ProgressCallback | None = None,
    ) -> SplitResult:
        """Deal the training rows to parts; see `workbench.services.split.split_rows`."""
        from workbench.services.split import split_rows

        return split_rows(self, shares=shares, seed=seed, progress=progress)

    def export(
        self,
        path: str | Path,
        *,
        format: str | None = None,
        role: str = "train",
        min_confidence: float | None = None,
        replace: bool = False,
        snapshot: str | None = None,
        with_split: bool = False,
        with_given: bool = False,
        with_columns: Sequence[str] = (),
        with_annotators: bool = False,
        without_duplicates: bool = False,
    ) -> ExportResult:
        """Write the cleaned set; see `workbench.services.export.export.export_labels`."""
        from workbench.services.export.export import export_labels

        return export_labels(
            self,
            Path(path),
            format=format,
            role=role,
            min_confidence=min_confidence,
            replace=replace,
            snapshot=snapshot,
            with_split=with_split,
            with_given=with_given,
            with_columns=with_columns,
            with_annotators=with_annotators,
            without_duplicates=without_duplicates,
        )

    def labels(self) -> pandas.DataFrame:
        """Return every example with its label; see `workbench.services.label_table.label_table`."""
        from workbench.services.label_table import label_table

        return label_table(self)

    def why(self, uid: str) -> Trail:
        """Return the trail of a label; see `workbench.services.why.why`."""
        from workbench.services.why import why

        return why(self, uid)

    def undo(self, *, annotator: str | None = None) -> Turned | None:
        """Undo the newest act; see `workbench.services.undo.undo`."""
        from workbench.services.undo import undo

        return undo(self, annotator=annotator)

    def redo(self, *, annotator: str | None = None) -> Turned | None:
        """Put back what was undone; see `workbench.services.undo.redo`."""
        from workbench.services.undo import redo

        return redo(self, annotator=annotator)

    def diff(self, before: str | int, after: str | int) -> DiffResult:
        """Compare two runs or snapshots; see `workbench.services.diff.diff`."""
        from workbench.services.diff import diff

        return diff(self, str(before), str(after))

    def snapshot(self, name: str) -> SnapshotResult:
        """Name the state of all labels; see `workbench.services.snapshots.take_snapshot`."""
        from workbench.services.snapshots import take_snapshot

        return take_snapshot(self, name)

    def status(self) -> Status:
        """Return where the project stands; see `workbench.services.status.status`."""
        from workbench.services.status import status

        return status(self)

    def close(self) -> None:
        """End the annotation session, if there is one, and close the database."""
        self._end_session()
        super().close()

    def _end_session(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None


@checked
def open(path: str | Path = ".") -> Project:
    """Open the project that a folder lies in.

    Parameters
    ----------
    path
        The project's folder or one below it.

    Raises
    ------
    ProjectError
        If there is no project.
    """
    return Project(find_project(Path(path)))


@checked
def init(
    path: str | Path,
    classes: Sequence[str],
    *,
    text_column: str = "text",
    id_column: str = "id",
    label_column: str = "label",
    seed: int = 0,
) -> Project:
    """Make a project and open it; see `workbench.services.project.init_project`."""
    columns = {"text_column": text_column, "id_column": id_column, "label_column": label_column}
    return Project(init_project(Path(path), classes, **columns, seed=seed))
