"""One run of any workflow: tools, questions, foreign events, limits, and exactly one end."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.support.desk import Scripted, Workflows, desk, words

from bookwheel.assistant.assistant import Assistant
from bookwheel.assistant.run_costs import RunLimits
from bookwheel.assistant.updates import EventRowsReset
from bookwheel.engine.events import (
    AgentInput,
    AgentOutput,
    AgentStream,
    Event,
    HumanResponseEvent,
    InputRequiredEvent,
    StopEvent,
    ToolCall,
    ToolCallResult,
)
from bookwheel.engine.llms.mock import MockLLM, MockReply
from bookwheel.engine.record import EventRecord
from bookwheel.engine.schema import ChatMessage, MessageRole, ToolSelection, Usage
from bookwheel.engine.tool_output import ToolOutput
from bookwheel.engine.tools.function_tool import FunctionTool
from bookwheel.engine.workflow.context import Context
from bookwheel.transcript.blocks import AnswerBlock, EventBlock, InputBlock, NoticeBlock, ToolBlock


async def finish(assistant: Assistant, question: str = "Q?", mode: str | None = None) -> dict[str, Any]:
    run_id = await assistant.ask(question, mode=mode)
    return dict((await assistant.wait_finished(run_id)).data)


def multiply(a: int, b: int) -> int:
    """Multiply two numbers."""
    return a * b


def calls(*selections: ToolSelection, text: str = "") -> MockReply:
    return MockReply(text=text, tool_calls=selections)


def blocks_of(assistant: Assistant, kind: type) -> list[Any]:
    return [block for block in assistant.sessions.transcript.blocks if isinstance(block, kind)]


async def next_question(assistant: Assistant) -> EventRecord:
    async for record in assistant.records():
        if record.data.get("is_a", record.type) == "InputRequiredEvent":
            return record
    raise AssertionError("the desk was closed before it asked")


async def test_an_agent_shows_its_words_its_call_and_its_answer(tmp_path: Path) -> None:
    llm = MockLLM([calls(ToolSelection("c1", "multiply", {"a": 6, "b": 7}), text="Let me see."), "It is 42."])
    workflows = Workflows(llm, tools=[FunctionTool.from_defaults(multiply)])
    async with desk(tmp_path, workflows, mode="agent") as assistant:
        finished = await finish(assistant)
        assert finished["response"] == "It is 42."
        before, after = blocks_of(assistant, AnswerBlock)
        assert (before.text, after.text) == ("Let me see.", "It is 42.")
        (tool,) = blocks_of(assistant, ToolBlock)
        assert (tool.tool_name, tool.tool_kwargs, tool.output, tool.status) == (
            "multiply", {"a": 6, "b": 7}, "42", "closed",
        )  # fmt: skip
        assert tool.duration_s is not None


async def test_a_tool_waits_for_approval_and_receives_the_answer(tmp_path: Path) -> None:
    tool = FunctionTool.from_defaults(multiply, requires_approval=True)
    llm = MockLLM([calls(ToolSelection("c1", "multiply", {"a": 6, "b": 7})), "Done."])
    async with desk(tmp_path, Workflows(llm, tools=[tool]), mode="agent") as assistant:
        run_id = await assistant.ask("Multiply!")
        question = await next_question(assistant)
        request_id = str(question.data["request_id"])
        assert assistant.status.phase == "waiting"
        assert assistant.status.waiting_requests == (request_id,)
        assert not await assistant.respond("another", "once")
        assert await assistant.respond(request_id, "once")
        assert not await assistant.respond(request_id, "once")
        finished = await assistant.wait_finished(run_id)
        assert finished.data["error"] is None
        (block,) = blocks_of(assistant, InputBlock)
        assert (block.tool_name, block.response, block.status) == ("multiply", "once", "closed")
        records = await assistant.sessions.event_detail(
            assistant.sessions.transcript and rows_of_kind(assistant, "ask")[0]
        )
        assert [record.type for record in records] == ["InputRequiredEvent", "HumanResponseEvent"]


def rows_of_kind(assistant: Assistant, kind: str) -> list[Any]:
    subscription = assistant.subscribe()
    rows = next(update.rows for update in subscription.take() if isinstance(update, EventRowsReset))
    subscription.close()
    return [row for row in rows if row.kind == kind]


async def test_a_refused_tool_is_named_in_the_end(tmp_path: Path) -> None:
    tool = FunctionTool.from_defaults(multiply, requires_approval=True)
    llm = MockLLM([calls(ToolSelection("c1", "multiply", {"a": 6, "b": 7})), "Then not."])
    async with desk(tmp_path, Workflows(llm, tools=[tool]), mode="agent") as assistant:
        run_id = await assistant.ask("Multiply!")
        question = await next_question(assistant)
        await assistant.respond(str(question.data["request_id"]), "deny", reason="too dear")
        finished = await assistant.wait_finished(run_id)
        assert finished.data["status"] == "completed"
        error = finished.data["error"]
        assert isinstance(error, dict)
        assert error["type"] == "denied"
        assert "multiply" in str(error["message"])
        assert not blocks_of(assistant, NoticeBlock)


@pytest.mark.fault("A5")
async def test_an_answer_that_comes_after_the_cancel_is_ignored(tmp_path: Path) -> None:
    """A5: the tool must not run because of a yes that came a moment too late."""
    ran: list[int] = []

    def dangerous() -> str:
        """Do it."""
        ran.append(1)
        return "done"

    tool = FunctionTool.from_defaults(dangerous, requires_approval=True)
    llm = MockLLM([calls(ToolSelection("c1", "dangerous", {})), "Never."])
    async with desk(tmp_path, Workflows(llm, tools=[tool]), mode="agent") as assistant:
        await assistant.ask("Go!")
        question = await next_question(assistant)
        await assistant.cancel()
        assert not await assistant.respond(str(question.data["request_id"]), "once")
        (block,) = blocks_of(assistant, InputBlock)
        assert block.status == "cut"
        (tool_block,) = blocks_of(assistant, ToolBlock)
        assert tool_block.status == "cut"
    assert ran == []


class Progress(Event):
    """A user's own event."""

    msg: str


