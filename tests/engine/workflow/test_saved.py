"""What a saved context keeps: models, messages, events at work; what it refuses; and pickles, by name alone."""

import asyncio
import json
import pickle
import threading
from typing import Any

import pytest
from pydantic import BaseModel

from bookwheel.engine.agents.base_agent import FunctionAgent
from bookwheel.engine.events import Event, HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent
from bookwheel.engine.llms.mock import MockLLM, MockReply
from bookwheel.engine.node_links import RelatedNodeInfo
from bookwheel.engine.schema import (
    ChatMessage,
    Document,
    NodeWithScore,
    QueryBundle,
    TextNode,
    ToolSelection,
    Usage,
)
from bookwheel.engine.workflow.context import Context
from bookwheel.engine.workflow.pickling import JsonPickleSerializer, PickleSerializer
from bookwheel.engine.workflow.saved import JsonSerializer
from bookwheel.engine.workflow.step_decorator import step
from bookwheel.engine.workflow.workflow import Workflow
from bookwheel.errors import WorkflowCancelledByUser, WorkflowRuntimeError


class Profile(BaseModel):
    name: str
    tags: set[str] = set()


class Ask(Event):
    profile: Profile


class State(BaseModel):
    profile: Profile | None = None
    count: int = 0


async def saved_and_restored(value: Any, serializer: Any = None) -> Any:
    ctx = Context()
    await ctx.store.set("value", value)
    data = json.loads(json.dumps(ctx.to_dict(serializer=serializer)))
    return await Context.from_dict(None, data, serializer=serializer).store.get("value")


@pytest.mark.parametrize(
    "value",
    [
        Profile(name="Ada", tags={"x"}),
        [ChatMessage("hi"), ChatMessage("assistant", "", tool_calls=[ToolSelection("c1", "add", {"a": 1})])],
        {"deep": [Ask(profile=Profile(name="Ada"), extra=1)]},
        StopEvent(result=3),
        [NodeWithScore(TextNode("cats", {"page": 3}, relationships={"1": RelatedNodeInfo("d")}), 0.5)],
        {"documents": [Document("cats", {"file_name": "a.txt"}, "d")], "asked": QueryBundle("cats?")},
    ],
)
async def test_models_messages_and_events_come_back_as_they_were(value: Any) -> None:
    assert await saved_and_restored(value) == value
    assert JsonSerializer().deserialize(JsonSerializer().serialize(value)) == value


async def test_a_class_that_is_not_found_again_is_refused_by_name() -> None:
    class Local(BaseModel):
        x: int = 1

    with pytest.raises(WorkflowRuntimeError, match=r"state\.value is a Local, a class inside a function"):
        await saved_and_restored(Local())
    data = {"version": 1, "state": {"value": {"$model": "no_such_module:Thing", "fields": {}}}, "unfinished": None}
    with pytest.raises(WorkflowRuntimeError, match="a Thing of the module no_such_module, which is not loaded"):
        Context.from_dict(None, data)
    data["state"] = {"value": {"$model": "subprocess:Popen", "fields": {}}}
    with pytest.raises(WorkflowRuntimeError, match="Popen"):
        Context.from_dict(None, data)


async def test_a_value_without_a_serializer_is_refused_by_its_path() -> None:
    with pytest.raises(WorkflowRuntimeError, match=r"state\.value is a object"):
        await saved_and_restored(object())
    with pytest.raises(WorkflowRuntimeError, match=r"state\.value\.0 is nan"):
        await saved_and_restored([float("nan")])
    circle: list[Any] = []
    circle.append(circle)
    with pytest.raises(WorkflowRuntimeError, match=r"state\.value contains itself"):
        await saved_and_restored(circle)
    with pytest.raises(WorkflowRuntimeError, match="a dictionary, not a list"):
        Context.from_dict(None, [])  # type: ignore[arg-type]


async def test_what_a_pickle_refuses_is_named() -> None:
    with (
        pytest.warns(UserWarning, match="can run code"),
        pytest.raises(WorkflowRuntimeError, match=r"state\.value\.conn is a lock"),
    ):
        await saved_and_restored({"conn": threading.Lock()}, PickleSerializer())
    with (
        pytest.warns(UserWarning, match="can run code"),
        pytest.raises(WorkflowRuntimeError, match="a value that PickleSerializer cannot read"),
    ):
        Context.from_dict(None, {"version": 1, "state": {"value": {"$serialized": "abcd"}}}, PickleSerializer())


