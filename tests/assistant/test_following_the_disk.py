"""The desk while its files change: what is saved, moved and deleted is seen as it happens, and a question sees it."""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from tests.support.patience import busy_factor

from bookwheel.assistant.documents.indexer import Indexer
from bookwheel.assistant.updates import LibraryChanged
from bookwheel.engine.events.run_events import Coverage
from bookwheel.engine.index.library import Library
from bookwheel.engine.index.progress import FileState

PATIENCE_S = 50 * busy_factor()
REPO = Path(__file__).resolve().parents[2]


class Desk:
    """A desk on a real folder, with the updates that it sent."""

    def __init__(self, folder: Path, index: Path) -> None:
        self.folder = folder
        self.library = Library(index)
        self.told: list[LibraryChanged] = []
        self.indexer = Indexer(self.library, self._tell, follows_disk=True)

    def _tell(self, state: LibraryChanged) -> None:
        self.told.append(state)

    async def until(self, fits: Callable[[LibraryChanged], bool]) -> LibraryChanged:
        """The first state that fits, from now on."""
        async with asyncio.timeout(PATIENCE_S):
            while not fits(self.indexer.state):
                await asyncio.sleep(0.01)
        return self.indexer.state

    @property
    def files(self) -> tuple[FileState, ...]:
        return self.indexer.state.files

    @property
    def is_resting(self) -> bool:
        return bool(self.indexer._pending) and not self.indexer.is_indexing

    async def found(self, question: str) -> set[str]:
        nodes = await self.library.retriever([self.folder]).aretrieve(question)
        return {Path(node.node.path or "").name for node in nodes}

    async def until_found(self, question: str, names: set[str]) -> None:
        """Wait until these files answer a question, however late the change is noticed."""
        async with asyncio.timeout(PATIENCE_S):
            while await self.found(question) != names:
                await asyncio.sleep(0.05)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    folder = tmp_path / "desk"
    folder.mkdir()
    (folder / "wheel.txt").write_text("The wheel turns slowly.")
    (folder / "notes.txt").write_text("Plain notes about Ramelli.")
    desk = Desk(folder, tmp_path / "index")
    await desk.indexer.set_roots([folder])
    await followed(desk)
    yield desk
    await desk.indexer.stop()
    await desk.library.aclose()


async def followed(desk: Desk) -> None:
    """Wait until the system reports changes: files saved before are found by the scan that follows."""
    async with asyncio.timeout(PATIENCE_S):
        while desk.indexer._disk_watch._watch is None or await desk.indexer._disk_watch._watch.now() is None:
            await asyncio.sleep(0.01)
    await desk.indexer.wait_done()


def states(state: LibraryChanged) -> dict[str, str]:
    return {Path(file.path).name: file.status for file in state.files}


async def test_files_are_seen_as_they_are_saved_moved_and_deleted(desk: Desk) -> None:
    (desk.folder / "new.txt").write_text("A spindle.")
    await desk.until(lambda state: states(state).get("new.txt") == "indexed")
    assert await desk.found("spindle") == {"new.txt"}

    os.rename(desk.folder / "new.txt", desk.folder / "moved.txt")
    await desk.until(lambda state: states(state) == dict.fromkeys(("moved.txt", "notes.txt", "wheel.txt"), "indexed"))
    assert await desk.found("spindle") == {"moved.txt"}

    (desk.folder / ".moved.txt.swp").write_text("A ratchet that clicks.")
    os.replace(desk.folder / ".moved.txt.swp", desk.folder / "moved.txt")  # as editors save
    await desk.until(lambda state: (22, "indexed") in {(file.size, file.status) for file in state.files})
    assert (await desk.found("ratchet"), await desk.found("spindle")) == ({"moved.txt"}, set())

    (desk.folder / "moved.txt").unlink()
    await desk.until(lambda state: "moved.txt" not in states(state))
    assert await desk.found("ratchet") == set()


