"""Stores by name, as packages register them (`bookwheel.stores`), or by their location."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import cast

from bookwheel.engine.plugins import Plugin, find_plugin
from bookwheel.engine.stores.store_protocol import Store
from bookwheel.errors import BookwheelError, PluginError, StoreError
from bookwheel.lazy_regex import lazy_regex

# Addresses begin with the name of a store; PostgreSQL's own has two spellings.
_ADDRESS = lazy_regex(r"([a-z][a-z0-9+.-]*)://")
# What each store has, whichever package it is from; the contract suite of the stores checks the rest.
_METHODS = tuple(name for name in vars(Store) if not name.startswith("_"))
_BY_SCHEME = {"postgresql": "postgres"}


def open_store(name: str, location: Path | str | None = None) -> Store:
    """The store called `name`; `location` is the folder or address that it is opened on, if it needs one.

    Raises UsageError for an unknown name, StoreError when the package that registers the store is broken.
    """
    plugin = find_plugin("stores", name)
    try:
        factory = cast("Callable[..., Store]", plugin.load())
    except PluginError as error:
        raise StoreError(error.message, hint=error.hint) from error
    try:
        store = factory() if location is None else factory(location)
    except BookwheelError:
        raise
    except Exception as error:
        if plugin.is_ours:
            raise
        raise _broken(plugin, f"failed: {type(error).__name__}: {error}") from error
    lacking = next((name for name in _METHODS if not hasattr(store, name)), None)
    if lacking is not None:
        raise _broken(plugin, f"returned a {type(store).__name__}, which is not a store: it has no '{lacking}'.")
    return store


def _broken(plugin: Plugin, what: str) -> StoreError:
    return StoreError(
        f"The store '{plugin.name}' of the package {plugin.package} {what}",
        hint=f"Update {plugin.package}, or choose another store.",
    )


def store_at(location: Path | str) -> Store:
    """The store at `location`: a folder gives the embedded one, `postgresql://…` the shared one.

    Raises as `open_store`.
    """
    scheme = scheme_of(location)
    if scheme is None:
        # Not by its entry point: reading the metadata of packages takes 10 ms.
        from bookwheel.engine.stores.embedded.store import EmbeddedStore

        return EmbeddedStore(location)
    return open_store(_BY_SCHEME.get(scheme, scheme), location)


def scheme_of(location: Path | str) -> str | None:
    """The scheme of an address such as `postgresql://…`; None for a folder."""
    found = _ADDRESS.match(location) if isinstance(location, str) else None
    return found[1] if found is not None else None
