"""Runs the steps of a workflow: passes events to the steps that take them, until one returns a `StopEvent`."""

from __future__ import annotations

import asyncio
import functools
import inspect
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, cast

from bookwheel.engine.events import (
    Event,
    InputRequiredEvent,
    StartEvent,
    StepFailedEvent,
    StopEvent,
    WorkflowIdleEvent,
)
from bookwheel.engine.schema import JsonObject, JsonValue, new_id
from bookwheel.engine.workflow.context import Context, enter, for_caller, run_of, unfinished_work
from bookwheel.engine.workflow.fan_in import FanIn, Inputs, Lineage
from bookwheel.engine.workflow.given_answers import GivenAnswers
from bookwheel.engine.workflow.handler import NestedStart, WorkflowHandler, start_run
from bookwheel.engine.workflow.nested_runs import NestedRuns
from bookwheel.engine.workflow.questions import Caller
from bookwheel.engine.workflow.retry import RetryInfo
from bookwheel.engine.workflow.saved import restore_event, save_event
from bookwheel.engine.workflow.step_graph import StepGraph, StepSpec, graph_of
from bookwheel.engine.workflow.tasks import StepFailedError, in_thread, run_slots
from bookwheel.errors import WorkflowRuntimeError, WorkflowStartError
from bookwheel.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class StepRunSettings:
    """The settings of a workflow for its runs; `timeout` in seconds."""

    timeout: float | None
    num_concurrent_runs: int | None
    validate: bool = True
    skipped_checks: frozenset[str] = frozenset()


def start_steps(
    workflow: object,
    settings: StepRunSettings,
    start_event: StartEvent | None,
    fields: dict[str, Any],
    *,
    ctx: Context[Any] | None,
    run_id: str | None,
) -> WorkflowHandler[Any]:
    """Start a run with `start_event`, or with one made of `fields`, or continue the unfinished run of the context."""
    graph = graph_of(workflow)
    if settings.validate:
        graph.check(settings.skipped_checks)
    nested = NestedStart(workflow, ctx)
    gives_nothing = start_event is None and not fields
    goes_on = unfinished_work(nested.ctx) is not None and (gives_nothing or nested.goes_on)
    start = None if goes_on else start_event or _start_event(graph, fields)

    slots = run_slots(workflow, settings.num_concurrent_runs)

    async def body(running: Context[Any]) -> StopEvent:
        async with slots:
            return await StepRun(graph, running).run(start)

    return nested.begin(
        lambda ended: start_run(ended or body, ctx=nested.ctx, timeout=settings.timeout, run_id=run_id, resumes=goes_on)
    )


def _start_event(graph: StepGraph, fields: dict[str, Any]) -> StartEvent:
    kind = graph.start_event
    try:
        return kind(**fields)
    except (TypeError, ValueError) as error:
        raise WorkflowStartError(str(error), hint=f"Give run() the fields of {kind.__name__}.") from error


@dataclass(frozen=True, slots=True, eq=False)
class _StepWork:
    """One call of a step; `key` identifies it, also when it is restarted from a saved context."""

    spec: StepSpec
    inputs: Inputs
    lineage: Lineage
    key: str
    nested: NestedRuns
    answers: GivenAnswers

    @property
    def event(self) -> Event | None:
        """The event of the call, the first of several; None for an empty list."""
        first = next(iter(self.inputs.values()))
        return first if isinstance(first, Event) else next(iter(first), None)

    @property
    def event_name(self) -> str:
        """The class name of that event, "" for an empty list."""
        return "" if self.event is None else type(self.event).__name__


def _saved_work(work: _StepWork) -> JsonObject:
    inputs: dict[str, JsonValue] = {
        name: save_event(item) if isinstance(item, Event) else [save_event(event) for event in item]
        for name, item in work.inputs.items()
    }
    return {
        "step": work.spec.name,
        "key": work.key,
        "runs": work.nested.snapshot(),
        "answers": work.answers.snapshot(),
        "inputs": inputs,
        "lineage": work.lineage.to_json(),
    }


def _saved_inputs(spec: StepSpec, saved: Mapping[str, Any], known: Mapping[str, type[Event]]) -> Inputs:
    if "inputs" not in saved:
        # A context saved by an older version: one event, or the list that a step gathered.
        gathered = saved.get("gathered")
        ((parameter, _),) = spec.event_parameters.items()
        saved = {"inputs": {parameter: saved if gathered is None else gathered}}
    inputs = cast("Mapping[str, JsonObject | list[JsonObject]]", saved["inputs"])
    return {
        name: [restore_event(event, known) for event in item] if isinstance(item, list) else restore_event(item, known)
        for name, item in inputs.items()
    }


