"""The steps of a workflow: the events each takes and returns, and checks that they fit together."""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, Union, cast, get_args, get_origin

from bookwheel.engine.events import (
    Event,
    HumanResponseEvent,
    InputRequiredEvent,
    StartEvent,
    StepFailedEvent,
    StopEvent,
)
from bookwheel.engine.workflow.retry import RetryPolicy
from bookwheel.engine.workflow.step_decorator import Recovery, StepOptions, added_steps, has_steps, step_options
from bookwheel.errors import WorkflowConfigurationError, WorkflowValidationError
from bookwheel.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from bookwheel.engine.workflow.resources import Resource

# The attribute of a workflow that holds its graph.
_GRAPH = "__bookwheel_graph__"
# How deep lists in lists are followed to find the steps that gather them.
_MAX_DEPTH = 8


@dataclass(frozen=True, slots=True)
class StepSpec:
    """A step: the events it takes and may return, and how it is called.

    With several `event_parameters` it is called when there is an event for each. With `gathers` it is called with a
    list of all events of a group, or of the first `take`. With a `recovery` it is an error step. With `fans_out` its
    return annotation has a list.
    """

    name: str
    function: Callable[..., Any]
    event_parameters: Mapping[str, tuple[type[Event], ...]]
    context_parameter: str | None
    resources: Mapping[str, Resource]
    returns: tuple[type[Event], ...]
    fans_out: bool
    state_type: type[Any] | None
    options: StepOptions
    gathers: bool = False
    take: int | None = None

    @property
    def accepts(self) -> tuple[type[Event], ...]:
        """The event classes of the step's parameters."""
        return tuple(dict.fromkeys(kind for kinds in self.event_parameters.values() for kind in kinds))

    @property
    def num_workers(self) -> int:
        """How many calls of the step run at once."""
        return self.options.num_workers

    @property
    def retry_policy(self) -> RetryPolicy | None:
        """The policy by which a failed call is tried again."""
        return self.options.retry_policy

    @property
    def recovery(self) -> Recovery | None:
        """The settings of an error step; None for other steps."""
        return self.options.recovery

    def takes(self, event: Event) -> bool:
        """Whether this step takes the event."""
        return self.fits(event, self.accepts)

    def fits(self, event: Event, kinds: Iterable[type[Event]]) -> bool:
        """Whether the event is of one of the classes, or of a subclass if the step accepts subclasses."""
        if self.options.takes_subclasses:
            return isinstance(event, tuple(kinds))
        return type(event) in kinds

    def may_skip(self, check: str) -> bool:
        """Whether the step may fail a check of the graph."""
        return check in self.options.skipped_checks


