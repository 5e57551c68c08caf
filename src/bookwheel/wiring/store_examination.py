"""The shared index that the settings name, tried out: for `bookwheel doctor`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from bookwheel.config.setting_tables import Config
from bookwheel.config.store_address import shown_address
from bookwheel.errors import BookwheelError


@runtime_checkable
class _TellsOfItself(Protocol):
    """A store on a server."""

    def about(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreReport:
    """Where the index is and what is in it; `error` says why it cannot be used, `hint` what to do."""

    where: str
    what: str = ""
    error: str = ""
    hint: str = ""


def examine_store(config: Config) -> StoreReport:
    """Connect to the shared index and ask what it is. Blocks; never raises BookwheelError."""
    from contextlib import closing

    from bookwheel.engine.stores.store_registry import store_at

    where = shown_address(config.index.store)
    try:
        with closing(store_at(config.index.store.reveal())) as store:
            documents = store.documents()
            passages = sum(stored.passages for stored in documents)
            counts = f"{len(documents):,} documents, {passages:,} passages"
            about = f"{store.about()}; " if isinstance(store, _TellsOfItself) else ""
            return StoreReport(where=where, what=about + counts)
    except BookwheelError as error:
        return StoreReport(where=where, error=error.message, hint=error.hint)
