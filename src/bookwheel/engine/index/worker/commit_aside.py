"""A writer whose commits run beside the reading of the next files: they wait for the disk and leave a core free."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Thread

from bookwheel.engine.stores.store_protocol import (
    LeftOutRow,
    NewDocument,
    StoredDocument,
    StoreWriter,
    WaitedForWriter,
)

# Of documents that were read while a commit runs; beyond it the reading waits.
_MOST_HELD_CHARACTERS = 8_000_000


class CommitAside:
    """Implements `StoreWriter` over another writer, which one thread uses at a time.

    `before_waiting` is called before this waits for a commit, which has no time limit.
    """

    def __init__(self, writer: StoreWriter, before_waiting: Callable[[], None]) -> None:
        self._writer = writer
        self._before_waiting = before_waiting
        self._committing: Thread | None = None
        self._error: BaseException | None = None
        self._held: list[NewDocument] = []
        self._held_characters = 0

    def put(self, new: NewDocument) -> None:
        is_busy = self._committing is not None and self._committing.is_alive()
        if is_busy and self._held_characters < _MOST_HELD_CHARACTERS:
            self._held.append(new)
            self._held_characters += len(new.document.text)
            return
        self.settle()
        self._writer.put(new)

    def touch(self, ref: str, *, size: int, mtime_ns: int) -> None:
        self.settle()
        self._writer.touch(ref, size=size, mtime_ns=mtime_ns)

    def move(self, ref: str, to: StoredDocument) -> bool:
        self.settle()
        return self._writer.move(ref, to)

    def remove(self, ref: str) -> None:
        self.settle()
        self._writer.remove(ref)

    def set_left_out(self, root: str, rows: Iterable[LeftOutRow]) -> None:
        self.settle()
        self._writer.set_left_out(root, rows)

    def commit(self) -> None:
        self.settle()
        self._writer.commit()

    def give_way(self) -> None:
        self.settle()
        self._writer.give_way()

    def may_commit_aside(self) -> bool:
        """Whether nobody waits to write: who waits may index the files that would be read during the commit."""
        self.settle()
        return isinstance(self._writer, WaitedForWriter) and not self._writer.is_waited_for()

    def commit_aside(self, then: Callable[[], None]) -> None:
        """Commit in a thread, and call `then` when that has succeeded; what it raises, the next use raises."""
        self.settle()
        self._committing = Thread(target=self._commit, args=(then,), name="commit")
        self._committing.start()

    def settle(self) -> None:
        """Wait for the end of a commit in its thread, and write what was read meanwhile."""
        self.wait()
        error, self._error = self._error, None
        if error is not None:
            raise error
        held, self._held, self._held_characters = self._held, [], 0
        for new in held:
            self._writer.put(new)

    def wait(self) -> None:
        """Wait for the end of a commit in its thread."""
        thread, self._committing = self._committing, None
        if thread is not None:
            if thread.is_alive():
                self._before_waiting()
            thread.join()

    def _commit(self, then: Callable[[], None]) -> None:
        try:
            self._writer.commit()
            then()
        except BaseException as error:  # noqa: BLE001 - also what ends the process; raised again in the main thread
            self._error = error
