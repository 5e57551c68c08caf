"""Numbers people pay with: the cost of a run and a session, the price of a prompt, and limits that stop both."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.support.desk import Folder, Workflows

from bookwheel.assistant.assistant import Assistant
from bookwheel.assistant.run_costs import RunLimits
from bookwheel.engine.llms.mock import MockLLM
from bookwheel.engine.llms.price_table import ModelPrice
from bookwheel.errors import LimitReachedError
from bookwheel.sessions.session_store import SessionStore
from bookwheel.transcript.blocks import NoticeBlock


@dataclass
class Priced(Workflows):
    """Scripted parts whose model has a price."""

    price: ModelPrice | None = None
    window: int = 1_000


@asynccontextmanager
async def opened(
    home: Path, price: ModelPrice | None, limits: RunLimits | None = None, *, words: int = 1
) -> AsyncGenerator[Assistant]:
    assistant = Assistant(
        workflows=Priced(price=price, llm=MockLLM(["Sliding windows are cheaper [1]. " * words])),
        library=Folder(),
        sessions=SessionStore(home / "sessions"),
        limits=limits,
    )
    await assistant.start()
    try:
        yield assistant
    finally:
        await assistant.aclose()


DEAR = ModelPrice(prompt=1_000.0, completion=1_000.0)


async def test_the_cost_of_a_run_is_shown_and_that_of_the_session_is_saved(tmp_path: Path) -> None:
    async with opened(tmp_path, DEAR) as assistant:
        finished = await assistant.wait_finished(await assistant.ask("What is cheaper?"))
        usage = finished.run_finished.usage if finished.run_finished is not None else None
        assert usage is not None
        cost = (usage.prompt_tokens + usage.completion_tokens) / 1_000
        assert assistant.status.cost == pytest.approx(cost)
        await assistant.wait_finished(await assistant.ask("And cheaper still?"))
        assert assistant.status.session_cost > cost
        assert (assistant.status.context_share or 0) > 0
    (info,) = await asyncio.to_thread(SessionStore(tmp_path / "sessions").list)
    assert info.cost == pytest.approx(assistant.status.session_cost)


async def test_an_unknown_price_is_not_counted_as_free(tmp_path: Path) -> None:
    async with opened(tmp_path, None) as assistant:
        await assistant.wait_finished(await assistant.ask("What is cheaper?"))
        assert (assistant.status.cost, assistant.status.session_cost) == (None, 0.0)
        assert assistant.costs.estimate(400)[1] is None


async def test_the_price_of_a_prompt_is_known_before_it_is_sent(tmp_path: Path) -> None:
    async with opened(tmp_path, ModelPrice(prompt=1.0)) as assistant:
        short, long = assistant.costs.estimate(10), assistant.costs.estimate(40_000)
        assert long[0] - short[0] == pytest.approx(10_000, abs=10)
        assert (long[1] or 0) == pytest.approx(long[0] / 1_000_000)


async def test_a_run_that_costs_too_much_is_stopped_and_keeps_what_came(tmp_path: Path) -> None:
    async with opened(tmp_path, DEAR, RunLimits(max_cost=0.001), words=2_000) as assistant:
        finished = await assistant.wait_finished(await assistant.ask("What is cheaper?"))
    event = finished.run_finished
    assert event is not None
    assert event.error is not None
    assert 0 < len(event.response) < 2_000 * len("Sliding windows are cheaper [1]. ")
    assert (event.status, event.error.type) == ("cancelled", "LimitReachedError")
    assert "limits.max_cost ($0.0010)" in event.error.message


async def test_a_session_that_has_cost_too_much_takes_no_further_question(tmp_path: Path) -> None:
    async with opened(tmp_path, DEAR, RunLimits(max_session_cost=0.001)) as assistant:
        await assistant.wait_finished(await assistant.ask("What is cheaper?"))
        with pytest.raises(LimitReachedError, match="This session has cost"):
            await assistant.ask("And cheaper still?")
        await assistant.sessions.new()
        await assistant.wait_finished(await assistant.ask("And cheaper still?"))


async def test_a_limit_that_cannot_hold_says_so_with_the_question(tmp_path: Path) -> None:
    async with opened(tmp_path, None, RunLimits(max_cost=0.01)) as assistant:
        await assistant.wait_finished(await assistant.ask("What is cheaper?"))
        (notice,) = [block for block in assistant.sessions.transcript.blocks if isinstance(block, NoticeBlock)]
    assert notice.text.startswith("The limit on cost has no effect: the price of mock is not known")
