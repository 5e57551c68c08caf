"""Reads, parses, splits and stores one file, or gives the reason why not."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from dataclasses import field, replace
from typing import Literal

from bookwheel.engine.index.file_bytes import FileBytes, read_file
from bookwheel.engine.index.file_task import READ_BY, UNREADABLE, WITH_FACTS, Outcome, Task, TaskDone, is_up_to_date
from bookwheel.engine.index.parse_limits import DEFAULT_LIMITS, is_not_of_file
from bookwheel.engine.index.readers.about import about_document, add_remarks
from bookwheel.engine.index.readers.after_reading import doubts_about
from bookwheel.engine.index.readers.reader import OnFraction, Source, ignore_fraction
from bookwheel.engine.index.readers.reader_registry import HEAD_BYTES, format_of, reader_of
from bookwheel.engine.index.sources.document_source import facts_key
from bookwheel.engine.index.sources.source_reading import read_with_facts
from bookwheel.engine.index.splitter import SentenceSplitter, four_characters_a_token
from bookwheel.engine.schema import Document
from bookwheel.engine.stores.document_rows import tags_of
from bookwheel.engine.stores.store_protocol import NewDocument, Store, StoredDocument, StoreWriter, document_ref
from bookwheel.engine.text.languages import language_of
from bookwheel.errors import BookwheelError, MissingExtraError, NothingToReadError, shortage_of
from bookwheel.lazy_dataclass import dataclass

PASSAGE_TOKENS = 384
MOST_PASSAGES = 1 << 20


def passage_splitter() -> SentenceSplitter:
    """What cuts documents unless a caller says otherwise: the same on every machine, with any extras."""
    return SentenceSplitter(PASSAGE_TOKENS, 0, tokenizer=four_characters_a_token)


@dataclass(slots=True)
class Ingest:
    """Brings files into a store. `before_parsing` is called with the format before a reader gets a file's bytes,
    `before_recognising` before each page that a reader recognises by OCR.

    `leaving` are documents whose files disappeared: a new file with the same bytes is one of them, moved.
    """

    store: Store
    largest_file: int = DEFAULT_LIMITS.largest_file
    follows_links: bool = False
    before_parsing: Callable[[str, int], None] = lambda format_name, size: None
    before_recognising: Callable[[str, int], None] = lambda format_name, size: None
    splitter: SentenceSplitter = field(default_factory=passage_splitter)
    leaving: Leaving = field(default_factory=lambda: Leaving())

    def bring_in(self, writer: StoreWriter, task: Task, on_fraction: OnFraction = ignore_fraction) -> TaskDone:
        """Index the file of `task`, unless the store has it as it is. Raises only StoreError."""
        ref = document_ref(task.path)
        known = self.store.find(ref)
        if known is not None and not task.is_forced and is_up_to_date(known, task):
            return _done(known, "unchanged")
        if task.failed:
            return self._failed(writer, task, task.failed)
        if task.text:
            data = task.text.encode("utf-8", "surrogatepass")
            return self._take(writer, task, FileBytes(data, task.size, task.mtime_ns), known, on_fraction)
        try:
            found = read_file(task.root, task.path, largest_file=self.largest_file, follows_links=self.follows_links)
        except FileNotFoundError:
            writer.remove(ref)
            return TaskDone("gone")
        except OSError as error:
            return self._failed(writer, task, _unreadable(error))
        except BookwheelError as error:
            return self._failed(writer, task, error.message)
        return self._take(writer, task, found, known, on_fraction)

    def _take(
        self, writer: StoreWriter, task: Task, found: FileBytes, known: StoredDocument | None, on_fraction: OnFraction
    ) -> TaskDone:
        sha256 = _content_key(found.data, task)
        is_same = known is not None and known.status == "indexed" and known.sha256 == sha256
        if known is not None and is_same and not task.is_forced:
            writer.touch(known.ref, size=found.size, mtime_ns=found.mtime_ns)
            return _done(known, "unchanged")
        format_name = format_of(os.path.basename(task.path), found.data[:HEAD_BYTES])
        if format_name is None:
            return self._put(writer, _described(task, found, sha256, "left_out", "binary"))
        origin = self.leaving.take(sha256, task.path, format_name)
        if origin is not None:
            to = replace(origin, ref=document_ref(task.path), path=task.path, size=found.size, mtime_ns=found.mtime_ns)
            if writer.move(origin.ref, to):
                return replace(_done(to, "moved"), moved_from=origin.ref)
        try:
            document = self._read(task, found, format_name, on_fraction)
            passages = self.splitter.passages(document)
        except MissingExtraError as error:
            return self._failed(writer, task, f"{UNREADABLE}: {error.message} {error.hint}")
        except NothingToReadError as error:
            return self._put(writer, _described(task, found, sha256, "left_out", error.message))
        except Exception as error:  # noqa: BLE001 - the boundary to the parsers: one file must not stop the others
            reason = _reason(error, format_name)
            if (shortage := shortage_of(error)) is not None and is_not_of_file(error):
                return self._failed(writer, task, f"{UNREADABLE} now: {shortage.message} {shortage.hint}")
            return self._put(writer, _described(task, found, sha256, "failed", reason, format_name))
        if len(passages) >= MOST_PASSAGES:
            reason = "it has too many passages"
            return self._put(writer, _described(task, found, sha256, "failed", reason, format_name))
        described = _described(task, found, sha256, "indexed", "", format_name, document, len(passages))
        writer.put(NewDocument(described, document, passages))
        return _done(described, "indexed")

    def _read(self, task: Task, found: FileBytes, format_name: str, on_fraction: OnFraction) -> Document:
        self.before_parsing(format_name, found.size)
        source = Source(
            task.path,
            found.data,
            on_fraction,
            not_recognised=task.not_recognised,
            before_slow_step=lambda: self.before_recognising(format_name, found.size),
        )
        reader = reader_of(format_name)
        document = read_with_facts(reader, source, task.facts) if task.facts else reader(source)
        add_remarks(document.metadata, doubts_about(document.text, format_name))
        return document

    def _failed(self, writer: StoreWriter, task: Task, reason: str) -> TaskDone:
        # Without a hash: the bytes were never seen, so that the file is tried again when it can be read.
        found = FileBytes(b"", task.size, task.mtime_ns)
        return self._put(writer, _described(task, found, "", "failed", reason))

    def _put(self, writer: StoreWriter, stored: StoredDocument) -> TaskDone:
        writer.put(NewDocument(stored))
        return _done(stored, "left_out" if stored.status == "left_out" else "failed")


def _reason(error: Exception, format_name: str) -> str:
    if isinstance(error, BookwheelError):
        return error.message
    if isinstance(error, MemoryError):
        return "reading it takes too much memory"
    return f"the {format_name} reader failed on it ({type(error).__name__}: {error})"


class Leaving:
    """Documents to be removed unless their files are found at another path."""

    def __init__(self, documents: Iterable[StoredDocument] = ()) -> None:
        self._by_hash: dict[str, list[StoredDocument]] = {}
        for stored in documents:
            self._by_hash.setdefault(stored.sha256, []).append(stored)

    def take(self, sha256: str, path: str, format_name: str) -> StoredDocument | None:
        """The document whose file was moved to `path`, if the same reader would read it there."""
        for stored in self._by_hash.get(sha256, ()):
            if stored.format == format_name and _suffix(stored.path or "") == _suffix(path):
                self._by_hash[sha256].remove(stored)
                return stored
        return None

    def rest(self) -> list[StoredDocument]:
        """Those whose files were not found."""
        return [stored for same in self._by_hash.values() for stored in same]


def _suffix(path: str) -> str:
    return os.path.splitext(path)[1].lower()


def _content_key(data: bytes, task: Task) -> str:
    """The hash of a file's bytes under the version of the readers, and of what its source knows of it.

    Equal keys stand for equal documents.
    """
    facts = facts_key(task.facts, task.text)
    return READ_BY + hashlib.sha256(data).hexdigest() + (WITH_FACTS + facts if facts else "")


def _unreadable(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return f"{UNREADABLE}: permission denied; check its rights"
    return f"{UNREADABLE}: {(error.strerror or 'unknown error').lower()}"


def _described(
    task: Task,
    found: FileBytes,
    sha256: str,
    status: Literal["indexed", "failed", "left_out"],
    reason: str,
    format_name: str = "",
    document: Document | None = None,
    passages: int = 0,
) -> StoredDocument:
    about = about_document(document.metadata if document is not None else {})
    return StoredDocument(
        ref=document_ref(task.path),
        path=task.path,
        size=found.size,
        mtime_ns=found.mtime_ns,
        sha256=sha256,
        status=status,
        reason=reason,
        title=about.title,
        pages=about.pages,
        passages=passages,
        language=language_of(document.text) if document is not None else "",
        format=format_name,
        author=about.author,
        date=about.date,
        remarks=about.remarks,
        tags=tags_of(document.metadata) if document is not None else (),
    )


def _done(stored: StoredDocument, outcome: Outcome) -> TaskDone:
    date = None if stored.date is None else stored.date.isoformat()
    return TaskDone(
        outcome,
        stored.passages,
        stored.pages,
        stored.title,
        stored.reason,
        stored.format,
        stored.author,
        date,
        remarks=stored.remarks,
        tags=stored.tags,
    )
