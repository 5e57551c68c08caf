"""The steps of a workflow: what each takes and returns, and whether they fit together."""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any, TypeVar, Union, cast, get_args, get_origin

from bookwheel.engine.events import Event, HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent
from bookwheel.engine.workflow.resources import Resource, ResourceCache, resource_of
from bookwheel.engine.workflow.retry import RetryPolicy
from bookwheel.engine.workflow.step_decorator import StepOptions, added_steps, step_options
from bookwheel.errors import WorkflowValidationError
from bookwheel.lazy_dataclass import dataclass

# Where an instance keeps its graph. No step or attribute of a user has this name.
_GRAPH = "__bookwheel_graph__"


@dataclass(frozen=True, slots=True)
class StepSpec:
    """A step as the run needs it: what it takes, what it may return, and how it is called.

    One that `gathers` is called with the list of all its events, when no other step is at work any more.
    """

    name: str
    function: Callable[..., Any]
    event_parameter: str
    context_parameter: str | None
    resources: Mapping[str, Resource]
    accepts: tuple[type[Event], ...]
    returns: tuple[type[Event], ...]
    state_type: type[Any] | None
    num_workers: int
    retry_policy: RetryPolicy | None
    gathers: bool = False

    def takes(self, event: Event) -> bool:
        """Whether this step takes the event: by its exact class."""
        return type(event) in self.accepts


class StepGraph:
    """All steps of one workflow instance, by name."""

    def __init__(self, name: str, steps: Mapping[str, StepSpec]) -> None:
        self.name = name
        self.steps = steps
        self.resources = ResourceCache()

    @property
    def accepted(self) -> set[type[Event]]:
        """The classes of event that some step takes."""
        return {kind for spec in self.steps.values() for kind in spec.accepts}

    @property
    def produced(self) -> set[type[Event]]:
        """The classes of event that some step returns or sends."""
        return {kind for spec in self.steps.values() for kind in spec.returns}

    @property
    def known_events(self) -> dict[str, type[Event]]:
        """All classes of event that the steps name, by their names."""
        return {kind.__name__: kind for kind in self.accepted | self.produced}

    @property
    def start_event(self) -> type[StartEvent]:
        """The class of the event that starts the workflow; WorkflowValidationError when there is not exactly one."""
        starts = list(
            dict.fromkeys(kind for spec in self.steps.values() for kind in spec.accepts if issubclass(kind, StartEvent))
        )
        if len(starts) == 1:
            return starts[0]
        found = ", ".join(kind.__name__ for kind in starts) or "none"
        raise WorkflowValidationError(
            f"{self.name} must have steps for exactly one StartEvent class, not {len(starts)} (found: {found}).",
            hint="Annotate the first step: async def begin(self, ev: StartEvent) -> ...",
        )

    @property
    def state_type(self) -> type[Any] | None:
        """The class of the state that steps ask for with `Context[...]`; None for the default one.

        Of a class and its subclass it is the subclass.
        """
        kinds = list(dict.fromkeys(spec.state_type for spec in self.steps.values() if spec.state_type is not None))
        for kind in kinds:
            if all(issubclass(kind, other) for other in kinds):
                return kind
        if not kinds:
            return None
        names = ", ".join(kind.__name__ for kind in kinds)
        raise WorkflowValidationError(
            f"The steps of {self.name} want different states: {names}.",
            hint="Use one class, or classes that derive from each other.",
        )

    @property
    def takes_from_outside(self) -> bool:
        """Whether a step takes events that no step returns, such as a human's answer."""
        produced = self.produced
        return any(kind not in produced and not issubclass(kind, StartEvent) for kind in self.accepted)

    def check(self) -> None:
        """Raise WorkflowValidationError, naming the step or event, for steps that do not fit together."""
        if not any(issubclass(kind, StopEvent) for kind in self.produced):
            raise WorkflowValidationError(
                f"No step of {self.name} returns a StopEvent, so that it would never end.",
                hint="Annotate the last step: -> StopEvent.",
            )
        _ = self.start_event
        for spec in self.steps.values():
            self._check_step(spec)

    def _check_step(self, spec: StepSpec) -> None:
        for kind in spec.accepts:
            if kind not in self.produced and not issubclass(kind, (StartEvent, HumanResponseEvent)):
                raise WorkflowValidationError(
                    f"The step '{spec.name}' of {self.name} takes {kind.__name__}, which no step returns.",
                    hint="Add it to the return annotation of the step that returns or sends it.",
                )
        for kind in spec.returns:
            if kind not in self.accepted and not issubclass(kind, (StopEvent, InputRequiredEvent)):
                raise WorkflowValidationError(
                    f"The step '{spec.name}' of {self.name} returns {kind.__name__}, which no step takes.",
                    hint="Add a step that takes it.",
                )


