"""Reads the values that several logged events share from their JSON."""

from __future__ import annotations

from bookwheel.engine import json_fields as fields
from bookwheel.engine.schema import REMARKS, SURROUNDINGS, JsonObject, JsonValue, NumberedNode, TextNode, Usage


def numbered_nodes(data: JsonObject, name: str) -> list[NumberedNode]:
    """The passages in this field; a passage without a number gets its position, from 1."""
    return [_numbered_node(item, position) for position, item in enumerate(fields.objects(data, name), start=1)]


def usage_of(data: JsonObject, name: str = "usage") -> Usage | None:
    """The tokens of a call; None when they were not counted."""
    usage = fields.obj(data, name)
    if not usage:
        return None
    return Usage(fields.integer(usage, "prompt_tokens") or 0, fields.integer(usage, "completion_tokens") or 0)


def _numbered_node(data: JsonObject, position: int) -> NumberedNode:
    metadata: dict[str, JsonValue] = {"file_path": fields.text(data, "path")}
    if (page := fields.integer(data, "page")) is not None:
        metadata["page"] = page
    metadata |= {name: text for name in SURROUNDINGS if (text := fields.text(data, name))}
    if remarks := fields.texts(data, REMARKS):
        metadata[REMARKS] = remarks
    node = TextNode(
        text=fields.text(data, "text"),
        metadata=metadata,
        id_=fields.text(data, "node_id"),
        start_char_idx=fields.integer(data, "start_char_idx"),
        end_char_idx=fields.integer(data, "end_char_idx"),
    )
    return NumberedNode(fields.integer(data, "number") or position, node, fields.number(data, "score"))
