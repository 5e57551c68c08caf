"""Title, author and date of documents, from their files to the library, and an index without these columns."""

import os
import sqlite3
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bookwheel.engine.index.library import Library
from bookwheel.engine.index.progress import FileState, IngestDone
from bookwheel.engine.selection import Selection
from bookwheel.engine.stores.embedded.store import DATABASE_NAME

FRONT = "---\ntitle: On mills\nauthor: Ada Lovelace\ndate: 1843-09\n---\nThe mill wheel turns.\n"
PLAIN = "The wheel of the other mill stands still.\n"


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    folder = tmp_path / "desk"
    folder.mkdir()
    (folder / "told.md").write_text(FRONT)
    (folder / "plain.txt").write_text(PLAIN)
    midday = datetime(2024, 5, 6, 12, tzinfo=UTC).timestamp()
    os.utime(folder / "plain.txt", (midday, midday))
    return folder


async def indexed(library: Library, desk: Path) -> tuple[list[FileState], IngestDone]:
    """The states of the indexed files by path, and the end of the refresh."""
    updates = [update async for update in library.refresh([desk])]
    states = [update for update in updates if isinstance(update, FileState) and update.status == "indexed"]
    assert isinstance(updates[-1], IngestDone)
    return sorted(states, key=lambda state: state.path), updates[-1]


def check(states: list[FileState]) -> None:
    plain, told = states
    assert (told.title, told.author, told.date, told.format) == (
        "On mills",
        "Ada Lovelace",
        date(1843, 9, 1),
        "markdown",
    )
    assert (told.day, plain.day) == (date(1843, 9, 1), date(2024, 5, 6))
    assert (plain.title, plain.author, plain.date, plain.format) == (None, None, None, "text")


async def test_metadata_is_the_same_while_indexing_and_afterwards(desk: Path, tmp_path: Path) -> None:
    library = Library(tmp_path / "index")
    states, _ = await indexed(library, desk)
    check(states)
    check(await library.afiles([desk]))
    await library.aclose()


async def test_only_the_selected_documents_below_the_desk_are_found(desk: Path, tmp_path: Path) -> None:
    library = Library(tmp_path / "index")
    await indexed(library, desk)

    async def found(selection: Selection) -> set[str]:
        nodes = await library.retriever([desk], selection=selection).aretrieve("mill wheel")
        return {Path(node.node.path or "").name for node in nodes}

    assert await found(Selection()) == {"plain.txt", "told.md"}
    assert await found(Selection(types=("text",))) == {"plain.txt"}
    assert await found(Selection(until=date(1900, 1, 1))) == {"told.md"}
    assert await found(Selection(scope=(str(desk / "told.md"), "/else"))) == {"told.md"}
    assert await found(Selection(scope=("/else",))) == set()
    await library.aclose()


async def test_an_index_of_an_older_version_is_rebuilt_automatically(desk: Path, tmp_path: Path) -> None:
    library = Library(tmp_path / "index")
    await indexed(library, desk)
    await library.aclose()
    with sqlite3.connect(tmp_path / "index" / DATABASE_NAME) as database:
        database.execute("ALTER TABLE documents DROP COLUMN author")
        database.execute("PRAGMA user_version = 1")
    database.close()

    library = Library(tmp_path / "index")
    assert await library.afiles([desk]) == []
    states, end = await indexed(library, desk)
    assert end.indexed == 2
    check(states)
    assert len(await library.retriever([desk]).aretrieve("mill wheel")) == 2
    await library.aclose()
