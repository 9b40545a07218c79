"""Where the project stands, what was done, and whether it is whole."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from workbench.api.calls import api_methods
from workbench.api.opened import Opened

if TYPE_CHECKING:
    from workbench.services.backup import BackupResult
    from workbench.services.diff import DiffResult
    from workbench.services.history import RunDetails
    from workbench.services.snapshots import SnapshotResult
    from workbench.services.status import Status
    from workbench.services.trail import Trail
    from workbench.services.verify import VerifyResult
    from workbench.store.runs import Run
    from workbench.types import ProgressCallback


@api_methods
class RecordMethods(Opened):
    """Status, lineage and the file."""

    def status(self) -> Status:
        """Return where the project stands; see `workbench.services.status.status`."""
        from workbench.services.status import status

        return status(self)

    def why(self, uid: str) -> Trail:
        """Return the trail of a label; see `workbench.services.why.why`."""
        from workbench.services.why import why

        return why(self, uid)

    def log(
        self,
        *,
        kind: str | None = None,
        since: str | None = None,
        until: str | None = None,
        agent: str | None = None,
        outcome: str | None = None,
        limit: int = 50,
    ) -> tuple[Run, ...]:
        """List the runs; see `workbench.services.history.log`."""
        from workbench.services.history import log

        return log(
            self, kind=kind, since=since, until=until, agent=agent, outcome=outcome, limit=limit
        )

    def show(self, run_id: int) -> RunDetails:
        """Return one run with what it found; see `workbench.services.history.show`."""
        from workbench.services.history import show

        return show(self, run_id)

    def diff(self, before: str | int, after: str | int) -> DiffResult:
        """Compare two runs or snapshots; see `workbench.services.diff.diff`."""
        from workbench.services.diff import diff

        return diff(self, str(before), str(after))

    def snapshot(self, name: str) -> SnapshotResult:
        """Name the state of all labels; see `workbench.services.snapshots.take_snapshot`."""
        from workbench.services.snapshots import take_snapshot

        return take_snapshot(self, name)

    def verify(self, *, progress: ProgressCallback | None = None) -> VerifyResult:
        """Prove that the database is whole; see `workbench.services.verify.verify_folder`."""
        from workbench.services.verify import verify_folder

        return verify_folder(self.root, progress=progress)

    def backup(self, path: str | Path, *, replace: bool = False) -> BackupResult:
        """Write a copy of the database; see `workbench.services.backup.backup`."""
        from workbench.services.backup import backup

        return backup(self, Path(path), replace=replace)
