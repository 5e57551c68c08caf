"""Asks the embedded model about one short text, which is all that was found."""

from __future__ import annotations

from bookwheel.engine.llms.chat import ChatResponse
from bookwheel.engine.llms.extractive.model import ExtractiveLLM
from bookwheel.engine.llms.extractive.quoted_answer import quoted_answer
from bookwheel.engine.schema import ChatMessage, JsonValue, NumberedNode, TextNode


def answer(question: str, text: str, title: str | None = None, name: str = "notes.md") -> str | None:
    """What is quoted from `text`; None where nothing in it answers. Its title is its first heading, unless given."""
    quoted = quoted_answer(question, (), [_found(text, title, name)])
    return quoted.text if quoted.is_supported else None


async def model_answer(question: str, text: str, name: str = "notes.md") -> ChatResponse:
    """As `answer`, through the model: what it says, also where nothing answers."""
    return await ExtractiveLLM().achat([ChatMessage(content=question, nodes=[_found(text, None, name)])])


def _found(text: str, title: str | None, name: str) -> NumberedNode:
    heading = text.partition("\n")[0].lstrip("# ") if text.startswith("# ") else ""
    metadata: dict[str, JsonValue] = {"file_name": name, "file_path": f"/papers/{name}"}
    metadata |= {"title": named} if (named := heading if title is None else title) else {}
    return NumberedNode(1, TextNode(text, metadata, start_char_idx=0), 5.0)
