"""Stores by name: ours, and those that packages add as entry points (`bookwheel.stores`); or by where they are.

Names are listed without importing anything; only the chosen store is imported.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import cast

from bookwheel.engine.stores.store_protocol import Store
from bookwheel.errors import StoreError, UsageError

GROUP = "bookwheel.stores"
_OURS = {
    "embedded": "bookwheel.engine.stores.embedded.store:EmbeddedStore",
    "memory": "bookwheel.engine.stores.memory:MemoryStore",
    "postgres": "bookwheel.engine.stores.postgres.store:PostgresStore",
}
# Addresses begin with the name of a store; PostgreSQL's own has two spellings.
_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]*)://")
_BY_SCHEME = {"postgresql": "postgres"}


def store_names() -> list[str]:
    """The names that `open_store` takes."""
    return sorted({*_OURS, *(point.name for point in entry_points(group=GROUP))})


def open_store(name: str, location: Path | str | None = None) -> Store:
    """The store called `name`; `location` is the folder or address that it is opened on, if it needs one.

    Raises UsageError for an unknown name, StoreError when the package that brings the store is broken.
    """
    factory = _ours(name) if name in _OURS else _load(_entry_point(name))
    return factory() if location is None else factory(location)


def store_at(location: Path | str) -> Store:
    """The store at `location`: a folder gives the embedded one, `postgresql://…` the shared one.

    Raises as `open_store`.
    """
    scheme = scheme_of(location)
    if scheme is None:
        return open_store("embedded", location)
    return open_store(_BY_SCHEME.get(scheme, scheme), location)


def scheme_of(location: Path | str) -> str | None:
    """The scheme of an address such as `postgresql://…`; None for a folder."""
    found = _ADDRESS.match(location) if isinstance(location, str) else None
    return found[1] if found is not None else None


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
