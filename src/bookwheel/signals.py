"""Signals to this program, for which a function is called however busy the event loop is, and to its children."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from types import FrameType


def on_signal(
    number: signal.Signals,
    call: Callable[[signal.Signals], object],
    *,
    at_once: Callable[[signal.Signals], object] | None = None,
    is_woken: bool = False,
) -> None:
    """From now on `number` calls `call` on the running event loop, once per arrival.

    `at_once` is called before it in the main thread, between two instructions of what runs there, also while the
    loop waits for a lock or a queue: it may take no lock and no long time.

    With `is_woken` the loop is one that `woken_by_signals` gave, and the caller puts the default back. To register a
    signal with the loop takes 0.3 ms, and 4 ms more for `inspect`, which asyncio asks whether `call` is a coroutine.

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

    if not is_woken:
        # The loop wakes up for this signal, and puts the default back when it is closed.
        loop.add_signal_handler(number, _ignore)
    # A full pair of sockets is not a fault here: Python would print the dropped byte as one.
    signal.set_wakeup_fd(signal.set_wakeup_fd(-1), warn_on_full_buffer=False)
    signal.signal(number, received)
    signal.siginterrupt(number, False)


def is_hangup_ignored() -> bool:
    """Whether this process outlives its terminal: `nohup` starts it with SIGHUP ignored."""
    return signal.getsignal(signal.SIGHUP) is signal.SIG_IGN


@contextmanager
def woken_by_signals() -> Generator[asyncio.Runner, None, None]:
    """A runner whose loop every signal wakes up, also while it is being closed."""
    reader, writer = socket.socketpair()
    with reader, writer:
        for end in (reader, writer):
            end.setblocking(False)
        before = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
        try:
            _check_descriptors()
            with asyncio.Runner() as runner:
                runner.get_loop().add_reader(reader, _empty, reader)
                yield runner
        finally:
            signal.set_wakeup_fd(before)


@contextmanager
def interruptible_runner() -> Generator[asyncio.Runner, None, None]:
    """A runner for work that handles Ctrl+C itself; before it does, Ctrl+C has the handler from before.

    After it one more Ctrl+C is ignored: who quits by pressing it twice often presses it once more. The next one ends
    the process, whatever it still waits for.

    While its loop is made the signal waits: `KeyboardInterrupt` there would leave half a loop, which fails when it is
    deleted and is printed then, on the app's screen.
    """
    early: list[int] = []
    # To block the signal would not do: another thread that sends it once more, as during an import, gets it itself.
    before = signal.signal(signal.SIGINT, lambda number, _frame: early.append(number))
    try:
        _check_descriptors()
        with asyncio.Runner() as runner:
            signal.signal(signal.SIGINT, before)
            if early:
                signal.raise_signal(signal.SIGINT)
            yield runner
    finally:
        signal.signal(signal.SIGINT, _ignore_once)


def signal_child(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    """Send a signal to a child process, unless it has ended.

    Python 3.11 and 3.12 look first whether it has, which takes its exit code away from asyncio: a process that has just
    ended then has the code 255, and "Unknown child process" is written on standard error.
    """
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.kill(process.pid, number)


def _check_descriptors() -> None:
    """Raise OSError where a loop could not have its three descriptors: half a loop fails aloud when it is deleted."""
    one, other = socket.socketpair()
    with one, other:
        os.close(os.dup(one.fileno()))


def _empty(reader: socket.socket) -> None:
    with suppress(BlockingIOError, InterruptedError):
        reader.recv(4096)


def _ignore_once(number: int, _frame: FrameType | None) -> None:
    signal.signal(number, signal.SIG_DFL)


def _ignore() -> None:
    """What has to be done is done by the handler itself."""
