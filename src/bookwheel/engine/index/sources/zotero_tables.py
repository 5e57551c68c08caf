"""Reads the tables of a Zotero database into items: what they are, their collections, files, notes and annotations.

Columns and fields are found by their names: their numbers differ between versions. The versions 100 to 125 of the
schema were looked at.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import field

from bookwheel.errors import DocumentError
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

OLDEST_VERSION = 76  # Zotero 5
_TABLES = frozenset(
    "collectionItems collections creators deletedItems fields itemAttachments itemCreators itemData itemDataValues "
    "itemTags items tags".split()
)
_MOST_DEEP = 50
_LINE_OF_KEY = lazy_regex(r"(?im)^\s*(?:citation key|bibtex):\s*(\S+)\s*$")
_KINDS = {1: "highlight", 2: "note", 3: "picture", 4: "drawing", 5: "underlined", 6: "text"}


@dataclass(frozen=True, slots=True)
class Annotation:
    """A mark in a file: what it marks and what the reader wrote, in the order of the file."""

    kind: str
    page: str
    text: str
    comment: str


@dataclass(slots=True, kw_only=True)
class ZoteroItem:
    """A work, a note or a file. `fields` are by Zotero's names, `collections` are paths of names."""

    key: str
    parent: int | None = None
    changed: str = ""
    fields: dict[str, str] = field(default_factory=dict[str, str])
    authors: list[str] = field(default_factory=list[str])
    tags: list[str] = field(default_factory=list[str])
    collections: list[str] = field(default_factory=list[str])
    path: str = ""
    is_linked: bool = False
    is_file: bool = False
    note: str = ""
    annotations: list[Annotation] = field(default_factory=list[Annotation])

    @property
    def citekey(self) -> str:
        """The citation key: a field since Zotero 8, before a line of `extra`."""
        native = self.fields.get("citationKey", "")
        found = _LINE_OF_KEY.search(self.fields.get("extra", "")) if not native else None
        return native or (found[1] if found else "")


def read_items(connection: sqlite3.Connection) -> dict[int, ZoteroItem]:
    """The items that are not in the bin, by their numbers. Raises DocumentError for a version that is not known."""
    tables = {str(name) for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    version = _version(connection, tables)
    if missing := _TABLES - tables:
        raise DocumentError(
            f"its version {version} is not known: it has no table {sorted(missing)[0]}; the files are read without it"
        )
    if version < OLDEST_VERSION:
        raise DocumentError(f"its version {version} is too old: open it once in a Zotero of this decade")
    query = "SELECT itemID, key, dateModified FROM items WHERE itemID NOT IN (SELECT itemID FROM deletedItems)"
    items = {number: ZoteroItem(key=str(key), changed=str(day or "")) for number, key, day in connection.execute(query)}
    _add_fields(connection, items)
    _add_people(connection, items)
    _add_labels(connection, items)
    _add_files(connection, items)
    if "itemNotes" in tables:
        for number, parent, note in connection.execute("SELECT itemID, parentItemID, note FROM itemNotes"):
            if number in items:
                items[number].parent, items[number].note = parent, str(note or "")
    if "itemAnnotations" in tables:
        _add_annotations(connection, items)
    return items


def _version(connection: sqlite3.Connection, tables: Iterable[str]) -> int:
    if "version" not in tables:
        raise DocumentError("it is not a Zotero database: it has no table version")
    row = connection.execute("SELECT version FROM version WHERE schema = 'userdata'").fetchone()
    return int(row[0]) if row is not None else 0


def _add_fields(connection: sqlite3.Connection, items: Mapping[int, ZoteroItem]) -> None:
    query = (
        "SELECT itemID, fieldName, value FROM itemData JOIN fields USING (fieldID) JOIN itemDataValues USING (valueID)"
    )
    for number, name, value in connection.execute(query):
        if number in items:
            items[number].fields[str(name)] = str(value)


def _add_people(connection: sqlite3.Connection, items: Mapping[int, ZoteroItem]) -> None:
    """The authors; of a work without authors those who come first (editors, inventors)."""
    query = (
        "SELECT itemID, creatorType, firstName, lastName FROM itemCreators JOIN creators USING (creatorID)"
        " LEFT JOIN creatorTypes USING (creatorTypeID) ORDER BY itemID, orderIndex"
    )
    people = defaultdict[int, list[tuple[str, str]]](list)
    for number, kind, first, last in connection.execute(query):
        name = " ".join(part for part in (str(first or "").strip(), str(last or "").strip()) if part)
        people[number].append((str(kind or ""), name))
    for number, named in people.items():
        if number in items:
            wanted = "author" if any(kind == "author" for kind, _ in named) else named[0][0]
            items[number].authors = [name for kind, name in named if kind == wanted and name]


def _add_labels(connection: sqlite3.Connection, items: Mapping[int, ZoteroItem]) -> None:
    for number, name in connection.execute("SELECT itemID, name FROM itemTags JOIN tags USING (tagID) ORDER BY name"):
        if number in items:
            items[number].tags.append(str(name))
    query = "SELECT collectionID, collectionName, parentCollectionID FROM collections"
    named = {number: (str(name), parent) for number, name, parent in connection.execute(query)}
    for collection, number in connection.execute("SELECT collectionID, itemID FROM collectionItems"):
        if number in items and collection in named:
            items[number].collections.append(_collection_path(collection, named))


def _collection_path(number: int, named: Mapping[int, tuple[str, int | None]]) -> str:
    names: list[str] = []
    above: int | None = number
    while above is not None and above in named and len(names) < _MOST_DEEP:
        name, above = named[above]
        names.append(name.replace("/", "∕"))  # a slash separates collections
    return "/".join(reversed(names))


def _add_files(connection: sqlite3.Connection, items: Mapping[int, ZoteroItem]) -> None:
    for number, parent, mode, path in connection.execute(
        "SELECT itemID, parentItemID, linkMode, path FROM itemAttachments WHERE path IS NOT NULL"
    ):
        if number in items:
            item = items[number]
            item.parent, item.path, item.is_file, item.is_linked = parent, str(path), True, mode == 2


def _add_annotations(connection: sqlite3.Connection, items: Mapping[int, ZoteroItem]) -> None:
    query = (
        "SELECT itemID, parentItemID, type, text, comment, pageLabel FROM itemAnnotations ORDER BY sortIndex, itemID"
    )
    for number, parent, kind, text, comment, page in connection.execute(query):
        if number in items and parent in items:
            made = Annotation(_KINDS.get(kind, "mark"), str(page or ""), str(text or "").strip(), str(comment or ""))
            items[parent].annotations.append(made)
