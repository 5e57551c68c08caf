"""A worker that is stopped while it reads."""

from pathlib import Path

import pytest

from bookwheel.engine.index.ingest import Ingest
from bookwheel.engine.index.worker.indexing_process import _Stopped
from bookwheel.engine.index.worker.worker_messages import Task
from bookwheel.engine.stores.memory import MemoryStore

PAGES = Path("documents/filings/MGMRESORTS_2022Q4_EARNINGS.pdf")


def test_stopping_the_worker_does_not_fail_the_document_in_hand(shared: Path) -> None:
    """The request to stop is raised inside the reader; it used to count as a failure of the document."""
    file = shared / PAGES
    store = MemoryStore()
    status = file.stat()

    def stop(_: float) -> None:
        raise _Stopped

    task = Task(path=str(file), root=str(file), size=status.st_size, mtime_ns=status.st_mtime_ns)
    with store.writer() as writer, pytest.raises(_Stopped):
        Ingest(store).bring_in(writer, task, stop)
    assert store.documents() == []
