"""Calls a function of the app or the command line for a signal, however busy the event loop is."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress
from types import FrameType


def on_signal(
    number: signal.Signals,
    call: Callable[[signal.Signals], object],
    *,
    at_once: Callable[[signal.Signals], object] | None = None,
    is_further: bool = False,
) -> None:
    """From now on `number` calls `call` on the running event loop, once per arrival.

    `at_once` is called before it in the main thread, between two instructions of what runs there, also while the
    loop waits for a lock or a queue: it may take no lock and no long time.

    With `is_further` the loop has such a signal already and will be woken up; the caller then puts the default back.
    To register one with the loop takes 0.3 ms.

    asyncio alone loses a signal: it arrives as one byte in the pair of sockets that wakes the loop, and each
    `call_soon_threadsafe` puts another byte in there. About 280 fill it, such as the keys of a long line that was typed
    ahead; the byte of the signal is then dropped, and the program runs on.
    """
    loop = asyncio.get_running_loop()

    def received(_number: int, _frame: FrameType | None) -> None:
        if at_once is not None:
            at_once(number)
        with suppress(RuntimeError):  # the loop has been closed
            loop.call_soon_threadsafe(call, number)

    if not is_further:
        # The loop wakes up for this signal, and puts the default back when it is closed.
        loop.add_signal_handler(number, _ignore)
    # A full pair of sockets is not a fault here: Python would print the dropped byte as one.
    signal.set_wakeup_fd(signal.set_wakeup_fd(-1), warn_on_full_buffer=False)
    signal.signal(number, received)
    signal.siginterrupt(number, False)


def _ignore() -> None:
    """What has to be done is done by the handler itself."""
