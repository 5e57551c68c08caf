"""`Workflow`, the base class of workflows: classes with steps that take events and return events."""

from __future__ import annotations

import sys

# Import nothing else here, to keep `import` fast: agents are workflows, and most programs use them only seconds later.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from typing import Any

    from bookwheel.engine.events import StartEvent
    from bookwheel.engine.workflow.context import Context
    from bookwheel.engine.workflow.handler import WorkflowHandler


def _check_number(runs: object) -> None:
    if runs is not None and (type(runs) is not int or runs < 1):
        from bookwheel.errors import WorkflowValidationError

        raise WorkflowValidationError(f"num_concurrent_runs must be an integer of 1 or more, or None, not {runs!r}.")


def check_limit(name: str, limit: object) -> None:
    """Raise WorkflowValidationError when the argument `name` is not a number; None is no limit."""
    # As asyncio takes them, also numbers of numpy; NaN is not equal to itself.
    if limit is not None and (not hasattr(limit, "__float__") or limit != limit):
        from bookwheel.errors import WorkflowValidationError

        raise WorkflowValidationError(f"{name} must be a number, or None for no limit, not {limit!r}.")


def _check_names(checks: Collection[str]) -> frozenset[str]:
    if not checks:
        return frozenset()
    from bookwheel.engine.workflow.step_decorator import checked_names

    return checked_names(checks, ("reachability", "terminal_event", "dead_end"))


def _check_ends(workflow: Workflow, skipped: frozenset[str]) -> None:
    from bookwheel.engine.workflow.step_decorator import has_steps
    from bookwheel.engine.workflow.step_graph import graph_of

    if has_steps(workflow):
        graph_of(workflow).check_ends(skipped)


class Workflow:
    """Base class of workflows: write steps with `@step`, start with `run()`.

    A run starts with the step that takes a `StartEvent` and ends when a step returns a `StopEvent`. Each step is called
    with the events in its annotations. A step marked with `@catch_error` is called when another has failed.

    `timeout` is in seconds, None for no limit. At most `num_concurrent_runs` runs of one instance run at a time,
    further ones wait. `verbose` is accepted as in LlamaIndex and has no effect: the stream with `expose_internal=True`
    shows each step. `skip_graph_checks` names the checks before a run to leave out. Raises WorkflowConfigurationError
    for a class whose steps have no beginning or no end.
    """

    def __init__(
        self,
        timeout: float | None = 45.0,
        disable_validation: bool = False,
        verbose: bool = False,
        num_concurrent_runs: int | None = None,
        workflow_name: str | None = None,
        skip_graph_checks: Collection[str] | None = None,
    ) -> None:
        check_limit("timeout", timeout)
        _check_number(num_concurrent_runs)
        self._timeout = timeout
        self._verbose = verbose
        self._disable_validation = disable_validation
        self._num_concurrent_runs = num_concurrent_runs
        self._workflow_name = workflow_name
        self._skip_graph_checks = _check_names(skip_graph_checks or ())
        if not disable_validation and "bookwheel.engine.workflow.step_decorator" in sys.modules:
            _check_ends(self, self._skip_graph_checks)

    @property
    def workflow_name(self) -> str:
        """The given name, else the module and name of the class."""
        kind = type(self)
        return self._workflow_name or f"{kind.__module__}.{kind.__qualname__}"

    @classmethod
    def add_step(cls, func: Callable[..., Any]) -> None:
        """Add a function as a step; `@step(workflow=...)` calls this."""
        from bookwheel.engine.workflow.step_decorator import add_step

        add_step(cls, func)

    def validate(self) -> bool:
        """Check that the steps fit together, else raise WorkflowValidationError; returns whether they ask a human."""
        from bookwheel.engine.workflow.step_graph import graph_of

        graph = graph_of(self)
        if not self._disable_validation:
            graph.check(self._skip_graph_checks)
        return graph.asks_human

    def run(
        self,
        *,
        ctx: Context[Any] | None = None,
        start_event: StartEvent | None = None,
        run_id: str | None = None,
        **fields: Any,
    ) -> WorkflowHandler[Any]:
        """Start a run; needs a running event loop. `fields` are the fields of the start event.

        With a context that was saved during a run, and without a start event, that run is continued: its running steps
        start again with their events. Raises WorkflowValidationError before any step runs.
        """
        from bookwheel.engine.workflow.step_runner import StepRunSettings, start_steps

        settings = StepRunSettings(
            timeout=self._timeout,
            num_concurrent_runs=self._num_concurrent_runs,
            validate=not self._disable_validation,
            skipped_checks=self._skip_graph_checks,
        )
        return start_steps(self, settings, start_event, fields, ctx=ctx, run_id=run_id)
