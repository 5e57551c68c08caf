"""Steps that take several events: lists that were returned, one event for each parameter, subclasses."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated

import pytest

from bookwheel import (
    All,
    Collect,
    Context,
    Event,
    HumanResponseEvent,
    InputRequiredEvent,
    StartEvent,
    StopEvent,
    Take,
    Workflow,
    WorkflowValidationError,
    step,
)


class Task(Event):
    n: int


class Done(Event):
    n: int


class Part(Event):
    outer: int
    n: int


class Sum(Event):
    outer: int
    total: int


class Head(Event):
    text: str


class Tail(Event):
    text: str


class LongTail(Tail):
    pass


class Spread(Workflow):
    """Works on `count` tasks and joins the results."""

    def __init__(self, count: int) -> None:
        super().__init__(timeout=5)
        self.count = count

    @step
    async def spread(self, ev: StartEvent) -> list[Task]:
        return [Task(n=n) for n in range(self.count)]

    @step
    async def work(self, ev: Task) -> Done | None:
        return None if ev.n == 3 else Done(n=ev.n)

    @step
    async def join(self, events: list[Done]) -> StopEvent:
        return StopEvent(result=sorted(event.n for event in events))


@pytest.mark.parametrize(("count", "joined"), [(3, [0, 1, 2]), (6, [0, 1, 2, 4, 5]), (0, [])])
async def test_a_list_is_joined_once_without_dropped_items(count: int, joined: list[int]) -> None:
    assert await Spread(count).run() == joined


async def test_lists_in_lists_are_joined_from_the_inside() -> None:
    class Nested(Workflow):
        @step
        async def outer(self, ev: StartEvent) -> list[Task]:
            return [Task(n=n) for n in range(3)]

        @step
        async def inner(self, ev: Task) -> list[Part]:
            return [Part(outer=ev.n, n=n) for n in range(ev.n + 1)]

        @step
        async def add(self, events: list[Part]) -> Sum:
            return Sum(outer=events[0].outer, total=len(events))

        @step
        async def end(self, events: list[Sum]) -> StopEvent:
            return StopEvent(result=sorted((event.outer, event.total) for event in events))

    assert await Nested(timeout=5).run() == [(0, 1), (1, 2), (2, 3)]


async def test_the_first_of_a_list_are_taken_and_later_ones_dropped() -> None:
    calls: list[int] = []

    class Race(Workflow):
        @step
        async def spread(self, ev: StartEvent) -> list[Task]:
            return [Task(n=n) for n in range(4)]

        @step
        async def work(self, ev: Task) -> Done:
            return Done(n=ev.n)

        @step
        async def first(self, events: Annotated[list[Done], Collect(Take(2))]) -> StopEvent | None:
            calls.append(len(events))
            await asyncio.sleep(0)
            return StopEvent(result=len(events))

    assert await Race(timeout=5).run() == 2
    assert calls == [2]


async def test_a_step_with_two_parameters_is_called_when_both_are_there() -> None:
    class Pair(Workflow):
        @step
        async def begin(self, ctx: Context, ev: StartEvent) -> Head | Tail | None:
            ctx.send_event(Tail(text="b"))
            ctx.send_event(Head(text="a"))

        @step
        async def both(self, head: Head, tail: Tail) -> StopEvent:
            return StopEvent(result=head.text + tail.text)

    assert await Pair(timeout=5).run() == "ab"


async def test_a_step_may_take_subclasses_of_its_event() -> None:
    class Wide(Workflow):
        @step
        async def begin(self, ev: StartEvent) -> LongTail:
            return LongTail(text="long")

        @step(accept_event_subclasses=True)
        async def end(self, ev: Tail) -> StopEvent:
            return StopEvent(result=type(ev).__name__)

    assert await Wide(timeout=5).run() == "LongTail"


async def test_a_list_half_worked_on_is_joined_in_a_restored_context() -> None:
    begun: list[int] = []

    class Asking(Workflow):
        @step
        async def spread(self, ev: StartEvent) -> list[Task]:
            return [Task(n=n) for n in range(3)]

        @step
        async def work(self, ctx: Context, ev: Task) -> Done:
            begun.append(ev.n)
            if ev.n != 1:
                return Done(n=ev.n)
            answer = await ctx.wait_for_event(HumanResponseEvent, waiter_event=InputRequiredEvent(prefix="?"))
            return Done(n=answer.response)

        @step
        async def join(self, events: list[Done]) -> StopEvent:
            return StopEvent(result=sorted(event.n for event in events))

    workflow = Asking(timeout=5)
    handler = workflow.run()
    async for event in handler.stream_events():
        if isinstance(event, InputRequiredEvent):
            break
    while len(begun) < 3:
        await asyncio.sleep(0)
    saved = json.dumps(handler.ctx.to_dict())
    await handler.cancel_run()

    resumed = workflow.run(ctx=Context.from_dict(workflow, json.loads(saved)))
    resumed.ctx.send_event(HumanResponseEvent(response=7))
    assert await resumed == [0, 2, 7]
    assert sorted(begun) == [0, 1, 1, 2]

    # Saved when the last step had returned, and its end was not noted yet.
    late = json.loads(saved)
    late["unfinished"]["at_work"] = []
    assert await workflow.run(ctx=Context.from_dict(workflow, late)) == [0, 2]


class TwoLists(Workflow):
    @step
    async def begin(self, ev: StartEvent, one: list[Done], two: list[Task]) -> StopEvent:
        return StopEvent()


class Yielding(Workflow):
    @step
    async def begin(self, ev: StartEvent) -> AsyncIterator[Task]:
        yield Task(n=1)


class MarkedSingle(Workflow):
    @step
    async def begin(self, ev: Annotated[StartEvent, Collect()]) -> StopEvent:
        return StopEvent()


@pytest.mark.parametrize(
    ("workflow", "named"),
    [
        (TwoLists, "'begin' takes 3 event parameters"),
        (Yielding, "'begin' is a generator"),
        (MarkedSingle, "'begin' has Collect"),
    ],
)
def test_a_step_that_cannot_collect_is_refused_by_its_name(workflow: type[Workflow], named: str) -> None:
    with pytest.raises(WorkflowValidationError, match=named):
        workflow().validate()


@pytest.mark.parametrize("bad", [0, -1, 1.5, True])
def test_take_needs_a_number_of_events(bad: int) -> None:
    with pytest.raises(ValueError, match="integer n of 1 or more"):
        Take(bad)
    assert Collect() == Collect(All())
