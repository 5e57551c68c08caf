"""Workflows that wait for a human, in a process of their own: `python -m … KIND LOG [FILE]`.

The first process prints the saved context at the question and waits to be killed; a second one with that in FILE
answers "yes" and prints the result. Each step writes a line to LOG.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from bookwheel.engine.agents.agent_workflow import AgentWorkflow
from bookwheel.engine.events import Event, HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent
from bookwheel.engine.llms.mock import MockLLM
from bookwheel.engine.schema import ToolSelection
from bookwheel.engine.workflow.context import Context
from bookwheel.engine.workflow.step_decorator import step
from bookwheel.engine.workflow.workflow import Workflow


class Noting(Workflow):
    """A workflow whose steps write to the log."""

    def __init__(self, log: Path) -> None:
        super().__init__(timeout=30)
        self.log = log

    def note(self, line: str) -> None:
        with self.log.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")


class Paid(Event):
    """The order is paid."""

    order: str


class Checked(Event):
    """The order is checked."""

    order: str


class Order(Noting):
    """Pays, asks by another step, ships."""

    @step
    async def pay(self, ctx: Context, ev: StartEvent) -> Paid:
        self.note("paid")
        await ctx.store.set("order", ev.order)
        return Paid(order=ev.order)

    @step
    async def confirm(self, ev: Paid) -> InputRequiredEvent:
        self.note("asked")
        return InputRequiredEvent(prefix=f"Ship {ev.order}?")

    @step
    async def ship(self, ctx: Context, ev: HumanResponseEvent) -> StopEvent:
        self.note("shipped")
        return StopEvent(result=f"{await ctx.store.get('order')}: {ev.response}")


class Waiting(Noting):
    """Pays, asks in the middle of a step, ships."""

    @step
    async def pay(self, ev: StartEvent) -> Paid:
        self.note("paid")
        return Paid(order=ev.order)

    @step
    async def ship(self, ctx: Context, ev: Paid) -> StopEvent:
        answer = await ctx.wait_for_event(HumanResponseEvent, InputRequiredEvent(prefix="Ship?"))
        self.note("shipped")
        return StopEvent(result=f"{ev.order}: {answer.response}")


class Outer(Noting):
    """Runs a finished and a waiting workflow inside of a step."""

    @step
    async def begin(self, ev: StartEvent) -> Checked:
        self.note("begun")
        return Checked(order=ev.order)

    @step
    async def order(self, ctx: Context, ev: Checked) -> StopEvent:
        stock = await Stock(self.log).run(order=ev.order)
        handler = Order(self.log).run(order=ev.order)
        async for event in handler.stream_events():
            if isinstance(event, InputRequiredEvent):
                ctx.write_event_to_stream(event)
        result = await handler
        self.note("closed")
        return StopEvent(result=f"{result} ({stock} in stock)")


class Stock(Noting):
    """Looks into the stock."""

    @step
    async def look(self, ev: StartEvent) -> StopEvent:
        self.note("looked")
        return StopEvent(result=3)


def agent(log: Path) -> AgentWorkflow:
    """An agent whose tool runs a workflow that asks."""

    async def order(ctx: Context, name: str) -> str:
        """Order something."""
        handler = Order(log).run(order=name)
        async for event in handler.stream_events():
            if isinstance(event, InputRequiredEvent):
                ctx.write_event_to_stream(event)
        return await handler

    return AgentWorkflow.from_tools([order], llm=MockLLM([ToolSelection("c1", "order", {"name": "ink"}), "Done."]))


def resumed_agent(log: Path) -> AgentWorkflow:
    workflow = agent(log)
    workflow.agents["Agent"].llm = MockLLM(["Done."])
    return workflow


async def ask(kind: str, log: Path) -> None:
    if kind == "tool":
        handler = agent(log).run(user_msg="Order ink")
    else:
        handler = {"steps": Order, "wait": Waiting, "nested": Outer}[kind](log).run(order="ink")
    async for event in handler.stream_events():
        if isinstance(event, InputRequiredEvent):
            print(json.dumps(handler.ctx.to_dict()), flush=True)
            await asyncio.Event().wait()


async def go_on(kind: str, log: Path, saved: Path) -> None:
    workflow = resumed_agent(log) if kind == "tool" else {"steps": Order, "wait": Waiting, "nested": Outer}[kind](log)
    handler = workflow.run(ctx=Context.from_dict(workflow, json.loads(saved.read_text(encoding="utf-8"))))
    handler.ctx.send_event(HumanResponseEvent(response="yes"))
    questions = [event async for event in handler.stream_events() if isinstance(event, InputRequiredEvent)]
    print(len(questions), await handler)


if __name__ == "__main__":
    kind, *files = sys.argv[1:]
    asyncio.run(ask(kind, Path(files[0])) if len(files) == 1 else go_on(kind, Path(files[0]), Path(files[1])))
