"""Error steps, retries by composed policies, and the answers that a retried step has had."""

import json
from datetime import timedelta
from typing import Annotated, Any

import pytest

from bookwheel import (
    Context,
    Event,
    FunctionAgent,
    HumanResponseEvent,
    InputRequiredEvent,
    MockLLM,
    Resource,
    StartEvent,
    StepFailedEvent,
    StopEvent,
    Workflow,
    WorkflowConfigurationError,
    WorkflowFailedEvent,
    WorkflowRuntimeError,
    WorkflowValidationError,
    catch_error,
    retry_if_exception_cause_type,
    retry_if_exception_message,
    retry_if_exception_type,
    retry_policy,
    step,
    stop_after_attempt,
    stop_after_delay,
    stop_before_delay,
    wait_chain,
    wait_exponential,
    wait_fixed,
    wait_incrementing,
    wait_none,
    wait_random,
)


class Fetched(Event):
    text: str


class Flaky(Workflow):
    """Fails a given number of times, and continues with the saved state."""

    def __init__(self, failures: int, **options: Any) -> None:
        super().__init__(timeout=5, **options)
        self.failures = failures
        self.seen: list[StepFailedEvent] = []

    @step(retry_policy=retry_policy(wait=wait_none(), stop=stop_after_attempt(2)))
    async def fetch(self, ev: StartEvent) -> Fetched:
        if self.failures:
            self.failures -= 1
            raise ConnectionError("no line")
        return Fetched(text="fresh")

    @step
    async def show(self, ev: Fetched) -> StopEvent:
        return StopEvent(result=ev.text)

    @catch_error(for_steps=["fetch"])
    async def keep(self, ctx: Context, ev: StepFailedEvent) -> Fetched:
        self.seen.append(ev)
        return Fetched(text="kept")


async def test_an_error_step_is_called_after_the_last_attempt_and_the_run_goes_on() -> None:
    workflow = Flaky(failures=2)
    handler = workflow.run(topic="tea")
    events = [event async for event in handler.stream_events()]
    assert await handler == "kept"
    assert not any(isinstance(event, WorkflowFailedEvent) for event in events)
    (failed,) = workflow.seen
    assert (failed.step_name, failed.attempts, str(failed.exception)) == ("fetch", 2, "no line")
    assert failed.input_event == StartEvent(topic="tea")
    assert failed.failed_at is not None
    assert failed.failed_at.tzinfo is not None


async def test_an_attempt_that_succeeds_calls_no_error_step() -> None:
    workflow = Flaky(failures=1)
    assert await workflow.run() == "fresh"
    assert workflow.seen == []


async def test_an_error_step_is_called_only_so_often() -> None:
    class Again(Workflow):
        @step
        async def fail(self, ev: StartEvent | Fetched) -> StopEvent:
            raise ValueError("again")

        @catch_error(max_recoveries=2)
        async def retry(self, ev: StepFailedEvent) -> Fetched:
            calls.append(ev.step_name)
            return Fetched(text="")

    calls: list[str] = []
    with pytest.raises(ValueError, match="again"):
        await Again(timeout=5).run()
    assert calls == ["fail", "fail"]


async def test_a_failure_is_saved_with_the_error_step_that_works_on_it() -> None:
    class Asking(Workflow):
        @step
        async def fail(self, ev: StartEvent) -> StopEvent:
            raise KeyError("lost")

        @catch_error
        async def ask(self, ctx: Context, ev: StepFailedEvent) -> StopEvent:
            answer = await ctx.wait_for_event(HumanResponseEvent, waiter_event=InputRequiredEvent(prefix="?"))
            return StopEvent(result=(type(ev.exception).__name__, ev.failed_at is None, answer.response))

    workflow = Asking(timeout=5)
    handler = workflow.run()
    async for event in handler.stream_events():
        if isinstance(event, InputRequiredEvent):
            break
    saved = json.dumps(handler.ctx.to_dict())
    await handler.cancel_run()
    resumed = workflow.run(ctx=Context.from_dict(workflow, json.loads(saved)))
    resumed.ctx.send_event(HumanResponseEvent(response="go on"))
    assert await resumed == ("KeyError", False, "go on")


class TwoForAll(Workflow):
    @step
    async def begin(self, ev: StartEvent) -> StopEvent:
        return StopEvent()

    @catch_error
    async def one(self, ev: StepFailedEvent) -> StopEvent:
        return StopEvent()

    @catch_error
    async def two(self, ev: StepFailedEvent) -> StopEvent:
        return StopEvent()


class ForNoStep(Workflow):
    @step
    async def begin(self, ev: StartEvent) -> StopEvent:
        return StopEvent()

    @catch_error(for_steps=["begn"])
    async def one(self, ev: StepFailedEvent) -> StopEvent:
        return StopEvent()


class ForAnotherEvent(Workflow):
    @step
    async def begin(self, ev: StartEvent) -> StopEvent:
        return StopEvent()

    @catch_error
    async def one(self, ev: StartEvent) -> StopEvent:
        return StopEvent()


@pytest.mark.parametrize(
    ("workflow", "named"),
    [
        (TwoForAll, "'one' and 'two' are both for all other steps"),
        (ForNoStep, "'one' is for 'begn'"),
        (ForAnotherEvent, "'one' must accept StepFailedEvent"),
    ],
)
def test_an_unclear_error_step_is_refused_by_name(workflow: type[Workflow], named: str) -> None:
    with pytest.raises(WorkflowValidationError, match=named):
        workflow(disable_validation=True).validate()