async def test_folders_are_seen_with_all_their_files(desk: Desk) -> None:
    (desk.folder / "deep/er").mkdir(parents=True)
    (desk.folder / "deep/er/axle.txt").write_text("An axle.")
    await desk.until(lambda state: states(state).get("axle.txt") == "indexed")
    (desk.folder / "deep/er/hub.txt").write_text("A hub.")
    await desk.until(lambda state: states(state).get("hub.txt") == "indexed")
    os.rename(desk.folder / "deep", desk.folder / "deeper")
    await desk.until(lambda state: str(desk.folder / "deeper/er/hub.txt") in {file.path for file in state.files})
    shutil.rmtree(desk.folder / "deeper")
    await desk.until(lambda state: set(states(state)) == {"notes.txt", "wheel.txt"})


async def test_a_new_rule_leaves_files_out_and_a_dropped_one_brings_them_back(desk: Desk) -> None:
    (desk.folder / ".gitignore").write_text("notes.*\n")
    state = await desk.until(lambda state: set(states(state)) == {"wheel.txt"})
    assert ("notes.txt", "ignored") in {(Path(left.path).name, left.reason) for left in state.left_out}
    (desk.folder / ".gitignore").unlink()
    await desk.until(lambda state: states(state) == {"notes.txt": "indexed", "wheel.txt": "indexed"})


async def test_a_file_that_becomes_left_out_has_its_reason(desk: Desk) -> None:
    (desk.folder / "wheel.txt").write_bytes(b"")
    state = await desk.until(lambda state: set(states(state)) == {"notes.txt"})
    assert [(Path(left.path).name, left.reason) for left in state.left_out] == [("wheel.txt", "empty")]
    (desk.folder / "wheel.txt").unlink()
    await desk.until(lambda state: not state.left_out)


@pytest.mark.timeout(120)
async def test_a_checkout_of_two_thousand_files_takes_few_scans(desk: Desk) -> None:
    def write() -> None:
        for number in range(2_000):
            (desk.folder / f"{number}.txt").write_text(f"Number {number}.")

    looks = len(desk.told)
    await asyncio.to_thread(write)
    state = await desk.until(lambda state: len(state.files) == 2_002 and set(states(state).values()) == {"indexed"})
    assert state.error == ""
    assert len(desk.told) - looks < 300  # ten a second at most, however many files


async def test_a_question_right_after_a_save_finds_the_new_text_or_reports_indexing(desk: Desk) -> None:
    for number in range(3):
        (desk.folder / "wheel.txt").write_text(f"The wheel is worth {number} florins.")
        await desk.indexer.wait_searchable()
        if (coverage := desk.indexer.coverage()) is not None:  # a busy machine
            assert coverage == Coverage(indexed=1, total=2, changed=1)
            await desk.indexer.wait_done()
        assert await desk.found(f"florins {number}") == {"wheel.txt"}
        text = (await desk.library.adocument(desk.folder / "wheel.txt")).text
        assert f"{number} florins" in text


async def test_without_changes_no_update_is_sent_and_no_process_started(desk: Desk) -> None:
    told = len(desk.told)
    for name in ("wheel.txt", "notes.txt"):
        (desk.folder / name).read_text()
    (desk.folder / ".hidden").write_text("not for the desk")
    await desk.indexer.wait_searchable()
    assert not desk.indexer.is_indexing
    assert len(desk.told) == told


async def test_other_roots_are_watched_instead_of_the_former_ones(desk: Desk, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "hub.txt").write_text("A hub.")
    await desk.indexer.set_roots([other])
    await followed(desk)
    (desk.folder / "wheel.txt").write_text("No longer on the desk.")
    (other / "axle.txt").write_text("An axle.")
    await desk.until(lambda state: states(state) == {"axle.txt": "indexed", "hub.txt": "indexed"})


async def test_a_single_file_is_watched_through_every_way_of_saving(desk: Desk) -> None:
    one = desk.folder / "wheel.txt"
    await desk.indexer.set_roots([one])
    await followed(desk)
    (desk.folder / "other.txt").write_text("Not on the desk.")
    one.write_text("The wheel spins.")
    await desk.until_found("spins", {"wheel.txt"})
    os.rename(one, desk.folder / "wheel.txt~")
    await desk.until(lambda state: not states(state))
    one.write_text("The wheel whirls.")
    await desk.until(lambda state: states(state) == {"wheel.txt": "indexed"})


