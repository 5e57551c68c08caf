"""The result of a query engine: a whole answer, or one that is still being written, with its sources."""

from __future__ import annotations

import sys
import weakref
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Any, Self

from bookwheel.engine.model_like import ModelLike, known_fields
from bookwheel.engine.schema import JsonObject, JsonValue, NodeWithScore
from bookwheel.engine.tool_output import ToolOutput
from bookwheel.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from bookwheel.engine.query.answer_buffer import AnswerBuffer

Metadata = dict[str, dict[str, JsonValue]]


@dataclass(slots=True)
class Response(ModelLike):
    """A whole answer; `metadata` maps the id of each source node to its metadata.

    `supported` is False when the documents held nothing that answers, None where that is not known. `sources` are the
    searches of a chat engine, as results of tools.
    """

    response: str | None
    source_nodes: list[NodeWithScore] = field(default_factory=list[NodeWithScore])
    metadata: Metadata | None = None
    supported: bool | None = None
    sources: list[ToolOutput] = field(default_factory=list[ToolOutput])

    def __str__(self) -> str:
        return self.response or ""

    def get_formatted_sources(self, length: int = 100) -> str:
        """The sources, one paragraph each, cut to `length` characters."""
        return formatted_sources(self.source_nodes, length)

    def model_dump(self, **options: Any) -> JsonObject:
        """What a log says of it, without the passages."""
        return {"response": self.response, "supported": self.supported}

    @classmethod
    def __from_model_fields__(cls, values: Mapping[str, Any]) -> Self:
        given = known_fields(cls, values)
        nodes: Sequence[Any] = given.get("source_nodes") or ()
        given["source_nodes"] = [NodeWithScore.model_validate(node) for node in nodes]
        return cls(**given)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        # A saved event keeps the passages.
        return core_schema.no_info_plain_validator_function(
            cls.model_validate, serialization=core_schema.plain_serializer_function_ser_schema(_with_passages)
        )


@dataclass(slots=True)
class PydanticResponse:
    """An answer that is an instance of a pydantic model, in `response`; its fields are attributes here too."""

    response: Any
    source_nodes: list[NodeWithScore] = field(default_factory=list[NodeWithScore])
    metadata: Metadata | None = None

    def __str__(self) -> str:
        return self.response.model_dump_json()

    def __getattr__(self, name: str) -> Any:
        # Only for names that are not found here; `response` is not while an instance is copied or unpickled.
        if name.startswith("__") or name == "response":
            raise AttributeError(name)
        return getattr(self.response, name)

    def get_formatted_sources(self, length: int = 100) -> str:
        """As in `Response`."""
        return formatted_sources(self.source_nodes, length)

    def get_response(self) -> Response:
        """The answer as JSON text."""
        return Response(str(self), self.source_nodes, self.metadata)


def _with_passages(response: Response) -> dict[str, Any]:
    nodes = [node.model_dump(mode="json") for node in response.source_nodes]
    return {**response.model_dump(), "source_nodes": nodes, "metadata": response.metadata}


class _Streaming:
    """Shared by both streaming kinds: the buffer, the sources, closing the connection when it is dropped."""

    def __init__(
        self,
        response_gen: AnswerBuffer | Iterable[str] | AsyncIterable[str],
        source_nodes: list[NodeWithScore] | None = None,
        metadata: Metadata | None = None,
        hang_up: Callable[[], None] | None = None,
        sources: list[ToolOutput] | None = None,
    ) -> None:
        """`response_gen` is a generator of the user's own, read as far as a reader asks, or a buffer that is filled."""
        self.sources = sources or []
        self.source_nodes = source_nodes or []
        self.metadata = metadata
        self._buffer = _buffer_of(response_gen)
        self._was_given = False
        self._hang_up = weakref.finalize(self, hang_up or _nothing)
        self._hang_up.atexit = False

    @property
    def response_txt(self) -> str | None:
        """The text so far; None while there is none."""
        return self._buffer.so_far() or None

    @property
    def response(self) -> str:
        """The text so far: the name that it has in the answers of LlamaIndex's chat engines."""
        return self._buffer.so_far()

    @property
    def supported(self) -> bool | None:
        """As in `Response`; known at the end."""
        return self._buffer.supported

    def get_formatted_sources(self, length: int = 100, trim_text: bool = True) -> str:
        """The sources, one paragraph each, cut to `length` characters unless `trim_text` is False."""
        return formatted_sources(self.source_nodes, length if trim_text else None, label="Node id")


