"""A Zotero library on disk, with the tables that Zotero's own database has (version 120 of its schema)."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

_TABLES = """
CREATE TABLE version (schema TEXT PRIMARY KEY, version INT NOT NULL);
CREATE TABLE libraries (libraryID INTEGER PRIMARY KEY, type TEXT NOT NULL, editable INT NOT NULL);
CREATE TABLE itemTypes (itemTypeID INTEGER PRIMARY KEY, typeName TEXT, templateItemTypeID INT, display INT DEFAULT 1);
CREATE TABLE items (
    itemID INTEGER PRIMARY KEY, itemTypeID INT NOT NULL, dateAdded TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    dateModified TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, libraryID INT NOT NULL, key TEXT NOT NULL,
    version INT NOT NULL DEFAULT 0, synced INT NOT NULL DEFAULT 0, UNIQUE (libraryID, key)
);
CREATE TABLE fields (fieldID INTEGER PRIMARY KEY, fieldName TEXT, fieldFormatID INT);
CREATE TABLE itemDataValues (valueID INTEGER PRIMARY KEY, value UNIQUE);
CREATE TABLE itemData (itemID INT, fieldID INT, valueID, PRIMARY KEY (itemID, fieldID));
CREATE TABLE creatorTypes (creatorTypeID INTEGER PRIMARY KEY, creatorType TEXT);
CREATE TABLE creators (creatorID INTEGER PRIMARY KEY, firstName TEXT, lastName TEXT, fieldMode INT);
CREATE TABLE itemCreators (
    itemID INT NOT NULL, creatorID INT NOT NULL, creatorTypeID INT NOT NULL DEFAULT 1, orderIndex INT NOT NULL DEFAULT 0
);
CREATE TABLE tags (tagID INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE itemTags (itemID INT NOT NULL, tagID INT NOT NULL, type INT NOT NULL, PRIMARY KEY (itemID, tagID));
CREATE TABLE collections (
    collectionID INTEGER PRIMARY KEY, collectionName TEXT NOT NULL, parentCollectionID INT DEFAULT NULL,
    libraryID INT NOT NULL, key TEXT NOT NULL
);
CREATE TABLE collectionItems (collectionID INT NOT NULL, itemID INT NOT NULL, orderIndex INT NOT NULL DEFAULT 0);
CREATE TABLE deletedItems (itemID INTEGER PRIMARY KEY, dateDeleted DEFAULT CURRENT_TIMESTAMP NOT NULL);
CREATE TABLE itemNotes (itemID INTEGER PRIMARY KEY, parentItemID INT, note TEXT, title TEXT);
CREATE TABLE itemAttachments (
    itemID INTEGER PRIMARY KEY, parentItemID INT, linkMode INT, contentType TEXT, charsetID INT, path TEXT
);
CREATE TABLE itemAnnotations (
    itemID INTEGER PRIMARY KEY, parentItemID INT NOT NULL, type INTEGER NOT NULL, authorName TEXT, text TEXT,
    comment TEXT, color TEXT, pageLabel TEXT, sortIndex TEXT NOT NULL, position TEXT NOT NULL, isExternal INT NOT NULL
);
INSERT INTO libraries VALUES (1, 'user', 1);
INSERT INTO itemTypes VALUES (1, 'annotation', NULL, 1), (3, 'attachment', NULL, 1), (22, 'journalArticle', NULL, 1),
    (28, 'note', NULL, 1);
INSERT INTO creatorTypes VALUES (8, 'author'), (10, 'editor');
"""
_TYPES = {"annotation": 1, "attachment": 3, "work": 22, "note": 28}


@dataclass(slots=True)
class ZoteroFolder:
    """Writes a library; numbers of items are given in the order in which they are made."""

    folder: Path
    version: int = 120
    _next: int = field(default=1)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        with closing(self.connect()) as database:
            database.executescript(_TABLES)
            database.execute("INSERT INTO version VALUES ('userdata', ?), ('system', 32)", (self.version,))

    @property
    def database(self) -> Path:
        return self.folder / "zotero.sqlite"

    def connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self.database, isolation_level=None)

    def work(
        self,
        authors: Sequence[tuple[str, str]] = (),
        tags: Sequence[str] = (),
        *,
        kind: str = "author",
        **fields: str,
    ) -> int:
        number = self._item("work")
        with closing(self.connect()) as database:
            for name, value in fields.items():
                database.execute("INSERT INTO fields (fieldName) SELECT ? WHERE NOT EXISTS "
                                 "(SELECT 1 FROM fields WHERE fieldName = ?)", (name, name))  # fmt: skip
                database.execute("INSERT OR IGNORE INTO itemDataValues (value) VALUES (?)", (value,))
                database.execute(
                    "INSERT INTO itemData SELECT ?, fieldID, valueID FROM fields, itemDataValues"
                    " WHERE fieldName = ? AND value = ?",
                    (number, name, value),
                )
            for order, (first, last) in enumerate(authors):
                row = database.execute("INSERT INTO creators (firstName, lastName) VALUES (?, ?)", (first, last))
                database.execute(
                    "INSERT INTO itemCreators SELECT ?, ?, creatorTypeID, ? FROM creatorTypes WHERE creatorType = ?",
                    (number, row.lastrowid, order, kind),
                )
            for tag in tags:
                database.execute("INSERT OR IGNORE INTO tags (name) VALUES (?)", (tag,))
                database.execute("INSERT INTO itemTags SELECT ?, tagID, 0 FROM tags WHERE name = ?", (number, tag))
        return number

    def file(self, work: int | None, name: str, data: bytes | str) -> int:
        """An attachment with its file in `storage`."""
        number = self._item("attachment")
        target = self.folder / "storage" / self.key(number) / name
        target.parent.mkdir(parents=True)
        target.write_bytes(data if isinstance(data, bytes) else data.encode())
        self._execute("INSERT INTO itemAttachments VALUES (?, ?, 1, '', NULL, ?)", number, work, f"storage:{name}")
        return number

    def linked(self, work: int, path: Path) -> int:
        number = self._item("attachment")
        self._execute("INSERT INTO itemAttachments VALUES (?, ?, 2, '', NULL, ?)", number, work, str(path))
        return number

    def collection(self, name: str, items: Sequence[int] = (), *, parent: int | None = None) -> int:
        with closing(self.connect()) as database:
            row = database.execute(
                "INSERT INTO collections (collectionName, parentCollectionID, libraryID, key) VALUES (?, ?, 1, ?)",
                (name, parent, f"C{name}"),
            )
            number = row.lastrowid or 0
            for item in items:
                database.execute("INSERT INTO collectionItems VALUES (?, ?, 0)", (number, item))
        return number

    def annotation(self, file: int, text: str, comment: str = "", *, page: str = "1", kind: int = 1) -> int:
        number = self._item("annotation")
        self._execute(
            "INSERT INTO itemAnnotations VALUES (?, ?, ?, '', ?, ?, '#ffd400', ?, ?, '{}', 0)",
            number, file, kind, text, comment, page, f"{number:05}",
        )  # fmt: skip
        return number

    def note(self, work: int, html: str) -> int:
        number = self._item("note")
        self._execute("INSERT INTO itemNotes VALUES (?, ?, ?, '')", number, work, html)
        return number

    def delete(self, item: int) -> None:
        """Put an item into the bin."""
        self._execute("INSERT INTO deletedItems (itemID) VALUES (?)", item)

    @staticmethod
    def key(number: int) -> str:
        return f"KEY{number:05}"

    def _item(self, kind: str) -> int:
        number, self._next = self._next, self._next + 1
        self._execute(
            "INSERT INTO items (itemID, itemTypeID, libraryID, key) VALUES (?, ?, 1, ?)",
            number, _TYPES[kind], self.key(number),
        )  # fmt: skip
        return number

    def _execute(self, statement: str, *values: object) -> None:
        with closing(self.connect()) as database:
            database.execute(statement, values)
