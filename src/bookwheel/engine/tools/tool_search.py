"""`ObjectIndex`, which finds tools for a question, and `RetrieverTool`, a retriever as a tool."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Generic, Protocol, TypeVar

from bookwheel.engine.index.document_index import DocumentIndex
from bookwheel.engine.metadata_text import MetadataMode
from bookwheel.engine.retrieval.retriever import BaseRetriever
from bookwheel.engine.schema import Document, NodeWithScore, QueryBundle
from bookwheel.engine.tools.base_tool import ToolMetadata
from bookwheel.engine.tools.function_tool import FunctionTool, ToolOutput

ObjectT = TypeVar("ObjectT")

DEFAULT_NAME = "retriever_tool"
DEFAULT_DESCRIPTION = "Useful for running a natural language query against a knowledge base and retrieving nodes."


class RetrieverTool(FunctionTool):
    """Returns the passages that `retriever` finds for the model's `input`; `raw_output` holds the nodes."""

    def __init__(self, retriever: BaseRetriever, metadata: ToolMetadata | None = None, **_: Any) -> None:
        self.retriever = retriever

        async def find(input: str) -> ToolOutput:  # noqa: A002 - LlamaIndex's name of the argument
            nodes = await retriever.aretrieve(input)
            return ToolOutput("".join(map(_shown, nodes)), raw_output=nodes)

        given = metadata or ToolMetadata()
        described = ToolMetadata(given.name or DEFAULT_NAME, given.description or DEFAULT_DESCRIPTION)
        super().__init__(find, described)

    @classmethod
    def from_defaults(  # pyright: ignore[reportIncompatibleMethodOverride] - LlamaIndex's arguments
        cls, retriever: BaseRetriever, name: str | None = None, description: str | None = None, **_: Any
    ) -> RetrieverTool:
        """A tool that searches with `retriever`."""
        return cls(retriever, ToolMetadata(name or DEFAULT_NAME, description or DEFAULT_DESCRIPTION))


class FindsNodes(Protocol):
    """The part of an index that is used to find objects."""

    def as_retriever(self, *, similarity_top_k: int) -> BaseRetriever: ...


class ObjectIndex(Generic[ObjectT]):
    """Finds objects, mostly tools, by their text: name and description of a tool, `str()` of other objects."""

    def __init__(self, objects: Sequence[ObjectT], index: FindsNodes) -> None:
        self._objects = list(objects)
        self._index = index

    @classmethod
    def from_objects(cls, objects: Sequence[ObjectT], index_cls: object = None, **options: Any) -> ObjectIndex[ObjectT]:
        """An index over these objects; with an `embed_model` it also finds them by meaning.

        `index_cls` and LlamaIndex's other options have no effect.
        """
        documents = [Document(text=_said(item), id_=str(number)) for number, item in enumerate(objects)]
        return cls(objects, DocumentIndex.from_documents(documents, options.get("embed_model")))

    def as_retriever(self, similarity_top_k: int = 2, **_: Any) -> ObjectRetriever[ObjectT]:
        """A retriever of objects, for `tool_retriever=` of an agent."""
        return ObjectRetriever(self._objects, self._index.as_retriever(similarity_top_k=similarity_top_k))


class ObjectRetriever(Generic[ObjectT]):
    """Finds the objects that fit a question, best first; all objects when none fits."""

    def __init__(self, objects: Sequence[ObjectT], retriever: BaseRetriever) -> None:
        self._objects = list(objects)
        self._retriever = retriever

    def retrieve(self, str_or_query_bundle: str | QueryBundle) -> list[ObjectT]:
        """The objects that fit."""
        found = self._retriever.retrieve(str_or_query_bundle)
        numbers = dict.fromkeys(int(node.node.ref_doc_id or 0) for node in found)
        # An agent must have tools even when no object shares a word with the question.
        return [self._objects[number] for number in numbers] or list(self._objects)

    async def aretrieve(self, str_or_query_bundle: str | QueryBundle) -> list[ObjectT]:
        """As `retrieve`, without blocking the loop."""
        return await asyncio.to_thread(self.retrieve, str_or_query_bundle)


def _said(item: object) -> str:
    metadata = item.metadata if isinstance(item, FunctionTool) else getattr(item, "metadata", None)
    if isinstance(metadata, ToolMetadata):
        return f"{metadata.name.replace('_', ' ')}: {metadata.description}"
    return str(item)


def _shown(found: NodeWithScore) -> str:
    text = found.get_content(MetadataMode.LLM)
    return f"{text}\n\n"
