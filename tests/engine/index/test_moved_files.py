"""Files and folders that are moved: recognised by their bytes, not read by a parser again, cited as before."""

import asyncio
import os
import resource
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bookwheel.engine.index.library import Library
from bookwheel.engine.index.progress import FileRemoved, IngestDone, IngestUpdate

READER = """
from pathlib import Path
from bookwheel.engine.index.readers.reader import made_document

def read(source):
    with open(Path(__file__).with_name("reads"), "a") as log:
        log.write(f"{Path(source.path).name}\\n")
    return made_document(source, source.data.decode(), title="Counted")
"""


@pytest.fixture
def reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A reader for `.counted` files that notes each file it reads in this one."""
    site = tmp_path / "site"
    info = site / "counting-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: counting\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[bookwheel.readers]\n.counted = counting:read\n.other = counting:read\n")
    (site / "counting.py").write_text(READER)
    monkeypatch.setenv("PYTHONPATH", str(site))
    return site / "reads"


@pytest.fixture
async def library(tmp_path: Path) -> AsyncIterator[Library]:
    library = Library(tmp_path / "index")
    yield library
    await library.aclose()


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    desk = tmp_path / "desk"
    (desk / "old").mkdir(parents=True)
    for name in ("wheel", "axle", "hub"):
        (desk / f"old/{name}.counted").write_text(f"The {name} of the bookwheel.")
    return desk


async def refresh(library: Library, *roots: Path) -> tuple[IngestDone, list[IngestUpdate]]:
    updates = [update async for update in library.refresh(roots)]
    assert isinstance(updates[-1], IngestDone)
    return updates[-1], updates


async def found(library: Library, question: str, *roots: Path) -> list[str]:
    nodes = await library.retriever(roots).aretrieve(question)
    return [os.path.relpath(node.node.path or "", roots[0]) for node in nodes]


def lines(path: Path) -> list[str]:
    return sorted(path.read_text().split())


async def test_a_moved_folder_is_searchable_at_its_new_path_without_being_read(
    library: Library, desk: Path, reads: Path
) -> None:
    await refresh(library, desk)
    os.rename(desk / "old", desk / "new")
    done, updates = await refresh(library, desk)
    assert (done.moved, done.indexed, done.removed, done.failed) == (3, 0, 0, 0)
    gone = {update.path for update in updates if isinstance(update, FileRemoved)}
    assert gone == {str(desk / f"old/{name}.counted") for name in ("wheel", "axle", "hub")}
    assert await found(library, "axle", desk) == ["new/axle.counted"]
    assert await found(library, "axle", desk / "new") == ["axle.counted"]
    assert lines(reads) == ["axle.counted", "hub.counted", "wheel.counted"]
    assert [file.title for file in await library.afiles([desk])] == ["Counted"] * 3
    assert (await refresh(library, desk))[0].unchanged == 3


async def test_a_file_moved_to_another_desk_keeps_its_passages(library: Library, desk: Path, reads: Path) -> None:
    other = desk.with_name("other")
    other.mkdir()
    await refresh(library, desk, other)
    shutil.move(desk / "old/wheel.counted", other / "rota.counted")
    done, _ = await refresh(library, desk, other)
    assert (done.moved, done.indexed, done.unchanged) == (1, 0, 2)
    assert await found(library, "rota", other) == ["rota.counted"]
    assert len(lines(reads)) == 3


async def test_an_old_citation_still_opens_the_text_it_cites(library: Library, desk: Path, reads: Path) -> None:
    await refresh(library, desk)
    cited = await library.adocument(desk / "old/hub.counted")
    os.rename(desk / "old/hub.counted", desk / "nave.counted")
    await refresh(library, desk)
    document = await library.adocument(desk / "old/hub.counted")
    assert document.text == cited.text
    assert document.metadata["file_path"] == str(desk / "nave.counted")


async def test_only_the_same_bytes_read_in_the_same_way_are_the_same_document(
    library: Library, desk: Path, reads: Path
) -> None:
    """Of the same size and time is not enough; and another suffix may mean another reader, or language."""
    (desk / "old/tool.py").write_text("def wheel(): ...")
    await refresh(library, desk)
    os.rename(desk / "old/tool.py", desk / "tool.rb")
    before = (desk / "old/hub.counted").stat()
    (desk / "old/hub.counted").unlink()
    (desk / "bud.counted").write_text("The bud of the bookwheel.")
    os.utime(desk / "bud.counted", ns=(before.st_atime_ns, before.st_mtime_ns))
    os.rename(desk / "old/axle.counted", desk / "axle.other")
    done, _ = await refresh(library, desk)
    assert (done.moved, done.indexed, done.removed) == (0, 3, 3)
    assert await found(library, "bud", desk) == ["bud.counted"]
    assert await found(library, "hub", desk) == []


async def test_a_copy_is_a_separate_document_and_equal_files_move_separately(
    library: Library, desk: Path, reads: Path
) -> None:
    await refresh(library, desk)
    shutil.copy2(desk / "old/hub.counted", desk / "copy.counted")
    done, _ = await refresh(library, desk)
    assert (done.moved, done.indexed, done.unchanged) == (0, 1, 3)
    (desk / "new").mkdir()
    os.rename(desk / "old/hub.counted", desk / "new/hub.counted")
    os.rename(desk / "copy.counted", desk / "new/copy.counted")
    done, _ = await refresh(library, desk)
    assert (done.moved, done.removed) == (2, 0)
    files = {os.path.relpath(file.path, desk): file.passages for file in await library.afiles([desk])}
    assert files == dict.fromkeys(["new/copy.counted", "new/hub.counted", "old/axle.counted", "old/wheel.counted"], 1)


async def test_a_file_moved_over_another_replaces_it(library: Library, desk: Path, reads: Path) -> None:
    await refresh(library, desk)
    os.replace(desk / "old/hub.counted", desk / "old/axle.counted")
    done, _ = await refresh(library, desk)
    assert (done.moved, done.unchanged, done.removed) == (1, 1, 0)
    assert await found(library, "hub", desk) == ["old/axle.counted"]
    assert await found(library, "axle", desk) == ["old/axle.counted"]  # by its name


async def test_vectors_stay_with_a_moved_file(library: Library, desk: Path, reads: Path) -> None:
    await refresh(library, desk)
    store = library._store
    nodes = await asyncio.to_thread(store.unembedded, "m", 10)
    vectors = {node.node_id: [float(number), 1.0] for number, node in enumerate(nodes)}
    await asyncio.to_thread(store.put_vectors, "m", vectors)
    os.rename(desk / "old", desk / "new")
    await refresh(library, desk)
    assert await asyncio.to_thread(store.unembedded, "m", 10) == []
    near = await asyncio.to_thread(store.nearest, "m", [0.0, 1.0], 1)
    assert near[0].node.path is not None
    assert near[0].node.path.startswith(str(desk / "new"))


def computing_time_of_workers() -> float:
    """Of those that have ended; other programs make them no longer."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.timeout(120)
async def test_a_folder_of_many_files_is_moved_in_a_fraction_of_the_time_of_indexing_it(
    library: Library, desk: Path
) -> None:
    text = "The bookwheel of Ramelli turns on its epicyclic gears, so that no book slips. " * 600
    (desk / "many").mkdir()
    for number in range(500):
        (desk / f"many/{number}.txt").write_text(f"Leaf {number}. {text}")
    before = computing_time_of_workers()
    await refresh(library, desk)
    indexing = computing_time_of_workers() - before
    os.rename(desk / "many", desk / "moved")
    moved, _ = await refresh(library, desk)
    moving = computing_time_of_workers() - before - indexing
    assert moved.moved == 500
    assert moving < indexing / 2
