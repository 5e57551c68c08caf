"""What a store is: it keeps documents with their passages, and finds passages by their terms.

A store is one index. Documents are whole or absent for a reader; a reader never waits for a writer. There is one writer
at a time, in whichever process.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import field
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias, runtime_checkable

from bookwheel.engine.schema import Document, JsonObject, NodeWithScore, TextNode
from bookwheel.engine.selection import EVERYTHING as EVERYTHING
from bookwheel.engine.selection import Selection as Selection
from bookwheel.engine.selection import file_day as file_day
from bookwheel.engine.selection import is_inside as is_inside
from bookwheel.errors import StoreError
from bookwheel.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from bookwheel.engine.stores.embedding_turn import EmbeddingTurn

TermField = Literal["body", "name", "gram"]
DocumentStatus = Literal["indexed", "failed", "left_out"]
PassageRange: TypeAlias = tuple[int, int]
OnWait: TypeAlias = Callable[[str], None]


class UnreadableValueError(ValueError):
    """A value in the files of the store is not one that was written there."""


class DamagedStoreError(StoreError):
    """The files of the store are damaged or of another version; they must be set aside and rebuilt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDocument:
    """What a store keeps of a document besides its text.

    `ref` is the document's id outside (`Document.id_`), `path` the file that it was read from. `sha256` is that of the
    file's bytes and empty when they could not be read. A document that failed or was left out has no passages.
    `format` is the name of the reader that read it, `date` the day in the document's own metadata. `remarks` say what
    the reader could not read of it, `tags` are those in its metadata.
    """

    ref: str
    path: str | None = None
    size: int = 0
    mtime_ns: int = 0
    sha256: str = ""
    status: DocumentStatus = "indexed"
    reason: str = ""
    title: str | None = None
    pages: int | None = None
    passages: int = 0
    language: str = ""
    format: str = ""
    author: str | None = None
    date: datetime.date | None = None
    remarks: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    @property
    def day(self) -> datetime.date | None:
        """The day by which it is filtered: its own date, else that of its file's last change (UTC)."""
        return self.date or file_day(self.mtime_ns)


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """One analysed term to look for in one field; `boost` scales its BM25 score.

    `same` is the stem of its word in the language of the question. Where more texts have that one, its rareness counts:
    a few passages in another language have another stem, and a few titles the word, which only seem rare.
    """

    field: TermField
    text: str
    boost: float = 1.0
    same: str = ""


@dataclass(frozen=True, slots=True)
class QueryPhrase:
    """Analysed terms of the body that should stand next to each other."""

    terms: tuple[str, ...]
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class LexicalQuery:
    """What to look for: a passage of a selected document matches when it has any of the terms."""

    terms: tuple[QueryTerm, ...]
    phrases: tuple[QueryPhrase, ...] = ()
    selection: Selection = EVERYTHING


@dataclass(frozen=True, slots=True)
class VectorCoverage:
    """How many of the `total` passages have a vector."""

    embedded: int
    total: int


@dataclass(frozen=True, slots=True)
class LeftOutRow:
    """A file or folder that the last walk of `root` left out, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document to be stored: what is known, its text with metadata, and its passages as character ranges."""

    stored: StoredDocument
    document: Document = field(default_factory=Document)
    passages: Sequence[PassageRange] = ()


class StoreWriter(Protocol):
    """Changes a store; nothing of it is seen by readers before `commit`."""

    def put(self, new: NewDocument) -> None:
        """Store a document replacing any earlier one with the same `ref`."""
        ...

    def touch(self, ref: str, *, size: int, mtime_ns: int) -> None:
        """Store the new size and time of a file that was rewritten with the same bytes."""
        ...

    def move(self, ref: str, to: StoredDocument) -> bool:
        """Move the document `ref`, whose file is at `to.path` now with the same bytes; passages and vectors are kept.

        It replaces any document with `to.ref`. It can still be read under its old ref, so that citations hold, until
        another document is stored there. False when it has to be stored again.
        """
        ...

    def remove(self, ref: str) -> None:
        """Forget a document; does nothing when it is not there."""
        ...

    def set_left_out(self, root: str, rows: Iterable[LeftOutRow]) -> None:
        """Store what the walk of `root` left out, replacing the list of the walk before."""
        ...

    def commit(self) -> None:
        """Make all changes durable and searchable."""
        ...

    def give_way(self) -> None:
        """Commit, and let a waiting process write first; for use between two batches."""
        ...


