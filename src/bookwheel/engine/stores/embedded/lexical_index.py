"""The lexical index: passages by their terms, ranked by BM25; it holds ids and terms, no text.

It is derived from the documents in SQLite. A marker document carries the generation of its commit, so that a store can
compare the two.
"""

from __future__ import annotations

import json
import os
import weakref
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from bookwheel.engine.stores.embedded.lexical_search import Search
from bookwheel.engine.stores.embedded.lexical_segments import (
    has_unused_files,
    lacking_for_a_merge,
    refuse_shorter_files,
    sizes_of_whole_files,
)
from bookwheel.engine.stores.lexical_terms import Chosen
from bookwheel.engine.stores.store_protocol import DamagedStoreError, LexicalQuery
from bookwheel.engine.text.analyzers import (
    TERMS_VERSION,
    english_analyzer,
    gram_analyzer,
    word_analyzer,
    words_and_grams,
)
from bookwheel.engine.text.languages import ENGLISH
from bookwheel.errors import StoreError
from bookwheel.paths import PRIVATE_FILE_MODE, make_private_dir

if TYPE_CHECKING:
    import tantivy

# Two indexing threads; they share the memory budget before they write a segment.
_WRITER_HEAP = 64_000_000
_WRITER_THREADS = 2
# The least that tantivy takes for a thread.
_SMALL_HEAP = 15_000_000
# Not the id of any document. An index with terms of another version has another marker, so that it is rebuilt.
_MARKER = (1 << 62) + TERMS_VERSION
# Each commit adds a marker. Where one was deleted of a segment, tantivy estimates the lengths of its texts when it is
# merged, so that scores change by a hundredth or more: markers stay. But BM25 counts them, so only one to so many.
_PASSAGES_A_MARKER = 1_000
_MOST_MARKERS = 100
_SHORTAGES = ("Failed to spawn", "os error 11", "os error 12")
_HEALS = "It is rebuilt the next time documents are indexed."


