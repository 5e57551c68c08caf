"""`@step`: a method (or function) of a workflow, routed by its annotations."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Literal, Protocol, TypeVar, cast, overload

from bookwheel.engine.workflow.retry import RetryPolicy
from bookwheel.errors import WorkflowValidationError
from bookwheel.lazy_dataclass import dataclass

FunctionT = TypeVar("FunctionT", bound=Callable[..., Any])

GraphCheck = Literal["reachability", "terminal_event", "dead_end"]

DEFAULT_WORKERS = 4
_OPTIONS = "__bookwheel_step__"
_ADDED = "__bookwheel_added_steps__"
# This helper, the decorator's two functions, the class body, the function around it, and one more.
_FRAMES = 6


class StepOwner(Protocol):
    """A class to which functions can be added as steps."""

    @classmethod
    def add_step(cls, func: Callable[..., Any]) -> None:
        """Add a step."""
        ...


@dataclass(frozen=True, slots=True)
class Recovery:
    """The settings of an error step: `for_steps` (None: all steps without their own) and the most calls."""

    for_steps: tuple[str, ...] | None
    max_recoveries: int


@dataclass(frozen=True, slots=True)
class StepOptions:
    """The arguments of the decorator; `scope` are the local names that string annotations may use."""

    num_workers: int
    retry_policy: RetryPolicy | None
    scope: Mapping[str, object]
    skipped_checks: frozenset[str] = frozenset()
    takes_subclasses: bool = False
    recovery: Recovery | None = None


@overload
def step(function: FunctionT, /) -> FunctionT: ...


@overload
def step(
    *,
    workflow: type[StepOwner] | None = None,
    num_workers: int = DEFAULT_WORKERS,
    retry_policy: RetryPolicy | None = None,
    skip_graph_checks: Sequence[GraphCheck] | None = None,
    accept_event_subclasses: bool = False,
) -> Callable[[FunctionT], FunctionT]: ...


def step(
    function: FunctionT | None = None,
    /,
    *,
    workflow: type[StepOwner] | None = None,
    num_workers: int = DEFAULT_WORKERS,
    retry_policy: RetryPolicy | None = None,
    skip_graph_checks: Sequence[GraphCheck] | None = None,
    accept_event_subclasses: bool = False,
) -> FunctionT | Callable[[FunctionT], FunctionT]:
    """Make a step: the annotation of its event parameter says which events it takes, the return annotation which ones
    it returns or sends.

    At most `num_workers` calls of it run at once in a run. `retry_policy` says whether a failed call is tried again.
    Outside a class, `workflow` is the class that the step belongs to. A parameter `Annotated[T, Resource(make_t)]` gets
    the value of `make_t()`. With `accept_event_subclasses` it also takes subclasses of its events. `skip_graph_checks`
    names the checks before a run that this step may fail ("reachability", "dead_end").
    """
    if type(num_workers) is not int or num_workers < 1:
        raise WorkflowValidationError(f"num_workers must be an integer of 1 or more, not {num_workers!r}.")
    skipped = checked_names(skip_graph_checks or (), ("reachability", "dead_end"))

    def mark(function: FunctionT) -> FunctionT:
        scope = _classes_around(function)
        options = StepOptions(num_workers, retry_policy, scope, skipped, accept_event_subclasses)
        setattr(function, _OPTIONS, options)
        if workflow is not None:
            workflow.add_step(function)
        return function

    return mark if function is None else mark(function)


@overload
def catch_error(function: FunctionT, /) -> FunctionT: ...


@overload
def catch_error(
    *, for_steps: Sequence[str] | None = None, max_recoveries: int = 1
) -> Callable[[FunctionT], FunctionT]: ...


def catch_error(
    function: FunctionT | None = None,
    /,
    *,
    for_steps: Sequence[str] | None = None,
    max_recoveries: int = 1,
) -> FunctionT | Callable[[FunctionT], FunctionT]:
    """Make an error step: it is called with a `StepFailedEvent` when a step has failed without further retries, and the
    run continues with the event it returns.

    `for_steps` names the steps that it handles; the default is all that no other error step names. After
    `max_recoveries` calls in one chain of events the run fails with the next error.
    """
    if type(max_recoveries) is not int or max_recoveries < 1:
        raise WorkflowValidationError(f"max_recoveries must be an integer of 1 or more, not {max_recoveries!r}.")
    if isinstance(for_steps, str):
        raise WorkflowValidationError(f"for_steps must be a list of step names, not {for_steps!r}.")

    def mark(function: FunctionT) -> FunctionT:
        names = None if for_steps is None else tuple(for_steps)
        scope = _classes_around(function)
        setattr(function, _OPTIONS, StepOptions(1, None, scope, recovery=Recovery(names, max_recoveries)))
        return function

    return mark if function is None else mark(function)


def checked_names(names: Collection[str], known: Sequence[str]) -> frozenset[str]:
    """The names of graph checks. Raises WorkflowValidationError for one that is not in `known`."""
    for name in names:
        if name not in known:
            raise WorkflowValidationError(
                f"{name!r} is not a graph check that can be skipped.", hint=f"Known ones: {', '.join(known)}."
            )
    return frozenset(names)


def step_options(function: object) -> StepOptions | None:
    """The arguments of the decorator; None if the function is not a step."""
    options = getattr(function, _OPTIONS, None)
    # A mock or proxy has every attribute, but is not a step.
    return options if isinstance(options, StepOptions) else None


def add_step(cls: type, function: Callable[..., Any]) -> None:
    """Add a function to a class as a step. Raises WorkflowValidationError when the name is already used."""
    name = function.__name__
    if hasattr(cls, name) or any(name in added_steps(base) for base in cls.__mro__):
        raise WorkflowValidationError(
            f"{cls.__name__} already has a step called '{name}'.", hint="Give one of them another name."
        )
    setattr(cls, _ADDED, {**added_steps(cls), name: function})


def added_steps(cls: type) -> dict[str, Callable[..., Any]]:
    """The functions that were added to the class itself, by name."""
    return cast("dict[str, Callable[..., Any]]", vars(cls).get(_ADDED, {}))


def _classes_around(function: Callable[..., Any]) -> dict[str, object]:
    """The local names around the decorator: events are often defined in a function, next to the workflow.

    Only string annotations need them. Only names that an annotation can use are kept: whole scopes would keep all their
    objects alive.
    """
    found: dict[str, object] = {}
    hints = [hint for hint in inspect.get_annotations(function).values() if isinstance(hint, str)]
    if "<locals>" not in function.__qualname__ or not hints:
        return found
    text = " ".join(hints)

    def is_meant(name: str, value: object) -> bool:
        # The factory of a resource may use classes and factories that are not in the step's annotations.
        return name in text or ("Resource" in text and (isinstance(value, type) or inspect.isfunction(value)))

    frame = inspect.currentframe()
    for _ in range(_FRAMES):
        if frame is None or frame.f_code.co_name == "<module>":
            break
        found = {name: value for name, value in frame.f_locals.items() if is_meant(name, value)} | found
        frame = frame.f_back
    return found


def has_steps(workflow: object) -> bool:
    """Whether the class of an object has steps; agents have none."""
    return any(
        added_steps(cls) or any(step_options(member) is not None for member in vars(cls).values())
        for cls in type(workflow).__mro__
    )
