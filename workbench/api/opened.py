"""A project that threads may share, and the sitting of who decides in it."""

from __future__ import annotations

from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING

from workbench.errors import WorkbenchError
from workbench.figures import NAMED_CLASSES, counted
from workbench.services.arguments import check_annotator
from workbench.services.project import Project
from workbench.services.running import user
from workbench.store.classes import LabelSet

if TYPE_CHECKING:
    from workbench.services.annotate import Session


class Opened(Project):
    """What the groups of methods share.

    Parameters
    ----------
    root
        The project's folder.

    Attributes
    ----------
    lock : threading.RLock
        Held by each call: a project has one connection, and that one transaction at a time.
    """

    def __init__(self, root: Path) -> None:
        self.lock = RLock()
        self._session: Session | None = None
        super().__init__(root)

    @property
    def label_set(self) -> LabelSet:
        """The classes as this project last saw them."""
        with self.lock:
            return super().label_set

    def __repr__(self) -> str:
        shown = ", ".join(self.config.classes[:NAMED_CLASSES])
        more = ", …" * (len(self.config.classes) > NAMED_CLASSES)
        return f"Project({str(self.root)!r}): {self._rows()}; classes {shown}{more}"

    def _rows(self) -> str:
        """Say how many rows there are, if that can be asked now: a look must not wait or fail."""
        if not self.lock.acquire(blocking=False):
            return "at work in another thread"
        try:
            return counted(self.n_rows, "row")
        except WorkbenchError:
            return "closed"
        finally:
            self.lock.release()

    def _session_of(self, annotator: str | None) -> Session:
        """Return the sitting of somebody, by default the user; it ends when another one begins."""
        from workbench.services.annotate import Session

        who = check_annotator(user() if annotator is None else annotator)
        if self._session is None or who != self._session.annotator:
            self._end_session()
            self._session = Session(self, annotator=who)
        return self._session

    def _end_session(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None
