"""Reads the documents, texts and passages of a shared index. `writer` makes their rows."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, LiteralString, TypeAlias, cast

from bookwheel.engine.schema import Document, JsonObject, NodeWithScore, TextNode
from bookwheel.engine.selection import folded_tag
from bookwheel.engine.stores.document_rows import DOCUMENT_COLUMNS, HAS_TAGS, stored_document
from bookwheel.engine.stores.store_protocol import (
    LeftOutRow,
    NewDocument,
    Selection,
    StoredDocument,
    node_id,
    path_bytes,
)

if TYPE_CHECKING:
    from bookwheel.engine.stores.postgres.server import Connection

BLOCK = 16_384  # characters
SHIFT = 20
_BLOCK_SQL: LiteralString = "16384"

# The columns that `node_of` needs of a passage, in its order.
PASSAGE_COLUMNS: LiteralString = "d.ref, d.shared, p.place, p.first, p.after, t.text"
# To be joined with `documents d` and `passages p`: the blocks of text that a passage is in.
PASSAGE_TEXT: LiteralString = f"""
    JOIN LATERAL (
        SELECT string_agg(text, ''::bytea ORDER BY block) AS text FROM bookwheel.texts
        WHERE document = d.id AND block BETWEEN p.first / {_BLOCK_SQL} AND greatest(p.after - 1, p.first) / {_BLOCK_SQL}
    ) t ON true"""

_TEXT: LiteralString = "(SELECT string_agg(text, ''::bytea ORDER BY block) FROM bookwheel.texts WHERE document = d.id)"

Condition: TypeAlias = tuple[LiteralString, list[object]]
_PassageRow: TypeAlias = tuple[str, str, "str | None", int, int, "bytes | None"]


def documents(connection: Connection, scope: Sequence[str] | None) -> list[StoredDocument]:
    """All documents in `scope`, sorted by path."""
    where, values = selected(Selection(scope=None if scope is None else tuple(scope)))
    listed: LiteralString = f"{DOCUMENT_COLUMNS}, CASE WHEN strpos(metadata, '{HAS_TAGS}') > 0 THEN metadata END"
    query = f"SELECT {listed} FROM bookwheel.documents d WHERE {where} ORDER BY coalesce(path, ''), ref"
    return list(map(stored_document, connection.execute(query, values)))


def find(connection: Connection, ref: str) -> StoredDocument | None:
    """One document without its text."""
    query: LiteralString = f"SELECT {DOCUMENT_COLUMNS} FROM bookwheel.documents WHERE ref = %s"
    row = connection.execute(query, (ref,)).fetchone()
    return None if row is None else stored_document(row)


def document(connection: Connection, ref: str) -> Document | None:
    """A document with its text, when it has one."""
    query: LiteralString = f"""
        SELECT ref, metadata, {_TEXT} FROM bookwheel.documents d
        WHERE (ref = %s OR id = (SELECT document FROM bookwheel.former_refs WHERE ref = %s)) AND status = 'indexed'
        ORDER BY ref <> %s LIMIT 1"""
    row = connection.execute(query, (ref, ref, ref)).fetchone()
    if row is None:
        return None
    return Document(text=_decoded(row[2]), metadata=_json(row[1]), id_=row[0])


def whole(connection: Connection, ref: str) -> NewDocument | None:
    """A document as it was stored."""
    query: LiteralString = f"""
        SELECT metadata, {_TEXT}, (
            SELECT array_agg(ARRAY[first, after] ORDER BY id) FROM bookwheel.passages p
            WHERE p.id >= d.id << 20 AND p.id < (d.id + 1) << 20
        ), {DOCUMENT_COLUMNS} FROM bookwheel.documents d WHERE ref = %s"""
    row = connection.execute(query, (ref,)).fetchone()
    if row is None:
        return None
    metadata, text, ranges, *stored = row
    document = Document(text=_decoded(text), metadata=_json(metadata), id_=ref)
    return NewDocument(stored_document(stored), document, [(start, end) for start, end in ranges or ()])


def left_out(connection: Connection, root: str) -> list[LeftOutRow]:
    """What the last walk of `root` left out."""
    query = "SELECT path, reason FROM bookwheel.left_out WHERE root = %s ORDER BY path"
    rows = connection.execute(query, (path_bytes(root),))
    return [LeftOutRow(os.fsdecode(path), reason) for path, reason in rows]


def roots(connection: Connection) -> list[str]:
    """Every root that was ever walked."""
    return [os.fsdecode(path) for (path,) in connection.execute("SELECT path FROM bookwheel.roots ORDER BY path")]


def newest_batches(connection: Connection) -> tuple[int, int]:
    """The newest batch of passages and how many there are: they change whenever passages are added."""
    row = connection.execute("SELECT coalesce(max(id), 0), count(*) FROM bookwheel.batches").fetchone()
    return (0, 0) if row is None else (int(row[0]), int(row[1]))


def languages(connection: Connection) -> dict[str, int]:
    """How many documents with passages there are in each language."""
    query = "SELECT language, count(*) FROM bookwheel.documents WHERE passages > 0 GROUP BY language"
    return {str(language): int(count) for language, count in connection.execute(query)}


def one_number(connection: Connection, query: LiteralString, values: Sequence[object] = ()) -> int:
    """The number that `query` gives; none counts as 0."""
    row = connection.execute(query, values).fetchone()
    return 0 if row is None or row[0] is None else int(row[0])


def node_of(row: Sequence[object]) -> TextNode:
    """The passage of a row of `PASSAGE_COLUMNS`."""
    ref, shared, place, start, end, blocks = cast("_PassageRow", row)  # the columns' types say so
    text = _decoded(blocks)
    base = start // BLOCK * BLOCK
    return TextNode(
        text=text[start - base : end - base],
        metadata={**_json(shared), **(_json(place) if place is not None else {})},
        id_=node_id(ref, start, end),
        ref_doc_id=ref,
        start_char_idx=start,
        end_char_idx=end,
    )


def scored_node(row: Sequence[object]) -> NodeWithScore:
    """The passage of a row that begins with its score."""
    score, *passage = row
    return NodeWithScore(node_of(passage), cast("float", score))


def selected(selection: Selection) -> Condition:
    """The condition that a document `d` is selected, with its values."""
    clauses: list[LiteralString] = []
    values: list[object] = []
    if selection.scope is not None:
        below: LiteralString = " OR d.path = %s OR (d.path >= %s AND d.path < %s)"
        clauses.append("FALSE" + below * len(selection.scope))
        values += [value for root in selection.scope for value in _span(root)]
    if selection.types:
        clauses.append("d.format = ANY(%s)")
        values.append(list(selection.types))
    if selection.tags:
        clauses.append("d.metadata ~* ANY(%s)")
        values.append(list(map(_tag_pattern, selection.tags)))
    if selection.since is not None:
        clauses.append("d.day >= %s")
        values.append(selection.since)
    if selection.until is not None:
        clauses.append("d.day <= %s")
        values.append(selection.until)
    return " AND ".join([f"({clause})" for clause in clauses]) or "TRUE", values


def _tag_pattern(tag: str) -> str:
    """A pattern for metadata with this tag or one below it, matched in any case of ASCII letters.

    Not a cast to JSON: PostgreSQL refuses the escapes that stand for undecodable file names.
    """
    name = folded_tag(tag)
    forms = {json.dumps(form)[1:-1] for form in (name, name.upper(), name.title(), name.capitalize())}
    any_case = "|".join(sorted(map(re.escape, forms)))
    rest = r'(?:[^"\\]|\\.)*'
    return rf'"tags":\[(?:"{rest}",)*"#?(?:{any_case})(?:/{rest})?"'


def _span(root: str) -> tuple[bytes, bytes, bytes]:
    exact = path_bytes(root)
    below = exact.rstrip(b"/") + b"/"
    return exact, below, below[:-1] + b"0"


def _decoded(text: bytes | None) -> str:
    return "" if text is None else text.decode("utf-8", "surrogatepass")


def _json(raw: str) -> JsonObject:
    return cast("JsonObject", json.loads(raw))  # only `writer` writes it
