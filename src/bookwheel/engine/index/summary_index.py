"""`SummaryIndex`: all passages, in order, for questions about the whole; and retrievers over an index, as classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bookwheel.engine.index.document_index import DocumentIndex
from bookwheel.engine.index.splitter import SentenceSplitter
from bookwheel.engine.index.transformations import IngestionPipeline, default_splitter
from bookwheel.engine.query.query_engine import RetrieverQueryEngine
from bookwheel.engine.query.settings import Settings
from bookwheel.engine.retrieval.metadata_filters import MetadataFilters
from bookwheel.engine.retrieval.retriever import DEFAULT_SIMILARITY_TOP_K, BaseRetriever
from bookwheel.engine.schema import Document, NodeWithScore, QueryBundle, TextNode


class SummaryIndex:
    """Keeps passages in their order; its retriever gives all of them for every question."""

    def __init__(self, nodes: Sequence[TextNode] = (), transformations: Sequence[Any] | None = None, **_: Any) -> None:
        """LlamaIndex's other arguments change nothing."""
        self.nodes = list(nodes)
        self._transformations: Sequence[Any] = transformations or Settings.transformations or [_splitter()]

    @classmethod
    def from_documents(
        cls,
        documents: Sequence[Document],
        splitter: SentenceSplitter | None = None,
        transformations: Sequence[Any] | None = None,
        **_: Any,
    ) -> SummaryIndex:
        """An index of these documents; LlamaIndex's other arguments change nothing."""
        index = cls(transformations=[splitter] if splitter is not None else transformations)
        for document in documents:
            index.insert(document)
        return index

    def insert(self, document: Document) -> None:
        """Add a document at the end."""
        self.nodes += IngestionPipeline(self._transformations).run(documents=[document])

    def insert_nodes(self, nodes: Sequence[TextNode]) -> None:
        """Add passages at the end."""
        self.nodes += nodes

    def delete_ref_doc(self, ref_doc_id: str, delete_from_docstore: bool = True) -> None:
        """Remove a document; does nothing when it is not there."""
        self.nodes = [node for node in self.nodes if node.ref_doc_id != ref_doc_id]

    def as_retriever(self, **_: Any) -> BaseRetriever:
        """A retriever that gives all passages, in order."""
        return _EveryPassage(self)

    def as_query_engine(self, **options: Any) -> RetrieverQueryEngine:
        """An engine that answers from all passages; the options are those of `RetrieverQueryEngine.from_args`."""
        return RetrieverQueryEngine.from_args(self.as_retriever(), **options)


def _splitter() -> object:
    # LlamaIndex's sizes: the passages are read by a model, not searched.
    return SentenceSplitter() if Settings.node_parser is None and Settings.chunk_size is None else default_splitter()


class VectorIndexRetriever(BaseRetriever):
    """`index.as_retriever(...)` by LlamaIndex's class name."""

    def __init__(
        self,
        index: DocumentIndex,
        similarity_top_k: int = DEFAULT_SIMILARITY_TOP_K,
        filters: MetadataFilters | None = None,
        **_: Any,
    ) -> None:
        """LlamaIndex's other arguments change nothing."""
        self.similarity_top_k = similarity_top_k
        self._retriever = index.as_retriever(similarity_top_k=similarity_top_k, filters=filters)

    def why_stale(self, node_id: str, quote: str) -> str:
        return self._retriever.why_stale(node_id, quote)

    def with_whole_tables(self, found: list[NodeWithScore]) -> list[NodeWithScore]:
        return self._retriever.with_whole_tables(found)

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return self._retriever.retrieve(query_bundle)


class _EveryPassage(BaseRetriever):
    def __init__(self, index: SummaryIndex) -> None:
        self._index = index

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return [NodeWithScore(node) for node in self._index.nodes]
