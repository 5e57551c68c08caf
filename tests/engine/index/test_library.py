"""The library: the updates of a refresh, of a second one, and searches in between."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import aclosing
from pathlib import Path

import pytest
from tests.support.sample_files import odt_members, zip_of

from bookwheel.engine.index.library import Library
from bookwheel.engine.index.parse_limits import ParseLimits
from bookwheel.engine.index.progress import (
    FileRemoved,
    FileState,
    IngestDone,
    IngestProgress,
    IngestUpdate,
    LeftOut,
)
from bookwheel.errors import DocumentError, StoreError

REPO = Path(__file__).parents[3]


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    folder = tmp_path / "desk"
    folder.mkdir()
    (folder / "wheel.md").write_text("# Wheel\n\nThe wheel turns slowly.\n")
    (folder / "notes.txt").write_text("Plain notes about Ramelli.\n")
    return folder


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "index")


async def refresh(library: Library, *roots: Path) -> list[IngestUpdate]:
    return [update async for update in library.refresh(roots)]


def done(updates: Sequence[IngestUpdate]) -> IngestDone:
    assert isinstance(updates[-1], IngestDone)
    return updates[-1]


def last_states(updates: Sequence[IngestUpdate]) -> dict[str, FileState]:
    return {Path(update.path).name: update for update in updates if isinstance(update, FileState)}


def reasons(updates: Sequence[IngestUpdate]) -> dict[str, str]:
    return {name: state.reason for name, state in last_states(updates).items() if state.status == "failed"}


async def found(library: Library, question: str, *roots: Path) -> list[str]:
    nodes = await library.retriever(roots).aretrieve(question)
    return [Path(node.node.path or "").name for node in nodes]


async def test_a_refresh_reports_each_file_until_it_is_searchable(library: Library, desk: Path) -> None:
    updates = await refresh(library, desk)
    states = [(Path(update.path).name, update.status) for update in updates if isinstance(update, FileState)]
    assert states == [
        ("notes.txt", "waiting"),
        ("wheel.md", "waiting"),
        ("notes.txt", "indexed"),
        ("wheel.md", "indexed"),
    ]
    progress = [update for update in updates if isinstance(update, IngestProgress)]
    assert (progress[0].files_done, progress[-1].files_done, progress[-1].files_total) == (0, 2, 2)
    assert progress[-1].bytes_done == progress[-1].bytes_total
    assert (done(updates).indexed, done(updates).passages, done(updates).failed) == (2, 2, 0)
    assert await found(library, "How does the wheel turn?", desk) == ["wheel.md"]
    assert [(state.title, state.root) for state in await library.afiles([desk])] == [
        (None, str(desk)),
        ("Wheel", str(desk)),
    ]
    document = await library.adocument(desk / "wheel.md")
    assert document.text == (desk / "wheel.md").read_text("utf-8", errors="replace")
    await library.aclose()


async def test_an_unchanged_desk_needs_no_worker(library: Library, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await refresh(library, desk)
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    updates = await refresh(library, desk)
    assert [type(update) for update in updates] == [IngestDone]
    assert (done(updates).unchanged, done(updates).passages) == (2, 2)
    text = (desk / "wheel.md").read_text()
    [passage] = await asyncio.to_thread(library.passages, desk / "wheel.md")
    assert text[passage.start : passage.end].strip() == text.strip()
    assert (passage.tokens > 5, passage.has_vector) == (True, None)
    assert await asyncio.to_thread(library.passages, desk / "absent.md") == []


async def test_changes_are_followed_by_size_time_and_content(library: Library, desk: Path) -> None:
    (desk / "gone.txt").write_text("Soon to be gone.")
    (desk / "same.txt").write_text("The same as ever.")
    await refresh(library, desk)
    (desk / "wheel.md").write_text("# Wheel\n\nThe spindle spins now.\n")
    (desk / "gone.txt").unlink()
    os.utime(desk / "same.txt", (1, 1))
    updates = await refresh(library, desk)
    end = done(updates)
    assert (end.indexed, end.unchanged, end.removed) == (1, 2, 1)
    assert FileRemoved(str(desk / "gone.txt")) in updates
    assert await found(library, "spindle", desk) == ["wheel.md"]
    assert await found(library, "gone", desk) == []
    assert done(await refresh(library, desk)).unchanged == 3


async def test_desks_share_one_index_and_see_their_own_part(library: Library, tmp_path: Path, desk: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "wheel.txt").write_text("Another wheel.")
    await refresh(library, desk)
    await refresh(library, other)
    assert await found(library, "wheel", desk) == ["wheel.md"]
    assert await found(library, "wheel", other / "wheel.txt") == ["wheel.txt"]
    assert sorted(await found(library, "wheel", desk, other)) == ["wheel.md", "wheel.txt"]
    assert await found(library, "wheel") == []


async def test_a_hidden_folder_that_was_named_stays_when_the_folder_above_is_refreshed(
    library: Library, desk: Path
) -> None:
    hidden = desk / ".private"
    hidden.mkdir()
    (hidden / "diary.txt").write_text("A secret spindle.")
    await refresh(library, hidden)
    assert done(await refresh(library, desk)).removed == 0
    assert await found(library, "spindle", hidden) == ["diary.txt"]
    (hidden / "diary.txt").unlink()
    assert done(await refresh(library, desk)).removed == 1


@pytest.mark.fault("D12", "D15")
async def test_bad_files_have_a_reason_and_the_others_are_indexed(
    library: Library, desk: Path, pdf: Callable[..., bytes]
) -> None:
    (desk / "broken.pdf").write_bytes(pdf(["text"])[:100])
    (desk / "scan.pdf").write_bytes(pdf([]))
    (desk / "zero.txt").touch()
    (desk / "nul.txt").write_bytes(b"abc\0def")
    (desk / "late-nul.txt").write_bytes(b"abc\n" * 4_000 + b"\0")
    (desk / "latin.txt").write_bytes("Das Rad dreht sich für alle Bücher.".encode("cp1252"))
    (desk / "cut.txt").write_bytes("Ein größeres Rad für schöne Bücher ".encode() + b"\xc3(")
    (desk / "esc\x1b[31m\n.txt").write_text("odd spindle")
    (desk / os.fsdecode(b"\xff.txt")).write_text("odd spindle too")
    updates = await refresh(library, desk, desk / "missing.txt")
    assert reasons(updates) == {
        "broken.pdf": "the PDF is broken and cannot be opened",
        "scan.pdf": "no text found on its one page (a scan?)",
        "late-nul.txt": "it is not text: it holds NUL or other control characters",
        "missing.txt": "there is no such file or folder",
    }
    left_out = {Path(update.path).name: update.reason for update in updates if isinstance(update, LeftOut)}
    assert left_out == {"zero.txt": "empty", "nul.txt": "binary"}
    assert {Path(row.path).name for row in await library.aleft_out([desk])} == set(left_out)
    assert len(await found(library, "spindle", desk)) == 2
    document = await library.adocument(desk / "cut.txt")
    assert document.text == (desk / "cut.txt").read_text("utf-8", errors="replace")
    assert done(await refresh(library, desk)).indexed == 0


async def test_a_document_that_is_not_in_the_index_is_an_error_with_its_name(library: Library, desk: Path) -> None:
    with pytest.raises(DocumentError, match=r"wheel\.md is not in the index"):
        await library.adocument(desk / "wheel.md")


PLUGIN = """
import os, signal, time
from bookwheel.engine.index.readers.reader import made_document

