"""Stores by name and by address."""

import subprocess
import sys
from pathlib import Path

import pytest

from bookwheel.engine.stores.embedded.store import EmbeddedStore
from bookwheel.engine.stores.store_registry import open_store, scheme_of, store_at
from bookwheel.errors import UsageError


def test_a_folder_is_the_embedded_store(tmp_path: Path) -> None:
    assert isinstance(store_at(tmp_path / "index"), EmbeddedStore)
    assert isinstance(store_at(str(tmp_path / "a://b")), EmbeddedStore)


def test_an_address_names_its_store() -> None:
    assert scheme_of("postgresql://reader@host/db") == "postgresql"
    with pytest.raises(UsageError, match="no store called 'nowhere'"):
        store_at("nowhere://host/db")


def test_a_shared_store_without_its_extra_names_it() -> None:
    code = """
import sys
sys.modules["psycopg"] = None
from bookwheel.engine.stores.store_registry import store_at
store_at("postgresql://host/db")
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "MissingExtraError: The shared index (PostgreSQL) needs the optional part 'postgres'" in ended.stderr
    assert "pip install 'bookwheel[postgres]'" in ended.stderr


def test_unknown_stores_are_named() -> None:
    with pytest.raises(UsageError, match="no store called 'nowhere'") as refused:
        open_store("nowhere")
    assert "embedded, memory" in refused.value.hint
