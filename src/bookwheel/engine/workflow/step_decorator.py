"""`@step`: a method (or function) of a workflow, routed by its annotations."""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, Union, get_args, get_origin, overload

from bookwheel.engine.events import Event
from bookwheel.engine.workflow.retry import RetryPolicy
from bookwheel.errors import WorkflowValidationError

if TYPE_CHECKING:
    from bookwheel.engine.workflow.workflow import Workflow

FunctionT = TypeVar("FunctionT", bound=Callable[..., Any])

DEFAULT_WORKERS = 4
_OPTIONS = "__bookwheel_step__"
# This helper, the decorator's two functions, the class body, the function around it, and one more.
_FRAMES = 6


@dataclass(frozen=True, slots=True)
class StepOptions:
    """What was said at the decorator; `scope` are the names that string annotations may mean."""

    num_workers: int
    retry_policy: RetryPolicy | None
    scope: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class StepSpec:
    """A step as the run needs it: what it takes, what it may return, and how it is called."""

    name: str
    function: Callable[..., Any]
    event_parameter: str
    context_parameter: str | None
    accepts: tuple[type[Event], ...]
    returns: tuple[type[Event], ...]
    state_type: type[Any] | None
    num_workers: int
    retry_policy: RetryPolicy | None

    def takes(self, event: Event) -> bool:
        """Whether this step takes the event: by its exact class."""
        return type(event) in self.accepts


@overload
def step(function: FunctionT, /) -> FunctionT: ...


@overload
def step(
    *,
    workflow: type[Workflow] | None = None,
    num_workers: int = DEFAULT_WORKERS,
    retry_policy: RetryPolicy | None = None,
) -> Callable[[FunctionT], FunctionT]: ...


def step(
    function: FunctionT | None = None,
    /,
    *,
    workflow: type[Workflow] | None = None,
    num_workers: int = DEFAULT_WORKERS,
    retry_policy: RetryPolicy | None = None,
) -> FunctionT | Callable[[FunctionT], FunctionT]:
    """Make a step: it takes the events that its event parameter is annotated with, and its return annotation says which
    events it may return or send.

    At most `num_workers` of it run at once in a run. `retry_policy` says whether a failed one is tried again. Outside a
    class `workflow` names the class that the step belongs to.
    """
    if num_workers < 1:
        raise WorkflowValidationError(f"num_workers must be 1 or more, not {num_workers}.")

    def mark(function: FunctionT) -> FunctionT:
        setattr(function, _OPTIONS, StepOptions(num_workers, retry_policy, _classes_around(function)))
        if workflow is not None:
            workflow.add_step(function)
        return function

    return mark if function is None else mark(function)


def step_options(function: object) -> StepOptions | None:
    """What `@step` said; None for what is no step."""
    return getattr(function, _OPTIONS, None)


def read_step(name: str, function: Callable[..., Any], options: StepOptions) -> StepSpec:
    """The step behind a bound method or a function.

    Raises WorkflowValidationError, naming the step, for annotations that say nothing of events.
    """
    signature = inspect.signature(function)
    scope = {**getattr(inspect.unwrap(function), "__globals__", {}), **options.scope}
    context_parameter: str | None = None
    state_type: type[Any] | None = None
    events: dict[str, tuple[type[Event], ...]] = {}
    for parameter in signature.parameters.values():
        hint = _resolved(parameter.annotation, scope, name)
        if _is_context(hint):
            context_parameter, state_type = parameter.name, next(iter(get_args(hint)), None)
        elif kinds := _event_classes(hint):
            events[parameter.name] = kinds
        elif parameter.default is parameter.empty:
            raise WorkflowValidationError(
                f"The step '{name}' has a parameter '{parameter.name}' that is neither an event nor the Context.",
                hint="Annotate it with the Event class that the step takes.",
            )
    if len(events) != 1:
        raise WorkflowValidationError(
            f"The step '{name}' takes {len(events)} event parameters, not one.",
            hint="Use one parameter, annotated with an Event class or a union of several.",
        )
    ((event_parameter, accepts),) = events.items()
    return StepSpec(
        name=name,
        function=function,
        event_parameter=event_parameter,
        context_parameter=context_parameter,
        accepts=accepts,
        returns=_returned(_resolved(signature.return_annotation, scope, name), name),
        state_type=state_type if isinstance(state_type, type) else None,
        num_workers=options.num_workers,
        retry_policy=options.retry_policy,
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
    if get_origin(hint) in (Union, types.UnionType, list, Annotated):
        return tuple(kind for part in get_args(hint) for kind in _event_classes(part))
    return ()


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


def _classes_around(function: Callable[..., Any]) -> dict[str, object]:
    """The classes that are local where the decorator stands: events are often defined in a function, by the workflow.

    Only string annotations need them, and only classes are kept: whole scopes would keep alive all that is in them.
    """
    found: dict[str, object] = {}
    hints = inspect.get_annotations(function).values()
    if "<locals>" not in function.__qualname__ or not any(isinstance(hint, str) for hint in hints):
        return found
    frame = inspect.currentframe()
    for _ in range(_FRAMES):
        if frame is None or frame.f_code.co_name == "<module>":
            break
        found = {name: value for name, value in frame.f_locals.items() if isinstance(value, type)} | found
        frame = frame.f_back
    return found
