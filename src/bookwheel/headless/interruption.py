"""Lets a coroutine wait for signals: the first asks it to stop, the second cancels it, the third ends the process."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Coroutine, Generator, Iterable
from contextlib import contextmanager

from bookwheel.errors import BookwheelError
from bookwheel.headless.exit_codes import for_signal
from bookwheel.signals import is_hangup_ignored, on_signal, woken_by_signals

_PATIENCE = 2
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interruption:
    """Whether a signal has asked this command to stop.

    Inside `handled()` the first signal only completes `wait()`: the command itself ends its work.
    Anywhere else, and the second time, the command's task is cancelled.
    """

    def __init__(self) -> None:
        self.signal: signal.Signals | None = None
        self.cancelled_by: signal.Signals | None = None
        """The first signal that was not left to the command; work that awaits nothing more ends all the same."""
        self._event = asyncio.Event()
        self._is_handled = False
        self._count = 0
        self._task: asyncio.Task[object] | None = None

    def watch(self, task: asyncio.Task[object], signals: Iterable[signal.Signals] = SIGNALS) -> None:
        """From now on `signals` stop `task`."""
        self._task = task
        for number in signals:
            on_signal(number, self.receive, is_woken=True)

    def receive(self, number: signal.Signals) -> None:
        """A signal has come."""
        self._count += 1
        self.signal = self.signal or number
        self._event.set()
        if self._count > _PATIENCE:
            os._exit(for_signal(number))  # a thread may hang in a write to a pipe that is not read
        if self._task is not None and not (self._count == 1 and self._is_handled):
            self.cancelled_by = self.cancelled_by or number
            self._task.cancel()

    @contextmanager
    def handled(self) -> Generator[None, None, None]:
        """In this context the command itself waits for signals."""
        self._is_handled = True
        try:
            yield
        finally:
            self._is_handled = False

    async def wait(self) -> None:
        """Wait for the first signal."""
        await self._event.wait()


def run_interruptible(work: Callable[[Interruption], Coroutine[object, object, int]]) -> int:
    """Run a command's coroutine and return its exit code. A signal lets its `finally` blocks run and sets the code.

    A hangup that `nohup` has this process ignore stays ignored.
    """
    interruption = Interruption()
    signals = tuple(number for number in SIGNALS if not (number is signal.SIGHUP and is_hangup_ignored()))
    early: list[signal.Signals] = []

    async def watched() -> int:
        task = asyncio.current_task()
        if task is not None:
            interruption.watch(task, signals)
        for number in early:
            interruption.receive(number)
        return await work(interruption)

    # `KeyboardInterrupt` in the middle of the loop's start would leave half a loop.
    before = signal.signal(signal.SIGINT, lambda number, _frame: early.append(signal.Signals(number)))
    try:
        with woken_by_signals() as runner:
            code = runner.run(watched())
    except asyncio.CancelledError:
        if interruption.signal is None:
            raise
        return for_signal(interruption.signal)
    except SystemExit as error:
        # Foreign code on the loop, such as a step of a real LlamaIndex workflow; the loop has stopped.
        raise BookwheelError(f"Code of the run called sys.exit({error.code!r}); the run is not complete.") from error
    finally:
        # The one of the command, which raises nothing inside an import; what follows may import how to report an error.
        signal.signal(signal.SIGINT, before)
        for number in signals[1:]:
            signal.signal(number, signal.SIG_DFL)
    return code if interruption.cancelled_by is None else for_signal(interruption.cancelled_by)
