"""What a reader is: the bytes of a file in, a Document out.

A reader raises DocumentError, with the reason alone as its message ("it is protected by a password"), when there is no
text to be had. Besides the text it may fill in `title`, `author`, `date`, `page_starts` and `headings` (see `places`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath
from typing import Protocol, TypeAlias

from bookwheel.engine.index.readers.about import LONGEST_AUTHOR, LONGEST_TITLE, iso_day, one_line
from bookwheel.engine.locations import Places
from bookwheel.engine.schema import Document, JsonObject
from bookwheel.engine.stores.store_protocol import document_ref

OnFraction: TypeAlias = Callable[[float], None]


def ignore_fraction(_: float) -> None:
    """For callers who do not watch the progress of one file."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file to be read: its absolute path and its bytes. `on_fraction` is told how far reading is, from 0 to 1."""

    path: str
    data: bytes
    on_fraction: OnFraction = ignore_fraction

    @property
    def suffix(self) -> str:
        return PurePath(self.path).suffix.lower()


class Reader(Protocol):
    """Reads one format. Raises DocumentError when the file gives no text."""

    def __call__(self, source: Source) -> Document: ...


def made_document(
    source: Source,
    text: str,
    *,
    title: str | None = None,
    author: str | None = None,
    date: str | None = None,
    places: Places | None = None,
) -> Document:
    """A Document of `source` with the metadata that every reader gives; of `date`, however written, the day is kept."""
    path = PurePath(source.path)
    metadata: JsonObject = {"file_path": source.path, "file_name": path.name}
    if path.suffix:
        metadata["file_type"] = path.suffix[1:].lower()
    said = {
        "title": one_line(title, LONGEST_TITLE),
        "author": one_line(author, LONGEST_AUTHOR),
        "date": iso_day(date),
    }
    metadata.update((key, line) for key, line in said.items() if line is not None)
    if places is not None:
        metadata.update(places.to_metadata())
    return Document(text=text, metadata=metadata, id_=document_ref(source.path))
