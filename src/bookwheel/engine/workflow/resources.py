"""`Annotated[T, Resource(factory)]`: what a step is given besides its event, made by a function of the user's."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Mapping
from typing import Annotated, Any, get_args, get_origin

from bookwheel.errors import WorkflowValidationError


class Resource:
    """Marks a step's parameter as made by `factory`, a plain or asynchronous function.

    A factory is given the resources that its own parameters are marked with.

    With `cache` it is made once for each workflow instance, without it anew for each call of a step.
    """

    def __init__(self, factory: Callable[..., Any], cache: bool = True) -> None:
        self.factory = factory
        self.cache = cache
        # The names that are local where the step stands: the factory's own annotations may be strings of them.
        self.scope: Mapping[str, object] = {}

    @property
    def name(self) -> str:
        """The name of the factory, for messages."""
        return getattr(self.factory, "__name__", repr(self.factory))

    def needs(self) -> dict[str, Resource]:
        """The resources that the factory is given, by parameter."""
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
        """A new value; what the factory needs itself is of `others`. `inside` are the resources that need this one."""
        if any(outer.factory is self.factory for outer in inside):
            way = " → ".join(outer.name for outer in (*inside, self))
            raise WorkflowValidationError(f"The resource '{self.name}' needs itself: {way}.")
        given = {name: await others.get(needed, (*inside, self)) for name, needed in self.needs().items()}
        value = self.factory(**given)
        return await value if inspect.isawaitable(value) else value


class ResourceCache:
    """The resources of one workflow instance that are made only once."""

    def __init__(self) -> None:
        self._making: dict[Callable[..., Any], asyncio.Future[Any]] = {}

    async def get(self, resource: Resource, inside: tuple[Resource, ...] = ()) -> Any:
        """The value for a step; several steps that ask at the same time get the same one.

        WorkflowValidationError when the resource needs itself; `inside` are those that need this one.
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
            # The step that made it raises it; without another step that waits, it would be reported as lost.
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
        # The user's own source text, made a string by `from __future__ import annotations`.
        return eval(hint, scope)
    except NameError as error:
        raise WorkflowValidationError(
            f"The resource '{getattr(plain, '__name__', plain)}' is annotated with {hint!r}, and {error}.",
            hint="Define it where the factory is defined.",
        ) from error
