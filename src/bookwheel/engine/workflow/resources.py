"""`Annotated[T, Resource(factory)]`: what a step is given besides its event, made by a function of the user's."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from typing import Annotated, Any, get_args, get_origin


class Resource:
    """Marks a step's parameter as made by `factory`, a plain or asynchronous function without arguments.

    With `cache` it is made once for each workflow instance, without it anew for each call of a step.
    """

    def __init__(self, factory: Callable[..., Any], cache: bool = True) -> None:
        self.factory = factory
        self.cache = cache

    async def make(self) -> Any:
        """A new value."""
        value = self.factory()
        return await value if inspect.isawaitable(value) else value


class ResourceCache:
    """The resources of one workflow instance that are made only once."""

    def __init__(self) -> None:
        self._making: dict[Callable[..., Any], asyncio.Future[Any]] = {}

    async def get(self, resource: Resource) -> Any:
        """The value for a step; several steps that ask at the same time get the same one."""
        if not resource.cache:
            return await resource.make()
        made = self._making.get(resource.factory)
        if made is not None and not made.done() and made.get_loop() is asyncio.get_running_loop():
            return await asyncio.shield(made)
        if made is not None and made.done() and not made.cancelled() and made.exception() is None:
            return made.result()
        return await self._make(resource)

    async def _make(self, resource: Resource) -> Any:
        made = self._making[resource.factory] = asyncio.get_running_loop().create_future()
        try:
            value = await resource.make()
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
