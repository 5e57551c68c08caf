"""The documents of a desk for another program: search, read, find a quotation, check a text. It only reads."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import TypeVar

from bookwheel.assistant.documents.desk_documents import DeskDocuments
from bookwheel.engine.index.library import Library
from bookwheel.engine.index.progress import FileState
from bookwheel.engine.locations import Locations, locations_of
from bookwheel.engine.schema import Document, NodeWithScore
from bookwheel.engine.support.answer_check import Passage, check_answer
from bookwheel.errors import DocumentError, UsageError
from bookwheel.serving.quote_finder import QuoteFinder
from bookwheel.serving.results import (
    CheckedText,
    CheckResult,
    DocumentList,
    FoundPassage,
    ListedDocument,
    QuotePlace,
    QuoteResult,
    ReadResult,
    SearchResult,
    SourceRange,
)

MAX_PASSAGES = 20
MAX_PLACES = 20
MAX_SOURCES = 40
MAX_CHECKED = 20_000
# A result stays below 8,000 tokens, although the protocol writes it twice, as text and as data. A token is
# at least 3 bytes of UTF-8, also in the scripts that tokenizers handle worst.
MAX_BYTES = 11_000
_OVERHEAD = 250
_MAX_FOUND = 100
_CANDIDATES = 50

T = TypeVar("T")


class DocumentService:
    """What other programs may do with the documents of a desk; they can reach no others.

    `cursor` is the `next_cursor` of the previous result. Every method waits until a small library is indexed,
    and raises UsageError for unusable arguments, DocumentError for a document that is not in the library, and
    StoreError.
    """

    def __init__(self, library: Library, documents: DeskDocuments) -> None:
        self._library = library
        self._documents = documents

    async def search(self, query: str, limit: int = 8, cursor: str | None = None) -> SearchResult:
        """The passages for `query`, best first, at most `limit` of them."""
        if not query.strip():
            raise UsageError("The query is empty.", hint="Write what to search for.")
        limit, first = max(1, min(limit, MAX_PASSAGES)), _offset(cursor)
        found = await self._found(query, min(first + limit + 1, _MAX_FOUND))
        passages = [_passage(number, each) for number, each in enumerate(found[first : first + limit], first + 1)]
        shown = _within_budget(passages, lambda passage: passage.text, _shortened)
        after = first + len(shown)
        return SearchResult(
            passages=shown,
            indexed=self._indexed(),
            next_cursor=str(after) if after < len(found) and shown else None,
        )

    async def read(self, path: str, page: int | None = None, cursor: str | None = None) -> ReadResult:
        """The text of a document from its beginning, from the beginning of `page`, or from where the last part ended.

        `path` may be a file name alone where one document has it.
        """
        await self._documents.wait_searchable()
        file = self._named(path)
        document = await self._documents.read(file.path)
        locations = _locations(document)
        start = _offset(cursor) if cursor is not None else _page_start(locations, page, file)
        text = _first_bytes(document.text[start : start + MAX_BYTES], MAX_BYTES)
        end = start + len(text)
        return ReadResult(
            path=file.path,
            title=file.title,
            page=locations.page_at(start),
            start=start,
            end=end,
            length=len(document.text),
            text=text,
            indexed=self._indexed(),
            next_cursor=str(end) if end < len(document.text) else None,
        )

    async def find_quote(self, quote: str, path: str | None = None) -> QuoteResult:
        """Where `quote` stands word for word: in one document, or in those that the search finds for it."""
        finder = QuoteFinder(quote)
        await self._documents.wait_searchable()
        candidates = [] if path else await self._found(quote, _CANDIDATES)
        paths = [self._named(path).path] if path else list(dict.fromkeys(each.node.path or "" for each in candidates))
        places: list[QuotePlace] = []
        for name in paths:
            document = await self._documents.read(name)
            places += await asyncio.to_thread(_places, finder, document, name)
            if len(places) >= MAX_PLACES:
                break
        found = _within_budget(places[:MAX_PLACES], lambda place: place.text)
        return QuoteResult(
            found=found,
            looked_through=f"{len(paths)} of {len(self._searchable())} documents",
            indexed=self._indexed(),
            nearest=_shortened(_passage(1, candidates[0]), MAX_BYTES // 2) if candidates and not found else None,
        )

    async def check(self, text: str, sources: Sequence[SourceRange] = (), cursor: str | None = None) -> CheckResult:
        """Compare each sentence of `text` with the passages it cites; source n is `[n]`.

        Without sources they are what the search finds for the text.
        """
        if not text.strip() or len(text) > MAX_CHECKED:
            raise UsageError(
                f"A text of {len(text)} characters cannot be checked.", hint=f"Give 1 to {MAX_CHECKED:,} of them."
            )
        if len(sources) > MAX_SOURCES:
            raise UsageError(f"{len(sources)} sources are too many.", hint=f"Give at most {MAX_SOURCES}.")
        await self._documents.wait_searchable()
        if sources:
            passages = [await self._cited(number, source) for number, source in enumerate(sources, start=1)]
            ranges = list(sources)
        else:
            found = [_passage(number, each) for number, each in enumerate(await self._found(text, MAX_PASSAGES), 1)]
            passages = [Passage(each.number, each.text, _about(each.path, each.title, each.heading)) for each in found]
            ranges = [SourceRange(path=each.path, start=each.start, end=each.end) for each in found]
        checked = await asyncio.to_thread(check_answer, text, passages)
        sentences = [
            CheckedText(text=text[each.start : each.end], status=each.status, cited=each.cited, missing=each.missing)
            for each in checked
        ]
        first = _offset(cursor)
        shown = _within_budget(sentences[first:], lambda sentence: sentence.text + "".join(sentence.missing))
        after = first + len(shown)
        return CheckResult(
            sentences=shown,
            passages=ranges,
            indexed=self._indexed(),
            next_cursor=str(after) if after < len(sentences) and shown else None,
        )

    async def list_documents(self, cursor: str | None = None) -> DocumentList:
        """The documents of the library, sorted by path, with what could not be read of them."""
        await self._documents.wait_searchable()
        first = _offset(cursor)
        listed = [_listed(file) for file in self._files()[first:]]
        shown = _within_budget(listed, lambda file: f"{file.path}{file.title}{file.problem}{''.join(file.remarks)}")
        after = first + len(shown)
        return DocumentList(
            documents=shown,
            indexed=self._indexed(),
            next_cursor=str(after) if after < first + len(listed) and shown else None,
        )

    async def _found(self, query: str, top_k: int) -> list[NodeWithScore]:
        await self._documents.wait_searchable()
        retriever = await asyncio.to_thread(
            self._library.retriever,
            self._documents.roots,
            similarity_top_k=top_k,
            selection=self._documents.filter.selection,
        )
        return await retriever.aretrieve(query)

    async def _cited(self, number: int, source: SourceRange) -> Passage:
        file = self._named(source.path)
        document = await self._documents.read(file.path)
        if not 0 <= source.start < source.end <= len(document.text):
            raise UsageError(
                f"Source {number} is not a part of {file.path}: {source.start} to {source.end}.",
                hint=f"Its text has {len(document.text)} characters.",
            )
        heading = _locations(document).heading_at(source.start)
        return Passage(number, document.text[source.start : source.end], _about(file.path, file.title, heading))

    def _files(self) -> list[FileState]:
        selection = self._documents.filter.selection
        return [file for file in self._documents.state.files if selection.takes(file)]

    def _searchable(self) -> list[FileState]:
        return [file for file in self._files() if file.status == "indexed"]

    def _named(self, path: str) -> FileState:
        """The document with this path or file name; documents outside the library are refused."""
        searchable = self._searchable()
        named = [file for file in searchable if file.path == path]
        named = named or [file for file in searchable if file.path.endswith(f"/{path.removeprefix('./')}")]
        if len(named) == 1:
            return named[0]
        if not named:
            raise DocumentError(f"'{path}' is not one of the documents.", hint="list_documents names them.")
        paths = ", ".join(file.path for file in named[:5])
        raise UsageError(f"'{path}' is the name of {len(named)} documents.", hint=f"Give one of these paths: {paths}")

    def _indexed(self) -> str:
        coverage = self._documents.coverage()
        if coverage is not None:
            return f"{coverage.indexed} of {coverage.total} documents are indexed"
        return f"{len(self._searchable())} of {len(self._files())} documents are indexed"


def _offset(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not cursor.isascii() or not cursor.isdecimal() or len(cursor) > 12:
        raise UsageError(f"'{cursor[:40]}' is not a cursor.", hint="Give the next_cursor of the previous result.")
    return int(cursor)


def _within_budget(
    items: Iterable[T], text_of: Callable[[T], str], shorten: Callable[[T, int], T] | None = None
) -> list[T]:
    """The first items that fit into one result; a first one that is too large alone is shortened."""
    taken, left = list[T](), MAX_BYTES
    for item in items:
        left -= len(text_of(item).encode("utf-8", "replace")) + _OVERHEAD
        if left < 0 and taken:
            break
        taken.append(shorten(item, MAX_BYTES) if left < 0 and shorten is not None else item)
    return taken


def _first_bytes(text: str, size: int) -> str:
    return text.encode("utf-8", "replace")[:size].decode("utf-8", "ignore")


def _shortened(passage: FoundPassage, size: int) -> FoundPassage:
    text = _first_bytes(passage.text, size)
    return replace(passage, text=text, end=passage.start + len(text))


def _passage(number: int, found: NodeWithScore) -> FoundPassage:
    node = found.node
    heading, title = node.metadata.get("heading"), node.metadata.get("title")
    return FoundPassage(
        number=number,
        path=node.path or "",
        page=node.page,
        heading=heading if isinstance(heading, str) else None,
        start=node.start_char_idx or 0,
        end=node.end_char_idx or 0,
        text=node.text,
        title=title if isinstance(title, str) else None,
        remarks=node.remarks,
    )


def _about(path: str, title: str | None, heading: str | None) -> str:
    """What is known of a passage beside its text."""
    return " \n".join([PurePath(path).name, title or "", heading or ""])


def _locations(document: Document) -> Locations:
    return locations_of(document.metadata)


def _page_start(locations: Locations, page: int | None, file: FileState) -> int:
    if page is None:
        return 0
    if not 1 <= page <= len(locations.page_starts):
        known = f"It has {len(locations.page_starts)} pages." if locations.page_starts else "It has no pages."
        raise UsageError(f"{file.path} has no page {page}.", hint=known)
    return locations.page_starts[page - 1]


def _places(finder: QuoteFinder, document: Document, path: str) -> list[QuotePlace]:
    locations = _locations(document)
    return [
        QuotePlace(
            path=path,
            page=locations.page_at(start),
            start=start,
            end=end,
            text=document.text[start:end],
            is_exact=is_exact,
        )
        for start, end, is_exact in finder.ranges(document.text)
    ]


def _listed(file: FileState) -> ListedDocument:
    return ListedDocument(
        path=file.path,
        title=file.title,
        format=file.format,
        pages=file.pages,
        passages=file.passages,
        date=file.day.isoformat() if file.day is not None else None,
        status=file.status,
        problem=file.reason,
        remarks=file.remarks,
    )
