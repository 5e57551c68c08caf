"""The documents of the desk while they are indexed: updates at a bounded rate, and errors."""

import asyncio
from collections.abc import AsyncGenerator, Collection, Sequence
from pathlib import Path

import pytest
from tests.support.desk import Folder

from bookwheel.assistant.documents.indexer import Indexer
from bookwheel.assistant.updates import LibraryChanged
from bookwheel.engine.events.run_events import Coverage
from bookwheel.engine.index.folder_watch import Changes
from bookwheel.engine.index.library import Library
from bookwheel.engine.index.progress import FileRemoved, FileState, IngestDone, IngestProgress, IngestUpdate, LeftOut
from bookwheel.errors import StoreError


class Busy(Folder):
    """Indexes many files at once, then fails with the given error."""

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


SAVED = Changes(frozenset(["/papers/wheel.txt"]))


class Followed(Folder):
    """Reports that one file was saved: by the system (`told`) and on request (`just_saved`)."""

    def __init__(self) -> None:
        super().__init__("/papers/wheel.txt")
        self.told = asyncio.Queue[Changes]()
        self.just_saved = SAVED
        self.is_asked_in_vain = False
        self.looks: asyncio.Queue[Collection[str] | None] = asyncio.Queue()
        self.may_end = asyncio.Semaphore(0)

    def watch(self, roots: Sequence[Path]) -> "Followed":
        return self

    async def changes(self) -> AsyncGenerator[Changes, None]:
        while True:
            yield await self.told.get()

    async def now(self) -> Changes:
        if self.is_asked_in_vain:
            await asyncio.Event().wait()
        return self.just_saved

    async def refresh(
        self, roots: Sequence[Path], paths: Collection[str] | None = None
    ) -> AsyncGenerator[IngestUpdate, None]:
        self.looks.put_nowait(paths)
        await self.may_end.acquire()
        for nothing in ():
            yield nothing


class WithLongPdf(Folder):
    """Has indexed a note, and reads a long PDF until `may_end` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.may_end = asyncio.Event()

    async def refresh(self, roots: Sequence[Path]) -> AsyncGenerator[IngestUpdate, None]:
        yield FileState(path="/manual.pdf", root="/", status="waiting", size=2_000_000)
        yield FileState(path="/note.md", root="/", status="indexed", size=900)
        yield FileState(path="/manual.pdf", root="/", status="indexing", size=2_000_000)
        await self.may_end.wait()


class Reported(Folder):
    """Says that all files are read, and ends later."""

    async def refresh(self, roots: Sequence[Path]) -> AsyncGenerator[IngestUpdate, None]:
        yield FileState(path="/note.md", root="/", status="indexed", size=900)
        yield IngestProgress(1, 1, 900, 900)
        yield IngestDone(1, 0, 0, 0, 0, 1, 0.1)
        await asyncio.sleep(0)


@pytest.mark.parametrize("pause_s", [0.0, 1e9])
async def test_after_each_state_that_says_indexing_comes_one_that_does_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, pause_s: float
) -> None:
    monkeypatch.setattr("bookwheel.assistant.documents.indexer.PUBLISH_EVERY_S", pause_s)
    told: list[LibraryChanged] = []
    indexer = Indexer(Reported(), told.append)
    await indexer.set_roots([tmp_path])
    await indexer.wait_done()
    assert [state.is_indexing for state in told][:1] == [True]
    assert not told[-1].is_indexing
    assert [file.path for file in told[-1].files] == ["/note.md"]
    await indexer.stop()


async def test_a_question_does_not_wait_for_a_long_pdf_beside_notes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("bookwheel.assistant.documents.indexer._GRACE_S", 1e9)
    indexer = Indexer(WithLongPdf(), lambda state: None)
    await indexer.set_roots([tmp_path])
    try:
        await asyncio.wait_for(indexer.wait_searchable(), 20)
        assert indexer.coverage() == Coverage(indexed=1, total=2)
    finally:
        await indexer.stop()


async def test_a_question_after_a_save_does_not_wait_for_the_pause_between_scans(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The running scan had passed the file already, and the question did not wait for the next one."""
    monkeypatch.setattr("bookwheel.assistant.documents.indexer._PAUSE_FACTOR", 1e9)
    library = Followed()
    indexer = Indexer(library, lambda state: None, follows_disk=True)
    await indexer.set_roots([tmp_path])
    assert await library.looks.get() is None
    library.may_end.release()
    library.told.put_nowait(SAVED)
    await library.looks.get()
    library.told.put_nowait(SAVED)  # the second scan of the same file is followed by a pause
    library.may_end.release()
    await library.looks.get()
    async with asyncio.TaskGroup() as tasks:
        question = tasks.create_task(indexer.wait_searchable())
        while not indexer._pending:
            await asyncio.sleep(0)
        library.may_end.release()
        assert await asyncio.wait_for(library.looks.get(), 10) == SAVED.paths
        assert not question.done()
        library.may_end.release()
    await indexer.stop()


