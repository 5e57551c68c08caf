"""`DocumentIndex`: makes documents searchable in a few lines; where users of the library start."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Self

from bookwheel.engine.blocking import run_blocking
from bookwheel.engine.embeddings.embedding_model import EmbeddingModel
from bookwheel.engine.index.directory_reader import SimpleDirectoryReader
from bookwheel.engine.index.given_nodes import GivenNodes, RetrieverOfGivenNodes
from bookwheel.engine.index.passage_embedder import embed_all
from bookwheel.engine.index.readers.about import about_document
from bookwheel.engine.index.readers.reader_registry import format_named, own_format
from bookwheel.engine.index.storage_context import IndexDocstore, StorageContext
from bookwheel.engine.index.transformations import IndexTransformations, PassageSplitter
from bookwheel.engine.llms.llm import LLM
from bookwheel.engine.llms.prompt_templates import Template
from bookwheel.engine.locations import without_locations
from bookwheel.engine.query.chat_engine import ChatMode, ChatPrompts, ContextChatEngine, ConversationMemory
from bookwheel.engine.query.query_engine import RetrieverQueryEngine
from bookwheel.engine.query.response_modes import ResponseMode
from bookwheel.engine.query.settings import embed_model_or_default
from bookwheel.engine.retrieval.hybrid import WordsAndMeaning
from bookwheel.engine.retrieval.lexical_retriever import LexicalRetriever
from bookwheel.engine.retrieval.metadata_filters import FilteredRetriever, MetadataFilters
from bookwheel.engine.retrieval.reranker import NodePostprocessor
from bookwheel.engine.retrieval.retriever import DEFAULT_SIMILARITY_TOP_K, BaseRetriever
from bookwheel.engine.schema import Document, JsonObject, NodeWithScore, QueryBundle, TextNode
from bookwheel.engine.stores.document_rows import tags_of
from bookwheel.engine.stores.memory import MemoryStore
from bookwheel.engine.stores.store_protocol import (
    NewDocument,
    PassageRange,
    Store,
    StoredDocument,
    StoreWriter,
    node_id,
)
from bookwheel.engine.text.languages import language_of
from bookwheel.errors import UsageError
from bookwheel.lazy_dataclass import dataclass


def load_index_from_storage(
    storage_context: StorageContext, embed_model: EmbeddingModel | None = None
) -> VectorStoreIndex:
    """The index that a storage context holds, such as one kept by `storage_context.persist`."""
    return VectorStoreIndex(storage_context=storage_context, embed_model=embed_model)


@dataclass(frozen=True, slots=True)
class RefDocInfo:
    """What an index keeps of a document."""

    node_ids: list[str]
    metadata: JsonObject


class _EmbeddingRetriever(WordsAndMeaning):
    """Embeds passages without a vector before it searches."""

    def __init__(self, store: Store, embed_model: EmbeddingModel, similarity_top_k: int) -> None:
        super().__init__(store, lambda: embed_model, similarity_top_k=similarity_top_k)
        self._filled_store = store
        self._embed_model = embed_model
        self._filling = threading.Lock()

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        with self._filling:
            run_blocking(embed_all(self._filled_store, self._embed_model))
        return super()._retrieve(query_bundle)


class DocumentIndex:
    """An index over documents, in memory unless a store is given.

    Documents are identified by their `doc_id`. With an `embed_model`, or one in `Settings` when the index is made,
    passages are found by their meaning too: their vectors are made on first use and kept in the store.
    """

    def __init__(
        self,
        nodes: Sequence[TextNode] = (),
        *,
        store: Store | None = None,
        splitter: PassageSplitter | None = None,
        embed_model: EmbeddingModel | None = None,
        storage_context: StorageContext | None = None,
        transformations: Sequence[object] | None = None,
        show_progress: bool = False,
    ) -> None:
        """`nodes` are passages that are indexed as they are (see `insert_nodes`); `storage_context` holds a store.

        `transformations` is LlamaIndex's way to give the splitter: a SentenceSplitter or MarkdownNodeParser, before it
        what changes documents. Raises UsageError for others. `show_progress` has no effect.
        """
        if not isinstance(nodes, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance] - users' code
            raise UsageError(
                f"The first argument of an index is its nodes, not {nodes!r:.80}.", hint="Give a store as store=…"
            )
        if store is None and storage_context is not None:
            store = storage_context.store
        self._store = store if store is not None else MemoryStore()
        self._transformations = IndexTransformations([splitter] if splitter is not None else transformations)
        self._embed_model = embed_model_or_default(embed_model)
        self._given = GivenNodes()
        if nodes:
            self.insert_nodes(nodes)

    @classmethod
    def from_documents(
        cls,
        documents: Sequence[Document],
        embed_model: EmbeddingModel | None = None,
        store: Store | None = None,
        *,
        splitter: PassageSplitter | None = None,
        transformations: Sequence[object] | None = None,
        storage_context: StorageContext | None = None,
        show_progress: bool = False,
        use_async: bool = False,
    ) -> Self:
        """An index of these documents; for `transformations` see the constructor.

        `show_progress` and `use_async` have no effect: a thousand documents take about a second.
        """
        index = cls(
            store=store,
            splitter=splitter,
            embed_model=embed_model,
            storage_context=storage_context,
            transformations=transformations,
        )
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
        splitter: PassageSplitter | None = None,
    ) -> Self:
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

    @property
    def storage_context(self) -> StorageContext:
        """The store of this index; its `persist` keeps it in a folder."""
        return StorageContext(self._store)

    @property
    def docstore(self) -> IndexDocstore:
        """The passages of this index."""
        return IndexDocstore(self._store, self._given)

    @property
    def ref_doc_info(self) -> dict[str, RefDocInfo]:
        """For each document, by its id, its metadata and the ids of its passages."""
        refs = [stored.ref for stored in self._store.documents() if stored.status == "indexed"]
        whole = {ref: new for ref in refs if (new := self._store.whole(ref)) is not None}
        return {
            ref: RefDocInfo(
                [node_id(ref, *passage) for passage in new.passages], without_locations(new.document.metadata)
            )
            for ref, new in whole.items()
        }

    def insert(self, document: Document) -> None:
        """Add a document, replacing any earlier one with its id."""
        with self._store.writer() as writer:
            self.put(writer, document)

    def delete_ref_doc(self, ref_doc_id: str, delete_from_docstore: bool = True) -> None:
        """Remove a document; does nothing when it is not there.

        `delete_from_docstore` is accepted for LlamaIndex's sake: there is only one store.
        """
        gone = [ref_doc_id, *self._given.of_document(ref_doc_id)]
        with self._store.writer() as writer:
            for ref in gone:
                writer.remove(ref)
        self._given.remove(gone)

    def refresh(self, documents: Sequence[Document]) -> list[bool]:
        """Add the documents that are new or changed. Returns for each whether it was."""
        changed: list[bool] = []
        with self._store.writer() as writer:
            for document in documents:
                known = self._store.find(document.id_)
                changed.append(known is None or known.sha256 != document.hash)
                if changed[-1]:
                    self.put(writer, document)
        return changed

    def refresh_ref_docs(self, documents: Sequence[Document]) -> list[bool]:
        """As `refresh`: LlamaIndex's name."""
        return self.refresh(documents)

    def update_ref_doc(self, document: Document) -> None:
        """Replace the document with this one's id."""
        self.insert(document)

    def insert_nodes(self, nodes: Sequence[TextNode]) -> None:
        """Add passages as they are, each as a separate document with the id of the node.

        They are found as they were given; from an index that was kept in a folder, as passages of such documents.
        """
        with self._store.writer() as writer:
            for node in nodes:
                document = Document(text=node.text, metadata=node.metadata, id_=node.id_)
                writer.put(self._new(document, [(0, len(node.text))] if node.text else []))
                self._given.add(node)

    def as_retriever(
        self, *, similarity_top_k: int = DEFAULT_SIMILARITY_TOP_K, filters: MetadataFilters | None = None
    ) -> BaseRetriever:
        """A retriever over the whole index; it sees later changes.

        With `filters`, over the passages whose metadata pass them, among the best 1,000.
        """
        if filters is not None:
            return FilteredRetriever(lambda depth: self.as_retriever(similarity_top_k=depth), filters, similarity_top_k)
        retriever = self._retriever(similarity_top_k)
        return RetrieverOfGivenNodes(retriever, self._given) if self._given else retriever

    def _retriever(self, similarity_top_k: int) -> LexicalRetriever | WordsAndMeaning:
        if self._embed_model is None:
            return LexicalRetriever(self._store, similarity_top_k=similarity_top_k)
        return _EmbeddingRetriever(self._store, self._embed_model, similarity_top_k)

    def as_query_engine(
        self,
        *,
        llm: LLM | None = None,
        streaming: bool = False,
        similarity_top_k: int = DEFAULT_SIMILARITY_TOP_K,
        filters: MetadataFilters | None = None,
        node_postprocessors: Sequence[NodePostprocessor] | None = None,
        response_mode: ResponseMode | str = ResponseMode.COMPACT,
        text_qa_template: Template | None = None,
        refine_template: Template | None = None,
        summary_template: Template | None = None,
        simple_template: Template | None = None,
        use_async: bool = False,
        output_cls: type[Any] | None = None,
        verbose: bool = False,
    ) -> RetrieverQueryEngine:
        """Ask the whole index, with `Settings.llm` unless a model is given; `verbose` changes nothing."""
        return RetrieverQueryEngine.from_args(
            self.as_retriever(similarity_top_k=similarity_top_k, filters=filters),
            llm,
            node_postprocessors=node_postprocessors,
            streaming=streaming,
            response_mode=response_mode,
            text_qa_template=text_qa_template,
            refine_template=refine_template,
            summary_template=summary_template,
            simple_template=simple_template,
            use_async=use_async,
            output_cls=output_cls,
        )

    def as_chat_engine(
        self,
        chat_mode: ChatMode | str = "context",
        *,
        llm: LLM | None = None,
        memory: ConversationMemory | None = None,
        system_prompt: str | None = None,
        context_prompt: Template | None = None,
        context_template: Template | None = None,
        condense_prompt: Template | None = None,
        similarity_top_k: int = DEFAULT_SIMILARITY_TOP_K,
        node_postprocessors: Sequence[NodePostprocessor] | None = None,
        verbose: bool = False,
    ) -> ContextChatEngine:
        """A conversation over the whole index, with `Settings.llm` unless a model is given.

        "condense_plus_context" ("condense_question", "best") makes each question self-contained before it searches;
        "context" searches with the question as it is. `context_prompt` (or `context_template`) is filled with
        `context_str`, `condense_prompt` with `chat_history` and `question`. Raises UsageError for another mode and for
        a prompt that is not one.
        """
        prompts = ChatPrompts(context_prompt if context_prompt is not None else context_template, condense_prompt)
        return ContextChatEngine.from_mode(
            chat_mode,
            self.as_retriever(similarity_top_k=similarity_top_k),
            llm,
            memory=memory,
            system_prompt=system_prompt,
            prompts=prompts,
            node_postprocessors=node_postprocessors,
        )

    def put(self, writer: StoreWriter, document: Document) -> None:
        """Split a document and hand it to the writer of this index's store. Raises UsageError for another object."""
        if not isinstance(document, Document):  # pyright: ignore[reportUnnecessaryIsInstance] - users' code
            raise UsageError(
                f"An index takes documents, not {document!r:.80}.", hint="Wrap a text as Document(text=...)."
            )
        changed = self._transformations.changed(document)
        self._given.add_document(changed)
        # Of the document as it was given, by which a refresh sees whether it is another one.
        sha256 = document.hash
        writer.put(self._new(changed, self._transformations.splitter.passages(changed), sha256))

    def _new(self, document: Document, passages: Sequence[PassageRange], sha256: str = "") -> NewDocument:
        about = about_document(document.metadata)
        path = document.metadata.get("file_path")
        stored = StoredDocument(
            ref=document.id_,
            path=path if isinstance(path, str) else None,
            size=len(document.text),
            sha256=sha256 or document.hash,
            title=about.title,
            pages=about.pages,
            passages=len(passages),
            language=language_of(document.text),
            format=_format_of(document),
            author=about.author,
            date=about.date,
            remarks=about.remarks,
            tags=tags_of(document.metadata),
        )
        return NewDocument(stored, document, passages)


class VectorStoreIndex(DocumentIndex):
    """`DocumentIndex` under the name that LlamaIndex users know."""


def _format_of(document: Document) -> str:
    name = document.metadata.get("file_name") or document.metadata.get("file_path")
    suffix = os.path.splitext(name)[1] if isinstance(name, str) else ""
    # Reading the metadata of packages takes 10 ms, which block the event loop: only for unknown suffixes.
    return (own_format(suffix) or format_named(suffix) or "") if suffix else ""
