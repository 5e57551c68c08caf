"""The run of a workflow's steps: events go to the steps that take them, until one returns a `StopEvent`."""

from __future__ import annotations

import asyncio
import functools
import inspect
import time
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from typing import Any, cast

from bookwheel.engine.events import Event, InputRequiredEvent, StopEvent, WorkflowIdleEvent
from bookwheel.engine.schema import JsonObject
from bookwheel.engine.workflow.context import Context, current_step
from bookwheel.engine.workflow.handler import Handler
from bookwheel.engine.workflow.saved import restore_event, save_event
from bookwheel.engine.workflow.step_decorator import StepSpec
from bookwheel.engine.workflow.tasks import in_thread
from bookwheel.engine.workflow.validation import takes_from_outside
from bookwheel.engine.workflow.workflow import Workflow
from bookwheel.engine.workflow.workflow_run import start_run
from bookwheel.errors import WorkflowRuntimeError


def start_steps(
    workflow: Workflow, start: Event | None, *, ctx: Context[Any] | None, run_id: str | None
) -> Handler[Any]:
    """Start the run with the event `start`, or go on with what the context holds unfinished."""
    state_type = workflow.state_type
    if ctx is None:
        ctx = Context(workflow, state=state_type() if state_type is not None else None)

    async def body(running: Context[Any]) -> StopEvent:
        unfinished = running.take_unfinished()
        async with AsyncExitStack() as stack:
            if workflow.num_concurrent_runs is not None:
                await stack.enter_async_context(_slots(workflow, workflow.num_concurrent_runs))
            return await StepRun(workflow, running).run(start, unfinished if start is None else None)

    return start_run(body, ctx=ctx, timeout=workflow.timeout, run_id=run_id)


def _slots(workflow: Workflow, count: int) -> asyncio.Semaphore:
    # Made here and not by the workflow: a semaphore belongs to the loop that it is used on.
    slots: asyncio.Semaphore | None = getattr(workflow, "_slots", None)
    if slots is None:
        slots = asyncio.Semaphore(count)
        workflow.__dict__["_slots"] = slots
    return slots


