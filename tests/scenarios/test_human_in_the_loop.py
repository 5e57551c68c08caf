"""The tutorial's human in the loop: a dangerous task that needs approval."""

from typing import Any

import pytest
from tests.scenarios.events import outline
from tests.support.openai_server import OpenAIServer
from tests.support.wire_replies import call, say

from bookwheel import AgentWorkflow, Context, HumanResponseEvent, InputRequiredEvent, OpenAI

_started: list[str] = []


async def dangerous_task(ctx: Context[Any]) -> str:
    """A dangerous task that requires human confirmation."""
    _started.append("again")
    ctx.write_event_to_stream(InputRequiredEvent(prefix="Are you sure you want to proceed?", user_name="Laurie"))
    response = await ctx.wait_for_event(HumanResponseEvent, requirements={"user_name": "Laurie"})
    if response.response.strip().lower() == "yes":
        return "Dangerous task completed successfully."
    return "Dangerous task aborted."


async def dangerous_task_in_one_step(ctx: Context[Any]) -> str:
    """As the newer pages do it: the question goes out with the wait for its answer."""
    _started.append("again")
    response = await ctx.wait_for_event(
        HumanResponseEvent,
        waiter_id="Are you sure you want to proceed?",
        waiter_event=InputRequiredEvent(prefix="Are you sure you want to proceed?", user_name="Laurie"),
        requirements={"user_name": "Laurie"},
    )
    if response.response.strip().lower() == "yes":
        return "Dangerous task completed successfully."
    return "Dangerous task aborted."


@pytest.mark.parametrize("tool", [dangerous_task, dangerous_task_in_one_step])
@pytest.mark.parametrize(("typed", "outcome"), [("yes", "completed successfully"), ("no", "aborted")])
async def test_the_task_waits_for_its_human_and_starts_once(
    server: OpenAIServer, llm: OpenAI, tool: Any, typed: str, outcome: str
) -> None:
    """LlamaIndex starts the tool anew when the answer comes, and asks twice in the first style."""
    _started.clear()
    server.replies += [call((tool.__name__, {})), say("That is how it went.")]
    workflow = AgentWorkflow.from_tools_or_functions(
        [tool], llm=llm, system_prompt="You are a helpful assistant that can perform dangerous tasks."
    )

    handler = workflow.run(user_msg="I want to proceed with the dangerous task.")
    events = []
    async for event in handler.stream_events():
        events.append(event)
        if isinstance(event, InputRequiredEvent):
            handler.ctx.send_event(HumanResponseEvent(response="yes!", user_name="Somebody else"))
            handler.ctx.send_event(HumanResponseEvent(response=typed, user_name=event.user_name))
    response = await handler

    assert str(response) == "That is how it went."
    assert _started == ["again"]
    assert outcome in server.chats[1].json["messages"][-1]["content"]
    assert outline(events) == [
        "AgentInput Agent", "AgentStream Agent", "AgentOutput Agent", f"ToolCall {tool.__name__}",
        "InputRequiredEvent", f"ToolCallResult {tool.__name__}", "AgentInput Agent", "AgentStream Agent",
        "AgentOutput Agent", "StopEvent",
    ]  # fmt: skip


async def test_a_run_that_waits_is_saved_and_answered_in_another_process(server: OpenAIServer, llm: OpenAI) -> None:
    server.replies += [call(("dangerous_task_in_one_step", {})), say("That is how it went.")]
    workflow = AgentWorkflow.from_tools_or_functions([dangerous_task_in_one_step], llm=llm)
    handler = workflow.run(user_msg="Go ahead.")
    async for event in handler.stream_events():
        if isinstance(event, InputRequiredEvent):
            saved = handler.ctx.to_dict()
            user_name = event.user_name
            break
    await handler.cancel_run()

    restored = Context.from_dict(workflow, saved)
    again = workflow.run(ctx=restored)
    again.ctx.send_event(HumanResponseEvent(response="yes", user_name=user_name))
    # The question was shown before the context was saved.
    assert not [event async for event in again.stream_events() if isinstance(event, InputRequiredEvent)]
    assert str(await again) == "That is how it went."
    assert len(server.chats) == 2  # the model is not asked again for what it had said
