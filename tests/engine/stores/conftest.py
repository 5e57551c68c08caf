"""The stores that the contract suites run on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bookwheel.engine.stores.store_protocol import Store
from bookwheel.engine.stores.store_registry import open_store


@pytest.fixture(params=["embedded", "memory", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store of each kind; the shared one on a real server."""
    match request.param:
        case "embedded":
            store = open_store("embedded", tmp_path / "store")
        case "memory":
            store = open_store("memory")
        case _:
            store = open_store("postgres", request.getfixturevalue("postgres"))
    yield store
    store.close()
