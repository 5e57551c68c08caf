"""Where an index keeps its documents and passages, and how it is kept in a folder, with LlamaIndex's names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from bookwheel.engine.index.copying import Copy
from bookwheel.engine.index.given_nodes import GivenNodes
from bookwheel.engine.locations import locations_of, without_locations
from bookwheel.engine.schema import NodeWithScore, TextNode
from bookwheel.engine.stores.memory import MemoryStore
from bookwheel.engine.stores.store_protocol import NewDocument, Store, node_id
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


class IndexDocstore:
    """Reads passages; what changes an index is called on the index."""

    def __init__(self, store: Store, given: GivenNodes) -> None:
        self._store = store
        self._given = given

    @property
    def docs(self) -> dict[str, TextNode]:
        """All passages by their ids, read from the store each time."""
        refs = [stored.ref for stored in self._store.documents() if stored.status == "indexed"]
        whole = (new for ref in refs if (new := self._store.whole(ref)) is not None)
        return {node.id_: node for new in whole for node in self._nodes(new)}

    def get_node(self, node_id: str) -> TextNode:
        """The passage with this id. Raises ValueError when there is none."""
        return self.get_nodes([node_id])[0]

    def get_nodes(self, node_ids: Sequence[str]) -> list[TextNode]:
        """The passages with these ids. Raises ValueError, naming it, for one that is not there."""
        docs = self.docs
        if missing := [wanted for wanted in node_ids if wanted not in docs]:
            raise ValueError(f"The index has no passage {missing[0]}.")
        return [docs[wanted] for wanted in node_ids]

    def _nodes(self, new: NewDocument) -> Iterator[TextNode]:
        document = new.document
        locations, about = locations_of(document.metadata), without_locations(document.metadata)
        for start, end in new.passages:
            node = TextNode(
                document.text[start:end],
                {**about, **locations.metadata_at(start)},
                node_id(document.id_, start, end),
                ref_doc_id=document.id_,
                start_char_idx=start,
                end_char_idx=end,
            )
            yield self._given.as_given(NodeWithScore(node)).node