class TantivyIndex:
    """One index in `folder`, or in memory when `folder` is None.

    Reading is thread-safe. Document ids are positive; passage ids are any number.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._meta = os.path.join(folder or "", "meta.json")
        self._schema = _schema()
        self._index: tantivy.Index | None = None
        self._writer: tantivy.IndexWriter | None = None
        self._seen: bytes | None = None
        self._sizes: dict[str, int] = {}
        # What the writer knows: the generation that it committed, the markers there, and the passages.
        self._committed: int | None = None
        self._markers = 0
        self._passages = 0
        self._drop_links: Callable[[], object] | None = None

    def generation(self) -> int | None:
        """The generation that was last committed; None when there is no index or it cannot be read."""
        try:
            return max(self._generations(), default=None)
        except StoreError:
            return None

    def search(self, query: LexicalQuery, limit: int, chosen: Chosen | None = None) -> list[tuple[int, float]]:
        """The ids of the best passages (of `chosen` documents, or all) with their scores, best first.

        The caller turns the query's selection into `chosen`.
        """
        with _errors(self._folder):
            return Search(self._searcher(), self._schema, chosen).best(query, limit)

    def open_writer(self) -> None:
        """Open the index for writing; it is made when it is missing."""
        if self._folder is not None:
            make_private_dir(self._folder)
            self.close()  # an index opened earlier does not see files that other processes wrote since
        with _errors(self._folder):
            self._writer = self._open(create=True).writer(_WRITER_HEAP, _WRITER_THREADS)
            # A writer that was killed during a commit leaves files with the names that the next one would use.
            self._writer.garbage_collect_files()
            self._committed, self._markers, self._passages = None, len(self._generations()), self._searcher().num_docs

    def add(self, document: int, language: str, passages: Iterable[tuple[int, str, str]]) -> None:
        """Add passages of a document: the id, the text, and the names over it as `terms.name_text` gives them."""
        from tantivy import Document

        with _errors(self._folder):
            add_document = self._writing().add_document
            # A document without passages has no language.
            analyzer = None if language in ("", ENGLISH) else word_analyzer(language)
            for passage, text, name in passages:
                self._passages += 1
                row = Document()
                row.add_unsigned("id", passage)
                row.add_unsigned("document", document)
                words, grams = words_and_grams(text, name, language)
                if analyzer is None:
                    row.add_text("body", words)
                else:
                    row.add_pre_tokenized_text("body", analyzer.pre_tokenize(words))
                if grams:
                    row.add_text("gram", grams)
                if name:
                    row.add_text("name", name)
                add_document(row)

    def delete(self, document: int) -> None:
        """Delete all passages of a document."""
        with _errors(self._folder):
            # By query: `delete_documents_by_term` takes a number as signed and finds nothing (tantivy 0.27).
            self._writing().delete_documents_by_query(self._document_query(document))

    def commit(self, generation: int) -> None:
        """Make all changes durable, together with the generation of the documents that they come from."""
        with _errors(self._folder):
            writer = self._writing()
            if self._markers * _PASSAGES_A_MARKER >= self._passages or self._markers >= _MOST_MARKERS:
                writer.delete_documents_by_query(self._document_query(_MARKER))
                self._markers = 0
            self._commit_marker(writer, generation)
        self._committed = generation
        self._make_files_private()

    def settle(self) -> None:
        """End writing after the last commit, and leave few segments: each costs every search some time.

        What tantivy is merging is waited for, and a large index that has many segments is merged: 40,000 passages take
        0.3 s of computing. Does nothing when nothing was committed. Raises StoreError; the index is as committed then.
        """
        if self._committed is None:
            return
        with _errors(self._folder):
            self._wait_for_merges()
            if self._folder is None:
                return
            meta = Path(self._meta).read_bytes()
            lacking = lacking_for_a_merge(self._folder, meta)
            # A merge that fails, as on a full disk, leaves its files.
            if lacking or has_unused_files(self._folder, meta):
                # One thread: each commit makes one segment.
                self._writer = self._open(create=True).writer(_SMALL_HEAP, 1)
                for _ in range(lacking):
                    self._commit_marker(self._writer, self._committed)
                self._wait_for_merges()
        self._make_files_private()

    def close_writer(self) -> None:
        """End writing; what was not committed is dropped. Does nothing without a writer."""
        writer, self._writer = self._writer, None
        if writer is None:
            return
        with _errors(self._folder):
            writer.rollback()
            writer.wait_merging_threads()
        self._make_files_private()

    def close(self) -> None:
        """Release the files; the next search opens them again."""
        self._index = None
        self._seen = None
        drop_links, self._drop_links = self._drop_links, None
        if drop_links is not None:
            drop_links()

    def _generations(self) -> list[int]:
        """The generation of each marker. Raises StoreError."""
        with _errors(self._folder):
            searcher = self._searcher()
            hits = searcher.search(self._document_query(_MARKER), 2 * _MOST_MARKERS, count=False).hits
            values = searcher.fast_field_values("id", [address for _, address in hits])
        return [value for value in values if isinstance(value, int)]

    def _commit_marker(self, writer: tantivy.IndexWriter, generation: int) -> None:
        import tantivy

        marker = tantivy.Document()
        marker.add_unsigned("id", generation)
        marker.add_unsigned("document", _MARKER)
        writer.add_document(marker)
        writer.commit()
        self._markers += 1

    def _wait_for_merges(self) -> None:
        """End the writer, in which nothing may be uncommitted."""
        writer, self._writer = self._writing(), None
        if self._folder is not None:
            self.close()  # files that this process has open are kept although they were merged
        writer.garbage_collect_files()
        writer.wait_merging_threads()

    def _document_query(self, document: int) -> tantivy.Query:
        import tantivy

        return tantivy.Query.term_query(self._schema, "document", document)

    def _searcher(self) -> tantivy.Searcher:
        with _errors(self._folder):
            if self._folder is None:
                index = self._open(create=True)
                index.reload()
                return index.searcher()
            # Compared by content: two commits may have the same time stamp, and inodes are reused.
            with open(self._meta, "rb", buffering=0) as file:
                meta = file.read()
            if meta == self._seen:
                refuse_shorter_files(self._sizes)
                return self._open(create=False).searcher()
            sizes = sizes_of_whole_files(self._folder, meta)
            # Another machine has written: link to the new files. An index of an earlier version was replaced: tantivy
            # keeps the fields with which it was opened.
            if self._drop_links is not None or _fields(meta) != _fields(self._seen):
                self.close()
            index = self._open(create=False)
            index.reload()
            self._seen, self._sizes = meta, sizes
            return index.searcher()

    def _open(self, *, create: bool) -> tantivy.Index:
        import tantivy

        if self._index is None:
            if self._folder is None:
                index = tantivy.Index(self._schema)
            elif create:
                index = tantivy.Index(self._schema, str(self._folder))
            else:
                index = tantivy.Index.open(str(self._readable_folder()))
            index.register_tokenizer("words", english_analyzer())
            index.register_tokenizer("grams", gram_analyzer())
            # We look for a commit before each search; tantivy's own watcher would cost a thread.
            index.config_reader("manual")
            self._index = index
        return self._index

    def _readable_folder(self) -> Path:
        assert self._folder is not None
        if os.access(self._folder, os.W_OK):
            return self._folder
        # Tantivy makes a lock file to read an index. In a folder that cannot be written it reads links to its files.
        from shutil import rmtree
        from tempfile import mkdtemp

        links = mkdtemp(prefix="bookwheel-index-")
        self._drop_links = weakref.finalize(self, rmtree, links, ignore_errors=True)
        for entry in os.scandir(self._folder):
            if not entry.name.endswith(".lock"):
                os.symlink(os.path.abspath(entry.path), os.path.join(links, entry.name))
        return Path(links)

    def _writing(self) -> tantivy.IndexWriter:
        if self._writer is None:
            raise StoreError("The lexical index is not open for writing.")
        return self._writer

    def _make_files_private(self) -> None:
        if self._folder is None:
            return
        for entry in os.scandir(self._folder):
            try:
                if entry.stat(follow_symlinks=False).st_mode & 0o077:
                    os.chmod(entry.path, PRIVATE_FILE_MODE)
            except FileNotFoundError:
                continue  # a merge has just replaced it


def _schema() -> tantivy.Schema:
    import tantivy

    return (
        tantivy.SchemaBuilder()
        .add_unsigned_field("id", fast=True)
        .add_unsigned_field("document", indexed=True, fast=True)
        .add_text_field("body", tokenizer_name="words")
        .add_text_field("gram", tokenizer_name="grams", index_option="freq")
        .add_text_field("name", tokenizer_name="words", index_option="freq")
        .build()
    )


def _fields(meta: bytes | None) -> object:
    """The fields that tantivy's `meta.json` names. Raises ValueError for one that is damaged."""
    return None if meta is None else json.loads(meta).get("schema")