def graph_of(workflow: object) -> StepGraph:
    """The steps of a workflow instance; WorkflowValidationError, naming the step, for one that cannot be read."""
    attributes = vars(workflow)
    graph = attributes.get(_GRAPH)
    if graph is None:
        graph = attributes[_GRAPH] = _read_graph(workflow)
    return cast("StepGraph", graph)


def state_type_of(workflow: object) -> type[Any] | None:
    """The class of state that the steps of an object ask for; None for the default one, and without steps."""
    has_steps = any(
        added_steps(cls) or any(step_options(member) is not None for member in vars(cls).values())
        for cls in type(workflow).__mro__
    )
    return graph_of(workflow).state_type if has_steps else None


def _read_graph(workflow: object) -> StepGraph:
    kind = type(workflow)
    found: dict[str, Callable[..., Any]] = {}
    for cls in reversed(kind.__mro__):
        for name, member in vars(cls).items():
            if step_options(member) is not None:
                # Through the class: an attribute of the instance may have the same name.
                found[name] = member.__get__(workflow, kind)
        found.update(added_steps(cls))
    steps = {
        name: _read_step(name, function, options)
        for name, function in found.items()
        if (options := step_options(function)) is not None
    }
    if not steps:
        raise WorkflowValidationError(f"{kind.__name__} has no steps.", hint="Mark its methods with @step.")
    return StepGraph(kind.__name__, steps)


class _Parameters:
    """The parameters of a step, sorted by what they are given."""

    def __init__(self) -> None:
        self.context: str | None = None
        self.state_type: type[Any] | None = None
        self.events: dict[str, tuple[type[Event], ...]] = {}
        self.resources: dict[str, Resource] = {}
        self.gathers = False

    def add(self, parameter: inspect.Parameter, hint: Any, step_name: str) -> None:
        resource = resource_of(hint)
        if resource is not None:
            self.resources[parameter.name] = resource
        elif _is_context(hint):
            state_type = next(iter(get_args(hint)), None)
            self.context = parameter.name
            # `Context[Any]` and type variables name no class; a state class of pydantic is made by calling it.
            self.state_type = state_type if isinstance(state_type, type) else None
        elif kinds := _event_classes(hint):
            self.events[parameter.name] = kinds
            self.gathers = get_origin(hint) is list
        elif parameter.default is parameter.empty:
            raise WorkflowValidationError(
                f"The step '{step_name}' has a parameter '{parameter.name}' that is neither an event nor the Context.",
                hint="Annotate it with the Event class that the step takes.",
            )


def _read_step(name: str, function: Callable[..., Any], options: StepOptions) -> StepSpec:
    signature = inspect.signature(function)
    scope = {**getattr(inspect.unwrap(function), "__globals__", {}), **options.scope}
    parameters = _Parameters()
    for parameter in signature.parameters.values():
        parameters.add(parameter, _resolved(parameter.annotation, scope, name), name)
    if len(parameters.events) != 1:
        raise WorkflowValidationError(
            f"The step '{name}' takes {len(parameters.events)} event parameters, not one.",
            hint="Use one parameter, annotated with an Event class or a union of several.",
        )
    ((event_parameter, accepts),) = parameters.events.items()
    return StepSpec(
        name=name,
        function=function,
        event_parameter=event_parameter,
        context_parameter=parameters.context,
        resources=parameters.resources,
        accepts=accepts,
        returns=_returned(_resolved(signature.return_annotation, scope, name), name),
        state_type=parameters.state_type,
        num_workers=options.num_workers,
        retry_policy=options.retry_policy,
        gathers=parameters.gathers,
    )


def _returned(hint: Any, name: str) -> tuple[type[Event], ...]:
    if hint is inspect.Signature.empty:
        raise WorkflowValidationError(
            f"The step '{name}' does not say what it returns.",
            hint="Annotate it: -> StopEvent, -> MyEvent | None, ...",
        )
    return _event_classes(hint)


def _event_classes(hint: Any) -> tuple[type[Event], ...]:
    if isinstance(hint, type) and get_origin(hint) is None:
        return (hint,) if issubclass(hint, Event) else ()
    if isinstance(hint, TypeVar):
        return _event_classes(hint.__bound__)
    if get_origin(hint) in (Union, types.UnionType, list, Annotated):
        return tuple(dict.fromkeys(_each_class(get_args(hint))))
    return ()


def _each_class(hints: Iterable[Any]) -> Iterable[type[Event]]:
    for hint in hints:
        yield from _event_classes(hint)


def _is_context(hint: Any) -> bool:
    kind = get_origin(hint) or hint
    return getattr(kind, "__name__", "") == "Context"


def _resolved(annotation: Any, scope: dict[str, Any], name: str) -> Any:
    if not isinstance(annotation, str):
        return annotation
    try:
        # The step author's own source text, made a string by `from __future__ import annotations`.
        return eval(annotation, scope)
    except NameError as error:
        raise WorkflowValidationError(
            f"The step '{name}' is annotated with {annotation!r}, and {error}.",
            hint="Import or define the event class where the workflow is defined.",
        ) from error
