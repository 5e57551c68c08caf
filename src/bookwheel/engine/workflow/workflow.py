"""Workflows of one's own: a class with steps, each taking events and returning others."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from bookwheel.engine.events import StartEvent
from bookwheel.engine.workflow.step_decorator import StepSpec, read_step, step_options
from bookwheel.engine.workflow.validation import check_workflow, start_event_of
from bookwheel.errors import WorkflowValidationError

if TYPE_CHECKING:
    # These bring asyncio, which whoever only imports and defines a workflow need not wait for.
    from bookwheel.engine.workflow.context import Context
    from bookwheel.engine.workflow.handler import Handler


class Workflow:
    """Base class: write steps with `@step`, start with `run()`.

    A step that takes a `StartEvent` begins, one that returns a `StopEvent` ends it; all others are called with the
    events that their annotations name. `timeout` is in seconds (None: without limit). At most `num_concurrent_runs` of
    one instance are at work at a time, further ones wait. `verbose` is taken for LlamaIndex's sake: the stream with
    `expose_internal=True` tells each step.
    """

    _added: ClassVar[dict[str, Callable[..., Any]]] = {}

    def __init__(
        self,
        timeout: float | None = 45.0,
        disable_validation: bool = False,
        verbose: bool = False,
        num_concurrent_runs: int | None = None,
    ) -> None:
        self.timeout = timeout
        self.verbose = verbose
        self.num_concurrent_runs = num_concurrent_runs
        self._disable_validation = disable_validation
        self._steps: dict[str, StepSpec] | None = None

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls._added = dict(cls._added)

    @classmethod
    def add_step(cls, function: Callable[..., Any]) -> None:
        """Add a function outside the class as a step; `@step(workflow=...)` calls this."""
        name = function.__name__
        if name in cls._added or hasattr(cls, name):
            raise WorkflowValidationError(f"{cls.__name__} has a step called '{name}' already.")
        cls._added[name] = function

    @property
    def steps(self) -> dict[str, StepSpec]:
        """All steps by name, checked; WorkflowValidationError, naming step or event, when they do not fit together."""
        if self._steps is None:
            self._steps = self._read_steps()
        return self._steps

    @property
    def state_type(self) -> type[Any] | None:
        """The class of the state that a step asks for with `Context[...]`; None for the default one."""
        kinds = list(dict.fromkeys(spec.state_type for spec in self.steps.values() if spec.state_type is not None))
        if len(kinds) > 1:
            names = ", ".join(kind.__name__ for kind in kinds)
            raise WorkflowValidationError(f"The steps of {type(self).__name__} want different states: {names}.")
        return kinds[0] if kinds else None

    def validate(self) -> None:
        """Check the workflow; WorkflowValidationError when it cannot work."""
        check_workflow(type(self).__name__, self.steps)

    def run(
        self,
        *,
        ctx: Context[Any] | None = None,
        start_event: StartEvent | None = None,
        run_id: str | None = None,
        **fields: Any,
    ) -> Handler[Any]:
        """Start a run; needs a running event loop. `fields` become those of the start event.

        With a context that was saved in the middle of a run and no start event, that run goes on: steps that were at
        work begin again with their events. Raises WorkflowValidationError before anything runs.
        """
        from bookwheel.engine.workflow.step_runner import start_steps

        if not self._disable_validation:
            self.validate()
        goes_on = ctx is not None and ctx.unfinished is not None and start_event is None and not fields
        event = None if goes_on else start_event or self._start_event(fields)
        return start_steps(self, event, ctx=ctx, run_id=run_id)

    def _start_event(self, fields: dict[str, Any]) -> StartEvent:
        kind = start_event_of(type(self).__name__, self.steps)
        try:
            event = kind(**fields)
        except TypeError as error:
            raise WorkflowValidationError(str(error), hint=f"Give run() the fields of {kind.__name__}.") from error
        assert isinstance(event, StartEvent)
        return event

    def _read_steps(self) -> dict[str, StepSpec]:
        found: dict[str, Callable[..., Any]] = {}
        for cls in reversed(type(self).__mro__):
            for name, member in vars(cls).items():
                if step_options(member) is not None:
                    found[name] = getattr(self, name)
        found.update(self._added)
        steps: dict[str, StepSpec] = {}
        for name, function in found.items():
            options = step_options(function)
            if options is not None:
                steps[name] = read_step(name, function, options)
        if not steps:
            raise WorkflowValidationError(f"{type(self).__name__} has no steps.", hint="Mark its methods with @step.")
        return steps
