"""Documents whose files were moved: the same text, passages and vectors under another name."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.engine.stores.test_stores_contract import new, put, search

from bookwheel.engine.stores.embedded.store import EmbeddedStore
from bookwheel.engine.stores.store_protocol import Store, StoredDocument, document_ref


def move(store: Store, before: str, after: str) -> bool:
    known = store.find(document_ref(before)) or StoredDocument(ref=document_ref(before))
    with store.writer() as writer:
        return writer.move(known.ref, replace(known, ref=document_ref(after), path=after, size=9, mtime_ns=7))


@pytest.fixture(autouse=True)
def _moves(store: Store) -> None:
    put(store, new("/desk/a.txt", "first wheel", "second wheel", title="T", headings=[[12, 1, "Two"]]))
    if not move(store, "/desk/a.txt", "/desk/a.txt"):
        pytest.skip("this store stores moved documents anew")


def test_a_moved_document_is_found_at_its_new_path_with_its_passages_and_vectors(store: Store) -> None:
    store.put_vectors("m", {f"{document_ref('/desk/a.txt')}:0-11": [1.0, 0.0]})
    assert move(store, "/desk/a.txt", "/other/a.txt")
    [stored] = store.documents()
    assert (stored.path, stored.ref) == ("/other/a.txt", document_ref("/other/a.txt"))
    assert (stored.size, stored.mtime_ns, stored.passages) == (9, 7, 2)
    assert store.find(document_ref("/desk/a.txt")) is None
    assert search(store, "wheel", scope=("/desk",)) == []
    assert sorted(search(store, "wheel", scope=("/other",))) == ["first wheel", "second wheel"]
    [near] = store.nearest("m", [1.0, 0.0], 1)
    assert (near.text, near.node.path, near.node.ref_doc_id) == ("first wheel", "/other/a.txt", stored.ref)


def test_a_renamed_document_is_found_by_its_new_name_and_not_by_the_old_one(store: Store) -> None:
    move(store, "/desk/a.txt", "/desk/spindle.txt")
    assert len(search(store, "spindl", field="name")) == 2
    assert search(store, "a", field="name") == []
    assert len(search(store, "two", field="name")) == 1  # its headings stay


def test_citations_of_the_old_path_can_be_read_until_another_document_is_there(store: Store) -> None:
    old, new_ref = document_ref("/desk/a.txt"), document_ref("/desk/sub/c.txt")
    move(store, "/desk/a.txt", "/desk/b.txt")
    move(store, "/desk/b.txt", "/desk/sub/c.txt")
    document = store.document(old)
    assert document is not None
    assert (document.text, document.id_) == ("first wheel\nsecond wheel", new_ref)
    assert (document.metadata["file_path"], document.metadata["file_name"]) == ("/desk/sub/c.txt", "c.txt")
    put(store, new("/desk/a.txt", "another text"))
    there = store.document(old)
    assert there is not None
    assert there.text == "another text"
    with store.writer() as writer:
        writer.remove(new_ref)
    assert store.document(document_ref("/desk/b.txt")) is None


def test_a_moved_document_may_replace_another(store: Store) -> None:
    put(store, new("/desk/b.txt", "third wheel"))
    assert move(store, "/desk/b.txt", "/desk/a.txt")
    assert search(store, "wheel") == ["third wheel"]
    assert [stored.path for stored in store.documents()] == ["/desk/a.txt"]


def test_moving_a_missing_document_does_nothing(store: Store) -> None:
    assert not move(store, "/desk/never.txt", "/desk/b.txt")
    assert [stored.path for stored in store.documents()] == ["/desk/a.txt"]


def test_a_move_is_finished_after_a_writer_died_halfway(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path / "own")
    put(store, new("/desk/a.txt", "first wheel"), new("/desk/b.txt", "second wheel"))
    to = StoredDocument(ref=document_ref("/desk/spindle.txt"), path="/desk/spindle.txt")
    with store.writer() as writer:
        writer.move(document_ref("/desk/a.txt"), to)
        writer.move(document_ref("/desk/b.txt"), replace(to, ref=document_ref("/x/b.txt"), path="/x/b.txt"))
        writer._recording.commit()
        writer._index._writer = None  # it never came to the index's commit
    assert store.needs_repair()
    with store.writer():
        pass
    assert not store.needs_repair()
    assert search(store, "spindl", field="name") == ["first wheel"]
    assert sorted(search(store, "wheel")) == ["first wheel", "second wheel"]
    store.close()
