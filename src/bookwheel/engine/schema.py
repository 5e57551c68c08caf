"""What the engine talks about: documents, nodes, queries and chat messages."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from enum import StrEnum
from typing import Any, Self

from bookwheel.engine.content_blocks import ContentBlock, content_blocks, text_of, with_text
from bookwheel.engine.content_blocks import TextBlock as TextBlock
from bookwheel.engine.metadata_text import (
    EXAMPLE_TEXT,
    METADATA_SEPARATOR,
    METADATA_TEMPLATE,
    TEXT_TEMPLATE,
    MetadataMode,
    MetadataText,
    remarks_of,
)
from bookwheel.engine.metadata_text import MORE_ROWS as MORE_ROWS
from bookwheel.engine.metadata_text import REMARKS as REMARKS
from bookwheel.engine.metadata_text import SURROUNDINGS as SURROUNDINGS
from bookwheel.engine.model_like import JsonObject as JsonObject
from bookwheel.engine.model_like import JsonValue as JsonValue
from bookwheel.engine.model_like import ModelLike, known_fields
from bookwheel.engine.model_like import jsonable as jsonable
from bookwheel.engine.node_links import NodeLinks, RelatedNodeInfo
from bookwheel.engine.usage import Cut as Cut
from bookwheel.engine.usage import Usage as Usage
from bookwheel.lazy_dataclass import dataclass


def new_id() -> str:
    """A fresh random identifier: 32 hexadecimal digits."""
    return os.urandom(16).hex()  # to import uuid takes a fifth of what the whole library may take


@dataclass(slots=True, init=False)
class Document(MetadataText):
    """A whole text with what is known about it.

    `metadata` by convention: `file_path`, `file_name`, `file_type`, `title`; `page_starts` is the character offset
    at which each page begins (page 1 first) for paged formats.
    """

    text: str
    metadata: dict[str, JsonValue]
    id_: str
    excluded_llm_metadata_keys: Sequence[str]
    excluded_embed_metadata_keys: Sequence[str]
    metadata_template: str
    metadata_separator: str
    text_template: str

    def __init__(
        self,
        text: str = "",
        metadata: dict[str, JsonValue] | None = None,
        id_: str | None = None,
        *,
        doc_id: str | None = None,
        extra_info: dict[str, JsonValue] | None = None,
        excluded_llm_metadata_keys: Sequence[str] = (),
        excluded_embed_metadata_keys: Sequence[str] = (),
        metadata_template: str = METADATA_TEMPLATE,
        metadata_separator: str = METADATA_SEPARATOR,
        metadata_seperator: str | None = None,
        text_template: str = TEXT_TEMPLATE,
    ) -> None:
        """`doc_id`, `extra_info` and `metadata_seperator` are LlamaIndex's other names for what has one here."""
        self.text = text
        self.metadata = metadata if metadata is not None else extra_info or {}
        self.id_ = id_ or doc_id or new_id()
        self.excluded_llm_metadata_keys = excluded_llm_metadata_keys
        self.excluded_embed_metadata_keys = excluded_embed_metadata_keys
        self.metadata_template = metadata_template
        self.metadata_separator = metadata_separator if metadata_seperator is None else metadata_seperator
        self.text_template = text_template
        self.__post_init__()

    @classmethod
    def example(cls) -> Document:
        """A document to try things on."""
        return cls(text=EXAMPLE_TEXT, metadata={"file_name": "bookwheel.txt", "title": "The bookwheel"})

    @property
    def doc_id(self) -> str:
        return self.id_

    @doc_id.setter
    def doc_id(self, id_: str) -> None:
        self.id_ = id_

    @property
    def node_id(self) -> str:
        return self.id_


@dataclass(slots=True)
class TextNode(NodeLinks, MetadataText):
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
    embedding: list[float] | None = None
    relationships: dict[str, RelatedNodeInfo] = field(default_factory=dict[str, RelatedNodeInfo])
    excluded_llm_metadata_keys: Sequence[str] = ()
    excluded_embed_metadata_keys: Sequence[str] = ()
    metadata_template: str = METADATA_TEMPLATE
    metadata_separator: str = METADATA_SEPARATOR
    text_template: str = TEXT_TEMPLATE

    @property
    def node_id(self) -> str:
        return self.id_

    def get_embedding(self) -> list[float]:
        """The vector. Raises ValueError when there is none."""
        if self.embedding is None:
            raise ValueError(f"The passage {self.id_} has no embedding.")
        return self.embedding

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


