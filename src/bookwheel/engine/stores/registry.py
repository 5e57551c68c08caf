"""Stores by name: `embedded` and `memory` are ours; packages add theirs as entry points (`bookwheel.stores`).

Names are listed without importing anything; only the chosen store is imported.
"""

from collections.abc import Callable
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import cast

from bookwheel.engine.stores.base import Store
from bookwheel.errors import StoreError, UsageError

GROUP = "bookwheel.stores"
_OURS = {
    "embedded": "bookwheel.engine.stores.embedded:EmbeddedStore",
    "memory": "bookwheel.engine.stores.memory:MemoryStore",
}


def store_names() -> list[str]:
    """The names that `open_store` takes."""
    return sorted({*_OURS, *(point.name for point in entry_points(group=GROUP))})


def open_store(name: str, location: Path | str | None = None) -> Store:
    """The store called `name`; `location` is the folder or address that it is opened on, if it needs one.

    Raises UsageError for an unknown name, StoreError when the package that brings the store is broken.
    """
    factory = _ours(name) if name in _OURS else _load(_entry_point(name))
    return factory() if location is None else factory(location)


def _ours(name: str) -> Callable[..., Store]:
    module, _, attribute = _OURS[name].partition(":")
    return getattr(import_module(module), attribute)


def _entry_point(name: str) -> EntryPoint:
    for point in entry_points(group=GROUP, name=name):
        return point
    raise UsageError(f"There is no store called '{name}'.", hint=f"Known are: {', '.join(store_names())}")


def _load(point: EntryPoint) -> Callable[..., Store]:
    try:
        # Trusted to be what it registered as; the contract suite of the stores is there to check it.
        return cast("Callable[..., Store]", point.load())
    except Exception as error:  # the boundary to a stranger's package
        package = point.dist.name if point.dist is not None else "an unknown package"
        raise StoreError(f"The store '{point.name}' of {package} cannot be loaded: {error}") from error
