"""The interface of a reader: it takes the bytes of a file and gives a Document.

A reader raises DocumentError, with only the reason as its message ("it is protected by a password"), when it finds no
text. Besides the text it may set `title`, `author`, `date`, `page_starts` and `headings` (see `locations`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import field
from typing import Protocol, TypeAlias

from bookwheel.engine.index.readers.about import LONGEST_AUTHOR, LONGEST_TITLE, add_remarks, iso_day, one_line
from bookwheel.engine.locations import Locations
from bookwheel.engine.schema import Document, JsonObject
from bookwheel.engine.stores.store_protocol import document_ref
from bookwheel.lazy_dataclass import dataclass

OnFraction: TypeAlias = Callable[[float], None]


def ignore_fraction(_: float) -> None:
    """For callers that show no progress within one file."""


def _nothing() -> None:
    pass


@dataclass(frozen=True, slots=True)
class Source:
    """A file to be read: its absolute path and its bytes. `on_fraction` receives the progress, from 0 to 1.

    A reader appends to `remarks` what it could not bring in; `made_document` puts them into the document. It calls
    `before_slow_step` before each step that takes seconds (a page to be recognised): the limits count from there anew.
    `not_recognised` is the reason when no page may be recognised by OCR.
    """

    path: str
    data: bytes
    on_fraction: OnFraction = ignore_fraction
    remarks: list[str] = field(default_factory=list[str], compare=False)
    not_recognised: str = ""
    before_slow_step: Callable[[], None] = _nothing

    @property
    def suffix(self) -> str:
        # As `PurePath.suffix`, in a tenth of the time.
        name = os.path.basename(self.path)
        dot = name.rfind(".")
        return name[dot:].lower() if 0 < dot < len(name) - 1 else ""


class Reader(Protocol):
    """Reads one format. Raises DocumentError when the file has no readable text."""

    def __call__(self, source: Source) -> Document: ...


def made_document(
    source: Source,
    text: str,
    *,
    title: str | None = None,
    author: str | None = None,
    date: str | None = None,
    remarks: Iterable[str] = (),
    locations: Locations | None = None,
) -> Document:
    """A Document of `source` with the metadata that every reader sets; `date` in any form that `iso_day` knows.

    `remarks` say what the reader did not bring in, each with its reason: "3 of 12 pages hold no text".
    """
    metadata: JsonObject = {"file_path": source.path, "file_name": os.path.basename(source.path)}
    if suffix := source.suffix:
        metadata["file_type"] = suffix[1:]
    values = {
        "title": one_line(title, LONGEST_TITLE),
        "author": one_line(author, LONGEST_AUTHOR),
        "date": iso_day(date),
    }
    metadata.update((key, line) for key, line in values.items() if line is not None)
    add_remarks(metadata, [*source.remarks, *remarks])
    if locations is not None:
        metadata.update(locations.to_metadata())
    return Document(text=text, metadata=metadata, id_=document_ref(source.path))
