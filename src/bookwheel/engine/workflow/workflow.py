"""Workflows of the user's own: a class with steps, each taking events and returning others."""

from __future__ import annotations

# Nothing else is imported here: agents are workflows, and most programs that import one use it seconds later.
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


def _check_names(checks: Collection[str]) -> frozenset[str]:
    if not checks:
        return frozenset()
    from bookwheel.engine.workflow.step_decorator import checked_names

    return checked_names(checks, ("reachability", "terminal_event", "dead_end"))


class Workflow:
    """Base class: write steps with `@step`, start with `run()`.

    A step that takes a `StartEvent` begins, one that returns a `StopEvent` ends it; all others are called with the
    events that their annotations name. One marked with `@catch_error` is called when another has failed.

    `timeout` is in seconds (None: without limit). At most `num_concurrent_runs` of one instance are at work at a time,
    further ones wait. `verbose` is accepted as in LlamaIndex and has no effect: the stream with `expose_internal=True`
    shows each step. `skip_graph_checks` names checks before a run that are left out.
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
        _check_number(num_concurrent_runs)
        self._timeout = timeout
        self._verbose = verbose
        self._disable_validation = disable_validation
        self._num_concurrent_runs = num_concurrent_runs
        self._workflow_name = workflow_name
        self._skip_graph_checks = _check_names(skip_graph_checks or ())

    @property
    def workflow_name(self) -> str:
        """The name that was given, else the module and name of the class."""
        kind = type(self)
        return self._workflow_name or f"{kind.__module__}.{kind.__qualname__}"

    @classmethod
    def add_step(cls, func: Callable[..., Any]) -> None:
        """Add a function outside the class as a step; `@step(workflow=...)` calls this."""
        from bookwheel.engine.workflow.step_decorator import add_step

        add_step(cls, func)

    def validate(self) -> bool:
        """Whether the workflow asks a human; WorkflowValidationError for steps that do not fit together."""
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
        """Start a run; needs a running event loop. `fields` become those of the start event.

        With a context that was saved in the middle of a run and no start event, that run goes on: steps that were at
        work begin again with their events. Raises WorkflowValidationError before anything runs.
        """
        from bookwheel.engine.workflow.step_runner import StepRunSettings, start_steps

        settings = StepRunSettings(
            timeout=self._timeout,
            num_concurrent_runs=self._num_concurrent_runs,
            validate=not self._disable_validation,
            skipped_checks=self._skip_graph_checks,
        )
        return start_steps(self, settings, start_event, fields, ctx=ctx, run_id=run_id)
