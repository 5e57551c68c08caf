"""Asks the embedded model about one short text, which is all that was found."""

from __future__ import annotations

from bookwheel.engine.llms.extractive.quoted_answer import quoted_answer
from bookwheel.engine.schema import JsonValue, NumberedNode, TextNode


def answer(question: str, text: str, title: str = "", name: str = "notes.md") -> str | None:
    """What is quoted from `text`; None where nothing in it answers."""
    metadata: dict[str, JsonValue] = {"file_name": name, "file_path": f"/papers/{name}"}
    metadata |= {"title": title} if title else {}
    quoted = quoted_answer(question, (), [NumberedNode(1, TextNode(text, metadata), 5.0)])
    return quoted.text if quoted.is_supported else None