@runtime_checkable
class WaitedForWriter(Protocol):
    """A `StoreWriter` that knows whether another process waits; its commits may run beside the reading of files."""

    def is_waited_for(self) -> bool:
        """Whether another process waits to write."""
        ...


class Store(Protocol):
    """Reads may come from any thread. All methods block and raise StoreError when the store cannot be used."""

    def documents(self, scope: Sequence[str] | None = None) -> list[StoredDocument]:
        """All documents in `scope`, sorted by path."""
        ...

    def find(self, ref: str) -> StoredDocument | None:
        """One document without its text; None when it is not there."""
        ...

    def document(self, ref: str) -> Document | None:
        """A document with its text and metadata; None when it is not there or has no text. It may have moved since."""
        ...

    def left_out(self, root: str) -> list[LeftOutRow]:
        """What the last walk of `root` left out."""
        ...

    def roots(self) -> list[str]:
        """Every root that was ever walked."""
        ...

    def languages(self) -> Mapping[str, int]:
        """How many documents there are in each language (see `languages.language_of`)."""
        ...

    def search(self, query: LexicalQuery, limit: int) -> list[NodeWithScore]:
        """The passages that fit best, best first, at most `limit`."""
        ...

    def unembedded(self, model: str, limit: int) -> list[TextNode]:
        """Passages without a vector of the embedding model `model`, those of the documents stored last first."""
        ...

    def vector_coverage(self, model: str) -> VectorCoverage:
        """How many passages have a vector of `model`."""
        ...

    def put_vectors(self, model: str, vectors: Mapping[str, Sequence[float]]) -> None:
        """Keep vectors by the ids of their passages, durably, also beside a writer.

        Ids of passages that no longer exist are skipped. A passage that is stored again with the same text in a new
        version of its document keeps its vector. Raises StoreError when their length differs from earlier vectors of
        the model.
        """
        ...

    def nearest(
        self, model: str, vector: Sequence[float], limit: int, selection: Selection = EVERYTHING
    ) -> list[NodeWithScore]:
        """The selected passages whose vectors of `model` are nearest, best first, with the cosine as the score.

        Raises StoreError for a vector of another length.
        """
        ...

    def whole(self, ref: str) -> NewDocument | None:
        """A document as it was stored, for copying it to another store."""
        ...

    def vectors(self, ref: str) -> Mapping[str, Mapping[str, Sequence[float]]]:
        """The vectors of a document's passages: by embedding model, then by the ids of the passages."""
        ...

    def embedding_turn(self) -> EmbeddingTurn:
        """The right to embed the passages; one process at a time has it."""
        ...

    def needs_repair(self) -> bool:
        """Whether the next writer must repair the index before all documents can be found."""
        ...

    def writer(self, on_wait: OnWait | None = None) -> AbstractContextManager[StoreWriter]:
        """Become the writer; leaving it commits, unless by an error.

        `on_wait` gets the name of another writer that is waited for, and "" when the wait is over.
        """
        ...

    def close(self) -> None:
        """Release files and memory; the next use opens them again."""
        ...


def document_ref(path: str) -> str:
    """The id of the document that is read from `path` (absolute)."""
    import hashlib

    return hashlib.blake2b(path_bytes(path), digest_size=10).hexdigest()


def path_bytes(path: str) -> bytes:
    """The bytes of a path, for any text: one from JSON can hold half a character, which no file name can."""
    import os

    try:
        return os.fsencode(path)
    except UnicodeEncodeError:
        return path.encode("utf-8", "surrogatepass")


def unstorable(error: UnicodeEncodeError) -> StoreError:
    """The error for an id or a name with half a character."""
    return StoreError(
        f"An id or a name cannot be stored: it holds half a character, {error.object[error.start]!a}.",
        hint="Ids, models and types of documents must be whole Unicode text.",
    )


def moved_metadata(metadata: JsonObject, path: str) -> JsonObject:
    """The metadata of a document whose file has moved to `path` (see `readers.reader.made_document`)."""
    import os

    return {**metadata, "file_path": path, "file_name": os.path.basename(path)}


def node_id(ref: str, start: int, end: int) -> str:
    """The id of a passage: the same passage of the same document has the same id after every rebuild."""
    return f"{ref}:{start}-{end}"


def passage_of(node: str) -> tuple[str, int, int] | None:
    """The document and range that a passage's id (`node_id`) names; None for any other text."""
    ref, _, place = node.rpartition(":")
    start, _, end = place.partition("-")
    return (ref, int(start), int(end)) if start.isdecimal() and end.isdecimal() else None
