"""The project of the Python API, and how it is opened and made."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from workbench.api.audits import AuditMethods
from workbench.api.calls import api_call, api_methods
from workbench.api.models import ModelMethods
from workbench.api.people import PeopleMethods
from workbench.api.records import RecordMethods
from workbench.api.rows import RowMethods
from workbench.services.project import find_project, init_project


@api_methods
class Project(RowMethods, ModelMethods, PeopleMethods, AuditMethods, RecordMethods):
    """An opened project; each method does what the command of its name does.

    Results are frozen dataclasses. Use it as a context manager, or call `close`. A method raises a
    `UsageError` for an argument that is not of its kind.

    Threads may share a project: calls wait for each other. For calls that do not, such as a
    training beside answers, open the project once more in each thread.

    Parameters
    ----------
    root
        The folder with ``workbench.toml``.

    Raises
    ------
    ProjectError
        If there is no project there.
    """

    @api_call
    def __init__(self, root: str | Path) -> None:
        super().__init__(Path(root))

    def close(self) -> None:
        """End the annotation session, if there is one, and close the database."""
        self._end_session()
        super().close()


@api_call
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


@api_call
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
