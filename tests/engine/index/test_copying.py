"""An index is copied into another store: whole, without its files, and on from where it was broken off."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bookwheel.engine.index.copying import Copy, CopyProgress
from bookwheel.engine.index.library import Library
from bookwheel.engine.stores.store_protocol import LexicalQuery, QueryTerm, Store
from bookwheel.engine.stores.store_registry import open_store


@pytest.fixture
async def source(tmp_path: Path) -> Store:
    """Three documents, one of which cannot be read, and a file that was left out; their files are gone."""
    desk = tmp_path / "desk"
    desk.mkdir()
    (desk / "wheel.md").write_text("# Wheel\n\n" + "The wheel turns. " * 150 + "\n\n## Rim\n\n" + "The rim. " * 200)
    (desk / "rad.txt").write_text("Das Rad der Bücher dreht sich, und der Leser sitzt davor.")
    (desk / "broken.pdf").write_bytes(b"%PDF-1.4 broken")
    (desk / ".hidden").write_text("hidden")
    async for _ in Library(tmp_path / "index").refresh([desk]):
        pass
    for file in desk.iterdir():
        file.unlink()
    return await asyncio.to_thread(open_store, "embedded", tmp_path / "index")


@pytest.fixture(params=["embedded", "memory", "postgres"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    match request.param:
        case "embedded":
            store = open_store("embedded", tmp_path / "copy")
        case "memory":
            store = open_store("memory")
        case _:
            store = open_store("postgres", request.getfixturevalue("postgres"))
    with closing(store):
        yield store


def copied(source: Store, target: Store, *roots: str) -> list[CopyProgress]:
    copy = Copy(source, target, roots or None)
    steps: list[CopyProgress] = []
    while (progress := copy.step()) is not None:
        steps.append(progress)
    return steps


def passages(store: Store) -> int:
    return sum(stored.passages for stored in store.documents())


def texts(store: Store, word: str) -> list[str]:
    return [node.text for node in store.search(LexicalQuery((QueryTerm("body", word),)), 10)]


def test_all_of_an_index_is_copied(source: Store, target: Store, tmp_path: Path) -> None:
    last = copied(source, target)[-1]
    assert (last.copied, last.unchanged, last.total, last.passages) == (3, 0, 3, passages(source))
    assert last.bytes_done == last.bytes_total > 0
    assert target.documents() == source.documents()
    for stored in source.documents():
        assert target.document(stored.ref) == source.document(stored.ref)
    assert target.languages() == source.languages()
    for word in ("wheel", "rim", "buch"):
        assert sorted(texts(target, word)) == sorted(texts(source, word))
    desk = str(tmp_path / "desk")
    assert target.roots() == [desk]
    assert target.left_out(desk) == source.left_out(desk) != []


def test_vectors_are_copied_too(source: Store, target: Store) -> None:
    nodes = source.unembedded("model", 10)
    source.put_vectors("model", {node.id_: [1.0, float(at)] for at, node in enumerate(nodes)})
    assert copied(source, target)[-1].vectors == len(nodes) > 2
    assert target.vector_coverage("model") == source.vector_coverage("model")
    [nearest] = target.nearest("model", [1.0, 2.0], 1)
    assert nearest.node_id == nodes[2].id_


def test_documents_already_there_are_skipped(source: Store, target: Store) -> None:
    copied(source, target)
    [only] = copied(source, target)
    assert (only.copied, only.unchanged, only.bytes_total) == (0, 3, 0)


def test_vectors_made_later_are_copied_by_the_next_copy(source: Store, target: Store) -> None:
    copied(source, target)
    [first, *others] = source.unembedded("model", 10)
    source.put_vectors("model", {first.id_: [1.0, 0.0]})
    assert copied(source, target)[-1].vectors == 1
    source.put_vectors("model", {node.id_: [0.0, 1.0] for node in others})
    last = copied(source, target)[-1]
    assert (last.copied, last.vectors) == (0, len(others))
    assert target.vector_coverage("model") == source.vector_coverage("model")


def test_a_document_that_changed_is_copied_again(source: Store, target: Store) -> None:
    copied(source, target)
    stored = next(one for one in source.documents() if (one.path or "").endswith("wheel.md"))
    new = source.whole(stored.ref)
    assert new is not None
    with source.writer() as writer:
        writer.put(replace(new, stored=replace(stored, sha256="another", title="Another")))
    assert copied(source, target)[-1].copied == 1
    assert target.documents() == source.documents()


def test_only_documents_below_the_named_folders_are_copied(source: Store, target: Store, tmp_path: Path) -> None:
    copied(source, target, str(tmp_path / "desk/wheel.md"))
    assert [Path(stored.path or "").name for stored in target.documents()] == ["wheel.md"]
    assert target.roots() == []


def test_an_interrupted_copy_keeps_whole_batches(source: Store, target: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bookwheel.engine.index.copying._BATCH_DOCUMENTS", 1)
    copy = Copy(source, target)
    for _ in range(3):  # the beginning, and two documents
        copy.step()
    copy.close()
    assert len(target.documents()) == 2
    last = copied(source, target)[-1]
    assert (last.copied, last.unchanged) == (1, 2)


async def test_a_library_copies_itself(source: Store, tmp_path: Path) -> None:
    library = Library(tmp_path / "index")
    steps = [progress async for progress in library.copy_to(tmp_path / "copy")]
    assert steps[-1].copied == 3
    assert len(await Library(tmp_path / "copy").afiles([tmp_path / "desk"])) == 3
    await library.aclose()


def test_remarks_are_copied(source: Store, target: Store) -> None:
    remarks = ("2 of 3 pages hold no text",)
    [stored, *_] = [stored for stored in source.documents() if stored.status == "indexed"]
    whole = source.whole(stored.ref)
    assert whole is not None
    with source.writer() as writer:
        writer.put(replace(whole, stored=replace(whole.stored, remarks=remarks)))
    copied(source, target)
    found = target.find(stored.ref)
    assert found is not None
    assert found.remarks == remarks
