"""Several processes on one index, and processes that die: nothing is lost or done twice, and no lock is seen."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bookwheel.engine.index.library import Library
from bookwheel.engine.index.progress import IngestDone, IngestProgress
from bookwheel.engine.stores.embedded.writer_lock import WriterLock

REPO = Path(__file__).resolve().parents[3]
READER = """
import os
from pathlib import Path
from bookwheel.engine.index.readers.reader import made_document

def read(source):
    log = os.open(Path(__file__).with_name("reads"), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(log, Path(source.path).name.encode() + b"\\n")
    os.close(log)
    return made_document(source, source.data.decode())
"""


@pytest.fixture
def reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A reader for `.counted` files that notes each file it reads in this one."""
    site = tmp_path / "site"
    info = site / "counting-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: counting\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[bookwheel.readers]\n.counted = counting:read\n")
    (site / "counting.py").write_text(READER)
    (site / "reads").touch()
    monkeypatch.setenv("PYTHONPATH", f"{site}{os.pathsep}{REPO}")
    return site / "reads"


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the index that `bookwheel` uses, too."""
    monkeypatch.setenv("BOOKWHEEL_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data" / "index"


@pytest.fixture
async def library(index: Path) -> AsyncIterator[Library]:
    library = Library(index)
    yield library
    await library.aclose()


@pytest.fixture
def started() -> Iterator[list[subprocess.Popen[str]]]:
    """Processes that the test started; none is left."""
    processes: list[subprocess.Popen[str]] = []
    yield processes
    for process in processes:
        kill(process)


def make_desk(folder: Path, count: int, repeats: int = 3_000) -> Path:
    folder.mkdir()
    for number in range(count):
        (folder / f"{number:03}.counted").write_text(f"{folder.name} wheel number {number}. " * repeats)
    return folder


def start(*arguments: str | Path) -> subprocess.Popen[str]:
    """A process, with the worker that it starts, in a new process group."""
    return subprocess.Popen(
        [sys.executable, "-m", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        cwd=REPO,
    )


def kill(process: subprocess.Popen[str]) -> None:
    """Kill a process and all that it started, at one moment."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


def worker_of(process: subprocess.Popen[str]) -> int | None:
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
            if parent == str(process.pid) and "index.worker" in (folder / "cmdline").read_text():
                return int(folder.name)
        except OSError:
            continue
    return None


async def finish(library: Library, *roots: Path) -> IngestDone:
    updates = [update async for update in library.refresh(roots)]
    assert isinstance(updates[-1], IngestDone)
    return updates[-1]


@pytest.mark.fault("S18")
@pytest.mark.timeout(120)
async def test_an_app_that_indexes_a_search_and_an_index_command_go_on_at_once(
    tmp_path: Path, index: Path, library: Library, reads: Path, started: list[subprocess.Popen[str]]
) -> None:
    one, two = make_desk(tmp_path / "one", 60), make_desk(tmp_path / "two", 60)
    app = start("tests.support.index_once", index, one)
    command = start("bookwheel", "index", "--json", two, one)
    started += [app, command]
    search = start("bookwheel", "search", "wheel number 7", two / "007.counted", "--json")
    started.append(search)
    found: set[str] = set()
    while any(process.poll() is None for process in started):
        nodes = await library.retriever([one, two], similarity_top_k=3).aretrieve("wheel number 33")
        found |= {Path(node.node.path or "").name for node in nodes}
    outputs = [(await asyncio.to_thread(process.communicate))[0] for process in started]
    assert [process.returncode for process in started] == [0, 0, 0], outputs
    assert str(two / "007.counted") in outputs[2]
    assert "033.counted" in found
    assert sorted(reads.read_text().split()) == sorted([f"{number:03}.counted" for number in range(60)] * 2)
    assert (await finish(library, one, two)).unchanged == 120


