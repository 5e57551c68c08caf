"""Zotero libraries: the files with title, authors, date, citation key, tags and collections; annotations and notes."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence

from bookwheel.engine.index.readers.about import iso_day, joined_authors, one_line
from bookwheel.engine.index.sources.document_source import SOURCE, Catalogue, GeneratedFile
from bookwheel.engine.index.sources.zotero_snapshot import read_database
from bookwheel.engine.index.sources.zotero_tables import Annotation, ZoteroItem, read_items
from bookwheel.engine.schema import JsonObject, JsonValue
from bookwheel.lazy_regex import lazy_regex

_STORED = "storage:"
_MOST_TAGS = 50
_LONGEST_FACT = 500
_FILE_NAME = lazy_regex(r"[^\w.+-]+")
_DOI_PREFIX = lazy_regex(r"(?i)^(?:https?://(?:dx\.)?doi\.org/|doi:)\s*")


class ZoteroLibrary:
    """A folder with `zotero.sqlite` and `storage`. Files of items in the bin are left out."""

    name = "Zotero"
    marker = "zotero.sqlite"

    def catalogue(self, folder: str, files: list[str]) -> Catalogue:
        items = read_database(os.path.join(folder, self.marker), read_items)
        facts: dict[str, JsonObject] = {}
        left_out: dict[str, str] = {}
        for item in items.values():
            if not item.is_file:
                continue
            path = _path_of(item, folder)
            facts[path] = _facts(_work_of(item, items))
            if item.is_linked and not _is_below(path, folder):
                left_out[path] = "linked from Zotero and outside its folder: add it by its own path"
        return Catalogue(facts=facts, generated=_writings(items, folder), left_out=left_out, holds_all=True)


def _work_of(item: ZoteroItem, items: Mapping[int, ZoteroItem]) -> ZoteroItem:
    return items.get(item.parent, item) if item.parent is not None else item


def _path_of(item: ZoteroItem, folder: str) -> str:
    """Where the file of an attachment lies; names are those in the database, so they cannot lead out of the folder."""
    if item.path.startswith(_STORED):
        name = os.path.basename(item.path.removeprefix(_STORED))
        return os.path.join(folder, "storage", os.path.basename(item.key), name)
    return os.path.normpath(os.path.join(folder, item.path.removeprefix("attachments:")))


def _facts(work: ZoteroItem) -> JsonObject:
    """The metadata of a work; what Zotero does not say is left out."""
    values: dict[str, str | None] = {
        "title": one_line(work.fields.get("title"), _LONGEST_FACT),
        # With semicolons: some names have commas.
        "author": "; ".join(filter(None, (joined_authors([name]) for name in work.authors))) or None,
        "date": iso_day(_own_date(work.fields.get("date", ""))),
        "citekey": one_line(work.citekey, _LONGEST_FACT),
        "doi": one_line(_DOI_PREFIX.sub("", work.fields.get("DOI", "")), _LONGEST_FACT),
        "url": one_line(work.fields.get("url"), _LONGEST_FACT),
    }
    facts: JsonObject = {key: value for key, value in values.items() if value}
    labels = [label for one in (*work.collections, *work.tags) if (label := one_line(one, _LONGEST_FACT))]
    if labels:
        facts["tags"] = list[JsonValue](dict.fromkeys(labels))[:_MOST_TAGS]
    return {**facts, SOURCE: "zotero"}


def _own_date(value: str) -> str:
    """The first part of "2023-05-00 May 2023": as ISO 8601 with zeros for what is unknown."""
    return value.partition(" ")[0] if value[:4].isdecimal() and value[4:5] == "-" else value


def _writings(items: Mapping[int, ZoteroItem], folder: str) -> dict[str, GeneratedFile]:
    """What the reader wrote: the annotations of a file as a Markdown document, and each note, which is HTML."""
    made: dict[str, GeneratedFile] = {}
    for item in items.values():
        text, kind, suffix = "\n\n".join(_lines(item.annotations)), "annotations", "md"
        if not text:
            text, kind, suffix = item.note, "note", "html"
        if not text.strip():
            continue
        work = _work_of(item, items)
        facts = _facts(work)
        about = facts.get("title") or os.path.basename(item.path)
        facts["title"] = f"{kind.capitalize()}: {about}" if about else kind.capitalize()
        name = _FILE_NAME.sub("-", work.citekey or work.key)
        path = os.path.join(folder, "storage", os.path.basename(item.key), f"{name}-{kind}.{suffix}")
        made[path] = GeneratedFile(text, facts)
    return made


def _lines(annotations: Sequence[Annotation]) -> Iterator[str]:
    for one in annotations:
        place = f" on page {one.page}" if one.page else ""
        words = " — ".join(filter(None, (f"“{one.text}”" if one.text else "", " ".join(one.comment.split()))))
        if words:
            yield f"{one.kind.capitalize()}{place}: {words}"


def _is_below(path: str, folder: str) -> bool:
    return path.startswith(folder.rstrip("/") + "/")
