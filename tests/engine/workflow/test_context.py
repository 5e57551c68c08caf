"""Contexts: state under paths, waiting in place, questions that find their answers, saving."""

import asyncio
import json
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from bookwheel.engine.events import Event, HumanResponseEvent, InputRequiredEvent, Retrieval
from bookwheel.engine.workflow.context import Context, ask, for_caller, run_of
from bookwheel.engine.workflow.handler import start_run
from bookwheel.engine.workflow.questions import Caller
from bookwheel.engine.workflow.saved import JsonSerializer
from bookwheel.errors import WorkflowRuntimeError


async def test_values_lie_under_paths() -> None:
    store = Context[Any]().store
    await store.set("user.name", "Laurie")
    await store.set("scores", [1, 2])
    assert await store.get("user.name") == "Laurie"
    assert await store.get("scores.1") == 2
    assert await store.get("scores.7", "none") == "none"
    with pytest.raises(ValueError, match=r"Path 'user\.age' not found in state"):
        await store.get("user.age")
    async with store.edit_state() as state:
        state.count = 1
        state["user"]["name"] = "Ada"
    assert (await store.get("count"), await store.get("user.name")) == (1, "Ada")
    await store.clear()
    assert await store.get("count", None) is None


async def test_concurrent_edits_are_atomic() -> None:
    store = Context[Any]().store
    await store.set("n", 0)

    async def add_one() -> None:
        async with store.edit_state() as state:
            n = state["n"]
            await asyncio.sleep(0)
            state["n"] = n + 1

    await asyncio.gather(*(add_one() for _ in range(10)))
    assert await store.get("n") == 10


async def test_waiting_suspends_in_place() -> None:
    steps: list[str] = []

    async def body(ctx: Context[Any]) -> str:
        steps.append("before")
        answer = await ctx.wait_for_event(HumanResponseEvent, waiter_event=InputRequiredEvent(prefix="Name?"))
        steps.append("after")
        return answer.response

    handler = start_run(body)
    async for event in handler.stream_events():
        if isinstance(event, InputRequiredEvent):
            handler.ctx.send_event(HumanResponseEvent(response="Ada"))
    assert await handler == "Ada"
    assert steps == ["before", "after"]


async def test_an_answer_that_misses_a_requirement_is_passed_over() -> None:
    async def body(ctx: Context[Any]) -> str:
        answer = await ctx.wait_for_event(
            HumanResponseEvent, waiter_event=InputRequiredEvent(prefix="?"), requirements={"user": "Ada"}
        )
        return answer.response

    handler = start_run(body)
    await asyncio.sleep(0)
    handler.ctx.send_event(HumanResponseEvent(response="no", user="Bob"))
    handler.ctx.send_event(HumanResponseEvent(response="yes", user="Ada"))
    assert await handler == "yes"
    hidden = [type(event).__name__ async for event in handler.stream_events(expose_internal=True)]
    assert "UnhandledEvent" in hidden


async def test_several_questions_at_a_time_each_get_their_own_answer() -> None:
    async def ask(ctx: Context[Any], tool_id: str) -> str:
        mine = for_caller(ctx, Caller({"tool_id": tool_id}))
        answer = await mine.wait_for_event(HumanResponseEvent, waiter_event=InputRequiredEvent(prefix=f"{tool_id}?"))
        return f"{tool_id}={answer.response}"

    async def body(ctx: Context[Any]) -> list[str]:
        return await asyncio.gather(*(ask(ctx, tool_id) for tool_id in "abc"))

    handler = start_run(body)
    questions: list[Event] = []
    async for event in handler.stream_events():
        if isinstance(event, InputRequiredEvent):
            questions.append(event)
        if len(questions) == 3 and not handler.is_done():
            for question in reversed(questions):
                answer = HumanResponseEvent(response=question.prefix, request_id=question.request_id)
                handler.ctx.send_event(answer)
    assert [question.tool_id for question in questions] == ["a", "b", "c"]
    assert await handler == ["a=a?", "b=b?", "c=c?"]


async def test_answers_without_an_id_go_to_the_oldest_question() -> None:
    async def body(ctx: Context[Any]) -> list[str]:
        waits = (ctx.wait_for_event(HumanResponseEvent, InputRequiredEvent(prefix=str(n))) for n in range(2))
        return [answer.response for answer in await asyncio.gather(*waits)]

    handler = start_run(body)
    await asyncio.sleep(0.01)
    handler.ctx.send_event(HumanResponseEvent(response="first"))
    handler.ctx.send_event(HumanResponseEvent(response="second"))
    assert await handler == ["first", "second"]


async def test_an_answer_may_overtake_a_question_that_was_written_first() -> None:
    async def body(ctx: Context[Any]) -> str:
        ctx.write_event_to_stream(InputRequiredEvent(prefix="?"))
        await asyncio.sleep(0.01)
        return (await ctx.wait_for_event(HumanResponseEvent)).response

    handler = start_run(body)
    async for event in handler.stream_events():
        if isinstance(event, InputRequiredEvent):
            handler.ctx.send_event(HumanResponseEvent(response="soon"))
    assert await handler == "soon"