class Approval(InputRequiredEvent):
    """A user's own kind of question."""


class Summary(StopEvent):
    """A user's own kind of end."""

    summary: str = ""


async def test_a_users_own_events_pass_through_by_their_names(tmp_path: Path) -> None:
    async def body(ctx: Context[Any]) -> object:
        ctx.write_event_to_stream(Progress(msg="half", extra={"n": 1}))
        answer = await ctx.wait_for_event(HumanResponseEvent, waiter_event=Approval(prefix="Sure?", user_name="Laurie"))
        return Summary(summary=f"{answer.get('response')} by {answer.get('user_name')}")

    async with desk(tmp_path, Workflows(custom=Scripted(body)), mode="workflow") as assistant:
        run_id = await assistant.ask("Go")
        question = await next_question(assistant)
        assert (question.type, question.data["is_a"]) == ("Approval", "InputRequiredEvent")
        await assistant.respond(str(question.data["request_id"]), "yes")
        finished = await assistant.wait_finished(run_id)
        assert finished.data["status"] == "completed"
        progress, end = blocks_of(assistant, EventBlock)
        assert (progress.type, progress.data) == ("Progress", {"msg": "half", "extra": {"n": 1}})
        assert (end.type, end.data["summary"]) == ("Summary", "yes by Laurie")


async def test_a_result_that_was_not_streamed_is_streamed_at_the_end(tmp_path: Path) -> None:
    async def body(_ctx: Context[Any]) -> object:
        return {"answer": 42}

    async with desk(tmp_path, Workflows(custom=Scripted(body)), mode="workflow") as assistant:
        finished = await finish(assistant)
        assert finished["response"] == '{\n  "answer": 42\n}'
        (block,) = blocks_of(assistant, AnswerBlock)
        assert block.text == finished["response"]


async def test_an_answer_given_whole_is_one_delta_before_its_output(tmp_path: Path) -> None:
    async def body(ctx: Context[Any]) -> object:
        ctx.write_event_to_stream(AgentInput(input=[ChatMessage(content="Q")], current_agent_name="Agent"))
        output = AgentOutput(response=ChatMessage(MessageRole.ASSISTANT, "Whole."), current_agent_name="Agent")
        ctx.write_event_to_stream(output)
        return output

    async with desk(tmp_path, Workflows(custom=Scripted(body)), mode="workflow") as assistant:
        feed = assistant.records()
        assert (await finish(assistant))["response"] == "Whole."
    assert [record.type async for record in feed] == [
        "RunStarted", "AgentInput", "AgentStream", "AgentOutput", "RunFinished",
    ]  # fmt: skip


