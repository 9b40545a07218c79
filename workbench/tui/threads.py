"""Reading beside the screen, in threads that never hold the program back from its end."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


async def in_thread(call: Callable[[], T]) -> T:
    """Return what a call returns that runs in a thread of its own.

    Unlike with `asyncio.to_thread`, nothing waits for the thread when the program ends: a script
    that takes long to load must not leave an empty terminal behind.
    """
    found: Future[T] = Future()

    def run() -> None:
        found.set_running_or_notify_cancel()
        try:
            found.set_result(call())
        except BaseException as error:  # noqa: BLE001  who waits gets it
            found.set_exception(error)

    threading.Thread(target=run, name="reader", daemon=True).start()
    return await asyncio.wrap_future(found)