class StreamingResponse(_Streaming):
    """An answer that is being written; the model was asked when this was made.

    `response_gen` may be used any number of times and reads from the start each time; a partial read loses
    nothing. An error in the middle is raised to every reader and by `get_response()` and `str()`. Closing a
    `response_gen`, `close()`, or dropping the response closes the connection.
    """

    @property
    def response_gen(self) -> ResponseReader:
        """The pieces, from the start."""
        return ResponseReader(self)

    def read(self, at: int) -> str | None:
        """The piece at place `at`, waited for; None at the end."""
        return self._buffer.piece(at)

    def get_response(self) -> Response:
        """Wait for the whole answer."""
        text = str(self)
        return Response(text, self.source_nodes, self.metadata, self._buffer.supported)

    def print_response_stream(self) -> None:
        """Print the answer as it is written; one that was printed or asked for whole before, as a line."""
        for piece in self.response_gen:
            sys.stdout.write(piece)
            sys.stdout.flush()
        if self._was_given:
            sys.stdout.write("\n")
        self._was_given = True

    def close(self) -> None:
        """Close the connection; the text so far stays readable, followed by the error that says so."""
        self._hang_up()

    def __str__(self) -> str:
        text = self._buffer.text()
        self._was_given = True
        return text


class ResponseReader(Iterator[str]):
    """Reads a streaming response from its start; asked for an iterator after its end, it starts anew."""

    def __init__(self, response: StreamingResponse) -> None:
        # A reference to the response keeps the connection open while only its reader is in use.
        self._response = response
        self._at = 0
        self._is_at_end = False

    def __iter__(self) -> ResponseReader:
        if self._is_at_end:
            self._at, self._is_at_end = 0, False
        return self

    def __next__(self) -> str:
        piece = self._response.read(self._at)
        if piece is None:
            self._is_at_end = True
            raise StopIteration
        self._at += 1
        return piece

    def close(self) -> None:
        """Hang up."""
        self._response.close()


class AsyncStreamingResponse(_Streaming):
    """As `StreamingResponse`, for `async` code; `str()` does not wait and gives the text so far."""

    @property
    def response_gen(self) -> AsyncResponseReader:
        """As `async_response_gen()`: the pieces, from the start."""
        return AsyncResponseReader(self)

    def async_response_gen(self) -> AsyncResponseReader:
        """The pieces, from the start; may be used any number of times."""
        return AsyncResponseReader(self)

    async def read(self, at: int) -> str | None:
        """The piece at place `at`, waited for; None at the end."""
        return await self._buffer.apiece(at)

    async def get_response(self) -> Response:
        """Wait for the whole answer."""
        text = await self._buffer.atext()
        return Response(text, self.source_nodes, self.metadata, self._buffer.supported)

    async def print_response_stream(self) -> None:
        """Print the answer as it is written."""
        await self.aprint_response_stream()
        sys.stdout.write("\n")  # as LlamaIndex does, here alone

    async def aprint_response_stream(self) -> None:
        """As `print_response_stream`, without a line break at the end: its name in the answers of chat engines."""
        async for piece in self.async_response_gen():
            sys.stdout.write(piece)
            sys.stdout.flush()

    def close(self) -> None:
        """Close the connection; the text so far stays readable, followed by the error that says so."""
        self._hang_up()

    def __str__(self) -> str:
        return self._buffer.so_far()


class AsyncResponseReader(AsyncIterator[str]):
    """Reads a streaming response from its start; asked for an iterator after its end, it starts anew.

    Not a generator: asyncio closes one that a `break` left, and that must not close the connection.
    """

    def __init__(self, response: AsyncStreamingResponse) -> None:
        self._response = response
        self._at = 0
        self._is_at_end = False

    def __aiter__(self) -> AsyncResponseReader:
        if self._is_at_end:
            self._at, self._is_at_end = 0, False
        return self

    async def __anext__(self) -> str:
        piece = await self._response.read(self._at)
        if piece is None:
            self._is_at_end = True
            raise StopAsyncIteration
        self._at += 1
        return piece

    async def aclose(self) -> None:
        """Hang up."""
        self._response.close()


def formatted_sources(nodes: list[NodeWithScore], length: int | None, label: str = "Doc id") -> str:
    """The sources, one paragraph each, cut to `length` characters when given; `label` stands before their ids."""
    texts = ((node.node_id, node.text if length is None else _cut(node.text, length)) for node in nodes)
    return "\n\n".join(f"> Source ({label}: {node_id}): {text}" for node_id, text in texts)


def metadata_of(nodes: list[NodeWithScore]) -> Metadata | None:
    """The metadata of the nodes by their ids; None without nodes."""
    return {node.node_id: node.metadata for node in nodes} or None


def _buffer_of(source: AnswerBuffer | Iterable[str] | AsyncIterable[str]) -> AnswerBuffer:
    from bookwheel.engine.query.answer_buffer import AnswerBuffer, GivenPieces

    return source if isinstance(source, AnswerBuffer) else GivenPieces(source)


def _nothing() -> None:
    return None


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: max(0, length - 3)]}..."
