"""The documents of the desk while they are indexed: told often enough, never too often, and what went wrong."""

from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

import pytest
from tests.support.desk import Folder

from bookwheel.assistant.library_watch import LibraryWatch
from bookwheel.assistant.updates import LibraryChanged
from bookwheel.engine.index.library import Library
from bookwheel.engine.index.progress import FileRemoved, FileState, IngestUpdate, LeftOut
from bookwheel.errors import StoreError


class Busy(Folder):
    """Indexes many files at once, then fails in the way that it was told."""

    def __init__(self, count: int, error: Exception | None = None) -> None:
        super().__init__()
        self._count = count
        self._error = error

    async def refresh(self, roots: Sequence[Path]) -> AsyncGenerator[IngestUpdate, None]:
        for number in range(self._count, 0, -1):
            yield FileState(path=f"/{number:05}", root="/", status="indexed")
        yield FileRemoved("/00001")
        yield LeftOut("/x.bin", "/", "binary")
        if self._error is not None:
            raise self._error


async def test_thousands_of_files_are_told_in_a_few_updates_sorted(tmp_path: Path) -> None:
    told: list[LibraryChanged] = []
    watch = LibraryWatch(Busy(5_000), told.append)
    await watch.set_roots([tmp_path])
    await watch.wait_done()
    assert len(told) < 50
    assert [file.path for file in told[-1].files] == [f"/{number:05}" for number in range(2, 5_001)]
    assert told[-1].progress is None
    assert not watch.is_indexing


@pytest.mark.parametrize("error", [StoreError("The index is full.", hint="Make room."), ValueError("bug")])
async def test_an_index_that_cannot_be_written_says_so(tmp_path: Path, error: Exception) -> None:
    told: list[LibraryChanged] = []
    watch = LibraryWatch(Busy(3, error), told.append)
    await watch.set_roots([tmp_path])
    await watch.wait_done()
    assert str(error) in told[-1].error
    assert len(told[-1].files) == 2


async def test_nothing_is_indexed_without_documents() -> None:
    told: list[LibraryChanged] = []
    watch = LibraryWatch(Busy(3), told.append)
    await watch.set_roots([])
    await watch.wait_searchable()
    assert told[-1].files == ()


async def test_a_file_that_turns_out_to_be_binary_is_left_out_and_no_longer_waits(tmp_path: Path) -> None:
    """Only reading tells that a `.txt` holds NULs: until then it was among the documents, and it used to stay there."""
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "notes.txt").write_text("Sliding windows are cheaper.")
    (documents / "picture.txt").write_bytes(b"abc\x00def")
    told: list[LibraryChanged] = []
    watch = LibraryWatch(Library(tmp_path / "index"), told.append)
    await watch.set_roots([documents])
    await watch.wait_done()
    assert [Path(file.path).name for file in told[-1].files] == ["notes.txt"]
    assert [Path(item.path).name for item in told[-1].left_out] == ["picture.txt"]
