"""What a store does not keep of what an index was given: passages as they are, and how documents show metadata."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from bookwheel.engine.retrieval.hybrid import WordsAndMeaning
from bookwheel.engine.retrieval.lexical_retriever import LexicalRetriever
from bookwheel.engine.retrieval.retriever import BaseRetriever
from bookwheel.engine.schema import Document, NodeWithScore, QueryBundle, TextNode
from bookwheel.engine.stores.store_protocol import node_id

_SHOWING = (
    "excluded_llm_metadata_keys",
    "excluded_embed_metadata_keys",
    "metadata_template",
    "metadata_separator",
    "text_template",
)
_USUAL = {name: getattr(TextNode(), name) for name in _SHOWING}


class GivenNodes:
    """The passages that were given, by the ids that the store makes of their documents."""

    def __init__(self) -> None:
        self._by_stored_id: dict[str, TextNode] = {}
        # By the ids of the documents that don't show their metadata in the usual way.
        self._shown: dict[str, dict[str, Any]] = {}

    def __bool__(self) -> bool:
        return bool(self._by_stored_id or self._shown)

    def add_document(self, document: Document) -> None:
        """Remember how the passages of a document show its metadata."""
        shown = {name: getattr(document, name) for name in _SHOWING}
        if shown == _USUAL:
            self._shown.pop(document.id_, None)
        else:
            self._shown[document.id_] = shown

    def add(self, node: TextNode) -> None:
        """Remember a passage."""
        self._by_stored_id[node_id(node.id_, 0, len(node.text))] = node

    def of_document(self, ref_doc_id: str) -> Iterator[str]:
        """The ids of the passages from this document."""
        yield from (node.id_ for node in self._by_stored_id.values() if node.ref_doc_id == ref_doc_id)

    def remove(self, ids: Iterable[str]) -> None:
        """Forget passages."""
        gone = set(ids)
        self._by_stored_id = {key: node for key, node in self._by_stored_id.items() if node.id_ not in gone}
        self._shown = {ref: shown for ref, shown in self._shown.items() if ref not in gone}

    def as_given(self, found: NodeWithScore) -> NodeWithScore:
        """What was found, as the passage that was given where it is one; else with its document's way of showing."""
        given = self._by_stored_id.get(found.node_id)
        if given is None:
            shown = self._shown.get(found.node.ref_doc_id or "")
            return found if shown is None else replace(found, node=replace(found.node, **shown))
        node = replace(given, ref_doc_id=given.ref_doc_id or found.node.ref_doc_id)
        if node.start_char_idx is None:
            node.start_char_idx, node.end_char_idx = found.node.start_char_idx, found.node.end_char_idx
        return replace(found, node=node)


class RetrieverOfGivenNodes(BaseRetriever):
    """Another retriever, with the passages as they were given."""

    def __init__(self, inner: LexicalRetriever | WordsAndMeaning, given: GivenNodes) -> None:
        self._inner = inner
        self._given = given

    @property
    def similarity_top_k(self) -> int:
        """How many passages it finds at most."""
        return self._inner.similarity_top_k

    @similarity_top_k.setter
    def similarity_top_k(self, most: int) -> None:
        self._inner.similarity_top_k = most

    def why_stale(self, node_id: str, quote: str) -> str:
        return self._inner.why_stale(node_id, quote)

    def with_whole_tables(self, found: list[NodeWithScore]) -> list[NodeWithScore]:
        whole = self._inner.with_whole_tables(found)
        return [*whole[: len(found)], *map(self._given.as_given, whole[len(found) :])]

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return [self._given.as_given(found) for found in self._inner.retrieve(query_bundle)]
