"""LlamaIndex's transformations: what changes documents or passages, one after the other, and cuts them in between."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Callable, Sequence
from typing import Any, Protocol, cast, runtime_checkable

from bookwheel.engine.index.ingest import passage_splitter
from bookwheel.engine.index.splitter import SentenceSplitter
from bookwheel.engine.query.settings import Settings
from bookwheel.engine.schema import Document, TextNode
from bookwheel.engine.stores.store_protocol import PassageRange
from bookwheel.errors import UsageError


@runtime_checkable
class PassageSplitter(Protocol):
    """What cuts a document into passages."""

    def passages(self, document: Document) -> list[PassageRange]:
        """The character ranges of the passages, in order."""
        ...


class TransformComponent:
    """A base for transformations of one's own: its keywords become attributes, `__call__` gets documents or nodes."""

    def __init__(self, **fields: Any) -> None:
        for name, value in fields.items():
            setattr(self, name, value)

    def __call__(self, nodes: Sequence[Any], **kwargs: Any) -> Sequence[Any]:
        """The documents or nodes as they shall be from here on, in the same order."""
        raise NotImplementedError(f"{type(self).__name__} has no method __call__(nodes).")

    async def acall(self, nodes: Sequence[Any], **kwargs: Any) -> Sequence[Any]:
        """As calling it."""
        return self(nodes, **kwargs)


class IngestionPipeline:
    """Runs transformations one after the other: documents in, what the last of them makes out."""

    def __init__(
        self,
        transformations: Sequence[Callable[[Sequence[Any]], Sequence[Any]]] | None = None,
        *,
        documents: Sequence[Document] | None = None,
        name: str = "default",
        project_name: str = "Default",
        disable_cache: bool = True,
    ) -> None:
        """The three last arguments have no effect: nothing is cached, as nothing is slow."""
        self.transformations = list(transformations or [SentenceSplitter()])
        self.documents = documents

    def run(
        self,
        show_progress: bool = False,
        documents: Sequence[Document] | None = None,
        nodes: Sequence[TextNode] | None = None,
        *,
        in_place: bool = True,
        num_workers: int | None = None,
    ) -> list[Any]:
        """`documents`, then those that the pipeline was made with, then `nodes`, transformed.

        `show_progress` and `num_workers` have no effect.
        """
        given: Sequence[Any] = [*(documents or ()), *(self.documents or ()), *(nodes or ())]
        if not in_place:
            given = copy.deepcopy(given)
        for transformation in self.transformations:
            given = transformation(given)
        return list(given)

    async def arun(self, show_progress: bool = False, **options: Any) -> list[Any]:
        """As `run`, in a thread."""
        return await asyncio.to_thread(self.run, show_progress, **options)


class IndexTransformations:
    """What an index does with a document: any transformations that change its text or metadata, then one splitter."""

    def __init__(self, given: Sequence[object] | None = None) -> None:
        """Without any those of `Settings`; raises UsageError for what an index cannot do."""
        *changes, last = given or Settings.transformations or [default_splitter()]
        wrong = [one for one in changes if not callable(one) or isinstance(one, PassageSplitter)]
        if wrong or not isinstance(last, PassageSplitter):
            raise UsageError(
                "transformations ends with one SentenceSplitter or MarkdownNodeParser.",
                hint="Before it may be functions that change documents; passages are kept as they are cut.",
            )
        self.splitter: PassageSplitter = last
        self._changes = changes

    def changed(self, document: Document) -> Document:
        """A copy of the document as the transformations before the splitter leave it; raises UsageError if not one."""
        if not self._changes:
            return document
        documents: Sequence[Any] = [copy.deepcopy(document)]
        for change in self._changes:
            documents = cast("Any", change)(documents)
            if len(documents) != 1 or not isinstance(documents[0], Document):
                name = type(change).__name__
                raise UsageError(
                    f"The transformation {name} does not make one document of one.",
                    hint="Split and merge documents before they are given to the index.",
                )
        return documents[0]


def default_splitter() -> PassageSplitter:
    """The splitter of `Settings`, where one or its sizes are set, else the one of Bookwheel's own index."""
    if Settings.node_parser is not None:
        if not isinstance(Settings.node_parser, PassageSplitter):
            raise UsageError(
                f"Settings.node_parser cannot be a {type(Settings.node_parser).__name__}.",
                hint="Set a SentenceSplitter or a MarkdownNodeParser.",
            )
        return Settings.node_parser
    if Settings.chunk_size is None and Settings.chunk_overlap is None:
        return passage_splitter()
    size = Settings.chunk_size or passage_splitter().chunk_size
    return SentenceSplitter(size, min(Settings.chunk_overlap or 0, size - 1))
