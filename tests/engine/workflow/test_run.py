"""Runs: one closing event on every end, readers from the start, cancellation that travels, time limits."""

import asyncio
import gc
from typing import Any

import pytest

from bookwheel.engine.events import Event, StopEvent
from bookwheel.engine.workflow.context import Context, run_of
from bookwheel.engine.workflow.handler import start_run
from bookwheel.errors import (
    ModelError,
    WorkflowCancelledByUser,
    WorkflowError,
    WorkflowRuntimeError,
    WorkflowTimeoutError,
)


class Tick(Event):
    n: int


async def names(handler: Any) -> list[str]:
    return [type(event).__name__ async for event in handler.stream_events()]


async def count_to_three(ctx: Context[Any]) -> str:
    for n in range(3):
        ctx.write_event_to_stream(Tick(n=n))
        await asyncio.sleep(0)
    return "counted"


async def never_ends(ctx: Context[Any]) -> None:
    ctx.write_event_to_stream(Tick(n=0))
    with run_of(ctx).step("waiting"):
        await asyncio.Event().wait()


async def fails(ctx: Context[Any]) -> None:
    ctx.write_event_to_stream(Tick(n=0))
    with run_of(ctx).step("dividing"):
        raise ZeroDivisionError("by nothing")


async def test_every_reader_reads_from_the_start_at_its_own_pace() -> None:
    handler = start_run(count_to_three)
    whole = ["Tick", "Tick", "Tick", "StopEvent"]
    together = await asyncio.gather(names(handler), names(handler), handler)
    assert together == [whole, whole, "counted"]
    assert await names(handler) == whole
    assert (await handler, handler.is_done()) == ("counted", True)


async def test_a_run_works_without_any_reader() -> None:
    assert await start_run(count_to_three) == "counted"


async def test_a_custom_stop_event_is_itself_the_result() -> None:
    class Done(StopEvent):
        score: int

    async def body(ctx: Context[Any]) -> StopEvent:
        return Done(score=3)

    result = await start_run(body)
    assert (type(result), result.score) == (Done, 3)


async def test_cancelling_ends_the_run_once_and_raises_to_all_waiters() -> None:
    handler = start_run(never_ends)
    await asyncio.sleep(0)
    await handler.cancel_run()
    await handler.cancel_run()
    assert await names(handler) == ["Tick", "WorkflowCancelledEvent"]
    with pytest.raises(WorkflowCancelledByUser):
        await handler


async def test_a_run_cancelled_before_it_began_is_closed_too() -> None:
    handler = start_run(never_ends)
    await handler.cancel_run()
    assert await names(handler) == ["WorkflowCancelledEvent"]


async def test_a_body_that_swallows_its_cancellation_does_not_block_waiters() -> None:
    release = asyncio.Event()

    async def stubborn(ctx: Context[Any]) -> None:
        while not release.is_set():
            try:
                await release.wait()
            except asyncio.CancelledError:
                continue
        ctx.write_event_to_stream(Tick(n=1))

    handler = start_run(stubborn)
    await asyncio.sleep(0)
    await handler.cancel_run(timeout=0.01)
    assert await names(handler) == ["WorkflowCancelledEvent"]
    release.set()
    await asyncio.sleep(0.01)
    assert await names(handler) == ["WorkflowCancelledEvent"]


async def test_cancelling_a_waiter_cancels_the_run() -> None:
    handler = start_run(never_ends)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(handler, 0.01)
    assert await names(handler) == ["Tick", "WorkflowCancelledEvent"]


async def test_leaving_the_stream_does_not_cancel_the_run() -> None:
    handler = start_run(count_to_three)
    async for _ in handler.stream_events():
        break
    assert await handler == "counted"


async def test_a_failed_step_raises_its_own_error_and_names_the_step_in_its_context() -> None:
    handler = start_run(fails)
    assert await names(handler) == ["Tick", "WorkflowFailedEvent"]
    closing = await handler.stop_event_result()
    assert (closing.step_name, type(closing.exception)) == ("dividing", ZeroDivisionError)
    with pytest.raises(ZeroDivisionError, match="by nothing") as raised:
        await handler
    context = raised.value.__context__
    assert isinstance(context, WorkflowRuntimeError)
    assert str(context) == "Step 'dividing' failed: ZeroDivisionError: by nothing"


async def test_an_error_of_our_own_comes_as_it_is() -> None:
    async def body(ctx: Context[Any]) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(refuse())

    async def refuse() -> None:
        raise ModelError("refused")

    with pytest.raises(ModelError, match="refused"):
        await start_run(body)


async def test_a_failure_that_is_not_awaited_logs_nothing() -> None:
    """pytest turns the warning about an exception that was never retrieved into a failure."""
    handler = start_run(fails)
    await handler.stop_event_result()
    del handler
    gc.collect()


async def test_the_time_limit_names_the_active_steps() -> None:
    handler = start_run(never_ends, timeout=0.01)
    closing = await handler.stop_event_result()
    assert (closing.timeout, closing.active_steps) == (0.01, ["waiting"])
    with pytest.raises(WorkflowTimeoutError, match="waiting"):
        await handler


async def test_a_context_is_in_one_run_at_a_time() -> None:
    ctx: Context[Any] = Context()
    handler = start_run(never_ends, ctx=ctx)
    with pytest.raises(WorkflowError, match="has not ended"):
        start_run(count_to_three, ctx=ctx)
    await handler.cancel_run()
    assert await start_run(count_to_three, ctx=ctx) == "counted"


async def test_threads_write_to_the_stream_too() -> None:
    async def body(ctx: Context[Any]) -> None:
        await asyncio.to_thread(ctx.write_event_to_stream, Tick(n=1))

    handler = start_run(body)
    assert await names(handler) == ["Tick", "StopEvent"]


async def test_an_event_sent_after_the_end_goes_nowhere() -> None:
    handler = start_run(count_to_three)
    await handler
    handler.ctx.send_event(Tick(n=9))
    await handler.send_event(Tick(n=9))
    assert len(await names(handler)) == 4


def test_a_finished_run_can_be_read_again_in_another_loop() -> None:
    async def run() -> Any:
        handler = start_run(count_to_three)
        await handler
        return handler

    handler = asyncio.run(run())
    assert len(asyncio.run(names(handler))) == 4
