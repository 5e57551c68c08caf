"""An index keeps few segments, whatever was written to it when: each of them costs every search some time."""

import itertools
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from bookwheel.engine.schema import Document
from bookwheel.engine.stores.embedded import lexical_segments
from bookwheel.engine.stores.embedded.lexical_index import TantivyIndex
from bookwheel.engine.stores.embedded.lexical_segments import lacking_for_a_merge
from bookwheel.engine.stores.embedded.store import INDEX_NAME, EmbeddedStore
from bookwheel.engine.stores.store_protocol import LexicalQuery, NewDocument, QueryTerm, StoredDocument, document_ref

WHEEL = LexicalQuery((QueryTerm("body", "wheel"),))
PIECE = 16
PASSAGES = 1_000


def put(store: EmbeddedStore, number: int, passages: int = 1) -> None:
    """A document of passages that differ in one word."""
    path = f"/desk/{number}"
    text = "".join(f"wheel {number:04} {passage:04}\n" for passage in range(passages))
    ranges = [(at, at + PIECE - 1) for at in range(0, len(text), PIECE)]
    stored = StoredDocument(ref=document_ref(path), path=path, language="english")
    with store.writer() as writer:
        writer.put(NewDocument(stored, Document(text=text), ranges))


def listed_segments(folder: Path) -> list[dict[str, Any]]:
    return json.loads((folder / INDEX_NAME / "meta.json").read_bytes())["segments"]


def segments(folder: Path) -> int:
    return len(listed_segments(folder))


def files(folder: Path) -> int:
    return len(list((folder / INDEX_NAME).glob("*.term")))


def test_an_index_that_is_changed_often_keeps_few_segments(tmp_path: Path) -> None:
    """A merge that the last commit had begun was dropped with its writer: a segment more for each saved note."""
    store = EmbeddedStore(tmp_path)
    for number in range(20):
        put(store, number)
        assert files(tmp_path) == segments(tmp_path) < 8
    assert len(store.search(WHEEL, 100)) == 20
    assert not store.needs_repair()


def test_a_large_index_has_its_segments_merged_when_there_are_four(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lexical_segments, "LARGE_INDEX", 5 * PASSAGES)
    store = EmbeddedStore(tmp_path)
    counts: list[int] = []
    for number in range(12):
        put(store, number, PASSAGES)
        counts.append(segments(tmp_path))
        assert files(tmp_path) == counts[-1]
    assert max(counts[4:]) < 4
    assert len(store.search(WHEEL, 20_000)) == 12 * PASSAGES
    assert not store.needs_repair()


@pytest.mark.parametrize(
    ("sizes", "lacking"),
    [
        ([16_000, 14_000, 5_000, 3_500, 900, 800], 2),
        ([60_000, 4_000, 4_000, 4_000, 4_000, 4_000, 4_000, 4_000], 1),
        ([60_000, 9_000, 1, 1, 1, 1, 1], 0),
        ([40_000, 1, 1, 1, 1, 1, 1], 0),
        ([20_000, 9_000, 5_000, 3_000, 2_000], 4),
        ([16_000, 15_000, 5_000], 0),
        ([7_000, 6_000, 5_000, 3_500, 900, 800], 0),
        ([60_000, 58_000, 56_000, 54_000, 52_000, 50_000], 0),
    ],
)
def test_a_small_change_of_a_large_index_rewrites_little_of_it(tmp_path: Path, sizes: list[int], lacking: int) -> None:
    listed: list[dict[str, Any]] = [{"segment_id": "0", "max_doc": size, "deletes": None} for size in sizes]
    assert lacking_for_a_merge(tmp_path, json.dumps({"segments": listed}).encode()) == lacking
    listed[0] |= {"max_doc": 100_000, "deletes": {"num_deleted_docs": 100_000 - sizes[0], "opstamp": 1}}
    assert lacking_for_a_merge(tmp_path, json.dumps({"segments": listed}).encode()) == lacking


def test_what_changed_nothing_merges_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A question over documents that did not change must not wait for a merge."""
    monkeypatch.setattr(lexical_segments, "LARGE_INDEX", 5 * PASSAGES)
    index = six_segments(tmp_path)
    index.open_writer()
    index.settle()
    index.close_writer()
    assert segments(tmp_path) >= 6


def test_markers_are_few_among_the_passages(tmp_path: Path) -> None:
    """BM25 counts them as passages; each commit adds one that tells the generation."""
    index = TantivyIndex(tmp_path / INDEX_NAME)
    index.open_writer()
    for generation in range(1, 20):
        index.add(generation, "english", [(generation, "wheel", "")])
        index.commit(generation)
    index.settle()
    assert index.generation() == 19
    assert sum(segment["max_doc"] for segment in listed_segments(tmp_path)) < 19 + 8


@pytest.mark.fault("S8")
def test_a_disk_without_room_for_a_merge_keeps_the_segments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexical_segments, "LARGE_INDEX", 5 * PASSAGES)
    disk = tmp_path / "small"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("mounting a small disk needs root")
    try:
        index = six_segments(disk)
        size = sum(path.stat().st_size for path in (disk / INDEX_NAME).iterdir())
        filler = disk / "filler"
        filler.write_bytes(bytes(free_bytes(disk) - size))
        commit_and_settle(index, 100)
        assert segments(disk) >= 6
        assert free_bytes(disk) > 0
        assert len(index.search(WHEEL, 20_000)) > 3 * PASSAGES
        filler.unlink()
        commit_and_settle(index, 101)
        assert segments(disk) < 4
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def free_bytes(disk: Path) -> int:
    found = os.statvfs(disk)
    return found.f_bavail * found.f_frsize


def six_segments(folder: Path) -> TantivyIndex:
    """An index of six segments or seven, as each commit makes one or two; it was not settled."""
    index = TantivyIndex(folder / INDEX_NAME)
    index.open_writer()
    for number in itertools.count(1):
        add(index, number, 2 * PASSAGES)
        index.commit(number)
        if segments(folder) >= 6:
            break
    index.close_writer()
    return index


def commit_and_settle(index: TantivyIndex, number: int) -> None:
    index.open_writer()
    add(index, number, passages=1)
    index.commit(number)
    index.settle()
    index.close_writer()


def add(index: TantivyIndex, document: int, passages: int) -> None:
    rows = [(document << 20 | passage, f"wheel {document} {passage}", "") for passage in range(passages)]
    index.add(document, "english", rows)
