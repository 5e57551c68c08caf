"""A laptop that sleeps in the middle of an answer, and a process that is stopped."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncGenerator, Callable
from pathlib import Path

import pytest
from tests.cli.program import bookwheel, finish, start
from tests.cli.scenes import QUESTION, use
from tests.support.openai_server import OpenAIServer
from tests.support.wire_replies import Gate, Reply, chunk

from bookwheel.engine.llms.openai import read_timeout
from bookwheel.engine.llms.openai.models import OpenAI
from bookwheel.engine.schema import ChatMessage, MessageRole
from bookwheel.errors import ModelStreamCutError

HOUR_S = 3_600.0


class Asleep:
    """A clock that goes on while the machine sleeps; `hours` are those that it has slept."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.hours = 0

    def __call__(self) -> float:
        return self._clock() + self.hours * HOUR_S


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Asleep:
    asleep = Asleep(read_timeout._since_boot)  # pyright: ignore[reportPrivateUsage]
    monkeypatch.setattr(read_timeout, "_since_boot", asleep)
    monkeypatch.setattr(read_timeout, "LOOK_EVERY_S", 0.02)
    monkeypatch.setattr(read_timeout, "WAKE_GRACE_S", 0.1)
    return asleep


@pytest.fixture
async def server() -> AsyncGenerator[OpenAIServer]:
    async with OpenAIServer() as server:
        yield server


async def answer(server: OpenAIServer, *, after_first: Callable[[], None]) -> str:
    """The text of an answer during which something happens after its first piece."""
    llm = OpenAI(model="m", api_key="k", base_url=server.base_url, timeout=HOUR_S / 2)
    text = ""
    stream = await llm.astream_chat([ChatMessage(MessageRole.USER, "How fast?")])
    async for piece in stream:
        if not text:
            after_first()
        text += piece.delta or ""
    return text


@pytest.mark.fault("N29")
async def test_an_hour_of_sleep_counts_as_silence(server: OpenAIServer, clock: Asleep) -> None:
    server.replies.append(Reply([chunk({"content": "Well"}), Gate()]))

    def sleep() -> None:
        clock.hours = 1

    async with asyncio.timeout(20):
        with pytest.raises(ModelStreamCutError, match="no data for") as cut:
            await answer(server, after_first=sleep)
    assert cut.value.partial == "Well"


@pytest.mark.fault("N29")
async def test_what_comes_soon_after_waking_goes_on(
    server: OpenAIServer, clock: Asleep, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_timeout, "WAKE_GRACE_S", 20.0)
    server.replies.append(Reply([chunk({"content": "Well"}), chunk({"content": "!"}), chunk({}, finish_reason="stop")]))

    def sleep() -> None:
        clock.hours = 1

    assert await answer(server, after_first=sleep) == "Well!"


@pytest.mark.fault("N29")
async def test_an_answer_whose_process_was_stopped_longer_than_the_timeout_ends(notes: Path) -> None:
    async with OpenAIServer() as server:
        use(server, "timeout_s = 1.0")
        server.replies.append(Reply([chunk({"content": "Eleven "}), Gate()]))
        process = await start("ask", QUESTION, str(notes))
        assert process.stdout is not None
        await asyncio.wait_for(process.stdout.readexactly(len("Eleven")), 40)
        process.send_signal(signal.SIGSTOP)
        try:
            await asyncio.sleep(1.1)  # the fault itself: stopped for longer than the timeout
        finally:
            process.send_signal(signal.SIGCONT)
        ended = await asyncio.wait_for(finish(process), 40)
    assert ended.code == 1
    assert "no data for 1 second" in ended.err
    shown = await bookwheel("sessions", "show", "last")
    assert "Eleven" in shown.out
