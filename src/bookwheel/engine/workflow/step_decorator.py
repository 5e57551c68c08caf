"""`@step`: a method (or function) of a workflow, routed by its annotations."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar, cast, overload

from bookwheel.engine.workflow.retry import RetryPolicy
from bookwheel.errors import WorkflowValidationError
from bookwheel.lazy_dataclass import dataclass

FunctionT = TypeVar("FunctionT", bound=Callable[..., Any])

DEFAULT_WORKERS = 4
_OPTIONS = "__bookwheel_step__"
_ADDED = "__bookwheel_added_steps__"
# This helper, the decorator's two functions, the class body, the function around it, and one more.
_FRAMES = 6


class StepOwner(Protocol):
    """A class that functions outside of it can be added to as steps."""

    @classmethod
    def add_step(cls, func: Callable[..., Any]) -> None:
        """Add a step."""
        ...


@dataclass(frozen=True, slots=True)
class StepOptions:
    """The arguments of the decorator; `scope` are the names that string annotations may mean."""

    num_workers: int
    retry_policy: RetryPolicy | None
    scope: Mapping[str, object]


@overload
def step(function: FunctionT, /) -> FunctionT: ...


@overload
def step(
    *,
    workflow: type[StepOwner] | None = None,
    num_workers: int = DEFAULT_WORKERS,
    retry_policy: RetryPolicy | None = None,
) -> Callable[[FunctionT], FunctionT]: ...


def step(
    function: FunctionT | None = None,
    /,
    *,
    workflow: type[StepOwner] | None = None,
    num_workers: int = DEFAULT_WORKERS,
    retry_policy: RetryPolicy | None = None,
) -> FunctionT | Callable[[FunctionT], FunctionT]:
    """Make a step: it takes the events that its event parameter is annotated with, and its return annotation says which
    events it may return or send.

    At most `num_workers` of it run at once in a run. `retry_policy` says whether a failed one is tried again. Outside a
    class `workflow` names the class that the step belongs to. A parameter `Annotated[T, Resource(make_t)]` is given
    what `make_t()` returns.
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
    """The arguments of the decorator; None for what is not a step."""
    options = getattr(function, _OPTIONS, None)
    # An object that answers every name (a mock, a proxy) is not a step.
    return options if isinstance(options, StepOptions) else None


def add_step(cls: type, function: Callable[..., Any]) -> None:
    """Add a function to a class as a step; WorkflowValidationError when the class has something of that name."""
    name = function.__name__
    if hasattr(cls, name) or any(name in added_steps(base) for base in cls.__mro__):
        raise WorkflowValidationError(f"{cls.__name__} has a step called '{name}' already.")
    setattr(cls, _ADDED, {**added_steps(cls), name: function})


def added_steps(cls: type) -> dict[str, Callable[..., Any]]:
    """The functions that were added to the class itself, by name."""
    return cast("dict[str, Callable[..., Any]]", vars(cls).get(_ADDED, {}))


def _classes_around(function: Callable[..., Any]) -> dict[str, object]:
    """The names that are local where the decorator stands: events are often defined in a function, by the workflow.

    Only string annotations need them, and only what an annotation can name is kept: whole scopes would keep alive all
    that is in them.
    """
    found: dict[str, object] = {}
    hints = [hint for hint in inspect.get_annotations(function).values() if isinstance(hint, str)]
    if "<locals>" not in function.__qualname__ or not hints:
        return found
    text = " ".join(hints)
    frame = inspect.currentframe()
    for _ in range(_FRAMES):
        if frame is None or frame.f_code.co_name == "<module>":
            break
        found = {name: value for name, value in frame.f_locals.items() if name in text} | found
        frame = frame.f_back
    return found
