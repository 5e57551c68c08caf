"""A Zotero library as a source: what its database says of the files, while Zotero runs and when it is unreadable."""

import os
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from tests.support.zotero_library import ZoteroFolder

from bookwheel.engine.index.library import Library
from bookwheel.engine.index.progress import FileState, IngestUpdate, LeftOut
from bookwheel.engine.index.source_facts import facts_in
from bookwheel.engine.index.sources.source_registry import MARKERS, source_of
from bookwheel.engine.stores.store_protocol import Selection

Pdf = Callable[[list[str]], bytes]


@pytest.fixture
def zotero(tmp_path: Path) -> ZoteroFolder:
    return ZoteroFolder(tmp_path / "Zotero")


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "index")


async def refresh(library: Library, *roots: Path) -> list[IngestUpdate]:
    return [update async for update in library.refresh(roots)]


def states(updates: Sequence[IngestUpdate]) -> dict[str, FileState]:
    return {os.path.basename(update.path): update for update in updates if isinstance(update, FileState)}


def left_out(updates: Sequence[IngestUpdate]) -> dict[str, str]:
    return {os.path.basename(update.path): update.reason for update in updates if isinstance(update, LeftOut)}


def filled(zotero: ZoteroFolder, pdf: Pdf) -> tuple[int, int]:
    """A paper with a file, in two collections, and a book; the numbers of the paper and of its file."""
    paper = zotero.work(
        [("Ada", "Berg"), ("Li", "Chan")],
        ["wheels", "to read"],
        title="On slow wheels",
        date="2023-05-00 May 2023",
        DOI="https://doi.org/10.1000/wheels",
        extra="tex.x: y\nCitation Key: berg2023\n",
    )
    file = zotero.file(paper, "Berg 2023.pdf", pdf(["The wheel turns slowly in the mill."]))
    book = zotero.work([("Ramelli", "Agostino")], title="Machines", kind="editor", date="1588", citationKey="ram1588")
    zotero.file(book, "machines.html", "<main><p>Many open books lie on the wheel of the reader.</p></main>")
    thesis = zotero.collection("Thesis")
    zotero.collection("Methods", [paper], parent=thesis)
    zotero.collection("Old", [book])
    return paper, file


async def test_files_have_what_the_library_says_of_their_works(
    zotero: ZoteroFolder, library: Library, pdf: Pdf
) -> None:
    _, file = filled(zotero, pdf)
    updates = await refresh(library, zotero.folder)
    state = states(updates)["Berg 2023.pdf"]
    assert (state.title, state.author, str(state.date)) == ("On slow wheels", "Ada Berg; Li Chan", "2023-05-01")
    assert state.tags == ("Thesis/Methods", "to read", "wheels")
    path = zotero.folder / "storage" / zotero.key(file) / "Berg 2023.pdf"
    facts = facts_in(await library.adocument(path))
    assert (facts.citekey, facts.doi, facts.authors) == ("berg2023", "10.1000/wheels", ("Ada Berg", "Li Chan"))
    book = states(updates)["machines.html"]
    assert (book.title, book.author, book.tags) == ("Machines", "Ramelli Agostino", ("Old",))
    # What `files` reads back later is what the refresh said.
    assert {os.path.basename(one.path): one.tags for one in (await library.afiles([zotero.folder]))} == {
        "Berg 2023.pdf": state.tags,
        "machines.html": book.tags,
    }
    assert "binary" in left_out(updates)["zotero.sqlite"]


async def test_collections_and_tags_choose_what_is_searched(zotero: ZoteroFolder, library: Library, pdf: Pdf) -> None:
    filled(zotero, pdf)
    await refresh(library, zotero.folder)

    async def found(*tags: str) -> set[str]:
        retriever = library.retriever([zotero.folder], selection=Selection(tags=tags))
        return {os.path.basename(node.node.path or "") for node in await retriever.aretrieve("the wheel")}

    assert await found() == {"Berg 2023.pdf", "machines.html"}
    assert await found("thesis") == {"Berg 2023.pdf"}  # the collection above, in another case
    assert await found("Methods") == set()  # a collection is named from the outermost on
    assert await found("#Wheels") == {"Berg 2023.pdf"}
    assert await found("Old", "to read") == {"Berg 2023.pdf", "machines.html"}
    assert await found("the") == set()


