"""What holds for the vectors of every store, beside `test_stores_contract`."""

import math
import random
import threading

import pytest

from bookwheel.engine.schema import Document
from bookwheel.engine.stores.store_protocol import (
    NewDocument,
    Selection,
    Store,
    StoredDocument,
    VectorCoverage,
    document_ref,
    node_id,
)
from bookwheel.errors import StoreError

MODEL = "some-model"


def new(path: str, *passages: str, format_name: str = "text") -> NewDocument:
    text = "\n".join(passages)
    ranges: list[tuple[int, int]] = []
    for passage in passages:
        start = ranges[-1][1] + 1 if ranges else 0
        ranges.append((start, start + len(passage)))
    stored = StoredDocument(ref=document_ref(path), path=path, size=len(text), language="english", format=format_name)
    return NewDocument(stored, Document(text=text, metadata={"file_path": path}, id_=stored.ref), ranges)


def put(store: Store, *documents: NewDocument) -> None:
    with store.writer() as writer:
        for document in documents:
            writer.put(document)


def embed(store: Store, vectors: dict[str, list[float]], model: str = MODEL) -> None:
    """Give each passage that has no vector yet the one of its text."""
    store.put_vectors(model, {node.id_: vectors[node.text] for node in store.unembedded(model, 1_000)})


def texts(store: Store, vector: list[float], limit: int = 10, selection: Selection | None = None) -> list[str]:
    found = store.nearest(MODEL, vector, limit, selection or Selection())
    return [node.text for node in found]


def test_a_store_without_vectors_finds_nothing(store: Store) -> None:
    assert store.nearest(MODEL, [1.0, 0.0], 5) == []
    assert store.unembedded(MODEL, 5) == []
    assert store.vector_coverage(MODEL) == VectorCoverage(0, 0)
    store.put_vectors(MODEL, {node_id("gone", 0, 4): [1.0, 0.0]})
    assert store.vector_coverage(MODEL) == VectorCoverage(0, 0)


def test_the_nearest_come_first_with_their_cosine_and_range(store: Store) -> None:
    put(store, new("/desk/a.txt", "north", "east"), new("/desk/b.txt", "north east"))
    embed(store, {"north": [0.0, 2.0], "east": [3.0, 0.0], "north east": [1.0, 1.0]})
    found = store.nearest(MODEL, [0.0, 5.0], 2)
    assert [node.text for node in found] == ["north", "north east"]
    assert [node.score for node in found] == pytest.approx([1.0, math.sqrt(0.5)], abs=0.01)
    assert (found[0].node.path, found[0].node.start_char_idx, found[0].node.end_char_idx) == ("/desk/a.txt", 0, 5)


def test_passages_without_a_vector_are_listed_newest_first(store: Store) -> None:
    put(store, new("/desk/a.txt", "one", "two"))
    put(store, new("/desk/b.txt", "three", "four", "five"))
    assert [node.text for node in store.unembedded(MODEL, 4)] == ["three", "four", "five", "one"]
    five = store.unembedded(MODEL, 3)[2]
    store.put_vectors(MODEL, {five.id_: [1.0, 0.0]})
    assert [node.text for node in store.unembedded(MODEL, 9)] == ["three", "four", "one", "two"]
    assert store.vector_coverage(MODEL) == VectorCoverage(1, 5)


def test_vectors_of_different_models_never_mix(store: Store) -> None:
    put(store, new("/desk/a.txt", "one", "two"))
    embed(store, {"one": [1.0, 0.0], "two": [0.0, 1.0]})
    embed(store, {"one": [0.0, 1.0, 0.0], "two": [1.0, 0.0, 0.0]}, "another")
    assert texts(store, [1.0, 0.1])[0] == "one"
    assert [node.text for node in store.nearest("another", [1.0, 0.1, 0.0], 1)] == ["two"]
    assert store.vector_coverage("a third") == VectorCoverage(0, 2)


def test_vectors_go_with_their_document(store: Store) -> None:
    put(store, new("/desk/a.txt", "one"), new("/desk/b.txt", "two"))
    embed(store, {"one": [1.0, 0.0], "two": [0.0, 1.0]})
    kept = store.nearest(MODEL, [1.0, 0.0], 1)[0].node_id
    with store.writer() as writer:
        writer.remove(document_ref("/desk/a.txt"))
    assert texts(store, [1.0, 0.0]) == ["two"]
    assert store.vector_coverage(MODEL) == VectorCoverage(1, 1)
    store.put_vectors(MODEL, {kept: [1.0, 0.0]})
    assert texts(store, [1.0, 0.0]) == ["two"]