class StepGraph:
    """All steps of one workflow instance, by name."""

    def __init__(self, name: str, steps: Mapping[str, StepSpec]) -> None:
        from bookwheel.engine.workflow.resources import ResourceCache

        self.name = name
        self.steps = steps
        self.resources = ResourceCache()
        self._gatherers: dict[str, frozenset[str]] = {}

    @property
    def accepted(self) -> set[type[Event]]:
        """The event classes that the steps take."""
        return {kind for spec in self.steps.values() for kind in spec.accepts}

    @property
    def produced(self) -> set[type[Event]]:
        """The event classes that the steps return or send."""
        return {kind for spec in self.steps.values() for kind in spec.returns}

    @property
    def known_events(self) -> dict[str, type[Event]]:
        """All event classes of the steps, by name."""
        return {kind.__name__: kind for kind in self.accepted | self.produced}

    @property
    def start_event(self) -> type[StartEvent]:
        """The event class that starts the workflow. Raises WorkflowConfigurationError if there is not exactly one."""
        starts = list(
            dict.fromkeys(kind for spec in self.steps.values() for kind in spec.accepts if issubclass(kind, StartEvent))
        )
        if len(starts) == 1:
            return starts[0]
        found = ", ".join(kind.__name__ for kind in starts) or "none"
        raise WorkflowConfigurationError(
            f"{self.name} must have steps for exactly one StartEvent class, not {len(starts)} (found: {found}).",
            hint="Annotate the first step: async def begin(self, ev: StartEvent) -> ...",
        )

    @property
    def state_type(self) -> type[Any] | None:
        """The state class that the steps declare with `Context[...]`; None for the default.

        If they declare a class and its subclass, it is the subclass.
        """
        kinds = list(dict.fromkeys(spec.state_type for spec in self.steps.values() if spec.state_type is not None))
        for kind in kinds:
            if all(issubclass(kind, other) for other in kinds):
                return kind
        if not kinds:
            return None
        names = ", ".join(kind.__name__ for kind in kinds)
        raise WorkflowValidationError(
            f"The steps of {self.name} declare different state classes: {names}.",
            hint="Use one class, or classes that derive from each other.",
        )

    @property
    def takes_from_outside(self) -> bool:
        """Whether a step takes events that `send_event` can send while no step is running."""
        return any(not issubclass(kind, (StartEvent, StepFailedEvent)) for kind in self.accepted)

    @property
    def asks_human(self) -> bool:
        """Whether a step returns a question or takes a human's answer."""
        human = (InputRequiredEvent, HumanResponseEvent)
        return any(issubclass(kind, human) for kind in self.produced | self.accepted)

    def error_step(self, failed: str) -> StepSpec | None:
        """The error step for the step `failed`; None when there is none."""
        if self.steps[failed].recovery is not None:
            return None
        handlers = [spec for spec in self.steps.values() if spec.recovery is not None]
        named = [spec for spec in handlers if spec.recovery and failed in (spec.recovery.for_steps or ())]
        general = [spec for spec in handlers if spec.recovery and spec.recovery.for_steps is None]
        return next(iter(named + general), None)

    def gatherers(self, producer: str) -> frozenset[str]:
        """The steps that gather the members of a list returned by `producer`; they are called even without members."""
        found = self._gatherers.get(producer)
        if found is None:
            found = self._gatherers[producer] = frozenset(self._reached(producer))
        return found

    def _reached(self, producer: str) -> Iterable[str]:
        # A list returned inside a group opens an inner group, whose members are gathered one level deeper.
        waiting = [(kind, 1) for kind in self.steps[producer].returns]
        seen: set[tuple[type[Event], int]] = set()
        while waiting:
            kind, depth = waiting.pop()
            if (kind, depth) in seen or depth > _MAX_DEPTH:
                continue
            seen.add((kind, depth))
            for spec in self.steps.values():
                if kind not in spec.accepts:
                    continue
                if spec.gathers and depth == 1:
                    yield spec.name
                    continue
                inner = depth - 1 if spec.gathers else depth
                waiting += [(result, inner + 1 if spec.fans_out else inner) for result in spec.returns]

    def check(self, skipped: frozenset[str] = frozenset()) -> None:
        """Raise WorkflowValidationError, with the name of the step or event, for steps that do not fit together.

        `skipped` are the checks to leave out: "reachability", "terminal_event", "dead_end".
        """
        self.check_ends(skipped)
        for spec in self.steps.values():
            self._check_step(spec, skipped)

    def check_ends(self, skipped: frozenset[str] = frozenset()) -> None:
        """Raise WorkflowConfigurationError when no step begins or ends a run."""
        if "terminal_event" not in skipped and not any(issubclass(kind, StopEvent) for kind in self.produced):
            raise WorkflowConfigurationError(
                f"No step of {self.name} returns a StopEvent, so it would never end.",
                hint="Annotate the last step: -> StopEvent.",
            )
        _ = self.start_event

    def check_error_steps(self) -> None:
        """Raise WorkflowValidationError for error steps that conflict or name unknown steps."""
        claimed: dict[str, str] = {}
        for spec in self.steps.values():
            if spec.recovery is None:
                continue
            if spec.accepts != (StepFailedEvent,):
                raise WorkflowValidationError(f"The error step '{spec.name}' must accept StepFailedEvent.")
            for name in spec.recovery.for_steps if spec.recovery.for_steps is not None else ("",):
                if name and (name not in self.steps or self.steps[name].recovery is not None):
                    raise WorkflowValidationError(
                        f"The error step '{spec.name}' is for '{name}', which {self.name} does not have as a step.",
                        hint="Name steps marked with @step.",
                    )
                if name in claimed:
                    what = f"the step '{name}'" if name else "all other steps"
                    raise WorkflowValidationError(
                        f"'{claimed[name]}' and '{spec.name}' are both for {what}.",
                        hint="Leave one of them out, or narrow its for_steps=[...].",
                    )
                claimed[name] = spec.name

    def _check_step(self, spec: StepSpec, skipped: frozenset[str]) -> None:
        from_outside = (StartEvent, HumanResponseEvent, StepFailedEvent)
        for kind in spec.accepts:
            if "reachability" in skipped or spec.may_skip("reachability"):
                break
            made = kind in self.produced or issubclass(kind, from_outside)
            if not made and not (spec.options.takes_subclasses and any(issubclass(k, kind) for k in self.produced)):
                raise WorkflowValidationError(
                    f"The step '{spec.name}' of {self.name} takes {kind.__name__}, which no step returns.",
                    hint="Add it to the return annotation of the step that returns or sends it.",
                )
        for kind in spec.returns:
            if "dead_end" in skipped or spec.may_skip("dead_end"):
                break
            if not self._is_taken(kind) and not issubclass(kind, (StopEvent, InputRequiredEvent)):
                raise WorkflowValidationError(
                    f"The step '{spec.name}' of {self.name} returns {kind.__name__}, which no step takes.",
                    hint="Add a step that takes it.",
                )

    def _is_taken(self, kind: type[Event]) -> bool:
        return kind in self.accepted or any(
            spec.options.takes_subclasses and issubclass(kind, spec.accepts) for spec in self.steps.values()
        )