def read(source):
    match source.data.decode().split():
        case ["crash"]: os.kill(os.getpid(), signal.SIGSEGV)
        case ["spin"]:
            while True: pass
        case ["hang"]: time.sleep(600)
        case ["eat"]:
            hoard = []
            while True: hoard.append(bytearray(20_000_000))
        case ["raise"]: raise ZeroDivisionError("odd")
        case ["exit"]: os._exit(3)
        case ["thread"] if not os.path.exists(source.path + ".roomy"):
            raise RuntimeError("unable to start watchdog thread")
        case ["environment"]: return made_document(source, " ".join(map("=".join, os.environ.items())))
    return made_document(source, source.data.decode())
"""


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader for `.odd` files from another package, which does what the file says."""
    site = tmp_path / "site"
    info = site / "oddreader-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: oddreader\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[bookwheel.readers]\n.odd = oddreader:read\n")
    (site / "oddreader.py").write_text(PLUGIN)
    monkeypatch.setenv("PYTHONPATH", str(site))


@pytest.mark.fault("P9")
@pytest.mark.usefixtures("plugin")
async def test_a_file_that_kills_or_hangs_the_reader_fails_without_the_others(tmp_path: Path, desk: Path) -> None:
    for what in ("crash", "spin", "hang", "eat", "raise", "exit", "good"):
        (desk / f"{what}.odd").write_text(what)
    (desk / "spin.odd").write_text("spin".ljust(1_000_000))  # of a megabyte: one second more
    library = Library(tmp_path / "index", limits=ParseLimits(cpu_seconds=1, wall_seconds=4, memory_bytes=200_000_000))
    updates = await refresh(library, desk)
    told = reasons(updates)
    # A busy machine may not give it its two seconds of computing in that time.
    assert told.pop("spin.odd") in (
        "reading it took more than 2 seconds of computing",
        "reading it took longer than 8 seconds",
    )
    assert told == {
        "crash.odd": "it crashes the reader",
        "hang.odd": "reading it took longer than 4 seconds",
        "eat.odd": "reading it takes too much memory",
        "raise.odd": "the .odd reader of the package oddreader failed on it (ZeroDivisionError: odd)",
        "exit.odd": "the indexing process ended while reading it (code 3)",
    }
    assert (done(updates).indexed, done(updates).failed) == (3, 6)
    assert await found(library, "good", desk) == ["good.odd"]
    assert done(await refresh(library, desk)).indexed == 0


