"""A document as the SQL stores keep it: one row, its columns in the order of `DOCUMENT_COLUMNS`."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import date
from typing import LiteralString, cast

from bookwheel.engine import json_fields as fields
from bookwheel.engine.schema import JsonObject
from bookwheel.engine.stores.store_protocol import DocumentStatus, StoredDocument, UnreadableValueError

DOCUMENT_COLUMNS: LiteralString = (
    "ref, path, size, mtime_ns, sha256, status, reason, title, pages, passages, language, format, author, date"
)


# The metadata in a row, only of documents with tags: parsing those of a hundred thousand documents takes seconds.
HAS_TAGS: LiteralString = '"tags":['


def reason_column(stored: StoredDocument) -> str:
    """The value of the column `reason`: why a document was not indexed, else its remarks, one a line.

    One column holds both, so that indexes made before there were remarks keep their tables.
    """
    return "\n".join(stored.remarks) if stored.status == "indexed" else stored.reason


def stored_document(row: Sequence[object]) -> StoredDocument:
    """A row as a document; SQLite has no dates and keeps them as ISO text.

    The metadata may follow the columns, for the tags in it.
    """
    ref, path, size, mtime_ns, sha256, status, reason, title, pages, passages, language, *made = row
    format_name, author, day, *metadata = made
    is_indexed = status == "indexed"
    return StoredDocument(
        ref=cast("str", ref),  # the schemas give each column its type
        path=None if path is None else os.fsdecode(cast("bytes", path)),
        size=cast("int", size),
        mtime_ns=cast("int", mtime_ns),
        sha256=cast("str", sha256),
        status=cast("DocumentStatus", status),
        reason="" if is_indexed else cast("str", reason),
        remarks=tuple(filter(None, cast("str", reason).split("\n"))) if is_indexed else (),
        title=cast("str | None", title),
        pages=cast("int | None", pages),
        passages=cast("int", passages),
        language=cast("str", language),
        format=cast("str", format_name),
        author=cast("str | None", author),
        date=_date(day) if isinstance(day, str) else cast("date | None", day),
        tags=tags_of(json.loads(cast("str", metadata[0]))) if metadata and metadata[0] is not None else (),
    )


def _date(day: str) -> date:
    try:
        return date.fromisoformat(day)
    except ValueError as error:
        raise UnreadableValueError(f"{day!r} is not a date") from error


def tags_of(metadata: JsonObject) -> tuple[str, ...]:
    """The tags in a document's metadata."""
    return tuple(fields.texts(metadata, "tags"))
