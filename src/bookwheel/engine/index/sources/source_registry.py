"""The sources that Bookwheel knows, and what they say of the files that a walk found."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bookwheel.engine.index.sources.document_source import Catalogue, DocumentSource
from bookwheel.engine.index.walk import FoundFile, Walk
from bookwheel.engine.selection import is_inside
from bookwheel.engine.stores.store_protocol import LeftOutRow
from bookwheel.errors import DocumentError

_ZOTERO, _OBSIDIAN, _WEB_PAGES = "zotero.sqlite", ".obsidian", ".addresses.json"
MARKERS = frozenset({_ZOTERO, _OBSIDIAN, _WEB_PAGES})
"""The marker of each source."""


def has_source(rows: Iterable[LeftOutRow]) -> bool:
    """Whether a walk that left these files out was in a folder of a source."""
    return any(os.path.basename(row.path) in MARKERS for row in rows)


def source_of(marker: str) -> DocumentSource:
    """The source with this marker. To import all of them takes half a bare interpreter, and few folders have one."""
    if marker == _ZOTERO:
        from bookwheel.engine.index.sources.zotero import ZoteroLibrary

        return ZoteroLibrary()
    if marker == _OBSIDIAN:
        from bookwheel.engine.index.sources.obsidian import ObsidianVault

        return ObsidianVault()
    from bookwheel.engine.index.sources.web_pages import WebPages

    return WebPages()


def add_facts(found: Walk) -> None:
    """Add to the files of a walk what their sources know, and drop those that a source does not count. Blocks.

    A source whose data cannot be read becomes a file that failed, with the reason; its files stay.
    """
    if os.path.basename(found.root) == _ZOTERO and found.left_out:
        found.left_out = [LeftOutRow(found.root, "a Zotero database: name the folder that it is in")]
    for folder, source in list(_sources_of(found)):
        marker = os.path.join(folder, source.marker)
        inside = [file.path for file in found.files if is_inside(file.path, [folder])]
        try:
            catalogue = source.catalogue(folder, inside)
        except DocumentError as error:
            found.left_out = [row for row in found.left_out if row.path != marker]
            size, mtime_ns = _size_and_time(marker)
            reason = f"it cannot be read: {error.message}"
            found.files.append(FoundFile(marker, found.root, size, mtime_ns, failed=reason))
        else:
            _apply(found, folder, catalogue)


def _sources_of(found: Walk) -> Iterator[tuple[str, DocumentSource]]:
    """The folders with a marker: hidden files and databases, which a walk leaves out; or the folder of the root."""
    for row in found.left_out:
        marker = os.path.basename(row.path)
        if marker in MARKERS and row.path != found.root:
            yield os.path.dirname(row.path), source_of(marker)
    if not found.folders and found.files:
        folder = os.path.dirname(found.root)
        if os.path.exists(os.path.join(folder, _WEB_PAGES)):
            yield folder, source_of(_WEB_PAGES)


def _apply(found: Walk, folder: str, catalogue: Catalogue) -> None:
    kept: list[FoundFile] = []
    others: dict[str, None] = {}
    for file in found.files:
        facts = catalogue.facts.get(file.path)
        if facts is not None:
            kept.append(replace(file, facts=facts))
        elif not catalogue.holds_all or not is_inside(file.path, [folder]):
            kept.append(file)
        else:
            others[_outermost_part(file.path, folder)] = None
    found.left_out += [LeftOutRow(path, "not a document of the library") for path in others]
    for path, made in catalogue.generated.items():
        size = len(made.text.encode("utf-8", "surrogatepass"))
        kept.append(FoundFile(path, found.root, size, 0, facts=made.facts, text=made.text))
    walked = {file.path for file in kept}
    found.left_out += [LeftOutRow(path, why) for path, why in catalogue.left_out.items() if path not in walked]
    found.files = kept


def _outermost_part(path: str, folder: str) -> str:
    """The file when it is in a folder with documents, else the folder directly below `folder` that holds it."""
    top = os.path.relpath(path, folder).split(os.sep, 1)[0]
    return path if top == "storage" else os.path.join(folder, top)


def _size_and_time(path: str) -> tuple[int, int]:
    try:
        status = os.stat(path)
    except OSError:
        return 0, 0
    return status.st_size, status.st_mtime_ns
