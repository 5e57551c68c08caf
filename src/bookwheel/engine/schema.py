"""What the engine talks about: documents, nodes, queries and chat messages."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from enum import Enum, StrEnum
from typing import Literal, Protocol, TypeAlias, cast, runtime_checkable

JsonValue: TypeAlias = "bool | int | float | str | Sequence[JsonValue] | Mapping[str, JsonValue] | None"
JsonObject: TypeAlias = "dict[str, JsonValue]"


# The key in the metadata of a document and its passages under which a reader says what it did not bring in.
REMARKS = "remarks"


def remarks_of(metadata: Mapping[str, JsonValue]) -> tuple[str, ...]:
    """The remarks in the metadata of a document or passage; a malformed one counts as absent."""
    remarks = metadata.get(REMARKS)
    if not isinstance(remarks, (list, tuple)):
        return ()
    return tuple(line for line in cast("Sequence[JsonValue]", remarks) if isinstance(line, str))


def new_id() -> str:
    """A fresh random identifier: 32 hexadecimal digits."""
    # uuid4 reads better, but importing uuid is a fifth of what the whole library may take to import.
    return os.urandom(16).hex()


@dataclass(slots=True, init=False)
class Document:
    """A whole text with what is known about it.

    `metadata` by convention: `file_path`, `file_name`, `file_type`, `title`; `page_starts` is the character offset
    at which each page begins (page 1 first) for paged formats.
    """

    text: str
    metadata: dict[str, JsonValue]
    id_: str

    def __init__(
        self,
        text: str = "",
        metadata: dict[str, JsonValue] | None = None,
        id_: str | None = None,
        *,
        doc_id: str | None = None,
        extra_info: dict[str, JsonValue] | None = None,
    ) -> None:
        """`doc_id` and `extra_info` are LlamaIndex's other names for `id_` and `metadata`, which go before them."""
        self.text = text
        self.metadata = metadata if metadata is not None else extra_info or {}
        self.id_ = id_ or doc_id or new_id()

    @property
    def doc_id(self) -> str:
        return self.id_

    @doc_id.setter
    def doc_id(self, id_: str) -> None:
        self.id_ = id_

    @property
    def node_id(self) -> str:
        return self.id_

    @property
    def hash(self) -> str:
        """SHA-256 of the text, hexadecimal."""
        import hashlib

        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    def get_content(self) -> str:
        return self.text


@dataclass(slots=True)
class TextNode:
    """A passage: a piece of a document's text with its exact place.

    `document.text[start_char_idx:end_char_idx] == text` holds for every node that the splitter made.
    `page` counts from 1 and is None for formats without pages.
    """

    text: str = ""
    metadata: dict[str, JsonValue] = field(default_factory=dict[str, JsonValue])
    id_: str = field(default_factory=new_id)
    ref_doc_id: str | None = None
    start_char_idx: int | None = None
    end_char_idx: int | None = None

    @property
    def node_id(self) -> str:
        return self.id_

    @property
    def path(self) -> str | None:
        """The file that the passage is from (`metadata["file_path"]`)."""
        value = self.metadata.get("file_path")
        return value if isinstance(value, str) else None

    @property
    def page(self) -> int | None:
        """The page that the passage begins on (`metadata["page"]`), from 1."""
        value = self.metadata.get("page")
        return value if isinstance(value, int) else None

    @property
    def remarks(self) -> tuple[str, ...]:
        """What of its document the reader did not bring in (`metadata["remarks"]`)."""
        return remarks_of(self.metadata)

    def get_content(self) -> str:
        return self.text


@dataclass(slots=True)
class NodeWithScore:
    """A node as a retriever found it; a higher score is a better match."""

    node: TextNode
    score: float | None = None

    @property
    def node_id(self) -> str:
        return self.node.id_

    @property
    def id_(self) -> str:
        return self.node.id_

    @property
    def text(self) -> str:
        return self.node.text

    @property
    def metadata(self) -> dict[str, JsonValue]:
        return self.node.metadata

    def get_content(self) -> str:
        return self.node.text

    def get_text(self) -> str:
        return self.node.text

    def get_score(self, raise_error: bool = False) -> float:
        if self.score is None and raise_error:
            raise ValueError(f"Node {self.node.id_} has no score.")
        return self.score or 0.0


@dataclass(slots=True)
class QueryBundle:
    """A question, with an embedding when somebody already made one."""

    query_str: str
    embedding: list[float] | None = None

    def __str__(self) -> str:
        return self.query_str


class MessageRole(StrEnum):
    """Who speaks in a chat message (the wire names of the OpenAI API)."""

    SYSTEM = "system"
    DEVELOPER = "developer"
    USER = "user"
    ASSISTANT = "assistant"
    TOOL = "tool"


