"""What a tool gives back: the text that the model reads, and the value behind it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import is_dataclass
from typing import Any

from bookwheel.engine.content_blocks import ContentBlock, TextBlock, content_blocks, text_of
from bookwheel.engine.model_like import ModelLike
from bookwheel.engine.schema import JsonObject, NumberedNode, jsonable
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

# How Python shows an object that says nothing of itself: <thing object at 0x7f2de…>.
_ADDRESS = lazy_regex(r"<.* at 0x[0-9a-fA-F]+>", re.DOTALL)
_CONTAINERS = (Mapping, list, tuple, set, frozenset)


@dataclass(slots=True, init=False)
class ToolOutput(ModelLike):
    """The result of one tool call.

    `content` is what the model reads; `raw_output` what the function returned. `is_error`: the call failed, and
    `exception` may hold how. `nodes` are numbered passages that the content shows. A tool may return one of these.
    """

    content: str
    tool_name: str
    raw_input: dict[str, Any]
    raw_output: Any
    is_error: bool
    nodes: list[NumberedNode]
    exception: BaseException | None

    def __init__(
        self,
        content: str | None = None,
        tool_name: str = "",
        raw_input: dict[str, Any] | None = None,
        raw_output: Any = None,
        is_error: bool = False,
        nodes: list[NumberedNode] | None = None,
        exception: BaseException | None = None,
        *,
        blocks: Iterable[ContentBlock | Mapping[str, Any]] = (),
    ) -> None:
        """`blocks` are another form of `content`: a line for each text. Raises ValueError for one that is not text."""
        self.content = _joined(blocks) if content is None else content
        self.tool_name = tool_name
        self.raw_input = {} if raw_input is None else raw_input
        self.raw_output = raw_output
        self.is_error = is_error
        self.nodes = [] if nodes is None else nodes
        self.exception = exception

    def __str__(self) -> str:
        return self.content

    @property
    def blocks(self) -> list[TextBlock]:
        """The content as a list of blocks, empty without content."""
        return [TextBlock(self.content)] if self.content else []

    def __model_fields__(self) -> dict[str, Any]:
        return {
            "blocks": self.blocks,
            "tool_name": self.tool_name,
            "raw_input": self.raw_input,
            "raw_output": self.raw_output,
            "is_error": self.is_error,
        }

    @classmethod
    def __from_model_fields__(cls, values: Mapping[str, Any]) -> ToolOutput:
        return cls(**values)

    def to_json(self) -> JsonObject:
        """What the event log and a saved context keep of the result."""
        return {"content": self.content, "is_error": self.is_error}


def _joined(blocks: Iterable[ContentBlock | Mapping[str, Any]]) -> str:
    parts = content_blocks(blocks)
    if not all(isinstance(part, TextBlock) for part in parts):
        raise ValueError("The result of a tool is text: give it blocks of text.")
    return text_of(parts)


def output_text(value: Any) -> str:
    """`value` as a model reads it: text as it is, data as JSON, other objects by their own `str`.

    Raises ValueError, naming the class, for an object that says nothing of itself.
    """
    if isinstance(value, str):
        # A lone surrogate cannot be sent in UTF-8.
        return value.encode("utf-8", "replace").decode("utf-8")
    if _is_data(value):
        return output_text(json.dumps(jsonable(value), ensure_ascii=False))
    text = str(value)
    if _ADDRESS.fullmatch(text):
        raise ValueError(f"the tool returned an object of the class {type(value).__name__}, which has no text form")
    return output_text(text)


def _is_data(value: object) -> bool:
    return isinstance(value, _CONTAINERS) or is_dataclass(value) or hasattr(value, "model_dump")
