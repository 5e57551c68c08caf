"""Starts all tasks and threads of the engine that run beside their caller."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import threading
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeVar

T = TypeVar("T")

# The attribute of an owner that holds its semaphore.
_SLOTS = "__bookwheel_slots__"


def start_task(
    work: Coroutine[Any, Any, T], *, name: str, when_done: Callable[[asyncio.Task[T]], None]
) -> asyncio.Task[T]:
    """Start `work` as a task; `when_done` is called with the task at its end, also if it was cancelled before it began.

    The caller keeps a reference to the task and cancels it.
    """
    task = asyncio.create_task(work, name=name)
    task.add_done_callback(when_done)
    return task


def run_slots(owner: object, count: int | None) -> AbstractAsyncContextManager[Any]:
    """A semaphore for at most `count` runs of `owner` at a time on the running loop; None means no limit."""
    if count is None:
        return contextlib.nullcontext()
    loop = asyncio.get_running_loop()
    attributes = vars(owner)
    # A semaphore belongs to one loop, and a workflow may run on several loops, one after the other.
    known: tuple[asyncio.AbstractEventLoop, asyncio.Semaphore] | None = attributes.get(_SLOTS)
    if known is None or known[0] is not loop:
        known = attributes[_SLOTS] = (loop, asyncio.Semaphore(count))
    return known[1]


async def in_thread(call: Callable[[], T], *, name: str) -> T:
    """Run a blocking call in a separate daemon thread and wait for it.

    A cancellation stops the wait at once, but not the thread. asyncio's thread pool is not used, because the program
    would wait at exit for a call that hangs.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()
    context = contextvars.copy_context()

    def settle(give: Callable[[], None]) -> None:
        if not done.done():
            give()

    def work() -> None:
        outcome: Callable[[], None]
        try:
            result = context.run(call)
        except StopIteration as error:
            # A future refuses StopIteration.
            outcome = _failing(done, RuntimeError(f"StopIteration: {error}"))
        except BaseException as error:  # noqa: BLE001 - what the call raises is raised where it is awaited
            outcome = _failing(done, error)
        else:
            outcome = lambda: done.set_result(result)  # noqa: E731
        # The loop may be closed when an abandoned call returns.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(settle, outcome)

    threading.Thread(target=work, name=name, daemon=True).start()
    return await done


def _failing(done: asyncio.Future[Any], error: BaseException) -> Callable[[], None]:
    return lambda: done.set_exception(error)


class StepFailedError(Exception):
    """Carries the error of a step, which may be a group of its own, out of the group of the steps."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(str(error))
        self.error = error