async def test_annotations_and_notes_are_documents_of_their_own(
    zotero: ZoteroFolder, library: Library, pdf: Pdf
) -> None:
    paper, file = filled(zotero, pdf)
    zotero.annotation(file, "turns slowly", "compare with Ramelli's nine revolutions", page="iv")
    zotero.annotation(file, "", "", kind=4)  # a drawing without words
    zotero.note(paper, "<p>Ask the <b>miller</b> about it.</p>")
    updates = await refresh(library, zotero.folder)
    made = states(updates)
    assert made["berg2023-annotations.md"].title == "Annotations: On slow wheels"
    assert made["berg2023-annotations.md"].tags == made["Berg 2023.pdf"].tags
    [node, *_] = await library.retriever([zotero.folder]).aretrieve("Which revolutions should I compare?")
    assert node.text == "Highlight on page iv: “turns slowly” — compare with Ramelli's nine revolutions"
    text = (await library.adocument(Path(node.node.path or ""))).text
    assert text[node.node.start_char_idx : node.node.end_char_idx] == node.text
    [note, *_] = await library.retriever([zotero.folder]).aretrieve("Who should be asked, the miller?")
    assert note.text == "Ask the miller about it."


async def test_only_changes_in_zotero_are_read_again(zotero: ZoteroFolder, library: Library, pdf: Pdf) -> None:
    paper, file = filled(zotero, pdf)
    zotero.annotation(file, "turns slowly", "why?")
    await refresh(library, zotero.folder)
    again = await refresh(library, zotero.folder)
    assert states(again) == {}
    with closing(zotero.connect()) as database:
        database.execute("UPDATE itemDataValues SET value = 'On fast wheels' WHERE value = 'On slow wheels'")
    changed = states(await refresh(library, zotero.folder))
    assert {name: state.title for name, state in changed.items()} == {
        "Berg 2023.pdf": "On fast wheels",
        "berg2023-annotations.md": "Annotations: On fast wheels",
    }
    zotero.delete(paper)
    zotero.delete(file)
    await refresh(library, zotero.folder)
    assert [os.path.basename(one.path) for one in (await library.afiles([zotero.folder]))] == ["machines.html"]


async def test_a_change_of_the_database_alone_is_noticed_by_a_look_at_it(
    zotero: ZoteroFolder, library: Library, pdf: Pdf
) -> None:
    filled(zotero, pdf)
    await refresh(library, zotero.folder)
    with closing(zotero.connect()) as database:
        database.execute("UPDATE itemDataValues SET value = 'On fast wheels' WHERE value = 'On slow wheels'")
    updates = [update async for update in library.refresh([zotero.folder], {str(zotero.database)})]
    assert states(updates)["Berg 2023.pdf"].title == "On fast wheels"


async def test_what_a_running_zotero_has_not_written_back_yet_is_read(
    zotero: ZoteroFolder, library: Library, pdf: Pdf
) -> None:
    filled(zotero, pdf)
    running = zotero.connect()
    try:
        running.execute("PRAGMA journal_mode = WAL")
        running.execute("PRAGMA locking_mode = EXCLUSIVE")
        running.execute("UPDATE itemDataValues SET value = 'On fast wheels' WHERE value = 'On slow wheels'")
        before = sorted(os.listdir(zotero.folder))
        assert states(await refresh(library, zotero.folder))["Berg 2023.pdf"].title == "On fast wheels"
        assert sorted(os.listdir(zotero.folder)) == before
    finally:
        running.close()


async def test_a_locked_database_is_read_as_it_was_last_saved(zotero: ZoteroFolder, library: Library, pdf: Pdf) -> None:
    filled(zotero, pdf)
    running = zotero.connect()
    try:
        running.execute("PRAGMA journal_mode = DELETE")
        running.execute("BEGIN EXCLUSIVE")
        running.execute("UPDATE itemDataValues SET value = 'On fast wheels' WHERE value = 'On slow wheels'")
        made = states(await refresh(library, zotero.folder))
        assert made["Berg 2023.pdf"].title == "On slow wheels"
        assert "zotero.sqlite" not in made or made["zotero.sqlite"].status != "failed"
        running.execute("COMMIT")
    finally:
        running.close()
    assert states(await refresh(library, zotero.folder))["Berg 2023.pdf"].title == "On fast wheels"


async def test_nothing_in_the_folder_of_zotero_is_written(zotero: ZoteroFolder, library: Library, pdf: Pdf) -> None:
    filled(zotero, pdf)
    with closing(zotero.connect()) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("UPDATE itemDataValues SET value = 'On fast wheels' WHERE value = 'On slow wheels'")
    before = {path: path.stat().st_mtime_ns for path in zotero.folder.rglob("*")}
    assert states(await refresh(library, zotero.folder))["Berg 2023.pdf"].title == "On fast wheels"
    assert {path: path.stat().st_mtime_ns for path in zotero.folder.rglob("*")} == before