def test_a_new_version_keeps_the_vectors_of_unchanged_passages(store: Store) -> None:
    put(store, new("/desk/a.txt", "one", "two", "three"))
    embed(store, {"one": [1.0, 0.0], "two": [0.0, 1.0], "three": [-1.0, 0.0]})
    put(store, new("/desk/a.txt", "a new beginning", "two", "ONE"))
    assert [node.text for node in store.unembedded(MODEL, 9)] == ["a new beginning", "ONE"]
    [two] = store.nearest(MODEL, [0.0, 1.0], 9)
    assert (two.text, two.node.start_char_idx) == ("two", 16)


def test_vectors_are_found_in_the_selection_alone(store: Store) -> None:
    put(store, new("/desk/a.txt", "one"), new("/desk/sub/b.html", "two", format_name="html"))
    embed(store, {"one": [1.0, 0.0], "two": [0.9, 0.1]})
    assert texts(store, [1.0, 0.0], selection=Selection(scope=("/desk/sub",))) == ["two"]
    assert texts(store, [1.0, 0.0], selection=Selection(types=("html",))) == ["two"]
    assert texts(store, [1.0, 0.0], selection=Selection(scope=("/other",))) == []
    assert texts(store, [1.0, 0.0], selection=Selection(scope=("/desk",))) == ["one", "two"]


def test_long_documents_and_many_short_ones_are_scanned_whole(store: Store) -> None:
    chance = random.Random(7)
    names = [f"passage {number}" for number in range(700)]
    vectors = {name: [chance.gauss(0, 1) for _ in range(8)] for name in names}
    put(store, new("/desk/long.txt", *names[:600]), *(new(f"/desk/{name}", name) for name in names[600:]))
    while missing := store.unembedded(MODEL, 37):
        store.put_vectors(MODEL, {node.id_: vectors[node.text] for node in missing})
    assert store.vector_coverage(MODEL) == VectorCoverage(700, 700)
    for name in ("passage 3", "passage 256", "passage 599", "passage 699"):
        assert texts(store, vectors[name], 1) == [name]


def test_a_vector_of_another_length_is_refused(store: Store) -> None:
    put(store, new("/desk/a.txt", "one", "two"))
    one, two = store.unembedded(MODEL, 2)
    store.put_vectors(MODEL, {one.id_: [1.0, 0.0]})
    with pytest.raises(StoreError, match="vector of 3 numbers, but those in the index have 2"):
        store.put_vectors(MODEL, {two.id_: [1.0, 0.0, 0.0]})
    with pytest.raises(StoreError, match="vector of 1 numbers"):
        store.nearest(MODEL, [1.0], 1)
    with pytest.raises(StoreError, match="values that are not numbers"):
        store.put_vectors(MODEL, {two.id_: [1.0, math.nan]})
    assert store.vector_coverage(MODEL) == VectorCoverage(1, 2)


def test_a_vector_of_zeros_is_kept_and_far_from_everything(store: Store) -> None:
    put(store, new("/desk/a.txt", "one", "two"))
    embed(store, {"one": [0.0, 0.0], "two": [1.0, 0.0]})
    assert store.unembedded(MODEL, 9) == []
    assert texts(store, [1.0, 0.0]) == ["two", "one"]


def test_vectors_are_stored_while_documents_are_written(store: Store) -> None:
    put(store, new("/desk/a.txt", "one"))
    [one] = store.unembedded(MODEL, 1)
    with store.writer() as writer:
        writer.put(new("/desk/b.txt", "two"))
        writer.commit()
        putting = threading.Thread(target=store.put_vectors, args=(MODEL, {one.id_: [1.0, 0.0]}))
        putting.start()
        putting.join()
        writer.put(new("/desk/c.txt", "three"))
    assert texts(store, [1.0, 0.0]) == ["one"]
    assert [node.text for node in store.unembedded(MODEL, 9)] == ["three", "two"]


def test_the_vectors_of_a_document_are_given_back(store: Store) -> None:
    put(store, new("/desk/a.txt", "one", "two"), new("/desk/b.txt", "three"))
    ref = document_ref("/desk/a.txt")
    assert not any(store.vectors(ref).values())
    embed(store, {"one": [3.0, 4.0], "two": [0.0, 1.0], "three": [1.0, 0.0]})
    kept = store.vectors(ref)
    assert kept.keys() == {MODEL}
    assert kept[MODEL].keys() == {node_id(ref, 0, 3), node_id(ref, 4, 7)}
    assert kept[MODEL][node_id(ref, 0, 3)] == pytest.approx([0.6, 0.8], abs=0.01)
    assert store.vectors("never there") == {}
