"""Whatever keeps a session from being written, nothing waits for the writer for ever."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import pytest

from bookwheel.engine.record import EventRecord
from bookwheel.engine.schema import JsonObject
from bookwheel.sessions.session import Session
from bookwheel.sessions.session_store import SessionStore
from bookwheel.sessions.session_writer import SessionWriter


def record(number: int, data: JsonObject | None = None) -> EventRecord:
    return EventRecord(number, 1.0, "r1", "Noted", data or {})


@pytest.mark.timeout(60)
async def test_a_failure_that_is_not_of_the_disk_is_a_reason_too(tmp_path: Path) -> None:
    """Without memory for a line, the command waited for its session for ever, also after SIGTERM."""
    reasons: list[str] = []
    writer = SessionWriter(SessionStore(tmp_path).create("What failed?"), reasons.append)
    unwritable = cast("JsonObject", {"value": object()})
    writer.append([record(1, unwritable)])
    assert not await writer.saved()
    assert reasons == ["The session could not be saved: Object of type object is not JSON serializable."]
    assert not await writer.close()


@pytest.mark.fault("P11")
@pytest.mark.timeout(60)
async def test_a_refused_thread_is_a_reason_and_what_it_was_to_write_comes_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    changed: list[str] = []
    store = SessionStore(tmp_path)
    session = store.create("What came later?")
    writer = SessionWriter(session, lambda _reason: None)
    with monkeypatch.context() as without_threads:
        without_threads.setattr(threading.Thread, "start", refuse)
        writer.append([record(1)])
        assert not await writer.saved()
        assert writer.not_saved == "The session could not be saved: can't start new thread."
        writer.post(lambda session: changed.append(session.id))
    writer.append([record(2)], durable=True)
    assert await writer.close()
    assert changed == [session.id]

    def numbers() -> list[int]:
        read = store.open(session.id, for_writing=False)
        try:
            return [each.seq for each in read.records()]
        finally:
            read.close()

    assert await asyncio.to_thread(numbers) == [1, 2]


class UnsayableError(Exception):
    def __str__(self) -> str:
        raise SystemError("error return without exception set")


@pytest.mark.fault("P9")
@pytest.mark.timeout(60)
async def test_a_thread_that_fails_on_its_way_out_is_a_reason_too(tmp_path: Path) -> None:
    """Without memory Python fails while it returns from the function that writes, and the command never ended."""
    session = SessionStore(tmp_path).create("What failed?")
    failures = [UnsayableError()]

    class FailsOnce:
        def append(self, records: Sequence[EventRecord], *, durable: bool) -> None:
            if failures:
                raise failures.pop()
            session.append(records, durable=durable)

        def close(self) -> None:
            session.close()

    writer = SessionWriter(cast("Session", FailsOnce()), lambda _reason: None)
    writer.append([record(1)])
    assert not await writer.saved()
    assert writer.not_saved == "The session could not be saved: error return without exception set."
    writer.append([record(2)])
    assert await writer.close()
