"""What of a document goes into a lexical index, for every store that has one."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from bookwheel.engine.schema import Document
from bookwheel.engine.stores.base import StoredDocument
from bookwheel.engine.stores.places import places_of
from bookwheel.engine.stores.terms import name_text


class PassageSink(Protocol):
    """An index that takes passages."""

    def add(self, document: int, language: str, passages: Iterable[tuple[int, str, str]]) -> None: ...


def add_passages(
    index: PassageSink,
    document_id: int,
    stored: StoredDocument,
    document: Document,
    passages: Iterable[tuple[int, int, int]],
) -> None:
    """Index the passages (id, start, end) of a document, each with its title, file name and headings."""
    file_name = document.metadata.get("file_name")
    of_document = name_text(stored.title, file_name if isinstance(file_name, str) else None)
    index.add(document_id, stored.language, _with_names(document, of_document, passages))


def _with_names(
    document: Document, of_document: str, passages: Iterable[tuple[int, int, int]]
) -> Iterator[tuple[int, str, str]]:
    text = document.text
    passages = list(passages)
    places = places_of(document.metadata).in_order(start for _, start, _ in passages)
    heading, name = None, of_document
    for (passage, start, end), (_, own) in zip(passages, places, strict=True):
        if own != heading:
            heading, name = own, f"{of_document}\n{name_text(own)}"
        yield passage, text[start:end], name
