"""Real LlamaIndex workflows on a scripted server: what the tests of this folder run, and `bookwheel run` as well.

As a module of its own (`agents:asking_agent`) it finds its server by `BOOKWHEEL_TEST_SERVER`.
"""

import asyncio
import os
import sys
from collections.abc import Callable

import httpx
from llama_index.core.agent.workflow import AgentWorkflow, FunctionAgent
from llama_index.core.workflow import (
    Context,
    Event,
    HumanResponseEvent,
    InputRequiredEvent,
    StartEvent,
    StopEvent,
    Workflow,
    step,
)
from llama_index.llms.openai import OpenAI


def model(base_url: str = "", client: httpx.AsyncClient | None = None) -> OpenAI:
    """LlamaIndex's own client; it knows the windows of OpenAI's models only, and leaves `client` open."""
    url = base_url or os.environ["BOOKWHEEL_TEST_SERVER"]
    return OpenAI(
        model="gpt-4o-mini", api_base=url, api_key="sk-test", max_retries=0, timeout=20.0, async_http_client=client
    )


def multiply(a: int, b: int) -> int:
    """Multiply two numbers."""
    return a * b


def divide(a: int, b: int) -> float:
    """Divide two numbers."""
    return a / b


async def wait_forever() -> str:
    """Wait for what never comes."""
    await asyncio.Event().wait()
    return "never"


async def dangerous_task(ctx: Context) -> str:
    """A task that a human has to allow."""
    answer = await ctx.wait_for_event(
        HumanResponseEvent,
        waiter_id="allow",
        waiter_event=InputRequiredEvent(prefix="Are you sure you want to proceed?", user_name="Laurie"),
        requirements={"user_name": "Laurie"},
    )
    return "done" if answer.response == "yes" else "not allowed"


class Approval(InputRequiredEvent):
    """A question of a user's class, with its own fields."""

    level: int = 0
    reason: str = ""


async def two_questions(ctx: Context) -> str:
    """Asks twice, the second time by another class."""
    first = await ctx.wait_for_event(
        HumanResponseEvent, waiter_id="first", waiter_event=InputRequiredEvent(prefix="First?", step="one"),
        requirements={"step": "one"},
    )  # fmt: skip
    second = await ctx.wait_for_event(
        HumanResponseEvent, waiter_id="second", waiter_event=Approval(prefix="Second?", level=2, reason="twice"),
        requirements={"level": 2},
    )  # fmt: skip
    return f"{first.response} and {second.response}"


def agent(llm: OpenAI, *tools: Callable[..., object]) -> AgentWorkflow:
    """One agent with tools."""
    return AgentWorkflow.from_tools_or_functions(list(tools), llm=llm, system_prompt="You are a helpful assistant.")


def team(llm: OpenAI) -> AgentWorkflow:
    """Two agents, of which the first hands over to the second."""
    researcher = FunctionAgent(
        name="Researcher", description="Looks things up.", system_prompt="Look it up.", llm=llm, tools=[multiply],
        can_handoff_to=["Writer"],
    )  # fmt: skip
    writer = FunctionAgent(
        name="Writer", description="Writes it up.", system_prompt="Write it up.", llm=llm, tools=[], can_handoff_to=[]
    )
    return AgentWorkflow(agents=[researcher, writer], root_agent="Researcher")


class Progress(Event):
    """An event of a class unknown to Bookwheel."""

    msg: str
    share: float


class Steps(Workflow):
    """No agent at all: two steps, and events with declared and with dynamic fields."""

    @step
    async def begin(self, ctx: Context, ev: StartEvent) -> Progress:
        ctx.write_event_to_stream(Progress(msg=f"looking at {ev.user_msg}", share=0.5, place={"page": 3}))
        return Progress(msg="half", share=0.5)

    @step
    async def end(self, ctx: Context, ev: Progress) -> StopEvent:
        return StopEvent(result={"answer": "all of it", "share": ev.share * 2})


class Sentence(Workflow):
    """Ends with text."""

    @step
    async def answer(self, ev: StartEvent) -> StopEvent:
        return StopEvent(result=f"{ev.user_msg}? Indeed.")


class Failing(Workflow):
    """Raises in a step."""

    @step
    async def answer(self, ev: StartEvent) -> StopEvent:
        raise ValueError("the vase is broken")


class Exiting(Workflow):
    """Wants to end the program."""

    @step
    async def answer(self, ev: StartEvent) -> StopEvent:
        sys.exit(9)


class Hanging(Workflow):
    """Takes longer than it may."""

    @step
    async def answer(self, ev: StartEvent) -> StopEvent:
        await asyncio.Event().wait()
        return StopEvent()


class Topical(StartEvent):
    """Wants another field than `user_msg`."""

    topic: str


class ByTopic(Workflow):
    """Is started by its own event."""

    @step
    async def answer(self, ev: Topical) -> StopEvent:
        return StopEvent(result=ev.topic)


def asking_agent() -> AgentWorkflow:
    """For `bookwheel run`: an agent whose tool asks."""
    return agent(model(), dangerous_task)


def calculator() -> AgentWorkflow:
    """For `bookwheel run`: an agent that multiplies."""
    return agent(model(), multiply)