def graph_of(workflow: object) -> StepGraph:
    """The steps of a workflow instance. Raises WorkflowValidationError, with the step's name, for an invalid one."""
    attributes = vars(workflow)
    graph = attributes.get(_GRAPH)
    if graph is None:
        graph = attributes[_GRAPH] = _read_graph(workflow)
    return cast("StepGraph", graph)


def state_type_of(workflow: object) -> type[Any] | None:
    """The state class that the steps of an object declare; None for the default, and without steps."""
    return graph_of(workflow).state_type if has_steps(workflow) else None


def _read_graph(workflow: object) -> StepGraph:
    kind = type(workflow)
    found: dict[str, Callable[..., Any]] = {}
    for cls in reversed(kind.__mro__):
        for name, member in vars(cls).items():
            if step_options(member) is not None:
                # Bind the function of the class: an attribute of the instance may have the same name.
                found[name] = member.__get__(workflow, kind)
        found.update(added_steps(cls))
    steps = {
        name: _read_step(name, function, options)
        for name, function in found.items()
        if (options := step_options(function)) is not None
    }
    if not steps:
        raise WorkflowConfigurationError(f"{kind.__name__} has no steps.", hint="Mark its methods with @step.")
    graph = StepGraph(kind.__name__, steps)
    graph.check_error_steps()
    return graph


class _Parameters:
    """The parameters of a step by kind: context, events and resources."""

    def __init__(self) -> None:
        self.context: str | None = None
        self.state_type: type[Any] | None = None
        self.events: dict[str, tuple[type[Event], ...]] = {}
        self.resources: dict[str, Resource] = {}
        self.gathers = False
        self.take: int | None = None

    def add(self, parameter: inspect.Parameter, hint: Any, step_name: str, scope: Mapping[str, object]) -> None:
        from bookwheel.engine.workflow.collecting import taken
        from bookwheel.engine.workflow.resources import resource_of

        resource = resource_of(hint)
        if resource is not None:
            resource.scope = scope
            self.resources[parameter.name] = resource
        elif _is_context(hint):
            state_type = next(iter(get_args(hint)), None)
            self.context = parameter.name
            # `Context[Any]` and type variables do not name a class.
            self.state_type = state_type if isinstance(state_type, type) else None
        elif kinds := _event_classes(hint):
            self.take = taken(hint, step_name)
            self.events[parameter.name] = kinds
            self.gathers = self.gathers or _is_list(hint)
        elif parameter.default is parameter.empty:
            raise WorkflowValidationError(
                f"The step '{step_name}' has a parameter '{parameter.name}' that is neither an event nor the Context.",
                hint="Annotate it with the Event class that the step takes.",
            )


def _read_step(name: str, function: Callable[..., Any], options: StepOptions) -> StepSpec:
    if inspect.isasyncgenfunction(function) or inspect.isgeneratorfunction(function):
        raise WorkflowValidationError(
            f"The step '{name}' is a generator.", hint="Return a list of events, or send them with ctx.send_event(...)."
        )
    signature = inspect.signature(function)
    scope = {**getattr(inspect.unwrap(function), "__globals__", {}), **options.scope}
    parameters = _Parameters()
    for parameter in signature.parameters.values():
        parameters.add(parameter, _resolved(parameter.annotation, scope, name), name, options.scope)
    if not parameters.events or (parameters.gathers and len(parameters.events) > 1):
        raise WorkflowValidationError(
            f"The step '{name}' takes {len(parameters.events)} event parameters, not one.",
            hint="Use one parameter, annotated with an Event class, a union of several, or a list.",
        )
    returned = _resolved(signature.return_annotation, scope, name)
    if returned is inspect.Signature.empty:
        raise WorkflowValidationError(
            f"The step '{name}' has no return annotation.",
            hint="Annotate it: -> StopEvent, -> MyEvent | None, ...",
        )
    return StepSpec(
        name=name,
        function=function,
        event_parameters=parameters.events,
        context_parameter=parameters.context,
        resources=parameters.resources,
        returns=_event_classes(returned),
        fans_out=_is_list(returned) or any(_is_list(member) for member in get_args(returned)),
        state_type=parameters.state_type,
        options=options,
        gathers=parameters.gathers,
        take=parameters.take,
    )


def _is_list(hint: Any) -> bool:
    if get_origin(hint) is Annotated:
        return _is_list(get_args(hint)[0])
    return get_origin(hint) is list


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
        # Source code of the program, made a string by `from __future__ import annotations`.
        return eval(annotation, scope)
    except NameError as error:
        raise WorkflowValidationError(
            f"The step '{name}' is annotated with {annotation!r}, and {error}.",
            hint="Import or define the event class where the workflow is defined.",
        ) from error
