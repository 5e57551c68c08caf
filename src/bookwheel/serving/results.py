"""What other programs get of the documents: small values that a protocol can write as JSON.

They have no slots: the package `mcp` reads the defaults of fields from the class to describe them as JSON Schema.
"""

from __future__ import annotations

from typing import Literal

from bookwheel.lazy_dataclass import dataclass


@dataclass(frozen=True, kw_only=True)
class FoundPassage:
    """A passage; the document's text in `start` to `end` (in characters) is exactly `text`."""

    number: int
    path: str
    page: int | None
    heading: str | None
    start: int
    end: int
    text: str
    title: str | None = None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SearchResult:
    """Passages, best first. `indexed` says how many of the documents can be searched by now."""

    passages: list[FoundPassage]
    indexed: str
    next_cursor: str | None = None


@dataclass(frozen=True, kw_only=True)
class ReadResult:
    """A part of a document's text, from `start` to `end` of its `length` characters."""

    path: str
    title: str | None
    page: int | None
    start: int
    end: int
    length: int
    text: str
    indexed: str
    next_cursor: str | None = None


@dataclass(frozen=True, kw_only=True)
class QuotePlace:
    """Where a quotation stands; `is_exact` is false when spaces, quotation marks, dashes or capitals differ."""

    path: str
    page: int | None
    start: int
    end: int
    text: str
    is_exact: bool


@dataclass(frozen=True, kw_only=True)
class QuoteResult:
    """The places of a quotation. Where there is none, `nearest` is the most similar passage.

    `looked_through` says in which documents it was looked for.
    """

    found: list[QuotePlace]
    looked_through: str
    indexed: str
    nearest: FoundPassage | None = None


@dataclass(frozen=True, kw_only=True)
class SourceRange:
    """A part of a document that a text cites: characters `start` to `end` of its text, as `search` gives them."""

    path: str
    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class CheckedText:
    """A sentence of a checked text; `missing` are its figures, names and words that stand in none of the passages."""

    text: str
    status: Literal["supported", "unsupported", "unchecked"]
    cited: tuple[int, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CheckResult:
    """Each sentence of a text, compared with the passages that it cites, or with all of them.

    `passages` are those it was compared with: number n is `[n]` in the text.
    """

    sentences: list[CheckedText]
    passages: list[SourceRange]
    indexed: str
    next_cursor: str | None = None


@dataclass(frozen=True, kw_only=True)
class ListedDocument:
    """A document; `problem` says why it cannot be read, `remarks` what of it could not."""

    path: str
    title: str | None
    format: str
    pages: int | None
    passages: int
    date: str | None
    status: str
    problem: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DocumentList:
    """Documents, sorted by path."""

    documents: list[ListedDocument]
    indexed: str
    next_cursor: str | None = None


@dataclass(frozen=True, kw_only=True)
class ResearchStarted:
    """Research that has begun; it runs in the background, and is saved as a session of this id."""

    research_id: str


@dataclass(frozen=True, kw_only=True)
class BranchProgress:
    """A sub-question of the research: how far it is, how often it was searched for, how many quotations were kept."""

    question: str
    status: str
    searches: int
    notes: int


@dataclass(frozen=True, kw_only=True)
class ResearchStatus:
    """How far research is. `limit` says which limit ended it early, `error` why it failed."""

    status: Literal["running", "completed", "cancelled", "failed"]
    phase: str
    branches: list[BranchProgress]
    model_calls: int
    limit: str = ""
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class ReportSource:
    """Source `number` of a report: characters `start` to `end` of the text of a document, on `page`."""

    number: int
    path: str
    page: int | None
    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class ReportPart:
    """A part of a report as Markdown, in which `[n]` cites source n; `sources` come with the last part."""

    text: str
    is_complete: bool
    sources: list[ReportSource]
    next_cursor: str | None = None
