"""`DocumentIndex`: documents made searchable in a few lines; the library's users start here."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

from bookwheel.engine.blocking import run_blocking
from bookwheel.engine.embeddings.embedding_model import EmbeddingModel
from bookwheel.engine.index.directory_reader import SimpleDirectoryReader
from bookwheel.engine.index.ingest import PASSAGE_TOKENS
from bookwheel.engine.index.passage_embedder import embed_all
from bookwheel.engine.index.readers.about import about_document
from bookwheel.engine.index.readers.reader_registry import format_named
from bookwheel.engine.index.splitter import SentenceSplitter
from bookwheel.engine.llms.llm import LLM
from bookwheel.engine.query.query_engine import RetrieverQueryEngine
from bookwheel.engine.query.response_modes import ResponseMode
from bookwheel.engine.query.settings import embed_model_or_default
from bookwheel.engine.retrieval.hybrid import WordsAndMeaning
from bookwheel.engine.retrieval.lexical_retriever import LexicalRetriever
from bookwheel.engine.retrieval.reranker import NodePostprocessor
from bookwheel.engine.retrieval.retriever import DEFAULT_SIMILARITY_TOP_K, BaseRetriever
from bookwheel.engine.schema import Document, NodeWithScore, QueryBundle
from bookwheel.engine.stores.store_protocol import NewDocument, Store, StoredDocument, StoreWriter
from bookwheel.engine.stores.store_registry import open_store
from bookwheel.engine.text.languages import language_of


class _EmbeddingRetriever(BaseRetriever):
    """Embeds what has no vector yet before it searches."""

    def __init__(self, store: Store, embed_model: EmbeddingModel, similarity_top_k: int) -> None:
        self._store = store
        self._embed_model = embed_model
        self._retriever = WordsAndMeaning(store, lambda: embed_model, similarity_top_k=similarity_top_k)
        self._filling = threading.Lock()

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        with self._filling:
            run_blocking(embed_all(self._store, self._embed_model))
        return self._retriever.retrieve(query_bundle)


class DocumentIndex:
    """An index over documents, in memory unless a store is given.

    Documents are told apart by their `doc_id`. With an `embed_model`, or one in `Settings` when the index is made,
    passages are found by their meaning too: their vectors are made when they are first needed and kept in the store.
    """

    def __init__(
        self,
        store: Store | None = None,
        splitter: SentenceSplitter | None = None,
        embed_model: EmbeddingModel | None = None,
    ) -> None:
        self._store = store if store is not None else open_store("memory")
        self._splitter = splitter or SentenceSplitter(PASSAGE_TOKENS, 0)
        self._embed_model = embed_model_or_default(embed_model)

    @classmethod
    def from_documents(
        cls,
        documents: Sequence[Document],
        embed_model: EmbeddingModel | None = None,
        store: Store | None = None,
        *,
        splitter: SentenceSplitter | None = None,
    ) -> DocumentIndex:
        """An index of these documents."""
        index = cls(store, splitter, embed_model)
        with index.store.writer() as writer:
            for document in documents:
                index.put(writer, document)
        return index

    @classmethod
    def from_paths(
        cls,
        paths: Sequence[str | Path],
        embed_model: EmbeddingModel | None = None,
        store: Store | None = None,
        *,
        splitter: SentenceSplitter | None = None,
    ) -> DocumentIndex:
        """An index of files and folders, with all that is below them.

        Raises DocumentError when one of `paths` cannot be read.
        """
        documents = [
            document
            for path in paths
            for document in (
                SimpleDirectoryReader(path, recursive=True).load_data()
                if Path(path).is_dir()
                else SimpleDirectoryReader(input_files=[path]).load_data()
            )
        ]
        return cls.from_documents(documents, embed_model, store, splitter=splitter)

    @property
    def store(self) -> Store:
        return self._store

    def insert(self, document: Document) -> None:
        """Add a document, in the place of any earlier one with its id."""
        with self._store.writer() as writer:
            self.put(writer, document)

    def delete_ref_doc(self, ref_doc_id: str, delete_from_docstore: bool = True) -> None:
        """Take a document out; one that is not there is no error.

        `delete_from_docstore` is taken for LlamaIndex's sake: there is one store, and the document leaves it.
        """
        with self._store.writer() as writer:
            writer.remove(ref_doc_id)

    def refresh(self, documents: Sequence[Document]) -> list[bool]:
        """Add the documents that are new or changed. Tells of each whether it was."""
        changed: list[bool] = []
        with self._store.writer() as writer:
            for document in documents:
                known = self._store.find(document.id_)
                changed.append(known is None or known.sha256 != document.hash)
                if changed[-1]:
                    self.put(writer, document)
        return changed

    def as_retriever(self, *, similarity_top_k: int = DEFAULT_SIMILARITY_TOP_K) -> BaseRetriever:
        """A retriever over the whole index; it sees later changes."""
        if self._embed_model is None:
            return LexicalRetriever(self._store, similarity_top_k=similarity_top_k)
        return _EmbeddingRetriever(self._store, self._embed_model, similarity_top_k)

    def as_query_engine(
        self,
        *,
        llm: LLM | None = None,
        streaming: bool = False,
        similarity_top_k: int = DEFAULT_SIMILARITY_TOP_K,
        node_postprocessors: Sequence[NodePostprocessor] | None = None,
        response_mode: ResponseMode | str = ResponseMode.COMPACT,
    ) -> RetrieverQueryEngine:
        """Ask the whole index, with `Settings.llm` unless a model is given."""
        return RetrieverQueryEngine.from_args(
            self.as_retriever(similarity_top_k=similarity_top_k),
            llm,
            node_postprocessors=node_postprocessors,
            streaming=streaming,
            response_mode=response_mode,
        )

    def put(self, writer: StoreWriter, document: Document) -> None:
        """Split a document and hand it to the writer of this index's store."""
        passages = self._splitter.passages(document)
        about = about_document(document.metadata)
        path, suffix = document.metadata.get("file_path"), document.metadata.get("file_type")
        stored = StoredDocument(
            ref=document.id_,
            path=path if isinstance(path, str) else None,
            size=len(document.text),
            sha256=document.hash,
            title=about.title,
            pages=about.pages,
            passages=len(passages),
            language=language_of(document.text),
            format=format_named(suffix) or "" if isinstance(suffix, str) else "",
            author=about.author,
            date=about.date,
            remarks=about.remarks,
        )
        writer.put(NewDocument(stored, document, passages))
