"""Commits that run beside the reading of the next files."""

from pathlib import Path
from threading import Event

import pytest

from bookwheel.engine.index.worker.commit_aside import CommitAside
from bookwheel.engine.schema import Document
from bookwheel.engine.stores.embedded.store import EmbeddedStore
from bookwheel.engine.stores.store_protocol import NewDocument, StoredDocument, StoreWriter
from bookwheel.errors import StoreError


class SlowDisk(CommitAside):
    """Passes everything on; a commit ends when `is_written` is set, in an error if there is one."""

    def __init__(self, writer: StoreWriter) -> None:
        super().__init__(writer, lambda: None)
        self.is_written = Event()
        self.error: StoreError | None = None

    def commit(self) -> None:
        assert self.is_written.wait(60)
        if self.error is not None:
            raise self.error
        super().commit()

    def is_waited_for(self) -> bool:
        return False


@pytest.fixture
def store(tmp_path: Path) -> EmbeddedStore:
    return EmbeddedStore(tmp_path / "index")


def new_document(name: str) -> NewDocument:
    stored = StoredDocument(ref=name, path=f"/{name}", passages=1, language="english")
    return NewDocument(stored, Document(text=f"The {name}."), [(0, len(name) + 5)])


def test_a_file_that_is_read_during_a_commit_is_stored_with_the_next_one(store: EmbeddedStore) -> None:
    with store.writer() as whole:
        disk, done = SlowDisk(whole), Event()
        writer = CommitAside(disk, lambda: None)
        writer.put(new_document("rim"))
        assert writer.may_commit_aside()
        writer.commit_aside(done.set)
        writer.put(new_document("hub"))
        assert not done.is_set()
        disk.is_written.set()
        assert done.wait(60)
        assert [document.ref for document in store.documents()] == ["rim"]
        writer.commit()
        assert [document.ref for document in store.documents()] == ["hub", "rim"]


def test_the_error_of_a_commit_beside_is_raised_at_the_next_use(store: EmbeddedStore) -> None:
    with store.writer() as whole:
        disk = SlowDisk(whole)
        disk.error = StoreError("The disk is full.")
        disk.is_written.set()
        writer = CommitAside(disk, lambda: None)
        writer.put(new_document("rim"))
        writer.commit_aside(lambda: None)
        with pytest.raises(StoreError, match="disk is full"):
            writer.settle()


def test_no_commit_runs_beside_the_reading_while_another_process_waits(store: EmbeddedStore, tmp_path: Path) -> None:
    """Who waits may index the files that would be read meanwhile: each would be read twice."""
    import fcntl

    with store.writer() as whole, open(tmp_path / "index" / "waiting.lock", "rb") as waiting:
        fcntl.flock(waiting, fcntl.LOCK_SH)
        assert not CommitAside(whole, lambda: None).may_commit_aside()