async def test_an_old_answer_is_not_used_for_a_new_question() -> None:
    async def body(ctx: Context[Any]) -> list[str]:
        first = await ctx.wait_for_event(HumanResponseEvent, InputRequiredEvent(prefix="1"))
        second = await ctx.wait_for_event(HumanResponseEvent, InputRequiredEvent(prefix="2"), timeout=0.02)
        return [first.response, second.response]

    handler = start_run(body)
    await asyncio.sleep(0)
    handler.ctx.send_event(HumanResponseEvent(response="yes"))
    handler.ctx.send_event(HumanResponseEvent(response="yes, pressed twice"))
    with pytest.raises(TimeoutError):
        await handler


@pytest.mark.fault("A5")
async def test_an_approval_takes_only_the_answer_with_its_own_id() -> None:
    async def body(ctx: Context[Any]) -> str:
        return (await ask(ctx, InputRequiredEvent(prefix="May I?", request_id="r1"))).response

    handler = start_run(body)
    await asyncio.sleep(0)
    handler.ctx.send_event(HumanResponseEvent(response="stray"))
    handler.ctx.send_event(HumanResponseEvent(response="other", request_id="r2"))
    handler.ctx.send_event(HumanResponseEvent(response="mine", request_id="r1"))
    assert await handler == "mine"


async def test_shared_state_of_tools_is_made_once_a_run() -> None:
    class Numbers:
        count = 0

    async def body(ctx: Context[Any]) -> int:
        run_of(for_caller(ctx, Caller({}))).shared(Numbers).count += 1
        run_of(ctx).shared(Numbers).count += 1
        return run_of(ctx).shared(Numbers).count

    ctx: Context[Any] = Context()
    assert [await start_run(body, ctx=ctx), await start_run(body, ctx=ctx)] == [2, 2]


async def test_a_search_names_the_tool_call_that_made_it() -> None:
    async def body(ctx: Context[Any]) -> None:
        for_caller(ctx, Caller({"tool_id": "c1"})).write_event_to_stream(Retrieval(query="x"))

    handler = start_run(body)
    await handler
    (search,) = [event async for event in handler.stream_events() if isinstance(event, Retrieval)]
    assert search.tool_id == "c1"


async def test_sending_outside_of_a_run_is_an_error() -> None:
    with pytest.raises(WorkflowRuntimeError, match="not in a run"):
        Context[Any]().send_event(Event())


async def test_saved_state_is_plain_json_and_is_restored() -> None:
    ctx: Context[Any] = Context()
    await ctx.store.set("user.tags", ["a", ("b", 1)])
    saved = json.loads(json.dumps(ctx.to_dict()))
    restored = Context.from_dict(None, saved)
    assert await restored.store.get("user.tags") == ["a", ["b", 1]]
    assert restored.to_dict() == saved


async def test_a_value_that_cannot_be_saved_is_refused_by_its_path() -> None:
    @dataclass
    class Thing:
        x: int

    ctx: Context[Any] = Context()
    await ctx.store.set("a.thing", Thing(1))
    with pytest.raises(WorkflowRuntimeError, match=r"state\.a\.thing is a Thing"):
        ctx.to_dict()
    await ctx.store.set("a", {1: "x"})
    with pytest.raises(WorkflowRuntimeError, match="key 1"):
        ctx.to_dict()


class DateSerializer:
    """As a user would write one."""

    def serialize(self, value: date) -> str:
        return value.isoformat()

    def deserialize(self, value: str) -> date:
        return date.fromisoformat(value)


async def test_a_serializer_saves_values_that_json_cannot() -> None:
    ctx: Context[Any] = Context()
    await ctx.store.set("read.on", [date(2026, 11, 23), "noon"])
    saved = json.loads(json.dumps(ctx.to_dict(serializer=DateSerializer())))
    restored = Context.from_dict(None, saved, serializer=DateSerializer())
    assert await restored.store.get("read.on") == [date(2026, 11, 23), "noon"]
    with pytest.raises(WorkflowRuntimeError, match="serializer"):
        Context.from_dict(None, saved)


async def test_the_tutorials_json_serializer_saves_as_without_one() -> None:
    ctx: Context[Any] = Context()
    await ctx.store.set("name", "Laurie")
    assert ctx.to_dict(serializer=JsonSerializer()) == ctx.to_dict()
    assert JsonSerializer().deserialize(JsonSerializer().serialize({"a": [1, None]})) == {"a": [1, None]}
    await ctx.store.set("name", date(2026, 11, 23))
    with pytest.raises(WorkflowRuntimeError, match=r"state\.name is a date"):
        ctx.to_dict(serializer=JsonSerializer())


def test_a_context_of_another_version_is_refused() -> None:
    with pytest.raises(WorkflowRuntimeError, match="version 99"):
        Context.from_dict(None, {"version": 99, "state": {}})
