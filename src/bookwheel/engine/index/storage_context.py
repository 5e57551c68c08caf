"""`StorageContext`: where an index keeps its documents, and how it is kept in a folder, with LlamaIndex's names."""

from __future__ import annotations

from pathlib import Path

from bookwheel.engine.index.copying import Copy
from bookwheel.engine.stores.memory import MemoryStore
from bookwheel.engine.stores.store_protocol import Store
from bookwheel.engine.stores.store_registry import store_at
from bookwheel.errors import StoreError

DEFAULT_PERSIST_DIR = "./storage"


class StorageContext:
    """Where the documents of an index are: in memory, in a folder, or on a server."""

    def __init__(self, store: Store) -> None:
        self.store = store

    @classmethod
    def from_defaults(cls, persist_dir: str | Path | None = None, *, store: Store | None = None) -> StorageContext:
        """The index that was saved in `persist_dir`, or `store`, or a new one in memory.

        Raises StoreError when `persist_dir` holds no index.
        """
        if persist_dir is None:
            return cls(store if store is not None else MemoryStore())
        if not (Path(persist_dir) / "library.sqlite3").exists():
            raise StoreError(f"{persist_dir} holds no index.", hint="storage_context.persist(persist_dir) makes one.")
        return cls(store_at(Path(persist_dir)))

    def persist(self, persist_dir: str | Path = DEFAULT_PERSIST_DIR) -> None:
        """Copy documents, passages and vectors into a folder; those already there are skipped."""
        target = store_at(Path(persist_dir))
        copy = Copy(self.store, target)
        try:
            while copy.step() is not None:
                pass
        finally:
            copy.close()
            target.close()
