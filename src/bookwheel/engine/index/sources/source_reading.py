"""Reads a file of a source: the reader's document with what the source knows."""

from __future__ import annotations

from dataclasses import replace

from bookwheel.engine import json_fields as fields
from bookwheel.engine.index.readers.encodings.encoding import decoded_text
from bookwheel.engine.index.readers.reader import Reader, Source
from bookwheel.engine.index.sources.obsidian import VAULT, links_in, shown_text, tags_in
from bookwheel.engine.schema import Document, JsonObject, JsonValue

_MOST_TAGS = 100


def read_with_facts(reader: Reader, source: Source, facts: JsonObject) -> Document:
    """What the reader makes of the file, with the facts in its metadata. Raises as the reader does."""
    vault = fields.text(facts, VAULT)
    if vault:
        return _read_note(reader, source, facts, vault)
    document = reader(source)
    _add(document, facts, fields.texts(facts, "tags"))
    return document


def _read_note(reader: Reader, source: Source, facts: JsonObject, vault: str) -> Document:
    decoded = decoded_text(source.data)
    if decoded is None:
        return reader(source)
    text = decoded.text
    document = reader(replace(source, data=shown_text(text).encode("utf-8", "surrogatepass")))
    _add(document, {key: value for key, value in facts.items() if key != VAULT}, tags_in(text))
    if links := links_in(text, vault, source.path):
        document.metadata["links"] = list[JsonValue](links)
    return document


def _add(document: Document, facts: JsonObject, tags: list[str]) -> None:
    tags = list(dict.fromkeys(tag.lstrip("#") for tag in (*fields.texts(document.metadata, "tags"), *tags)))
    document.metadata.update(facts)
    if tags:
        document.metadata["tags"] = list[JsonValue](tags[:_MOST_TAGS])
