"""Workflows of one's own: routing by annotation, workers, retries, checks before the run, saving and going on."""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from dataclasses import dataclass
from typing import Annotated, Any

import pytest

from bookwheel.engine.events import (
    Event,
    HumanResponseEvent,
    InputRequiredEvent,
    StartEvent,
    StopEvent,
    WorkflowFailedEvent,
    WorkflowIdleEvent,
)
from bookwheel.engine.workflow.context import Context
from bookwheel.engine.workflow.resources import Resource
from bookwheel.engine.workflow.retry import ConstantDelayRetryPolicy, ExponentialBackoffRetryPolicy
from bookwheel.engine.workflow.step_decorator import step
from bookwheel.engine.workflow.workflow import Workflow
from bookwheel.errors import WorkflowRuntimeError, WorkflowTimeoutError, WorkflowValidationError


class Job(Event):
    n: int


class Done(Event):
    n: int


class Progress(Event):
    msg: str


class FanOut(Workflow):
    """Sends five jobs and gathers them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.at_once = 0
        self.most_at_once = 0

    @step
    async def begin(self, ctx: Context, ev: StartEvent) -> Job | None:
        for n in range(ev.jobs):
            ctx.send_event(Job(n=n))
        return None

    @step(num_workers=2)
    async def work(self, ctx: Context, ev: Job) -> Done:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0)
        ctx.write_event_to_stream(Progress(msg=f"job {ev.n}"))
        self.at_once -= 1
        return Done(n=ev.n)

    @step
    async def gather(self, ctx: Context, ev: Done) -> StopEvent | None:
        done = ctx.collect_events(ev, [Done] * 5)
        return None if done is None else StopEvent(result=[event.n for event in done])


async def test_events_go_to_the_steps_that_take_them() -> None:
    workflow = FanOut()
    handler = workflow.run(jobs=5)
    shown = [event.msg async for event in handler.stream_events() if isinstance(event, Progress)]
    assert sorted(shown) == [f"job {n}" for n in range(5)]
    assert sorted(await handler) == [0, 1, 2, 3, 4]
    assert workflow.most_at_once == 2


async def test_an_instance_runs_several_times() -> None:
    workflow = FanOut()
    first, second = workflow.run(jobs=5), workflow.run(jobs=5)
    assert sorted(await first) == sorted(await second)


async def test_events_of_different_classes_are_collected_in_the_order_asked() -> None:
    class Two(Workflow):
        @step
        async def begin(self, ctx: Context, ev: StartEvent) -> Job | Done | None:
            ctx.send_event(Done(n=1))
            ctx.send_event(Job(n=2))
            ctx.send_event(Job(n=3))
            return None

        @step
        async def join(self, ctx: Context, ev: Job | Done) -> StopEvent | None:
            both = ctx.collect_events(ev, [Job, Job, Done])
            return None if both is None else StopEvent(result=[(type(e).__name__, e.n) for e in both])

    assert await Two().run() == [("Job", 2), ("Job", 3), ("Done", 1)]


async def test_a_list_of_events_is_sent_one_by_one_and_plain_functions_are_steps() -> None:
    class Listed(Workflow):
        @step
        def begin(self, ev: StartEvent) -> list[Job]:
            self.thread = threading.get_ident()
            return [Job(n=1), Job(n=2)]

    @step(workflow=Listed)
    async def finish(ctx: Context, ev: Job) -> StopEvent | None:
        both = ctx.collect_events(ev, [Job, Job])
        return StopEvent(result=len(both)) if both else None

    workflow = Listed()
    assert await workflow.run() == 2
    assert workflow.thread != threading.get_ident()


async def test_a_failed_step_is_tried_again_as_its_policy_says() -> None:
    class Shaky(Workflow):
        attempts = 0

        @step(retry_policy=ConstantDelayRetryPolicy(maximum_attempts=3, delay=0))
        async def begin(self, ev: StartEvent) -> StopEvent:
            self.attempts += 1
            if self.attempts < ev.works_at:
                raise ValueError(f"attempt {self.attempts}")
            return StopEvent(result=self.attempts)

    assert await Shaky().run(works_at=3) == 3
    handler = Shaky().run(works_at=4)
    with pytest.raises(ValueError, match="attempt 3") as raised:
        await handler
    assert "Step 'begin' failed: ValueError: attempt 3" in str(raised.value.__context__)
    assert handler.get_stop_event().attempts == 3


def test_backing_off_doubles_up_to_a_limit() -> None:
    policy = ExponentialBackoffRetryPolicy(maximum_attempts=5, initial_delay=1, multiplier=2, max_delay=3)
    assert [policy.next(0, attempts, ValueError()) for attempts in range(1, 6)] == [1, 2, 3, 3, None]


async def test_the_first_stop_event_ends_the_running_steps() -> None:
    cancelled: list[int] = []

    class Race(Workflow):
        @step
        async def begin(self, ev: StartEvent) -> list[Job]:
            return [Job(n=1), Job(n=2)]

        @step
        async def run_job(self, ev: Job) -> StopEvent:
            if ev.n == 2:
                return StopEvent(result="second")
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                cancelled.append(ev.n)
                raise
            return StopEvent(result="first")

    assert await Race().run() == "second"
    assert cancelled == [1]


async def test_a_question_returned_by_a_step_is_answered_into_the_next() -> None:
    class Greeter(Workflow):
        @step
        async def ask(self, ev: StartEvent) -> InputRequiredEvent:
            return InputRequiredEvent(prefix="Your name? ")

        @step
        async def greet(self, ev: HumanResponseEvent) -> StopEvent:
            return StopEvent(result=f"Hello, {ev.response}.")

    handler = Greeter().run()
    async for event in handler.stream_events():
        if isinstance(event, InputRequiredEvent):
            handler.ctx.send_event(HumanResponseEvent(response="Ada"))
    assert await handler == "Hello, Ada."


async def test_an_own_start_event_gets_the_arguments_of_run() -> None:
    class Begin(StartEvent):
        topic: str

    class Typed(Workflow):
        @step
        async def begin(self, ev: Begin) -> StopEvent:
            return StopEvent(result=ev.topic)

    assert await Typed().run(topic="ants") == "ants"
    assert await Typed().run(start_event=Begin(topic="bees")) == "bees"
    with pytest.raises(WorkflowValidationError, match="topic"):
        Typed().run()


async def test_a_step_may_name_the_class_of_the_state() -> None:
    class Typed(Workflow):
        @step
        async def begin(self, ctx: Context[Counter], ev: StartEvent) -> StopEvent:
            async with ctx.store.edit_state() as state:
                state.count += 1
            return StopEvent(result=await ctx.store.get("count"))

    workflow = Typed()
    handler = workflow.run()
    assert await handler == 1
    restored = Context.from_dict(workflow, json.loads(json.dumps(handler.ctx.to_dict())))
    assert await workflow.run(ctx=restored) == 2


@dataclass
class Counter:
    count: int = 0


class NoSteps(Workflow):
    pass


class NeverStops(Workflow):
    @step
    async def begin(self, ev: StartEvent) -> None: ...


class NobodyTakes(Workflow):
    @step
    async def begin(self, ev: StartEvent) -> Job | StopEvent: ...


class NobodyReturns(Workflow):
    @step
    async def begin(self, ev: StartEvent) -> StopEvent: ...

    @step
    async def idle(self, ev: Job) -> StopEvent: ...


class NoStart(Workflow):
    @step
    async def begin(self, ev: HumanResponseEvent) -> StopEvent: ...


class NoReturn(Workflow):
    @step
    async def begin(self, ev: StartEvent): ...


class TwoEvents(Workflow):
    @step
    async def begin(self, ev: StartEvent, other: Job) -> StopEvent: ...


class Untyped(Workflow):
    @step
    async def begin(self, ev) -> StopEvent: ...


class UnknownName(Workflow):
    @step
    async def begin(self, ev: NoSuchEvent) -> StopEvent: ...  # noqa: F821 - the unknown name is meant


@pytest.mark.parametrize(
    ("workflow", "named"),
    [
        (NoSteps, "NoSteps has no steps"),
        (NeverStops, "No step of NeverStops returns a StopEvent"),
        (NobodyTakes, "The step 'begin' of NobodyTakes returns Job, which no step takes"),
        (NobodyReturns, "The step 'idle' of NobodyReturns takes Job, which no step returns"),
        (NoStart, "StartEvent"),
        (NoReturn, "The step 'begin' has no return annotation"),
        (TwoEvents, "takes Job, which no step returns"),
        (Untyped, "The step 'begin' has a parameter 'ev'"),
        (UnknownName, "NoSuchEvent"),
    ],
)
def test_an_invalid_workflow_is_refused_before_the_run(workflow: type[Workflow], named: str) -> None:
    with pytest.raises(WorkflowValidationError, match=named):
        workflow().run()


async def test_a_run_with_nothing_left_to_do_is_an_error() -> None:
    class DeadEnd(Workflow):
        @step
        async def begin(self, ev: StartEvent) -> StopEvent | None:
            return None

    with pytest.raises(WorkflowRuntimeError, match="DeadEnd has nothing left to do"):
        await DeadEnd().run()


async def test_an_idle_run_goes_on_with_an_event_from_outside() -> None:
    class Later(Event):
        n: int

    class Waiting(Workflow):
        @step
        async def begin(self, ev: StartEvent) -> Later | None:
            return None

        @step
        async def end(self, ev: Later) -> StopEvent:
            return StopEvent(result=ev.n)

    handler = Waiting().run()
    async for event in handler.stream_events(expose_internal=True):
        if isinstance(event, WorkflowIdleEvent):
            handler.ctx.send_event(Later(n=4))
    assert await handler == 4
    with pytest.raises(WorkflowTimeoutError, match=r"Active steps: none\.\nIt waited for an event"):
        await Waiting(timeout=0.05).run()


async def test_a_step_that_exits_ends_its_run_and_not_the_program() -> None:
    class Exits(Workflow):
        @step
        async def begin(self, ev: StartEvent) -> StopEvent:
            sys.exit(9)

    class ExitsInAThread(Workflow):
        @step
        def begin(self, ev: StartEvent) -> StopEvent:
            sys.exit()

    with pytest.raises(WorkflowRuntimeError, match=r"'begin' of Exits called sys\.exit\(9\)"):
        await Exits().run()
    handler = ExitsInAThread().run()
    closing = [event async for event in handler.stream_events()][-1]
    assert isinstance(closing, WorkflowFailedEvent)
    assert "called sys.exit()" in str(closing.exception)


async def test_a_step_that_returns_no_event_is_named() -> None:
    class Wrong(Workflow):
        @step
        async def begin(self, ev: StartEvent) -> StopEvent:
            return "done"  # type: ignore[return-value]

    with pytest.raises(WorkflowRuntimeError, match="The step 'begin' of Wrong returned a str"):
        await Wrong().run()


async def test_the_number_of_concurrent_runs_is_limited() -> None:
    class Counted(Workflow):
        at_once = 0

        @step
        async def begin(self, ev: StartEvent) -> StopEvent:
            self.at_once += 1
            seen = self.at_once
            await asyncio.sleep(0)
            self.at_once -= 1
            return StopEvent(result=seen)

    workflow = Counted(num_concurrent_runs=1)
    assert await asyncio.gather(*(workflow.run() for _ in range(3))) == [1, 1, 1]


async def test_a_run_that_waits_for_a_human_goes_on_in_another_process() -> None:
    class Order(Workflow):
        @step
        async def begin(self, ev: StartEvent) -> Job:
            return Job(n=ev.n)

        @step
        async def confirm(self, ctx: Context, ev: Job) -> StopEvent:
            answer = await ctx.wait_for_event(HumanResponseEvent, InputRequiredEvent(prefix="Sure?"))
            return StopEvent(result=f"{ev.n} {answer.response}")

    workflow = Order()
    handler = workflow.run(n=7)
    async for event in handler.stream_events():
        if isinstance(event, InputRequiredEvent):
            break
    saved = json.dumps(handler.ctx.to_dict())
    await handler.cancel_run()

    elsewhere = Order()
    resumed = elsewhere.run(ctx=Context.from_dict(elsewhere, json.loads(saved)))
    resumed.ctx.send_event(HumanResponseEvent(response="yes"))
    assert await resumed == "7 yes"


async def test_an_event_sent_before_the_steps_start_reaches_them() -> None:
    class Early(Workflow):
        @step
        async def begin(self, ev: StartEvent) -> InputRequiredEvent:
            return InputRequiredEvent(prefix="?")

        @step
        async def end(self, ev: HumanResponseEvent) -> StopEvent:
            return StopEvent(result=ev.response)

    handler = Early(timeout=5).run()
    handler.ctx.send_event(HumanResponseEvent(response="early"))
    assert await handler == "early"


async def test_an_answer_sent_before_the_steps_start_ends_a_wait_in_place() -> None:
    class Early(Workflow):
        @step
        async def begin(self, ctx: Context, ev: StartEvent) -> StopEvent:
            answer = await ctx.wait_for_event(HumanResponseEvent, InputRequiredEvent(prefix="?"))
            return StopEvent(result=answer.response)

    handler = Early(timeout=5).run()
    handler.ctx.send_event(HumanResponseEvent(response="early"))
    assert await handler == "early"


class Wizard(Workflow):
    """Asks two questions, one after the other, each from another step."""

    def __init__(self, asked: list[str]) -> None:
        super().__init__(timeout=5)
        self._asked = asked

    @step
    async def ask_name(self, ctx: Context, ev: StartEvent) -> InputRequiredEvent:
        self._asked.append("name")
        return InputRequiredEvent(prefix="name")

    @step
    async def ask_age(self, ctx: Context, ev: HumanResponseEvent) -> InputRequiredEvent | StopEvent:
        answers = await ctx.store.get("answers", [])
        answers.append(ev.response)
        await ctx.store.set("answers", answers)
        if len(answers) == 2:
            return StopEvent(result=answers)
        self._asked.append("age")
        return InputRequiredEvent(prefix="age")


async def test_a_wizard_saved_at_each_question_asks_each_once() -> None:
    asked: list[str] = []
    workflow = Wizard(asked)
    handler = workflow.run()
    for answer in ("Ada", "36"):
        async for event in handler.stream_events():
            if isinstance(event, InputRequiredEvent):
                break
        saved = json.dumps(handler.ctx.to_dict())
        await handler.cancel_run()
        workflow = Wizard(asked)
        handler = workflow.run(ctx=Context.from_dict(workflow, json.loads(saved)))
        handler.ctx.send_event(HumanResponseEvent(response=answer))
    assert await handler == ["Ada", "36"]
    assert asked == ["name", "age"]


class StartsItself(Workflow):
    """Runs a workflow of its own class in its step."""

    @step
    async def begin(self, ev: StartEvent) -> StopEvent:
        return StopEvent(result=await StartsItself(timeout=20).run())


async def test_a_workflow_that_starts_itself_without_end_is_stopped_by_name() -> None:
    with pytest.raises(WorkflowRuntimeError, match="A run of StartsItself was started 50 runs deep"):
        await StartsItself(timeout=20).run()


class Name(HumanResponseEvent):
    """The answer to the first question."""


class Form(Workflow):
    """Asks two questions in one step, the second only when the first has its answer."""

    @step
    async def fill_in(self, ctx: Context, ev: StartEvent) -> StopEvent:
        if ev.get("by_stream"):
            ctx.write_event_to_stream(InputRequiredEvent(prefix="name"))
            name = await ctx.wait_for_event(HumanResponseEvent)
        else:
            name = await ctx.wait_for_event(Name, InputRequiredEvent(prefix="name"))
        age = await ctx.wait_for_event(HumanResponseEvent, InputRequiredEvent(prefix="age"))
        return StopEvent(result=(type(name).__name__, name.response, age.response))


@pytest.mark.parametrize("by_stream", [False, True])
async def test_a_step_with_two_questions_saved_at_each_asks_each_once(by_stream: bool) -> None:
    workflow = Form(timeout=5)
    handler = workflow.run(by_stream=by_stream)
    prefixes: list[str] = []
    for answer in (Name(response="Ada"), HumanResponseEvent(response="36")):
        async for event in handler.stream_events():
            if isinstance(event, InputRequiredEvent):
                prefixes.append(event.prefix)
                break
        saved = json.dumps(handler.ctx.to_dict())
        await handler.cancel_run()
        handler = workflow.run(ctx=Context.from_dict(workflow, json.loads(saved)))
        handler.ctx.send_event(answer)
    # A second question of the same step is asked when the first has its answer, not again after the restart.
    prefixes += [event.prefix async for event in handler.stream_events() if isinstance(event, InputRequiredEvent)]
    assert await handler == ("Name", "Ada", "36")
    assert prefixes == ["name", "age"]


async def test_a_run_cancelled_at_its_question_goes_on_in_the_same_context() -> None:
    asked: list[str] = []
    workflow = Wizard(asked)
    handler = workflow.run()
    async for event in handler.stream_events():
        if isinstance(event, InputRequiredEvent):
            break
    await handler.cancel_run()
    second = workflow.run(ctx=handler.ctx)
    second.ctx.send_event(HumanResponseEvent(response="Ada"))
    async for event in second.stream_events():
        if isinstance(event, InputRequiredEvent) and event.prefix == "age":
            second.ctx.send_event(HumanResponseEvent(response="36"))
    assert await second == ["Ada", "36"]
    assert asked == ["name", "age"]


async def test_a_loop_left_at_a_question_is_continued_by_the_next() -> None:
    workflow = Wizard([])
    handler = workflow.run()
    seen: list[str] = []
    for answer in ("Ada", "36"):
        async for event in handler.stream_events():
            if isinstance(event, InputRequiredEvent):
                seen.append(event.prefix)
                break
        handler.ctx.send_event(HumanResponseEvent(response=answer))
    rest = [type(event).__name__ async for event in handler.stream_events()]
    assert (seen, rest) == (["name", "age"], ["StopEvent"])
    assert [type(event).__name__ async for event in handler.stream_events(from_start=True)] == [
        "InputRequiredEvent",
        "InputRequiredEvent",
        "StopEvent",
    ]


async def test_steps_and_attributes_may_be_called_anything() -> None:
    class Named(Workflow):
        def __init__(self) -> None:
            super().__init__()
            self.steps = ["mine"]
            self.state_type = "mine"
            self.timeout = "mine"
            self.name = "mine"

        @step
        async def validate(self, ev: StartEvent) -> Job:
            return Job(n=1)

        @step
        async def add_event(self, ev: Job) -> StopEvent:
            return StopEvent(result=[self.steps, self.state_type, self.timeout, self.name])

    assert await Named().run() == [["mine"], "mine", "mine", "mine"]


@dataclass
class ChildCounter(Counter):
    extra: int = 2


async def test_steps_may_name_a_state_class_and_its_subclass() -> None:
    class Inherited(Workflow):
        @step
        async def begin(self, ctx: Context[Counter], ev: StartEvent) -> Job:
            return Job(n=await ctx.store.get("count"))

        @step
        async def end(self, ctx: Context[ChildCounter], ev: Job) -> StopEvent:
            return StopEvent(result=await ctx.store.get("extra"))

    assert await Inherited().run() == 2


async def test_a_step_gets_its_earlier_attempts() -> None:
    class Shaky(Workflow):
        @step(retry_policy=ConstantDelayRetryPolicy(maximum_attempts=2, delay=0))
        async def begin(self, ctx: Context, ev: StartEvent) -> StopEvent:
            info = ctx.retry_info()
            if info.retry_number == 0:
                raise ValueError("first")
            assert Context.get_step_context() is ctx
            return StopEvent(result=str(info.last_exception))

    assert await Shaky().run() == "first"


async def test_a_resource_is_made_once_for_the_steps_that_share_it() -> None:
    made: list[str] = []

    async def open_file() -> str:
        made.append("opened")
        return "the file"

    def stamp() -> int:
        made.append("stamped")
        return len(made)

    class Reads(Workflow):
        @step
        async def begin(self, ev: StartEvent, file: Annotated[str, Resource(open_file)]) -> list[Job]:
            return [Job(n=1), Job(n=2)]

        @step
        async def work(
            self,
            ev: Job,
            file: Annotated[str, Resource(open_file)],
            stamp: Annotated[int, Resource(stamp, cache=False)],
        ) -> Done:
            assert file == "the file"
            return Done(n=stamp)

        @step
        async def end(self, ctx: Context, ev: Done) -> StopEvent | None:
            both = ctx.collect_events(ev, [Done, Done])
            return StopEvent(result=made) if both else None

    assert await Reads().run() == ["opened", "stamped", "stamped"]


async def test_step_states_name_worker_and_events() -> None:
    handler = FanOut().run(jobs=5)
    await handler
    states = [
        (event.name, event.step_state, event.input_event_name, event.output_event_name)
        async for event in handler.stream_events(expose_internal=True)
        if type(event).__name__ == "StepStateChanged"
    ]
    assert states[:2] == [("begin", "running", "StartEvent", None), ("begin", "not_running", "StartEvent", None)]
    assert ("work", "not_running", "Job", "Done") in states


async def test_a_step_may_take_all_events_of_a_kind_at_once() -> None:
    class Gathering(Workflow):
        @step
        async def begin(self, ev: StartEvent) -> list[Job]:
            return [Job(n=n) for n in range(3)]

        @step(num_workers=1)
        async def work(self, ev: Job) -> Done:
            await asyncio.sleep(0)
            return Done(n=ev.n * 2)

        @step
        async def end(self, events: list[Done]) -> StopEvent:
            return StopEvent(result=sorted(event.n for event in events))

    assert await Gathering(timeout=5).run() == [0, 2, 4]
