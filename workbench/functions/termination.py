"""SIGTERM and SIGHUP end a process that has workers as Ctrl-C does.

By default they end it at once. Its workers follow, but not what users' code has started in sessions
of their own: nobody would be left to end that.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TypeAlias

_Handler: TypeAlias = signal.Handlers | Callable[[int, FrameType | None], None]

_SIGNALS = (signal.SIGTERM, signal.SIGHUP)

_reasons: set[object] = set()


def heed_for(reason: object) -> None:
    """Heed the signals while a worker is there, where the program does nothing else with them."""
    _reasons.add(reason)
    _replace(signal.SIG_DFL, _stop)


def done_with(reason: object) -> None:
    """Leave the signals alone again after the last worker."""
    _reasons.discard(reason)
    if not _reasons:
        _replace(_stop, signal.SIG_DFL)


@contextmanager
def heeded() -> Iterator[None]:
    """Heed the signals throughout, with workers or between them."""
    reason = object()
    heed_for(reason)
    try:
        yield
    finally:
        done_with(reason)


def _replace(before: _Handler, handler: _Handler) -> None:
    if threading.current_thread() is not threading.main_thread():
        return  # only there can it be done
    for number in _SIGNALS:
        if signal.getsignal(number) is before:
            signal.signal(number, handler)


def _stop(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