def make_old(zotero: ZoteroFolder) -> None:
    with closing(zotero.connect()) as database:
        database.execute("UPDATE version SET version = 32 WHERE schema = 'userdata'")


def make_unknown(zotero: ZoteroFolder) -> None:
    with closing(zotero.connect()) as database:
        database.execute("UPDATE version SET version = 999 WHERE schema = 'userdata'")
        database.execute("ALTER TABLE collectionItems RENAME TO itemsOfCollections")


def make_another(zotero: ZoteroFolder) -> None:
    zotero.database.unlink()
    with closing(sqlite3.connect(zotero.database)) as database:
        database.execute("CREATE TABLE things (name TEXT)")


def rename_column(zotero: ZoteroFolder) -> None:
    with closing(zotero.connect()) as database:
        database.execute("ALTER TABLE itemAttachments RENAME COLUMN linkMode TO linkKind")


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (make_old, "its version 32 is too old"),
        (make_unknown, "its version 999 is not known: it has no table collectionItems"),
        (make_another, "it is not a Zotero database: it has no table version"),
        (rename_column, "no such column: linkMode"),
        (lambda zotero: zotero.database.write_bytes(b"no database" * 900), "file is not a database"),
    ],
)
async def test_a_database_that_cannot_be_read_is_named_and_the_files_are_read_without_it(
    zotero: ZoteroFolder, library: Library, pdf: Pdf, damage: Callable[[ZoteroFolder], None], reason: str
) -> None:
    filled(zotero, pdf)
    damage(zotero)
    made = states(await refresh(library, zotero.folder))
    assert made["zotero.sqlite"].status == "failed"
    assert reason in made["zotero.sqlite"].reason
    assert made["Berg 2023.pdf"].status == "indexed"


async def test_a_failed_database_is_tried_again(zotero: ZoteroFolder, library: Library, pdf: Pdf) -> None:
    filled(zotero, pdf)
    whole = zotero.database.read_bytes()
    zotero.database.write_bytes(b"no database" * 900)
    await refresh(library, zotero.folder)
    zotero.database.write_bytes(whole)
    made = states(await refresh(library, zotero.folder))
    assert made["Berg 2023.pdf"].title == "On slow wheels"
    assert "zotero.sqlite" not in {os.path.basename(one.path) for one in (await library.afiles([zotero.folder]))}


async def test_other_files_of_zotero_and_of_its_bin_are_left_out(
    zotero: ZoteroFolder, library: Library, pdf: Pdf, tmp_path: Path
) -> None:
    paper, _ = filled(zotero, pdf)
    zotero.delete(zotero.file(paper, "deleted.pdf", pdf(["An old version of the wheel."])))
    for number in range(3):
        (zotero.folder / "translators").mkdir(exist_ok=True)
        (zotero.folder / "translators" / f"{number}.js").write_text("function detectWeb() {}\n")
    (tmp_path / "elsewhere.txt").write_text("A wheel elsewhere.\n")
    zotero.linked(paper, tmp_path / "elsewhere.txt")
    updates = await refresh(library, zotero.folder)
    assert set(states(updates)) == {"Berg 2023.pdf", "machines.html"}
    reasons = left_out(updates)
    assert (reasons["deleted.pdf"], reasons["translators"]) == ("not a document of the library",) * 2
    assert reasons["elsewhere.txt"] == "linked from Zotero and outside its folder: add it by its own path"


async def test_names_in_the_database_do_not_lead_out_of_the_library(
    zotero: ZoteroFolder, library: Library, pdf: Pdf, tmp_path: Path
) -> None:
    paper, _ = filled(zotero, pdf)
    (tmp_path / "secret.txt").write_text("The wheel of secrets.\n")
    file = zotero.file(paper, "x.txt", "The wheel again.")
    with closing(zotero.connect()) as database:
        database.execute(
            "UPDATE itemAttachments SET path = 'storage:../../../secret.txt' WHERE itemID = ?", (file,)
        )  # fmt: skip
        database.execute("UPDATE items SET key = '../../..' WHERE itemID = ?", (file,))
    updates = await refresh(library, zotero.folder)
    assert "secret.txt" not in states(updates)
    assert all(one.path.startswith(str(zotero.folder)) for one in (await library.afiles([zotero.folder])))


async def test_the_database_alone_names_its_folder(zotero: ZoteroFolder, library: Library, pdf: Pdf) -> None:
    filled(zotero, pdf)
    updates = await refresh(library, zotero.database)
    assert left_out(updates) == {"zotero.sqlite": "a Zotero database: name the folder that it is in"}


def test_each_source_is_found_by_its_own_marker() -> None:
    assert {source_of(marker).marker for marker in MARKERS} == MARKERS
