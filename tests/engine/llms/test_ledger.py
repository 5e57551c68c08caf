"""The ledger: nothing is spent beyond a limit, whatever the calls take."""

from __future__ import annotations

import asyncio

import pytest

from bookwheel.engine.llms.ledger import CallLimits, Ledger, Prices
from bookwheel.engine.llms.metered import MeteredLLM
from bookwheel.engine.llms.mock import MockLLM, MockReply
from bookwheel.engine.schema import ChatMessage, Usage
from bookwheel.errors import LimitReachedError

ASKED = [ChatMessage(content="How long is the bridge?" * 10)]


async def test_a_call_that_does_not_fit_is_refused_before_it_is_made() -> None:
    ledger = Ledger(CallLimits(max_calls=1))
    ledger.settle(await ledger.reserve(ASKED, 100), Usage(50, 20))
    with pytest.raises(LimitReachedError) as refused:
        await ledger.reserve(ASKED, 100)
    assert refused.value.limit == "calls"
    assert (ledger.calls, ledger.tokens) == (1, 70)


async def test_the_output_is_cut_to_what_is_left() -> None:
    ledger = Ledger(CallLimits(max_tokens=500))
    reservation = await ledger.reserve(ASKED, 1_000)
    assert reservation.bound.total_tokens == 500


async def test_a_share_is_kept_for_writing() -> None:
    ledger = Ledger(CallLimits(max_calls=4, reserve=0.25))
    for _ in range(3):
        ledger.settle(await ledger.reserve(ASKED, 100), Usage(1, 1))
    with pytest.raises(LimitReachedError):
        await ledger.reserve(ASKED, 100)
    assert (await ledger.reserve(ASKED, 100, writing=True)).max_tokens == 100


async def test_a_call_waits_while_another_may_free_enough() -> None:
    ledger = Ledger(CallLimits(max_tokens=900))
    first = await ledger.reserve(ASKED, 600)
    async with asyncio.TaskGroup() as tasks:
        second = tasks.create_task(ledger.reserve(ASKED, 600, least=400))
        await asyncio.sleep(0)
        assert not second.done()
        ledger.settle(first, Usage(60, 10))
    assert second.result().max_tokens >= 400


async def test_a_count_beyond_what_a_call_can_take_is_named_and_not_believed() -> None:
    ledger = Ledger(CallLimits(max_tokens=10_000), Prices(prompt=1.0, completion=2.0))
    reservation = await ledger.reserve(ASKED, 100)
    counted = ledger.settle(reservation, Usage(1_000_000, 5))
    assert counted.usage == Usage(reservation.bound.prompt_tokens, 5)
    assert "1000005" in counted.notice
    assert ledger.tokens <= 10_000


async def test_what_is_not_counted_is_estimated_within_the_reservation() -> None:
    ledger = Ledger(CallLimits(max_tokens=10_000))
    reservation = await ledger.reserve(ASKED, 10)
    counted = ledger.settle(reservation, None, "word " * 1_000)
    assert counted.estimated
    assert counted.usage.completion_tokens == 10


@pytest.mark.parametrize("limits", [CallLimits(max_tokens=700), CallLimits(max_cost=0.0008), CallLimits(max_calls=2)])
async def test_nothing_is_spent_beyond_any_limit(limits: CallLimits) -> None:
    ledger = Ledger(limits, Prices(prompt=1.0, completion=2.0))
    llm = MeteredLLM(MockLLM([MockReply(text="nine", usage=Usage(90, 80))]), ledger)
    answered = 0
    for _ in range(50):
        try:
            answered += (await llm.achat(ASKED)).message.content == "nine"
        except LimitReachedError:
            break
    assert 0 < answered < 50
    assert ledger.tokens <= (limits.max_tokens or ledger.tokens)
    assert ledger.cost <= (limits.max_cost or ledger.cost)
    assert ledger.calls <= (limits.max_calls or ledger.calls)
