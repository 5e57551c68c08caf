"""One file into a store, tried again when what it lacked is there."""

import sys
from pathlib import Path

import pytest
from tests.support import sample_files

from bookwheel.engine.index.file_task import Task
from bookwheel.engine.index.ingest import Ingest
from bookwheel.engine.stores.memory import MemoryStore


def test_a_file_without_its_extra_names_it_and_is_read_once_it_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its size and time have not changed when the extra is installed: it used to stay failed."""
    file = tmp_path / "notes.rtf"
    file.write_bytes(sample_files.rtf())
    status = file.stat()
    task = Task(path=str(file), root=str(tmp_path), size=status.st_size, mtime_ns=status.st_mtime_ns)
    store = MemoryStore()
    monkeypatch.setitem(sys.modules, "striprtf", None)  # how Python remembers that a package cannot be imported
    with store.writer() as writer:
        failed = Ingest(store).bring_in(writer, task)
    assert failed.outcome == "failed"
    assert "pip install 'bookwheel[office]'" in failed.reason
    monkeypatch.undo()
    with store.writer() as writer:
        assert Ingest(store).bring_in(writer, task).outcome == "indexed"