@pytest.mark.parametrize("bad", [0, -1, True, "many"])
def test_steps_and_runs_need_a_number_of_one_or_more(bad: Any) -> None:
    with pytest.raises(WorkflowValidationError, match="num_workers"):
        step(num_workers=bad)
    with pytest.raises(WorkflowValidationError, match="max_recoveries"):
        catch_error(max_recoveries=bad)
    with pytest.raises(WorkflowValidationError, match="num_concurrent_runs"):
        Workflow(num_concurrent_runs=bad)


@pytest.mark.parametrize("bad", ["x", float("nan"), [1]])
def test_a_time_limit_is_a_number(bad: Any) -> None:
    with pytest.raises(WorkflowValidationError, match=r"^timeout must be a number, or None for no limit, not "):
        Workflow(timeout=bad)


def test_a_check_that_is_not_known_cannot_be_skipped() -> None:
    with pytest.raises(WorkflowValidationError, match="'reachable' is not a graph check"):
        Workflow(skip_graph_checks=["reachable"])
    with pytest.raises(WorkflowValidationError, match="'terminal_event' is not a graph check"):
        step(skip_graph_checks=["terminal_event"])  # type: ignore[list-item]


async def test_a_step_that_is_tried_again_is_not_asked_again() -> None:
    class Asking(Workflow):
        @step(retry_policy=retry_policy(wait=wait_none()))
        async def ask(self, ctx: Context, ev: StartEvent) -> StopEvent:
            answer = await ctx.wait_for_event(HumanResponseEvent, waiter_event=InputRequiredEvent(prefix="?"))
            if ctx.retry_info().retry_number < 2:
                raise ValueError("not yet")
            return StopEvent(result=answer.response)

    handler = Asking(timeout=5).run()
    questions = 0
    async for event in handler.stream_events():
        if isinstance(event, InputRequiredEvent):
            questions += 1
            handler.ctx.send_event(HumanResponseEvent(response="yes"))
    assert (await handler, questions) == ("yes", 1)


def test_policies_are_composed_of_conditions_waits_and_stops() -> None:
    policy = retry_policy(
        retry=retry_if_exception_type(ConnectionError) | retry_if_exception_message(match="rate limit"),
        wait=wait_exponential(multiplier=1, max=timedelta(seconds=3)) + wait_fixed(1),
        stop=stop_after_attempt(4) | stop_after_delay(10),
    )
    assert [policy.next(0, n, ConnectionError()) for n in (1, 2, 3, 4)] == [2.0, 3.0, 4.0, None]
    assert policy.next(0, 1, ValueError("a rate limit")) == 2.0
    assert policy.next(0, 1, ValueError("bad")) is None
    assert policy.next(11, 1, ConnectionError()) is None


def test_conditions_waits_and_stops_of_policies_combine() -> None:
    caused = RuntimeError()
    caused.__cause__ = TimeoutError()
    assert retry_if_exception_cause_type(TimeoutError)(caused)
    assert not (retry_if_exception_type(RuntimeError) & retry_if_exception_message(message="x"))(caused)
    assert [wait_chain(wait_fixed(1), wait_fixed(5))(n) for n in (0, 1, 2)] == [1, 5, 5]
    assert wait_incrementing(start=1, increment=2, max=4)(3) == 4
    assert wait_random(1, 2)(0, seed=3) == wait_random(1, 2)(0, seed=3)
    assert stop_before_delay(5)(1, 3, upcoming_sleep=2)
    assert sum([wait_fixed(1), wait_fixed(2)])(0) == 3  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="message= or match="):
        retry_if_exception_message()


async def test_resources_are_given_the_resources_that_they_need() -> None:
    made: list[str] = []

    def connection() -> str:
        made.append("connection")
        return "db"

    def repository(source: Annotated[str, Resource(connection)]) -> str:
        return f"repository of {source}"

    class Using(Workflow):
        @step
        async def begin(
            self,
            ev: StartEvent,
            one: Annotated[str, Resource(repository, cache=False)],
            two: Annotated[str, Resource(connection)],
        ) -> StopEvent:
            return StopEvent(result=(one, two))

    assert await Using(timeout=5).run() == ("repository of db", "db")
    assert made == ["connection"]


def first_of_circle(other: "Annotated[str, Resource(second_of_circle)]") -> str:
    return other


def second_of_circle(other: Annotated[str, Resource(first_of_circle)]) -> str:
    return other


async def test_a_circle_of_resources_is_an_error_that_names_it() -> None:
    class Circle(Workflow):
        @step
        async def begin(self, ev: StartEvent, one: Annotated[str, Resource(first_of_circle)]) -> StopEvent:
            return StopEvent(result=one)

    with pytest.raises(WorkflowValidationError, match="first_of_circle → second_of_circle → first_of_circle"):
        await Circle(timeout=5).run()


async def test_arguments_that_make_no_start_event_are_caught_as_llamaindex_raises_them() -> None:
    class Count(StartEvent):
        n: int

    class Counting(Workflow):
        @step
        async def begin(self, ev: Count) -> StopEvent:
            return StopEvent(result=ev.n)

    with pytest.raises(WorkflowRuntimeError, match="n"):
        Counting().run(n="many")
    with pytest.raises(ValueError, match="There is no question"):
        FunctionAgent(llm=MockLLM()).run()


class Endless(Workflow):
    @step
    async def begin(self, ev: StartEvent) -> Fetched:
        return Fetched(text="")

    @step
    async def go_on(self, ev: Fetched) -> Fetched:
        return ev


async def test_a_workflow_that_runs_in_a_circle_without_end_is_refused_by_name() -> None:
    with pytest.raises(WorkflowConfigurationError, match="Endless returns a StopEvent"):
        await Endless().run()
