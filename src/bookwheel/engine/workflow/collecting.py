"""`Annotated[list[E], Collect(Take(n))]`: how many events of a group a step with a list parameter waits for."""

from __future__ import annotations

from dataclasses import field
from typing import Annotated, Any, get_args, get_origin

from bookwheel.errors import WorkflowValidationError
from bookwheel.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Cardinality:
    """How many events a step waits for: `All` or `Take`."""


@dataclass(frozen=True, slots=True)
class All(Cardinality):
    """All events of the group, given to the step when no running step can send another."""


@dataclass(frozen=True, slots=True)
class Take(Cardinality):
    """The first `n` events, or fewer when no more come. Later ones of the same group are dropped."""

    n: int

    def __post_init__(self) -> None:
        if type(self.n) is not int or self.n < 1:
            raise ValueError(f"Take(n) needs an integer n of 1 or more, not {self.n!r}.")


@dataclass(frozen=True, slots=True)
class Collect:
    """Marks a list parameter of a step with the number of events that it waits for."""

    cardinality: Cardinality = field(default_factory=All)


def taken(hint: Any, step_name: str) -> int | None:
    """The `n` of `Take(n)` in an annotation, None for all. Raises WorkflowValidationError for a wrong marker."""
    markers = (
        [note for note in get_args(hint)[1:] if isinstance(note, Collect)] if get_origin(hint) is Annotated else []
    )
    if not markers:
        return None
    if get_origin(get_args(hint)[0]) is not list:
        raise WorkflowValidationError(
            f"The step '{step_name}' has Collect on a parameter that is not a list.",
            hint="Annotate it: Annotated[list[MyEvent], Collect(...)].",
        )
    match markers[0].cardinality:
        case Take(n):
            return n
        case All():
            return None
        case other:
            raise WorkflowValidationError(
                f"The step '{step_name}' collects by {type(other).__name__}.", hint="Use All() or Take(n)."
            )