async def test_a_replayed_tool_call_is_shown_once(tmp_path: Path) -> None:
    """LlamaIndex replays the step of a tool that asks a human; the second `ToolCall` is the same one."""
    call = {"tool_name": "t", "tool_kwargs": {"x": 1}, "tool_id": "a"}

    async def body(ctx: Context[Any]) -> object:
        ctx.write_event_to_stream(ToolCall(**call))
        ctx.write_event_to_stream(ToolCall(**call))
        ctx.write_event_to_stream(ToolCallResult(**call, tool_output=ToolOutput("ok", "t", {}, "ok")))
        ctx.write_event_to_stream(ToolCall(**call))
        return "end"

    async with desk(tmp_path, Workflows(custom=Scripted(body)), mode="workflow") as assistant:
        await finish(assistant)
        assert [block.status for block in blocks_of(assistant, ToolBlock)] == ["closed", "cut"]


@pytest.mark.parametrize("streams_first", [False, True])
async def test_a_workflow_that_raises_is_a_failed_run(tmp_path: Path, streams_first: bool) -> None:
    async def body(ctx: Context[Any]) -> object:
        if streams_first:
            ctx.write_event_to_stream(AgentStream(delta="Half"))
        raise ValueError("wrong thing")

    async with desk(tmp_path, Workflows(custom=Scripted(body)), mode="workflow") as assistant:
        finished = await finish(assistant)
        assert finished["status"] == "failed"
        assert "wrong thing" in str(finished["error"])
        assert finished["response"] == ("Half" if streams_first else "")


async def test_an_object_that_is_not_a_workflow_is_a_failed_run(tmp_path: Path) -> None:
    workflows = Workflows()
    workflows.custom = object()  # type: ignore[assignment] - what a user may name by mistake
    async with desk(tmp_path, workflows, mode="workflow") as assistant:
        finished = await finish(assistant)
        assert finished["status"] == "failed"
        assert "run" in str(finished["error"])


async def test_the_time_limit_stops_a_run_and_says_so(tmp_path: Path) -> None:
    llm = MockLLM([MockReply(text=words(10_000), delay_s=0.002)])
    async with desk(tmp_path, Workflows(llm), limits=RunLimits(time_limit_s=2.0)) as assistant:
        finished = await finish(assistant)
        assert finished["status"] == "failed"
        assert dict(finished["error"])["type"] == "LimitReachedError"
        assert str(finished["response"]).startswith("word0")
        assert llm.streams_open == 0


async def test_usage_is_the_endpoints_count_or_marked_as_an_estimate(tmp_path: Path) -> None:
    llm = MockLLM([MockReply(text="Counted.", usage=Usage(1000, 20)), "Not counted at all."])
    async with desk(tmp_path, Workflows(llm)) as assistant:
        first = await finish(assistant)
        second = await finish(assistant)
    assert first["usage"] == {
        "prompt_tokens": 1000, "completion_tokens": 20, "total_tokens": 1020, "estimated": False,
    }  # fmt: skip
    estimated = dict(second["usage"])
    assert estimated["estimated"] is True
    assert estimated["completion_tokens"] == len("Not counted at all.") // 4
    assert first["ttft_s"] is not None
    assert first["duration_s"] >= first["ttft_s"]


class Flood:
    """A handler whose events are all there at once and which never suspends."""

    ctx = None

    def __init__(self, count: int) -> None:
        self.count = count
        self.sent = 0

    async def stream_events(self) -> AsyncIterator[object]:
        for _ in range(self.count):
            self.sent += 1
            yield AgentStream(delta="x" * 8)
        yield StopEvent()

    def run(self, *, user_msg: str, chat_history: object = None) -> "Flood":
        return self


@pytest.mark.fault("A8")
async def test_a_flood_of_events_leaves_time_for_other_tasks(tmp_path: Path) -> None:
    workflows = Workflows()
    flood = workflows.custom = Flood(30_000)  # type: ignore[assignment] - a handler without await and cancel
    async with desk(tmp_path, workflows, mode="workflow") as assistant, asyncio.TaskGroup() as tasks:
        run_id = await assistant.ask("Flood")
        waiting = tasks.create_task(assistant.wait_finished(run_id))
        longest = 0
        while not waiting.done():
            before = flood.sent
            await asyncio.sleep(0)
            longest = max(longest, flood.sent - before)
        assert waiting.result().data["status"] == "completed"
        assert longest < flood.count // 2