@pytest.mark.fault("P9")
@pytest.mark.usefixtures("plugin")
async def test_a_file_for_which_the_system_had_no_thread_is_read_again(library: Library, desk: Path) -> None:
    (desk / "a.odd").write_text("thread")
    told = reasons(await refresh(library, desk))
    assert told["a.odd"].startswith("it cannot be read now: The system refuses another thread.")
    (desk / "a.odd.roomy").touch()
    assert done(await refresh(library, desk)).indexed == 1


@pytest.mark.fault("K6")
@pytest.mark.usefixtures("plugin")
async def test_the_worker_has_no_key_in_its_environment(
    library: Library, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary")
    (desk / "env.odd").write_text("environment")
    await refresh(library, desk)
    document = await library.adocument(desk / "env.odd")
    assert "PATH=" in document.text
    assert "canary" not in document.text


@pytest.mark.fault("I7")
async def test_nothing_is_imported_from_the_working_directory(
    library: Library, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (desk / "tantivy.py").write_text("raise SystemExit('loaded from the document folder')\n")
    monkeypatch.chdir(desk)
    assert done(await refresh(library, desk)).indexed == 3


async def test_closing_a_refresh_early_ends_the_worker_and_keeps_finished_work(library: Library, desk: Path) -> None:
    for number in range(400):
        (desk / f"{number:03}.txt").write_text(f"Number {number} of many wheels. " * 400)
    async with aclosing(library.refresh([desk])) as updates:
        async for update in updates:
            if isinstance(update, IngestProgress) and update.files_done:
                break
    assert not worker_processes()
    indexed = len(await library.afiles([desk]))
    assert indexed > 0
    end = done(await refresh(library, desk))
    assert (end.indexed + end.unchanged, end.unchanged >= indexed) == (402, True)


async def test_a_cancelled_refresh_ends_the_worker(library: Library, desk: Path) -> None:
    for number in range(400):
        (desk / f"{number:03}.txt").write_text(f"Number {number} of many wheels. " * 400)
    started = asyncio.Event()

    async def run() -> None:
        async for update in library.refresh([desk]):
            if isinstance(update, IngestProgress):
                started.set()

    async with asyncio.TaskGroup() as group:
        task = group.create_task(run())
        await started.wait()
        task.cancel()
    assert not worker_processes()
    assert done(await refresh(library, desk)).failed == 0


@pytest.mark.fault("D13")
async def test_indexing_killed_at_any_moment_continues_without_duplicates(library: Library, desk: Path) -> None:
    for number in range(120):
        (desk / f"{number:03}.txt").write_text(f"Wheel number {number} turns on its axle. " * 1_500)
    for round_number in range(6):
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.index_once", library.location, str(desk)],
            stdout=subprocess.PIPE,
            cwd=REPO,
        )
        assert process.stdout is not None
        for _ in range(round_number * 25):
            assert process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert done(await refresh(library, desk)).failed == 0
    files = await library.afiles([desk])
    assert [Path(state.path).name for state in files] == sorted(path.name for path in desk.iterdir())
    nodes = await library.retriever([desk], similarity_top_k=5).aretrieve("wheel number 77")
    assert nodes[0].node.path == str(desk / "077.txt")
    passages = await library.retriever([desk / "077.txt"], similarity_top_k=1_000).aretrieve("wheel")
    assert len({node.node_id for node in passages}) == len(passages)


@pytest.mark.fault("S18")
async def test_two_processes_share_one_index(library: Library, desk: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    for folder in (desk, other):
        for number in range(60):
            (folder / f"{number:03}.txt").write_text(f"{folder.name} wheel {number}. " * 2_000)
    again = Library(library.location)
    first, second = await asyncio.gather(refresh(library, desk), refresh(again, other, desk))
    assert done(first).failed == done(second).failed == 0
    assert len(await library.afiles([desk, other])) == 122
    assert done(first).indexed + done(second).indexed == 122  # each file once


async def test_a_damaged_index_is_built_anew(library: Library, desk: Path) -> None:
    await refresh(library, desk)
    await library.aclose()
    (Path(library.location) / "library.sqlite3").write_bytes(b"garbage" * 1_000)
    with pytest.raises(StoreError, match="damaged"):
        await found(library, "wheel", desk)
    assert done(await refresh(library, desk)).indexed == 2
    assert await found(library, "wheel", desk) == ["wheel.md"]


async def test_small_files_are_found_while_a_long_one_is_read(library: Library, desk: Path) -> None:
    (desk / "a long one.txt").write_text("The long story goes on. " * 100_000)
    indexed: list[str] = []
    async with aclosing(library.refresh([desk])) as updates:
        async for update in updates:
            if isinstance(update, FileState) and update.status == "indexed":
                indexed.append(Path(update.path).name)
            if len(indexed) == 2:
                break
        assert indexed == ["notes.txt", "wheel.md"]
        assert await found(library, "wheel", desk) == ["wheel.md"]


async def test_a_large_file_is_reported_when_its_reader_begins(library: Library, desk: Path) -> None:
    """Few readers tell how far they are: a table of 48 MB looked for half a minute as if it had not been begun."""
    (desk / "large.odt").write_bytes(zip_of({**odt_members(), "Pictures/wheel.bin": os.urandom(120_000)}))

    async def states() -> list[str]:
        updates = await refresh(library, desk)
        return [u.status for u in updates if isinstance(u, FileState) and u.path.endswith("large.odt")]

    assert await states() == ["waiting", "indexing", "indexed"]
    assert "indexing" not in await states()


@pytest.mark.fault("S19")
@pytest.mark.parametrize("at", [0.05, 0.3, 0.5, 0.7, 0.9])
async def test_an_index_that_was_overwritten_in_part_is_rebuilt(library: Library, desk: Path, at: float) -> None:
    """Its header is in order, so only a read of the damaged page meets the damage."""
    for number in range(30):
        (desk / f"note{number}.txt").write_text(f"Note {number} about the wheel. " * 300)
    await refresh(library, desk)
    await library.aclose()
    path = Path(library.location) / "library.sqlite3"
    data = bytearray(path.read_bytes())
    start = int(len(data) * at)
    data[start : start + 9_000] = os.urandom(9_000)
    path.write_bytes(data)

    library = Library(library.location)
    for _ in range(2):
        with contextlib.suppress(StoreError):  # a search that meets the damage fails once
            await found(library, "wheel turns slowly", desk)
        await refresh(library, desk)
    assert (await found(library, "wheel turns slowly", desk))[0] == "wheel.md"
    assert all(state.status == "indexed" for state in await library.afiles([desk]))
    await library.aclose()


async def test_a_check_finds_damage_and_the_next_refresh_says_that_it_rebuilt(library: Library, desk: Path) -> None:
    await refresh(library, desk)
    assert await asyncio.to_thread(library.damage) == ""
    await library.aclose()
    path = Path(library.location) / "library.sqlite3"
    data = bytearray(path.read_bytes())
    data[4096 : 4096 * 3] = b"\xff" * 4096 * 2
    path.write_bytes(data)
    library = Library(library.location)
    assert await asyncio.to_thread(library.damage)
    assert "is damaged" in done(await refresh(library, desk)).damage
    assert await asyncio.to_thread(library.damage) == done(await refresh(library, desk)).damage == ""
    assert path.with_name("library.sqlite3.damaged").exists()
    await library.aclose()


async def test_a_folder_that_cannot_be_written_is_one_clear_error(tmp_path: Path, desk: Path) -> None:
    (tmp_path / "file").touch()
    library = Library(tmp_path / "file" / "index")
    with pytest.raises(StoreError, match="cannot be made") as caught:
        await refresh(library, desk)
    assert "BOOKWHEEL_DATA_DIR" in caught.value.hint


@pytest.mark.fault("P11")
async def test_a_worker_that_cannot_start_is_one_clear_error(
    library: Library, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(StoreError, match="cannot be started"):
        await refresh(library, desk)


async def test_a_thousand_unchanged_files_are_checked_fast(library: Library, desk: Path) -> None:
    for number in range(1_000):
        (desk / f"{number:04}.txt").write_text(f"Wheel {number}.")
    await refresh(library, desk)
    seconds = min([done(await refresh(library, desk)).seconds for _ in range(5)])
    assert seconds < 0.2


def worker_processes() -> list[str]:
    """The workers that this process has."""
    here = str(os.getpid())
    found: list[str] = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            parent = (process / "stat").read_text().rpartition(")")[2].split()[1]
            command = (process / "cmdline").read_text()
        except OSError:
            continue
        if parent == here and "index.worker" in command:
            found.append(command)
    return found
