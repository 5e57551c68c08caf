"""Writes a session beside the event loop: in one thread, in order, with retries when the disk was full."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

from bookwheel.engine.record import EventRecord
from bookwheel.errors import SessionError
from bookwheel.sessions.session import Session

RETRY_S = 5.0

T = TypeVar("T")


class SessionWriter:
    """Owns `session`: all its methods run in the writer's thread.

    Records that arrive during a write go into the next one together. `on_change` is called when saving
    begins to fail or works again, with the reason or "".
    """

    def __init__(self, session: Session, on_change: Callable[[str], None]) -> None:
        self.session = session
        self.not_saved = ""
        self._on_change = on_change
        self._loop = asyncio.get_running_loop()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="session")
        self._queue: list[EventRecord] = []
        self._is_durable = False
        self._is_idle = asyncio.Event()
        self._is_idle.set()
        self._retry: asyncio.TimerHandle | None = None

    def append(self, records: Sequence[EventRecord], *, durable: bool = False) -> None:
        """Queue records to be written soon; returns at once."""
        self._queue.extend(records)
        self._is_durable = self._is_durable or durable
        if self._is_idle.is_set():
            self._write()

    @property
    def is_settled(self) -> bool:
        """Whether everything appended so far was written, or could not be."""
        return self._is_idle.is_set()

    async def saved(self) -> bool:
        """Wait until everything appended so far was written, or could not be; whether all of it is on disk."""
        await self._is_idle.wait()
        return not self.not_saved

    def post(self, change: Callable[[Session], None]) -> None:
        """Change the header of the session, in order with the writes; `change` must not raise."""
        # When the system refuses a thread, the change stays queued for the one that is tried with the next write.
        with suppress(RuntimeError):
            self._thread.submit(change, self.session)

    async def call(self, work: Callable[[Session], T]) -> T:
        """Do something with the session, after the writes under way."""
        return await self._loop.run_in_executor(self._thread, work, self.session)

    async def close(self) -> bool:
        """Write what is left, release the session; whether everything is on disk."""
        await self.saved()
        if self._retry is not None:
            self._retry.cancel()
            await self._loop.run_in_executor(self._thread, _write_unwritten, self.session)
        await self._loop.run_in_executor(self._thread, self.session.close)
        self._thread.shutdown(wait=False)
        return not self.not_saved

    def _write(self) -> None:
        if self._retry is not None:
            self._retry.cancel()
            self._retry = None
        self._is_idle.clear()
        records, self._queue = self._queue, []
        durable, self._is_durable = self._is_durable, False
        try:
            writing = self._loop.run_in_executor(self._thread, _append, self.session, records, durable)
        except RuntimeError as error:
            # The system refuses a thread; what was to be written stays queued for the thread, which is tried again.
            self._ended(_unsaved(error))
        else:
            writing.add_done_callback(lambda done: self._ended(_reason_of(done)))

    def _ended(self, reason: str) -> None:
        if reason != self.not_saved:
            self.not_saved = reason
            self._on_change(reason)
        if self._queue:
            self._write()
            return
        self._is_idle.set()
        if reason:
            self._is_durable = True
            self._retry = self._loop.call_later(RETRY_S, self._write)


def _reason_of(writing: asyncio.Future[str]) -> str:
    # Without memory the thread can fail on its way in or out of `_append`.
    error = writing.exception()
    return writing.result() if error is None else _unsaved(error)


def _unsaved(error: BaseException) -> str:
    return f"The session could not be saved: {str(error) or type(error).__name__}."


def _append(session: Session, records: Sequence[EventRecord], durable: bool) -> str:
    try:
        session.append(records, durable=durable)
    except SessionError as error:
        return error.message
    except Exception as error:  # noqa: BLE001 - such as no memory: all that waits for the writer would wait for ever
        return _unsaved(error)
    return ""


def _write_unwritten(session: Session) -> None:
    _append(session, (), durable=True)