class StepRun:
    """The steps of one run at work; each event that a step takes is a task of its own, in one group."""

    def __init__(self, workflow: Workflow, ctx: Context[Any]) -> None:
        self._name = type(workflow).__name__
        self._steps = workflow.steps
        self._ctx = ctx
        self._run = ctx.run
        self._run.receiver = self
        self._group = asyncio.TaskGroup()
        self._gates = {name: asyncio.Semaphore(spec.num_workers) for name, spec in self._steps.items()}
        self._free_workers = {name: list(range(spec.num_workers)) for name, spec in self._steps.items()}
        self._at_work: dict[asyncio.Task[None], tuple[StepSpec, Event]] = {}
        self._stop: asyncio.Future[StopEvent] = asyncio.get_running_loop().create_future()
        self._may_hear_from_outside = takes_from_outside(self._steps)

    async def run(self, start: Event | None, unfinished: JsonObject | None) -> StopEvent:
        """Work until a step returns a `StopEvent`; whatever else is at work then is cancelled."""
        async with self._group:
            if unfinished is not None:
                self._run.resumed = True
                self._resume(unfinished)
            elif start is not None and not self.receive(start, None):
                raise WorkflowRuntimeError(f"No step of {self._name} takes {type(start).__name__}.")
            stop = await self._stop
            for task in list(self._at_work):
                task.cancel()
        return stop

    def receive(self, event: Event, step: str | None) -> bool:
        """Give the event to all steps that take it, or to the one called `step`."""
        if isinstance(event, StopEvent):
            self._end(event)
            return True
        takers = [spec for spec in self._steps.values() if spec.takes(event) and step in (None, spec.name)]
        for spec in takers:
            self._begin(spec, event)
        return bool(takers)

    def snapshot(self) -> JsonObject:
        """The events at work or waiting for a worker, and those collected, as plain JSON."""
        at_work: list[JsonObject] = [{"step": spec.name, **save_event(event)} for spec, event in self._at_work.values()]
        collected = {key: [save_event(event) for event in events] for key, events in self._run.collected.items()}
        return {"at_work": at_work, "collected": collected}

    def _resume(self, unfinished: JsonObject) -> None:
        known = {kind.__name__: kind for spec in self._steps.values() for kind in (*spec.accepts, *spec.returns)}
        for key, events in cast("Mapping[str, list[JsonObject]]", unfinished["collected"]).items():
            self._run.collected[key] = [restore_event(event, known) for event in events]
        for saved in cast("list[JsonObject]", unfinished["at_work"]):
            spec = self._steps.get(str(saved["step"]))
            if spec is None:
                raise WorkflowRuntimeError(f"{self._name} has no step '{saved['step']}' to go on with.")
            self._begin(spec, restore_event(saved, known))

    def _begin(self, spec: StepSpec, event: Event) -> None:
        if self._stop.done():
            return
        task = self._group.create_task(self._work(spec, event), name=f"step {spec.name}")
        self._at_work[task] = (spec, event)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._at_work[task]
        if self._at_work or self._stop.done() or task.cancelled() or task.exception() is not None:
            return
        self._run.publish(WorkflowIdleEvent())
        if not self._may_hear_from_outside:
            # Nothing can come any more: waiting for the timeout would only hide why.
            error = WorkflowRuntimeError(
                f"{self._name} has nothing left to do, and no step returned a StopEvent.",
                hint="See which step returned None last: handler.stream_events(expose_internal=True).",
            )
            self._stop.set_exception(error)

    def _end(self, event: StopEvent) -> None:
        if not self._stop.done():
            self._stop.set_result(event)

    async def _work(self, spec: StepSpec, event: Event) -> None:
        async with self._gates[spec.name]:
            worker = self._free_workers[spec.name].pop()
            current_step.set(spec.name)
            try:
                with self._run.step(spec.name, type(event).__name__, str(worker)) as at_work:
                    result = await self._attempt(spec, event)
                    at_work.output_event = type(result).__name__ if result is not None else None
                    self._route(spec, result)
            finally:
                self._free_workers[spec.name].append(worker)

    async def _attempt(self, spec: StepSpec, event: Event) -> object:
        began = time.monotonic()
        attempts = 0
        while True:
            attempts += 1
            try:
                return await self._call(spec, event)
            except Exception as error:
                delay = None
                if spec.retry_policy is not None:
                    delay = spec.retry_policy.next(time.monotonic() - began, attempts, error)
                if delay is None:
                    self._run.attempts = attempts
                    raise
            await asyncio.sleep(delay)

    async def _call(self, spec: StepSpec, event: Event) -> object:
        arguments: dict[str, Any] = {spec.event_parameter: event}
        if spec.context_parameter is not None:
            arguments[spec.context_parameter] = self._ctx
        call: Callable[[], Any] = functools.partial(spec.function, **arguments)
        if inspect.iscoroutinefunction(spec.function):
            return await call()
        return await in_thread(call, name=f"step {spec.name}")

    def _route(self, spec: StepSpec, result: object) -> None:
        for event in cast("list[object]", result) if isinstance(result, list) else [result]:
            if isinstance(event, Event):
                self._pass_on(spec, event)
            elif event is not None:
                raise WorkflowRuntimeError(
                    f"The step '{spec.name}' of {self._name} returned a {type(event).__name__}, not an Event.",
                    hint="Return an Event, a list of them, or None.",
                )

    def _pass_on(self, spec: StepSpec, event: Event) -> None:
        is_question = isinstance(event, InputRequiredEvent)
        if is_question:
            self._ctx.write_event_to_stream(event)
        if self._run.waiting.deliver(event) or self.receive(event, None) or is_question:
            return
        raise WorkflowRuntimeError(
            f"The step '{spec.name}' of {self._name} returned {type(event).__name__}, which no step takes."
        )
