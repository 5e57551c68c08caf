"""Copies documents from one store to another without reading files again: text, passages, vectors, files left out.

It copies in batches: those finished stay when it is interrupted, and are skipped the next time.
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator, Sequence

from bookwheel.engine.stores.store_protocol import Store, StoredDocument, StoreWriter, is_inside
from bookwheel.lazy_dataclass import dataclass

_BATCH_BYTES = 8_000_000
_BATCH_DOCUMENTS = 400
_BATCH_VECTORS = 2_000


@dataclass(frozen=True, slots=True)
class CopyProgress:
    """The progress of a copy; `unchanged` documents were there already. Sizes in bytes of their files."""

    copied: int
    unchanged: int
    total: int
    bytes_done: int
    bytes_total: int
    passages: int
    vectors: int


class Copy:
    """Copies what `source` has below `scope` (None: all of it) into `target`."""

    def __init__(self, source: Store, target: Store, scope: Sequence[str] | None = None) -> None:
        self._source = source
        self._target = target
        self._scope = scope
        self._copied = self._bytes = self._passages = self._vectors = 0
        self._steps = self._all_steps()
        self._stepping = threading.Lock()

    def step(self) -> CopyProgress | None:
        """Copy some documents; None when all are copied. Raises StoreError."""
        with self._stepping:
            return next(self._steps, None)

    def close(self) -> None:
        """Stop, after the step that another thread is running."""
        with self._stepping:
            self._steps.close()

    def _all_steps(self) -> Generator[CopyProgress]:
        there = {stored.ref: stored for stored in self._target.documents()}
        documents = self._source.documents(self._scope)
        missing = [stored for stored in documents if not _is_same(stored, there.get(stored.ref))]
        total, total_bytes = len(documents), sum(stored.size for stored in missing)

        def progress() -> CopyProgress:
            unchanged = total - len(missing)
            return CopyProgress(self._copied, unchanged, total, self._bytes, total_bytes, self._passages, self._vectors)

        yield progress()
        with self._target.writer() as writer:
            for batch in _batches(missing):
                self._copy(writer, batch)
                yield progress()
            for root in self._source.roots():
                if self._scope is None or is_inside(root, self._scope):
                    writer.set_left_out(root, self._source.left_out(root))
        copied = {stored.ref for stored in missing}
        for stored in documents:
            if stored.passages and stored.ref not in copied and self._copy_vectors([stored]):
                yield progress()

    def _copy(self, writer: StoreWriter, batch: Sequence[StoredDocument]) -> None:
        for stored in batch:
            # It may have been removed meanwhile.
            if (document := self._source.whole(stored.ref)) is not None:
                writer.put(document)
                self._passages += len(document.passages)
            self._copied += 1
            self._bytes += stored.size
        writer.commit()
        self._copy_vectors(batch)

    def _copy_vectors(self, batch: Sequence[StoredDocument]) -> int:
        """Copy the vectors that the target lacks. Returns how many."""
        copied = 0
        for stored in batch:
            kept = self._source.vectors(stored.ref)
            if not any(kept.values()):
                continue
            there = self._target.vectors(stored.ref)
            for model, vectors in kept.items():
                missing = [name for name in vectors if name not in there.get(model, ())]
                for start in range(0, len(missing), _BATCH_VECTORS):
                    some = {name: vectors[name] for name in missing[start : start + _BATCH_VECTORS]}
                    self._target.put_vectors(model, some)
                copied += len(missing)
        self._vectors += copied
        return copied


def _is_same(stored: StoredDocument, there: StoredDocument | None) -> bool:
    if there is None or there.status != stored.status:
        return False
    return there.sha256 == stored.sha256 and (bool(stored.sha256) or there == stored)


def _batches(documents: Sequence[StoredDocument]) -> Iterator[list[StoredDocument]]:
    batch: list[StoredDocument] = []
    size = 0
    for stored in documents:
        batch.append(stored)
        size += stored.size
        if size >= _BATCH_BYTES or len(batch) >= _BATCH_DOCUMENTS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
