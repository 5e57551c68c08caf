"""Texts and passages: a text in blocks, a passage as a range of it with its page and heading.

A search reads passages with one statement: blocks are as small as a page of the file, and the location of a passage is
stored with it, so that no list of pages or headings is parsed.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from bookwheel.engine.schema import JsonObject, TextNode
from bookwheel.engine.stores.store_protocol import PassageRange, node_id

if TYPE_CHECKING:
    from bookwheel.engine.locations import Location

TEXT_SCHEMA = """
CREATE TABLE texts (id INTEGER PRIMARY KEY, text BLOB NOT NULL);
CREATE TABLE passages (id INTEGER PRIMARY KEY, first INTEGER NOT NULL, after INTEGER NOT NULL, place TEXT);
"""
SHIFT = 20  # from a document's id to those of its passages and blocks
MOST_PASSAGES = 1 << SHIFT
# Characters: with few bytes above ASCII among them, a block fits on one page of the file.
_BLOCK = 3_900
_COMPACT = json.JSONEncoder(separators=(",", ":"))
# What `json.loads` does besides takes longer than reading so short a text.
_READ = json.JSONDecoder().raw_decode

_BASE = f"(passages.id >> {SHIFT} << {SHIFT})"
_PASSAGES = f"""
    SELECT passages.id, first, after, place, ref, metadata, text FROM passages
    CROSS JOIN documents ON documents.id = passages.id >> {SHIFT}
    CROSS JOIN texts ON texts.id BETWEEN {_BASE} + first / {_BLOCK} AND {_BASE} + max(after - 1, first) / {_BLOCK}
    WHERE passages.id IN ({{marks}}) ORDER BY passages.id, texts.id"""


def put_text(
    connection: sqlite3.Connection,
    document: int,
    text: str,
    passages: Sequence[PassageRange],
    locations: Sequence[Location],
) -> None:
    """Store the text of a new document, and its passages with their locations."""
    base = document << SHIFT
    blocks = (
        (base + number, text[start : start + _BLOCK].encode("utf-8", "surrogatepass"))
        for number, start in enumerate(range(0, len(text), _BLOCK))
    )
    connection.executemany("INSERT INTO texts VALUES (?, ?)", blocks)
    connection.executemany("INSERT INTO passages VALUES (?, ?, ?, ?)", _passage_rows(base, passages, locations))


def delete_text(connection: sqlite3.Connection, document: int) -> None:
    """Delete the text and the passages of a document."""
    span = _span(document)
    connection.execute("DELETE FROM texts WHERE id >= ? AND id < ?", span)
    connection.execute("DELETE FROM passages WHERE id >= ? AND id < ?", span)


def text_of(connection: sqlite3.Connection, document: int) -> str:
    """The whole text of a document."""
    rows = connection.execute("SELECT text FROM texts WHERE id >= ? AND id < ? ORDER BY id", _span(document))
    return _decoded(b"".join(block for (block,) in rows))


def check_texts(connection: sqlite3.Connection) -> None:
    """Decode all texts and locations. Raises UnicodeDecodeError or sqlite3.OperationalError for damaged ones."""
    for (block,) in connection.execute("SELECT text FROM texts"):
        _decoded(block)
    for statement in ("SELECT place FROM passages WHERE place IS NOT NULL", "SELECT * FROM documents"):
        for _ in connection.execute(statement):
            pass


def ranges_of(connection: sqlite3.Connection, document: int) -> list[tuple[int, int, int]]:
    """Id, start and end of each passage of a document."""
    return connection.execute(
        "SELECT id, first, after FROM passages WHERE id >= ? AND id < ?", _span(document)
    ).fetchall()


def passages_called(connection: sqlite3.Connection, ids: Sequence[int]) -> dict[int, TextNode]:
    """The passages with these ids, those that exist."""
    found: dict[int, TextNode] = {}
    # One after the other: all blocks of a search, decoded, are more than the processor's own cache holds.
    rows = connection.execute(_PASSAGES.format(marks=", ".join("?" * len(ids))), ids)
    for passage, start, end, location, ref, metadata, block in rows:
        if passage in found:
            found[passage].text += _decoded(block)[: end - start - len(found[passage].text)]
            continue
        begin = start % _BLOCK
        data: JsonObject = _READ(metadata)[0]
        if location is not None:
            data.update(_READ(location)[0])
        found[passage] = TextNode(
            text=_decoded(block)[begin : begin + end - start],
            metadata=data,
            id_=node_id(ref, start, end),
            ref_doc_id=ref,
            start_char_idx=start,
            end_char_idx=end,
        )
    return found


def _passage_rows(
    base: int, passages: Sequence[PassageRange], locations: Sequence[Location]
) -> Iterator[tuple[int, int, int, str | None]]:
    before: Location = (None, None, None)
    written: str | None = None
    for number, ((start, end), location) in enumerate(zip(passages, locations, strict=True)):
        if location != before:
            before, written = location, _as_json(location)
        yield base + number, start, end, written


def _as_json(location: Location) -> str:
    page, heading, columns = location
    if page is None and columns is None and heading is not None:
        return f'{{"heading":{_COMPACT.encode(heading)}}}'  # most passages: in a third of the time
    from bookwheel.engine.locations import location_metadata

    # Its encoder is made anew for each object, but not for a text: three times as fast.
    fields = [f'"{key}":{_COMPACT.encode(value)}' for key, value in location_metadata(*location).items()]
    return f"{{{','.join(fields)}}}"


def _span(document: int) -> tuple[int, int]:
    return document << SHIFT, (document + 1) << SHIFT


def _decoded(text: bytes) -> str:
    return text.decode("utf-8", "surrogatepass")