class StepRun:
    """Runs the steps of one run; each call of a step is a task, all in one group."""

    def __init__(self, graph: StepGraph, ctx: Context[Any]) -> None:
        self._graph = graph
        self._ctx = ctx
        self._run = run_of(ctx)
        self._group = asyncio.TaskGroup()
        self._gates = {name: asyncio.Semaphore(spec.num_workers) for name, spec in graph.steps.items()}
        self._free_workers = {name: list(range(spec.num_workers)) for name, spec in graph.steps.items()}
        self._tasks: set[asyncio.Task[None]] = set()
        self._at_work: dict[_StepWork, None] = {}
        self._fan_in = FanIn(graph, self._begin_new)
        self._stop: asyncio.Future[StopEvent] = asyncio.get_running_loop().create_future()

    @property
    def is_idle(self) -> bool:
        """Whether no step is running."""
        return not self._at_work

    async def run(self, start: Event | None) -> StopEvent:
        """Run until a step returns a `StopEvent`; then cancel the other running steps. Raises StepFailedError."""
        try:
            async with self._group:
                if self._run.unfinished is not None:
                    self._resume(self._run.unfinished)
                elif start is not None and not self.receive(start, None):
                    raise WorkflowStartError(f"No step of {self._graph.name} takes {type(start).__name__}.")
                self._run.open_for(self)
                stop = await self._stop
                for task in list(self._tasks):
                    task.cancel()
        except BaseExceptionGroup as failed:
            raise StepFailedError(failed.exceptions[0]) from failed
        return stop

    def receive(self, event: Event, step: str | None, lineage: Lineage | None = None) -> bool:
        """Pass the event to all steps that take it, or only to `step`; False when none takes it."""
        if isinstance(event, StopEvent):
            self._end(event)
            return True
        if step is not None and step not in self._graph.steps:
            raise WorkflowRuntimeError(f"Step {step} does not exist")
        takers = [spec for spec in self._graph.steps.values() if spec.takes(event) and step in (None, spec.name)]
        for spec in takers:
            self._fan_in.take(spec, event, lineage or Lineage())
        return bool(takers)

    def snapshot(self) -> JsonObject:
        """The step calls that have not ended, and the collected events, as plain JSON."""
        at_work: list[JsonObject] = [_saved_work(work) for work in self._at_work]
        collected = {key: [save_event(event) for event in events] for key, events in self._run.collector.kept.items()}
        return {"at_work": at_work, "collected": collected, "fan_in": self._fan_in.snapshot()}

    def _resume(self, unfinished: JsonObject) -> None:
        known = self._graph.known_events
        for key, events in cast("Mapping[str, list[JsonObject]]", unfinished["collected"]).items():
            self._run.collector.kept[key] = [restore_event(event, known) for event in events]
        self._fan_in.restore(cast("Mapping[str, Any]", unfinished.get("fan_in", {})), known)
        for saved in cast("list[Mapping[str, Any]]", unfinished["at_work"]):
            spec = self._graph.steps.get(str(saved["step"]))
            if spec is None:
                raise WorkflowRuntimeError(
                    f"{self._graph.name} has no step '{saved['step']}' of the saved run.",
                    hint="Continue the run with the workflow that saved it.",
                )
            nested = NestedRuns(cast("list[JsonObject]", saved.get("runs", [])))
            lineage = Lineage.from_json(saved.get("lineage", {}))
            key = str(saved.get("key") or new_id())
            answers = GivenAnswers(saved.get("answers", []))
            self._begin(_StepWork(spec, _saved_inputs(spec, saved, known), lineage, key, nested, answers))
        self._fan_in.settle()

    def _begin_new(self, spec: StepSpec, inputs: Inputs, lineage: Lineage) -> None:
        self._begin(_StepWork(spec, inputs, lineage, new_id(), NestedRuns(), GivenAnswers()))

    def _begin(self, work: _StepWork) -> None:
        if self._stop.done():
            return
        self._at_work[work] = None
        self._fan_in.enter(work.lineage)
        task = self._group.create_task(self._work(work), name=f"step {work.spec.name}")
        self._tasks.add(task)
        task.add_done_callback(functools.partial(self._ended, work))

    def _ended(self, work: _StepWork, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._at_work.pop(work, None)
        if self._stop.done() or task.cancelled() or task.exception() is not None:
            return
        self._fan_in.leave(work.lineage)
        if self._tasks or self._fan_in.begin_idle():
            return
        self._run.publish(WorkflowIdleEvent())
        if not self._graph.takes_from_outside:
            # No event can follow. Waiting for the timeout would hide the cause.
            error = WorkflowRuntimeError(
                f"{self._graph.name} has nothing left to do, and no step returned a StopEvent.",
                hint="See which step returned None last: handler.stream_events(expose_internal=True).",
            )
            self._stop.set_exception(error)

    def _end(self, event: StopEvent) -> None:
        if not self._stop.done():
            self._stop.set_result(event)

    async def _work(self, work: _StepWork) -> None:
        spec = work.spec
        async with self._gates[spec.name]:
            worker = self._free_workers[spec.name].pop()
            try:
                with self._run.step(spec.name, work.event_name, str(worker)) as at_work:
                    result = await self._attempt(work)
                    at_work.output_event = type(result).__name__ if result is not None else None
                    # A context saved from now on must not run this step again.
                    self._at_work.pop(work, None)
                    self._route(work, result)
            finally:
                self._free_workers[spec.name].append(worker)

    async def _attempt(self, work: _StepWork) -> object:
        began = time.monotonic()
        caller = Caller({}, key=work.key, step=work.spec.name, nested=work.nested, answers=work.answers)
        info = RetryInfo()
        while True:
            caller.again()
            try:
                return await self._call(work, for_caller(self._ctx, caller, info))
            except Exception as error:
                elapsed, attempts = time.monotonic() - began, info.retry_number + 1
                policy = work.spec.retry_policy
                delay = policy.next(elapsed, attempts, error) if policy is not None else None
                if delay is None:
                    if self._recover(work, error, attempts, elapsed):
                        return None
                    self._run.steps.attempts = attempts
                    raise
                info = RetryInfo.after(attempts, elapsed, error)
            await asyncio.sleep(delay)

    async def _call(self, work: _StepWork, ctx: Context[Any]) -> object:
        spec = work.spec
        arguments: dict[str, Any] = {
            name: item if isinstance(item, Event) else list(item) for name, item in work.inputs.items()
        }
        if spec.context_parameter is not None:
            arguments[spec.context_parameter] = ctx
        for name, resource in spec.resources.items():
            arguments[name] = await self._graph.resources.get(resource)
        enter(ctx)
        call: Callable[[], Any] = functools.partial(spec.function, **arguments)
        try:
            if inspect.iscoroutinefunction(spec.function):
                return await call()
            return await in_thread(call, name=f"step {spec.name}")
        except SystemExit as error:
            # A step ends its run, not the program around it, whose loop would stop with the run half done.
            code = f"sys.exit({'' if error.code is None else repr(error.code)})"
            raise WorkflowRuntimeError(f"The step '{spec.name}' of {self._graph.name} called {code}.") from error

    def _recover(self, work: _StepWork, error: Exception, attempts: int, elapsed: float) -> bool:
        """Pass the failure to its error step; False when there is none, or its calls are used up."""
        handler = self._graph.error_step(work.spec.name)
        if handler is None or handler.recovery is None:
            return False
        if work.lineage.recoveries.get(handler.name, 0) >= handler.recovery.max_recoveries:
            return False
        failed = StepFailedEvent(
            step_name=work.spec.name,
            input_event=work.event,
            exception=error,
            attempts=attempts,
            elapsed_seconds=elapsed,
            failed_at=datetime.now(UTC),
        )
        ((parameter, _),) = handler.event_parameters.items()
        self._begin_new(handler, {parameter: failed}, work.lineage.recovered_by(handler.name))
        return True

    def _route(self, work: _StepWork, result: object) -> None:
        if not isinstance(result, list):
            self._pass_on(work.spec, result, work.lineage)
            return
        members = self._fan_in.open_group(work.spec.name, work.lineage)
        for event in cast("list[object]", result):
            self._pass_on(work.spec, event, members)
        self._fan_in.close_list(members)

    def _pass_on(self, spec: StepSpec, event: object, lineage: Lineage) -> None:
        if event is None:
            return
        if not isinstance(event, Event):
            raise WorkflowRuntimeError(
                f"The step '{spec.name}' of {self._graph.name} returned a {type(event).__name__}, not an Event.",
                hint="Return an Event, a list of them, or None.",
            )
        is_question = isinstance(event, InputRequiredEvent)
        if is_question:
            self._ctx.write_event_to_stream(event)
        if self._run.waiting.deliver(event) or self.receive(event, None, lineage) or is_question:
            return
        raise WorkflowRuntimeError(
            f"The step '{spec.name}' of {self._graph.name} returned {type(event).__name__}, which no step takes.",
            hint="Add a step that takes it.",
        )
