"""The one thread that writes what people decide, in the order of their keys."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from workbench.services.annotate import Session
from workbench.services.arguments import check_annotator
from workbench.services.project import Project
from workbench.services.running import user

T = TypeVar("T")


class Writer:
    """A thread with a connection of its own: a slow disk or a locked file never holds the screen.

    Parameters
    ----------
    root
        The project's folder.
    annotator
        Who decides; the user's name by default.

    Attributes
    ----------
    annotator : str
        Who decides.
    """

    def __init__(self, root: Path, annotator: str | None = None) -> None:
        self.annotator = check_annotator(annotator or user())
        self._root = root
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="writer")
        self._project: Project | None = None
        self._session: Session | None = None
        self._version = -1
        self.n_waiting = 0

    async def decide(self, act: Callable[[Session], T]) -> T:
        """Run an act in the sitting, after all that were asked for before it."""
        return await self._run(lambda: act(self._open_session()))

    async def write(self, act: Callable[[Project], T], *, in_sitting: bool = False) -> T:
        """Run a service that changes the project, after all that was asked for before it.

        Parameters
        ----------
        act
            The service.
        in_sitting
            Whether the sitting goes on: who decides takes decisions back, too.
        """

        def run() -> T:
            if not in_sitting:
                # An act of the whole project begins behind the decisions that were made until now.
                self._close_session()
            return act(self._open())

        return await self._run(run)

    async def written(self) -> None:
        """Wait until all that was asked for is written."""
        if self.n_waiting:
            await self._run(lambda: None)

    async def end_sitting(self) -> None:
        """End the run of the sitting; the next decision begins another."""
        if self._session is not None or self.n_waiting:
            await self._run(self._close_session)

    async def become(self, annotator: str) -> None:
        """Let another person decide, after all that was asked for before.

        Raises
        ------
        UsageError
            If it is no name.
        """
        name = check_annotator(annotator)

        def change() -> None:
            self._close_session()
            self.annotator = name

        await self._run(change)

    async def data_version(self) -> int:
        """Return a number that changes when anybody but this thread commits."""
        return await self._run(self._look)

    def _look(self) -> int:
        project = self._open()
        version = project.data_version()
        if version != self._version:
            self._version = version
            project.reload_classes()
        return version

    async def close(self) -> None:
        """Write what waits, end the sitting and close the connection."""
        try:
            await self._run(self._close)
        finally:
            self._thread.shutdown(wait=False)

    async def _run(self, act: Callable[[], T]) -> T:
        self.n_waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, act)
        finally:
            self.n_waiting -= 1

    def _open(self) -> Project:
        if self._project is None:
            self._project = Project(self._root)
        return self._project

    def _open_session(self) -> Session:
        if self._session is None:
            self._session = Session(self._open(), annotator=self.annotator)
        return self._session

    def _close_session(self) -> None:
        if self._session is not None:
            session, self._session = self._session, None
            session.close()

    def _close(self) -> None:
        try:
            self._close_session()
        finally:
            if self._project is not None:
                self._project.close()
                self._project = None