async def test_a_changed_file_does_not_count_as_searchable_before_it_is_read_again(
    tmp_path: Path,
) -> None:
    """On a busy machine a question was answered from the old text without saying that indexing goes on."""
    library = Followed()
    indexer = Indexer(library, lambda state: None, follows_disk=True)
    await indexer.set_roots([tmp_path])
    await library.looks.get()
    library.may_end.release()
    await indexer.wait_done()
    assert indexer.coverage() is None
    library.told.put_nowait(SAVED)
    await library.looks.get()
    assert indexer.coverage() == Coverage(indexed=0, total=1, changed=1)
    library.may_end.release()
    await indexer.wait_done()
    assert indexer.coverage() is None
    await indexer.stop()


async def test_changes_reported_to_a_cancelled_question_are_still_indexed(tmp_path: Path) -> None:
    """The system reports each change once: changes reported to a cancelled question were never indexed."""
    library = Followed()
    indexer = Indexer(library, lambda state: None, follows_disk=True)
    await indexer.set_roots([tmp_path])
    await library.looks.get()
    library.may_end.release()
    await indexer.wait_done()
    library.is_asked_in_vain = True
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(indexer.wait_searchable(), 0.01)
    assert await asyncio.wait_for(library.looks.get(), 10) is None
    await indexer.stop()


async def test_thousands_of_files_are_published_sorted_in_few_updates(tmp_path: Path) -> None:
    told: list[LibraryChanged] = []
    indexer = Indexer(Busy(5_000), told.append)
    await indexer.set_roots([tmp_path])
    await indexer.wait_done()
    assert len(told) < 50
    assert [file.path for file in told[-1].files] == [f"/{number:05}" for number in range(2, 5_001)]
    assert told[-1].progress is None
    assert not indexer.is_indexing


@pytest.mark.parametrize("error", [StoreError("The index is full.", hint="Make room."), ValueError("bug")])
async def test_an_index_that_cannot_be_written_says_so(tmp_path: Path, error: Exception) -> None:
    told: list[LibraryChanged] = []
    indexer = Indexer(Busy(3, error), told.append)
    await indexer.set_roots([tmp_path])
    await indexer.wait_done()
    assert str(error) in told[-1].error
    assert len(told[-1].files) == 2


class FullDisk(Folder):
    """Lists three files, and has room for the first."""

    async def refresh(self, roots: Sequence[Path]) -> AsyncGenerator[IngestUpdate, None]:
        for name in ("/0", "/1", "/2"):
            yield FileState(path=name, root="/", status="waiting")
        yield FileState(path="/0", root="/", status="indexed")
        raise StoreError("The disk is full.")


async def test_answers_from_a_part_are_called_so_after_the_disk_was_full(tmp_path: Path) -> None:
    """A refusal read as if all documents had been searched."""
    indexer = Indexer(FullDisk(), lambda _: None)
    await indexer.set_roots([tmp_path])
    await indexer.wait_done()
    assert not indexer.is_indexing
    assert indexer.coverage() == Coverage(indexed=1, total=3)


async def test_nothing_is_indexed_without_documents() -> None:
    told: list[LibraryChanged] = []
    indexer = Indexer(Busy(3), told.append)
    await indexer.set_roots([])
    await indexer.wait_searchable()
    assert told[-1].files == ()


async def test_a_file_found_to_be_binary_is_left_out_and_not_queued(tmp_path: Path) -> None:
    """Only reading shows that a `.txt` holds NULs: until then it is among the documents, and it used to stay there."""
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "notes.txt").write_text("Sliding windows are cheaper.")
    (documents / "picture.txt").write_bytes(b"abc\x00def")
    told: list[LibraryChanged] = []
    indexer = Indexer(Library(tmp_path / "index"), told.append)
    await indexer.set_roots([documents])
    await indexer.wait_done()
    assert [Path(file.path).name for file in told[-1].files] == ["notes.txt"]
    assert [Path(item.path).name for item in told[-1].left_out] == ["picture.txt"]


class Listed(Folder):
    """Lists its files, then indexes them, as the library does."""

    async def refresh(self, roots: Sequence[Path]) -> AsyncGenerator[IngestUpdate, None]:
        names = [f"/{number}" for number in range(3)]
        for name in names:
            yield FileState(path=name, root="/", status="waiting")
        yield IngestProgress(0, len(names), 0, 0)
        for name in names:
            yield FileState(path=name, root="/", status="indexed")


async def test_a_new_folder_is_not_shown_before_all_its_files_are_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of two thousand files was shown as the whole folder for a moment."""
    monkeypatch.setattr("bookwheel.assistant.documents.indexer.PUBLISH_EVERY_S", 0.0)
    monkeypatch.setattr("bookwheel.assistant.documents.indexer._PUBLISHING_COST_S", 0.0)
    states: list[LibraryChanged] = []
    indexer = Indexer(Listed(), states.append)
    await indexer.set_roots([tmp_path])
    await indexer.wait_done()
    assert {len(state.files) for state in states if state.is_loading} == {0}
    assert next(len(state.files) for state in states if not state.is_loading) == 3
    assert [state.is_checking for state in states if not state.is_loading] == [False] * (len(states) - 1)
    assert states[0].is_checking
    assert not states[-1].is_indexing