@pytest.mark.timeout(120)
@pytest.mark.parametrize("victim", ["the app", "its worker"])
async def test_a_process_waiting_for_a_killed_writer_can_write(
    tmp_path: Path, index: Path, library: Library, reads: Path, started: list[subprocess.Popen[str]], victim: str
) -> None:
    one, two = make_desk(tmp_path / "one", 150), make_desk(tmp_path / "two", 10)
    writer = start("tests.support.index_once", index, one)
    started.append(writer)
    assert writer.stdout is not None
    await asyncio.to_thread(writer.stdout.readline)
    waiting = start("tests.support.index_once", index, two)
    started.append(waiting)
    if victim == "the app":
        kill(writer)
    else:
        while (worker := worker_of(writer)) is None:  # it may not have begun yet
            assert writer.poll() is None
            await asyncio.sleep(0.01)
        os.kill(worker, signal.SIGKILL)
    out, _ = await asyncio.to_thread(waiting.communicate)
    assert waiting.returncode == 0, out
    assert len(await library.afiles([two])) == 10
    if victim == "its worker":  # the app starts another one, which goes on
        out, _ = await asyncio.to_thread(writer.communicate)
        assert writer.returncode == 0, out
        assert [file.status for file in await library.afiles([one])].count("failed") <= 1
    assert (await finish(library, one, two)).unchanged >= 10


async def test_waiting_for_another_writer_is_told_and_does_not_count_as_indexing(
    tmp_path: Path, index: Path, library: Library, reads: Path
) -> None:
    assert (await finish(library, make_desk(tmp_path / "one", 1))).indexed == 1
    lock = WriterLock(index)
    lock.acquire()
    two = make_desk(tmp_path / "two", 3)
    told: list[str] = []
    begun, held, indexing = time.monotonic(), 0.0, 0.0
    async for update in library.refresh([two]):
        if isinstance(update, IngestProgress):
            told.append(update.waiting_for)
            if update.waiting_for:
                since = time.monotonic()
                await asyncio.sleep(2.0)
                held = time.monotonic() - since
                lock.release()
        if isinstance(update, IngestDone):
            assert update.indexed == 3
            indexing = update.seconds
    # However slow the machine is: what was waited is not in it.
    assert 0 < indexing <= time.monotonic() - begun - held
    assert f"process {os.getpid()}" in told
    assert told.index("", told.index(f"process {os.getpid()}")) < len(told) - 1  # and the end of it, before a result


@pytest.mark.fault("D13")
@pytest.mark.timeout(300)
async def test_indexing_killed_at_any_moment_continues_where_it_stopped(
    tmp_path: Path, index: Path, library: Library, reads: Path, started: list[subprocess.Popen[str]]
) -> None:
    """App and worker die at one moment, again and again; what was called indexed is never read again."""
    desk = make_desk(tmp_path / "desk", 120, repeats=1_000)
    moments = random.Random(5)
    indexed: set[str] = set()
    for _ in range(15):
        before = len(reads.read_text().split())
        process = start("tests.support.index_once", index, desk)
        started.append(process)
        deadline = time.monotonic() + moments.uniform(0.2, 1.6)
        while time.monotonic() < deadline and process.poll() is None:
            # Searching goes on meanwhile, and sees documents whole or not at all.
            nodes = await library.retriever([desk], similarity_top_k=2).aretrieve("wheel number 33")
            assert all(node.text.startswith("desk wheel number") or "wheel number" in node.text for node in nodes)
        kill(process)
        read_now = reads.read_text().split()[before:]
        assert not indexed & set(read_now), "read again although it was indexed"
        assert len(read_now) == len(set(read_now))
        indexed = {Path(file.path).name for file in await library.afiles([desk]) if file.status == "indexed"}
    done = await finish(library, desk)
    assert (done.failed, done.indexed + done.unchanged) == (0, 120)
    files = await library.afiles([desk])
    assert [Path(file.path).name for file in files] == [f"{number:03}.counted" for number in range(120)]
    nodes = await library.retriever([desk], similarity_top_k=10_000).aretrieve("wheel")
    assert len({node.node.node_id for node in nodes}) == len(nodes)
    assert (await finish(library, desk)).unchanged == 120
