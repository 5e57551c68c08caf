"""`Annotated[T, Resource(factory)]`: a further argument of a step, made by a function."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Mapping
from typing import Annotated, Any, get_args, get_origin

from bookwheel.errors import WorkflowValidationError


class Resource:
    """Marks a step's parameter; `factory`, a plain or asynchronous function, makes its value.

    The parameters of a factory can be marked as resources too.

    With `cache` the value is made once for each workflow instance, otherwise for each call of a step.
    """

    def __init__(self, factory: Callable[..., Any], cache: bool = True) -> None:
        self.factory = factory
        self.cache = cache
        # The local names around the step, which string annotations of the factory may use.
        self.scope: Mapping[str, object] = {}

    @property
    def name(self) -> str:
        """The name of the factory, for messages."""
        return getattr(self.factory, "__name__", repr(self.factory))

    def needs(self) -> dict[str, Resource]:
        """The resources of the factory's own parameters, by name."""
        found: dict[str, Resource] = {}
        for parameter in inspect.signature(self.factory).parameters.values():
            hint = parameter.annotation
            if isinstance(hint, str) and "Resource" in hint:
                hint = _resolved(hint, self.factory, self.scope)
            if (resource := resource_of(hint)) is not None:
                resource.scope = self.scope
                found[parameter.name] = resource
        return found

    async def make(self, others: ResourceCache, inside: tuple[Resource, ...] = ()) -> Any:
        """A new value; the factory's resources come from `others`. `inside` are the resources that need this one."""
        if any(outer.factory is self.factory for outer in inside):
            way = " → ".join(outer.name for outer in (*inside, self))
            raise WorkflowValidationError(
                f"The resource '{self.name}' needs itself: {way}.",
                hint="Let one of these resources do without the next.",
            )
        given = {name: await others.get(needed, (*inside, self)) for name, needed in self.needs().items()}
        value = self.factory(**given)
        return await value if inspect.isawaitable(value) else value


class ResourceCache:
    """The cached resources of one workflow instance."""

    def __init__(self) -> None:
        self._making: dict[Callable[..., Any], asyncio.Future[Any]] = {}

    async def get(self, resource: Resource, inside: tuple[Resource, ...] = ()) -> Any:
        """The value for a step; steps that call this at the same time get the same value.

        `inside` are the resources that need this one. Raises WorkflowValidationError when the resource needs itself.
        """
        if not resource.cache or any(outer.factory is resource.factory for outer in inside):
            return await resource.make(self, inside)
        made = self._making.get(resource.factory)
        if made is not None and not made.done() and made.get_loop() is asyncio.get_running_loop():
            return await asyncio.shield(made)
        if made is not None and made.done() and not made.cancelled() and made.exception() is None:
            return made.result()
        return await self._make(resource, inside)

    async def _make(self, resource: Resource, inside: tuple[Resource, ...]) -> Any:
        made = self._making[resource.factory] = asyncio.get_running_loop().create_future()
        try:
            value = await resource.make(self, inside)
        except BaseException as error:
            made.set_exception(error)
            # Mark the error as retrieved: it is raised below, and perhaps no other step waits for the future.
            made.exception()
            raise
        made.set_result(value)
        return value


def resource_of(hint: Any) -> Resource | None:
    """The `Resource` that an annotation names; None for other annotations."""
    if get_origin(hint) is not Annotated:
        return None
    return next((note for note in get_args(hint)[1:] if isinstance(note, Resource)), None)


def _resolved(hint: str, factory: Callable[..., Any], around: Mapping[str, object]) -> Any:
    plain = inspect.unwrap(factory)
    scope: dict[str, Any] = {**around, **getattr(plain, "__globals__", {})}
    if inspect.isfunction(plain):
        scope |= inspect.getclosurevars(plain).nonlocals
    try:
        # Source code of the program, made a string by `from __future__ import annotations`.
        return eval(hint, scope)
    except NameError as error:
        raise WorkflowValidationError(
            f"The resource '{getattr(plain, '__name__', plain)}' is annotated with {hint!r}, and {error}.",
            hint="Define it where the factory is defined.",
        ) from error
