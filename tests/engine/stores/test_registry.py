"""Stores by name and by address."""

from pathlib import Path

import pytest

from bookwheel.engine.stores.embedded import EmbeddedStore
from bookwheel.engine.stores.registry import open_store, scheme_of, store_at, store_names
from bookwheel.errors import UsageError


def test_a_folder_is_the_embedded_store(tmp_path: Path) -> None:
    assert isinstance(store_at(tmp_path / "index"), EmbeddedStore)
    assert isinstance(store_at(str(tmp_path / "a://b")), EmbeddedStore)


def test_an_address_names_its_store() -> None:
    assert scheme_of("postgresql://reader@host/db") == "postgresql"
    with pytest.raises(UsageError, match="no store called 'nowhere'"):
        store_at("nowhere://host/db")


def test_unknown_stores_are_named() -> None:
    assert {"embedded", "memory"} <= set(store_names())
    with pytest.raises(UsageError, match="no store called 'nowhere'"):
        open_store("nowhere")
