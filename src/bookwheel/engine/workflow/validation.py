"""Checks of a workflow before its run: who starts it, who ends it, and that every event has a taker."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bookwheel.engine.events import Event, HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent
from bookwheel.engine.workflow.step_decorator import StepSpec
from bookwheel.errors import WorkflowValidationError


def check_workflow(name: str, steps: Mapping[str, StepSpec]) -> None:
    """Raise WorkflowValidationError, naming the step or event, for a workflow that cannot work."""
    accepted = {kind for spec in steps.values() for kind in spec.accepts}
    produced = {kind for spec in steps.values() for kind in spec.returns}
    if not any(issubclass(kind, StopEvent) for kind in produced):
        raise WorkflowValidationError(
            f"No step of {name} returns a StopEvent, so that it would never end.",
            hint="Annotate the last step: -> StopEvent.",
        )
    start_event_of(name, steps)
    for spec in steps.values():
        for kind in spec.accepts:
            if kind not in produced and not issubclass(kind, (StartEvent, HumanResponseEvent)):
                raise WorkflowValidationError(
                    f"The step '{spec.name}' of {name} takes {kind.__name__}, which no step returns.",
                    hint="Add it to the return annotation of the step that returns or sends it.",
                )
        for kind in spec.returns:
            if kind not in accepted and not issubclass(kind, (StopEvent, InputRequiredEvent)):
                raise WorkflowValidationError(
                    f"The step '{spec.name}' of {name} returns {kind.__name__}, which no step takes.",
                    hint="Add a step that takes it.",
                )


def start_event_of(name: str, steps: Mapping[str, StepSpec]) -> type[Event]:
    """The class of the event that starts the workflow."""
    starts = _unique(kind for spec in steps.values() for kind in spec.accepts if issubclass(kind, StartEvent))
    if len(starts) == 1:
        return starts[0]
    found = ", ".join(kind.__name__ for kind in starts) or "none"
    raise WorkflowValidationError(
        f"{name} must have steps for exactly one StartEvent class, not {len(starts)} (found: {found}).",
        hint="Annotate the first step: async def begin(self, ev: StartEvent) -> ...",
    )


def takes_from_outside(steps: Mapping[str, StepSpec]) -> bool:
    """Whether events that nobody in the workflow returns may still come, from a human."""
    produced = {kind for spec in steps.values() for kind in spec.returns}
    return any(
        kind not in produced and not issubclass(kind, StartEvent) for spec in steps.values() for kind in spec.accepts
    )


def _unique(kinds: Iterable[type[Event]]) -> list[type[Event]]:
    return list(dict.fromkeys(kinds))