UNWATCHED = """
import asyncio, sys
from pathlib import Path
from tests.assistant.test_following_the_disk import Desk

async def main():
    folder, index = map(Path, sys.argv[1:])
    desk = Desk(folder, index)
    await desk.indexer.set_roots([folder])
    await desk.until(lambda state: bool(state.note))
    print(desk.indexer.state.note)
    (folder / "wheel.txt").write_text("A spindle.")
    await desk.indexer.wait_searchable()
    await desk.indexer.wait_done()  # a busy machine
    print(*await desk.found("spindle"))
    await desk.indexer.stop()
    await desk.library.aclose()

asyncio.run(main())
"""


@pytest.mark.parametrize("limit", ["max_inotify_watches", "max_inotify_instances"])
def test_without_free_watches_questions_scan_the_disk_and_a_note_says_so_once(tmp_path: Path, limit: str) -> None:
    """The limit is that of a user namespace of the test's own."""
    folder = tmp_path / "desk"
    for name in "abc":
        (folder / name).mkdir(parents=True)
    (folder / "notes.txt").write_text("Plain notes.")
    inside = f'echo 0 > /proc/sys/user/{limit} && exec "$@"'
    command = [
        "unshare",
        "-Ur",
        "sh",
        "-c",
        inside,
        "sh",
        sys.executable,
        "-c",
        UNWATCHED,
        str(folder),
        str(tmp_path / "index"),
    ]
    if not can_unshare():
        pytest.skip("no user namespace can be made here")
    done = subprocess.run(command, capture_output=True, text=True, cwd=REPO, timeout=PATIENCE_S)
    assert done.returncode == 0, done.stderr
    note, found = done.stdout.splitlines()
    assert note.startswith("Changed files are noticed only when you ask: the system's limit")
    assert found == "wheel.txt"


def can_unshare() -> bool:
    if shutil.which("unshare") is None:
        return False
    made = subprocess.run(["unshare", "-Ur", "cat", "/proc/sys/user/max_inotify_watches"], capture_output=True)
    return made.returncode == 0


async def test_a_file_that_is_written_all_the_time_is_read_with_pauses(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second scan of the same file is followed by a pause; a question does not wait for it."""
    monkeypatch.setattr("bookwheel.assistant.documents.indexer._SHORT_SCAN_S", 60.0)
    monkeypatch.setattr("bookwheel.assistant.documents.indexer._PAUSE_FACTOR", 1e9)
    log = desk.folder / "log.txt"
    for lines in range(1, 20):
        log.write_text("A line.\n" * lines)
        await desk.until(
            lambda _, size=8 * lines: desk.is_resting or (size, "indexed") in {(f.size, f.status) for f in desk.files}
        )
        if desk.is_resting:
            break
    assert desk.is_resting
    log.write_text("The last line.")
    await desk.indexer.wait_searchable()
    await desk.indexer.wait_done()
    assert await desk.found("last") == {"log.txt"}


async def test_a_folder_named_through_links_and_dots_is_watched(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(desk.folder)
    await desk.indexer.set_roots([tmp_path / "link" / ".." / "link"])
    await followed(desk)
    (desk.folder / "axle.txt").write_text("An axle.")
    await desk.until(lambda state: states(state).get("axle.txt") == "indexed")


async def test_a_folder_that_is_removed_and_restored_is_watched_again(desk: Desk, tmp_path: Path) -> None:
    os.rename(desk.folder, tmp_path / "elsewhere")
    state = await desk.until(lambda state: set(states(state).values()) <= {"failed"})
    assert [file.reason for file in state.files] == ["there is no such file or folder"]
    os.rename(tmp_path / "elsewhere", desk.folder)
    await desk.until(lambda state: states(state) == {"notes.txt": "indexed", "wheel.txt": "indexed"})
    (desk.folder / "axle.txt").write_text("An axle.")
    await desk.until(lambda state: states(state).get("axle.txt") == "indexed")