class _errors:  # noqa: N801 - reads as a statement: `with _errors(folder):`
    """Tantivy's exceptions as ours: it raises ValueError and OSError for every kind of failure."""

    def __init__(self, folder: Path | None) -> None:
        self._where = folder or "in memory"

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, FileNotFoundError):
            raise DamagedStoreError(f"The lexical index {self._where} is missing.", hint=_HEALS) from error
        if isinstance(error, UnicodeEncodeError):
            raise StoreError(
                f"The lexical index cannot be stored in {self._where}: the name of that folder is not UTF-8.",
                hint="Set BOOKWHEEL_DATA_DIR to another folder.",
            ) from error
        # Damaged files make it panic with an exception that is recognizable only by its class name.
        if isinstance(error, (ValueError, OSError)) or type(error).__name__ == "PanicException":
            text = str(error)
            if "No space" in text or "os error 28" in text:
                raise StoreError(
                    f"The disk is full: the index {self._where} cannot be written.",
                    hint="Free some space, then index again; nothing that was indexed is lost.",
                ) from error
            if any(sign in text for sign in _SHORTAGES):
                raise StoreError(
                    f"The index {self._where} needs more memory or threads than this process may have.",
                    hint="Close other programs, or raise the limits: ulimit -v, ulimit -u.",
                ) from error
            raise DamagedStoreError(f"The lexical index {self._where} cannot be used: {text}", hint=_HEALS) from error
