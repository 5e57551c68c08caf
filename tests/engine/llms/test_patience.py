"""One deadline for many waits."""

from __future__ import annotations

import asyncio

import pytest

from bookwheel.engine.llms.openai.read_timeout import Patience


async def never() -> None:
    await asyncio.Event().wait()


async def test_a_wait_beyond_the_deadline_times_out() -> None:
    with Patience(0.01) as patience, pytest.raises(TimeoutError):
        await patience.wait(never())


async def test_data_within_the_time_is_given() -> None:
    with Patience(10) as patience:
        assert await patience.wait(asyncio.sleep(0, "piece")) == "piece"


async def test_renewing_moves_the_deadline_both_ways() -> None:
    with Patience(0.01) as patience:
        patience.renew(10)
        await patience.wait(asyncio.sleep(0.03))
        patience.renew(0.01)
        with pytest.raises(TimeoutError):
            await patience.wait(never())


async def test_a_pause_of_the_reader_does_not_count_as_endpoint_silence() -> None:
    with Patience(0.02) as patience:
        await asyncio.sleep(0.05)
        await patience.wait(asyncio.sleep(0))
        with pytest.raises(TimeoutError):
            await patience.wait(never())


async def test_a_cancellation_from_outside_is_passed_on() -> None:
    is_waiting = asyncio.Event()

    async def wait() -> None:
        with Patience(10) as patience:
            is_waiting.set()
            await patience.wait(never())

    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(wait())
        await is_waiting.wait()
        waiting.cancel()
    assert waiting.cancelled()
