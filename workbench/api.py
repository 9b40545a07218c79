"""The Python API: a project with one method for each service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.services.moments import reads_at_once
from workbench.services.project import Project as _Project
from workbench.services.project import find_project, init_project

if TYPE_CHECKING:
    import pandas

    from workbench.services.aggregate import AggregateResult
    from workbench.services.agreement import AgreementResult
    from workbench.services.annotate import Decision, Session
    from workbench.services.apply import ApplyResult
    from workbench.services.audit_results import AuditResult
    from workbench.services.curve import CurveResult
    from workbench.services.diff import DiffResult
    from workbench.services.embed import EmbedResult
    from workbench.services.export import ExportResult
    from workbench.services.functions import LFList
    from workbench.services.import_votes import ImportVotesResult
    from workbench.services.importing import ImportResult
    from workbench.services.propose import ProposeResult
    from workbench.services.snapshots import SnapshotResult
    from workbench.services.split import SplitResult
    from workbench.services.status import Status
    from workbench.services.trail import Trail
    from workbench.services.train import TrainResult
    from workbench.services.undo import Turned
    from workbench.services.verdicts import DiagnoseResult


class Project(_Project):
    """An opened project; each method does what the command of its name does.

    Results are frozen dataclasses. Use it as a context manager, or call `close`.

    Parameters
    ----------
    root
        The folder with ``workbench.toml``.

    Raises
    ------
    ProjectError
        If there is no project there.
    """

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self._session: Session | None = None

    def import_(
        self,
        files: str | Path | pandas.DataFrame | Sequence[str | Path | pandas.DataFrame],
        *,
        role: str = "train",
        **options: Any,
    ) -> ImportResult:
        """Bring rows of text in; see `workbench.services.importing.import_files`."""
        from workbench.services.importing import import_files

        many = files if isinstance(files, (list, tuple)) else [files]
        paths = [Path(file) if isinstance(file, str) else file for file in many]
        return import_files(self, paths, role=role, **options)

    def import_votes(self, file: str | Path, *, id_column: str = "uid") -> ImportVotesResult:
        """Take external votes; see `workbench.services.import_votes.import_votes`."""
        from workbench.services.import_votes import import_votes

        return import_votes(self, Path(file), id_column=id_column)

    def functions(self) -> LFList:
        """List the labeling functions; see `workbench.services.functions.list_functions`."""
        from workbench.services.functions import list_functions

        return list_functions(self)

    def apply(
        self, *, only: Sequence[str] = (), retry: bool = False, n_workers: int | None = None
    ) -> ApplyResult:
        """Bring the votes up to date; see `workbench.services.apply.apply_functions`."""
        from workbench.services.apply import apply_functions

        return apply_functions(self, only=only, retry=retry, n_workers=n_workers)

    def aggregate(
        self,
        *,
        model: str = "auto",
        class_balance: Mapping[str, float] | str | None = None,
        seed: int | None = None,
    ) -> AggregateResult:
        """Fit the label models; see `workbench.services.aggregate.aggregate_votes`."""
        from workbench.services.aggregate import aggregate_votes

        return aggregate_votes(self, model=model, class_balance=class_balance, seed=seed)

    def train(self, *, seed: int | None = None, embeddings: bool = False) -> TrainResult:
        """Train the end model; see `workbench.services.train.train_end_model`."""
        from workbench.services.train import train_end_model

        return train_end_model(self, seed=seed, embeddings=embeddings)

    def embed(self, *, source: str | Path | None = None, name: str | None = None) -> EmbedResult:
        """Give the texts embeddings; see `workbench.services.embed.embed_texts`."""
        from workbench.services.embed import embed_texts

        path = Path(source) if source is not None else None
        return embed_texts(self, source=path, name=name)

    def propose(
        self, n: int = 50, *, strategy: str = "auto", seed: int | None = None, **options: Any
    ) -> ProposeResult:
        """Choose the next batch; see `workbench.services.propose.propose_batch`."""
        from workbench.services.propose import propose_batch

        return propose_batch(self, n=n, strategy=strategy, seed=seed, **options)

    def curve(self, *, on: str = "auto", seed: int | None = None) -> CurveResult:
        """Show what labels have bought; see `workbench.services.curve.curve`."""
        from workbench.services.curve import curve

        return curve(self, on=on, seed=seed)

    def annotate(
        self, uid: str, label: str | None, *, annotator: str | None = None, note: str | None = None
    ) -> Decision:
        """Record one decision: a label, or None to skip.

        Raises
        ------
        UsageError
            If the uid or the class is not known.
        """
        from workbench.services.annotate import Session
        from workbench.services.why import example_of

        example_id = example_of(self, uid).example_id
        if self._session is None or (annotator and annotator != self._session.annotator):
            if self._session is not None:
                self._session.close()
            self._session = Session(self, annotator=annotator)
        if label is None:
            return self._session.skip(example_id)
        return self._session.label(example_id, label, note=note)

    def agreement(self, *, seed: int | None = None) -> AgreementResult:
        """Compare the annotators; see `workbench.services.agreement.annotator_agreement`."""
        from workbench.services.agreement import annotator_agreement

        return annotator_agreement(self, seed=seed)

    def audit(
        self,
        *,
        by: str | None = None,
        probabilities: str | Path | None = None,
        seed: int | None = None,
    ) -> AuditResult:
        """Find suspects; see `workbench.services.audit.audit_labels`."""
        from workbench.services.audit import audit_labels

        path = Path(probabilities) if probabilities is not None else None
        return audit_labels(self, by=by, probabilities=path, seed=seed)

    def diagnose(self, *, seed: int | None = None, **options: Any) -> DiagnoseResult:
        """Measure all failures; see `workbench.services.diagnose.diagnose`."""
        from workbench.services.diagnose import diagnose

        return diagnose(self, seed=seed, **options)

    def split(
        self, shares: Sequence[float] = (80, 10, 10), *, seed: int | None = None
    ) -> SplitResult:
        """Deal the training rows to parts; see `workbench.services.split.split_rows`."""
        from workbench.services.split import split_rows

        return split_rows(self, shares=shares, seed=seed)

    def export(self, path: str | Path, **options: Any) -> ExportResult:
        """Write the cleaned set; see `workbench.services.export.export_labels`."""
        from workbench.services.export import export_labels

        return export_labels(self, Path(path), **options)

    @reads_at_once
    def labels(self) -> pandas.DataFrame:
        """Return every example with the label that it has now, as a DataFrame."""
        import pandas

        from workbench.services.labels import resolve_labels

        resolved = resolve_labels(self)
        return pandas.DataFrame(
            {
                "uid": self.store.examples.uids(),
                "text": self.store.examples.texts(),
                "label": [self.classes[k] if k >= 0 else None for k in resolved.labels],
                "confidence": resolved.confidence,
                "origin": [resolved.order[o] if o >= 0 else None for o in resolved.origin],
                "run": resolved.run_ids,
            }
        )

    def why(self, uid: str) -> Trail:
        """Return the trail of a label; see `workbench.services.why.why`."""
        from workbench.services.why import why

        return why(self, uid)

    def undo(self, *, annotator: str | None = None) -> Turned | None:
        """Take back the newest act; see `workbench.services.undo.undo`."""
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
        if self._session is not None:
            self._session.close()
            self._session = None
        super().close()


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


def init(path: str | Path, classes: Sequence[str], **options: Any) -> Project:
    """Make a project and open it; see `workbench.services.project.init_project`."""
    return Project(init_project(Path(path), classes, **options))