@dataclass(slots=True)
class NodeWithScore(ModelLike):
    """A node as a retriever found it; a higher score is a better match.

    `word_score` is its score by words alone, where words and meaning were fused; None if words did not find it.
    """

    node: TextNode
    score: float | None = None
    word_score: float | None = None

    def __model_fields__(self) -> dict[str, Any]:
        return {"node": self.node, "score": self.score, "class_name": "NodeWithScore"}

    @classmethod
    def __from_model_fields__(cls, values: Mapping[str, Any]) -> Self:
        return cls(TextNode.model_validate(values["node"]), values.get("score"), values.get("word_score"))

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

    @property
    def embedding(self) -> list[float] | None:
        return self.node.embedding

    def get_embedding(self) -> list[float]:
        """As in `TextNode`."""
        return self.node.get_embedding()

    def get_content(self, metadata_mode: MetadataMode | str = MetadataMode.NONE) -> str:
        return self.node.get_content(metadata_mode)

    def get_text(self) -> str:
        return self.node.text

    dict = ModelLike.model_dump  # LlamaIndex's older name

    def __str__(self) -> str:
        score = "None" if self.score is None else f"{self.score: 0.3f}"
        return f"{self.node}\nScore: {score}\n"

    def get_score(self, raise_error: bool = False) -> float:
        if self.score is None and raise_error:
            raise ValueError(f"Node {self.node.id_} has no score.")
        return self.score or 0.0


@dataclass(slots=True)
class QueryBundle:
    """A question, with its embedding when there is one already."""

    query_str: str
    embedding: list[float] | None = None
    custom_embedding_strs: list[str] | None = None

    @property
    def embedding_strs(self) -> list[str]:
        """The texts to embed: the custom ones, else the question."""
        return self.custom_embedding_strs or ([self.query_str] if self.query_str else [])

    def __str__(self) -> str:
        return self.query_str


class MessageRole(StrEnum):
    """Who speaks in a chat message: the names of the OpenAI API, then those of others, as in LlamaIndex."""

    SYSTEM = "system"
    DEVELOPER = "developer"
    USER = "user"
    ASSISTANT = "assistant"
    TOOL = "tool"
    FUNCTION = "function"
    CHATBOT = "chatbot"
    MODEL = "model"


_ROLES = frozenset(MessageRole)


@dataclass(slots=True)
class ToolSelection(ModelLike):
    """A model's wish to call a tool."""

    tool_id: str
    tool_name: str
    tool_kwargs: dict[str, JsonValue] = field(default_factory=dict[str, JsonValue])

    def __post_init__(self) -> None:
        # LlamaIndex's rule: broken arguments count as none.
        if not isinstance(self.tool_kwargs, dict):  # pyright: ignore[reportUnnecessaryIsInstance]
            self.tool_kwargs = {}

    def to_json(self) -> JsonObject:
        """The call as plain JSON."""
        return {"tool_id": self.tool_id, "tool_name": self.tool_name, "tool_kwargs": self.tool_kwargs}


