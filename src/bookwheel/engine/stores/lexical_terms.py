"""Shared by the stores with a lexical index: the terms of a document, and the documents that a search is limited to."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from bookwheel.engine.schema import Document
from bookwheel.engine.stores.store_protocol import StoredDocument
from bookwheel.engine.text.analyzers import name_text
from bookwheel.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from bookwheel.engine.locations import Location


class PassageSink(Protocol):
    """An index that takes passages."""

    def add(self, document: int, language: str, passages: Iterable[tuple[int, str, str]]) -> None: ...


def add_passages(
    index: PassageSink,
    document_id: int,
    stored: StoredDocument,
    document: Document,
    passages: Iterable[tuple[int, int, int]],
    locations: Sequence[Location] | None = None,
) -> None:
    """Index the passages (id, start, end) of a document, each with its title, file name, headings and column names.

    `locations` are theirs, for a caller that has them already.
    """
    passages = list(passages)
    if locations is None:
        from bookwheel.engine.locations import locations_of  # late: a search needs none of it

        locations = list(locations_of(document.metadata).in_order(start for _, start, _ in passages))
    file_name = document.metadata.get("file_name")
    of_document = name_text(stored.title, file_name if isinstance(file_name, str) else None)
    index.add(document_id, stored.language, _with_names(document.text, of_document, passages, locations))


def _with_names(
    text: str, of_document: str, passages: Iterable[tuple[int, int, int]], locations: Iterable[Location]
) -> Iterator[tuple[int, str, str]]:
    known, name = (None, None), of_document
    for (passage, start, end), (_, heading, columns) in zip(passages, locations, strict=True):
        if (heading, columns) != known:
            known, name = (heading, columns), f"{of_document}\n{name_text(heading, columns)}"
        yield passage, text[start:end], name


@dataclass(frozen=True, slots=True)
class Chosen:
    """The documents whose passages are wanted; `share` is their part of all passages."""

    documents: frozenset[int]
    share: float


def rareness(passages: int, having: int) -> float:
    """How much a term that `having` of all passages have weighs in BM25, as tantivy computes it."""
    return math.log(1 + (passages - having + 0.5) / (having + 0.5))


def chosen_of(passages: dict[int, int], total: int) -> Chosen | None:
    """From the number of passages of each wanted document and of all; None when every document is wanted."""
    wanted = sum(passages.values())
    return None if wanted == total else Chosen(frozenset(passages), wanted / total)