async def test_pickles_are_read_only_with_their_serializer_and_warn() -> None:
    with pytest.warns(UserWarning, match="can run code"):
        assert await saved_and_restored({1, 2}, PickleSerializer()) == {1, 2}
    assert JsonPickleSerializer is PickleSerializer
    ctx = Context()
    await ctx.store.set("value", {1})
    with pytest.warns(UserWarning, match="can run code"):
        data = ctx.to_dict(serializer=PickleSerializer())
    with pytest.raises(WorkflowRuntimeError, match="serializer"):
        Context.from_dict(None, data)
    with pytest.warns(UserWarning, match="can run code"), pytest.raises((pickle.UnpicklingError, EOFError)):
        PickleSerializer().deserialize("")


class Asking(Workflow):
    @step
    async def begin(self, ctx: Context[State], ev: StartEvent) -> Ask:
        async with ctx.store.edit_state() as state:
            state.profile = Profile(name="Ada")
        return Ask(profile=Profile(name="Ada"))

    @step
    async def end(self, ctx: Context[State], ev: Ask) -> StopEvent:
        answer = await ctx.wait_for_event(HumanResponseEvent, InputRequiredEvent(prefix="?"))
        state = await ctx.store.get_state()
        return StopEvent(result=(type(ev.profile), state.profile, answer.response))


async def test_an_event_at_work_and_a_typed_state_keep_their_models() -> None:
    workflow = Asking(timeout=5)
    handler = workflow.run()
    async for event in handler.stream_events():
        if isinstance(event, InputRequiredEvent):
            break
    data = json.loads(json.dumps(handler.ctx.to_dict()))
    await handler.cancel_run()
    resumed = workflow.run(ctx=Context.from_dict(workflow, data))
    resumed.ctx.send_event(HumanResponseEvent(response="yes"))
    assert await resumed == (Profile, Profile(name="Ada"), "yes")


class AsksAnAgent(Workflow):
    def __init__(self, llm: MockLLM) -> None:
        super().__init__(timeout=5)
        self.agent = FunctionAgent(llm=llm)

    @step
    async def begin(self, ctx: Context, ev: StartEvent) -> StopEvent:
        output = await self.agent.run("What is it?")
        answer = await ctx.wait_for_event(HumanResponseEvent, InputRequiredEvent(prefix="?"))
        return StopEvent(result=f"{output} {answer.response}")


async def test_an_agent_that_had_answered_inside_of_a_step_is_not_asked_again() -> None:
    workflow = AsksAnAgent(MockLLM([MockReply(text="A bookwheel.", usage=Usage(3, 4))]))
    handler = workflow.run()
    async for event in handler.stream_events():
        if isinstance(event, InputRequiredEvent):
            break
    data = json.loads(json.dumps(handler.ctx.to_dict()))
    await handler.cancel_run()
    elsewhere = AsksAnAgent(MockLLM([]))
    resumed = elsewhere.run(ctx=Context.from_dict(elsewhere, data))
    resumed.ctx.send_event(HumanResponseEvent(response="Yes."))
    assert await resumed == "A bookwheel. Yes."


async def test_a_group_of_errors_of_a_step_stays_a_group() -> None:
    class Gathers(Workflow):
        @step
        async def begin(self, ev: StartEvent) -> StopEvent:
            async with asyncio.TaskGroup() as group:
                group.create_task(asyncio.sleep(0))
                raise ValueError("no")

    caught = []
    try:
        await Gathers().run()
    except* ValueError as errors:
        caught = list(errors.exceptions)
    assert [str(error) for error in caught] == ["no"]


async def test_a_handler_can_be_asked_as_a_future_is() -> None:
    class Waits(Workflow):
        @step
        async def begin(self, ev: StartEvent) -> StopEvent:
            if ev.get("fails"):
                raise ValueError("no")
            await ev.gate.wait()
            return StopEvent(result=1)

    gate = asyncio.Event()
    handler = Waits().run(gate=gate)
    assert (handler.done(), handler.cancelled()) == (False, False)
    with pytest.raises(asyncio.InvalidStateError):
        handler.result()
    gate.set()
    assert await handler == handler.result() == handler.ctx.get_result() == 1
    assert (handler.done(), handler.exception(), handler.cancel()) == (True, None, False)
    assert [type(event).__name__ async for event in handler.ctx.stream_events()] == ["StopEvent"]

    failed = Waits().run(fails=True)
    await failed.stop_event_result()
    assert isinstance(failed.exception(), ValueError)
    with pytest.raises(ValueError, match="no"):
        failed.result()

    stopped = Waits().run(gate=asyncio.Event())
    await asyncio.sleep(0)
    assert stopped.cancel()
    with pytest.raises(WorkflowCancelledByUser):
        await stopped
    assert stopped.cancelled()