@dataclass(slots=True, init=False)
class ChatMessage(ModelLike):
    """One message of a conversation with a model.

    `tool_calls` is set on an assistant message that calls tools, `tool_call_id` on the tool message that answers one.
    `nodes` are the numbered passages that the content shows to the model: a text model reads the content,
    `ExtractiveLLM` reads the nodes. They are never sent over the wire.
    """

    role: MessageRole
    content: str | None
    additional_kwargs: dict[str, Any]
    tool_calls: list[ToolSelection]
    tool_call_id: str | None
    nodes: list[NumberedNode]
    # What is more than one text: several, and the pictures among them, in their order.
    mixed: list[ContentBlock] | None

    def __init__(
        self,
        role: MessageRole | str | None = None,
        content: str | Iterable[ContentBlock | Mapping[str, Any]] | None = None,
        additional_kwargs: dict[str, Any] | None = None,
        tool_calls: list[ToolSelection] | None = None,
        tool_call_id: str | None = None,
        nodes: list[NumberedNode] | None = None,
        *,
        blocks: Iterable[ContentBlock | Mapping[str, Any]] | None = None,
        mixed: list[ContentBlock] | None = None,
    ) -> None:
        """`ChatMessage("hi")` is a user's message. `blocks` are another form of `content`: texts and pictures.

        Raises ValueError for an unknown role or kind of block.
        """
        if isinstance(role, str) and not isinstance(role, MessageRole) and content is None and role not in _ROLES:
            role, content = None, role
        if not isinstance(content, str) and content is not None:
            # LlamaIndex takes a list of blocks as the content too.
            blocks, content = content, None
        self.role = MessageRole.USER if role is None else MessageRole(role)
        self.content = content
        self.additional_kwargs = {} if additional_kwargs is None else additional_kwargs
        self.tool_calls = [] if tool_calls is None else tool_calls
        self.tool_call_id = tool_call_id
        self.nodes = [] if nodes is None else nodes
        self.mixed = mixed if mixed is None else with_text(mixed, content)
        if blocks is not None and content is None:
            self.blocks = content_blocks(blocks)

    @classmethod
    def from_str(cls, content: str, role: MessageRole | str = MessageRole.USER, **kwargs: Any) -> ChatMessage:
        """A message of a text."""
        return cls(role=role, content=content, **kwargs)

    @property
    def blocks(self) -> list[ContentBlock]:
        """The content as a list of blocks, empty without content."""
        if self.mixed is not None:
            return with_text(self.mixed, self.content)
        return [TextBlock(self.content)] if self.content else []

    @blocks.setter
    def blocks(self, blocks: Iterable[ContentBlock | Mapping[str, Any]]) -> None:
        parts = content_blocks(blocks)
        self.content = text_of(parts)
        self.mixed = None if parts == [TextBlock(self.content)] or not parts else parts

    def __str__(self) -> str:
        return f"{self.role}: {self.content or ''}"

    def __repr__(self) -> str:
        return f"ChatMessage({', '.join(f'{name}={value!r}' for name, value in self.__model_fields__().items())})"

    def __model_fields__(self) -> dict[str, Any]:
        data: dict[str, Any] = {
            "role": self.role,
            "additional_kwargs": self.additional_kwargs,
            "blocks": self.blocks,
        }
        if self.tool_calls:
            data["tool_calls"] = self.tool_calls
        if self.tool_call_id is not None:
            data["tool_call_id"] = self.tool_call_id
        return data

    @classmethod
    def __from_model_fields__(cls, values: Mapping[str, Any]) -> ChatMessage:
        fields = known_fields(cls, values)
        if "blocks" in values:
            fields["blocks"] = values["blocks"]
        fields["tool_calls"] = [ToolSelection.model_validate(call) for call in fields.get("tool_calls", ())]
        return cls(**fields)

    def to_json(self) -> JsonObject:
        """The message as plain JSON, without its passages (they are in the run's `Retrieval` events)."""
        data: JsonObject = {"role": str(self.role), "content": self.content}
        if self.tool_calls:
            data["tool_calls"] = [call.to_json() for call in self.tool_calls]
        if self.tool_call_id is not None:
            data["tool_call_id"] = self.tool_call_id
        if self.additional_kwargs:
            data["additional_kwargs"] = jsonable(self.additional_kwargs)
        if self.mixed is not None:
            data["blocks"] = jsonable(self.blocks)
        return data


@dataclass(slots=True, frozen=True)
class NumberedNode:
    """A found passage with the number under which the answer cites it; the scores are those of `NodeWithScore`."""

    number: int
    node: TextNode
    score: float | None = None
    word_score: float | None = None

    def model_dump(self) -> JsonObject:
        """The passage as a `Retrieval` event and `RunFinished.citations` write it."""
        metadata = self.node.metadata
        named = {name: value for name in (*SURROUNDINGS, REMARKS) if (value := metadata.get(name))}
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


def chat_messages(messages: Iterable[ChatMessage | Mapping[str, Any] | str]) -> list[ChatMessage]:
    """Plain strings in `messages` become user messages, dictionaries the messages whose fields they hold."""
    return [
        ChatMessage(content=message) if isinstance(message, str) else ChatMessage.model_validate(message)
        for message in messages
    ]