@dataclass(slots=True)
class ToolSelection:
    """A model's wish to call a tool."""

    tool_id: str
    tool_name: str
    tool_kwargs: dict[str, JsonValue] = field(default_factory=dict[str, JsonValue])

    def model_dump(self) -> JsonObject:
        return {"tool_id": self.tool_id, "tool_name": self.tool_name, "tool_kwargs": self.tool_kwargs}


@dataclass(slots=True)
class ChatMessage:
    """One message of a conversation with a model.

    `tool_calls` is set on an assistant message that calls tools, `tool_call_id` on the tool message that answers one.
    `nodes` are the numbered passages that the content shows to the model: a text model reads the content,
    `ExtractiveLLM` reads the nodes. They are never sent over the wire.
    """

    role: MessageRole = MessageRole.USER
    content: str | None = None
    additional_kwargs: dict[str, JsonValue] = field(default_factory=dict[str, JsonValue])
    tool_calls: list[ToolSelection] = field(default_factory=list[ToolSelection])
    tool_call_id: str | None = None
    nodes: list[NumberedNode] = field(default_factory=lambda: list[NumberedNode]())

    def __post_init__(self) -> None:
        self.role = MessageRole(self.role)

    def __str__(self) -> str:
        return f"{self.role}: {self.content or ''}"

    def model_dump(self) -> JsonObject:
        """The message as plain JSON, without its passages (they are in the run's `Retrieval` events)."""
        data: JsonObject = {"role": str(self.role), "content": self.content}
        if self.tool_calls:
            data["tool_calls"] = [call.model_dump() for call in self.tool_calls]
        if self.tool_call_id is not None:
            data["tool_call_id"] = self.tool_call_id
        if self.additional_kwargs:
            data["additional_kwargs"] = self.additional_kwargs
        return data


@dataclass(slots=True, frozen=True)
class NumberedNode:
    """A found passage with the number under which the answer cites it."""

    number: int
    node: TextNode
    score: float | None = None

    def model_dump(self) -> JsonObject:
        """The passage as a `Retrieval` event and `RunFinished.citations` write it."""
        metadata = self.node.metadata
        named = {name: value for name in ("title", "heading", REMARKS) if (value := metadata.get(name))}
        return {
            "number": self.number,
            "node_id": self.node.id_,
            "path": self.node.path,
            "page": self.node.page,
            **named,
            "start_char_idx": self.node.start_char_idx,
            "end_char_idx": self.node.end_char_idx,
            "score": self.score,
            "text": self.node.text,
        }


Cut: TypeAlias = Literal["length", "content_filter"]
"""What ended an answer before the model did: its output limit, or the provider's filter."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens that one call took, as the endpoint counted them."""

    prompt_tokens: int = 0
    completion_tokens: int = 0

    @property
    def total_tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
        )

    def model_dump(self) -> JsonObject:
        return {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.completion_tokens,
            "total_tokens": self.total_tokens,
        }


def chat_messages(messages: Iterable[ChatMessage | str]) -> list[ChatMessage]:
    """Plain strings in `messages` become user messages."""
    return [ChatMessage(content=message) if isinstance(message, str) else message for message in messages]


def jsonable(value: object, *, depth: int = 64) -> JsonValue:
    """`value` as plain JSON data: models by their fields, paths and enums by their value, exceptions by their text.

    What JSON has no form for (not a number, infinity) becomes None; an object of an unknown kind its `str()`, and so
    does what is nested more than `depth` deep.
    """
    if value is None or isinstance(value, (str, bool, int)):
        return value.value if isinstance(value, Enum) else value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if depth <= 0:
        return str(value)
    if isinstance(value, Mapping):
        return {
            str(key): jsonable(item, depth=depth - 1) for key, item in cast("Mapping[object, object]", value).items()
        }
    if isinstance(value, (list, tuple, set, frozenset)):
        return [jsonable(item, depth=depth - 1) for item in cast("Iterable[object]", value)]
    return _jsonable_object(value, depth - 1)


@runtime_checkable
class _Dumpable(Protocol):
    def model_dump(self) -> object: ...


def _jsonable_object(value: object, depth: int) -> JsonValue:
    if isinstance(value, type):
        return value.__name__
    if isinstance(value, _Dumpable):
        return jsonable(value.model_dump(), depth=depth)
    if isinstance(value, Enum):
        return jsonable(value.value, depth=depth)
    if isinstance(value, BaseException):
        return f"{type(value).__name__}: {value}"
    if is_dataclass(value):
        return {item.name: jsonable(getattr(value, item.name), depth=depth) for item in fields(value)}
    isoformat: Callable[[], str] | None = getattr(value, "isoformat", None)
    return isoformat() if callable(isoformat) else str(value)
