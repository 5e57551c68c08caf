"""The default store: documents in a SQLite file, and beside it a tantivy index that can be rebuilt from them.

SQLite is committed first. When the two differ in their generation, the next writer updates the index: with the changes
since, or from scratch when these are unknown.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from bookwheel.engine.schema import Document, NodeWithScore, TextNode
from bookwheel.engine.stores.embedded.documents import SqliteDocuments
from bookwheel.engine.stores.embedded.lexical_index import TantivyIndex
from bookwheel.engine.stores.embedded.texts import SHIFT
from bookwheel.engine.stores.lexical_terms import Chosen, add_passages
from bookwheel.engine.stores.store_protocol import (
    EVERYTHING,
    DamagedStoreError,
    LeftOutRow,
    LexicalQuery,
    NewDocument,
    OnWait,
    Selection,
    StoredDocument,
    VectorCoverage,
)
from bookwheel.errors import StoreError
from bookwheel.paths import make_private_dir

if TYPE_CHECKING:
    from bookwheel.engine.stores.embedded.documents_writer import DocumentsWriter
    from bookwheel.engine.stores.embedding_turn import EmbeddingTurn

DATABASE_NAME = "library.sqlite3"
INDEX_NAME = "library.tantivy"
_REBUILD_BATCH_PASSAGES = 50_000
# In bytes; the first is what SQLite takes by default. After a checkpoint the next write waits for the disk, so there is
# none between the commits of a long run before the second.
_LONG_LOG, _LONGEST_LOG = 4_000_000, 64_000_000
_WAITS_FOR_INDEX_S = (0.02, 0.05, 0.1, 0.2, 0.4)


class EmbeddedStore:
    """The store in one folder of this machine. Implements `Store`."""

    def __init__(self, folder: Path | str) -> None:
        self._folder = Path(folder)
        self._documents = SqliteDocuments(self._folder / DATABASE_NAME)
        self._index = TantivyIndex(self._folder / INDEX_NAME)
        self._was_filled = False

    def documents(self, scope: Sequence[str] | None = None) -> list[StoredDocument]:
        return self._documents.documents(scope)

    def find(self, ref: str) -> StoredDocument | None:
        return self._documents.find(ref)

    def document(self, ref: str) -> Document | None:
        return self._documents.document(ref)

    def left_out(self, root: str) -> list[LeftOutRow]:
        return self._documents.left_out(root)

    def roots(self) -> list[str]:
        return self._documents.roots()

    def languages(self) -> Mapping[str, int]:
        return self._documents.languages()

    def search(self, query: LexicalQuery, limit: int) -> list[NodeWithScore]:
        if not self._documents.file.exists():
            # Open connections would still show the deleted file, and an index made again counts from 1 as this one did.
            self.close()
            self._documents = SqliteDocuments(self._folder / DATABASE_NAME)
            if self._was_filled:
                raise StoreError(
                    f"The index in {self._folder} is no longer there.",
                    hint="Ask again in a moment, or press R in the library: it is built again from your files.",
                )
            return []
        generation = self._documents.generation()
        if not generation:
            return []
        self._was_filled = True
        hits = self._hits(query, limit, self._documents.chosen(query.selection, generation))
        # Documents are committed before their terms, so that one generation less is nothing unusual.
        if not hits and (self._index.generation() or 0) < generation - 1:
            raise StoreError("The index of words is being rebuilt.", hint="Ask again in a moment.")
        return self._with_nodes(hits)

    def unembedded(self, model: str, limit: int) -> list[TextNode]:
        return self._documents.unembedded(model, limit)

    def vector_coverage(self, model: str) -> VectorCoverage:
        return self._documents.vector_coverage(model)

    def put_vectors(self, model: str, vectors: Mapping[str, Sequence[float]]) -> None:
        self._documents.put_vectors(model, vectors)

    def nearest(
        self, model: str, vector: Sequence[float], limit: int, selection: Selection = EVERYTHING
    ) -> list[NodeWithScore]:
        if self._documents.chosen(selection) is None:
            selection = EVERYTHING
        return self._with_nodes(self._documents.nearest(model, vector, limit, selection))

    def whole(self, ref: str) -> NewDocument | None:
        return self._documents.whole(ref)

    def vectors(self, ref: str) -> Mapping[str, Mapping[str, Sequence[float]]]:
        return self._documents.vectors(ref)

    def embedding_turn(self) -> EmbeddingTurn:
        from bookwheel.engine.stores.embedding_turn import EmbeddingTurn, try_lock_file

        return EmbeddingTurn(lambda: try_lock_file(self._folder / "embedding.lock"))

    def damage(self) -> str:
        """The first problem that a check of the whole SQLite file finds, or "". Takes about 1 s for 500 MB."""
        found = self._documents.file.damage()
        if found:
            self._documents.file.mark_as_damaged()
        return found

    def needs_repair(self) -> bool:
        if not self._documents.file.exists():
            return False
        try:
            # An index in which nothing was committed has no generation.
            return (self._index.generation() or 0) != self._documents.generation()
        except DamagedStoreError:
            return True

    def _hits(self, query: LexicalQuery, limit: int, chosen: Chosen | None) -> list[tuple[int, float]]:
        for wait in _WAITS_FOR_INDEX_S:
            try:
                return self._index.search(query, limit, chosen)
            except DamagedStoreError:
                from bookwheel.engine.stores.embedded.writer_lock import is_written

                if not is_written(self._folder):
                    raise
                # The writer is about to replace it.
                self._index.close()
                time.sleep(wait)
        return self._index.search(query, limit, chosen)

    def _with_nodes(self, hits: list[tuple[int, float]]) -> list[NodeWithScore]:
        nodes = self._documents.passages([passage for passage, _ in hits])
        return [NodeWithScore(nodes[passage], score) for passage, score in hits if passage in nodes]

    @contextmanager
    def writer(self, on_wait: OnWait | None = None) -> Generator[EmbeddedWriter]:
        try:
            make_private_dir(self._folder)
        except OSError as error:
            raise StoreError(
                f"The folder of the index {self._folder} cannot be made: {error.strerror}.",
                hint="Check its rights, or set BOOKWHEEL_DATA_DIR to a folder that you can write.",
            ) from error
        writer = EmbeddedWriter(self._folder, self._documents, self._index, on_wait)
        try:
            writer.open()
            yield writer
            writer.commit()
            writer.settle()
        finally:
            writer.close()

    def close(self) -> None:
        self._documents.file.close()
        self._index.close()


class EmbeddedWriter:
    """The one writer of the store. Implements `StoreWriter` and `WaitedForWriter`."""

    def __init__(self, folder: Path, documents: SqliteDocuments, index: TantivyIndex, on_wait: OnWait | None) -> None:
        from bookwheel.engine.stores.embedded.writer_lock import WriterLock

        self._index_folder = folder / INDEX_NAME
        self._documents = documents
        self._index = index
        self._lock = WriterLock(folder)
        self._on_wait = on_wait
        self._changes: DocumentsWriter | None = None

    def open(self) -> None:
        """Take the lock, set aside what is damaged, and bring the index in step with the documents."""
        self._lock.acquire(self._on_wait)
        try:
            self._open_documents()
            self._catch_up()
        except BaseException:
            self.close()
            raise

    def put(self, new: NewDocument) -> None:
        from bookwheel.engine.locations import locations_of

        locations = list(locations_of(new.document.metadata).in_order(start for start, _ in new.passages))
        document, replaced = self._recording.put(new, locations)
        if replaced is not None:
            self._index.delete(replaced)
        base = document << SHIFT
        ranges = [(base + number, start, end) for number, (start, end) in enumerate(new.passages)]
        add_passages(self._index, document, new.stored, new.document, ranges, locations)

    def touch(self, ref: str, *, size: int, mtime_ns: int) -> None:
        self._recording.touch(ref, size=size, mtime_ns=mtime_ns)

    def move(self, ref: str, to: StoredDocument) -> bool:
        moved = self._recording.move(ref, to)
        if moved.replaced is not None:
            self._index.delete(moved.replaced)
        renamed = moved.renamed
        if renamed is not None:
            # Passages are found by the name of their file too.
            self._index.delete(renamed.id)
            add_passages(self._index, renamed.id, renamed.stored, renamed.document, renamed.passages)
        return moved.document is not None

    def remove(self, ref: str) -> None:
        document = self._recording.remove(ref)
        if document is not None:
            self._index.delete(document)

    def set_left_out(self, root: str, rows: Iterable[LeftOutRow]) -> None:
        self._recording.set_left_out(root, rows)

    def commit(self) -> None:
        self._commit(_LONGEST_LOG)

    def _commit(self, longest_log: int) -> None:
        generation = self._recording.commit()
        if generation is None:
            return
        if self._recording.log_size() < longest_log:
            self._index.commit(generation)
            return
        # Both wait for the disk and leave a core free.
        copying = Thread(target=self._recording.checkpoint, name="checkpoint")
        copying.start()
        try:
            self._index.commit(generation)
        finally:
            copying.join()

    def settle(self) -> None:
        """Leave an index of few segments, after the last commit; unless another process waits to write."""
        if not self._lock.is_waited_for():
            # All is committed and can be searched as it is: what a full disk hinders is done after a later commit.
            with suppress(StoreError):
                self._index.settle()

    def give_way(self) -> None:
        self._commit(_LONG_LOG)
        if self._lock.is_waited_for():
            self.close()
            self._lock.let_others_write()
            self.open()

    def is_waited_for(self) -> bool:
        return self._lock.is_waited_for()

    def close(self) -> None:
        """Stop writing; what was not committed is dropped."""
        changes, self._changes = self._changes, None
        try:
            if changes is not None:
                changes.close()
            self._index.close_writer()
        finally:
            self._lock.release()

    @property
    def _recording(self) -> DocumentsWriter:
        if self._changes is None:
            raise StoreError("The store is not open for writing.")
        return self._changes

    def _open_documents(self) -> None:
        from bookwheel.engine.stores.embedded.documents_writer import DocumentsWriter

        self._documents.file.repair()
        try:
            self._changes = DocumentsWriter(self._documents.file)
        except DamagedStoreError:
            self._documents.file.set_aside()
            self._changes = DocumentsWriter(self._documents.file)

    def _catch_up(self) -> None:
        recorded, indexed = self._recording.generation(), self._index.generation()
        if indexed is None or indexed > recorded:
            self._start_index_anew()
            indexed = 0
        else:
            self._index.open_writer()
        if indexed == recorded:
            return
        for document in self._recording.removed_since(indexed):
            self._index.delete(document)
        self._add_changed_since(indexed, recorded)
        self._recording.forget_removed()

    def _add_changed_since(self, indexed: int, recorded: int) -> None:
        uncommitted = 0
        for changed in self._recording.changed_since(indexed):
            # It may exist already, from a rebuild that was interrupted.
            self._index.delete(changed.id)
            add_passages(self._index, changed.id, changed.stored, changed.document, changed.passages)
            uncommitted += len(changed.passages)
            if uncommitted >= _REBUILD_BATCH_PASSAGES:
                # Searchable batch by batch; the marker keeps the old generation until all is in.
                self._index.commit(indexed)
                uncommitted = 0
        self._index.commit(recorded)

    def _start_index_anew(self) -> None:
        from shutil import rmtree

        self._index.close()
        gone = self._index_folder.with_name(f"{INDEX_NAME}.gone")
        rmtree(gone, ignore_errors=True)
        try:
            # Where it is it could not be removed while other programs open it: each makes tantivy's lock file there.
            self._index_folder.rename(gone)
        except FileNotFoundError:
            pass
        except OSError as error:
            raise StoreError(
                f"The index {self._index_folder} cannot be removed: {error.strerror}.",
                hint="Check the rights of that folder, or remove it yourself.",
            ) from error
        rmtree(gone, ignore_errors=True)
        self._index.open_writer()
